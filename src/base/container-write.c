/*
 * Writing a container
 *
 * Sections go to the file as they come, checksummed on the way; only the table
 * stays in memory.  The file appears whole on commit, see output.c.
 */
#include "container-format.h"

#include "ngram/output.h"

#include <string.h>
#include <xxhash.h>

#define SLICE ((size_t)1 << 20) /* as large as the buffer of an output: it is not copied there */

struct NgContainerWriter {
    NgOutput *output; /* %NULL where the file is only measured */
    guint64 measured; /* its bytes so far, where it is */
    NgContainerHeader header;
    GArray *rows;      /* of NgContainerRow, in the order of the file */
    GHashTable *names; /* those of the rows, owned */
    XXH3_state_t *hash;
    NgStore *store; /* (nullable) of the sections to come */
};

static NgContainerWriter *
writer_new(void)
{
    NgContainerWriter *self = g_new0(NgContainerWriter, 1);

    self->rows = g_array_new(FALSE, TRUE, sizeof(NgContainerRow));
    self->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->hash = XXH3_createState();
    return self;
}

/**
 * ng_container_writer_new:
 * @path: (type filename): the file to be; `-` is standard output
 * @error: return location for a #GError, or %NULL
 *
 * Errors: those of ng_output_open().
 *
 * Returns: (transfer full): free with ng_container_writer_free(); %NULL with @error set
 */
NgContainerWriter *
ng_container_writer_new(const char *path, GError **error)
{
    g_return_val_if_fail(path != NULL, NULL);
    g_return_val_if_fail(error == NULL || *error == NULL, NULL);

    g_autoptr(NgOutput) output = ng_output_open(path, error);
    if (output == NULL)
        return NULL;

    NgContainerWriter *self = writer_new();
    self->output = g_steal_pointer(&output);
    memcpy(self->header.magic, NG_CONTAINER_MAGIC, sizeof self->header.magic);
    self->header.version = NG_CONTAINER_VERSION;
    self->header.order = NG_CONTAINER_ORDER;
    ng_output_write(self->output, &self->header, sizeof self->header);
    return self;
}

/**
 * ng_container_writer_new_measure:
 *
 * Returns: (transfer full): a writer that writes nothing, reads no section and has no file to
 * commit; ng_container_writer_size() says how large it would have been
 */
NgContainerWriter *
ng_container_writer_new_measure(void)
{
    NgContainerWriter *self = writer_new();

    self->measured = sizeof self->header;
    return self;
}

/**
 * ng_container_writer_free:
 * @self: (nullable) (transfer full): a writer; where it was not committed,
 *   nothing is left of its file
 */
void
ng_container_writer_free(NgContainerWriter *self)
{
    if (self == NULL)
        return;
    ng_output_free(self->output);
    g_array_unref(self->rows);
    g_hash_table_unref(self->names);
    XXH3_freeState(self->hash);
    g_free(self);
}

static guint64
position(const NgContainerWriter *self)
{
    return self->output != NULL ? ng_output_position(self->output) : self->measured;
}

static void
pad(NgContainerWriter *self)
{
    static const char zeros[NG_CONTAINER_ALIGN];
    size_t over = (size_t)(ng_output_position(self->output) % NG_CONTAINER_ALIGN);

    if (over > 0)
        ng_output_write(self->output, zeros, NG_CONTAINER_ALIGN - over);
}

/* Writes a section slice by slice, each checksummed while it is in the cache.  Returns the whole's
 * checksum. */
static uint64_t
write_slices(NgContainerWriter *self, const char *data, size_t size)
{
    XXH3_64bits_reset(self->hash);
    for (size_t at = 0; at < size; at += SLICE) {
        size_t n = MIN(size - at, SLICE);
        XXH3_64bits_update(self->hash, data + at, n);
        ng_output_write(self->output, data + at, n);
        if (self->store != NULL)
            ng_store_breathe(self->store);
    }
    return XXH3_64bits_digest(self->hash);
}

/**
 * ng_container_writer_set_store:
 * @self: a writer
 * @store: (nullable): where the sections live that are to come, kept alive by the caller; it is
 *   given room to breathe while they are written
 */
void
ng_container_writer_set_store(NgContainerWriter *self, NgStore *store)
{
    g_return_if_fail(self != NULL);

    self->store = store;
}

/**
 * ng_container_writer_add:
 * @self: a writer
 * @name: printable ASCII without blanks, 1 to 23 bytes, not used before
 * @data: [size] the section
 * @size: its bytes; may be 0
 *
 * Writes the next section.  Failure is told by ng_container_writer_commit().
 */
void
ng_container_writer_add(NgContainerWriter *self, const char *name, const void *data, size_t size)
{
    g_return_if_fail(self != NULL && name != NULL);
    g_return_if_fail(data != NULL || size == 0);
    g_return_if_fail(!g_hash_table_contains(self->names, name));

    NgContainerRow row = {.size = size};
    g_return_if_fail(g_strlcpy(row.name, name, sizeof row.name) < sizeof row.name);
    g_return_if_fail(ng_container_name_is_valid(row.name));

    row.offset = position(self);
    if (self->output != NULL) {
        row.checksum = write_slices(self, data, size);
        pad(self);
    } else {
        self->measured += (size + NG_CONTAINER_ALIGN - 1) / NG_CONTAINER_ALIGN * NG_CONTAINER_ALIGN;
    }
    g_array_append_val(self->rows, row);
    g_hash_table_add(self->names, g_strdup(name));
}

/**
 * ng_container_writer_size:
 *
 * Returns: bytes of the file if no further section came
 */
guint64
ng_container_writer_size(const NgContainerWriter *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return position(self) + self->rows->len * sizeof(NgContainerRow) + sizeof(NgContainerFooter);
}

/**
 * ng_container_writer_commit:
 * @self: a writer
 * @error: return location for a #GError, or %NULL
 *
 * Writes table and footer and puts the file in its place.
 *
 * Errors: those of ng_output_commit().
 *
 * Returns: whether the file stands there
 */
gboolean
ng_container_writer_commit(NgContainerWriter *self, GError **error)
{
    g_return_val_if_fail(self != NULL && self->output != NULL, FALSE);
    g_return_val_if_fail(error == NULL || *error == NULL, FALSE);

    const NgContainerRow *rows = (const void *)self->rows->data;
    size_t size = self->rows->len * sizeof *rows;
    NgContainerFooter footer = {.sections = self->rows->len};
    footer.table = ng_output_position(self->output);
    footer.size = ng_container_writer_size(self);
    footer.checksum = ng_container_checksum(&self->header, rows, &footer);
    memcpy(footer.end, NG_CONTAINER_END, sizeof footer.end);
    ng_output_write(self->output, rows, size);
    ng_output_write(self->output, &footer, sizeof footer);
    return ng_output_commit(self->output, error);
}

/*
 * Checking a container
 *
 * Everything that leads to a pointer is checked before it is followed: what the
 * file is, how long, where its table stands, that the table has not changed
 * and that the sections fill the file up to it.  No number of the file is used
 * before it is compared with the file's length.
 */
#include "container-format.h"

#include "ngram/error.h"

#include <stddef.h>
#include <string.h>
#include <xxhash.h>

/* The file as check functions see it. */
typedef struct {
    const char *path;
    const guint8 *data; /* [size] */
    size_t size;
} Bytes;

static gboolean
refuse(const Bytes *self, GError **error, const char *what)
{
    g_set_error(error, NG_ERROR, NG_ERROR_FORMAT, "%s: %s", self->path, what);
    return FALSE;
}

/**
 * ng_container_name_is_valid:
 * @name: [NG_CONTAINER_NAME] a name in a table
 *
 * Returns: whether it is printable ASCII without blanks, not empty, and zero
 *   behind its end
 */
gboolean
ng_container_name_is_valid(const char name[NG_CONTAINER_NAME])
{
    size_t length = strnlen(name, NG_CONTAINER_NAME);

    if (length == 0 || length == NG_CONTAINER_NAME)
        return FALSE;
    for (size_t i = 0; i < NG_CONTAINER_NAME; i++)
        if (i < length ? !g_ascii_isgraph(name[i]) : name[i] != '\0')
            return FALSE;
    return TRUE;
}

/**
 * ng_container_checksum:
 * @header: the file's header
 * @rows: [footer->sections] its table
 * @footer: its footer; all but the last two fields count
 *
 * Returns: XXH3-64 of the three, each seeded with the checksum of the one before
 */
uint64_t
ng_container_checksum(const NgContainerHeader *header, const NgContainerRow *rows,
                      const NgContainerFooter *footer)
{
    uint64_t sum = XXH3_64bits(header, sizeof *header);

    sum = XXH3_64bits_withSeed(rows, footer->sections * sizeof *rows, sum);
    return XXH3_64bits_withSeed(footer, offsetof(NgContainerFooter, checksum), sum);
}

/**
 * ng_container_probe:
 * @data: [size] the first bytes of a file
 * @size: how many are known
 *
 * Returns: whether a container begins so; %FALSE below 8 bytes
 */
gboolean
ng_container_probe(const void *data, size_t size)
{
    g_return_val_if_fail(data != NULL || size == 0, FALSE);

    return size >= 8 && memcmp(data, NG_CONTAINER_MAGIC, 8) == 0;
}

/* Is this a container, and one of this version and byte order? */
static gboolean
check_header(const Bytes *self, GError **error)
{
    if (!ng_container_probe(self->data, self->size)) {
        if (self->size >= 4 && (self->data[0] & 0x7f) == 0x09 &&
            memcmp(self->data + 1, "NGM", 3) == 0)
            return refuse(self, error,
                          "is truncated, or was transferred as text (transfer it again as binary)");
        return refuse(self, error, "is not a binary ngram file");
    }
    if (self->size < sizeof(NgContainerHeader) + sizeof(NgContainerFooter))
        return refuse(self, error, "is truncated (get or make it again)");

    const NgContainerHeader *header = (const void *)self->data;
    if (header->order == GUINT32_SWAP_LE_BE(NG_CONTAINER_ORDER)) {
        g_set_error(error, NG_ERROR, NG_ERROR_VERSION,
                    "%s: was made on a machine of the other byte order (make it again on this one)",
                    self->path);
        return FALSE;
    }
    if (header->order != NG_CONTAINER_ORDER)
        return refuse(self, error, "is damaged in its header (get or make it again)");
    if (header->version != NG_CONTAINER_VERSION) {
        g_set_error(error, NG_ERROR, NG_ERROR_VERSION,
                    "%s: is of version %u, this program reads version %d (make it again, or use "
                    "the program that made it)",
                    self->path, header->version, NG_CONTAINER_VERSION);
        return FALSE;
    }
    return TRUE;
}

/**
 * ng_container_footer:
 * @data: [size] a whole file
 * @size: at least the bytes of a footer
 *
 * Returns: the last bytes of @data, which need not be aligned
 */
NgContainerFooter
ng_container_footer(const guint8 *data, size_t size)
{
    NgContainerFooter footer;

    memcpy(&footer, data + size - sizeof footer, sizeof footer);
    return footer;
}

/* Finds the table and checks that nothing in it has changed. */
static gboolean
check_footer(const Bytes *self, GError **error)
{
    const NgContainerFooter footer = ng_container_footer(self->data, self->size);
    const size_t room = self->size - sizeof(NgContainerHeader) - sizeof footer;

    if (memcmp(footer.end, NG_CONTAINER_END, sizeof footer.end) != 0)
        return refuse(self, error,
                      "has no end mark: it is truncated, or something was added (get or make it "
                      "again)");
    if (footer.size != self->size) {
        g_set_error(error, NG_ERROR, NG_ERROR_FORMAT,
                    "%s: has %zu bytes where its footer says %" G_GUINT64_FORMAT
                    " (get or make it again)",
                    self->path, self->size, footer.size);
        return FALSE;
    }
    if (footer.sections > room / sizeof(NgContainerRow) || footer.table % NG_CONTAINER_ALIGN != 0 ||
        footer.table != self->size - sizeof footer - footer.sections * sizeof(NgContainerRow))
        return refuse(self, error, "is damaged in its footer (get or make it again)");

    const NgContainerRow *rows = (const void *)(self->data + footer.table);
    if (footer.checksum != ng_container_checksum((const void *)self->data, rows, &footer))
        return refuse(self, error,
                      "is damaged in its header, table or footer (get or make it again)");
    return TRUE;
}

/* Checks that the sections fill the file up to the table. */
static gboolean
check_rows(const Bytes *self, GError **error)
{
    const NgContainerFooter footer = ng_container_footer(self->data, self->size);
    const NgContainerRow *rows = (const void *)(self->data + footer.table);
    uint64_t offset = sizeof(NgContainerHeader);

    for (uint64_t i = 0; i < footer.sections; i++) {
        const NgContainerRow *row = &rows[i];
        if (!ng_container_name_is_valid(row->name) || row->offset != offset ||
            row->size > footer.table - offset)
            return refuse(self, error, "has a section out of place (make it again)");
        /* no overflow: both are at most `table`, a multiple of 64 inside the file */
        offset += (row->size + NG_CONTAINER_ALIGN - 1) / NG_CONTAINER_ALIGN * NG_CONTAINER_ALIGN;
    }
    if (offset != footer.table)
        return refuse(self, error, "has bytes outside its sections (make it again)");
    return TRUE;
}

/**
 * ng_container_check:
 * @path: how messages call the file
 * @data: [size] the whole of it
 * @size: its bytes, at least 1
 * @error: return location for a #GError, or %NULL
 *
 * Errors: %NG_ERROR_FORMAT where it is no container, truncated or damaged;
 * %NG_ERROR_VERSION where it is of another version or byte order.
 *
 * Returns: whether footer and table can be relied on
 */
gboolean
ng_container_check(const char *path, const guint8 *data, size_t size, GError **error)
{
    const Bytes bytes = {path, data, size};

    return check_header(&bytes, error) && check_footer(&bytes, error) && check_rows(&bytes, error);
}

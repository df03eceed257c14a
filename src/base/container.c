/*
 * Reading a container
 *
 * The file is mapped and its arrays are used where they lie.  Opening checks
 * its frame in O(sections), whatever the size of the file (container-check.c);
 * sections themselves are checked by ng_container_verify(), and at once in
 * files of up to 8 MiB.
 *
 * Invariant: for each row, offset is a multiple of 64 and offset + size lies
 * before the table.
 */
#include "container-format.h"

#include "ngram/error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

enum { SMALL_FILE = 8 * 1024 * 1024 };

struct NgContainer {
    char *path;
    const guint8 *data; /* [size] mapped */
    size_t size;
    const NgContainerRow *rows; /* [sections] inside data */
    size_t sections;
    GHashTable *by_name; /* name of a row -> the row */
};

static gboolean
refuse(const NgContainer *self, GError **error, const char *what)
{
    g_set_error(error, NG_ERROR, NG_ERROR_FORMAT, "%s: %s", self->path, what);
    return FALSE;
}

static gboolean
refuse_errno(const NgContainer *self, GError **error, int code)
{
    g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(code), "%s: %s", self->path,
                g_strerror(code));
    return FALSE;
}

static gboolean
map_descriptor(NgContainer *self, int fd, GError **error)
{
    struct stat info;

    if (fstat(fd, &info) != 0)
        return refuse_errno(self, error, errno);
    if (S_ISDIR(info.st_mode))
        return refuse_errno(self, error, EISDIR);
    if (!S_ISREG(info.st_mode))
        return refuse(self, error, "is no regular file and cannot be mapped (save it to a file)");
    if (info.st_size == 0)
        return refuse(self, error, "is empty, not a binary ngram file");

    self->size = (size_t)info.st_size;
    void *data = mmap(NULL, self->size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (data == MAP_FAILED)
        return refuse_errno(self, error, errno);
    self->data = data;
    return TRUE;
}

static gboolean
map_file(NgContainer *self, GError **error)
{
    int fd = open(self->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return refuse_errno(self, error, errno);

    gboolean ok = map_descriptor(self, fd, error);
    close(fd);
    return ok;
}

/* Finds the table of a file that has been checked, and its names. */
static gboolean
index_names(NgContainer *self, GError **error)
{
    const NgContainerFooter footer = ng_container_footer(self->data, self->size);

    self->sections = (size_t)footer.sections;
    self->rows = (const void *)(self->data + footer.table);
    for (size_t i = 0; i < self->sections; i++) {
        const NgContainerRow *row = &self->rows[i];
        if (!g_hash_table_insert(self->by_name, (gpointer)(guintptr)row->name,
                                 (gpointer)(guintptr)row))
            return refuse(self, error, "has two sections of one name (make it again)");
    }
    return TRUE;
}

/**
 * ng_container_open:
 * @path: (type filename): a regular file
 * @error: return location for a #GError, or %NULL
 *
 * Maps the file and checks its frame; all of it where it has at most 8 MiB.
 * The file must not be truncated while it is open; replacing it is fine.
 *
 * Errors: %G_FILE_ERROR where it cannot be opened or mapped; %NG_ERROR_FORMAT
 * where it is no container, truncated or damaged; %NG_ERROR_VERSION where it
 * is of another version or byte order.
 *
 * Returns: (transfer full): free with ng_container_free(); %NULL with @error set
 */
NgContainer *
ng_container_open(const char *path, GError **error)
{
    g_return_val_if_fail(path != NULL, NULL);
    g_return_val_if_fail(error == NULL || *error == NULL, NULL);

    g_autoptr(NgContainer) self = g_new0(NgContainer, 1);
    self->path = g_strdup(path);
    self->by_name = g_hash_table_new(g_str_hash, g_str_equal);
    if (!map_file(self, error) || !ng_container_check(self->path, self->data, self->size, error) ||
        !index_names(self, error))
        return NULL;
    if (self->size <= SMALL_FILE && !ng_container_verify(self, error))
        return NULL;
    return g_steal_pointer(&self);
}

/**
 * ng_container_free:
 * @self: (nullable) (transfer full): a container; all its arrays go with it
 */
void
ng_container_free(NgContainer *self)
{
    if (self == NULL)
        return;
    if (self->data != NULL)
        munmap((void *)(guintptr)self->data, self->size);
    g_hash_table_unref(self->by_name);
    g_free(self->path);
    g_free(self);
}

/**
 * ng_container_verify:
 * @self: a container
 * @error: return location for a #GError, or %NULL
 *
 * Reads the whole file and compares each section with its checksum, and what
 * lies between them with zero.
 *
 * Errors: %NG_ERROR_FORMAT with the name of the first section that is damaged.
 *
 * Returns: whether every byte is as it was written
 */
gboolean
ng_container_verify(const NgContainer *self, GError **error)
{
    g_return_val_if_fail(self != NULL, FALSE);
    g_return_val_if_fail(error == NULL || *error == NULL, FALSE);

    for (size_t i = 0; i < self->sections; i++) {
        const NgContainerRow *row = &self->rows[i];
        gboolean whole = XXH3_64bits(self->data + row->offset, (size_t)row->size) == row->checksum;
        for (size_t at = (size_t)(row->offset + row->size); at % NG_CONTAINER_ALIGN != 0; at++)
            whole = whole && self->data[at] == 0;
        if (!whole) {
            g_set_error(error, NG_ERROR, NG_ERROR_FORMAT,
                        "%s: is damaged in its section '%s' (get or make it again)", self->path,
                        row->name);
            return FALSE;
        }
    }
    return TRUE;
}

/**
 * ng_container_find:
 * @self: a container
 * @name: of a section
 * @size: (out): its bytes, 0 where it is absent
 *
 * Returns: (transfer none) (nullable): the section, at a multiple of 64 bytes,
 *   valid as long as @self; %NULL where there is none of that name
 */
const void *
ng_container_find(const NgContainer *self, const char *name, size_t *size)
{
    g_return_val_if_fail(self != NULL && name != NULL && size != NULL, NULL);

    const NgContainerRow *row = g_hash_table_lookup(self->by_name, name);
    *size = row != NULL ? (size_t)row->size : 0;
    return row != NULL ? self->data + row->offset : NULL;
}

/**
 * ng_container_array:
 * @self: a container
 * @name: of a section
 * @width: bytes of one element, at least 1
 * @count: (out): number of elements
 * @error: return location for a #GError, or %NULL
 *
 * Errors: %NG_ERROR_FORMAT where the section is absent or ends inside an element.
 *
 * Returns: (transfer none): [count] the array, valid as long as @self; %NULL with @error set
 */
const void *
ng_container_array(const NgContainer *self, const char *name, size_t width, size_t *count,
                   GError **error)
{
    g_return_val_if_fail(self != NULL && name != NULL, NULL);
    g_return_val_if_fail(width > 0 && count != NULL, NULL);
    g_return_val_if_fail(error == NULL || *error == NULL, NULL);

    size_t size = 0;
    const void *data = ng_container_find(self, name, &size);
    if (data == NULL) {
        g_set_error(error, NG_ERROR, NG_ERROR_FORMAT,
                    "%s: has no section '%s' (name another file, or make it again)", self->path,
                    name);
        return NULL;
    }
    if (size % width != 0) {
        g_set_error(error, NG_ERROR, NG_ERROR_FORMAT,
                    "%s: section '%s' has %zu bytes, no multiple of %zu (make the file again)",
                    self->path, name, size, width);
        return NULL;
    }
    *count = size / width;
    return data;
}

/**
 * ng_container_sections:
 * @self: a container
 *
 * Returns: the number of its sections
 */
size_t
ng_container_sections(const NgContainer *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->sections;
}

/**
 * ng_container_section:
 * @self: a container
 * @index: less than ng_container_sections()
 * @size: (out) (optional): its bytes
 *
 * Returns: (transfer none): the name of a section, in the order of the file
 */
const char *
ng_container_section(const NgContainer *self, size_t index, uint64_t *size)
{
    g_return_val_if_fail(self != NULL && index < self->sections, NULL);

    if (size != NULL)
        *size = self->rows[index].size;
    return self->rows[index].name;
}

/**
 * ng_container_size:
 * @self: a container
 *
 * Returns: the bytes of its file
 */
uint64_t
ng_container_size(const NgContainer *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->size;
}

/**
 * ng_container_path:
 * @self: a container
 *
 * Returns: (transfer none): the path it was opened by
 */
const char *
ng_container_path(const NgContainer *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    return self->path;
}

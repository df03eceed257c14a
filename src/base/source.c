/*
 * Source
 *
 * Bytes of a file descriptor or of memory, unpacked where the first of them
 * are those of gzip or zstd.  Plain ones go straight to the caller; packed
 * ones pass through `raw`, which also holds what was read to tell the packing.
 *
 * Invariant: `taken` counts what was got from below; raw[raw_begin, raw_end) of
 * it has not been used.  An error is kept and given again by every later call.
 */
#include "source.h"

#include "ngram/error.h"

#include "unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { RAW_SIZE = 256 * 1024 };

struct NgSource {
    char *path;         /* as messages name it */
    int fd;             /* -1 where the bytes lie in memory */
    const guint8 *data; /* borrowed */
    size_t left;        /* bytes of `data` not yet taken */
    guint64 size;       /* of the file; 0 where it is no file */
    guint64 taken;
    NgPacking packing; /* unsure until the first byte is wanted */
    NgUnpack *unpack;  /* (nullable) */
    guint8 *raw;       /* [RAW_SIZE] */
    size_t raw_begin, raw_end;
    GError *error; /* (nullable) */
};

static NgSource *
new_source(const char *path, int fd)
{
    NgSource *self = g_new0(NgSource, 1);

    self->path = g_strdup(path);
    self->fd = fd;
    self->raw = g_malloc(RAW_SIZE);
    return self;
}

static void
set_errno(GError **error, const char *path, int code)
{
    g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(code), "%s: %s", path,
                g_strerror(code));
}

/**
 * ng_source_open:
 * @path: (type filename): a file; `-` is standard input
 * @error: return location for a #GError, or %NULL
 *
 * Errors: %G_FILE_ERROR where it cannot be opened or is a folder.
 *
 * Returns: (transfer full): free with ng_source_free(); %NULL with @error set
 */
NgSource *
ng_source_open(const char *path, GError **error)
{
    gboolean standard = strcmp(path, "-") == 0;
    const char *name = standard ? "standard input" : path;
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        set_errno(error, name, errno);
        return NULL;
    }

    g_autoptr(NgSource) self = new_source(name, fd);
    struct stat info;
    if (fstat(fd, &info) != 0) {
        set_errno(error, name, errno);
        return NULL;
    }
    if (S_ISDIR(info.st_mode)) {
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_ISDIR,
                    "%s: is a folder (name a file inside it)", name);
        return NULL;
    }
    self->size = S_ISREG(info.st_mode) ? (guint64)info.st_size : 0;
    return g_steal_pointer(&self);
}

/**
 * ng_source_new_for_data:
 * @data: [size] (transfer none): must live as long as the source
 * @size: number of bytes
 * @name: how messages call it
 *
 * Returns: (transfer full): free with ng_source_free()
 */
NgSource *
ng_source_new_for_data(const void *data, size_t size, const char *name)
{
    NgSource *self = new_source(name, -1);

    self->data = data;
    self->left = size;
    self->size = size;
    return self;
}

/**
 * ng_source_free:
 * @self: (nullable) (transfer full): a source
 */
void
ng_source_free(NgSource *self)
{
    if (self == NULL)
        return;
    if (self->fd > STDIN_FILENO)
        close(self->fd);
    ng_unpack_free(self->unpack);
    g_clear_error(&self->error);
    g_free(self->raw);
    g_free(self->path);
    g_free(self);
}

static gssize
set_format(NgSource *self, const char *what)
{
    g_set_error(&self->error, NG_ERROR, NG_ERROR_FORMAT, "%s: %s", self->path, what);
    return -1;
}

/* Takes up to `size` bytes as they lie in the source; 0 at its end, -1 on error. */
static gssize
take(NgSource *self, void *out, size_t size)
{
    gssize n;

    if (self->fd < 0) {
        n = (gssize)MIN(self->left, size);
        if (n > 0)
            memcpy(out, self->data, (size_t)n);
        self->data += n;
        self->left -= (size_t)n;
    } else {
        do
            n = read(self->fd, out, size);
        while (n < 0 && errno == EINTR);
    }
    if (n < 0)
        set_errno(&self->error, self->path, errno);
    else
        self->taken += (guint64)n;
    return n;
}

/* Adds bytes to `raw`; 0 at the end, -1 on error. */
static gssize
take_raw(NgSource *self)
{
    if (self->raw_begin == self->raw_end)
        self->raw_begin = self->raw_end = 0;

    gssize n = take(self, self->raw + self->raw_end, RAW_SIZE - self->raw_end);
    if (n > 0)
        self->raw_end += (size_t)n;
    return n;
}

/* Reads until the packing shows.  A terminal's first line is enough for that
 * unless it begins as a magic number does. */
static gboolean
sniff(NgSource *self)
{
    while (self->packing == NG_PACKING_UNSURE) {
        gssize n = take_raw(self);
        if (n < 0)
            return FALSE;
        self->packing = n == 0 ? NG_PACKING_PLAIN : ng_packing_sniff(self->raw, self->raw_end);
    }
    if (self->packing != NG_PACKING_PLAIN)
        self->unpack = ng_unpack_new(self->packing);
    return TRUE;
}

/* Unpacks up to `size` bytes; 0 at the end, -1 on error. */
static gssize
unpack(NgSource *self, char *out, size_t size)
{
    for (;;) {
        /* inside a member there may be bytes to come though `raw` is empty */
        if (self->raw_begin < self->raw_end || ng_unpack_unfinished(self->unpack) != NULL) {
            const char *trouble = NULL;
            const guint8 *data = self->raw + self->raw_begin;
            size_t n =
                ng_unpack_run(self->unpack, &data, self->raw + self->raw_end, out, size, &trouble);
            self->raw_begin = (size_t)(data - self->raw);
            if (trouble != NULL)
                return set_format(self, trouble);
            if (n > 0)
                return (gssize)n;
        }
        if (self->raw_begin < self->raw_end)
            continue;
        gssize taken = take_raw(self);
        if (taken < 0)
            return -1;
        if (taken == 0) {
            const char *missing = ng_unpack_unfinished(self->unpack);
            return missing == NULL ? 0 : set_format(self, missing);
        }
    }
}

/* Gets up to `size` plain bytes; 0 at the end, -1 on error. */
static gssize
get(NgSource *self, char *out, size_t size)
{
    if (self->packing == NG_PACKING_UNSURE && !sniff(self))
        return -1;
    if (self->packing != NG_PACKING_PLAIN)
        return unpack(self, out, size);

    size_t sniffed = MIN(self->raw_end - self->raw_begin, size);
    if (sniffed == 0)
        return take(self, out, size);
    memcpy(out, self->raw + self->raw_begin, sniffed);
    self->raw_begin += sniffed;
    return (gssize)sniffed;
}

/**
 * ng_source_read:
 * @self: a source
 * @out: (out): [size] room
 * @size: at least 1
 * @error: return location for a #GError, or %NULL
 *
 * Reads the next bytes, unpacked.
 *
 * Returns: the number of bytes, 0 at the end, -1 with @error set
 */
gssize
ng_source_read(NgSource *self, char *out, size_t size, GError **error)
{
    gssize n = self->error != NULL ? -1 : get(self, out, size);

    if (n < 0)
        g_propagate_error(error, g_error_copy(self->error));
    return n;
}

/**
 * ng_source_packed:
 * @self: a source
 *
 * Returns: whether it is known to be packed
 */
gboolean
ng_source_packed(const NgSource *self)
{
    return self->unpack != NULL;
}

/**
 * ng_source_position:
 * @self: a source
 *
 * Returns: bytes used of the file as it lies there
 */
guint64
ng_source_position(const NgSource *self)
{
    return self->taken - (self->raw_end - self->raw_begin);
}

/**
 * ng_source_size:
 * @self: a source
 *
 * Returns: bytes of the file as it lies there; 0 where it is a pipe or terminal
 */
guint64
ng_source_size(const NgSource *self)
{
    return self->size;
}

/**
 * ng_source_path:
 * @self: a source
 *
 * Returns: (transfer none): the path as messages name it
 */
const char *
ng_source_path(const NgSource *self)
{
    return self->path;
}

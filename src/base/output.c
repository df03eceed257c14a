/*
 * Output
 *
 * Small pieces gather in a buffer of 1 MiB.  A regular file is written aside and
 * appears whole on commit (aside.c); standard output, devices and pipes are
 * written as they stand.  Writing never fails at once: the first error is kept
 * and told by ng_output_commit(), while `position` counts on, so that the
 * message can say how much room would have been wanted.
 *
 * Invariant: position == bytes given to ng_output_write(); the first `written`
 * of them are in the file and the next `fill` in the buffer, unless `code` is set.
 */
#include "ngram/output.h"

#include "aside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    BUFFER_SIZE = 1024 * 1024,
    DIRECT_SIZE = 128 * 1024 /* pieces from here on are not copied */
};

struct NgOutput {
    char *path;     /* as messages name it */
    NgAside *aside; /* %NULL where the target is written as it stands */
    int fd;
    gboolean owned; /* close `fd` */
    gboolean done;  /* committed */
    goffset start;  /* of our bytes in the file; -1 where they cannot be overwritten */
    guint8 *buffer; /* [BUFFER_SIZE] */
    size_t fill;
    guint64 written, position;
    int code; /* errno of the first failure, 0 */
};

static void
set_errno(GError **error, const char *path, int code)
{
    g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(code), "%s: %s", path,
                g_strerror(code));
}

/* The descriptor that `path` is another name of; -1 where it is a path proper. */
static int
standing_descriptor(const char *path)
{
    static const char *const folders[] = {"/dev/fd/", "/proc/self/fd/"};

    if (strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0)
        return STDOUT_FILENO;
    if (strcmp(path, "/dev/stderr") == 0)
        return STDERR_FILENO;
    for (size_t i = 0; i < G_N_ELEMENTS(folders); i++)
        if (g_str_has_prefix(path, folders[i])) {
            guint64 fd = 0;
            const char *digits = path + strlen(folders[i]);
            if (g_ascii_string_to_unsigned(digits, 10, 0, G_MAXINT, &fd, NULL))
                return (int)fd;
        }
    return -1;
}

/* Where the next byte goes; -1 where earlier ones are out of reach. */
static goffset
find_start(int fd)
{
    int flags = fcntl(fd, F_GETFL);

    return flags < 0 || (flags & O_APPEND) != 0 ? -1 : lseek(fd, 0, SEEK_CUR);
}

static gboolean
open_target(NgOutput *self, const char *path, GError **error)
{
    struct stat info;
    int standing = standing_descriptor(path);
    gboolean exists = standing < 0 && stat(path, &info) == 0;

    if (exists && S_ISDIR(info.st_mode)) {
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_ISDIR,
                    "%s: is a folder (name a file inside it)", path);
        return FALSE;
    }
    if (standing < 0 && (!exists || S_ISREG(info.st_mode))) {
        self->aside = ng_aside_open(path, error);
        if (self->aside == NULL)
            return FALSE;
        self->fd = ng_aside_fd(self->aside);
    } else {
        self->fd = standing >= 0 ? standing : open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
        self->owned = standing < 0 && self->fd >= 0;
        if (self->fd < 0 || fcntl(self->fd, F_GETFD) < 0) {
            set_errno(error, self->path, errno);
            return FALSE;
        }
    }
    self->start = find_start(self->fd);
    return TRUE;
}

/**
 * ng_output_open:
 * @path: (type filename): what to write; `-` is standard output
 * @error: return location for a #GError, or %NULL
 *
 * Begins a file that ng_output_commit() puts in its place whole: until then
 * a file of that name stays as it is.  Symbolic links are followed and the
 * permissions of an old file kept.  A device, a pipe or a descriptor
 * (`/dev/stdout`, `/dev/fd/3`) is written as it stands.
 *
 * Errors: %G_FILE_ERROR where the target is a folder or cannot be written.
 *
 * Returns: (transfer full): free with ng_output_free(); %NULL with @error set
 */
NgOutput *
ng_output_open(const char *path, GError **error)
{
    g_return_val_if_fail(path != NULL, NULL);
    g_return_val_if_fail(error == NULL || *error == NULL, NULL);

    g_autoptr(NgOutput) self = g_new0(NgOutput, 1);
    self->path = g_strdup(strcmp(path, "-") == 0 ? "standard output" : path);
    self->fd = -1;
    if (!open_target(self, path, error))
        return NULL;
    self->buffer = g_malloc(BUFFER_SIZE);
    return g_steal_pointer(&self);
}

/**
 * ng_output_take_permissions:
 * @self: an output to which nothing was written yet
 * @of: (type filename): a file
 *
 * Makes the new file as private as @of is, of which it may be a copy.  What is
 * written as it stands keeps its own permissions.  ng_output_commit() tells of
 * trouble.
 */
void
ng_output_take_permissions(NgOutput *self, const char *of)
{
    struct stat info;

    g_return_if_fail(self != NULL && of != NULL && self->position == 0);

    if (self->aside == NULL || self->code != 0)
        return;
    if (stat(of, &info) != 0 || fchmod(self->fd, info.st_mode & 0777) != 0)
        self->code = errno;
}

/**
 * ng_output_free:
 * @self: (nullable) (transfer full): an output; where it was not committed,
 *   nothing of a regular file is left
 */
void
ng_output_free(NgOutput *self)
{
    if (self == NULL)
        return;
    ng_aside_free(self->aside);
    if (self->owned)
        close(self->fd);
    g_free(self->buffer);
    g_free(self->path);
    g_free(self);
}

/* Writes through; keeps the first error. */
static void
put(NgOutput *self, const guint8 *data, size_t size)
{
    while (size > 0 && self->code == 0) {
        ssize_t n = write(self->fd, data, size);
        if (n < 0 && errno != EINTR)
            self->code = errno;
        if (n <= 0)
            continue;
        data += n;
        size -= (size_t)n;
        self->written += (guint64)n;
    }
}

static void
flush(NgOutput *self)
{
    put(self, self->buffer, self->fill);
    self->fill = 0;
}

/**
 * ng_output_write:
 * @self: an output not yet committed
 * @data: [size] bytes
 * @size: number of bytes
 *
 * Adds bytes.  Failure is told by ng_output_commit().
 */
void
ng_output_write(NgOutput *self, const void *data, size_t size)
{
    g_return_if_fail(self != NULL && !self->done);
    g_return_if_fail(data != NULL || size == 0);

    self->position += size;
    if (size == 0 || self->code != 0)
        return;
    if (size > BUFFER_SIZE - self->fill || size >= DIRECT_SIZE)
        flush(self);
    if (size >= DIRECT_SIZE) {
        put(self, data, size);
        return;
    }
    memcpy(self->buffer + self->fill, data, size);
    self->fill += size;
}

/**
 * ng_output_puts:
 * @self: an output not yet committed
 * @text: a string, written without its zero byte
 */
void
ng_output_puts(NgOutput *self, const char *text)
{
    g_return_if_fail(text != NULL);

    ng_output_write(self, text, strlen(text));
}

/* Tells of `code`, and of the room wanted where there was none. */
static void
set_write_error(const NgOutput *self, GError **error)
{
    if (self->code != ENOSPC && self->code != EDQUOT && self->code != EFBIG) {
        set_errno(error, self->path, self->code);
        return;
    }
    g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(self->code),
                "%s: %s: %" G_GUINT64_FORMAT " bytes or more are wanted (make room, or write "
                "elsewhere)",
                self->path, g_strerror(self->code), self->position);
}

/**
 * ng_output_overwrite:
 * @self: an output not yet committed
 * @offset: place of the first byte to replace
 * @data: [size] bytes
 * @size: number of bytes; @offset + @size is at most ng_output_position()
 * @error: return location for a #GError, or %NULL
 *
 * Replaces bytes written before.
 *
 * Errors: %G_FILE_ERROR where an earlier write has failed, where this one
 * fails, and always on a pipe or terminal.
 *
 * Returns: whether they are replaced
 */
gboolean
ng_output_overwrite(NgOutput *self, guint64 offset, const void *data, size_t size, GError **error)
{
    g_return_val_if_fail(self != NULL && !self->done, FALSE);
    g_return_val_if_fail(data != NULL || size == 0, FALSE);
    g_return_val_if_fail(size <= self->position && offset <= self->position - size, FALSE);
    g_return_val_if_fail(error == NULL || *error == NULL, FALSE);

    if (self->start < 0) {
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
                    "%s: a pipe or terminal cannot be written out of order (name a file)",
                    self->path);
        return FALSE;
    }
    flush(self);
    const guint8 *from = data;
    while (size > 0 && self->code == 0) {
        ssize_t n = pwrite(self->fd, from, size, self->start + (goffset)offset);
        if (n < 0 && errno != EINTR)
            self->code = errno;
        if (n <= 0)
            continue;
        from += n;
        size -= (size_t)n;
        offset += (guint64)n;
    }
    if (self->code != 0)
        set_write_error(self, error);
    return self->code == 0;
}

/**
 * ng_output_position:
 * @self: an output
 *
 * Returns: how many bytes were given to ng_output_write(), in the file or not
 */
guint64
ng_output_position(const NgOutput *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->position;
}

/**
 * ng_output_commit:
 * @self: an output not yet committed
 * @error: return location for a #GError, or %NULL
 *
 * Writes what is left and puts the file in its place.  Standard output is
 * flushed and stays open.
 *
 * Errors: %G_FILE_ERROR for the first write that failed, or for the last steps;
 * the target is then as it was before.
 *
 * Returns: whether everything is in its place
 */
gboolean
ng_output_commit(NgOutput *self, GError **error)
{
    g_return_val_if_fail(self != NULL && !self->done, FALSE);
    g_return_val_if_fail(error == NULL || *error == NULL, FALSE);

    flush(self);
    self->done = TRUE;
    if (self->code == 0 && self->aside != NULL)
        self->code = ng_aside_commit(self->aside);
    if (self->code == 0 && self->owned) {
        self->owned = FALSE;
        if (close(self->fd) != 0)
            self->code = errno;
    }
    if (self->code != 0)
        set_write_error(self, error);
    ng_aside_free(self->aside);
    self->aside = NULL;
    return self->code == 0;
}

/*
 * Input
 *
 * Unpacked bytes gather in `text`, from which lines are handed out without a
 * copy.  It grows to hold the longest line.  Each byte is searched for a line
 * end once, and moved only where a line lies across the end of the buffer.
 *
 * Invariant: begin <= end <= capacity; text[begin, end) is not yet handed out.
 * An error is kept by the source and given again by every later call.
 */
#include "ngram/input.h"

#include "source.h"

#include <string.h>

enum {
    TEXT_SIZE = 1024 * 1024, /* `text` at first */
    TEXT_ROOM = 64 * 1024    /* least room to read into */
};

struct NgInput {
    NgSource *source;
    char *text; /* [capacity] */
    size_t begin, end, capacity;
    gboolean ended; /* `text` holds the last bytes */
    guint64 lines;  /* handed out */
    gboolean open;  /* the last of them had no LF */
};

static NgInput *
new_input(NgSource *source)
{
    NgInput *self = g_new0(NgInput, 1);

    self->source = source;
    self->capacity = TEXT_SIZE;
    self->text = g_malloc(self->capacity);
    return self;
}

/**
 * ng_input_open:
 * @path: (type filename): a file; `-` is standard input
 * @error: return location for a #GError, or %NULL
 *
 * Opens a file to be read from its first byte to its last.  A packed file,
 * gzip or zstd, is known by its first bytes, whatever its name.
 *
 * Errors: %G_FILE_ERROR where it cannot be opened or is a folder.
 *
 * Returns: (transfer full): free with ng_input_free(); %NULL with @error set
 */
NgInput *
ng_input_open(const char *path, GError **error)
{
    g_return_val_if_fail(path != NULL, NULL);
    g_return_val_if_fail(error == NULL || *error == NULL, NULL);

    NgSource *source = ng_source_open(path, error);
    return source == NULL ? NULL : new_input(source);
}

/**
 * ng_input_new_for_data:
 * @data: [size] (transfer none): what to read; must live as long as the input
 * @size: number of bytes
 * @name: how messages call it
 *
 * Reads from memory as ng_input_open() does from a file, packed data too.
 *
 * Returns: (transfer full): free with ng_input_free()
 */
NgInput *
ng_input_new_for_data(const void *data, size_t size, const char *name)
{
    g_return_val_if_fail(data != NULL || size == 0, NULL);
    g_return_val_if_fail(name != NULL, NULL);

    return new_input(ng_source_new_for_data(data, size, name));
}

/**
 * ng_input_free:
 * @self: (nullable) (transfer full): an input
 */
void
ng_input_free(NgInput *self)
{
    if (self == NULL)
        return;
    ng_source_free(self->source);
    g_free(self->text);
    g_free(self);
}

/* Makes room behind `end`: moves what is left to the front, then grows. */
static gboolean
make_room(NgInput *self, GError **error)
{
    if (self->capacity - self->end >= TEXT_ROOM)
        return TRUE;
    if (self->begin > 0) {
        memmove(self->text, self->text + self->begin, self->end - self->begin);
        self->end -= self->begin;
        self->begin = 0;
    }
    if (self->capacity - self->end >= TEXT_ROOM)
        return TRUE;

    char *larger =
        self->capacity > G_MAXSSIZE / 2 ? NULL : g_try_realloc(self->text, self->capacity * 2);
    if (larger == NULL) {
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_NOMEM,
                    "%s:%" G_GUINT64_FORMAT
                    ": no memory for a line above %zu bytes (break the line)",
                    ng_source_path(self->source), self->lines + 1, self->capacity);
        return FALSE;
    }
    self->text = larger;
    self->capacity *= 2;
    return TRUE;
}

/* Adds bytes to `text` or sets `ended`; FALSE on error. */
static gboolean
refill(NgInput *self, GError **error)
{
    if (self->ended)
        return TRUE;
    if (self->begin == self->end)
        self->begin = self->end = 0;
    if (!make_room(self, error))
        return FALSE;

    gssize n =
        ng_source_read(self->source, self->text + self->end, self->capacity - self->end, error);
    if (n < 0)
        return FALSE;
    self->end += (size_t)n;
    self->ended = n == 0;
    return TRUE;
}

/**
 * ng_input_read:
 * @self: an input
 * @buffer: (out): [size] room
 * @size: at least 1
 * @error: return location for a #GError, or %NULL
 *
 * Reads the next bytes, unpacked.  Fewer than @size is no sign of the end.
 *
 * Errors: %G_FILE_ERROR from the system; %NG_ERROR_FORMAT for packed data that
 * are damaged, truncated or followed by something else.
 *
 * Returns: the number of bytes, 0 at the end, -1 with @error set
 */
gssize
ng_input_read(NgInput *self, void *buffer, size_t size, GError **error)
{
    g_return_val_if_fail(self != NULL, -1);
    g_return_val_if_fail(buffer != NULL && size > 0, -1);
    g_return_val_if_fail(error == NULL || *error == NULL, -1);

    if (self->begin == self->end && !self->ended && size >= TEXT_ROOM) {
        gssize direct = ng_source_read(self->source, buffer, size, error);
        self->ended = direct == 0;
        return direct;
    }
    while (self->begin == self->end && !self->ended)
        if (!refill(self, error))
            return -1;
    size_t n = MIN(self->end - self->begin, size);
    memcpy(buffer, self->text + self->begin, n);
    self->begin += n;
    return (gssize)n;
}

/**
 * ng_input_peek:
 * @self: an input
 * @data: (out) (transfer none): the next bytes, unpacked; valid until the next call on @self
 * @size: how many are wanted, at most 64 KiB
 * @error: return location for a #GError, or %NULL
 *
 * Looks at the next bytes and leaves them where they are.
 *
 * Errors: those of ng_input_read().
 *
 * Returns: the number of bytes at @data, below @size where the input ends; -1
 *   with @error set
 */
gssize
ng_input_peek(NgInput *self, const void **data, size_t size, GError **error)
{
    g_return_val_if_fail(self != NULL && data != NULL, -1);
    g_return_val_if_fail(size <= TEXT_ROOM, -1);
    g_return_val_if_fail(error == NULL || *error == NULL, -1);

    while (self->end - self->begin < size && !self->ended)
        if (!refill(self, error))
            return -1;
    *data = self->text + self->begin;
    return (gssize)MIN(self->end - self->begin, size);
}

/**
 * ng_input_raw_line:
 * @self: an input
 * @line: (out) (transfer none): [length] the line, valid until the next call on @self
 * @length: (out): its bytes, the LF not among them
 * @error: return location for a #GError, or %NULL
 *
 * Takes the next line.  Bytes behind the last LF are a line too.  A line may be
 * of any length and hold any byte but LF; a CR stays in it.
 *
 * Errors: those of ng_input_read().
 *
 * Returns: %TRUE with a line; %FALSE at the end, or with @error set
 */
gboolean
ng_input_raw_line(NgInput *self, const char **line, size_t *length, GError **error)
{
    g_return_val_if_fail(self != NULL, FALSE);
    g_return_val_if_fail(line != NULL && length != NULL, FALSE);
    g_return_val_if_fail(error == NULL || *error == NULL, FALSE);

    size_t have = 0; /* searched already */
    for (;;) {
        const char *from = self->text + self->begin;
        size_t searched = have;
        have = self->end - self->begin;
        const char *lf = memchr(from + searched, '\n', have - searched);
        if (lf != NULL || (self->ended && have > 0)) {
            *line = from;
            *length = lf != NULL ? (size_t)(lf - from) : have;
            self->begin += lf != NULL ? *length + 1 : have;
            self->lines++;
            self->open = lf == NULL;
            return TRUE;
        }
        if (self->ended)
            return FALSE;
        if (!refill(self, error))
            return FALSE;
    }
}

/**
 * ng_input_line:
 * @self: an input
 * @line: (out) (transfer none): [length] the line, valid until the next call on @self
 * @length: (out): its bytes, without LF and the CR before it
 * @error: return location for a #GError, or %NULL
 *
 * Takes the next line as ng_input_raw_line() does, and drops one CR at its end.
 *
 * Returns: %TRUE with a line; %FALSE at the end, or with @error set
 */
gboolean
ng_input_line(NgInput *self, const char **line, size_t *length, GError **error)
{
    if (!ng_input_raw_line(self, line, length, error))
        return FALSE;
    if (*length > 0 && (*line)[*length - 1] == '\r')
        --*length;
    return TRUE;
}

/**
 * ng_input_line_is_open:
 * @self: an input
 *
 * Returns: whether the last line taken had no line end, as only the last one can
 */
gboolean
ng_input_line_is_open(const NgInput *self)
{
    g_return_val_if_fail(self != NULL, FALSE);

    return self->open;
}

/**
 * ng_input_line_number:
 * @self: an input
 *
 * Returns: the number of the last line taken, from 1; 0 before the first
 */
guint64
ng_input_line_number(const NgInput *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->lines;
}

/**
 * ng_input_position:
 * @self: an input
 *
 * Returns: how many bytes of the file, packed as they lie there, have been used
 */
guint64
ng_input_position(const NgInput *self)
{
    g_return_val_if_fail(self != NULL, 0);

    guint64 unread = ng_source_packed(self->source) ? 0 : self->end - self->begin;
    return ng_source_position(self->source) - unread;
}

/**
 * ng_input_size:
 * @self: an input
 *
 * Returns: bytes of the file as it lies there; 0 where it is a pipe or terminal
 */
guint64
ng_input_size(const NgInput *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return ng_source_size(self->source);
}

/**
 * ng_input_path:
 * @self: an input
 *
 * Returns: (transfer none): the path as messages name it, `standard input` for `-`
 */
const char *
ng_input_path(const NgInput *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    return ng_source_path(self->source);
}

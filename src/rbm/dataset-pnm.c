/*
 * PBM and PGM
 *
 * `P1` and `P2` are text, `P4` and `P5` bytes behind a header of text; numbers
 * are parted by white space, and `#` begins a remark that ends with its line.
 * Pictures may follow each other in one file, a row each.
 *
 * A bit is read as it is written: 1, which a printer makes black, is 1.  A grey
 * value is a share of the maximum, which is white and 1.
 */
#include "dataset-rows.h"

#include "ngram/error.h"

enum { MAXVAL_MOST = 65535, GREY_MAX = 255 };

/** Pnm: a file that is being read. */
typedef struct {
    NgInput *input;
    NgRows *rows;
    guint64 line;      /* at hand */
    GByteArray *bytes; /* of the picture at hand */
    GArray *value;     /* of float: the same, where they are no bytes */
    NgRowShape shape;
    guint64 maxval;
} Pnm;

static gboolean fail(const Pnm *self, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);

static gboolean
fail(const Pnm *self, GError **error, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_autofree char *what = g_strdup_vprintf(format, args);
    va_end(args);
    g_set_error(error, NG_ERROR, NG_ERROR_FORMAT, "%s:%" G_GUINT64_FORMAT ": %s",
                ng_input_path(self->input), self->line, what);
    return FALSE;
}

/* Takes a byte: -1 at the end, -2 with @error set. */
static int
take(Pnm *self, GError **error)
{
    guint8 byte = 0;
    gssize n = ng_input_read(self->input, &byte, 1, error);

    if (n <= 0)
        return n < 0 ? -2 : -1;
    if (byte == '\n')
        self->line++;
    return byte;
}

/* Takes a byte that is no remark: a remark is the line end behind it. */
static int
take_text(Pnm *self, GError **error)
{
    int c = take(self, error);

    if (c != '#')
        return c;
    while (c >= 0 && c != '\n' && c != '\r')
        c = take(self, error);
    return c;
}

static int
take_visible(Pnm *self, GError **error)
{
    int c = take_text(self, error);

    while (c >= 0 && g_ascii_isspace(c))
        c = take_text(self, error);
    return c;
}

/* @c: where a @what should have begun */
static gboolean
set_missing(const Pnm *self, int c, const char *what, GError **error)
{
    if (c == -2)
        return FALSE;
    if (c == -1)
        return fail(self, error, "truncated: %s is missing (get the file again)", what);
    if (g_ascii_isgraph(c))
        return fail(self, error, "'%c' where %s should be", c, what);
    return fail(self, error, "byte 0x%02x where %s should be", (guint)c, what);
}

/* Takes a number and the one byte behind it. */
static gboolean
take_number(Pnm *self, const char *what, guint64 *x, GError **error)
{
    int c = take_visible(self, error);

    if (c < 0 || !g_ascii_isdigit(c))
        return set_missing(self, c, what, error);
    for (*x = 0; c >= 0 && g_ascii_isdigit(c); c = take_text(self, error)) {
        *x = *x * 10 + (guint64)(c - '0');
        if (*x > G_MAXUINT32)
            return fail(self, error, "%s is above %u", what, G_MAXUINT32);
    }
    return c == -1 || (c >= 0 && g_ascii_isspace(c)) ? TRUE
                                                     : set_missing(self, c, "a blank", error);
}

static gboolean
take_header(Pnm *self, gboolean bits, GError **error)
{
    NgRowShape *shape = &self->shape;

    self->maxval = 1;
    *shape = (NgRowShape){0};
    if (!take_number(self, "the width", &shape->width, error) ||
        !take_number(self, "the height", &shape->height, error) ||
        (!bits && !take_number(self, "the maximum", &self->maxval, error)))
        return FALSE;
    if (self->maxval < 1 || self->maxval > MAXVAL_MOST)
        return fail(self, error, "the maximum is %" G_GUINT64_FORMAT ", where 1 to %d are read",
                    self->maxval, MAXVAL_MOST);
    if (shape->width == 0 || shape->height == 0)
        return fail(self, error, "a picture without a pixel");
    shape->columns = shape->width * shape->height;
    return ng_rows_set_shape(self->rows, NG_PLACE_FILE, shape, error);
}

static gboolean
add_value(Pnm *self, guint64 x, GError **error)
{
    if (x > self->maxval)
        return fail(self, error, "%" G_GUINT64_FORMAT " is above the maximum, %" G_GUINT64_FORMAT,
                    x, self->maxval);
    if (self->maxval == 1 || self->maxval == GREY_MAX) {
        const guint8 byte = (guint8)x;
        g_byte_array_append(self->bytes, &byte, 1);
    } else {
        float share = (float)x / (float)self->maxval;
        g_array_append_val(self->value, share);
    }
    return TRUE;
}

/* P1: bits need no blank between them. */
static gboolean
take_bits(Pnm *self, GError **error)
{
    for (guint64 i = 0; i < self->shape.columns; i++) {
        int c = take_visible(self, error);
        if (c != '0' && c != '1')
            return set_missing(self, c, "a 0 or 1", error);
        if (!add_value(self, (guint64)(c - '0'), error))
            return FALSE;
    }
    return TRUE;
}

/* P2 */
static gboolean
take_greys(Pnm *self, GError **error)
{
    for (guint64 i = 0; i < self->shape.columns; i++) {
        guint64 x = 0;
        if (!take_number(self, "a grey value", &x, error) || !add_value(self, x, error))
            return FALSE;
    }
    return TRUE;
}

/* P4: a line of pixels begins with a byte's highest bit. */
static gboolean
take_packed_bits(Pnm *self, GError **error)
{
    g_autoptr(GByteArray) raw = g_byte_array_new();
    guint64 stride = (self->shape.width + 7) / 8;

    if (!ng_bytes_fill(raw, self->input, stride * self->shape.height, error))
        return FALSE;
    for (guint64 y = 0; y < self->shape.height; y++)
        for (guint64 x = 0; x < self->shape.width; x++)
            if (!add_value(self, raw->data[y * stride + x / 8] >> (7 - x % 8) & 1, error))
                return FALSE;
    return TRUE;
}

/* P5: two bytes a value above 255, the greater first. */
static gboolean
take_packed_greys(Pnm *self, GError **error)
{
    g_autoptr(GByteArray) raw = g_byte_array_new();
    guint64 width = self->maxval > GREY_MAX ? 2 : 1;

    if (!ng_bytes_fill(raw, self->input, self->shape.columns * width, error))
        return FALSE;
    for (guint64 i = 0; i < self->shape.columns; i++) {
        const guint8 *at = raw->data + i * width;
        guint64 x = width == 1 ? at[0] : (guint64)at[0] << 8 | at[1];
        if (!add_value(self, x, error))
            return FALSE;
    }
    return TRUE;
}

/* Takes what stands behind `P`. */
static gboolean
take_picture(Pnm *self, int kind, GError **error)
{
    gboolean done = FALSE;

    if (kind != '1' && kind != '2' && kind != '4' && kind != '5')
        return kind == '3' || kind == '6'
                   ? fail(self, error, "a picture in colour, PPM (make it PGM or PNG)")
                   : set_missing(self, kind, "1, 2, 4 or 5 behind P", error);
    g_byte_array_set_size(self->bytes, 0);
    g_array_set_size(self->value, 0);
    if (!take_header(self, kind == '1' || kind == '4', error))
        return FALSE;
    switch (kind) {
    case '1':
        done = take_bits(self, error);
        break;
    case '2':
        done = take_greys(self, error);
        break;
    case '4':
        done = take_packed_bits(self, error);
        break;
    default:
        done = take_packed_greys(self, error);
        break;
    }
    if (!done)
        return FALSE;
    return self->bytes->len > 0
               ? ng_rows_add_bytes(self->rows, self->bytes->data, (guint)self->maxval, error)
               : ng_rows_add_floats(self->rows, (const void *)self->value->data, error);
}

static gboolean
take_all(Pnm *self, GError **error)
{
    do {
        int c = take_visible(self, error);
        if (c == -1)
            return TRUE;
        if (c != 'P')
            return set_missing(self, c, "a picture, or the end,", error);
        c = take(self, error);
        if (c == -2 || !take_picture(self, c, error))
            return FALSE;
    } while (!ng_rows_is_full(self->rows));
    return TRUE;
}

/**
 * ng_pnm_read:
 * @input: at the first byte of a PBM or PGM file
 * @rows: where the pictures go
 *
 * Returns: whether all that is wanted is read; %FALSE with @error set
 */
gboolean
ng_pnm_read(NgInput *input, NgRows *rows, GError **error)
{
    Pnm self = {.input = input,
                .rows = rows,
                .line = 1,
                .bytes = g_byte_array_new(),
                .value = g_array_new(FALSE, FALSE, sizeof(float))};
    gboolean done = take_all(&self, error);

    g_byte_array_unref(self.bytes);
    g_array_unref(self.value);
    return done;
}

/*
 * NPY
 *
 * `\x93NUMPY`, version, length of the header, a header that is a dictionary of
 * Python with the keys descr, fortran_order and shape, and the values.  The
 * first dimension is that of rows: N numbers, N rows, or N pictures of height
 * and width.  In the order of Fortran the first one changes fastest: then the
 * whole file is held.
 */
#include "dataset-rows.h"

#include "ngram/error.h"

#include <string.h>

enum { HEADER_MAX = 65536, DIMENSIONS_MAX = 3, LEAD = 8 };

/**
 * Header:
 * @kind: `b`, `i`, `u` or `f`
 * @size: bytes of a value
 * @big: whether the greatest byte comes first
 */
typedef struct {
    char kind;
    guint size;
    gboolean big, fortran;
    guint64 d[DIMENSIONS_MAX];
    guint n;
} Header;

/** Scan: a place in the header's text. */
typedef struct {
    const char *at, *end;
} Scan;

static gboolean fail(const NgInput *input, GError **error, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

static gboolean
fail(const NgInput *input, GError **error, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_autofree char *what = g_strdup_vprintf(format, args);
    va_end(args);
    g_set_error(error, NG_ERROR, NG_ERROR_FORMAT, "%s: %s", ng_input_path(input), what);
    return FALSE;
}

/* ---- the header's text */

static void
skip(Scan *scan)
{
    while (scan->at < scan->end && g_ascii_isspace(*scan->at))
        scan->at++;
}

/* Takes a sign where it comes next. */
static gboolean
accept(Scan *scan, char c)
{
    skip(scan);
    if (scan->at == scan->end || *scan->at != c)
        return FALSE;
    scan->at++;
    return TRUE;
}

/* Takes a word where it comes next. */
static gboolean
accept_word(Scan *scan, const char *word)
{
    size_t length = strlen(word);

    skip(scan);
    if ((size_t)(scan->end - scan->at) < length || memcmp(scan->at, word, length) != 0)
        return FALSE;
    scan->at += length;
    return TRUE;
}

/* (transfer full) (nullable): a string in quotes */
static char *
scan_string(Scan *scan)
{
    skip(scan);
    if (scan->at == scan->end || (*scan->at != '\'' && *scan->at != '"'))
        return NULL;
    const char *from = scan->at + 1;
    const char *to = memchr(from, *scan->at, (size_t)(scan->end - from));
    if (to == NULL)
        return NULL;
    scan->at = to + 1;
    return g_strndup(from, (gsize)(to - from));
}

static gboolean
scan_number(Scan *scan, guint64 *x)
{
    skip(scan);
    const char *from = scan->at;
    for (*x = 0; scan->at < scan->end && g_ascii_isdigit(*scan->at); scan->at++) {
        *x = *x * 10 + (guint64)(*scan->at - '0');
        if (*x > G_MAXUINT32)
            return FALSE;
    }
    accept(scan, 'L'); /* of Python 2 */
    return scan->at > from;
}

/* (3,), (3, 4), ... */
static gboolean
scan_shape(Scan *scan, const NgInput *input, Header *header, GError **error)
{
    if (!accept(scan, '('))
        return fail(input, error, "NPY: its shape is no tuple");
    header->n = 0;
    while (!accept(scan, ')')) {
        if (header->n == DIMENSIONS_MAX)
            return fail(input, error,
                        "NPY of more than 3 dimensions (reshape it to rows, or to pictures)");
        if (!scan_number(scan, &header->d[header->n]))
            return fail(input, error, "NPY: its shape is damaged");
        header->n++;
        if (!accept(scan, ',') && (scan->at == scan->end || *scan->at != ')'))
            return fail(input, error, "NPY: its shape is damaged");
    }
    if (header->n == 0)
        return fail(input, error, "NPY of one value alone (reshape it to rows)");
    return TRUE;
}

static gboolean
scan_type(Scan *scan, const NgInput *input, Header *header, GError **error)
{
    static const char *const types[] = {"b1", "u1", "i1", "u2", "i2", "u4",
                                        "i4", "u8", "i8", "f4", "f8"};
    g_autofree char *type = scan_string(scan);

    if (type == NULL)
        return fail(input, error, "NPY of records (write one column, or plain numbers)");
    for (size_t i = 0; i < G_N_ELEMENTS(types); i++)
        if (type[0] != '\0' && strchr("<>|=", type[0]) != NULL && strcmp(type + 1, types[i]) == 0) {
            header->kind = types[i][0];
            header->size = (guint)(types[i][1] - '0');
            header->big = type[0] == '>';
            return TRUE;
        }
    g_autofree char *shown = g_utf8_make_valid(type, -1);
    return fail(input, error, "NPY of type '%s' (make it numbers: astype('f4'))", shown);
}

static gboolean
scan_order(Scan *scan, const NgInput *input, Header *header, GError **error)
{
    header->fortran = accept_word(scan, "True");
    if (header->fortran || accept_word(scan, "False"))
        return TRUE;
    return fail(input, error, "NPY: fortran_order is neither True nor False");
}

static gboolean
scan_header(Scan *scan, const NgInput *input, Header *header, GError **error)
{
    static const struct {
        const char *key;
        gboolean (*scan)(Scan *scan, const NgInput *input, Header *header, GError **error);
    } keys[] = {{"descr", scan_type}, {"fortran_order", scan_order}, {"shape", scan_shape}};
    guint seen = 0;

    if (!accept(scan, '{'))
        return fail(input, error, "NPY: its header is no dictionary");
    while (!accept(scan, '}')) {
        g_autofree char *key = scan_string(scan);
        size_t k = 0;
        while (k < G_N_ELEMENTS(keys) && g_strcmp0(key, keys[k].key) != 0)
            k++;
        if (k == G_N_ELEMENTS(keys) || (seen & 1U << k) != 0 || !accept(scan, ':'))
            return fail(input, error, "NPY: its header is damaged");
        if (!keys[k].scan(scan, input, header, error))
            return FALSE;
        seen |= 1U << k;
        accept(scan, ',');
    }
    skip(scan);
    if (seen != (1U << G_N_ELEMENTS(keys)) - 1 || scan->at != scan->end)
        return fail(input, error, "NPY: its header is damaged");
    return TRUE;
}

static gboolean
read_header(NgInput *input, Header *header, GError **error)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();

    if (!ng_bytes_fill(bytes, input, LEAD, error))
        return FALSE;
    guint8 version = bytes->data[6];
    if (version < 1 || version > 3 || bytes->data[7] != 0) {
        g_set_error(error, NG_ERROR, NG_ERROR_VERSION,
                    "%s: NPY of version %u.%u, where 1.0 to 3.0 are read", ng_input_path(input),
                    version, bytes->data[7]);
        return FALSE;
    }
    if (!ng_bytes_fill(bytes, input, version == 1 ? 2 : 4, error))
        return FALSE;
    guint64 length = 0;
    for (guint i = bytes->len; i-- > 0;)
        length = length << 8 | bytes->data[i];
    if (length > HEADER_MAX)
        return fail(input, error, "NPY: a header of %" G_GUINT64_FORMAT " bytes, where %d do",
                    length, HEADER_MAX);
    if (!ng_bytes_fill(bytes, input, length, error))
        return FALSE;
    Scan scan = {(const char *)bytes->data, (const char *)bytes->data + length};
    return scan_header(&scan, input, header, error);
}

/* ---- values */

static float
value_of(const Header *header, const guint8 *at)
{
    guint64 x = 0;

    g_assert(header->size >= 1 && header->size <= sizeof x);
    for (guint i = 0; i < header->size; i++)
        x = x << 8 | at[header->big ? i : header->size - 1 - i];
    if (header->kind == 'i') {
        guint64 sign = 0x80ULL << 8 * (header->size - 1);
        guint64 extended = (x ^ sign) - sign;
        gint64 y = 0;
        memcpy(&y, &extended, sizeof y);
        return (float)y;
    }
    if (header->kind == 'u')
        return (float)x;
    if (header->size == sizeof(float)) {
        const guint32 word = (guint32)x;
        float y = 0.0F;
        memcpy(&y, &word, sizeof y);
        return y;
    }
    double y = 0.0;
    memcpy(&y, &x, sizeof y);
    return (float)y;
}

static guint
columns_of(const Header *header)
{
    return (guint)(header->d[1] * header->d[2]); /* ng_rows_set_shape() has looked at it */
}

/* Hands in a row; @at: its first value, @stride: bytes to the next */
static gboolean
add_row(const Header *header, NgRows *rows, const guint8 *at, size_t stride, GArray *row,
        GError **error)
{
    gboolean bytes = header->kind == 'b' || (header->kind == 'u' && header->size == 1);

    g_array_set_size(row, columns_of(header));
    guint8 *byte = (void *)row->data;
    float *value = (void *)row->data;

    for (guint i = 0; i < columns_of(header); i++, at += stride) {
        if (bytes)
            byte[i] = header->kind == 'b' ? *at != 0 : *at;
        else
            value[i] = value_of(header, at);
    }
    if (header->kind == 'b')
        return ng_rows_add_bytes(rows, byte, 1, error);
    return bytes ? ng_rows_add_octets(rows, byte, error) : ng_rows_add_floats(rows, value, error);
}

/* Place of column @c of the first row among the values of a file in Fortran's order. */
static guint64
fortran_place(const Header *header, guint64 c)
{
    guint64 y = c / header->d[2], x = c % header->d[2];

    return header->d[0] * (y + header->d[1] * x);
}

static gboolean
read_fortran(NgInput *input, NgRows *rows, const Header *header, GArray *row, GError **error)
{
    g_autoptr(GByteArray) all = g_byte_array_new();
    g_autoptr(GByteArray) one = g_byte_array_new();
    guint64 columns = columns_of(header);

    if (columns * header->d[0] > G_MAXUINT32 / header->size)
        return fail(input, error,
                    "NPY in Fortran's order of 4 GiB or more (write it in C's order)");
    if (!ng_bytes_fill(all, input, columns * header->d[0] * header->size, error))
        return FALSE;
    g_byte_array_set_size(one, (guint)columns * header->size);
    for (guint64 r = 0; r < header->d[0] && !ng_rows_is_full(rows); r++) {
        for (guint64 c = 0; c < columns; c++)
            memcpy(one->data + c * header->size,
                   all->data + (r + fortran_place(header, c)) * header->size, header->size);
        if (!add_row(header, rows, one->data, header->size, row, error))
            return FALSE;
    }
    return ng_bytes_ended(input, error);
}

static gboolean
read_rows(NgInput *input, NgRows *rows, const Header *header, GArray *row, GError **error)
{
    g_autoptr(GByteArray) one = g_byte_array_new();

    for (guint64 r = 0; r < header->d[0]; r++) {
        if (ng_rows_is_full(rows))
            return TRUE;
        if (!ng_bytes_fill(one, input, (guint64)columns_of(header) * header->size, error) ||
            !add_row(header, rows, one->data, header->size, row, error))
            return FALSE;
    }
    return ng_bytes_ended(input, error);
}

/**
 * ng_npy_read:
 * @input: at the first byte of an NPY file
 * @rows: where the rows go
 *
 * Returns: whether all that is wanted is read; %FALSE with @error set
 */
gboolean
ng_npy_read(NgInput *input, NgRows *rows, GError **error)
{
    Header header = {.size = 1, .d = {0, 1, 1}};

    if (!read_header(input, &header, error))
        return FALSE;
    NgRowShape shape = {.rows = header.d[0], .columns = header.d[1] * header.d[2]};
    if (shape.rows == 0)
        return fail(input, error, "no row in it (the first dimension is 0)");
    if (header.n == DIMENSIONS_MAX) {
        shape.height = header.d[1];
        shape.width = header.d[2];
    }
    if (!ng_rows_set_shape(rows, NG_PLACE_NUMBER, &shape, error))
        return FALSE;
    g_autoptr(GArray) row = g_array_new(FALSE, FALSE, sizeof(float));
    return header.fortran ? read_fortran(input, rows, &header, row, error)
                          : read_rows(input, rows, &header, row, error);
}

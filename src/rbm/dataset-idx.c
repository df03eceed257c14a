/*
 * IDX
 *
 * Two zero bytes, the type, the number of dimensions, each of them as a number
 * of 4 bytes, the greatest byte first, and the values.  The first dimension is
 * that of rows: N labels, N rows of C values, or N pictures of height and width.
 */
#include "dataset-rows.h"

#include "ngram/error.h"

enum { TYPE_UBYTE = 0x08, DIMENSIONS_MAX = 3 };

static gboolean
fail(const NgInput *input, GError **error, const char *what)
{
    g_set_error(error, NG_ERROR, NG_ERROR_FORMAT, "%s: %s", ng_input_path(input), what);
    return FALSE;
}

static gboolean
read_dimensions(NgInput *input, guint8 count, guint64 *d, GError **error)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();

    if (!ng_bytes_fill(bytes, input, 4 * (guint64)count, error))
        return FALSE;
    for (guint k = 0; k < count; k++)
        d[k] = (guint64)bytes->data[4 * k] << 24 | (guint64)bytes->data[4 * k + 1] << 16 |
               (guint64)bytes->data[4 * k + 2] << 8 | bytes->data[4 * k + 3];
    return TRUE;
}

static gboolean
read_header(NgInput *input, NgRowShape *shape, GError **error)
{
    g_autoptr(GByteArray) magic = g_byte_array_new();
    guint64 d[DIMENSIONS_MAX] = {0, 1, 1};

    if (!ng_bytes_fill(magic, input, 4, error))
        return FALSE;
    if (magic->data[2] != TYPE_UBYTE) {
        g_set_error(error, NG_ERROR, NG_ERROR_FORMAT,
                    "%s: IDX of type 0x%02x, where 0x08 alone is read, unsigned bytes (write the "
                    "data so, or as NPY)",
                    ng_input_path(input), magic->data[2]);
        return FALSE;
    }
    if (magic->data[3] < 1 || magic->data[3] > DIMENSIONS_MAX) {
        g_set_error(error, NG_ERROR, NG_ERROR_FORMAT,
                    "%s: IDX of %u dimensions (1 to 3 are read: rows, or pictures, of bytes)",
                    ng_input_path(input), magic->data[3]);
        return FALSE;
    }
    if (!read_dimensions(input, magic->data[3], d, error))
        return FALSE;
    if (d[0] == 0)
        return fail(input, error, "no row in it (the first dimension is 0)");
    *shape = (NgRowShape){.rows = d[0], .columns = d[1] * d[2]};
    if (magic->data[3] == DIMENSIONS_MAX) {
        shape->height = d[1];
        shape->width = d[2];
    }
    return TRUE;
}

/**
 * ng_idx_read:
 * @input: at the first byte of an IDX file
 * @rows: where the rows go
 *
 * Returns: whether all that is wanted is read; %FALSE with @error set
 */
gboolean
ng_idx_read(NgInput *input, NgRows *rows, GError **error)
{
    g_autoptr(GByteArray) row = g_byte_array_new();
    NgRowShape shape;

    if (!read_header(input, &shape, error) ||
        !ng_rows_set_shape(rows, NG_PLACE_NUMBER, &shape, error))
        return FALSE;
    for (guint64 r = 0; r < shape.rows; r++) {
        if (ng_rows_is_full(rows))
            return TRUE;
        if (!ng_bytes_fill(row, input, shape.columns, error) ||
            !ng_rows_add_octets(rows, row->data, error))
            return FALSE;
    }
    return ng_bytes_ended(input, error);
}

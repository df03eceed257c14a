/*
 * PNG as a row
 *
 * Grey is what is stored, whatever the file says of gamma.  Colours weigh 0.299,
 * 0.587 and 0.114; what is transparent lies on white.  Sixteen bits become
 * floats, anything else a byte a pixel.
 */
#include "dataset-rows.h"
#include "png-door.h"

#include "ngram/error.h"

enum { RED = 19595, GREEN = 38470, BLUE = 7471, HALF = 1 << 15 }; /* of 2^16, as ITU-R BT.601 */

/* A sample of pixel @i. */
static guint64
sample(const NgPng *png, guint64 i, guint channel)
{
    guint64 at = i * png->channels + channel;

    return png->depth == 8 ? png->data[at]
                           : (guint64)png->data[2 * at] << 8 | png->data[2 * at + 1];
}

static guint64
grey_of(const NgPng *png, guint64 i)
{
    guint64 white = png->depth == 8 ? 255 : 65535;
    guint64 grey = sample(png, i, 0);

    if (png->channels >= 3)
        grey = (grey * RED + sample(png, i, 1) * GREEN + sample(png, i, 2) * BLUE + HALF) >> 16;
    if (png->channels % 2 == 0) {
        guint64 alpha = sample(png, i, png->channels - 1);
        grey = (grey * alpha + white * (white - alpha) + white / 2) / white;
    }
    return grey;
}

static gboolean
add_row(const NgPng *png, NgRows *rows, guint64 columns, GError **error)
{
    if (png->depth == 8) {
        g_autofree guint8 *row = g_malloc(columns);
        for (guint64 i = 0; i < columns; i++)
            row[i] = (guint8)grey_of(png, i);
        return ng_rows_add_bytes(rows, row, 255, error);
    }
    g_autofree float *row = g_new(float, columns);
    for (guint64 i = 0; i < columns; i++)
        row[i] = (float)grey_of(png, i) / 65535.0F;
    return ng_rows_add_floats(rows, row, error);
}

/**
 * ng_png_read:
 * @input: at the first byte of a PNG file
 * @rows: where the picture goes
 *
 * Returns: whether it is read; %FALSE with @error set
 */
gboolean
ng_png_read(NgInput *input, NgRows *rows, GError **error)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_auto(NgPng) png = {0};

    if (!ng_bytes_fill_all(bytes, input, error))
        return FALSE;
    if (!ng_png_open(&png, bytes->data, bytes->len)) {
        g_set_error(error, NG_ERROR, NG_ERROR_FORMAT, "%s: PNG: %s (get or make the file again)",
                    ng_input_path(input), png.trouble);
        return FALSE;
    }
    const NgRowShape shape = {
        .columns = (guint64)png.width * png.height, .width = png.width, .height = png.height};
    if (!ng_rows_set_shape(rows, NG_PLACE_FILE, &shape, error))
        return FALSE;
    if (!ng_png_decode(&png)) {
        g_set_error(error, NG_ERROR, NG_ERROR_FORMAT, "%s: PNG: %s (get or make the file again)",
                    ng_input_path(input), png.trouble);
        return FALSE;
    }
    return add_row(&png, rows, shape.columns, error);
}

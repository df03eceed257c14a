/*
 * Sheets of small pictures
 *
 * N pictures of W x H values, side by side and line by line, with a gap between
 * them.  A place for which no picture is left looks like the gap.
 */
#include "ngram/picture.h"

#include "picture-internal.h"
#include "png-door.h"

#include "ngram/error.h"
#include "ngram/output.h"

#include <math.h>
#include <string.h>

enum { SIDE_MAX = 1 << 20, PIXELS_MAX = 1 << 28 };

enum { MIDDLE = 128, WHITE = 255, GAP = 0x50 };

/* ---- what a value looks like */

/* @share: 0 is @from, 1 is @to */
static guint8
blend(guint8 from, guint8 to, double share)
{
    return (guint8)lrint(from + (to - from) * share);
}

static void
paint(guint8 *pixel, NgPalette palette, float value, double scale)
{
    static const guint8 negative[3] = {0x00, 0x72, 0xb2}, positive[3] = {0xd5, 0x5e, 0x00};
    double x = isnan(value) ? 0.0 : CLAMP((double)value * scale, -1.0, 1.0);
    const guint8 *colour = x < 0.0 ? negative : positive;

    switch (palette) {
    case NG_PALETTE_SIGNED:
        *pixel = x < 0.0 ? blend(MIDDLE, 0, -x) : blend(MIDDLE, WHITE, x);
        break;
    case NG_PALETTE_DIVERGING:
        for (guint c = 0; c < 3; c++)
            pixel[c] = blend(WHITE, colour[c], fabs(x));
        break;
    case NG_PALETTE_GREY:
    default:
        *pixel = blend(0, WHITE, MAX(x, 0.0));
        break;
    }
}

/* One over the largest absolute value of [@n]; 1 where there is none above 0. */
static double
scale_of(const float *values, size_t n)
{
    double most = 0.0;

    for (size_t i = 0; i < n; i++)
        if (isfinite(values[i]))
            most = MAX(most, fabs((double)values[i]));
    return most > 0.0 ? 1.0 / most : 1.0;
}

/* ---- layout */

/** Layout: @columns, @lines: of tiles; @zoom: as it is; @left, @top: of the tile at hand */
typedef struct {
    NgTiles tiles;
    guint zoom;
    size_t columns, lines;
    size_t left, top;
} Layout;

static guint
columns_of(const NgTiles *how, size_t n)
{
    double side = sqrt((double)n * how->height / how->width);
    size_t columns = how->columns > 0 ? how->columns : (size_t)ceil(side);

    return (guint)CLAMP(columns, 1, MIN(n, SIDE_MAX));
}

static gboolean
make_layout(const NgTiles *how, size_t n, Layout *layout, NgPicture *picture, GError **error)
{
    guint zoom = MAX(how->zoom, 1);
    size_t columns = columns_of(how, n);
    size_t lines = (n + columns - 1) / columns;
    double width = ((double)how->width * zoom + how->gap) * (double)columns - how->gap;
    double height = ((double)how->height * zoom + how->gap) * (double)lines - how->gap;

    if (width > SIDE_MAX || height > SIDE_MAX || width * height > PIXELS_MAX) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "a sheet of %.0f x %.0f pixels is too large (show fewer pictures, or zoom "
                    "less)",
                    width, height);
        return FALSE;
    }
    *layout = (Layout){.tiles = *how, .zoom = zoom, .columns = columns, .lines = lines};
    picture->width = (guint)width;
    picture->height = (guint)height;
    return TRUE;
}

static void
put_tile(NgPicture *self, const Layout *layout, const float *values, double scale)
{
    guint zoom = layout->zoom, width = layout->tiles.width;
    guint8 pixel[3];

    for (size_t y = 0; y < (size_t)layout->tiles.height * zoom; y++) {
        guint8 *to =
            self->pixels + ((layout->top + y) * self->width + layout->left) * self->channels;
        for (size_t x = 0; x < (size_t)width * zoom; x++) {
            paint(pixel, layout->tiles.palette, values[y / zoom * width + x / zoom], scale);
            memcpy(to + x * self->channels, pixel, self->channels);
        }
    }
}

static void
put_tiles(NgPicture *self, Layout *layout, const float *values, size_t n)
{
    const NgTiles *how = &layout->tiles;
    size_t size = (size_t)how->width * how->height;
    gboolean is_signed = how->palette != NG_PALETTE_GREY;
    double all = is_signed && !how->each ? scale_of(values, n * size) : 1.0;

    for (size_t i = 0; i < n; i++) {
        const float *tile = values + i * size;
        layout->left = i % layout->columns * (how->width * layout->zoom + how->gap);
        layout->top = i / layout->columns * (how->height * layout->zoom + how->gap);
        put_tile(self, layout, tile, is_signed && how->each ? scale_of(tile, size) : all);
    }
}

/**
 * ng_picture_new:
 * @how: how the pictures are laid out
 * @values: [@n, height, width]
 * @n: pictures, at least 1
 * @error: return location for a #GError, or %NULL
 *
 * Lays out a sheet.  Grey below 0 is black, above 1 white; NaN is 0.
 *
 * Errors: %NG_ERROR_RANGE for a sheet of more than 2^28 pixels, or 2^20 on a side.
 *
 * Returns: (transfer full): free with ng_picture_free(); %NULL with @error set
 */
NgPicture *
ng_picture_new(const NgTiles *how, const float *values, size_t n, GError **error)
{
    g_return_val_if_fail(how != NULL && how->width > 0 && how->height > 0, NULL);
    g_return_val_if_fail(values != NULL && n > 0, NULL);
    g_return_val_if_fail(error == NULL || *error == NULL, NULL);

    g_autoptr(NgPicture) self = g_new0(NgPicture, 1);
    Layout layout;
    if (!make_layout(how, n, &layout, self, error))
        return NULL;
    self->channels = how->palette == NG_PALETTE_DIVERGING ? 3 : 1;
    size_t size = (size_t)self->width * self->height * self->channels;
    self->pixels = g_malloc(size);
    memset(self->pixels, how->palette == NG_PALETTE_SIGNED ? 0 : GAP, size);
    put_tiles(self, &layout, values, n);
    return g_steal_pointer(&self);
}

/**
 * ng_picture_free:
 * @self: (nullable) (transfer full): a picture
 */
void
ng_picture_free(NgPicture *self)
{
    if (self == NULL)
        return;
    g_free(self->pixels);
    g_free(self);
}

/** ng_picture_width: Returns: in pixels */
guint
ng_picture_width(const NgPicture *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->width;
}

/** ng_picture_height: Returns: in pixels */
guint
ng_picture_height(const NgPicture *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->height;
}

/** ng_picture_has_colour: Returns: whether a pixel is red, green and blue, not one grey */
gboolean
ng_picture_has_colour(const NgPicture *self)
{
    g_return_val_if_fail(self != NULL, FALSE);

    return self->channels == 3;
}

/** ng_picture_pixels: Returns: (transfer none): [height, width, 1 or 3] */
const guint8 *
ng_picture_pixels(const NgPicture *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    return self->pixels;
}

/* ---- files */

static gboolean
has_ending(const char *path, const char *ending)
{
    const char *dot = strrchr(path, '.');

    return dot != NULL && g_ascii_strcasecmp(dot, ending) == 0;
}

/**
 * ng_picture_check_path:
 * @path: (type filename): where a picture is to go
 * @colour: whether it will have colour
 * @error: return location for a #GError, or %NULL
 *
 * Says before the work what ng_picture_save() would say after it.
 *
 * Returns: whether the ending tells of a format: .png, .ppm or, without colour, .pgm; `-` does
 */
gboolean
ng_picture_check_path(const char *path, gboolean colour, GError **error)
{
    g_return_val_if_fail(path != NULL, FALSE);
    g_return_val_if_fail(error == NULL || *error == NULL, FALSE);

    if (strcmp(path, "-") == 0 || has_ending(path, ".png") || has_ending(path, ".ppm") ||
        (!colour && has_ending(path, ".pgm")))
        return TRUE;
    if (has_ending(path, ".pgm"))
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "%s: PGM has no colour (name a .png or .ppm file)", path);
    else
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "%s: a picture is .png, .pgm or .ppm (name such a file)", path);
    return FALSE;
}

static void
put_pnm(const NgPicture *self, NgOutput *output, gboolean colour)
{
    size_t n = (size_t)self->width * self->height;
    char head[64];

    g_snprintf(head, sizeof head, "%s\n%u %u\n255\n", colour ? "P6" : "P5", self->width,
               self->height);
    ng_output_puts(output, head);
    if (colour == (self->channels == 3)) {
        ng_output_write(output, self->pixels, n * self->channels);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const guint8 pixel[] = {self->pixels[i], self->pixels[i], self->pixels[i]};
        ng_output_write(output, pixel, sizeof pixel);
    }
}

/**
 * ng_picture_save:
 * @path: (type filename): whose ending tells the format: .png, .pgm or .ppm; `-` is standard
 *   output, as PGM or PPM
 * @error: return location for a #GError, or %NULL
 *
 * Errors: those of ng_picture_check_path(), and %G_FILE_ERROR from the system.
 *
 * Returns: whether the file is in its place
 */
gboolean
ng_picture_save(const NgPicture *self, const char *path, GError **error)
{
    g_return_val_if_fail(self != NULL && path != NULL, FALSE);
    g_return_val_if_fail(error == NULL || *error == NULL, FALSE);

    gboolean colour = self->channels == 3;
    if (!ng_picture_check_path(path, colour, error))
        return FALSE;
    g_autoptr(NgOutput) output = ng_output_open(path, error);
    if (output == NULL)
        return FALSE;
    if (!has_ending(path, ".png")) {
        put_pnm(self, output, colour || has_ending(path, ".ppm"));
    } else if (!ng_png_write(output, self->width, self->height, colour, self->pixels)) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE, "%s: libpng cannot write this picture", path);
        return FALSE;
    }
    return ng_output_commit(output, error);
}

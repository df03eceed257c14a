/*
 * A picture as PNG
 *
 * Drawn by cairo, where the program was built with it; two dots a pixel, which sharp
 * screens show, or one where that would be more than cairo can hold.
 */
#include "canvas.h"

#include "cli.h"

#ifdef NG_HAVE_CAIRO

#include "ngram/error.h"
#include "ngram/output.h"

#include <cairo.h>

enum { SIDE_MAX = 32767 }; /* of cairo's images */

gboolean
ng_canvas_has_png(void)
{
    return TRUE;
}

static void
set_colour(cairo_t *cr, guint32 colour)
{
    cairo_set_source_rgb(cr, (colour >> 16) / 255.0, (colour >> 8 & 255) / 255.0,
                         (colour & 255) / 255.0);
}

static void
draw_words(cairo_t *cr, const NgShape *s)
{
    static const double share[] = {0.0, 0.5, 1.0};
    cairo_text_extents_t extents;

    cairo_select_font_face(cr, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                           s->bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_text_extents(cr, s->text, &extents);
    cairo_move_to(cr, s->points[0].x - share[s->anchor] * extents.x_advance, s->points[0].y);
    cairo_show_text(cr, s->text);
}

static void
draw_shape(cairo_t *cr, const NgShape *s)
{
    cairo_new_path(cr); /* a text leaves off where a line would go on */
    set_colour(cr, s->pen.colour);
    if (s->text != NULL) {
        draw_words(cr, s);
        return;
    }
    if (s->n == 1) {
        cairo_arc(cr, s->points[0].x, s->points[0].y, 2.0 * s->pen.width, 0.0, 2.0 * G_PI);
        cairo_fill(cr);
        return;
    }
    for (size_t i = 0; i < s->n; i++)
        cairo_line_to(cr, s->points[i].x, s->points[i].y);
    cairo_set_line_width(cr, s->pen.width);
    cairo_stroke(cr);
}

static cairo_status_t
put(void *data, const unsigned char *bytes, unsigned n)
{
    ng_output_write(data, bytes, n);
    return CAIRO_STATUS_SUCCESS; /* ng_output_commit() tells */
}

/* (transfer full): the image, in whatever state */
static cairo_surface_t *
draw(const NgCanvas *self, double scale)
{
    cairo_surface_t *image = cairo_image_surface_create(
        CAIRO_FORMAT_RGB24, (int)(self->width * scale), (int)(self->height * scale));
    cairo_t *cr = cairo_create(image);

    cairo_scale(cr, scale, scale);
    cairo_set_source_rgb(cr, 1.0, 1.0, 1.0);
    cairo_paint(cr);
    cairo_set_font_size(cr, NG_CANVAS_FONT_SIZE);
    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    for (guint i = 0; i < self->shapes->len; i++)
        draw_shape(cr, &g_array_index(self->shapes, NgShape, i));
    cairo_destroy(cr);
    return image;
}

gboolean
ng_canvas_save_png(const NgCanvas *self, const char *path, GError **error)
{
    double scale = 2.0 * MAX(self->width, self->height) > SIDE_MAX ? 1.0 : 2.0;

    if (MAX(self->width, self->height) > SIDE_MAX) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "%s: too high for PNG, %g pixels; name fewer documents, or a .svg file", path,
                    self->height);
        return FALSE;
    }
    g_autoptr(NgOutput) output = ng_output_open(path, error);
    if (output == NULL)
        return FALSE;
    cairo_surface_t *image = draw(self, scale);
    cairo_status_t status = cairo_surface_status(image);
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_write_to_png_stream(image, put, output);
    cairo_surface_destroy(image);
    if (status == CAIRO_STATUS_SUCCESS)
        return ng_output_commit(output, error);
    g_set_error(error, NG_ERROR, NG_ERROR_RANGE, "%s: %s", path, cairo_status_to_string(status));
    return FALSE;
}

#else

gboolean
ng_canvas_has_png(void)
{
    return FALSE;
}

gboolean
ng_canvas_save_png(const NgCanvas *self G_GNUC_UNUSED, const char *path, GError **error)
{
    return ng_cli_usage_error(error, "%s: built without cairo", path);
}

#endif

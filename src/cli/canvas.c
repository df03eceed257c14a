/*
 * A picture
 *
 * Shapes are gathered, and written at the end, as the file's name wants: PNG, or SVG by
 * hand, which needs no font and no style from elsewhere.
 */
#include "canvas.h"

#include "cli.h"
#include "escape.h"

#include "ngram/output.h"

#include <string.h>

static gboolean
is_png(const char *path)
{
    const char *dot = strrchr(path, '.');

    return dot != NULL && g_ascii_strcasecmp(dot, ".png") == 0;
}

/**
 * ng_canvas_check:
 * @path: where a picture is to go
 *
 * Returns: %FALSE with @error set where its ending tells of something that cannot be drawn; a name
 *   without one is SVG
 */
gboolean
ng_canvas_check(const char *path, GError **error)
{
    g_autofree char *base = g_path_get_basename(path);
    const char *dot = strrchr(base, '.');

    if (is_png(base) && !ng_canvas_has_png())
        return ng_cli_usage_error(error,
                                  "%s: this program was built without cairo, which draws "
                                  "PNG; name a .svg file",
                                  path);
    if (dot == NULL || is_png(base) || g_ascii_strcasecmp(dot, ".svg") == 0)
        return TRUE;
    return ng_cli_usage_error(error, "%s: a picture is .svg or .png, not %s", path, dot);
}

static void
shape_clear(gpointer data)
{
    NgShape *shape = data;

    g_free(shape->points);
    g_free(shape->text);
}

/** ng_canvas_new: Returns: (transfer full): a white sheet of so many pixels */
NgCanvas *
ng_canvas_new(double width, double height)
{
    NgCanvas *self = g_new0(NgCanvas, 1);

    self->width = width;
    self->height = height;
    self->shapes = g_array_new(FALSE, FALSE, sizeof(NgShape));
    g_array_set_clear_func(self->shapes, shape_clear);
    return self;
}

void
ng_canvas_free(NgCanvas *self)
{
    if (self == NULL)
        return;
    g_array_unref(self->shapes);
    g_free(self);
}

static void
add(NgCanvas *self, NgShape shape, const NgPoint *points, size_t n)
{
    shape.points = g_memdup2(points, n * sizeof *points);
    shape.n = n;
    for (size_t i = 0; i < n; i++)
        shape.points[i].y += self->top;
    g_array_append_val(self->shapes, shape);
}

/** ng_canvas_line: through @points: [@n]; a dot where there is one alone, nothing where there is none
 */
void
ng_canvas_line(NgCanvas *self, NgPen pen, const NgPoint *points, size_t n)
{
    if (n > 0)
        add(self, (NgShape){.pen = pen}, points, n);
}

/** ng_canvas_text: bytes that no font has a sign for are escaped */
void
ng_canvas_text(NgCanvas *self, NgPoint at, NgAnchor anchor, gboolean bold, const char *text)
{
    GString *safe = g_string_new(NULL);

    ng_escape_terminal(safe, text, strlen(text));
    const NgShape shape = {.pen = {NG_CANVAS_INK, 0.0},
                           .text = g_string_free(safe, FALSE),
                           .anchor = anchor,
                           .bold = bold};
    add(self, shape, &at, 1);
}

/* ---- SVG */

static void
add_words(GString *svg, const NgShape *s)
{
    static const char *const anchors[] = {"start", "middle", "end"};
    g_autofree char *escaped = g_markup_escape_text(s->text, -1);

    g_string_append_printf(svg, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\"%s>%s</text>\n",
                           s->points[0].x, s->points[0].y, anchors[s->anchor],
                           s->bold ? " font-weight=\"bold\"" : "", escaped);
}

static void
add_shape(GString *svg, const NgShape *s)
{
    if (s->text != NULL) {
        add_words(svg, s);
        return;
    }
    if (s->n == 1) {
        g_string_append_printf(svg, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%g\" fill=\"#%06x\"/>\n",
                               s->points[0].x, s->points[0].y, 2.0 * s->pen.width, s->pen.colour);
        return;
    }
    g_string_append_printf(svg,
                           "<polyline fill=\"none\" stroke=\"#%06x\" stroke-width=\"%g\" "
                           "stroke-linejoin=\"round\" points=\"",
                           s->pen.colour, s->pen.width);
    for (size_t i = 0; i < s->n; i++)
        g_string_append_printf(svg, "%s%.1f,%.1f", i > 0 ? " " : "", s->points[i].x,
                               s->points[i].y);
    g_string_append(svg, "\"/>\n");
}

static gboolean
save_svg(const NgCanvas *self, const char *path, GError **error)
{
    g_autoptr(GString) svg = g_string_new(NULL);

    g_string_append_printf(svg,
                           "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%g\" height=\"%g\" "
                           "viewBox=\"0 0 %g %g\" font-family=\"sans-serif\" font-size=\"%d\" "
                           "fill=\"#%06x\">\n<rect width=\"%g\" height=\"%g\" fill=\"#fff\"/>\n",
                           self->width, self->height, self->width, self->height,
                           NG_CANVAS_FONT_SIZE, NG_CANVAS_INK, self->width, self->height);
    for (guint i = 0; i < self->shapes->len; i++)
        add_shape(svg, &g_array_index(self->shapes, NgShape, i));
    g_string_append(svg, "</svg>\n");
    g_autoptr(NgOutput) output = ng_output_open(path, error);
    if (output == NULL)
        return FALSE;
    ng_output_write(output, svg->str, svg->len);
    return ng_output_commit(output, error);
}

/** ng_canvas_save: @path: as ng_canvas_check() wants it; appears whole or not at all */
gboolean
ng_canvas_save(const NgCanvas *self, const char *path, GError **error)
{
    return is_png(path) ? ng_canvas_save_png(self, path, error) : save_svg(self, path, error);
}

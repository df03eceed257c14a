/* canvas.h - lines and words of a picture, as SVG or PNG. */
#pragma once

#include <glib.h>

/** NgAnchor: what of a text stands at its place. */
typedef enum { NG_ANCHOR_START, NG_ANCHOR_MIDDLE, NG_ANCHOR_END } NgAnchor;

/** NgPoint: in pixels from the top left. */
typedef struct {
    double x, y;
} NgPoint;

/** NgPen: @colour: 0xRRGGBB. */
typedef struct {
    guint32 colour;
    double width;
} NgPen;

/**
 * NgShape: something on a canvas.
 * @text: (nullable): words at @points[0]; else a line through all points, or a dot at one alone
 */
typedef struct {
    NgPen pen;
    NgPoint *points;
    size_t n;
    char *text;
    NgAnchor anchor;
    gboolean bold;
} NgShape;

/** NgCanvas: @shapes: (element-type NgShape): from the bottom to the top; @top: added to each y. */
typedef struct {
    double width, height, top;
    GArray *shapes;
} NgCanvas;

gboolean ng_canvas_check(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
NgCanvas *ng_canvas_new(double width, double height);
void ng_canvas_free(NgCanvas *self);
void ng_canvas_line(NgCanvas *self, NgPen pen, const NgPoint *points, size_t n);
void ng_canvas_text(NgCanvas *self, NgPoint at, NgAnchor anchor, gboolean bold, const char *text);
gboolean ng_canvas_save(const NgCanvas *self, const char *path, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

gboolean ng_canvas_has_png(void);
gboolean ng_canvas_save_png(const NgCanvas *self, const char *path, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

#define NG_CANVAS_FONT_SIZE 13
#define NG_CANVAS_INK       0x333333U

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgCanvas, ng_canvas_free)

/*
 * Learning curves
 *
 * A panel for each thing that is measured, one below the other, over the same
 * axis: so numbers of different units each fill the height that they have.
 * Colours are those of plot.c, which colour-blind eyes tell apart.
 */
#include "plot.h"

#include "canvas.h"

#include "ngram/number.h"

#include <math.h>
#include <stdio.h>

enum {
    WIDTH = 960,
    PANEL = 260,
    LEFT = 84,
    RIGHT = 190,
    TOP = 44,
    BOTTOM = 46,
    TICKS = 5 /* about so many */
};

static const guint32 colours[] = {0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7,
                                  0xe69f00, 0x56b4e9, 0x8c6d31, 0x666666};

/** Range: of one axis, from tick to tick. */
typedef struct {
    double low, high, tick;
} Range;

/* A round distance: 1, 2 or 5 times a power of ten. */
static double
tick_of(double width)
{
    double rough = width / TICKS;
    double power = pow(10.0, floor(log10(rough)));
    double share = rough / power;

    return power * (share > 5.0 ? 10.0 : share > 2.0 ? 5.0 : share > 1.0 ? 2.0 : 1.0);
}

/* Takes a value into a range that begins as inf .. -inf. */
static void
widen(Range *range, double x)
{
    if (!isfinite(x))
        return;
    range->low = fmin(range->low, x);
    range->high = fmax(range->high, x);
}

/* Ends a range at ticks; @whole: whether ticks are whole numbers, and ends stay where they are. */
static void
settle(Range *range, gboolean whole)
{
    if (!(range->low <= range->high))
        *range = (Range){0.0, 1.0, 0.0};
    double size = fmax(fabs(range->low), fabs(range->high));
    if (range->high - range->low <= 1e-12 * size || range->high == range->low) {
        double half = fmax(size * 0.01, whole ? 1.0 : 1e-3);
        range->low -= whole ? 0.0 : half;
        range->high += half;
    }
    range->tick = tick_of(range->high - range->low);
    if (whole) {
        range->tick = fmax(range->tick, 1.0);
        return;
    }
    range->low = floor(range->low / range->tick) * range->tick;
    range->high = ceil(range->high / range->tick) * range->tick;
}

static Range
range_of_x(const NgPanel *panels, size_t n)
{
    Range range = {HUGE_VAL, -HUGE_VAL, 0.0};

    for (size_t p = 0; p < n; p++)
        for (size_t s = 0; s < panels[p].n; s++)
            for (size_t i = 0; i < panels[p].series[s].n; i++)
                widen(&range, panels[p].series[s].x[i]);
    settle(&range, TRUE);
    return range;
}

static Range
range_of_y(const NgPanel *panel)
{
    Range range = {HUGE_VAL, -HUGE_VAL, 0.0};

    for (size_t s = 0; s < panel->n; s++)
        for (size_t i = 0; i < panel->series[s].n; i++)
            widen(&range, panel->series[s].y[i]);
    settle(&range, FALSE);
    return range;
}

static double
place_x(const Range *range, double x)
{
    return LEFT + (x - range->low) / (range->high - range->low) * (WIDTH - LEFT - RIGHT);
}

static double
place_y(const Range *range, double y)
{
    return PANEL - BOTTOM - (y - range->low) / (range->high - range->low) * (PANEL - TOP - BOTTOM);
}

/* Ticks are multiples, so that none is 0.30000000000000004. */
static void
add_number(NgCanvas *canvas, NgPoint at, NgAnchor anchor, double number, double tick)
{
    char text[64];
    int digits = (int)fmax(0.0, ceil(-log10(tick) - 1e-9));

    if (fabs(number) >= 1e15 || digits > 9) {
        ng_number_from_double(text, number);
    } else {
        g_autofree char *format = g_strdup_printf("%%.%df", digits);
        g_ascii_formatd(text, sizeof text, format, number == 0.0 ? 0.0 : number);
    }
    ng_canvas_text(canvas, at, anchor, FALSE, text);
}

static void
add_axes(NgCanvas *canvas, const NgPanel *panel, const char *axis, const Range *x, const Range *y)
{
    const NgPen grey = {0xccccccU, 1.0};
    const NgPoint below = {(LEFT + WIDTH - RIGHT) / 2.0, PANEL - 8};
    int ticks = (int)lround((y->high - y->low) / y->tick);

    ng_canvas_text(canvas, (NgPoint){LEFT, TOP - 16}, NG_ANCHOR_START, TRUE, panel->title);
    for (int i = 0; i <= ticks; i++) {
        double value = (round(y->low / y->tick) + i) * y->tick;
        double at = place_y(y, value);
        const NgPoint line[] = {{LEFT, at}, {WIDTH - RIGHT, at}};
        ng_canvas_line(canvas, grey, line, G_N_ELEMENTS(line));
        add_number(canvas, (NgPoint){LEFT - 8, at + 4}, NG_ANCHOR_END, value, y->tick);
    }
    double first = ceil(x->low / x->tick), last = floor(x->high / x->tick);
    for (int i = 0; i <= (int)(last - first); i++) {
        double value = (first + i) * x->tick;
        const NgPoint at = {place_x(x, value), PANEL - BOTTOM + 18};
        add_number(canvas, at, NG_ANCHOR_MIDDLE, value, x->tick);
    }
    ng_canvas_text(canvas, below, NG_ANCHOR_MIDDLE, FALSE, axis);
}

/* One line, in as many pieces as gaps leave of it.  What is NaN was not measured, as happens to figures
 * that are taken every few epochs: the line goes on to the next one. */
static void
add_series(NgCanvas *canvas, const NgSeries *s, const Range *x, const Range *y, guint32 colour)
{
    const NgPen pen = {colour, 2.0};
    g_autofree NgPoint *points = g_new(NgPoint, s->n + 1);
    size_t n = 0;

    for (size_t i = 0; i < s->n; i++) {
        if (isfinite(s->x[i]) && isfinite(s->y[i])) {
            points[n++] = (NgPoint){place_x(x, s->x[i]), place_y(y, s->y[i])};
            continue;
        }
        if (isnan(s->x[i]) || isnan(s->y[i]))
            continue;
        ng_canvas_line(canvas, pen, points, n);
        n = 0;
    }
    ng_canvas_line(canvas, pen, points, n);
}

static void
add_panel(NgCanvas *canvas, const NgPanel *panel, const char *axis, const Range *x)
{
    Range y = range_of_y(panel);

    add_axes(canvas, panel, axis, x, &y);
    for (size_t s = 0; s < panel->n; s++) {
        guint32 colour = colours[s % G_N_ELEMENTS(colours)];
        double at = TOP + 20.0 * (double)s;
        const NgPoint key[] = {{WIDTH - RIGHT + 16, at}, {WIDTH - RIGHT + 36, at}};
        add_series(canvas, &panel->series[s], x, &y, colour);
        ng_canvas_line(canvas, (NgPen){colour, 4.0}, key, G_N_ELEMENTS(key));
        ng_canvas_text(canvas, (NgPoint){WIDTH - RIGHT + 44, at + 4}, NG_ANCHOR_START, FALSE,
                       panel->series[s].name);
    }
}

/**
 * ng_plot_series:
 * @path: an SVG or PNG file, as ng_canvas_check() wants it, which appears whole or not at all
 * @axis: what goes to the right: `epoch`
 * @panels: [@n] from the top
 * @n: at least 1
 */
gboolean
ng_plot_series(const char *path, const char *axis, const NgPanel *panels, size_t n, GError **error)
{
    g_autoptr(NgCanvas) canvas = ng_canvas_new(WIDTH, PANEL * (double)n);
    const Range x = range_of_x(panels, n);

    for (size_t p = 0; p < n; p++) {
        canvas->top = PANEL * (double)p;
        add_panel(canvas, &panels[p], axis, &x);
    }
    return ng_canvas_save(canvas, path, error);
}

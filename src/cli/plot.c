/*
 * The plot of a rolling answer
 *
 * A panel a passage, a line an author, of the eight who come out highest anywhere in it; colours
 * that colour-blind eyes tell apart (Okabe & Ito).  An author has one colour in all panels: the
 * first eight have those of the palette, the next ones darker, then lighter ones, and so again.
 */
#include "rolling.h"

#include "canvas.h"

#include "ngram/number.h"

#include <math.h>
#include <stdlib.h>

enum {
    WIDTH = 960,
    PANEL = 300,
    LEFT = 56,
    RIGHT = 190,
    TOP = 44,
    BOTTOM = 46,
    MOST = 8,
    TONES = 3
};

static const guint32 colours[MOST] = {0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7,
                                      0xe69f00, 0x56b4e9, 0x8c6d31, 0x666666};

/** Line: one author; @peak: the greatest probability in a panel, or in all that show the author. */
typedef struct {
    size_t author;
    double peak;
} Line;

static int
by_peak(const void *a, const void *b)
{
    const Line *x = a, *y = b;

    if (x->peak != y->peak)
        return x->peak > y->peak ? -1 : 1;
    return (x->author > y->author) - (x->author < y->author);
}

static double
y_of(double probability)
{
    return TOP + (1.0 - probability) * (PANEL - TOP - BOTTOM);
}

static double
x_of(double token, double last)
{
    return LEFT + token / fmax(last, 1.0) * (WIDTH - LEFT - RIGHT);
}

/* A round distance between ticks, some five of them. */
static double
tick_of(double last)
{
    double tick = pow(10.0, floor(log10(fmax(last, 1.0))));

    return last / tick >= 5.0 ? tick : last / tick >= 2.0 ? tick / 2.0 : fmax(tick / 5.0, 1.0);
}

static void
add_axes(NgCanvas *canvas, const char *name, double last)
{
    const NgPen grey = {0xccccccU, 1.0};
    char number[NG_NUMBER_SIZE];

    ng_canvas_text(canvas, (NgPoint){LEFT, TOP - 16}, NG_ANCHOR_START, TRUE, name);
    for (int i = 0; i <= 4; i++) {
        double y = y_of(i / 4.0);
        const NgPoint line[] = {{LEFT, y}, {WIDTH - RIGHT, y}};
        ng_canvas_line(canvas, grey, line, G_N_ELEMENTS(line));
        ng_number_from_double(number, i / 4.0);
        ng_canvas_text(canvas, (NgPoint){LEFT - 8, y + 4}, NG_ANCHOR_END, FALSE, number);
    }
    for (size_t i = 0; (double)i * tick_of(last) <= last; i++) {
        double t = (double)i * tick_of(last);
        const NgPoint at = {x_of(t, last), PANEL - BOTTOM + 18};
        ng_number_from_double(number, t);
        ng_canvas_text(canvas, at, NG_ANCHOR_MIDDLE, FALSE, number);
    }
    ng_canvas_text(canvas, (NgPoint){(LEFT + WIDTH - RIGHT) / 2.0, PANEL - 8}, NG_ANCHOR_MIDDLE,
                   FALSE, "tokens (middle of the window)");
}

/* One author's probability, at the middle of each window; a dot where there is one window. */
static void
add_line(NgCanvas *canvas, const NgCurve *c, size_t author, double last, guint32 colour)
{
    g_autofree NgPoint *points = g_new(NgPoint, c->n + 1);

    for (size_t i = 0; i < c->n; i++) {
        double middle = ((double)g_array_index(c->from, guint64, i) +
                         (double)g_array_index(c->to, guint64, i)) /
                        2.0;
        double p = g_array_index(c->probability, double, i * c->authors + author);
        points[i] = (NgPoint){x_of(middle, last), y_of(p)};
    }
    ng_canvas_line(canvas, (NgPen){colour, 2.0}, points, c->n);
}

/* Returns: (transfer full): [c->authors] the highest first; the first MOST are shown */
static Line *
lines_of(const NgCurve *c)
{
    Line *line = g_new0(Line, c->authors);

    for (size_t a = 0; a < c->authors; a++) {
        line[a].author = a;
        for (size_t i = 0; i < c->n; i++)
            line[a].peak =
                fmax(line[a].peak, g_array_index(c->probability, double, i * c->authors + a));
    }
    qsort(line, c->authors, sizeof *line, by_peak);
    return line;
}

/* The colour of the author whose rank is @rank in the whole picture. */
static guint32
colour_of(size_t rank)
{
    guint32 base = colours[rank % MOST];
    size_t tone = rank / MOST % TONES;
    guint32 half = base >> 1 & 0x7f7f7fU;

    return tone == 0 ? base : tone == 1 ? half : half + 0x808080U;
}

/* Returns: (transfer full): [authors] the colour of each; ranks are of those who are shown. */
static guint32 *
colours_of(const GPtrArray *curves, size_t authors)
{
    g_autofree Line *all = g_new0(Line, authors);
    guint32 *colour = g_new0(guint32, authors);

    for (size_t a = 0; a < authors; a++)
        all[a] = (Line){a, -1.0};
    for (guint i = 0; i < curves->len; i++) {
        g_autofree Line *line = lines_of(curves->pdata[i]);
        for (size_t k = 0; k < MIN(authors, (size_t)MOST); k++)
            all[line[k].author].peak = fmax(all[line[k].author].peak, line[k].peak);
    }
    qsort(all, authors, sizeof *all, by_peak);
    for (size_t k = 0; k < authors; k++)
        colour[all[k].author] = colour_of(k);
    return colour;
}

static void
add_panel(NgCanvas *canvas, const NgCurve *c, const char *const *names, const guint32 *colour)
{
    g_autofree Line *line = lines_of(c);
    double last = c->n > 0 ? (double)g_array_index(c->to, guint64, c->n - 1) : 0.0;
    size_t shown = MIN(c->authors, (size_t)MOST);

    add_axes(canvas, c->name, last);
    for (size_t k = shown; k-- > 0;) { /* the highest on top */
        double y = TOP + 20.0 * (double)k;
        const NgPoint key[] = {{WIDTH - RIGHT + 16, y}, {WIDTH - RIGHT + 36, y}};
        size_t author = line[k].author;
        add_line(canvas, c, author, last, colour[author]);
        ng_canvas_line(canvas, (NgPen){colour[author], 4.0}, key, G_N_ELEMENTS(key));
        ng_canvas_text(canvas, (NgPoint){WIDTH - RIGHT + 44, y + 4}, NG_ANCHOR_START, FALSE,
                       names[author]);
    }
    if (shown < c->authors) {
        const NgPoint at = {WIDTH - RIGHT + 16, TOP + 20.0 * MOST + 4};
        g_autofree char *rest = g_strdup_printf("and %zu others below", c->authors - shown);
        ng_canvas_text(canvas, at, NG_ANCHOR_START, FALSE, rest);
    }
}

/**
 * ng_plot:
 * @path: an SVG or PNG file, which appears whole or not at all
 * @curves: (element-type NgCurve): one panel each
 * @names: of the authors, then of nobody
 */
gboolean
ng_plot(const char *path, const GPtrArray *curves, const char *const *names, GError **error)
{
    g_autoptr(NgCanvas) canvas = ng_canvas_new(WIDTH, PANEL * MAX(curves->len, 1));
    g_autofree guint32 *colour =
        colours_of(curves, curves->len > 0 ? ((const NgCurve *)curves->pdata[0])->authors : 0);

    for (guint i = 0; i < curves->len; i++) {
        canvas->top = PANEL * (double)i;
        add_panel(canvas, curves->pdata[i], names, colour);
    }
    return ng_canvas_save(canvas, path, error);
}

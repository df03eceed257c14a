/*
 * The plot of a rolling answer
 *
 * SVG by hand: a panel a passage, a line an author, of the eight who come out highest
 * anywhere; colours that colour-blind eyes tell apart (Okabe & Ito).  It needs no font and
 * no style from elsewhere.
 */
#include "rolling.h"

#include "ngram/number.h"
#include "ngram/output.h"

#include <math.h>
#include <stdlib.h>

enum { WIDTH = 960, PANEL = 300, LEFT = 56, RIGHT = 190, TOP = 44, BOTTOM = 46, MOST = 8 };

static const char *const colours[MOST] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                          "#e69f00", "#56b4e9", "#8c6d31", "#666666"};

/** Line: one author of a panel; @peak: the greatest probability anywhere. */
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

static void
add_escaped(GString *svg, const char *text)
{
    g_autofree char *sound = g_utf8_make_valid(text, -1);
    g_autofree char *escaped = g_markup_escape_text(sound, -1);

    g_string_append(svg, escaped);
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

static void
add_label(GString *svg, double x, double y, const char *anchor, const char *text)
{
    g_string_append_printf(svg, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", x, y, anchor);
    add_escaped(svg, text);
    g_string_append(svg, "</text>\n");
}

/* A round distance between ticks, some five of them. */
static double
tick_of(double last)
{
    double tick = pow(10.0, floor(log10(fmax(last, 1.0))));

    return last / tick >= 5.0 ? tick : last / tick >= 2.0 ? tick / 2.0 : fmax(tick / 5.0, 1.0);
}

static void
add_axes(GString *svg, const char *name, double last)
{
    char number[NG_NUMBER_SIZE];

    g_string_append(svg, "<g font-weight=\"bold\">");
    add_label(svg, LEFT, TOP - 16, "start", name);
    g_string_append(svg, "</g>\n");
    for (int i = 0; i <= 4; i++) {
        double y = y_of(i / 4.0);
        g_string_append_printf(svg,
                               "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" "
                               "stroke=\"#ccc\"/>\n",
                               LEFT, WIDTH - RIGHT, y, y);
        ng_number_from_double(number, i / 4.0);
        add_label(svg, LEFT - 8, y + 4, "end", number);
    }
    for (double t = 0.0; t <= last; t += tick_of(last)) {
        ng_number_from_double(number, t);
        add_label(svg, x_of(t, last), PANEL - BOTTOM + 18, "middle", number);
    }
    add_label(svg, (LEFT + WIDTH - RIGHT) / 2.0, PANEL - 8, "middle",
              "tokens (middle of the window)");
}

/* One author's probability, at the middle of each window. */
static void
add_line(GString *svg, const NgCurve *c, size_t author, double last, const char *colour)
{
    g_string_append_printf(svg,
                           "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" "
                           "stroke-linejoin=\"round\" points=\"",
                           colour);
    for (size_t i = 0; i < c->n; i++) {
        double middle = ((double)g_array_index(c->from, guint64, i) +
                         (double)g_array_index(c->to, guint64, i)) /
                        2.0;
        double p = g_array_index(c->probability, double, i * c->authors + author);
        g_string_append_printf(svg, "%s%.1f,%.1f", i > 0 ? " " : "", x_of(middle, last), y_of(p));
    }
    g_string_append(svg, "\"/>\n");
    if (c->n == 1) /* a line of one point cannot be seen */
        g_string_append_printf(svg, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>\n",
                               x_of(last / 2.0, last),
                               y_of(g_array_index(c->probability, double, author)), colour);
}

static void
add_panel(GString *svg, const NgCurve *c, const char *const *names)
{
    g_autofree Line *line = g_new0(Line, c->authors);
    double last = c->n > 0 ? (double)g_array_index(c->to, guint64, c->n - 1) : 0.0;
    size_t shown = MIN(c->authors, (size_t)MOST);

    for (size_t a = 0; a < c->authors; a++) {
        line[a].author = a;
        for (size_t i = 0; i < c->n; i++)
            line[a].peak =
                fmax(line[a].peak, g_array_index(c->probability, double, i * c->authors + a));
    }
    qsort(line, c->authors, sizeof *line, by_peak);
    add_axes(svg, c->name, last);
    for (size_t k = shown; k-- > 0;) { /* the highest on top */
        double y = TOP + 20.0 * (double)k;
        add_line(svg, c, line[k].author, last, colours[k]);
        g_string_append_printf(svg,
                               "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" "
                               "stroke-width=\"4\"/>\n",
                               WIDTH - RIGHT + 16, WIDTH - RIGHT + 36, y, y, colours[k]);
        add_label(svg, WIDTH - RIGHT + 44, y + 4, "start", names[line[k].author]);
    }
    if (shown < c->authors) {
        g_autofree char *rest = g_strdup_printf("and %zu others below", c->authors - shown);
        add_label(svg, WIDTH - RIGHT + 16, TOP + 20.0 * MOST + 4, "start", rest);
    }
}

/**
 * ng_plot:
 * @path: an SVG file, which appears whole or not at all
 * @curves: (element-type NgCurve): one panel each
 * @names: of the authors, then of nobody
 */
gboolean
ng_plot(const char *path, const GPtrArray *curves, const char *const *names, GError **error)
{
    g_autoptr(GString) svg = g_string_new(NULL);
    guint height = PANEL * MAX(curves->len, 1);

    g_string_append_printf(svg,
                           "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%u\" "
                           "viewBox=\"0 0 %d %u\" font-family=\"sans-serif\" font-size=\"13\" "
                           "fill=\"#333\">\n<rect width=\"%d\" height=\"%u\" fill=\"#fff\"/>\n",
                           WIDTH, height, WIDTH, height, WIDTH, height);
    for (guint i = 0; i < curves->len; i++) {
        g_string_append_printf(svg, "<g transform=\"translate(0,%u)\">\n", PANEL * i);
        add_panel(svg, curves->pdata[i], names);
        g_string_append(svg, "</g>\n");
    }
    g_string_append(svg, "</svg>\n");
    g_autoptr(NgOutput) output = ng_output_open(path, error);
    if (output == NULL)
        return FALSE;
    ng_output_write(output, svg->str, svg->len);
    return ng_output_commit(output, error);
}

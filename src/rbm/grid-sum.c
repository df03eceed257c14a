/*
 * log Z of a grid
 *
 * Pixels are summed out one by one, row by row: what lies ahead of a pixel touches only the last W
 * pixels before it (and one more, where the falling diagonal counts).  So a vector with a number for
 * each state of these is all that is kept,
 *     after(.., x, ..) = sum over the pixel above of before(.., up, ..) e^(x a(left, up, ...)),
 * H W 2^W steps in all (the transfer matrix of Kramers and Wannier, a pixel at a time).  Numbers are
 * plain where their spread fits into a double, else logarithms.
 */
#include "ngram/grid.h"

#include "ngram/error.h"

#include <math.h>
#include <string.h>

/* The spread, in nats, up to which numbers are plain; and what may come to it until they are
 * scaled. */
#define SPREAD 400.0
#define DRIFT  200.0

/* Sum: the grid, turned so that rows are short, and the vector. */
typedef struct {
    NgGrid *grid;
    guint bits;       /* of a state */
    gboolean extra;   /* whether the last bit is the pixel above to the left */
    gboolean logs;    /* whether numbers are logarithms */
    double *a;        /* [2^bits] */
    double log_scale; /* what they are to be multiplied by */
} Sum;

/* (transfer full): rows and columns changed round where that makes rows shorter */
static NgGrid *
narrow(const NgGrid *self)
{
    if (self->width <= self->height)
        return ng_grid_copy(self);
    NgGrid *turned = ng_grid_new(self->height, self->width);
    turned->right = self->down;
    turned->down = self->right;
    turned->fall = self->fall;
    turned->rise = self->rise;
    for (size_t r = 0; r < self->height; r++)
        for (size_t c = 0; c < self->width; c++)
            turned->bias[c * self->height + r] = self->bias[r * self->width + c];
    return turned;
}

/* (transfer full): left and right changed round where that leaves no falling diagonal */
static NgGrid *
mirror(const NgGrid *self)
{
    NgGrid *to = ng_grid_copy(self);

    if (self->fall == 0.0 || self->rise != 0.0)
        return to;
    to->fall = self->rise;
    to->rise = self->fall;
    for (size_t r = 0; r < self->height; r++)
        for (size_t c = 0; c < self->width; c++)
            to->bias[r * self->width + c] = self->bias[(r + 1) * self->width - 1 - c];
    return to;
}

static guint
needed_bits(const NgGrid *self)
{
    return MIN(self->width, self->height) + (self->fall != 0.0 && self->rise != 0.0 ? 1 : 0);
}

/**
 * ng_grid_bits:
 *
 * Returns: log2 of the states that ng_grid_log_z() keeps, at most %NG_GRID_BITS for it to work; its
 *   time is that number times the pixels, a second for 20 x 20
 */
guint
ng_grid_bits(const NgGrid *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return needed_bits(self);
}

/* What a pixel that is on adds, by the pixels to its left and above to its right. */
static void
gains(const NgGrid *g, guint r, guint c, double gain[4])
{
    for (guint k = 0; k < 4; k++)
        gain[k] = g->bias[(size_t)r * g->width + c] + (k & 1) * g->right +
                  (r > 0 && c + 1 < g->width ? (k >> 1) * g->rise : 0.0);
}

/* Run: states that differ only below bit @c, without the pixel at @c itself, and that have the same
 * pixels beside it. */
typedef struct {
    size_t first, n;
    double gain; /* of that pixel, one of four that are given */
} Run;

/* The next run after @run, of @states states; FALSE after the last.  Begins with n = 0. */
static gboolean
next_run(const NgGrid *g, guint c, size_t states, const double *gain, Run *run)
{
    size_t bit = (size_t)1 << c;

    run->first += run->n;
    run->n = MAX(bit / 2, 1);
    if ((run->first & bit) != 0)
        run->first += bit;
    size_t s = run->first;
    guint left = c > 0 ? (guint)(s >> (c - 1) & 1) : 0;
    guint right = c + 1 < g->width ? (guint)(s >> (c + 1) & 1) : 0;
    run->gain = gain[left | right << 1];
    return s < states;
}

/* One pixel by plain numbers, without the falling diagonal. */
static void
step(Sum *sum, guint r, guint c)
{
    const NgGrid *g = sum->grid;
    size_t bit = (size_t)1 << c;
    double gain[4], down = exp(g->down);
    Run run = {0};

    gains(g, r, c, gain);
    for (guint k = 0; k < 4; k++)
        gain[k] = exp(gain[k]);
    while (next_run(g, c, (size_t)1 << sum->bits, gain, &run)) {
        double e = run.gain;
        double *low = sum->a + run.first, *high = low + bit;
        for (size_t i = 0; i < run.n; i++) {
            double off = low[i], on = high[i];
            low[i] = off + on;
            high[i] = e * (off + down * on);
        }
    }
}

/* The same with it: the last bit is the pixel above to the left, and becomes the one above. */
static void
step_extra(Sum *sum, guint r, guint c)
{
    const NgGrid *g = sum->grid;
    size_t bit = (size_t)1 << c, last = (size_t)1 << g->width;
    double gain[4], down = exp(g->down), fall = r > 0 && c > 0 ? exp(g->fall) : 1.0;
    Run run = {0};

    gains(g, r, c, gain);
    for (guint k = 0; k < 4; k++)
        gain[k] = exp(gain[k]);
    while (next_run(g, c, last, gain, &run)) {
        double e = run.gain;
        for (double *a = sum->a + run.first; a < sum->a + run.first + run.n; a++) {
            double off0 = a[0], on0 = a[bit], off1 = a[last], on1 = a[bit | last];
            a[0] = off0 + off1;
            a[last] = on0 + on1;
            a[bit] = e * (off0 + fall * off1);
            a[bit | last] = e * down * (on0 + fall * on1);
        }
    }
}

static double
log_add(double x, double y)
{
    double top = fmax(x, y);

    return isinf(top) ? top : top + log1p(exp(fmin(x, y) - top));
}

/* The same again with logarithms. */
static void
step_logs(Sum *sum, guint r, guint c)
{
    const NgGrid *g = sum->grid;
    size_t bit = (size_t)1 << c, last = (size_t)1 << g->width;
    double gain[4], fall = r > 0 && c > 0 ? g->fall : 0.0;
    Run run = {0};

    gains(g, r, c, gain);
    while (next_run(g, c, last, gain, &run))
        for (double *a = sum->a + run.first; a < sum->a + run.first + run.n; a++) {
            double off0 = a[0], on0 = a[bit], off1 = a[last], on1 = a[bit | last];
            a[0] = log_add(off0, off1);
            a[last] = log_add(on0, on1);
            a[bit] = run.gain + log_add(off0, fall + off1);
            a[bit | last] = run.gain + g->down + log_add(on0, fall + on1);
        }
}

/* Takes the largest number out. */
static void
scale(Sum *sum)
{
    size_t states = (size_t)1 << sum->bits;
    double top = 0.0;

    for (size_t s = 0; s < states; s++)
        top = fmax(top, sum->a[s]);
    for (size_t s = 0; s < states; s++)
        sum->a[s] /= top;
    sum->log_scale += log(top);
}

static double
total(const Sum *sum)
{
    double all = sum->logs ? (double)-INFINITY : 0.0;

    for (size_t s = 0; s < (size_t)1 << sum->bits; s++)
        all = sum->logs ? log_add(all, sum->a[s]) : all + sum->a[s];
    return sum->log_scale + (sum->logs ? all : log(all));
}

static double
sum_out(Sum *sum)
{
    const NgGrid *g = sum->grid;
    double most = 0.0, tied = fabs(g->right) + fabs(g->down) + fabs(g->fall) + fabs(g->rise);

    for (size_t i = 0; i < (size_t)g->width * g->height; i++)
        most = fmax(most, fabs(g->bias[i]));
    /* states differ by what their pixels add and are tied to; a pixel adds at most this */
    double pixel = most + tied + G_LN2;
    sum->logs = sum->bits * (most + 2.0 * tied) > SPREAD || pixel > DRIFT;
    sum->extra = sum->logs || g->fall != 0.0;
    sum->bits = g->width + (sum->extra ? 1 : 0);
    guint every = MAX((guint)(DRIFT / pixel), 1), n = 0;

    sum->a = g_new0(double, (size_t)1 << sum->bits);
    for (size_t s = 1; s < (size_t)1 << sum->bits && sum->logs; s++)
        sum->a[s] = -INFINITY;
    sum->a[0] = sum->logs ? 0.0 : 1.0;
    for (guint r = 0; r < g->height; r++)
        for (guint c = 0; c < g->width; c++) {
            (sum->logs ? step_logs : sum->extra ? step_extra : step)(sum, r, c);
            if (!sum->logs && ++n % every == 0)
                scale(sum);
        }
    return total(sum);
}

/**
 * ng_grid_log_z:
 * @log_z: (out): log of the sum of e^s(x) over all 2^(H W) pictures; relative error some 1e-13
 * @error: return location for a #GError, or %NULL
 *
 * Returns: whether that can be done: %FALSE with %NG_ERROR_RANGE where rows and columns are longer
 *   than %NG_GRID_BITS pixels
 */
gboolean
ng_grid_log_z(const NgGrid *self, double *log_z, GError **error)
{
    g_return_val_if_fail(self != NULL && log_z != NULL, FALSE);

    if (needed_bits(self) > NG_GRID_BITS) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "log Z of %u x %u pixels takes 2^%u numbers, more than 2^%d (the shorter side "
                    "decides)",
                    self->width, self->height, needed_bits(self), NG_GRID_BITS);
        return FALSE;
    }
    g_autoptr(NgGrid) turned = narrow(self);
    g_autoptr(NgGrid) grid = mirror(turned);
    Sum sum = {.grid = grid, .bits = needed_bits(self)};
    *log_z = sum_out(&sum);
    g_free(sum.a);
    return TRUE;
}

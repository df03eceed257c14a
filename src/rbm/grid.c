/*
 * Pixel Markov networks
 *
 * Pixels in rows and columns, each 0 or 1, each tied to its neighbours by couplings that are the
 * same everywhere (an Ising model on a grid).  Given its neighbours a pixel is independent of all
 * others, with log odds
 *     a = bias + right (left + right) + down (up + down) + fall (...) + rise (...),
 * a sum over the neighbours that are on.  Pixels beyond the edge are off.
 */
#include "ngram/grid.h"

#include "ngram/rbm.h"

#include <math.h>

/**
 * ng_grid_new:
 * @width: W, at least 1
 * @height: H, at least 1
 *
 * Returns: (transfer full): a network of pixels that are on or off alike; free with ng_grid_free()
 */
NgGrid *
ng_grid_new(guint width, guint height)
{
    g_return_val_if_fail(width > 0 && height > 0, NULL);

    NgGrid *self = g_new0(NgGrid, 1);
    self->width = width;
    self->height = height;
    self->bias = g_new0(double, (gsize)width *height);
    return self;
}

/**
 * ng_grid_copy:
 *
 * Returns: (transfer full): the same again
 */
NgGrid *
ng_grid_copy(const NgGrid *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    NgGrid *copy = g_memdup2(self, sizeof *self);
    copy->bias = g_memdup2(self->bias, (gsize)self->width * self->height * sizeof(double));
    return copy;
}

/**
 * ng_grid_free:
 * @self: (nullable) (transfer full): a network
 */
void
ng_grid_free(NgGrid *self)
{
    if (self == NULL)
        return;
    g_free(self->bias);
    g_free(self);
}

/* The pixel at row r + dr, column c + dc; off beyond the edge. */
static guint
at(const NgGrid *self, const guint8 *x, gint64 r, gint64 c)
{
    if (r < 0 || c < 0 || r >= self->height || c >= self->width)
        return 0;
    return x[r * self->width + c];
}

/**
 * ng_grid_score:
 * @x: [H, W] 0 or 1
 *
 * Returns: s(x): log P(x) + log Z
 */
double
ng_grid_score(const NgGrid *self, const guint8 *x)
{
    g_return_val_if_fail(self != NULL && x != NULL, NAN);

    guint64 right = 0, down = 0, fall = 0, rise = 0;
    double bias = 0.0;
    for (gint64 r = 0; r < self->height; r++)
        for (gint64 c = 0; c < self->width; c++) {
            if (at(self, x, r, c) == 0)
                continue;
            bias += self->bias[r * self->width + c];
            right += at(self, x, r, c + 1);
            down += at(self, x, r + 1, c);
            fall += at(self, x, r + 1, c + 1);
            rise += at(self, x, r - 1, c + 1);
        }
    return bias + self->right * (double)right + self->down * (double)down +
           self->fall * (double)fall + self->rise * (double)rise;
}

/**
 * ng_grid_log_odds:
 * @x: [H, W] 0 or 1
 * @pixel: row times W, plus column
 *
 * Returns: log P(pixel on | all others) - log P(off | all others)
 */
double
ng_grid_log_odds(const NgGrid *self, const guint8 *x, size_t pixel)
{
    g_return_val_if_fail(self != NULL && x != NULL, NAN);

    gint64 r = (gint64)(pixel / self->width), c = (gint64)(pixel % self->width);
    return self->bias[pixel] + self->right * (at(self, x, r, c - 1) + at(self, x, r, c + 1)) +
           self->down * (at(self, x, r - 1, c) + at(self, x, r + 1, c)) +
           self->fall * (at(self, x, r - 1, c - 1) + at(self, x, r + 1, c + 1)) +
           self->rise * (at(self, x, r + 1, c - 1) + at(self, x, r - 1, c + 1));
}

/**
 * ng_grid_log_pseudo:
 * @x: [H, W] 0 or 1
 *
 * Returns: the log pseudo-likelihood: the sum of log P(pixel | all others) over the pixels.  No
 *   probability of the picture
 */
double
ng_grid_log_pseudo(const NgGrid *self, const guint8 *x)
{
    g_return_val_if_fail(self != NULL && x != NULL, NAN);

    double sum = 0.0;
    for (size_t i = 0; i < (size_t)self->width * self->height; i++) {
        double a = ng_grid_log_odds(self, x, i);
        sum -= ng_softplus(x[i] != 0 ? -a : a);
    }
    return sum;
}

/**
 * ng_grid_observe:
 * @seen: [H, W] a picture in which each pixel was flipped with a chance of @flip
 * @flip: above 0, below 1
 *
 * P(x | seen) is a network too: what was seen adds to the biases.
 *
 * Returns: (transfer full): that network
 */
NgGrid *
ng_grid_observe(const NgGrid *self, const guint8 *seen, double flip)
{
    g_return_val_if_fail(self != NULL && seen != NULL && flip > 0.0 && flip < 1.0, NULL);

    NgGrid *after = ng_grid_copy(self);
    double weight = log1p(-flip) - log(flip);
    for (size_t i = 0; i < (size_t)self->width * self->height; i++)
        after->bias[i] += seen[i] != 0 ? weight : -weight;
    return after;
}

/**
 * ng_grid_sweep:
 * @given: (nullable): [H, W] 1 where a pixel stays as it is
 * @noise: where the sweep stands in the random numbers
 * @row: which chain it is
 * @x: (inout): [H, W] the state of the chain
 *
 * A step of Gibbs sampling: every pixel is drawn anew given the others, one after another.
 */
void
ng_grid_sweep(const NgGrid *self, const guint8 *given, const NgNoise *noise, guint32 row, guint8 *x)
{
    g_return_if_fail(self != NULL && noise != NULL && x != NULL);

    size_t n = (size_t)self->width * self->height;
    g_autofree float *u = g_new(float, n);
    ng_noise_fill(noise, 0, row, u, n);
    for (size_t i = 0; i < n; i++)
        if (given == NULL || given[i] == 0)
            x[i] = (double)u[i] < ng_sigmoid(ng_grid_log_odds(self, x, i)) ? 1 : 0;
}

/**
 * ng_grid_climb:
 * @given: (nullable): [H, W] 1 where a pixel stays as it is
 * @x: (inout): [H, W] where to begin; then a picture that no change of one pixel makes likelier
 *
 * Iterated conditional modes (Besag 1986).
 *
 * Returns: how many times all pixels were looked at
 */
guint
ng_grid_climb(const NgGrid *self, const guint8 *given, guint8 *x)
{
    g_return_val_if_fail(self != NULL && x != NULL, 0);

    enum { MOST = 1000 }; /* rounding must not make it run in a circle */
    gboolean changed = TRUE;
    guint times = 0;
    for (; changed && times < MOST; times++) {
        changed = FALSE;
        for (size_t i = 0; i < (size_t)self->width * self->height; i++) {
            double a = given == NULL || given[i] == 0 ? ng_grid_log_odds(self, x, i) : 0.0;
            guint8 better = a == 0.0 ? x[i] : a > 0.0;
            changed = changed || better != x[i];
            x[i] = better;
        }
    }
    return times;
}

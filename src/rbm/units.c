/*
 * Energies and conditionals
 *
 * Everything here is plain: one matrix product a call, and a formula a unit.
 * Training has kernels of its own, which the tests hold against these.
 */
#include "rbm-internal.h"

#include "ngram/die.h"
#include "ngram/matrix.h"

#include <math.h>
#include <string.h>

/**
 * ng_sigmoid:
 *
 * Returns: 1 / (1 + e^-x), without overflow
 */
double
ng_sigmoid(double x)
{
    if (x >= 0.0)
        return 1.0 / (1.0 + exp(-x));
    double e = exp(x);
    return e / (1.0 + e);
}

/**
 * ng_softplus:
 *
 * Returns: log(1 + e^x), without overflow
 */
double
ng_softplus(double x)
{
    return fmax(x, 0.0) + log1p(exp(-fabs(x)));
}

/* The number of words of a row: what the hidden biases are multiplied by.  1 without counts. */
static double
row_length(const NgRbm *self, const float *v)
{
    double length = 0.0;
    gboolean counts = FALSE;

    for (guint g = 0; g < self->n_groups; g++) {
        const NgUnitGroup *group = &self->groups[g];
        if (group->kind != NG_UNITS_COUNTS)
            continue;
        counts = TRUE;
        for (guint i = 0; i < group->size; i++)
            length += (double)v[group->first + i];
    }
    return counts ? length : 1.0;
}

/**
 * ng_rbm_visible_energy:
 * @v: [D]
 *
 * Returns: the part of the energy that has no hidden unit in it
 */
double
ng_rbm_visible_energy(const NgRbm *self, const float *v)
{
    double energy = 0.0;

    for (guint g = 0; g < self->n_groups; g++) {
        const NgUnitGroup *group = &self->groups[g];
        for (guint i = group->first; i < group->first + group->size; i++) {
            double x = (double)v[i], b = (double)self->b[i];
            energy += group->kind == NG_UNITS_GAUSSIAN ? (x - b) * (x - b) / 2.0 : -b * x;
        }
    }
    return energy;
}

/**
 * ng_rbm_energy:
 * @v: [D]
 * @h: [H]
 *
 * Returns: E(v, h), in nats; summed in double precision
 */
double
ng_rbm_energy(const NgRbm *self, const float *v, const float *h)
{
    g_return_val_if_fail(self != NULL && v != NULL && h != NULL, NAN);

    double energy = ng_rbm_visible_energy(self, v), length = row_length(self, v);
    for (guint j = 0; j < self->hidden; j++)
        energy -= length * (double)self->c[j] * (double)h[j];
    for (guint i = 0; i < self->visible; i++) {
        const float *w = self->w + (gsize)i * self->hidden;
        double sum = 0.0;
        for (guint j = 0; j < self->hidden; j++)
            sum += (double)w[j] * (double)h[j];
        energy -= (double)v[i] * sum;
    }
    return energy;
}

/**
 * ng_rbm_hidden_input:
 * @v: [@rows, D]
 * @rows: B
 * @a: (out): [@rows, H] c + v W: the log odds of each hidden unit given v
 */
void
ng_rbm_hidden_input(const NgRbm *self, const float *v, size_t rows, float *a)
{
    g_return_if_fail(self != NULL && (rows == 0 || (v != NULL && a != NULL)));

    const NgProduct product = {
        .m = rows,
        .n = self->hidden,
        .k = self->visible,
        .a = v,
        .b = self->w,
        .c = a,
        .alpha = 1.0F,
        .beta = 1.0F,
    };
    for (size_t r = 0; r < rows; r++) {
        float length = (float)row_length(self, v + r * self->visible);
        for (guint j = 0; j < self->hidden; j++)
            a[r * self->hidden + j] = length * self->c[j];
    }
    ng_matrix_multiply(&product);
}

/**
 * ng_rbm_hidden_mean:
 * @v: [@rows, D]
 * @rows: B
 * @mean: (out): [@rows, H] P(h_j = 1 | v)
 */
void
ng_rbm_hidden_mean(const NgRbm *self, const float *v, size_t rows, float *mean)
{
    ng_rbm_hidden_input(self, v, rows, mean);
    for (size_t i = 0; i < rows * self->hidden; i++)
        mean[i] = (float)ng_sigmoid((double)mean[i]);
}

/**
 * ng_rbm_free_energy:
 * @v: [@rows, D]
 * @rows: B
 * @f: (out): [@rows] F(v) = -log sum_h e^-E(v, h), in nats: -log P(v) - log Z
 */
void
ng_rbm_free_energy(const NgRbm *self, const float *v, size_t rows, double *f)
{
    g_return_if_fail(self != NULL && (rows == 0 || (v != NULL && f != NULL)));

    enum { BLOCK = 256 };
    g_autofree float *a = g_new(float, (gsize)BLOCK * self->hidden);
    for (size_t at = 0; at < rows; at += BLOCK) {
        size_t n = MIN(rows - at, BLOCK);
        ng_rbm_hidden_input(self, v + at * self->visible, n, a);
        for (size_t r = 0; r < n; r++) {
            double sum = 0.0;
            for (guint j = 0; j < self->hidden; j++)
                sum += ng_softplus((double)a[r * self->hidden + j]);
            f[at + r] = ng_rbm_visible_energy(self, v + (at + r) * self->visible) - sum;
        }
    }
}

/* b + h W' for each row. */
static void
visible_input(const NgRbm *self, const float *h, size_t rows, float *a)
{
    const NgProduct product = {
        .m = rows,
        .n = self->visible,
        .k = self->hidden,
        .a = h,
        .b = self->w,
        .c = a,
        .b_turned = TRUE,
        .alpha = 1.0F,
        .beta = 1.0F,
    };
    for (size_t r = 0; r < rows; r++)
        memcpy(a + r * self->visible, self->b, self->visible * sizeof *a);
    ng_matrix_multiply(&product);
}

/* x[n] <- length e^x / sum e^x */
static void
softmax(float *x, guint n, double length)
{
    double most = -INFINITY, sum = 0.0;

    for (guint i = 0; i < n; i++)
        most = fmax(most, (double)x[i]);
    for (guint i = 0; i < n; i++)
        sum += exp((double)x[i] - most);
    for (guint i = 0; i < n; i++)
        x[i] = (float)(length * exp((double)x[i] - most) / sum);
}

/* Makes means of what the units of one row take in. */
static void
mean_of_input(const NgRbm *self, float *x, double length)
{
    for (guint g = 0; g < self->n_groups; g++) {
        const NgUnitGroup *group = &self->groups[g];
        float *y = x + group->first;
        switch ((NgUnits)group->kind) {
        case NG_UNITS_BINARY:
            for (guint i = 0; i < group->size; i++)
                y[i] = (float)ng_sigmoid((double)y[i]);
            break;
        case NG_UNITS_SOFTMAX:
            softmax(y, group->size, 1.0);
            break;
        case NG_UNITS_COUNTS:
            softmax(y, group->size, length);
            break;
        case NG_UNITS_GAUSSIAN:
            break;
        }
    }
}

/**
 * ng_rbm_visible_mean:
 * @h: [@rows, H]
 * @rows: B
 * @length: (nullable): [@rows] words of each row of counts; 1 where it is %NULL
 * @mean: (out): [@rows, D] E(v_i | h): the probability of a binary unit
 */
void
ng_rbm_visible_mean(const NgRbm *self, const float *h, size_t rows, const float *length,
                    float *mean)
{
    g_return_if_fail(self != NULL && (rows == 0 || (h != NULL && mean != NULL)));

    visible_input(self, h, rows, mean);
    for (size_t r = 0; r < rows; r++)
        mean_of_input(self, mean + r * self->visible, length != NULL ? (double)length[r] : 1.0);
}

/**
 * ng_rbm_draw_hidden:
 * @step: temperature, and where it stands in the random numbers
 * @v: [@rows, D]
 * @rows: B
 * @h: (out): [@rows, H] a draw from P(h | v)
 */
void
ng_rbm_draw_hidden(const NgRbm *self, const NgGibbs *step, const float *v, size_t rows, float *h)
{
    g_return_if_fail(self != NULL && step != NULL);

    g_autofree float *u = g_new(float, self->hidden);
    ng_rbm_hidden_input(self, v, rows, h);
    for (size_t r = 0; r < rows; r++) {
        float *x = h + r * self->hidden;
        ng_noise_fill(&step->noise, NG_LAYER_HIDDEN, step->first + (guint32)r, u, self->hidden);
        for (guint j = 0; j < self->hidden; j++)
            x[j] = (double)u[j] < ng_sigmoid(step->beta * (double)x[j]) ? 1.0F : 0.0F;
    }
}

/* x[n]: log weights in, how often each was drawn out; u[draws] coins */
static void
draw_softmax(float *x, guint n, const float *u, guint draws)
{
    g_autofree double *cdf = g_new(double, n);
    double most = -INFINITY;

    for (guint i = 0; i < n; i++)
        most = fmax(most, (double)x[i]);
    for (guint i = 0; i < n; i++)
        cdf[i] = exp((double)x[i] - most);
    size_t sides = ng_die_cumulate(cdf, cdf, n);
    memset(x, 0, n * sizeof *x);
    for (guint d = 0; d < draws; d++)
        x[ng_die_roll(cdf, sides, (double)u[d])] += 1.0F;
}

/* A draw of one row from what its units take in; u and its neighbours are coins of the row. */
static void
draw_row(const NgRbm *self, const NgGibbs *step, guint32 row, guint length, float *x)
{
    guint n = self->visible + MAX(length, self->visible);
    g_autofree float *u = g_new(float, n);

    ng_noise_fill(&step->noise, NG_LAYER_VISIBLE, row, u, n);
    for (guint g = 0; g < self->n_groups; g++) {
        const NgUnitGroup *group = &self->groups[g];
        float *y = x + group->first;
        const float *coin = u + group->first;
        const float *more = u + self->visible; /* a second coin a unit, or one a word */
        for (guint i = 0; group->kind != NG_UNITS_GAUSSIAN && i < group->size; i++)
            y[i] *= (float)step->beta;
        switch ((NgUnits)group->kind) {
        case NG_UNITS_BINARY:
            for (guint i = 0; i < group->size; i++)
                y[i] = (double)coin[i] < ng_sigmoid((double)y[i]) ? 1.0F : 0.0F;
            break;
        case NG_UNITS_SOFTMAX:
            draw_softmax(y, group->size, coin, 1);
            break;
        case NG_UNITS_COUNTS:
            draw_softmax(y, group->size, more, length);
            break;
        case NG_UNITS_GAUSSIAN: /* Box and Muller */
            for (guint i = 0; i < group->size; i++)
                y[i] += (float)(sqrt(-2.0 * log(1.0 - (double)coin[i]) / step->beta) *
                                cos(2.0 * G_PI * (double)more[group->first + i]));
            break;
        }
    }
}

/**
 * ng_rbm_draw_visible:
 * @step: temperature, and where it stands in the random numbers
 * @h: [@rows, H]
 * @rows: B
 * @length: (nullable): [@rows] words of each row of counts, whole numbers; 1 where it is %NULL
 * @v: (out): [@rows, D] a draw from P(v | h)
 */
void
ng_rbm_draw_visible(const NgRbm *self, const NgGibbs *step, const float *h, size_t rows,
                    const float *length, float *v)
{
    g_return_if_fail(self != NULL && step != NULL && step->beta > 0.0);

    visible_input(self, h, rows, v);
    for (size_t r = 0; r < rows; r++)
        draw_row(self, step, step->first + (guint32)r, length != NULL ? (guint)length[r] : 1,
                 v + r * self->visible);
}

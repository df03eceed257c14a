/*
 * Annealing: the models between independent units and a machine, and chains that walk there
 *
 * A step of all chains together costs two matrix products of R rows; c + v W serves both the
 * weights and the draw of the hidden units.  Each chain's numbers come from its own address, so
 * that chains may be cut into blocks anywhere; the products are the same bits for the same block.
 */
#include "anneal.h"

#include "ngram/die.h"
#include "ngram/logsum.h"
#include "ngram/matrix.h"

#include <math.h>
#include <string.h>

/**
 * ng_path_new:
 * @rbm: without counts; must outlive the path
 * @mean: [D] expectations of the visible units in the independent model, in (0, 1) but for Gaussian
 *   units
 *
 * Returns: (transfer full): the models from there to the machine; free with ng_path_free()
 */
NgPath *
ng_path_new(const NgRbm *rbm, const double *mean)
{
    NgPath *self = g_new0(NgPath, 1);

    self->rbm = rbm;
    self->base = g_new(float, rbm->visible);
    self->gap = g_new(float, rbm->visible);
    self->binary = ng_rbm_is_binary(rbm);
    self->log_z = (double)rbm->hidden * G_LN2;
    for (guint g = 0; g < rbm->n_groups; g++) {
        const NgUnitGroup *group = &rbm->groups[g];
        NgLogSum softmax = NG_LOG_SUM_ZERO;
        for (guint i = group->first; i < group->first + group->size; i++) {
            double base = mean[i];
            if (group->kind == NG_UNITS_BINARY)
                base = log(mean[i]) - log1p(-mean[i]);
            else if (group->kind == NG_UNITS_SOFTMAX)
                base = log(mean[i]);
            self->base[i] = (float)base;
            self->gap[i] = rbm->b[i] - self->base[i];
            if (group->kind == NG_UNITS_BINARY)
                self->log_z += ng_softplus((double)self->base[i]);
            ng_log_sum_add(&softmax, (double)self->base[i]);
        }
        if (group->kind == NG_UNITS_SOFTMAX)
            self->log_z += ng_log_sum(&softmax);
        if (group->kind == NG_UNITS_GAUSSIAN)
            self->log_z += (double)group->size * 0.5 * log(2.0 * G_PI);
    }
    return self;
}

/**
 * ng_path_free:
 * @self: (nullable) (transfer full): a path
 */
void
ng_path_free(NgPath *self)
{
    if (self == NULL)
        return;
    g_free(self->base);
    g_free(self->gap);
    g_free(self);
}

/**
 * ng_swarm_new:
 * @path: where the chains are to walk; must outlive them
 * @rows: R
 * @first: number of the first chain in the random numbers
 *
 * Returns: (transfer full): chains that stand nowhere yet; free with ng_swarm_free()
 */
NgSwarm *
ng_swarm_new(const NgPath *path, size_t rows, guint32 first)
{
    NgSwarm *self = g_new0(NgSwarm, 1);
    size_t D = path->rbm->visible, H = path->rbm->hidden;

    self->path = path;
    self->rows = rows;
    self->first = first;
    self->v = g_new0(float, rows *D);
    self->h = g_new0(float, rows *H);
    self->a = g_new0(float, rows *H);
    self->u = g_new(float, MAX(2 * D, H));
    self->gap = g_new0(double, rows);
    return self;
}

/**
 * ng_swarm_free:
 * @self: (nullable) (transfer full): chains
 */
void
ng_swarm_free(NgSwarm *self)
{
    if (self == NULL)
        return;
    g_free(self->v);
    g_free(self->h);
    g_free(self->a);
    g_free(self->u);
    g_free(self->gap);
    g_free(self);
}

/* What group g of a row, not a binary one, adds to log f_1 - log f_0. */
static double
group_gap(const NgPath *path, const NgUnitGroup *group, const float *v)
{
    double sum = 0.0;

    for (guint i = group->first; i < group->first + group->size; i++) {
        double x = (double)v[i], b = (double)path->rbm->b[i], base = (double)path->base[i];
        if (group->kind == NG_UNITS_GAUSSIAN)
            sum += ((x - base) * (x - base) - (x - b) * (x - b)) / 2.0;
        else
            sum += x * (double)path->gap[i];
    }
    return sum;
}

/**
 * ng_swarm_start:
 * @v: [R, D] where to stand
 */
void
ng_swarm_start(NgSwarm *self, const float *v)
{
    const NgRbm *rbm = self->path->rbm;

    if (v != self->v)
        memcpy(self->v, v, self->rows * rbm->visible * sizeof *v);
    for (size_t r = 0; r < self->rows; r++) {
        self->gap[r] = 0.0;
        for (guint g = 0; g < rbm->n_groups; g++)
            self->gap[r] +=
                group_gap(self->path, &rbm->groups[g], self->v + r * (size_t)rbm->visible);
    }
}

/**
 * ng_swarm_input:
 *
 * a <- c + v W.
 */
void
ng_swarm_input(NgSwarm *self)
{
    const NgRbm *rbm = self->path->rbm;
    const NgProduct product = {
        .m = self->rows,
        .n = rbm->hidden,
        .k = rbm->visible,
        .a = self->v,
        .b = rbm->w,
        .c = self->a,
        .alpha = 1.0F,
        .beta = 1.0F,
    };

    for (size_t r = 0; r < self->rows; r++)
        memcpy(self->a + r * rbm->hidden, rbm->c, rbm->hidden * sizeof *rbm->c);
    ng_matrix_multiply(&product);
}

/**
 * ng_swarm_gain:
 * @row: of a walk whose input is computed
 * @from: inverse temperature
 * @to: another
 *
 * Returns: log f_to(v) - log f_from(v)
 */
double
ng_swarm_gain(const NgSwarm *self, size_t row, double from, double to)
{
    size_t H = self->path->rbm->hidden;

    return (to - from) * self->gap[row] + ng_anneal_gain(self->a + row * H, H, from, to);
}

/**
 * ng_swarm_hidden:
 * @row: of a walk whose input is computed
 * @from: inverse temperature
 * @to: another
 * @noise: address of the step
 *
 * Draws the hidden units of a row at @to.
 *
 * Returns: log f_to(v) - log f_from(v)
 */
double
ng_swarm_hidden(NgSwarm *self, size_t row, double from, double to, const NgNoise *noise)
{
    size_t H = self->path->rbm->hidden;
    const double beta[2] = {from, to};

    ng_noise_fill(noise, NG_LAYER_HIDDEN, self->first + (guint32)row, self->u, H);
    return (to - from) * self->gap[row] +
           ng_anneal_hidden(self->a + row * H, self->u, self->h + row * H, H, beta);
}

/* x[n]: what the units of a softmax take in; one of them is drawn by the coin */
static void
draw_one_of(float *x, guint n, double coin)
{
    g_autofree double *cdf = g_new(double, n);
    double most = -INFINITY;

    for (guint i = 0; i < n; i++)
        most = fmax(most, (double)x[i]);
    for (guint i = 0; i < n; i++)
        cdf[i] = exp((double)x[i] - most);
    size_t sides = ng_die_cumulate(cdf, cdf, n);
    memset(x, 0, n * sizeof *x);
    x[ng_die_roll(cdf, sides, coin)] = 1.0F;
}

/* Draws one group of a row; @u has the coins of the row's units, twice. */
static double
draw_group(const NgSwarm *self, const NgUnitGroup *group, float *v, double beta)
{
    const NgPath *path = self->path;
    const NgRbm *rbm = path->rbm;
    guint first = group->first;
    const float *more = self->u + rbm->visible;

    if (group->kind == NG_UNITS_BINARY) {
        const NgAnnealVisible row = {
            .base = path->base + first,
            .gap = path->gap + first,
            .b = rbm->b + first,
            .u = self->u + first,
            .x = v + first,
            .beta = beta,
        };
        return ng_anneal_visible(&row, group->size);
    }
    for (guint i = first; i < first + group->size; i++)
        v[i] = (float)((1.0 - beta) * (double)path->base[i] +
                       beta * ((double)rbm->b[i] + (double)v[i]));
    if (group->kind == NG_UNITS_SOFTMAX)
        draw_one_of(v + first, group->size, (double)self->u[first]);
    else
        for (guint i = first; i < first + group->size; i++) /* Box and Muller */
            v[i] += (float)(sqrt(-2.0 * log(1.0 - (double)self->u[i])) *
                            cos(2.0 * G_PI * (double)more[i]));
    return group_gap(path, group, v);
}

/* Draws the visible units of a row from (h W'), which stands in v. */
static void
draw_visible(NgSwarm *self, size_t row, double beta, const NgNoise *noise)
{
    const NgRbm *rbm = self->path->rbm;
    size_t coins = self->path->binary ? rbm->visible : 2 * (size_t)rbm->visible;

    ng_noise_fill(noise, NG_LAYER_VISIBLE, self->first + (guint32)row, self->u, coins);
    self->gap[row] = 0.0;
    for (guint g = 0; g < rbm->n_groups; g++)
        self->gap[row] +=
            draw_group(self, &rbm->groups[g], self->v + row * (size_t)rbm->visible, beta);
}

/**
 * ng_swarm_begin:
 * @noise: address of the step
 *
 * Puts the chains where the independent model would.
 */
void
ng_swarm_begin(NgSwarm *self, const NgNoise *noise)
{
    memset(self->v, 0, self->rows * self->path->rbm->visible * sizeof *self->v);
    for (size_t r = 0; r < self->rows; r++)
        draw_visible(self, r, 0.0, noise);
}

/**
 * ng_swarm_visible:
 * @beta: [R] inverse temperature of each chain
 * @noise: address of the step
 *
 * Draws the visible units given the hidden ones.
 */
void
ng_swarm_visible(NgSwarm *self, const double *beta, const NgNoise *noise)
{
    const NgRbm *rbm = self->path->rbm;
    const NgProduct product = {
        .m = self->rows,
        .n = rbm->visible,
        .k = rbm->hidden,
        .a = self->h,
        .b = rbm->w,
        .c = self->v,
        .b_turned = TRUE,
        .alpha = 1.0F,
    };

    ng_matrix_multiply(&product);
    for (size_t r = 0; r < self->rows; r++)
        draw_visible(self, r, beta[r], noise);
}

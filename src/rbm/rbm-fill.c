/*
 * Completion and denoising by sampling
 *
 * Chains in which the units that are given are held: the mean over them of E(v | h) is
 * E(v | given), and has less variance than the mean of v itself (Rao and Blackwell).  Chains are
 * independent, so the spread of their means is a standard error whatever the correlation within
 * them.
 *
 * The likeliest filling is sought from the chains' ends and from the rounded means, downhill from
 * each: no lower free energy than the best of these was met, but there may be one.
 *
 * A picture y whose bits were flipped with probability p came from x with
 *     P(x | y) ~ P(x) prod_i (1 - p)^[x_i = y_i] p^[x_i != y_i],
 * which is a machine again: its biases are b_i + (2 y_i - 1) log((1 - p) / p).  To denoise is to
 * fill all units of that machine.
 */
#include "ngram/rbm-fill.h"

#include "exact-internal.h"

#include "ngram/chains.h"
#include "ngram/error.h"
#include "ngram/gibbs.h"

#include <math.h>
#include <string.h>

/* Sums over the sweeps. */
typedef struct {
    NgRbmChains *run;
    guint chains, sweeps; /* M, N */
    float *now;           /* [M, D] means given h */
    double *sum;          /* [M, D] of them */
    double *f;            /* [M] */
    double *trace;        /* [M, N] free energies */
} Walk;

static void
walk_clear(Walk *walk)
{
    ng_rbm_chains_free(walk->run);
    g_free(walk->now);
    g_free(walk->sum);
    g_free(walk->f);
    g_free(walk->trace);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Walk, walk_clear)

static void
walk(Walk *self, const NgRbm *rbm)
{
    gsize all = (gsize)self->chains * rbm->visible;

    for (guint s = 0; s < self->sweeps; s++) {
        ng_rbm_chains_run(self->run, 1);
        ng_rbm_chains_mean(self->run, self->now);
        ng_rbm_chains_free_energy(self->run, self->f);
        for (gsize i = 0; i < all; i++)
            self->sum[i] += (double)self->now[i];
        for (guint m = 0; m < self->chains; m++)
            self->trace[(gsize)m * self->sweeps + s] = self->f[m];
    }
}

/* Means over all chains, and the spread of the chains' own. */
static void
sum_up(const Walk *self, const guint8 *given, NgRbmFilling *out)
{
    double M = self->chains, N = self->sweeps;
    gsize D = out->visible;

    for (gsize i = 0; i < D; i++) {
        double mean = 0.0, square = 0.0;
        for (guint m = 0; m < self->chains; m++)
            mean += self->sum[m * D + i] / N / M;
        for (guint m = 0; m < self->chains; m++) {
            double off = self->sum[m * D + i] / N - mean;
            square += off * off;
        }
        out->mean[i] = mean;
        out->error[i] = given[i] != 0 ? 0.0 : sqrt(square / (M - 1.0) / M);
    }
    out->rhat = ng_chains_rhat(self->trace, self->chains, self->sweeps);
}

/* A group of which one is on: the likeliest of its mean. */
static void
round_group(const NgUnitGroup *group, const double *mean, float *v)
{
    guint best = group->first;

    for (guint i = group->first; i < group->first + group->size; i++) {
        if (group->kind == NG_UNITS_BINARY)
            v[i] = mean[i] >= 0.5 ? 1.0F : 0.0F;
        else
            v[i] = group->kind == NG_UNITS_SOFTMAX ? 0.0F : (float)mean[i];
        best = mean[i] > mean[best] ? i : best;
    }
    if (group->kind == NG_UNITS_SOFTMAX)
        v[best] = 1.0F;
}

/* Keeps what is better than the best so far. */
static void
try_filling(const NgRbm *rbm, const float *from, const guint8 *given, NgRbmFilling *out)
{
    g_autofree float *v = g_memdup2(from, rbm->visible * sizeof *v);

    for (guint g = 0; g < rbm->n_groups; g++) /* real numbers have no likeliest value of one draw */
        for (guint i = rbm->groups[g].first; i < rbm->groups[g].first + rbm->groups[g].size; i++)
            if (rbm->groups[g].kind == NG_UNITS_GAUSSIAN)
                v[i] = (float)out->mean[i];
    double f = ng_rbm_descend(rbm, v, given);
    if (f < out->best_free_energy) {
        out->best_free_energy = f;
        memcpy(out->best, v, rbm->visible * sizeof *v);
    }
}

static void
find_best(const Walk *self, const NgRbm *rbm, const float *v, const guint8 *given,
          NgRbmFilling *out)
{
    g_autofree float *rounded = g_new(float, rbm->visible);

    for (guint g = 0; g < rbm->n_groups; g++)
        round_group(&rbm->groups[g], out->mean, rounded);
    for (guint i = 0; i < rbm->visible; i++)
        if (given[i] != 0)
            rounded[i] = v[i];
    out->best = g_new0(float, rbm->visible);
    out->best_free_energy = INFINITY;
    try_filling(rbm, rounded, given, out);
    for (guint m = 0; m < self->chains; m++)
        try_filling(rbm, ng_rbm_chains_visible(self->run) + (gsize)m * rbm->visible, given, out);
}

static gboolean
has_counts(const NgRbm *rbm)
{
    for (guint g = 0; g < rbm->n_groups; g++)
        if (rbm->groups[g].kind == NG_UNITS_COUNTS)
            return TRUE;
    return FALSE;
}

/**
 * ng_rbm_fill:
 * @rbm: a machine without word counts
 * @v: [D] values; read where @given
 * @given: [D] which are
 * @options: how chains run
 * @error: return location for a #GError, or %NULL
 *
 * Errors: %NG_ERROR_RANGE as ng_rbm_settle_given(), and where there are word counts, or one chain.
 *
 * Returns: (transfer full): free with ng_rbm_filling_free()
 */
NgRbmFilling *
ng_rbm_fill(const NgRbm *rbm, const float *v, const guint8 *given, const NgRbmFillOptions *options,
            GError **error)
{
    g_return_val_if_fail(rbm != NULL && v != NULL && given != NULL && options != NULL, NULL);
    g_return_val_if_fail(options->sweeps > 0, NULL);

    g_autofree guint8 *settled = g_memdup2(given, rbm->visible);
    g_autofree float *value = g_memdup2(v, rbm->visible * sizeof *v);
    guint M = options->chains;
    if (has_counts(rbm) || M < 2) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    M < 2 ? "a standard error wants at least 2 chains"
                          : "texts by their word counts have no missing units to fill");
        return NULL;
    }
    if (!ng_rbm_check(rbm, error) || !ng_rbm_settle_given(rbm, value, settled, error))
        return NULL;

    gsize all = (gsize)M * rbm->visible;
    g_autofree float *start = options->start != NULL ? g_new(float, all) : NULL;
    for (gsize i = 0; start != NULL && i < all; i++)
        start[i] = options->start[i % rbm->visible];
    const NgRbmSampling how = {
        .chains = M,
        .beta = 1.0,
        .start = start,
        .given = settled,
        .value = value,
        .seed = options->seed,
        .stream = options->stream,
        .threads = options->threads,
    };
    g_auto(Walk) chains = {.chains = M};
    chains.sweeps = options->sweeps;
    chains.run = ng_rbm_chains_new(rbm, &how);
    chains.now = g_new(float, all);
    chains.sum = g_new0(double, all);
    chains.f = g_new(double, M);
    chains.trace = g_new(double, (gsize)M *chains.sweeps);
    ng_rbm_chains_run(chains.run, options->burn);
    walk(&chains, rbm);

    NgRbmFilling *self = g_new0(NgRbmFilling, 1);
    self->visible = rbm->visible;
    self->mean = g_new(double, rbm->visible);
    self->error = g_new(double, rbm->visible);
    sum_up(&chains, settled, self);
    if (options->best)
        find_best(&chains, rbm, value, settled, self);
    return self;
}

/**
 * ng_rbm_filling_copy:
 * @self: a filling
 *
 * Returns: (transfer full): another with the same content
 */
NgRbmFilling *
ng_rbm_filling_copy(const NgRbmFilling *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    NgRbmFilling *copy = g_memdup2(self, sizeof *self);
    copy->mean = g_memdup2(self->mean, self->visible * sizeof *self->mean);
    copy->error = g_memdup2(self->error, self->visible * sizeof *self->error);
    if (self->best != NULL)
        copy->best = g_memdup2(self->best, self->visible * sizeof *self->best);
    return copy;
}

/**
 * ng_rbm_filling_free:
 * @self: (nullable) (transfer full): a filling
 */
void
ng_rbm_filling_free(NgRbmFilling *self)
{
    if (self == NULL)
        return;
    g_free(self->mean);
    g_free(self->error);
    g_free(self->best);
    g_free(self);
}

/**
 * ng_rbm_fill_bits:
 * @given: [D] which visible units are given
 *
 * Returns: log2 of the states that ng_exact_fill() goes through; infinite where it cannot
 */
double
ng_rbm_fill_bits(const NgRbm *rbm, const guint8 *given)
{
    g_return_val_if_fail(rbm != NULL && given != NULL, INFINITY);

    return fmin(ng_enumeration_size(rbm, NG_LAYER_OF_HIDDEN, given),
                ng_enumeration_size(rbm, NG_LAYER_OF_VISIBLE, given));
}

/**
 * ng_rbm_behind_flips:
 * @v: [D] what was seen
 * @flip: with which probability each binary unit was turned over, above 0 and below 1
 * @error: return location for a #GError, or %NULL
 *
 * Errors: %NG_ERROR_RANGE where @flip is out of range.
 *
 * Returns: (transfer full): the machine whose law is that of what was there before; labels, choices
 *   and real numbers are not seen at all by it
 */
NgRbm *
ng_rbm_behind_flips(const NgRbm *rbm, const float *v, double flip, GError **error)
{
    g_return_val_if_fail(rbm != NULL && v != NULL, NULL);

    if (!(flip > 0.0 && flip < 1.0)) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "the probability of a flip is not above 0 and below 1");
        return NULL;
    }
    NgRbm *behind = ng_rbm_copy(rbm);
    double odds = log((1.0 - flip) / flip);
    for (guint g = 0; g < rbm->n_groups; g++) {
        const NgUnitGroup *group = &rbm->groups[g];
        for (guint i = group->first; i < group->first + group->size; i++)
            if (group->kind == NG_UNITS_BINARY)
                behind->b[i] += (float)((2.0 * (double)v[i] - 1.0) * odds);
    }
    return behind;
}

/**
 * ng_rbm_flip:
 * @v: (inout): [D] whose binary units are turned over
 * @flip: with which probability each
 * @seed: of the random numbers
 * @row: the row's number
 */
void
ng_rbm_flip(const NgRbm *rbm, float *v, double flip, guint64 seed, guint32 row)
{
    g_return_if_fail(rbm != NULL && v != NULL);

    const NgNoise noise = {.seed = seed, .epoch = G_MAXUINT32};
    g_autofree float *u = g_new(float, rbm->visible);
    ng_noise_fill(&noise, NG_LAYER_OTHER, row, u, rbm->visible);
    for (guint g = 0; g < rbm->n_groups; g++) {
        const NgUnitGroup *group = &rbm->groups[g];
        for (guint i = group->first; i < group->first + group->size; i++)
            if (group->kind == NG_UNITS_BINARY && (double)u[i] < flip)
                v[i] = 1.0F - v[i];
    }
}

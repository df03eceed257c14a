/*
 * Expectations by sampling
 *
 * The mean of f(v, h) under P(v, h) = e^-E / Z, where Z is not known:
 *   uniform  states by fair coins, each with the weight e^-E: sum w f / sum w.  All states are as
 *            likely to be drawn, and hardly any weighs: the effective size (sum w)^2 / sum w^2
 *            (Kong 1992) says how few of them speak.
 *   gibbs    states in proportion to their probability, by chains; neighbours in a chain are alike,
 *            which the effective size takes off.
 *   weighted states in proportion to their probability and independent, by the die of all states:
 *            what Gibbs sampling stands in for; small machines alone.
 * and exactly, from the moments of the smaller layer's states.
 */
#include "ngram/rbm-expect.h"

#include "rbm-internal.h"

#include "ngram/chains.h"
#include "ngram/die.h"
#include "ngram/error.h"
#include "ngram/exact.h"
#include "ngram/gibbs.h"
#include "ngram/rng.h"

#include <math.h>

enum { CHAINS = 4, LEAST = 16, DIE_BITS = 20 };

#define LEAST_ESS 20.0 /* for a standard error of weighed draws */

/* Streams of the random numbers, one a way. */
enum { UNIFORM = 1, WEIGHTED = 2 };

static double
statistic(const NgRbm *rbm, const NgRbmExpect *how, const float *v, const float *h)
{
    double sum = 0.0;

    if (how->statistic == NG_STATISTIC_UNIT)
        return (double)v[how->unit];
    if (how->statistic == NG_STATISTIC_ENERGY)
        return ng_rbm_energy(rbm, v, h);
    for (guint i = 0; i < rbm->visible; i++)
        sum += (double)v[i];
    return sum;
}

/**
 * ng_rbm_expect_check:
 * @rbm: a machine
 * @how: what is wanted
 * @error: return location for a #GError, or %NULL
 *
 * Errors: %NG_ERROR_RANGE where a unit is not binary, there is no such unit, there are too few draws
 * or a parameter is not a number.
 *
 * Returns: whether the others may be asked
 */
gboolean
ng_rbm_expect_check(const NgRbm *rbm, const NgRbmExpect *how, GError **error)
{
    g_return_val_if_fail(rbm != NULL && how != NULL, FALSE);

    if (!ng_rbm_check(rbm, error))
        return FALSE;
    if (!ng_rbm_is_binary(rbm))
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "uniform sampling is for machines of binary units alone");
    else if (how->statistic == NG_STATISTIC_UNIT && how->unit >= rbm->visible)
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE, "no visible unit %u: there are %u",
                    how->unit + 1, rbm->visible);
    else if (how->draws < LEAST || how->chains > how->draws / 4)
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "a standard error wants at least %d draws, and 4 of each chain", LEAST);
    else
        return TRUE;
    return FALSE;
}

static void
coins(NgRng *rng, float *x, guint n)
{
    for (guint i = 0; i < n; i += 32) {
        guint32 bits = ng_rng_u32(rng);
        for (guint j = i; j < MIN(i + 32, n); j++)
            x[j] = (float)(bits >> (j - i) & 1);
    }
}

/**
 * ng_rbm_expect_uniform:
 *
 * Returns: the mean over states that are drawn uniformly and weighed; its standard error by the
 *   delta method, NAN where fewer than 20 draws count: they cannot tell how far off they are
 */
NgEstimate
ng_rbm_expect_uniform(const NgRbm *rbm, const NgRbmExpect *how)
{
    guint n = how->draws;
    g_autofree float *v = g_new(float, rbm->visible), *h = g_new(float, rbm->hidden);
    g_autofree double *f = g_new(double, n), *w = g_new(double, n);
    NgRng rng = ng_rng_new(how->seed, UNIFORM);
    double most = -INFINITY, sum = 0.0, squares = 0.0, mean = 0.0, spread = 0.0;

    for (guint i = 0; i < n; i++) {
        coins(&rng, v, rbm->visible);
        coins(&rng, h, rbm->hidden);
        w[i] = -ng_rbm_energy(rbm, v, h);
        f[i] = statistic(rbm, how, v, h);
        most = fmax(most, w[i]);
    }
    for (guint i = 0; i < n; i++) {
        w[i] = exp(w[i] - most);
        sum += w[i];
        squares += w[i] * w[i];
        mean += w[i] * f[i];
    }
    mean /= sum;
    for (guint i = 0; i < n; i++)
        spread += w[i] * w[i] * (f[i] - mean) * (f[i] - mean);
    double ess = sum * sum / squares;
    return (NgEstimate){mean, ess < LEAST_ESS ? (double)NAN : sqrt(spread) / sum, ess};
}

/* Mean and spread of numbers. */
static double
mean_of(const double *x, size_t n, double *variance)
{
    double mean = 0.0, squares = 0.0;

    for (size_t i = 0; i < n; i++)
        mean += x[i] / (double)n;
    for (size_t i = 0; i < n; i++)
        squares += (x[i] - mean) * (x[i] - mean);
    *variance = squares / (double)(n - 1);
    return mean;
}

/**
 * ng_rbm_expect_gibbs:
 *
 * Returns: the mean over chains, after their burn-in
 */
NgEstimate
ng_rbm_expect_gibbs(const NgRbm *rbm, const NgRbmExpect *how)
{
    guint M = how->chains > 0 ? how->chains : CHAINS, N = how->draws / M;
    const NgRbmSampling options = {
        .chains = M, .beta = 1.0, .seed = how->seed, .threads = how->threads};
    g_autoptr(NgRbmChains) chains = ng_rbm_chains_new(rbm, &options);
    g_autofree double *x = g_new(double, (gsize)M *N);
    double variance;

    ng_rbm_chains_run(chains, how->burn);
    for (guint s = 0; s < N; s++) {
        ng_rbm_chains_run(chains, 1);
        for (guint m = 0; m < M; m++)
            x[(gsize)m * N + s] =
                statistic(rbm, how, ng_rbm_chains_visible(chains) + (gsize)m * rbm->visible,
                          ng_rbm_chains_hidden(chains) + (gsize)m * rbm->hidden);
    }
    double mean = mean_of(x, (size_t)M * N, &variance), ess = ng_chains_ess(x, M, N);
    if (isnan(ess)) /* it never changed */
        ess = (double)M * N;
    return (NgEstimate){mean, sqrt(variance / ess), ess};
}

static void
state_of(const NgRbm *rbm, guint64 state, float *v, float *h)
{
    for (guint i = 0; i < rbm->visible; i++)
        v[i] = (float)(state >> i & 1);
    for (guint j = 0; j < rbm->hidden; j++)
        h[j] = (float)(state >> (rbm->visible + j) & 1);
}

/**
 * ng_rbm_expect_weighted:
 * @out: (out): the mean over independent states
 *
 * Returns: whether the machine is small enough, at most 20 units in all
 */
gboolean
ng_rbm_expect_weighted(const NgRbm *rbm, const NgRbmExpect *how, NgEstimate *out)
{
    g_return_val_if_fail(rbm != NULL && how != NULL && out != NULL, FALSE);

    if (rbm->visible + rbm->hidden > DIE_BITS)
        return FALSE;
    size_t states = (size_t)1 << (rbm->visible + rbm->hidden);
    g_autofree float *v = g_new(float, rbm->visible), *h = g_new(float, rbm->hidden);
    g_autofree double *cdf = g_new(double, states), *x = g_new(double, how->draws);
    double least = INFINITY, variance;
    for (size_t s = 0; s < states; s++) {
        state_of(rbm, s, v, h);
        cdf[s] = ng_rbm_energy(rbm, v, h);
        least = fmin(least, cdf[s]);
    }
    for (size_t s = 0; s < states; s++)
        cdf[s] = exp(least - cdf[s]);
    size_t sides = ng_die_cumulate(cdf, cdf, states);
    NgRng rng = ng_rng_new(how->seed, WEIGHTED);
    for (guint i = 0; i < how->draws; i++) {
        state_of(rbm, ng_die_roll(cdf, sides, ng_rng_coin(&rng)), v, h);
        x[i] = statistic(rbm, how, v, h);
    }
    out->mean = mean_of(x, how->draws, &variance);
    out->error = sqrt(variance / how->draws);
    out->ess = how->draws;
    return TRUE;
}

/**
 * ng_rbm_expect_exact:
 * @mean: (out): the expectation
 * @error: return location for a #GError, or %NULL
 *
 * Errors: as ng_exact_moments().
 *
 * Returns: whether it could be found
 */
gboolean
ng_rbm_expect_exact(const NgRbm *rbm, const NgRbmExpect *how, double *mean, GError **error)
{
    g_return_val_if_fail(rbm != NULL && how != NULL && mean != NULL, FALSE);

    const NgExactWork work = {.threads = how->threads};
    g_autoptr(NgExactMoments) moments = ng_exact_moments(rbm, &work, error);
    if (moments == NULL)
        return FALSE;
    double on = 0.0, energy = 0.0;
    gsize H = rbm->hidden;
    for (guint i = 0; i < rbm->visible; i++) {
        on += moments->v[i];
        energy -= (double)rbm->b[i] * moments->v[i];
        for (guint j = 0; j < H; j++)
            energy -= (double)rbm->w[i * H + j] * moments->vh[i * H + j];
    }
    for (guint j = 0; j < H; j++)
        energy -= (double)rbm->c[j] * moments->h[j];
    *mean = how->statistic == NG_STATISTIC_UNIT     ? moments->v[how->unit]
            : how->statistic == NG_STATISTIC_ENERGY ? energy
                                                    : on;
    return TRUE;
}

/* rbm-expect.h - expectations under a Boltzmann machine: by sampling, and exactly. */
#pragma once

#include "ngram/rbm.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * NgStatistic: a number that every state (v, h) has.
 * @NG_STATISTIC_ON: how many visible units are on
 * @NG_STATISTIC_UNIT: one visible unit
 * @NG_STATISTIC_ENERGY: E(v, h)
 */
typedef enum {
    NG_STATISTIC_ON,
    NG_STATISTIC_UNIT,
    NG_STATISTIC_ENERGY,
} NgStatistic;

/**
 * NgRbmExpect: what is wanted.
 * @statistic: an #NgStatistic
 * @unit: of %NG_STATISTIC_UNIT
 * @draws: of each way, at least 16
 * @chains: of Gibbs sampling, at most a quarter of @draws; 0: 4
 * @burn: sweeps before its draws
 * @seed: of the random numbers
 * @threads: how many may work; the result is the same for any number
 */
typedef struct {
    NgStatistic statistic;
    guint unit;
    guint draws;
    guint chains;
    guint burn;
    guint64 seed;
    unsigned threads;
} NgRbmExpect;

/**
 * NgEstimate: of a mean.
 * @mean: the estimate
 * @error: its standard error; NAN where too few draws count to say
 * @ess: how many independent draws are worth as much
 */
typedef struct {
    double mean, error, ess;
} NgEstimate;

gboolean ng_rbm_expect_check(const NgRbm *rbm, const NgRbmExpect *how, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
NgEstimate ng_rbm_expect_uniform(const NgRbm *rbm, const NgRbmExpect *how);
NgEstimate ng_rbm_expect_gibbs(const NgRbm *rbm, const NgRbmExpect *how);
gboolean ng_rbm_expect_weighted(const NgRbm *rbm, const NgRbmExpect *how, NgEstimate *out);
gboolean ng_rbm_expect_exact(const NgRbm *rbm, const NgRbmExpect *how, double *mean, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

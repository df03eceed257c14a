/* ais.h - the partition function of a Boltzmann machine, by annealed importance sampling. */
#pragma once

#include "ngram/dataset.h"
#include "ngram/progress.h"
#include "ngram/rbm.h"

#include <glib.h>

G_BEGIN_DECLS

/* What an estimate takes where 0 is asked for, and what a glance during training takes. */
#define NG_AIS_TEMPERATURES 14503
#define NG_AIS_RUNS         100
#define NG_AIS_SWEEPS       1000
#define NG_AIS_GLANCE       1000 /* temperatures */
#define NG_AIS_AGAIN        4    /* times as many temperatures at another attempt */

/**
 * NgAisOptions: how log Z is estimated.
 * @temperatures: from the independent model to the machine, both counted; 0: 14,503
 * @runs: chains that are annealed; 0: 100
 * @again: how often all is annealed again, with %NG_AIS_AGAIN times the temperatures, while the
 *   effective sample sizes are too small for an interval
 * @reverse: whether as many are annealed from the machine to the independent model
 * @sweeps: of Gibbs sampling before these begin; 0: 1,000
 * @data: (nullable): rows like those the machine learned: they make the independent model, in place of
 *   ng_rbm_means(), and the reverse chains begin at them
 * @seed: of the random numbers
 * @threads: how many may work; the result is the same for any number
 * @progress: (nullable): told of steps done
 */
typedef struct {
    guint temperatures;
    guint runs;
    guint again;
    gboolean reverse;
    guint sweeps;
    const NgDataset *data;
    guint64 seed;
    unsigned threads;
    const NgProgress *progress;
} NgAisOptions;

/**
 * NgAis: what is known of log Z, in nats.
 * @log_z: the estimate
 * @low: three standard errors below it, and below @log_z_reverse where there is one; NAN where an
 *   effective sample size is too small to say
 * @high: three standard errors above both, or NAN
 * @ess: effective sample size of the runs
 * @lower: a lower bound but for chance: the mean log weight
 * @upper: an upper bound but for chance, if the reverse chains began in equilibrium; NAN without
 * @log_z_reverse: the estimate of the reverse runs alone, or NAN
 * @ess_reverse: theirs, or NAN
 * @log_z_base: that of the independent model, which is exact
 * @temperatures: as they were, at the last attempt
 * @runs: as they were
 * @sweeps: as they were; 0 without reverse runs
 * @from_data: whether reverse runs began at data, else at the ends of the forward ones
 */
typedef struct {
    double log_z, low, high;
    double ess;
    double lower, upper;
    double log_z_reverse, ess_reverse;
    double log_z_base;
    guint temperatures, runs, sweeps;
    gboolean from_data;
} NgAis;

/**
 * NgLikelihood: the mean log-likelihood of rows, in nats a row.
 * @mean: with the estimate of log Z
 * @low: with the upper end of its interval, or NAN
 * @high: with its lower end, or NAN
 * @error: standard error of the mean over the rows, log Z aside
 * @bits: -@mean in bits a visible unit
 * @rows: how many
 */
typedef struct {
    double mean, low, high;
    double error;
    double bits;
    size_t rows;
} NgLikelihood;

gboolean ng_ais(const NgRbm *rbm, const NgAisOptions *options, NgAis *out, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void ng_ais_betas(double *beta, guint n);
gboolean ng_ais_likelihood(const NgRbm *rbm, const NgDataset *data, const NgAis *ais,
                           NgLikelihood *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

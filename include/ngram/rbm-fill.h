/* rbm-fill.h - visible units that are missing or noisy, from the others, by sampling. */
#pragma once

#include "ngram/rbm.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * NgRbmFillOptions: how chains run.
 * @chains: M, at least 2
 * @sweeps: of each that count, at least 1
 * @burn: sweeps before them
 * @best: whether the likeliest filling is sought too
 * @start: (nullable): [D] where all chains begin; else at hidden units of even odds
 * @seed: of the random numbers
 * @stream: which part of them: the number of the row
 * @threads: how many may work; the result is the same for any number
 */
typedef struct {
    guint chains;
    guint sweeps;
    guint burn;
    gboolean best;
    const float *start;
    guint64 seed;
    guint32 stream;
    unsigned threads;
} NgRbmFillOptions;

/**
 * NgRbmFilling: what sampling says of the units that are not given.
 * @visible: D
 * @mean: [D] E(v_i | given): of a unit that is given, its value
 * @error: [D] its standard error, from the differences of the chains
 * @best: (nullable): [D] the likeliest filling met; a Gaussian unit is at its mean
 * @best_free_energy: F of it
 * @rhat: of the free energy along the chains; NAN where there are fewer than 4 sweeps
 */
typedef struct {
    guint visible;
    double *mean;
    double *error;
    float *best;
    double best_free_energy;
    double rhat;
} NgRbmFilling;

NgRbmFilling *ng_rbm_fill(const NgRbm *rbm, const float *v, const guint8 *given,
                          const NgRbmFillOptions *options, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
NgRbmFilling *ng_rbm_filling_copy(const NgRbmFilling *self);
void ng_rbm_filling_free(NgRbmFilling *self);
double ng_rbm_fill_bits(const NgRbm *rbm, const guint8 *given);

double ng_rbm_descend(const NgRbm *rbm, float *v, const guint8 *given);
NgRbm *ng_rbm_behind_flips(const NgRbm *rbm, const float *v, double flip, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void ng_rbm_flip(const NgRbm *rbm, float *v, double flip, guint64 seed, guint32 row);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgRbmFilling, ng_rbm_filling_free)

G_END_DECLS

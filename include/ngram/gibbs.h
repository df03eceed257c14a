/* gibbs.h - Markov chains of a Boltzmann machine. */
#pragma once

#include "ngram/rbm.h"

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

/**
 * NgRbmSampling: how chains run.
 * @chains: C
 * @beta: inverse temperature 1 / kT, above 0; 1 for the machine as it is
 * @start: (nullable): [C, D] where they begin; else each begins at hidden units of even odds
 * @given: (nullable): [D] 1 where a visible unit is held
 * @value: (nullable): [D] at what it is held; goes with @given
 * @length: words of each row, where visible units are counts
 * @seed: of the random numbers
 * @stream: which part of them: chains of the same seed and another stream are independent
 * @threads: how many may work; the result is the same for any number
 */
typedef struct {
    guint chains;
    double beta;
    const float *start;
    const guint8 *given;
    const float *value;
    guint length;
    guint64 seed;
    guint32 stream;
    unsigned threads;
} NgRbmSampling;

typedef struct NgRbmChains NgRbmChains;

gboolean ng_rbm_settle_given(const NgRbm *rbm, float *value, guint8 *given, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
NgRbmChains *ng_rbm_chains_new(const NgRbm *rbm, const NgRbmSampling *how);
void ng_rbm_chains_run(NgRbmChains *self, guint64 sweeps);
const float *ng_rbm_chains_visible(const NgRbmChains *self);
const float *ng_rbm_chains_hidden(const NgRbmChains *self);
void ng_rbm_chains_mean(const NgRbmChains *self, float *mean);
void ng_rbm_chains_free_energy(const NgRbmChains *self, double *f);
void ng_rbm_chains_free(NgRbmChains *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgRbmChains, ng_rbm_chains_free)

G_END_DECLS

/* exact.h - what of a Boltzmann machine can be known without sampling, where a layer is small. */
#pragma once

#include "ngram/progress.h"
#include "ngram/rbm.h"

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

/* A layer of more than 2^NG_EXACT_BITS states is not enumerated. */
#define NG_EXACT_BITS 30

/**
 * NgExactWork: who does the work.
 * @threads: how many; the result has the same bits for any number
 * @progress: (nullable): told of states, in chunks
 */
typedef struct {
    unsigned threads;
    const NgProgress *progress;
} NgExactWork;

/**
 * NgExactMoments: expectations under P(v, h).
 * @visible: D
 * @hidden: H
 * @log_z: log Z, in nats
 * @v: [D] E(v_i)
 * @h: [H] E(h_j)
 * @vh: [D, H] E(v_i h_j)
 */
typedef struct {
    guint visible, hidden;
    double log_z;
    double *v, *h, *vh;
} NgExactMoments;

/**
 * NgExactGradient: of the mean log-likelihood of some rows.
 * @visible: D
 * @hidden: H
 * @log_likelihood: the mean of log P(v), in nats
 * @log_z: log Z, in nats
 * @b: [D] derivatives by the visible biases
 * @c: [H] by the hidden biases
 * @w: [D, H] by the weights
 */
typedef struct {
    guint visible, hidden;
    double log_likelihood, log_z;
    double *b, *c, *w;
} NgExactGradient;

/**
 * NgExactState: logarithms of all probabilities of one v and one h.
 * @energy: E(v, h)
 * @free_energy: F(v)
 * @joint: log P(v, h)
 * @v: log P(v); a density where units are Gaussian
 * @h: log P(h)
 * @h_given_v: log P(h | v)
 * @v_given_h: log P(v | h)
 */
typedef struct {
    double energy, free_energy;
    double joint, v, h, h_given_v, v_given_h;
} NgExactState;

/* Fillings of more than 2^NG_EXACT_FILL_BITS are not searched for the likeliest. */
#define NG_EXACT_FILL_BITS 24

/**
 * NgExactFilling: what some visible units are, given the others.
 * @visible: D
 * @log_sum: log of the sum of e^-F(v) over all fillings: log P of what is given, plus log Z
 * @mean: [D] E(v_i | given): of a unit that is given, its value
 * @best: (nullable): [D] the likeliest filling, where there are few
 * @best_log_p: log P of that filling given the rest
 */
typedef struct {
    guint visible;
    double log_sum;
    double *mean;
    float *best;
    double best_log_p;
} NgExactFilling;

double ng_exact_bits(const NgRbm *rbm);
gboolean ng_exact_log_z(const NgRbm *rbm, const NgExactWork *work, double *log_z, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
NgExactMoments *ng_exact_moments(const NgRbm *rbm, const NgExactWork *work, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
NgExactMoments *ng_exact_moments_copy(const NgExactMoments *self);
void ng_exact_moments_free(NgExactMoments *self);

NgExactGradient *ng_exact_gradient(const NgRbm *rbm, const float *v, size_t rows,
                                   const NgExactWork *work, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
NgExactGradient *ng_exact_gradient_copy(const NgExactGradient *self);
void ng_exact_gradient_free(NgExactGradient *self);

void ng_exact_free_energy(const NgRbm *rbm, const float *v, size_t rows, unsigned threads,
                          double *f);
gboolean ng_exact_log_likelihood(const NgRbm *rbm, const float *v, size_t rows,
                                 const NgExactWork *work, double *log_likelihood, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void ng_exact_state(const NgRbm *rbm, const float *v, const float *h, double log_z,
                    NgExactState *out);

NgExactFilling *ng_exact_fill(const NgRbm *rbm, const float *v, const guint8 *given,
                              const NgExactWork *work, GError **error) G_GNUC_WARN_UNUSED_RESULT;
NgExactFilling *ng_exact_filling_copy(const NgExactFilling *self);
void ng_exact_filling_free(NgExactFilling *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgExactFilling, ng_exact_filling_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgExactMoments, ng_exact_moments_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgExactGradient, ng_exact_gradient_free)

G_END_DECLS

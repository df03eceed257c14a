/* rbm-train.h - Boltzmann machines learn from data. */
#pragma once

#include "ngram/dataset.h"
#include "ngram/rbm.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * NgRbmMethod: where the model's side of the gradient comes from.
 * @NG_RBM_CD: contrastive divergence: k Gibbs steps from the rows of the batch
 * @NG_RBM_PCD: persistent: k steps a batch, of chains that live as long as the training
 * @NG_RBM_EXACT: enumeration of the smaller layer, units at most %NG_RBM_EXACT_MOST
 * @NG_RBM_TEMPERING: persistent chains at several temperatures that change places
 */
typedef enum {
    NG_RBM_CD,
    NG_RBM_PCD,
    NG_RBM_EXACT,
    NG_RBM_TEMPERING,
} NgRbmMethod;

#define NG_RBM_EXACT_MOST 20

/**
 * NgRateSchedule: the learning rate at a time t, 0 at the beginning and 1 at the end.
 * @NG_RATE_CONSTANT: as it is
 * @NG_RATE_LINEAR: times 1 - t
 * @NG_RATE_INVERSE: times 1 / (1 + epochs so far / half), see #NgRbmTraining
 */
typedef enum {
    NG_RATE_CONSTANT,
    NG_RATE_LINEAR,
    NG_RATE_INVERSE,
} NgRateSchedule;

/**
 * NgRbmEpoch: what is known after an epoch; a figure that nobody took is NAN.
 * @epoch: 1, 2, ...
 * @k: Gibbs steps
 * @rate: learning rate at its end
 * @seconds: that it took, without these figures
 * @reconstruction: squared error of the mean of a row given the hidden units' means given the row,
 *   summed over its units: of up to 1,000 training rows.  It is no likelihood.
 * @gap: mean free energy of up to 1,000 validation rows less that of as many training rows, in nats
 * @pseudo: mean log pseudo-likelihood of up to 500 rows, exactly, in nats
 * @loglik: mean log-likelihood of up to 10,000 rows, in nats; of validation rows, where there are
 *   such, as @pseudo is
 * @low, @high: limits of @loglik by three standard errors of log Z; the same as @loglik where log Z
 *   is exact, NAN where the estimate is too poor to say
 */
typedef struct {
    guint epoch, k;
    double rate, seconds;
    double reconstruction;
    double gap;
    double pseudo;
    double loglik, low, high;
} NgRbmEpoch;

/**
 * NgRbmTraining: how a machine learns; ng_rbm_training_init() sets all of it.
 * @method: see #NgRbmMethod
 * @k: Gibbs steps a batch
 * @k_every: so many epochs add a step and divide the rate by the steps; 0 for none
 * @epochs: times all rows are seen
 * @batch: rows of a step
 * @chains: persistent chains; 0: as many as @batch
 * @rungs: temperatures of tempering, at least 2
 * @rate: of learning, for a gradient that is a mean over the rows
 * @schedule: what becomes of @rate
 * @half: epochs after which an inverse schedule has halved the rate
 * @momentum: from epoch @momentum_epoch on, counted from 0; @momentum_early before
 * @l2, @l1: weight decay
 * @sparsity, @sparsity_cost: how active hidden units are to be, and how much that matters
 * @centred: whether the gradient is centred
 * @slide: how much of the centres each batch renews
 * @grey: whether values between 0 and 1 of binary units are taken as they are; else a bit is drawn
 *   from each, anew each epoch
 * @plain: whether binary units take the way of all others, not their own, faster one; the result is
 *   the same but for rounding
 * @weight_sd, @weight_range: initial weights are normal with this deviation, or uniform up to the
 *   range where that is not 0
 * @keep: whether the machine goes on from the parameters it has
 * @mean_bias: whether visible biases begin at the log odds of the data
 * @average: how many times fewer parameters than steps so far their final average has seen: 0 for
 *   no average, 4 for about the last fourth
 * @discriminative: 0 to 1, how much of the gradient is that of log P(label | rest)
 * @seed: of the random numbers
 * @threads: how many may work; the result is the same for any number
 * @validation: (nullable): rows that are not learned
 * @every: @loglik and @pseudo are taken once in so many epochs, and at the last; 0 for never
 * @report: (nullable): told of each epoch; %FALSE ends the training there
 * @warn: (nullable): told in plain words what was mended on the way
 * @data: handed to both
 */
typedef struct {
    NgRbmMethod method;
    guint k, k_every;
    guint epochs, batch, chains, rungs;
    double rate;
    NgRateSchedule schedule;
    double half;
    double momentum, momentum_early;
    guint momentum_epoch;
    double l2, l1;
    double sparsity, sparsity_cost;
    gboolean centred;
    double slide;
    gboolean grey, plain;
    double weight_sd, weight_range;
    gboolean keep, mean_bias;
    double average;
    double discriminative;
    guint64 seed;
    unsigned threads;
    const NgDataset *validation;
    guint every;
    gboolean (*report)(gpointer data, const NgRbmEpoch *epoch);
    void (*warn)(gpointer data, const char *message);
    gpointer data;
} NgRbmTraining;

typedef struct NgRbmTrainer NgRbmTrainer;

void ng_rbm_training_init(NgRbmTraining *self);
gboolean ng_rbm_train(NgRbm *rbm, const NgDataset *data, const NgRbmTraining *how, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

NgRbmTrainer *ng_rbm_trainer_new(NgRbm *rbm, const NgDataset *data, const NgRbmTraining *how,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
guint ng_rbm_trainer_epochs(const NgRbmTrainer *self);
gboolean ng_rbm_trainer_epoch(NgRbmTrainer *self, NgRbmEpoch *epoch, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void ng_rbm_trainer_export(NgRbmTrainer *self);
gboolean ng_rbm_trainer_save(NgRbmTrainer *self, const char *path, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_rbm_trainer_resume(NgRbmTrainer *self, const char *path, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void ng_rbm_trainer_free(NgRbmTrainer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgRbmTrainer, ng_rbm_trainer_free)

G_END_DECLS

/* replicated.h - replicated softmax: machines of word counts, and how likely documents are. */
#pragma once

#include "ngram/dataset.h"
#include "ngram/rbm.h"

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

#define NG_REPLICATED_HIDDEN 24 /* hidden units up to which sums are exact */

/**
 * NgReplicatedOptions: how log Z is estimated where it cannot be summed.
 * @longest: words of the longest document that will be asked about
 * @chains: M, how many are annealed
 * @sweeps: passes over the hidden units at each step
 * @seed: of the random numbers
 * @threads: at least 1; they change no digit
 */
typedef struct {
    guint longest;
    guint chains;
    guint sweeps;
    guint64 seed;
    unsigned threads;
} NgReplicatedOptions;

/**
 * NgReplicatedZ: log Z of one length, in nats.
 * @log_z: exact, or the estimate
 * @low, @high: three standard deviations to both sides; equal to @log_z where that is exact, NAN
 *   where too few chains carry the estimate
 * @effective: how many chains carry it; infinite where it is exact
 */
typedef struct {
    double log_z;
    double low, high;
    double effective;
} NgReplicatedZ;

/**
 * NgReplicatedScore: how likely a document is, in nats.
 * @words: D, its length
 * @logprob: log P(words in their order | D)
 * @low, @high: its interval, as that of log Z
 */
typedef struct {
    guint words;
    double logprob;
    double low, high;
} NgReplicatedScore;

typedef struct NgReplicated NgReplicated;

gboolean ng_replicated_fits(const NgRbm *rbm);
NgReplicated *ng_replicated_new(NgRbm *rbm, unsigned threads, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void ng_replicated_options_init(NgReplicatedOptions *options);
NgReplicated *ng_replicated_new_sampled(NgRbm *rbm, const NgReplicatedOptions *options,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
void ng_replicated_free(NgReplicated *self);

gboolean ng_replicated_is_exact(const NgReplicated *self);
NgReplicatedZ ng_replicated_log_z(NgReplicated *self, guint length);
NgReplicatedScore ng_replicated_score(NgReplicated *self, const NgDataset *rows, size_t row);
double ng_replicated_coefficient(const NgDataset *rows, size_t row);
guint ng_replicated_longest(const NgDataset *rows);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgReplicated, ng_replicated_free)

G_END_DECLS

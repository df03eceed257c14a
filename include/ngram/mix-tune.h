/* mix-tune.h - the weights of a mixture of models that make a text likeliest. */
#pragma once

#include "ngram/model.h"
#include "ngram/progress.h"
#include "ngram/score.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * NgMixTuneOptions:
 * @unit: what one sequence of the text is
 * @strict_utf8: invalid bytes are an error
 * @tolerance: how far from the least perplexity it may stop, as a share of it; 0 for 0.000001
 * @steps: of EM, at most; 0 for 10,000
 */
typedef struct {
    NgUnit unit;
    gboolean strict_utf8;
    double tolerance;
    guint steps;
} NgMixTuneOptions;

/**
 * NgMixTuning:
 * @n: K, parts of the mixture
 * @weight: [@n] the weights found, whole millionths with sum 1
 * @alone: [@n] what each part scores by itself, over its own vocabulary
 * @before: what the mixture scores as it was
 * @after: what it scores with @weight
 * @steps: of EM
 * @gap: no weights make the perplexity smaller by more than this share of it
 * @invalid: bytes that are no UTF-8
 */
typedef struct {
    size_t n;
    double *weight;
    NgScore *alone;
    NgScore before, after;
    guint steps;
    double gap;
    guint64 invalid;
} NgMixTuning;

NgMixTuning *ng_mix_tune(NgModel *mix, size_t voice, const char *const *paths,
                         const NgMixTuneOptions *options, const NgProgress *progress,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
void ng_mix_tuning_free(NgMixTuning *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgMixTuning, ng_mix_tuning_free)

G_END_DECLS

/* prune-internal.h - what the files of entropy pruning know of each other. */
#pragma once

#include "ngram/prune.h"
#include "ngram/voice.h"

#include <glib.h>
#include <math.h>
#include <stddef.h>

/**
 * NgPruneScores: what each n-gram of a voice is worth.
 * @voice: N levels of n entries
 * @score: [N][n] relative rise of perplexity where the entry goes, -1 for a blank; NULL on level 1
 */
typedef struct {
    const NgVoice *voice;
    float *score[NG_ORDER_MAX];
} NgPruneScores;

void ng_prune_scores_init(NgPruneScores *self, const NgVoice *voice, NgPruneHistory history,
                          unsigned threads);
void ng_prune_scores_clear(NgPruneScores *self);
void ng_prune_scores_raise(NgPruneScores *self);
NgVoice *ng_prune_scores_apply(const NgPruneScores *self, double threshold);

double *ng_prune_history_longer(const NgVoice *voice, unsigned level, const double *shorter);
void ng_prune_history_stationary(const NgVoice *voice, float *const scratch[NG_ORDER_MAX],
                                 double *history[NG_ORDER_MAX]);

/* 10 to the power of a stored logarithm. */
static inline double
ng_prune_linear(float log10_p)
{
    return exp10((double)log10_p);
}

/* backward.h - what the rest of a sequence with gaps can still have, from any state. */
#pragma once

#include "ngram/voice.h"

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

/**
 * NgAhead: the rest of a sequence, seen from a state.
 * @mass: sum over all fillings of the probability of the rest, relative to ng_backward_scale()
 * @bound: what log10 of the best filling's probability does not exceed, relative to
 *   ng_backward_shift(); `-INFINITY` where the rest is impossible
 * @logprob: of the entry that the state is, where all states of its length are made; else 0
 */
typedef struct {
    double mass;
    float bound;
    float logprob;
} NgAhead;

/**
 * NgCloseGaps: gaps, none of which has order - 1 known words before the next, and the words behind.
 * @words: [n] ids, %NG_WORD_NONE for a gap
 * @allowed: [n] (nullable): for each gap a set, or %NULL where any word may stand but the fixed ones;
 *   word w is in it where byte w is not 0
 * @n: how many
 */
typedef struct {
    const NgWord *words;
    const guint8 *const *allowed;
    size_t n;
} NgCloseGaps;

typedef struct NgBackward NgBackward;

guint64 ng_backward_cost(const NgVoice *voice, const NgCloseGaps *gaps);
NgBackward *ng_backward_new(const NgVoice *voice, const NgCloseGaps *gaps, unsigned threads);
NgAhead ng_backward_at(NgBackward *self, size_t i, NgState state);
double ng_backward_shift(const NgBackward *self, size_t i);
double ng_backward_scale(const NgBackward *self, size_t i);
void ng_backward_free(NgBackward *self);

/* Whether @word may stand in gap @i. */
static inline gboolean
ng_close_gaps_allow(const NgCloseGaps *self, size_t i, NgWord word)
{
    if (word < NG_WORDS_FIXED)
        return FALSE;
    return self->allowed == NULL || self->allowed[i] == NULL || self->allowed[i][word] != 0;
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgBackward, ng_backward_free)

G_END_DECLS

/* fill.h - the likeliest words for the gaps of a sequence of word ids. */
#pragma once

#include "nbest.h"
#include "rank.h"

#include "ngram/voice.h"

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

/**
 * NgGaps: a sequence with words missing.
 * @words: [n] ids after `<s>`, %NG_WORD_NONE where one is missing; `</s>` last where it is weighed
 * @n: how many
 * @k: fillings wanted, at least 1
 * @beam: partial fillings kept where gaps stand close together, at least 1
 */
typedef struct {
    const NgWord *words;
    size_t n;
    size_t k;
    size_t beam;
} NgGaps;

gboolean ng_gaps_next(const NgGaps *self, size_t from, size_t window, GArray *gap);
NgBest *ng_gaps_combine(const NgBest *a, const NgBest *b, size_t k);
NgBest *ng_fill(const NgVoice *voice, NgRank *rank, const NgGaps *gaps, double *total);

G_END_DECLS

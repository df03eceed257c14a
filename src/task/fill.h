/* fill.h - the likeliest words for the gaps of a sequence of word ids. */
#pragma once

#include "backward.h"
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
 * @allowed: [n] (nullable): what may fill each gap, as in #NgCloseGaps
 * @k: fillings wanted, at least 1
 * @memory: bytes that an exact search of gaps that stand close together may take
 * @threads: for passes over the whole voice, at least 1
 * @beam: partial fillings kept where it would take more, at least 1
 * @beams: (nullable): counts the searches by a beam, which may miss the best
 */
typedef struct {
    const NgWord *words;
    size_t n;
    const guint8 *const *allowed;
    size_t k;
    guint64 memory;
    unsigned threads;
    size_t beam;
    guint64 *beams;
} NgGaps;

const guint8 *ng_gaps_allowed(const NgGaps *self, size_t i);
NgCloseGaps ng_gaps_close(const NgGaps *self, const GArray *gap, unsigned order);
NgState ng_gaps_advance(const NgGaps *self, const NgVoice *voice, NgState state, size_t at,
                        size_t to);
gboolean ng_gaps_fit(const NgGaps *self, const NgVoice *voice, const NgCloseGaps *close);
gboolean ng_gaps_next(const NgGaps *self, size_t from, size_t window, GArray *gap);
NgBest *ng_gaps_combine(const NgBest *a, const NgBest *b, size_t k);
NgBest *ng_fill(const NgVoice *voice, NgRank *rank, const NgGaps *gaps, double *total);

G_END_DECLS

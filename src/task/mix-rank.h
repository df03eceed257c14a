/* mix-rank.h - the likely next words of a mixture, without a look at all the others. */
#pragma once

#include "ngram/mix.h"

#include <glib.h>

G_BEGIN_DECLS

typedef struct NgMixRank NgMixRank;

/**
 * NgMixRankFunc: one word, its log10 probability and the [K] states after it.
 *
 * Returns the floor from here on: words less likely than it are passed over.
 */
typedef double (*NgMixRankFunc)(NgWord word, float logprob, const NgState *after, gpointer data);

NgMixRank *ng_mix_rank_new(const NgMix *mix);
void ng_mix_rank_walk(NgMixRank *self, const NgState *states, double floor, NgMixRankFunc func,
                      gpointer data);
NgWord ng_mix_rank_best(NgMixRank *self, const NgState *states, gboolean no_unk);
void ng_mix_rank_free(NgMixRank *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgMixRank, ng_mix_rank_free)

G_END_DECLS

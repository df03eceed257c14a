/* rank.h - the likely next words of a context, without a look at all the others. */
#pragma once

#include "ngram/voice.h"

#include <glib.h>

G_BEGIN_DECLS

typedef struct NgRank NgRank;

/**
 * NgRankFunc: one word, its log10 probability and the state after it.
 *
 * Returns the floor from here on: words less likely than it are passed over.
 */
typedef double (*NgRankFunc)(NgWord word, float logprob, NgState after, gpointer data);

NgRank *ng_rank_new(const NgVoice *voice);
void ng_rank_walk(NgRank *self, NgState context, double floor, NgRankFunc func, gpointer data);
NgWord ng_rank_best(NgRank *self, NgState context, gboolean no_unk);
void ng_rank_free(NgRank *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgRank, ng_rank_free)

G_END_DECLS

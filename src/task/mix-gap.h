/* mix-gap.h - all words that one gap may hold, as a mixture weighs them. */
#pragma once

#include "backward.h"
#include "better.h"
#include "nbest.h"

#include "ngram/mix.h"

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

typedef struct NgMixGap NgMixGap;

NgMixGap *ng_mix_gap_new(const NgMix *mix);
NgBest *ng_mix_gap_solve(NgMixGap *self, const NgState *states, const NgCloseGaps *gap, size_t k,
                         double *total);
double ng_mix_gap_better(NgMixGap *self, const NgState *states, const NgCloseGaps *gap, NgWord word,
                         NgBetterFunc func, gpointer data);
void ng_mix_gap_free(NgMixGap *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgMixGap, ng_mix_gap_free)

G_END_DECLS

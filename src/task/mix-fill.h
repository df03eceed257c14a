/* mix-fill.h - the likeliest words for the gaps of a sequence, as a mixture weighs them. */
#pragma once

#include "fill.h"

#include "ngram/mix.h"

#include <glib.h>

G_BEGIN_DECLS

typedef struct NgMixFill NgMixFill;

NgMixFill *ng_mix_fill_new(const NgMix *mix);
NgBest *ng_mix_fill(NgMixFill *self, const NgGaps *gaps, double *total);
void ng_mix_fill_free(NgMixFill *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgMixFill, ng_mix_fill_free)

G_END_DECLS

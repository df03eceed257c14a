/* mix-draw.h - the next word by chance, exactly as a mixture weighs it. */
#pragma once

#include "ngram/mix.h"
#include "ngram/rng.h"

#include <glib.h>

G_BEGIN_DECLS

typedef struct NgMixDraw NgMixDraw;

NgMixDraw *ng_mix_draw_new(const NgMix *mix, gboolean no_unk);
NgWord ng_mix_draw_word(NgMixDraw *self, const NgState *states, NgRng *rng);
void ng_mix_draw_free(NgMixDraw *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgMixDraw, ng_mix_draw_free)

G_END_DECLS

/* draw.h - the next word by chance, exactly as a voice weighs it. */
#pragma once

#include "ngram/rng.h"
#include "ngram/voice.h"

#include <glib.h>

G_BEGIN_DECLS

typedef struct NgDraw NgDraw;

NgDraw *ng_draw_new(const NgVoice *voice, gboolean no_unk);
NgWord ng_draw_word(NgDraw *self, NgState context, NgRng *rng);
void ng_draw_free(NgDraw *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgDraw, ng_draw_free)

G_END_DECLS

/* draw.h - the next word by chance, exactly as a voice weighs it. */
#pragma once

#include "ngram/rng.h"
#include "ngram/voice.h"

#include <glib.h>

G_BEGIN_DECLS

typedef struct NgDraw NgDraw;

/**
 * NgDrawDie: the die of one context; see draw.c.
 * @context: whose
 * @successors: its sides but one
 * @backoff: log10 of the weight of that one
 */
typedef struct {
    NgState context;
    NgRange successors;
    float backoff;
} NgDrawDie;

/**
 * NgThrow: one word while it is drawn; a plain value.
 * @rng: chance; the caller's to set
 * @done: whether the rest is set
 * @word: the word; %NG_WORD_NONE where no word has a positive probability; scratch before
 * @logprob: what ng_voice_step() gives it
 * @after: the state after it
 * @trials: how often a word may still be thrown away
 * @depth: die[0 .. depth]: of h, h', .. down to the one that is rolled
 * @side: what the present die shows, see draw-dice.h
 * @entry: the entry drawn; before it is known, the column of a large die
 * @height: where in that column the coin fell
 */
typedef struct {
    NgRng rng;
    gboolean done;
    NgWord word;
    float logprob;
    NgState after;
    unsigned trials;
    unsigned depth;
    unsigned side;
    uint32_t entry;
    uint32_t height;
    NgDrawDie die[NG_ORDER_MAX];
} NgThrow;

NgDraw *ng_draw_new(const NgVoice *voice, gboolean no_unk, double power);
void ng_draw_begin(const NgDraw *self, NgThrow *cast, NgState context);
void ng_draw_round(NgDraw *self, NgThrow *const *casts, size_t n);
NgWord ng_draw_word(NgDraw *self, NgState context, NgRng *rng);
void ng_draw_free(NgDraw *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgDraw, ng_draw_free)

G_END_DECLS

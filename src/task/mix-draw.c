/*
 * Drawing words of a mixture
 *
 * A part is picked with its weight, anew for each word, and the word drawn from
 * that part in its own context: so it has the probability that the sum over the
 * parts gives it, and no sum is ever made.  An `<unk>` that is not wanted is
 * thrown away and a part picked again, since what the parts give to `<unk>`
 * differs from part to part.
 *
 * Cost: a coin, and what draw.c says of one voice.
 */
#include "mix-draw.h"

#include "draw.h"

#include "ngram/die.h"

enum { TRIALS = 1000 }; /* words thrown away before the whole distribution is used */

struct NgMixDraw {
    const NgMix *mix;
    gboolean no_unk;
    size_t K;
    NgDraw *draw[NG_MIX_MAX]; /* [K] */
    double cdf[NG_MIX_MAX];   /* [K] of the weights */
    double *whole;            /* (nullable): [V] scratch */
};

/**
 * ng_mix_draw_new:
 * @mix: a mixture that outlives the new object
 * @no_unk: never `<unk>`: the law given that it does not come
 *
 * Returns: (transfer full): free with ng_mix_draw_free(); for one thread
 */
NgMixDraw *
ng_mix_draw_new(const NgMix *mix, gboolean no_unk)
{
    g_return_val_if_fail(mix != NULL, NULL);

    NgMixDraw *self = g_new0(NgMixDraw, 1);
    self->mix = mix;
    self->no_unk = no_unk;
    self->K = ng_mix_size(mix);
    for (size_t i = 0; i < self->K; i++) {
        self->draw[i] = ng_draw_new(ng_mix_part(mix, i)->voice, FALSE, 1.0);
        self->cdf[i] = ng_mix_part(mix, i)->weight;
    }
    ng_die_cumulate(self->cdf, self->cdf, self->K);
    return self;
}

/**
 * ng_mix_draw_free:
 * @self: (nullable) (transfer full): what ng_mix_draw_new() gave
 */
void
ng_mix_draw_free(NgMixDraw *self)
{
    if (self == NULL)
        return;
    for (size_t i = 0; i < self->K; i++)
        ng_draw_free(self->draw[i]);
    g_free(self->whole);
    g_free(self);
}

/* The same law by its whole distribution: O(V K), but nothing is ever thrown away. */
static NgWord
draw_whole(NgMixDraw *self, const NgState *states, NgRng *rng)
{
    size_t V = ng_mix_words(self->mix);

    if (self->whole == NULL)
        self->whole = g_new(double, V);
    ng_mix_distribution(self->mix, states, self->whole, NULL);
    if (self->no_unk)
        self->whole[NG_WORD_UNKNOWN] = 0.0;
    for (size_t w = 0; w < V; w++)
        if (!(self->whole[w] > 1e-99)) /* NG_MASS_ZERO */
            self->whole[w] = 0.0;
    if (ng_die_cumulate(self->whole, self->whole, V) < V || !(self->whole[V - 1] > 0.0))
        return NG_WORD_NONE;
    return (NgWord)ng_die_roll(self->whole, V, ng_rng_coin(rng));
}

/**
 * ng_mix_draw_word:
 * @self: what ng_mix_draw_new() gave
 * @states: [K] a context of its mixture
 * @rng: (inout): chance
 *
 * Draws one word by P(word | @states); `</s>` is a word here.
 *
 * Returns: the word; %NG_WORD_NONE where no word has a positive probability
 */
NgWord
ng_mix_draw_word(NgMixDraw *self, const NgState *states, NgRng *rng)
{
    g_return_val_if_fail(self != NULL && states != NULL && rng != NULL, NG_WORD_NONE);

    for (unsigned trial = 0; trial < TRIALS; trial++) {
        size_t i = self->K > 1 ? ng_die_roll(self->cdf, self->K, ng_rng_coin(rng)) : 0;
        NgWord own = ng_draw_word(self->draw[i], states[i], rng);
        if (own == NG_WORD_NONE || (own == NG_WORD_UNKNOWN && self->no_unk))
            continue;
        return ng_mix_part(self->mix, i)->from[own];
    }
    return draw_whole(self, states, rng);
}

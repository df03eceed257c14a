/*
 * Likely words of a mixture
 *
 * A mean is no greater than the greatest of what it is the mean of.  So a word
 * that reaches a floor in the mixture reaches it in one of the voices, and the
 * walks of rank.c through each voice, with the mixture's floor, meet them all.
 * What they meet is weighed by the mixture, once: a stamp a word says whether a
 * walk before has met it.
 *
 * Stored: 4 bytes a word of the union, and what rank.c keeps of each voice.
 */
#include "mix-rank.h"

#include "rank.h"

#include "ngram/mass.h"

#include <math.h>
#include <string.h>

struct NgMixRank {
    const NgMix *mix;
    size_t K;
    NgRank *rank[NG_MIX_MAX]; /* [K] */
    uint32_t *stamp;          /* [V] number of the walk that met the word last */
    uint32_t walks;
};

/* One walk, as the callback of each voice's sees it. */
typedef struct {
    NgMixRank *self;
    size_t part;
    const NgState *states;
    double floor;
    NgMixRankFunc func;
    gpointer data;
} Walk;

/**
 * ng_mix_rank_new:
 * @mix: a mixture that outlives the new object
 *
 * Returns: (transfer full): free with ng_mix_rank_free(); for one thread
 */
NgMixRank *
ng_mix_rank_new(const NgMix *mix)
{
    g_return_val_if_fail(mix != NULL, NULL);

    NgMixRank *self = g_new0(NgMixRank, 1);
    self->mix = mix;
    self->K = ng_mix_size(mix);
    for (size_t i = 0; i < self->K; i++)
        self->rank[i] = ng_rank_new(ng_mix_part(mix, i)->voice);
    self->stamp = g_new0(uint32_t, ng_mix_words(mix));
    return self;
}

/**
 * ng_mix_rank_free:
 * @self: (nullable) (transfer full): what ng_mix_rank_new() gave
 */
void
ng_mix_rank_free(NgMixRank *self)
{
    if (self == NULL)
        return;
    for (size_t i = 0; i < self->K; i++)
        ng_rank_free(self->rank[i]);
    g_free(self->stamp);
    g_free(self);
}

/* Weighs a word that one of the voices has told of. */
static double
weigh(NgWord own, float logprob G_GNUC_UNUSED, NgState after_own G_GNUC_UNUSED, gpointer data)
{
    Walk *walk = data;
    NgMixRank *self = walk->self;
    NgWord word = ng_mix_part(self->mix, walk->part)->from[own];
    NgState after[NG_MIX_MAX];

    if (self->stamp[word] == self->walks)
        return walk->floor;
    self->stamp[word] = self->walks;
    memcpy(after, walk->states, self->K * sizeof *after);
    float p = ng_mix_step(self->mix, after, word, NULL);
    if (p > NG_MASS_ZERO && (double)p >= walk->floor)
        walk->floor = walk->func(word, p, after, walk->data);
    return walk->floor;
}

/**
 * ng_mix_rank_walk:
 * @self: what ng_mix_rank_new() gave
 * @states: [K] a context of its mixture
 * @floor: log10 probability below which a word is of no interest; `-INFINITY` for none
 * @func: (scope call): told of each word of positive probability not below the floor, once
 * @data: for @func
 *
 * Words come in no order that means anything.  `<s>` never comes.
 */
void
ng_mix_rank_walk(NgMixRank *self, const NgState *states, double floor, NgMixRankFunc func,
                 gpointer data)
{
    g_return_if_fail(self != NULL && states != NULL && func != NULL);

    Walk walk = {.self = self, .states = states, .floor = floor, .func = func, .data = data};
    if (++self->walks == 0) { /* the numbers are used up */
        memset(self->stamp, 0, ng_mix_words(self->mix) * sizeof *self->stamp);
        self->walks = 1;
    }
    for (; walk.part < self->K; walk.part++)
        ng_rank_walk(self->rank[walk.part], states[walk.part], walk.floor, weigh, &walk);
}

typedef struct {
    NgWord word;
    float logprob;
    gboolean no_unk;
} Best;

static double
keep_best(NgWord word, float logprob, const NgState *after G_GNUC_UNUSED, gpointer data)
{
    Best *best = data;

    if (word == NG_WORD_UNKNOWN && best->no_unk)
        return (double)best->logprob;
    if (logprob > best->logprob || (logprob == best->logprob && word < best->word)) {
        best->word = word;
        best->logprob = logprob;
    }
    return (double)best->logprob;
}

/**
 * ng_mix_rank_best:
 * @states: [K] a context
 * @no_unk: `<unk>` is no candidate
 *
 * Returns: the word that ng_mix_step() gives the greatest probability, of equals
 * the one with the lowest id; %NG_WORD_NONE where all have probability 0
 */
NgWord
ng_mix_rank_best(NgMixRank *self, const NgState *states, gboolean no_unk)
{
    Best best = {.word = NG_WORD_NONE, .logprob = -INFINITY, .no_unk = no_unk};

    ng_mix_rank_walk(self, states, -HUGE_VAL, keep_best, &best);
    return best.word;
}

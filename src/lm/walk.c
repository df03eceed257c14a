/*
 * Walks
 *
 * What reads a text word by word need not know whether one voice judges it or
 * several that are mixed.  A walk holds the one or the other, with its context;
 * a step is the voice's own or the mixture's, behind one test.
 */
#include "ngram/walk.h"

/**
 * ng_walk_init:
 * @self: (out): a walk that stands in the empty context: anywhere in a text
 * @model: a model that outlives it
 * @voice: which voice of it
 */
void
ng_walk_init(NgWalk *self, const NgModel *model, size_t voice)
{
    g_return_if_fail(self != NULL && model != NULL && voice < ng_model_voices(model));

    *self = (NgWalk){
        .voice = ng_model_voice(model, voice),
        .mix = ng_model_mixture(model, voice),
    };
}

/** ng_walk_begin: goes to the beginning of a sequence, after `<s>` */
void
ng_walk_begin(NgWalk *self)
{
    g_return_if_fail(self != NULL);

    if (self->voice != NULL)
        self->state[0] = ng_voice_begin(self->voice);
    else
        ng_mix_begin(self->mix, self->state);
}

/**
 * ng_walk_step:
 * @self: (inout): a walk; it goes on by @word
 * @word: a word of its model
 * @order: (out) (nullable): length of the longest n-gram that ends in @word here
 *
 * Returns: log10 P(@word | where it stood); -inf where the probability is 0
 */
float
ng_walk_step(NgWalk *self, NgWord word, unsigned *order)
{
    g_return_val_if_fail(self != NULL, 0.0F);

    return self->voice != NULL ? ng_voice_step(self->voice, self->state, word, order)
                               : ng_mix_step(self->mix, self->state, word, order);
}

/** ng_walk_order: Returns: N, the longest n-gram of what is walked */
unsigned
ng_walk_order(const NgWalk *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->voice != NULL ? ng_voice_order(self->voice) : ng_mix_order(self->mix);
}

/**
 * ng_walk_score_batch:
 * @self: a walk; where it stands does not matter
 * @ids: [@offset[@n_sequences]] words of its model
 * @offset: [@n_sequences + 1] sequence i is @ids[@offset[i]] .. @ids[@offset[i + 1] - 1]
 * @n_sequences: how many
 * @logprob: (out): gets log10 P of each word, at the place of its id
 * @order: (out) (nullable): gets the length of the longest n-gram that ends there
 *
 * ng_voice_score_batch() or ng_mix_score_batch(): each sequence from its beginning.
 */
void
ng_walk_score_batch(const NgWalk *self, const NgWord *ids, const size_t *offset, size_t n_sequences,
                    float *logprob, uint8_t *order)
{
    g_return_if_fail(self != NULL);

    if (self->voice != NULL)
        ng_voice_score_batch(self->voice, ids, offset, n_sequences, logprob, order);
    else
        ng_mix_score_batch(self->mix, ids, offset, n_sequences, logprob, order);
}

/**
 * ng_walk_distribution:
 * @p: (out): [V] P(word | where it stands); 0 for `<s>`
 * @order: (out) (nullable): [V] length of the longest n-gram that ends in the word
 *
 * Returns: the sum, 1 up to rounding
 */
double
ng_walk_distribution(const NgWalk *self, double *p, uint8_t *order)
{
    g_return_val_if_fail(self != NULL && p != NULL, 0.0);

    return self->voice != NULL ? ng_voice_distribution(self->voice, self->state[0], p, order)
                               : ng_mix_distribution(self->mix, self->state, p, order);
}

/** ng_walk_key: Returns: (transfer full): the context, equal where two walks of one model stand
 *   in the same */
GBytes *
ng_walk_key(const NgWalk *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    size_t n = self->voice != NULL ? 1 : ng_mix_size(self->mix);
    return g_bytes_new(self->state, n * sizeof self->state[0]);
}

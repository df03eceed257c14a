/*
 * Mixtures
 *
 * A mixture is K voices with weights l_i that sum to 1, read side by side:
 *   P(w | h) = sum over i of l_i P_i(w | h),
 * linear interpolation (Jelinek and Mercer 1980).  Each voice keeps a state of
 * its own, so orders may differ.  The vocabulary is the union of the voices': a
 * word that a voice lacks has probability 0 there, and is `<unk>` in the
 * contexts of that voice; what the voice gives to `<unk>` belongs to `<unk>`
 * alone.  So each voice's distribution, and with them the mixture's, sums to 1
 * over the union.
 *
 * Nothing is stored but the parts: a step costs K steps of voices, K
 * exponentials and a logarithm.
 */
#include "ngram/mix.h"

#include <math.h>
#include <string.h>

/**
 * NgMix:
 * @K: parts
 * @V: words of the union
 * @order: the highest of the voices
 * @part: [K]
 * @log_weight: [K] log10
 */
struct NgMix {
    size_t K;
    size_t V;
    unsigned order;
    NgMixPart part[NG_MIX_MAX];
    double log_weight[NG_MIX_MAX];
};

/**
 * ng_mix_new:
 * @parts: [@n] voices that outlive the mixture, as do their arrays
 * @n: K, from 1 to %NG_MIX_MAX
 * @words: V, words of the union
 *
 * Returns: (transfer full): free with ng_mix_free(); any number of threads may share it
 */
NgMix *
ng_mix_new(const NgMixPart *parts, size_t n, size_t words)
{
    g_return_val_if_fail(parts != NULL && n > 0 && n <= NG_MIX_MAX, NULL);

    NgMix *self = g_new0(NgMix, 1);
    self->K = n;
    self->V = words;
    for (size_t i = 0; i < n; i++) {
        self->part[i] = parts[i];
        self->log_weight[i] = log10(parts[i].weight);
        self->order = MAX(self->order, ng_voice_order(parts[i].voice));
    }
    return self;
}

/**
 * ng_mix_free:
 * @self: (nullable) (transfer full): a mixture; the voices stay
 */
void
ng_mix_free(NgMix *self)
{
    g_free(self);
}

/** ng_mix_size: Returns: K, the number of parts: so many states go with it */
size_t
ng_mix_size(const NgMix *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->K;
}

/** ng_mix_part: Returns: (transfer none): part @index */
const NgMixPart *
ng_mix_part(const NgMix *self, size_t index)
{
    g_return_val_if_fail(self != NULL && index < self->K, NULL);

    return &self->part[index];
}

/** ng_mix_order: Returns: N, the highest order of the voices */
unsigned
ng_mix_order(const NgMix *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->order;
}

/** ng_mix_words: Returns: V, the words of the union, `<s>` among them */
size_t
ng_mix_words(const NgMix *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->V;
}

/**
 * ng_mix_begin:
 * @states: (out): [K] the states at the beginning of a sequence, after `<s>`
 */
void
ng_mix_begin(const NgMix *self, NgState *states)
{
    g_return_if_fail(self != NULL && states != NULL);

    for (size_t i = 0; i < self->K; i++)
        states[i] = ng_voice_begin(self->part[i].voice);
}

/**
 * ng_mix_step_each:
 * @states: (inout): [K] the context; after the call the context of the next word
 * @word: a word of the union
 * @logprob: (out): [K] log10 P_i(@word | context); -inf where voice i lacks the word
 * @order: (out) (nullable): length of the longest n-gram of any voice that ends in @word here
 */
void
ng_mix_step_each(const NgMix *self, NgState *states, NgWord word, float *logprob, unsigned *order)
{
    g_return_if_fail(self != NULL && states != NULL && logprob != NULL && word < self->V);

    unsigned longest = 0;
    for (size_t i = 0; i < self->K; i++) {
        const NgMixPart *part = &self->part[i];
        NgWord known = part->to[word];
        unsigned length = 0;
        if (known == NG_WORD_NONE) {
            ng_voice_step(part->voice, &states[i], NG_WORD_UNKNOWN, NULL);
            logprob[i] = -INFINITY;
            continue;
        }
        logprob[i] = ng_voice_step(part->voice, &states[i], known, order != NULL ? &length : NULL);
        longest = MAX(longest, length);
    }
    if (order != NULL)
        *order = longest;
}

/* log10 of the sum of weight[i] 10^logprob[i]; the greatest term is taken out, so that none
 * is too small for a double.  One term alone comes out as it is, to the last bit. */
static double
log_sum(const NgMix *self, const float *logprob)
{
    double term[NG_MIX_MAX];
    double most = -HUGE_VAL;
    double sum = 0.0;

    for (size_t i = 0; i < self->K; i++) {
        term[i] = self->log_weight[i] + (double)logprob[i];
        most = MAX(most, term[i]);
    }
    if (!isfinite(most))
        return most;
    for (size_t i = 0; i < self->K; i++)
        sum += term[i] == most ? 1.0 : exp(M_LN10 * (term[i] - most));
    return most + log(sum) * M_LOG10E;
}

/**
 * ng_mix_step:
 * @states: (inout): [K] the context; after the call the context of the next word
 * @word: a word of the union
 * @order: (out) (nullable): length of the longest n-gram of any voice that ends in @word here
 *
 * Adds up in double and rounds once, to what a voice's step gives.
 *
 * Returns: log10 P(@word | @states); -inf where the probability is 0
 */
float
ng_mix_step(const NgMix *self, NgState *states, NgWord word, unsigned *order)
{
    g_return_val_if_fail(self != NULL && states != NULL && word < self->V, 0.0F);

    float logprob[NG_MIX_MAX];
    ng_mix_step_each(self, states, word, logprob, order);
    return (float)log_sum(self, logprob);
}

/* Sequences of words of the union, as ng_mix_score_batch() has them; @own [n] is scratch. */
typedef struct {
    const NgWord *ids;
    const size_t *offset;
    size_t n_sequences;
    NgWord *own;
} Batch;

/* log10 of what one voice gives the words, -inf where it lacks them, and their orders. */
static void
score_part(const Batch *batch, const NgMixPart *part, float *logprob, uint8_t *order)
{
    const NgWord *ids = batch->ids;
    size_t first = batch->offset[0], end = batch->offset[batch->n_sequences];

    for (size_t k = first; k < end; k++) {
        NgWord known = part->to[ids[k]];
        batch->own[k] = known != NG_WORD_NONE ? known : NG_WORD_UNKNOWN;
    }
    ng_voice_score_batch(part->voice, batch->own, batch->offset, batch->n_sequences, logprob,
                         order);
    for (size_t k = first; k < end; k++) {
        if (part->to[ids[k]] != NG_WORD_NONE)
            continue;
        logprob[k] = -INFINITY;
        if (order != NULL)
            order[k] = 0;
    }
}

/**
 * ng_mix_score_batch:
 * @ids: [@offset[@n_sequences]] words of the union
 * @offset: [@n_sequences + 1] sequence i is @ids[@offset[i]] .. @ids[@offset[i + 1] - 1]; never falls
 * @n_sequences: how many
 * @logprob: (out): gets log10 P of each word, at the place of its id
 * @order: (out) (nullable): gets the length of the longest n-gram of any voice that ends there
 *
 * As ng_voice_score_batch(), which does the work for each voice: the same as
 * ng_mix_step() word by word, to the last bit.  Needs 4 bytes a word, and 4 more
 * for each voice.
 */
void
ng_mix_score_batch(const NgMix *self, const NgWord *ids, const size_t *offset, size_t n_sequences,
                   float *logprob, uint8_t *order)
{
    g_return_if_fail(self != NULL && offset != NULL);
    g_return_if_fail(offset[0] == offset[n_sequences] || (ids != NULL && logprob != NULL));

    size_t n = offset[n_sequences];
    g_autofree NgWord *own = g_new(NgWord, n);
    g_autofree float *each = g_new(float, n * self->K); /* [K][n] */
    g_autofree uint8_t *length = order != NULL ? g_new(uint8_t, n) : NULL;
    const Batch batch = {ids, offset, n_sequences, own};

    for (size_t k = offset[0]; k < n && order != NULL; k++)
        order[k] = 0;
    for (size_t i = 0; i < self->K; i++) {
        score_part(&batch, &self->part[i], each + i * n, length);
        for (size_t k = offset[0]; k < n && order != NULL; k++)
            order[k] = MAX(order[k], length[k]);
    }
    for (size_t k = offset[0]; k < n; k++) {
        float one[NG_MIX_MAX];
        for (size_t i = 0; i < self->K; i++)
            one[i] = each[i * n + k];
        logprob[k] = (float)log_sum(self, one);
    }
}

/**
 * ng_mix_distribution:
 * @states: [K] a context
 * @p: (out): [V] P(word | @states); 0 for `<s>`
 * @order: (out) (nullable): [V] length of the longest n-gram of any voice that ends in the word
 *
 * The plain way, voice by voice: O(N V K).
 *
 * Returns: the sum, 1 up to rounding
 */
double
ng_mix_distribution(const NgMix *self, const NgState *states, double *p, uint8_t *order)
{
    g_return_val_if_fail(self != NULL && states != NULL && p != NULL, 0.0);

    double sum = 0.0;
    memset(p, 0, self->V * sizeof *p);
    if (order != NULL)
        memset(order, 0, self->V);
    for (size_t i = 0; i < self->K; i++) {
        const NgMixPart *part = &self->part[i];
        size_t words = ng_voice_words(part->voice);
        g_autofree double *own = g_new(double, words);
        g_autofree uint8_t *length = order != NULL ? g_new(uint8_t, words) : NULL;
        ng_voice_distribution(part->voice, states[i], own, length);
        for (NgWord w = 0; w < words; w++) {
            NgWord word = part->from[w];
            p[word] += part->weight * own[w];
            if (order != NULL)
                order[word] = MAX(order[word], length[w]);
        }
    }
    for (size_t w = 0; w < self->V; w++)
        sum += p[w];
    return sum;
}

/**
 * ng_mix_sum:
 * @states: [K] a context
 *
 * Returns: the sum of P(word | @states) over all words but `<s>`
 */
double
ng_mix_sum(const NgMix *self, const NgState *states)
{
    g_return_val_if_fail(self != NULL && states != NULL, 0.0);

    double sum = 0.0;
    for (size_t i = 0; i < self->K; i++)
        sum += self->part[i].weight * ng_voice_sum(self->part[i].voice, states[i]);
    return sum;
}

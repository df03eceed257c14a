/*
 * Caches
 *
 * What was said comes again: a cache is the distribution of the words of the text
 * at hand, by their counts c(w) of n, mixed with a model (Kuhn and De Mori 1990):
 *
 *   P(w | h) = (1 - mu) P_model(w | h) + mu c(w) / n.
 *
 * It is a voice of order 1 with a vocabulary of its own, and the whole is a mixture
 * like any other, so everything that mixtures do is done with it.  Unknown words
 * and the ends of sequences are not in it.  While it is empty, the model stands
 * alone.
 *
 * Stored: 8 bytes a word of the model, and a few for each word in the cache.
 */
#include "ngram/cache.h"

#include "internal.h"

#include "ngram/mass.h"

#include <math.h>

/**
 * NgCache:
 * @base: [n_base] the model, with weights that sum to 1
 * @same: [V] (nullable): each word itself, for a model that is one voice
 * @to: [V] the place of each word in @voice, %NG_WORD_NONE where it has none
 * @words: (element-type NgWord): [words of @voice] what stands in each place
 * @voice: (nullable): the words of the text
 * @mix: all of it
 */
struct NgCache {
    NgMixPart base[NG_MIX_MAX];
    size_t n_base;
    size_t V;
    double weight;
    NgWord *same;
    NgWord *to;
    GArray *words;
    NgVoice *voice;
    NgMix *mix;
};

/**
 * ng_cache_new:
 * @model: a model that outlives the new object, of fewer parts than %NG_MIX_MAX
 * @voice: which voice of it
 * @weight: mu, between 0 and 1
 *
 * Returns: (transfer full): an empty cache; free with ng_cache_free()
 */
NgCache *
ng_cache_new(const NgModel *model, size_t voice, double weight)
{
    g_return_val_if_fail(model != NULL && voice < ng_model_voices(model), NULL);
    g_return_val_if_fail(weight > 0.0 && weight < 1.0, NULL);
    const NgMix *mix = ng_model_mixture(model, voice);
    g_return_val_if_fail(mix == NULL || ng_mix_size(mix) < NG_MIX_MAX, NULL);

    NgCache *self = g_new0(NgCache, 1);
    self->weight = weight;
    self->V = ng_vocab_size(ng_model_vocab(model));
    self->to = g_new(NgWord, self->V);
    for (size_t w = 0; w < self->V; w++)
        self->to[w] = NG_WORD_NONE;
    for (size_t i = 0; mix != NULL && i < ng_mix_size(mix); i++)
        self->base[self->n_base++] = *ng_mix_part(mix, i);
    if (mix == NULL) {
        self->same = g_new(NgWord, self->V);
        for (NgWord w = 0; w < self->V; w++)
            self->same[w] = w;
        self->base[self->n_base++] =
            (NgMixPart){ng_model_voice(model, voice), 1.0, self->same, self->same};
    }
    self->words = g_array_new(FALSE, FALSE, sizeof(NgWord));
    ng_cache_set(self, NULL, 0);
    return self;
}

/**
 * ng_cache_free:
 * @self: (nullable) (transfer full): a cache
 */
void
ng_cache_free(NgCache *self)
{
    if (self == NULL)
        return;
    ng_mix_free(self->mix);
    ng_voice_free(self->voice);
    g_array_unref(self->words);
    g_free(self->same);
    g_free(self->to);
    g_free(self);
}

/* Gives each word of a text its place; returns how many of the words count. */
static size_t
place_words(NgCache *self, const NgWord *words, size_t n, GArray *count)
{
    size_t total = 0;

    for (guint i = 0; i < self->words->len; i++)
        self->to[g_array_index(self->words, NgWord, i)] = NG_WORD_NONE;
    g_array_set_size(self->words, 0);
    g_array_set_size(count, NG_WORDS_FIXED);
    for (NgWord w = 0; w < NG_WORDS_FIXED; w++) {
        self->to[w] = w;
        g_array_append_val(self->words, w);
    }
    for (size_t i = 0; i < n; i++) {
        NgWord w = words[i];
        if (w < NG_WORDS_FIXED || w == NG_WORD_NONE)
            continue;
        if (self->to[w] == NG_WORD_NONE) {
            self->to[w] = self->words->len;
            g_array_append_val(self->words, w);
            g_array_set_size(count, self->words->len); /* cleared */
        }
        g_array_index(count, uint32_t, self->to[w])++;
        total++;
    }
    return total;
}

/**
 * ng_cache_set:
 * @self: a cache
 * @words: [@n] the words that are in it from now on; those that are unknown or missing do not count
 * @n: their number
 *
 * What ng_cache_mix() gave before is gone.
 */
void
ng_cache_set(NgCache *self, const NgWord *words, size_t n)
{
    g_return_if_fail(self != NULL && (words != NULL || n == 0));

    g_autoptr(GArray) count = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    size_t total = place_words(self, words, n, count);
    NgMixPart parts[NG_MIX_MAX];

    ng_mix_free(self->mix);
    ng_voice_free(self->voice);
    NgLeaf *leaf = g_new0(NgLeaf, count->len);
    for (guint i = 0; i < count->len; i++) {
        uint32_t c = g_array_index(count, uint32_t, i);
        leaf[i].prob =
            ng_prob_stored(c > 0 ? (float)log10((double)c / (double)total) : NG_MASS_ZERO);
    }
    self->voice = ng_voice_new(1, count->len);
    self->voice->n[0] = count->len;
    self->voice->leaf = leaf;
    for (size_t i = 0; i < self->n_base; i++) {
        parts[i] = self->base[i];
        parts[i].weight *= total > 0 ? 1.0 - self->weight : 1.0;
    }
    parts[self->n_base] =
        (NgMixPart){self->voice, self->weight, self->to, (const NgWord *)(void *)self->words->data};
    self->mix = ng_mix_new(parts, self->n_base + (total > 0), self->V);
}

/** ng_cache_mix: Returns: (transfer none): the model and the cache, until the cache is set anew */
const NgMix *
ng_cache_mix(const NgCache *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    return self->mix;
}

/**
 * ng_cache_walk:
 * @self: a cache
 * @walk: (inout): a place in a text that the model alone has come to; becomes one of the mixture
 */
void
ng_cache_walk(const NgCache *self, NgWalk *walk)
{
    g_return_if_fail(self != NULL && walk != NULL);

    walk->voice = NULL;
    walk->mix = self->mix;
    walk->state[self->n_base] = (NgState){0};
}

/*
 * Counts: their levels
 *
 * Counts have the shape of the voice they will become (internal.h): the same
 * arrays, with a count where the probability will stand.  So smoothing works in
 * place, and a model costs no more while it is made than when it is done.
 */
#include "internal.h"

#include "ngram/error.h"

/** ng_counts_new_empty: Returns: (transfer full): counts that have no level yet */
NgCounts *
ng_counts_new_empty(unsigned order, unsigned threads, NgStore *store)
{
    NgCounts *self = g_new0(NgCounts, 1);

    self->order = order;
    self->threads = threads;
    self->store = store != NULL ? ng_store_ref(store) : ng_store_new(0, NULL);
    return self;
}

/**
 * ng_counts_take_level:
 * @k: level k + 1
 * @n: its entries
 *
 * Takes room for a level, all zero.
 *
 * Returns: whether there was; else %NG_ERROR_RANGE or an error of the store
 */
gboolean
ng_counts_take_level(NgCounts *self, unsigned k, size_t n, GError **error)
{
    if (n >= UINT32_MAX) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "2^32 n-grams of %u words or more (take a lower --order, or prune the counts)",
                    k + 1);
        return FALSE;
    }
    self->n[k] = n;
    if (k > 0 && (self->word[k] = ng_store_take(self->store, n * sizeof(NgWord), error)) == NULL)
        return FALSE;
    if (k + 1 < self->order)
        self->entry[k] = ng_store_take(self->store, (n + 1) * sizeof(NgEntry), error);
    else
        self->leaf = ng_store_take(self->store, n * sizeof(NgLeaf), error);
    return k + 1 < self->order ? self->entry[k] != NULL : self->leaf != NULL;
}

/**
 * ng_counts_free:
 * @self: (nullable) (transfer full): counts
 */
void
ng_counts_free(NgCounts *self)
{
    if (self == NULL)
        return;
    for (unsigned k = 0; k < self->order; k++) {
        ng_store_give_back(self->store, self->word[k]);
        ng_store_give_back(self->store, self->entry[k]);
    }
    ng_store_give_back(self->store, self->leaf);
    ng_store_unref(self->store);
    ng_looks_free(self->looks);
    g_free(self);
}

/**
 * ng_counts_set_looks:
 * @looks: (nullable) (transfer full): what else is known of the text that was counted
 */
void
ng_counts_set_looks(NgCounts *self, NgLooks *looks)
{
    g_return_if_fail(self != NULL);

    ng_looks_free(self->looks);
    self->looks = looks;
}

/** ng_counts_looks: Returns: (nullable) (transfer none): what else is known of the text */
const NgLooks *
ng_counts_looks(const NgCounts *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    return self->looks;
}

/** ng_counts_order: Returns: N, the longest n-gram counted */
unsigned
ng_counts_order(const NgCounts *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->order;
}

/** ng_counts_level_size: Returns: how many different n-grams of @level words, from 1, there are */
size_t
ng_counts_level_size(const NgCounts *self, unsigned level)
{
    g_return_val_if_fail(self != NULL && level >= 1 && level <= self->order, 0);

    return self->n[level - 1];
}

/* The context of @entry on level k + 1: the last one whose successors do not begin behind it. */
static uint32_t
context_of(const NgEntry *below, size_t n, uint32_t entry)
{
    size_t low = 0;
    size_t high = n;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (below[middle].first <= entry)
            low = middle;
        else
            high = middle;
    }
    return (uint32_t)low;
}

/**
 * ng_counts_words:
 * @k: level k + 1
 * @entry: one of its entries
 * @words: (out): [k + 1] its words
 *
 * Costs a binary search a level.
 */
void
ng_counts_words(const NgCounts *self, unsigned k, uint32_t entry, NgWord *words)
{
    for (; k > 0; k--) {
        words[k] = self->word[k][entry];
        entry = context_of(self->entry[k - 1], self->n[k - 1], entry);
    }
    words[0] = entry;
}

/**
 * ng_counts_to_voice:
 * @self: (transfer full): counts whose places hold logarithms by now
 *
 * Returns: (transfer full): the voice, with the same arrays
 */
NgVoice *
ng_counts_to_voice(NgCounts *self)
{
    NgVoice *voice = ng_voice_new(self->order, self->n[0]);

    for (unsigned k = 0; k < self->order; k++) {
        voice->n[k] = self->n[k];
        voice->word[k] = self->word[k];
        voice->entry[k] = self->entry[k];
    }
    voice->leaf = self->leaf;
    voice->store = self->store;
    ng_looks_free(self->looks);
    g_free(self);
    return voice;
}

typedef struct {
    const NgCounts *counts;
    unsigned longest;
    NgCountFunc func;
    gpointer data;
    NgWord words[NG_ORDER_MAX];
} Walk;

static gboolean
walk_entry(Walk *w, unsigned k, uint32_t e)
{
    const NgCounts *self = w->counts;
    uint32_t count = ng_counts_count(self, k, e);

    w->words[k] = ng_counts_word(self, k, e);
    if (count > 0 && !w->func(w->words, k + 1, count, w->data))
        return FALSE;
    if (k + 1 == w->longest)
        return TRUE;
    for (uint32_t s = self->entry[k][e].first; s < self->entry[k][e + 1].first; s++)
        if (!walk_entry(w, k + 1, s))
            return FALSE;
    return TRUE;
}

/**
 * ng_counts_foreach:
 * @self: counts
 * @longest: n-grams of up to that many words, 1 .. N
 * @func: called for each n-gram seen, of every length, a context before its successors, by rising
 *   word ids
 * @data: handed to @func
 *
 * Returns: FALSE as soon as @func does
 */
gboolean
ng_counts_foreach(const NgCounts *self, unsigned longest, NgCountFunc func, gpointer data)
{
    g_return_val_if_fail(self != NULL && func != NULL, FALSE);
    g_return_val_if_fail(longest >= 1 && longest <= self->order, FALSE);

    Walk walk = {.counts = self, .longest = longest, .func = func, .data = data};
    for (uint32_t w = 0; w < self->n[0]; w++)
        if (!walk_entry(&walk, 0, w))
            return FALSE;
    return TRUE;
}

/** ng_counts_frequencies: Returns: (transfer full): [V] how often each word was seen */
uint32_t *
ng_counts_frequencies(const NgCounts *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    uint32_t *count = g_new(uint32_t, self->n[0]);
    for (size_t w = 0; w < self->n[0]; w++)
        count[w] = ng_counts_count(self, 0, w);
    return count;
}

/** ng_counts_tokens: Returns: how many words were seen, `<s>` and `</s>` left out */
guint64
ng_counts_tokens(const NgCounts *self)
{
    g_return_val_if_fail(self != NULL, 0);

    guint64 sum = 0;
    for (NgWord w = 0; w < self->n[0]; w++)
        if (w != NG_WORD_BEGIN && w != NG_WORD_END)
            sum += ng_counts_count(self, 0, w);
    return sum;
}

/*
 * Voices: the automaton
 *
 * A state is a context, an index on the level of its length.  From a state on a
 * word: is the word among the successors?  Then its probability stands there,
 * and the entry is the next state (at the top level its suffix is).  If not,
 * pay the back-off weight, take the suffix of the context and try again; the
 * empty context knows every word.  State in, state out; the voice is const and
 * may be shared by threads.
 *
 * The arrays may be a damaged file's: ranges are cut to the next level's size
 * and links to the level's below, so wrong numbers give wrong answers, never a
 * read outside.
 */
#include "compact.h"
#include "internal.h"
#include "sparse.h"

/** ng_voice_new: Returns: (transfer full): a voice without arrays, which it will own */
NgVoice *
ng_voice_new(unsigned order, size_t words)
{
    NgVoice *self = g_new0(NgVoice, 1);

    self->order = order;
    self->V = words;
    self->owned = TRUE;
    return self;
}

static void
release(const NgVoice *self, gconstpointer array)
{
    if (self->store != NULL)
        ng_store_give_back(self->store, array);
    else if (self->owned)
        g_free((gpointer)(uintptr_t)array);
}

/** ng_voice_of_compact: Returns: (transfer full): a voice that is packed; @compact becomes its own */
NgVoice *
ng_voice_of_compact(NgCompact *compact)
{
    NgVoice *self = ng_voice_new(compact->order, compact->level[0].n);

    for (unsigned k = 0; k < compact->order; k++)
        self->n[k] = compact->level[k].n;
    self->compact = compact;
    return self;
}

/** ng_voice_free: frees @self, and its arrays if they are its own */
void
ng_voice_free(NgVoice *self)
{
    if (self == NULL)
        return;
    for (unsigned k = 0; k < NG_ORDER_MAX; k++) {
        release(self, self->word[k]);
        release(self, self->entry[k]);
        if (self->owned)
            g_free((gpointer)(uintptr_t)self->sparse[k]); /* never in the store */
    }
    release(self, self->leaf);
    if (self->store != NULL)
        ng_store_unref(self->store);
    ng_compact_free(self->compact);
    g_free(self);
}

/**
 * ng_voice_index:
 * @self: a voice that owns its arrays
 *
 * Gives each level its index of long contexts, where it is large and has none.
 */
void
ng_voice_index(NgVoice *self)
{
    g_assert(self->owned);

    for (unsigned k = 1; k < self->order; k++) {
        if (self->sparse[k] != NULL || self->word[k] == NULL || self->n[k] < NG_SPARSE_LEAST)
            continue;
        NgWord *sparse = g_new(NgWord, ng_sparse_size(self->n[k]));
        ng_sparse_fill(self->word[k], self->n[k], sparse);
        self->sparse[k] = sparse;
    }
}

/** ng_voice_order: Returns: N, the length of the longest n-grams */
unsigned
ng_voice_order(const NgVoice *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->order;
}

/** ng_voice_words: Returns: V, the words of its vocabulary, `<s>` among them */
size_t
ng_voice_words(const NgVoice *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->V;
}

/** ng_voice_level_size: Returns: entries of @level, from 1, blanks among them */
size_t
ng_voice_level_size(const NgVoice *self, unsigned level)
{
    g_return_val_if_fail(self != NULL && level >= 1 && level <= self->order, 0);

    return self->n[level - 1];
}

/** ng_voice_level_ngrams: Returns: n-grams of @level words, from 1: its entries without blanks */
size_t
ng_voice_level_ngrams(const NgVoice *self, unsigned level)
{
    g_return_val_if_fail(self != NULL && level >= 1 && level <= self->order, 0);

    size_t n = 0;
    for (uint32_t e = 0; e < self->n[level - 1]; e++)
        n += !ng_voice_entry_is_blank(self, level, e);
    return n;
}

/** ng_voice_begin: Returns: the state at the beginning of a sequence, after `<s>` */
NgState
ng_voice_begin(const NgVoice *self)
{
    g_return_val_if_fail(self != NULL, (NgState){0});

    return self->order > 1 ? (NgState){1, NG_WORD_BEGIN} : (NgState){0};
}

static inline float
prob_of(const NgVoice *self, unsigned level, uint32_t entry)
{
    return level == self->order ? self->leaf[entry].prob : self->entry[level - 1][entry].prob;
}

/* The suffix of an entry, on the level below. */
static inline uint32_t
suffix_of(const NgVoice *self, unsigned level, uint32_t entry)
{
    if (level == 1)
        return 0;
    if (self->compact != NULL)
        return ng_compact_suffix(self->compact, level, entry);
    uint32_t s =
        level == self->order ? self->leaf[entry].suffix : self->entry[level - 1][entry].suffix;
    return s < self->n[level - 2] ? s : 0;
}

static inline NgState
shorten(const NgVoice *self, NgState context)
{
    if (context.length <= 1)
        return (NgState){0};
    return (NgState){context.length - 1, suffix_of(self, context.length, context.index)};
}

static inline NgRange
range_of(const NgVoice *self, NgState context)
{
    if (context.length == 0)
        return (NgRange){0, (uint32_t)self->V};
    const NgEntry *entry = self->entry[context.length - 1];
    uint32_t n = (uint32_t)self->n[context.length];
    uint32_t end = MIN(entry[context.index + 1].first, n);
    return (NgRange){MIN(entry[context.index].first, end), end};
}

static inline gboolean
find_in(const NgVoice *self, NgState context, NgWord word, uint32_t *entry)
{
    if (context.length == 0) {
        *entry = word;
        return TRUE;
    }
    NgRange range = range_of(self, context);
    const NgWord *row = self->word[context.length];
    if (range.end - range.first > NG_WORD_BLOCK) {
        NgSparse sparse = ng_sparse(row, self->n[context.length], self->sparse[context.length]);
        range = ng_sparse_narrow(&sparse, range, word, NG_SIMD_PLAIN);
    }
    uint32_t place = ng_word_place(row + range.first, range.end - range.first, word, NG_SIMD_PLAIN);
    *entry = place < NG_WORD_BLOCK ? range.first + place : *entry;
    return place < NG_WORD_BLOCK;
}

static inline NgState
state_of(const NgVoice *self, unsigned level, uint32_t entry)
{
    if (level < self->order)
        return (NgState){level, entry};
    return (NgState){level - 1, suffix_of(self, level, entry)};
}

/* How many words of an entry are an n-gram of the model and no blank. */
static unsigned
order_of(const NgVoice *self, unsigned level, uint32_t entry)
{
    while (level > 1 && !signbit(prob_of(self, level, entry))) {
        entry = suffix_of(self, level, entry);
        level--;
    }
    return level;
}

/**
 * ng_voice_step:
 * @self: a voice
 * @state: (inout): the context; after the call the context of the next word
 * @word: a word, below ng_voice_words()
 * @order: (out) (nullable): length of the longest n-gram of the model that ends in @word here
 *
 * Sums in float32, from the matched n-gram's probability to the longest
 * context's back-off weight, which is KenLM's order of operations.
 *
 * Returns: log10 P(@word | @state); -inf where the probability is 0
 */
float
ng_voice_step(const NgVoice *self, NgState *state, NgWord word, unsigned *order)
{
    g_return_val_if_fail(self != NULL && state != NULL && word < self->V, 0.0F);
    g_return_val_if_fail(state->length < self->order, 0.0F);

    if (self->compact != NULL)
        return ng_compact_step(self->compact, state, word, order);
    float weight[NG_ORDER_MAX];
    unsigned n = 0;
    uint32_t entry = 0;
    NgState s = *state;
    while (!find_in(self, s, word, &entry)) {
        weight[n++] = self->entry[s.length - 1][s.index].backoff;
        s = shorten(self, s);
    }
    unsigned level = s.length + 1;
    float p = -fabsf(prob_of(self, level, entry));
    while (n > 0)
        p += weight[--n];
    *state = state_of(self, level, entry);
    if (order != NULL)
        *order = order_of(self, level, entry);
    return p;
}

/**
 * ng_voice_find:
 * @context: a state of @self
 * @word: a word of @self
 * @entry: (out): index on level `context.length + 1`, set where it is found
 *
 * Returns: whether @word is a successor of @context
 */
gboolean
ng_voice_find(const NgVoice *self, NgState context, NgWord word, uint32_t *entry)
{
    g_return_val_if_fail(self != NULL && entry != NULL && word < self->V, FALSE);
    g_return_val_if_fail(context.length < self->order, FALSE);

    if (self->compact != NULL)
        return ng_compact_find(self->compact, context, word, entry);
    return find_in(self, context, word, entry);
}

/**
 * ng_voice_context:
 * @words: [@n] words, the last one nearest; `<s>` may be the first
 * @n: their number
 *
 * Returns: the state after @words, whatever stood before them
 */
NgState
ng_voice_context(const NgVoice *self, const NgWord *words, size_t n)
{
    NgState state = {0};

    g_return_val_if_fail(self != NULL && (n == 0 || words != NULL), state);

    for (size_t i = 0; i < n; i++)
        if (words[i] == NG_WORD_BEGIN)
            state = ng_voice_begin(self);
        else
            ng_voice_step(self, &state, words[i], NULL);
    return state;
}

/** ng_voice_successors: Returns: the entries, on level `context.length + 1`, of what follows it */
NgRange
ng_voice_successors(const NgVoice *self, NgState context)
{
    g_return_val_if_fail(self != NULL && context.length < self->order, (NgRange){0});

    if (self->compact != NULL)
        return ng_compact_range(self->compact, context);
    return range_of(self, context);
}

/** ng_voice_entry_word: Returns: the last word of an entry of @level, from 1 */
NgWord
ng_voice_entry_word(const NgVoice *self, unsigned level, uint32_t entry)
{
    if (level == 1)
        return entry;
    if (self->compact != NULL)
        return ng_compact_word(self->compact, level, entry);
    NgWord word = self->word[level - 1][entry];
    return word < self->V ? word : NG_WORD_UNKNOWN;
}

/** ng_voice_entry_logprob: Returns: log10 P(word | context) of an entry of @level, from 1 */
float
ng_voice_entry_logprob(const NgVoice *self, unsigned level, uint32_t entry)
{
    if (self->compact != NULL)
        return ng_compact_logprob(self->compact, level, entry);
    return -fabsf(prob_of(self, level, entry));
}

/** ng_voice_entry_is_blank: Returns: whether an entry is no n-gram of the model */
gboolean
ng_voice_entry_is_blank(const NgVoice *self, unsigned level, uint32_t entry)
{
    if (self->compact != NULL)
        return ng_compact_is_blank(self->compact, level, entry);
    return !signbit(prob_of(self, level, entry));
}

/** ng_voice_entry_suffix: Returns: the entry without its first word, on the level below @level */
uint32_t
ng_voice_entry_suffix(const NgVoice *self, unsigned level, uint32_t entry)
{
    return suffix_of(self, level, entry);
}

/** ng_voice_entry_state: Returns: the state after an entry of @level was matched */
NgState
ng_voice_entry_state(const NgVoice *self, unsigned level, uint32_t entry)
{
    return state_of(self, level, entry);
}

/** ng_voice_backoff: Returns: log10 of the weight of shorter contexts; 0 for the empty one */
float
ng_voice_backoff(const NgVoice *self, NgState context)
{
    if (self->compact != NULL)
        return ng_compact_backoff(self->compact, context);
    return context.length > 0 ? self->entry[context.length - 1][context.index].backoff : 0.0F;
}

/** ng_voice_shorter: Returns: @context without its first word */
NgState
ng_voice_shorter(const NgVoice *self, NgState context)
{
    return shorten(self, context);
}

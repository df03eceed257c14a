/* internal.h - what the files of src/lm know of each other. */
#pragma once

#include "ngram/counts.h"
#include "ngram/store.h"
#include "ngram/voice.h"
#include "trie.h"

#include <glib.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>

/**
 * NgEntry: one n-gram below the top level, as in memory so in the file.
 * @prob: log10 P(word | context), its sign bit set; clear where the entry is a blank: no n-gram
 *   of the model, there because a longer one has it as its context or its suffix
 * @backoff: log10 weight of shorter contexts when this one fails
 * @count, @adjusted: what stands in their places while the n-grams are counts
 * @first: index of its first successor on the next level
 * @suffix: index of the n-gram without its first word, on the level below; 0 on level 1
 */
typedef struct {
    union {
        float prob;
        uint32_t count;
    };
    union {
        float backoff;
        uint32_t adjusted;
    };
    uint32_t first;
    uint32_t suffix;
} NgEntry;

/** NgLeaf: one n-gram of the top level; fields as in #NgEntry. */
typedef struct {
    union {
        float prob;
        uint32_t count;
    };
    uint32_t suffix;
} NgLeaf;

/**
 * NgVoice:
 * @order: N
 * @V: words of the vocabulary
 * @n: [N] entries of each level; n[0] == V
 * @word: [N][n] last words; word[0] is NULL: entry i of level 1 is word i
 * @entry: [N - 1][n + 1] the last one holds only `first`
 * @leaf: [n[N - 1]]
 * @sparse: [N][ng_sparse_size(n)] (nullable): indexes of long contexts; NULL on level 1
 * @owned: whether the arrays are freed with the voice
 * @store: (nullable): where its own arrays live; else they are from g_malloc()
 * @compact: (nullable): the voice packed, in place of all arrays
 */
struct NgVoice {
    unsigned order;
    size_t V;
    size_t n[NG_ORDER_MAX];
    const NgWord *word[NG_ORDER_MAX];
    const NgEntry *entry[NG_ORDER_MAX];
    const NgLeaf *leaf;
    const NgWord *sparse[NG_ORDER_MAX];
    gboolean owned;
    NgStore *store;
    struct NgCompact *compact;
};

/**
 * NgCounts: the shape of a voice that is yet to be; every suffix is there and linked.
 * @order: N
 * @n: [N] entries of each level; n[0] is V
 * @word: [N][n] last words; word[0] is NULL
 * @entry: [N - 1][n + 1] with their counts; `first` of the last one closes the level
 * @leaf: [n[N - 1]] with their counts
 * @store: where the arrays live
 * @looks: (nullable): what else is known of the text
 * @threads: for the passes over them
 */
struct NgCounts {
    unsigned order;
    size_t n[NG_ORDER_MAX];
    NgWord *word[NG_ORDER_MAX];
    NgEntry *entry[NG_ORDER_MAX];
    NgLeaf *leaf;
    NgStore *store;
    NgLooks *looks;
    unsigned threads;
};

NgCounts *ng_counts_new_empty(unsigned order, unsigned threads, NgStore *store);
gboolean ng_counts_take_level(NgCounts *self, unsigned k, size_t n, GError **error);
void ng_counts_link(NgCounts *self);
void ng_counts_words(const NgCounts *self, unsigned k, uint32_t entry, NgWord *words);
NgVoice *ng_counts_to_voice(NgCounts *self);

static inline uint32_t
ng_counts_count(const NgCounts *self, unsigned k, size_t entry)
{
    return k + 1 < self->order ? self->entry[k][entry].count : self->leaf[entry].count;
}
static inline uint32_t
ng_counts_suffix(const NgCounts *self, unsigned k, size_t entry)
{
    return k + 1 < self->order ? self->entry[k][entry].suffix : self->leaf[entry].suffix;
}
static inline NgWord
ng_counts_word(const NgCounts *self, unsigned k, size_t entry)
{
    return k > 0 ? self->word[k][entry] : (NgWord)entry;
}

NgVoice *ng_voice_new(unsigned order, size_t words);
void ng_voice_index(NgVoice *self);
NgVoice *ng_voice_of_compact(struct NgCompact *compact);

/* The two ways a probability is kept: @p with the sign bit set, and set off as a blank. */
static inline float
ng_prob_stored(float p)
{
    return copysignf(p, -1.0F);
}
static inline float
ng_prob_blank(float p)
{
    return copysignf(p, 1.0F);
}

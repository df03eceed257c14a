/* internal.h - what the files of src/lm know of each other. */
#pragma once

#include "ngram/counts.h"
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
 * @first: index of its first successor on the next level
 * @suffix: index of the n-gram without its first word, on the level below; 0 on level 1
 */
typedef struct {
    float prob;
    float backoff;
    uint32_t first;
    uint32_t suffix;
} NgEntry;

/** NgLeaf: one n-gram of the top level; fields as in #NgEntry. */
typedef struct {
    float prob;
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
 * @owned: whether the arrays are freed with the voice
 */
struct NgVoice {
    unsigned order;
    size_t V;
    size_t n[NG_ORDER_MAX];
    const NgWord *word[NG_ORDER_MAX];
    const NgEntry *entry[NG_ORDER_MAX];
    const NgLeaf *leaf;
    gboolean owned;
};

/**
 * NgCounts:
 * @trie: the n-grams
 * @count: [N][n] how often each was seen
 * @threads: for the passes over them
 */
struct NgCounts {
    NgTrie trie;
    uint32_t *count[NG_ORDER_MAX];
    unsigned threads;
};

NgVoice *ng_voice_new(unsigned order, size_t words);

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

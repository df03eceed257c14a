/* trie.h - n-grams as pairs of integers: the shape that counts and models share. */
#pragma once

#include "ngram/vocab.h"
#include "ngram/voice.h"

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

/**
 * NgLevel: the k-grams, sorted by (context, word).
 * @n: how many
 * @word: [n] last word of each
 * @first: [n + 1] index of its first successor on the next level; NULL at the top
 * @suffix: [n] index of the same n-gram without its first word, on the level below; NULL at level 1
 *
 * On level 1 entry i is word i.  The successors of entry i are first[i] .. first[i + 1] - 1.
 */
typedef struct {
    size_t n;
    NgWord *word;
    uint32_t *first;
    uint32_t *suffix;
} NgLevel;

/**
 * NgTrie:
 * @order: N
 * @level: [N] level k stands at k - 1
 */
typedef struct {
    unsigned order;
    NgLevel level[NG_ORDER_MAX];
} NgTrie;

void ng_trie_clear(NgTrie *self);
gboolean ng_trie_link(NgTrie *self, GArray *missing);
uint32_t *ng_trie_contexts(const NgTrie *self, unsigned level);
uint32_t ng_word_gallop(const NgWord *word, uint32_t first, uint32_t end, NgWord wanted);
uint32_t ng_word_search(const NgWord *word, uint32_t first, uint32_t end, NgWord wanted);
void ng_sort_by_word(uint64_t *key, uint64_t *spare, size_t n, unsigned bits);

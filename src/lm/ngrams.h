/* ngrams.h - lists of n-grams as they come from a file, on their way into a trie. */
#pragma once

#include "trie.h"

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

/**
 * NgRow: what a file says of one n-gram.
 * @a, @b: log10 probability and back-off weight; or the bits of a count
 * @line: where it says so; 0 for an n-gram that was filled in
 */
typedef struct {
    union {
        struct {
            float prob, backoff;
        };
        uint64_t count;
    };
    uint64_t line;
} NgRow;

/**
 * NgNgrams: n-grams of one length.
 * @k: their length
 * @words: (element-type NgWord): [n][k]
 * @rows: (element-type NgRow): [n]
 */
typedef struct {
    unsigned k;
    GArray *words;
    GArray *rows;
} NgNgrams;

void ng_ngrams_init(NgNgrams *self, unsigned k);
void ng_ngrams_clear(NgNgrams *self);
void ng_ngrams_add(NgNgrams *self, const NgWord *words, const NgRow *row);
void ng_ngrams_sort(NgNgrams *self, size_t V);
size_t ng_ngrams_find_repeated(const NgNgrams *self);

static inline const NgWord *
ng_ngrams_words(const NgNgrams *self, size_t i)
{
    return &g_array_index(self->words, NgWord, i * self->k);
}
static inline NgRow *
ng_ngrams_row(const NgNgrams *self, size_t i)
{
    return &g_array_index(self->rows, NgRow, i);
}

/** NgMissing: called for an n-gram that @longer needs and no list has; FALSE ends the work. */
typedef gboolean (*NgMissing)(const NgWord *words, unsigned k, const NgRow *longer, gpointer data);

gboolean ng_ngrams_to_trie(NgNgrams *lists, unsigned order, size_t V, NgTrie *trie,
                           NgMissing missing, gpointer data);
NgVoice *ng_ngrams_to_voice(NgNgrams *lists, unsigned order, size_t V);

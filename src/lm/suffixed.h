/* suffixed.h - n-grams in suffix order, as ARPA files hold them. */
#pragma once

#include "internal.h"

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

/**
 * NgSuffixRow: an n-gram of two words or more.
 * @first: its first word
 * @rest: place of the rest of it in the list of the n-grams one word shorter; of two words the
 *   second one
 */
typedef struct {
    NgWord first;
    uint32_t rest;
    float prob;
} NgSuffixRow;

/**
 * NgSuffixed: n-grams of one length, above 1, sorted by (rest, first), which is by the last word,
 *   then the one before, and so on.
 * @n: how many
 * @row, @backoff: [n] in segments; no @backoff at the top
 */
typedef struct {
    size_t n;
    NgSuffixRow **row;
    float **backoff;
} NgSuffixed;

/** NgUnigram: level 1, by the word's id; @line 0 where the file has none */
typedef struct {
    float prob, backoff;
    uint64_t line;
} NgUnigram;

enum { NG_SEGMENT_BITS = 20, NG_SEGMENT = 1 << NG_SEGMENT_BITS };

static inline NgSuffixRow *
ng_suffixed_row(const NgSuffixed *self, size_t i)
{
    return &self->row[i >> NG_SEGMENT_BITS][i & (NG_SEGMENT - 1)];
}
static inline float *
ng_suffixed_backoff(const NgSuffixed *self, size_t i)
{
    return &self->backoff[i >> NG_SEGMENT_BITS][i & (NG_SEGMENT - 1)];
}
/* What a list is sorted by. */
static inline uint64_t
ng_suffixed_key(const NgSuffixed *self, size_t i)
{
    const NgSuffixRow *row = ng_suffixed_row(self, i);

    return (uint64_t)row->rest << 32 | row->first;
}

void ng_suffixed_init(NgSuffixed *self, size_t most, gboolean top);
void ng_suffixed_grow(NgSuffixed *self, size_t n, size_t most);
void ng_suffixed_clear(NgSuffixed *self, size_t most);
size_t ng_suffixed_find(const NgSuffixed *self, size_t from, uint64_t key);
NgVoice *ng_suffixed_to_voice(const NgUnigram *words, size_t V, const NgSuffixed *lists,
                              unsigned order, unsigned threads);

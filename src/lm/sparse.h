/* sparse.h - a sparse index: which cache line of a long row of words a word stands in. */
#pragma once

#include "word-find.h"

#include <stddef.h>

enum {
    NG_SPARSE_TIERS = 3,
    NG_SPARSE_LEAST = 1024 /* words of a level that is worth one */
};

/**
 * NgSparse: words sampled from word[], which rises within each context.
 * @word: [n] the level
 * @tier: [NG_SPARSE_TIERS] tier[0][j] is word[16 j + 15], tier[t][j] is tier[t - 1][16 j + 15]; all
 *   NULL where there is no index
 */
typedef struct {
    const NgWord *word;
    const NgWord *tier[NG_SPARSE_TIERS];
} NgSparse;

size_t ng_sparse_size(size_t n);
void ng_sparse_fill(const NgWord *word, size_t n, NgWord *sparse);
NgSparse ng_sparse(const NgWord *word, size_t n, const NgWord *sparse);

/* Halves the row until it is a block, in which @wanted would stand: it is not below the least that
 * is not below @wanted.  Without a branch on what is compared. */
static inline void
ng_sparse_halve(const NgWord *word, uint32_t *first, uint32_t *end, NgWord wanted)
{
    uint32_t at = *first, n = *end - at;

    while (n > NG_WORD_BLOCK) {
        uint32_t half = n / 2;
        at = word[at + half - 1] < wanted ? at + half : at;
        n -= half;
    }
    *first = at;
    *end = at + n;
}

/* Of the blocks of 16 of a row @first .. @end - 1, at least one entry long: the first whose last
 * word is not below @wanted, cut to the row; @tier has these last words. */
static inline __attribute__((always_inline)) void
ng_sparse_block(const NgWord *tier, uint32_t low, uint32_t high, uint32_t *first, uint32_t *end,
                NgWord wanted, NgSimd simd)
{
    uint32_t block = low + ng_word_rank(tier + low, high - low, wanted, simd);

    *first = MAX(*first, block * NG_WORD_BLOCK);
    *end = MIN(*end, (block + 1) * NG_WORD_BLOCK);
}

/* Cuts the row @first .. @end - 1 of self->word, longer than a block, to the at most
 * NG_WORD_BLOCK words among which @wanted stands if it is in the row. */
static inline __attribute__((always_inline)) void
ng_sparse_narrow(const NgSparse *self, uint32_t *first, uint32_t *end, NgWord wanted, NgSimd simd)
{
    if (self->tier[0] == NULL) {
        ng_sparse_halve(self->word, first, end, wanted);
        return;
    }
    uint32_t low[NG_SPARSE_TIERS], high[NG_SPARSE_TIERS];
    uint32_t a = *first, b = *end;
    for (unsigned t = 0; t < NG_SPARSE_TIERS; t++) {
        low[t] = a / NG_WORD_BLOCK;
        high[t] = b > a ? (b - 1) / NG_WORD_BLOCK : low[t]; /* the last block wants no sample */
        a = low[t];
        b = high[t];
    }
    ng_sparse_halve(self->tier[2], &low[2], &high[2], wanted);
    ng_sparse_block(self->tier[2], low[2], high[2], &low[1], &high[1], wanted, simd);
    ng_sparse_block(self->tier[1], low[1], high[1], &low[0], &high[0], wanted, simd);
    ng_sparse_block(self->tier[0], low[0], high[0], first, end, wanted, simd);
}

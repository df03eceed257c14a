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

/* The samples of the lowest tier to compare for @wanted in the row @first .. @end - 1 of
 * self->word: *@low .. *@high - 1, which lie in one cache line.  Wants an index. */
static inline __attribute__((always_inline)) void
ng_sparse_begin(const NgSparse *self, uint32_t first, uint32_t end, NgWord wanted, NgSimd simd,
                uint32_t *low, uint32_t *high)
{
    /* of each tier the samples within the row; the last block wants none */
    uint32_t low0 = first / NG_WORD_BLOCK, high0 = (end - 1) / NG_WORD_BLOCK;
    uint32_t low1 = low0 / NG_WORD_BLOCK;
    uint32_t high1 = high0 > low0 ? (high0 - 1) / NG_WORD_BLOCK : low1;
    uint32_t low2 = low1 / NG_WORD_BLOCK;
    uint32_t high2 = high1 > low1 ? (high1 - 1) / NG_WORD_BLOCK : low2;

    ng_sparse_halve(self->tier[2], &low2, &high2, wanted);
    ng_sparse_block(self->tier[2], low2, high2, &low1, &high1, wanted, simd);
    ng_sparse_block(self->tier[1], low1, high1, &low0, &high0, wanted, simd);
    *low = low0;
    *high = high0;
}

/* Cuts the row @first .. @end - 1 of self->word, longer than a block, to the at most
 * NG_WORD_BLOCK words among which @wanted stands if it is in the row. */
static inline __attribute__((always_inline)) void
ng_sparse_narrow(const NgSparse *self, uint32_t *first, uint32_t *end, NgWord wanted, NgSimd simd)
{
    uint32_t low = 0, high = 0;

    if (self->tier[0] == NULL) {
        ng_sparse_halve(self->word, first, end, wanted);
        return;
    }
    ng_sparse_begin(self, *first, *end, wanted, simd, &low, &high);
    ng_sparse_block(self->tier[0], low, high, first, end, wanted, simd);
}

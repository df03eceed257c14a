/* sparse.h - a sparse index: which cache line of a long row of words a word stands in. */
#pragma once

#include "ngram/voice.h"
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

/* Halves a row until it is a block, in which @wanted stands if it is in the row.  Without a branch on
 * what is compared. */
static inline NgRange
ng_sparse_halve(const NgWord *word, NgRange row, NgWord wanted)
{
    uint32_t at = row.first, n = row.end - at;

    while (n > NG_WORD_BLOCK) {
        uint32_t half = n / 2;
        at = word[at + half - 1] < wanted ? at + half : at;
        n -= half;
    }
    return (NgRange){at, at + n};
}

/* Of the blocks of 16 that @row lies in: the first whose last word is not below @wanted, cut to the
 * row.  The last words of all but the last are the @samples of @tier. */
static inline __attribute__((always_inline)) NgRange
ng_sparse_block(const NgWord *tier, NgRange samples, NgRange row, NgWord wanted, NgSimd simd)
{
    uint32_t n = samples.end - samples.first;
    uint32_t block = samples.first + ng_word_rank(tier + samples.first, n, wanted, simd);

    return (NgRange){MAX(row.first, block * NG_WORD_BLOCK),
                     MIN(row.end, (block + 1) * NG_WORD_BLOCK)};
}

/* The samples that lie in @row: those of its blocks but the last, which wants none. */
static inline NgRange
ng_sparse_samples(NgRange row)
{
    uint32_t first = row.first / NG_WORD_BLOCK;

    return (NgRange){first, row.end > row.first ? (row.end - 1) / NG_WORD_BLOCK : first};
}

/* The samples of the lowest tier to compare for @wanted in @row of self->word: they lie in one
 * cache line.  Wants an index. */
static inline __attribute__((always_inline)) NgRange
ng_sparse_begin(const NgSparse *self, NgRange row, NgWord wanted, NgSimd simd)
{
    NgRange low = ng_sparse_samples(row), middle = ng_sparse_samples(low);
    NgRange high = ng_sparse_halve(self->tier[2], ng_sparse_samples(middle), wanted);

    middle = ng_sparse_block(self->tier[2], high, middle, wanted, simd);
    return ng_sparse_block(self->tier[1], middle, low, wanted, simd);
}

/* Cuts @row of self->word, longer than a block, to the at most NG_WORD_BLOCK words among which
 * @wanted stands if it is in the row. */
static inline __attribute__((always_inline)) NgRange
ng_sparse_narrow(const NgSparse *self, NgRange row, NgWord wanted, NgSimd simd)
{
    if (self->tier[0] == NULL)
        return ng_sparse_halve(self->word, row, wanted);
    NgRange samples = ng_sparse_begin(self, row, wanted, simd);
    return ng_sparse_block(self->tier[0], samples, row, wanted, simd);
}

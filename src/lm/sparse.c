/*
 * Sparse indexes
 *
 * A context that is frequent has thousands of successors, and a search in them
 * would touch a cache line at nearly every step.  So every 16th word of a level
 * is kept apart, every 16th of these again, and once more: three tiers, a
 * fifteenth of the words together.  In a row of successors the words sampled
 * rise too, whoever's they are, so no context needs a place of its own in the
 * index.  A search looks at one line of each tier and at one of the words.
 *
 * Whatever stands in an index that was read from a file, a search stays within
 * the row that it was given.
 */
#include "sparse.h"

/* Samples of a tier, and the place they take: whole cache lines. */
static size_t
tier_size(size_t n, unsigned tier)
{
    for (unsigned t = 0; t <= tier; t++)
        n /= NG_WORD_BLOCK;
    return n;
}

static size_t
tier_room(size_t n, unsigned tier)
{
    return (tier_size(n, tier) + NG_WORD_BLOCK - 1) / NG_WORD_BLOCK * NG_WORD_BLOCK;
}

/**
 * ng_sparse_size:
 * @n: words of a level
 *
 * Returns: words of its index, at least one block
 */
size_t
ng_sparse_size(size_t n)
{
    size_t size = NG_WORD_BLOCK;

    for (unsigned t = 0; t < NG_SPARSE_TIERS; t++)
        size += tier_room(n, t);
    return size;
}

/**
 * ng_sparse:
 * @word: [@n] words of a level
 * @sparse: (nullable): [ng_sparse_size()] its index
 *
 * Returns: both, with the places of the tiers
 */
NgSparse
ng_sparse(const NgWord *word, size_t n, const NgWord *sparse)
{
    NgSparse self = {word, {NULL}};

    for (unsigned t = 0; t < NG_SPARSE_TIERS && sparse != NULL; t++) {
        self.tier[t] = sparse;
        sparse += tier_room(n, t);
    }
    return self;
}

/**
 * ng_sparse_fill:
 * @word: [@n] words of a level
 * @sparse: (out): [ng_sparse_size()] gets their index
 */
void
ng_sparse_fill(const NgWord *word, size_t n, NgWord *sparse)
{
    const NgWord *from = word;

    for (unsigned t = 0; t < NG_SPARSE_TIERS; t++) {
        size_t size = tier_size(n, t), room = tier_room(n, t);
        for (size_t i = 0; i < room; i++)
            sparse[i] = i < size ? from[i * NG_WORD_BLOCK + NG_WORD_BLOCK - 1] : NG_WORD_NONE;
        from = sparse;
        sparse += room;
    }
    for (size_t i = 0; i < NG_WORD_BLOCK; i++)
        sparse[i] = NG_WORD_NONE;
}

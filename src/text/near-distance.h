/* near-distance.h - how far words are from one that is looked for; private to src/text. */
#pragma once

#include "ngram/near.h"

enum { NG_NEAR_WIDE = 16 }; /* words that are looked at together */

/**
 * NgNearPattern: where the letters of the word that is looked for stand in it.
 * @ascii: [c] bit i where letter i is c
 * @other, @mask: [n_other] the same of other letters
 */
typedef struct {
    uint64_t ascii[128];
    uint16_t other[NG_LETTERS_MAX];
    uint64_t mask[NG_LETTERS_MAX];
    size_t n_other;
    size_t n;
} NgNearPattern;

/**
 * NgNearRow: words of one length that may be near.
 * @letters: [words][l]
 * @l: letters of each
 * @most: edits at most
 */
typedef struct {
    const uint16_t *letters;
    size_t l;
    unsigned most;
} NgNearRow;

void ng_near_pattern_init(NgNearPattern *self, const uint16_t *letters, size_t n);
size_t ng_near_measure(const NgNearPattern *pattern, const NgNearRow *row, uint32_t *place,
                       size_t n, uint32_t *distance);

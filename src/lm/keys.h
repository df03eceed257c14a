/* keys.h - n-grams packed into integers that compare as the n-grams do. */
#pragma once

#include "ngram/vocab.h"
#include "ngram/voice.h"

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

enum { NG_KEY_LIMBS_MAX = NG_ORDER_MAX * 32 / 64 };

/**
 * NgKeyShape: how n-grams of up to @order words are packed, the first word in the highest bits.
 * @order: N
 * @bits: of one word; it holds id + 1, and 0 where the n-gram is shorter
 * @limbs: K, integers of 64 bits a key
 * @words: [64 K + 1] how many whole words fit in so many bits
 */
typedef struct {
    unsigned order, bits, limbs;
    uint8_t words[NG_KEY_LIMBS_MAX * 64 + 1];
} NgKeyShape;

void ng_key_shape_init(NgKeyShape *self, unsigned order, size_t words);
void ng_keys_sort(const NgKeyShape *shape, uint64_t *key, uint64_t *spare, size_t n);

/* Sets @key to @word before what it held; what is then beyond N words falls off. */
static inline void
ng_key_push(const NgKeyShape *shape, unsigned K, uint64_t *key, NgWord word)
{
    const unsigned bits = shape->bits;
    const unsigned rest = shape->order * bits % 64;

    for (unsigned i = K; i-- > 0;)
        key[i] = key[i] >> bits | (i > 0 ? key[i - 1] << (64 - bits) : 0);
    key[0] |= ((uint64_t)word + 1) << (64 - bits);
    if (rest > 0)
        key[K - 1] &= ~UINT64_C(0) << (64 - rest);
}

/* How many first words two keys share. */
static inline unsigned
ng_key_common(const NgKeyShape *shape, unsigned K, const uint64_t *a, const uint64_t *b)
{
    for (unsigned i = 0; i < K; i++)
        if (a[i] != b[i])
            return shape->words[64 * i + (unsigned)__builtin_clzll(a[i] ^ b[i])];
    return shape->order;
}

/* How many words a key has. */
static inline unsigned
ng_key_length(const NgKeyShape *shape, unsigned K, const uint64_t *key)
{
    unsigned i = K;

    while (i > 1 && key[i - 1] == 0)
        i--;
    unsigned used = 64 * i - (unsigned)__builtin_ctzll(key[i - 1]);
    return shape->words[used - 1] + 1;
}

/* Word @j of a key, from 0; it has more than @j. */
static inline NgWord
ng_key_word(const NgKeyShape *shape, unsigned K, const uint64_t *key, unsigned j)
{
    const unsigned bits = shape->bits;
    unsigned at = j * bits;
    uint64_t x = key[K > 1 ? at / 64 : 0] << at % 64;

    if (K > 1 && at % 64 + bits > 64)
        x |= key[at / 64 + 1] >> (64 - at % 64);
    return (NgWord)(x >> (64 - bits)) - 1;
}

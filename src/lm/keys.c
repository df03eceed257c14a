/*
 * Keys
 *
 * An n-gram is packed into one or more 64-bit integers, big end first, so that
 * integers compare as lists of words do and a shorter n-gram comes before those
 * it begins.  Three words of a vocabulary below 2^21 are one integer.
 *
 * Sorting is by radix, 8 bits a pass from the least digit up; digits that are
 * the same in all keys cost nothing.  Keys come in parts that fit the cache and
 * share their first word or nearly so, which leaves five passes for a trigram.
 */
#include "keys.h"

#include <string.h>

enum { DIGITS_MAX = NG_KEY_LIMBS_MAX * 8, SMALL = 24 };

/**
 * ng_key_shape_init:
 * @self: (out): how keys are packed
 * @order: N
 * @words: V, every word is below it
 */
void
ng_key_shape_init(NgKeyShape *self, unsigned order, size_t words)
{
    self->order = order;
    self->bits = (unsigned)g_bit_storage(words);
    self->limbs = (order * self->bits + 63) / 64;
    for (unsigned i = 0; i <= 64 * self->limbs; i++)
        self->words[i] = (uint8_t)MIN(i / self->bits, order);
}

/* Whether key @a comes before key @b. */
static inline gboolean
is_before(unsigned K, const uint64_t *a, const uint64_t *b)
{
    for (unsigned i = 0; i + 1 < K; i++)
        if (a[i] != b[i])
            return a[i] < b[i];
    return a[K - 1] < b[K - 1];
}

static inline void
copy_key(unsigned K, uint64_t *to, const uint64_t *from)
{
    for (unsigned i = 0; i < K; i++)
        to[i] = from[i];
}

static inline void
insertion_sort(unsigned K, uint64_t *key, size_t n)
{
    uint64_t x[NG_KEY_LIMBS_MAX] = {0};

    for (size_t i = 1; i < n; i++) {
        size_t j = i;
        copy_key(K, x, key + i * K);
        for (; j > 0 && is_before(K, x, key + (j - 1) * K); j--)
            copy_key(K, key + j * K, key + (j - 1) * K);
        copy_key(K, key + j * K, x);
    }
}

static inline unsigned
digit_of(unsigned K, const uint64_t *key, unsigned digit)
{
    return (unsigned)(key[K - 1 - digit / 8] >> digit % 8 * 8) & 255;
}

/* How often each digit has each value. */
static inline void
count_digits(unsigned K, const uint64_t *key, size_t n, uint32_t (*count)[256])
{
    memset(count, 0, K * 8 * sizeof *count);
    for (size_t i = 0; i < n; i++)
        for (unsigned limb = 0; limb < K; limb++) {
            uint64_t x = key[i * K + K - 1 - limb];
            for (unsigned d = 0; d < 8; d++)
                count[limb * 8 + d][x >> 8 * d & 255]++;
        }
}

static inline void
sort_by_radix(unsigned K, uint64_t *key, uint64_t *spare, size_t n)
{
    uint32_t count[DIGITS_MAX][256];
    uint64_t *from = key;
    uint64_t *to = spare;

    count_digits(K, key, n, count);
    for (unsigned d = 0; d < K * 8; d++) {
        if (count[d][digit_of(K, from, d)] == n)
            continue;
        uint32_t sum = 0;
        for (unsigned b = 0; b < 256; b++) {
            uint32_t here = count[d][b];
            count[d][b] = sum;
            sum += here;
        }
        for (size_t i = 0; i < n; i++)
            copy_key(K, to + (size_t)K * count[d][digit_of(K, from + i * K, d)]++, from + i * K);
        uint64_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != key)
        memcpy(key, from, n * K * sizeof *key);
}

static inline __attribute__((always_inline)) void
sort_keys(unsigned K, uint64_t *key, uint64_t *spare, size_t n)
{
    if (n <= SMALL)
        insertion_sort(K, key, n);
    else
        sort_by_radix(K, key, spare, n);
}

/**
 * ng_keys_sort:
 * @shape: how they are packed
 * @key: [@n][K] keys, fewer than 2^32
 * @spare: [@n][K]
 * @n: their number
 */
void
ng_keys_sort(const NgKeyShape *shape, uint64_t *key, uint64_t *spare, size_t n)
{
    switch (shape->limbs) { /* a constant K makes the loops straight */
    case 1:
        sort_keys(1, key, spare, n);
        break;
    case 2:
        sort_keys(2, key, spare, n);
        break;
    default:
        sort_keys(shape->limbs, key, spare, n);
        break;
    }
}

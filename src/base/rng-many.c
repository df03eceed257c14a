/*
 * Random numbers of many streams at once
 *
 * A block of numbers is ten rounds of multiplications, each of which waits for the
 * one before.  Streams do not wait for each other: eight blocks are made at once
 * where the processor can do that, with the same bits.
 */
#include "philox.h"

#include "ngram/rng.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { LANES = 8, VECTORS = 2 }; /* streams that are enciphered at once; four in a vector */

/**
 * Lanes: counters and keys, word by word, each in the lower half of its 64 bits.
 * @c: counter, and the cipher afterwards
 * @k: key
 */
typedef struct {
    uint64_t c[4][LANES];
    uint64_t k[2][LANES];
} Lanes;

static void
encipher_plain(Lanes *lanes)
{
    for (size_t i = 0; i < LANES; i++) {
        uint32_t block[4], key[2];
        for (size_t w = 0; w < 4; w++)
            block[w] = (uint32_t)lanes->c[w][i];
        for (size_t w = 0; w < 2; w++)
            key[w] = (uint32_t)lanes->k[w][i];
        ng_philox(block, key, block);
        for (size_t w = 0; w < 4; w++)
            lanes->c[w][i] = block[w];
    }
}

#if defined(__x86_64__)
/* ng_philox() line by line; what stands in upper halves is ignored by multiplication, and cut off
 * at the end. */
static __attribute__((target("avx2"))) void
encipher_avx2(Lanes *lanes)
{
    const __m256i m0 = _mm256_set1_epi64x(ng_philox_multiplier[0]);
    const __m256i m1 = _mm256_set1_epi64x(ng_philox_multiplier[1]);
    const __m256i w0 = _mm256_set1_epi32((int)ng_philox_weyl[0]);
    const __m256i w1 = _mm256_set1_epi32((int)ng_philox_weyl[1]);
    __m256i c[4][VECTORS], k[2][VECTORS];

    for (size_t w = 0; w < 4; w++)
        for (size_t v = 0; v < VECTORS; v++)
            c[w][v] = _mm256_loadu_si256((const __m256i *)(const void *)&lanes->c[w][4 * v]);
    for (size_t w = 0; w < 2; w++)
        for (size_t v = 0; v < VECTORS; v++)
            k[w][v] = _mm256_loadu_si256((const __m256i *)(const void *)&lanes->k[w][4 * v]);
    for (int round = 0; round < NG_PHILOX_ROUNDS; round++)
        for (size_t v = 0; v < VECTORS; v++) {
            __m256i p0 = _mm256_mul_epu32(m0, c[0][v]), p1 = _mm256_mul_epu32(m1, c[2][v]);
            __m256i x0 = _mm256_xor_si256(c[1][v], k[0][v]),
                    x1 = _mm256_xor_si256(c[3][v], k[1][v]);
            c[0][v] = _mm256_xor_si256(_mm256_srli_epi64(p1, 32), x0);
            c[1][v] = p1;
            c[2][v] = _mm256_xor_si256(_mm256_srli_epi64(p0, 32), x1);
            c[3][v] = p0;
            k[0][v] = _mm256_add_epi32(k[0][v], w0);
            k[1][v] = _mm256_add_epi32(k[1][v], w1);
        }
    for (size_t w = 0; w < 4; w++)
        for (size_t v = 0; v < VECTORS; v++)
            _mm256_storeu_si256((__m256i *)(void *)&lanes->c[w][4 * v], c[w][v]);
}
#endif

static void
encipher(Lanes *lanes)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) {
        encipher_avx2(lanes);
        return;
    }
#endif
    encipher_plain(lanes);
}

/* The next block of each, of which nothing is left of the present one. */
static void
refill(NgRng *const *rngs, size_t n)
{
    Lanes lanes = {0};

    for (size_t i = 0; i < n; i++) {
        const NgRng *r = rngs[i];
        lanes.c[0][i] = (uint32_t)r->counter;
        lanes.c[1][i] = r->counter >> 32;
        lanes.c[2][i] = (uint32_t)r->stream;
        lanes.c[3][i] = r->stream >> 32;
        lanes.k[0][i] = (uint32_t)r->seed;
        lanes.k[1][i] = r->seed >> 32;
    }
    encipher(&lanes);
    for (size_t i = 0; i < n; i++) {
        NgRng *r = rngs[i];
        for (size_t w = 0; w < 4; w++)
            r->block[w] = (uint32_t)lanes.c[w][i];
        r->counter++;
        r->left = 4;
    }
}

/**
 * ng_rng_ready:
 * @rngs: [@n] places in streams
 * @n: how many
 *
 * Makes the next block of numbers of each that has handed out its last one.  What they
 * hand out stays the same; they have it at once.
 */
void
ng_rng_ready(NgRng *const *rngs, size_t n)
{
    NgRng *empty[LANES];
    size_t some = 0;

    g_return_if_fail(rngs != NULL || n == 0);

    for (size_t i = 0; i < n; i++) {
        empty[some] = rngs[i];
        some += rngs[i]->left == 0;
        if (some == LANES) {
            refill(empty, some);
            some = 0;
        }
    }
    if (some > 0)
        refill(empty, some);
}

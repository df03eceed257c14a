/*
 * Noise
 *
 * Philox blocks of four numbers, found by their address: the key is the seed,
 * the counter (layer and block of units, row, step, epoch).  See rng.c.
 * Where the processor has AVX-512 or AVX2, eight or four blocks go side by
 * side; these are whole numbers, and the same on every processor.
 */
#include "ngram/noise.h"

#include "ngram/rng.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { LAYER_BITS = 4 };

/** Fill: what all blocks of a row have in common. */
typedef struct {
    uint32_t key[2];
    uint32_t first; /* block of the first unit, and the layer in its bits: a counter's first word */
    uint32_t row, step, epoch;
} Fill;

/* Units @from, a multiple of four, up to @n - 1. */
static void
fill_plain(const Fill *f, float *u, size_t from, size_t n)
{
    for (size_t i = from; i < n; i += 4) {
        const uint32_t address[4] = {f->first + (uint32_t)(i / 4), f->row, f->step, f->epoch};
        uint32_t block[4];
        ng_rng_philox(address, f->key, block);
        for (size_t j = 0; j < MIN(n - i, 4); j++)
            u[i + j] = (float)(block[j] >> 8) * 0x1p-24F;
    }
}

#if defined(__x86_64__)
enum { ROUNDS = 10 };

static const uint32_t multiplier[2] = {0xd2511f53, 0xcd9e8d57};
static const uint32_t weyl[2] = {0x9e3779b9, 0xbb67ae85};

/*
 * A lane of 64 bits has a word of a block in its lower half.  The upper half is left to whatever
 * comes there: a product takes no notice of it.
 */
static __attribute__((target("avx512f"))) size_t
fill_avx512(const Fill *f, float *u, size_t n)
{
    const __m512i m0 = _mm512_set1_epi64(multiplier[0]), m1 = _mm512_set1_epi64(multiplier[1]);
    const __m512i low = _mm512_set1_epi64(0xffffffff);
    const __m512i steps = _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0);
    size_t i = 0;

    for (; i + 32 <= n; i += 32) {
        const uint32_t first = f->first + (uint32_t)(i / 4);
        __m512i c0 = _mm512_add_epi64(_mm512_set1_epi64(first), steps);
        __m512i c1 = _mm512_set1_epi64(f->row), c2 = _mm512_set1_epi64(f->step);
        __m512i c3 = _mm512_set1_epi64(f->epoch);
        uint32_t k0 = f->key[0], k1 = f->key[1];
        for (int round = 0; round < ROUNDS; round++) {
            __m512i p0 = _mm512_mul_epu32(m0, c0), p1 = _mm512_mul_epu32(m1, c2);
            c0 = _mm512_ternarylogic_epi64(_mm512_srli_epi64(p1, 32), c1, _mm512_set1_epi64(k0),
                                           0x96);
            c2 = _mm512_ternarylogic_epi64(_mm512_srli_epi64(p0, 32), c3, _mm512_set1_epi64(k1),
                                           0x96);
            c1 = p1;
            c3 = p0;
            k0 += weyl[0];
            k1 += weyl[1];
        }
        /* words 0 and 1 of each block side by side, and 2 and 3: then blocks one after another */
        __m512i a = _mm512_or_epi64(_mm512_and_epi64(c0, low), _mm512_slli_epi64(c1, 32));
        __m512i b = _mm512_or_epi64(_mm512_and_epi64(c2, low), _mm512_slli_epi64(c3, 32));
        const __m512i left = _mm512_set_epi64(11, 3, 10, 2, 9, 1, 8, 0);
        const __m512i right = _mm512_set_epi64(15, 7, 14, 6, 13, 5, 12, 4);
        __m512i x = _mm512_permutex2var_epi64(a, left, b);
        __m512i y = _mm512_permutex2var_epi64(a, right, b);
        const __m512 scale = _mm512_set1_ps(0x1p-24F);
        _mm512_storeu_ps(u + i, _mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_srli_epi32(x, 8)), scale));
        _mm512_storeu_ps(u + i + 16,
                         _mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_srli_epi32(y, 8)), scale));
    }
    return i;
}

static __attribute__((target("avx2"))) size_t
fill_avx2(const Fill *f, float *u, size_t n)
{
    const __m256i m0 = _mm256_set1_epi64x(multiplier[0]), m1 = _mm256_set1_epi64x(multiplier[1]);
    const __m256i low = _mm256_set1_epi64x(0xffffffff);
    const __m256i steps = _mm256_set_epi64x(3, 2, 1, 0);
    const __m256 scale = _mm256_set1_ps(0x1p-24F);
    size_t i = 0;

    for (; i + 16 <= n; i += 16) {
        const uint32_t first = f->first + (uint32_t)(i / 4);
        __m256i c0 = _mm256_add_epi64(_mm256_set1_epi64x(first), steps);
        __m256i c1 = _mm256_set1_epi64x(f->row), c2 = _mm256_set1_epi64x(f->step);
        __m256i c3 = _mm256_set1_epi64x(f->epoch);
        uint32_t k0 = f->key[0], k1 = f->key[1];
        for (int round = 0; round < ROUNDS; round++) {
            __m256i p0 = _mm256_mul_epu32(m0, c0), p1 = _mm256_mul_epu32(m1, c2);
            c0 = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(p1, 32), c1),
                                  _mm256_set1_epi64x(k0));
            c2 = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(p0, 32), c3),
                                  _mm256_set1_epi64x(k1));
            c1 = p1;
            c3 = p0;
            k0 += weyl[0];
            k1 += weyl[1];
        }
        __m256i a = _mm256_or_si256(_mm256_and_si256(c0, low), _mm256_slli_epi64(c1, 32));
        __m256i b = _mm256_or_si256(_mm256_and_si256(c2, low), _mm256_slli_epi64(c3, 32));
        __m256i even = _mm256_unpacklo_epi64(a, b), odd = _mm256_unpackhi_epi64(a, b);
        __m256i x = _mm256_permute2x128_si256(even, odd, 0x20);
        __m256i y = _mm256_permute2x128_si256(even, odd, 0x31);
        _mm256_storeu_ps(u + i, _mm256_mul_ps(_mm256_cvtepi32_ps(_mm256_srli_epi32(x, 8)), scale));
        _mm256_storeu_ps(u + i + 8,
                         _mm256_mul_ps(_mm256_cvtepi32_ps(_mm256_srli_epi32(y, 8)), scale));
    }
    return i;
}
#endif

/**
 * ng_noise_fill_from:
 * @self: where the work stands
 * @row: layer, row and first unit
 * @u: (out): [@n] one of the 2^24 multiples of 2^-24 in [0, 1) for each unit
 * @n: units, at most 2^30 with those before the first
 */
void
ng_noise_fill_from(const NgNoise *self, const NgNoiseRow *row, float *u, size_t n)
{
    g_return_if_fail(self != NULL && row != NULL && (u != NULL || n == 0));
    g_return_if_fail(row->layer < 1U << LAYER_BITS && row->first % 4 == 0 &&
                     row->first + n <= (size_t)1 << 30);

    const Fill f = {
        .key = {(uint32_t)self->seed, (uint32_t)(self->seed >> 32)},
        .first = row->first / 4 | row->layer << (32 - LAYER_BITS),
        .row = row->row,
        .step = self->step,
        .epoch = self->epoch,
    };
    size_t done = 0;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f"))
        done = fill_avx512(&f, u, n);
    else if (__builtin_cpu_supports("avx2"))
        done = fill_avx2(&f, u, n);
#endif
    fill_plain(&f, u, done, n);
}

/**
 * ng_noise_fill:
 * @self: where the work stands
 * @layer: 0 .. 15
 * @row: which row of the batch, or which chain
 * @u: (out): [@n] unit i's number
 * @n: units, at most 2^30
 *
 * ng_noise_fill_from() unit 0.
 */
void
ng_noise_fill(const NgNoise *self, unsigned layer, uint32_t row, float *u, size_t n)
{
    const NgNoiseRow from = {.layer = layer, .row = row};
    ng_noise_fill_from(self, &from, u, n);
}

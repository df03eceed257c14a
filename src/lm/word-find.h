/* word-find.h - where a word stands among others that rise: sixteen compared at once. */
#pragma once

#include "ngram/vocab.h"

#include <glib.h>
#include <stdint.h>

#if defined(__x86_64__)
#include <immintrin.h>
#define NG_TARGET_AVX2   __attribute__((target("avx2")))
#define NG_TARGET_AVX512 __attribute__((target("avx2,avx512f,avx512vl,avx512bw,bmi,bmi2,popcnt")))
#endif

/**
 * NgSimd: which instructions may be used.
 * @NG_SIMD_PLAIN: those of any processor
 * @NG_SIMD_AVX2: eight words at once
 * @NG_SIMD_AVX512: sixteen
 */
typedef enum { NG_SIMD_PLAIN, NG_SIMD_AVX2, NG_SIMD_AVX512 } NgSimd;

enum { NG_WORD_BLOCK = 16 }; /* words in a cache line */

/* What this processor can do. */
static inline NgSimd
ng_simd_best(void)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("bmi2"))
        return NG_SIMD_AVX512;
    if (__builtin_cpu_supports("avx2"))
        return NG_SIMD_AVX2;
#endif
    return NG_SIMD_PLAIN;
}

/* Without a branch: what comes out is as good as random, and a wrong guess costs more than all
 * four steps. */
static inline uint32_t
ng_word_rank_plain(const NgWord *word, uint32_t n, NgWord wanted)
{
    uint32_t at = 0;

    for (uint32_t left = n; left > 0;) {
        uint32_t half = (left + 1) / 2;
        at += word[at + half - 1] < wanted ? half : 0;
        left -= half;
    }
    return at;
}

#if defined(__x86_64__)
/* Masked loads touch no byte behind the words, so these may stand at the end of a mapping. */
NG_TARGET_AVX2 static inline uint32_t
ng_word_rank_avx2(const NgWord *word, uint32_t n, NgWord wanted)
{
    const __m256i flip = _mm256_set1_epi32(INT32_MIN); /* orders unsigned words as signed ones */
    const __m256i count = _mm256_set1_epi32((int)n);
    const __m256i low = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    const __m256i high = _mm256_setr_epi32(8, 9, 10, 11, 12, 13, 14, 15);
    const __m256i x = _mm256_xor_si256(_mm256_set1_epi32((int)wanted), flip);
    const __m256i m0 = _mm256_cmpgt_epi32(count, low), m1 = _mm256_cmpgt_epi32(count, high);
    const __m256i w0 = _mm256_maskload_epi32((const int *)word, m0);
    const __m256i w1 = _mm256_maskload_epi32((const int *)word + 8, m1);
    const __m256i b0 = _mm256_and_si256(_mm256_cmpgt_epi32(x, _mm256_xor_si256(w0, flip)), m0);
    const __m256i b1 = _mm256_and_si256(_mm256_cmpgt_epi32(x, _mm256_xor_si256(w1, flip)), m1);
    unsigned below = (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(b0)) |
                     (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(b1)) << 8;

    return (uint32_t)__builtin_ctz(~below); /* they rise: those below come first */
}

NG_TARGET_AVX512 static inline uint32_t
ng_word_rank_avx512(const NgWord *word, uint32_t n, NgWord wanted)
{
    __mmask16 lanes = (__mmask16)_bzhi_u32(0xffff, n);
    __m512i words = _mm512_maskz_loadu_epi32(lanes, word);
    __mmask16 below = _mm512_mask_cmplt_epu32_mask(lanes, words, _mm512_set1_epi32((int)wanted));

    return (uint32_t)__builtin_ctz(~(unsigned)below);
}

NG_TARGET_AVX512 static inline uint32_t
ng_word_place_avx512(const NgWord *word, uint32_t n, NgWord wanted)
{
    __mmask16 lanes = (__mmask16)_bzhi_u32(0xffff, n);
    __m512i words = _mm512_maskz_loadu_epi32(lanes, word);
    __mmask16 equal = _mm512_mask_cmpeq_epi32_mask(lanes, words, _mm512_set1_epi32((int)wanted));

    return (uint32_t)__builtin_ctz(equal | 1U << NG_WORD_BLOCK);
}

NG_TARGET_AVX2 static inline uint32_t
ng_word_place_avx2(const NgWord *word, uint32_t n, NgWord wanted)
{
    const __m256i count = _mm256_set1_epi32((int)n), x = _mm256_set1_epi32((int)wanted);
    const __m256i m0 = _mm256_cmpgt_epi32(count, _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
    const __m256i m1 = _mm256_cmpgt_epi32(count, _mm256_setr_epi32(8, 9, 10, 11, 12, 13, 14, 15));
    const __m256i w0 = _mm256_maskload_epi32((const int *)word, m0);
    const __m256i w1 = _mm256_maskload_epi32((const int *)word + 8, m1);
    const __m256i e0 = _mm256_and_si256(_mm256_cmpeq_epi32(x, w0), m0);
    const __m256i e1 = _mm256_and_si256(_mm256_cmpeq_epi32(x, w1), m1);
    unsigned equal = (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(e0)) |
                     (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(e1)) << 8;

    return (uint32_t)__builtin_ctz(equal | 1U << NG_WORD_BLOCK);
}
#endif

/* How many of the @n <= NG_WORD_BLOCK words, which rise, are below @wanted. */
static inline __attribute__((always_inline)) uint32_t
ng_word_rank(const NgWord *word, uint32_t n, NgWord wanted, NgSimd simd)
{
#if defined(__x86_64__)
    if (simd == NG_SIMD_AVX512)
        return ng_word_rank_avx512(word, n, wanted);
    if (simd == NG_SIMD_AVX2)
        return ng_word_rank_avx2(word, n, wanted);
#else
    (void)simd;
#endif
    return ng_word_rank_plain(word, n, wanted);
}

/* Where @wanted stands among the @n <= NG_WORD_BLOCK words, which rise; NG_WORD_BLOCK where it is
 * none of them. */
static inline __attribute__((always_inline)) uint32_t
ng_word_place(const NgWord *word, uint32_t n, NgWord wanted, NgSimd simd)
{
#if defined(__x86_64__)
    if (simd == NG_SIMD_AVX512)
        return ng_word_place_avx512(word, n, wanted);
    if (simd == NG_SIMD_AVX2)
        return ng_word_place_avx2(word, n, wanted);
#else
    (void)simd;
#endif
    uint32_t at = ng_word_rank_plain(word, n, wanted);
    return at < n && word[at] == wanted ? at : NG_WORD_BLOCK;
}

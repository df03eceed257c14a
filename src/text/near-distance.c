/*
 * Distances
 *
 * Of one word to many, in one machine word each (Hyyro 2003, "A bit-vector algorithm for
 * computing Levenshtein and Damerau edit distances"): a column of the table of
 * ng_letters_distance() at a time.  Where the processor has vectors of 512 bits, sixteen
 * words go together, in 32 bits each.
 */
#include "near-distance.h"

#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

/** ng_near_pattern_init: @self gets ready for @letters, [@n] */
void
ng_near_pattern_init(NgNearPattern *self, const uint16_t *letters, size_t n)
{
    memset(self->ascii, 0, sizeof self->ascii);
    self->n_other = 0;
    self->n = n;
    for (size_t i = 0; i < n; i++) {
        uint64_t bit = UINT64_C(1) << i;
        if (letters[i] < 128) {
            self->ascii[letters[i]] |= bit;
            continue;
        }
        size_t k = 0;
        while (k < self->n_other && self->other[k] != letters[i])
            k++;
        if (k == self->n_other) {
            self->other[k] = letters[i];
            self->mask[k] = 0;
            self->n_other++;
        }
        self->mask[k] |= bit;
    }
}

static inline uint64_t
pattern_at(const NgNearPattern *self, uint16_t c)
{
    if (c < 128)
        return self->ascii[c];
    for (size_t k = 0; k < self->n_other; k++)
        if (self->other[k] == c)
            return self->mask[k];
    return 0;
}

/* As ng_letters_distance(), a column of the table in two words. */
static unsigned
pattern_distance(const NgNearPattern *self, const uint16_t *b, size_t m)
{
    uint64_t vp = ~UINT64_C(0), vn = 0, d0 = 0, before = 0;
    unsigned last = (unsigned)self->n - 1;
    unsigned distance = (unsigned)self->n;

    for (size_t j = 0; j < m; j++) {
        uint64_t match = pattern_at(self, b[j]);
        uint64_t swapped = ((~d0 & match) << 1) & before;
        d0 = (((match & vp) + vp) ^ vp) | match | vn | swapped;
        uint64_t hp = vn | ~(d0 | vp);
        uint64_t hn = d0 & vp;
        distance += (unsigned)(hp >> last & 1);
        distance -= (unsigned)(hn >> last & 1);
        hp = hp << 1 | 1;
        hn <<= 1;
        vp = hn | ~(d0 | hp);
        vn = hp & d0;
        before = match;
    }
    return distance;
}

/* Leaves those of the @n places whose words are within reach, and tells the distances of these. */
static size_t
measure_plain(const NgNearPattern *pattern, const NgNearRow *row, uint32_t *place, size_t n,
              uint32_t *distance)
{
    size_t left = 0;

    for (size_t i = 0; i < n; i++) {
        unsigned d = pattern_distance(pattern, row->letters + place[i] * row->l, row->l);
        place[left] = place[i];
        distance[left] = d;
        left += d <= row->most;
    }
    return left;
}

#if defined(__x86_64__)
#define TARGET_WIDE __attribute__((target("avx512f")))

/* The masks of sixteen letters below 128, from a table of 128 in eight registers. */
TARGET_WIDE static inline __m512i
masks_of(const __m512i table[8], __m512i c)
{
    __mmask16 second = _mm512_test_epi32_mask(c, _mm512_set1_epi32(32));
    __mmask16 upper = _mm512_test_epi32_mask(c, _mm512_set1_epi32(64));
    __m512i low = _mm512_mask_mov_epi32(_mm512_permutex2var_epi32(table[0], c, table[1]), second,
                                        _mm512_permutex2var_epi32(table[2], c, table[3]));
    __m512i high = _mm512_mask_mov_epi32(_mm512_permutex2var_epi32(table[4], c, table[5]), second,
                                         _mm512_permutex2var_epi32(table[6], c, table[7]));

    return _mm512_mask_mov_epi32(low, upper, high);
}

/* Letters j .. j + 7 of eight words to columns: [8] a letter of each. */
TARGET_WIDE static inline void
transpose(const uint16_t *const word[8], size_t j, __m128i column[8])
{
    __m128i a[8], b[8];

    for (size_t k = 0; k < 8; k += 2) {
        __m128i x = _mm_loadu_si128((const __m128i *)(const void *)(word[k] + j));
        __m128i y = _mm_loadu_si128((const __m128i *)(const void *)(word[k + 1] + j));
        a[k] = _mm_unpacklo_epi16(x, y);
        a[k + 1] = _mm_unpackhi_epi16(x, y);
    }
    for (size_t k = 0; k < 8; k += 4) {
        b[k] = _mm_unpacklo_epi32(a[k], a[k + 2]);
        b[k + 1] = _mm_unpackhi_epi32(a[k], a[k + 2]);
        b[k + 2] = _mm_unpacklo_epi32(a[k + 1], a[k + 3]);
        b[k + 3] = _mm_unpackhi_epi32(a[k + 1], a[k + 3]);
    }
    for (size_t k = 0; k < 4; k++) {
        column[2 * k] = _mm_unpacklo_epi64(b[k], b[k + 4]);
        column[2 * k + 1] = _mm_unpackhi_epi64(b[k], b[k + 4]);
    }
}

/* pattern_distance() of sixteen words, a column of each at once, in words of 32 bits; the bits of
 * @strange are of words with other letters, whose distance is not known. */
TARGET_WIDE static inline __m512i
distances_of(const NgNearPattern *self, const __m512i table[8],
             const uint16_t *const word[NG_NEAR_WIDE], size_t l, __mmask16 *strange)
{
    const __m512i one = _mm512_set1_epi32(1), ones = _mm512_set1_epi32(-1);
    const __m128i last = _mm_cvtsi32_si128((int)self->n - 1);
    __m512i vp = ones, vn = _mm512_setzero_si512(), d0 = vn, before = vn;
    __m512i distance = _mm512_set1_epi32((int)self->n);
    __m128i first[8], second[8];

    *strange = 0;
    for (size_t j = 0; j < l; j++) {
        if (j % 8 == 0) {
            transpose(word, j, first);
            transpose(word + 8, j, second);
        }
        __m512i c = _mm512_cvtepu16_epi32(
            _mm256_inserti128_si256(_mm256_castsi128_si256(first[j % 8]), second[j % 8], 1));
        *strange |= _mm512_cmpgt_epu32_mask(c, _mm512_set1_epi32(127));
        __m512i match = masks_of(table, c);
        __m512i swapped = _mm512_slli_epi32(_mm512_andnot_si512(d0, match), 1);
        swapped = _mm512_and_si512(swapped, before);
        __m512i sum = _mm512_add_epi32(_mm512_and_si512(match, vp), vp);
        d0 = _mm512_or_si512(_mm512_xor_si512(sum, vp), match);
        d0 = _mm512_or_si512(d0, _mm512_or_si512(vn, swapped));
        __m512i hp = _mm512_or_si512(vn, _mm512_andnot_si512(_mm512_or_si512(d0, vp), ones));
        __m512i hn = _mm512_and_si512(d0, vp);
        distance = _mm512_add_epi32(distance, _mm512_and_si512(_mm512_srl_epi32(hp, last), one));
        distance = _mm512_sub_epi32(distance, _mm512_and_si512(_mm512_srl_epi32(hn, last), one));
        hp = _mm512_or_si512(_mm512_slli_epi32(hp, 1), one);
        hn = _mm512_slli_epi32(hn, 1);
        vp = _mm512_or_si512(hn, _mm512_andnot_si512(_mm512_or_si512(d0, hp), ones));
        vn = _mm512_and_si512(hp, d0);
        before = match;
    }
    return distance;
}

/* Wants no more than 32 letters. */
TARGET_WIDE static size_t
measure_wide(const NgNearPattern *pattern, const NgNearRow *row, uint32_t *place, size_t n,
             uint32_t *distance)
{
    uint32_t ascii[128], found[NG_NEAR_WIDE];
    const uint16_t *word[NG_NEAR_WIDE];
    __m512i table[8];
    size_t left = 0;

    for (size_t c = 0; c < 128; c++)
        ascii[c] = (uint32_t)pattern->ascii[c];
    for (size_t k = 0; k < 8; k++)
        table[k] = _mm512_loadu_si512(ascii + 16 * k);
    for (size_t i = 0; i < n; i += NG_NEAR_WIDE) {
        size_t width = MIN((size_t)NG_NEAR_WIDE, n - i);
        __mmask16 there = (__mmask16)((1U << width) - 1), strange;
        /* what is missing in the last group is its first once more */
        for (size_t k = 0; k < NG_NEAR_WIDE; k++)
            word[k] = row->letters + place[k < width ? i + k : i] * row->l;
        for (size_t k = i + NG_NEAR_WIDE; k < MIN(n, i + 2 * NG_NEAR_WIDE); k++)
            __builtin_prefetch(row->letters + place[k] * row->l);
        __m512i near = distances_of(pattern, table, word, row->l, &strange);
        unsigned may = _mm512_mask_cmple_epu32_mask(there, near, _mm512_set1_epi32((int)row->most));
        _mm512_storeu_si512(found, near);
        for (may |= strange & there; may != 0; may &= may - 1) {
            unsigned k = (unsigned)__builtin_ctz(may);
            uint32_t at = place[i + k];
            place[left] = at;
            distance[left] = (strange >> k & 1) == 0
                                 ? found[k]
                                 : pattern_distance(pattern, row->letters + at * row->l, row->l);
            left += distance[left] <= row->most;
        }
    }
    return left;
}
#endif

/**
 * ng_near_measure:
 * @pattern: the word that is looked for
 * @row: words
 * @place: (inout): [@n] places in @row; those of words within reach are left
 * @n: how many
 * @distance: (out): theirs
 *
 * Returns: how many are left
 */
size_t
ng_near_measure(const NgNearPattern *pattern, const NgNearRow *row, uint32_t *place, size_t n,
                uint32_t *distance)
{
#if defined(__x86_64__)
    if (pattern->n <= 32 && __builtin_cpu_supports("avx512f"))
        return measure_wide(pattern, row, place, n, distance);
#endif
    return measure_plain(pattern, row, place, n, distance);
}

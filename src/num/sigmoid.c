/*
 * Sigmoids
 *
 * 1 / (1 + e^-x) and e^x for arrays of floats.  With y = x log2(e), k the integer next
 * to y and f = x - k ln(2) in two steps (Cody and Waite), e^x = 2^k e^f; e^f is its
 * Taylor series up to f^6, and k is added to the exponent.  Relative error below 3e-7.
 *
 * Only additions, multiplications, divisions and shifts, in one order, without
 * contraction: the result is the same to the last bit on every instruction set.
 */
#include "ngram/sigmoid.h"

#include <stdint.h>
#include <string.h>

enum { BLOCK = 8 };

typedef float Floats __attribute__((vector_size(BLOCK * sizeof(float))));
typedef int32_t Bits __attribute__((vector_size(BLOCK * sizeof(float))));

#define LOG2_E  1.44269504088896341F
#define LN2_HI  0.693359375F      /* 9 bits: k times it is exact */
#define LN2_LO  (-2.12194440e-4F) /* what is missing to ln(2) */
#define ROUND   0x1.8p23F         /* a float above it has no fraction: its low bits are k */
#define LARGEST 87.0F             /* e^x and e^-x are normal numbers up to here */

#define INLINE static inline __attribute__((always_inline))

INLINE void
power(const Floats *from, Floats *to)
{
    Bits high = (Bits)(*from > LARGEST), low = (Bits)(*from < -LARGEST);
    Bits inside = ~(high | low);
    Bits top = (Bits)(LARGEST - (Floats){0}), bottom = (Bits)(-LARGEST - (Floats){0});
    Floats x = (Floats)((high & top) | (low & bottom) | (inside & (Bits)*from));
    Floats rounded = x * LOG2_E + ROUND;
    Floats k = rounded - ROUND;
    Floats f = (x - k * LN2_HI) - k * LN2_LO;
    Floats series =
        1.0F +
        f * (1.0F +
             f * (0.5F + f * (1.66666667e-1F +
                              f * (4.16666667e-2F + f * (8.33333333e-3F + f * 1.38888889e-3F)))));
    *to = (Floats)((Bits)series + ((Bits)rounded << 23));
}

INLINE void
sigmoid_block(const float *from, float *to)
{
    Floats x, e;

    memcpy(&x, from, sizeof x);
    x = -x;
    power(&x, &e);
    e = 1.0F / (1.0F + e);
    memcpy(to, &e, sizeof e);
}

INLINE void
exp_block(const float *from, float *to)
{
    Floats x, e;

    memcpy(&x, from, sizeof x);
    power(&x, &e);
    memcpy(to, &e, sizeof e);
}

typedef void (*Block)(const float *from, float *to);

/* Inlined for each function and instruction set, @block with it. */
INLINE void
blocks(const float *from, float *to, size_t n, Block block)
{
    size_t i = 0;

    for (; i + BLOCK <= n; i += BLOCK)
        block(from + i, to + i);
    if (i == n)
        return;
    float rest[BLOCK] = {0}, result[BLOCK];
    memcpy(rest, from + i, (n - i) * sizeof rest[0]);
    block(rest, result);
    memcpy(to + i, result, (n - i) * sizeof result[0]);
}

#if defined(__x86_64__)
static __attribute__((target("avx2"))) void
sigmoids_avx2(const float *x, float *p, size_t n)
{
    blocks(x, p, n, sigmoid_block);
}

static __attribute__((target("avx2"))) void
exps_avx2(const float *x, float *e, size_t n)
{
    blocks(x, e, n, exp_block);
}
#endif

/**
 * ng_sigmoid_array:
 * @x: [@n]
 * @p: (out): [@n] 1 / (1 + e^-x), as if x were within 87 of 0; may be @x
 *
 * Relative error below 4e-7.  NAN gives NAN.
 */
void
ng_sigmoid_array(const float *x, float *p, size_t n)
{
    g_return_if_fail((x != NULL && p != NULL) || n == 0);

#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) {
        sigmoids_avx2(x, p, n);
        return;
    }
#endif
    blocks(x, p, n, sigmoid_block);
}

/**
 * ng_exp_array:
 * @x: [@n]
 * @e: (out): [@n] e^x, as if x were within 87 of 0; may be @x
 *
 * Relative error below 3e-7.  NAN gives NAN.
 */
void
ng_exp_array(const float *x, float *e, size_t n)
{
    g_return_if_fail((x != NULL && e != NULL) || n == 0);

#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) {
        exps_avx2(x, e, n);
        return;
    }
#endif
    blocks(x, e, n, exp_block);
}

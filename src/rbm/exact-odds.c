/*
 * Odds
 *
 * A binary unit of input a has the log-sum log(1 + e^a) and the mean e^a / (1 + e^a).  Its odds e^a
 * are kept from state to state: another state of the enumerated layer multiplies them by e^w or
 * e^-w.  The log-sums of many units are one logarithm of a product, whose exponent is taken out
 * before it grows too large (so no exponential and no logarithm is left in the loops).
 *
 * Only additions, multiplications and divisions on vectors of one width, without contraction: the
 * same bits on every machine.
 */
#include "exact-internal.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

typedef double Reals __attribute__((vector_size(NG_LANES * sizeof(double))));
typedef uint64_t Bits __attribute__((vector_size(NG_LANES * sizeof(double))));

#define MANTISSA 0x000fffffffffffffULL
#define ONE      0x3ff0000000000000ULL
#define BIAS     1023

#define INLINE static inline __attribute__((always_inline))

/* Product: of numbers >= 1: mantissas in [1, 2) and the sums of their exponents with the bias. */
typedef struct {
    Reals value;
    Bits exponent;
} Product;

INLINE void
take_exponent(Product *p)
{
    Bits bits;

    memcpy(&bits, &p->value, sizeof bits);
    p->exponent += bits >> 52;
    bits = (bits & MANTISSA) | ONE;
    memcpy(&p->value, &bits, sizeof bits);
}

/* log of all lanes of a product whose exponents were taken @times times */
static double
log_product(const Product *p, uint64_t times)
{
    double value = 1.0; /* below 2^NG_LANES */
    uint64_t exponent = 0;

    for (int i = 0; i < NG_LANES; i++) {
        value *= p->value[i];
        exponent += p->exponent[i];
    }
    return log(value) + G_LN2 * ((double)exponent - (double)(times * NG_LANES * BIAS));
}

INLINE void
log_sums(const NgOddsBlock *b, double *log_sum)
{
    Reals *odds = (Reals *)(void *)b->odds;
    const Reals *ratio = (const Reals *)(const void *)b->ratio;
    const Reals *first = (const Reals *)(const void *)b->first;
    const Reals *second = (const Reals *)(const void *)b->second;
    const Reals *both = (const Reals *)(const void *)b->both;
    size_t vectors = b->columns / NG_LANES;
    uint64_t times = 0;
    Product p[NG_BLOCK];

    for (int s = 0; s < NG_BLOCK; s++)
        p[s] = (Product){.value = (Reals){0} + 1.0};
    for (size_t at = 0; at < vectors; times++) {
        size_t end = MIN(at + b->every, vectors);
        Reals p0 = p[0].value, p1 = p[1].value, p2 = p[2].value, p3 = p[3].value;
        for (; at < end; at++) {
            Reals x = odds[at] * ratio[at];
            odds[at] = x;
            p0 *= 1.0 + x;
            p1 *= 1.0 + x * first[at];
            p2 *= 1.0 + x * second[at];
            p3 *= 1.0 + x * both[at];
        }
        p[0].value = p0, p[1].value = p1, p[2].value = p2, p[3].value = p3;
        for (int s = 0; s < NG_BLOCK; s++)
            take_exponent(&p[s]);
    }
    for (int s = 0; s < NG_BLOCK; s++)
        log_sum[s] = log_product(&p[s], times);
}

INLINE void
means(const NgOddsBlock *b, const double *p, double *total, double *one, double *two)
{
    Reals *odds = (Reals *)(void *)b->odds;
    const Reals *ratio = (const Reals *)(const void *)b->ratio;
    const Reals *first = (const Reals *)(const void *)b->first;
    const Reals *second = (const Reals *)(const void *)b->second;
    const Reals *both = (const Reals *)(const void *)b->both;
    Reals *sum = (Reals *)(void *)total, *sum1 = (Reals *)(void *)one, *sum2 = (Reals *)(void *)two;
    size_t vectors = b->columns / NG_LANES;

    for (size_t i = 0; i < vectors; i++) {
        Reals x = odds[i] * ratio[i];
        odds[i] = x;
        Reals x1 = x * first[i], x2 = x * second[i], x3 = x * both[i];
        Reals m0 = p[0] * (x / (1.0 + x)), m1 = p[1] * (x1 / (1.0 + x1));
        Reals m2 = p[2] * (x2 / (1.0 + x2)), m3 = p[3] * (x3 / (1.0 + x3));
        sum[i] = (m0 + m1) + (m2 + m3);
        sum1[i] += m1 + m3;
        sum2[i] += m2 + m3;
    }
}

#if defined(__x86_64__)
#define WITH(isa, name) static __attribute__((target(isa))) void name

WITH("avx512f", log_sums_avx512)(const NgOddsBlock *b, double *log_sum)
{
    log_sums(b, log_sum);
}

WITH("avx2", log_sums_avx2)(const NgOddsBlock *b, double *log_sum)
{
    log_sums(b, log_sum);
}

WITH("avx512f", means_avx512)
(const NgOddsBlock *b, const double *p, double *total, double *one, double *two)
{
    means(b, p, total, one, two);
}

WITH("avx2", means_avx2)
(const NgOddsBlock *b, const double *p, double *total, double *one, double *two)
{
    means(b, p, total, one, two);
}
#endif

/**
 * ng_odds_log_sums:
 * @block: the odds, and how they change
 * @log_sum: (out): [NG_BLOCK] sum over the columns of log(1 + odds) for rows 0 and 1 off, 0 on,
 *   1 on, both on; relative error some 2^-53 for each column
 */
void
ng_odds_log_sums(const NgOddsBlock *block, double *log_sum)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) {
        log_sums_avx512(block, log_sum);
        return;
    }
    if (__builtin_cpu_supports("avx2")) {
        log_sums_avx2(block, log_sum);
        return;
    }
#endif
    log_sums(block, log_sum);
}

/**
 * ng_odds_means:
 * @block: the odds, and how they change
 * @p: [NG_BLOCK] weights of the states, in the order of ng_odds_log_sums()
 * @total: (out): [F] sum over the states of p odds / (1 + odds)
 * @one, @two: (inout): [F] the same is added, of the states with row 0 on and with row 1 on
 */
void
ng_odds_means(const NgOddsBlock *block, const double *p, double *total, double *one, double *two)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) {
        means_avx512(block, p, total, one, two);
        return;
    }
    if (__builtin_cpu_supports("avx2")) {
        means_avx2(block, p, total, one, two);
        return;
    }
#endif
    means(block, p, total, one, two);
}

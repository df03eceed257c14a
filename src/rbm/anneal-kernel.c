/*
 * The loops of annealing
 *
 * Sums of log(1 + e^x) as the logarithm of a product, e^x by its series; a unit is drawn by
 * u (1 + e^-|x|) < (x >= 0 ? 1 : e^-|x|), which is u < sigmoid(x) without a division.  Relative
 * error of e^x: 1e-13 for hidden units, whose sums are the weights, 1e-6 for drawing visible ones.
 *
 * Only additions, multiplications and shifts, in one order, without contraction: the same bits in
 * vectors of any width.  A last, partial vector is filled up with zeros.
 */
#include "anneal.h"

#include <math.h>
#include <string.h>

enum {
    WIDE = 8,       /* doubles in a vector */
    NARROW = 16,    /* floats in a vector */
    PRODUCT = 1000, /* factors up to 2 that a double takes */
};

typedef double Reals __attribute__((vector_size(WIDE * sizeof(double))));
typedef int64_t Bits __attribute__((vector_size(WIDE * sizeof(double))));
typedef float Few __attribute__((vector_size(WIDE * sizeof(float))));
typedef float Floats __attribute__((vector_size(NARROW * sizeof(float))));
typedef int32_t Ints __attribute__((vector_size(NARROW * sizeof(float))));
typedef double Sums __attribute__((vector_size(NARROW * sizeof(double))));

#define INLINE  static inline __attribute__((always_inline))
#define LOG2_E  1.44269504088896340736
#define ROUND   0x1.8p52  /* a double above it has no fraction: its low bits are the integer */
#define ROUND_F 0x1.8p23F /* the same of floats */
#define FAR     700.0     /* e^-700 is not yet 0 */
#define FAR_F   80.0F

/* e <- e^-x for x >= 0; 2^f by Taylor's series up to f^11, see mass.c */
INLINE void
exp_minus(const Reals *x, Reals *e)
{
    Bits far = (Bits)(*x > FAR);
    Reals near = (Reals)((far & (Bits)(FAR - (Reals){0})) | (~far & (Bits)*x));
    Reals y = near * -LOG2_E;
    Reals rounded = y + ROUND;
    Reals f = y - (rounded - ROUND), f2 = f * f, f4 = f2 * f2;
    Reals power = ((1.0 + 0.693147180559945309 * f) +
                   (0.240226506959100712 + 0.0555041086648215800 * f) * f2) +
                  ((0.00961812910762847716 + 0.00133335581464284434 * f) +
                   (0.000154035303933816100 + 0.0000152527338040598403 * f) * f2) *
                      f4 +
                  ((0.00000132154867901443095 + 0.000000101780860092396998 * f) +
                   (7.05491162080112333e-9 + 4.44553827187081150e-10 * f) * f2) *
                      (f4 * f4);
    *e = (Reals)((Bits)power + ((Bits)rounded << 52));
}

INLINE void
exp_minus_float(const Floats *x, Floats *e)
{
    Ints far = (Ints)(*x > FAR_F);
    Floats near = (Floats)((far & (Ints)(FAR_F - (Floats){0})) | (~far & (Ints)*x));
    Floats y = near * (float)-LOG2_E;
    Floats rounded = y + ROUND_F;
    Floats f = y - (rounded - ROUND_F), f2 = f * f;
    Floats power = ((1.0F + 0.693147181F * f) + (0.240226507F + 0.0555041087F * f) * f2) +
                   ((0.00961812911F + 0.00133335581F * f) + 0.000154035304F * f2) * (f2 * f2);
    *e = (Floats)((Ints)power + ((Ints)rounded << 23));
}

/* What a row of hidden units adds up to. */
typedef struct {
    Reals to, from; /* products of 1 + e^-|x| at both temperatures */
    Reals line;     /* sum of max(x, 0) at the one less that at the other */
} Gain;

INLINE void
gain_block(const float *a, const double beta[2], Gain *gain, Reals *x, Reals *e)
{
    const Bits magnitude = (Bits)((Reals){0} == 0.0) & INT64_MAX;
    Few narrow;

    memcpy(&narrow, a, sizeof narrow);
    Reals wide = __builtin_convertvector(narrow, Reals);
    Reals y = wide * beta[0], ey;
    *x = wide * beta[1];
    Reals size_x = (Reals)((Bits)*x & magnitude), size_y = (Reals)((Bits)y & magnitude);
    exp_minus(&size_x, e);
    exp_minus(&size_y, &ey);
    gain->to *= 1.0 + *e;
    gain->from *= 1.0 + ey;
    gain->line += ((*x + size_x) - (y + size_y)) * 0.5;
}

INLINE void
draw_block(const Reals *x, const Reals *e, const float *u, float *h)
{
    const Bits one = (Bits)(1.0 - (Reals){0});
    Few narrow;

    memcpy(&narrow, u, sizeof narrow);
    Reals coin = __builtin_convertvector(narrow, Reals);
    Bits up = (Bits)(*x >= 0.0);
    Reals limit = (Reals)((up & one) | (~up & (Bits)*e));
    Bits on = (Bits)(coin * (1.0 + *e) < limit) & one;
    narrow = __builtin_convertvector((Reals)on, Few);
    memcpy(h, &narrow, sizeof narrow);
}

static double
finish_gain(const Gain *gain)
{
    double sum = 0.0;

    for (int i = 0; i < WIDE; i++)
        sum += gain->line[i] + log(gain->to[i] / gain->from[i]);
    return sum;
}

/* u and h may both be NULL: nothing is drawn then. */
INLINE double
hidden_row(const float *a, const float *u, float *h, size_t n, const double beta[2])
{
    double sum = 0.0;
    size_t i = 0;

    while (i < n) {
        Gain gain = {.to = 1.0 - (Reals){0}, .from = 1.0 - (Reals){0}};
        Reals x, e;
        for (int k = 0; k < PRODUCT && i + WIDE <= n; k++, i += WIDE) {
            gain_block(a + i, beta, &gain, &x, &e);
            if (h != NULL)
                draw_block(&x, &e, u + i, h + i);
        }
        if (i < n && i + WIDE > n) { /* zeros add log 2 - log 2 */
            float rest[3][WIDE] = {{0}};
            memcpy(rest[0], a + i, (n - i) * sizeof *a);
            gain_block(rest[0], beta, &gain, &x, &e);
            if (h != NULL) {
                memcpy(rest[1], u + i, (n - i) * sizeof *u);
                draw_block(&x, &e, rest[1], rest[2]);
                memcpy(h + i, rest[2], (n - i) * sizeof *h);
            }
            i = n;
        }
        sum += finish_gain(&gain);
    }
    return sum;
}

/* The blocks of visible units from @i on, one vector. */
INLINE void
visible_block(const NgAnnealVisible *row, size_t i, Sums *sum)
{
    const float beta = (float)row->beta, rest = (float)(1.0 - row->beta);
    const Ints magnitude = (Ints)((Floats){0} == 0.0F) & INT32_MAX;
    const Ints one = (Ints)(1.0F - (Floats){0});
    Floats base, gap, b, u, x, e;

    memcpy(&base, row->base + i, sizeof base);
    memcpy(&gap, row->gap + i, sizeof gap);
    memcpy(&b, row->b + i, sizeof b);
    memcpy(&u, row->u + i, sizeof u);
    memcpy(&x, row->x + i, sizeof x);
    x = base * rest + (b + x) * beta;
    Floats size = (Floats)((Ints)x & magnitude);
    exp_minus_float(&size, &e);
    Ints up = (Ints)(x >= 0.0F);
    Floats limit = (Floats)((up & one) | (~up & (Ints)e));
    Ints on = (Ints)(u * (1.0F + e) < limit);
    Ints value = on & one;
    memcpy(row->x + i, &value, sizeof value);
    *sum += __builtin_convertvector((Floats)(on & (Ints)gap), Sums);
}

INLINE double
visible_row(const NgAnnealVisible *row, size_t n)
{
    Sums sum = {0};
    size_t i = 0;

    for (; i + NARROW <= n; i += NARROW)
        visible_block(row, i, &sum);
    if (i < n) {
        float part[5][NARROW] = {{0}};
        size_t size = (n - i) * sizeof(float);
        const NgAnnealVisible last = {part[0], part[1], part[2], part[3], part[4], row->beta};
        memcpy(part[0], row->base + i, size);
        memcpy(part[1], row->gap + i, size);
        memcpy(part[2], row->u + i, size);
        memcpy(part[3], row->x + i, size);
        memcpy(part[4], row->b + i, size);
        visible_block(&last, 0, &sum);
        memcpy(row->x + i, part[3], size);
    }
    double total = 0.0;
    for (int k = 0; k < NARROW; k++)
        total += sum[k];
    return total;
}

#if defined(__x86_64__)
#define AVX2   static __attribute__((target("avx2")))
#define AVX512 static __attribute__((target("avx512f,avx512dq,avx512vl,avx512bw")))

AVX2 double
hidden_avx2(const float *a, const float *u, float *h, size_t n, const double beta[2])
{
    return hidden_row(a, u, h, n, beta);
}

AVX512 double
hidden_avx512(const float *a, const float *u, float *h, size_t n, const double beta[2])
{
    return hidden_row(a, u, h, n, beta);
}

AVX2 double
visible_avx2(const NgAnnealVisible *row, size_t n)
{
    return visible_row(row, n);
}

AVX512 double
visible_avx512(const NgAnnealVisible *row, size_t n)
{
    return visible_row(row, n);
}

static gboolean
has_avx512(void)
{
    return __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512bw");
}
#endif

/**
 * ng_anneal_hidden:
 * @a: [@n] c + v W
 * @u: (nullable): [@n] coins
 * @h: (out) (nullable): [@n] 1 with probability sigmoid(@beta[1] a_j), else 0
 * @n: H
 * @beta: two inverse temperatures
 *
 * Returns: sum_j log(1 + e^(beta[1] a_j)) - log(1 + e^(beta[0] a_j))
 */
double
ng_anneal_hidden(const float *a, const float *u, float *h, size_t n, const double beta[2])
{
#if defined(__x86_64__)
    if (has_avx512())
        return hidden_avx512(a, u, h, n, beta);
    if (__builtin_cpu_supports("avx2"))
        return hidden_avx2(a, u, h, n, beta);
#endif
    return hidden_row(a, u, h, n, beta);
}

/**
 * ng_anneal_gain:
 * @a: [@n] c + v W
 * @n: H
 * @from: inverse temperature
 * @to: another
 *
 * Returns: what ng_anneal_hidden() returns, drawing nothing
 */
double
ng_anneal_gain(const float *a, size_t n, double from, double to)
{
    return ng_anneal_hidden(a, NULL, NULL, n, (const double[2]){from, to});
}

/**
 * ng_anneal_visible:
 * @row: of binary visible units
 * @n: how many
 *
 * v_i = 1 with probability sigmoid((1 - beta) base_i + beta (b_i + (h W')_i)).
 *
 * Returns: gap.v
 */
double
ng_anneal_visible(const NgAnnealVisible *row, size_t n)
{
#if defined(__x86_64__)
    if (has_avx512())
        return visible_avx512(row, n);
    if (__builtin_cpu_supports("avx2"))
        return visible_avx2(row, n);
#endif
    return visible_row(row, n);
}

/*
 * Masses
 *
 * 10^x for logarithms as a model keeps them.  With y = x log2(10), k the integer
 * next to y and f = y - k in [-1/2, 1/2], 10^x = 2^k 2^f; 2^f is its Taylor series
 * up to f^11, and k is added to the exponent.  Relative error below 1e-13.
 *
 * Only additions, multiplications and shifts, in one order, without contraction:
 * the result is the same to the last bit one by one, in vectors of any width and
 * on every machine.  So what is drawn by these numbers is the same everywhere.
 */
#include "ngram/mass.h"

#include <stdint.h>
#include <string.h>

enum { BLOCK = 4 }; /* logarithms in a vector: 32 bytes of doubles */

typedef float Logs __attribute__((vector_size(BLOCK * sizeof(float))));
typedef double Reals __attribute__((vector_size(BLOCK * sizeof(double))));
typedef uint64_t Bits __attribute__((vector_size(BLOCK * sizeof(double))));

#define LOG2_10 3.32192809488736234787 /* log2(10) */
#define ROUND   0x1.8p52               /* a double above it has no fraction: its low bits are k */
#define LARGEST 308.0                  /* 10^x is finite up to here, and no more beyond */

/* 2^f for a number or a vector @f: ln(2)^i / i! f^i, i = 0 .. 11, the terms in pairs (Estrin) */
#define SERIES(f, f2, f4)                                                                          \
    (((1.0 + 0.693147180559945309 * (f)) +                                                         \
      (0.240226506959100712 + 0.0555041086648215800 * (f)) * (f2)) +                               \
     ((0.00961812910762847716 + 0.00133335581464284434 * (f)) +                                    \
      (0.000154035303933816100 + 0.0000152527338040598403 * (f)) * (f2)) *                         \
         (f4) +                                                                                    \
     ((0.00000132154867901443095 + 0.000000101780860092396998 * (f)) +                             \
      (7.05491162080112333e-9 + 4.44553827187081150e-10 * (f)) * (f2)) *                           \
         ((f4) * (f4)))

/* BLOCK logarithms at @log10_p; inlined into a function for each instruction set. */
static inline __attribute__((always_inline)) void
block(const float *log10_p, double *mass)
{
    Logs x;

    memcpy(&x, log10_p, sizeof x);
    Reals wide = __builtin_convertvector(x, Reals);
    Bits possible = (Bits)(wide > (double)NG_MASS_ZERO); /* none where it is no number */
    Bits large = (Bits)(wide > LARGEST);
    Bits largest = (Bits)(LARGEST - (Reals){0});
    Reals y = (Reals)((large & largest) | (~large & (Bits)wide)) * LOG2_10;
    Reals rounded = y + ROUND;
    Reals f = y - (rounded - ROUND);
    Reals f2 = f * f, f4 = f2 * f2;
    Reals power = SERIES(f, f2, f4);
    Bits bits = ((Bits)power + ((Bits)rounded << 52)) & possible;
    memcpy(mass, &bits, sizeof bits);
}

static inline __attribute__((always_inline)) void
blocks(const float *log10_p, double *mass, size_t n)
{
    size_t i = 0;

    for (; i + BLOCK <= n; i += BLOCK)
        block(log10_p + i, mass + i);
    if (i == n)
        return;
    float rest[BLOCK] = {0};
    double rest_mass[BLOCK];
    memcpy(rest, log10_p + i, (n - i) * sizeof rest[0]);
    block(rest, rest_mass);
    memcpy(mass + i, rest_mass, (n - i) * sizeof rest_mass[0]);
}

#if defined(__x86_64__)
static __attribute__((target("avx2"))) void
blocks_avx2(const float *log10_p, double *mass, size_t n)
{
    blocks(log10_p, mass, n);
}
#endif

/**
 * ng_mass_array:
 * @log10_p: [n]
 * @mass: (out): [n] ng_mass() of each
 * @n: how many
 */
void
ng_mass_array(const float *log10_p, double *mass, size_t n)
{
    g_return_if_fail((log10_p != NULL && mass != NULL) || n == 0);

#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) {
        blocks_avx2(log10_p, mass, n);
        return;
    }
#endif
    blocks(log10_p, mass, n);
}

/**
 * ng_mass:
 * @log10_p: a logarithm
 *
 * Returns: 10^@log10_p, with a relative error below 1e-13; 0 up to %NG_MASS_ZERO and
 * where it is no number, 10^308 where it is above 308
 */
double
ng_mass(float log10_p)
{
    return ng_mass_wide((double)log10_p);
}

/**
 * ng_mass_wide:
 * @x: a logarithm
 *
 * Returns: ng_mass() of a logarithm in double
 */
double
ng_mass_wide(double x)
{
    uint64_t k, bits;

    if (!(x > (double)NG_MASS_ZERO))
        return 0.0;
    double y = MIN(x, LARGEST) * LOG2_10;
    double rounded = y + ROUND;
    double f = y - (rounded - ROUND);
    double f2 = f * f, f4 = f2 * f2;
    double power = SERIES(f, f2, f4);
    memcpy(&k, &rounded, sizeof k);
    memcpy(&bits, &power, sizeof bits);
    bits += k << 52;
    memcpy(&power, &bits, sizeof power);
    return power;
}

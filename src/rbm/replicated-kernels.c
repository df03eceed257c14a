/*
 * Kernels of replicated softmax
 *
 * Dot products in double precision.  Eight sums run side by side, whatever the
 * processor's vectors hold, and are put together in one order; nothing contracts.
 * So the bits are the same everywhere, and the instruction set decides the speed.
 */
#include "replicated-internal.h"

#include <math.h>
#include <string.h>

typedef double Lanes __attribute__((vector_size(NG_LANES * sizeof(double))));

enum { ROWS = 4 };

/* By a pointer: a vector that is returned is passed as the function's own instruction set says. */
static inline __attribute__((always_inline)) void
load(Lanes *lanes, const double *x)
{
    memcpy(lanes, x, sizeof *lanes);
}

static inline __attribute__((always_inline)) double
dot(const double *x, const double *y, size_t n)
{
    Lanes sum[2] = {{0}, {0}};
    size_t k = 0;
    double rest = 0.0, whole = 0.0;

    for (; k + 2 * NG_LANES <= n; k += 2 * NG_LANES)
        for (size_t i = 0; i < 2; i++) {
            Lanes a, b;
            load(&a, x + k + i * NG_LANES);
            load(&b, y + k + i * NG_LANES);
            sum[i] += a * b;
        }
    for (; k < n; k++)
        rest += x[k] * y[k];
    for (int i = 0; i < NG_LANES; i++)
        whole += sum[0][i] + sum[1][i];
    return whole + rest;
}

/* out[r][l] = sum_k b[r][k] a[k][l] */
static inline __attribute__((always_inline)) void
tile(const double *b, size_t stride, const double *a, size_t n, double out[ROWS][NG_LANES])
{
    Lanes sum[ROWS] = {{0}, {0}, {0}, {0}};

    for (size_t k = 0; k < n; k++) {
        Lanes x;
        load(&x, a + k * NG_LANES);
        for (size_t r = 0; r < ROWS; r++)
            sum[r] += b[r * stride + k] * x;
    }
    for (size_t r = 0; r < ROWS; r++)
        memcpy(out[r], &sum[r], sizeof sum[r]);
}

#if defined(__x86_64__)
#define AVX2   __attribute__((target("avx2")))
#define AVX512 __attribute__((target("avx512f")))

static AVX2 double
dot_avx2(const double *x, const double *y, size_t n)
{
    return dot(x, y, n);
}

static AVX512 double
dot_avx512(const double *x, const double *y, size_t n)
{
    return dot(x, y, n);
}

static AVX2 void
tile_avx2(const double *b, size_t stride, const double *a, size_t n, double out[ROWS][NG_LANES])
{
    tile(b, stride, a, n, out);
}

static AVX512 void
tile_avx512(const double *b, size_t stride, const double *a, size_t n, double out[ROWS][NG_LANES])
{
    tile(b, stride, a, n, out);
}
#endif

/**
 * ng_replicated_dot:
 * @x, @y: [@n]
 *
 * Returns: sum_k x_k y_k
 */
double
ng_replicated_dot(const double *x, const double *y, size_t n)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f"))
        return dot_avx512(x, y, n);
    if (__builtin_cpu_supports("avx2"))
        return dot_avx2(x, y, n);
#endif
    return dot(x, y, n);
}

/**
 * ng_replicated_tile:
 * @b: [4, @stride], of which [4, @n] count
 * @a: [@n, NG_LANES]
 * @out: (out): [4, NG_LANES] their product, summed from the first to the last
 */
void
ng_replicated_tile(const double *b, size_t stride, const double *a, size_t n,
                   double out[ROWS][NG_LANES])
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) {
        tile_avx512(b, stride, a, n, out);
        return;
    }
    if (__builtin_cpu_supports("avx2")) {
        tile_avx2(b, stride, a, n, out);
        return;
    }
#endif
    tile(b, stride, a, n, out);
}

/**
 * ng_replicated_log_sum:
 * @x: [@n], at least one, finite
 *
 * Returns: log sum_k e^x_k, without overflow
 */
double
ng_replicated_log_sum(const double *x, size_t n)
{
    double most = x[0];

    for (size_t k = 1; k < n; k++)
        most = fmax(most, x[k]);
    double sum = exp(x[0] - most);
    for (size_t k = 1; k < n; k++)
        sum += exp(x[k] - most);
    return most + log(sum);
}

/*
 * Sums of rows
 *
 * A product with a matrix of zeros and ones is a sum of rows.  Each number of
 * the result is summed from the first index to the last, whatever the width of
 * the vectors: so the bits are the same on every instruction set.  Columns are
 * cut into blocks whose sums stay in registers; all rows go through one block
 * before the next begins, so that the block stays in the cache.
 */
#include "ngram/rowsum.h"

#include <string.h>

/* Sums of COUNT vectors at column @at for all rows; one function for each width. */
#define BLOCK(name_, target_, Vector_, COUNT_)                                                     \
    static target_ void name_(const NgRowSum *g, size_t at)                                        \
    {                                                                                              \
        enum { LANES = sizeof(Vector_) / sizeof(float) };                                          \
        for (size_t r = 0; r < g->n_rows; r++) {                                                   \
            const NgSparse *row = &g->rows[r];                                                     \
            const float *m = g->m + at;                                                            \
            Vector_ sum[COUNT_];                                                                   \
            if (g->start != NULL)                                                                  \
                memcpy(sum, g->start + r * g->start_stride + at, sizeof sum);                      \
            else                                                                                   \
                memset(sum, 0, sizeof sum);                                                        \
            for (uint32_t e = 0; row->value == NULL && e < row->n; e++) {                          \
                const float *from = m + row->index[e] * g->stride;                                 \
                _Pragma("GCC unroll 16") for (int c = 0; c < (COUNT_); c++)                        \
                {                                                                                  \
                    Vector_ x;                                                                     \
                    memcpy(&x, from + c * LANES, sizeof x);                                        \
                    sum[c] += x;                                                                   \
                }                                                                                  \
            }                                                                                      \
            for (uint32_t e = 0; row->value != NULL && e < row->n; e++) {                          \
                const float *from = m + row->index[e] * g->stride;                                 \
                const float value = row->value[e];                                                 \
                _Pragma("GCC unroll 16") for (int c = 0; c < (COUNT_); c++)                        \
                {                                                                                  \
                    Vector_ x;                                                                     \
                    memcpy(&x, from + c * LANES, sizeof x);                                        \
                    sum[c] += value * x;                                                           \
                }                                                                                  \
            }                                                                                      \
            memcpy(g->out + r * g->out_stride + at, sum, sizeof sum);                              \
        }                                                                                          \
    }

typedef float Four __attribute__((vector_size(16)));
BLOCK(block_32, , Four, 8)
BLOCK(block_16, , Four, 4)

static void
sum_plain(const NgRowSum *g)
{
    size_t at = 0;

    for (; at + 32 <= g->columns; at += 32)
        block_32(g, at);
    for (; at < g->columns; at += 16)
        block_16(g, at);
}

#if defined(__x86_64__)
typedef float Eight __attribute__((vector_size(32)));
typedef float Sixteen __attribute__((vector_size(64)));
#define AVX2   __attribute__((target("avx2")))
#define AVX512 __attribute__((target("avx512f")))
BLOCK(avx2_96, AVX2, Eight, 12)
BLOCK(avx2_32, AVX2, Eight, 4)
BLOCK(avx2_16, AVX2, Eight, 2)
BLOCK(avx512_256, AVX512, Sixteen, 16)
BLOCK(avx512_128, AVX512, Sixteen, 8)
BLOCK(avx512_64, AVX512, Sixteen, 4)
BLOCK(avx512_16, AVX512, Sixteen, 1)

static void
sum_avx2(const NgRowSum *g)
{
    size_t at = 0;

    for (; at + 96 <= g->columns; at += 96)
        avx2_96(g, at);
    for (; at + 32 <= g->columns; at += 32)
        avx2_32(g, at);
    for (; at < g->columns; at += 16)
        avx2_16(g, at);
}

static void
sum_avx512(const NgRowSum *g)
{
    size_t at = 0;

    for (; at + 256 <= g->columns; at += 256)
        avx512_256(g, at);
    for (; at + 128 <= g->columns; at += 128)
        avx512_128(g, at);
    for (; at + 64 <= g->columns; at += 64)
        avx512_64(g, at);
    for (; at < g->columns; at += 16)
        avx512_16(g, at);
}
#endif

/**
 * ng_row_sum:
 * @self: what to sum
 *
 * The same bits on every processor.
 */
void
ng_row_sum(const NgRowSum *self)
{
    g_return_if_fail(self != NULL && self->columns % NG_ROW_SUM_LANES == 0);

#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) {
        sum_avx512(self);
        return;
    }
    if (__builtin_cpu_supports("avx2")) {
        sum_avx2(self);
        return;
    }
#endif
    sum_plain(self);
}

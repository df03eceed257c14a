/*
 * Products of bits with panels
 *
 * A panel is a matrix of 16 columns, row after row, so that one vector, or two, or four, is a row:
 * a matrix that is kept as panels is walked without gaps, and much of a panel stays in the first
 * cache while many rows of bits go through it.
 *
 * Where few bits are 1 they are listed, and the panel's rows are added up.  Else bits go four at a
 * time: of each four rows of the panel all 16 sums are made beforehand, and one of them is added
 * for the four bits (Arlazarov, Dinic, Kronrod, Faradzhev, Soviet Math. Doklady 11 (1970)).  Both
 * use four sums that do not wait for each other.  Each number of the result is summed in one order
 * on every instruction set: the same bits everywhere.
 */
#include "ngram/panel.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum {
    SUMS = 4,     /* side by side */
    GROUP = 4,    /* bits that choose a sum */
    CHOICES = 16, /* sums of a group */
    BLOCK = 64,   /* units whose sums are made together: 16 kilobytes */
    GROUPS = BLOCK / GROUP,
    WORDS = BLOCK / NG_PANEL,
};

typedef float Vector __attribute__((vector_size(NG_PANEL * sizeof(float))));

#define INLINE static inline __attribute__((always_inline))

/* sum[count] += row @row of the panels */
INLINE void
add_row(const NgPanels *p, uint32_t row, Vector *sum, const int count)
{
    _Pragma("GCC unroll 2") for (int c = 0; c < count; c++)
    {
        Vector x;
        memcpy(&x, p->m + (size_t)c * p->apart + (size_t)row * NG_PANEL, sizeof x);
        sum[c] += x;
    }
}

/* For @count panels, 1 or 2; inlined for each. */
INLINE void
sum_lists(const NgPanels *p, const NgSparse *rows, size_t n_rows, const int count)
{
    for (size_t r = 0; r < n_rows; r++) {
        const uint32_t *index = rows[r].index;
        const size_t n = rows[r].n;
        float *out = p->out + r * NG_PANEL;
        Vector sum[SUMS][2] = {{{0}}};
        size_t e = 0;
        _Pragma("GCC unroll 2") for (int c = 0; c < count; c++)
            memcpy(&sum[0][c], out + (size_t)c * p->out_apart, sizeof sum[0][c]);
        for (; e + SUMS <= n; e += SUMS) {
            _Pragma("GCC unroll 4") for (int s = 0; s < SUMS; s++)
                add_row(p, index[e + (size_t)s], sum[s], count);
        }
        for (; e < n; e++)
            add_row(p, index[e], sum[0], count);
        _Pragma("GCC unroll 2") for (int c = 0; c < count; c++)
        {
            Vector all = (sum[0][c] + sum[1][c]) + (sum[2][c] + sum[3][c]);
            memcpy(out + (size_t)c * p->out_apart, &all, sizeof all);
        }
    }
}

INLINE void
add_lists(const NgPanels *p, const NgSparse *rows, size_t n_rows)
{
    if (p->n == 2)
        sum_lists(p, rows, n_rows, 2);
    else
        sum_lists(p, rows, n_rows, 1);
}

/* table[16]: the sums of the rows of m[n, 16], n at most 4, that the bits of the index choose */
INLINE void
choices(const float *m, size_t n, Vector *table)
{
    table[0] = (Vector){0};
    for (size_t bit = 0; bit < GROUP; bit++) {
        const size_t half = (size_t)1 << bit;
        Vector x = {0};
        if (bit < n)
            memcpy(&x, m + bit * NG_PANEL, sizeof x);
        table[half] = x;
        for (size_t i = 1; i < half; i++)
            table[half + i] = table[i] + x;
    }
}

INLINE void
add_bits(const float *m, const NgBitRows *rows, float *out)
{
    Vector table[GROUPS][CHOICES];

    for (size_t first = 0; first < rows->units; first += BLOCK) {
        for (size_t g = 0; g < GROUPS; g++) {
            const size_t at = MIN(first + g * GROUP, rows->units);
            choices(m + at * NG_PANEL, MIN(rows->units - at, GROUP), table[g]);
        }
        for (size_t r = 0; r < rows->rows; r++) {
            const uint16_t *bits = rows->bits + r * rows->stride + first / NG_PANEL;
            Vector sum[SUMS] = {{0}};
            memcpy(&sum[0], out + r * NG_PANEL, sizeof sum[0]);
            _Pragma("GCC unroll 4") for (int word = 0; word < WORDS; word++)
            {
                const uint32_t x = bits[word];
                sum[0] += table[4 * word][x & 15];
                sum[1] += table[4 * word + 1][x >> 4 & 15];
                sum[2] += table[4 * word + 2][x >> 8 & 15];
                sum[3] += table[4 * word + 3][x >> 12];
            }
            sum[0] = (sum[0] + sum[1]) + (sum[2] + sum[3]);
            memcpy(out + r * NG_PANEL, &sum[0], sizeof sum[0]);
        }
    }
}

static void
add_lists_plain(const NgPanels *p, const NgSparse *rows, size_t n_rows)
{
    add_lists(p, rows, n_rows);
}

static void
add_bits_plain(const float *m, const NgBitRows *rows, float *out)
{
    add_bits(m, rows, out);
}

#if defined(__x86_64__)
#define AVX2   static __attribute__((target("avx2")))
#define AVX512 static __attribute__((target("avx512f")))

AVX2 void
add_lists_avx2(const NgPanels *p, const NgSparse *rows, size_t n_rows)
{
    add_lists(p, rows, n_rows);
}

AVX512 void
add_lists_avx512(const NgPanels *p, const NgSparse *rows, size_t n_rows)
{
    add_lists(p, rows, n_rows);
}

AVX2 void
add_bits_avx2(const float *m, const NgBitRows *rows, float *out)
{
    add_bits(m, rows, out);
}

AVX512 void
add_bits_avx512(const float *m, const NgBitRows *rows, float *out)
{
    add_bits(m, rows, out);
}
#endif

/**
 * ng_panel_add_lists:
 * @self: panels, and what the sums are added to
 * @rows: [@n_rows] which rows of the panels are summed; values are not looked at
 * @n_rows: how many
 */
void
ng_panel_add_lists(const NgPanels *self, const NgSparse *rows, size_t n_rows)
{
    g_return_if_fail(self != NULL && (self->n == 1 || self->n == 2));
    g_return_if_fail(rows != NULL || n_rows == 0);

#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) {
        add_lists_avx512(self, rows, n_rows);
        return;
    }
    if (__builtin_cpu_supports("avx2")) {
        add_lists_avx2(self, rows, n_rows);
        return;
    }
#endif
    add_lists_plain(self, rows, n_rows);
}

/**
 * ng_panel_add_bits:
 * @m: [units, 16]
 * @rows: bits, a row of @m for each
 * @out: (inout): [rows, 16] what the sums of the rows whose bits are 1 are added to
 */
void
ng_panel_add_bits(const float *m, const NgBitRows *rows, float *out)
{
    g_return_if_fail(m != NULL && out != NULL && rows != NULL && rows->bits != NULL);
    g_return_if_fail(rows->stride >= NG_BIT_STRIDE(rows->units));

#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) {
        add_bits_avx512(m, rows, out);
        return;
    }
    if (__builtin_cpu_supports("avx2")) {
        add_bits_avx2(m, rows, out);
        return;
    }
#endif
    add_bits_plain(m, rows, out);
}

static uint16_t
below_plain(const float *u, const float *p)
{
    unsigned bits = 0;

    for (int i = 0; i < NG_PANEL; i++)
        bits |= (unsigned)(u[i] < p[i]) << i;
    return (uint16_t)bits;
}

#if defined(__x86_64__)
AVX2 uint16_t
below_avx2(const float *u, const float *p)
{
    __m256 low = _mm256_cmp_ps(_mm256_loadu_ps(u), _mm256_loadu_ps(p), _CMP_LT_OQ);
    __m256 high = _mm256_cmp_ps(_mm256_loadu_ps(u + 8), _mm256_loadu_ps(p + 8), _CMP_LT_OQ);
    return (uint16_t)(_mm256_movemask_ps(low) | _mm256_movemask_ps(high) << 8);
}

/* Turns 8 rows and 8 columns. */
static inline __attribute__((always_inline, target("avx2"))) void
turn_8(const float *from, size_t from_stride, float *to, size_t to_stride)
{
    __m256 a[8], b[8];

    for (int i = 0; i < 8; i++)
        a[i] = _mm256_loadu_ps(from + (size_t)i * from_stride);
    for (int i = 0; i < 8; i += 2) {
        b[i] = _mm256_unpacklo_ps(a[i], a[i + 1]);
        b[i + 1] = _mm256_unpackhi_ps(a[i], a[i + 1]);
    }
    for (int i = 0; i < 8; i += 4)
        for (int j = 0; j < 2; j++) {
            a[i + 2 * j] = _mm256_shuffle_ps(b[i + j], b[i + j + 2], 0x44);
            a[i + 2 * j + 1] = _mm256_shuffle_ps(b[i + j], b[i + j + 2], 0xee);
        }
    for (int i = 0; i < 4; i++) {
        _mm256_storeu_ps(to + (size_t)i * to_stride, _mm256_permute2f128_ps(a[i], a[i + 4], 0x20));
        _mm256_storeu_ps(to + (size_t)(i + 4) * to_stride,
                         _mm256_permute2f128_ps(a[i], a[i + 4], 0x31));
    }
}

AVX2 void
turn_avx2(const float *from, size_t from_stride, float *to, size_t to_stride)
{
    turn_8(from, from_stride, to, to_stride);
}

/* The panel after the next is fetched meanwhile. */
AVX2 void
turn_all_avx2(const float *from, size_t apart, size_t n, float *to)
{
    for (size_t p = 0; p < n; p++) {
        const float *m = from + p * apart, *ahead = from + MIN(p + 2, n - 1) * apart;
        float *out = to + p * NG_PANEL * NG_PANEL;
        for (size_t i = 0; i < NG_PANEL; i++)
            __builtin_prefetch(ahead + i * NG_PANEL);
        turn_8(m, NG_PANEL, out, NG_PANEL);
        turn_8(m + 8, NG_PANEL, out + 8 * NG_PANEL, NG_PANEL);
        turn_8(m + 8 * NG_PANEL, NG_PANEL, out + 8, NG_PANEL);
        turn_8(m + 8 * NG_PANEL + 8, NG_PANEL, out + 8 * NG_PANEL + 8, NG_PANEL);
    }
}
#endif

static void
turn_plain(const float *from, size_t from_stride, float *to, size_t to_stride)
{
    for (size_t i = 0; i < 8; i++)
        for (size_t j = 0; j < 8; j++)
            to[j * to_stride + i] = from[i * from_stride + j];
}

/**
 * ng_panel_below:
 * @u: [16] coins
 * @p: [16]
 *
 * Returns: bit i is 1 where u_i < p_i
 */
uint16_t
ng_panel_below(const float *u, const float *p)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2"))
        return below_avx2(u, p);
#endif
    return below_plain(u, p);
}

/**
 * ng_panel_turn:
 * @from: [8, 8], @from_stride floats from one row to the next
 * @to: (out): [8, 8] its columns as rows, @to_stride apart
 */
void
ng_panel_turn(const float *from, size_t from_stride, float *to, size_t to_stride)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) {
        turn_avx2(from, from_stride, to, to_stride);
        return;
    }
#endif
    turn_plain(from, from_stride, to, to_stride);
}

/**
 * ng_panel_turn_all:
 * @from: [16, 16] of the first of @n panels
 * @apart: floats from one panel to the next
 * @n: how many
 * @to: (out): [16 @n, 16] the columns of all panels as rows
 */
void
ng_panel_turn_all(const float *from, size_t apart, size_t n, float *to)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) {
        turn_all_avx2(from, apart, n, to);
        return;
    }
#endif
    for (size_t p = 0; p < n; p++)
        for (size_t i = 0; i < NG_PANEL; i += 8)
            for (size_t j = 0; j < NG_PANEL; j += 8)
                turn_plain(from + p * apart + i * NG_PANEL + j, NG_PANEL,
                           to + (p * NG_PANEL + j) * NG_PANEL + i, NG_PANEL);
}

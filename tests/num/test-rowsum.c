#include "ngram/rng.h"
#include "ngram/rowsum.h"

#include <check.h>
#include <string.h>

Suite *rowsum_suite(void);

enum { ROWS = 9, ENTRIES = 40, HEIGHT = 57 };

static float
any(NgRng *rng)
{
    return (float)(ng_rng_coin(rng) * 2.0 - 1.0);
}

/* Sums of rows in the order of the list, number by number: the same bits. */
START_TEST(sums_are_those_of_a_plain_loop)
{
    const size_t columns = 16 * (size_t)_i, stride = columns + 16;
    NgRng rng = ng_rng_new(5, (guint64)_i);
    g_autofree float *m = g_new(float, HEIGHT *stride);
    g_autofree float *out = g_new0(float, ROWS *stride);
    g_autofree float *start = g_new(float, ROWS *stride);
    uint32_t index[ROWS][ENTRIES];
    float value[ROWS][ENTRIES];
    NgSparse rows[ROWS];

    for (size_t i = 0; i < HEIGHT * stride; i++)
        m[i] = any(&rng);
    for (size_t i = 0; i < ROWS * stride; i++)
        start[i] = any(&rng);
    for (int r = 0; r < ROWS; r++) {
        for (int e = 0; e < ENTRIES; e++) {
            index[r][e] = ng_rng_u32(&rng) % HEIGHT;
            value[r][e] = any(&rng);
        }
        rows[r] = (NgSparse){index[r], r % 2 == 0 ? NULL : value[r], (uint32_t)r * 5};
    }
    for (int kind = 0; kind < 3; kind++) {
        const NgRowSum g = {
            .m = m,
            .stride = stride,
            .columns = columns,
            .rows = rows,
            .n_rows = ROWS,
            .start = kind == 0 ? NULL : start,
            .start_stride = kind == 1 ? 0 : stride,
            .out = out,
            .out_stride = stride,
        };
        ng_row_sum(&g);
        for (size_t r = 0; r < ROWS; r++)
            for (size_t c = 0; c < columns; c++) {
                float sum = kind == 0 ? 0.0F : start[r * g.start_stride + c];
                for (uint32_t e = 0; e < rows[r].n; e++) {
                    float x = m[index[r][e] * stride + c];
                    sum += rows[r].value != NULL ? rows[r].value[e] * x : x;
                }
                ck_assert(out[r * stride + c] == sum);
            }
    }
}
END_TEST

Suite *
rowsum_suite(void)
{
    Suite *suite = suite_create("rowsum");
    TCase *tcase = tcase_create("rowsum");

    tcase_add_loop_test(tcase, sums_are_those_of_a_plain_loop, 1, 34);
    suite_add_tcase(suite, tcase);
    return suite;
}

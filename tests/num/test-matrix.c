#include "ngram/matrix.h"
#include "ngram/parallel.h"
#include "ngram/rng.h"

#include <check.h>

Suite *matrix_suite(void);

enum { M = 5, N = 7, K = 3 };

/* All four ways of turning, against the sums written out. */
START_TEST(a_product_is_the_sum_of_products)
{
    NgRng rng = ng_rng_new(1, 0);
    float a[M * K], b[K * N], c[M * N], old[M * N];

    for (int i = 0; i < M * K; i++)
        a[i] = (float)ng_rng_coin(&rng) - 0.5F;
    for (int i = 0; i < K * N; i++)
        b[i] = (float)ng_rng_coin(&rng) - 0.5F;
    for (int turned = 0; turned < 4; turned++) {
        const NgProduct p = {M, N, K, a, b, c, turned & 1, turned >> 1, 2.0F, 0.5F};
        for (int i = 0; i < M * N; i++)
            c[i] = old[i] = (float)i;
        ng_matrix_multiply(&p);
        for (int i = 0; i < M; i++)
            for (int j = 0; j < N; j++) {
                double sum = 0.5 * (double)old[i * N + j];
                for (int k = 0; k < K; k++)
                    sum += 2.0 * (double)(turned & 1 ? a[k * M + i] : a[i * K + k]) *
                           (double)(turned >> 1 ? b[j * K + k] : b[k * N + j]);
                ck_assert_double_eq_tol((double)c[i * N + j], sum, 1e-5);
            }
    }
}
END_TEST

START_TEST(an_empty_product_changes_nothing)
{
    float x = 3.0F;
    const NgProduct p = {.m = 0, .n = 1, .k = 1, .a = &x, .b = &x, .c = &x, .alpha = 1.0F};

    ng_matrix_multiply(&p);
    ck_assert(x == 3.0F);
}
END_TEST

enum { ROWS = 25, INNER = 250, COLUMNS = 200, TIMES = 5000 };

typedef struct {
    float a[2][ROWS * INNER], b[2][INNER * COLUMNS], c[2][ROWS * COLUMNS];
    gint wrong;
} Many;

static void
multiply_one(const Many *many, size_t index, float *c)
{
    NgProduct p = {.m = ROWS, .n = COLUMNS, .k = INNER, .alpha = 1.0F};

    p.a = many->a[index % 2];
    p.b = many->b[index % 2];
    p.c = c;
    ng_matrix_multiply(&p);
}

static void
multiply_again(size_t index, unsigned thread G_GNUC_UNUSED, gpointer data)
{
    Many *many = data;
    g_autofree float *c = g_new(float, ROWS *COLUMNS);

    for (int i = 0; i < TIMES; i++) {
        multiply_one(many, index, c);
        for (int k = 0; k < ROWS * COLUMNS; k++)
            if (c[k] != many->c[index % 2][k]) {
                g_atomic_int_inc(&many->wrong);
                break;
            }
    }
}

/* OpenBLAS built without locks failed here in one run of three, with dozens of wrong products. */
START_TEST(products_on_several_threads_are_those_of_one)
{
    NgRng rng = ng_rng_new(2, 0);
    g_autofree Many *many = g_new0(Many, 1);

    for (int s = 0; s < 2; s++) {
        for (int i = 0; i < ROWS * INNER; i++)
            many->a[s][i] = (float)ng_rng_coin(&rng);
        for (int i = 0; i < INNER * COLUMNS; i++)
            many->b[s][i] = (float)ng_rng_coin(&rng);
        multiply_one(many, (size_t)s, many->c[s]);
    }
    ng_parallel(4, 4, multiply_again, many);
    ck_assert_int_eq(many->wrong, 0);
}
END_TEST

Suite *
matrix_suite(void)
{
    Suite *suite = suite_create("matrix");
    TCase *tcase = tcase_create("matrix");

    tcase_set_timeout(tcase, 60.0);
    tcase_add_test(tcase, a_product_is_the_sum_of_products);
    tcase_add_test(tcase, an_empty_product_changes_nothing);
    tcase_add_test(tcase, products_on_several_threads_are_those_of_one);
    suite_add_tcase(suite, tcase);
    return suite;
}

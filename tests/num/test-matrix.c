#include "ngram/matrix.h"
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

Suite *
matrix_suite(void)
{
    Suite *suite = suite_create("matrix");
    TCase *tcase = tcase_create("matrix");

    tcase_add_test(tcase, a_product_is_the_sum_of_products);
    tcase_add_test(tcase, an_empty_product_changes_nothing);
    suite_add_tcase(suite, tcase);
    return suite;
}

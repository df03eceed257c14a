#include "ngram/sigmoid.h"

#include <check.h>
#include <math.h>

Suite *sigmoid_suite(void);

enum { N = 20003, MIDDLE = N / 2 };

/* All that a unit may take in: -200 to 200, and the ends. */
static float
at(int i)
{
    return i == 0 ? -INFINITY : i == 1 ? INFINITY : (float)(i - MIDDLE) * 0.02F;
}

START_TEST(sigmoids_and_exponentials_are_those_of_the_library_in_double)
{
    static float x[N], p[N], e[N];

    for (int i = 0; i < N; i++)
        x[i] = at(i);
    ng_sigmoid_array(x, p, N);
    ng_exp_array(x, e, N);
    for (int i = 0; i < N; i++) {
        double within = fmin(fmax((double)x[i], -87.0), 87.0);
        double want_p = 1.0 / (1.0 + exp(-within)), want_e = exp(within);
        ck_assert_double_eq_tol((double)p[i] / want_p, 1.0, 4e-7);
        ck_assert_double_eq_tol((double)e[i] / want_e, 1.0, 3e-7);
    }
}
END_TEST

START_TEST(no_number_gives_no_number)
{
    float x[11], p[11];

    for (int i = 0; i < 11; i++)
        x[i] = i % 3 == 0 ? NAN : 1.0F;
    ng_sigmoid_array(x, p, 11);
    for (int i = 0; i < 11; i++)
        ck_assert(isnan(p[i]) == (i % 3 == 0));
}
END_TEST

START_TEST(a_place_in_the_array_changes_nothing)
{
    float x[29], all[29], one;

    for (int i = 0; i < 29; i++)
        x[i] = at(i * 311 + 2);
    ng_sigmoid_array(x, all, 29);
    for (int i = 0; i < 29; i++) {
        ng_sigmoid_array(x + i, &one, 1);
        ck_assert(one == all[i]);
    }
}
END_TEST

Suite *
sigmoid_suite(void)
{
    Suite *suite = suite_create("sigmoid");
    TCase *tcase = tcase_create("sigmoid");

    tcase_add_test(tcase, sigmoids_and_exponentials_are_those_of_the_library_in_double);
    tcase_add_test(tcase, no_number_gives_no_number);
    tcase_add_test(tcase, a_place_in_the_array_changes_nothing);
    suite_add_tcase(suite, tcase);
    return suite;
}

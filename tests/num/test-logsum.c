#include "ngram/logsum.h"

#include <check.h>
#include <math.h>

Suite *logsum_suite(void);

START_TEST(a_sum_that_grows_is_that_of_all_at_once)
{
    const double x[] = {-1e4, 3.0, -INFINITY, 3.0, 2.0, 700.0, 701.0, -5.0};
    NgLogSum sum = NG_LOG_SUM_ZERO;

    for (size_t i = 0; i < G_N_ELEMENTS(x); i++) {
        ng_log_sum_add(&sum, x[i]);
        double all = ng_log_sum_exp(x, i + 1);
        ck_assert_double_eq_tol(ng_log_sum(&sum), all, 1e-15 * fabs(all));
    }
    /* log(e^3 + e^3) = 3 + log 2 */
    ck_assert_double_eq_tol(ng_log_sum_exp(x, 4), 3.0 + G_LN2, 1e-15);
}
END_TEST

START_TEST(nothing_overflows_and_zero_is_a_value)
{
    const double large[] = {1e300, 1e300}, zero[] = {-INFINITY, -INFINITY};
    NgLogSum sum = NG_LOG_SUM_ZERO;

    ck_assert_double_eq(ng_log_sum_exp(large, 2), 1e300);
    ck_assert(isinf(ng_log_sum_exp(zero, 2)) && ng_log_sum_exp(zero, 2) < 0.0);
    ck_assert(isinf(ng_log_sum_exp(zero, 0)) && ng_log_sum_exp(zero, 0) < 0.0);
    ng_log_sum_add(&sum, zero[0]);
    ck_assert(isinf(ng_log_sum(&sum)) && ng_log_sum(&sum) < 0.0);
    ng_log_sum_add(&sum, -1e300);
    ck_assert_double_eq(ng_log_sum(&sum), -1e300);
}
END_TEST

Suite *
logsum_suite(void)
{
    Suite *suite = suite_create("logsum");
    TCase *tcase = tcase_create("logsum");

    tcase_add_test(tcase, a_sum_that_grows_is_that_of_all_at_once);
    tcase_add_test(tcase, nothing_overflows_and_zero_is_a_value);
    suite_add_tcase(suite, tcase);
    return suite;
}

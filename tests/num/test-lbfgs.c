#include "ngram/lbfgs.h"

#include <check.h>
#include <math.h>

Suite *lbfgs_suite(void);

/* (x_0 - 1)^2 + 4 (x_1 - 2)^2 + ...: least at 1, 2, 3, ... */
static double
bowl(gpointer data, const double *x, double *gradient)
{
    size_t n = *(const size_t *)data;
    double value = 3.0;

    for (size_t i = 0; i < n; i++) {
        double k = (double)(i + 1), from = x[i] - k;
        value += k * k * from * from;
        gradient[i] = 2.0 * k * k * from;
    }
    return value;
}

/* Rosenbrock's valley, least at (1, 1) */
static double
valley(gpointer data G_GNUC_UNUSED, const double *x, double *gradient)
{
    double rise = x[1] - x[0] * x[0], side = 1.0 - x[0];

    gradient[0] = -400.0 * x[0] * rise - 2.0 * side;
    gradient[1] = 200.0 * rise;
    return 100.0 * rise * rise + side * side;
}

START_TEST(the_bottom_of_a_bowl_is_found)
{
    size_t n = 30;
    double x[30] = {0};

    ck_assert_double_eq_tol(ng_lbfgs(bowl, &n, x, n, 400), 3.0, 1e-7);
    for (size_t i = 0; i < n; i++)
        ck_assert_double_eq_tol(x[i], (double)(i + 1), 1e-3);
}
END_TEST

START_TEST(a_bent_valley_is_followed)
{
    double x[2] = {-1.2, 1.0};

    ck_assert_double_eq_tol(ng_lbfgs(valley, NULL, x, 2, 400), 0.0, 1e-6);
    ck_assert_double_eq_tol(x[0], 1.0, 1e-3);
    ck_assert_double_eq_tol(x[1], 1.0, 1e-3);
}
END_TEST

Suite *
lbfgs_suite(void)
{
    Suite *suite = suite_create("lbfgs");
    TCase *tcase = tcase_create("lbfgs");

    tcase_add_test(tcase, the_bottom_of_a_bowl_is_found);
    tcase_add_test(tcase, a_bent_valley_is_followed);
    suite_add_tcase(suite, tcase);
    return suite;
}

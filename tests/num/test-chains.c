#include "ngram/chains.h"
#include "ngram/rng.h"

#include <check.h>
#include <math.h>

Suite *chains_suite(void);

/* x_t = phi x_(t-1) + noise, from its stationary law. */
static double *
autoregression(guint64 seed, size_t chains, size_t draws, double phi)
{
    NgRng rng = ng_rng_new(seed, 0);
    double *x = g_new(double, chains *draws);

    for (size_t m = 0; m < chains; m++)
        for (size_t i = 0; i < draws; i++) {
            double noise = ng_normal_quantile((ng_rng_coin(&rng) * 0.999999) + 5e-7);
            x[m * draws + i] =
                i == 0 ? noise / sqrt(1.0 - phi * phi) : phi * x[m * draws + i - 1] + noise;
        }
    return x;
}

/* Numbers of Python's statistics.NormalDist().inv_cdf. */
START_TEST(quantiles_are_those_of_the_normal_law)
{
    ck_assert_double_eq_tol(ng_normal_quantile(1e-10), -6.361340902404056, 1e-9);
    ck_assert_double_eq_tol(ng_normal_quantile(0.01), -2.3263478740408408, 1e-12);
    ck_assert_double_eq_tol(ng_normal_quantile(0.3), -0.5244005127080407, 1e-12);
    ck_assert_double_eq_tol(ng_normal_quantile(0.975), 1.9599639845400536, 1e-12);
    ck_assert(ng_normal_quantile(0.5) == 0.0);
    ck_assert(isinf(ng_normal_quantile(0.0)) && isinf(ng_normal_quantile(1.0)));
    ck_assert(isnan(ng_normal_quantile(-0.1)) && isnan(ng_normal_quantile((double)NAN)));
}
END_TEST

/* Expected numbers by a transcription of the paper's formulas into Python, on the same numbers. */
START_TEST(small_chains_have_the_values_of_the_paper)
{
    double x[3 * 12];

    for (int m = 0; m < 3; m++)
        for (int i = 0; i < 12; i++)
            x[m * 12 + i] = (double)((i * i * 7 + m * 13 + i * m * 5) % 29) / 29.0 + 0.1 * m;
    ck_assert_double_eq_tol(ng_chains_rhat(x, 3, 12), 1.142605798558033, 1e-9);
    ck_assert_double_eq_tol(ng_chains_time(x, 3, 12), 0.8992233553762063, 1e-9);
    ck_assert_double_eq_tol(ng_chains_ess(x, 3, 12), 40.034547351073584, 1e-7);
}
END_TEST

/* The integrated autocorrelation time of an autoregression is (1 + phi) / (1 - phi). */
START_TEST(autoregressions_have_their_known_time)
{
    const double phi[] = {0.0, 0.5, 0.9, 0.97};

    for (int i = 0; i < 4; i++) {
        g_autofree double *x = autoregression(7 + (guint64)i, 4, 20000, phi[i]);
        double time = (1.0 + phi[i]) / (1.0 - phi[i]);
        ck_assert_double_eq_tol(ng_chains_time(x, 4, 20000) / time, 1.0, i < 3 ? 0.1 : 0.25);
        ck_assert_double_eq_tol(ng_chains_ess(x, 4, 20000) * time / 80000.0, 1.0,
                                i < 3 ? 0.1 : 0.25);
        ck_assert_double_lt(ng_chains_rhat(x, 4, 20000), 1.02);
    }
}
END_TEST

START_TEST(alternating_chains_are_worth_more_than_independent_ones)
{
    g_autofree double *x = autoregression(3, 4, 5000, -0.6);

    ck_assert_double_gt(ng_chains_ess(x, 4, 5000), 20000.0 * 2.0);
}
END_TEST

/* One chain elsewhere, one chain of another width, one that drifts. */
START_TEST(chains_that_have_not_mixed_are_found)
{
    enum { DRAWS = 1000 };
    g_autofree double *far = autoregression(4, 4, DRAWS, 0.3);
    g_autofree double *wide = autoregression(5, 4, DRAWS, 0.3);
    g_autofree double *drift = autoregression(6, 4, DRAWS, 0.3);

    for (int i = 0; i < DRAWS; i++) {
        far[i] += 2.0;
        wide[i] *= 4.0;
    }
    for (int i = 0; i < 4 * DRAWS; i++)
        drift[i] += 3.0 * (double)(i % DRAWS) / DRAWS;
    ck_assert_double_gt(ng_chains_rhat(far, 4, DRAWS), 1.1);
    ck_assert_double_gt(ng_chains_rhat(wide, 4, DRAWS), 1.05);
    ck_assert_double_gt(ng_chains_rhat(drift, 4, DRAWS), 1.1);
    ck_assert_double_lt(ng_chains_ess(far, 4, DRAWS), 20.0);
}
END_TEST

START_TEST(chains_that_do_not_move_are_no_number)
{
    double same[8] = {1, 1, 1, 1, 1, 1, 1, 1};
    const double stuck[8] = {1, 1, 1, 1, 2, 2, 2, 2};

    ck_assert(ng_chains_rhat(same, 2, 4) == 1.0);
    ck_assert(isnan(ng_chains_time(same, 2, 4)) && isnan(ng_chains_ess(same, 2, 4)));
    ck_assert(isinf(ng_chains_rhat(stuck, 2, 4)));
    ck_assert(isnan(ng_chains_rhat(stuck, 2, 3)));
    same[3] = (double)INFINITY;
    ck_assert(isnan(ng_chains_rhat(same, 2, 4)));
}
END_TEST

Suite *
chains_suite(void)
{
    Suite *suite = suite_create("chains");
    TCase *tcase = tcase_create("chains");

    tcase_add_test(tcase, quantiles_are_those_of_the_normal_law);
    tcase_add_test(tcase, small_chains_have_the_values_of_the_paper);
    tcase_add_test(tcase, autoregressions_have_their_known_time);
    tcase_add_test(tcase, alternating_chains_are_worth_more_than_independent_ones);
    tcase_add_test(tcase, chains_that_have_not_mixed_are_found);
    tcase_add_test(tcase, chains_that_do_not_move_are_no_number);
    suite_add_tcase(suite, tcase);
    return suite;
}

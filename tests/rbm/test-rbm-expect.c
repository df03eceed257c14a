#include "machines.h"
#include "ngram/rbm-expect.h"

#include <check.h>
#include <string.h>

Suite *rbm_expect_suite(void);

enum { D = 6, H = 4 };

static NgRbm *
machine(guint64 seed)
{
    NgRbm *rbm = ng_rbm_new_binary(D, H);

    machine_fill(rbm, seed, 1.0, 0.0, 0.5);
    return rbm;
}

/* The sum over all 2^10 states. */
static double
by_all_states(const NgRbm *rbm, NgStatistic statistic, guint unit)
{
    double sum = 0.0, mean = 0.0;

    for (unsigned s = 0; s < 1U << (D + H); s++) {
        float v[D], h[H];
        double on = 0.0;
        for (int i = 0; i < D; i++) {
            v[i] = (float)(s >> i & 1);
            on += (double)v[i];
        }
        for (int j = 0; j < H; j++)
            h[j] = (float)(s >> (D + j) & 1);
        double energy = ng_rbm_energy(rbm, v, h), weight = exp(-energy);
        sum += weight;
        mean += weight * (statistic == NG_STATISTIC_ON     ? on
                          : statistic == NG_STATISTIC_UNIT ? (double)v[unit]
                                                           : energy);
    }
    return mean / sum;
}

/* 36 estimates; 5 standard errors are passed once in 50,000 times. */
START_TEST(every_way_of_sampling_has_the_exact_mean)
{
    for (guint64 seed = 0; seed < 4; seed++)
        for (int statistic = NG_STATISTIC_ON; statistic <= NG_STATISTIC_ENERGY; statistic++) {
            g_autoptr(NgRbm) rbm = machine(seed);
            g_autoptr(GError) error = NULL;
            const NgRbmExpect how = {.statistic = (NgStatistic)statistic,
                                     .unit = 2,
                                     .draws = 20000,
                                     .burn = 200,
                                     .seed = seed,
                                     .threads = 2};
            double exact, brute = by_all_states(rbm, how.statistic, how.unit);
            NgEstimate weighted, uniform, gibbs;
            ck_assert(ng_rbm_expect_check(rbm, &how, &error));
            ck_assert(ng_rbm_expect_exact(rbm, &how, &exact, &error));
            ck_assert_double_eq_tol(exact, brute, 1e-6);
            uniform = ng_rbm_expect_uniform(rbm, &how);
            gibbs = ng_rbm_expect_gibbs(rbm, &how);
            ck_assert(ng_rbm_expect_weighted(rbm, &how, &weighted));
            ck_assert_double_eq_tol(uniform.mean, exact, 5.0 * uniform.error);
            ck_assert_double_eq_tol(gibbs.mean, exact, 5.0 * gibbs.error);
            ck_assert_double_eq_tol(weighted.mean, exact, 5.0 * weighted.error);
            ck_assert(uniform.ess < gibbs.ess);
            ck_assert(uniform.ess > 1.0 && weighted.ess == 20000.0);
        }
}
END_TEST

/* A cold machine: of 1,000 uniform draws hardly one has weight. */
START_TEST(too_few_draws_that_count_have_no_standard_error)
{
    g_autoptr(NgRbm) rbm = machine(0);
    const NgRbmExpect how = {.draws = 1000, .seed = 1, .threads = 1};
    NgEstimate warm = ng_rbm_expect_uniform(rbm, &how), cold;

    ck_assert(warm.ess > 20.0 && warm.error > 0.0);
    for (int i = 0; i < D * H; i++)
        ng_rbm_weights(rbm)[i] *= 40.0F;
    cold = ng_rbm_expect_uniform(rbm, &how);
    ck_assert(cold.ess < 20.0 && isnan(cold.error));
}
END_TEST

START_TEST(what_cannot_be_asked_is_refused)
{
    const NgUnitGroup real = {NG_UNITS_GAUSSIAN, 0, 3};
    g_autoptr(NgRbm) rbm = machine(0), other = ng_rbm_new(&real, 1, 2);
    g_autoptr(NgRbm) large = ng_rbm_new_binary(20, 3);
    const NgRbmExpect usual = {.draws = 16, .threads = 1};
    const NgRbmExpect few = {.draws = 15, .threads = 1};
    const NgRbmExpect nowhere = {
        .statistic = NG_STATISTIC_UNIT, .unit = D, .draws = 100, .threads = 1};
    NgEstimate estimate;

    ck_assert(ng_rbm_expect_check(rbm, &usual, NULL));
    ck_assert(!ng_rbm_expect_check(rbm, &few, NULL));
    ck_assert(!ng_rbm_expect_check(rbm, &nowhere, NULL));
    ck_assert(!ng_rbm_expect_check(other, &usual, NULL));
    ck_assert(!ng_rbm_expect_weighted(large, &usual, &estimate));
    ng_rbm_weights(rbm)[3] = NAN;
    ck_assert(!ng_rbm_expect_check(rbm, &usual, NULL));
}
END_TEST

Suite *
rbm_expect_suite(void)
{
    Suite *suite = suite_create("rbm_expect");
    TCase *tcase = tcase_create("rbm_expect");

    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, every_way_of_sampling_has_the_exact_mean);
    tcase_add_test(tcase, too_few_draws_that_count_have_no_standard_error);
    tcase_add_test(tcase, what_cannot_be_asked_is_refused);
    suite_add_tcase(suite, tcase);
    return suite;
}

#include "ngram/em.h"
#include "ngram/rng.h"

#include <check.h>
#include <math.h>

Suite *em_suite(void);

enum { T = 500, K = 3, GRID = 200 };

/* Probabilities that differ much from row to row, some of them 0. */
static void
draw_matrix(guint64 seed, double p[T * K])
{
    NgRng rng = ng_rng_new(seed, 0);

    for (size_t i = 0; i < T * K; i++)
        p[i] = ng_rng_coin(&rng) < 0.1 ? 0.0 : exp(-12.0 * ng_rng_coin(&rng));
}

/* The mean of the logarithms, the plain way, over rows that are not all 0. */
static double
mean_log(const double *p, const double *weight)
{
    double sum = 0.0;
    size_t n = 0;

    for (size_t t = 0; t < T; t++) {
        double m = 0.0;
        for (size_t i = 0; i < K; i++)
            m += weight[i] * p[t * K + i];
        if (m > 0.0) {
            sum += log(m);
            n++;
        }
    }
    return sum / (double)n;
}

START_TEST(the_likelihood_never_falls)
{
    double p[T * K];
    double weight[K] = {0.98, 0.01, 0.01};
    double before = -HUGE_VAL;

    draw_matrix((guint64)_i, p);
    for (int step = 0; step < 100; step++) {
        NgEmFit fit = ng_em_step(p, T, K, weight);
        ck_assert_double_ge(fit.loglik, before - 1e-13);
        before = fit.loglik;
        ck_assert_double_eq_tol(weight[0] + weight[1] + weight[2], 1.0, 1e-14);
    }
}
END_TEST

/* Whether @other gives each row something that @weight gives something: else a mean of
 * logarithms is over fewer rows and does not compare. */
static gboolean
compares(const double *p, const double *weight, const double *other)
{
    for (size_t t = 0; t < T; t++) {
        double m = 0.0, o = 0.0;
        for (size_t i = 0; i < K; i++) {
            m += weight[i] * p[t * K + i];
            o += other[i] * p[t * K + i];
        }
        if (m > 0.0 && !(o > 0.0))
            return FALSE;
    }
    return TRUE;
}

START_TEST(no_weights_of_a_fine_grid_are_better_than_the_gap_says)
{
    double p[T * K];
    double weight[K] = {1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0};

    draw_matrix((guint64)_i, p);
    for (int round = 0; round < 4; round++) {
        double here = mean_log(p, weight);
        const double now[K] = {weight[0], weight[1], weight[2]};
        NgEmFit fit = ng_em_step(p, T, K, weight);
        ck_assert_double_eq_tol(fit.loglik, here, 1e-12);
        for (int a = 0; a <= GRID; a++)
            for (int b = 0; a + b <= GRID; b++) {
                const double other[K] = {(double)a / GRID, (double)b / GRID,
                                         (double)(GRID - a - b) / GRID};
                if (compares(p, now, other))
                    ck_assert_double_le(mean_log(p, other), here + fit.gap + 1e-12);
            }
    }
}
END_TEST

START_TEST(the_fit_stops_within_the_tolerance_of_the_best_grid_point)
{
    double p[T * K];
    double weight[K] = {1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0};
    double best = -HUGE_VAL;

    draw_matrix((guint64)_i, p);
    for (size_t i = 0; i < T * K; i++)
        p[i] = MAX(p[i], 1e-9); /* so that every grid point can be compared */
    NgEmFit fit = ng_em_fit(p, T, K, 1e-7, 100000, weight);
    ck_assert_double_le(fit.gap, 1e-7);
    for (int a = 0; a <= GRID; a++)
        for (int b = 0; a + b <= GRID; b++) {
            const double other[K] = {(double)a / GRID, (double)b / GRID,
                                     (double)(GRID - a - b) / GRID};
            best = MAX(best, mean_log(p, other));
        }
    ck_assert_double_ge(mean_log(p, weight), best - 1e-7);
}
END_TEST

START_TEST(two_components_by_hand)
{
    /* 3 data only the first explains, 1 only the second: the weights are 3/4 and 1/4 at once,
     * and the gap there is 0 */
    const double p[] = {0.5, 0.0, 0.5, 0.0, 0.1, 0.0, 0.0, 0.2};
    double weight[] = {0.5, 0.5};

    ng_em_step(p, 4, 2, weight);
    ck_assert_double_eq_tol(weight[0], 0.75, 1e-15);
    NgEmFit fit = ng_em_step(p, 4, 2, weight);
    ck_assert_double_eq_tol(weight[1], 0.25, 1e-15);
    ck_assert_double_le(fit.gap, 1e-15);
    ck_assert_uint_eq(fit.n, 4);
}
END_TEST

START_TEST(rows_of_zeros_say_nothing)
{
    const double p[] = {0.5, 0.0, 0.0, 0.0, 0.0, 0.2};
    const double none[] = {0.0, 0.0};
    double weight[] = {0.9, 0.1};

    NgEmFit fit = ng_em_fit(p, 3, 2, 1e-12, 100, weight);
    ck_assert_uint_eq(fit.n, 2);
    ck_assert_double_eq_tol(weight[0], 0.5, 1e-12);
    fit = ng_em_fit(none, 1, 2, 1e-12, 100, weight);
    ck_assert_uint_eq(fit.n, 0);
    ck_assert_double_eq_tol(weight[0], 0.5, 1e-12);
}
END_TEST

Suite *
em_suite(void)
{
    Suite *suite = suite_create("em");
    TCase *all = tcase_create("em");

    tcase_add_loop_test(all, the_likelihood_never_falls, 0, 20);
    tcase_add_loop_test(all, no_weights_of_a_fine_grid_are_better_than_the_gap_says, 0, 2);
    tcase_add_loop_test(all, the_fit_stops_within_the_tolerance_of_the_best_grid_point, 0, 5);
    tcase_add_test(all, two_components_by_hand);
    tcase_add_test(all, rows_of_zeros_say_nothing);
    suite_add_tcase(suite, all);
    return suite;
}

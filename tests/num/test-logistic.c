#include "ngram/logistic.h"
#include "ngram/rng.h"

#include <check.h>
#include <math.h>
#include <string.h>

Suite *logistic_suite(void);

enum { A = 3, M = 2, K = 3, N = 600, P = (1 + K) * (M + A) };

static float score[N * M * A], place[N];
static uint32_t label[N];
static double prior[A];
static const NgLogistic shape = {A, M, K, prior};

/* Labels drawn from the law itself, with weights that grow with the place; @sense 0 makes the
 * labels independent of the scores. */
static void
draw(uint64_t seed, double sense)
{
    NgRng rng = ng_rng_new(seed, 0);

    prior[0] = log(0.5);
    prior[1] = log(0.3);
    prior[2] = log(0.2);
    for (size_t i = 0; i < N; i++) {
        double z[A];
        double sum = 0.0;
        place[i] = (float)(ng_rng_coin(&rng) * (K - 1));
        for (size_t j = 0; j < (size_t)M * A; j++)
            score[i * M * A + j] = (float)(4.0 * ng_rng_coin(&rng) - 2.0);
        for (size_t a = 0; a < A; a++) {
            z[a] = exp(prior[a] + sense * ((double)place[i] * (double)score[i * M * A + a] +
                                           (double)score[i * M * A + A + a]));
            sum += z[a];
        }
        double coin = ng_rng_coin(&rng) * sum;
        label[i] = coin < z[0] ? 0 : coin < z[0] + z[1] ? 1 : 2;
    }
}

static double
loss(const double *parameter, double ridge)
{
    double sum = 0.0;
    double p[A];

    for (size_t i = 0; i < N; i++) {
        ng_logistic_posterior(&shape, parameter, score + i * M * A, (double)place[i], p);
        sum -= p[label[i]];
    }
    for (size_t j = 0; j < P; j++)
        sum += ridge / 2 * parameter[j] * parameter[j];
    return sum;
}

/* At the minimum of a smooth convex function no step to either side is downhill. */
START_TEST(the_fit_is_the_minimum)
{
    double parameter[P];
    const NgLogisticData data = {N, score, place, label, NULL};

    draw(1, 1.0);
    double least = ng_logistic_fit(&shape, &data, 0.5, parameter);
    ck_assert_double_eq_tol(least, loss(parameter, 0.5), 1e-9 * least);
    for (size_t j = 0; j < P; j++) {
        double kept = parameter[j];
        parameter[j] = kept + 1e-2;
        ck_assert_double_gt(loss(parameter, 0.5), least);
        parameter[j] = kept - 1e-2;
        ck_assert_double_gt(loss(parameter, 0.5), least);
        parameter[j] = kept;
    }
}
END_TEST

/* The true weights are t and 1; 600 draws find them within 0.5 (seed fixed, so no false alarm). */
START_TEST(weights_follow_the_place)
{
    double parameter[P];
    double weight[M + A];
    const NgLogisticData data = {N, score, place, label, NULL};

    draw(2, 1.0);
    ng_logistic_fit(&shape, &data, 0.1, parameter);
    for (int t = 0; t < K; t++) {
        ng_logistic_weights(&shape, parameter, t, weight);
        ck_assert_double_eq_tol(weight[0], t, 0.5);
        ck_assert_double_eq_tol(weight[1], 1.0, 0.5);
    }
}
END_TEST

START_TEST(scores_that_say_nothing_leave_the_prior)
{
    double parameter[P];
    double p[A];
    const NgLogisticData data = {N, score, place, label, NULL};

    draw(3, 0.0);
    ng_logistic_fit(&shape, &data, 1.0, parameter);
    for (size_t i = 0; i < N; i++) {
        ng_logistic_posterior(&shape, parameter, score + i * M * A, (double)place[i], p);
        for (size_t a = 0; a < A; a++)
            ck_assert_double_eq_tol(exp(p[a]), exp(prior[a]), 0.25);
    }
}
END_TEST

START_TEST(no_samples_leave_the_prior_exactly)
{
    double parameter[P];
    double p[A];
    const NgLogisticData data = {0, score, place, label, NULL};

    draw(4, 1.0);
    ng_logistic_fit(&shape, &data, 1.0, parameter);
    ng_logistic_posterior(&shape, parameter, score, 1.5, p);
    for (size_t a = 0; a < A; a++)
        ck_assert_double_eq_tol(p[a], prior[a], 1e-12);
}
END_TEST

START_TEST(huge_scores_do_no_harm)
{
    double parameter[P] = {1.0, 1.0};
    double p[A];
    const float huge[M * A] = {1e30F, -1e30F, 0.0F, 1e30F, 0.0F, 0.0F};

    draw(5, 1.0);
    ng_logistic_posterior(&shape, parameter, huge, 99.0, p);
    ck_assert_double_eq(p[0], 0.0);
    ck_assert(p[1] < -1e29 && p[2] < -1e29);
}
END_TEST

Suite *
logistic_suite(void)
{
    Suite *suite = suite_create("logistic");
    TCase *tests = tcase_create("logistic");

    tcase_add_test(tests, the_fit_is_the_minimum);
    tcase_add_test(tests, weights_follow_the_place);
    tcase_add_test(tests, scores_that_say_nothing_leave_the_prior);
    tcase_add_test(tests, no_samples_leave_the_prior_exactly);
    tcase_add_test(tests, huge_scores_do_no_harm);
    suite_add_tcase(suite, tests);
    return suite;
}

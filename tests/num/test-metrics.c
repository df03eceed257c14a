/*
 * Constants marked "sklearn" are from scikit-learn 1.2.1: accuracy_score(y, P.argmax(1)),
 * balanced_accuracy_score, f1_score(average="macro"), log_loss(y, P), each also with sample_weight=w;
 * the Brier score is ((P - eye(3)[y]) ** 2).sum(1).mean().
 */
#include "ngram/metrics.h"

#include <check.h>
#include <math.h>

Suite *metrics_suite(void);

enum { A = 3, N = 10 };

static const uint32_t label[N] = {0, 0, 0, 0, 1, 1, 1, 2, 2, 2};
static const double probability[N][A] = {
    {.7, .2, .1}, {.5, .3, .2}, {.2, .5, .3},   {.95, .03, .02}, {.1, .8, .1},
    {.3, .4, .3}, {.6, .3, .1}, {.05, .05, .9}, {.25, .35, .4},  {.1, .65, .25},
};
static const double weight[N] = {2, 0, 1, 1, 3, 1, 0, 1, 2, 1};
static NgAnswer answer[N];

static void
make_answers(void)
{
    for (size_t i = 0; i < N; i++) {
        uint32_t best = 0;
        for (uint32_t a = 1; a < A; a++)
            best = probability[i][a] > probability[i][best] ? a : best;
        answer[i] = ng_answer_make(probability[i], A, label[i], best);
    }
}

static void
near(double got, double wanted)
{
    ck_assert_msg(fabs(got - wanted) < 1e-12, "%.17g, not %.17g", got, wanted);
}

START_TEST(means_are_those_of_scikit_learn)
{
    NgMetrics m;

    ng_metrics(answer, N, A, NULL, &m);
    near(m.accuracy, 0.7);
    near(m.macro_accuracy, 0.6944444444444443); /* sklearn */
    near(m.macro_f1, 0.7071428571428573);       /* sklearn */
    near(m.log_loss, 0.7461906027486502);       /* sklearn */
    near(m.brier, 0.45187999999999995);
    ng_metrics(answer, N, A, weight, &m);
    near(m.accuracy, 0.8333333333333334); /* sklearn, with sample_weight */
    near(m.macro_accuracy, 0.8333333333333334);
    near(m.macro_f1, 0.8380952380952381);
    near(m.log_loss, 0.6070032350868272);
}
END_TEST

START_TEST(weights_are_the_same_as_repeated_answers)
{
    NgAnswer repeated[12];
    NgMetrics a;
    NgMetrics b;
    size_t n = 0;

    for (size_t i = 0; i < N; i++)
        for (int w = 0; w < weight[i]; w++)
            repeated[n++] = answer[i];
    ck_assert_uint_eq(n, 12);
    ng_metrics(answer, N, A, weight, &a);
    ng_metrics(repeated, n, A, NULL, &b);
    near(a.accuracy, b.accuracy);
    near(a.macro_accuracy, b.macro_accuracy);
    near(a.macro_f1, b.macro_f1);
    near(a.log_loss, b.log_loss);
    near(a.brier, b.brier);
    near(a.calibration_error, b.calibration_error);
}
END_TEST

START_TEST(bins_are_open_below_and_closed_above)
{
    NgCalibrationBin bins[NG_CALIBRATION_BINS];
    NgMetrics m;

    /* tops .7 .5 .5 .95 .8 .4 .6 .9 .4 .65; wrong are the third, the seventh and the last */
    ng_metrics_calibration(answer, N, NULL, bins);
    ck_assert_double_eq(bins[0].weight, 0.0);
    ck_assert_double_eq(bins[3].weight, 2.0); /* .4 .4 */
    ck_assert_double_eq(bins[4].weight, 2.0); /* .5 .5 */
    near(bins[4].accuracy, 0.5);
    near(bins[6].confidence, 0.675); /* .7 .65 */
    ck_assert_double_eq(bins[9].weight, 1.0);
    ng_metrics(answer, N, A, NULL, &m);
    /* (2 * .6 + 2 * 0 + .6 + 2 * .175 + .2 + .1 + .05) / 10 */
    near(m.calibration_error, 0.25);
}
END_TEST

START_TEST(an_impossible_truth_costs_a_bounded_loss)
{
    const double sure[2] = {1.0, 0.0};
    NgAnswer wrong = ng_answer_make(sure, 2, 1, 0);
    NgMetrics m;

    ng_metrics(&wrong, 1, 2, NULL, &m);
    near(m.log_loss, 34.538776394910684); /* -ln 1e-15 */
    near(m.brier, 2.0);
    near(m.calibration_error, 1.0);
    near(m.macro_f1, 0.0);
}
END_TEST

START_TEST(nothing_has_no_figures)
{
    NgMetrics m;

    ng_metrics(NULL, 0, 2, NULL, &m);
    ck_assert(isnan(m.accuracy) && isnan(m.macro_accuracy) && isnan(m.macro_f1));
    ck_assert(isnan(m.log_loss) && isnan(m.brier) && isnan(m.calibration_error));
}
END_TEST

START_TEST(wilson_is_that_of_the_books)
{
    double low = 0.0;
    double high = 0.0;

    /* statsmodels: proportion_confint(81, 263, method="wilson"); Newcombe 1998, table I, has
     * .2553 .3662 */
    ng_metrics_wilson(81.0 / 263.0, 263.0, &low, &high);
    ck_assert_double_eq_tol(low, 0.2553, 5e-5);
    ck_assert_double_eq_tol(high, 0.3662, 5e-5);
    ng_metrics_wilson(0.0, 20.0, &low, &high); /* the same table: .0000 .1611 */
    ck_assert_double_eq(low, 0.0);
    ck_assert_double_eq_tol(high, 0.1611, 5e-5);
    ng_metrics_wilson(1.0, 20.0, &low, &high);
    ck_assert_double_eq(high, 1.0);
}
END_TEST

START_TEST(percentiles_are_interpolated_and_pass_over_nan)
{
    double values[] = {5, NAN, 1, 2, 4, 3}; /* numpy.percentile([1, 2, 3, 4, 5], [2.5, 97.5]) */
    double none[] = {NAN};
    double low = 0.0;
    double high = 0.0;

    ng_metrics_percentiles(values, G_N_ELEMENTS(values), &low, &high);
    near(low, 1.1);
    near(high, 4.9);
    ng_metrics_percentiles(none, 1, &low, &high);
    ck_assert(isnan(low) && isnan(high));
}
END_TEST

Suite *
metrics_suite(void)
{
    Suite *suite = suite_create("metrics");
    TCase *tcase = tcase_create("metrics");

    tcase_add_checked_fixture(tcase, make_answers, NULL);
    tcase_add_test(tcase, means_are_those_of_scikit_learn);
    tcase_add_test(tcase, weights_are_the_same_as_repeated_answers);
    tcase_add_test(tcase, bins_are_open_below_and_closed_above);
    tcase_add_test(tcase, an_impossible_truth_costs_a_bounded_loss);
    tcase_add_test(tcase, nothing_has_no_figures);
    tcase_add_test(tcase, wilson_is_that_of_the_books);
    tcase_add_test(tcase, percentiles_are_interpolated_and_pass_over_nan);
    suite_add_tcase(suite, tcase);
    return suite;
}

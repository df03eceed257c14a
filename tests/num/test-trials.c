/*
 * Constants marked "sklearn" are from scikit-learn 1.2.1: roc_auc_score(same, llr),
 * 1 - brier_score_loss(same, p), f1_score of the trials with p != .5, and Cllr_min from
 * IsotonicRegression().fit_transform(llr, same).  What is brute force here takes all pairs of trials
 * for AUC, and all ways to cut the sorted trials into blocks for the isotonic fit.
 */
#include "ngram/rng.h"
#include "ngram/trials.h"

#include <check.h>
#include <math.h>
#include <string.h>

Suite *trials_suite(void);

static void
near(double got, double wanted)
{
    ck_assert_msg(fabs(got - wanted) < 1e-9, "%.17g, not %.17g", got, wanted);
}

static NgTrialMetrics
measure(const double *llr, const guint8 *same, size_t n, const double *weight)
{
    g_autoptr(NgTrials) trials = ng_trials_new(llr, same, NULL, n);
    NgTrialMetrics m;

    ng_trials_measure(trials, weight, &m);
    return m;
}

START_TEST(figures_are_those_of_scikit_learn)
{
    const double llr[] = {2.0, 0.5, 0.5, -1.0, -0.25, 0.0, 0.0, -2.0, 1.25, 3.0, -0.75, -0.5};
    const guint8 same[] = {1, 1, 0, 0, 1, 0, 1, 0, 0, 1, 0, 1};
    NgTrialMetrics m = measure(llr, same, G_N_ELEMENTS(llr), NULL);

    near(m.auc, 0.7222222222222222);      /* sklearn */
    near(m.brier, 0.7458795029034134);    /* sklearn */
    near(m.f1, 0.6);                      /* sklearn */
    near(m.cllr_min, 0.5747164126866466); /* sklearn */
    near(m.cllr, 1.051705995856338);      /* the formula, in numpy */
    near(m.c_at_1, (6.0 + 2.0 * 6.0 / 12.0) / 12.0);
    near(m.f05u, 1.25 * 3.0 / (1.25 * 3.0 + 0.25 * (2.0 + 2.0) + 2.0));
    near(m.overall, (m.auc + m.c_at_1 + m.f05u + m.f1 + m.brier) / 5.0);
    /* the hull runs from (0, 1) over (0, 1/2) to (2/3, 0): it meets miss = alarm at 2/7 */
    near(m.eer, 2.0 / 7.0);
}
END_TEST

START_TEST(no_information_costs_one_bit)
{
    const double llr[] = {0, 0, 0, 0, 0};
    const guint8 same[] = {1, 0, 1, 0, 0};
    NgTrialMetrics m = measure(llr, same, 5, NULL);

    near(m.auc, 0.5);
    near(m.eer, 0.5);
    near(m.cllr, 1.0);
    near(m.cllr_min, 1.0);
    near(m.c_at_1, 0.0);
    near(m.brier, 0.75);
}
END_TEST

START_TEST(perfect_answers_cost_nothing)
{
    const double llr[] = {HUGE_VAL, -HUGE_VAL, HUGE_VAL, -HUGE_VAL};
    const guint8 same[] = {1, 0, 1, 0};
    NgTrialMetrics m = measure(llr, same, 4, NULL);

    near(m.auc, 1.0);
    near(m.eer, 0.0);
    near(m.cllr, 0.0);
    near(m.cllr_min, 0.0);
    near(m.overall, 1.0);
}
END_TEST

START_TEST(what_is_surely_wrong_costs_without_bound)
{
    const double llr[] = {-HUGE_VAL, HUGE_VAL};
    const guint8 same[] = {1, 0};
    NgTrialMetrics m = measure(llr, same, 2, NULL);

    ck_assert(isinf(m.cllr));
    near(m.cllr_min, 1.0);
    near(m.auc, 0.0);
    near(m.eer, 0.5); /* the hull is the diagonal */
}
END_TEST

START_TEST(one_kind_of_trial_has_no_curve)
{
    const double llr[] = {1.0, 2.0};
    const guint8 same[] = {1, 1};
    NgTrialMetrics m = measure(llr, same, 2, NULL);

    ck_assert(isnan(m.auc) && isnan(m.eer) && isnan(m.cllr) && isnan(m.cllr_min));
    near(m.f1, 1.0);
}
END_TEST

/* ---- against brute force */

enum { MOST = 9 };

static double
pairs(const double *llr, const guint8 *same, const double *weight, size_t n)
{
    double right = 0.0;
    double all = 0.0;

    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            if (same[i] && !same[j]) {
                double w = weight[i] * weight[j];
                right += w * (llr[i] > llr[j] ? 1.0 : llr[i] == llr[j] ? 0.5 : 0.0);
                all += w;
            }
    return right / all;
}

/* Sums of the trials whose score is the k-th smallest. */
static size_t
ties(const double *llr, const guint8 *same, const double *weight, size_t n, double sums[][2])
{
    double below = -HUGE_VAL;
    size_t k = 0;

    for (;; k++) {
        double least = HUGE_VAL;
        for (size_t i = 0; i < n; i++)
            if (llr[i] > below)
                least = fmin(least, llr[i]);
        if (isinf(least))
            return k;
        sums[k][0] = sums[k][1] = 0.0;
        for (size_t i = 0; i < n; i++)
            if (llr[i] == least)
                sums[k][same[i]] += weight[i];
        below = least;
    }
}

/* The monotone step function of least squares, over all partitions; its Cllr. */
static double
isotonic_cost(double sums[][2], size_t k, const double all[2])
{
    double best = HUGE_VAL;
    double cost = 0.0;

    ck_assert_uint_gt(k, 0);
    for (unsigned cuts = 0; cuts < 1U << (k - 1); cuts++) {
        double square = 0.0;
        double bits = 0.0;
        double last = -1.0;
        gboolean monotone = TRUE;
        double block[2] = {0};
        for (size_t i = 0; i < k; i++) {
            block[0] += sums[i][0];
            block[1] += sums[i][1];
            if (i + 1 < k && !(cuts >> i & 1))
                continue;
            double total = block[0] + block[1];
            if (total > 0.0) {
                double p = block[1] / total;
                double odds = p / (1.0 - p) / (all[1] / all[0]);
                monotone = monotone && p >= last;
                last = p;
                square += block[0] * p * p + block[1] * (1.0 - p) * (1.0 - p);
                bits += block[1] > 0.0 ? block[1] / all[1] * log2(1.0 + 1.0 / odds) : 0.0;
                bits += block[0] > 0.0 ? block[0] / all[0] * log2(1.0 + odds) : 0.0;
            }
            block[0] = block[1] = 0.0;
        }
        if (monotone && square < best - 1e-12) {
            best = square;
            cost = bits / 2.0;
        }
    }
    return cost;
}

/* The largest, over all mixtures of the two kinds, of the least error: what EER on the hull is
 * (Brümmer and du Preez 2013). */
static double
hull_eer(double sums[][2], size_t k, const double all[2])
{
    double worst = 0.0;

    for (int i = 0; i <= 10000; i++) {
        double share = i / 1e4;
        double miss = 0.0;
        double alarm = 1.0;
        double least = fmin(share * miss + (1.0 - share) * alarm, 1.0);
        for (size_t j = 0; j < k; j++) {
            miss += sums[j][1] / all[1];
            alarm -= sums[j][0] / all[0];
            least = fmin(least, share * miss + (1.0 - share) * alarm);
        }
        worst = fmax(worst, least);
    }
    return worst;
}

START_TEST(random_trials_agree_with_brute_force)
{
    NgRng rng = ng_rng_new(31, (uint64_t)_i);
    double llr[MOST];
    guint8 same[MOST];
    double weight[MOST];
    double sums[MOST][2];
    double all[2] = {0};
    size_t n = 2 + (size_t)(ng_rng_coin(&rng) * (MOST - 1));

    for (size_t i = 0; i < n; i++) {
        llr[i] = floor(ng_rng_coin(&rng) * 8.0) - 4.0;
        same[i] = i < 2 ? (guint8)i : ng_rng_coin(&rng) < 0.5;
        weight[i] = i < 2 ? 1.0 : floor(ng_rng_coin(&rng) * 3.0);
        all[same[i]] += weight[i];
    }
    size_t k = ties(llr, same, weight, n, sums);
    NgTrialMetrics m = measure(llr, same, n, weight);
    near(m.auc, pairs(llr, same, weight, n));
    near(m.cllr_min, isotonic_cost(sums, k, all));
    ck_assert_double_eq_tol(m.eer, hull_eer(sums, k, all), 2e-4);
    ck_assert_double_le(m.cllr_min, m.cllr + 1e-12);
}
END_TEST

START_TEST(a_cluster_weighs_all_its_trials)
{
    const double llr[] = {1, -1, 2, 0.5, -0.5, -2};
    const guint8 same[] = {1, 0, 0, 1, 0, 1};
    const uint32_t cluster[] = {0, 0, 1, 1, 2, 2};
    const double weight[] = {2, 0, 1};
    const double each[] = {2, 2, 0, 0, 1, 1};
    g_autoptr(NgTrials) trials = ng_trials_new(llr, same, cluster, 6);
    NgTrialMetrics m;

    ng_trials_measure(trials, weight, &m);
    NgTrialMetrics wanted = measure(llr, same, 6, each);
    ck_assert_mem_eq(&m, &wanted, sizeof m);
}
END_TEST

Suite *
trials_suite(void)
{
    Suite *suite = suite_create("trials");
    TCase *tcase = tcase_create("trials");

    tcase_add_test(tcase, figures_are_those_of_scikit_learn);
    tcase_add_test(tcase, no_information_costs_one_bit);
    tcase_add_test(tcase, perfect_answers_cost_nothing);
    tcase_add_test(tcase, what_is_surely_wrong_costs_without_bound);
    tcase_add_test(tcase, one_kind_of_trial_has_no_curve);
    tcase_add_loop_test(tcase, random_trials_agree_with_brute_force, 0, 300);
    tcase_add_test(tcase, a_cluster_weighs_all_its_trials);
    suite_add_tcase(suite, tcase);
    return suite;
}

#include "machines.h"
#include "ngram/rbm-labels.h"

#include <check.h>
#include <string.h>

Suite *rbm_labels_suite(void);

/* Against free energies of the row with each label put in. */
START_TEST(labels_have_their_conditional_law)
{
    const NgUnitGroup groups[] = {{NG_UNITS_BINARY, 0, 5}, {NG_UNITS_SOFTMAX, 5, 3}};

    for (guint64 seed = 0; seed < 10; seed++) {
        g_autoptr(NgRbm) rbm = ng_rbm_new(groups, 2, 4);
        float v[2 * 8] = {1, 0, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0};
        double log_p[2 * 3], f[2];
        machine_fill(rbm, seed, 2.0, 0.0, 1.0);
        ng_rbm_set_labels(rbm, TRUE);
        ng_rbm_label_odds(rbm, v, 2, log_p, f);
        for (int r = 0; r < 2; r++) {
            double each[3], sum = 0.0;
            for (int k = 0; k < 3; k++) {
                memset(v + r * 8 + 5, 0, 3 * sizeof *v);
                v[r * 8 + 5 + k] = 1.0F;
                ng_rbm_free_energy(rbm, v + (size_t)r * 8, 1, &each[k]);
                sum += exp(-each[k]);
            }
            ck_assert_double_eq_tol(f[r], -log(sum), 1e-4);
            for (int k = 0; k < 3; k++)
                ck_assert_double_eq_tol(log_p[r * 3 + k], -each[k] - log(sum), 1e-4);
        }
    }
}
END_TEST

/* P(h | v) by all states of label and hidden units; of 20,000 draws of the label 5 standard errors
 * are at most .018. */
START_TEST(codes_of_rows_without_a_label_sum_over_all_labels)
{
    enum { ROWS = 20000 };
    const NgUnitGroup groups[] = {{NG_UNITS_BINARY, 0, 5}, {NG_UNITS_SOFTMAX, 5, 3}};
    g_autofree float *many = g_new(float, ROWS * 8);

    for (guint64 seed = 0; seed < 5; seed++) {
        g_autoptr(NgRbm) rbm = ng_rbm_new(groups, 2, 4);
        float v[2 * 8] = {1, 0, 1, 1, 0, 0, 0, 0, 0, 1, 1, 0, 1, 0, 1, 0}, mean[2 * 4], known[4];
        double p[3] = {0}, on[4] = {0}, sum = 0.0, often[3] = {0}, log_p[3];
        const NgNoise noise = {.seed = seed};
        machine_fill(rbm, seed, 1.5, 0.0, 1.0);
        ng_rbm_set_labels(rbm, TRUE);
        ng_rbm_codes(rbm, v, 2, mean);
        ng_rbm_hidden_mean(rbm, v + 8, 1, known);
        for (int j = 0; j < 4; j++)
            ck_assert_double_eq_tol((double)mean[4 + j], (double)known[j], 1e-6);
        for (unsigned s = 0; s < 3U << 4; s++) {
            float x[8], h[4];
            memcpy(x, v, sizeof x);
            x[5 + (s >> 4)] = 1.0F;
            for (int j = 0; j < 4; j++)
                h[j] = (float)(s >> j & 1);
            double weight = exp(-ng_rbm_energy(rbm, x, h));
            sum += weight;
            p[s >> 4] += weight;
            for (int j = 0; j < 4; j++)
                on[j] += weight * (double)h[j];
        }
        for (int j = 0; j < 4; j++)
            ck_assert_double_eq_tol((double)mean[j], on[j] / sum, 1e-5);
        ng_rbm_label_odds(rbm, v, 1, log_p, NULL);
        for (size_t r = 0; r < ROWS; r++)
            memcpy(many + r * 8, v, 8 * sizeof *v);
        ng_rbm_draw_labels(rbm, &noise, many, ROWS);
        for (size_t r = 0; r < ROWS; r++)
            for (size_t k = 0; k < 3; k++)
                often[k] += (double)many[r * 8 + 5 + k] / ROWS;
        for (int k = 0; k < 3; k++) {
            ck_assert_double_eq_tol(exp(log_p[k]), p[k] / sum, 1e-5);
            ck_assert_double_eq_tol(often[k], p[k] / sum, 0.018);
        }
    }
}
END_TEST

Suite *
rbm_labels_suite(void)
{
    Suite *suite = suite_create("rbm_labels");
    TCase *tcase = tcase_create("rbm_labels");

    tcase_add_test(tcase, labels_have_their_conditional_law);
    tcase_add_test(tcase, codes_of_rows_without_a_label_sum_over_all_labels);
    suite_add_tcase(suite, tcase);
    return suite;
}

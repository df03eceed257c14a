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

Suite *
rbm_labels_suite(void)
{
    Suite *suite = suite_create("rbm_labels");
    TCase *tcase = tcase_create("rbm_labels");

    tcase_add_test(tcase, labels_have_their_conditional_law);
    suite_add_tcase(suite, tcase);
    return suite;
}

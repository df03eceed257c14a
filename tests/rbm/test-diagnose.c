#include "machines.h"
#include "ngram/diagnose.h"
#include "ngram/error.h"

#include <check.h>
#include <string.h>

Suite *diagnose_suite(void);

/* Independent units: every draw is a new one, and the mean energy is known. */
START_TEST(independent_units_mix_at_once)
{
    g_autoptr(NgRbm) rbm = ng_rbm_new_binary(6, 4);
    const NgDiagnoseOptions options = {.chains = 4, .sweeps = 4000, .seed = 2, .threads = 2};

    for (int i = 0; i < 6; i++)
        ng_rbm_visible_bias(rbm)[i] = 1.0F;
    ng_rbm_hidden_bias(rbm)[0] = -9.0F;
    ng_rbm_hidden_bias(rbm)[1] = 9.0F;
    g_autoptr(NgDiagnosis) d = ng_diagnose(rbm, &options, NULL);
    ck_assert(d->mixed);
    ck_assert_double_lt(d->rhat, 1.01);
    ck_assert_double_lt(d->time, 1.5);
    ck_assert_uint_eq(d->n_series, 7);
    ck_assert_str_eq(d->series[0].name, "energy");
    double expected = -6.0 * ng_sigmoid(1.0) - 9.0 * ng_sigmoid(9.0) + 9.0 * ng_sigmoid(-9.0);
    ck_assert_double_eq_tol(d->series[0].mean, expected, 0.06);
    ck_assert_double_eq_tol(d->series[2].mean, ng_sigmoid(1.0), 0.01);
    expected = -6.0 * ng_sigmoid(1.0) - 2.0 * G_LN2 - ng_softplus(9.0) - ng_softplus(-9.0);
    ck_assert_double_eq_tol(d->series[1].mean, expected, 0.06);
    ck_assert_uint_eq(d->dead, 1);
    ck_assert_uint_eq(d->saturated, 1);
    ck_assert_double_eq_tol(d->histogram[0], 0.25, 1e-9);
    ck_assert_double_eq_tol(d->histogram[5], 0.5, 1e-9);
    ck_assert_double_eq_tol(d->histogram[9], 0.25, 1e-9);
    ck_assert(g_str_has_prefix(d->verdict, "chains have mixed: R-hat 1.00"));
    ck_assert_ptr_nonnull(strstr(d->verdict, "1 of 4 hidden units are dead"));
}
END_TEST

/* All units on or all off, and no way between them. */
START_TEST(two_modes_do_not_mix)
{
    enum { D = 20 };
    g_autoptr(NgRbm) rbm = ng_rbm_new_binary(D, 1);
    g_autoptr(NgDataset) data = ng_dataset_new(NG_STORAGE_BYTES, D, 1.0F);
    const NgDiagnoseOptions options = {.sweeps = 200, .data = data};
    guint8 row[D];

    for (guint8 on = 0; on < 2; on++) {
        memset(row, on, D);
        ng_dataset_add_bytes(data, row);
    }
    for (int i = 0; i < D; i++) {
        ng_rbm_weights(rbm)[i] = 25.0F;
        ng_rbm_visible_bias(rbm)[i] = -12.5F;
    }
    ng_rbm_hidden_bias(rbm)[0] = -250.0F;
    g_autoptr(NgDiagnosis) d = ng_diagnose(rbm, &options, NULL);
    ck_assert(!d->mixed);
    ck_assert_double_gt(d->rhat, 1.5);
    ck_assert(g_str_has_prefix(d->verdict, "chains have not mixed: R-hat "));
    ck_assert_ptr_nonnull(strstr(d->verdict, "weights go up to 25"));
    ck_assert(d->on_data && d->rows == 2 && d->dead == 0);
    g_autoptr(NgDiagnosis) copy = ng_diagnosis_copy(d);
    ck_assert_str_eq(copy->verdict, d->verdict);
}
END_TEST

START_TEST(threads_do_not_change_a_bit)
{
    g_autoptr(NgRbm) rbm = ng_rbm_new_binary(30, 12);
    NgDiagnoseOptions options = {.chains = 20, .sweeps = 50, .seed = 7, .threads = 1};

    machine_fill(rbm, 1, 0.4, 0.0, 1.0);
    g_autoptr(NgDiagnosis) one = ng_diagnose(rbm, &options, NULL);
    options.threads = 3;
    g_autoptr(NgDiagnosis) several = ng_diagnose(rbm, &options, NULL);
    ck_assert(one->rhat == several->rhat && one->time == several->time);
    ck_assert_str_eq(one->verdict, several->verdict);
}
END_TEST

START_TEST(too_little_to_say_is_refused)
{
    const NgUnitGroup words = {NG_UNITS_COUNTS, 0, 5};
    g_autoptr(NgRbm) counts = ng_rbm_new(&words, 1, 2);
    g_autoptr(NgRbm) rbm = ng_rbm_new_binary(3, 2);
    const NgDiagnoseOptions few = {.chains = 3}, enough = {.sweeps = 10};
    g_autoptr(GError) error = NULL;

    ck_assert_ptr_null(ng_diagnose(rbm, &few, &error));
    ck_assert(g_error_matches(error, NG_ERROR, NG_ERROR_RANGE));
    g_clear_error(&error);
    ck_assert_ptr_null(ng_diagnose(counts, &enough, &error));
    ck_assert(g_error_matches(error, NG_ERROR, NG_ERROR_RANGE));
}
END_TEST

Suite *
diagnose_suite(void)
{
    Suite *suite = suite_create("diagnose");
    TCase *tcase = tcase_create("diagnose");

    tcase_add_test(tcase, independent_units_mix_at_once);
    tcase_add_test(tcase, two_modes_do_not_mix);
    tcase_add_test(tcase, threads_do_not_change_a_bit);
    tcase_add_test(tcase, too_little_to_say_is_refused);
    suite_add_tcase(suite, tcase);
    return suite;
}

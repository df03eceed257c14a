#include "machines.h"
#include "ngram/ais.h"
#include "ngram/error.h"

#include <check.h>
#include <string.h>

Suite *ais_suite(void);

/*
 * Twenty machines of weights from tiny to frozen, biases around 0, for mostly dark and for mostly
 * light pictures.  An interval of three standard errors misses one in some hundreds; at least 18 of
 * 20 is what is promised.  The bounds hold but for chance: half a nat is many of their errors.
 */
START_TEST(intervals_contain_the_exact_value)
{
    const double sd[] = {0.1, 0.5, 1.0, 2.0, 4.0}, bias[] = {0.0, -2.0, 3.0, 0.0};
    int hits = 0;

    for (int i = 0; i < 20; i++) {
        g_autoptr(NgRbm) rbm = ng_rbm_new_binary(20 + 10 * ((guint)i % 4), 6 + (guint)i % 5);
        const NgAisOptions options = {
            .temperatures = 600, .reverse = TRUE, .sweeps = 100, .seed = (guint64)i, .threads = 2};
        g_autoptr(GError) error = NULL;
        NgAis ais;
        machine_fill(rbm, 100 + (guint64)i, sd[i % 5], bias[i / 5], 1.0 + i % 3);
        double exact = machine_log_z(rbm);
        ck_assert(ng_ais(rbm, &options, &ais, &error));
        hits += ais.low <= exact && exact <= ais.high;
        ck_assert(ais.lower < exact + 0.5 && ais.upper > exact - 0.5);
        ck_assert(ais.lower <= ais.log_z && ais.log_z_reverse <= ais.upper);
        ck_assert(ais.ess > 20.0 && ais.ess <= 100.0 + 1e-9);
    }
    ck_assert_int_ge(hits, 18);
}
END_TEST

/* A label and real numbers; exact by the sum over hidden states. */
START_TEST(softmax_and_gaussian_units_are_annealed_too)
{
    const NgUnitGroup groups[] = {
        {NG_UNITS_BINARY, 0, 10}, {NG_UNITS_SOFTMAX, 10, 4}, {NG_UNITS_GAUSSIAN, 14, 3}};

    for (guint64 seed = 0; seed < 4; seed++) {
        g_autoptr(NgRbm) rbm = ng_rbm_new(groups, 3, 6);
        const NgAisOptions options = {
            .temperatures = 500, .reverse = TRUE, .sweeps = 100, .seed = seed, .threads = 2};
        NgAis ais;
        machine_fill(rbm, seed, 0.7, 0.0, 1.0);
        double exact = machine_log_z(rbm);
        ck_assert(ng_ais(rbm, &options, &ais, NULL));
        ck_assert(ais.low <= exact && exact <= ais.high);
        ck_assert_double_eq_tol(ais.log_z_reverse, exact, 0.2);
    }
}
END_TEST

/* Without weights the machine is its own base: every run's weight is exact. */
START_TEST(a_machine_of_independent_units_is_known_exactly)
{
    g_autoptr(NgRbm) rbm = ng_rbm_new_binary(9, 4);
    const NgAisOptions options = {.temperatures = 50, .runs = 30};
    NgAis ais;

    ck_assert(ng_ais(rbm, &options, &ais, NULL));
    ck_assert_double_eq_tol(ais.log_z, 13.0 * G_LN2, 0.02);
    ck_assert_double_eq_tol(ais.ess, 30.0, 0.1);
    ck_assert_uint_eq(ais.runs, 30);
    ck_assert_uint_eq(ais.temperatures, 50);
    ck_assert(isnan(ais.upper));
}
END_TEST

/* Two temperatures, from dark rows to a machine of light ones: one run outweighs the others. */
START_TEST(few_effective_runs_give_no_interval)
{
    enum { D = 40 };
    g_autoptr(NgRbm) rbm = ng_rbm_new_binary(D, 8);
    g_autoptr(NgDataset) data = ng_dataset_new(NG_STORAGE_BYTES, D, 1.0F);
    const guint8 dark[D] = {0};
    const NgAisOptions options = {.temperatures = 2, .data = data};
    NgAis ais;

    ng_dataset_add_bytes(data, dark);
    machine_fill(rbm, 1, 1.0, 2.0, 1.0);
    ck_assert(ng_ais(rbm, &options, &ais, NULL));
    ck_assert_double_lt(ais.ess, 20.0);
    ck_assert(isnan(ais.low) && isnan(ais.high));
    ck_assert(ais.lower < machine_log_z(rbm));
}
END_TEST

/* The same with leave to try again: at 2 temperatures, then 8, 32 and so on until 20 runs carry it. */
START_TEST(it_is_annealed_again_until_there_is_an_interval)
{
    enum { D = 40 };
    g_autoptr(NgRbm) rbm = ng_rbm_new_binary(D, 8);
    NgAisOptions options = {.temperatures = 2, .reverse = TRUE, .sweeps = 20, .seed = 4};
    const float dark[D] = {0};
    NgAis once, ais, last;

    machine_fill(rbm, 1, 1.0, 2.0, 1.0);
    ng_rbm_set_means(rbm, dark);
    ck_assert(ng_ais(rbm, &options, &once, NULL));
    ck_assert(isnan(once.low));
    ck_assert_uint_eq(once.temperatures, 2);
    options.again = 1; /* too few attempts */
    ck_assert(ng_ais(rbm, &options, &ais, NULL));
    ck_assert(isnan(ais.low));
    ck_assert_uint_eq(ais.temperatures, 8);
    options.again = 9;
    ck_assert(ng_ais(rbm, &options, &ais, NULL));
    ck_assert_uint_gt(ais.temperatures, 8);
    ck_assert_uint_lt(ais.temperatures, 1U << 19);
    ck_assert(ais.ess >= 20.0 && ais.ess_reverse >= 20.0);
    double exact = machine_log_z(rbm);
    ck_assert(ais.low <= exact && exact <= ais.high);
    options.again = 0; /* the last attempt is one of its own, and enough needs no other */
    options.temperatures = ais.temperatures;
    ck_assert(ng_ais(rbm, &options, &last, NULL));
    ck_assert(last.log_z == ais.log_z && last.low == ais.low && last.upper == ais.upper);
    options.again = 3;
    ck_assert(ng_ais(rbm, &options, &last, NULL));
    ck_assert_uint_eq(last.temperatures, ais.temperatures);
}
END_TEST

/* A label is among the units: log Z of the independent units is the same from rows and their means. */
START_TEST(the_means_of_a_machine_stand_for_its_data)
{
    enum { D = 33, ROWS = 40 };
    const NgUnitGroup groups[] = {{NG_UNITS_BINARY, 0, D - 3}, {NG_UNITS_SOFTMAX, D - 3, 3}};
    g_autoptr(NgRbm) rbm = ng_rbm_new(groups, 2, 8);
    g_autoptr(NgDataset) data = ng_dataset_new(NG_STORAGE_BYTES, D, 1.0F);
    NgAisOptions options = {.temperatures = 200, .seed = 2};
    float means[D] = {0};
    NgAis chains, rows, own;

    for (guint r = 0; r < ROWS; r++) {
        guint8 row[D] = {0};
        for (guint i = 0; i < D - 3; i++)
            row[i] = (r * 7 + i * i) % (i + 1) == 0;
        row[D - 3 + r % 2] = 1; /* the third label is not there */
        ng_dataset_add_bytes(data, row);
        for (guint i = 0; i < D; i++)
            means[i] += (float)row[i] / ROWS;
    }
    machine_fill(rbm, 3, 0.5, -1.0, 1.0);
    ck_assert(ng_ais(rbm, &options, &chains, NULL));
    for (guint i = 0; i < D; i++)
        means[i] = MIN(means[i], 1.0F); /* sums of floats may be above */
    ng_rbm_set_means(rbm, means);
    ck_assert(ng_ais(rbm, &options, &own, NULL));
    options.data = data;
    ck_assert(ng_ais(rbm, &options, &rows, NULL));
    ck_assert_double_eq_tol(own.log_z_base, rows.log_z_base, 1e-4);
    ck_assert(fabs(own.log_z_base - chains.log_z_base) > 0.1);
    ck_assert_double_eq_tol(own.log_z, machine_log_z(rbm), 0.5);
}
END_TEST

/* Means at their ends, and a label that no row had: what is smoothed has an estimate all the same. */
START_TEST(means_of_nothing_but_noughts_and_ones_are_smoothed)
{
    const NgUnitGroup groups[] = {{NG_UNITS_BINARY, 0, 4}, {NG_UNITS_SOFTMAX, 4, 3}};
    const float means[] = {0.0F, 1.0F, 0.0F, 1.0F, 0.0F, 0.0F, 0.0F};
    g_autoptr(NgRbm) rbm = ng_rbm_new(groups, 2, 3);
    const NgAisOptions options = {.temperatures = 300, .reverse = TRUE, .sweeps = 20};
    NgAis ais;

    machine_fill(rbm, 5, 0.5, 0.0, 1.0);
    ng_rbm_set_means(rbm, means);
    ck_assert(ng_ais(rbm, &options, &ais, NULL));
    ck_assert_double_eq_tol(ais.log_z, machine_log_z(rbm), 0.3);
}
END_TEST

START_TEST(threads_do_not_change_a_bit)
{
    g_autoptr(NgRbm) rbm = ng_rbm_new_binary(70, 90);
    NgAisOptions options = {.temperatures = 60, .runs = 60, .reverse = TRUE, .sweeps = 10};
    NgAis one, several;

    machine_fill(rbm, 2, 0.3, -1.0, 1.0);
    memset(&one, 0, sizeof one);
    memset(&several, 0, sizeof several);
    options.threads = 1;
    ck_assert(ng_ais(rbm, &options, &one, NULL));
    options.threads = 3;
    ck_assert(ng_ais(rbm, &options, &several, NULL));
    ck_assert(one.log_z == several.log_z && one.low == several.low && one.upper == several.upper);
    options.seed = 1;
    ck_assert(ng_ais(rbm, &options, &several, NULL));
    ck_assert(one.log_z != several.log_z);
}
END_TEST

START_TEST(temperatures_are_spread_as_in_the_paper)
{
    g_autofree double *beta = g_new(double, 14501);

    ng_ais_betas(beta, 14501);
    ck_assert(beta[0] == 0.0 && beta[14500] == 1.0);
    ck_assert_double_eq_tol(beta[1], 0.001, 1e-12);
    ck_assert_double_eq_tol(beta[500], 0.5, 1e-12);
    ck_assert_double_eq_tol(beta[501], 0.5001, 1e-12);
    ck_assert_double_eq_tol(beta[4500], 0.9, 1e-12);
    ck_assert_double_eq_tol(beta[4501], 0.90001, 1e-12);
    ng_ais_betas(beta, 2);
    ck_assert(beta[0] == 0.0 && beta[1] == 1.0);
}
END_TEST

/* All 2^4 rows: exp of their log-likelihoods sums to 1, so with log Z exact the mean is known. */
START_TEST(the_likelihood_of_rows_carries_the_interval)
{
    g_autoptr(NgRbm) rbm = ng_rbm_new_binary(4, 3);
    g_autoptr(NgDataset) data = ng_dataset_new(NG_STORAGE_BYTES, 4, 1.0F);
    g_autoptr(NgDataset) other = ng_dataset_new(NG_STORAGE_BYTES, 5, 1.0F);
    g_autoptr(GError) error = NULL;
    NgAis ais = {0};
    NgLikelihood mean;
    double sum = 0.0;

    machine_fill(rbm, 8, 1.0, 0.0, 1.0);
    for (guint8 i = 0; i < 16; i++) {
        const guint8 row[] = {i & 1, i >> 1 & 1, i >> 2 & 1, i >> 3 & 1};
        float v[4];
        double f;
        ng_dataset_add_bytes(data, row);
        ng_dataset_row(data, i, v);
        ng_rbm_free_energy(rbm, v, 1, &f);
        sum += -f / 16.0;
    }
    ais.log_z = machine_log_z(rbm);
    ais.low = ais.log_z - 1.0;
    ais.high = ais.log_z + 2.0;
    ck_assert(ng_ais_likelihood(rbm, data, &ais, &mean, &error));
    ck_assert_uint_eq(mean.rows, 16);
    ck_assert_double_eq_tol(mean.mean, sum - ais.log_z, 1e-9);
    ck_assert_double_eq_tol(mean.low, mean.mean - 2.0, 1e-9);
    ck_assert_double_eq_tol(mean.high, mean.mean + 1.0, 1e-9);
    ck_assert_double_eq_tol(mean.bits, -mean.mean / 4.0 / G_LN2, 1e-12);
    ck_assert(!ng_ais_likelihood(rbm, other, &ais, &mean, &error));
    ck_assert_ptr_nonnull(strstr(error->message, "rows of 5 values do not fit a machine of 4"));
}
END_TEST

START_TEST(what_cannot_be_annealed_is_refused)
{
    const NgUnitGroup words = {NG_UNITS_COUNTS, 0, 5};
    g_autoptr(NgRbm) counts = ng_rbm_new(&words, 1, 2);
    g_autoptr(NgRbm) rbm = ng_rbm_new_binary(3, 2);
    NgAisOptions options = {.temperatures = 10};
    g_autoptr(GError) error = NULL;
    NgAis ais = {.runs = 77};

    ck_assert(!ng_ais(counts, &options, &ais, &error));
    ck_assert(g_error_matches(error, NG_ERROR, NG_ERROR_RANGE));
    g_clear_error(&error);
    ng_rbm_weights(rbm)[0] = NAN;
    ck_assert(!ng_ais(rbm, &options, &ais, &error));
    g_clear_error(&error);
    ng_rbm_weights(rbm)[0] = 1.0F;
    options.temperatures = 1;
    ck_assert(!ng_ais(rbm, &options, &ais, &error));
    ck_assert_uint_eq(ais.runs, 77);
}
END_TEST

Suite *
ais_suite(void)
{
    Suite *suite = suite_create("ais");
    TCase *tcase = tcase_create("ais");

    tcase_set_timeout(tcase, 120.0);
    tcase_add_test(tcase, intervals_contain_the_exact_value);
    tcase_add_test(tcase, softmax_and_gaussian_units_are_annealed_too);
    tcase_add_test(tcase, a_machine_of_independent_units_is_known_exactly);
    tcase_add_test(tcase, few_effective_runs_give_no_interval);
    tcase_add_test(tcase, it_is_annealed_again_until_there_is_an_interval);
    tcase_add_test(tcase, the_means_of_a_machine_stand_for_its_data);
    tcase_add_test(tcase, means_of_nothing_but_noughts_and_ones_are_smoothed);
    tcase_add_test(tcase, threads_do_not_change_a_bit);
    tcase_add_test(tcase, temperatures_are_spread_as_in_the_paper);
    tcase_add_test(tcase, the_likelihood_of_rows_carries_the_interval);
    tcase_add_test(tcase, what_cannot_be_annealed_is_refused);
    suite_add_tcase(suite, tcase);
    return suite;
}

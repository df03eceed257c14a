#include "machines.h"
#include "ngram/exact.h"
#include "ngram/rbm-fill.h"

#include <check.h>
#include <string.h>

Suite *rbm_fill_suite(void);

enum { D = 9, H = 4 };

static NgRbm *
machine(guint64 seed)
{
    const NgUnitGroup groups[] = {{NG_UNITS_BINARY, 0, 6}, {NG_UNITS_SOFTMAX, 6, 3}};
    NgRbm *rbm = ng_rbm_new(groups, 2, H);

    machine_fill(rbm, seed, 1.0, 0.0, 0.7);
    return rbm;
}

static const float values[D] = {1.0F, 0.0F, 1.0F, 0.0F, 0.0F, 1.0F, 0.0F, 0.0F, 1.0F};

/* Six machines, some 40 means: none is 6 standard errors off, and the likeliest filling of at most
 * 2^5 x 3 is found. */
START_TEST(sampled_fillings_agree_with_exact_ones)
{
    const guint8 given[2][D] = {{1, 0, 0, 1, 0, 0, 0, 0, 0}, {1, 0, 1, 0, 0, 1, 0, 0, 1}};

    for (guint64 seed = 0; seed < 6; seed++) {
        g_autoptr(NgRbm) rbm = machine(seed);
        const NgRbmFillOptions options = {
            .chains = 40, .sweeps = 400, .burn = 100, .best = TRUE, .seed = seed, .threads = 2};
        g_autoptr(GError) error = NULL;
        g_autoptr(NgRbmFilling) sampled =
            ng_rbm_fill(rbm, values, given[seed % 2], &options, &error);
        g_autoptr(NgExactFilling) exact = ng_exact_fill(rbm, values, given[seed % 2], NULL, &error);
        ck_assert_ptr_nonnull(sampled);
        ck_assert_ptr_nonnull(exact);
        for (int i = 0; i < D; i++)
            ck_assert_double_eq_tol(sampled->mean[i], exact->mean[i],
                                    6.0 * sampled->error[i] + 1e-6);
        ck_assert_mem_eq(sampled->best, exact->best, sizeof values);
        ck_assert(sampled->rhat < 1.05);
    }
}
END_TEST

/* P(x | y) ~ P(x) p^flips (1 - p)^rest, by all 64 x 3 states. */
START_TEST(what_was_behind_flips_has_the_law_by_bayes)
{
    const double p = 0.15;
    g_autoptr(NgRbm) rbm = machine(3);
    g_autoptr(GError) error = NULL;
    g_autoptr(NgRbm) behind = ng_rbm_behind_flips(rbm, values, p, &error);
    const guint8 none[D] = {0};
    double mean[D] = {0}, sum = 0.0;

    ck_assert_ptr_nonnull(behind);
    g_autoptr(NgExactFilling) exact = ng_exact_fill(behind, values, none, NULL, &error);
    for (unsigned s = 0; s < 3U << 6; s++) {
        float x[D] = {0};
        double f, weight = 1.0;
        for (int i = 0; i < 6; i++) {
            x[i] = (float)(s >> i & 1);
            weight *= x[i] == values[i] ? 1.0 - p : p;
        }
        x[6 + (s >> 6)] = 1.0F;
        ng_rbm_free_energy(rbm, x, 1, &f);
        weight *= exp(-f);
        sum += weight;
        for (int i = 0; i < D; i++)
            mean[i] += weight * (double)x[i];
    }
    for (int i = 0; i < D; i++)
        ck_assert_double_eq_tol(exact->mean[i], mean[i] / sum, 1e-6);
    ck_assert_ptr_null(ng_rbm_behind_flips(rbm, values, 0.0, NULL));
    ck_assert_ptr_null(ng_rbm_behind_flips(rbm, values, NAN, NULL));
}
END_TEST

START_TEST(descent_ends_where_no_unit_is_likelier_otherwise)
{
    for (guint64 seed = 0; seed < 100; seed++) {
        g_autoptr(NgRbm) rbm = machine(seed);
        for (int i = 0; seed >= 50 && i < D * H; i++) /* frozen */
            ng_rbm_weights(rbm)[i] *= 30.0F;
        const guint8 given[D] = {0, 1, 0, 0, 0, 0, 0, 0, 0};
        float v[D];
        double before, after, f;
        memcpy(v, values, sizeof v);
        ng_rbm_free_energy(rbm, v, 1, &before);
        f = ng_rbm_descend(rbm, v, given);
        ng_rbm_free_energy(rbm, v, 1, &after);
        ck_assert_double_eq_tol(f, after, 1e-4);
        ck_assert(f <= before + 1e-4);
        ck_assert(v[1] == values[1] && v[6] + v[7] + v[8] == 1.0F);
        for (int i = 0; i < 6; i++) {
            double other;
            if (given[i])
                continue;
            v[i] = 1.0F - v[i];
            ng_rbm_free_energy(rbm, v, 1, &other);
            v[i] = 1.0F - v[i];
            ck_assert(other >= f - 1e-4);
        }
    }
}
END_TEST

/* 784,000 bits: five standard errors of .1 are .0017. */
START_TEST(flips_turn_over_as_many_bits_as_they_say)
{
    g_autoptr(NgRbm) rbm = ng_rbm_new_binary(784, 1);
    float v[784] = {0}, again[784] = {0};
    double flipped = 0.0;

    for (guint32 row = 0; row < 1000; row++) {
        memset(v, 0, sizeof v);
        ng_rbm_flip(rbm, v, 0.1, 9, row);
        for (int i = 0; i < 784; i++)
            flipped += (double)v[i];
    }
    ck_assert_double_eq_tol(flipped / 784000.0, 0.1, 0.0017);
    ng_rbm_flip(rbm, again, 0.1, 9, 999);
    ck_assert_mem_eq(v, again, sizeof v);
}
END_TEST

START_TEST(word_counts_and_lone_chains_are_refused)
{
    const NgUnitGroup counts = {NG_UNITS_COUNTS, 0, 3};
    g_autoptr(NgRbm) texts = ng_rbm_new(&counts, 1, 2);
    g_autoptr(NgRbm) rbm = machine(0);
    const guint8 none[D] = {0};
    const NgRbmFillOptions usual = {.chains = 9, .sweeps = 9, .threads = 1};
    const NgRbmFillOptions lone = {.chains = 1, .sweeps = 9, .threads = 1};
    g_autoptr(GError) error = NULL;

    ck_assert_ptr_null(ng_rbm_fill(texts, values, none, &usual, &error));
    ck_assert_ptr_nonnull(error);
    ck_assert_ptr_null(ng_rbm_fill(rbm, values, none, &lone, NULL));
    ck_assert_double_eq_tol(ng_rbm_fill_bits(rbm, none), 4.0, 1e-9);
}
END_TEST

Suite *
rbm_fill_suite(void)
{
    Suite *suite = suite_create("rbm_fill");
    TCase *tcase = tcase_create("rbm_fill");

    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, sampled_fillings_agree_with_exact_ones);
    tcase_add_test(tcase, what_was_behind_flips_has_the_law_by_bayes);
    tcase_add_test(tcase, descent_ends_where_no_unit_is_likelier_otherwise);
    tcase_add_test(tcase, flips_turn_over_as_many_bits_as_they_say);
    tcase_add_test(tcase, word_counts_and_lone_chains_are_refused);
    suite_add_tcase(suite, tcase);
    return suite;
}

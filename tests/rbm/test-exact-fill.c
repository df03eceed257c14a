#include "ngram/exact.h"
#include "ngram/rng.h"

#include <check.h>
#include <math.h>
#include <string.h>

Suite *exact_fill_suite(void);

static guint
below(NgRng *rng, guint n)
{
    return MIN((guint)(ng_rng_coin(rng) * n), n - 1);
}

static void
fill(NgRbm *rbm, NgRng *rng, float scale)
{
    guint visible = ng_rbm_visible(rbm), hidden = ng_rbm_hidden(rbm);

    for (guint i = 0; i < visible * hidden; i++)
        ng_rbm_weights(rbm)[i] = scale * (2.0F * (float)ng_rng_coin(rng) - 1.0F);
    for (guint i = 0; i < visible; i++)
        ng_rbm_visible_bias(rbm)[i] = scale * (2.0F * (float)ng_rng_coin(rng) - 1.0F);
    for (guint j = 0; j < hidden; j++)
        ng_rbm_hidden_bias(rbm)[j] = scale * (2.0F * (float)ng_rng_coin(rng) - 1.0F);
}

/* Whether x may stand where v and given say so, in a machine of 5 binary units and 3 of which one
 * is on. */
static gboolean
fits(const float *x, const float *v, const guint8 *given)
{
    for (int i = 0; i < 8; i++)
        if (given[i] && x[i] != v[i])
            return FALSE;
    return x[5] + x[6] + x[7] == 1.0F;
}

/* All 256 fillings by their free energy, which is a sum of its own. */
static void
check_by_brute_force(const NgRbm *rbm, const float *v, const guint8 *given)
{
    double sum = 0.0, mean[8] = {0}, best = -1.0;
    float x[8];

    g_autoptr(NgExactFilling) filling = ng_exact_fill(rbm, v, given, NULL, NULL);
    ck_assert_ptr_nonnull(filling);
    for (guint s = 0; s < 256; s++) {
        double f;
        for (int i = 0; i < 8; i++)
            x[i] = (float)(s >> i & 1);
        if (!fits(x, v, given))
            continue;
        ng_exact_free_energy(rbm, x, 1, 1, &f);
        double p = exp(-f - filling->log_sum);
        sum += p;
        best = fmax(best, p);
        for (int i = 0; i < 8; i++)
            mean[i] += p * (double)x[i];
    }
    ck_assert_double_eq_tol(sum, 1.0, 1e-11);
    for (int i = 0; i < 8; i++)
        ck_assert_double_eq_tol(filling->mean[i], mean[i], 1e-11);
    double f;
    ck_assert(fits(filling->best, v, given));
    ng_exact_free_energy(rbm, filling->best, 1, 1, &f);
    ck_assert_double_eq_tol(exp(-f - filling->log_sum), best, 1e-11);
    ck_assert_double_eq_tol(exp(filling->best_log_p), best, 1e-11);
}

START_TEST(fillings_are_those_of_brute_force)
{
    const NgUnitGroup groups[] = {{NG_UNITS_BINARY, 0, 5}, {NG_UNITS_SOFTMAX, 5, 3}};

    for (guint64 seed = 0; seed < 300; seed++) {
        NgRng rng = ng_rng_new(seed, 0);
        g_autoptr(NgRbm) rbm = ng_rbm_new(groups, 2, 1 + below(&rng, 9));
        float v[8];
        guint8 given[8];
        guint on = 5 + below(&rng, 3);
        fill(rbm, &rng, seed % 2 == 0 ? 1.0F : 8.0F);
        for (guint i = 0; i < 8; i++) {
            v[i] = i < 5 ? (float)below(&rng, 2) : (i == on ? 1.0F : 0.0F);
            given[i] = (guint8)below(&rng, 2);
        }
        check_by_brute_force(rbm, v, given);
    }
}
END_TEST

/* Hidden units are enumerated where more pixels are free, with the same means. */
START_TEST(many_free_units_go_by_the_hidden_layer)
{
    NgRng rng = ng_rng_new(3, 1);
    g_autoptr(NgRbm) rbm = ng_rbm_new_binary(60, 7);
    float v[60] = {0};
    guint8 given[60] = {0};

    fill(rbm, &rng, 1.0F);
    for (guint i = 0; i < 54; i++) {
        v[i] = (float)below(&rng, 2);
        given[i] = i < 20 || i % 3 > 0;
    }
    g_autoptr(NgExactFilling) all = ng_exact_fill(rbm, v, given, NULL, NULL);
    ck_assert_ptr_nonnull(all->best); /* 18 are free */
    memset(given, 0, sizeof given);
    g_autoptr(NgExactFilling) none = ng_exact_fill(rbm, v, given, NULL, NULL);
    g_autoptr(NgExactMoments) m = ng_exact_moments(rbm, NULL, NULL);
    ck_assert_ptr_null(none->best);
    ck_assert_double_eq_tol(none->log_sum, m->log_z, 1e-11);
    for (guint i = 0; i < 60; i++)
        ck_assert_double_eq_tol(none->mean[i], m->v[i], 1e-11);
}
END_TEST

START_TEST(with_all_units_given_nothing_is_left)
{
    NgRng rng = ng_rng_new(4, 1);
    g_autoptr(NgRbm) rbm = ng_rbm_new_binary(6, 3);
    float v[6] = {1, 0, 1, 1, 0, 0.25F};
    guint8 given[6] = {1, 1, 1, 1, 1, 1};
    double f;

    fill(rbm, &rng, 1.0F);
    g_autoptr(NgExactFilling) filling = ng_exact_fill(rbm, v, given, NULL, NULL);
    ng_exact_free_energy(rbm, v, 1, 1, &f);
    ck_assert_double_eq_tol(filling->log_sum, -f, 1e-13);
    ck_assert_double_eq_tol(filling->best_log_p, 0.0, 1e-13);
    ck_assert(filling->best[5] == 0.25F && filling->mean[5] == 0.25);
}
END_TEST

START_TEST(what_cannot_be_given_is_refused)
{
    const NgUnitGroup groups[] = {{NG_UNITS_BINARY, 0, 1}, {NG_UNITS_SOFTMAX, 1, 2}};
    const NgUnitGroup counts = {NG_UNITS_COUNTS, 0, 3};
    g_autoptr(NgRbm) rbm = ng_rbm_new(groups, 2, 2);
    g_autoptr(NgRbm) words = ng_rbm_new(&counts, 1, 2);
    g_autoptr(NgRbm) large = ng_rbm_new_binary(40, 40);
    float wide[40] = {0};
    guint8 nothing[40] = {0};
    const struct {
        const NgRbm *rbm;
        float v[3];
        guint8 given[3];
        const char *want;
    } bad[] = {
        {rbm, {0, 1, 1}, {0, 1, 1}, "more than one"},
        {rbm, {0, 0, 0}, {0, 1, 1}, "all are given as 0"},
        {rbm, {0, 0.5F, 0}, {0, 1, 0}, "neither 0 nor 1"},
        {rbm, {NAN, 0, 0}, {1, 0, 0}, "not a number"},
        {words, {0, 0, 0}, {0, 0, 0}, "word counts"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        ck_assert_ptr_null(ng_exact_fill(bad[i].rbm, bad[i].v, bad[i].given, NULL, &error));
        ck_assert_msg(strstr(error->message, bad[i].want) != NULL, "%s", error->message);
    }
    g_autoptr(GError) error = NULL;
    ck_assert_ptr_null(ng_exact_fill(large, wide, nothing, NULL, &error));
    ck_assert_ptr_nonnull(strstr(error->message, "2^40"));
}
END_TEST

Suite *
exact_fill_suite(void)
{
    Suite *suite = suite_create("exact_fill");
    TCase *tcase = tcase_create("exact_fill");

    tcase_add_test(tcase, fillings_are_those_of_brute_force);
    tcase_add_test(tcase, many_free_units_go_by_the_hidden_layer);
    tcase_add_test(tcase, with_all_units_given_nothing_is_left);
    tcase_add_test(tcase, what_cannot_be_given_is_refused);
    suite_add_tcase(suite, tcase);
    return suite;
}

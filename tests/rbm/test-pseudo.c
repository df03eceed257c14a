#include "machines.h"
#include "ngram/error.h"
#include "ngram/pseudo.h"

#include <check.h>
#include <string.h>

Suite *pseudo_suite(void);

/* Free energies of the row and of the row with one unit, or one choice, changed. */
static double
by_flips(const NgRbm *rbm, const float *row)
{
    guint n = 0, D = ng_rbm_visible(rbm);
    const NgUnitGroup *groups = ng_rbm_groups(rbm, &n);
    g_autofree float *v = g_memdup2(row, D * sizeof *v);
    double total = 0.0, f, other;

    ng_rbm_free_energy(rbm, v, 1, &f);
    for (guint g = 0; g < n; g++) {
        guint first = groups[g].first, size = groups[g].size;
        double sum = 0.0;
        if (groups[g].kind == NG_UNITS_BINARY) {
            for (guint i = first; i < first + size; i++) {
                v[i] = 1.0F - v[i];
                ng_rbm_free_energy(rbm, v, 1, &other);
                v[i] = 1.0F - v[i];
                total -= ng_softplus(f - other);
            }
            continue;
        }
        for (guint k = 0; k < size; k++) {
            memset(v + first, 0, size * sizeof *v);
            v[first + k] = 1.0F;
            ng_rbm_free_energy(rbm, v, 1, &other);
            sum += exp(f - other);
        }
        memcpy(v, row, D * sizeof *v);
        total -= log(sum);
    }
    return total;
}

static void
compare(const NgRbm *rbm, guint64 seed, double tolerance)
{
    enum { ROWS = 70 };
    guint n = 0, D = ng_rbm_visible(rbm);
    const NgUnitGroup *groups = ng_rbm_groups(rbm, &n);
    NgRng rng = ng_rng_new(seed, 1);
    g_autofree float *v = g_new0(float, ROWS *D);
    g_autoptr(NgPseudo) pseudo = ng_pseudo_new(rbm, NULL);
    double one[ROWS], several[ROWS];

    for (guint r = 0; r < ROWS; r++)
        for (guint g = 0; g < n; g++)
            if (groups[g].kind == NG_UNITS_SOFTMAX)
                v[r * D + groups[g].first + ng_rng_u32(&rng) % groups[g].size] = 1.0F;
            else
                for (guint i = 0; i < groups[g].size; i++)
                    v[r * D + groups[g].first + i] = ng_rng_coin(&rng) < 0.3 ? 1.0F : 0.0F;
    ng_pseudo_rows(pseudo, v, ROWS, 1, one);
    ng_pseudo_rows(pseudo, v, ROWS, 3, several);
    ck_assert_mem_eq(one, several, sizeof one);
    for (guint r = 0; r < ROWS; r++) {
        double expected = by_flips(rbm, v + r * D);
        ck_assert_double_eq_tol(one[r], expected, tolerance * (1.0 + fabs(expected)));
    }
}

/* Weights from small to larger than a product takes; inputs are floats, hence the tolerance. */
START_TEST(each_unit_is_turned)
{
    const double sd[] = {0.05, 0.5, 3.0, 30.0};
    const guint hidden[] = {1, 7, 32, 45};

    for (guint i = 0; i < 16; i++) {
        g_autoptr(NgRbm) rbm = ng_rbm_new_binary(5 + i, hidden[i / 4]);
        machine_fill(rbm, i, sd[i % 4], 0.0, 2.0);
        compare(rbm, i, 2e-5);
    }
}
END_TEST

START_TEST(each_choice_of_a_softmax_is_tried)
{
    const NgUnitGroup groups[] = {
        {NG_UNITS_SOFTMAX, 0, 3}, {NG_UNITS_BINARY, 3, 6}, {NG_UNITS_SOFTMAX, 9, 5}};

    for (guint64 seed = 0; seed < 4; seed++) {
        g_autoptr(NgRbm) rbm = ng_rbm_new(groups, 3, 11);
        machine_fill(rbm, seed, 0.3 + (double)seed, 0.0, 1.0);
        compare(rbm, seed, 2e-5);
    }
}
END_TEST

/* Without weights the units are independent: the pseudo-likelihood is the likelihood. */
START_TEST(independent_units_have_their_likelihood)
{
    g_autoptr(NgRbm) rbm = ng_rbm_new_binary(3, 2);
    g_autoptr(NgPseudo) pseudo = NULL;
    const float v[] = {1.0F, 0.0F, 1.0F};
    double log_pl;

    ng_rbm_visible_bias(rbm)[0] = 1.0F;
    pseudo = ng_pseudo_new(rbm, NULL);
    ng_pseudo_rows(pseudo, v, 1, 1, &log_pl);
    ck_assert_double_eq_tol(log_pl, log(ng_sigmoid(1.0)) - 2.0 * G_LN2, 1e-12);
}
END_TEST

START_TEST(other_units_are_refused)
{
    const NgUnitGroup real = {NG_UNITS_GAUSSIAN, 0, 2};
    g_autoptr(NgRbm) rbm = ng_rbm_new(&real, 1, 2);
    g_autoptr(NgRbm) steep = ng_rbm_new_binary(2, 2);
    g_autoptr(GError) error = NULL;

    ck_assert_ptr_null(ng_pseudo_new(rbm, &error));
    ck_assert(g_error_matches(error, NG_ERROR, NG_ERROR_RANGE));
    g_clear_error(&error);
    ng_rbm_weights(steep)[3] = 1e20F;
    ck_assert_ptr_null(ng_pseudo_new(steep, &error));
    ck_assert(g_error_matches(error, NG_ERROR, NG_ERROR_RANGE));
}
END_TEST

Suite *
pseudo_suite(void)
{
    Suite *suite = suite_create("pseudo");
    TCase *tcase = tcase_create("pseudo");

    tcase_add_test(tcase, each_unit_is_turned);
    tcase_add_test(tcase, each_choice_of_a_softmax_is_tried);
    tcase_add_test(tcase, independent_units_have_their_likelihood);
    tcase_add_test(tcase, other_units_are_refused);
    suite_add_tcase(suite, tcase);
    return suite;
}

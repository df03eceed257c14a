#include "ngram/exact.h"
#include "ngram/potential.h"
#include "ngram/rng.h"

#include "../folder.h"

#include <check.h>
#include <math.h>
#include <string.h>

Suite *potential_suite(void);

#define GOLDEN "tests/golden/lecture.potentials"

/* Only for the tests: the sum over all configurations of plain products, without logarithms. */
static double
brute_product(const NgPotential *p, guint s, guint t)
{
    double product = 1.0;

    for (guint i = 0; i < p->visible; i++)
        for (guint j = 0; j < p->hidden; j++)
            product *= p->phi[(i * p->hidden + j) * 4 + 2 * (s >> i & 1) + (t >> j & 1)];
    for (guint i = 0; i < p->visible; i++)
        product *= p->psi[2 * i + (s >> i & 1)];
    for (guint j = 0; j < p->hidden; j++)
        product *= p->xi[2 * j + (t >> j & 1)];
    return product;
}

static double
brute_z(const NgPotential *p)
{
    double z = 0.0;

    for (guint s = 0; s < 1U << p->visible; s++)
        for (guint t = 0; t < 1U << p->hidden; t++)
            z += brute_product(p, s, t);
    return z;
}

static void
bits(guint state, guint n, guint8 *x)
{
    for (guint i = 0; i < n; i++)
        x[i] = state >> i & 1;
}

/* By whole numbers in another language: the product is 3 20 3 1 3 1 30 100 1 1 10 = 16,200,000, and
 * the 32 products sum to Z = 30,712,455,360,000; with v = <0,0,0> they sum to 60,525,360,000. */
START_TEST(the_lecture_s_example_has_its_probability)
{
    const guint8 v[] = {0, 0, 0}, h[] = {1, 1};
    g_autoptr(GError) error = NULL;
    g_autoptr(NgPotential) p = ng_potential_read(GOLDEN, &error);
    double log_z, product;

    ck_assert_msg(p != NULL, "%s", error != NULL ? error->message : "");
    ck_assert_uint_eq(p->visible, 3);
    ck_assert_uint_eq(p->hidden, 2);
    ck_assert(ng_potential_log_z(p, &log_z, NULL));
    product = ng_potential_log_product(p, v, h);
    ck_assert_double_eq_tol(exp(product), 16200000.0, 1e-6);
    ck_assert_double_eq_tol(log_z, log(30712455360000.0), 1e-14 * log_z);
    ck_assert_double_eq(brute_z(p), 30712455360000.0);
    ck_assert_double_eq(ng_potential_weight(p, NULL, NULL), 30712455360000.0);
    ck_assert_double_eq(ng_potential_weight(p, v, h), 16200000.0);
    ck_assert_double_eq(ng_potential_weight(p, v, NULL), 60525360000.0);
    ck_assert_double_eq_tol(exp(product - log_z), 16200000.0 / 30712455360000.0, 1e-20);
    ck_assert_double_eq_tol(exp(ng_potential_log_visible(p, v)), 60525360000.0, 1e-3);
}
END_TEST

static NgPotential *
random_potentials(NgRng *rng, gboolean zeros)
{
    guint visible = 1 + (guint)(ng_rng_coin(rng) * 4.0),
          hidden = 1 + (guint)(ng_rng_coin(rng) * 4.0);
    NgPotential *p = ng_potential_new(visible, hidden);

    for (guint i = 0; i < visible * hidden * 4; i++)
        p->phi[i] = zeros && ng_rng_coin(rng) < 0.1 ? 0.0 : exp(6.0 * ng_rng_coin(rng) - 3.0);
    for (guint i = 0; i < visible * 2; i++)
        p->psi[i] = exp(6.0 * ng_rng_coin(rng) - 3.0);
    for (guint j = 0; j < hidden * 2; j++)
        p->xi[j] = exp(6.0 * ng_rng_coin(rng) - 3.0);
    return p;
}

static void
check_against_brute_force(const NgPotential *p, double z)
{
    double log_z, mean[8];
    guint8 v[8], h[8];

    ck_assert(ng_potential_log_z(p, &log_z, NULL));
    ck_assert_double_eq_tol(log_z, log(z), 1e-12);
    ck_assert_double_eq_tol(ng_potential_weight(p, NULL, NULL), z, 1e-12 * z);
    for (guint s = 0; s < 1U << p->visible; s++) {
        double sum = 0.0, on = 0.0;
        bits(s, p->visible, v);
        for (guint t = 0; t < 1U << p->hidden; t++) {
            double product = brute_product(p, s, t);
            bits(t, p->hidden, h);
            ck_assert_double_eq_tol(exp(ng_potential_log_product(p, v, h)), product,
                                    1e-12 * product + 1e-99);
            sum += product;
            on += (t & 1) != 0 ? product : 0.0;
        }
        ck_assert_double_eq_tol(exp(ng_potential_log_visible(p, v)), sum, 1e-12 * sum + 1e-99);
        ck_assert_double_eq_tol(ng_potential_weight(p, v, NULL), sum, 1e-12 * sum + 1e-99);
        ng_potential_hidden_mean(p, v, mean);
        ck_assert(sum > 0.0 ? fabs(mean[0] - on / sum) < 1e-12 : isnan(mean[0]));
    }
    for (guint t = 0; t < 1U << p->hidden; t++) {
        double sum = 0.0, on = 0.0;
        bits(t, p->hidden, h);
        for (guint s = 0; s < 1U << p->visible; s++) {
            sum += brute_product(p, s, t);
            on += (s & 1) != 0 ? brute_product(p, s, t) : 0.0;
        }
        ck_assert_double_eq_tol(exp(ng_potential_log_hidden(p, h)), sum, 1e-12 * sum + 1e-99);
        ck_assert_double_eq_tol(ng_potential_weight(p, NULL, h), sum, 1e-12 * sum + 1e-99);
        ng_potential_visible_mean(p, h, mean);
        ck_assert(sum > 0.0 ? fabs(mean[0] - on / sum) < 1e-12 : isnan(mean[0]));
    }
}

START_TEST(sums_and_conditionals_are_those_of_brute_force)
{
    for (guint64 seed = 0; seed < 400; seed++) {
        NgRng rng = ng_rng_new(seed, 0);
        g_autoptr(NgPotential) p = random_potentials(&rng, seed % 2 == 1);
        double z = brute_z(p), log_z = 5.0;
        if (z > 0.0)
            check_against_brute_force(p, z);
        else
            ck_assert(!ng_potential_log_z(p, &log_z, NULL) && log_z == 5.0);
    }
}
END_TEST

START_TEST(products_beyond_a_double_do_not_overflow)
{
    g_autoptr(NgPotential) p = ng_potential_new(20, 15);
    double log_z;

    for (guint i = 0; i < 1200; i++)
        p->phi[i] = 1e300;
    ck_assert(ng_potential_log_z(p, &log_z, NULL)); /* 2^35 times 1e300^300 */
    ck_assert_double_eq_tol(log_z, 35.0 * G_LN2 + 300.0 * log(1e300), 1e-9);
}
END_TEST

/* Table form and parametric form: the same energies up to the constant, in doubles; the machine's
 * are of floats; and the conditionals are sigmoids. */
START_TEST(tables_and_parameters_agree)
{
    for (guint64 seed = 0; seed < 100; seed++) {
        NgRng rng = ng_rng_new(seed, 1);
        g_autoptr(NgPotential) p = random_potentials(&rng, FALSE);
        g_autoptr(NgPotentialParameters) form = ng_potential_parameters(p, NULL);
        double constant, log_z, machine_log_z, mean[8];
        g_autoptr(NgRbm) rbm = ng_potential_to_rbm(p, &constant, NULL);
        guint8 v[8], h[8];
        for (guint s = 0; s < 1U << p->visible; s++)
            for (guint t = 0; t < 1U << p->hidden; t++) {
                float fv[8], fh[8], a[8];
                double sum = form->constant;
                bits(s, p->visible, v);
                bits(t, p->hidden, h);
                for (guint i = 0; i < p->visible; i++)
                    fv[i] = (float)v[i];
                for (guint j = 0; j < p->hidden; j++)
                    fh[j] = (float)h[j];
                for (guint i = 0; i < p->visible; i++)
                    for (guint j = 0; j < p->hidden; j++)
                        sum += form->w[i * p->hidden + j] * v[i] * h[j];
                for (guint i = 0; i < p->visible; i++)
                    sum += form->b[i] * v[i];
                for (guint j = 0; j < p->hidden; j++)
                    sum += form->c[j] * h[j];
                double product = ng_potential_log_product(p, v, h);
                ck_assert_double_eq_tol(sum, product, 1e-12);
                ck_assert_double_eq_tol(constant - ng_rbm_energy(rbm, fv, fh), product, 1e-4);
                ng_potential_hidden_mean(p, v, mean);
                ng_rbm_hidden_mean(rbm, fv, 1, a);
                for (guint j = 0; j < p->hidden; j++)
                    ck_assert_double_eq_tol(mean[j], (double)a[j], 1e-5);
                ng_potential_visible_mean(p, h, mean);
                ng_rbm_visible_mean(rbm, fh, 1, NULL, a);
                for (guint i = 0; i < p->visible; i++)
                    ck_assert_double_eq_tol(mean[i], (double)a[i], 1e-5);
            }
        ck_assert(ng_potential_log_z(p, &log_z, NULL));
        ck_assert(ng_exact_log_z(rbm, NULL, &machine_log_z, NULL));
        ck_assert_double_eq_tol(log_z, constant + machine_log_z, 1e-4);

        /* back: phi = e^(w v h), so the same machine, its parameters to the bit */
        g_autoptr(NgPotential) back = ng_potential_from_rbm(rbm, NULL);
        g_autoptr(NgRbm) again = ng_potential_to_rbm(back, &constant, NULL);
        ck_assert_double_eq(constant, 0.0);
        ck_assert_mem_eq(ng_rbm_weights(again), ng_rbm_weights(rbm),
                         (gsize)p->visible * p->hidden * sizeof(float));
        ck_assert_mem_eq(ng_rbm_visible_bias(again), ng_rbm_visible_bias(rbm),
                         p->visible * sizeof(float));
        ck_assert_mem_eq(ng_rbm_hidden_bias(again), ng_rbm_hidden_bias(rbm),
                         p->hidden * sizeof(float));
    }
}
END_TEST

START_TEST(what_is_written_reads_back_exactly)
{
    g_autofree char *path = put_file("p.potentials", "", -1);

    for (guint64 seed = 0; seed < 20; seed++) {
        NgRng rng = ng_rng_new(seed, 2);
        g_autoptr(NgPotential) p = random_potentials(&rng, TRUE);
        ck_assert(ng_potential_write(p, path, NULL));
        g_autoptr(NgPotential) back = ng_potential_read(path, NULL);
        ck_assert_ptr_nonnull(back);
        ck_assert_uint_eq(back->visible, p->visible);
        ck_assert_uint_eq(back->hidden, p->hidden);
        ck_assert_mem_eq(back->phi, p->phi, (gsize)p->visible * p->hidden * 4 * sizeof(double));
        ck_assert_mem_eq(back->psi, p->psi, (gsize)p->visible * 2 * sizeof(double));
        ck_assert_mem_eq(back->xi, p->xi, (gsize)p->hidden * 2 * sizeof(double));
        g_autoptr(NgPotential) copy = ng_potential_copy(back);
        g_autofree char *a = ng_potential_to_text(copy), *b = ng_potential_to_text(p);
        ck_assert_str_eq(a, b);
    }
}
END_TEST

#define REST "psi 1 1 1\nxi 1 1 1\n"

START_TEST(malformed_files_are_refused_with_their_line_and_the_cure)
{
    static const struct {
        const char *text, *want;
    } bad[] = {
        {"", ": no tables of visible units in it"},
        {"# nothing\n\n", ": no tables of visible units"},
        {"psi 1 1 1\n", ": no tables of hidden units"},
        {"ph 1 1 1 1 1 1\n", ":1: 'ph' begins no table (phi, psi and xi do)"},
        {"\nphi 1 1 1 1 1\n", ":2: 6 words, not 7 (write phi I J A B C D"},
        {"phi 1 1 1 1 1 1 1\n", ":1: 8 words, not 7"},
        {"psi 1 1\n", ":1: 3 words, not 4 (write psi I A B"},
        {"xi 1 1 1 1\n", ":1: 5 words, not 4 (write xi J A B"},
        {"phi 0 1 1 1 1 1\n", ":1: '0' is no number of a unit (they count from 1)"},
        {"phi 1 x 1 1 1 1\n", ":1: 'x' is no number of a unit"},
        {"phi 1 99999999999999999999 1 1 1 1\n", "is no number of a unit"},
        {"phi 1 1 1 1 1 a\n", ":1: 'a' is no potential (write a number"},
        {"phi 1 1 1 1 1 nan\n", "'nan' is no potential"},
        {"phi 1 1 1 1 1 inf\n", "'inf' is no potential"},
        {"phi 1 1 1 1 1 1e999\n", "'1e999' is no potential"},
        {"phi 1 1 1 1 1 -1\n", ":1: -1 is no potential: negative"},
        {"phi 1 1 1 1 1 1\nxi 1 1 1\n", ": no psi 1 (write 'psi 1 1 1' where there is none)"},
        {"phi 1 1 1 1 1 1\npsi 1 1 1\n", ": no xi 1 (write 'xi 1 1 1'"},
        {REST "xi 2 1 1\nphi 1 1 1 1 1 1\n", ": no phi 1 2 (write 'phi 1 2 1 1 1 1'"},
        {"phi 1 1 1 1 1 1\n" REST "psi 1 2 2\n", ":4: the same table as in line 2 (remove one)"},
        {"phi 1 1 1 1 1 1\n" REST "psi 2000000000 2 2\n", ": 4 tables for 2000000000 visible"},
        {"phi 2000000000 2000000000 1 1 1 1\n", ": 1 tables for 2000000000 visible"},
        {"phi 1 1 1 1 1 1\n" REST "\xff\xfe 1 1\n", ":4: "},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autofree char *path = put_file("bad", bad[i].text, -1);
        g_autoptr(GError) error = NULL;
        NgPotential *p = ng_potential_read(path, &error);
        ck_assert_msg(p == NULL && error != NULL, "case %zu", i);
        ck_assert_msg(g_str_has_prefix(error->message, path), "case %zu: %s", i, error->message);
        ck_assert_msg(strstr(error->message, bad[i].want) != NULL, "case %zu: %s", i,
                      error->message);
        ck_assert_msg(g_utf8_validate(error->message, -1, NULL), "case %zu", i);
    }
    g_autofree char *zero = put_file("zero", "psi\0 1 1", 8);
    g_autoptr(GError) error = NULL;
    ck_assert_ptr_null(ng_potential_read(zero, &error));
    ck_assert_ptr_nonnull(strstr(error->message, ":1: a zero byte"));
}
END_TEST

START_TEST(layout_is_free)
{
    g_autofree char *path = put_file(
        "free", "xi 1 0 1 # off is forbidden\r\n\t psi  1\t2 3\r\n\r\nphi 1 1 1 2 3 4.5e0", -1);
    g_autoptr(NgPotential) p = ng_potential_read(path, NULL);

    ck_assert_ptr_nonnull(p);
    ck_assert(p->phi[3] == 4.5 && p->psi[1] == 3.0 && p->xi[0] == 0.0);
}
END_TEST

START_TEST(what_no_other_form_holds_is_refused)
{
    const NgUnitGroup gaussian = {NG_UNITS_GAUSSIAN, 0, 2};
    g_autoptr(NgPotential) zero = ng_potential_new(2, 2);
    g_autoptr(NgPotential) large = ng_potential_new(25, 25);
    g_autoptr(NgRbm) wild = ng_rbm_new_binary(2, 2);
    g_autoptr(NgRbm) real = ng_rbm_new(&gaussian, 1, 2);
    g_autoptr(GError) error = NULL;
    double log_z;

    zero->phi[6] = 0.0;
    ck_assert_ptr_null(ng_potential_to_rbm(zero, NULL, &error));
    ck_assert_ptr_nonnull(strstr(error->message, "phi 1 2 has a 0"));
    g_clear_error(&error);
    ck_assert(!ng_potential_log_z(large, &log_z, &error));
    ck_assert_ptr_nonnull(strstr(error->message, "at most 20"));
    g_clear_error(&error);
    ng_rbm_weights(wild)[0] = -800.0F;
    ck_assert_ptr_null(ng_potential_from_rbm(wild, &error));
    ck_assert_ptr_nonnull(strstr(error->message, "-800"));
    g_clear_error(&error);
    ck_assert_ptr_null(ng_potential_from_rbm(real, &error));
    ck_assert_ptr_nonnull(strstr(error->message, "0 or 1"));
}
END_TEST

Suite *
potential_suite(void)
{
    Suite *suite = suite_create("potential");
    TCase *tcase = tcase_create("potential");
    TCase *files = tcase_create("files");

    tcase_add_test(tcase, the_lecture_s_example_has_its_probability);
    tcase_add_test(tcase, sums_and_conditionals_are_those_of_brute_force);
    tcase_add_test(tcase, products_beyond_a_double_do_not_overflow);
    tcase_add_test(tcase, tables_and_parameters_agree);
    tcase_add_test(tcase, what_no_other_form_holds_is_refused);
    tcase_add_checked_fixture(files, make_folder, remove_folder);
    tcase_add_test(files, what_is_written_reads_back_exactly);
    tcase_add_test(files, malformed_files_are_refused_with_their_line_and_the_cure);
    tcase_add_test(files, layout_is_free);
    suite_add_tcase(suite, tcase);
    suite_add_tcase(suite, files);
    return suite;
}

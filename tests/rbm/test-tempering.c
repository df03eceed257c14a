#include "../../src/rbm/tempering-internal.h"
#include "machines.h"

#include <check.h>
#include <string.h>

Suite *tempering_suite(void);

/* Two hidden units that make all of @D visible ones on or off: Gibbs sampling stays where it is. */
static NgRbm *
two_modes(guint D, float strength)
{
    NgRbm *rbm = ng_rbm_new_binary(D, 2);

    for (guint i = 0; i < D; i++) {
        ng_rbm_weights(rbm)[i * 2] = strength;
        ng_rbm_weights(rbm)[i * 2 + 1] = -strength;
    }
    ng_rbm_hidden_bias(rbm)[0] = -strength * (float)D / 2.0F + 0.4F;
    ng_rbm_hidden_bias(rbm)[1] = strength * (float)D / 2.0F;
    return rbm;
}

static void
sweep(NgTempering *ladders, const NgRbm *rbm, guint32 from, guint32 to)
{
    for (guint32 s = from; s < to; s++) {
        const NgNoise noise = {.seed = 11, .step = s};
        ng_tempering_sweep(ladders, rbm, &noise);
    }
}

static gboolean
mostly_on(const float *v, guint D)
{
    float sum = 0.0F;

    for (guint i = 0; i < D; i++)
        sum += v[i];
    return sum > (float)D / 2.0F;
}

/* The chance of each mode by the free energies of all 2^12 rows. */
START_TEST(modes_are_visited_as_often_as_they_should)
{
    enum { D = 12, L = 8, SWEEPS = 4000 };
    g_autoptr(NgRbm) rbm = two_modes(D, 4.0F);
    const NgTemperingOptions options = {.rungs = 8, .ladders = L, .seed = 3};
    const NgGibbs step = {.beta = 1.0, .noise = {.seed = 4}};
    double on = 0.0, all = 0.0, seen = 0.0;
    float v[L * D], h[2];
    guint changes = 0;

    for (guint state = 0; state < 1U << D; state++) {
        double f;
        for (guint i = 0; i < D; i++)
            v[i] = (float)(state >> i & 1);
        ng_rbm_free_energy(rbm, v, 1, &f);
        all += exp(-f);
        on += mostly_on(v, D) ? exp(-f) : 0.0;
    }
    g_autoptr(NgTempering) ladders = ng_tempering_new(rbm, &options, NULL);
    sweep(ladders, rbm, 0, 200);
    for (guint32 s = 0; s < SWEEPS; s++) {
        sweep(ladders, rbm, 200 + s, 201 + s);
        ng_tempering_states(ladders, v);
        for (guint l = 0; l < L; l++)
            seen += mostly_on(v + (size_t)l * D, D) ? 1.0 : 0.0;
    }
    ck_assert_double_eq_tol(seen / SWEEPS / L, on / all, 0.03);
    ck_assert_uint_gt(ng_tempering_round_trips(ladders), 500);
    for (guint32 s = 0; s < SWEEPS; s++) { /* what Gibbs sampling does in the same time */
        NgGibbs at = step;
        gboolean was = mostly_on(v, D);
        at.noise.step = s;
        ng_rbm_draw_hidden(rbm, &at, v, 1, h);
        ng_rbm_draw_visible(rbm, &at, h, 1, NULL, v);
        changes += mostly_on(v, D) != was;
    }
    ck_assert_uint_lt(changes, 20);
}
END_TEST

/* Within 4.5 standard errors of ten parts, t with 9 degrees of freedom: .0015 each. */
START_TEST(the_ladder_knows_log_z)
{
    for (guint64 seed = 0; seed < 5; seed++) {
        g_autoptr(NgRbm) rbm = ng_rbm_new_binary(30, 8);
        const NgTemperingOptions options = {.rungs = 10, .ladders = 4, .seed = seed, .threads = 2};
        g_autoptr(GError) error = NULL;
        NgTemperingEstimate z = {.sweeps = 77};
        machine_fill(rbm, seed, 1.0, -0.5, 1.0);
        g_autoptr(NgTempering) ladders = ng_tempering_new(rbm, &options, NULL);
        sweep(ladders, rbm, 0, 300);
        ng_tempering_record(ladders, TRUE);
        sweep(ladders, rbm, 300, 305);
        ck_assert(!ng_tempering_log_z(ladders, &z, &error));
        ck_assert_ptr_nonnull(error);
        ck_assert_uint_eq(z.sweeps, 77);
        sweep(ladders, rbm, 305, 1300);
        ck_assert(ng_tempering_log_z(ladders, &z, NULL));
        ck_assert_uint_eq(z.sweeps, 1000);
        ck_assert_double_eq_tol(z.log_z, machine_log_z(rbm), 4.5 * z.error + 1e-3);
        ck_assert_double_lt(z.error, 0.1);
    }
}
END_TEST

/* Ladders in several blocks (6 of 12 rungs go together), set down after an odd number of sweeps. */
START_TEST(ladders_that_are_set_down_go_on_to_the_same_bits)
{
    enum { D = 30, L = 13, K = 12 };
    g_autoptr(NgRbm) rbm = ng_rbm_new_binary(D, 8);
    const NgTemperingOptions options = {.rungs = K, .ladders = L, .seed = 1, .threads = 2};
    float wanted[L * D], got[L * D];

    machine_fill(rbm, 3, 1.0, -0.5, 1.0);
    g_autoptr(NgTempering) whole = ng_tempering_new(rbm, &options, NULL);
    g_autoptr(NgTempering) other = ng_tempering_new(rbm, &options, NULL);
    g_autoptr(NgTemperingState) state = ng_tempering_state_new(whole);
    sweep(whole, rbm, 0, 41);
    ng_tempering_state_take(state, whole);
    ck_assert(ng_tempering_state_fits(state, other, rbm));
    sweep(whole, rbm, 41, 90);
    sweep(other, rbm, 0, 10); /* has been elsewhere */
    ng_tempering_state_put(state, other);
    sweep(other, rbm, 41, 90);
    ng_tempering_states(whole, wanted);
    ng_tempering_states(other, got);
    ck_assert_mem_eq(wanted, got, sizeof wanted);
    ck_assert_uint_gt(ng_tempering_round_trips(other), 0);
}
END_TEST

/* Two normal laws a distance 2 apart, log densities without their constants: C = log 3 put in. */
START_TEST(bennetts_equation_is_solved)
{
    enum { N = 20000 };
    NgRng rng = ng_rng_new(5, 0);
    g_autofree double *delta = g_new(double, 2 * N);

    for (int i = 0; i < N; i++)
        for (int b = 0; b < 2; b++) {
            double x =
                sqrt(-2.0 * log(1.0 - ng_rng_coin(&rng))) * cos(2.0 * G_PI * ng_rng_coin(&rng)) +
                2.0 * b;
            delta[2 * i + b] = log(3.0) - (x - 2.0) * (x - 2.0) / 2.0 + x * x / 2.0;
        }
    ck_assert_double_eq_tol(ng_tempering_bar(delta, delta + 1, N), log(3.0), 0.03);
    const double same[] = {7.0, 7.0};
    ck_assert(ng_tempering_bar(same, same + 1, 1) == 7.0);
}
END_TEST

START_TEST(tuned_rungs_reject_alike)
{
    g_autoptr(NgRbm) rbm = ng_rbm_new_binary(60, 12);
    const NgTemperingOptions options = {.rungs = 8, .ladders = 6, .seed = 1};
    double least = 1.0, most = 0.0;

    machine_fill(rbm, 6, 1.5, -1.0, 1.0);
    g_autoptr(NgTempering) ladders = ng_tempering_new(rbm, &options, NULL);
    ck_assert(isnan(ng_tempering_acceptance(ladders, 0)));
    for (guint32 round = 0; round < 4; round++) {
        sweep(ladders, rbm, round * 300, round * 300 + 300);
        ng_tempering_tune(ladders);
    }
    sweep(ladders, rbm, 1200, 2200);
    ck_assert(ng_tempering_beta(ladders, 0) == 1.0 && ng_tempering_beta(ladders, 7) == 0.0);
    for (guint k = 0; k < 7; k++) {
        ck_assert_double_gt(ng_tempering_beta(ladders, k), ng_tempering_beta(ladders, k + 1));
        least = fmin(least, ng_tempering_acceptance(ladders, k));
        most = fmax(most, ng_tempering_acceptance(ladders, k));
    }
    ck_assert_double_lt(most - least, 0.15);
}
END_TEST

START_TEST(threads_do_not_change_a_bit)
{
    enum { D = 40, L = 30 };
    float v[2][L * D];
    double accepted[2];

    for (guint t = 0; t < 2; t++) {
        g_autoptr(NgRbm) rbm = ng_rbm_new_binary(D, 21);
        const NgTemperingOptions options = {
            .rungs = 7, .ladders = L, .seed = 1, .threads = 1 + 2 * t};
        machine_fill(rbm, 3, 0.5, 0.0, 1.0);
        g_autoptr(NgTempering) ladders = ng_tempering_new(rbm, &options, NULL);
        sweep(ladders, rbm, 0, 30);
        ng_rbm_visible_bias(rbm)[0] += 1.0F; /* as training does */
        sweep(ladders, rbm, 30, 50);
        ng_tempering_states(ladders, v[t]);
        accepted[t] = ng_tempering_acceptance(ladders, 2);
    }
    ck_assert_mem_eq(v[0], v[1], sizeof v[0]);
    ck_assert(accepted[0] == accepted[1]);
}
END_TEST

START_TEST(what_cannot_be_tempered_is_refused)
{
    const NgUnitGroup words = {NG_UNITS_COUNTS, 0, 5};
    g_autoptr(NgRbm) counts = ng_rbm_new(&words, 1, 2);
    g_autoptr(NgRbm) rbm = ng_rbm_new_binary(3, 2);
    const NgTemperingOptions options = {.rungs = 4}, one = {.rungs = 1};
    g_autoptr(GError) error = NULL;
    g_autoptr(NgTempering) ladders = NULL;
    float v[3] = {1.0F, 0.0F, 1.0F}, back[3];

    ck_assert_ptr_null(ng_tempering_new(counts, &options, &error));
    g_clear_error(&error);
    ck_assert_ptr_null(ng_tempering_new(rbm, &one, &error));
    g_clear_error(&error);
    ladders = ng_tempering_new(rbm, &options, &error);
    ng_tempering_place(ladders, v);
    ng_tempering_states(ladders, back);
    ck_assert_mem_eq(v, back, sizeof v);
}
END_TEST

Suite *
tempering_suite(void)
{
    Suite *suite = suite_create("tempering");
    TCase *tcase = tcase_create("tempering");

    tcase_set_timeout(tcase, 60.0);
    tcase_add_test(tcase, modes_are_visited_as_often_as_they_should);
    tcase_add_test(tcase, the_ladder_knows_log_z);
    tcase_add_test(tcase, ladders_that_are_set_down_go_on_to_the_same_bits);
    tcase_add_test(tcase, bennetts_equation_is_solved);
    tcase_add_test(tcase, tuned_rungs_reject_alike);
    tcase_add_test(tcase, threads_do_not_change_a_bit);
    tcase_add_test(tcase, what_cannot_be_tempered_is_refused);
    suite_add_tcase(suite, tcase);
    return suite;
}

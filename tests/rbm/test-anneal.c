#include "../../src/rbm/anneal.h"
#include "machines.h"

#include <check.h>

Suite *anneal_suite(void);

/* Sizes around those of a vector, inputs from tiny to beyond what e^x can take. */
START_TEST(gains_are_differences_of_softplus)
{
    NgRng rng = ng_rng_new(3, 0);
    float a[2100], u[2100], h[2100];
    const double scales[] = {1e-3, 1.0, 30.0, 1e4};

    for (size_t n = 0; n <= 2100; n = n < 40 ? n + 1 : n * 2 + 7)
        for (int s = 0; s < 4; s++) {
            const double beta[2] = {0.3, 0.7};
            double sum = 0.0, most = 1.0;
            for (size_t j = 0; j < n; j++) {
                a[j] = (float)((ng_rng_coin(&rng) * 2.0 - 1.0) * scales[s]);
                u[j] = (float)ng_rng_coin(&rng);
                h[j] = 7.0F;
                double x = (double)a[j];
                sum += ng_softplus(0.7 * x) - ng_softplus(0.3 * x);
                most += fabs(x);
            }
            ck_assert_double_eq_tol(ng_anneal_gain(a, n, 0.3, 0.7), sum, 1e-12 * most);
            ck_assert_double_eq_tol(ng_anneal_hidden(a, u, h, n, beta), sum, 1e-12 * most);
            for (size_t j = 0; j < n; j++) {
                double off = (double)u[j] - ng_sigmoid(0.7 * (double)a[j]);
                ck_assert(h[j] == 0.0F || h[j] == 1.0F);
                ck_assert(fabs(off) < 1e-9 || (h[j] == 1.0F) == (off < 0.0));
            }
        }
}
END_TEST

START_TEST(visible_units_are_drawn_between_both_models)
{
    enum { N = 77 };
    NgRng rng = ng_rng_new(4, 0);
    float base[N], gap[N], b[N], u[N], x[N], y[N];

    for (size_t n = 0; n <= N; n++) {
        const NgAnnealVisible row = {.base = base, .gap = gap, .u = u, .x = y, .b = b, .beta = 0.4};
        for (size_t i = 0; i < n; i++) {
            base[i] = (float)(ng_rng_coin(&rng) * 6.0 - 3.0);
            b[i] = (float)(ng_rng_coin(&rng) * 200.0 - 100.0);
            gap[i] = b[i] - base[i];
            u[i] = (float)ng_rng_coin(&rng);
            y[i] = x[i] = (float)(ng_rng_coin(&rng) * 10.0 - 5.0);
        }
        double sum = ng_anneal_visible(&row, n), expected = 0.0;
        for (size_t i = 0; i < n; i++) {
            double in = 0.6 * (double)base[i] + 0.4 * ((double)b[i] + (double)x[i]);
            double off = (double)u[i] - ng_sigmoid(in);
            ck_assert(y[i] == 0.0F || y[i] == 1.0F);
            ck_assert(fabs(off) < 2e-6 || (y[i] == 1.0F) == (off < 0.0));
            expected += (double)y[i] * (double)gap[i];
        }
        ck_assert_double_eq_tol(sum, expected, 1e-9);
    }
}
END_TEST

/* log f_beta by the formula of anneal.h, for a machine of all kinds of units that anneal. */
START_TEST(a_walk_weighs_by_both_models)
{
    const NgUnitGroup groups[] = {
        {NG_UNITS_BINARY, 0, 3}, {NG_UNITS_SOFTMAX, 3, 3}, {NG_UNITS_GAUSSIAN, 6, 2}};
    const double mean[] = {0.2, 0.5, 0.9, 0.2, 0.3, 0.5, 0.4, -1.0};
    g_autoptr(NgRbm) rbm = ng_rbm_new(groups, 3, 3);
    const NgNoise noise = {.seed = 9, .step = 1};

    machine_fill(rbm, 5, 1.0, 0.0, 1.0);
    g_autoptr(NgPath) path = ng_path_new(rbm, mean);
    g_autoptr(NgSwarm) swarm = ng_swarm_new(path, 4, 0);
    ng_swarm_begin(swarm, &noise);
    ng_swarm_input(swarm);
    for (size_t r = 0; r < 4; r++) {
        const float *v = swarm->v + r * 8;
        double zero = 3.0 * G_LN2, one, f;
        for (int i = 0; i < 8; i++)
            zero += i < 6 ? (double)v[i] * (double)path->base[i]
                          : -pow((double)v[i] - (double)path->base[i], 2.0) / 2.0;
        ng_rbm_free_energy(rbm, v, 1, &f);
        one = -f;
        ck_assert_double_eq_tol(ng_swarm_gain(swarm, r, 0.0, 1.0), one - zero, 1e-4);
        ck_assert(v[3] + v[4] + v[5] == 1.0F);
    }
    g_autofree float *v = g_memdup2(swarm->v, 4 * 8 * sizeof(float));
    double gap = swarm->gap[2];
    ng_swarm_start(swarm, v);
    ck_assert_double_eq_tol(swarm->gap[2], gap, 1e-9);
}
END_TEST

Suite *
anneal_suite(void)
{
    Suite *suite = suite_create("anneal");
    TCase *tcase = tcase_create("anneal");

    tcase_add_test(tcase, gains_are_differences_of_softplus);
    tcase_add_test(tcase, visible_units_are_drawn_between_both_models);
    tcase_add_test(tcase, a_walk_weighs_by_both_models);
    suite_add_tcase(suite, tcase);
    return suite;
}

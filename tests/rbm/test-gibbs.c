#include "ngram/gibbs.h"

#include "ngram/exact.h"
#include "ngram/rng.h"

#include <check.h>
#include <math.h>
#include <string.h>

Suite *gibbs_suite(void);

enum { D = 5, H = 3 };

static NgRbm *
random_machine(guint64 seed)
{
    NgRbm *rbm = ng_rbm_new_binary(D, H);
    NgRng rng = ng_rng_new(seed, 0);

    for (int i = 0; i < D * H; i++)
        ng_rbm_weights(rbm)[i] = 3.0F * (float)ng_rng_coin(&rng) - 1.5F;
    for (int i = 0; i < D; i++)
        ng_rbm_visible_bias(rbm)[i] = (float)ng_rng_coin(&rng) - 0.5F;
    return rbm;
}

/* How often each of 2^D states comes up in 20,000 chains, against P(v) by the exact engine: the
 * standard error of a frequency is below .0036, and 5 of them are allowed. */
START_TEST(chains_end_in_the_distribution_of_the_machine)
{
    g_autoptr(NgRbm) rbm = random_machine(1);
    const NgRbmSampling how = {.chains = 20000, .beta = 1.0, .seed = 3, .threads = 2};
    g_autoptr(NgRbmChains) chains = ng_rbm_chains_new(rbm, &how);
    double often[1 << D] = {0}, log_z;
    const NgExactWork work = {.threads = 1};

    ng_rbm_chains_run(chains, 60);
    for (guint r = 0; r < how.chains; r++) {
        unsigned state = 0;
        for (unsigned i = 0; i < D; i++)
            state |= ng_rbm_chains_visible(chains)[r * D + i] != 0.0F ? 1U << i : 0U;
        often[state] += 1.0 / how.chains;
    }
    ck_assert(ng_exact_log_z(rbm, &work, &log_z, NULL));
    for (unsigned s = 0; s < 1U << D; s++) {
        float v[D];
        double f;
        for (unsigned i = 0; i < D; i++)
            v[i] = (float)(s >> i & 1);
        ng_rbm_free_energy(rbm, v, 1, &f);
        ck_assert_double_eq_tol(often[s], exp(-f - log_z), 0.018);
    }
}
END_TEST

START_TEST(the_number_of_threads_changes_nothing)
{
    g_autoptr(NgRbm) rbm = random_machine(2);
    NgRbmSampling how = {.chains = 90, .beta = 0.7, .seed = 5, .threads = 1};
    g_autoptr(NgRbmChains) one = ng_rbm_chains_new(rbm, &how);
    how.threads = 3;
    g_autoptr(NgRbmChains) three = ng_rbm_chains_new(rbm, &how);

    ng_rbm_chains_run(one, 20);
    ng_rbm_chains_run(three, 13);
    ng_rbm_chains_run(three, 7);
    ck_assert_mem_eq(ng_rbm_chains_visible(one), ng_rbm_chains_visible(three),
                     sizeof(float) * 90 * D);
}
END_TEST

START_TEST(units_that_are_held_stay)
{
    g_autoptr(NgRbm) rbm = random_machine(4);
    const guint8 given[D] = {1, 0, 1, 0, 0};
    const float value[D] = {1.0F, 0.0F, 0.0F, 0.0F, 0.0F};
    const NgRbmSampling how = {
        .chains = 40, .beta = 1.0, .given = given, .value = value, .seed = 1};
    g_autoptr(NgRbmChains) chains = ng_rbm_chains_new(rbm, &how);
    float mean[40 * D];

    for (int run = 0; run < 3; run++) {
        ng_rbm_chains_mean(chains, mean);
        for (int r = 0; r < 40; r++) {
            const float *v = ng_rbm_chains_visible(chains) + r * D;
            ck_assert(v[0] == 1.0F && v[2] == 0.0F);
            ck_assert(mean[r * D] == 1.0F && mean[r * D + 2] == 0.0F);
        }
        ng_rbm_chains_run(chains, 5);
    }
}
END_TEST

/* P(v, h)^beta given what is held, by all states. */
static void
exact_means(const NgRbm *rbm, double beta, const float *held, const guint8 *given, double *mean)
{
    double sum = 0.0;

    memset(mean, 0, D * sizeof *mean);
    for (unsigned s = 0; s < 1U << (D + H); s++) {
        float v[D], h[H];
        gboolean allowed = TRUE;
        for (int i = 0; i < D; i++) {
            v[i] = (float)(s >> i & 1);
            allowed &= given == NULL || !given[i] || v[i] == held[i];
        }
        for (int j = 0; j < H; j++)
            h[j] = (float)(s >> (D + j) & 1);
        double weight = allowed ? exp(-beta * ng_rbm_energy(rbm, v, h)) : 0.0;
        sum += weight;
        for (int i = 0; i < D; i++)
            mean[i] += weight * (double)v[i];
    }
    for (int i = 0; i < D; i++)
        mean[i] /= sum;
}

/* 20,000 chains: standard errors of at most .0036, and 5 of them are allowed. */
START_TEST(means_are_those_of_the_temperature_given_what_is_held)
{
    const double beta[] = {1.0, 0.4, 2.5};
    const guint8 given[D] = {0, 1, 0, 0, 1};
    const float value[D] = {0.0F, 1.0F, 0.0F, 0.0F, 0.0F};
    g_autofree float *mean = g_new(float, 20000 * D);

    for (guint64 seed = 0; seed < 3; seed++) {
        g_autoptr(NgRbm) rbm = random_machine(10 + seed);
        NgRbmSampling how = {.chains = 20000, .beta = beta[seed], .seed = seed, .threads = 2};
        double exact[D], smooth[D] = {0}, drawn[D] = {0};
        if (seed > 0) {
            how.given = given;
            how.value = value;
        }
        g_autoptr(NgRbmChains) chains = ng_rbm_chains_new(rbm, &how);
        ng_rbm_chains_run(chains, 60);
        ng_rbm_chains_mean(chains, mean);
        exact_means(rbm, beta[seed], value, how.given, exact);
        for (gsize i = 0; i < (gsize)how.chains * D; i++) {
            smooth[i % D] += (double)mean[i] / how.chains;
            drawn[i % D] += (double)ng_rbm_chains_visible(chains)[i] / how.chains;
        }
        for (int i = 0; i < D; i++) {
            ck_assert_double_eq_tol(smooth[i], exact[i], 0.018);
            ck_assert_double_eq_tol(drawn[i], exact[i], 0.018);
        }
    }
}
END_TEST

START_TEST(streams_of_a_seed_are_different_chains)
{
    g_autoptr(NgRbm) rbm = random_machine(4);
    NgRbmSampling how = {.chains = 50, .beta = 1.0, .seed = 1, .threads = 1};
    double f[50];
    g_autoptr(NgRbmChains) one = ng_rbm_chains_new(rbm, &how);
    how.stream = 1;
    g_autoptr(NgRbmChains) other = ng_rbm_chains_new(rbm, &how);

    ng_rbm_chains_run(one, 3);
    ng_rbm_chains_run(other, 3);
    ck_assert_mem_ne(ng_rbm_chains_visible(one), ng_rbm_chains_visible(other),
                     sizeof(float) * 50 * D);
    ng_rbm_chains_free_energy(one, f);
    for (int r = 0; r < 50; r++) {
        double alone;
        ng_rbm_free_energy(rbm, ng_rbm_chains_visible(one) + r * D, 1, &alone);
        ck_assert_double_eq_tol(f[r], alone, 1e-5);
    }
}
END_TEST

START_TEST(a_choice_is_held_whole_or_not_at_all)
{
    const NgUnitGroup groups[] = {
        {NG_UNITS_BINARY, 0, 2}, {NG_UNITS_SOFTMAX, 2, 3}, {NG_UNITS_COUNTS, 5, 2}};
    g_autoptr(NgRbm) rbm = ng_rbm_new(groups, 3, 2);
    g_autoptr(GError) error = NULL;
    float v[7] = {1.0F, 0.0F, 0.0F, 1.0F, 1.0F, 2.0F, 0.0F};
    guint8 one[7] = {0, 1, 0, 1, 0, 0, 0}, none[7] = {0, 0, 1, 0, 0, 0, 0};
    guint8 two[7] = {0, 0, 0, 1, 1, 0, 0}, part[7] = {0, 0, 0, 0, 0, 1, 0};

    ck_assert(!ng_rbm_settle_given(rbm, v, two, NULL));
    ck_assert(!ng_rbm_settle_given(rbm, v, none, &error));
    ck_assert_ptr_nonnull(strstr(error->message, "units 3 to 5"));
    ck_assert(!ng_rbm_settle_given(rbm, v, part, NULL));
    ck_assert(ng_rbm_settle_given(rbm, v, one, NULL));
    ck_assert(one[2] && one[3] && one[4] && !one[0]);
    ck_assert(v[2] == 0.0F && v[3] == 1.0F && v[4] == 0.0F);
    v[1] = NAN;
    ck_assert(!ng_rbm_settle_given(rbm, v, one, NULL));
}
END_TEST

static gboolean
rows_agree(const float *x, const float *y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (x[i] != y[i])
            return FALSE;
    return TRUE;
}

/* 2 x 10 sweeps of 40 chains by the plain draws from the same coins: hardly a coin falls otherwise,
 * and from one that does a chain goes its own way. */
START_TEST(chains_are_those_of_the_plain_draws)
{
    const double beta[] = {1.0, 0.6};

    for (int b = 0; b < 2; b++) {
        const NgUnitGroup groups[] = {{NG_UNITS_BINARY, 0, 55}, {NG_UNITS_SOFTMAX, 55, 5}};
        g_autoptr(NgRbm) rbm = ng_rbm_new(groups, 2, 21);
        NgRng rng = ng_rng_new((guint64)b, 0);
        float v[40 * 60], h[40 * 21];
        guint same = 0;
        for (int i = 0; i < 60 * 21; i++)
            ng_rbm_weights(rbm)[i] = 2.0F * (float)ng_rng_coin(&rng) - 1.0F;
        const NgRbmSampling how = {.chains = 40, .beta = beta[b], .seed = 5, .threads = 2};
        g_autoptr(NgRbmChains) chains = ng_rbm_chains_new(rbm, &how);
        memcpy(v, ng_rbm_chains_visible(chains), sizeof v);
        NgGibbs step = {.beta = beta[b], .noise = {.seed = 5}};
        for (guint32 s = 0; s < 10; s++) {
            step.noise.step = s;
            ng_rbm_draw_hidden(rbm, &step, v, 40, h);
            ng_rbm_draw_visible(rbm, &step, h, 40, NULL, v);
        }
        ng_rbm_chains_run(chains, 10);
        for (size_t r = 0; r < 40; r++)
            same += rows_agree(v + r * 60, ng_rbm_chains_visible(chains) + r * 60, 60) ? 1 : 0;
        ck_assert_uint_ge(same, 39);
    }
}
END_TEST

Suite *
gibbs_suite(void)
{
    Suite *suite = suite_create("gibbs");
    TCase *tcase = tcase_create("gibbs");

    tcase_set_timeout(tcase, 60); /* 20,000 chains, under sanitizers too */

    tcase_add_test(tcase, chains_end_in_the_distribution_of_the_machine);
    tcase_add_test(tcase, the_number_of_threads_changes_nothing);
    tcase_add_test(tcase, units_that_are_held_stay);
    tcase_add_test(tcase, means_are_those_of_the_temperature_given_what_is_held);
    tcase_add_test(tcase, streams_of_a_seed_are_different_chains);
    tcase_add_test(tcase, a_choice_is_held_whole_or_not_at_all);
    tcase_add_test(tcase, chains_are_those_of_the_plain_draws);
    suite_add_tcase(suite, tcase);
    return suite;
}

#include "ngram/rbm-train.h"
#include "ngram/replicated.h"
#include "ngram/rng.h"

#include <check.h>
#include <math.h>
#include <string.h>

Suite *replicated_suite(void);

static NgRbm *
random_machine(guint K, guint H, double width, guint64 seed)
{
    const NgUnitGroup group = {NG_UNITS_COUNTS, 0, K};
    NgRbm *rbm = ng_rbm_new(&group, 1, H);
    NgRng rng = ng_rng_new(seed, 0);

    for (guint i = 0; i < K * H; i++)
        ng_rbm_weights(rbm)[i] = (float)(width * (2.0 * ng_rng_coin(&rng) - 1.0));
    for (guint i = 0; i < K; i++)
        ng_rbm_visible_bias(rbm)[i] = (float)(2.0 * ng_rng_coin(&rng) - 1.0);
    for (guint j = 0; j < H; j++)
        ng_rbm_hidden_bias(rbm)[j] = (float)(ng_rng_coin(&rng) - 0.5);
    return rbm;
}

/* A data set of one row of counts. */
static NgDataset *
document(const float *counts, guint K)
{
    NgDataset *rows = ng_dataset_new(NG_STORAGE_SPARSE, K, 1.0F);
    g_autofree guint *column = g_new(guint, K);
    g_autofree float *value = g_new(float, K);
    guint n = 0;

    for (guint k = 0; k < K; k++) {
        if (counts[k] == 0.0F)
            continue;
        column[n] = k;
        value[n++] = counts[k];
    }
    ng_dataset_add_sparse(rows, column, value, n);
    return rows;
}

/* The counts of the D words that are the digits of @sequence to the base K. */
static void
spell(guint sequence, guint K, guint length, float *counts)
{
    memset(counts, 0, K * sizeof *counts);
    for (guint i = 0; i < length; i++, sequence /= K)
        counts[sequence % K] += 1.0F;
}

/* Z_D = sum over K^D sequences and 2^H states of e^-E. */
static double
brute_log_z(const NgRbm *rbm, guint length)
{
    guint K = ng_rbm_visible(rbm), H = ng_rbm_hidden(rbm);
    float counts[8], h[8];
    double sum = 0.0;

    for (guint s = 0; s < (guint)lround(pow(K, length)); s++) {
        spell(s, K, length, counts);
        for (guint t = 0; t < 1U << H; t++) {
            for (guint j = 0; j < H; j++)
                h[j] = (float)(t >> j & 1);
            sum += exp(-ng_rbm_energy(rbm, counts, h));
        }
    }
    return log(sum);
}

START_TEST(log_z_is_the_sum_over_all_sequences_and_states)
{
    for (guint seed = 0; seed < 20; seed++) {
        guint K = 2 + seed % 3, H = 1 + seed % 4;
        g_autoptr(NgRbm) rbm = random_machine(K, H, 1.5, seed);
        g_autoptr(NgReplicated) sums = ng_replicated_new(rbm, 1 + seed % 2, NULL);
        ck_assert(ng_replicated_is_exact(sums));
        for (guint length = 0; length <= 5; length++) {
            NgReplicatedZ z = ng_replicated_log_z(sums, length);
            ck_assert_double_eq_tol(z.log_z, brute_log_z(rbm, length),
                                    1e-6); /* energies are float */
            ck_assert(z.low == z.log_z && z.high == z.log_z);
        }
    }
}
END_TEST

START_TEST(all_sequences_of_a_length_sum_to_1)
{
    enum { K = 3, WORDS = 5 };
    g_autoptr(NgRbm) rbm = random_machine(K, 4, 2.0, 7);
    g_autoptr(NgReplicated) sums = ng_replicated_new(rbm, 1, NULL);
    double sum = 0.0;

    for (guint s = 0; s < 243; s++) { /* 3^5 */
        float counts[K];
        spell(s, K, WORDS, counts);
        g_autoptr(NgDataset) rows = document(counts, K);
        NgReplicatedScore score = ng_replicated_score(sums, rows, 0);
        ck_assert_uint_eq(score.words, WORDS);
        sum += exp(score.logprob);
    }
    ck_assert_double_eq_tol(sum, 1.0, 1e-12);
}
END_TEST

START_TEST(all_counts_of_a_length_sum_to_1_with_the_coefficient)
{
    enum { K = 3, WORDS = 6 };
    g_autoptr(NgRbm) rbm = random_machine(K, 3, 2.0, 8);
    g_autoptr(NgReplicated) sums = ng_replicated_new(rbm, 1, NULL);
    double sum = 0.0;

    for (int a = 0; a <= WORDS; a++)
        for (int b = 0; a + b <= WORDS; b++) {
            const float counts[K] = {(float)a, (float)b, (float)(WORDS - a - b)};
            g_autoptr(NgDataset) rows = document(counts, K);
            sum += exp(ng_replicated_score(sums, rows, 0).logprob +
                       ng_replicated_coefficient(rows, 0));
        }
    ck_assert_double_eq_tol(sum, 1.0, 1e-12);
}
END_TEST

START_TEST(a_document_without_words_is_certain)
{
    const float none[3] = {0};
    g_autoptr(NgRbm) rbm = random_machine(3, 2, 1.0, 1);
    g_autoptr(NgReplicated) sums = ng_replicated_new(rbm, 1, NULL);
    g_autoptr(NgDataset) rows = document(none, 3);
    NgReplicatedScore score = ng_replicated_score(sums, rows, 0);

    ck_assert_uint_eq(score.words, 0);
    ck_assert(score.logprob == 0.0);
    ck_assert_double_eq_tol(ng_replicated_log_z(sums, 0).log_z, 2.0 * G_LN2, 1e-12);
}
END_TEST

/* t(h) of each state by itself, in logarithms: the oracle of the sums in two halves. */
static double
plain_log_z(NgRbm *rbm, guint length)
{
    guint K = ng_rbm_visible(rbm), H = ng_rbm_hidden(rbm);
    g_autofree double *t = g_new(double, (size_t)1 << H);
    double most = -INFINITY, sum = 0.0;

    for (guint s = 0; s < 1U << H; s++) {
        double c = 0.0, top = -INFINITY, words = 0.0;
        g_autofree double *x = g_new(double, K);
        for (guint j = 0; j < H; j++)
            c += (s >> j & 1) != 0 ? (double)ng_rbm_hidden_bias(rbm)[j] : 0.0;
        for (guint k = 0; k < K; k++) {
            x[k] = (double)ng_rbm_visible_bias(rbm)[k];
            for (guint j = 0; j < H; j++)
                x[k] += (s >> j & 1) != 0 ? (double)ng_rbm_weights(rbm)[k * H + j] : 0.0;
            top = fmax(top, x[k]);
        }
        for (guint k = 0; k < K; k++)
            words += exp(x[k] - top);
        t[s] = length * (c + top + log(words));
        most = fmax(most, t[s]);
    }
    for (guint s = 0; s < 1U << H; s++)
        sum += exp(t[s] - most);
    return most + log(sum);
}

/* More than 8 hidden units, words that fill no vector, and weights whose factors vanish. */
START_TEST(sums_in_two_halves_are_those_of_each_state)
{
    static const struct {
        guint K, H;
        double width;
    } cases[] = {{17, 9, 1.0},  {64, 10, 3.0},   {5, 12, 1.0},    {1, 11, 2.0},  {9, 2, 1.0},
                 {33, 8, 50.0}, {12, 10, 800.0}, {7, 9, 20000.0}, {3, 10, 1e30}, {100, 11, 0.1}};

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(NgRbm) rbm = random_machine(cases[i].K, cases[i].H, cases[i].width, i);
        for (unsigned threads = 1; threads <= 3; threads++) {
            g_autoptr(NgReplicated) sums = ng_replicated_new(rbm, threads, NULL);
            for (guint length = 1; length <= 1000; length *= 10) {
                double expected = plain_log_z(rbm, length);
                ck_assert_double_eq_tol(ng_replicated_log_z(sums, length).log_z, expected,
                                        1e-12 * fmax(fabs(expected), 1.0));
            }
        }
    }
}
END_TEST

/* 20 machines whose truth is known; an interval of three deviations misses rarely. */
START_TEST(annealed_intervals_hold_the_exact_value)
{
    int held = 0, asked = 0;

    for (guint seed = 0; seed < 20; seed++) {
        g_autoptr(NgRbm) rbm = random_machine(40, 4 + seed % 7, 0.3 + 0.04 * (double)seed, seed);
        NgReplicatedOptions options;
        ng_replicated_options_init(&options);
        options.longest = 60;
        options.seed = seed;
        g_autoptr(NgReplicated) exact = ng_replicated_new(rbm, 1, NULL);
        g_autoptr(NgReplicated) sampled = ng_replicated_new_sampled(rbm, &options, NULL);
        ck_assert(!ng_replicated_is_exact(sampled));
        ck_assert_double_eq_tol(ng_replicated_log_z(sampled, 0).log_z,
                                ng_replicated_log_z(exact, 0).log_z, 1e-9);
        double truth = ng_replicated_log_z(exact, 60).log_z;
        NgReplicatedZ z = ng_replicated_log_z(sampled, 60);
        asked += !isnan(z.low);
        held += z.low <= truth && truth <= z.high;
    }
    ck_assert_int_ge(asked, 18);
    ck_assert_int_ge(held, asked - 1);
}
END_TEST

START_TEST(an_estimate_that_few_chains_carry_has_no_interval)
{
    g_autoptr(NgRbm) rbm = random_machine(30, 10, 30.0, 3);
    NgReplicatedOptions options;
    const float counts[30] = {[3] = 50.0F, [7] = 50.0F};

    ng_replicated_options_init(&options);
    options.longest = 100;
    g_autoptr(NgReplicated) sampled = ng_replicated_new_sampled(rbm, &options, NULL);
    NgReplicatedZ z = ng_replicated_log_z(sampled, 100);
    ck_assert(isfinite(z.log_z));
    ck_assert_double_lt(z.effective, 20.0);
    ck_assert(isnan(z.low) && isnan(z.high));
    g_autoptr(NgDataset) rows = document(counts, 30);
    NgReplicatedScore score = ng_replicated_score(sampled, rows, 0);
    ck_assert(isfinite(score.logprob) && isnan(score.low) && isnan(score.high));
}
END_TEST

START_TEST(threads_change_no_digit_of_an_estimate)
{
    g_autoptr(NgRbm) rbm = random_machine(37, 30, 1.0, 4);
    double first = 0.0;

    for (unsigned threads = 1; threads <= 4; threads++) {
        NgReplicatedOptions options;
        ng_replicated_options_init(&options);
        options.longest = 20;
        options.threads = threads;
        g_autoptr(NgReplicated) sampled = ng_replicated_new_sampled(rbm, &options, NULL);
        NgReplicatedZ z = ng_replicated_log_z(sampled, 20);
        if (threads == 1)
            first = z.log_z;
        ck_assert(z.log_z == first);
    }
}
END_TEST

/* Weights beyond what e^w holds in plain numbers: the chains turn to logarithms. */
START_TEST(estimates_survive_huge_weights)
{
    g_autoptr(NgRbm) rbm = random_machine(11, 6, 2000.0, 5);
    NgReplicatedOptions options;

    ng_replicated_options_init(&options);
    options.longest = 10;
    g_autoptr(NgReplicated) sampled = ng_replicated_new_sampled(rbm, &options, NULL);
    for (guint length = 0; length <= 10; length++)
        ck_assert(isfinite(ng_replicated_log_z(sampled, length).log_z));
}
END_TEST

/*
 * Documents of 10 to 200 words about one of two things: words 0 to 9, or 10 to 19, each as likely as
 * the others.  A unigram model has perplexity 20; who knows the thing has 10, and pays log 2 a
 * document to know it.
 */
START_TEST(training_finds_what_documents_are_about)
{
    enum { K = 20, ROWS = 1000 };
    g_autoptr(NgDataset) rows = ng_dataset_new(NG_STORAGE_SPARSE, K, 1.0F);
    const NgUnitGroup group = {NG_UNITS_COUNTS, 0, K};
    g_autoptr(NgRbm) rbm = ng_rbm_new(&group, 1, 3);
    NgRng rng = ng_rng_new(1, 0);
    NgRbmTraining how;
    double logprob = 0.0, words = 0.0;

    for (guint r = 0; r < ROWS; r++) {
        guint length = 10 + ng_rng_u32(&rng) % 191, first = r % 2 * 10, column[10];
        float counts[10] = {0};
        for (guint i = 0; i < length; i++)
            counts[ng_rng_u32(&rng) % 10] += 1.0F;
        guint n = 0;
        float value[10];
        for (guint k = 0; k < 10; k++) {
            column[n] = first + k;
            value[n] = counts[k];
            n += counts[k] > 0.0F;
        }
        ng_dataset_add_sparse(rows, column, value, n);
    }
    ng_rbm_training_init(&how);
    how.method = NG_RBM_CD;
    how.rate = 0.03;
    how.epochs = 40;
    ck_assert(ng_rbm_train(rbm, rows, &how, NULL));
    g_autoptr(NgReplicated) sums = ng_replicated_new(rbm, 1, NULL);
    for (guint r = 0; r < ROWS; r++) {
        NgReplicatedScore score = ng_replicated_score(sums, rows, r);
        logprob += score.logprob;
        words += score.words;
    }
    ck_assert_double_lt(exp(-logprob / words), 10.6); /* the best is 10 e^(log 2 / 105), or 10.07 */
    ck_assert_double_gt(exp(-logprob / words), 10.0);
}
END_TEST

START_TEST(other_machines_and_too_many_hidden_units_are_refused)
{
    const NgUnitGroup mixed[] = {{NG_UNITS_COUNTS, 0, 3}, {NG_UNITS_SOFTMAX, 3, 2}};
    g_autoptr(NgRbm) binary = ng_rbm_new_binary(3, 2);
    g_autoptr(NgRbm) labelled = ng_rbm_new(mixed, 2, 2);
    g_autoptr(NgRbm) large = random_machine(3, NG_REPLICATED_HIDDEN + 1, 1.0, 1);
    NgReplicatedOptions options;
    g_autoptr(GError) error = NULL;

    ng_replicated_options_init(&options);
    ck_assert(!ng_replicated_fits(binary) && !ng_replicated_fits(labelled));
    ck_assert_ptr_null(ng_replicated_new(binary, 1, &error));
    ck_assert(strstr(error->message, "no counts") != NULL);
    g_clear_error(&error);
    ck_assert_ptr_null(ng_replicated_new_sampled(labelled, &options, &error));
    ck_assert(strstr(error->message, "no counts") != NULL);
    g_clear_error(&error);
    ck_assert_ptr_null(ng_replicated_new(large, 1, &error));
    ck_assert(strstr(error->message, "too many") != NULL);
}
END_TEST

Suite *
replicated_suite(void)
{
    Suite *suite = suite_create("replicated");
    TCase *tests = tcase_create("replicated");

    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, log_z_is_the_sum_over_all_sequences_and_states);
    tcase_add_test(tests, all_sequences_of_a_length_sum_to_1);
    tcase_add_test(tests, all_counts_of_a_length_sum_to_1_with_the_coefficient);
    tcase_add_test(tests, a_document_without_words_is_certain);
    tcase_add_test(tests, sums_in_two_halves_are_those_of_each_state);
    tcase_add_test(tests, annealed_intervals_hold_the_exact_value);
    tcase_add_test(tests, an_estimate_that_few_chains_carry_has_no_interval);
    tcase_add_test(tests, threads_change_no_digit_of_an_estimate);
    tcase_add_test(tests, estimates_survive_huge_weights);
    tcase_add_test(tests, training_finds_what_documents_are_about);
    tcase_add_test(tests, other_machines_and_too_many_hidden_units_are_refused);
    suite_add_tcase(suite, tests);
    return suite;
}

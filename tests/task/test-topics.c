#include "ngram/topics.h"

#include <check.h>
#include <math.h>

Suite *topics_suite(void);

enum { K = 4, H = 2 };

/* Word 0 is frequent and moved by the first unit, word 1 rare and moved more, word 2 moved away. */
static NgRbm *
machine(guint kind)
{
    static const float w[K][H] = {{1.0F, 0.0F}, {2.0F, 0.0F}, {-1.0F, 3.0F}, {0.0F, 0.0F}};
    static const float b[K] = {0.0F, -6.0F, 0.0F, 0.0F};
    const NgUnitGroup group = {kind, 0, K};
    NgRbm *rbm = ng_rbm_new(&group, 1, H);

    for (int k = 0; k < K; k++) {
        ng_rbm_visible_bias(rbm)[k] = b[k];
        for (int j = 0; j < H; j++)
            ng_rbm_weights(rbm)[k * H + j] = w[k][j];
    }
    return rbm;
}

START_TEST(a_unit_of_counts_is_told_by_words_that_are_moved_and_frequent)
{
    static const float mean[H] = {0.9F, 0.0F};
    g_autoptr(NgRbm) rbm = machine(NG_UNITS_COUNTS);
    NgTopicWord words[K];

    ck_assert_uint_eq(ng_topics_of(rbm, 0, mean, NG_TOPICS_GAIN, words), K);
    ck_assert_uint_eq(words[0].word, 0);
    ck_assert_uint_eq(words[K - 1].word, 2); /* falls from 1/3 to e^-1 / 4.1 */
    double z_on = exp(1) + exp(-4) + exp(-1) + 1, z_off = 3 + exp(-6);
    ck_assert_double_eq_tol(words[0].on, exp(1) / z_on, 1e-6);
    ck_assert_double_eq_tol(words[0].off, 1 / z_off, 1e-6);
    ck_assert_double_eq_tol(words[0].gain, exp(1) / z_on * log(exp(1) / z_on * z_off), 1e-6);
    ck_assert_double_lt(words[K - 1].gain, 0.0);

    ng_topics_of(rbm, 0, mean, NG_TOPICS_WEIGHT, words);
    ck_assert_uint_eq(words[0].word, 1);
    ck_assert(words[0].weight == 2.0);
    ng_topics_of(rbm, 1, mean, NG_TOPICS_SHARE, words);
    ck_assert_uint_eq(words[0].word, 2);
    double most = exp(3 - 0.9) / (exp(3 - 0.9) + exp(0.9) + exp(-6 + 1.8) + 1);
    ck_assert_double_eq_tol(words[0].on, most, 1e-6);
}
END_TEST

START_TEST(a_unit_of_word_sets_too)
{
    static const float mean[H] = {0.5F, 0.5F};
    g_autoptr(NgRbm) rbm = machine(NG_UNITS_BINARY);
    NgTopicWord words[K];

    ng_topics_of(rbm, 1, mean, NG_TOPICS_GAIN, words);
    ck_assert_uint_eq(words[0].word, 2);
    double on = 1 / (1 + exp(-2.5)), off = 1 / (1 + exp(0.5));
    ck_assert_double_eq_tol(words[0].on, on, 1e-6);
    ck_assert_double_eq_tol(words[0].off, off, 1e-6);
    ck_assert_double_eq_tol(words[0].gain,
                            on * log(on / off) + (1 - on) * log((1 - on) / (1 - off)), 1e-5);
    ck_assert(words[1].gain == 0.0);
    ng_topics_of(rbm, 0, mean, NG_TOPICS_GAIN, words);
    ck_assert_uint_eq(words[K - 1].word, 2); /* made rarer */
    ck_assert_double_lt(words[K - 1].gain, 0.0);
}
END_TEST

/* 0.3 log P_on + 0.7 log P_on / P_off: word 1 is moved twice as much as word 0, but 400 times rarer */
START_TEST(the_most_relevant_words_are_moved_and_not_rare)
{
    static const float mean[H] = {0.5F, 0.0F};
    g_autoptr(NgRbm) rbm = machine(NG_UNITS_COUNTS);
    NgTopicWord words[K];

    ng_topics_of(rbm, 0, mean, NG_TOPICS_RELEVANCE, words);
    ck_assert_uint_eq(words[0].word, 0);
    ng_rbm_visible_bias(rbm)[1] = -2.0F;
    ng_topics_of(rbm, 0, mean, NG_TOPICS_RELEVANCE, words);
    ck_assert_uint_eq(words[0].word, 1); /* .7 * 2 - .3 * (2 - 2) is more than .7 - .3 * -1 */
}
END_TEST

START_TEST(means_are_those_of_the_rows)
{
    g_autoptr(NgRbm) rbm = machine(NG_UNITS_COUNTS);
    g_autoptr(NgDataset) rows = ng_dataset_new(NG_STORAGE_SPARSE, K, 1.0F);
    double first = 0.0;
    float mean[H];

    ng_topics_means(rbm, NULL, mean);
    ck_assert(mean[0] == 0.5F && mean[1] == 0.5F);
    for (guint r = 0; r < 100; r++) { /* more rows than are taken at once */
        const guint column[] = {0};
        const float value[] = {(float)(r % 3 + 1)};
        ng_dataset_add_sparse(rows, column, value, 1);
        first += 1 / (1 + exp(-(double)value[0])) / 100;
    }
    ng_topics_means(rbm, rows, mean);
    ck_assert_double_eq_tol((double)mean[0], first, 1e-6);
    ck_assert_double_eq_tol((double)mean[1], 0.5, 1e-6);
}
END_TEST

START_TEST(a_machine_keeps_how_often_its_units_are_on)
{
    static const float mean[H] = {0.125F, 0.7F};
    static const char *const bad[] = {"", "0.5", "0.5 x", "0.5 2", "0.5 nan", "0.5 0.5 0.5"};
    g_autoptr(NgRbm) rbm = machine(NG_UNITS_COUNTS);
    float back[H];

    ck_assert(!ng_topics_noted(rbm, back));
    ck_assert(back[0] == 0.5F && back[1] == 0.5F);
    ng_topics_note(rbm, mean);
    ck_assert(ng_topics_noted(rbm, back));
    ck_assert(back[0] == mean[0] && back[1] == mean[1]);
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_key_file_set_string(ng_rbm_manifest(rbm), "text", "on", bad[i]);
        ck_assert(!ng_topics_noted(rbm, back));
        ck_assert(back[0] == 0.5F && back[1] == 0.5F);
    }
}
END_TEST

Suite *
topics_suite(void)
{
    Suite *suite = suite_create("topics");
    TCase *tests = tcase_create("topics");

    tcase_add_test(tests, a_unit_of_counts_is_told_by_words_that_are_moved_and_frequent);
    tcase_add_test(tests, a_unit_of_word_sets_too);
    tcase_add_test(tests, the_most_relevant_words_are_moved_and_not_rare);
    tcase_add_test(tests, a_machine_keeps_how_often_its_units_are_on);
    tcase_add_test(tests, means_are_those_of_the_rows);
    suite_add_tcase(suite, tests);
    return suite;
}

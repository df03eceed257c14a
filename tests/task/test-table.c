#include "generators.h"

#include "ngram/table.h"

Suite *table_suite(void);

/* The best rows are the first of all rows, to the last bit, however many are asked for. */
START_TEST(the_best_rows_are_the_first_of_all)
{
    const NgGenerateOptions sample = {0};
    g_autoptr(NgModel) model = model_number(_i);
    g_autoptr(NgGenerator) generator = generator_of(model, &sample);
    NgWalk walk;
    NgRng rng = ng_rng_new(8, 0);

    ng_walk_init(&walk, model, 0);
    ng_walk_begin(&walk);
    for (int step = 0; step < 100; step++) {
        size_t n_all = 0, n = 0;
        double sum = 0.0;
        g_autofree NgTableRow *all = ng_table_all(&walk, &n_all, &sum);
        ck_assert_uint_eq(n_all, ng_vocab_size(ng_model_vocab(model)) - 1);
        ck_assert_double_eq_tol(sum, 1.0, 1e-5);
        for (size_t k = 1; k <= n_all + 1; k = 2 * k + 1) {
            g_autofree NgTableRow *best = ng_table_best(&walk, k, &n);
            ck_assert_uint_eq(n, MIN(k, n_all));
            for (size_t i = 0; i < n; i++) {
                ck_assert_uint_eq(best[i].word, all[i].word);
                ck_assert_uint_eq(best[i].order, all[i].order);
                ck_assert(best[i].p == all[i].p);
            }
        }
        NgWord word = ng_generator_word(generator, walk.state[0], &rng);
        ng_walk_step(&walk, word, NULL);
        if (word == NG_WORD_END)
            ng_walk_begin(&walk);
    }
}
END_TEST

START_TEST(rows_come_by_falling_probability_and_then_by_id)
{
    g_autoptr(NgModel) model = model_number(_i);
    size_t n = 0;
    NgWalk walk;
    ng_walk_init(&walk, model, 0);
    g_autofree NgTableRow *rows = ng_table_all(&walk, &n, NULL);

    for (size_t i = 1; i < n; i++)
        ck_assert(rows[i - 1].p > rows[i].p ||
                  (rows[i - 1].p == rows[i].p && rows[i - 1].word < rows[i].word));
}
END_TEST

Suite *
table_suite(void)
{
    Suite *suite = suite_create("table");
    TCase *tcase = tcase_create("table");

    tcase_set_timeout(tcase, 60.0);
    tcase_add_loop_test(tcase, the_best_rows_are_the_first_of_all, 0, MODELS);
    tcase_add_loop_test(tcase, rows_come_by_falling_probability_and_then_by_id, 0, MODELS);
    suite_add_tcase(suite, tcase);
    return suite;
}

#include "generators.h"

#include "ngram/novelty.h"

Suite *novelty_suite(void);

/* Whether @n words stand in the text in a row, and none of them is a mark or unknown. */
static gboolean
stands_in(const NgWord *text, size_t length, const NgWord *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (words[i] < NG_WORDS_FIXED)
            return FALSE;
    for (size_t i = 0; i + n <= length; i++)
        if (memcmp(text + i, words, n * sizeof *words) == 0)
            return TRUE;
    return FALSE;
}

START_TEST(runs_are_those_that_stand_in_the_text)
{
    enum { LENGTH = 3000 };
    NgRng rng = ng_rng_new(3, 0);
    NgWord text[LENGTH], words[20];
    guint run = (guint)_i + 1;

    for (size_t i = 0; i < LENGTH; i++) { /* marks and <unk> among them */
        text[i] = (NgWord)(ng_rng_u32(&rng) % 10);
        if (text[i] == NG_WORD_BEGIN)
            text[i] = NG_WORD_END;
    }
    g_autoptr(NgNovelty) novelty = ng_novelty_new(text, LENGTH, run);
    ck_assert_uint_eq(ng_novelty_run(novelty), run);
    for (int trial = 0; trial < 3000; trial++) {
        size_t n = ng_rng_u32(&rng) % 20, from = ng_rng_u32(&rng) % (LENGTH - 20);
        memcpy(words, text + from, n * sizeof *words);
        if (n > 0 && trial % 2 == 0)
            words[ng_rng_u32(&rng) % n] = (NgWord)(ng_rng_u32(&rng) % 10);
        gboolean copied = n > run && stands_in(text, LENGTH, words + (n - run - 1), run + 1);
        ck_assert(ng_novelty_ends_copied(novelty, words, n) == copied);
    }
}
END_TEST

START_TEST(an_empty_text_has_no_runs)
{
    const NgWord words[] = {5, 6, 7};
    g_autoptr(NgNovelty) novelty = ng_novelty_new(NULL, 0, 1);

    ck_assert(!ng_novelty_ends_copied(novelty, words, 3));
}
END_TEST

/* The text of `reviews` as a model cuts it, from a file and from the model itself. */
START_TEST(texts_that_must_be_new_copy_no_run)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = file_with(reviews);
    const char *const paths[] = {path, NULL};
    NgTrainOptions options;

    ng_train_options_init(&options);
    options.order = 3;
    options.keep_text = TRUE;
    options.threads = 1;
    g_autoptr(NgModel) model = ng_train(paths, &options, NULL, &error);
    ck_assert_ptr_nonnull(model);
    guint run = (guint)_i + 1;
    g_autoptr(NgNovelty) own = ng_novelty_of_model(model, run, &error);
    g_autoptr(NgNovelty) read = ng_novelty_of_files(model, paths, run, NULL, &error);
    ck_assert_ptr_nonnull(own);
    ck_assert_ptr_nonnull(read);
    size_t length = 0;
    const NgWord *text = ng_model_section(model, NG_NOVELTY_TEXT, sizeof(NgWord), &length);
    const NgGenerateOptions a = {.novelty = own}, b = {.novelty = read};
    g_autoptr(NgGenerator) first = generator_of(model, &a), second = generator_of(model, &b);
    for (uint64_t i = 0; i < 200; i++) {
        NgRng rng = ng_rng_new(9, i), again = rng;
        NgGenerated x, y;
        ck_assert(ng_generator_draw(first, &rng, &x, NULL));
        ck_assert(ng_generator_draw(second, &again, &y, NULL));
        ck_assert_uint_eq(x.n, y.n);
        ck_assert_mem_eq(x.words, y.words, x.n * sizeof(NgWord));
        ck_assert_uint_eq(x.copied, 0);
        for (size_t w = run; w < x.n; w++)
            ck_assert(!stands_in(text, length, x.words + (w - run), run + 1));
        ng_generated_clear(&x);
        ng_generated_clear(&y);
    }
    g_unlink(path);
}
END_TEST

/* Every text of this model is a copy: the best attempt comes, and says so. */
static const char one_text[] = "a b c d e f\n";

START_TEST(where_nothing_is_new_the_shortest_copy_comes)
{
    g_autoptr(NgModel) model = model_of_text(one_text, 3, NG_SMOOTHING_MLE, NG_TOKENS_SPACE);
    const NgWord text[] = {3, 4, 5, 6, 7, 8, NG_WORD_END};
    g_autoptr(NgNovelty) novelty = ng_novelty_new(text, 7, 3);
    const NgGenerateOptions options = {.novelty = novelty, .tries = 5};
    g_autoptr(NgGenerator) generator = generator_of(model, &options);
    NgRng rng = ng_rng_new(1, 0);
    NgGenerated got;

    ck_assert(ng_generator_draw(generator, &rng, &got, NULL));
    ck_assert_uint_eq(got.n, 6);
    ck_assert_uint_eq(got.copied, 6);
    ck_assert_uint_eq(got.tries, 10); /* 5 whole texts, and 5 that avoid copies */
    ng_generated_clear(&got);
}
END_TEST

/* With one try, and copies nearly sure, words are drawn anew: still none is copied. */
START_TEST(guided_texts_copy_no_run)
{
    g_autoptr(NgModel) model = model_of_text(one_text, 3, NG_SMOOTHING_WB, NG_TOKENS_SPACE);
    const NgWord text[] = {3, 4, 5, 6, 7, 8, NG_WORD_END};
    g_autoptr(NgNovelty) novelty = ng_novelty_new(text, 7, 1);
    const NgGenerateOptions options = {
        .novelty = novelty, .tries = 1, .min_words = 1, .sampling.temperature = _i == 0 ? 0 : 0.9};
    g_autoptr(NgGenerator) generator = generator_of(model, &options);
    guint guided = 0;

    for (uint64_t i = 0; i < 300; i++) {
        NgRng rng = ng_rng_new(1, i);
        NgGenerated got;
        g_autoptr(GError) error = NULL;
        if (!ng_generator_draw(generator, &rng, &got, &error))
            continue; /* too short both times */
        guided += got.guided ? 1 : 0;
        for (size_t w = 1; w < got.n && got.copied == 0; w++)
            ck_assert(!stands_in(text, 7, got.words + (w - 1), 2));
        ng_generated_clear(&got);
    }
    ck_assert_uint_gt(guided, 30);
}
END_TEST

Suite *
novelty_suite(void)
{
    Suite *suite = suite_create("novelty");
    TCase *all = tcase_create("all");

    tcase_add_loop_test(all, runs_are_those_that_stand_in_the_text, 0, 6);
    tcase_add_test(all, an_empty_text_has_no_runs);
    tcase_add_loop_test(all, texts_that_must_be_new_copy_no_run, 0, 4);
    tcase_add_test(all, where_nothing_is_new_the_shortest_copy_comes);
    tcase_add_loop_test(all, guided_texts_copy_no_run, 0, 2);
    suite_add_tcase(suite, all);
    return suite;
}

#include "../folder.h"
#include "texts.h"

#include "ngram/error.h"
#include "ngram/prune.h"

Suite *prune_suite(void);

static guint64
bytes_of(const NgModel *model)
{
    g_autofree char *path = new_file();
    g_autoptr(GError) error = NULL;
    gsize length = 0;

    ck_assert_msg(ng_model_save(model, path, &error), "%s",
                  error != NULL ? error->message : "no error");
    g_free(contents_of(path, &length));
    g_unlink(path);
    return length;
}

static NgModel *
prune(const NgModel *model, const NgPruneOptions *options)
{
    g_autoptr(GError) error = NULL;
    NgModel *pruned = ng_prune_model(model, options, &error);

    ck_assert_msg(pruned != NULL, "%s", error != NULL ? error->message : "no error");
    return pruned;
}

/* The corpus of the tests of training: two authors, with capitals inside sentences. */
static NgModel *
model_of_authors(void)
{
    NgTrainOptions options;
    g_autoptr(GError) error = NULL;

    ng_train_options_init(&options);
    options.authors = NG_AUTHORS_FILE;
    make_folder();
    for (unsigned i = 0; i < 2; i++) {
        g_autofree char *name = g_strdup_printf("author%u.txt", i);
        g_autofree char *text = random_text(60 + i, 200, 30, 12);
        g_autofree char *with_name = g_strconcat(text, "w1 w2 Paris w3\nw4 Paris w5\n", NULL);
        g_free(put_file(name, with_name, -1));
    }
    const char *const paths[] = {folder, NULL};
    NgModel *model = ng_train(paths, &options, NULL, &error);
    ck_assert_msg(model != NULL, "%s", error != NULL ? error->message : "no error");
    remove_folder();
    return model;
}

static size_t
ngrams_of(const NgModel *model)
{
    size_t n = 0;

    for (size_t v = 0; v < ng_model_voices(model); v++)
        for (unsigned k = 1; k <= ng_voice_order(ng_model_voice(model, v)); k++)
            n += ng_voice_level_ngrams(ng_model_voice(model, v), k);
    return n;
}

START_TEST(the_size_of_a_model_is_that_of_its_file)
{
    g_autoptr(NgModel) model = model_of_authors();

    ck_assert_uint_eq(ng_model_size(model), bytes_of(model));
}
END_TEST

START_TEST(every_voice_is_pruned_by_one_threshold)
{
    g_autoptr(NgModel) model = model_of_authors();
    NgPruneOptions options = {.threshold = 1e-4, .threads = 1};
    g_autoptr(NgModel) pruned = prune(model, &options);
    size_t length = 0;

    ck_assert_uint_eq(ng_model_voices(pruned), 3);
    options.history = NG_PRUNE_HISTORY_STATIONARY; /* as mkn has it */
    for (size_t v = 0; v < 3; v++) {
        g_autoptr(NgVoice) alone = ng_prune_entropy(ng_model_voice(model, v), &options);
        for (unsigned k = 1; k <= 3; k++)
            ck_assert_uint_eq(ng_voice_level_size(alone, k),
                              ng_voice_level_size(ng_model_voice(pruned, v), k));
        ck_assert_uint_lt(ng_voice_level_size(alone, 3),
                          ng_voice_level_size(ng_model_voice(model, v), 3));
        ck_assert_str_eq(ng_model_voice_name(pruned, v), ng_model_voice_name(model, v));
        ck_assert(ng_voice_check(ng_model_voice(pruned, v), 1e-5, NULL));
    }
    NgWord paris = word_in(pruned, "paris");
    ck_assert_uint_eq(paris, word_in(model, "paris"));
    ck_assert_str_eq(ng_model_surface(pruned, paris, &length), "Paris");
}
END_TEST

START_TEST(the_manifest_says_what_was_pruned)
{
    g_autoptr(NgModel) model = model_of_authors();
    const NgPruneOptions options = {.threshold = 0.001, .threads = 1};
    g_autoptr(NgModel) pruned = prune(model, &options);
    GKeyFile *manifest = ng_model_manifest(pruned);

    for (unsigned k = 2; k <= 3; k++) {
        g_autofree char *key = g_strdup_printf("2.%u", k);
        g_autofree char *expected =
            g_strdup_printf("%zu of %zu", ng_voice_level_ngrams(ng_model_voice(pruned, 2), k),
                            ng_voice_level_ngrams(ng_model_voice(model, 2), k));
        g_autofree char *got = g_key_file_get_string(manifest, "prune-entropy", key, NULL);
        ck_assert_str_eq(got, expected);
    }
    g_autofree char *threshold =
        g_key_file_get_string(manifest, "prune-entropy", "threshold", NULL);
    g_autofree char *smoothing = g_key_file_get_string(manifest, "model", "smoothing", NULL);
    ck_assert_str_eq(threshold, "0.001");
    ck_assert_str_eq(smoothing, "mkn");
    ck_assert(!g_key_file_has_key(manifest, "prune-entropy", "bytes", NULL));
    ck_assert(!g_key_file_has_group(ng_model_manifest(model), "prune-entropy"));
}
END_TEST

/* Counts instead of bytes: a measure that no straight line through bytes knows. */
static guint64
count_ngrams(const NgModel *model, gpointer data)
{
    guint64 *calls = data;

    ++*calls;
    return ngrams_of(model);
}

/* As large as a file, and then much larger where the last level is large: a bent measure. */
static guint64
bent_size(const NgModel *model, gpointer data)
{
    guint64 n = ng_voice_level_size(ng_model_voice(model, 0), 3);
    guint64 *calls = data;

    ++*calls;
    return ng_model_size(model) + n * n / 100;
}

static double
threshold_in(const NgModel *model)
{
    return g_key_file_get_double(ng_model_manifest(model), "prune-entropy", "threshold", NULL);
}

/* The file fits, and by the next lower float32 it would not. */
static void
check_target(const NgModel *model, const NgPruneOptions *options)
{
    g_autoptr(NgModel) pruned = prune(model, options);
    NgPruneOptions lower = {.threads = 1, .history = options->history};
    double threshold = threshold_in(pruned);
    guint64 size = options->size != NULL ? options->size(pruned, options->data) : bytes_of(pruned);

    ck_assert_uint_le(size, options->target);
    ck_assert_uint_eq(
        g_key_file_get_uint64(ng_model_manifest(pruned), "prune-entropy", "bytes", NULL), size);
    ck_assert_uint_eq(
        g_key_file_get_uint64(ng_model_manifest(pruned), "prune-entropy", "bytes-wanted", NULL),
        options->target);
    if (threshold <= options->threshold)
        return;
    lower.threshold = (double)nextafterf((float)threshold, 0.0F);
    g_autoptr(NgModel) larger = prune(model, &lower);
    g_key_file_set_uint64(ng_model_manifest(larger), "prune-entropy", "bytes", options->target);
    g_key_file_set_uint64(ng_model_manifest(larger), "prune-entropy", "bytes-wanted",
                          options->target);
    size = options->size != NULL ? options->size(larger, options->data) : bytes_of(larger);
    ck_assert_uint_gt(size, options->target);
}

START_TEST(the_least_threshold_is_found_that_fits)
{
    g_autoptr(NgModel) model = model_of_authors();
    guint64 whole = ng_model_size(model);
    NgPruneOptions options = {.threads = 1};

    for (guint64 target = whole / 2; target < whole + whole / 4; target += whole / 13) {
        options.target = target;
        check_target(model, &options);
    }
}
END_TEST

START_TEST(any_measure_of_size_will_do)
{
    g_autoptr(NgModel) model = model_of_authors();
    guint64 calls = 0;
    NgPruneOptions options = {.threads = 1, .size = count_ngrams, .data = &calls};

    for (guint64 target = ngrams_of(model) / 4; target < ngrams_of(model); target += 1000) {
        options.target = target;
        calls = 0;
        check_target(model, &options);
        ck_assert_uint_lt(calls, 40);
    }
    options.size = bent_size;
    for (unsigned percent = 60; percent < 100; percent += 7) {
        options.target = bent_size(model, &calls) * percent / 100;
        calls = 0;
        check_target(model, &options);
        ck_assert_uint_lt(calls, 40);
    }
}
END_TEST

START_TEST(the_threshold_found_gives_the_same_voices)
{
    g_autoptr(NgModel) model = model_of_authors();
    NgPruneOptions options = {.threads = 1, .target = ng_model_size(model) * 2 / 3};
    g_autoptr(NgModel) by_size = prune(model, &options);
    g_autoptr(NgModel) by_threshold = NULL;
    gsize length = 0;

    options = (NgPruneOptions){.threads = 2, .threshold = threshold_in(by_size)};
    by_threshold = prune(model, &options);
    for (size_t v = 0; v < 3; v++) {
        g_autofree char *one = arpa_of(by_size, v, &length);
        g_autofree char *two = arpa_of(by_threshold, v, &length);
        ck_assert_str_eq(one, two);
    }
}
END_TEST

START_TEST(a_size_below_that_of_the_words_is_refused)
{
    g_autoptr(NgModel) model = model_of_authors();
    NgPruneOptions options = {.threads = 1, .target = 1000};
    g_autoptr(GError) error = NULL;

    ck_assert_ptr_null(ng_prune_model(model, &options, &error));
    ck_assert(g_error_matches(error, NG_ERROR, NG_ERROR_RANGE));
    /* what the message calls the least is reached, and a byte less is not */
    const char *least = strstr(error->message, "it has ");
    ck_assert_ptr_nonnull(least);
    options.target = g_ascii_strtoull(least + strlen("it has "), NULL, 10);
    g_autoptr(NgModel) pruned = prune(model, &options);
    ck_assert_uint_eq(ng_voice_level_size(ng_model_voice(pruned, 0), 2), 0);
    g_clear_error(&error);
    options.target = bytes_of(pruned) - 1;
    ck_assert_ptr_null(ng_prune_model(model, &options, &error));
}
END_TEST

START_TEST(a_pruned_model_is_opened_again)
{
    g_autoptr(NgModel) model = model_of_authors();
    const double thresholds[] = {1e-4, 1e300};

    for (size_t i = 0; i < G_N_ELEMENTS(thresholds); i++) {
        const NgPruneOptions options = {.threads = 1, .threshold = thresholds[i]};
        g_autoptr(NgModel) pruned = prune(model, &options);
        g_autofree char *path = new_file();
        g_autoptr(GError) error = NULL;
        ck_assert(ng_model_save(pruned, path, &error));
        g_autoptr(NgModel) again = ng_model_open(path, &error);
        ck_assert_msg(again != NULL, "%s", error != NULL ? error->message : "no error");
        ck_assert(ng_model_verify(again, &error));
        ck_assert_uint_eq(ngrams_of(again), ngrams_of(pruned));
        g_unlink(path);
    }
}
END_TEST

Suite *
prune_suite(void)
{
    Suite *suite = suite_create("prune");
    TCase *models = tcase_create("models");
    TCase *sizes = tcase_create("sizes");

    tcase_add_test(models, every_voice_is_pruned_by_one_threshold);
    tcase_add_test(models, the_manifest_says_what_was_pruned);
    tcase_add_test(models, a_pruned_model_is_opened_again);
    suite_add_tcase(suite, models);

    tcase_add_test(sizes, the_size_of_a_model_is_that_of_its_file);
    tcase_add_test(sizes, the_least_threshold_is_found_that_fits);
    tcase_add_test(sizes, any_measure_of_size_will_do);
    tcase_add_test(sizes, the_threshold_found_gives_the_same_voices);
    tcase_add_test(sizes, a_size_below_that_of_the_words_is_refused);
    tcase_set_timeout(sizes, 60);
    suite_add_tcase(suite, sizes);
    return suite;
}

#include "ngram/features.h"

#include "ngram/rng.h"

#include "../folder.h"

#include <math.h>
#include <string.h>

Suite *features_suite(void);

/* Columns by documents, then bytes: the (3), film (2), good (2), a (1), bad (1), was (1). */
static const char text[] = "The film, the good film!\n"
                           "\n"
                           "the film was bad\n"
                           "a good the ...\n";

static NgFeatures *
learn(const char *name, const NgFeaturesOptions *options, NgDataset **rows)
{
    g_autofree char *path = put_file(name, text, -1);
    const char *const paths[] = {path, NULL};
    g_autoptr(GError) error = NULL;
    NgFeatures *features = ng_features_learn(paths, options, NULL, rows, &error);

    ck_assert_msg(features != NULL, "%s", error != NULL ? error->message : "no error");
    return features;
}

static void
assert_row(const NgDataset *rows, size_t row, const float *expected)
{
    guint n = ng_dataset_columns(rows);
    g_autofree float *got = g_new(float, n);

    ng_dataset_row(rows, row, got);
    for (guint i = 0; i < n; i++)
        ck_assert_msg(got[i] == expected[i], "row %zu, column %u: %g, not %g", row, i,
                      (double)got[i], (double)expected[i]);
}

static void
assert_report(const NgFeatures *features, const NgFeaturesReport *expected)
{
    const NgFeaturesReport *got = ng_features_report(features);

    ck_assert_uint_eq(got->documents, expected->documents);
    ck_assert_uint_eq(got->empty, expected->empty);
    ck_assert_uint_eq(got->words, expected->words);
    ck_assert_uint_eq(got->stop, expected->stop);
    ck_assert_uint_eq(got->unknown, expected->unknown);
    ck_assert_uint_eq(got->marks, expected->marks);
    ck_assert_uint_eq(got->invalid, expected->invalid);
}

START_TEST(a_text_becomes_the_counts_of_its_words)
{
    NgFeaturesOptions options;
    g_autoptr(NgDataset) rows = NULL;

    ng_features_options_init(&options);
    options.min_documents = 1;
    g_autoptr(NgFeatures) features = learn("a.txt", &options, &rows);
    ck_assert_uint_eq(ng_features_size(features), 6);
    ck_assert_str_eq(ng_features_word(features, 0), "the");
    ck_assert_str_eq(ng_features_word(features, 1), "film");
    ck_assert_str_eq(ng_features_word(features, 2), "good");
    ck_assert_str_eq(ng_features_word(features, 3), "a");
    ck_assert_uint_eq(ng_features_frequency(features, 0), 4);
    ck_assert_uint_eq(ng_features_frequency(features, 1), 3);
    ck_assert_uint_eq(ng_dataset_rows(rows), 3);
    assert_row(rows, 0, (const float[]){2, 2, 1, 0, 0, 0});
    assert_row(rows, 1, (const float[]){1, 1, 0, 0, 1, 1});
    assert_row(rows, 2, (const float[]){1, 0, 1, 1, 0, 0});
    ck_assert(g_str_has_suffix(ng_dataset_name(rows, 1), "a.txt:3"));
    ck_assert_uint_eq(ng_features_group(features).kind, NG_UNITS_COUNTS);
    assert_report(features, &(NgFeaturesReport){.documents = 3, .words = 12, .marks = 5});
    /* film 3, good 2, a, bad, was 1, the 4 of 12, and one more of each: 5/18, 5/18, 4/18, 4/18, 3/18 */
    ck_assert_double_eq_tol(ng_features_unigram(features, rows, 0),
                            2 * log(5.0 / 18) + 2 * log(4.0 / 18) + log(3.0 / 18), 1e-12);
}
END_TEST

START_TEST(or_the_set_of_them)
{
    NgFeaturesOptions options;
    g_autoptr(NgDataset) rows = NULL;

    ng_features_options_init(&options);
    options.min_documents = 1;
    options.kind = NG_FEATURES_SETS;
    g_autoptr(NgFeatures) features = learn("a.txt", &options, &rows);
    assert_row(rows, 0, (const float[]){1, 1, 1, 0, 0, 0});
    ck_assert_uint_eq(ng_features_group(features).kind, NG_UNITS_BINARY);
    ck_assert(ng_dataset_is_binary(rows));
}
END_TEST

START_TEST(frequent_and_rare_words_and_those_beyond_the_size_are_left_out_and_counted)
{
    NgFeaturesOptions options;
    g_autoptr(NgDataset) rows = NULL;

    ng_features_options_init(&options);
    options.stop = 1;
    options.size = 1;
    g_autoptr(NgFeatures) features = learn("a.txt", &options, &rows);
    ck_assert_uint_eq(ng_features_size(features), 1); /* film: "the" is stopped, "good" is beyond */
    ck_assert_str_eq(ng_features_word(features, 0), "film");
    ck_assert_uint_eq(ng_dataset_rows(rows), 2); /* the third has no word */
    assert_report(features,
                  &(NgFeaturesReport){
                      .documents = 2, .empty = 1, .words = 3, .stop = 4, .unknown = 5, .marks = 5});
}
END_TEST

START_TEST(marks_are_words_where_they_are_asked_for)
{
    NgFeaturesOptions options;

    ng_features_options_init(&options);
    options.min_documents = 1;
    options.marks = TRUE;
    g_autoptr(NgFeatures) features = learn("a.txt", &options, NULL);
    ck_assert_uint_eq(ng_features_size(features), 9); /* and , ! . */
}
END_TEST

START_TEST(a_folder_is_read_with_what_is_below_it_file_by_file)
{
    g_autofree char *one = put_file("c/b/one.txt", "x y\n\ny\n", -1);
    g_autofree char *two = put_file("c/d/two.txt", "y z\n", -1);
    g_autofree char *note = put_file("c/README", "not a text\n", -1);
    g_autofree char *path = g_build_filename(folder, "c", NULL);
    const char *const paths[] = {path, NULL};
    NgFeaturesOptions options;
    g_autoptr(NgDataset) rows = NULL;

    ng_features_options_init(&options);
    options.unit = NG_UNIT_FILE;
    options.min_documents = 1;
    g_autoptr(NgFeatures) features = ng_features_learn(paths, &options, NULL, &rows, NULL);
    ck_assert_uint_eq(ng_dataset_rows(rows), 2);
    ck_assert_str_eq(ng_dataset_name(rows, 0), one);
    ck_assert_str_eq(ng_dataset_name(rows, 1), two);
    assert_row(rows, 0, (const float[]){2, 1, 0}); /* y x z */
    assert_row(rows, 1, (const float[]){1, 0, 1});
    ck_assert_uint_eq(ng_features_report(features)->left_out, 1);
}
END_TEST

/* The list in its order, cut as text is; frequencies are those of the text. */
START_TEST(words_of_a_list_are_the_columns)
{
    g_autofree char *list = put_file("words.txt", "Good\nsplendid\nThe film\ngood\n", -1);
    g_autofree char *path = put_file("a.txt", text, -1);
    const char *const paths[] = {path, NULL};
    NgFeaturesOptions options;

    ng_features_options_init(&options);
    g_autoptr(NgFeatures) features = ng_features_new_for_list(list, &options, NULL);
    ck_assert_ptr_nonnull(features);
    g_autoptr(NgDataset) rows = ng_features_learn_rows(features, paths, NULL, NULL);
    ck_assert_uint_eq(ng_features_size(features), 4);
    ck_assert_str_eq(ng_features_word(features, 1), "splendid");
    ck_assert_uint_eq(ng_features_frequency(features, 0), 2);
    ck_assert_uint_eq(ng_features_frequency(features, 1), 0);
    ck_assert_uint_eq(ng_features_frequency(features, 2), 4);
    ck_assert_uint_eq(ng_dataset_rows(rows), 3);
    assert_row(rows, 0, (const float[]){1, 0, 2, 2});
    assert_row(rows, 2, (const float[]){1, 0, 1, 0});
}
END_TEST

/* Another text by the words of a machine: columns, cutting and words left out are its own. */
START_TEST(words_of_a_machine_are_the_columns_of_another_text)
{
    g_autofree char *path = put_file("b.txt", "A Film, THE bad bad film\nelse\nthe good\n", -1);
    const char *const paths[] = {path, NULL};
    NgFeaturesOptions options;

    ng_features_options_init(&options);
    options.min_documents = 1;
    options.stop = 1; /* the */
    g_autoptr(NgFeatures) first = learn("a.txt", &options, NULL);
    const NgUnitGroup group = ng_features_group(first);
    g_autoptr(NgRbm) rbm = ng_rbm_new(&group, 1, 1);
    ng_features_note(first, rbm);
    g_autoptr(NgFeatures) features = ng_features_new_for_rbm(rbm, NULL);
    ng_features_set_kind(features, NG_FEATURES_SETS);
    ng_features_set_limit(features, 2);
    g_autoptr(NgDataset) rows = ng_features_learn_rows(features, paths, NULL, NULL);
    ck_assert_uint_eq(ng_dataset_rows(rows), 1); /* the second has no word, the third is beyond */
    assert_row(rows, 0, (const float[]){1, 0, 1, 1, 0}); /* film good a bad was */
    ck_assert_uint_eq(ng_features_frequency(features, 0), 2);
    ck_assert_uint_eq(ng_features_frequency(features, 3), 2);
    assert_report(features,
                  &(NgFeaturesReport){
                      .documents = 1, .empty = 1, .words = 5, .stop = 1, .unknown = 1, .marks = 1});
    ck_assert_uint_eq(ng_features_group(features).kind, NG_UNITS_BINARY);
    for (guint i = 0; i < ng_dataset_columns(rows); i++)
        ck_assert_str_eq(ng_features_word(features, i), ng_rbm_name(rbm, i));
}
END_TEST

START_TEST(lists_without_a_word_and_texts_without_one_of_them_are_refused)
{
    g_autofree char *empty = put_file("empty.txt", "\n \n", -1);
    g_autofree char *list = put_file("words.txt", "splendid\n", -1);
    g_autofree char *path = put_file("a.txt", text, -1);
    const char *const paths[] = {path, NULL};
    g_autoptr(GError) no_list = NULL, no_row = NULL;
    NgFeaturesOptions options;

    ng_features_options_init(&options);
    ck_assert_ptr_null(ng_features_new_for_list(empty, &options, &no_list));
    ck_assert_ptr_nonnull(strstr(no_list->message, "no word in this list"));
    g_autoptr(NgFeatures) features = ng_features_new_for_list(list, &options, NULL);
    ck_assert_ptr_null(ng_features_learn_rows(features, paths, NULL, &no_row));
    ck_assert_str_eq(no_row->message, "none of 3 texts has one of the 1 words that are given");
}
END_TEST

/* Each setting that is not the default comes back, and so do the words left out. */
START_TEST(the_first_documents_alone_give_words_and_rows_and_later_ones_are_read_whole)
{
    g_autofree char *one = put_file("limit/1.txt", "x y\n\ny\n", -1);
    g_autofree char *two = put_file("limit/2.txt", "y z\nz\n", -1);
    const char *const paths[] = {one, two, NULL};
    NgFeaturesOptions options;
    g_autoptr(NgDataset) rows = NULL;

    ng_features_options_init(&options);
    options.min_documents = 1;
    options.limit = 3; /* two lines of the first file that have words, and one of the second */
    g_autoptr(NgFeatures) features = ng_features_learn(paths, &options, NULL, &rows, NULL);
    ck_assert_uint_eq(ng_dataset_rows(rows), 3);
    ck_assert_uint_eq(ng_features_size(features), 3); /* y x z */
    assert_row(rows, 2, (const float[]){1, 0, 1});
    g_autoptr(NgDataset) all = ng_features_read(features, paths, NULL, NULL);
    ck_assert_uint_eq(ng_dataset_rows(all), 4);

    options.limit = 2; /* z is a word of the second file alone */
    g_autoptr(NgFeatures) fewer = ng_features_learn(paths, &options, NULL, NULL, NULL);
    ck_assert_uint_eq(ng_features_size(fewer), 2);
}
END_TEST

START_TEST(a_machine_says_how_its_text_was_cut)
{
    NgFeaturesOptions options;

    ng_features_options_init(&options);
    options.tokens = NG_TOKENS_PATTERN;
    options.pattern = "[a-zA-Z]+|\\.\\.\\.";
    options.fold = FALSE;
    options.unit = NG_UNIT_PARAGRAPH;
    options.stop = 2;
    options.min_documents = 1;
    options.marks = TRUE;
    g_autoptr(NgFeatures) features = learn("a.txt", &options, NULL);
    const NgUnitGroup group = ng_features_group(features);
    g_autoptr(NgRbm) rbm = ng_rbm_new(&group, 1, 2);
    g_autoptr(GError) error = NULL;
    ck_assert(!ng_features_fit(rbm));
    ng_features_note(features, rbm);
    ck_assert(ng_features_fit(rbm));
    ck_assert_str_eq(ng_rbm_name(rbm, 0), ng_features_word(features, 0));

    g_autofree char *path = g_build_filename(folder, "x.rbm", NULL);
    ck_assert(ng_rbm_save(rbm, path, &error));
    g_autoptr(NgRbm) saved = ng_rbm_open(path, &error);
    g_autoptr(NgFeatures) back = ng_features_new_for_rbm(saved, &error);
    ck_assert_msg(back != NULL, "%s", error != NULL ? error->message : "");
    ck_assert_uint_eq(ng_features_size(back), ng_features_size(features));
    for (guint i = 0; i < ng_features_size(back); i++)
        ck_assert_uint_eq(ng_features_frequency(back, i), ng_features_frequency(features, i));

    g_autofree char *other = put_file("b.txt", "The film ...\nfilm FILM\n\nnothing\n", -1);
    const char *const paths[] = {other, NULL};
    g_autoptr(NgDataset) a = ng_features_read(features, paths, NULL, &error);
    g_autoptr(NgDataset) b = ng_features_read(back, paths, NULL, &error);
    ck_assert_uint_eq(ng_dataset_rows(a), 2); /* paragraphs; the second is empty of words */
    ck_assert_uint_eq(ng_dataset_rows(b), 2);
    for (size_t r = 0; r < 2; r++) {
        float row[16];
        ng_dataset_row(a, r, row);
        assert_row(b, r, row);
    }
    ck_assert_uint_eq(ng_features_report(back)->empty, 1);
    ck_assert_uint_eq(ng_features_report(back)->stop, 2); /* "film" is one of the two left out */
    ck_assert_uint_eq(ng_features_report(features)->stop, 2);
}
END_TEST

START_TEST(a_text_in_memory_makes_the_row_of_its_file)
{
    NgFeaturesOptions options;
    static const char one[] = "The film, the good film!";
    g_autoptr(NgDataset) rows = NULL;

    ng_features_options_init(&options);
    options.min_documents = 1;
    g_autoptr(NgFeatures) features = learn("a.txt", &options, NULL);
    rows = ng_features_rows(features);
    ng_features_add_text(features, rows, one, strlen(one), "one");
    ng_features_add_text(features, rows, "", 0, "none");
    ck_assert_uint_eq(ng_dataset_rows(rows), 2);
    assert_row(rows, 0, (const float[]){2, 2, 1, 0, 0, 0});
    assert_row(rows, 1, (const float[]){0, 0, 0, 0, 0, 0});
    ck_assert_str_eq(ng_dataset_name(rows, 0), "one");
}
END_TEST

START_TEST(what_cannot_be_learned_from_is_refused_with_its_name)
{
    static const struct {
        const char *content;
        guint stop, min_documents;
        const char *part;
    } cases[] = {
        {"", 0, 1, "no text"},
        {"\n \n", 0, 1, "no text"},
        {"... !\n", 0, 1, "no word is left"},
        {"a b\n", 2, 1, "no word is left"},
        {"a b\n", 0, 2, "no word is left"},
        {"<unk> <unk>\n", 0, 1, "no word is left"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = put_file("bad.txt", cases[i].content, -1);
        const char *const paths[] = {path, NULL};
        NgFeaturesOptions options;
        g_autoptr(GError) error = NULL;
        NgDataset *rows = NULL;
        ng_features_options_init(&options);
        options.stop = cases[i].stop;
        options.min_documents = cases[i].min_documents;
        ck_assert_ptr_null(ng_features_learn(paths, &options, NULL, &rows, &error));
        ck_assert_ptr_null(rows);
        ck_assert_msg(strstr(error->message, cases[i].part) != NULL, "%s", error->message);
    }
}
END_TEST

START_TEST(a_machine_of_pictures_or_with_a_damaged_manifest_has_no_text)
{
    static const char *const names[] = {"a", "a"}, *const good[] = {"a", "b"};
    static const char *const keys[] = {"kind", "tokens", "unit", "case"};
    g_autoptr(NgRbm) rbm = ng_rbm_new_binary(2, 1);
    g_autoptr(GError) error = NULL;
    GKeyFile *manifest = ng_rbm_manifest(rbm);

    ck_assert_ptr_null(ng_features_new_for_rbm(rbm, &error));
    ck_assert(strstr(error->message, "not trained on text") != NULL);
    g_clear_error(&error);
    ng_rbm_set_names(rbm, names);
    g_key_file_set_string(manifest, "text", "kind", "sets");
    g_key_file_set_string(manifest, "text", "tokens", "words");
    g_key_file_set_string(manifest, "text", "unit", "line");
    g_key_file_set_string(manifest, "text", "case", "fold");
    ck_assert_ptr_null(ng_features_new_for_rbm(rbm, &error));
    ck_assert(strstr(error->message, "one name") != NULL);
    g_clear_error(&error);
    ng_rbm_set_names(rbm, good);
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        g_autofree char *old = g_key_file_get_string(manifest, "text", keys[i], NULL);
        g_key_file_remove_key(manifest, "text", keys[i], NULL);
        ck_assert_ptr_null(ng_features_new_for_rbm(rbm, &error));
        ck_assert(strstr(error->message, keys[i]) != NULL);
        g_clear_error(&error);
        g_key_file_set_string(manifest, "text", keys[i], old);
    }
    g_key_file_set_string(manifest, "text", "frequency", "1 2 x");
    g_autoptr(NgFeatures) features = ng_features_new_for_rbm(rbm, &error);
    ck_assert_ptr_nonnull(features);
    ck_assert_uint_eq(ng_features_frequency(features, 0), 0);
}
END_TEST

/* Hostile: random bytes, invalid UTF-8 and NULs among them; every token is counted once. */
START_TEST(any_bytes_make_rows)
{
    NgRng rng = ng_rng_new(4, 0);

    for (int i = 0; i < 200; i++) {
        char bytes[400];
        for (size_t j = 0; j < sizeof bytes; j++)
            bytes[j] = (char)(ng_rng_coin(&rng) < 0.6 ? "ab .\n<>/sunk"[ng_rng_u32(&rng) % 12]
                                                      : (char)ng_rng_u32(&rng));
        g_autofree char *path = put_file("r.txt", bytes, sizeof bytes);
        const char *const paths[] = {path, NULL};
        NgFeaturesOptions options;
        g_autoptr(NgDataset) rows = NULL;
        ng_features_options_init(&options);
        options.tokens = i % 2 == 0 ? NG_TOKENS_SPACE : NG_TOKENS_WORDS;
        options.fold = i % 2 != 0;
        options.min_documents = 1;
        options.stop = 3;
        g_autoptr(NgFeatures) features = ng_features_learn(paths, &options, NULL, &rows, NULL);
        if (features == NULL)
            continue;
        const NgUnitGroup group = ng_features_group(features);
        g_autoptr(NgRbm) rbm = ng_rbm_new(&group, 1, 1);
        ng_features_note(features, rbm);
        g_autoptr(GError) error = NULL;
        g_autoptr(NgFeatures) back = ng_features_new_for_rbm(rbm, &error);
        ck_assert_msg(back != NULL, "%s", error != NULL ? error->message : "");
        g_autoptr(NgDataset) again = ng_features_read(back, paths, NULL, &error);
        const NgFeaturesReport *a = ng_features_report(features), *b = ng_features_report(back);
        ck_assert_uint_eq(a->words, b->words);
        ck_assert_uint_eq(a->stop, b->stop);
        ck_assert_uint_eq(a->unknown, b->unknown);
        ck_assert_uint_eq(a->marks, b->marks);
        ck_assert_uint_eq(a->documents + a->empty, b->documents);
    }
}
END_TEST

Suite *
features_suite(void)
{
    Suite *suite = suite_create("features");
    TCase *tests = tcase_create("features");

    tcase_add_checked_fixture(tests, make_folder, remove_folder);
    tcase_add_test(tests, a_text_becomes_the_counts_of_its_words);
    tcase_add_test(tests, or_the_set_of_them);
    tcase_add_test(tests,
                   frequent_and_rare_words_and_those_beyond_the_size_are_left_out_and_counted);
    tcase_add_test(tests, marks_are_words_where_they_are_asked_for);
    tcase_add_test(tests, a_folder_is_read_with_what_is_below_it_file_by_file);
    tcase_add_test(tests,
                   the_first_documents_alone_give_words_and_rows_and_later_ones_are_read_whole);
    tcase_add_test(tests, words_of_a_list_are_the_columns);
    tcase_add_test(tests, words_of_a_machine_are_the_columns_of_another_text);
    tcase_add_test(tests, lists_without_a_word_and_texts_without_one_of_them_are_refused);
    tcase_add_test(tests, a_machine_says_how_its_text_was_cut);
    tcase_add_test(tests, a_text_in_memory_makes_the_row_of_its_file);
    tcase_add_test(tests, what_cannot_be_learned_from_is_refused_with_its_name);
    tcase_add_test(tests, a_machine_of_pictures_or_with_a_damaged_manifest_has_no_text);
    tcase_add_test(tests, any_bytes_make_rows);
    suite_add_tcase(suite, tests);
    return suite;
}

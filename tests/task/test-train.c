#include "../folder.h"
#include "../lm/texts.h"

#include "ngram/error.h"

Suite *train_suite(void);

static void
put(const char *name, const char *text)
{
    g_free(put_file(name, text, -1));
}

static NgTrainOptions
word_options(unsigned order)
{
    NgTrainOptions options;

    ng_train_options_init(&options);
    options.order = order;
    return options;
}

/* The names of the authors' voices, in order, each followed by a blank. */
static char *
authors_of(const NgModel *model)
{
    GString *names = g_string_new(NULL);

    for (size_t v = 1; v < ng_model_voices(model); v++)
        g_string_append_printf(names, "%s ", ng_model_voice_name(model, v));
    return g_string_free(names, FALSE);
}

static guint64
manifest_number(const NgModel *model, const char *key)
{
    return g_key_file_get_uint64(ng_model_manifest(model), "model", key, NULL);
}

START_TEST(defaults_are_trigrams_of_folded_words)
{
    NgTrainOptions options;

    ng_train_options_init(&options);
    ck_assert_uint_eq(options.order, 3);
    ck_assert_int_eq(options.smooth.method, NG_SMOOTHING_MKN);
    ck_assert_int_eq(options.tokens, NG_TOKENS_WORDS);
    ck_assert_int_eq(options.unit, NG_UNIT_LINE);
    ck_assert_int_eq(options.authors, NG_AUTHORS_AUTO);
    ck_assert(options.fold);
    ck_assert_uint_eq(options.threads, 1);
}
END_TEST

static void
put_authors(void)
{
    put("ann/one.txt", "a a b\n");
    put("ann/deep/two.txt", "a c\n");
    put("bob/three.txt", "b b b\n");
    put("README.md", "r e a d m e\n");
}

static const struct {
    NgAuthors authors;
    const char *names;
    guint64 left_out, tokens;
} ways[] = {
    {NG_AUTHORS_AUTO, "ann bob ", 1, 8},
    {NG_AUTHORS_FOLDER, "ann bob ", 1, 8},
    {NG_AUTHORS_FILE, "README two one three ", 0, 14},
    {NG_AUTHORS_NONE, "", 0, 14},
};

START_TEST(authors_are_folders_or_files_or_nobody)
{
    NgTrainOptions options = word_options(2);

    put_authors();
    options.authors = ways[_i].authors;
    g_autoptr(NgModel) model = train_on(folder, &options);
    g_autofree char *names = authors_of(model);
    ck_assert_str_eq(names, ways[_i].names);
    ck_assert_uint_eq(manifest_number(model, "tokens"), ways[_i].tokens);
    ck_assert_uint_eq(manifest_number(model, "files-left-out"), ways[_i].left_out);
    ck_assert_int_eq(word_in(model, "r") == NG_WORD_UNKNOWN, ways[_i].left_out > 0);
}
END_TEST

/* A voice is the model of that author's text alone, over everybody's words. */
START_TEST(a_voice_is_its_authors_text)
{
    NgTrainOptions options = word_options(2);
    double p[8];

    put_authors();
    options.smooth.method = NG_SMOOTHING_MLE;
    g_autoptr(NgModel) model = train_on(folder, &options);
    ck_assert_uint_eq(ng_vocab_size(ng_model_vocab(model)), 6);
    /* ann: a 3, b 1, c 1, </s> 2; bob: b 3, </s> 1; both: a 3, b 4, c 1, </s> 3 */
    static const double expected[3][3] = {
        {3.0 / 11, 4.0 / 11, 1.0 / 11}, {3.0 / 7, 1.0 / 7, 1.0 / 7}, {0.0, 3.0 / 4, 0.0}};
    for (size_t v = 0; v < 3; v++) {
        ng_voice_distribution(ng_model_voice(model, v), (NgState){0}, p, NULL);
        ck_assert_double_eq_tol(p[word_in(model, "a")], expected[v][0], 1e-7);
        ck_assert_double_eq_tol(p[word_in(model, "b")], expected[v][1], 1e-7);
        ck_assert_double_eq_tol(p[word_in(model, "c")], expected[v][2], 1e-7);
    }
}
END_TEST

/* The stem of a file is its author, wherever it lies; others' text may stand between. */
START_TEST(an_author_may_have_files_apart)
{
    NgTrainOptions options = word_options(2);
    double p[8];

    put("a/jane.txt", "a\n");
    put("b/john.txt", "b b b\n");
    put("c/jane.old.txt", "c\n");
    options.authors = NG_AUTHORS_FILE;
    options.smooth.method = NG_SMOOTHING_MLE;
    g_autoptr(NgModel) model = train_on(folder, &options);
    g_autofree char *names = authors_of(model);
    ck_assert_str_eq(names, "jane john ");
    /* jane: a 1, c 1, </s> 2 */
    ng_voice_distribution(ng_model_voice(model, 1), (NgState){0}, p, NULL);
    ck_assert_double_eq_tol(p[word_in(model, "a")], 0.25, 1e-7);
    ck_assert_double_eq_tol(p[word_in(model, "c")], 0.25, 1e-7);
    ck_assert_double_eq(p[word_in(model, "b")], 0.0);
}
END_TEST

START_TEST(folders_that_are_no_authors_are_told)
{
    NgTrainOptions options = word_options(2);
    const char *const paths[] = {folder, NULL};
    g_autoptr(GError) error = NULL;

    put("one.txt", "a\n");
    options.authors = NG_AUTHORS_FOLDER;
    ck_assert_ptr_null(ng_train(paths, &options, NULL, &error));
    ck_assert(g_error_matches(error, NG_ERROR, NG_ERROR_RANGE));
    g_autofree char *expected =
        g_strconcat(folder, ": no subfolders that could be authors (--authors file or none)", NULL);
    ck_assert_str_eq(error->message, expected);
}
END_TEST

START_TEST(the_whole_alone_is_the_first_voice)
{
    NgTrainOptions options = word_options(2);
    gsize length = 0;

    put_authors();
    g_autoptr(NgModel) all = train_on(folder, &options);
    options.whole_only = TRUE;
    g_autoptr(NgModel) whole = train_on(folder, &options);
    g_autofree char *expected = arpa_of(all, 0, &length);
    g_autofree char *arpa = arpa_of(whole, 0, &length);
    ck_assert_uint_eq(ng_model_voices(whole), 1);
    ck_assert_str_eq(arpa, expected);
}
END_TEST

START_TEST(words_outside_a_list_are_unknown)
{
    NgTrainOptions options = word_options(2);
    g_autofree char *list = put_file("list", "The\nsea never-seen\n", -1);
    g_autofree char *text = put_file("text", "the sea, the wind\n", -1);
    double p[8];

    options.vocab = list;
    options.smooth.method = NG_SMOOTHING_MLE;
    g_autoptr(NgModel) model = train_on(text, &options);
    ck_assert_uint_eq(ng_vocab_size(ng_model_vocab(model)), 6);
    ck_assert_uint_ne(word_in(model, "never-seen"), NG_WORD_UNKNOWN);
    ck_assert_uint_eq(word_in(model, "wind"), NG_WORD_UNKNOWN);
    ng_voice_distribution(ng_model_voice(model, 0), (NgState){0}, p, NULL);
    /* the 2, sea 1, "," and wind 2, </s> 1 */
    ck_assert_double_eq_tol(p[NG_WORD_UNKNOWN], 2.0 / 6.0, 1e-7);
    ck_assert_double_eq_tol(p[word_in(model, "the")], 2.0 / 6.0, 1e-7);
    ck_assert_double_eq(p[word_in(model, "never-seen")], 0.0);
}
END_TEST

START_TEST(an_empty_list_is_refused)
{
    NgTrainOptions options = word_options(2);
    g_autofree char *list = put_file("list", "\n \n", -1);
    g_autofree char *text = put_file("text", "a\n", -1);
    const char *const paths[] = {text, NULL};
    g_autofree char *expected = g_strconcat(list, ": no word in this list", NULL);
    g_autoptr(GError) error = NULL;

    options.vocab = list;
    ck_assert_ptr_null(ng_train(paths, &options, NULL, &error));
    ck_assert_str_eq(error->message, expected);
}
END_TEST

START_TEST(rare_words_are_unknown)
{
    NgTrainOptions options = word_options(1);
    g_autofree char *text = put_file("text", "a a a b b c\n", -1);
    double p[8];

    options.min_count = 2;
    options.smooth.method = NG_SMOOTHING_MLE;
    g_autoptr(NgModel) model = train_on(text, &options);
    ck_assert_uint_eq(ng_vocab_size(ng_model_vocab(model)), 5);
    ng_voice_distribution(ng_model_voice(model, 0), (NgState){0}, p, NULL);
    ck_assert_double_eq_tol(p[NG_WORD_UNKNOWN], 1.0 / 7.0, 1e-7);
    ck_assert_double_eq_tol(p[word_in(model, "a")], 3.0 / 7.0, 1e-7);
}
END_TEST

/* Pruned as --prune 1: gone from the vocabulary, and their mass is of unknown words. */
START_TEST(pruned_words_leave_the_vocabulary)
{
    NgTrainOptions options = word_options(1);
    g_autofree char *text = put_file("text", "a a a b b c\n", -1);
    double p[8];

    options.smooth.prune[0] = 1;
    options.smooth.method = NG_SMOOTHING_MLE;
    g_autoptr(NgModel) model = train_on(text, &options);
    ck_assert_uint_eq(ng_vocab_size(ng_model_vocab(model)), 5);
    ck_assert_uint_eq(word_in(model, "c"), NG_WORD_UNKNOWN);
    ng_voice_distribution(ng_model_voice(model, 0), (NgState){0}, p, NULL);
    ck_assert_double_eq_tol(p[NG_WORD_UNKNOWN], 1.0 / 7.0, 1e-7);
    ck_assert_double_eq_tol(p[word_in(model, "b")], 2.0 / 7.0, 1e-7);
}
END_TEST

START_TEST(words_are_numbered_by_frequency_or_by_appearance)
{
    NgTrainOptions options = word_options(1);
    g_autofree char *text = put_file("text", "d b b c a c c\n", -1);

    options.stable_ids = _i;
    g_autoptr(NgModel) model = train_on(text, &options);
    const char *expected = _i ? "dbca" : "cbad"; /* c 3, b 2, a and d 1 */
    for (NgWord i = 0; i < 4; i++)
        ck_assert_int_eq(ng_vocab_word(ng_model_vocab(model), 3 + i, NULL)[0], expected[i]);
}
END_TEST

#define CUT  " marks where text is cut and is no word (--skip-symbols passes over it)"
#define HOLD " stands for unknown words and is no word (--skip-symbols passes over it)"

static const struct {
    const char *text;
    gboolean lmplz;
    const char *message; /* NULL: it is trained on */
} symbols[] = {
    {"a\nb <s> c\n", FALSE, ":2: the token '<s>'" CUT},
    {"a </s>\n", FALSE, ":1: the token '</s>'" CUT},
    {"a\n\n\n<s>\n", TRUE, ":4: the token '<s>'" CUT},
    {"a <unk>\n", TRUE, ":1: the token '<unk>'" HOLD},
    {"a <unk> b\n", FALSE, NULL},
    {"a <S> <s>b b</s>\n", FALSE, NULL},
};

START_TEST(marks_in_the_text_are_refused_with_their_line)
{
    NgTrainOptions options = plain_options(2);
    g_autofree char *text = put_file("text", symbols[_i].text, -1);
    const char *const paths[] = {text, NULL};
    g_autoptr(GError) error = NULL;

    options.smooth.lmplz = symbols[_i].lmplz;
    g_autoptr(NgModel) model = ng_train(paths, &options, NULL, &error);
    ck_assert_int_eq(model == NULL, symbols[_i].message != NULL);
    if (model != NULL)
        return;
    g_autofree char *expected = g_strconcat(text, symbols[_i].message, NULL);
    ck_assert(g_error_matches(error, NG_ERROR, NG_ERROR_FORMAT));
    ck_assert_str_eq(error->message, expected);
}
END_TEST

START_TEST(marks_are_passed_over_where_that_is_asked_for)
{
    NgTrainOptions options = plain_options(2);
    gsize length = 0;

    options.skip_symbols = TRUE;
    g_autoptr(NgModel) with = model_of("a <s> b\n</s> <unk>\nb a <unk>\n", &options);
    g_autoptr(NgModel) without = model_of("a b\n\nb a\n", &options);
    g_autofree char *expected = arpa_of(without, 0, &length);
    g_autofree char *arpa = arpa_of(with, 0, &length);
    ck_assert_str_eq(arpa, expected);
}
END_TEST

START_TEST(unknown_words_in_the_text_are_counted)
{
    NgTrainOptions options = plain_options(1);
    double p[8];

    options.smooth.method = NG_SMOOTHING_MLE;
    g_autoptr(NgModel) model = model_of("a <unk> <unk>\n", &options);
    ng_voice_distribution(ng_model_voice(model, 0), (NgState){0}, p, NULL);
    ck_assert_double_eq_tol(p[NG_WORD_UNKNOWN], 0.5, 1e-7);
}
END_TEST

static const char *const nothing[] = {"", "\n\n  \n", "\t"};

START_TEST(a_corpus_without_text_is_refused)
{
    NgTrainOptions options = word_options(3);
    g_autofree char *text = put_file("text", nothing[_i], -1);
    const char *const paths[] = {text, NULL};
    g_autofree char *expected =
        g_strconcat(text, ": no text to learn from (name files or folders that hold words)", NULL);
    g_autoptr(GError) error = NULL;

    ck_assert_ptr_null(ng_train(paths, &options, NULL, &error));
    ck_assert(g_error_matches(error, NG_ERROR, NG_ERROR_FORMAT));
    ck_assert_str_eq(error->message, expected);
}
END_TEST

START_TEST(a_path_that_is_not_there_is_a_file_error)
{
    NgTrainOptions options = word_options(3);
    const char *const paths[] = {"/nonexistent", NULL};
    g_autoptr(GError) error = NULL;

    ck_assert_ptr_null(ng_train(paths, &options, NULL, &error));
    ck_assert(g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT));
}
END_TEST

/* _i: method; every order that there is, though the text has two tokens with its end. */
START_TEST(one_word_is_enough_for_any_order)
{
    for (unsigned order = 1; order <= NG_ORDER_MAX; order++) {
        NgTrainOptions options = word_options(order);
        set_smoothing(&options, smoothings[_i]);
        g_autoptr(NgModel) model = model_of("word", &options);
        ck_assert_uint_eq(ng_model_order(model), order);
        ck_assert(ng_voice_check(ng_model_voice(model, 0), 1e-5, NULL));
    }
}
END_TEST

/* Zero bytes part tokens; bytes that are no UTF-8 are kept, and counted. */
START_TEST(any_bytes_are_text)
{
    static const char bytes[] = "a\0b \xff\xfe c\n\xc3\n\0\n";
    NgTrainOptions options = _i ? plain_options(3) : word_options(3);
    g_autofree char *text = put_file("text", bytes, sizeof bytes - 1);
    g_autoptr(NgModel) model = train_on(text, &options);

    ck_assert_uint_ne(word_in(model, "a"), NG_WORD_UNKNOWN);
    ck_assert_uint_ne(word_in(model, "b"), NG_WORD_UNKNOWN);
    ck_assert_uint_ne(word_in(model, "c"), NG_WORD_UNKNOWN);
    ck_assert(ng_voice_check(ng_model_voice(model, 0), 1e-5, NULL));
    if (!_i)
        ck_assert_uint_eq(manifest_number(model, "invalid-bytes"), 3);
    else
        ck_assert_uint_ne(word_in(model, "\xff\xfe"), NG_WORD_UNKNOWN);
}
END_TEST

START_TEST(bytes_that_are_no_utf8_are_refused_where_that_is_asked_for)
{
    NgTrainOptions options = word_options(2);
    g_autofree char *text = put_file("text", "a\nb \xc3\n", -1);
    const char *const paths[] = {text, NULL};
    g_autofree char *expected =
        g_strconcat(text, ":2: not UTF-8 at byte 3 (drop --strict-utf8 to keep such bytes)", NULL);
    g_autoptr(GError) error = NULL;

    options.strict_utf8 = TRUE;
    ck_assert_ptr_null(ng_train(paths, &options, NULL, &error));
    ck_assert_str_eq(error->message, expected);
}
END_TEST

static const struct {
    const char *word;
    const char *surface;
} surfaces[] = {
    {"paris", "Paris"},       /* 2 of 3 inside sentences */
    {"the", "the"},           /* a capital at openings alone */
    {"usa", "USA"},           /* always */
    {"may", "may"},           /* half and half */
    {"mcdonald", "McDonald"}, /* commonest of several, and more than half */
    {"suddenly", "suddenly"}, /* never but at openings: no witness */
};

START_TEST(names_get_the_look_they_mostly_have)
{
    static const char text[] =
        "The road to Paris. The end of Paris! Paris fell, then paris.\n"
        "\"The may was Paris\", may in May, a May.\n"
        "In the USA the road: the USA. Suddenly! (Suddenly\xE2\x80\xA6 \"Suddenly?\" Suddenly.\n"
        "A McDonald, a McDonald, a McDonald, a MCDONALD, a mcdonald.\n";
    NgTrainOptions options = word_options(2);
    g_autoptr(NgModel) model = model_of(text, &options);
    NgWord id = word_in(model, surfaces[_i].word);
    size_t length = 0;

    ck_assert_uint_ne(id, NG_WORD_UNKNOWN);
    ck_assert_str_eq(ng_model_surface(model, id, &length), surfaces[_i].surface);
    ck_assert_uint_eq(length, strlen(surfaces[_i].surface));
}
END_TEST

/* Words of rare ones must not lend their looks to <unk>, nor to who gets their number. */
START_TEST(looks_follow_their_words_when_others_go)
{
    static const char text[] = "so Anna and Anna and Bob\nso and Carl and Carl and Anna and Dora\n";
    NgTrainOptions options = word_options(2);

    if (_i == 0)
        options.min_count = 2;
    else
        options.smooth.prune[0] = 1;
    g_autoptr(NgModel) model = model_of(text, &options);
    ck_assert_str_eq(ng_model_surface(model, word_in(model, "anna"), NULL), "Anna");
    ck_assert_str_eq(ng_model_surface(model, word_in(model, "carl"), NULL), "Carl");
    ck_assert_str_eq(ng_model_surface(model, word_in(model, "and"), NULL), "and");
    ck_assert_str_eq(ng_model_surface(model, NG_WORD_UNKNOWN, NULL), "<unk>");
    ck_assert_uint_eq(word_in(model, "bob"), NG_WORD_UNKNOWN);
}
END_TEST

START_TEST(kept_case_has_no_looks)
{
    NgTrainOptions options = word_options(2);

    options.fold = FALSE;
    g_autoptr(NgModel) model = model_of("to Paris\n", &options);
    ck_assert_uint_ne(word_in(model, "Paris"), NG_WORD_UNKNOWN);
    ck_assert_uint_eq(word_in(model, "paris"), NG_WORD_UNKNOWN);
    ck_assert_str_eq(ng_model_surface(model, word_in(model, "to"), NULL), "to");
}
END_TEST

/* _i: method.  The corpus, twice alone and with two and three threads: the same bytes. */
START_TEST(a_model_is_the_same_for_any_number_of_threads)
{
    static const unsigned threads[] = {1, 1, 2, 3};
    g_autofree char *first = NULL;
    gsize n_first = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(threads); i++) {
        NgTrainOptions options = word_options(4);
        g_autofree char *path = g_build_filename(folder, "model", NULL);
        gsize length = 0;
        set_smoothing(&options, smoothings[_i]);
        options.smooth.prune[3] = 1;
        options.threads = threads[i];
        g_autoptr(NgModel) model = train_on("corpus", &options);
        ck_assert(ng_model_save(model, path, NULL));
        g_autofree char *bytes = contents_of(path, &length);
        if (first == NULL) {
            n_first = length;
            first = g_steal_pointer(&bytes);
            continue;
        }
        ck_assert_uint_eq(length, n_first);
        ck_assert(memcmp(bytes, first, length) == 0);
    }
}
END_TEST

START_TEST(the_manifest_says_how_it_was_made)
{
    NgTrainOptions options = plain_options(3);

    options.smooth.prune[2] = 1;
    options.min_count = 2;
    g_autoptr(NgModel) model = model_of("a b a\na b\n", &options);
    GKeyFile *manifest = ng_model_manifest(model);
    g_autofree char *command = g_key_file_get_string(manifest, "model", "command", NULL);
    g_autofree char *tokens = g_key_file_get_string(manifest, "text", "tokens", NULL);
    ck_assert_str_eq(command, "ngram train --order 3 --smoothing mkn --tokens space --case keep "
                              "--unit line --min-count 2 --prune 0,0,1");
    ck_assert_str_eq(tokens, "space");
    ck_assert_uint_eq(manifest_number(model, "order"), 3);
    ck_assert_uint_eq(manifest_number(model, "tokens"), 5);
    ck_assert_uint_eq(manifest_number(model, "sequences"), 2);
}
END_TEST

/* Two files are the text of both; the last line of the first needs no end. */
START_TEST(files_are_read_one_after_another)
{
    NgTrainOptions options = plain_options(2);
    g_autofree char *one = put_file("one", "a b\nc", -1);
    g_autofree char *two = put_file("two", "d a\n", -1);
    const char *const paths[] = {one, two, NULL};
    gsize length = 0;
    g_autoptr(NgModel) model = ng_train(paths, &options, NULL, NULL);
    g_autoptr(NgModel) whole = model_of("a b\nc\nd a\n", &options);

    ck_assert_ptr_nonnull(model);
    g_autofree char *arpa = arpa_of(model, 0, &length);
    g_autofree char *expected = arpa_of(whole, 0, &length);
    ck_assert_str_eq(arpa, expected);
}
END_TEST

Suite *
train_suite(void)
{
    Suite *suite = suite_create("train");
    TCase *authors = tcase_create("authors");
    TCase *words = tcase_create("words");
    TCase *odd = tcase_create("odd");
    TCase *looks = tcase_create("looks");
    TCase *whole = tcase_create("whole");

    tcase_add_checked_fixture(authors, make_folder, remove_folder);
    tcase_add_test(authors, defaults_are_trigrams_of_folded_words);
    tcase_add_loop_test(authors, authors_are_folders_or_files_or_nobody, 0, G_N_ELEMENTS(ways));
    tcase_add_test(authors, a_voice_is_its_authors_text);
    tcase_add_test(authors, an_author_may_have_files_apart);
    tcase_add_test(authors, folders_that_are_no_authors_are_told);
    tcase_add_test(authors, the_whole_alone_is_the_first_voice);
    suite_add_tcase(suite, authors);

    tcase_add_checked_fixture(words, make_folder, remove_folder);
    tcase_add_test(words, words_outside_a_list_are_unknown);
    tcase_add_test(words, an_empty_list_is_refused);
    tcase_add_test(words, rare_words_are_unknown);
    tcase_add_test(words, pruned_words_leave_the_vocabulary);
    tcase_add_loop_test(words, words_are_numbered_by_frequency_or_by_appearance, 0, 2);
    suite_add_tcase(suite, words);

    tcase_add_checked_fixture(odd, make_folder, remove_folder);
    tcase_add_loop_test(odd, marks_in_the_text_are_refused_with_their_line, 0,
                        G_N_ELEMENTS(symbols));
    tcase_add_test(odd, marks_are_passed_over_where_that_is_asked_for);
    tcase_add_test(odd, unknown_words_in_the_text_are_counted);
    tcase_add_loop_test(odd, a_corpus_without_text_is_refused, 0, G_N_ELEMENTS(nothing));
    tcase_add_test(odd, a_path_that_is_not_there_is_a_file_error);
    tcase_add_loop_test(odd, one_word_is_enough_for_any_order, 0, G_N_ELEMENTS(smoothings));
    tcase_add_loop_test(odd, any_bytes_are_text, 0, 2);
    tcase_add_test(odd, bytes_that_are_no_utf8_are_refused_where_that_is_asked_for);
    suite_add_tcase(suite, odd);

    tcase_add_loop_test(looks, names_get_the_look_they_mostly_have, 0, G_N_ELEMENTS(surfaces));
    tcase_add_loop_test(looks, looks_follow_their_words_when_others_go, 0, 2);
    tcase_add_test(looks, kept_case_has_no_looks);
    suite_add_tcase(suite, looks);

    tcase_add_checked_fixture(whole, make_folder, remove_folder);
    tcase_set_timeout(whole, 60);
    tcase_add_loop_test(whole, a_model_is_the_same_for_any_number_of_threads, 0,
                        G_N_ELEMENTS(smoothings));
    tcase_add_test(whole, the_manifest_says_how_it_was_made);
    tcase_add_test(whole, files_are_read_one_after_another);
    suite_add_tcase(suite, whole);
    return suite;
}

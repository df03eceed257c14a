/* Authors are invented: each draws words from a vocabulary of its own and from one of all. */
#include "../folder.h"
#include "models.h"

#include "../../src/task/labelled.h"
#include "ngram/attribute.h"
#include "ngram/error.h"
#include "ngram/evaluate.h"
#include "ngram/rng.h"

Suite *evaluate_suite(void);

static void
put(const char *part, const char *author, unsigned number, const char *text)
{
    g_autofree char *name = g_strdup_printf("%s/%s/%03u.txt", part, author, number);

    g_free(put_file(name, text, -1));
}

/* A text of @words words; a fifth of them are habits of the @style, the others anybody's; with
 * @own one in five is a word of this text alone. */
static char *
text_of(NgRng *rng, unsigned style, unsigned words, const char *own)
{
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; i < words; i++) {
        unsigned w = (unsigned)(ng_rng_coin(rng) * 60.0);
        if (own != NULL && i % 5 == 0)
            g_string_append_printf(text, "%s ", own);
        else if (ng_rng_coin(rng) < 0.2)
            g_string_append_printf(text, "habit%c%c ", 'a' + style, 'a' + w % 10);
        else
            g_string_append_printf(text, "word%c%c ", 'a' + w / 26, 'a' + w % 26);
        if (i % 10 == 9)
            g_string_append_c(text, '\n');
    }
    return g_string_free(text, FALSE);
}

/* @n files of an author of @style. */
static void
put_author(const char *part, const char *name, unsigned style, unsigned n, gboolean own)
{
    NgRng rng = ng_rng_new(100 + style, (uint64_t)(guchar)name[0]);

    for (unsigned i = 0; i < n; i++) {
        g_autofree char *word =
            g_strdup_printf("only%s%c%c", name, 'a' + (int)(i / 26), 'a' + (int)(i % 26));
        g_autofree char *text = text_of(&rng, style, 40, own ? word : NULL);
        put(part, name, i, text);
    }
}

static NgTrainOptions
training(unsigned threads)
{
    NgTrainOptions options;

    ng_train_options_init(&options);
    options.authors = NG_AUTHORS_FOLDER;
    options.threads = threads;
    return options;
}

static NgEvaluation *
try_folds(const char *part, const NgEvaluateOptions *options, unsigned threads, GError **error)
{
    g_autofree char *path = g_build_filename(folder, part, NULL);
    const char *const paths[] = {path, NULL};
    NgTrainOptions train = training(threads);

    return ng_evaluate_folds(paths, &train, options, NULL, error);
}

static NgEvaluation *
folds(const NgEvaluateOptions *options, unsigned threads)
{
    g_autoptr(GError) error = NULL;
    NgEvaluation *e = try_folds("all", options, threads, &error);

    ck_assert_msg(e != NULL, "%s", error != NULL ? error->message : "no error");
    return e;
}

static NgEvaluateOptions
options_of(uint64_t seed)
{
    NgEvaluateOptions options;

    ng_evaluate_options_init(&options);
    options.seed = seed;
    return options;
}

static double
figure(const NgEvaluation *e, const char *name, double *low, double *high)
{
    const NgResampling resampling = {200, 1, 2};
    size_t n = 0;
    g_autofree NgMeasured *list = ng_evaluation_measure(e, &resampling, &n);

    for (size_t i = 0; i < n; i++) {
        if (!g_str_equal(list[i].name, name))
            continue;
        if (low != NULL)
            *low = list[i].low;
        if (high != NULL)
            *high = list[i].high;
        return list[i].value;
    }
    ck_abort_msg("no figure %s", name);
    return 0.0;
}

static NgModel *
train_on(const char *part)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(folder, part, NULL);
    const char *const paths[] = {path, NULL};
    NgTrainOptions options = training(1);
    NgModel *model = ng_train(paths, &options, NULL, &error);

    ck_assert_msg(model != NULL, "%s", error != NULL ? error->message : "no error");
    return model;
}

START_TEST(authors_are_told_apart)
{
    NgEvaluateOptions options = options_of(1);
    double low = 0.0;
    double high = 0.0;

    put_author("all", "anna", 0, 30, FALSE);
    put_author("all", "bert", 1, 30, FALSE);
    put_author("all", "carl", 2, 30, FALSE);
    g_autoptr(NgEvaluation) e = folds(&options, 1);
    NgEvaluationCounts counts;
    ng_evaluation_counts(e, &counts);
    ck_assert_uint_eq(counts.tested, 90);
    ck_assert(counts.files);
    ck_assert_uint_eq(ng_evaluation_classes(e), 3);
    ck_assert_str_eq(ng_evaluation_class(e, 1), "bert");
    ck_assert_double_gt(figure(e, "accuracy", &low, &high), 0.9);
    ck_assert(low <= figure(e, "accuracy", NULL, NULL) && high <= 1.0 && low < high + 1e-12);
    ck_assert_double_gt(figure(e, "auc", NULL, NULL), 0.95);
    ck_assert_double_lt(figure(e, "cllr", NULL, NULL), 0.5);
    ck_assert_double_le(figure(e, "cllr_min", NULL, NULL), figure(e, "cllr", NULL, NULL));
}
END_TEST

/* Labels without meaning: 400 texts, two labels.  Accuracy has a standard deviation of .025, so
 * four of them are .1; the loss of a coin is ln 2 = .693.  That every text has words of its own,
 * which no other has, must not help either. */
START_TEST(labels_without_meaning_give_chance)
{
    NgEvaluateOptions options = options_of(3);

    put_author("all", "heads", 0, 200, _i == 1);
    put_author("all", "tails", 0, 200, _i == 1);
    g_autoptr(NgEvaluation) e = folds(&options, 2);
    ck_assert_double_eq_tol(figure(e, "accuracy", NULL, NULL), 0.5, 0.1);
    ck_assert_double_eq_tol(figure(e, "auc", NULL, NULL), 0.5, 0.1);
    ck_assert_double_ge(figure(e, "log_loss", NULL, NULL), M_LN2 - 0.02);
    ck_assert_double_le(figure(e, "log_loss", NULL, NULL), M_LN2 + (_i == 0 ? 0.03 : 0.06));
}
END_TEST

/* The same texts by three authors, each held out with its copies: chance is a third.  120 texts, in
 * three copies each, have a standard deviation of .043; without care a copy that is learned from
 * would answer for the one that is held out. */
START_TEST(copies_are_held_out_together)
{
    static const char *const names[] = {"anna", "bert", "carl"};
    NgEvaluateOptions options = options_of(4);
    NgRng rng = ng_rng_new(104, 0);

    for (unsigned i = 0; i < 120; i++) {
        g_autofree char *text = text_of(&rng, 0, 40, NULL);
        for (size_t a = 0; a < G_N_ELEMENTS(names); a++)
            put("all", names[a], i, text);
    }
    g_autoptr(NgEvaluation) e = folds(&options, 2);
    ck_assert_double_eq_tol(figure(e, "accuracy", NULL, NULL), 1.0 / 3.0, 0.13);
    ck_assert_double_le(figure(e, "log_loss", NULL, NULL), log(3.0) + 0.05);
}
END_TEST

/* What a fold says is what a model says, to the last bit, that was trained on a folder where the
 * texts of the fold are not. */
START_TEST(a_fold_is_tested_by_what_the_others_alone_teach)
{
    NgEvaluateOptions options = options_of(5);
    g_autoptr(GError) error = NULL;
    unsigned tested = 0;

    put_author("all", "anna", 0, 15, TRUE);
    put_author("all", "bert", 1, 20, TRUE);
    put_author("all", "carl", 2, 12, TRUE);
    g_autoptr(NgEvaluation) e = folds(&options, 1);
    for (size_t i = 0; i < ng_evaluation_size(e); i++) {
        NgEvaluated one;
        g_autofree char *text = NULL;
        ng_evaluation_get(e, i, &one);
        ck_assert(g_file_get_contents(one.path, &text, NULL, NULL));
        if (one.fold != 2)
            put("others", one.label, (unsigned)i, text);
    }
    g_autoptr(NgModel) model = train_on("others");
    g_autoptr(NgAttributor) attributor = ng_attributor_new(model, &error);
    ck_assert_ptr_nonnull(attributor);
    for (size_t i = 0; i < ng_evaluation_size(e); i++) {
        NgEvaluated one;
        NgAttribution said;
        g_autofree char *text = NULL;
        ng_evaluation_get(e, i, &one);
        if (one.fold != 2)
            continue;
        ck_assert(g_file_get_contents(one.path, &text, NULL, NULL));
        g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
        ng_attributor_begin(attributor);
        for (char **line = lines; *line != NULL; line++)
            ng_attributor_add(attributor, *line, strlen(*line));
        ng_attributor_end(attributor, &said);
        ck_assert_mem_eq(said.posterior, one.posterior, 3 * sizeof(double));
        ck_assert_mem_eq(said.llr, one.llr, 3 * sizeof(double));
        ck_assert(said.none == one.none && said.words == one.words && said.best == one.best);
        tested++;
    }
    ck_assert_uint_ge(tested, 8); /* 47 texts in 5 folds */
}
END_TEST

START_TEST(a_corpus_does_not_know_what_it_leaves_out)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(folder, "all", NULL);
    const char *const paths[] = {path, NULL};
    NgTrainOptions options = training(1);

    put("all", "anna", 0, "one two onlyanna\n");
    put("all", "bert", 0, "two three onlybert\n");
    g_autoptr(NgLabelled) texts =
        ng_labelled_read(paths, &options, NG_DOCUMENTS_FILES, NULL, &error);
    ck_assert_ptr_nonnull(texts);
    g_autoptr(NgCorpus) corpus = ng_labelled_corpus(texts, (const guint8[]){0, 1}, &error);
    ck_assert_ptr_nonnull(corpus);
    ck_assert_uint_eq(ng_vocab_size(corpus->vocab), NG_WORDS_FIXED + 3);
    ck_assert_uint_eq(ng_vocab_find(corpus->vocab, "onlyanna", 8), NG_WORD_UNKNOWN);
    ck_assert_uint_eq(ng_vocab_find(corpus->vocab, "two", 3), NG_WORDS_FIXED);
    ck_assert_uint_eq(corpus->length, 5);
    ck_assert_uint_eq(corpus->documents->len, 1);
}
END_TEST

START_TEST(threads_change_nothing)
{
    NgEvaluateOptions options = options_of(7);
    const NgResampling one_thread = {100, 9, 1};
    const NgResampling three = {100, 9, 3};
    size_t n = 0;

    put_author("all", "anna", 0, 20, FALSE);
    put_author("all", "bert", 1, 25, FALSE);
    put_author("all", "carl", 1, 25, FALSE);
    options.open = TRUE;
    g_autoptr(NgEvaluation) a = folds(&options, 1);
    g_autoptr(NgEvaluation) b = folds(&options, 3);
    g_autofree NgMeasured *x = ng_evaluation_measure(a, &one_thread, &n);
    g_autofree NgMeasured *y = ng_evaluation_measure(b, &three, &n);
    ck_assert_uint_eq(n, 22);
    for (size_t i = 0; i < n; i++) {
        ck_assert_str_eq(x[i].name, y[i].name);
        ck_assert_mem_eq(&x[i].value, &y[i].value, 3 * sizeof(double));
    }
}
END_TEST

START_TEST(strangers_are_texts_of_labels_left_out)
{
    NgEvaluateOptions options = options_of(2);
    NgEvaluationCounts counts;

    put_author("all", "anna", 0, 12, FALSE);
    put_author("all", "bert", 1, 12, FALSE);
    put_author("all", "carl", 2, 12, FALSE);
    put_author("all", "dora", 3, 12, FALSE);
    options.open = TRUE;
    options.folds = 2;
    g_autoptr(NgEvaluation) e = folds(&options, 2);
    ng_evaluation_counts(e, &counts);
    ck_assert_uint_eq(counts.tested, 48);
    ck_assert_uint_eq(counts.strangers, 48);
    for (size_t i = 48; i < 96; i++) {
        NgEvaluated one;
        double sum = 0.0;
        ng_evaluation_get(e, i, &one);
        ck_assert_uint_eq(one.truth, 4);
        ck_assert_str_ne(ng_evaluation_class(e, one.best), one.label);
        for (size_t a = 0; a < 4; a++) {
            sum += one.posterior[a];
            if (g_str_equal(ng_evaluation_class(e, a), one.label))
                ck_assert_double_eq(one.posterior[a], 0.0);
        }
        ck_assert_double_eq_tol(sum, 1.0, 1e-9);
    }
    ck_assert_double_gt(figure(e, "none_auc", NULL, NULL), 0.6);
}
END_TEST

START_TEST(a_single_document_is_learned_from_and_not_tested)
{
    NgEvaluateOptions options = options_of(1);
    NgEvaluationCounts counts;

    put_author("all", "anna", 0, 12, FALSE);
    put_author("all", "bert", 1, 12, FALSE);
    put("all", "lone", 0, "habitca habitcb habitcc wordaa wordab wordac\n");
    put("all", "mute", 0, "\n \n");
    options.documents = NG_DOCUMENTS_FILES;
    options.folds = 12;
    g_autoptr(NgEvaluation) e = folds(&options, 1);
    ng_evaluation_counts(e, &counts);
    ck_assert_uint_eq(counts.tested, 24);
    ck_assert_uint_eq(counts.singles, 1);
    ck_assert_uint_eq(counts.empty, 1);
    ck_assert_uint_eq(ng_evaluation_classes(e), 3);
}
END_TEST

START_TEST(few_files_make_lines_documents)
{
    NgEvaluateOptions options = options_of(1);
    NgEvaluationCounts counts;
    NgEvaluated one;

    put_author("all", "anna", 0, 12, FALSE);
    put_author("all", "bert", 1, 4, FALSE);
    g_autoptr(NgEvaluation) e = folds(&options, 1);
    ng_evaluation_counts(e, &counts);
    ck_assert(!counts.files);
    ck_assert_uint_eq(counts.tested, 64); /* four lines a file */
    ng_evaluation_get(e, 1, &one);
    ck_assert_uint_eq(one.line, 2);
    ck_assert_uint_eq(one.words, 10);
}
END_TEST

START_TEST(what_cannot_be_evaluated_is_an_error)
{
    NgEvaluateOptions options = options_of(1);
    g_autoptr(GError) error = NULL;

    put_author("one", "anna", 0, 6, FALSE);
    ck_assert_ptr_null(try_folds("one", &options, 1, &error));
    ck_assert(g_error_matches(error, NG_ERROR, NG_ERROR_RANGE));
    ck_assert_ptr_nonnull(strstr(error->message, "one label alone (anna)"));
    g_clear_error(&error);
    put_author("two", "anna", 0, 6, FALSE);
    put_author("two", "bert", 1, 7, FALSE);
    options.folds = 8;
    ck_assert_ptr_null(try_folds("two", &options, 1, &error));
    ck_assert_ptr_nonnull(strstr(error->message, "no label has more than 7"));
    g_clear_error(&error);
    options.folds = 2;
    options.open = TRUE;
    ck_assert_ptr_null(try_folds("two", &options, 1, &error));
    ck_assert_ptr_nonnull(strstr(error->message, "two must stay"));
    g_clear_error(&error);
    put("mute", "anna", 0, "\n");
    ck_assert_ptr_null(try_folds("mute", &options, 1, &error));
    ck_assert_ptr_nonnull(strstr(error->message, "no text"));
}
END_TEST

START_TEST(a_model_is_tested_on_labels_that_it_knows)
{
    NgEvaluateOptions options = options_of(1);
    NgTrainOptions reading = training(2);
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(folder, "test", NULL);
    const char *const paths[] = {path, NULL};
    NgEvaluationCounts counts;
    NgEvaluated one;

    put_author("all", "anna", 0, 20, FALSE);
    put_author("all", "bert", 1, 20, FALSE);
    put_author("all", "carl", 2, 20, FALSE);
    put_author("test", "bert", 1, 10, FALSE);
    put_author("test", "zoe", 5, 10, FALSE);
    g_autoptr(NgModel) model = train_on("all");
    g_autoptr(NgEvaluation) e = ng_evaluate_model(model, paths, &reading, &options, NULL, &error);
    ck_assert_msg(e != NULL, "%s", error != NULL ? error->message : "no error");
    ng_evaluation_counts(e, &counts);
    ck_assert_uint_eq(counts.tested, 10);
    ck_assert_uint_eq(counts.passed_over, 10);
    ck_assert_str_eq(counts.unknown[0], "zoe");
    ck_assert_ptr_null(counts.unknown[1]);
    ng_evaluation_get(e, 0, &one);
    ck_assert_uint_eq(one.truth, 1);
    ck_assert_int_eq(one.fold, -1);
    ck_assert_double_eq(figure(e, "accuracy", NULL, NULL), 1.0); /* it was trained on these */
    options.open = TRUE;
    g_autoptr(NgEvaluation) open =
        ng_evaluate_model(model, paths, &reading, &options, NULL, &error);
    ck_assert_ptr_nonnull(open);
    ng_evaluation_counts(open, &counts);
    ck_assert_uint_eq(counts.strangers, 10);
    ck_assert_uint_eq(counts.passed_over, 0);
    ck_assert(isfinite(figure(open, "none_cllr", NULL, NULL)));
    g_autofree char *strange = g_build_filename(path, "zoe", NULL);
    const char *const nobody[] = {strange, NULL};
    reading.authors = NG_AUTHORS_FILE;
    ck_assert_ptr_null(ng_evaluate_model(model, nobody, &reading, &options, NULL, &error));
    ck_assert_ptr_nonnull(strstr(error->message, "none of the labels (000, ...)"));
}
END_TEST

START_TEST(the_first_characters_are_whole_ones)
{
    size_t left = 3;

    ck_assert_uint_eq(ng_labelled_cut("abcdef", 6, &left), 3);
    ck_assert_uint_eq(left, 0);
    left = 2;
    ck_assert_uint_eq(ng_labelled_cut("\u00e9\u20ac\u00e9", 7, &left), 5);
    left = 9;
    ck_assert_uint_eq(ng_labelled_cut("ab", 2, &left), 2);
    ck_assert_uint_eq(left, 7);
}
END_TEST

START_TEST(the_first_characters_alone_are_tested)
{
    NgEvaluateOptions options = options_of(1);

    put_author("all", "anna", 0, 10, FALSE);
    put_author("all", "bert", 1, 10, FALSE);
    put("all", "bert", 10, "wordaa wordab\nwordac wordad\n");
    put("all", "bert", 11, "wordaa wordab\nwordac wordad\n");
    options.first = 22; /* wordaa wordab, the line end, wordac, the blank, and a letter of wordad */
    g_autoptr(NgEvaluation) e = folds(&options, 1);
    NgEvaluated one;
    ng_evaluation_get(e, 20, &one);
    ck_assert_uint_eq(one.words, 4);
    options.first = 21;
    g_autoptr(NgEvaluation) shorter = folds(&options, 1);
    ng_evaluation_get(shorter, 20, &one);
    ck_assert_uint_eq(one.words, 3);
}
END_TEST

/* Normal theory: 400 documents of which three quarters are right; the interval of the share is
 * .75 +- 1.96 sqrt(.75 .25 / 400) = .7076 .. .7924. */
START_TEST(intervals_are_those_of_normal_theory)
{
    const NgResampling resampling = {4000, 1, 2};
    enum { D = 400 };
    double llr[D];
    guint8 same[D];
    uint32_t document[D];
    uint32_t stratum[D];
    size_t n = 0;

    for (uint32_t i = 0; i < D; i++) {
        llr[i] = i % 4 == 0 ? -1.0 : 1.0;
        same[i] = 1;
        document[i] = i;
        stratum[i] = 0;
    }
    const NgTrialList list = {D, llr, same, document, D, stratum};
    g_autofree NgMeasured *m = ng_evaluation_measure_trials(&list, &resampling, &n);
    ck_assert_uint_eq(n, 9);
    ck_assert_str_eq(m[4].name, "c_at_1");
    ck_assert_double_eq(m[4].value, 0.75);
    ck_assert_double_eq_tol(m[4].low, 0.7076, 0.006);
    ck_assert_double_eq_tol(m[4].high, 0.7924, 0.006);
}
END_TEST

Suite *
evaluate_suite(void)
{
    Suite *suite = suite_create("evaluate");
    TCase *tcase = tcase_create("evaluate");

    tcase_set_timeout(tcase, 120);
    tcase_add_checked_fixture(tcase, make_folder, remove_folder);
    tcase_add_test(tcase, authors_are_told_apart);
    tcase_add_test(tcase, copies_are_held_out_together);
    tcase_add_loop_test(tcase, labels_without_meaning_give_chance, 0, 2);
    tcase_add_test(tcase, a_fold_is_tested_by_what_the_others_alone_teach);
    tcase_add_test(tcase, a_corpus_does_not_know_what_it_leaves_out);
    tcase_add_test(tcase, threads_change_nothing);
    tcase_add_test(tcase, strangers_are_texts_of_labels_left_out);
    tcase_add_test(tcase, a_single_document_is_learned_from_and_not_tested);
    tcase_add_test(tcase, few_files_make_lines_documents);
    tcase_add_test(tcase, what_cannot_be_evaluated_is_an_error);
    tcase_add_test(tcase, a_model_is_tested_on_labels_that_it_knows);
    tcase_add_test(tcase, the_first_characters_are_whole_ones);
    tcase_add_test(tcase, the_first_characters_alone_are_tested);
    tcase_add_test(tcase, intervals_are_those_of_normal_theory);
    suite_add_tcase(suite, tcase);
    return suite;
}

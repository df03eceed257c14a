#include "texts.h"

#include "ngram/countfile.h"
#include "ngram/error.h"

#include <stdlib.h>

Suite *countfile_suite(void);

/* The count file of a text. */
static char *
count_text(const char *text, const NgTrainOptions *options)
{
    g_autofree char *in = new_file_with(text, -1);
    const char *const paths[] = {in, NULL};
    char *out = new_file();
    g_autoptr(GError) error = NULL;

    ck_assert_msg(ng_train_count(paths, options, out, NULL, NULL, &error), "%s",
                  error != NULL ? error->message : "no error");
    g_unlink(in);
    return out;
}

static int
compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Words with bytes below the blank and above ASCII, and what sorts beside the fixed words. */
static const char odd_words[] = "! !! # a a\x01 a! ab \x7f \xc3\xa9 <r <t </r> </t> <unj> <unl>\n"
                                "< <s <s>x </s>x <unk>x = a\x01 b a!\n\nb b <t </t> <unl>\n";

/* Whole lines compared as bytes, as LC_ALL=C sort does. */
START_TEST(lines_stand_as_sort_would_put_them)
{
    NgTrainOptions options = plain_options(3);
    g_autofree char *path = count_text(odd_words, &options);
    g_autofree char *text = contents_of(path, NULL);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    guint n = g_strv_length(lines) - 1; /* behind the last LF stands nothing */

    ck_assert_uint_gt(n, 60);
    ck_assert_str_eq(lines[n], "");
    g_autofree char **sorted = g_memdup2(lines, n * sizeof *lines);
    qsort(sorted, n, sizeof *sorted, compare_lines);
    for (guint i = 0; i < n; i++)
        ck_assert_str_eq(lines[i], sorted[i]);
    g_unlink(path);
}
END_TEST

/* "a b a", "a": every n-gram of 1 and 2 words. */
START_TEST(every_ngram_has_a_line)
{
    NgTrainOptions options = plain_options(2);
    g_autofree char *path = count_text("a b a\na\n", &options);
    g_autofree char *text = contents_of(path, NULL);

    ck_assert_str_eq(text, "</s>\t2\n"
                           "<s>\t2\n"
                           "<s> a\t2\n"
                           "a\t3\n"
                           "a </s>\t2\n"
                           "a b\t1\n"
                           "b\t1\n"
                           "b a\t1\n");
    g_unlink(path);
}
END_TEST

/* 300 lines cut in three: counted apart and merged is counted at once. */
START_TEST(merged_parts_are_the_whole)
{
    static const unsigned sizes[] = {0, 40, 41, 300};
    NgTrainOptions options = plain_options((unsigned)_i);
    g_autofree char *text = random_text(7, 300, 50, 12);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autofree char *whole = count_text(text, &options);
    g_autofree char *merged = new_file();
    char *parts[4] = {NULL};

    for (int p = 0; p < 3; p++) {
        g_autoptr(GString) part = g_string_new(NULL);
        for (unsigned i = sizes[p]; i < sizes[p + 1]; i++)
            g_string_append_printf(part, "%s\n", lines[i]);
        parts[p] = count_text(part->str, &options);
    }
    ck_assert(ng_countfile_merge((const char *const *)parts, merged, NULL));
    g_autofree char *expected = contents_of(whole, NULL);
    g_autofree char *result = contents_of(merged, NULL);
    ck_assert_str_eq(result, expected);
    for (int p = 0; p < 3; p++) {
        g_unlink(parts[p]);
        g_free(parts[p]);
    }
    g_unlink(whole);
    g_unlink(merged);
}
END_TEST

START_TEST(one_file_merged_is_itself)
{
    NgTrainOptions options = plain_options(3);
    g_autofree char *path = count_text(odd_words, &options);
    g_autofree char *out = new_file();
    const char *const paths[] = {path, NULL};
    g_autofree char *expected = contents_of(path, NULL);

    ck_assert(ng_countfile_merge(paths, out, NULL));
    g_autofree char *result = contents_of(out, NULL);
    ck_assert_str_eq(result, expected);
    g_unlink(path);
    g_unlink(out);
}
END_TEST

/* What sort -m makes of the files of many mappers: lines of one n-gram follow one another. */
START_TEST(lines_of_one_ngram_are_added_up_within_a_file_too)
{
    g_autofree char *one = new_file_with(" a\t1\n a\t2\n a A\t1\na\t1\na\t2\na b\t1\nb\t5\n", -1);
    g_autofree char *two = new_file_with("a\t4\na\t5\na b\t1\na b\t1\n", -1);
    g_autofree char *out = new_file();
    const char *const paths[] = {one, two, NULL};

    ck_assert(ng_countfile_merge(paths, out, NULL));
    g_autofree char *text = contents_of(out, NULL);
    ck_assert_str_eq(text, " a\t3\n a A\t1\na\t12\na b\t3\nb\t5\n");
    g_unlink(one);
    g_unlink(two);
    g_unlink(out);
}
END_TEST

/* Of nine "paris" one opens a sentence; five of the others are "Paris", three "paris". */
static const char with_looks[] = "  invalid-bytes\t3\n"
                                 " paris\t1\n"
                                 " paris Paris\t5\n"
                                 "</s>\t1\n"
                                 "<s>\t1\n"
                                 "paris\t9\n";

START_TEST(counts_know_how_words_were_written)
{
    NgVocab *vocab = NULL;
    g_autoptr(NgInput) input = ng_input_new_for_data(with_looks, strlen(with_looks), "counts");
    g_autoptr(NgCounts) counts = ng_countfile_parse(input, 1, &vocab, NULL);
    g_autofree char *path = new_file();

    ck_assert_ptr_nonnull(counts);
    const NgLooks *looks = ng_counts_looks(counts);
    ck_assert_uint_eq(ng_looks_invalid(looks), 3);
    ck_assert_uint_eq(ng_looks_size(looks), 3);
    NgLook opening = ng_looks_get(looks, 1);
    NgLook inside = ng_looks_get(looks, 2);
    ck_assert_mem_eq(opening.word, "paris", opening.n_word);
    ck_assert_ptr_null(opening.look);
    ck_assert_uint_eq(opening.count, 1);
    ck_assert_mem_eq(inside.word, "paris", inside.n_word);
    ck_assert_mem_eq(inside.look, "Paris", inside.n_look);
    ck_assert_uint_eq(inside.n_look, 5);
    ck_assert_uint_eq(inside.count, 5);
    ck_assert(ng_countfile_write(counts, vocab, path, NULL));
    g_autofree char *again = contents_of(path, NULL);
    ck_assert_str_eq(again, with_looks);
    g_unlink(path);
    ng_vocab_unref(vocab);
}
END_TEST

/* A half of 8 is not the most. */
START_TEST(most_tokens_inside_sentences_decide_how_a_word_is_written)
{
    for (unsigned seen = 4; seen <= 5; seen++) {
        g_autofree char *text =
            g_strdup_printf(" paris\t1\n paris Paris\t%u\n</s>\t1\n<s>\t1\nparis\t9\n", seen);
        g_autofree char *path = new_file_with(text, -1);
        NgTrainOptions options;
        size_t length = 0;
        ng_train_options_init(&options);
        options.order = 1;
        options.counts = path;
        g_autoptr(NgModel) model = ng_train(NULL, &options, NULL, NULL);
        ck_assert_ptr_nonnull(model);
        ck_assert_str_eq(ng_model_surface(model, word_in(model, "paris"), &length),
                         seen == 5 ? "Paris" : "paris");
        g_unlink(path);
    }
}
END_TEST

/* _i: method; order 1 .. 5, the counts longer than it by one. */
START_TEST(a_model_of_counts_is_the_model_of_the_text)
{
    g_autofree char *text = random_text(8, 150, 40, 10);
    NgTrainOptions longer = plain_options(6);
    g_autofree char *counts = count_text(text, &longer);

    for (unsigned order = 1; order <= 5; order++) {
        NgTrainOptions options = plain_options(order);
        gsize length = 0;
        options.stable_ids = FALSE;
        options.smooth.prune[order - 1] = order > 2;
        set_smoothing(&options, smoothings[_i]);
        g_autoptr(NgModel) of_text = model_of(text, &options);
        options.counts = counts;
        g_autoptr(NgModel) of_counts = ng_train(NULL, &options, NULL, NULL);
        ck_assert_ptr_nonnull(of_counts);
        g_autofree char *expected = arpa_of(of_text, 0, &length);
        g_autofree char *result = arpa_of(of_counts, 0, &length);
        ck_assert_str_eq(result, expected);
        g_autofree char *digest =
            g_key_file_get_string(ng_model_manifest(of_text), "model", "corpus-digest", NULL);
        g_autofree char *same =
            g_key_file_get_string(ng_model_manifest(of_counts), "model", "corpus-digest", NULL);
        ck_assert_str_eq(same, digest);
    }
    g_unlink(counts);
}
END_TEST

START_TEST(lines_may_come_in_any_order)
{
    NgVocab *vocab = NULL;
    const char text[] = "a b\t2\nb\t5\n<s> a\t1\n<s>\t1\na\t9\n";
    g_autoptr(NgInput) input = ng_input_new_for_data(text, strlen(text), "counts");
    g_autoptr(NgCounts) counts = ng_countfile_parse(input, 2, &vocab, NULL);

    ck_assert_ptr_nonnull(counts);
    ck_assert_uint_eq(ng_vocab_find(vocab, "a", 1), 3); /* the more frequent first */
    ck_assert_uint_eq(ng_vocab_find(vocab, "b", 1), 4);
    ck_assert_uint_eq(ng_counts_tokens(counts), 14);
    ck_assert_uint_eq(ng_counts_level_size(counts, 2), 2);
    ng_vocab_unref(vocab);
}
END_TEST

#define FORM     "not of the form 'words TAB count'"
#define NUMBER   "the count is no whole number above 0"
#define WORDS_OF "words are not separated by single blanks, or <s> or </s> stands inside an n-gram"

static const struct {
    const char *text;
    int code;
    const char *message;
} malformed[] = {
    {"", NG_ERROR_RANGE, "counts: no counts in this file"},
    {"a\t1\nb 1\n", NG_ERROR_FORMAT, "counts:2: " FORM},
    {"a\t1\n\nb\t1\n", NG_ERROR_FORMAT, "counts:2: " FORM},
    {"\t1\n", NG_ERROR_FORMAT, "counts:1: " FORM},
    {"a\t\n", NG_ERROR_FORMAT, "counts:1: " NUMBER},
    {"a\t0\n", NG_ERROR_FORMAT, "counts:1: " NUMBER},
    {"a\t-1\n", NG_ERROR_FORMAT, "counts:1: " NUMBER},
    {"a\t1.5\n", NG_ERROR_FORMAT, "counts:1: " NUMBER},
    {"a\t1\t2\n", NG_ERROR_FORMAT, "counts:1: " NUMBER},
    {"a\t 1\n", NG_ERROR_FORMAT, "counts:1: " NUMBER},
    {"a\t18446744073709551616\n", NG_ERROR_FORMAT, "counts:1: " NUMBER},
    {"a\t4294967296\n", NG_ERROR_FORMAT, "counts:1: a count above 4294967295"},
    {"  a\t1\n", NG_ERROR_FORMAT, "counts:1: " WORDS_OF},
    {" a b c\t1\n", NG_ERROR_FORMAT, "counts:1: " WORDS_OF},
    {" \t1\n", NG_ERROR_FORMAT, "counts:1: " WORDS_OF},
    {" a\t1\n a\t1\n", NG_ERROR_FORMAT,
     "counts:2: the word has such a line already (ngram merge adds them up)"},
    {"a  b\t1\n", NG_ERROR_FORMAT, "counts:1: " WORDS_OF},
    {"a b \t1\n", NG_ERROR_FORMAT, "counts:1: " WORDS_OF},
    {"a <s>\t1\n", NG_ERROR_FORMAT, "counts:1: " WORDS_OF},
    {"</s> a\t1\n", NG_ERROR_FORMAT, "counts:1: " WORDS_OF},
    {"a\t1\n", NG_ERROR_RANGE, "counts: its longest n-grams have 1 words, 2 are wanted (--order)"},
    {"a b\t1\na\t1\nb\t1\na b\t2\n", NG_ERROR_FORMAT,
     "counts:4: the n-gram has a line already (ngram merge adds them up)"},
    {"a\t1\nb\t1\na\t1\na b\t1\n", NG_ERROR_FORMAT,
     "counts:3: the n-gram has a line already (ngram merge adds them up)"},
    {"a\t1\na b\t1\n", NG_ERROR_FORMAT,
     "counts: no line for the word 'b' alone (ngram count writes every length)"},
    {"<s> </s>\t1\n<s>\t1\n", NG_ERROR_FORMAT, "counts: no counts of words in this file"},
};

START_TEST(a_malformed_file_is_refused)
{
    NgVocab *vocab = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(NgInput) input =
        ng_input_new_for_data(malformed[_i].text, strlen(malformed[_i].text), "counts");
    g_autoptr(NgCounts) counts = ng_countfile_parse(input, 2, &vocab, &error);

    ck_assert_ptr_null(counts);
    ck_assert_ptr_null(vocab);
    ck_assert(g_error_matches(error, NG_ERROR, malformed[_i].code));
    ck_assert_str_eq(error->message, malformed[_i].message);
}
END_TEST

/* Of "a b c" the context "a b", then the suffix "b c" is wanting. */
START_TEST(an_ngram_without_its_parts_is_refused)
{
    static const char *const parts[] = {"b c", "a b"};
    NgVocab *vocab = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *text = g_strdup_printf("a\t3\nb\t2\nc\t1\n%s\t1\na b c\t1\n", parts[_i]);
    g_autofree char *expected =
        g_strdup_printf("counts:5: no line for '%s', a part of this n-gram (ngram count writes "
                        "every length)",
                        parts[1 - _i]);
    g_autoptr(NgInput) input = ng_input_new_for_data(text, strlen(text), "counts");
    g_autoptr(NgCounts) counts = ng_countfile_parse(input, 3, &vocab, &error);

    ck_assert_ptr_null(counts);
    ck_assert_str_eq(error->message, expected);
}
END_TEST

static const struct {
    const char *text;
    const char *message;
} unmergeable[] = {
    {"a\t1\nb\n", ":2: " FORM},
    {"a\t1\nb\t0\n", ":2: " NUMBER},
    {"a\t1\nb \t1\n", ":2: words are not separated by single blanks"},
    {"b\t1\na\t1\n", ":2: out of order (LC_ALL=C sort puts it right)"},
    {" a b c\t1\n", ":1: words are not separated by single blanks"},
    {"a\t18446744073709551615\n", ":1: the sum of the counts is above 2^64"},
};

START_TEST(what_cannot_be_merged_is_refused_and_nothing_written)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *bad = new_file_with(unmergeable[_i].text, -1);
    g_autofree char *good = new_file_with("a\t1\n", -1);
    g_autofree char *out = new_file_with("old", -1);
    const char *const paths[] = {good, bad, NULL};
    g_autofree char *expected = g_strconcat(bad, unmergeable[_i].message, NULL);

    ck_assert(!ng_countfile_merge(paths, out, &error));
    ck_assert(g_error_matches(error, NG_ERROR, NG_ERROR_FORMAT));
    ck_assert_str_eq(error->message, expected);
    g_autofree char *text = contents_of(out, NULL);
    ck_assert_str_eq(text, "old");
    g_unlink(bad);
    g_unlink(good);
    g_unlink(out);
}
END_TEST

Suite *
countfile_suite(void)
{
    Suite *suite = suite_create("countfile");
    TCase *writing = tcase_create("writing");
    TCase *merging = tcase_create("merging");
    TCase *reading = tcase_create("reading");

    tcase_add_test(writing, lines_stand_as_sort_would_put_them);
    tcase_add_test(writing, every_ngram_has_a_line);
    suite_add_tcase(suite, writing);

    tcase_add_loop_test(merging, merged_parts_are_the_whole, 1, 6);
    tcase_add_test(merging, one_file_merged_is_itself);
    tcase_add_test(merging, lines_of_one_ngram_are_added_up_within_a_file_too);
    tcase_add_loop_test(merging, what_cannot_be_merged_is_refused_and_nothing_written, 0,
                        G_N_ELEMENTS(unmergeable));
    suite_add_tcase(suite, merging);

    tcase_add_loop_test(reading, a_model_of_counts_is_the_model_of_the_text, 0,
                        G_N_ELEMENTS(smoothings));
    tcase_add_test(reading, lines_may_come_in_any_order);
    tcase_add_test(reading, counts_know_how_words_were_written);
    tcase_add_test(reading, most_tokens_inside_sentences_decide_how_a_word_is_written);
    tcase_add_loop_test(reading, a_malformed_file_is_refused, 0, G_N_ELEMENTS(malformed));
    tcase_add_loop_test(reading, an_ngram_without_its_parts_is_refused, 0, 2);
    suite_add_tcase(suite, reading);
    return suite;
}

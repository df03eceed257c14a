/* How words are misspelt: built in, and learned from pairs. */
#include "ngram/channel.h"
#include "ngram/error.h"
#include "ngram/rng.h"

#include <check.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

Suite *channel_suite(void);

static double
weight_of(const NgChannel *channel, const char *right, const char *wrong)
{
    uint16_t a[NG_LETTERS_MAX], b[NG_LETTERS_MAX];
    size_t n = ng_letters(right, strlen(right), a), m = ng_letters(wrong, strlen(wrong), b);

    return (double)ng_channel_logprob(channel, a, n, b, m);
}

static NgChannel *
channel_of(const char *text, gssize length, GError **error)
{
    g_autofree char *path = NULL;
    int fd = g_file_open_tmp("ngram-XXXXXX", &path, NULL);

    ck_assert_int_ge(fd, 0);
    close(fd);
    ck_assert(g_file_set_contents(path, text, length, NULL));
    NgChannel *channel = ng_channel_read(path, error);
    g_unlink(path);
    return channel;
}

START_TEST(a_word_written_as_it_is_is_no_mistake)
{
    g_autoptr(NgChannel) channel = ng_channel_new();

    ck_assert_double_eq(weight_of(channel, "movie", "movie"), 0.0);
    ck_assert_uint_eq(ng_channel_pairs(channel), 0);
}
END_TEST

START_TEST(what_people_do_is_likelier_than_what_they_do_not)
{
    static const struct {
        const char *right, *often, *seldom;
    } cases[] = {
        {"movie", "moive", "mozie"},          /* letters exchanged */
        {"time", "rime", "pime"},             /* the key beside */
        {"separate", "seperate", "sepxrate"}, /* one vowel for another */
        {"happy", "hapy", "hapyp"},           /* one of two alike */
        {"until", "untill", "untilx"},        /* a letter doubled */
        {"phone", "fone", "mone"},            /* sounds */
        {"don't", "dont", "on't"},            /* the apostrophe */
        {"the", "teh", "wtxeh"},              /* one mistake, not three */
        {"receive", "recieve", "rekieve"},
    };
    g_autoptr(NgChannel) channel = ng_channel_new();

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        ck_assert_msg(weight_of(channel, cases[i].right, cases[i].often) >
                          weight_of(channel, cases[i].right, cases[i].seldom),
                      "%s", cases[i].right);
}
END_TEST

START_TEST(words_far_apart_are_very_unlikely_and_never_fail)
{
    g_autoptr(NgChannel) channel = ng_channel_new();
    g_autofree char *longest = g_strnfill(NG_LETTERS_MAX, 'x');

    ck_assert_double_lt(weight_of(channel, "a", longest), -1e6);
    ck_assert_double_lt(weight_of(channel, longest, "a"), -1e6);
    ck_assert(isfinite(weight_of(channel, longest, longest)));
}
END_TEST

/*
 * P(wrong | right, a mistake at a letter), summed over all words one step away, is about one for
 * each of the 6 letters; steps that lead to the same word count once, and rules come on top.
 */
START_TEST(single_mistakes_are_about_one_a_letter)
{
    g_autoptr(NgChannel) channel = ng_channel_new();
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    const char *word = "planet";
    double sum = 0.0;

    for (size_t i = 0; i <= 6; i++)
        for (int c = 'a'; c <= 'z'; c++) {
            char *wider = g_strdup_printf("%.*s%c%s", (int)i, word, c, word + i);
            char *other = g_strdup_printf("%.*s%c%s", (int)i, word, c, word + MIN(i + 1, 6));
            char *shorter = g_strdup_printf("%.*s%s", (int)i, word, word + MIN(i + 1, 6));
            g_hash_table_add(seen, wider);
            g_hash_table_add(seen, other);
            g_hash_table_add(seen, shorter);
        }
    GHashTableIter iter;
    gpointer key;
    g_hash_table_iter_init(&iter, seen);
    while (g_hash_table_iter_next(&iter, &key, NULL))
        if (!g_str_equal(key, word))
            sum += pow(10.0, weight_of(channel, word, key));
    ck_assert_double_gt(sum / 6, 0.5);
    ck_assert_double_lt(sum / 6, 2.0);
}
END_TEST

START_TEST(what_pairs_show_becomes_likely)
{
    g_autoptr(GString) pairs = g_string_new(NULL);
    g_autoptr(GError) error = NULL;

    for (int i = 0; i < 50; i++)
        g_string_append(pairs, "queen\tkwxn\nquite\tkwite\n\nsame\tSAME\nwax\tvax\n");
    g_autoptr(NgChannel) learned = channel_of(pairs->str, -1, &error);
    ck_assert_ptr_nonnull(learned);
    g_autoptr(NgChannel) built_in = ng_channel_new();
    ck_assert_uint_eq(ng_channel_pairs(learned), 150); /* the pair of one word teaches nothing */
    ck_assert_double_gt(weight_of(learned, "quarry", "kwarry"),
                        weight_of(built_in, "quarry", "kwarry") + 0.2);
    ck_assert_double_gt(weight_of(learned, "wall", "vall"), weight_of(built_in, "wall", "vall"));
    /* what they do not show has become less likely */
    ck_assert_double_lt(weight_of(learned, "movie", "mozie"),
                        weight_of(built_in, "movie", "mozie"));
}
END_TEST

START_TEST(the_order_of_pairs_does_not_matter)
{
    g_autoptr(NgChannel) a = channel_of("their\tthier\nfilm\tflim\nthe\tteh\n", -1, NULL);
    g_autoptr(NgChannel) b = channel_of("the\tteh\nfilm\tflim\ntheir\tthier", -1, NULL);

    ck_assert_double_eq(weight_of(a, "believe", "beleive"), weight_of(b, "believe", "beleive"));
    ck_assert_double_eq(weight_of(a, "silk", "slik"), weight_of(b, "silk", "slik"));
}
END_TEST

START_TEST(files_that_are_none_are_refused)
{
    static const struct {
        const char *text;
        gssize length;
        const char *what;
    } cases[] = {
        {"", 0, "no pair"},
        {"\n\n\n", -1, "no pair"},
        {"same\tsame\n", -1, "no pair"},
        {"word", -1, ":1: no tab"},
        {"a\tb\nmovie moive\n", -1, ":2: no tab"},
        {"a\tb\tc\n", -1, ":1: more than two columns"},
        {"\twrong\n", -1, ":1: the right word is none"},
        {"right\t\n", -1, ":1: the wrong word is none"},
        {"right\twr0ng\n", -1, ":1: the wrong word is none"},
        {"right\t\377\n", -1, ":1: the wrong word is none"},
        {"ri\0ght\t....\n", 13, ":1: the wrong word is none"},
        {"abcdefghijabcdefghijabcdefghijabcdefghijk\ta\n", -1, ":1: the right word is none"},
        {"\357\277\277\t\355\240\200\n", -1, ":1: the right word is none"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        NgChannel *channel = channel_of(cases[i].text, cases[i].length, &error);
        ck_assert_msg(channel == NULL, "case %zu", i);
        ck_assert(g_error_matches(error, NG_ERROR, NG_ERROR_FORMAT));
        ck_assert_msg(strstr(error->message, cases[i].what) != NULL, "case %zu: %s", i,
                      error->message);
    }
    g_autoptr(GError) error = NULL;
    ck_assert_ptr_null(ng_channel_read("/nowhere/pairs", &error));
    ck_assert_ptr_nonnull(error);
}
END_TEST

START_TEST(pairs_too_far_apart_to_be_one_word_teach_nothing)
{
    g_autoptr(NgChannel) channel =
        channel_of("a\tcompletely\nthe\tteh\n", -1, NULL); /* beyond the band of the alignment */

    ck_assert_ptr_nonnull(channel);
    ck_assert_uint_eq(ng_channel_pairs(channel), 1);
}
END_TEST

Suite *
channel_suite(void)
{
    Suite *s = suite_create("channel");
    TCase *tc = tcase_create("channel");

    tcase_add_test(tc, a_word_written_as_it_is_is_no_mistake);
    tcase_add_test(tc, what_people_do_is_likelier_than_what_they_do_not);
    tcase_add_test(tc, words_far_apart_are_very_unlikely_and_never_fail);
    tcase_add_test(tc, single_mistakes_are_about_one_a_letter);
    tcase_add_test(tc, what_pairs_show_becomes_likely);
    tcase_add_test(tc, the_order_of_pairs_does_not_matter);
    tcase_add_test(tc, files_that_are_none_are_refused);
    tcase_add_test(tc, pairs_too_far_apart_to_be_one_word_teach_nothing);
    suite_add_tcase(s, tc);
    return s;
}

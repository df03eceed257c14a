#include "ngram/error.h"
#include "ngram/tokenizer.h"
#include "tokens.h"

#include <check.h>

Suite *tokenizer_suite(void);

#define MARK "\xe2\x96\x81" /* U+2581 */

typedef struct {
    const char *text;
    const char *tokens; /* with | between them */
    int length;         /* 0 where no zero byte is in the text */
    int invalid;
} Case;

/* Derived by hand from the rule of each kind. */
static const Case words[] = {
    {"", "", 0, 0},
    {" \t\r\n\v\f", "", 0, 0},
    {"The movie was GREAT.", "the|movie|was|great|.", 0, 0},
    {"don't well-known 1990s rock'n'roll", "don't|well-known|1990s|rock'n'roll", 0, 0},
    {"don’t I’m co‐op", "don’t|i’m|co‐op", 0, 0},
    {"'tis dogs' -5 a- --", "'|tis|dogs|'|-|5|a|-|-|-", 0, 0},
    {"3.5 1,000 10:30 1,000.50", "3.5|1,000|10:30|1,000.50", 0, 0},
    {"3. 5 .5 1, 2 e.g. a.b v2.0", "3|.|5|.|5|1|,|2|e|.|g|.|a|.|b|v2.0", 0, 0},
    {"a''b a--b a'-b", "a|'|'|b|a|-|-|b|a|'|-|b", 0, 0},
    {"wait... (what?!)", "wait|.|.|.|(|what|?|!|)", 0, 0},
    {"<unk> <s> </s> <UNK> a<unk>b", "<unk>|<|s|>|<|/|s|>|<|unk|>|a|<unk>|b", 0, 0},
    {"snake_case a@b.c $5 50%", "snake|_|case|a|@|b|.|c|$|5|50|%", 0, 0},
    {"ΑΘΗΝΑ Straße ÉCOLE", "αθηνα|straße|école", 0, 0},
    {"Москва, Київ!", "москва|,|київ|!", 0, 0},
    {"映画は、最高。", "映画は|、|最高|。", 0, 0},
    {"हिन्दी में", "हिन्दी|में", 0, 0},
    {"می\xe2\x80\x8cخواهم كتاب؟", "می\xe2\x80\x8cخواهم|كتاب|؟", 0, 0},      /* U+200C inside */
    {"e\xcc\x81te\xcc\x81 \xcc\x81", "e\xcc\x81te\xcc\x81|\xcc\x81", 0, 0}, /* combining acute */
    {"!\xcc\x81", "!\xcc\x81", 0, 0},
    {"İI ǅ ẞ K Ⅷ Ⓜ", "ii|ǆ|ß|k|Ⅷ|Ⓜ", 0, 0}, /* the K is the Kelvin sign */
    {"👍🏽👩‍👩‍👧 🇫🇷🇩🇪 ❤️a",
     "👍🏽|👩‍👩‍👧|🇫🇷|🇩🇪|❤️|a", 0, 0},
    {"😂😂😂 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ‼️ #️⃣ 👩‍ 🇫🇷🇩",
     "😂|😂|😂|🏴󠁧󠁢󠁥󠁮󠁧󠁿|‼️|#️⃣|👩|🇫🇷|🇩", 0, 0},
    {"5️⃣ a⃣", "5️⃣|a⃣", 0, 0},
    {"a\xc2\xa0"
     "b\xe2\x80\xa8"
     "c\xe3\x80\x80"
     "d\xef\xbb\xbf"
     "e",
     "a|b|c|d|e", 0, 0},                             /* U+00A0 U+2028 U+3000 U+FEFF */
    {"so\xc2\xadme \xc2\xad", "so\xc2\xadme", 0, 0}, /* soft hyphen */
    {"one\r\ntwo\r\n", "one|two", 0, 0},
    {"a\0b\0", "a|b", 4, 0},
    {"a\xff\xfe"
     "b",
     "a|\xff\xfe|b", 0, 2},
    {"\xc3", "\xc3", 0, 1},
    {"caf\xe9 \xe9t\xe9.", "caf|\xe9|\xe9|t|\xe9|.", 0, 3}, /* Latin-1 */
    {"\xe2\x82€\x80", "\xe2\x82|€|\x80", 0, 3},             /* cut short */
    {"\xed\xa0\x80 \xf4\x90\x80\x80", "\xed\xa0\x80|\xf4\x90\x80\x80", 0,
     7}, /* surrogate; too great */
    {"\xc0\x80\xe0\x80\x80\xf0\x80\x80\x80", "\xc0\x80\xe0\x80\x80\xf0\x80\x80\x80", 0, 9},
    {"X\xff'Y 3\xff.5", "x|\xff|'|y|3|\xff|.|5", 0, 2},
};

static const Case kept[] = {
    {"The <UNK> İ DON'T", "The|<|UNK|>|İ|DON'T", 0, 0},
};

static const Case space[] = {
    {"", "", 0, 0},
    {"  The movie,\twas\r\nGREAT ", "The|movie,|was|GREAT", 0, 0},
    {"a\vb\fc a\xc2\xa0"
     "b a\xe3\x80\x80"
     "b \x01",
     "a\vb\fc|a\xc2\xa0"
     "b|a\xe3\x80\x80"
     "b|\x01",
     0, 0},
    {"a\0\0b", "a|b", 4, 0},
    {"\xff x\xc3 \xe2\x82\xac", "\xff|x\xc3|€", 0, 2},
    {"<s> </s>", "<s>|</s>", 0, 0},
};

static const Case chars[] = {
    {"", "", 0, 0},
    {" \t", MARK "|" MARK, 0, 0},
    {" Ab \n c", MARK "|a|b|" MARK "|" MARK "|" MARK "|c", 0, 0},
    {"e\xcc\x81É", "e|\xcc\x81|é", 0, 0},
    {"a\0\x01" MARK "b" MARK, "a|" MARK "|" MARK "|" MARK "|b|" MARK, 10, 0},
    {MARK, MARK, 0, 0},
    {"映画 👍🏽", "映|画|" MARK "|👍|🏽", 0, 0},
    {"\xff\xfe", "\xff\xfe", 0, 2},
    {" \xff \xc3 ", MARK "|\xff|" MARK "|\xc3|" MARK, 0, 2},
    {"a\xff"
     "b",
     "a|\xff|b", 0, 1},
};

static char *
cut_case(NgTokenizer *tokenizer, const Case *c)
{
    return cut(tokenizer, c->text, c->length > 0 ? (size_t)c->length : strlen(c->text));
}

static void
check_case(NgTokens kind, gboolean fold, const Case *c)
{
    g_autoptr(NgTokenizer) t = ng_tokenizer_new(kind, NULL, fold, NULL);
    ck_assert_ptr_nonnull(t);

    g_autofree char *tokens = cut_case(t, c);
    ck_assert_str_eq(tokens, c->tokens);
    ck_assert_uint_eq(ng_tokenizer_invalid(t), (guint64)c->invalid);
}

START_TEST(words_are_cut_as_the_table_says)
{
    check_case(NG_TOKENS_WORDS, TRUE, &words[_i]);
}
END_TEST

START_TEST(words_may_keep_their_case)
{
    check_case(NG_TOKENS_WORDS, FALSE, &kept[_i]);
}
END_TEST

START_TEST(space_is_cut_as_the_table_says)
{
    check_case(NG_TOKENS_SPACE, FALSE, &space[_i]);
}
END_TEST

START_TEST(chars_are_cut_as_the_table_says)
{
    check_case(NG_TOKENS_CHARS, TRUE, &chars[_i]);
}
END_TEST

static const struct {
    const char *pattern;
    Case c;
} patterns[] = {
    {"\\S+", {"A bc\tD", "a|bc|d", 0, 0}},
    {"a*", {"baab a", "aa|a", 0, 0}}, /* empty matches are none */
    {"\\w+ \\w+", {"one two three four five", "one" MARK "two|three" MARK "four", 0, 0}},
    {"(?s).+", {"a\0b\tc", "a" MARK "b" MARK "c", 5, 0}},
    {"^\\w|\\w$", {"abc def", "a|f", 0, 0}},
    {"^\\w|\\w$",
     {"abc\xff"
      "def",
      "a|\xff|f", 0, 1}}, /* a fragment's border is no border */
    {".", {"é\xff\xe2\x82", "é|\xff\xe2\x82", 0, 3}},
    {"(?<=é)x", {"éx\xffx", "x|\xff", 0, 1}},
    {"a\\Kb", {"ab ab", "b|b", 0, 0}},
};

START_TEST(a_pattern_cuts_as_the_table_says)
{
    g_autoptr(NgTokenizer) t =
        ng_tokenizer_new(NG_TOKENS_PATTERN, patterns[_i].pattern, TRUE, NULL);
    ck_assert_ptr_nonnull(t);

    g_autofree char *tokens = cut_case(t, &patterns[_i].c);
    ck_assert_str_eq(tokens, patterns[_i].c.tokens);
    ck_assert_uint_eq(ng_tokenizer_invalid(t), (guint64)patterns[_i].c.invalid);
}
END_TEST

START_TEST(a_match_given_up_is_cut_at_white_space)
{
    /* the pattern tries 2^40 ways to read forty a's, and none fits */
    g_autoptr(NgTokenizer) t =
        ng_tokenizer_new(NG_TOKENS_PATTERN, "(*LIMIT_MATCH=10000)(?:a+)+b|c", FALSE, NULL);

    g_autofree char *tokens = cut(t, "c aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa c", 44);
    ck_assert_str_eq(tokens, "c|aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa|c");
}
END_TEST

START_TEST(a_bad_pattern_is_refused_with_its_place)
{
    g_autoptr(GError) error = NULL;

    ck_assert_ptr_null(ng_tokenizer_new(NG_TOKENS_PATTERN, "a(b", FALSE, &error));
    ck_assert(g_error_matches(error, NG_ERROR, NG_ERROR_FORMAT));
    /* wording of pcre2test for /a(b/ */
    ck_assert_str_eq(error->message, "pattern 'a(b': missing closing parenthesis at offset 3");
}
END_TEST

static const struct {
    const char *pattern;
    const char *message; /* how it begins */
    NgTokens kind;
    gboolean fold;
} bad_settings[] = {
    {NULL, "--case fold cannot go with --tokens space", NG_TOKENS_SPACE, TRUE},
    {NULL, "--tokens pattern needs a regular expression", NG_TOKENS_PATTERN, FALSE},
    {"", "--tokens pattern needs a regular expression", NG_TOKENS_PATTERN, FALSE},
    {"a", "--pattern goes with --tokens pattern alone", NG_TOKENS_WORDS, FALSE},
};

START_TEST(settings_that_do_not_go_together_are_refused)
{
    g_autoptr(GError) error = NULL;

    ck_assert_ptr_null(ng_tokenizer_new(bad_settings[_i].kind, bad_settings[_i].pattern,
                                        bad_settings[_i].fold, &error));
    ck_assert(g_error_matches(error, NG_ERROR, NG_ERROR_RANGE));
    ck_assert(g_str_has_prefix(error->message, bad_settings[_i].message));
}
END_TEST

START_TEST(the_surface_is_where_a_token_came_from)
{
    g_autoptr(NgTokenizer) t = ng_tokenizer_new(NG_TOKENS_CHARS, NULL, TRUE, NULL);
    /* bytes: 0 blank, 1-2 the capital with its dot, 3 blank, 4 tab, 5 b */
    const size_t expected[][3] = {{0, 1, 3}, {1, 2, 1}, {3, 1, 3}, {4, 1, 3}, {5, 1, 1}};
    NgToken token;

    ng_tokenizer_start(t, " İ \tb", 6);
    for (size_t i = 0; i < G_N_ELEMENTS(expected); i++) {
        ck_assert(ng_tokenizer_next(t, &token));
        ck_assert_uint_eq(token.surface, expected[i][0]);
        ck_assert_uint_eq(token.surface_length, expected[i][1]);
        ck_assert_uint_eq(token.length, expected[i][2]);
    }
    ck_assert(!ng_tokenizer_next(t, &token));
    ck_assert(!ng_tokenizer_next(t, &token));
}
END_TEST

START_TEST(a_long_line_is_cut_in_good_time)
{
    enum { REPEAT = 2 * 1024 * 1024 }; /* ten megabytes */
    g_autoptr(NgTokenizer) t =
        ng_tokenizer_new((NgTokens)_i, _i == NG_TOKENS_PATTERN ? "\\S+" : NULL, FALSE, NULL);
    g_autoptr(GString) text = g_string_sized_new((gsize)REPEAT * 5);
    size_t count = 0;
    NgToken token;

    for (int i = 0; i < REPEAT; i++)
        g_string_append(text, "a-b \xff");
    ng_tokenizer_start(t, text->str, text->len);
    while (ng_tokenizer_next(t, &token))
        count++;
    /* words: a-b FF; space: a-b FFa-b ... FF; chars: a - b blank FF */
    const size_t expected[] = {2 * REPEAT, REPEAT + 1, 5 * REPEAT, 2 * REPEAT};
    ck_assert_uint_eq(count, expected[_i]);
    ck_assert_uint_eq(ng_tokenizer_invalid(t), REPEAT);
}
END_TEST

START_TEST(a_word_may_be_as_long_as_its_text)
{
    g_autoptr(NgTokenizer) t = ng_tokenizer_new(NG_TOKENS_WORDS, NULL, TRUE, NULL);
    g_autoptr(GString) text = g_string_new("A");
    NgToken token;

    while (text->len < (gsize)10 * 1024 * 1024)
        g_string_append(text, "b-1.5'É");
    ng_tokenizer_start(t, text->str, text->len);
    ck_assert(ng_tokenizer_next(t, &token));
    ck_assert_uint_eq(token.length, text->len);
    ck_assert(!ng_tokenizer_next(t, &token));
}
END_TEST

START_TEST(a_copy_works_like_its_original_and_outlives_it)
{
    NgTokenizer *t = ng_tokenizer_new(NG_TOKENS_PATTERN, "\\w", TRUE, NULL);
    g_autoptr(NgTokenizer) copy = ng_tokenizer_copy(t);
    ng_tokenizer_free(t);

    ck_assert_int_eq(ng_tokenizer_kind(copy), NG_TOKENS_PATTERN);
    ck_assert_str_eq(ng_tokenizer_pattern(copy), "\\w");
    ck_assert(ng_tokenizer_folds(copy));
    g_autofree char *tokens = cut(copy, "A,b", 3);
    ck_assert_str_eq(tokens, "a|b");
}
END_TEST

START_TEST(the_count_of_invalid_bytes_runs_over_all_texts)
{
    g_autoptr(NgTokenizer) t =
        ng_tokenizer_new((NgTokens)_i, _i == NG_TOKENS_PATTERN ? "." : NULL, FALSE, NULL);
    for (int i = 0; i < 3; i++)
        g_free(cut(t, "a\xff\xff", 3));
    ck_assert_uint_eq(ng_tokenizer_invalid(t), 6);
}
END_TEST

START_TEST(the_name_of_a_kind_leads_back_to_it)
{
    NgTokens kind = NG_TOKENS_WORDS;

    ck_assert(ng_tokens_from_name(ng_tokens_name((NgTokens)_i), &kind));
    ck_assert_int_eq(kind, _i);
    ck_assert(!ng_tokens_from_name("word", &kind));
    ck_assert_int_eq(kind, _i);
}
END_TEST

START_TEST(no_text_has_no_token)
{
    g_autoptr(NgTokenizer) t =
        ng_tokenizer_new((NgTokens)_i, _i == NG_TOKENS_PATTERN ? "." : NULL, FALSE, NULL);
    NgToken token;

    ck_assert(!ng_tokenizer_next(t, &token));
    ng_tokenizer_start(t, NULL, 0);
    ck_assert(!ng_tokenizer_next(t, &token));
}
END_TEST

Suite *
tokenizer_suite(void)
{
    Suite *suite = suite_create("tokenizer");
    TCase *tables = tcase_create("tables");
    TCase *rest = tcase_create("rest");

    tcase_add_loop_test(tables, words_are_cut_as_the_table_says, 0, G_N_ELEMENTS(words));
    tcase_add_loop_test(tables, words_may_keep_their_case, 0, G_N_ELEMENTS(kept));
    tcase_add_loop_test(tables, space_is_cut_as_the_table_says, 0, G_N_ELEMENTS(space));
    tcase_add_loop_test(tables, chars_are_cut_as_the_table_says, 0, G_N_ELEMENTS(chars));
    tcase_add_loop_test(tables, a_pattern_cuts_as_the_table_says, 0, G_N_ELEMENTS(patterns));
    tcase_add_test(rest, a_match_given_up_is_cut_at_white_space);
    tcase_add_test(rest, a_bad_pattern_is_refused_with_its_place);
    tcase_add_loop_test(rest, settings_that_do_not_go_together_are_refused, 0,
                        G_N_ELEMENTS(bad_settings));
    tcase_add_test(rest, the_surface_is_where_a_token_came_from);
    tcase_add_loop_test(rest, a_long_line_is_cut_in_good_time, 0, 4);
    tcase_add_test(rest, a_word_may_be_as_long_as_its_text);
    tcase_add_test(rest, a_copy_works_like_its_original_and_outlives_it);
    tcase_add_loop_test(rest, the_count_of_invalid_bytes_runs_over_all_texts, 0, 4);
    tcase_add_loop_test(rest, the_name_of_a_kind_leads_back_to_it, 0, 4);
    tcase_add_loop_test(rest, no_text_has_no_token, 0, 4);
    tcase_set_timeout(rest, 60);
    suite_add_tcase(suite, tables);
    suite_add_tcase(suite, rest);
    return suite;
}

#include "ngram/join.h"
#include "ngram/rng.h"
#include "tokens.h"

#include <check.h>

Suite *join_suite(void);

#define MARK "\xe2\x96\x81"

typedef struct {
    const char *tokens; /* with | between them */
    const char *text;
} Case;

/* Derived by hand from the rules. */
static const Case plain[] = {
    {"", ""},
    {"the|movie|,|was|(|very|)|good|!", "the movie, was (very) good!"},
    {"wait|.|.|.|what|?", "wait... what?"},
    {"he|said|\"|go|\"|.", "he said \"go\"."},
    {"\"|a|\"|\"|b|\"", "\"a\" \"b\""},
    {"a|'|b|'|c", "a 'b' c"},
    {"“|a|”|‘|b|’|«|c|»", "“a” ‘b’ «c»"},
    {"3|.|5", "3. 5"},
    {"rock|'|n|'|roll", "rock 'n' roll"},
    {"rock|’|n", "rock’ n"},
    {"$|5|50|%|$|a", "$5 50% $ a"},
    {"<|unk|>|<unk>|.", "< unk > <unk>."},
    {"(|\xcc\x81|(|🏽|(|👍🏽", "( \xcc\x81 ( 🏽 (👍🏽"},
    {"don't|well-known|-|a", "don't well-known - a"},
};

static const Case recased[] = {
    {"the|end|.|a|new|one|!|what|?|yes|…|no", "The end. A new one! What? Yes… No"},
    {"\"|so|.|\"|she|left|.|)|(|he|too", "\"So.\" She left.) (He too"},
    {"i|said|i'm|i'll|i've|i'd|i’m|i's|hi|it", "I said I'm I'll I've I'd I’m i's hi it"},
    {"and|i|,|i|.|i", "And I, I. I"},
    {"<unk>|a|.|<unk>|a", "<unk> a. <unk> a"},
    {"3.5|stars|.|4|stars|.|no|,|.|yes", "3.5 stars. 4 stars. No,. Yes"},
    {"a|.|,|b|.|:|c", "A., b.: c"},
    {"ǆ|.|ß|.|ı|.|é|.|ა|.|映", "ǅ. ß. ı. É. ა. 映"},
    {"👍|good", "👍 Good"},
    {"\xff|good|.|\xff|.", "\xff Good. \xff."},
    {"naples|.|McDonald", "Naples. McDonald"},
};

static const Case chars[] = {
    {"t|h|e|" MARK "|e|n|d|.|" MARK "|i|t", "The end. It"},
    {"i|" MARK "|i|'|m|" MARK "|x|i|" MARK "|i|.|e|.", "I I'm xi i.e."},
    {"3|.|5|" MARK "|e|.|g|.|" MARK, "3.5 e.g. "},
};

static char *
join_case(const Case *c, NgTokens kind, gboolean recase)
{
    g_auto(GStrv) tokens = g_strsplit(c->tokens, "|", -1);

    return ng_join((const char *const *)tokens, g_strv_length(tokens), kind, recase);
}

START_TEST(words_are_joined_as_people_write)
{
    g_autofree char *text = join_case(&plain[_i], NG_TOKENS_WORDS, FALSE);
    ck_assert_str_eq(text, plain[_i].text);
}
END_TEST

START_TEST(sentences_begin_with_a_capital)
{
    g_autofree char *text = join_case(&recased[_i], NG_TOKENS_WORDS, TRUE);
    ck_assert_str_eq(text, recased[_i].text);
}
END_TEST

START_TEST(chars_are_joined_without_blanks)
{
    g_autofree char *text = join_case(&chars[_i], NG_TOKENS_CHARS, TRUE);
    ck_assert_str_eq(text, chars[_i].text);
}
END_TEST

START_TEST(space_and_pattern_are_joined_by_blanks)
{
    const Case c = {"i|am|,|" MARK "|.", "i am , " MARK " ."};
    g_autofree char *space = join_case(&c, NG_TOKENS_SPACE, TRUE);
    g_autofree char *pattern = join_case(&c, NG_TOKENS_PATTERN, TRUE);

    ck_assert_str_eq(space, c.text);
    ck_assert_str_eq(pattern, c.text);
}
END_TEST

/* What is likely to run together. */
static const char *const odd[] = {
    ".",
    ",",
    ";",
    ":",
    "!",
    "?",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "%",
    "\"",
    "'",
    "’",
    "‘",
    "“",
    "”",
    "„",
    "«",
    "»",
    "…",
    "¿",
    "¡",
    "$",
    "£",
    "€",
    "-",
    "‐",
    "–",
    "_",
    "/",
    "<",
    ">",
    "&",
    "@",
    "#",
    "*",
    "+",
    "=",
    "^",
    "`",
    "~",
    "|",
    "\\",
    "3",
    "5",
    "1,000",
    "3.5",
    "10:30",
    "٣",
    "½",
    "i",
    "i'm",
    "i’d",
    "a",
    "n",
    "unk",
    "<unk>",
    "s",
    "don't",
    "well-known",
    "rock'n'roll",
    "é",
    "e\xcc\x81",
    "\xcc\x81",
    "\xe0\xa5\x8d",
    "\xef\xb8\x8f",
    "ß",
    "ı",
    "ǆ",
    "ŉ",
    "ſ",
    "ა",
    "ⅷ",
    "ⓐ",
    "Ⓜ",
    "映画",
    "ﾞ",
    "ำ",
    "ᄀ",
    "ᅡ",
    "👍",
    "👍🏽",
    "🏽",
    "!\xcc\x81",
    "#️⃣",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "👩‍👩‍👧",
    "🇫",
    "🇷",
    "🇫🇷",
    "5️⃣",
    "©",
    "❤️",
    "\xff",
    "\xe2",
    "\x82",
    "\xac",
    "\xe2\x82",
    "\xc3",
    "\xf0\x9f",
    "\xed\xa0\x80",
    "i̇",
    "so\xc2\xadme",
    "می\xe2\x80\x8cخ",
    "ക\xe2\x80\x8d",
    "\xee\x80\x80",
    "\xef\xbf\xbf",
};

static gboolean
is_a_token(NgTokenizer *t, const char *word)
{
    g_autofree char *tokens = cut(t, word, strlen(word));

    return strcmp(tokens, word) == 0;
}

/* Joins and cuts again @rounds random sequences of up to 12 of the n @words. */
static void
check_law(NgTokenizer *t, gboolean recase, const char *const *words, size_t n)
{
    enum { ROUNDS = 30000, LONGEST = 12 };
    NgRng rng = ng_rng_new(20, 4);

    for (int round = 0; round < ROUNDS; round++) {
        g_autoptr(GPtrArray) tokens = g_ptr_array_new();
        size_t length = ng_rng_u32(&rng) % (LONGEST + 1);
        for (size_t i = 0; i < length; i++)
            g_ptr_array_add(tokens, (gpointer)(guintptr)words[ng_rng_u32(&rng) % n]);

        g_autofree char *text =
            ng_join((const char *const *)tokens->pdata, tokens->len, ng_tokenizer_kind(t), recase);
        g_autofree char *again = cut(t, text, strlen(text));
        g_ptr_array_add(tokens, NULL);
        g_autofree char *expected = g_strjoinv("|", (char **)tokens->pdata);
        ck_assert_msg(strcmp(again, expected) == 0, "'%s' became '%s' and then '%s'", expected,
                      text, again);
    }
}

START_TEST(odd_words_survive_joining)
{
    g_autoptr(NgTokenizer) t = ng_tokenizer_new(NG_TOKENS_WORDS, NULL, _i != 0, NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(odd); i++)
        ck_assert_msg(is_a_token(t, odd[i]), "'%s' is no token", odd[i]);
    check_law(t, _i == 2, odd, G_N_ELEMENTS(odd));
}
END_TEST

START_TEST(the_first_marks_survive_joining)
{
    g_autoptr(NgTokenizer) t = ng_tokenizer_new(NG_TOKENS_WORDS, NULL, TRUE, NULL);

    check_law(t, TRUE, odd, 22); /* punctuation alone, with quotes of all sorts */
}
END_TEST

START_TEST(every_character_survives_joining)
{
    /* each visible character of the first two planes as a token, among marks and words */
    static const char *const around[] = {"(", "'", "\"", "$", "5",    "a",
                                         ".", "%", "‘",  "👍", "🏽", "\xe2"};
    g_autoptr(NgTokenizer) t = ng_tokenizer_new(NG_TOKENS_WORDS, NULL, TRUE, NULL);
    NgRng rng = ng_rng_new(20, 5);

    for (gunichar c = '!'; c < 0x20000; c++) {
        char word[8] = "";
        if (!g_unichar_validate(c))
            continue;
        g_unichar_to_utf8(c, word);
        if (c == '|' || !is_a_token(t, word))
            continue;
        const char *before = around[ng_rng_u32(&rng) % G_N_ELEMENTS(around)];
        const char *after = around[ng_rng_u32(&rng) % G_N_ELEMENTS(around)];
        const char *const tokens[] = {before, word, after, word, before};
        g_autofree char *text = ng_join(tokens, 5, NG_TOKENS_WORDS, TRUE);
        g_autofree char *again = cut(t, text, strlen(text));
        g_autofree char *expected = g_strjoin("|", before, word, after, word, before, NULL);
        ck_assert_msg(strcmp(again, expected) == 0, "U+%04X: '%s' became '%s' and then '%s'", c,
                      expected, text, again);
    }
}
END_TEST

START_TEST(space_survives_joining)
{
    g_autoptr(NgTokenizer) t = ng_tokenizer_new(NG_TOKENS_SPACE, NULL, FALSE, NULL);

    check_law(t, FALSE, odd, G_N_ELEMENTS(odd));
}
END_TEST

START_TEST(chars_survive_joining)
{
    /* no invalid bytes, which may run together */
    static const char *const words[] = {
        "i", "I", "'", "’", "m", "l", ".", "!", "\"", ")",    "<",  "u", "n",        "k",
        ">", "3", "é", "ǆ", "ß", "ı", "ſ", "ŉ", "👍",  "🏽", "映", "ა", "\xcc\x81", "\xe2\x80\x8d",
        "ⓐ"};
    g_autoptr(NgTokenizer) t = ng_tokenizer_new(NG_TOKENS_CHARS, NULL, TRUE, NULL);
    NgRng rng = ng_rng_new(20, 6);

    for (int round = 0; round < 30000; round++) {
        g_autoptr(GPtrArray) tokens = g_ptr_array_new();
        for (size_t left = ng_rng_u32(&rng) % 20; left > 0; left--) {
            size_t at = ng_rng_u32(&rng) % G_N_ELEMENTS(words);
            g_ptr_array_add(tokens, (gpointer)(guintptr)(at == 1 ? "i" : words[at]));
            if (ng_rng_u32(&rng) % 3 == 0)
                g_ptr_array_add(tokens, (gpointer)(guintptr)MARK);
        }
        g_autofree char *text =
            ng_join((const char *const *)tokens->pdata, tokens->len, NG_TOKENS_CHARS, TRUE);
        g_autofree char *again = cut(t, text, strlen(text));
        g_ptr_array_add(tokens, NULL);
        g_autofree char *expected = g_strjoinv("|", (char **)tokens->pdata);
        ck_assert_str_eq(again, expected);
    }
}
END_TEST

Suite *
join_suite(void)
{
    Suite *suite = suite_create("join");
    TCase *tables = tcase_create("tables");
    TCase *law = tcase_create("law");

    tcase_add_loop_test(tables, words_are_joined_as_people_write, 0, G_N_ELEMENTS(plain));
    tcase_add_loop_test(tables, sentences_begin_with_a_capital, 0, G_N_ELEMENTS(recased));
    tcase_add_loop_test(tables, chars_are_joined_without_blanks, 0, G_N_ELEMENTS(chars));
    tcase_add_test(tables, space_and_pattern_are_joined_by_blanks);
    tcase_add_loop_test(law, odd_words_survive_joining, 0, 3);
    tcase_add_test(law, the_first_marks_survive_joining);
    tcase_add_test(law, every_character_survives_joining);
    tcase_add_test(law, space_survives_joining);
    tcase_add_test(law, chars_survive_joining);
    tcase_set_timeout(law, 120);
    suite_add_tcase(suite, tables);
    suite_add_tcase(suite, law);
    return suite;
}

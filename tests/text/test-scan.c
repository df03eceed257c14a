#include "../../src/text/scan.h"
#include "ngram/rng.h"
#include "ngram/tokenizer.h"

#include <check.h>
#include <string.h>

Suite *scan_suite(void);

/* What makes and breaks words: joints and points in every place, marks and joiners that reach back
 * to a token of ASCII, white space and format characters of Unicode, bytes that are no text. */
static const char *const pieces[] = {
    "a",
    "Z",
    "the",
    "Word",
    "0",
    "19",
    "'",
    "-",
    ".",
    ",",
    ":",
    "_",
    "!",
    "~",
    "<",
    "<unk>",
    "<unk",
    "unk>",
    "<s>",
    "</s>",
    "\x7f",
    "\x01",
    "\x1f",
    "\v",
    "\f",
    "\r",
    "\xc2\x85",         /* next line */
    "\xc2\xa0",         /* no-break space */
    "\xc2\xad",         /* soft hyphen */
    "\xcc\x81",         /* combining acute */
    "\xc3\x89",         /* capital e acute */
    "\xd9\xa3",         /* Arabic digit three */
    "\xe2\x80\x8c",     /* zero width non-joiner */
    "\xe2\x80\x8d",     /* zero width joiner */
    "\xe2\x80\x90",     /* hyphen */
    "\xe2\x80\x99",     /* apostrophe */
    "\xe2\x83\xa3",     /* keycap */
    "\xe2\x84\xaa",     /* Kelvin sign */
    "\xef\xb8\x8f",     /* variation selector */
    "\xf0\x9f\x91\x8d", /* thumb */
    "\xf0\x9f\x8f\xbd", /* its colour */
    "\xf0\x9f\x87\xab", /* half of a flag */
    "\xff",
    "\xc3",
    "\xe2\x80",
    "\x80",
};

enum { RUNS = 2500 };

/*
 * Text of one of several tempers: all pieces; ASCII alone; ASCII with a rare piece of the others; one
 * long run.  Without a zero byte behind it, so that AddressSanitizer sees who reads on.
 */
static char *
random_text(NgRng *rng, size_t *length)
{
    g_autoptr(GString) text = g_string_new(NULL);
    uint32_t temper = ng_rng_u32(rng) % 5;
    uint32_t n = ng_rng_u32(rng) % (ng_rng_u32(rng) % 8 == 0 ? 3000 : 300);

    for (uint32_t i = 0; i < n; i++) {
        uint32_t rare = ng_rng_u32(rng) % 60;
        size_t choice = temper == 0 || (temper == 2 && rare == 0) ? G_N_ELEMENTS(pieces) : 26;
        const char *piece = pieces[ng_rng_u32(rng) % choice];
        g_string_append(text, temper == 3 && rare > 0 ? "Ab" : piece);
        if (temper != 3 && ng_rng_u32(rng) % 4 == 0)
            g_string_append_c(text, ng_rng_u32(rng) % 40 > 0 ? ' ' : '\0');
    }
    *length = text->len;
    return g_memdup2(text->str, text->len);
}

static gboolean
same(const NgTokenizer *t, const NgToken *a, const NgTokenizer *u, const NgToken *b)
{
    return ng_tokenizer_invalid(t) == ng_tokenizer_invalid(u) && a->surface == b->surface &&
           a->surface_length == b->surface_length && a->length == b->length &&
           memcmp(a->text, b->text, a->length) == 0;
}

/* The pattern of words goes to PCRE2 alone where the user gives it: the plain path. */
START_TEST(words_are_those_of_the_pattern)
{
    g_autoptr(NgTokenizer) fast = ng_tokenizer_new(NG_TOKENS_WORDS, NULL, _i == 1, NULL);
    g_autoptr(NgTokenizer) plain =
        ng_tokenizer_new(NG_TOKENS_PATTERN, NG_TOKENS_WORDS_PATTERN, _i == 1, NULL);
    NgRng rng = ng_rng_new(11, (guint64)_i);
    guint64 bytes = 0;

    for (int run = 0; run < RUNS; run++) {
        size_t length = 0;
        g_autofree char *text = random_text(&rng, &length);
        NgToken a;
        NgToken b;
        ng_tokenizer_start(fast, text, length);
        ng_tokenizer_start(plain, text, length);
        for (int i = 0; ng_tokenizer_next(plain, &b); i++)
            if (!ng_tokenizer_next(fast, &a) || !same(fast, &a, plain, &b))
                ck_abort_msg("text %d, token %d", run, i);
        if (ng_tokenizer_next(fast, &a))
            ck_abort_msg("text %d: a token more", run);
        bytes += length;
    }
    ck_assert_uint_gt(bytes, 500000);
}
END_TEST

static gboolean
is_separator(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\0';
}

START_TEST(space_is_what_stands_between_separators)
{
    g_autoptr(NgTokenizer) t = ng_tokenizer_new(NG_TOKENS_SPACE, NULL, FALSE, NULL);
    NgRng rng = ng_rng_new(12, 0);

    for (int run = 0; run < RUNS; run++) {
        size_t length = 0;
        size_t at = 0;
        g_autofree char *text = random_text(&rng, &length);
        NgToken token;
        ng_tokenizer_start(t, text, length);
        for (;;) {
            while (at < length && is_separator(text[at]))
                at++;
            size_t begin = at;
            while (at < length && !is_separator(text[at]))
                at++;
            if (begin == at)
                break;
            if (!ng_tokenizer_next(t, &token) || token.text != text + begin ||
                token.length != at - begin || token.surface != begin)
                ck_abort_msg("text %d, byte %zu", run, begin);
        }
        ck_assert(!ng_tokenizer_next(t, &token));
    }
}
END_TEST

static void
check_level(NgScan *scan, NgScan *plain, const char *text, size_t length, NgScanLevel level)
{
    for (int kind = 0; kind < 3; kind++) {
        if (kind == 0) {
            ng_scan_space(plain, text, length, NG_SCAN_PLAIN);
            ng_scan_space(scan, text, length, level);
        } else {
            ng_scan_words(plain, text, length, kind == 1, NG_SCAN_PLAIN);
            ng_scan_words(scan, text, length, kind == 1, level);
        }
        ck_assert_uint_eq(scan->n, plain->n);
        ck_assert_uint_eq(scan->used, plain->used);
        ck_assert_int_eq(scan->odd, plain->odd);
        ck_assert(memcmp(scan->begin, plain->begin, scan->n * sizeof *scan->begin) == 0);
        ck_assert(memcmp(scan->end, plain->end, scan->n * sizeof *scan->end) == 0);
        ck_assert(kind != 1 || memcmp(scan->lower, plain->lower, scan->used) == 0);
    }
}

/* Any bytes at all; the masks are not for UTF-8 alone. */
START_TEST(every_processor_finds_the_same)
{
    g_autofree NgScan *scan = g_new0(NgScan, 1);
    g_autofree NgScan *plain = g_new0(NgScan, 1);
    NgRng rng = ng_rng_new(13, 0);

    for (int run = 0; run < RUNS; run++) {
        size_t length = 0;
        g_autofree char *text = random_text(&rng, &length);
        for (size_t i = 0; run % 2 == 0 && i < length; i++)
            text[i] = (char)(ng_rng_u32(&rng) % (run % 4 == 0 ? 256 : 128));
        for (int level = NG_SCAN_AVX2; level <= (int)ng_scan_level(); level++)
            check_level(scan, plain, text, length, (NgScanLevel)level);
    }
}
END_TEST

START_TEST(a_run_holds_the_tokens_that_come_one_by_one)
{
    static const NgTokens kinds[] = {NG_TOKENS_WORDS, NG_TOKENS_SPACE, NG_TOKENS_CHARS};
    g_autoptr(NgTokenizer) t = ng_tokenizer_new(kinds[_i], NULL, _i != 1, NULL);
    g_autoptr(NgTokenizer) u = ng_tokenizer_copy(t);
    NgRng rng = ng_rng_new(14, (guint64)_i);

    for (int round = 0; round < RUNS / 5; round++) {
        size_t length = 0;
        g_autofree char *text = random_text(&rng, &length);
        NgTokenRun run;
        NgToken token;
        ng_tokenizer_start(t, text, length);
        ng_tokenizer_start(u, text, length);
        if (round % 2 == 0 && ng_tokenizer_next(t, &token)) /* both ways may be mixed */
            ck_assert(ng_tokenizer_next(u, &token));
        while (ng_tokenizer_next_run(t, &run)) {
            ck_assert_uint_gt(run.n, 0);
            ck_assert_uint_le(run.end[run.n - 1], run.readable);
            for (size_t i = 0; i < run.n; i++) {
                size_t n = run.end[i] - run.begin[i];
                if (!ng_tokenizer_next(u, &token) || n != token.length ||
                    memcmp(run.text + run.begin[i], token.text, n) != 0 ||
                    run.surface + run.begin[i] != text + token.surface ||
                    (run.odd ? run.surface_length : n) != token.surface_length)
                    ck_abort_msg("text %d, token %zu", round, i);
            }
        }
        ck_assert(!ng_tokenizer_next(u, &token));
    }
}
END_TEST

Suite *
scan_suite(void)
{
    Suite *suite = suite_create("scan");
    TCase *tokens = tcase_create("tokens");

    tcase_set_timeout(tokens, 60);
    tcase_add_loop_test(tokens, words_are_those_of_the_pattern, 0, 2);
    tcase_add_test(tokens, space_is_what_stands_between_separators);
    tcase_add_test(tokens, every_processor_finds_the_same);
    tcase_add_loop_test(tokens, a_run_holds_the_tokens_that_come_one_by_one, 0, 3);
    suite_add_tcase(suite, tokens);
    return suite;
}

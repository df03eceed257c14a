/* Feeds any bytes to every kind of tokenizer, their words through ng_join() and back, and words
 * to the plain path. */
#include "ngram/join.h"
#include "ngram/tokenizer.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The tokens of a text; they lie in order, side by side or apart, inside it. */
static GPtrArray *
tokens_of(NgTokenizer *t, const char *text, size_t length)
{
    GPtrArray *tokens = g_ptr_array_new_with_free_func(g_free);
    NgToken token;
    size_t end = 0;

    ng_tokenizer_start(t, text, length);
    while (ng_tokenizer_next(t, &token)) {
        g_assert(token.length > 0 && token.surface_length > 0);
        g_assert(token.surface >= end && token.surface_length <= length - token.surface);
        g_assert(memchr(token.text, '\0', token.length) == NULL);
        g_assert(memchr(token.text, ' ', token.length) == NULL);
        g_assert(memchr(token.text, '\n', token.length) == NULL);
        end = token.surface + token.surface_length;
        g_ptr_array_add(tokens, g_strndup(token.text, token.length));
    }
    return tokens;
}

/* Bytes of @text that GLib finds invalid. */
static size_t
count_invalid(const char *text, size_t length)
{
    size_t count = 0;

    for (size_t at = 0; at < length;) {
        gunichar c = g_utf8_get_char_validated(text + at, (gssize)(length - at));
        gboolean invalid = text[at] != '\0' && (c == (gunichar)-1 || c == (gunichar)-2);
        count += invalid ? 1 : 0;
        at += invalid || text[at] == '\0' ? 1 : (size_t)g_unichar_to_utf8(c, NULL);
    }
    return count;
}

/* Whether two invalid tokens stand side by side once @tokens are run together. */
static gboolean
may_merge(NgTokens kind, const GPtrArray *tokens)
{
    for (guint i = 1; kind == NG_TOKENS_CHARS && i < tokens->len; i++)
        if (!g_utf8_validate(g_ptr_array_index(tokens, i - 1), -1, NULL) &&
            !g_utf8_validate(g_ptr_array_index(tokens, i), -1, NULL))
            return TRUE;
    return FALSE;
}

static void
check_law(NgTokenizer *t, const GPtrArray *tokens, gboolean recase)
{
    g_autofree char *text =
        ng_join((const char *const *)tokens->pdata, tokens->len, ng_tokenizer_kind(t), recase);
    g_autoptr(GPtrArray) again = tokens_of(t, text, strlen(text));

    g_assert(again->len == tokens->len);
    for (guint i = 0; i < tokens->len; i++)
        g_assert(strcmp(g_ptr_array_index(again, i), g_ptr_array_index(tokens, i)) == 0);
}

static void
check_kind(NgTokens kind, const char *pattern, gboolean fold, const char *text, size_t length)
{
    g_autoptr(NgTokenizer) t = ng_tokenizer_new(kind, pattern, fold, NULL);
    g_autoptr(GPtrArray) tokens = tokens_of(t, text, length);

    g_assert(ng_tokenizer_invalid(t) == count_invalid(text, length));
    if (kind == NG_TOKENS_PATTERN || may_merge(kind, tokens))
        return;
    check_law(t, tokens, FALSE);
    if (fold)
        check_law(t, tokens, TRUE);
}

/* Words found by masks are those of PCRE2, which alone sees a pattern that the user gives. */
static void
check_words(gboolean fold, const char *text, size_t length)
{
    g_autoptr(NgTokenizer) fast = ng_tokenizer_new(NG_TOKENS_WORDS, NULL, fold, NULL);
    g_autoptr(NgTokenizer) plain =
        ng_tokenizer_new(NG_TOKENS_PATTERN, NG_TOKENS_WORDS_PATTERN, fold, NULL);
    NgToken a;
    NgToken b;

    ng_tokenizer_start(fast, text, length);
    ng_tokenizer_start(plain, text, length);
    while (ng_tokenizer_next(plain, &b)) {
        g_assert(ng_tokenizer_next(fast, &a));
        g_assert(a.surface == b.surface && a.surface_length == b.surface_length);
        g_assert(a.length == b.length && memcmp(a.text, b.text, a.length) == 0);
    }
    g_assert(!ng_tokenizer_next(fast, &a));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;

    for (int fold = 0; fold < 2; fold++) {
        check_kind(NG_TOKENS_WORDS, NULL, fold, text, size);
        check_words(fold, text, size);
        check_kind(NG_TOKENS_CHARS, NULL, fold, text, size);
        check_kind(NG_TOKENS_PATTERN, "(?s).{1,5}?\\b|^\\W*$", fold, text, size);
    }
    check_kind(NG_TOKENS_SPACE, NULL, FALSE, text, size);
    return 0;
}

/*
 * Joining
 *
 * Tokens into text as people write it, so that the tokenizer, folding, gives
 * back exactly these tokens.  That law decides what may touch: a mark drops the
 * blank before it or behind it, never both, so nothing comes to stand inside a
 * word or a number; and nothing touches that would modify what it touches.
 */
#include "ngram/join.h"

#include "recase.h"
#include "utf8.h"

#include <string.h>

/**
 * Hold: which neighbour a token touches.
 * @HOLD_NONE: neither
 * @HOLD_BACK: the token before it
 * @HOLD_ON: the token behind it
 * @HOLD_NUMBER: the token behind it if that begins with an ASCII digit
 */
typedef enum { HOLD_NONE, HOLD_BACK, HOLD_ON, HOLD_NUMBER } Hold;

/** Quotes: which of the quotation marks that look alike on both sides are open. */
typedef struct {
    gboolean twice; /* " */
    gboolean once;  /* ' */
} Quotes;

/* The first character of @token, 0 where it has none; its bytes in @bytes. */
static gunichar
first_point(const char *token, size_t *bytes)
{
    *bytes = ng_utf8_sequence(token, strnlen(token, 4));
    return *bytes > 0 ? g_utf8_get_char(token) : 0;
}

/*
 * Whether @token would become a part of a punctuation mark before it.  A code
 * point that GLib does not know may be a mark to a later PCRE2.
 */
static gboolean
modifies(const char *token)
{
    size_t bytes = 0;

    if ((guchar)token[0] < 0x80)
        return FALSE;
    gunichar c = first_point(token, &bytes);
    return bytes > 0 && (g_unichar_ismark(c) || !g_unichar_isdefined(c) ||
                         (c >= 0x1f3fb && c <= 0x1f3ff)); /* skin tones */
}

/* A mark that opens and closes in turn. */
static Hold
toggle(gboolean *open)
{
    *open = !*open;
    return *open ? HOLD_ON : HOLD_BACK;
}

/* Which neighbour @token touches; keeps count of the quotes. */
static Hold
hold_of(const char *token, Quotes *quotes)
{
    size_t bytes = 0;

    if (g_ascii_isalnum(token[0])) /* most are words */
        return HOLD_NONE;
    gunichar c = first_point(token, &bytes);
    if (bytes == 0 || token[bytes] != '\0')
        return HOLD_NONE;
    switch (c) {
    case '"':
        return toggle(&quotes->twice);
    case '\'':
        return toggle(&quotes->once);
    case ',':
    case '.':
    case ';':
    case ':':
    case '!':
    case '?':
    case ')':
    case ']':
    case '}':
    case '%':
    case 0x00bb: /* right guillemet */
    case 0x2019: /* right single quotation mark */
    case 0x201d: /* right double quotation mark */
    case 0x2026: /* ellipsis */
        return HOLD_BACK;
    case '(':
    case '[':
    case '{':
    case 0x00a1: /* inverted exclamation mark */
    case 0x00ab: /* left guillemet */
    case 0x00bf: /* inverted question mark */
    case 0x2018: /* left single quotation mark */
    case 0x201c: /* left double quotation mark */
    case 0x201e: /* low double quotation mark */
        return HOLD_ON;
    case '$':
    case 0x00a3: /* pound */
        return HOLD_NUMBER;
    default:
        return HOLD_NONE;
    }
}

static void
join_words(GString *out, const char *const *tokens, size_t n)
{
    Quotes quotes = {FALSE, FALSE};
    Hold last = HOLD_ON;

    for (size_t i = 0; i < n; i++) {
        Hold hold = hold_of(tokens[i], &quotes);
        gboolean touches = hold == HOLD_BACK || last == HOLD_ON ||
                           (last == HOLD_NUMBER && g_ascii_isdigit(tokens[i][0]));
        if (i > 0 && (!touches || modifies(tokens[i])))
            g_string_append_c(out, ' ');
        g_string_append(out, tokens[i]);
        last = hold;
    }
}

static void
join_blanks(GString *out, const char *const *tokens, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            g_string_append_c(out, ' ');
        g_string_append(out, tokens[i]);
    }
}

static void
join_chars(GString *out, const char *const *tokens, size_t n)
{
    for (size_t i = 0; i < n; i++)
        g_string_append(out, strcmp(tokens[i], NG_BLANK_MARK) == 0 ? " " : tokens[i]);
}

/**
 * ng_join:
 * @tokens: (array length=n): tokens of @kind
 * @n: number of tokens
 * @kind: what they are
 * @recase: whether sentences get their first capital, and I its own; for words
 *   and chars alone
 *
 * Tokenised again (with folding if @recase), the text gives back @tokens, if
 * each of them, alone, is a token of @kind.  In kind chars this holds where no
 * two tokens of invalid bytes stand side by side.  Tokens of a pattern give no
 * such promise.
 *
 * Returns: (transfer full): the text; UTF-8, but for tokens that are not
 */
char *
ng_join(const char *const *tokens, size_t n, NgTokens kind, gboolean recase)
{
    g_return_val_if_fail(tokens != NULL || n == 0, NULL);

    GString *out = g_string_new(NULL);
    if (kind == NG_TOKENS_WORDS)
        join_words(out, tokens, n);
    else if (kind == NG_TOKENS_CHARS)
        join_chars(out, tokens, n);
    else
        join_blanks(out, tokens, n);

    g_autofree char *text = g_string_free(out, FALSE);
    if (recase && (kind == NG_TOKENS_WORDS || kind == NG_TOKENS_CHARS))
        return ng_recase(text);
    return g_steal_pointer(&text);
}

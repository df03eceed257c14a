/*
 * Tokenizer
 *
 * Cuts one sequence after the other into tokens, one a call or many, without an
 * allocation: a token points into the text given, or into a buffer that is
 * used again where folding changes it.  Words and space are found by ng_scan_*()
 * in stretches of ASCII; what it leaves out is cut one by one, words by PCRE2.
 *
 * The text is seen as fragments of well-formed UTF-8 with runs of invalid bytes
 * between them.  Tokens never cross that border, and each invalid run is a
 * token of its own, byte for byte; in kind space alone it is left where it
 * stands.  Every kind costs one pass over the text to find the fragments and
 * one to cut them.
 *
 * Invariant: fragment <= at <= valid <= length, [fragment, valid) is
 * well-formed, and valid is length or the place of an invalid byte.  (Kind
 * space keeps fragment at 0 and valid at length.)  The tokens of `run` lie before
 * `at`.
 */
#include "ngram/tokenizer.h"

#include "fold.h"
#include "lookup.h"
#include "matcher.h"
#include "ngram/error.h"
#include "scan.h"
#include "utf8.h"

#include <string.h>

struct NgTokenizer {
    NgTokens kind;
    gboolean fold;
    NgMatcher *matcher; /* (owned) (nullable) of words and pattern */
    NgScratch scratch;  /* the last token, if folding changed it */
    guint64 invalid;    /* bytes, over all texts so far */

    const char *text; /* [length] the sequence, borrowed */
    size_t length;
    size_t fragment; /* where the fragment around `at` begins */
    size_t valid;    /* where it ends */
    size_t at;       /* everything before it is done, or stands in `scan` */

    NgScan *scan;     /* (owned) (nullable) of words and space */
    gboolean closely; /* the next token is not for `scan` */
    NgTokenRun run;   /* tokens found ahead, */
    size_t given;     /* and how many of them are handed out */
    size_t one[2];    /* where the only token of a run begins and ends */

    NgRecent *recent; /* (owned) (nullable) what ng_encode() remembers; ends with the tokenizer */
};

/* Whether @kind, @pattern and @fold go together. */
static gboolean
check_settings(NgTokens kind, const char *pattern, gboolean fold, GError **error)
{
    const char *problem = NULL;

    if (kind == NG_TOKENS_SPACE && fold)
        problem = "--case fold cannot go with --tokens space: its tokens are kept byte for byte "
                  "(fold the text beforehand, or take --tokens words)";
    else if (kind == NG_TOKENS_PATTERN && (pattern == NULL || *pattern == '\0'))
        problem = "--tokens pattern needs a regular expression (give it with --pattern)";
    else if (kind != NG_TOKENS_PATTERN && pattern != NULL)
        problem = "--pattern goes with --tokens pattern alone (leave one of the two out)";
    if (problem != NULL)
        g_set_error_literal(error, NG_ERROR, NG_ERROR_RANGE, problem);
    return problem == NULL;
}

/* Room for tokens found ahead; no text yet. */
static void
init_text(NgTokenizer *self)
{
    self->text = "";
    if (self->kind == NG_TOKENS_WORDS || self->kind == NG_TOKENS_SPACE)
        self->scan = g_new0(NgScan, 1);
}

/**
 * ng_tokenizer_new:
 * @kind: what a token is
 * @pattern: (nullable): the regular expression of %NG_TOKENS_PATTERN; %NULL for
 *   the other kinds
 * @fold: whether tokens are written in lower case
 * @error: return location for a #GError, or %NULL
 *
 * Words are the matches of %NG_TOKENS_WORDS_PATTERN.  A pattern's matches that
 * are empty are no tokens; what it does not match is left out.  Where PCRE2
 * gives up on a match, at its limit on steps or memory, what stands up to the
 * next white space is one token, and matching goes on behind it.
 *
 * Errors: %NG_ERROR_FORMAT where @pattern is no regular expression;
 * %NG_ERROR_RANGE where the settings do not go together.
 *
 * Returns: (transfer full): free with ng_tokenizer_free(); %NULL with @error set
 */
NgTokenizer *
ng_tokenizer_new(NgTokens kind, const char *pattern, gboolean fold, GError **error)
{
    g_return_val_if_fail(error == NULL || *error == NULL, NULL);

    g_autoptr(NgMatcher) matcher = NULL;
    if (!check_settings(kind, pattern, fold, error))
        return NULL;
    if (kind == NG_TOKENS_WORDS)
        pattern = NG_TOKENS_WORDS_PATTERN;
    if (pattern != NULL && (matcher = ng_matcher_new(pattern, error)) == NULL)
        return NULL;

    NgTokenizer *self = g_new0(NgTokenizer, 1);
    self->kind = kind;
    self->fold = fold;
    self->matcher = g_steal_pointer(&matcher);
    init_text(self);
    return self;
}

/**
 * ng_tokenizer_copy:
 * @self: a tokenizer
 *
 * Returns: (transfer full): one with the same settings, for another thread; it
 *   is at no text yet, and has counted nothing
 */
NgTokenizer *
ng_tokenizer_copy(const NgTokenizer *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    NgTokenizer *copy = g_new0(NgTokenizer, 1);
    copy->kind = self->kind;
    copy->fold = self->fold;
    copy->matcher = self->matcher != NULL ? ng_matcher_copy(self->matcher) : NULL;
    init_text(copy);
    return copy;
}

/**
 * ng_tokenizer_free:
 * @self: (nullable) (transfer full): a tokenizer
 */
void
ng_tokenizer_free(NgTokenizer *self)
{
    if (self == NULL)
        return;
    ng_matcher_free(self->matcher);
    g_free(self->scratch.data);
    g_free(self->scan);
    ng_recent_free(self->recent);
    g_free(self);
}

/**
 * ng_tokenizer_kind:
 * @self: a tokenizer
 *
 * Returns: what its tokens are
 */
NgTokens
ng_tokenizer_kind(const NgTokenizer *self)
{
    g_return_val_if_fail(self != NULL, NG_TOKENS_WORDS);

    return self->kind;
}

/**
 * ng_tokenizer_pattern:
 * @self: a tokenizer
 *
 * Kind, pattern and folding, handed to ng_tokenizer_new(), give the same
 * tokenizer again.
 *
 * Returns: (transfer none) (nullable): the user's regular expression; %NULL for
 *   every kind but %NG_TOKENS_PATTERN
 */
const char *
ng_tokenizer_pattern(const NgTokenizer *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    return self->kind == NG_TOKENS_PATTERN ? ng_matcher_pattern(self->matcher) : NULL;
}

/**
 * ng_tokenizer_folds:
 * @self: a tokenizer
 *
 * Returns: whether its tokens are written in lower case
 */
gboolean
ng_tokenizer_folds(const NgTokenizer *self)
{
    g_return_val_if_fail(self != NULL, FALSE);

    return self->fold;
}

/**
 * ng_tokenizer_invalid:
 * @self: a tokenizer
 *
 * Returns: how many bytes that are no UTF-8 it has met since it was made; those
 *   of a text that was not read to its end may be missing
 */
guint64
ng_tokenizer_invalid(const NgTokenizer *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->invalid;
}

/* A place to keep what is known of words from one text to the next; it is freed with @self. */
NgRecent **
ng_tokenizer_recent(NgTokenizer *self)
{
    return &self->recent;
}

/* Finds the fragment that begins at `at`. */
static void
begin_fragment(NgTokenizer *self)
{
    self->fragment = self->at;
    self->valid = self->at + ng_utf8_valid(self->text + self->at, self->length - self->at);
}

/**
 * ng_tokenizer_start:
 * @self: a tokenizer
 * @text: (nullable): [length] bytes, which stay where they are until the next
 *   start; %NULL where @length is 0
 * @length: number of bytes
 *
 * Sets out on a new sequence.
 */
void
ng_tokenizer_start(NgTokenizer *self, const char *text, size_t length)
{
    g_return_if_fail(self != NULL);
    g_return_if_fail(text != NULL || length == 0);

    self->text = text != NULL ? text : "";
    self->length = length;
    self->fragment = 0;
    self->at = 0;
    self->closely = FALSE;
    self->run.n = 0;
    self->given = 0;
    if (self->kind == NG_TOKENS_SPACE) {
        self->invalid += ng_utf8_count_broken(self->text, length);
        self->valid = length;
    } else {
        begin_fragment(self);
    }
}

/* The token from `at` to @end, as it stands; steps over it. */
static void
take(NgTokenizer *self, size_t end, NgToken *token)
{
    token->text = self->text + self->at;
    token->length = end - self->at;
    token->surface = self->at;
    token->surface_length = end - self->at;
    self->at = end;
}

/* Takes the invalid bytes behind the fragment. */
static void
take_invalid(NgTokenizer *self, NgToken *token)
{
    size_t run = ng_utf8_broken(self->text + self->at, self->length - self->at);

    g_assert(run > 0);
    self->invalid += run;
    take(self, self->at + run, token);
    begin_fragment(self);
}

/* Where a run of blank characters, or of others, that begins at `at` ends. */
static size_t
run_end(const NgTokenizer *self, gboolean blank)
{
    const char *p = self->text + self->at;
    const char *end = self->text + self->valid;

    for (const char *next = p; next < end; p = next)
        if (ng_utf8_is_blank(ng_utf8_step(&next)) != blank)
            break;
    return (size_t)(p - self->text);
}

/*
 * Finds the end of the next token of kind words or pattern in the fragment, and
 * moves `at` to its start.
 */
static gboolean
find_match(NgTokenizer *self, size_t *end)
{
    const NgSubject subject = {
        .text = self->text + self->fragment,
        .length = self->valid - self->fragment,
        .begins = self->fragment == 0,
        .ends = self->valid == self->length,
    };
    size_t from = self->at - self->fragment;
    size_t to = 0;

    switch (ng_matcher_find(self->matcher, &subject, &from, &to)) {
    case NG_MATCH_FOUND:
        self->at = self->fragment + from;
        *end = self->fragment + to;
        return TRUE;
    case NG_MATCH_FAILED:
        self->at = run_end(self, TRUE);
        *end = run_end(self, FALSE);
        return self->at < *end;
    case NG_MATCH_NONE:
    default:
        return FALSE;
    }
}

static gboolean
next_match(NgTokenizer *self, NgToken *token)
{
    while (self->at < self->length) {
        size_t end = 0;
        if (self->at == self->valid) {
            take_invalid(self, token);
            return TRUE;
        }
        if (find_match(self, &end)) {
            take(self, end, token);
            if (self->fold || self->kind == NG_TOKENS_PATTERN)
                token->text = ng_fold(&self->scratch, token->text, &token->length, self->fold,
                                      self->kind == NG_TOKENS_PATTERN);
            return TRUE;
        }
        self->at = self->valid;
    }
    return FALSE;
}

static gboolean
next_char(NgTokenizer *self, NgToken *token)
{
    if (self->at == self->length)
        return FALSE;
    if (self->at == self->valid) {
        take_invalid(self, token);
        return TRUE;
    }

    const char *next = self->text + self->at;
    gboolean blank = ng_utf8_is_blank(ng_utf8_step(&next));
    take(self, (size_t)(next - self->text), token);
    if (blank) {
        token->text = NG_BLANK_MARK;
        token->length = strlen(NG_BLANK_MARK);
    } else if (self->fold)
        token->text = ng_fold(&self->scratch, token->text, &token->length, TRUE, FALSE);
    return TRUE;
}

/* Space, TAB, LF, CR and NUL. */
static gboolean
is_separator(char c)
{
    const guint64 set = G_GUINT64_CONSTANT(1) << ' ' | 1U << '\t' | 1U << '\n' | 1U << '\r' | 1U;

    return (guchar)c <= ' ' && (set >> (guchar)c & 1) != 0;
}

static gboolean
next_space(NgTokenizer *self, NgToken *token)
{
    const char *p = self->text + self->at;
    const char *end = self->text + self->length;

    while (p < end && is_separator(*p))
        p++;
    self->at = (size_t)(p - self->text);
    if (p == end)
        return FALSE;
    while (p < end && !is_separator(*p))
        p++;
    take(self, (size_t)(p - self->text), token);
    return TRUE;
}

/* The next token, cut by itself. */
static gboolean
next_singly(NgTokenizer *self, NgToken *token)
{
    switch (self->kind) {
    case NG_TOKENS_SPACE:
        return next_space(self, token);
    case NG_TOKENS_CHARS:
        return next_char(self, token);
    case NG_TOKENS_WORDS:
    case NG_TOKENS_PATTERN:
    default:
        return next_match(self, token);
    }
}

/* Tokens found by a scan from `at`; FALSE where there is none, or the next wants a closer look. */
static gboolean
scan_on(NgTokenizer *self)
{
    NgScan *scan = self->scan;
    gboolean lower = self->kind == NG_TOKENS_WORDS && self->fold;

    while (self->at < self->valid && !self->closely) {
        const char *from = self->text + self->at;
        size_t left = self->valid - self->at;
        if (self->kind == NG_TOKENS_SPACE)
            ng_scan_space(scan, from, left, ng_scan_level());
        else
            ng_scan_words(scan, from, left, lower, ng_scan_level());
        self->at += scan->used;
        self->closely = scan->odd;
        self->run.text = lower ? scan->lower : from;
        self->run.surface = from;
        self->run.readable = lower ? sizeof scan->lower : left;
        if (scan->n > 0)
            return TRUE;
    }
    return FALSE;
}

/* Whether a scan from `at` would see something else than ASCII at once. */
static gboolean
is_odd_ahead(const NgTokenizer *self)
{
    for (size_t i = self->at; i < MIN(self->at + 2, self->valid); i++)
        if (((guchar)self->text[i] & 0x80) != 0)
            return TRUE;
    return FALSE;
}

/* Fills `run`, all of which is handed out. */
static gboolean
next_run(NgTokenizer *self)
{
    NgTokenRun *run = &self->run;
    NgToken token;

    self->given = 0;
    run->n = 0;
    run->odd = FALSE;
    if (self->scan != NULL && scan_on(self)) {
        run->begin = self->scan->begin;
        run->end = self->scan->end;
        run->n = self->scan->n;
        return TRUE;
    }
    if (!next_singly(self, &token))
        return FALSE;
    self->closely = self->kind == NG_TOKENS_WORDS && is_odd_ahead(self);
    self->one[1] = token.length;
    *run = (NgTokenRun){
        token.text, self->text + token.surface, &self->one[0], &self->one[1], 1, token.length,
        TRUE,       token.surface_length};
    return TRUE;
}

/**
 * ng_tokenizer_next:
 * @self: a tokenizer
 * @token: (out caller-allocates): the next token of the sequence
 *
 * In kind chars each white-space or control character is a token U+2581, and a
 * combining mark is a token of its own.
 *
 * Returns: %FALSE at the end, with @token left alone
 */
gboolean
ng_tokenizer_next(NgTokenizer *self, NgToken *token)
{
    g_return_val_if_fail(self != NULL && token != NULL, FALSE);

    const NgTokenRun *run = &self->run;
    if (self->scan == NULL)
        return next_singly(self, token);
    if (self->given == run->n && !next_run(self))
        return FALSE;
    size_t begin = run->begin[self->given];
    token->text = run->text + begin;
    token->length = run->end[self->given] - begin;
    token->surface = (size_t)(run->surface - self->text) + begin;
    token->surface_length = run->odd ? run->surface_length : token->length;
    self->given++;
    return TRUE;
}

/**
 * ng_tokenizer_next_run:
 * @self: a tokenizer
 * @run: (out caller-allocates): the next tokens of the sequence
 *
 * The same tokens as ng_tokenizer_next() gives, as many at once as were found.
 *
 * Returns: %FALSE at the end, with @run left alone
 */
gboolean
ng_tokenizer_next_run(NgTokenizer *self, NgTokenRun *run)
{
    g_return_val_if_fail(self != NULL && run != NULL, FALSE);

    if (self->given == self->run.n && !next_run(self))
        return FALSE;
    *run = self->run;
    run->begin += self->given;
    run->end += self->given;
    run->n -= self->given;
    self->given = self->run.n;
    return TRUE;
}

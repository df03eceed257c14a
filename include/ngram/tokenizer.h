/* tokenizer.h - text into tokens, and tokens back into text. */
#pragma once

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

/**
 * NgTokens:
 * @NG_TOKENS_WORDS: Unicode words, numbers, single punctuation marks
 * @NG_TOKENS_SPACE: whatever stands between space, tab, CR, LF and NUL
 * @NG_TOKENS_CHARS: Unicode characters
 * @NG_TOKENS_PATTERN: the matches of the user's own regular expression
 */
typedef enum {
    NG_TOKENS_WORDS,
    NG_TOKENS_SPACE,
    NG_TOKENS_CHARS,
    NG_TOKENS_PATTERN,
} NgTokens;

/**
 * NgToken:
 * @text: [length] the token as the model knows it: folded, white space inside it as U+2581
 * @surface: offset of what it was made from in the text given
 * @surface_length: bytes of that
 *
 * Valid until the next call on its tokenizer.
 */
typedef struct {
    const char *text;
    size_t length;
    size_t surface;
    size_t surface_length;
} NgToken;

/**
 * NgTokenRun: tokens side by side, many from one call.
 * @text: the tokens as the model knows them: token i is text[begin[i]] .. text[end[i] - 1]
 * @surface: what they were made from: the same places of it
 * @begin, @end: [n] in the order of the text
 * @n: how many, at least 1
 * @readable: bytes at @text that may be read, though they belong to no token
 * @odd: whether folding changed more than ASCII letters: there is one token, and what it was
 *   made from is @surface_length bytes long
 * @surface_length: of an odd token alone
 *
 * Valid until the next call on its tokenizer.
 */
typedef struct {
    const char *text;
    const char *surface;
    const size_t *begin;
    const size_t *end;
    size_t n;
    size_t readable;
    gboolean odd;
    size_t surface_length;
} NgTokenRun;

/**
 * NG_TOKENS_WORDS_PATTERN: what %NG_TOKENS_WORDS looks for, in PCRE2's language.
 *
 * In this order: the literal <unk>; letters, marks, digits and joiners, with
 * single apostrophes, hyphens and soft hyphens inside, and . , : between digits;
 * a flag; any other visible character with what modifies it, so that an emoji is
 * one token (PCRE2's \X will not do: 10.42 takes a row of emoji for one).
 */
#define NG_TOKENS_WORDS_PATTERN                                                                    \
    "<unk>"                                                                                        \
    "|[\\p{L}\\p{M}\\p{N}][\\p{L}\\p{M}\\p{N}\\x{200C}\\x{200D}]*+"                                \
    "(?:(?:['\\-\\x{AD}\\x{2010}\\x{2019}]|(?<=\\p{Nd})[.,:](?=\\p{Nd}))"                          \
    "[\\p{L}\\p{M}\\p{N}][\\p{L}\\p{M}\\p{N}\\x{200C}\\x{200D}]*+)*+"                              \
    "|[\\x{1F1E6}-\\x{1F1FF}]{2}"                                                                  \
    "|[^\\s\\p{Z}\\p{Cc}\\p{Cf}][\\p{M}\\x{1F3FB}-\\x{1F3FF}\\x{E0020}-\\x{E007F}]*+"              \
    "(?:\\x{200D}\\p{S}[\\p{M}\\x{1F3FB}-\\x{1F3FF}]*+)*+"

typedef struct NgTokenizer NgTokenizer;

NgTokenizer *ng_tokenizer_new(NgTokens kind, const char *pattern, gboolean fold, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
NgTokenizer *ng_tokenizer_copy(const NgTokenizer *self);
void ng_tokenizer_free(NgTokenizer *self);

NgTokens ng_tokenizer_kind(const NgTokenizer *self);
const char *ng_tokenizer_pattern(const NgTokenizer *self);
gboolean ng_tokenizer_folds(const NgTokenizer *self);

void ng_tokenizer_start(NgTokenizer *self, const char *text, size_t length);
gboolean ng_tokenizer_next(NgTokenizer *self, NgToken *token);
gboolean ng_tokenizer_next_run(NgTokenizer *self, NgTokenRun *run);
guint64 ng_tokenizer_invalid(const NgTokenizer *self);

gboolean ng_tokens_from_name(const char *name, NgTokens *kind) G_GNUC_WARN_UNUSED_RESULT;
const char *ng_tokens_name(NgTokens kind);
gboolean ng_tokens_keep_empty(NgTokens kind);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgTokenizer, ng_tokenizer_free)

G_END_DECLS

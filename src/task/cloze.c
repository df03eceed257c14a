/*
 * Texts with blanks
 *
 * A blank is a mark with white space, or an end of the text, behind it, and
 * white space, the beginning of the text, or the first letters of the missing
 * word before it: its prefix, which is the last token of what is glued to the
 * mark and has a letter or a digit.  Where tokens are characters a mark stands
 * alone.
 *
 * Kept are the text and the bytes that each blank takes up, so that a filled
 * text is the given one but for these bytes.  A text without a blank gets one
 * at its end, behind a space unless it ends in white space, is empty, or its
 * tokens are characters, where a space would be a token.
 *
 * The text is cut into tokens as a whole, marks and all, and the tokens that
 * lie in a blank are left out: cut piece by piece it would lose what stands at
 * the border, as white space does where characters are tokens.
 *
 * Invariant: blanks rise and do not touch.
 */
#include "cloze.h"

#include "ngram/join.h"

#include <string.h>

/**
 * Mark: a blank, the bytes begin .. end - 1.
 * @prefix: (nullable): what the word begins with, as the model knows tokens
 * @typed: bytes of the text that the prefix was made from, from @begin on
 */
typedef struct {
    size_t begin;
    size_t end;
    char *prefix;
    size_t typed;
} Mark;

struct NgCloze {
    GString *text;
    NgTokens kind;
    GArray *marks; /* Mark */
};

/**
 * ng_cloze_is_space:
 * @c: a byte
 *
 * Returns: whether it is white space around marks: space, TAB, LF, VT, FF, CR, NUL
 */
gboolean
ng_cloze_is_space(char c)
{
    return c == '\0' || c == ' ' || (c >= '\t' && c <= '\r');
}

/* The length of the mark that [@word, @length) ends in: @mark, or where that is NULL `?` or `_`. */
static size_t
mark_length(const char *word, size_t length, const char *mark)
{
    if (mark == NULL)
        return word[length - 1] == '?' || word[length - 1] == '_';
    size_t n = strlen(mark);
    return n <= length && memcmp(word + length - n, mark, n) == 0 ? n : 0;
}

/* Whether a token has a letter or a digit: signs before a mark, as in `what??`, are no prefix. */
static gboolean
has_letter(const char *token)
{
    for (const char *p = token; *p != '\0'; p++) {
        gunichar c = g_utf8_get_char_validated(p, -1);
        if ((guchar)*p < 0x80 ? g_ascii_isalnum(*p) : c < 0x110000 && g_unichar_isalnum(c))
            return TRUE;
    }
    return FALSE;
}

/* Takes the last token of the bytes begin .. end - 1 for a prefix; FALSE where there is none. */
static gboolean
take_prefix(const NgCloze *self, size_t begin, size_t end, const NgTokenizer *tokenizer, Mark *mark)
{
    /* of its own: bytes that are no UTF-8 are counted where the text as a whole is cut */
    g_autoptr(NgTokenizer) own = ng_tokenizer_copy(tokenizer);
    NgToken token;

    ng_tokenizer_start(own, self->text->str + begin, end - begin);
    while (ng_tokenizer_next(own, &token)) {
        g_free(mark->prefix);
        mark->prefix = g_strndup(token.text, token.length);
        mark->begin = begin + token.surface;
        mark->typed = token.surface_length;
    }
    return mark->prefix != NULL && mark->begin + mark->typed == end && has_letter(mark->prefix);
}

/* Whether the word begin .. end - 1 is a blank, or ends in one. */
static gboolean
find_mark(const NgCloze *self, Mark *found, const char *mark, NgTokenizer *tokenizer)
{
    size_t length = found->end - found->begin;
    size_t n = mark_length(self->text->str + found->begin, length, mark);

    if (n == 0 || n == length)
        return n > 0;
    if (self->kind != NG_TOKENS_CHARS &&
        take_prefix(self, found->begin, found->end - n, tokenizer, found))
        return TRUE;
    g_clear_pointer(&found->prefix, g_free);
    return FALSE;
}

static void
find_marks(NgCloze *self, const char *mark, NgTokenizer *tokenizer)
{
    const char *text = self->text->str;
    size_t n = self->text->len;

    for (size_t i = 0; i < n;) {
        size_t begin = i;
        while (i < n && !ng_cloze_is_space(text[i]))
            i++;
        if (i == begin) {
            i++;
            continue;
        }
        Mark found = {.begin = begin, .end = i};
        if (find_mark(self, &found, mark, tokenizer))
            g_array_append_val(self->marks, found);
    }
}

static void
append_mark(NgCloze *self)
{
    GString *text = self->text;

    if (self->kind != NG_TOKENS_CHARS && text->len > 0 &&
        !ng_cloze_is_space(text->str[text->len - 1]))
        g_string_append_c(text, ' ');
    const Mark mark = {.begin = text->len, .end = text->len + 1};
    g_string_append_c(text, '?');
    g_array_append_val(self->marks, mark);
}

/**
 * ng_cloze_new:
 * @text: [@length] any bytes
 * @length: of @text
 * @mark: (nullable): what stands for a missing word; %NULL for `?` and `_`
 * @tokenizer: the model's
 *
 * Returns: (transfer full): a text with at least one blank; free with ng_cloze_free()
 */
NgCloze *
ng_cloze_new(const char *text, size_t length, const char *mark, NgTokenizer *tokenizer)
{
    g_return_val_if_fail(text != NULL || length == 0, NULL);
    g_return_val_if_fail(tokenizer != NULL, NULL);

    NgCloze *self = g_new(NgCloze, 1);
    self->text = g_string_new_len(text, (gssize)length);
    self->kind = ng_tokenizer_kind(tokenizer);
    self->marks = g_array_new(FALSE, FALSE, sizeof(Mark));
    find_marks(self, mark, tokenizer);
    if (self->marks->len == 0)
        append_mark(self);
    return self;
}

/**
 * ng_cloze_free:
 * @self: (nullable) (transfer full): a text with blanks
 */
void
ng_cloze_free(NgCloze *self)
{
    if (self == NULL)
        return;
    g_string_free(self->text, TRUE);
    for (guint i = 0; i < self->marks->len; i++)
        g_free(g_array_index(self->marks, Mark, i).prefix);
    g_array_unref(self->marks);
    g_free(self);
}

static Mark
mark_at(const NgCloze *self, guint index)
{
    return g_array_index(self->marks, Mark, index);
}

/** ng_cloze_blanks: Returns: how many blanks there are */
size_t
ng_cloze_blanks(const NgCloze *self)
{
    return self->marks->len;
}

/** ng_cloze_prefix: Returns: (nullable): what the word in @blank begins with */
const char *
ng_cloze_prefix(const NgCloze *self, size_t blank)
{
    return mark_at(self, (guint)blank).prefix;
}

/**
 * ng_cloze_surface:
 * @self: a text with blanks
 * @model: the model of @word
 * @blank: its number
 * @word: what stands in it
 *
 * Returns: (transfer full): the usual form of the word, or, where that only goes on from the prefix,
 * the prefix as it was typed and the rest
 */
char *
ng_cloze_surface(const NgCloze *self, const NgModel *model, size_t blank, NgWord word)
{
    Mark mark = mark_at(self, (guint)blank);
    const char *surface = ng_model_surface(model, word, NULL);

    if (mark.prefix == NULL || !g_str_has_prefix(surface, mark.prefix))
        return ng_join(&surface, 1, self->kind, FALSE);
    return g_strdup_printf("%.*s%s", (int)mark.typed, self->text->str + mark.begin,
                           surface + strlen(mark.prefix));
}

/**
 * ng_cloze_words:
 * @self: a text with blanks
 * @tokenizer: a model's
 * @vocab: of the same model
 *
 * The marks of a sequence, `<s>` and `</s>`, are unknown words, as to a scorer.
 *
 * Returns: (transfer full) (element-type NgWord): the words' ids,
 * %NG_WORD_NONE for each blank
 */
GArray *
ng_cloze_words(const NgCloze *self, NgTokenizer *tokenizer, const NgVocab *vocab)
{
    const NgWord none = NG_WORD_NONE;
    GArray *words = g_array_new(FALSE, FALSE, sizeof(NgWord));
    guint blanks = 0;
    NgToken token;

    ng_tokenizer_start(tokenizer, self->text->str, self->text->len);
    while (ng_tokenizer_next(tokenizer, &token)) {
        for (; blanks < self->marks->len && mark_at(self, blanks).begin <= token.surface; blanks++)
            g_array_append_val(words, none);
        if (blanks > 0 && token.surface < mark_at(self, blanks - 1).end)
            continue;
        NgWord word = ng_vocab_find(vocab, token.text, token.length);
        if (word < NG_WORDS_FIXED)
            word = NG_WORD_UNKNOWN;
        g_array_append_val(words, word);
    }
    for (; blanks < self->marks->len; blanks++)
        g_array_append_val(words, none);
    return words;
}

/**
 * ng_cloze_filled:
 * @self: a text with blanks
 * @model: the model of @words
 * @words: a word for each blank
 *
 * Returns: (transfer full): the text with each word in its blank, see ng_cloze_surface()
 */
GString *
ng_cloze_filled(const NgCloze *self, const NgModel *model, const NgWord *words)
{
    GString *filled = g_string_new(NULL);
    size_t at = 0;

    for (guint i = 0; i < self->marks->len; i++) {
        Mark mark = mark_at(self, i);
        g_autofree char *word = ng_cloze_surface(self, model, i, words[i]);
        g_string_append_len(filled, self->text->str + at, (gssize)(mark.begin - at));
        g_string_append(filled, word);
        at = mark.end;
    }
    g_string_append_len(filled, self->text->str + at, (gssize)(self->text->len - at));
    return filled;
}

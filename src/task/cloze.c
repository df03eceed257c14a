/*
 * Texts with blanks
 *
 * A blank is a mark with white space, or an end of the text, on both sides.
 * Kept are the text and the bytes that each mark takes up, so that a filled
 * text is the given one but for these bytes.  A text without a blank gets one
 * at its end, behind a space unless it ends in white space, is empty, or its
 * tokens are characters, where a space would be a token.
 *
 * The text is cut into tokens as a whole, marks and all, and the tokens that
 * lie in a mark are left out: cut piece by piece it would lose what stands at
 * the border, as white space does where characters are tokens.
 *
 * Invariant: marks rise and do not touch.
 */
#include "cloze.h"

#include "ngram/join.h"

#include <string.h>

/* The bytes begin .. end - 1 of a mark. */
typedef struct {
    size_t begin;
    size_t end;
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

/* Whether [@word, @length) is @mark; where that is NULL, `?` or `_`. */
static gboolean
is_mark(const char *word, size_t length, const char *mark)
{
    if (mark == NULL)
        return length == 1 && (*word == '?' || *word == '_');
    return length == strlen(mark) && memcmp(word, mark, length) == 0;
}

static void
find_marks(NgCloze *self, const char *mark)
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
        const Mark found = {begin, i};
        if (is_mark(text + begin, i - begin, mark))
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
    const Mark mark = {text->len, text->len + 1};
    g_string_append_c(text, '?');
    g_array_append_val(self->marks, mark);
}

/**
 * ng_cloze_new:
 * @text: [@length] any bytes
 * @length: of @text
 * @mark: (nullable): what stands for a missing word; %NULL for `?` and `_`
 * @kind: what the model's tokens are
 *
 * Returns: (transfer full): a text with at least one blank; free with ng_cloze_free()
 */
NgCloze *
ng_cloze_new(const char *text, size_t length, const char *mark, NgTokens kind)
{
    g_return_val_if_fail(text != NULL || length == 0, NULL);

    NgCloze *self = g_new(NgCloze, 1);
    self->text = g_string_new_len(text, (gssize)length);
    self->kind = kind;
    self->marks = g_array_new(FALSE, FALSE, sizeof(Mark));
    find_marks(self, mark);
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
    g_array_unref(self->marks);
    g_free(self);
}

static Mark
mark_at(const NgCloze *self, guint index)
{
    return g_array_index(self->marks, Mark, index);
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
 * Returns: (transfer full): the text with the usual form of each word in its blank
 */
GString *
ng_cloze_filled(const NgCloze *self, const NgModel *model, const NgWord *words)
{
    GString *filled = g_string_new(NULL);
    size_t at = 0;

    for (guint i = 0; i < self->marks->len; i++) {
        Mark mark = mark_at(self, i);
        const char *surface = ng_model_surface(model, words[i], NULL);
        g_autofree char *word = ng_join(&surface, 1, self->kind, FALSE);
        g_string_append_len(filled, self->text->str + at, (gssize)(mark.begin - at));
        g_string_append(filled, word);
        at = mark.end;
    }
    g_string_append_len(filled, self->text->str + at, (gssize)(self->text->len - at));
    return filled;
}

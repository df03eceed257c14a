/*
 * Encoding
 *
 * Text into the ids of a vocabulary that is given: what a scorer reads.  A
 * token that the vocabulary does not know is <unk>, and so is one that is
 * written as a fixed word: <s> and </s> are marks, and no words of a text.
 */
#include "ngram/encode.h"

/* The id of a token; the marks of a sequence are no words of a text. */
static NgWord
word_of(const NgVocab *vocab, const NgToken *token)
{
    NgWord id = ng_vocab_find(vocab, token->text, token->length);

    return id < NG_WORDS_FIXED ? NG_WORD_UNKNOWN : id;
}

static void
encode(NgTokenizer *tokenizer, const NgVocab *vocab, const char *text, size_t length, GArray *ids)
{
    NgToken token;

    ng_tokenizer_start(tokenizer, text, length);
    while (ng_tokenizer_next(tokenizer, &token)) {
        NgWord id = word_of(vocab, &token);
        g_array_append_val(ids, id);
    }
}

/**
 * ng_encode:
 * @tokenizer: cuts the text; it counts the invalid bytes, as ever
 * @vocab: the words
 * @text: (nullable): [length] one sequence
 * @length: number of bytes
 * @ids: (element-type NgWord): the ids of its tokens are appended here
 *
 * No id of `<s>` or `</s>` is added: a token that reads so is %NG_WORD_UNKNOWN,
 * like one that @vocab does not hold.
 *
 * Returns: how many tokens there were
 */
size_t
ng_encode(NgTokenizer *tokenizer, const NgVocab *vocab, const char *text, size_t length,
          GArray *ids)
{
    g_return_val_if_fail(tokenizer != NULL && vocab != NULL && ids != NULL, 0);
    g_return_val_if_fail(text != NULL || length == 0, 0);

    guint before = ids->len;
    encode(tokenizer, vocab, text, length, ids);
    return ids->len - before;
}

/**
 * ng_encode_sequences:
 * @tokenizer: cuts the text
 * @vocab: the words
 * @sequences: [n] what ng_document_next() gave, or others
 * @n: how many
 * @ids: (element-type NgWord): the ids of all tokens are appended here
 * @ends: (out): [n] length of @ids where each sequence ends
 *
 * As ng_encode() for one after the other, and faster where they are short: the
 * look-ups of many tokens overlap.
 *
 * Returns: how many tokens there were
 */
size_t
ng_encode_sequences(NgTokenizer *tokenizer, const NgVocab *vocab, const NgSequence *sequences,
                    size_t n, GArray *ids, size_t *ends)
{
    g_return_val_if_fail(tokenizer != NULL && vocab != NULL && ids != NULL, 0);
    g_return_val_if_fail((sequences != NULL && ends != NULL) || n == 0, 0);

    guint before = ids->len;
    for (size_t i = 0; i < n; i++) {
        encode(tokenizer, vocab, sequences[i].text, sequences[i].length, ids);
        ends[i] = ids->len;
    }
    return ids->len - before;
}

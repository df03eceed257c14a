/*
 * Encoding
 *
 * Text into the ids of a vocabulary that is given: what a scorer reads.  A
 * token that the vocabulary does not know is <unk>, and so is one that is
 * written as a fixed word: <s> and </s> are marks, and no words of a text.  Tokens
 * go from the tokenizer to the vocabulary in runs, so that the memory of many is
 * waited for at once.
 */
#include "ngram/encode.h"

#include "lookup.h"

/* The marks of a sequence are no words of a text. */
static inline NgWord
word_of(NgWord id)
{
    return id < NG_WORDS_FIXED ? NG_WORD_UNKNOWN : id;
}

static void
encode(NgTokenizer *tokenizer, const NgVocab *vocab, const char *text, size_t length, GArray *ids)
{
    NgRecent **recent = ng_tokenizer_recent(tokenizer);
    NgTokenRun run;

    if (*recent == NULL || ng_recent_vocab(*recent) != vocab) {
        ng_recent_free(*recent);
        *recent = ng_recent_new(vocab);
    }
    ng_tokenizer_start(tokenizer, text, length);
    while (ng_tokenizer_next_run(tokenizer, &run)) {
        g_array_set_size(ids, ids->len + (guint)run.n);
        NgWord *id = &g_array_index(ids, NgWord, ids->len - run.n);
        ng_recent_find_run(*recent, &run, id);
        for (size_t i = 0; i < run.n; i++)
            id[i] = word_of(id[i]);
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

/*
 * Choices
 *
 * A set of words is a byte for each word of the vocabulary, 1 where it is in.
 */
#include "choice.h"

#include "ngram/error.h"

#include <string.h>

/* The one word that @choice is to the model. */
static gboolean
find_choice(const char *choice, NgTokenizer *tokenizer, const NgVocab *vocab, NgWord *word,
            GError **error)
{
    size_t n = 0;
    NgToken token;

    ng_tokenizer_start(tokenizer, choice, strlen(choice));
    while (ng_tokenizer_next(tokenizer, &token)) {
        *word = ng_vocab_find(vocab, token.text, token.length);
        n++;
    }
    if (n != 1)
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "'%s' is %s to the model, and a blank holds one (give single words)", choice,
                    n == 0 ? "no word" : "more than one word");
    else if (*word < NG_WORDS_FIXED || *word == NG_WORD_NONE)
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "the model does not know the word '%s' (leave it out)", choice);
    else
        return TRUE;
    return FALSE;
}

/**
 * ng_choice_new:
 * @choices: words, %NULL at the end
 * @tokenizer: a model's
 * @vocab: of the same model
 * @error: return location for a #GError, or %NULL
 *
 * Errors: %NG_ERROR_RANGE where a choice is not one word that the model knows,
 * or there is none.
 *
 * Returns: (transfer full): [V] 1 where word w is one of them, else 0; %NULL with @error set
 */
guint8 *
ng_choice_new(const char *const *choices, NgTokenizer *tokenizer, const NgVocab *vocab,
              GError **error)
{
    g_return_val_if_fail(choices != NULL && tokenizer != NULL && vocab != NULL, NULL);

    g_autofree guint8 *set = g_new0(guint8, ng_vocab_size(vocab));
    if (choices[0] == NULL) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE, "there is no choice (give one word at least)");
        return NULL;
    }
    for (size_t i = 0; choices[i] != NULL; i++) {
        NgWord word = NG_WORD_NONE;
        if (!find_choice(choices[i], tokenizer, vocab, &word, error))
            return NULL;
        set[word] = 1;
    }
    return g_steal_pointer(&set);
}

/**
 * ng_choice_prefix:
 * @prefix: what words begin with
 * @vocab: the words
 * @among: [V] (nullable): a set that they are to be in as well
 * @error: return location for a #GError, or %NULL
 *
 * Errors: %NG_ERROR_RANGE where there is no such word.
 *
 * Returns: (transfer full): [V] as ng_choice_new(); %NULL with @error set
 */
guint8 *
ng_choice_prefix(const char *prefix, const NgVocab *vocab, const guint8 *among, GError **error)
{
    g_return_val_if_fail(prefix != NULL && vocab != NULL, NULL);

    NgWord V = (NgWord)ng_vocab_size(vocab);
    size_t n = strlen(prefix);
    g_autofree guint8 *set = g_new0(guint8, V);
    gboolean some = FALSE;
    for (NgWord w = NG_WORDS_FIXED; w < V; w++) {
        size_t length = 0;
        const char *word = ng_vocab_word(vocab, w, &length);
        set[w] = length >= n && memcmp(word, prefix, n) == 0 && (among == NULL || among[w] != 0);
        some = some || set[w] != 0;
    }
    if (some)
        return g_steal_pointer(&set);
    g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                "no %s begins with '%s' (another mark of a blank, by --blank, leaves such words as "
                "they are)",
                among != NULL ? "choice" : "word of the model", prefix);
    return NULL;
}

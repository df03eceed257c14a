/* Words of the user's own, a line each, cut as the model's text was. */
#include "ngram/correct.h"

#include "ngram/error.h"
#include "ngram/input.h"

/* Adds the word of a line; FALSE with @error set where it holds none or more than one. */
static gboolean
add_line(NgVocab *words, NgTokenizer *tokenizer, const NgInput *input, const char *line,
         size_t length, GError **error)
{
    NgToken token;
    unsigned n = 0;

    ng_tokenizer_start(tokenizer, line, length);
    while (ng_tokenizer_next(tokenizer, &token)) {
        n++;
        if (n == 1)
            ng_vocab_add(words, token.text, token.length);
    }
    if (n <= 1)
        return TRUE;
    g_set_error(error, NG_ERROR, NG_ERROR_FORMAT,
                "%s:%" G_GUINT64_FORMAT ": more than one word (write one word a line)",
                ng_input_path(input), ng_input_line_number(input));
    return FALSE;
}

/**
 * ng_words_read:
 * @model: what the words are for
 * @path: (type filename): a file of words, one a line
 * @error: return location for a #GError, or %NULL
 *
 * Words are cut and folded as the model's text was; empty lines are passed over.
 *
 * Errors: those of ng_input_open(); %NG_ERROR_FORMAT for a line of several words.
 *
 * Returns: (transfer full): free with ng_vocab_unref(); %NULL with @error set
 */
NgVocab *
ng_words_read(const NgModel *model, const char *path, GError **error)
{
    g_return_val_if_fail(model != NULL && path != NULL, NULL);
    g_return_val_if_fail(error == NULL || *error == NULL, NULL);

    g_autoptr(NgTokenizer) tokenizer = ng_model_tokenizer(model, error);
    if (tokenizer == NULL)
        return NULL;
    g_autoptr(NgInput) input = ng_input_open(path, error);
    if (input == NULL)
        return NULL;

    g_autoptr(NgVocab) words = ng_vocab_new();
    GError *trouble = NULL;
    const char *line;
    size_t length;
    while (ng_input_line(input, &line, &length, &trouble))
        if (!add_line(words, tokenizer, input, line, length, error))
            return NULL;
    if (trouble != NULL) {
        g_propagate_error(error, trouble);
        return NULL;
    }
    return g_steal_pointer(&words);
}

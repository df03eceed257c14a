/*
 * Prefixes
 *
 * A prefix is cut as the model's text was.  Its words are kept as the user
 * wrote them, so that one the model does not know, `<unk>` to the state, still
 * shows in the text.
 */
#include "prefix.h"

#include "ngram/error.h"

#include <string.h>

static gboolean
add_word(NgPrefix *self, NgWord word, const char *text, const NgToken *token, GError **error)
{
    if (word == NG_WORD_BEGIN || word == NG_WORD_END) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "the prefix holds %s, the model's mark of where a text %s (leave it out)",
                    word == NG_WORD_BEGIN ? "<s>" : "</s>",
                    word == NG_WORD_BEGIN ? "begins" : "ends");
        return FALSE;
    }
    g_array_append_val(self->words, word);
    g_ptr_array_add(self->surface, g_strndup(text + token->surface, token->surface_length));
    g_ptr_array_add(self->token, g_strndup(token->text, token->length));
    return TRUE;
}

/**
 * ng_prefix_new:
 * @model: a model
 * @voice: which voice of it
 * @text: (nullable): the prefix; none is like an empty one
 * @error: return location for a #GError, or %NULL
 *
 * Errors: %NG_ERROR_RANGE where it holds `<s>` or `</s>`.
 *
 * Returns: (transfer full): free with ng_prefix_free(); %NULL with @error set
 */
NgPrefix *
ng_prefix_new(const NgModel *model, size_t voice, const char *text, GError **error)
{
    g_return_val_if_fail(model != NULL, NULL);

    g_autoptr(NgTokenizer) tokenizer = ng_model_tokenizer(model, error);
    if (tokenizer == NULL)
        return NULL;
    g_autoptr(NgPrefix) self = g_new0(NgPrefix, 1);
    self->words = g_array_new(FALSE, FALSE, sizeof(NgWord));
    self->surface = g_ptr_array_new_with_free_func(g_free);
    self->token = g_ptr_array_new_with_free_func(g_free);
    ng_walk_init(&self->walk, model, voice);
    ng_walk_begin(&self->walk);

    NgToken token;
    ng_tokenizer_start(tokenizer, text, text != NULL ? strlen(text) : 0);
    while (ng_tokenizer_next(tokenizer, &token)) {
        NgWord word = ng_vocab_find(ng_model_vocab(model), token.text, token.length);
        if (!add_word(self, word, text, &token, error))
            return NULL;
        self->logprob += (double)ng_walk_step(&self->walk, word, NULL);
    }
    return g_steal_pointer(&self);
}

/**
 * ng_prefix_free:
 * @self: (nullable) (transfer full): a prefix
 */
void
ng_prefix_free(NgPrefix *self)
{
    if (self == NULL)
        return;
    g_array_unref(self->words);
    g_ptr_array_unref(self->surface);
    g_ptr_array_unref(self->token);
    g_free(self);
}

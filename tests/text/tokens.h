/* tokens.h - what the tests of src/text share. */
#pragma once

#include "ngram/tokenizer.h"

#include <check.h>
#include <string.h>

/* The tokens of a text as strings; the caller unrefs. */
static inline GPtrArray *
tokens_of(NgTokenizer *tokenizer, const char *text, size_t length)
{
    GPtrArray *tokens = g_ptr_array_new_with_free_func(g_free);
    NgToken token;

    ng_tokenizer_start(tokenizer, text, length);
    while (ng_tokenizer_next(tokenizer, &token))
        g_ptr_array_add(tokens, g_strndup(token.text, token.length));
    return tokens;
}

/* The tokens of a text with | between them; the caller frees. */
static inline char *
cut(NgTokenizer *tokenizer, const char *text, size_t length)
{
    g_autoptr(GPtrArray) tokens = tokens_of(tokenizer, text, length);

    g_ptr_array_add(tokens, NULL);
    return g_strjoinv("|", (char **)tokens->pdata);
}

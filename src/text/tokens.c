/*
 * Kinds of tokens
 *
 * Their names on the command line and in manifests.
 */
#include "ngram/tokenizer.h"

#include <string.h>

static const char *const names[] = {
    [NG_TOKENS_WORDS] = "words",
    [NG_TOKENS_SPACE] = "space",
    [NG_TOKENS_CHARS] = "chars",
    [NG_TOKENS_PATTERN] = "pattern",
};

/**
 * ng_tokens_from_name:
 * @name: "words", "space", "chars" or "pattern"
 * @kind: (out): what it means
 *
 * Returns: whether @name is one of them; if not, @kind is left alone
 */
gboolean
ng_tokens_from_name(const char *name, NgTokens *kind)
{
    g_return_val_if_fail(name != NULL && kind != NULL, FALSE);

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (strcmp(names[i], name) == 0) {
            *kind = (NgTokens)i;
            return TRUE;
        }
    return FALSE;
}

/**
 * ng_tokens_name:
 * @kind: a kind of tokens
 *
 * Returns: (transfer none): its name on the command line
 */
const char *
ng_tokens_name(NgTokens kind)
{
    g_return_val_if_fail((size_t)kind < G_N_ELEMENTS(names), NULL);

    return names[kind];
}

/**
 * ng_tokens_keep_empty:
 * @kind: a way to cut text
 *
 * Returns: whether a sequence without a token counts, as `<s> </s>`: so where text
 * is cut at white space, as in lmplz; elsewhere an empty line is no text
 */
gboolean
ng_tokens_keep_empty(NgTokens kind)
{
    return kind == NG_TOKENS_SPACE;
}

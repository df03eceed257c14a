/* Brings the options on text into one another's agreement. */
#include "text-options.h"

/* --pattern replaces the pattern of words, so it goes with that kind too. */
static gboolean
choose_tokens(const NgTextOptions *self, NgTokens *tokens, GError **error)
{
    static const NgTokens kinds[] = {NG_TOKENS_WORDS, NG_TOKENS_SPACE, NG_TOKENS_CHARS,
                                     NG_TOKENS_PATTERN};
    NgTokens kind = self->tokens >= 0 ? kinds[self->tokens] : NG_TOKENS_WORDS;

    if (self->pattern != NULL) {
        if (kind == NG_TOKENS_SPACE || kind == NG_TOKENS_CHARS)
            return ng_cli_usage_error(error, "--pattern does not go with --tokens %s",
                                      ng_tokens_name(kind));
        kind = NG_TOKENS_PATTERN;
    } else if (kind == NG_TOKENS_PATTERN) {
        return ng_cli_usage_error(error, "--tokens pattern wants --pattern REGEX");
    }
    *tokens = kind;
    return TRUE;
}

/* Sets what is said about text in @options; FALSE with @error where it contradicts itself. */
gboolean
ng_text_options_apply(const NgTextOptions *self, NgTrainOptions *options, GError **error)
{
    static const NgUnit units[] = {NG_UNIT_LINE, NG_UNIT_PARAGRAPH, NG_UNIT_FILE};

    if (self->temp != NULL && self->memory == 0)
        return ng_cli_usage_error(error, "--temp goes with --memory, which says when it is used");
    if (!choose_tokens(self, &options->tokens, error))
        return FALSE;
    options->pattern = self->pattern;
    options->fold = options->tokens == NG_TOKENS_WORDS || options->tokens == NG_TOKENS_PATTERN;
    if (self->fold >= 0)
        options->fold = self->fold == 1;
    if (options->fold && options->tokens == NG_TOKENS_SPACE)
        return ng_cli_usage_error(error, "--case fold does not go with --tokens space, which keeps "
                                         "every byte");
    options->unit = self->unit >= 0 ? units[self->unit] : NG_UNIT_LINE;
    options->vocab = self->vocab;
    if (self->min_count > 0)
        options->min_count = self->min_count;
    options->skip_symbols = self->skip_symbols;
    return TRUE;
}

/* Returns: (transfer full): where the large arrays of training live */
NgStore *
ng_text_options_store(const NgTextOptions *self)
{
    return ng_store_new(self->memory, self->temp);
}

/*
 * What is asked of a text
 *
 * Bounds on its length, words that it ends with, words that stand in it somewhere,
 * and that it copies no long run; and the messages where that cannot be had.  The
 * words are cut as the model's text was, and must be words that it knows.
 */
#include "demand.h"

#include "ngram/error.h"

#include <string.h>

#define WORDS_MAX 1000000 /* a text of so many words is taken to have no end */

static gboolean
set_range(GError **error, char *message)
{
    g_set_error_literal(error, NG_ERROR, NG_ERROR_RANGE, message);
    g_free(message);
    return FALSE;
}

static gboolean
check_bounds(const NgDemand *self, size_t prefix, GError **error)
{
    guint least = self->min_words, most = self->max_words;

    if (most > 0 && least > most)
        return set_range(error, g_strdup_printf("at least %u words and at most %u exclude each "
                                                "other",
                                                least, most));
    if (most > 0 && prefix > most)
        return set_range(error,
                         g_strdup_printf("the prefix has %zu words, more than the %u allowed at "
                                         "most (allow more words or shorten the prefix)",
                                         prefix, most));
    if (most > 0 && MAX(self->suffix->len, self->infix->len) > most)
        return set_range(error, g_strdup_printf("%u words are asked for, more than the %u allowed "
                                                "at most (allow more words)",
                                                MAX(self->suffix->len, self->infix->len), most));
    return TRUE;
}

/* Cuts @text into words of the model. */
static gboolean
read_words(const NgModel *model, const char *text, const char *what, GArray *words, GError **error)
{
    g_autoptr(NgTokenizer) tokenizer = ng_model_tokenizer(model, error);
    NgToken token;

    if (tokenizer == NULL)
        return FALSE;
    ng_tokenizer_start(tokenizer, text, strlen(text));
    while (ng_tokenizer_next(tokenizer, &token)) {
        NgWord word = ng_vocab_find(ng_model_vocab(model), token.text, token.length);
        if (word < NG_WORDS_FIXED)
            return set_range(error,
                             g_strdup_printf("%s holds '%.*s', which is no word of the model "
                                             "(leave it out)",
                                             what, (int)token.length, token.text));
        g_array_append_val(words, word);
    }
    if (words->len == 0)
        return set_range(error, g_strdup_printf("%s holds no word", what));
    return TRUE;
}

/**
 * ng_demand_init:
 * @self: (out): cleared with ng_demand_clear(), whatever comes
 * @model: whose words are meant
 * @options: what is wanted
 * @prefix: words of the prefix
 * @error: return location for a #GError, or %NULL
 *
 * Errors: %NG_ERROR_RANGE where the bounds exclude each other, the prefix or the
 * words wanted, or a word is not the model's.
 *
 * Returns: whether the demand can be made
 */
gboolean
ng_demand_init(NgDemand *self, const NgModel *model, const NgGenerateOptions *options,
               size_t prefix, GError **error)
{
    *self = (NgDemand){.min_words = options->min_words,
                       .max_words = options->max_words,
                       .novelty = options->novelty,
                       .no_unk = options->no_unk,
                       .greedy = options->greedy,
                       .tries = options->tries};
    self->suffix = g_array_new(FALSE, FALSE, sizeof(NgWord));
    self->infix = g_array_new(FALSE, FALSE, sizeof(NgWord));
    if (options->greedy &&
        (options->suffix != NULL || options->containing != NULL || options->novelty != NULL))
        return set_range(error, g_strdup("the likeliest word each time gives one text: nothing "
                                         "can be asked of it but its length (sample)"));
    if (options->suffix != NULL &&
        !read_words(model, options->suffix, "the suffix", self->suffix, error))
        return FALSE;
    if (options->containing != NULL &&
        !read_words(model, options->containing, "what texts shall contain", self->infix, error))
        return FALSE;
    return check_bounds(self, prefix, error);
}

/**
 * ng_demand_clear:
 * @self: frees what ng_demand_init() made
 */
void
ng_demand_clear(NgDemand *self)
{
    g_clear_pointer(&self->suffix, g_array_unref);
    g_clear_pointer(&self->infix, g_array_unref);
}

static gboolean
stands_at(const GArray *wanted, const NgWord *words)
{
    return wanted->len == 0 || memcmp(words, wanted->data, wanted->len * sizeof(NgWord)) == 0;
}

/**
 * ng_demand_of_end:
 * @self: a demand
 * @words: [@n] a text that ends here
 * @n: how many
 *
 * Returns: whether it fits, copies aside, or how it does not
 */
NgOutcome
ng_demand_of_end(const NgDemand *self, const NgWord *words, size_t n)
{
    size_t k = self->suffix->len, m = self->infix->len;
    gboolean found = m == 0;

    if (n < self->min_words)
        return NG_OUTCOME_TOO_SHORT;
    if (n < MAX(k, m) || !stands_at(self->suffix, words + (n - k)))
        return NG_OUTCOME_LACKING;
    for (size_t i = 0; !found && i + m <= n; i++)
        found = stands_at(self->infix, words + i);
    return found ? NG_OUTCOME_FITS : NG_OUTCOME_LACKING;
}

/**
 * ng_demand_set_hopeless:
 * @self: a demand
 * @outcome: what came of a text that cannot be had however often it is drawn
 * @tail: its last words
 * @n: how many words it has
 * @error: return location for a #GError, or %NULL
 */
void
ng_demand_set_hopeless(const NgDemand *self, NgOutcome outcome, const char *tail, size_t n,
                       GError **error)
{
    gboolean long_one = outcome == NG_OUTCOME_TOO_LONG;

    if (outcome == NG_OUTCOME_STUCK)
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "no word%s has positive probability after %s (%s)",
                    self->no_unk ? " but <unk>" : "", tail,
                    self->no_unk ? "allow <unk>, or train the model with more words"
                                 : "train the model with smoothing, or change the prefix");
    else if (outcome == NG_OUTCOME_ENDLESS)
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "a text reached %d words without an end (the model gives </s> hardly any "
                    "probability: bound the number of words, or train on more, shorter lines)",
                    WORDS_MAX);
    else
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "the greedy text has %s%zu words, and %s %u are wanted "
                    "(loosen the bound, or sample)",
                    long_one ? "at least " : "", n, long_one ? "at most" : "at least",
                    long_one ? self->max_words : self->min_words);
}

/**
 * ng_demand_set_exhausted:
 * @self: a demand
 * @seen: [%NG_OUTCOMES] what came of all texts drawn
 * @error: return location for a #GError, or %NULL
 */
void
ng_demand_set_exhausted(const NgDemand *self, const guint *seen, GError **error)
{
    g_autoptr(GString) all = g_string_new(NULL);
    guint n = 0;

    for (guint i = 0; i < NG_OUTCOMES; i++)
        n += seen[i];
    g_string_printf(all, "none of %u texts drawn has at least %u", n, self->min_words);
    if (self->max_words > 0)
        g_string_append_printf(all, " and at most %u", self->max_words);
    g_string_append_printf(all, " words%s: %u were too short, %u too long",
                           self->suffix->len + self->infix->len > 0 ? " and those asked for" : "",
                           seen[NG_OUTCOME_TOO_SHORT], seen[NG_OUTCOME_TOO_LONG]);
    if (self->suffix->len + self->infix->len > 0)
        g_string_append_printf(all, ", %u without the words", seen[NG_OUTCOME_LACKING]);
    if (seen[NG_OUTCOME_COPIED] > 0)
        g_string_append_printf(all, ", %u copied", seen[NG_OUTCOME_COPIED]);
    g_string_append(all, " (loosen the bounds, or raise the number of tries)");
    g_set_error_literal(error, NG_ERROR, NG_ERROR_RANGE, all->str);
}

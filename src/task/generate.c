/*
 * Generation
 *
 * A text is drawn word by word from P(word | state), see draw.c, until `</s>`
 * comes; greedily, it is the likeliest word each time, see rank.c.  Bounds on
 * its length are kept by rejection: whole texts are drawn until one fits, so
 * what comes out follows the law of the model given that it fits.
 *
 * Drawing starts in the state behind the prefix, see prefix.c.
 *
 * Invariant: the logarithm of a text is the sum, in order and in double, of
 * what ng_voice_step() gives, as a scorer sums it.
 */
#include "ngram/generate.h"

#include "draw.h"
#include "law.h"
#include "prefix.h"
#include "rank.h"

#include "ngram/error.h"
#include "ngram/join.h"

#define WORDS_MAX 1000000 /* a text of so many words is taken to have no end */

enum { DEFAULT_TRIES = 10000 };

struct NgGenerator {
    NgModel *model;
    const NgVoice *voice;
    NgTokenizer *tokenizer;
    NgGenerateOptions options; /* prefix is NULL: it was used up */
    NgPrefix *prefix;
    NgDraw *draw;
    NgRank *rank;
};

/* What came of one draw of a text. */
typedef enum {
    FITS,
    TOO_SHORT,
    TOO_LONG,
    ENDLESS,
    STUCK /* no word has a positive probability */
} Outcome;

/* One text while it is drawn. */
typedef struct {
    GArray *words; /* NgWord */
    NgState state;
    double logprob;
    GHashTable *seen; /* (nullable): keys of the states so far, if they are kept */
    gboolean cut;
} Text;

static gboolean
check_bounds(const NgGenerateOptions *options, guint prefix, GError **error)
{
    guint least = options->min_words, most = options->max_words;

    if (most > 0 && least > most) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "at least %u words and at most %u exclude each other", least, most);
        return FALSE;
    }
    if (most > 0 && prefix > most) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "the prefix has %u words, more than the %u allowed at most "
                    "(allow more words or shorten the prefix)",
                    prefix, most);
        return FALSE;
    }
    return TRUE;
}

/**
 * ng_generator_new:
 * @model: a model
 * @voice: which voice of it
 * @options: what is wanted; @tries 0 means 10,000; the bounds count the words of
 *   the prefix too
 * @error: return location for a #GError, or %NULL
 *
 * Errors: %NG_ERROR_RANGE where the bounds exclude each other or the prefix, or
 * the prefix holds `<s>` or `</s>`.
 *
 * Returns: (transfer full): free with ng_generator_free(); for one thread; %NULL
 * with @error set
 */
NgGenerator *
ng_generator_new(NgModel *model, size_t voice, const NgGenerateOptions *options, GError **error)
{
    g_return_val_if_fail(model != NULL && options != NULL, NULL);
    g_return_val_if_fail(voice < ng_model_voices(model), NULL);
    g_return_val_if_fail(error == NULL || *error == NULL, NULL);

    g_autoptr(NgGenerator) self = g_new0(NgGenerator, 1);
    self->model = ng_model_ref(model);
    self->voice = ng_model_voice(model, voice);
    self->tokenizer = ng_model_tokenizer(model, error);
    if (self->tokenizer == NULL)
        return NULL;
    self->prefix = ng_prefix_new(model, self->voice, options->prefix, error);
    if (self->prefix == NULL || !check_bounds(options, self->prefix->words->len, error))
        return NULL;
    self->options = *options;
    self->options.prefix = NULL;
    self->options.tries = options->tries > 0 ? options->tries : DEFAULT_TRIES;
    self->draw = ng_draw_new(self->voice, options->no_unk);
    self->rank = ng_rank_new(self->voice);
    return g_steal_pointer(&self);
}

/**
 * ng_generator_free:
 * @self: (nullable) (transfer full): a generator
 */
void
ng_generator_free(NgGenerator *self)
{
    if (self == NULL)
        return;
    ng_model_unref(self->model);
    ng_tokenizer_free(self->tokenizer);
    ng_draw_free(self->draw);
    ng_rank_free(self->rank);
    ng_prefix_free(self->prefix);
    g_free(self);
}

/**
 * ng_generator_word:
 * @self: a generator
 * @context: a state of its voice
 * @rng: (inout): chance; not used by a greedy generator
 *
 * Returns: the word that comes after @context, by chance or greedily (of equals
 * the one with the lowest id); %NG_WORD_NONE where no word may come
 */
NgWord
ng_generator_word(NgGenerator *self, NgState context, NgRng *rng)
{
    g_return_val_if_fail(self != NULL && rng != NULL, NG_WORD_NONE);

    if (self->options.greedy)
        return ng_rank_best(self->rank, context, self->options.no_unk);
    return ng_draw_word(self->draw, context, rng);
}

/* Whether the text is in a state it was in before; keeps the state. */
static gboolean
comes_back(Text *text)
{
    if (text->seen == NULL)
        return FALSE;
    guint64 key = ng_law_key(text->state);
    return !g_hash_table_add(text->seen, g_memdup2(&key, sizeof key));
}

/* Draws words until the text ends or cannot fit any more. */
static Outcome
extend(NgGenerator *self, NgRng *rng, Text *text)
{
    const guint most = self->options.max_words;

    comes_back(text);
    while (!text->cut) {
        NgWord word = ng_generator_word(self, text->state, rng);
        if (word == NG_WORD_NONE)
            return STUCK;
        text->logprob += (double)ng_voice_step(self->voice, &text->state, word, NULL);
        if (word == NG_WORD_END)
            break;
        g_array_append_val(text->words, word);
        if (most > 0 && text->words->len > most)
            return TOO_LONG;
        if (text->words->len >= WORDS_MAX)
            return ENDLESS;
        text->cut = comes_back(text);
    }
    return text->words->len < self->options.min_words ? TOO_SHORT : FITS;
}

/* Draws one text into @text, whose arrays are used again. */
static Outcome
draw_once(NgGenerator *self, NgRng *rng, Text *text)
{
    g_array_set_size(text->words, 0);
    if (self->prefix->words->len > 0)
        g_array_append_vals(text->words, self->prefix->words->data, self->prefix->words->len);
    text->state = self->prefix->state;
    text->logprob = self->prefix->logprob;
    text->cut = FALSE;
    return extend(self, rng, text);
}

/* The last words of @text, for a message. */
static char *
tail_of(const NgGenerator *self, const Text *text)
{
    GString *tail = g_string_new(NULL);
    guint n = text->words->len;

    if (n == 0)
        return g_string_free(g_string_append(tail, "the beginning"), FALSE);
    g_string_append_c(tail, '\'');
    for (guint i = n > 3 ? n - 3 : 0; i < n; i++) {
        NgWord word = g_array_index(text->words, NgWord, i);
        g_string_append(tail, ng_vocab_word(ng_model_vocab(self->model), word, NULL));
        g_string_append_c(tail, i + 1 < n ? ' ' : '\'');
    }
    return g_string_free(tail, FALSE);
}

/* Sets the error of a text that cannot be had however often it is drawn. */
static void
set_hopeless(const NgGenerator *self, const Text *text, Outcome outcome, GError **error)
{
    g_autofree char *tail = tail_of(self, text);

    if (outcome == STUCK)
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "no word%s has positive probability after %s (%s)",
                    self->options.no_unk ? " but <unk>" : "", tail,
                    self->options.no_unk ? "allow <unk>, or train the model with more words"
                                         : "train the model with smoothing, or change the prefix");
    else if (outcome == ENDLESS)
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "a text reached %d words without an end (the model gives </s> hardly any "
                    "probability: bound the number of words, or train on more, shorter lines)",
                    WORDS_MAX);
    else
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "the greedy text has %s%u words, and %s %u are wanted "
                    "(loosen the bound, or sample)",
                    outcome == TOO_LONG ? "at least " : "", text->words->len,
                    outcome == TOO_LONG ? "at most" : "at least",
                    outcome == TOO_LONG ? self->options.max_words : self->options.min_words);
}

/* Sets the error of bounds that no text came to lie in. */
static void
set_exhausted(const NgGenerator *self, guint too_short, guint too_long, GError **error)
{
    const NgGenerateOptions *o = &self->options;
    g_autofree char *most =
        o->max_words > 0 ? g_strdup_printf(" and at most %u", o->max_words) : g_strdup("");

    g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                "none of %u texts drawn has at least %u%s words: %u were too short, %u too long "
                "(loosen the bounds, or raise the number of tries)",
                o->tries, o->min_words, most, too_short, too_long);
}

static gboolean
draw_fitting(NgGenerator *self, NgRng *rng, Text *text, GError **error)
{
    guint failed[2] = {0, 0}; /* too short, too long */

    for (guint i = 0; i < self->options.tries; i++) {
        Outcome outcome = draw_once(self, rng, text);
        if (outcome == FITS)
            return TRUE;
        if (outcome == STUCK || outcome == ENDLESS || self->options.greedy) {
            set_hopeless(self, text, outcome, error);
            return FALSE;
        }
        failed[outcome == TOO_LONG]++;
    }
    set_exhausted(self, failed[0], failed[1], error);
    return FALSE;
}

/**
 * ng_generator_draw:
 * @self: a generator
 * @rng: (inout): chance
 * @text: (out caller-allocates): a text, cleared with ng_generated_clear()
 * @error: return location for a #GError, or %NULL
 *
 * Draws one text; the same place in the same stream of chance gives the same
 * one.  With @no_unk each word follows the law given that it is not `<unk>`.
 * With bounds the text follows the law given that it lies within them.  A
 * greedy text that comes back to a state it was in would never end: it is cut
 * there.
 *
 * Errors: %NG_ERROR_RANGE where none of @tries texts fits the bounds, a text
 * reaches 1,000,000 words, or no word may come next.
 *
 * Returns: whether @text is set; if not, @error is
 */
gboolean
ng_generator_draw(NgGenerator *self, NgRng *rng, NgGenerated *text, GError **error)
{
    g_return_val_if_fail(self != NULL && rng != NULL && text != NULL, FALSE);
    g_return_val_if_fail(error == NULL || *error == NULL, FALSE);

    g_autoptr(GArray) words = g_array_new(FALSE, FALSE, sizeof(NgWord));
    g_autoptr(GHashTable) seen = NULL;
    if (self->options.greedy)
        seen = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    Text draft = {.words = words, .seen = seen};
    if (!draw_fitting(self, rng, &draft, error))
        return FALSE;

    text->n = words->len;
    text->words = g_memdup2(words->data, words->len * sizeof(NgWord));
    text->logprob = draft.logprob;
    text->cut = draft.cut;
    return TRUE;
}

/* The forms of @text's words: of the prefix those in @prefix, else surfaces or plain words. */
static const char **
forms_of(const NgGenerator *self, const NgGenerated *text, const GPtrArray *prefix,
         gboolean surfaces)
{
    const NgVocab *vocab = ng_model_vocab(self->model);
    const char **forms = g_new(const char *, text->n + 1);

    for (size_t i = 0; i < text->n; i++)
        if (i < prefix->len)
            forms[i] = g_ptr_array_index(prefix, i);
        else
            forms[i] = surfaces ? ng_model_surface(self->model, text->words[i], NULL)
                                : ng_vocab_word(vocab, text->words[i], NULL);
    return forms;
}

/**
 * ng_generator_text:
 * @self: a generator
 * @text: a text of its
 *
 * Returns: (transfer full): the text as people write it
 */
char *
ng_generator_text(const NgGenerator *self, const NgGenerated *text)
{
    g_return_val_if_fail(self != NULL && text != NULL, NULL);

    g_autofree const char **forms = forms_of(self, text, self->prefix->surface, TRUE);
    return ng_join(forms, text->n, ng_tokenizer_kind(self->tokenizer),
                   ng_tokenizer_folds(self->tokenizer));
}

/**
 * ng_generator_tokens:
 * @self: a generator
 * @text: a text of its
 *
 * Returns: (transfer full): the words as the model knows them, a blank between each two
 */
char *
ng_generator_tokens(const NgGenerator *self, const NgGenerated *text)
{
    g_return_val_if_fail(self != NULL && text != NULL, NULL);

    g_autofree const char **forms = forms_of(self, text, self->prefix->token, FALSE);
    return ng_join(forms, text->n, NG_TOKENS_SPACE, FALSE);
}

/**
 * ng_generated_clear:
 * @text: (nullable): a text; what it owns is freed, and it is empty
 */
void
ng_generated_clear(NgGenerated *text)
{
    if (text == NULL)
        return;
    g_free(text->words);
    *text = (NgGenerated){0};
}

/*
 * Drawing texts
 *
 * Several texts grow at once, a word here and a word there, so that one waits
 * for memory while the others work.  Each has a stream of chance of its own:
 * what comes of it does not depend on the others.  Greedy texts, those of
 * mixtures, and those whose law is bent by more than a temperature, are made one by
 * one.
 */
#include "generator.h"

#include "ngram/error.h"

#define WORDS_MAX 1000000 /* a text of so many words is taken to have no end */

enum { LANES = 24 }; /* texts that grow at once */

/* What came of one draw of a text. */
typedef enum {
    FITS,
    TOO_SHORT,
    TOO_LONG,
    ENDLESS,
    STUCK, /* no word has a positive probability */
    GROWS  /* it has no end yet */
} Outcome;

/**
 * Text: one text while it is drawn.
 * @words: [n], of room for `room`
 * @too_short, @too_long: texts drawn in vain before it
 */
typedef struct {
    NgWord *words;
    size_t n, room;
    NgWalk walk;
    double logprob;
    gboolean cut;
    guint too_short, too_long;
} Text;

/**
 * Lane: where one text after another grows.
 * @index: which of the texts wanted
 */
typedef struct {
    NgThrow cast;
    Text text;
    size_t index;
} Lane;

/**
 * ng_generator_word:
 * @self: a generator of a voice, not of a mixture
 * @context: a state of its voice
 * @rng: (inout): chance; not used by a greedy generator
 *
 * Returns: the word that comes after @context, by chance or greedily (of equals
 * the one with the lowest id), as if no word stood before it that is penalised;
 * %NG_WORD_NONE where no word may come
 */
NgWord
ng_generator_word(NgGenerator *self, NgState context, NgRng *rng)
{
    g_return_val_if_fail(self != NULL && rng != NULL, NG_WORD_NONE);
    g_return_val_if_fail(self->draw != NULL, NG_WORD_NONE);

    if (self->options.greedy)
        return ng_rank_best(self->rank, context, self->options.no_unk);
    if (self->sift != NULL) {
        NgWalk place = self->prefix->walk;
        place.state[0] = context;
        return ng_sift_word(self->sift, &place, NULL, 0, rng);
    }
    return ng_draw_word(self->draw, context, rng);
}

static void
append(Text *text, NgWord word)
{
    if (text->n == text->room) {
        text->room = MAX(256, 2 * text->room);
        text->words = g_renew(NgWord, text->words, text->room);
    }
    text->words[text->n++] = word;
}

/* Back to the prefix. */
static void
restart(const NgGenerator *self, Text *text)
{
    const NgPrefix *prefix = self->prefix;

    text->n = 0;
    for (guint i = 0; i < prefix->words->len; i++)
        append(text, g_array_index(prefix->words, NgWord, i));
    text->walk = prefix->walk;
    text->logprob = prefix->logprob;
    text->cut = FALSE;
}

/* Adds a word, which may be the end; the walk has gone on by it. */
static Outcome
grow(const NgGenerator *self, Text *text, NgWord word, float logprob)
{
    const NgGenerateOptions *wanted = &self->options;

    if (word == NG_WORD_NONE)
        return STUCK;
    text->logprob += (double)logprob;
    if (word == NG_WORD_END)
        return text->n < wanted->min_words ? TOO_SHORT : FITS;
    append(text, word);
    if (wanted->max_words > 0 && text->n > wanted->max_words)
        return TOO_LONG;
    return text->n >= WORDS_MAX ? ENDLESS : GROWS;
}

/* The last words of @text, for a message. */
static char *
tail_of(const NgGenerator *self, const Text *text)
{
    GString *tail = g_string_new(NULL);
    size_t n = text->n;

    if (n == 0)
        return g_string_free(g_string_append(tail, "the beginning"), FALSE);
    g_string_append_c(tail, '\'');
    for (size_t i = n > 3 ? n - 3 : 0; i < n; i++) {
        g_string_append(tail, ng_vocab_word(ng_model_vocab(self->model), text->words[i], NULL));
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
                    "the greedy text has %s%zu words, and %s %u are wanted "
                    "(loosen the bound, or sample)",
                    outcome == TOO_LONG ? "at least " : "", text->n,
                    outcome == TOO_LONG ? "at most" : "at least",
                    outcome == TOO_LONG ? self->options.max_words : self->options.min_words);
}

/* Sets the error of bounds that no text came to lie in. */
static void
set_exhausted(const NgGenerator *self, const Text *text, GError **error)
{
    const NgGenerateOptions *o = &self->options;
    g_autofree char *most =
        o->max_words > 0 ? g_strdup_printf(" and at most %u", o->max_words) : g_strdup("");

    g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                "none of %u texts drawn has at least %u%s words: %u were too short, %u too long "
                "(loosen the bounds, or raise the number of tries)",
                o->tries, o->min_words, most, text->too_short, text->too_long);
}

/* What is drawn instead of a text that does not fit; FALSE where nothing is, with @error set. */
static gboolean
draw_again(const NgGenerator *self, Text *text, Outcome outcome, GError **error)
{
    if (outcome == STUCK || outcome == ENDLESS || self->options.greedy) {
        set_hopeless(self, text, outcome, error);
        return FALSE;
    }
    *(outcome == TOO_LONG ? &text->too_long : &text->too_short) += 1;
    if (text->too_long + text->too_short >= self->options.tries) {
        set_exhausted(self, text, error);
        return FALSE;
    }
    restart(self, text);
    return TRUE;
}

static void
hand_over(const Text *text, NgGenerated *out)
{
    out->n = text->n;
    out->words = g_memdup2(text->words, text->n * sizeof(NgWord));
    out->logprob = text->logprob;
    out->cut = text->cut;
}

/* Whether the text is in a context it was in before; keeps the context.  Of a greedy text
 * alone: what is drawn by chance need not go in circles. */
static gboolean
comes_back(const Text *text, GHashTable *seen)
{
    return seen != NULL && !g_hash_table_add(seen, ng_walk_key(&text->walk));
}

/* The word that comes next in a text that is made by itself. */
static NgWord
next_word(NgGenerator *self, const Text *text, NgRng *rng)
{
    if (self->sift != NULL)
        return ng_sift_word(self->sift, &text->walk, text->words, text->n, rng);
    if (self->mix_draw == NULL)
        return ng_rank_best(self->rank, text->walk.state[0], self->options.no_unk);
    if (self->options.greedy)
        return ng_mix_rank_best(self->mix_rank, text->walk.state, self->options.no_unk);
    return ng_mix_draw_word(self->mix_draw, text->walk.state, rng);
}

/* A word each time, until the text ends, cannot fit, or goes in circles. */
static Outcome
extend(NgGenerator *self, NgRng *rng, Text *text, GHashTable *seen)
{
    Outcome outcome = GROWS;

    comes_back(text, seen);
    while (outcome == GROWS && !text->cut) {
        NgWord word = next_word(self, text, rng);
        float logprob = word != NG_WORD_NONE ? ng_walk_step(&text->walk, word, NULL) : 0.0F;
        outcome = grow(self, text, word, logprob);
        text->cut = outcome == GROWS && comes_back(text, seen);
    }
    if (text->cut)
        outcome = text->n < self->options.min_words ? TOO_SHORT : FITS;
    return outcome;
}

/* Whether texts are made one by one. */
static gboolean
is_single(const NgGenerator *self)
{
    return self->options.greedy || self->mix_draw != NULL || self->sift != NULL;
}

static gboolean
draw_single(NgGenerator *self, NgRng *rng, NgGenerated *out, GError **error)
{
    g_autoptr(GHashTable) seen = NULL;
    Text text = {0};
    Outcome outcome;

    if (self->options.greedy)
        seen =
            g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
    restart(self, &text);
    do
        outcome = extend(self, rng, &text, seen);
    while (outcome != FITS && draw_again(self, &text, outcome, error));
    if (outcome == FITS)
        hand_over(&text, out);
    g_free(text.words);
    return outcome == FITS;
}

/* Begins to draw text @index in @lane, whose chance is set. */
static void
begin(NgGenerator *self, Lane *lane, size_t index)
{
    lane->index = index;
    lane->text.too_short = lane->text.too_long = 0;
    restart(self, &lane->text);
    ng_draw_begin(self->draw, &lane->cast, lane->text.walk.state[0]);
}

/* Takes in the word that was drawn; whether the lane's text is done, for better or worse. */
static gboolean
take(NgGenerator *self, Lane *lane, NgGenerated *out, GError **error)
{
    const NgThrow *drawn = &lane->cast;
    Outcome outcome = grow(self, &lane->text, drawn->word, drawn->logprob);

    lane->text.walk.state[0] = drawn->after;
    if (outcome == FITS) {
        hand_over(&lane->text, out);
        return TRUE;
    }
    if (outcome != GROWS && !draw_again(self, &lane->text, outcome, error))
        return TRUE;
    ng_draw_begin(self->draw, &lane->cast, lane->text.walk.state[0]);
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

    if (is_single(self))
        return draw_single(self, rng, text, error);

    Lane lane = {.cast.rng = *rng};
    NgThrow *const casts[] = {&lane.cast};
    NgGenerated out = {0};
    GError *trouble = NULL;
    begin(self, &lane, 0);
    do
        ng_draw_round(self->draw, casts, 1);
    while (!lane.cast.done || !take(self, &lane, &out, &trouble));
    *rng = lane.cast.rng;
    g_free(lane.text.words);
    if (trouble != NULL) {
        g_propagate_error(error, trouble);
        return FALSE;
    }
    *text = out;
    return TRUE;
}

/**
 * ng_generator_draw_many:
 * @self: a generator
 * @seed: of the random numbers
 * @first: number of the first text
 * @n: how many texts
 * @texts: (out caller-allocates): [@n] each cleared with ng_generated_clear()
 * @errors: (inout): [@n] %NULL, set where a text could not be had
 *
 * Draws text i from stream @first + i, as ng_generator_draw() does, several at
 * once: three times as fast where the model is larger than the caches.
 */
void
ng_generator_draw_many(NgGenerator *self, guint64 seed, guint64 first, size_t n, NgGenerated *texts,
                       GError **errors)
{
    g_return_if_fail(self != NULL && ((texts != NULL && errors != NULL) || n == 0));

    g_autofree Lane *lanes = g_new0(Lane, LANES);
    NgThrow *casts[LANES];
    size_t next = 0, busy = 0;

    for (size_t i = 0; i < n; i++)
        texts[i] = (NgGenerated){0};
    for (; is_single(self) && next < n; next++) {
        NgRng rng = ng_rng_new(seed, first + next);
        if (!draw_single(self, &rng, &texts[next], &errors[next]))
            continue;
    }
    for (; busy < LANES && next < n; busy++, next++) {
        casts[busy] = &lanes[busy].cast;
        lanes[busy].cast.rng = ng_rng_new(seed, first + next);
        begin(self, &lanes[busy], next);
    }
    while (busy > 0) {
        ng_draw_round(self->draw, casts, busy);
        for (size_t i = 0; i < busy;) {
            Lane *lane = (Lane *)(void *)casts[i]; /* the cast is its first member */
            if (!lane->cast.done || !take(self, lane, &texts[lane->index], &errors[lane->index])) {
                i++;
            } else if (next < n) {
                lane->cast.rng = ng_rng_new(seed, first + next);
                begin(self, lane, next++);
                i++;
            } else {
                casts[i] = casts[--busy];
            }
        }
    }
    for (size_t i = 0; i < LANES; i++)
        g_free(lanes[i].text.words);
}

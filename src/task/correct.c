/*
 * Correction
 *
 * A text is cut into tokens as the model's was.  Each is looked up among those
 * met before; a new one gets its guesses (correct-guess.c).  Which may be
 * changed at all is decided by how they are written (correct-spots.c), and what
 * is right by the whole sequence (correct-search.c).  Then the same is done with
 * the corrected text, until nothing changes any more: so correcting twice
 * changes nothing more.
 *
 * Everything outside a change stays byte for byte.  A corrector is for one
 * thread; its copies share what does not change.
 */
#include "ngram/correct.h"

#include "correct-edit.h"
#include "correct-parts.h"

#include "ngram/error.h"

#include <math.h>
#include <string.h>

enum {
    WINDOW = 2000,    /* tokens that are searched at once */
    MEMORY = 1 << 18, /* tokens that are remembered */
    PASSES_MAX = 10
};

#define SURE 0.55 /* of a mistake */
#define FIT  0.25 /* of what it is put right with */

struct NgCorrector {
    NgShared *shared;
    NgTokenizer *tokenizer;
    NgLexicon *lexicon;  /* tokens met */
    GPtrArray *written;  /* [token] NgWritten, NULL where it was not needed yet */
    GHashTable *session; /* words that are right for now */
    GArray *spots;
    NgSearch *search;
    double language; /* log10 of the odds that texts are in the model's */
    guint64 invalid;
};

/* -- making --------------------------------------------------------------- */

static NgCorrector *
corrector_new(NgShared *shared, NgTokenizer *tokenizer)
{
    NgCorrector *self = g_new0(NgCorrector, 1);

    self->shared = shared;
    self->tokenizer = tokenizer;
    self->lexicon = ng_lexicon_new();
    self->written = g_ptr_array_new_with_free_func(g_free);
    self->spots = g_array_new(FALSE, FALSE, sizeof(NgSpot));
    self->search = ng_search_new(&shared->guesser, shared->voice);
    self->session = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return self;
}

/**
 * ng_corrector_new:
 * @model: the model; a reference is taken
 * @voice: whose words; 0 for the whole corpus
 * @options: how to correct
 * @error: return location for a #GError, or %NULL
 *
 * Errors: %NG_ERROR_RANGE for a model of characters, which knows no words.
 *
 * Returns: (transfer full): free with ng_corrector_free(); %NULL with @error set
 */
NgCorrector *
ng_corrector_new(NgModel *model, size_t voice, const NgCorrectOptions *options, GError **error)
{
    g_return_val_if_fail(model != NULL && options != NULL, NULL);
    g_return_val_if_fail(options->caution >= 0.0, NULL);
    g_return_val_if_fail(error == NULL || *error == NULL, NULL);

    if (ng_model_text(model).tokens == NG_TOKENS_CHARS) {
        g_set_error_literal(error, NG_ERROR, NG_ERROR_RANGE,
                            "a model of characters knows no words to correct by (learn one with "
                            "--tokens words)");
        return NULL;
    }
    NgTokenizer *tokenizer = ng_model_tokenizer(model, error);
    if (tokenizer == NULL)
        return NULL;
    return corrector_new(ng_shared_new(model, voice, options), tokenizer);
}

/**
 * ng_corrector_copy:
 * @self: a corrector
 *
 * Returns: (transfer full): one that does the same, for another thread; it has counted nothing
 */
NgCorrector *
ng_corrector_copy(const NgCorrector *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    NgCorrector *copy =
        corrector_new(g_atomic_rc_box_acquire(self->shared), ng_tokenizer_copy(self->tokenizer));
    GHashTableIter iter;
    gpointer key;
    g_hash_table_iter_init(&iter, self->session);
    while (g_hash_table_iter_next(&iter, &key, NULL))
        g_hash_table_add(copy->session, g_strdup(key));
    return copy;
}

/**
 * ng_corrector_free:
 * @self: (nullable) (transfer full): a corrector
 */
void
ng_corrector_free(NgCorrector *self)
{
    if (self == NULL)
        return;
    ng_search_free(self->search);
    ng_tokenizer_free(self->tokenizer);
    ng_lexicon_free(self->lexicon);
    g_ptr_array_unref(self->written);
    g_array_unref(self->spots);
    g_hash_table_unref(self->session);
    ng_shared_unref(self->shared);
    g_free(self);
}

/**
 * ng_corrector_invalid:
 * @self: a corrector
 *
 * Returns: bytes of its texts that were no UTF-8; they were kept
 */
guint64
ng_corrector_invalid(const NgCorrector *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->invalid;
}

/**
 * ng_corrector_add_word:
 * @self: a corrector
 * @word: [@length] a token that is right from now on, for this corrector alone
 * @length: bytes
 */
void
ng_corrector_add_word(NgCorrector *self, const char *word, size_t length)
{
    g_return_if_fail(self != NULL && word != NULL);

    NgToken token;
    ng_tokenizer_start(self->tokenizer, word, length);
    while (ng_tokenizer_next(self->tokenizer, &token))
        g_hash_table_add(self->session, g_strndup(token.text, token.length));
}

/* -- tokens --------------------------------------------------------------- */

static const NgWritten *
written_of(NgCorrector *self, const char *text, size_t length)
{
    NgWord token = ng_lexicon_add(self->lexicon, text, length);

    if (token >= self->written->len)
        g_ptr_array_set_size(self->written, (gint)token + 1);
    if (self->written->pdata[token] == NULL)
        self->written->pdata[token] = ng_guesser_guess(&self->shared->guesser, text, length);
    return self->written->pdata[token];
}

static gboolean
is_session_word(const NgCorrector *self, const char *text, size_t length)
{
    if (g_hash_table_size(self->session) == 0)
        return FALSE;
    g_autofree char *word = g_strndup(text, length);
    return g_hash_table_contains(self->session, word);
}

/*
 * Two tokens with a blank between them may be one word: where one of them is
 * none, that is weighed; where an apostrophe was lost, both stay as they are.
 */
static void
look_back(NgCorrector *self, const GString *last, const char *text, const NgToken *token)
{
    const NgGuesser *guesser = &self->shared->guesser;
    NgSpot *spots = (NgSpot *)(gpointer)self->spots->data;
    guint n = self->spots->len;

    if (n < 2)
        return;
    NgSpot *a = &spots[n - 2], *b = &spots[n - 1];
    if (a->written->n_letters == 0 || b->written->n_letters == 0 || b->start != a->end + 1 ||
        text[a->end] != ' ')
        return;
    gboolean known = FALSE;
    b->tail = ng_guesser_apart(guesser, last->str, last->len, token->text, token->length, &known);
    a->tail = a->tail || known;
    if (!b->tail && (!a->written->known || !b->written->known))
        a->joined = ng_guesser_joined(guesser, last->str, last->len, token->text, token->length);
}

/* Tells each new word how often it stands in the sequence. */
static void
count_new_words(GArray *spots)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

    for (guint i = 0; i < spots->len; i++) {
        const NgSpot *spot = &g_array_index(spots, NgSpot, i);
        gpointer key = (gpointer)(uintptr_t)spot->written;
        if (!spot->written->known)
            g_hash_table_insert(
                seen, key, GUINT_TO_POINTER(GPOINTER_TO_UINT(g_hash_table_lookup(seen, key)) + 1));
    }
    for (guint i = 0; i < spots->len && g_hash_table_size(seen) > 0; i++) {
        NgSpot *spot = &g_array_index(spots, NgSpot, i);
        spot->seen = GPOINTER_TO_UINT(g_hash_table_lookup(seen, spot->written));
    }
}

static void
cut(NgCorrector *self, const char *text, size_t length)
{
    g_autoptr(GString) last = g_string_new(NULL);
    NgToken token;

    if (ng_lexicon_size(self->lexicon) > MEMORY) {
        ng_lexicon_free(self->lexicon);
        self->lexicon = ng_lexicon_new();
        g_ptr_array_set_size(self->written, 0);
    }
    g_array_set_size(self->spots, 0);
    ng_tokenizer_start(self->tokenizer, text, length);
    while (ng_tokenizer_next(self->tokenizer, &token)) {
        const NgSpot spot = {
            .start = token.surface,
            .end = token.surface + token.surface_length,
            .written = written_of(self, token.text, token.length),
            .joined = NG_WORD_NONE,
        };
        g_array_append_val(self->spots, spot);
        look_back(self, last, text, &token);
        g_string_truncate(last, 0);
        g_string_append_len(last, token.text, (gssize)token.length);
    }
    ng_spots_mark(self->spots, text, length);
    count_new_words(self->spots);
    for (guint i = 0; i < self->spots->len; i++) {
        NgSpot *spot = &g_array_index(self->spots, NgSpot, i);
        gboolean last_one = i + 1 == self->spots->len;
        if (spot->tail)
            spot->open = FALSE;
        if (!spot->open || last_one || !g_array_index(self->spots, NgSpot, i + 1).open)
            spot->joined = NG_WORD_NONE;
        if (spot->open && g_hash_table_size(self->session) > 0 &&
            is_session_word(self, text + spot->start, spot->end - spot->start))
            spot->open = FALSE;
    }
}

/* -- what is right -------------------------------------------------------- */

/* How a word is written in place of a spot.  Returns: (transfer full) */
static char *
write_word(const NgCorrector *self, NgCasing casing, NgWord word)
{
    const NgGuesser *guesser = &self->shared->guesser;
    size_t length = 0;
    const char *surface = NULL;

    if (word < ng_vocab_size(guesser->vocab))
        surface = ng_model_surface(self->shared->model, word, &length);
    if (surface == NULL)
        surface = ng_guesser_word(guesser, word, &length);
    return ng_case_like(casing, surface, length);
}

static char *
write_choice(const NgCorrector *self, const NgSpot *spot, const NgChoice *choice)
{
    g_autofree char *first = write_word(self, spot->casing, choice->word);

    if (choice->second == NG_WORD_NONE)
        return g_steal_pointer(&first);
    NgCasing casing = spot->casing == NG_CASING_UPPER ? NG_CASING_UPPER : NG_CASING_LOWER;
    g_autofree char *second = write_word(self, casing, choice->second);
    return g_strconcat(first, " ", second, NULL);
}

static int
compare_posteriors(gconstpointer a, gconstpointer b)
{
    double x = (*(const NgChoice *const *)a)->posterior,
           y = (*(const NgChoice *const *)b)->posterior;

    return x > y ? -1 : x < y;
}

/* The changes of a spot, the likeliest first. */
static GPtrArray *
rank(NgChoice *choices, size_t n)
{
    GPtrArray *ranked = g_ptr_array_new();

    for (size_t i = 0; i < n; i++)
        if (choices[i].guess != 0)
            g_ptr_array_add(ranked, &choices[i]);
    g_ptr_array_sort(ranked, compare_posteriors);
    return ranked;
}

/* Fills in up to @k suggestions; those that change nothing are left out. */
static void
suggest(const NgCorrector *self, NgCorrection *c, const NgSpot *spot, const GPtrArray *ranked,
        const char *text, size_t k)
{
    c->suggestion = g_new0(NgSuggestion, MIN(k, ranked->len) + 1);
    for (guint i = 0; i < ranked->len && c->n < k; i++) {
        const NgChoice *choice = ranked->pdata[i];
        g_assert(choice != NULL);
        if (choice->guess < 0 && !(i == 0 && c->wrong))
            continue; /* it is about more than this word */
        char *right = write_choice(self, spot, choice);
        gboolean same =
            strlen(right) == c->length && memcmp(right, text + c->start, c->length) == 0;
        for (size_t j = 0; j < c->n && !same; j++)
            same = g_str_equal(c->suggestion[j].text, right);
        if (same) {
            g_free(right);
            continue;
        }
        c->suggestion[c->n++] = (NgSuggestion){right, MIN(1.0, choice->posterior)};
    }
}

/* What is to be said of a spot; NULL for nothing.  @taken: spots it takes up. */
static NgCorrection *
judge(const NgCorrector *self, const NgSpot *spot, size_t k, const char *text, size_t at,
      size_t *taken)
{
    size_t n = 0;
    NgChoice *choices = ng_search_choices(self->search, at, &n);
    g_autoptr(GPtrArray) ranked = rank(choices, n);
    double mistaken = 0.0;

    for (size_t i = 0; i < n; i++)
        mistaken += choices[i].guess != 0 ? choices[i].posterior : 0.0;
    const NgChoice *best = ranked->len > 0 ? ranked->pdata[0] : NULL;
    gboolean wrong = !spot->foreign && best != NULL && mistaken > SURE && best->posterior > FIT;
    if (!wrong && k == 0)
        return NULL;

    g_autoptr(NgCorrection) c = g_new0(NgCorrection, 1);
    *taken = wrong && best->guess < 0 ? 2 : 1;
    c->start = spot->start;
    c->length = spot[*taken - 1].end - spot->start;
    c->known = spot->written->known;
    c->wrong = wrong;
    if (wrong || !c->known)
        suggest(self, c, spot, ranked, text, MAX(k, 1));
    c->wrong = wrong && c->n > 0;
    return c->wrong || k > 0 ? g_steal_pointer(&c) : NULL;
}

/* A word that is right whatever stands around it. */
static NgCorrection *
settled(const NgSpot *spot)
{
    NgCorrection *c = g_new0(NgCorrection, 1);

    c->start = spot->start;
    c->length = spot->end - spot->start;
    c->known = TRUE;
    return c;
}

/* Whether there is but one word. */
static gboolean
is_alone(const GArray *spots)
{
    return spots->len == 1;
}

/* Searches spots from .. to - 1. */
static void
search(NgCorrector *self, size_t from, size_t to)
{
    const NgSearchText part = {
        .spot = (const NgSpot *)(gconstpointer)self->spots->data + from,
        .n = to - from,
        .begins = from == 0,
        .ends = to == self->spots->len,
        .alone = is_alone(self->spots),
        .rate = -self->shared->caution,
    };
    ng_search_run(self->search, &part);
}

/* One pass over a text. */
static GPtrArray *
find(NgCorrector *self, const char *text, size_t length, size_t k)
{
    GPtrArray *out = g_ptr_array_new_with_free_func((GDestroyNotify)ng_correction_free);

    cut(self, text, length);
    if (length > 0 && memchr(text, '\0', length) != NULL)
        return out; /* no text: what looks like a word in it is chance */
    NgSpot *spots = (NgSpot *)(gpointer)self->spots->data;
    size_t n = self->spots->len;
    for (size_t from = 0; from < n; from += WINDOW) {
        size_t to = MIN(from + WINDOW, n);
        gboolean open = FALSE;
        for (size_t i = from; i < to && !open; i++)
            open = spots[i].open;
        if (!open)
            continue;
        search(self, from, to);
        ng_mark_foreign(spots + from, to - from, self->search, self->language);
        for (size_t i = from; i < to; i++) {
            size_t taken = 1;
            NgCorrection *c = NULL;
            if (spots[i].open)
                c = judge(self, &spots[i], k, text, i - from, &taken);
            else if (k > 0 && spots[i].written->n_letters > 0)
                c = settled(&spots[i]);
            if (c != NULL)
                g_ptr_array_add(out, c);
            i += taken - 1;
        }
    }
    return out;
}

/**
 * ng_corrector_language:
 * @self: a corrector
 * @text: [@length] one sequence
 * @length: bytes
 *
 * Adds up what each word says for the model's language, or for another one.  Of the whole of a
 * document that is much surer than of a line of it.
 *
 * Returns: log10 of the odds that it is the model's, where both were as likely before
 */
double
ng_corrector_language(NgCorrector *self, const char *text, size_t length)
{
    g_return_val_if_fail(self != NULL && (text != NULL || length == 0), 0.0);

    double sum = 0.0;
    cut(self, text, length);
    const NgSpot *spots = (const NgSpot *)(gconstpointer)self->spots->data;
    for (size_t from = 0; from < self->spots->len; from += WINDOW) {
        size_t to = MIN(from + WINDOW, (size_t)self->spots->len);
        search(self, from, to);
        sum += ng_native_weight(spots + from, to - from, self->search);
    }
    return sum;
}

/**
 * ng_corrector_set_language:
 * @self: a corrector
 * @prior: log10 of the odds that the texts to come are in the model's language; 0 at first
 */
void
ng_corrector_set_language(NgCorrector *self, double prior)
{
    g_return_if_fail(self != NULL && !isnan(prior));

    self->language = prior;
}

/**
 * ng_corrector_correct:
 * @self: a corrector
 * @text: [@length] one sequence, as the model's were; line ends are white space
 * @length: bytes
 *
 * A sequence with a zero byte in it is no text, and stays as it is.
 *
 * Returns: (transfer container) (element-type NgCorrection): the changes, in the order of the text
 */
GPtrArray *
ng_corrector_correct(NgCorrector *self, const char *text, size_t length)
{
    g_return_val_if_fail(self != NULL && (text != NULL || length == 0), NULL);

    guint64 invalid = ng_tokenizer_invalid(self->tokenizer);
    g_autoptr(GPtrArray) all = find(self, text, length, 0);
    self->invalid += ng_tokenizer_invalid(self->tokenizer) - invalid;
    guint before = all->len;
    for (unsigned pass = 1; pass < PASSES_MAX && before > 0; pass++) {
        g_autoptr(GString) middle = g_string_sized_new(length + 64);
        ng_corrections_apply(all, text, length, middle);
        g_autoptr(GPtrArray) more = find(self, middle->str, middle->len, 0);
        before = more->len;
        if (before == 0)
            break;
        GPtrArray *both = ng_corrections_compose(all, more, text, middle->str);
        g_ptr_array_unref(all);
        all = both;
    }
    return g_steal_pointer(&all);
}

/**
 * ng_corrector_words:
 * @self: a corrector
 * @text: [@length] one sequence
 * @length: bytes
 * @k: how many suggestions for each, at least 1
 *
 * All words that might be changed, with suggestions for those that are wrong and
 * those that nobody knows.  The text is gone through once: there may be changes
 * that follow from changes.
 *
 * Returns: (transfer container) (element-type NgCorrection): in the order of the text
 */
GPtrArray *
ng_corrector_words(NgCorrector *self, const char *text, size_t length, size_t k)
{
    g_return_val_if_fail(self != NULL && (text != NULL || length == 0) && k >= 1, NULL);

    guint64 before = ng_tokenizer_invalid(self->tokenizer);
    GPtrArray *words = find(self, text, length, k);
    self->invalid += ng_tokenizer_invalid(self->tokenizer) - before;
    return words;
}

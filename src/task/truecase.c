/*
 * Truecasing
 *
 * A folded model says "paris"; people write "Paris".  Every token that does not
 * open a sentence is a witness: a word whose tokens mostly look otherwise than
 * the model writes it gets the commonest of those looks as its surface form.
 * Sentence openings are no witnesses, since anything is a capital there.
 */
#include "truecase.h"

#include "ngram/error.h"

#include <string.h>

struct NgTruecase {
    NgVocab *looks;    /* surfaces that differ from their word */
    GArray *seen;      /* (element-type uint32_t): [looks] how often each was seen */
    GArray *word;      /* (element-type NgWord): [looks] what it is a look of */
    GArray *witnesses; /* (element-type uint32_t): [V] tokens of each word, openings apart */
    gboolean opening;  /* the next token opens a sentence */
};

NgTruecase *
ng_truecase_new(void)
{
    NgTruecase *self = g_new0(NgTruecase, 1);

    self->looks = ng_vocab_new();
    self->seen = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    self->word = g_array_new(FALSE, TRUE, sizeof(NgWord));
    self->witnesses = g_array_new(FALSE, TRUE, sizeof(uint32_t));
    return self;
}

void
ng_truecase_free(NgTruecase *self)
{
    if (self == NULL)
        return;
    ng_vocab_unref(self->looks);
    g_array_unref(self->seen);
    g_array_unref(self->word);
    g_array_unref(self->witnesses);
    g_free(self);
}

/** ng_truecase_start: a sequence begins */
void
ng_truecase_start(NgTruecase *self)
{
    self->opening = TRUE;
}

static gboolean
is_one_of(const NgToken *token, const char *const *list)
{
    for (; *list != NULL; list++)
        if (strlen(*list) == token->length && memcmp(*list, token->text, token->length) == 0)
            return TRUE;
    return FALSE;
}

/* Whether the token after @token opens a sentence. */
static gboolean
opens_next(const NgToken *token, gboolean opening)
{
    static const char *const ends[] = {".", "!", "?", "\xE2\x80\xA6", NULL};
    static const char *const passes[] = {"\"",           "'",        "(", "[", "\xE2\x80\x9C",
                                         "\xE2\x80\x98", "\xC2\xAB", ")", "]", NULL};

    if (g_ascii_isalnum(token->text[0]))
        return FALSE;
    return is_one_of(token, ends) || (opening && is_one_of(token, passes));
}

static uint32_t *
counter(GArray *array, size_t index)
{
    if (index >= array->len)
        g_array_set_size(array, (guint)index + 1);
    return &g_array_index(array, uint32_t, index);
}

/**
 * ng_truecase_add:
 * @id: a word
 * @token: what it was read from
 * @text: the text that @token is of
 */
void
ng_truecase_add(NgTruecase *self, NgWord id, const NgToken *token, const char *text)
{
    const char *look = text + token->surface;
    gboolean opening = self->opening;

    self->opening = opens_next(token, opening);
    if (opening)
        return;
    ++*counter(self->witnesses, id);
    if (look == token->text ||
        (token->surface_length == token->length && memcmp(look, token->text, token->length) == 0))
        return;
    for (size_t i = 0; i < token->surface_length; i++)
        if ((guchar)look[i] <= ' ')
            return; /* white space inside would not come back as one token */
    NgWord n = ng_vocab_add(self->looks, look, token->surface_length);
    ++*counter(self->seen, n);
    *counter(self->word, n) = id;
}

/** ng_truecase_rename: words get new ids, @map [@V]; several may become one */
void
ng_truecase_rename(NgTruecase *self, const NgWord *map, size_t V)
{
    GArray *witnesses = g_array_new(FALSE, TRUE, sizeof(uint32_t));

    for (guint id = 0; id < MIN(self->witnesses->len, V); id++)
        *counter(witnesses, map[id]) += g_array_index(self->witnesses, uint32_t, id);
    g_array_unref(self->witnesses);
    self->witnesses = witnesses;
    for (guint n = 0; n < self->word->len; n++) {
        NgWord *word = &g_array_index(self->word, NgWord, n);
        if (*word < V)
            *word = map[*word];
    }
}

/* Whether a count file can hold it: a word there is parted from the next by a blank. */
static gboolean
is_plain(const char *word, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((guchar)word[i] <= ' ')
            return FALSE;
    return length > 0;
}

/**
 * ng_truecase_tell:
 * @vocab: V words
 * @frequency: [V] tokens of each word
 * @looks: gets all that is known, as numbers that add up
 */
void
ng_truecase_tell(const NgTruecase *self, const NgVocab *vocab, const uint32_t *frequency,
                 NgLooks *looks)
{
    NgLook l = {0};

    for (NgWord id = NG_WORDS_FIXED; id < ng_vocab_size(vocab); id++) {
        uint32_t inside =
            id < self->witnesses->len ? g_array_index(self->witnesses, uint32_t, id) : 0;
        l.word = ng_vocab_word(vocab, id, &l.n_word);
        l.count = frequency[id] - inside;
        if (l.count > 0 && is_plain(l.word, l.n_word))
            ng_looks_add(looks, &l);
    }
    for (guint n = NG_WORDS_FIXED; n < self->word->len; n++) {
        NgWord id = g_array_index(self->word, NgWord, n);
        if (id < NG_WORDS_FIXED || id >= ng_vocab_size(vocab))
            continue;
        l.word = ng_vocab_word(vocab, id, &l.n_word);
        l.look = ng_vocab_word(self->looks, n, &l.n_look);
        l.count = g_array_index(self->seen, uint32_t, n);
        if (is_plain(l.word, l.n_word) && is_plain(l.look, l.n_look))
            ng_looks_add(looks, &l);
    }
}

/**
 * ng_truecase_learn:
 * @looks: what ng_truecase_tell() told, of one text or of many
 * @vocab: V words
 * @frequency: [V] tokens of each word; those that open a sentence are taken off
 * @error: return location for a #GError, or %NULL
 *
 * Returns: (transfer full): what reading the texts would have given; %NULL with %NG_ERROR_FORMAT
 * where a word has no tokens for what is said of it
 */
NgTruecase *
ng_truecase_learn(const NgLooks *looks, const NgVocab *vocab, uint32_t *frequency, GError **error)
{
    NgTruecase *self = ng_truecase_new();

    for (size_t i = 0; i < ng_looks_size(looks); i++) {
        NgLook l = ng_looks_get(looks, i);
        if (l.n_word == 0)
            continue;
        NgWord id = ng_vocab_find(vocab, l.word, l.n_word);
        if (id < NG_WORDS_FIXED || id >= ng_vocab_size(vocab) || l.count > frequency[id]) {
            g_set_error(error, NG_ERROR, NG_ERROR_FORMAT,
                        "'%.*s' is said to be written in more places than it was counted",
                        (int)l.n_word, l.word);
            ng_truecase_free(self);
            return NULL;
        }
        if (l.look == NULL) {
            frequency[id] -= (uint32_t)l.count;
            continue;
        }
        NgWord n = ng_vocab_add(self->looks, l.look, l.n_look);
        *counter(self->seen, n) += (uint32_t)l.count;
        *counter(self->word, n) = id;
    }
    for (NgWord id = 0; id < ng_vocab_size(vocab); id++)
        *counter(self->witnesses, id) = frequency[id];
    return self;
}

/**
 * ng_truecase_store:
 * @map: (nullable): [V] the model's id of each word, %NG_WORD_NONE for one it has not
 * @model: gets the surface forms
 */
void
ng_truecase_store(const NgTruecase *self, const NgWord *map, NgModel *model)
{
    size_t V = ng_vocab_size(ng_model_vocab(model));
    g_autofree uint32_t *best = g_new0(uint32_t, V); /* look of each word, 0 for none */

    for (guint n = NG_WORDS_FIXED; n < self->word->len; n++) {
        NgWord old = g_array_index(self->word, NgWord, n);
        NgWord id = map != NULL ? map[old] : old;
        if (id == NG_WORD_NONE || id < NG_WORDS_FIXED)
            continue;
        uint32_t seen = g_array_index(self->seen, uint32_t, n);
        uint32_t all = g_array_index(self->witnesses, uint32_t, old);
        if (2 * (guint64)seen > all)
            best[id] = n;
    }
    for (NgWord id = 0; id < V; id++) {
        size_t length = 0;
        if (best[id] == 0)
            continue;
        const char *look = ng_vocab_word(self->looks, best[id], &length);
        if (memchr(look, '\0', length) == NULL)
            ng_model_add_surface(model, id, look, length);
    }
}

/*
 * Truecasing
 *
 * A folded model says "paris"; people write "Paris".  Every token that does not
 * open a sentence is a witness: a word whose tokens mostly look otherwise than
 * the model writes it gets the commonest of those looks as its surface form.
 * Sentence openings are no witnesses, since anything is a capital there.
 *
 * Only sums are kept, so that parts of a text may be read apart and merged in any
 * order.
 */
#include "truecase.h"

#include "ngram/error.h"
#include "ngram/lexicon.h"

#include <string.h>

struct NgTruecase {
    NgLexicon *looks;  /* surfaces that differ from their word */
    GArray *seen;      /* (element-type uint32_t): [looks] how often each was seen */
    GArray *word;      /* (element-type NgWord): [looks] what it is a look of */
    GArray *witnesses; /* (element-type uint32_t): [V] tokens of each word, openings apart */
    gboolean opening;  /* the next token opens a sentence */
};

NgTruecase *
ng_truecase_new(void)
{
    NgTruecase *self = g_new0(NgTruecase, 1);

    self->looks = ng_lexicon_new();
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
    ng_lexicon_free(self->looks);
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
is_one_of(const char *token, size_t length, const char *const *list)
{
    for (; *list != NULL; list++)
        if (strlen(*list) == length && memcmp(*list, token, length) == 0)
            return TRUE;
    return FALSE;
}

/* Whether the token after [@token, @length) opens a sentence. */
static gboolean
opens_next(const char *token, size_t length, gboolean opening)
{
    static const char *const ends[] = {"\xE2\x80\xA6", NULL};
    static const char *const passes[] = {"\xE2\x80\x9C", "\xE2\x80\x98", "\xC2\xAB", NULL};

    if (length == 1) /* nearly all */
        return token[0] == '.' || token[0] == '!' || token[0] == '?' ||
               (opening && token[0] != '\0' && strchr("\"'([)]", token[0]) != NULL);
    return is_one_of(token, length, ends) || (opening && is_one_of(token, length, passes));
}

static uint32_t *
counter(GArray *array, size_t index)
{
    if (index >= array->len)
        g_array_set_size(array, (guint)index + 1);
    return &g_array_index(array, uint32_t, index);
}

/* Whether token @i looks as the model writes it; most are short, and one comparison. */
static inline gboolean
is_same(const NgTokenRun *run, size_t i)
{
    const char *token = run->text + run->begin[i];
    const char *look = run->surface + run->begin[i];
    size_t length = run->end[i] - run->begin[i];
    guint64 a = 0;
    guint64 b = 0;

    if (run->odd)
        return run->surface_length == length && memcmp(token, look, length) == 0;
    if (length - 1 >= sizeof a || run->begin[i] + sizeof a > run->readable)
        return memcmp(token, look, length) == 0;
    memcpy(&a, token, sizeof a);
    memcpy(&b, look, sizeof b);
    return GUINT64_FROM_LE(a ^ b) << (64 - 8 * length) == 0;
}

/* Counts a look that differs from its word. */
static void
add_look(NgTruecase *self, NgWord id, const char *look, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((guchar)look[i] <= ' ')
            return; /* white space inside would not come back as one token */
    NgWord n = ng_lexicon_add(self->looks, look, length);
    ++*counter(self->seen, n);
    *counter(self->word, n) = id;
}

/**
 * ng_truecase_add:
 * @ids: [run->n] words
 * @run: what they were read from
 */
void
ng_truecase_add(NgTruecase *self, const NgWord *ids, const NgTokenRun *run)
{
    NgWord greatest = 0;

    for (size_t i = 0; i < run->n; i++)
        greatest = MAX(greatest, ids[i]);
    counter(self->witnesses, greatest);
    uint32_t *witnesses = &g_array_index(self->witnesses, uint32_t, 0);
    for (size_t i = 0; i < run->n; i++) {
        const char *token = run->text + run->begin[i];
        size_t length = run->end[i] - run->begin[i];
        gboolean opening = self->opening;

        self->opening = !g_ascii_isalnum(token[0]) && opens_next(token, length, opening);
        if (opening)
            continue;
        witnesses[ids[i]]++;
        if (!is_same(run, i))
            add_look(self, ids[i], run->surface + run->begin[i],
                     run->odd ? run->surface_length : length);
    }
}

/**
 * ng_truecase_merge:
 * @part: what was seen in another part of the text
 * @map: what @self calls each word of @part
 */
void
ng_truecase_merge(NgTruecase *self, const NgTruecase *part, const NgWord *map)
{
    for (guint id = 0; id < part->witnesses->len; id++) {
        uint32_t n = g_array_index(part->witnesses, uint32_t, id);
        if (n > 0)
            *counter(self->witnesses, map[id]) += n;
    }
    for (guint n = NG_WORDS_FIXED; n < part->word->len; n++) {
        size_t length = 0;
        const char *look = ng_lexicon_word(part->looks, n, &length);
        NgWord own = ng_lexicon_add(self->looks, look, length);
        *counter(self->seen, own) += g_array_index(part->seen, uint32_t, n);
        *counter(self->word, own) = map[g_array_index(part->word, NgWord, n)];
    }
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
        l.look = ng_lexicon_word(self->looks, n, &l.n_look);
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
        NgWord n = ng_lexicon_add(self->looks, l.look, l.n_look);
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
        const char *look = ng_lexicon_word(self->looks, best[id], &length);
        if (memchr(look, '\0', length) == NULL)
            ng_model_add_surface(model, id, look, length);
    }
}

/*
 * Spelling
 *
 * A model of letters over the words of a vocabulary, each counted once: new words
 * look like rare ones, and most words are rare.  Letters are told apart in 31
 * classes: a to z have one each.  Each of the orders up to ORDER is interpolated
 * with the one below (Witten and Bell 1991), and the word ends with a mark.
 *
 * N-grams of letters lie in one table, by a key of 28 bits that holds all of them
 * and their number, so two never meet.  16 bytes a slot, at most half of them
 * full; made in one pass over the vocabulary.  Immutable once made.
 */
#include "ngram/spelling.h"

#include <math.h>
#include <string.h>

enum {
    C = 32,
    EDGE = 31,
    ORDER = 5,
    BITS = 5,
    SLOTS_LEAST = 1 << 12,
    AHEAD = 2 /* letters whose n-grams are asked for before they are counted */
};

/**
 * Gram: some letters in a row.
 * @key: 0 for an empty slot
 * @count: how often they stand in words
 * @sum, @kinds: letters that follow them, and how many different ones
 */
typedef struct {
    uint32_t key, count, sum, kinds;
} Gram;

struct NgSpelling {
    Gram *gram;   /* [slots] */
    size_t slots; /* a power of two */
    size_t n;
    Gram empty; /* the context of no letter */
};

static unsigned
class_of(uint16_t c)
{
    if (c >= 'a' && c <= 'z')
        return c - 'a';
    if (c == '\'' || c == '-')
        return c == '-' ? 26 : 27;
    return 28 + (c * 2654435761U >> 16) % 3;
}

/* The key of the last @k of the letters in @history, 5 bits each. */
static inline uint32_t
key_of(uint32_t history, unsigned k)
{
    return (history & ((UINT32_C(1) << (BITS * k)) - 1)) | (uint32_t)k << (BITS * ORDER);
}

static inline size_t
first_slot(const NgSpelling *self, uint32_t key)
{
    return (key * UINT32_C(0x9e3779b1) >> 4) & (self->slots - 1);
}

static inline size_t
slot_of(const NgSpelling *self, uint32_t key)
{
    size_t at = first_slot(self, key);

    while (self->gram[at].key != 0 && self->gram[at].key != key)
        at = (at + 1) & (self->slots - 1);
    return at;
}

static void
grow(NgSpelling *self)
{
    Gram *old = self->gram;
    size_t n = self->slots;

    self->slots = n * 2;
    self->gram = g_new0(Gram, self->slots);
    for (size_t i = 0; i < n; i++)
        if (old[i].key != 0)
            self->gram[slot_of(self, old[i].key)] = old[i];
    g_free(old);
}

/* The slot of a key, taken where it has none; good until the table grows. */
static size_t
take_slot(NgSpelling *self, uint32_t key)
{
    size_t at = slot_of(self, key);

    if (self->gram[at].key == key)
        return at;
    if (self->n * 2 >= self->slots) {
        grow(self);
        at = slot_of(self, key);
    }
    self->gram[at].key = key;
    self->n++;
    return at;
}

/* Counts a letter.  @place: [ORDER + 1] slots of the n-grams that end in the letter before, in a
 * table of @slots; then of those that end in this one.  They are the contexts: so each n-gram is
 * looked for once. */
static void
count_letter(NgSpelling *self, uint32_t before, unsigned c, size_t place[ORDER + 1], size_t *slots)
{
    size_t context = 0; /* place[k - 1] of the letter before */
    size_t begun = self->slots;

    for (unsigned k = 1; k <= ORDER; k++) {
        size_t at = take_slot(self, key_of(before << BITS | c, k));
        gboolean new = self->gram[at].count++ == 0;
        if (k > 1 && *slots != self->slots)
            context = take_slot(self, key_of(before, k - 1));
        Gram *there = k > 1 ? &self->gram[context] : &self->empty;
        there->sum++;
        there->kinds += new ? 1 : 0;
        context = place[k];
        place[k] = at;
    }
    *slots = self->slots == begun ? begun : 0; /* 0: some slots are of the table as it was */
}

static void
count_word(NgSpelling *self, const uint16_t *letters, size_t n)
{
    uint32_t history[NG_LETTERS_MAX + 2]; /* the letters before each, and each behind them */
    size_t place[ORDER + 1] = {0};
    size_t slots = 0; /* none are known */

    history[0] = ~UINT32_C(0); /* edges */
    for (size_t i = 0; i <= n; i++)
        history[i + 1] = history[i] << BITS | (i < n ? class_of(letters[i]) : EDGE);
    for (size_t i = 0; i <= n; i++) {
        for (unsigned k = 3; k <= ORDER && i + AHEAD <= n; k++)
            __builtin_prefetch(&self->gram[first_slot(self, key_of(history[i + AHEAD + 1], k))]);
        count_letter(self, history[i], history[i + 1] & (C - 1), place, &slots);
    }
}

/**
 * ng_spelling_new:
 * @vocab: words; those that ng_letters() takes are learned from
 *
 * Returns: (transfer full): free with ng_spelling_unref()
 */
NgSpelling *
ng_spelling_new(const NgVocab *vocab)
{
    g_return_val_if_fail(vocab != NULL, NULL);

    NgSpelling *self = g_atomic_rc_box_new0(NgSpelling);
    uint16_t letters[NG_LETTERS_MAX];

    self->slots = SLOTS_LEAST;
    self->gram = g_new0(Gram, self->slots);
    for (NgWord id = NG_WORDS_FIXED; id < ng_vocab_size(vocab); id++) {
        size_t length = 0;
        const char *word = ng_vocab_word(vocab, id, &length);
        size_t n = ng_letters(word, length, letters);
        if (n > 0)
            count_word(self, letters, n);
    }
    return self;
}

/** ng_spelling_ref: Returns: (transfer full): @self */
NgSpelling *
ng_spelling_ref(NgSpelling *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    return g_atomic_rc_box_acquire(self);
}

static void
spelling_clear(gpointer data)
{
    g_free(((NgSpelling *)data)->gram);
}

/**
 * ng_spelling_unref:
 * @self: (nullable) (transfer full): a model of letters
 */
void
ng_spelling_unref(NgSpelling *self)
{
    if (self != NULL)
        g_atomic_rc_box_release_full(self, spelling_clear);
}

/* P(c | letters before): p_k = (count + kinds p_(k - 1)) / (sum + kinds), from p_0 = 1 / C. */
static double
letter_probability(const NgSpelling *self, uint32_t before, unsigned c)
{
    double p = 1.0 / C;
    const Gram *context = &self->empty;

    for (unsigned k = 1; k <= ORDER && context->sum > 0; k++) {
        uint32_t key = key_of(before << BITS | c, k);
        const Gram *gram = &self->gram[slot_of(self, key)];
        p = (gram->count + context->kinds * p) / (double)(context->sum + context->kinds);
        if (k < ORDER)
            context = &self->gram[slot_of(self, key_of(before, k))];
    }
    return p;
}

/**
 * ng_spelling_logprob:
 * @self: a model of letters
 * @letters: [@n] a word
 * @n: letters
 *
 * Returns: log10 P(@letters, end of the word)
 */
float
ng_spelling_logprob(const NgSpelling *self, const uint16_t *letters, size_t n)
{
    g_return_val_if_fail(self != NULL && (letters != NULL || n == 0), 0.0F);

    uint32_t history = ~UINT32_C(0);
    double sum = 0.0;

    for (size_t i = 0; i <= n; i++) {
        unsigned c = i < n ? class_of(letters[i]) : EDGE;
        sum += log10(letter_probability(self, history, c));
        history = history << BITS | c;
    }
    return (float)sum;
}

/*
 * New words
 *
 * How likely letters are as a word that the model has not seen.  Most new words
 * are made of old ones: with an ending, with a hyphen, by putting two together.
 * Such a word is as likely as its parts; any other as its letters are.
 */
#include "correct-parts.h"

#include <math.h>
#include <string.h>

enum {
    ENDING_MAX = 4, /* letters of the longest ending */
    SLOTS = 1 << 16,
    STEM_LEAST = 3,
    TAIL_LEAST = 20 /* words that end in a tail */
};

#define MADE (-1.5F) /* log10 of the share of new words that are made in one of these ways */
#define KIND (-5.0F) /* a stem is at least as likely as this: rare words take endings as well */

/** NgEndings: how many words end in certain letters, by the hash of these. */
struct NgEndings {
    uint32_t count[SLOTS];
    uint32_t words;
};

static uint32_t
hash_of(const uint16_t *letters, size_t n)
{
    uint32_t hash = (uint32_t)n;

    for (size_t i = 0; i < n; i++)
        hash = (hash ^ letters[i]) * 0x9e3779b1U;
    return hash >> 16;
}

/* Counts the endings of all words.  Returns: (transfer full): ng_endings_free() it */
NgEndings *
ng_endings_new(const NgVocab *vocab)
{
    NgEndings *self = g_new0(NgEndings, 1);
    uint16_t letters[NG_LETTERS_MAX];

    for (NgWord id = NG_WORDS_FIXED; id < ng_vocab_size(vocab); id++) {
        size_t length = 0;
        const char *word = ng_vocab_word(vocab, id, &length);
        size_t n = ng_letters(word, length, letters);
        for (size_t k = 1; k <= ENDING_MAX && k + STEM_LEAST <= n; k++)
            self->count[hash_of(letters + n - k, k)]++;
        self->words += n > 0 ? 1 : 0;
    }
    return self;
}

void
ng_endings_free(NgEndings *self)
{
    g_free(self);
}

/* log10 of the share of words that end in the last @ending letters. */
float
ng_endings_logshare(const NgEndings *self, const uint16_t *letters, size_t n, size_t ending)
{
    double count = self->count[hash_of(letters + n - ending, ending)];

    return (float)log10((count + 0.1) / (self->words + 1.0));
}

/* Whether letters stand behind an apostrophe in many words: 's, 't, 'll. */
gboolean
ng_endings_is_tail(const NgEndings *self, const uint16_t *letters, size_t n)
{
    uint16_t tail[ENDING_MAX] = {'\''};

    if (n + 1 > ENDING_MAX)
        return FALSE;
    memcpy(tail + 1, letters, n * sizeof *letters);
    return self->count[hash_of(tail, n + 1)] >= TAIL_LEAST;
}

/* The id of a word by its letters; NG_WORD_NONE where it is none. */
static NgWord
find_letters(const NgGuesser *self, const uint16_t *letters, size_t n)
{
    char text[3 * NG_LETTERS_MAX];
    gint length = 0;

    for (size_t i = 0; i < n; i++)
        length += g_unichar_to_utf8(letters[i], text + length);
    NgWord id = ng_vocab_find(self->vocab, text, (size_t)length);
    return id != NG_WORD_NONE && id >= NG_WORDS_FIXED ? id : NG_WORD_NONE;
}

static float
stem_weight(const NgGuesser *self, const uint16_t *letters, size_t n)
{
    NgWord id = n > 0 ? find_letters(self, letters, n) : NG_WORD_NONE;

    return id != NG_WORD_NONE ? MAX(self->unigram[id], KIND) : -30.0F;
}

/* A word with an ending: as it is, without its last letter, or with that doubled. */
static float
with_ending(const NgGuesser *self, const uint16_t *letters, size_t n)
{
    float best = -30.0F;
    uint16_t stem[NG_LETTERS_MAX];

    for (size_t k = 1; k <= ENDING_MAX && k + STEM_LEAST <= n; k++) {
        size_t m = n - k;
        float share = ng_endings_logshare(self->endings, letters, n, k);
        memcpy(stem, letters, m * sizeof *letters);
        best = MAX(best, stem_weight(self, stem, m) + share);
        stem[m] = 'e';
        best = MAX(best, stem_weight(self, stem, m + 1) + share - 0.5F);
    }
    return best;
}

/* Two words, with a hyphen between them or, where both are long, without. */
static float
of_two(const NgGuesser *self, const uint16_t *letters, size_t n)
{
    float best = -30.0F;

    for (size_t i = 1; i + 1 < n; i++) {
        if (letters[i] == '-')
            best = MAX(best, stem_weight(self, letters, i) +
                                 MAX(stem_weight(self, letters + i + 1, n - i - 1),
                                     ng_guesser_new_word(self, letters + i + 1, n - i - 1)));
        else if (i >= 4 && n - i >= 4)
            best = MAX(best, stem_weight(self, letters, i) + stem_weight(self, letters + i, n - i) -
                                 1.0F);
    }
    return best;
}

/* log10 P(letters | a new word). */
float
ng_guesser_new_word(const NgGuesser *self, const uint16_t *letters, size_t n)
{
    float spelt = ng_spelling_logprob(self->spelling, letters, n);
    float made = MAX(with_ending(self, letters, n), of_two(self, letters, n));

    return MAX(spelt, made + MADE);
}

/*
 * Guesses
 *
 * What may have been meant by a token: words that are written alike, two words
 * written as one, and the token itself.  Near words are many for a short token,
 * so the likeliest by their own probability and the number of edits are put
 * through the channel, and of these the likeliest stay.
 *
 * A token that the model does not know is weighed as a new word: the share of
 * new words in a text, times how likely its letters are as a word.  One that it
 * does know may be a mistake of the text that the model learned from: where the
 * mistakes of more frequent words account for its own frequency, it is hardly
 * one that is meant.
 */
#include "correct-parts.h"

#include <math.h>
#include <string.h>

enum {
    NEAR_MAX = 64,    /* put through the channel */
    KNOWN_MAX = 8,    /* guesses that stay, of a word that is known */
    UNKNOWN_MAX = 24, /* and of one that is not */
    AHEAD = 8         /* words whose probability is asked for before it is wanted */
};

#define NEW_WORD     (-1.8F) /* log10 of the share of words that are new */
#define LISTED_WORD  (-6.0F) /* of a word that the user has given */
#define EDIT         (-2.0F) /* what an edit costs about */
#define SPLIT        (-1.5F) /* one word for two, over a mistake at a letter */
#define LEARNED_RATE (-3.3F) /* mistakes a letter in the text the model learned from */
#define FAR_RARE     (-4.0F)

/* A word of the vocabulary, or of the user's. */
const char *
ng_guesser_word(const NgGuesser *self, NgWord word, size_t *length)
{
    size_t V = ng_vocab_size(self->vocab);

    return word < V ? ng_vocab_word(self->vocab, word, length)
                    : ng_vocab_word(self->further, word - (NgWord)V, length);
}

float
ng_guesser_unigram(const NgGuesser *self, NgWord word)
{
    return word < ng_vocab_size(self->vocab) ? self->unigram[word] : LISTED_WORD;
}

static inline void
prefetch_unigram(const NgGuesser *self, NgWord word)
{
    if (word < ng_vocab_size(self->vocab))
        __builtin_prefetch(&self->unigram[word]);
}

/* The id of a word, NG_WORD_UNKNOWN where it is in neither list. */
static NgWord
find_word(const NgGuesser *self, const char *text, size_t length)
{
    NgWord id = ng_vocab_find(self->vocab, text, length);

    if (id != NG_WORD_NONE && id >= NG_WORDS_FIXED)
        return id;
    id = self->further != NULL ? ng_vocab_find(self->further, text, length) : NG_WORD_NONE;
    if (id != NG_WORD_NONE && id >= NG_WORDS_FIXED)
        return (NgWord)ng_vocab_size(self->vocab) + id;
    return NG_WORD_UNKNOWN;
}

/* The word that two tokens are together, or NG_WORD_NONE. */
NgWord
ng_guesser_joined(const NgGuesser *self, const char *a, size_t n, const char *b, size_t m)
{
    char word[4 * NG_LETTERS_MAX];

    if (n + m > sizeof word)
        return NG_WORD_NONE;
    memcpy(word, a, n);
    memcpy(word + n, b, m);
    NgWord id = find_word(self, word, n + m);
    return id != NG_WORD_UNKNOWN ? id : NG_WORD_NONE;
}

/* Whether two tokens are one with an apostrophe that was lost between them; @known: the model knows
 * that one. */
gboolean
ng_guesser_apart(const NgGuesser *self, const char *a, size_t n, const char *b, size_t m,
                 gboolean *known)
{
    char word[4 * NG_LETTERS_MAX];
    uint16_t letters[NG_LETTERS_MAX];
    size_t tail = ng_letters(b, m, letters);

    *known = FALSE;
    if (tail == 0 || tail > 2 || n + m + 1 > sizeof word)
        return FALSE;
    memcpy(word, a, n);
    word[n] = '\'';
    memcpy(word + n + 1, b, m);
    *known = find_word(self, word, n + m + 1) != NG_WORD_UNKNOWN;
    return *known || ng_endings_is_tail(self->endings, letters, tail);
}

/* -- near words ----------------------------------------------------------- */

static int
compare_guesses(gconstpointer a, gconstpointer b)
{
    const NgGuess *x = a, *y = b;

    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    if (x->word != y->word)
        return x->word < y->word ? -1 : 1;
    return x->second < y->second ? -1 : x->second > y->second;
}

/* Sorts by weight and leaves the first @most. */
static void
keep_best(GArray *guesses, guint most)
{
    g_array_sort(guesses, compare_guesses);
    if (guesses->len > most)
        g_array_set_size(guesses, most);
}

/* Edits that are looked for: of a short word nearly every other is two edits away. */
static unsigned
reach(NgWord id, size_t n)
{
    return n >= (id == NG_WORD_UNKNOWN ? 4 : 5) ? 2 : 1;
}

/** Candidate: a guess, and the letters of its word, which stand in the index. */
typedef struct {
    NgGuess guess;
    const uint16_t *letters;
    size_t n;
} Candidate;

G_STATIC_ASSERT(G_STRUCT_OFFSET(Candidate, guess) == 0); /* compare_guesses() compares them */

/* Near words, weighed roughly; the best of them. */
static GArray *
find_near(const NgGuesser *self, NgWord id, const uint16_t *letters, size_t n)
{
    g_autoptr(GArray) near = g_array_new(FALSE, FALSE, sizeof(NgNearWord));
    GArray *candidates = g_array_new(FALSE, FALSE, sizeof(Candidate));

    ng_near_find(self->near, letters, n, reach(id, n), near);
    if (near->len == 0 && id == NG_WORD_UNKNOWN && n >= 7)
        ng_near_find(self->near, letters, n, 3, near);
    for (guint i = 0; i < near->len; i++) {
        const NgNearWord *word = &g_array_index(near, NgNearWord, i);
        guint ahead = MIN(i + AHEAD, near->len - 1);
        prefetch_unigram(self, g_array_index(near, NgNearWord, ahead).id);
        if (word->id == id || word->distance == 0)
            continue;
        float weight = ng_guesser_unigram(self, word->id) + EDIT * (float)word->distance;
        const Candidate candidate = {{word->id, NG_WORD_NONE, weight}, word->letters, word->n};
        g_array_append_val(candidates, candidate);
    }
    keep_best(candidates, NEAR_MAX);
    return candidates;
}

/* Puts them through the channel: weights are of word and channel together. */
static GArray *
weigh(const NgGuesser *self, const uint16_t *letters, size_t n, const GArray *candidates)
{
    GArray *guesses = g_array_sized_new(FALSE, FALSE, sizeof(NgGuess), candidates->len);

    for (guint i = 0; i < candidates->len; i++) {
        const Candidate *candidate = &g_array_index(candidates, Candidate, i);
        NgGuess guess = candidate->guess;
        guess.weight =
            ng_guesser_unigram(self, guess.word) +
            ng_channel_logprob(self->channel, candidate->letters, candidate->n, letters, n);
        g_array_append_val(guesses, guess);
    }
    return guesses;
}

/* -- two words written as one --------------------------------------------- */

static gboolean
is_single(const char *word, size_t length)
{
    return length == 1 && *word != 'a' && *word != 'i' && *word != 'I';
}

static void
add_splits(const NgGuesser *self, const char *token, size_t length, GArray *guesses)
{
    for (size_t cut = 1; cut < length; cut++) {
        if (((guchar)token[cut] & 0xc0) == 0x80 || is_single(token, cut) ||
            is_single(token + cut, length - cut))
            continue;
        NgWord first = find_word(self, token, cut);
        NgWord second = find_word(self, token + cut, length - cut);
        uint16_t letters[NG_LETTERS_MAX];
        if (first == NG_WORD_UNKNOWN || second == NG_WORD_UNKNOWN ||
            ng_letters(token, cut, letters) == 0 ||
            ng_letters(token + cut, length - cut, letters) == 0)
            continue;
        const NgGuess guess = {first, second,
                               ng_guesser_unigram(self, first) + ng_guesser_unigram(self, second) +
                                   SPLIT};
        if (guess.weight > -10.0F)
            g_array_append_val(guesses, guess);
    }
}

/* -- the token itself ----------------------------------------------------- */

/* log10 of the share of a known word's uses that are no mistakes for the guesses. */
static float
sound_share(const NgGuesser *self, NgWord id, const GArray *guesses)
{
    float own = ng_guesser_unigram(self, id);
    double mistakes = 0.0;

    if (own > FAR_RARE)
        return 0.0F;
    for (guint i = 0; i < guesses->len; i++) {
        const NgGuess *guess = &g_array_index(guesses, NgGuess, i);
        if (guess->second == NG_WORD_NONE)
            mistakes += pow(10.0, (double)(guess->weight + LEARNED_RATE - own));
    }
    return (float)log10(MAX(1.0 - mistakes, 0.02));
}

static NgWritten *
written_new(NgWord id, unsigned n_letters, gboolean known, const GArray *guesses)
{
    guint n = 1 + (guesses != NULL ? guesses->len : 0);
    NgWritten *self = g_malloc0(sizeof *self + n * sizeof(NgGuess));

    self->id = id;
    self->n_letters = n_letters;
    self->known = known;
    self->n = n;
    self->guess[0] = (NgGuess){id, NG_WORD_NONE, 0.0F};
    for (guint i = 1; i < n; i++)
        self->guess[i] = g_array_index(guesses, NgGuess, i - 1);
    return self;
}

/* Takes a word's own probability out again: the search knows it better. */
static void
leave_channel(const NgGuesser *self, GArray *guesses)
{
    for (guint i = 0; i < guesses->len; i++) {
        NgGuess *guess = &g_array_index(guesses, NgGuess, i);
        guess->weight -= ng_guesser_unigram(self, guess->word);
        if (guess->second != NG_WORD_NONE)
            guess->weight -= ng_guesser_unigram(self, guess->second);
    }
}

/* Returns: (transfer full): g_free() it. */
NgWritten *
ng_guesser_guess(const NgGuesser *self, const char *token, size_t length)
{
    uint16_t letters[NG_LETTERS_MAX];
    NgWord id = find_word(self, token, length);
    size_t n = ng_letters(token, length, letters);
    gboolean known = id != NG_WORD_UNKNOWN;

    /* what the user says is right is right, and one letter of another script is no other's mistake */
    if (n == 0 || id >= ng_vocab_size(self->vocab) || (n == 1 && letters[0] >= 0x80))
        return written_new(id, (unsigned)n, known, NULL);
    g_autoptr(GArray) candidates = find_near(self, id, letters, n);
    g_autoptr(GArray) guesses = weigh(self, letters, n, candidates);
    float share = known ? sound_share(self, id, guesses) : 0.0F;
    if (!known)
        add_splits(self, token, length, guesses);
    keep_best(guesses, known ? KNOWN_MAX : UNKNOWN_MAX);
    leave_channel(self, guesses);

    NgWritten *written = written_new(id, (unsigned)n, known, guesses);
    written->guess[0].weight = known ? share : NEW_WORD + ng_guesser_new_word(self, letters, n);
    return written;
}

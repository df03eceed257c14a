/* correct-parts.h - what a corrector is made of; private to src/task. */
#pragma once

#include "ngram/correct.h"
#include "ngram/lexicon.h"
#include "ngram/near.h"
#include "ngram/spelling.h"
#include "ngram/walk.h"

#include <glib.h>

/* -- guesses: what a written word may have been meant to be --------------- */

/**
 * NgGuess:
 * @word: a word; NG_WORD_UNKNOWN or beyond the vocabulary where the model does not know it
 * @second: the word after it, where one was written for two; else NG_WORD_NONE
 * @weight: log10 P(what was written | this), without the rate of mistakes
 */
typedef struct {
    NgWord word, second;
    float weight;
} NgGuess;

/**
 * NgWritten: a token as it is written, and what may be meant; the same for all its places.
 * @id: its word; NG_WORD_UNKNOWN where the model does not know it
 * @n_letters: 0 where it is nothing that can be misspelt
 * @known: to the model or the user
 * @guess: [n] the first is the word itself; its weight is log10 P(it is no mistake) where it is
 *   known, and takes the model's place where it is not
 */
typedef struct {
    NgWord id;
    unsigned n_letters;
    gboolean known;
    guint n;
    NgGuess guess[];
} NgWritten;

typedef struct NgEndings NgEndings;

NgEndings *ng_endings_new(const NgVocab *vocab);
void ng_endings_free(NgEndings *self);
float ng_endings_logshare(const NgEndings *self, const uint16_t *letters, size_t n, size_t ending);
gboolean ng_endings_is_tail(const NgEndings *self, const uint16_t *letters, size_t n);

/** NgGuesser: what all threads share. */
typedef struct {
    const NgModel *model;
    const NgVocab *vocab;
    const NgVocab *further; /* (nullable) */
    const NgNear *near;
    const NgChannel *channel;
    const NgSpelling *spelling;
    const float *unigram; /* [V] log10 */
    const NgEndings *endings;
} NgGuesser;

/** NgShared: what all copies of a corrector use. */
typedef struct {
    NgGuesser guesser;
    NgModel *model;
    NgVocab *further;
    NgNear *near;
    NgChannel *channel;
    NgSpelling *spelling;
    float *unigram;
    NgEndings *endings;
    size_t voice;
    double caution;
} NgShared;

NgShared *ng_shared_new(NgModel *model, size_t voice, const NgCorrectOptions *options);
void ng_shared_unref(NgShared *self);

NgWritten *ng_guesser_guess(const NgGuesser *self, const char *token, size_t length);
const char *ng_guesser_word(const NgGuesser *self, NgWord word, size_t *length);
NgWord ng_guesser_joined(const NgGuesser *self, const char *a, size_t n, const char *b, size_t m);
gboolean ng_guesser_apart(const NgGuesser *self, const char *a, size_t n, const char *b, size_t m,
                          gboolean *known);
float ng_guesser_new_word(const NgGuesser *self, const uint16_t *letters, size_t n);
float ng_guesser_unigram(const NgGuesser *self, NgWord word);

/* -- tokens --------------------------------------------------------------- */

typedef enum {
    NG_CASING_LOWER,
    NG_CASING_TITLE,
    NG_CASING_UPPER,
    NG_CASING_MIXED,
} NgCasing;

/**
 * NgSpot: a token in a text.
 * @start, @end: its bytes
 * @written: what it is
 * @open: it may be changed
 * @foreign: it stands among words of another language
 * @inside: it stands inside a sentence
 * @tail: it is a part of a word that has lost its apostrophe
 * @seen: how often the same token stands in the sequence
 * @joined: (or NG_WORD_NONE): the word that it is with the token behind it
 */
typedef struct {
    size_t start, end;
    const NgWritten *written;
    NgWord joined;
    NgCasing casing;
    gboolean open, foreign, inside, tail;
    unsigned seen;
} NgSpot;

void ng_spots_mark(GArray *spots, const char *text, size_t length);
char *ng_case_like(NgCasing casing, const char *word, size_t length);

/* -- search --------------------------------------------------------------- */

/**
 * NgChoice: what the search may take for a spot: a guess as it is weighed there.
 * @guess: of the token's, or -1 for the word it is with the next
 * @weight: as of the guess, and what the case of the letters says
 * @posterior: (out)
 */
typedef struct {
    int guess;
    NgWord word, second;
    float weight;
    double posterior;
} NgChoice;

typedef struct NgSearch NgSearch;

/** NgSearchText: which part of a sequence is searched: whether its beginning and end are there. */
typedef struct {
    const NgSpot *spot;
    size_t n;
    gboolean begins, ends, alone;
    double rate; /* log10 of mistakes a letter */
} NgSearchText;

NgSearch *ng_search_new(const NgGuesser *guesser, size_t voice);
void ng_search_free(NgSearch *self);
void ng_search_run(NgSearch *self, const NgSearchText *text);
NgChoice *ng_search_choices(NgSearch *self, size_t spot, size_t *n);
double ng_search_logprob(const NgSearch *self, size_t spot);

double ng_native_weight(const NgSpot *spot, size_t n, const NgSearch *search);
void ng_mark_foreign(NgSpot *spot, size_t n, const NgSearch *search, double prior);

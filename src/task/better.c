/*
 * Better words
 *
 * Which words have a greater score than a given one, in a place of a text: log
 * P(w | h) alone, or with the probabilities of the N - 1 words behind it.
 *
 * Words that follow the last word of h in the voice are looked at one by one, and
 * so, where a word x stands behind, are words that x follows.  All others back
 * off to the empty context before w, and again before x, where w is forgotten: so
 * with B the back-off weights of h, and R what x and the words behind it have
 * where nothing stands before them, their score is
 *
 *   B + log P(w)                     and      B + (log P(w) + log b(w)) + R,
 *
 * and the orders of the words by log P(w), and by log P(w) + log b(w), are made
 * once; those that are better stand first.  Of the words that are looked at one by
 * one, those that x does not follow forget w before x too, and cost a few sums;
 * the others are weighed where x and the words behind it, at the greatest
 * probability that each has anywhere behind the word before it, may lift them
 * above the given one.
 *
 * All sums are made in double, and what differs by rounding counts as equal.
 *
 * Stored: the index, 24 bytes a word and 12 for each bigram; 12 bytes a word for
 * each thread.
 */
#include "better.h"

#include "ngram/mass.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define EQUAL 1e-9 /* of what is equal but for rounding */

/**
 * NgBetterIndex:
 * @key: [2][V] log P(w), and log P(w) + log b(w)
 * @by_key: [2][V] the words, the greatest key first
 * @unbounded: weights above 1 let words have more than where they are known: @most is infinite
 * @most: [bigrams] by entry: the greatest log P(x|h) of its last word behind its first one
 * @first: [V + 1] where the words that stand before word x begin in @before
 * @before: [bigrams] words, by what follows them
 * @most_before: [bigrams] of these, the greatest log P(x|h) of the word that follows
 */
struct NgBetterIndex {
    const NgVoice *voice;
    unsigned order;
    uint32_t V;
    double *key[2];
    NgWord *by_key[2];
    gboolean unbounded;
    float *most;
    uint32_t *first;
    NgWord *before;
    float *most_before;
};

/**
 * NgBetter: scratch of one thread.
 * @seen: [V] the number of the last place that looked at each word by itself
 * @followed: [V] that of the last place where it is followed by the word behind, and
 * @slot: [V] where it stands then among the words before that
 */
struct NgBetter {
    const NgBetterIndex *index;
    uint32_t *seen;
    uint32_t *followed;
    uint32_t *slot;
    uint32_t place;
};

/**
 * Place: where a word is hidden.
 * @behind: [n] the words behind it
 * @rest: log10 of what they have where nothing stands before
 * @most: what all but the first of them have at most
 * @target: a better word's score is above it
 */
typedef struct {
    NgBetter *self;
    NgState state;
    const NgWord *behind;
    size_t n;
    double rest;
    double most;
    double target;
    NgBetterFunc func;
    gpointer data;
} Place;

typedef struct {
    double key;
    NgWord word;
} Keyed;

static int
by_falling_key(const void *a, const void *b)
{
    const Keyed *x = a, *y = b;

    if (x->key != y->key)
        return x->key > y->key ? -1 : 1;
    return (x->word > y->word) - (x->word < y->word);
}

/* The number, or -inf where it counts as impossible. */
static double
possible(float logprob)
{
    return logprob > NG_MASS_ZERO ? (double)logprob : -HUGE_VAL;
}

static void
sort_words(NgBetterIndex *self, int joined)
{
    g_autofree Keyed *keyed = g_new(Keyed, self->V);

    self->key[joined] = g_new(double, self->V);
    self->by_key[joined] = g_new(NgWord, self->V);
    for (NgWord w = 0; w < self->V; w++) {
        float p = ng_voice_entry_logprob(self->voice, 1, w);
        double key = w >= NG_WORDS_FIXED ? possible(p) : -HUGE_VAL;
        if (joined && self->order > 1)
            key += possible(ng_voice_backoff(self->voice, (NgState){1, w}));
        self->key[joined][w] = key;
        keyed[w] = (Keyed){key, w};
    }
    qsort(keyed, self->V, sizeof keyed[0], by_falling_key);
    for (uint32_t i = 0; i < self->V; i++)
        self->by_key[joined][i] = keyed[i].word;
}

/* Of each bigram the greatest log P(x|h), where h ends in its first word. */
static void
find_most(NgBetterIndex *self)
{
    const NgVoice *voice = self->voice;
    size_t n = ng_voice_level_size(voice, 2);

    self->most = g_new(float, n);
    ng_voice_logprobs(voice, 2, 0, n, self->most);
    for (unsigned level = 3; level <= self->order; level++)
        for (uint32_t e = 0; e < ng_voice_level_size(voice, level); e++) {
            uint32_t pair = e;
            for (unsigned l = level; l > 2; l--)
                pair = ng_voice_entry_suffix(voice, l, pair);
            self->most[pair] = MAX(self->most[pair], ng_voice_entry_logprob(voice, level, e));
        }
}

/* Bigrams by their second word. */
static void
index_bigrams(NgBetterIndex *self)
{
    const NgVoice *voice = self->voice;
    uint32_t n = (uint32_t)ng_voice_level_size(voice, 2);
    g_autofree uint32_t *at = g_new0(uint32_t, self->V + 1);

    for (uint32_t e = 0; e < n; e++)
        at[ng_voice_entry_word(voice, 2, e) + 1]++;
    for (uint32_t x = 0; x < self->V; x++)
        at[x + 1] += at[x];
    self->first = g_memdup2(at, (self->V + 1) * sizeof *at);
    self->before = g_new0(NgWord, n);
    self->most_before = g_new0(float, n);
    for (NgWord w = 0; w < self->V; w++) {
        NgRange range = ng_voice_successors(voice, (NgState){1, w});
        for (uint32_t e = range.first; e < range.end; e++) {
            uint32_t place = at[ng_voice_entry_word(voice, 2, e)]++;
            if (place >= n)
                return; /* a damaged file: ranges that overlap */
            self->before[place] = w;
            self->most_before[place] = self->most[e];
        }
    }
}

static gboolean
has_large_weight(const NgBetterIndex *self)
{
    for (unsigned level = 1; level < self->order; level++)
        for (uint32_t e = 0; e < ng_voice_level_size(self->voice, level); e++)
            if (ng_voice_backoff(self->voice, (NgState){level, e}) > 0.0F)
                return TRUE;
    return FALSE;
}

/**
 * ng_better_index_new:
 * @voice: a voice that outlives the new object
 *
 * Returns: (transfer full): free with ng_better_index_free(); for any number of threads
 */
NgBetterIndex *
ng_better_index_new(const NgVoice *voice)
{
    g_return_val_if_fail(voice != NULL, NULL);

    NgBetterIndex *self = g_new0(NgBetterIndex, 1);
    self->voice = voice;
    self->order = ng_voice_order(voice);
    self->V = (uint32_t)ng_voice_words(voice);
    sort_words(self, 0);
    sort_words(self, 1);
    if (self->order == 1)
        return self;
    find_most(self);
    self->unbounded = has_large_weight(self);
    for (size_t e = 0; self->unbounded && e < ng_voice_level_size(voice, 2); e++)
        self->most[e] = INFINITY;
    index_bigrams(self);
    return self;
}

/**
 * ng_better_index_free:
 * @self: (nullable) (transfer full): an index
 */
void
ng_better_index_free(NgBetterIndex *self)
{
    if (self == NULL)
        return;
    g_free(self->first);
    g_free(self->before);
    g_free(self->most);
    g_free(self->most_before);
    for (int joined = 0; joined < 2; joined++) {
        g_free(self->by_key[joined]);
        g_free(self->key[joined]);
    }
    g_free(self);
}

/**
 * ng_better_new:
 * @index: an index that outlives the new object
 *
 * Returns: (transfer full): free with ng_better_free(); for one thread
 */
NgBetter *
ng_better_new(const NgBetterIndex *index)
{
    g_return_val_if_fail(index != NULL, NULL);

    NgBetter *self = g_new0(NgBetter, 1);
    self->index = index;
    self->seen = g_new0(uint32_t, index->V);
    self->followed = g_new0(uint32_t, index->V);
    self->slot = g_new(uint32_t, index->V);
    return self;
}

/**
 * ng_better_free:
 * @self: (nullable) (transfer full): what ng_better_new() gave
 */
void
ng_better_free(NgBetter *self)
{
    if (self == NULL)
        return;
    g_free(self->seen);
    g_free(self->followed);
    g_free(self->slot);
    g_free(self);
}

static void
next_place(NgBetter *self)
{
    if (++self->place == 0) { /* the numbers are used up */
        memset(self->seen, 0, self->index->V * sizeof *self->seen);
        memset(self->followed, 0, self->index->V * sizeof *self->followed);
        self->place = 1;
    }
}

/* Whether @word is looked at for the first time in this place, and may be hidden. */
static gboolean
is_new(NgBetter *self, NgWord word)
{
    gboolean fresh = self->seen[word] != self->place;

    self->seen[word] = self->place;
    return fresh && word >= NG_WORDS_FIXED;
}

/* log10 P(@word | *@state), in double, which goes on by it; -inf where it counts as impossible. */
static double
step(const NgVoice *voice, NgState *state, NgWord word)
{
    NgState s = *state;
    double sum = 0.0;
    uint32_t entry = 0;

    while (!ng_voice_find(voice, s, word, &entry)) {
        sum += possible(ng_voice_backoff(voice, s));
        s = ng_voice_shorter(voice, s);
    }
    float p = ng_voice_entry_logprob(voice, s.length + 1, entry);
    *state = ng_voice_entry_state(voice, s.length + 1, entry);
    return sum + (word == NG_WORD_UNKNOWN ? (double)p : possible(p));
}

/* What the words behind, from @i on, have after @state. */
static double
window(const Place *place, size_t i, NgState state)
{
    double sum = 0.0;

    for (; i < place->n; i++)
        sum += step(place->self->index->voice, &state, place->behind[i]);
    return sum;
}

/* log10 of the back-off weights from @state down to the empty context. */
static double
all_weights(const NgVoice *voice, NgState state)
{
    double sum = 0.0;

    for (; state.length > 0; state = ng_voice_shorter(voice, state))
        sum += possible(ng_voice_backoff(voice, state));
    return sum;
}

static void
tell_above(const Place *place, NgWord word, double score)
{
    if (score > place->target + EQUAL)
        place->func(word, place->data);
}

/* Weighs @word of probability @own, after which comes @after; it stands in @slot before the first word behind. */
static void
weigh_followed(const Place *place, NgWord word, double own, NgState after, uint32_t slot)
{
    double bound = own + (double)place->self->index->most_before[slot] + place->most;

    if (!(bound + EQUAL > place->target))
        return;
    /* most words fail at the first word behind */
    own += step(place->self->index->voice, &after, place->behind[0]);
    if (own + place->most + EQUAL > place->target)
        tell_above(place, word, own + window(place, 1, after));
}

/* Weighs the words that contexts of one word and more know; returns what weights the others have. */
static double
weigh_successors(const Place *place)
{
    NgBetter *self = place->self;
    const NgVoice *voice = self->index->voice;
    NgState state = place->state;
    double backoff = 0.0;

    while (state.length > 0) {
        unsigned level = state.length + 1;
        NgRange range = ng_voice_successors(voice, state);
        for (uint32_t e = range.first; e < range.end; e++) {
            NgWord word = ng_voice_entry_word(voice, level, e);
            double own = backoff + possible(ng_voice_entry_logprob(voice, level, e));
            if (!is_new(self, word) || !(own + place->most > place->target))
                continue;
            NgState after = ng_voice_entry_state(voice, level, e);
            if (place->n > 0 && self->followed[word] == self->place)
                weigh_followed(place, word, own, after, self->slot[word]);
            else
                tell_above(place, word,
                           place->n > 0 ? own + all_weights(voice, after) + place->rest : own);
        }
        backoff += possible(ng_voice_backoff(voice, state));
        state = ng_voice_shorter(voice, state);
    }
    return backoff;
}

/* The words that were not looked at by themselves, whose score is @rest and their key. */
static void
tell_others(const Place *place, double rest)
{
    const NgBetterIndex *index = place->self->index;
    int joined = place->n > 0;

    for (uint32_t i = 0; i < index->V; i++) {
        NgWord word = index->by_key[joined][i];
        if (!(index->key[joined][word] + rest > place->target + EQUAL))
            return;
        if (place->self->seen[word] != place->self->place)
            place->func(word, place->data);
    }
}

/* Notes the words that are followed by the one behind. */
static void
note_predecessors(const Place *place)
{
    NgBetter *self = place->self;
    const uint32_t *first = self->index->first + place->behind[0];

    for (uint32_t i = first[0]; i < first[1]; i++) {
        self->followed[self->index->before[i]] = self->place;
        self->slot[self->index->before[i]] = i;
    }
}

/* Weighs those of them that do not follow h. */
static void
weigh_predecessors(const Place *place, double backoff)
{
    const NgBetterIndex *index = place->self->index;
    const uint32_t *first = index->first + place->behind[0];

    for (uint32_t i = first[0]; i < first[1]; i++) {
        NgWord word = index->before[i];
        if (is_new(place->self, word))
            weigh_followed(place, word, backoff + index->key[0][word],
                           ng_voice_entry_state(index->voice, 1, word), i);
    }
}

/* What the words behind, but for the first, have at most. */
static double
most_of(const Place *place)
{
    const NgBetterIndex *index = place->self->index;
    double sum = index->unbounded && place->n > 1 ? HUGE_VAL : 0.0;
    uint32_t entry = 0;

    for (size_t i = 1; i < place->n && isfinite(sum); i++) {
        NgWord word = place->behind[i];
        gboolean known =
            ng_voice_find(index->voice, (NgState){1, place->behind[i - 1]}, word, &entry);
        sum += known ? (double)index->most[entry]
                     : (double)ng_voice_entry_logprob(index->voice, 1, word);
    }
    return sum;
}

/* Tells of all words whose score is above that of @word. */
static void
find_better(Place *place, NgWord word)
{
    NgBetter *self = place->self;
    const NgVoice *voice = self->index->voice;
    NgState after = place->state;

    place->target = step(voice, &after, word);
    place->target += window(place, 0, after);
    place->rest = window(place, 0, (NgState){0});
    place->most = most_of(place);
    next_place(self);
    if (place->n > 0)
        note_predecessors(place);
    double backoff = weigh_successors(place);
    if (place->n > 0)
        weigh_predecessors(place, backoff);
    tell_others(place, backoff + place->rest);
}

/**
 * ng_better_find:
 * @self: what ng_better_new() gave
 * @state: a state of its voice
 * @words: [@n] a word after it, none of the fixed ones, and at most order - 1 words behind that
 * @n: their number, 1 where what stands behind does not count
 * @func: (scope call): told of each word, but the fixed ones, with which all of @words are more
 *   probable than with the first of them
 * @data: for @func
 */
void
ng_better_find(NgBetter *self, NgState state, const NgWord *words, size_t n, NgBetterFunc func,
               gpointer data)
{
    g_return_if_fail(self != NULL && func != NULL && words != NULL && n > 0);
    g_return_if_fail(n <= self->index->order && words[0] >= NG_WORDS_FIXED);

    Place place = {
        .self = self, .state = state, .behind = words + 1, .n = n - 1, .func = func, .data = data};
    find_better(&place, words[0]);
}

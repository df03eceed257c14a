/*
 * Likely words
 *
 * What may follow a context is met in order of the level that decides it: the
 * successors of h, then those of h', and last the unigrams.  On each level the
 * logarithms of the back-off weights passed so far, plus that of the entry, bound
 * what the word can have; where that bound lies below the floor it is passed
 * over.  A word that a longer context knows is passed over on the shorter ones,
 * so none is met twice.
 *
 * Few walks look through all unigrams, a chunk at a time by its greatest one.
 * Many are worth an order of them by falling probability, where they end early.
 *
 * A word's number is what ng_voice_step() gives, to the last bit.  The bound is
 * summed in double, hence the slack of its comparison with the floor.
 *
 * Stored: `order` [V], 4 bytes a word.
 */
#include "rank.h"

#include "ngram/mass.h"

#include <math.h>
#include <stdlib.h>

enum {
    CHUNK = 256, /* log probabilities looked through at once */
    SCANS = 8    /* walks before the unigrams are put in order */
};

struct NgRank {
    const NgVoice *voice;
    unsigned scans; /* walks so far, up to SCANS */
    size_t words;   /* V */
    NgWord
        *order; /* (nullable): [V] by falling unigram probability, then by id; made when needed */
};

/* One walk: the contexts h, h', .. () of it, and how far it has come. */
typedef struct {
    const NgVoice *voice;
    NgState context[NG_ORDER_MAX];
    unsigned depth; /* contexts longer than the present one */
    double backoff; /* sum of the logarithms of their weights */
    double floor;
    NgRankFunc func;
    gpointer data;
} Walk;

typedef struct {
    float logprob;
    NgWord word;
} Ranked;

static int
by_falling_probability(const void *a, const void *b)
{
    const Ranked *x = a, *y = b;

    if (x->logprob != y->logprob)
        return x->logprob > y->logprob ? -1 : 1;
    return (x->word > y->word) - (x->word < y->word);
}

/**
 * ng_rank_new:
 * @voice: a voice that outlives the new object
 *
 * Returns: (transfer full): free with ng_rank_free(); for one thread
 */
NgRank *
ng_rank_new(const NgVoice *voice)
{
    g_return_val_if_fail(voice != NULL, NULL);

    NgRank *self = g_new0(NgRank, 1);
    self->voice = voice;
    self->words = ng_voice_words(voice);
    return self;
}

/**
 * ng_rank_free:
 * @self: (nullable) (transfer full): what ng_rank_new() gave
 */
void
ng_rank_free(NgRank *self)
{
    if (self == NULL)
        return;
    g_free(self->order);
    g_free(self);
}

/* Sorts the vocabulary by unigram probability: O(V log V). */
static void
sort_words(NgRank *self)
{
    g_autofree Ranked *ranked = g_new(Ranked, self->words);

    for (size_t w = 0; w < self->words; w++)
        ranked[w] = (Ranked){ng_voice_entry_logprob(self->voice, 1, (uint32_t)w), (NgWord)w};
    qsort(ranked, self->words, sizeof ranked[0], by_falling_probability);
    self->order = g_new(NgWord, self->words);
    for (size_t i = 0; i < self->words; i++)
        self->order[i] = ranked[i].word;
}

/* Whether a word whose entry says @logprob can still reach the floor. */
static gboolean
may_reach(const Walk *walk, float logprob)
{
    double bound = walk->backoff + (double)logprob;

    return bound + 1e-5 * (1.0 + fabs(bound)) >= walk->floor;
}

/* Tells of @word, unless a longer context knows it or it cannot come at all. */
static void
tell(Walk *walk, NgWord word)
{
    uint32_t entry;

    if (word == NG_WORD_BEGIN)
        return;
    for (unsigned i = 0; i < walk->depth; i++)
        if (ng_voice_find(walk->voice, walk->context[i], word, &entry))
            return;
    NgState after = walk->context[0];
    float logprob = ng_voice_step(walk->voice, &after, word, NULL);
    if (logprob > NG_MASS_ZERO && (double)logprob >= walk->floor)
        walk->floor = walk->func(word, logprob, after, walk->data);
}

/* Tells of the words of @n entries of @level, at most CHUNK, that can still reach the floor. */
static void
walk_chunk(Walk *walk, unsigned level, uint32_t first, size_t n)
{
    float logprob[CHUNK];
    float most = -INFINITY;

    ng_voice_logprobs(walk->voice, level, first, n, logprob);
    for (size_t i = 0; i < n; i++)
        most = logprob[i] > most ? logprob[i] : most;
    for (size_t i = 0; i < n && may_reach(walk, most); i++)
        if (may_reach(walk, logprob[i]))
            tell(walk, ng_voice_entry_word(walk->voice, level, first + (uint32_t)i));
}

static void
walk_entries(Walk *walk, unsigned level, NgRange range)
{
    for (; range.end - range.first > CHUNK; range.first += CHUNK)
        walk_chunk(walk, level, range.first, CHUNK);
    walk_chunk(walk, level, range.first, range.end - range.first);
}

static void
walk_unigrams(Walk *walk, NgRank *self)
{
    if (self->scans < SCANS) {
        self->scans++;
        walk_entries(walk, 1, (NgRange){0, (uint32_t)self->words});
        return;
    }
    if (self->order == NULL)
        sort_words(self);
    for (size_t i = 0; i < self->words; i++) {
        if (!may_reach(walk, ng_voice_entry_logprob(self->voice, 1, self->order[i])))
            return;
        tell(walk, self->order[i]);
    }
}

/**
 * ng_rank_walk:
 * @self: what ng_rank_new() gave
 * @context: a state of its voice
 * @floor: log10 probability below which a word is of no interest; `-INFINITY` for none
 * @func: (scope call): told of each word of positive probability not below the floor, once
 * @data: for @func
 *
 * The order in which words come is that of their levels, not of their
 * probability.  `<s>` never comes.
 */
void
ng_rank_walk(NgRank *self, NgState context, double floor, NgRankFunc func, gpointer data)
{
    g_return_if_fail(self != NULL && func != NULL);
    g_return_if_fail(context.length < NG_ORDER_MAX);

    Walk walk = {.voice = self->voice, .floor = floor, .func = func, .data = data};
    walk.context[0] = context;
    while (walk.context[walk.depth].length > 0 && walk.backoff > -HUGE_VAL) {
        NgState here = walk.context[walk.depth];
        walk_entries(&walk, here.length + 1, ng_voice_successors(self->voice, here));
        walk.backoff += (double)ng_voice_backoff(self->voice, here);
        walk.context[++walk.depth] = ng_voice_shorter(self->voice, here);
    }
    if (walk.backoff > -HUGE_VAL)
        walk_unigrams(&walk, self);
}

typedef struct {
    NgWord word;
    float logprob;
    gboolean no_unk;
} Best;

static double
keep_best(NgWord word, float logprob, NgState after G_GNUC_UNUSED, gpointer data)
{
    Best *best = data;

    if (word == NG_WORD_UNKNOWN && best->no_unk)
        return (double)best->logprob;
    if (logprob > best->logprob || (logprob == best->logprob && word < best->word)) {
        best->word = word;
        best->logprob = logprob;
    }
    return (double)best->logprob;
}

/**
 * ng_rank_best:
 * @self: what ng_rank_new() gave
 * @context: a state of its voice
 * @no_unk: `<unk>` is no candidate
 *
 * Returns: the word that ng_voice_step() gives the greatest probability, of
 * equals the one with the lowest id; %NG_WORD_NONE where all have probability 0
 */
NgWord
ng_rank_best(NgRank *self, NgState context, gboolean no_unk)
{
    Best best = {.word = NG_WORD_NONE, .logprob = -INFINITY, .no_unk = no_unk};

    ng_rank_walk(self, context, -HUGE_VAL, keep_best, &best);
    return best.word;
}

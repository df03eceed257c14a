/*
 * Drawing words
 *
 * A context h is a die whose sides are its successors, side w of weight p(w|h),
 * and one side more of weight b, the back-off weight of h: fall through and draw
 * from the shorter context h'.  A word that comes from there and is a successor
 * of h after all is thrown away, and h is rolled again.
 *
 * Why that is exact.  One trial gives a successor w with weight p(w|h), any other
 * word with b p(w|h'), its back-off p: in proportion to p(.|h) always, whatever
 * the weights of the model are.  Where they are those of a distribution, at most
 * every second trial is in vain.  A model that throws away very much is drawn
 * from by the whole distribution instead.  <s> weighs nothing.
 *
 * A die of up to SMALL sides is summed each time.  Of a larger one the running
 * sums at the end of each BLOCK of sides are kept: a roll finds the block, then
 * sums that block alone.  They are made when the die is first rolled, and take a
 * byte for each entry of a level at most: slot j of a level holds a sum of the
 * die to which the entries 8 j .. 8 j + 7 belong all, and a large die has more
 * such slots than blocks.  Whether a sum was there or had to be made changes
 * nothing: all sums have one order of additions.
 *
 * A roll waits for memory in four places.  So several words are drawn at once,
 * each step for all of them before the next, and what the next one wants is
 * asked for in advance.
 */
#include "draw.h"

#include "ngram/die.h"
#include "ngram/mass.h"

#include <math.h>

enum {
    BLOCK = 16,   /* sides whose sum is kept */
    SPREAD = 8,   /* entries of a level for each slot of sums */
    SMALL = 31,   /* sides up to which nothing is kept */
    TRIALS = 1000 /* trials for one word before the whole distribution is used */
};

/* What a die shows. */
enum {
    SIDE_NONE,  /* nothing: it has no weight at all */
    SIDE_FALL,  /* fall through to the shorter context */
    SIDE_BLOCK, /* a successor among BLOCK of them */
    SIDE_ENTRY  /* a successor */
};

struct NgDraw {
    const NgVoice *voice;
    gboolean no_unk;
    size_t words;              /* V */
    double *sum[NG_ORDER_MAX]; /* [N] (nullable): [n / SPREAD + 1], see above; 0 where not made */
    double *whole;             /* (nullable): [V] scratch */
};

/**
 * ng_draw_new:
 * @voice: a voice that outlives the new object
 * @no_unk: never `<unk>`: the law given that it does not come
 *
 * Returns: (transfer full): free with ng_draw_free(); for one thread
 */
NgDraw *
ng_draw_new(const NgVoice *voice, gboolean no_unk)
{
    g_return_val_if_fail(voice != NULL, NULL);

    NgDraw *self = g_new0(NgDraw, 1);
    self->voice = voice;
    self->no_unk = no_unk;
    self->words = ng_voice_words(voice);
    return self;
}

/**
 * ng_draw_free:
 * @self: (nullable) (transfer full): what ng_draw_new() gave
 */
void
ng_draw_free(NgDraw *self)
{
    if (self == NULL)
        return;
    for (size_t level = 0; level < NG_ORDER_MAX; level++)
        g_free(self->sum[level]);
    g_free(self->whole);
    g_free(self);
}

/* Running sums of the weights of @n entries from @first on, at most SMALL; the last, 0 of none. */
static double
cumulate(const NgDraw *self, unsigned level, uint32_t first, size_t n, double *cdf)
{
    float logprob[SMALL];
    double sum = 0.0;

    ng_voice_logprobs(self->voice, level, first, n, logprob);
    ng_mass_array(logprob, cdf, n);
    if (level == 1 && first <= NG_WORD_BEGIN && NG_WORD_BEGIN - first < n)
        cdf[NG_WORD_BEGIN - first] = 0.0;
    for (size_t i = 0; i < n; i++) {
        sum += cdf[i];
        cdf[i] = sum;
    }
    return sum;
}

static size_t
size_of(const NgDrawDie *die)
{
    return die->successors.end - die->successors.first;
}

static size_t
blocks_of(const NgDrawDie *die)
{
    return (size_of(die) + BLOCK - 1) / BLOCK;
}

/* Where the sums of a large die stand, made or not. */
static double *
slots_of(NgDraw *self, const NgDrawDie *die)
{
    unsigned level = die->context.length + 1;
    double **sum = &self->sum[level - 1];

    if (*sum == NULL)
        *sum = g_new0(double, ng_voice_level_size(self->voice, level) / SPREAD + 1);
    return *sum + (die->successors.first + SPREAD - 1) / SPREAD;
}

/* The running sums of the blocks of a large die. */
static const double *
sums_of(NgDraw *self, const NgDrawDie *die)
{
    double *sums = slots_of(self, die);
    double cdf[BLOCK], sum = 0.0;

    if (sums[blocks_of(die) - 1] > 0.0)
        return sums;
    size_t left = size_of(die);
    for (size_t i = 0; left > 0; i++) {
        size_t n = MIN(left, BLOCK);
        sum += cumulate(self, die->context.length + 1,
                        die->successors.first + (uint32_t)(i * BLOCK), n, cdf);
        sums[i] = sum;
        left -= n;
    }
    return sums;
}

/* The side of @cdf that @target lies in, or by rounding the last one with a weight. */
static uint32_t
find(const double *cdf, size_t n, double target)
{
    double total = cdf[n - 1];

    return (uint32_t)ng_die_find(cdf, n, target < total ? target : nextafter(total, 0.0));
}

/* First step: which sides the die has. */
static void
take_up(NgDraw *self, NgThrow *throw)
{
    NgDrawDie *die = &throw->die[throw->depth];

    die->successors = ng_voice_successors(self->voice, die->context);
    die->backoff = ng_voice_backoff(self->voice, die->context);
    if (size_of(die) <= SMALL) {
        ng_voice_prefetch_logprobs(self->voice, die->context.length + 1, die->successors);
        return;
    }
    const double *sums = slots_of(self, die);
    size_t n = blocks_of(die);
    __builtin_prefetch(sums + n / 2);
    __builtin_prefetch(sums + n - 1);
}

/* Second step: the coin falls on a side, or on a block of them. */
static void
toss(NgDraw *self, NgThrow *throw)
{
    const NgDrawDie *die = &throw->die[throw->depth];
    unsigned level = die->context.length + 1;
    size_t n = size_of(die);
    gboolean small = n <= SMALL;
    double own[SMALL];
    const double *sums = own;
    double total = 0.0;

    if (small) {
        total = cumulate(self, level, die->successors.first, n, own);
    } else {
        sums = sums_of(self, die);
        n = blocks_of(die);
        total = sums[n - 1];
    }
    double b = level > 1 ? ng_mass(die->backoff) : 0.0;
    double target = total > 0.0 ? ng_rng_coin(&throw->rng) * (total + b) : 0.0;
    if (target >= total) {
        throw->side = b > 0.0 ? SIDE_FALL : SIDE_NONE;
        if (b > 0.0 || total <= 0.0)
            return;
    }
    uint32_t side = find(sums, n, target);
    if (small) {
        throw->side = SIDE_ENTRY;
        throw->entry = die->successors.first + side;
        return;
    }
    throw->side = SIDE_BLOCK;
    throw->entry = die->successors.first + side * BLOCK;
    throw->rest = side > 0 ? target - sums[side - 1] : target;
    ng_voice_prefetch_logprobs(
        self->voice, level,
        (NgRange){throw->entry, MIN(throw->entry + BLOCK, die->successors.end)});
}

/* Third step: the entry is known, or the next die. */
static void
land(NgDraw *self, NgThrow *throw)
{
    const NgVoice *voice = self->voice;
    NgDrawDie *die = &throw->die[throw->depth];
    unsigned level = die->context.length + 1;

    if (throw->side == SIDE_FALL) {
        if (size_of(die) > 0) { /* where the word that comes will be looked for */
            ng_voice_prefetch_word(voice, level, die->successors.first);
            ng_voice_prefetch_word(voice, level,
                                   die->successors.first + (uint32_t)size_of(die) / 2);
        }
        die[1].context = ng_voice_shorter(voice, die->context);
        throw->depth++;
        ng_voice_prefetch(voice, die[1].context);
        return;
    }
    if (throw->side == SIDE_BLOCK) {
        double cdf[BLOCK];
        size_t n = MIN(BLOCK, die->successors.end - throw->entry);
        cumulate(self, level, throw->entry, n, cdf);
        throw->entry += find(cdf, n, throw->rest);
        throw->side = SIDE_ENTRY;
    }
    if (throw->side == SIDE_ENTRY) {
        ng_voice_prefetch_word(voice, level, throw->entry);
        ng_voice_prefetch(voice, ng_voice_entry_state(voice, level, throw->entry));
    }
}

/* The same law by its whole distribution: O(V), but nothing is ever thrown away. */
static void
draw_whole(NgDraw *self, NgThrow *throw)
{
    NgState context = throw->die[0].context;

    if (self->whole == NULL)
        self->whole = g_new(double, self->words);
    double *p = self->whole;
    ng_voice_distribution(self->voice, context, p, NULL);
    p[NG_WORD_BEGIN] = 0.0;
    if (self->no_unk)
        p[NG_WORD_UNKNOWN] = 0.0;
    for (size_t w = 0; w < self->words; w++)
        if (!(p[w] > 1e-99)) /* NG_MASS_ZERO */
            p[w] = 0.0;
    throw->done = TRUE;
    throw->word = NG_WORD_NONE;
    if (ng_die_cumulate(p, p, self->words) < self->words || !(p[self->words - 1] > 0.0))
        return;
    throw->word = (NgWord)ng_die_roll(p, self->words, ng_rng_coin(&throw->rng));
    throw->after = context;
    throw->logprob = ng_voice_step(self->voice, &throw->after, throw->word, NULL);
}

/* Rolls again from die @depth. */
static void
throw_away(NgDraw *self, NgThrow *throw, unsigned depth)
{
    if (--throw->trials == 0)
        draw_whole(self, throw);
    throw->depth = depth;
}

/* Last step: the word of the entry, unless it is thrown away. */
static void
settle(NgDraw *self, NgThrow *throw)
{
    const NgVoice *voice = self->voice;
    unsigned depth = throw->depth;
    unsigned level = throw->die[depth].context.length + 1;
    uint32_t longer;

    if (throw->side == SIDE_FALL)
        return;
    if (throw->side == SIDE_NONE) {
        draw_whole(self, throw);
        return;
    }
    NgWord word = ng_voice_entry_word(voice, level, throw->entry);
    if (word == NG_WORD_BEGIN) {
        throw_away(self, throw, depth);
    } else if (depth > 0 && ng_voice_find(voice, throw->die[depth - 1].context, word, &longer)) {
        throw_away(self, throw, depth - 1);
    } else if (word == NG_WORD_UNKNOWN && self->no_unk) {
        throw_away(self, throw, 0);
    } else {
        throw->done = TRUE;
        throw->word = word;
        throw->after = ng_voice_entry_state(voice, level, throw->entry);
        throw->logprob = ng_voice_entry_logprob(voice, level, throw->entry);
        while (depth > 0)
            throw->logprob += throw->die[--depth].backoff;
    }
}

/**
 * ng_draw_begin:
 * @self: what ng_draw_new() gave
 * @throw: (inout): its chance stays
 * @context: a state of the voice
 *
 * Begins to draw one word by P(word | @context); `</s>` is a word here.
 */
void
ng_draw_begin(const NgDraw *self, NgThrow *throw, NgState context)
{
    throw->done = FALSE;
    throw->trials = TRIALS;
    throw->depth = 0;
    throw->die[0].context = context;
    ng_voice_prefetch(self->voice, context);
}

/**
 * ng_draw_round:
 * @self: what ng_draw_new() gave
 * @throws: [@n] throws begun and not done
 * @n: how many
 *
 * Rolls one die for each; after some rounds each is done.  What comes of one
 * does not depend on the others.
 */
void
ng_draw_round(NgDraw *self, NgThrow *const *throws, size_t n)
{
    for (size_t i = 0; i < n; i++)
        take_up(self, throws[i]);
    for (size_t i = 0; i < n; i++)
        toss(self, throws[i]);
    for (size_t i = 0; i < n; i++)
        land(self, throws[i]);
    for (size_t i = 0; i < n; i++)
        settle(self, throws[i]);
}

/**
 * ng_draw_word:
 * @self: what ng_draw_new() gave
 * @context: a state of its voice
 * @rng: (inout): chance
 *
 * Draws one word by P(word | @context), and that alone.
 *
 * Returns: the word; %NG_WORD_NONE where no word has a positive probability
 */
NgWord
ng_draw_word(NgDraw *self, NgState context, NgRng *rng)
{
    g_return_val_if_fail(self != NULL && rng != NULL, NG_WORD_NONE);

    NgThrow throw;
    NgThrow *const throws[] = {&throw};
    throw.rng = *rng;
    for (ng_draw_begin(self, &throw, context); !throw.done;)
        ng_draw_round(self, throws, 1);
    *rng = throw.rng;
    return throw.word;
}

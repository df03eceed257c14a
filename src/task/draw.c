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
 * A small die is summed each time.  Of a larger one the running sums at the end
 * of each block of sides are kept: a roll finds the block, then sums that block
 * alone.  A block is two lines of the cache, B = 8 entries below the top level,
 * 16 there, and a die of less than 2 B sides is small.  The sums are made when
 * the die is first rolled.  Slot j of a level holds a sum of the die to which the
 * entries j B / 2 .. (j + 1) B / 2 - 1 belong all: a large die has at least as many
 * such slots as blocks.  So they take 2 bytes for each entry below the top level,
 * 1 there, at most.  Whether a sum was there or had to be made changes nothing:
 * all sums have one order of additions.
 *
 * A roll waits for memory in many places.  So several words are drawn at once,
 * each step for all of them before the next, and what the next one wants is
 * asked for in advance.
 */
#include "draw.h"

#include "ngram/die.h"
#include "ngram/mass.h"

#include <math.h>

enum {
    BLOCK_BELOW = 8, /* B below the top level */
    BLOCK_TOP = 16,  /* B there */
    SMALL = 31,      /* sides of a small die, at most */
    GROUP = 32,      /* throws that go step by step together */
    TRIALS = 1000    /* trials for one word before the whole distribution is used */
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
    unsigned order;            /* N */
    size_t words;              /* V */
    double *sum[NG_ORDER_MAX]; /* [N] (nullable): [2 n / B + 1], see above; 0 where not made */
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
    self->order = ng_voice_order(voice);
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

/* B on the level of the die's sides. */
static unsigned
block_of(const NgDraw *self, const NgDrawDie *die)
{
    return die->context.length + 1 == self->order ? BLOCK_TOP : BLOCK_BELOW;
}

static gboolean
is_small(const NgDraw *self, const NgDrawDie *die)
{
    return size_of(die) < (size_t)2 * block_of(self, die);
}

static size_t
blocks_of(const NgDraw *self, const NgDrawDie *die)
{
    unsigned block = block_of(self, die);

    return (size_of(die) + block - 1) / block;
}

/* Where the sums of a large die stand, made or not. */
static double *
slots_of(NgDraw *self, const NgDrawDie *die)
{
    unsigned level = die->context.length + 1, spread = block_of(self, die) / 2;
    double **sum = &self->sum[level - 1];

    if (*sum == NULL)
        *sum = g_new0(double, ng_voice_level_size(self->voice, level) / spread + 1);
    return *sum + (die->successors.first + spread - 1) / spread;
}

/* The running sums of the blocks of a large die. */
static const double *
sums_of(NgDraw *self, const NgDrawDie *die)
{
    double *sums = slots_of(self, die);
    double cdf[BLOCK_TOP], sum = 0.0;
    unsigned block = block_of(self, die);

    if (sums[blocks_of(self, die) - 1] > 0.0)
        return sums;
    size_t left = size_of(die);
    for (size_t i = 0; left > 0; i++) {
        size_t n = MIN(left, block);
        sum += cumulate(self, die->context.length + 1,
                        die->successors.first + (uint32_t)(i * block), n, cdf);
        sums[i] = sum;
        left -= n;
    }
    return sums;
}

/* First step: which sides the die has. */
static void
take_up(NgDraw *self, NgThrow *throw)
{
    NgDrawDie *die = &throw->die[throw->depth];

    die->successors = ng_voice_successors(self->voice, die->context);
    die->backoff = ng_voice_backoff(self->voice, die->context);
    if (is_small(self, die))
        ng_voice_prefetch_logprobs(self->voice, die->context.length + 1, die->successors);
    else
        __builtin_prefetch(slots_of(self, die) + blocks_of(self, die) - 1);
}

/* Second step: the coin falls on a side, or through, or for a large die the search for the block
 * it falls into is written down. */
static void
toss(NgDraw *self, NgThrow *throw, NgDieSearch *search)
{
    const NgDrawDie *die = &throw->die[throw->depth];
    unsigned level = die->context.length + 1;
    size_t n = size_of(die);
    gboolean small = is_small(self, die);
    double own[SMALL];
    const double *sums = own;
    double total = 0.0;

    if (small) {
        total = cumulate(self, level, die->successors.first, n, own);
    } else {
        sums = sums_of(self, die);
        n = blocks_of(self, die);
        total = sums[n - 1];
    }
    double b = level > 1 ? ng_mass(die->backoff) : 0.0;
    double target = total > 0.0 ? ng_rng_coin(&throw->rng) * (total + b) : 0.0;
    if (target >= total) {
        throw->side = b > 0.0 ? SIDE_FALL : SIDE_NONE;
        if (b > 0.0 || total <= 0.0)
            return;
        target = nextafter(total, 0.0);
    }
    throw->side = small ? SIDE_ENTRY : SIDE_BLOCK;
    if (small)
        throw->entry = die->successors.first + (uint32_t)ng_die_find(own, n, target);
    else
        *search = (NgDieSearch){sums, n, target, 0};
}

/* Third step: the block is known. */
static void
aim(NgDraw *self, NgThrow *throw, const NgDieSearch *search)
{
    const NgDrawDie *die = &throw->die[throw->depth];
    size_t i = search->found;
    uint32_t block = block_of(self, die);

    throw->entry = die->successors.first + (uint32_t)i * block;
    throw->rest = i > 0 ? search->target - search->cdf[i - 1] : search->target;
    ng_voice_prefetch_logprobs(
        self->voice, die->context.length + 1,
        (NgRange){throw->entry, throw->entry + MIN(block, die->successors.end - throw->entry)});
}

/* Fourth step: the entry is known, or the next die. */
static void
land(NgDraw *self, NgThrow *throw)
{
    const NgVoice *voice = self->voice;
    NgDrawDie *die = &throw->die[throw->depth];
    unsigned level = die->context.length + 1;

    if (throw->side == SIDE_FALL) {
        die[1].context = ng_voice_shorter(voice, die->context);
        throw->depth++;
        ng_voice_prefetch(voice, die[1].context);
        return;
    }
    if (throw->side == SIDE_BLOCK) {
        double cdf[BLOCK_TOP];
        size_t n = MIN(block_of(self, die), die->successors.end - throw->entry);
        double total = cumulate(self, level, throw->entry, n, cdf);
        if (throw->rest >= total) /* by rounding */
            throw->rest = nextafter(total, 0.0);
        throw->entry += (uint32_t)ng_die_find(cdf, n, throw->rest);
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

/* Last step: the word drawn, unless it is thrown away. */
static void
settle(NgDraw *self, NgThrow *throw, NgWord word, gboolean known)
{
    const NgVoice *voice = self->voice;
    unsigned depth = throw->depth;
    unsigned level = throw->die[depth].context.length + 1;

    if (word == NG_WORD_BEGIN) {
        throw_away(self, throw, depth);
    } else if (known) { /* by the longer context */
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

/* The steps from the sides to an entry, or to the next die. */
static void
roll(NgDraw *self, NgThrow *const *throws, size_t n)
{
    NgDieSearch search[GROUP];
    size_t large = 0;

    for (size_t i = 0; i < n; i++)
        take_up(self, throws[i]);
    for (size_t i = 0; i < n; i++) {
        toss(self, throws[i], &search[large]);
        large += throws[i]->side == SIDE_BLOCK;
    }
    ng_die_find_many(search, large);
    large = 0;
    for (size_t i = 0; i < n; i++)
        if (throws[i]->side == SIDE_BLOCK)
            aim(self, throws[i], &search[large++]);
    for (size_t i = 0; i < n; i++)
        land(self, throws[i]);
}

/* The steps from an entry to a word: where it came from a shorter context, the longer one is
 * looked through for it. */
static void
take_down(NgDraw *self, NgThrow *const *throws, size_t n)
{
    NgSeek seek[GROUP];
    NgWord word[GROUP];
    size_t fallen = 0;

    for (size_t i = 0; i < n; i++) {
        const NgThrow *throw = throws[i];
        const NgDrawDie *die = &throw->die[throw->depth];
        if (throw->side != SIDE_ENTRY)
            continue;
        word[i] = ng_voice_entry_word(self->voice, die->context.length + 1, throw->entry);
        if (throw->depth > 0)
            seek[fallen++] = (NgSeek){.context = die[-1].context, .word = word[i]};
    }
    ng_voice_find_many(self->voice, seek, fallen);
    fallen = 0;
    for (size_t i = 0; i < n; i++)
        if (throws[i]->side == SIDE_ENTRY)
            settle(self, throws[i], word[i], throws[i]->depth > 0 && seek[fallen++].found);
        else if (throws[i]->side == SIDE_NONE)
            draw_whole(self, throws[i]);
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
    for (size_t i = 0; i < n; i += GROUP) {
        size_t group = MIN(GROUP, n - i);
        roll(self, throws + i, group);
        take_down(self, throws + i, group);
    }
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

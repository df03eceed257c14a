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
 * At a temperature T, sides weigh p^(1/T), and falling through weighs b^(1/T) times
 * what p(.|h')^(1/T) sums to, see sums.c: what falls through is divided by that
 * sum when it is drawn from h'.
 *
 * A table of each die is made when it is first rolled, and kept: of up to SMALL
 * sides running sums, which are searched; of more the columns of alias.c, by which a
 * roll looks at one of them.  The table of a context stands where its successors stand on
 * their level, with a place more for each context, so that nothing has to be
 * looked up: 8 bytes for each entry and each context, of memory that counts where
 * it is touched.  Whether a table was there or had to be made changes nothing.
 *
 * A roll waits for memory in many places.  So several words are drawn at once,
 * each step for all of them before the next, and what the next one wants is
 * asked for in advance.
 */
#include "draw.h"

#include "sums.h"

#include "ngram/alias.h"
#include "ngram/die.h"
#include "ngram/mass.h"

#include <math.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    TINY = 4,             /* sides of a die that is summed each time */
    SMALL = 31,           /* sides of a die whose sums are kept */
    CELLS = 8,            /* of a table in a cache line */
    GROUP = 32,           /* casts that go step by step together */
    HUGE_LEAST = 1 << 23, /* bytes for which large pages are asked for */
    CHUNK = 256,          /* sides that are weighed at once for a table */
    TRIALS = 1000         /* trials for one word before the whole distribution is used */
};

/* What a die shows. */
enum {
    SIDE_NONE,   /* nothing: it has no weight at all */
    SIDE_FALL,   /* fall through to the shorter context */
    SIDE_COLUMN, /* a column of a large die */
    SIDE_ENTRY   /* a successor */
};

/** Cell: of the table of a die. */
typedef union {
    NgAlias column; /* of a large die: a column for each side */
    double sum; /* of a small one: running sums, the last of all sides; that is 0 where not made */
} Cell;

struct NgDraw {
    const NgVoice *voice;
    gboolean no_unk;
    double power;              /* 1 / T */
    NgSums *sums;              /* (nullable): of that power, unless it is 1 */
    size_t words;              /* V */
    Cell *table[NG_ORDER_MAX]; /* [N] (nullable): tables of each level; 0 where not made */
    double *weight;            /* (nullable): [room] scratch */
    size_t room;
    double *whole; /* (nullable): [V] scratch */
};

/**
 * ng_draw_new:
 * @voice: a voice that outlives the new object
 * @no_unk: never `<unk>`: the law given that it does not come
 * @power: 1 / T: the law in proportion to p^(1/T); 1 for the voice's own
 *
 * Returns: (transfer full): free with ng_draw_free(); for one thread
 */
NgDraw *
ng_draw_new(const NgVoice *voice, gboolean no_unk, double power)
{
    g_return_val_if_fail(voice != NULL && power > 0.0, NULL);

    NgDraw *self = g_new0(NgDraw, 1);
    self->voice = voice;
    self->no_unk = no_unk;
    self->power = power;
    self->sums = power != 1.0 ? ng_sums_new(voice, power) : NULL;
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
        g_free(self->table[level]);
    ng_sums_free(self->sums);
    g_free(self->weight);
    g_free(self->whole);
    g_free(self);
}

static void
temper(const NgDraw *self, float *logprob, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (logprob[i] > NG_MASS_ZERO)
            logprob[i] = (float)(self->power * (double)logprob[i]);
        else
            logprob[i] = -HUGE_VALF;
}

/* The weights of @n entries from @first on, at most CHUNK. */
static void
weigh(const NgDraw *self, unsigned level, uint32_t first, size_t n, double *weight)
{
    float logprob[CHUNK];

    ng_voice_logprobs(self->voice, level, first, n, logprob);
    if (self->sums != NULL)
        temper(self, logprob, n);
    ng_mass_array(logprob, weight, n);
    if (level == 1 && first <= NG_WORD_BEGIN && NG_WORD_BEGIN - first < n)
        weight[NG_WORD_BEGIN - first] = 0.0;
}

static size_t
size_of(const NgDrawDie *die)
{
    return die->successors.end - die->successors.first;
}

static double
fall_of(const NgDraw *self, const NgDrawDie *die)
{
    if (die->context.length == 0)
        return 0.0;
    if (self->sums == NULL)
        return ng_mass(die->backoff);
    return ng_sums_power(die->backoff, self->power) *
           ng_sums_mass(self->sums, ng_voice_shorter(self->voice, die->context));
}

/* [@n] of zeros; in large pages where the system has them, since they are read here and there. */
static Cell *
new_tables(size_t n)
{
    Cell *tables = g_new0(Cell, n);

#ifdef MADV_HUGEPAGE
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t begin = ((uintptr_t)tables + page - 1) / page * page;
    uintptr_t end = (uintptr_t)(tables + n) / page * page;
    if (end > begin + HUGE_LEAST)
        (void)madvise((void *)begin, end - begin, MADV_HUGEPAGE); /* it works without */
#endif
    return tables;
}

/* Where the table of a die stands, made or not: a cell for each side. */
static inline Cell *
table_of(NgDraw *self, const NgDrawDie *die)
{
    unsigned length = die->context.length;
    Cell **table = &self->table[length];

    if (*table == NULL)
        *table = new_tables(ng_voice_level_size(self->voice, length + 1) + 1 +
                            (length > 0 ? ng_voice_level_size(self->voice, length) : 0));
    return *table + die->successors.first + die->context.index;
}

static gboolean
make_table(NgDraw *self, const NgDrawDie *die, Cell *table)
{
    size_t n = size_of(die);

    if (self->room < n + 1) {
        g_free(self->weight);
        self->room = MAX(n + 1, 2 * self->room);
        self->weight = g_new(double, self->room);
    }
    for (size_t i = 0; i < n; i += CHUNK)
        weigh(self, die->context.length + 1, die->successors.first + (uint32_t)i, MIN(CHUNK, n - i),
              self->weight + i);
    self->weight[n] = fall_of(self, die);
    return ng_alias_make(&table->column, self->weight, n + 1); /* cells are as large as columns */
}

/* First step: which sides the die has.  The coin of a large one falls. */
static void
take_up(NgDraw *self, NgThrow *cast)
{
    NgDrawDie *die = &cast->die[cast->depth];

    die->successors = ng_voice_successors(self->voice, die->context);
    die->backoff = ng_voice_backoff(self->voice, die->context);
    size_t n = size_of(die);
    const Cell *table = table_of(self, die);
    cast->side = n <= SMALL ? SIDE_NONE : SIDE_COLUMN;
    if (cast->side == SIDE_COLUMN) {
        uint64_t coin = ng_rng_u64(&cast->rng);
        cast->entry = (uint32_t)ng_alias_column(n + 1, coin, &cast->height);
        __builtin_prefetch(table + cast->entry);
    } else if (n <= TINY) {
        ng_voice_prefetch_logprobs(self->voice, die->context.length + 1, die->successors);
    } else {
        for (size_t i = 0; i <= n; i += CELLS)
            __builtin_prefetch(table + i);
        __builtin_prefetch(table + n);
    }
}

/* The running sums of a small die; no more than the last one is to be 0 where that is. */
static void
make_sums(const NgDraw *self, const NgDrawDie *die, Cell *table)
{
    double weight[SMALL], total = 0.0;
    size_t n = size_of(die);

    weigh(self, die->context.length + 1, die->successors.first, n, weight);
    for (size_t i = 0; i < n; i++) {
        total += weight[i];
        table[i].sum = total;
    }
    table[n].sum = total > 0.0 ? total + fall_of(self, die) : 0.0;
}

/* Second step for a small die: which side is up. */
static void
roll_small(NgDraw *self, NgThrow *cast)
{
    const NgDrawDie *die = &cast->die[cast->depth];
    size_t n = size_of(die), side = 0;
    Cell tiny[TINY + 1], *table = tiny;

    if (n > TINY)
        table = table_of(self, die);
    if (n <= TINY || !(table[n].sum > 0.0))
        make_sums(self, die, table);
    double total = n > 0 ? table[n - 1].sum : 0.0, all = table[n].sum;
    if (!(all > 0.0)) { /* no successor weighs anything */
        cast->side = fall_of(self, die) > 0.0 ? SIDE_FALL : SIDE_NONE;
        return;
    }
    double target = ng_rng_coin(&cast->rng) * all;
    if (target >= total) {
        cast->side = SIDE_FALL;
        if (all > total)
            return;
        target = nextafter(total, 0.0); /* by rounding */
    }
    for (size_t i = 0; i < n; i++) /* without a branch: what comes out is as good as random */
        side += table[i].sum <= target;
    cast->side = SIDE_ENTRY;
    cast->entry = die->successors.first + (uint32_t)side;
}

/* Second step for a large die. */
static void
roll_large(NgDraw *self, NgThrow *cast)
{
    const NgDrawDie *die = &cast->die[cast->depth];
    Cell *table = table_of(self, die);
    size_t n = size_of(die);

    cast->side = SIDE_NONE;
    if (table[cast->entry].column.other == 0 && !make_table(self, die, table))
        return;
    size_t side = ng_alias_side(&table->column, cast->entry, cast->height);
    cast->side = side < n ? SIDE_ENTRY : SIDE_FALL;
    cast->entry = die->successors.first + (uint32_t)side;
}

/* Third step: what the side leads to will be asked for. */
static void
land(NgDraw *self, NgThrow *cast)
{
    const NgVoice *voice = self->voice;
    NgDrawDie *die = &cast->die[cast->depth];
    unsigned level = die->context.length + 1;

    if (cast->side == SIDE_FALL) {
        die[1].context = ng_voice_shorter(voice, die->context);
        cast->depth++;
        ng_voice_prefetch(voice, die[1].context);
    } else if (cast->side == SIDE_ENTRY) {
        NgRange one = {cast->entry, cast->entry + 1};
        ng_voice_prefetch_word(voice, level, cast->entry);
        ng_voice_prefetch_logprobs(voice, level, one);
    }
}

/* The same law by its whole distribution: O(V), but nothing is ever thrown away. */
static void
draw_whole(NgDraw *self, NgThrow *cast)
{
    NgState context = cast->die[0].context;

    if (self->whole == NULL)
        self->whole = g_new(double, self->words);
    double *p = self->whole;
    ng_voice_distribution(self->voice, context, p, NULL);
    p[NG_WORD_BEGIN] = 0.0;
    if (self->no_unk)
        p[NG_WORD_UNKNOWN] = 0.0;
    for (size_t w = 0; w < self->words; w++)
        p[w] = p[w] > 1e-99 /* NG_MASS_ZERO */ ? pow(p[w], self->power) : 0.0;
    cast->done = TRUE;
    cast->word = NG_WORD_NONE;
    if (ng_die_cumulate(p, p, self->words) < self->words || !(p[self->words - 1] > 0.0))
        return;
    cast->word = (NgWord)ng_die_roll(p, self->words, ng_rng_coin(&cast->rng));
    cast->after = context;
    cast->logprob = ng_voice_step(self->voice, &cast->after, cast->word, NULL);
}

/* Rolls again from die @depth. */
static void
throw_away(NgDraw *self, NgThrow *cast, unsigned depth)
{
    if (--cast->trials == 0)
        draw_whole(self, cast);
    cast->depth = depth;
}

/* Last step: the word drawn, unless it is thrown away. */
static void
settle(NgDraw *self, NgThrow *cast, NgWord word, gboolean known)
{
    const NgVoice *voice = self->voice;
    unsigned depth = cast->depth;
    unsigned level = cast->die[depth].context.length + 1;

    if (word == NG_WORD_BEGIN) {
        throw_away(self, cast, depth);
    } else if (known) { /* by the longer context */
        throw_away(self, cast, depth - 1);
    } else if (word == NG_WORD_UNKNOWN && self->no_unk) {
        throw_away(self, cast, 0);
    } else {
        cast->done = TRUE;
        cast->word = word;
        cast->after = ng_voice_entry_state(voice, level, cast->entry);
        cast->logprob = ng_voice_entry_logprob(voice, level, cast->entry);
        while (depth > 0)
            cast->logprob += cast->die[--depth].backoff;
    }
}

/* The steps from the sides to an entry, or to the next die. */
static void
roll(NgDraw *self, NgThrow *const *casts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        take_up(self, casts[i]);
    for (size_t i = 0; i < n; i++)
        if (casts[i]->side == SIDE_COLUMN)
            roll_large(self, casts[i]);
        else
            roll_small(self, casts[i]);
    for (size_t i = 0; i < n; i++)
        land(self, casts[i]);
}

/* The steps from an entry to a word: where it came from a shorter context, the longer one is
 * looked through for it. */
static void
take_down(NgDraw *self, NgThrow *const *casts, size_t n)
{
    NgSeek seek[GROUP];
    NgWord word[GROUP];
    size_t fallen = 0;

    for (size_t i = 0; i < n; i++) {
        const NgThrow *cast = casts[i];
        const NgDrawDie *die = &cast->die[cast->depth];
        if (cast->side != SIDE_ENTRY)
            continue;
        word[i] = ng_voice_entry_word(self->voice, die->context.length + 1, cast->entry);
        if (cast->depth > 0)
            seek[fallen++] = (NgSeek){.context = die[-1].context, .word = word[i]};
    }
    ng_voice_find_many(self->voice, seek, fallen);
    fallen = 0;
    for (size_t i = 0; i < n; i++)
        if (casts[i]->side == SIDE_ENTRY)
            settle(self, casts[i], word[i], casts[i]->depth > 0 && seek[fallen++].found);
        else if (casts[i]->side == SIDE_NONE)
            draw_whole(self, casts[i]);
}

/**
 * ng_draw_begin:
 * @self: what ng_draw_new() gave
 * @cast: (inout): its chance stays
 * @context: a state of the voice
 *
 * Begins to draw one word by P(word | @context); `</s>` is a word here.
 */
void
ng_draw_begin(const NgDraw *self, NgThrow *cast, NgState context)
{
    cast->done = FALSE;
    cast->trials = TRIALS;
    cast->depth = 0;
    cast->die[0].context = context;
    ng_voice_prefetch(self->voice, context);
}

/**
 * ng_draw_round:
 * @self: what ng_draw_new() gave
 * @casts: [@n] casts begun and not done
 * @n: how many
 *
 * Rolls one die for each; after some rounds each is done.  What comes of one
 * does not depend on the others.
 */
void
ng_draw_round(NgDraw *self, NgThrow *const *casts, size_t n)
{
    for (size_t i = 0; i < n; i += GROUP) {
        size_t group = MIN(GROUP, n - i);
        roll(self, casts + i, group);
        take_down(self, casts + i, group);
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

    NgThrow cast;
    NgThrow *const casts[] = {&cast};
    cast.rng = *rng;
    for (ng_draw_begin(self, &cast, context); !cast.done;)
        ng_draw_round(self, casts, 1);
    *rng = cast.rng;
    return cast.word;
}

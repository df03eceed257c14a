/*
 * Dice
 *
 * A table of each die is made when it is first rolled, and kept: of up to 31
 * sides running sums, which are searched; of more the columns of alias.c, by which a
 * roll looks at one of them.  Dice of up to 4 sides have none: their weights are
 * made each time, many at once.  The table of a context stands where its successors
 * stand on their level, with a place more for each context, so that nothing has to be
 * looked up: 8 bytes for each entry and each context, of memory that counts where
 * it is touched.  Whether a table was there or had to be made changes nothing.
 */
#include "draw-dice.h"

#include "ngram/mass.h"

#include <math.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    SLOTS = 8,            /* for the weights of a tiny die */
    CELLS = 8,            /* of a table in a cache line */
    HUGE_LEAST = 1 << 23, /* bytes for which large pages are asked for */
    CHUNK = 256           /* sides that are weighed at once for a table */
};

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
static NgDrawCell *
new_tables(size_t n)
{
    NgDrawCell *tables = g_new0(NgDrawCell, n);

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
static inline NgDrawCell *
table_of(NgDraw *self, const NgDrawDie *die)
{
    unsigned length = die->context.length;
    NgDrawCell **table = &self->table[length];

    if (*table == NULL)
        *table = new_tables(ng_voice_level_size(self->voice, length + 1) + 1 +
                            (length > 0 ? ng_voice_level_size(self->voice, length) : 0));
    return *table + die->successors.first + die->context.index;
}

static gboolean
make_table(NgDraw *self, const NgDrawDie *die, NgDrawCell *table)
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

/* The running sums of a small die; no more than the last one is to be 0 where that is. */
static void
make_sums(const NgDraw *self, const NgDrawDie *die, NgDrawCell *table)
{
    double weight[NG_DRAW_SMALL], total = 0.0;
    size_t n = size_of(die);

    weigh(self, die->context.length + 1, die->successors.first, n, weight);
    for (size_t i = 0; i < n; i++) {
        total += weight[i];
        table[i].sum = total;
    }
    table[n].sum = total > 0.0 ? total + fall_of(self, die) : 0.0;
}

/* 64 bits of a stream that is ready. */
static inline uint64_t
next_coin(NgRng *rng)
{
    if (rng->left < 2)
        return ng_rng_u64(rng);
    rng->left -= 2;
    return (uint64_t)rng->block[rng->left + 1] << 32 | rng->block[rng->left];
}

/* How many of the @n first sums are at most @target; @n is at most NG_DRAW_SMALL.  Without a branch on
 * them: what comes out is as good as random. */
static inline size_t
count_sums(const NgDrawCell *table, size_t n, double target)
{
    size_t side = 0;

    for (size_t i = 0; i < n; i++)
        side += table[i].sum <= target;
    return side;
}

/* Which side of a die of @n sides is up, by its sums. */
static inline void
show_side(NgThrow *cast, const NgDrawCell *table, size_t n)
{
    const NgDrawDie *die = &cast->die[cast->depth];
    double total = n > 0 ? table[n - 1].sum : 0.0, all = table[n].sum;
    double target = (double)(next_coin(&cast->rng) >> 11) * 0x1p-53 * all;

    if (target >= total && !(all > total))
        target = nextafter(total, 0.0); /* by rounding */
    size_t side = count_sums(table, n, target);
    cast->side = side < n ? NG_SIDE_ENTRY : NG_SIDE_FALL;
    cast->entry = die->successors.first + (uint32_t)side;
}

/* Which side is up where no successor weighs anything. */
static void
show_none(const NgDraw *self, NgThrow *cast)
{
    cast->side = fall_of(self, &cast->die[cast->depth]) > 0.0 ? NG_SIDE_FALL : NG_SIDE_NONE;
}

static void
roll_small(NgDraw *self, NgThrow *cast)
{
    const NgDrawDie *die = &cast->die[cast->depth];
    size_t n = size_of(die);
    NgDrawCell *table = table_of(self, die);

    if (!(table[n].sum > 0.0))
        make_sums(self, die, table);
    if (table[n].sum > 0.0)
        show_side(cast, table, n);
    else
        show_none(self, cast);
}

/* The weights of tiny dice are made together: those of the sides of each, and of falling through. */
static void
roll_tiny(NgDraw *self, NgThrow *const *casts, size_t n)
{
    float logprob[NG_DRAW_GROUP][SLOTS];
    double weight[NG_DRAW_GROUP][SLOTS];

    if (n == 0)
        return;
    for (size_t i = 0; i < n; i++) {
        const NgDrawDie *die = &casts[i]->die[casts[i]->depth];
        for (size_t j = 0; j < SLOTS; j++)
            logprob[i][j] = -HUGE_VALF;
        ng_voice_logprobs(self->voice, die->context.length + 1, die->successors.first, size_of(die),
                          logprob[i]);
        logprob[i][NG_DRAW_TINY] = die->backoff;
    }
    ng_mass_array(logprob[0], weight[0], n * SLOTS);
    for (size_t i = 0; i < n; i++) {
        size_t sides = size_of(&casts[i]->die[casts[i]->depth]);
        NgDrawCell table[NG_DRAW_TINY + 1] = {0};
        double total = 0.0;
        for (size_t j = 0; j < sides; j++) {
            total += weight[i][j];
            table[j].sum = total;
        }
        table[sides].sum = total + weight[i][NG_DRAW_TINY];
        if (total > 0.0)
            show_side(casts[i], table, sides);
        else
            show_none(self, casts[i]);
    }
}

/* The same, one by one: where weights are not the voice's own, or it is the die of all words. */
static void
roll_tiny_bent(NgDraw *self, NgThrow *cast)
{
    NgDrawCell table[NG_DRAW_TINY + 1];
    const NgDrawDie *die = &cast->die[cast->depth];

    make_sums(self, die, table);
    if (table[size_of(die)].sum > 0.0)
        show_side(cast, table, size_of(die));
    else
        show_none(self, cast);
}

static void
roll_large(NgDraw *self, NgThrow *cast)
{
    const NgDrawDie *die = &cast->die[cast->depth];
    NgDrawCell *table = table_of(self, die);
    size_t n = size_of(die);

    cast->side = NG_SIDE_NONE;
    if (table[cast->entry].column.other == 0 && !make_table(self, die, table))
        return;
    size_t side = ng_alias_side(&table->column, cast->entry, cast->height);
    cast->side = side < n ? NG_SIDE_ENTRY : NG_SIDE_FALL;
    cast->entry = die->successors.first + (uint32_t)side;
}

/**
 * ng_draw_prefetch_dice:
 * @kinds: casts by the kind of their dice
 *
 * What rolling will look at is asked for.  The coins of large dice fall.
 */
void
ng_draw_prefetch_dice(NgDraw *self, const NgThrowList kinds[NG_KINDS])
{
    for (size_t i = 0; i < kinds[NG_KIND_LARGE].n; i++) {
        NgThrow *cast = kinds[NG_KIND_LARGE].cast[i];
        const NgDrawDie *die = &cast->die[cast->depth];
        cast->entry =
            (uint32_t)ng_alias_column(size_of(die) + 1, next_coin(&cast->rng), &cast->height);
        __builtin_prefetch(table_of(self, die) + cast->entry, 0, 2);
    }
    for (size_t i = 0; i < kinds[NG_KIND_SMALL].n; i++) {
        const NgThrow *cast = kinds[NG_KIND_SMALL].cast[i];
        const NgDrawDie *die = &cast->die[cast->depth];
        const NgDrawCell *table = table_of(self, die);
        size_t sides = size_of(die);
        for (size_t j = 0; j <= NG_DRAW_SMALL; j += CELLS)
            __builtin_prefetch(table + MIN(j, sides), 0, 2);
        __builtin_prefetch(table + sides, 0, 2);
    }
    for (size_t i = 0; i < kinds[NG_KIND_TINY].n; i++) {
        const NgThrow *cast = kinds[NG_KIND_TINY].cast[i];
        const NgDrawDie *die = &cast->die[cast->depth];
        ng_voice_prefetch_logprobs(self->voice, die->context.length + 1, die->successors);
    }
}

/**
 * ng_draw_roll_dice:
 * @kinds: casts by the kind of their dice
 *
 * Sets the side that is up for each, and the entry where it is one.
 */
void
ng_draw_roll_dice(NgDraw *self, const NgThrowList kinds[NG_KINDS])
{
    NgThrowList own = {.n = 0};

    for (size_t i = 0; i < kinds[NG_KIND_LARGE].n; i++)
        roll_large(self, kinds[NG_KIND_LARGE].cast[i]);
    for (size_t i = 0; i < kinds[NG_KIND_SMALL].n; i++)
        roll_small(self, kinds[NG_KIND_SMALL].cast[i]);
    for (size_t i = 0; i < kinds[NG_KIND_TINY].n; i++) {
        NgThrow *cast = kinds[NG_KIND_TINY].cast[i];
        if (self->sums != NULL || cast->die[cast->depth].context.length == 0)
            roll_tiny_bent(self, cast);
        else
            own.cast[own.n++] = cast;
    }
    roll_tiny(self, own.cast, own.n);
}

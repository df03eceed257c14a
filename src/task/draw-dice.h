/* draw-dice.h - the dice of a voice's contexts, and what the files of drawing share. */
#pragma once

#include "draw.h"
#include "sums.h"

#include "ngram/alias.h"

enum {
    NG_DRAW_GROUP = 64, /* casts that go step by step together */
    NG_DRAW_TINY = 4,   /* sides of a die that is summed each time */
    NG_DRAW_SMALL = 31  /* sides of a die whose sums are kept */
};

/* What a die shows. */
enum {
    NG_SIDE_NONE, /* nothing: it has no weight at all */
    NG_SIDE_FALL, /* fall through to the shorter context */
    NG_SIDE_ENTRY /* a successor */
};

/* Which kind a die is, by its sides. */
enum { NG_KIND_TINY, NG_KIND_SMALL, NG_KIND_LARGE, NG_KINDS };

/** NgThrowList: casts that go on alike. */
typedef struct {
    NgThrow *cast[NG_DRAW_GROUP];
    size_t n;
} NgThrowList;

/** NgDrawCell: of the table of a die. */
typedef union {
    NgAlias column; /* of a large die: a column for each side */
    double sum; /* of a small one: running sums, the last of all sides; that is 0 where not made */
} NgDrawCell;

/**
 * NgDraw:
 * @no_unk: never `<unk>`
 * @power: 1 / T
 * @sums: (nullable): of that power, unless it is 1
 * @words: V
 * @table: [N] (nullable): tables of each level; 0 where not made
 * @weight: (nullable): [room] scratch
 * @whole: (nullable): [V] scratch
 */
struct NgDraw {
    const NgVoice *voice;
    gboolean no_unk;
    double power;
    NgSums *sums;
    size_t words;
    NgDrawCell *table[NG_ORDER_MAX];
    double *weight;
    size_t room;
    double *whole;
};

/* Which kind a die of @sides is. */
static inline unsigned
ng_draw_kind(size_t sides)
{
    return (unsigned)(sides > NG_DRAW_TINY) + (unsigned)(sides > NG_DRAW_SMALL);
}

void ng_draw_prefetch_dice(NgDraw *self, const NgThrowList kinds[NG_KINDS]);
void ng_draw_roll_dice(NgDraw *self, const NgThrowList kinds[NG_KINDS]);

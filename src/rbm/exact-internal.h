/* exact-internal.h - sums over all states of one layer of a machine, for the files of this folder. */
#pragma once

#include "rbm-internal.h"

#include "ngram/exact.h"

/** NgLayer: which layer's states are gone through one by one. */
typedef enum { NG_LAYER_OF_HIDDEN, NG_LAYER_OF_VISIBLE } NgLayer;

/* What stands in NgEnumeration.unit for a column that is no unit. */
#define NG_NO_UNIT G_MAXUINT

/*
 * A sum over all states x of one layer, in which the other layer, y, is summed out:
 *     sum_x exp(constant + own . x + sum_c log sum_y exp(y_c (start_c + sum_r x_r w_rc)))
 *
 * Letters: K binary units that are enumerated, R rows (those, and the units of which one in a
 * group is on), F fast and G slow columns, C = F + G + 1 columns.  Fast columns are binary units
 * whose odds stay within what a double holds; slow ones are all others; the last column stands for
 * 1, so that moments with it are the means of the rows.
 */
typedef struct {
    guint bits;           /* K */
    NgUnitGroup *choices; /* [n_choices] rows of which one is on */
    guint n_choices;      /* */
    guint rows;           /* R */
    double *own;          /* [R] */
    guint fast, slow;     /* F, a multiple of a vector; G */
    NgUnitGroup *groups;  /* [n_groups] of the slow columns, counted from F */
    guint n_groups;       /* */
    guint columns;        /* C */
    double *start;        /* [C] */
    double *w;            /* [R, C] */
    double *up, *down;    /* [K, F] e^w and e^-w */
    double *both;         /* [F] e^(w_0 + w_1) */
    guint every;          /* vectors of fast columns whose product fits into a double */
    guint *row_unit;      /* [R] the unit of its layer that a row is */
    guint *column_unit;   /* [C] the same for columns, NG_NO_UNIT where it is none */
    double constant;      /* */
} NgEnumeration;

/*
 * What comes out of it.  Letters as above.
 */
typedef struct {
    double log_sum;     /* of the whole */
    double best;        /* log of the largest term */
    guint64 best_state; /* and where it stands */
    double *moment;     /* (nullable): [1 + R, C] means of the columns; and with each row */
} NgEnumerated;

double ng_enumeration_size(const NgRbm *rbm, NgLayer layer, const guint8 *given);
NgEnumeration *ng_enumeration_new(const NgRbm *rbm, NgLayer layer, const float *v,
                                  const guint8 *given);
void ng_enumeration_free(NgEnumeration *self);
void ng_enumeration_run(const NgEnumeration *self, const NgExactWork *work, gboolean moments,
                        NgEnumerated *out);
void ng_enumeration_state(const NgEnumeration *self, guint64 state, guint8 *x);

/* The vectors of the fast columns. */
enum { NG_LANES = 8, NG_BLOCK_BITS = 2, NG_BLOCK = 1 << NG_BLOCK_BITS };

/*
 * One step of a kernel: a block of the states that differ in rows 0 and 1.
 */
typedef struct {
    double *odds;        /* [F] e^input of the columns with rows 0 and 1 off, in and out */
    const double *ratio; /* [F] what they are multiplied by first */
    const double *first, *second, *both; /* [F] and by rows 0, 1 and both */
    size_t columns;                      /* F */
    size_t every;                        /* vectors between two takings of the exponents */
} NgOddsBlock;

void ng_odds_log_sums(const NgOddsBlock *block, double *log_sum);
void ng_odds_means(const NgOddsBlock *block, const double *p, double *total, double *one,
                   double *two);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgEnumeration, ng_enumeration_free)

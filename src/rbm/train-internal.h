/* train-internal.h - what training is made of, for the files train*.c. */
#pragma once

#include "rbm-internal.h"
#include "tempering-internal.h"

#include "ngram/crew.h"
#include "ngram/exact.h"
#include "ngram/panel.h"
#include "ngram/rbm-train.h"
#include "ngram/rng.h"
#include "ngram/rowsum.h"
#include "ngram/tempering.h"

enum {
    NG_CHUNK_ROWS = 25,  /* rows of a piece of work; fixed, for sums are cut there */
    NG_BLOCK_UNITS = 32, /* visible units of a piece of work, as well */
    NG_TRAIN_ITEM = 2,   /* panels of a piece of work */
};

/**
 * NgLayer: states of rows, sparse or dense.
 * @units: D or H
 * @rows: how many
 * @sparse: [@rows] each row, where it is sparse
 * @index: (nullable): [@rows, @units] what those of @sparse point to, where rows are drawn
 * @value: (nullable): the same; %NULL where all are 1
 * @cut: [@rows, blocks + 1] where the units of each block begin in a sparse row
 * @dense: (nullable): [@rows, @units]
 */
typedef struct {
    guint units, rows;
    NgSparse *sparse;
    guint32 *index;
    float *value;
    guint32 *cut;
    float *dense;
} NgLayer;

/**
 * NgTrainState: all that changes while a machine learns, but for the chains; one array.
 * All are floats; [D, hs] the weights, or for binary units panels of them, see ng_train_at(), [hs] what belongs to hidden units, [ds] to visible ones.
 */
typedef struct {
    size_t n; /* floats of all */
    float *all;
    float *w, *w_speed, *w_mean; /* [D, hs] parameters, velocity, average */
    float *c, *c_speed, *c_mean; /* [hs] */
    float *b, *b_speed, *b_mean; /* [ds] */
    float *h_offset, *h_active;  /* [hs] centres; running activity for sparsity */
    float *v_offset;             /* [ds] centres */
} NgTrainState;

/**
 * NgTrainGood: what a training falls back on: its state after an epoch that ended well.
 * @all: [n] floats of #NgTrainState
 * @chain: [rows, H] bytes, 1 where a hidden unit of a chain is on
 * @ladders: (nullable): of tempering
 */
typedef struct {
    float *all;
    guint8 *chain;
    NgTemperingState *ladders;
    guint64 averages;
} NgTrainGood;

typedef struct NgRbmTrainer NgTrainer;

/**
 * NgScratch: room of one thread.
 * @a: [NG_CHUNK_ROWS, max(ds, hs)] what units take in
 * @u: coins of a row
 * @g: [NG_BLOCK_UNITS, hs] gradient of a block
 * @list: [NG_BLOCK_UNITS, 2 B + M] rows in which each unit is on
 * @weight: the same: values there
 * @columns: [2 B + M, NG_BLOCK_UNITS] dense rows of a block
 * @die: [D] of a softmax
 * @less: [2 + K, hs] of discriminative training
 * @panel: [max(hs + 2 M, 2 D), 16] for binary units: turned weights, then inputs; the gradient
 */
typedef struct {
    float *a, *u, *g;
    guint32 *list;
    float *weight;
    float *columns;
    double *die;
    float *less;
    float *panel;
} NgScratch;

/*
 * Letters: D visible units, H hidden units, B rows of a batch, M chains, N rows of data;
 * ds and hs are D and H and what fills them up to whole vectors, where all is 0.
 */
struct NgRbmTrainer {
    NgRbm *rbm; /* not owned; what was learned goes there */
    const NgDataset *data;
    NgRbmTraining how;
    guint D, H;
    size_t ds, hs;
    guint blocks;            /* of visible units */
    guint labels;            /* units of the last group that are the label, or 0 */
    gboolean sparse, counts; /* how rows are kept; whether some units are counts */
    gboolean drawn;          /* whether rows are drawn from grey ones */
    double density;          /* of the data */
    guint longest;           /* words of a row */
    NgTrainState state;
    NgTrainGood good;
    float *wt; /* [H, ds] weights turned */
    NgCrew *crew;

    /* data: row after row what is not 0, where it is sparse */
    guint32 *index;
    float *value;   /* %NULL where all are 1 */
    guint64 *begin; /* [N + 1] */
    guint *order;   /* [N] of the epoch */

    /* a batch */
    guint batch, chains; /* rows of it; M */
    guint minus_rows;    /* of the model's side */
    float words;         /* mean of a row */
    const guint *rows;   /* [batch] their numbers in the data */
    NgLayer plus, minus; /* [B, D], [M, D] */
    NgLayer hidden;      /* [M, H] what drives the chains */
    float *length;       /* [B] words of a row of counts; 1 without */
    float *p;            /* [2 B + M, hs] activities as they enter the gradient, see train-step.c */
    float *h_part;       /* [chunks, 2, hs] sums over rows: of the gradient, of the data's means */
    float *g_part;       /* [blocks, hs] sums over units of the gradient and the centres */
    float *h_sum;        /* [2, hs] sums of @h_part */
    float *l_part;       /* [chunks, l_stride] sums for label units, see train-label.c */
    size_t l_stride;     /* K hs and K, or 0 */
    NgScratch *scratch;  /* [threads] */

    /* units that are bits, whose weights are panels, see train-panel.c; else all is 0 */
    gboolean panels;
    guint v_panels, h_panels; /* of 16 units */
    guint rows_most;          /* B + M, rows of a batch and chains */
    gsize v_stride, h_stride, u_stride;
    guint16 *v_bits;  /* [B + M, v_stride] */
    guint16 *h_bits;  /* [max(B, M), h_stride] what drives the chains */
    guint16 *u_bits;  /* [D, u_stride] in which rows each visible unit is on */
    NgSparse *u_list; /* [D] the same as lists, where data are sparse */
    guint32 *u_index; /* [D, B + M] what they point to */
    guint16 *v_alone; /* [v_panels] which visible units are drawn alone, not as one of a group */
    float *v_input;   /* [M, ds] what units of groups take in; %NULL where there are none */
    float *gap;       /* [ds] mean of each visible unit in the batch less that in the chains */
    float *pull;      /* [pieces, B + M, 16] parts of the activities times the centres, */
    float *row_pull;  /* [B + M] and their sums */

    /* the model's side where it is not sampled by plain chains */
    NgExactMoments *moments; /* of the step, for the exact gradient */
    NgTempering *ladders;

    /* time */
    guint epoch, step;
    guint k;
    float rate, momentum;
    double slowing;   /* what a fall back made of the rate */
    guint64 averages; /* times parameters went into the average */
    float share;      /* of the parameters in the average at this step, or 0 */
};

void ng_train_layer_init(NgLayer *layer, const NgTrainer *t, guint rows, gboolean owns);
void ng_train_layer_clear(NgLayer *layer);
void ng_train_layer_cut(NgLayer *layer, const NgTrainer *t, guint row);
void ng_train_note(NgTrainer *t);
gboolean ng_train_load(NgTrainer *t, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void ng_train_take_row(NgTrainer *t, guint r, float *u);
void ng_train_means(NgTrainer *t, double *mean);

void ng_train_draw_hidden(NgTrainer *t, const NgNoise *noise, guint row, const float *p, float *u);
void ng_train_draw_softmax(float *x, guint n, const float *u, guint draws, double *die);
void ng_train_draw_visible(NgTrainer *t, const NgNoise *noise, guint row, const NgScratch *room,
                           float *a);

gboolean ng_train_is_finite(const float *x, size_t n);
void ng_train_keep(NgTrainer *t);
void ng_train_fall_back(NgTrainer *t);
void ng_train_chains_to_bytes(const NgTrainer *t, guint8 *bytes);
void ng_train_chains_from_bytes(NgTrainer *t, const guint8 *bytes);
gboolean ng_train_look(NgTrainer *t, NgRbmEpoch *epoch, GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean ng_train_begin_model(NgTrainer *t, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void ng_train_begin_chains(NgTrainer *t);
void ng_train_label_row(const NgTrainer *t, guint label, const float *a, float weight, float *part,
                        float *less);
float ng_train_label_gradient(const NgTrainer *t, guint y, float *g);
void ng_train_model(NgTrainer *t);
void ng_train_put(NgTrainer *t, gboolean mean);
void ng_train_put_chain(NgTrainer *t, guint r, const float *v, float *p);
void ng_train_phases(NgTrainer *t);
void ng_train_step(NgTrainer *t);
void ng_train_turn(NgTrainer *t, guint first, guint last);

void ng_train_panels(NgTrainer *t);
void ng_train_panel_begin(NgTrainer *t);
void ng_train_panels_move(NgTrainer *t, guint first, guint end, const NgScratch *room);
void ng_train_panel_biases(NgTrainer *t);

/* Where the weight of visible unit @i and hidden unit @j is in an array of #NgTrainState. */
static inline size_t
ng_train_at(const NgTrainer *t, size_t i, size_t j)
{
    return t->panels ? ((j / NG_PANEL * t->D) + i) * NG_PANEL + j % NG_PANEL : i * t->hs + j;
}

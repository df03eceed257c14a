/*
 * The step up the gradient for binary units
 *
 * The gradients are those of train-step.c, for a panel of 16 hidden units at a time: its activities
 * of all rows, its weights, velocity and average are a vector a row, and only they are written.
 *
 * The gradient of a visible bias wants the product of a whole row of weights' gradient with the
 * hidden centres l.  It is not summed from panels: gW = V' Q - m gc' - gb l', so that
 *     gW l = V' (Q l) - m (gc l) - gb (l l),
 * where Q l is a number a row of the batch or chain.
 */
#include "train-internal.h"

#include "ngram/panel.h"

#include <string.h>

typedef float Vector __attribute__((vector_size(NG_PANEL * sizeof(float))));
typedef gint32 Bits __attribute__((vector_size(NG_PANEL * sizeof(float))));

/* The activities of a panel, and what is summed from them. */
typedef struct {
    float *p; /* [batch + chains, 16] in: means; out: Q */
    guint batch, chains;
    float slide;
    float *offset, *active; /* [16] centres l and running means of the units */
    float *pull;            /* [batch + chains, 16] products with the centres */
    gboolean add;           /* to what stands there */
    Vector gc;              /* out: batch less chains */
} Sums;

/* What moves with a panel: its weights, and all that their gradient takes. */
typedef struct {
    guint n;                 /* D */
    const float *g;          /* [D, 16] V' Q */
    const float *m, *gap;    /* [D] centres; difference of means */
    float *w, *speed, *mean; /* [D, 16]; the last two may be %NULL */
    float rate, momentum, l1, l2, share;
    gboolean centred;
    Vector gc, offset;
    Vector sum; /* of m gW */
} Move;

#define INLINE static inline __attribute__((always_inline))

/* p[n, 16] <- weight p; adds them to the sum */
INLINE void
weigh(float *p, gsize n, float weight, Vector *sum)
{
    Vector x, total = *sum;

    for (gsize r = 0; r < n; r++) {
        memcpy(&x, p + r * NG_PANEL, sizeof x);
        x *= weight;
        total += x;
        memcpy(p + r * NG_PANEL, &x, sizeof x);
    }
    *sum = total;
}

INLINE void
sum_rows(Sums *sums)
{
    const gsize batch = sums->batch, rows = batch + sums->chains;
    Vector mean = {0}, offset, active;

    weigh(sums->p, batch, 1.0F / (float)batch, &mean);
    sums->gc = mean;
    weigh(sums->p + batch * NG_PANEL, sums->chains, -1.0F / (float)sums->chains, &sums->gc);
    memcpy(&offset, sums->offset, sizeof offset);
    memcpy(&active, sums->active, sizeof active);
    offset += sums->slide * (mean - offset);
    active += 0.1F * (mean - active);
    memcpy(sums->offset, &offset, sizeof offset);
    memcpy(sums->active, &active, sizeof active);
    for (gsize r = 0; r < rows; r++) {
        Vector x, sum = {0};
        memcpy(&x, sums->p + r * NG_PANEL, sizeof x);
        if (sums->add)
            memcpy(&sum, sums->pull + r * NG_PANEL, sizeof sum);
        sum += x * offset;
        memcpy(sums->pull + r * NG_PANEL, &sum, sizeof sum);
    }
}

INLINE void
move_weights(Move *move)
{
    for (gsize i = 0; i < move->n; i++) {
        Vector g, w, change;
        memcpy(&g, move->g + i * NG_PANEL, sizeof g);
        memcpy(&w, move->w + i * NG_PANEL, sizeof w);
        if (move->centred) {
            g = g - move->m[i] * move->gc - move->gap[i] * move->offset;
            move->sum += move->m[i] * g;
        }
        if (move->l2 > 0.0F || move->l1 > 0.0F) {
            Vector sign = (Vector)(((Bits)w & (gint32)G_MININT32) | (Bits)(1.0F - (Vector){0}));
            g = g - move->l2 * w - move->l1 * sign;
        }
        change = move->rate * g;
        if (move->speed != NULL) {
            Vector speed;
            memcpy(&speed, move->speed + i * NG_PANEL, sizeof speed);
            change += move->momentum * speed;
            memcpy(move->speed + i * NG_PANEL, &change, sizeof change);
        }
        w += change;
        memcpy(move->w + i * NG_PANEL, &w, sizeof w);
        if (move->mean != NULL) {
            Vector mean;
            memcpy(&mean, move->mean + i * NG_PANEL, sizeof mean);
            mean += move->share * (w - mean);
            memcpy(move->mean + i * NG_PANEL, &mean, sizeof mean);
        }
    }
}

static void
sum_rows_plain(Sums *sums)
{
    sum_rows(sums);
}

static void
move_weights_plain(Move *move)
{
    move_weights(move);
}

#if defined(__x86_64__)
static __attribute__((target("avx2"))) void
sum_rows_avx2(Sums *sums)
{
    sum_rows(sums);
}

static __attribute__((target("avx512f"))) void
sum_rows_avx512(Sums *sums)
{
    sum_rows(sums);
}

static __attribute__((target("avx2"))) void
move_weights_avx2(Move *move)
{
    move_weights(move);
}

static __attribute__((target("avx512f"))) void
move_weights_avx512(Move *move)
{
    move_weights(move);
}
#endif

/* What there is for the processor. */
typedef struct {
    void (*sum_rows)(Sums *sums);
    void (*move_weights)(Move *move);
} Kernels;

static Kernels
kernels(void)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f"))
        return (Kernels){sum_rows_avx512, move_weights_avx512};
    if (__builtin_cpu_supports("avx2"))
        return (Kernels){sum_rows_avx2, move_weights_avx2};
#endif
    return (Kernels){sum_rows_plain, move_weights_plain};
}

/* Moves the biases of panel @panel of the hidden units; @move has their gradient's parts. */
static void
move_hidden(NgTrainer *t, guint panel, const Move *move)
{
    NgTrainState *s = &t->state;
    const float cost = (float)t->how.sparsity_cost, target = (float)t->how.sparsity;

    for (guint i = 0; i < NG_PANEL; i++) {
        const guint j = panel * NG_PANEL + i;
        float gc = move->gc[i] - move->sum[i];
        if (j >= t->H)
            return;
        if (cost > 0.0F)
            gc += cost * (target - s->h_active[j]);
        s->c_speed[j] = t->momentum * s->c_speed[j] + t->rate * gc;
        s->c[j] += s->c_speed[j];
        s->c_mean[j] += t->share * (s->c[j] - s->c_mean[j]);
    }
}

/* Sums the activities of panel @panel, moves its centres; returns the sums. */
static Sums
sum_panel(NgTrainer *t, const Kernels *run, guint panel)
{
    const gsize apart = (gsize)t->rows_most * NG_PANEL, first = panel * NG_PANEL;
    Sums sums = {
        .p = t->p + panel * apart,
        .batch = t->batch,
        .chains = t->minus_rows,
        .slide = (float)t->how.slide,
        .offset = t->state.h_offset + first,
        .active = t->state.h_active + first,
        .pull = t->pull + panel / NG_TRAIN_ITEM * apart,
        .add = panel % NG_TRAIN_ITEM > 0,
    };

    run->sum_rows(&sums);
    memcpy(t->h_sum + first, &sums.gc, sizeof sums.gc);
    return sums;
}

/* g[panels][D, 16] <- V' Q */
static void
gradient(const NgTrainer *t, guint first, guint panels, float *g)
{
    const gsize apart = (gsize)t->rows_most * NG_PANEL, all = (gsize)t->D * NG_PANEL;
    const float *p = t->p + first * apart;

    memset(g, 0, panels * all * sizeof *g);
    if (t->sparse) {
        const NgPanels sum = {(int)panels, p, apart, g, all};
        ng_panel_add_lists(&sum, t->u_list, t->D);
        return;
    }
    const NgBitRows units = {t->u_bits, t->u_stride, t->D, t->batch + t->minus_rows};
    for (guint panel = 0; panel < panels; panel++)
        ng_panel_add_bits(p + panel * apart, &units, g + panel * all);
}

/**
 * ng_train_panels_move:
 * @first: panel of hidden units, whose activities of all rows are known
 * @end: one or two further
 * @room: the thread's own
 *
 * Moves the weights and biases of the panels.
 */
void
ng_train_panels_move(NgTrainer *t, guint first, guint end, const NgScratch *room)
{
    NgTrainState *s = &t->state;
    const Kernels run = kernels();
    const gsize all = (gsize)t->D * NG_PANEL;
    Sums sums[NG_TRAIN_ITEM] = {{0}};

    for (guint panel = first; panel < end; panel++)
        sums[panel - first] = sum_panel(t, &run, panel);
    gradient(t, first, end - first, room->panel);
    for (guint panel = first; panel < end; panel++) {
        const gsize at = panel * all;
        Move move = {
            .n = t->D,
            .g = room->panel + (panel - first) * all,
            .m = s->v_offset,
            .gap = t->gap,
            .w = s->w + at,
            .speed = t->how.momentum > 0.0 || t->how.momentum_early > 0.0 ? s->w_speed + at : NULL,
            .mean = t->share > 0.0F ? s->w_mean + at : NULL,
            .rate = t->rate,
            .momentum = t->momentum,
            .l1 = (float)t->how.l1,
            .l2 = (float)t->how.l2,
            .share = t->share,
            .centred = t->how.centred,
            .gc = sums[panel - first].gc,
        };
        memcpy(&move.offset, s->h_offset + panel * NG_PANEL, sizeof move.offset);
        run.move_weights(&move);
        move_hidden(t, panel, &move);
    }
}

/* pull[rows]: Q l of each row, from the sums of the pieces */
static void
sum_pulls(NgTrainer *t)
{
    const gsize apart = (gsize)t->rows_most * NG_PANEL;
    const guint pieces = (t->h_panels + NG_TRAIN_ITEM - 1) / NG_TRAIN_ITEM;

    for (gsize r = 0; r < t->batch + t->minus_rows; r++) {
        float lane[NG_PANEL] = {0};
        for (guint piece = 0; piece < pieces; piece++)
            for (guint i = 0; i < NG_PANEL; i++)
                lane[i] += t->pull[piece * apart + r * NG_PANEL + i];
        for (guint n = NG_PANEL / 2; n > 0; n /= 2)
            for (guint i = 0; i < n; i++)
                lane[i] += lane[i + n];
        t->row_pull[r] = lane[0];
    }
}

/* V' x of unit @i, where x[rows] are numbers */
static float
pulled(const NgTrainer *t, guint i)
{
    float sum = 0.0F;

    if (t->sparse) {
        for (guint32 e = 0; e < t->u_list[i].n; e++)
            sum += t->row_pull[t->u_list[i].index[e]];
        return sum;
    }
    for (gsize r = 0; r < t->batch + t->minus_rows; r++)
        if ((t->u_bits[i * t->u_stride + r / NG_PANEL] >> r % NG_PANEL & 1) != 0)
            sum += t->row_pull[r];
    return sum;
}

/* Moves the visible biases, when all panels have moved. */
void
ng_train_panel_biases(NgTrainer *t)
{
    NgTrainState *s = &t->state;
    float ll = 0.0F, gl = 0.0F;

    for (guint j = 0; j < t->H; j++) {
        ll += s->h_offset[j] * s->h_offset[j];
        gl += t->h_sum[j] * s->h_offset[j];
    }
    if (t->how.centred)
        sum_pulls(t);
    for (guint i = 0; i < t->D; i++) {
        float gb = t->gap[i];
        if (t->how.centred)
            gb -= pulled(t, i) - s->v_offset[i] * gl - t->gap[i] * ll;
        s->b_speed[i] = t->momentum * s->b_speed[i] + t->rate * gb;
        s->b[i] += s->b_speed[i];
        s->b_mean[i] += t->share * (s->b[i] - s->b_mean[i]);
    }
}

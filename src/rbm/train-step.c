/*
 * The step up the gradient
 *
 * With Q the hidden means, weighted by 1 / B for the batch and -1 / M for the chains, the gradients
 * are
 *     gW = V' Q,  gb = sum of weight v,  gc = sum of Q (times the words of the row),
 * and centred with the centres m of visible and l of hidden units (Melchior, Fischer, Wiskott: How
 * to Center Deep Boltzmann Machines, JMLR 2016)
 *     gW <- gW - m gc' - gb l',  gb <- gb - gW l,  gc <- gc - gW' m.
 * A visible unit's row of V' Q is a sum of rows of Q: those where the unit is on.  Work is cut into
 * blocks of visible units; each does gradient, velocity, weights and their turned copy at once,
 * while they are in the cache.  Sums run in one order, so that the number of threads does not show.
 */
#include "train-internal.h"

#include "ngram/matrix.h"

#include <string.h>

/* What one visible unit's row of weights takes part in; all [hs]. */
typedef struct {
    const float *gc, *h_offset; /* centred gradient */
    float m, gb;                /* of this unit */
    float rate, momentum, l1, l2, share;
    size_t n; /* hs */
    float *g, *w, *speed, *mean;
    float *sum; /* += m g */
} Row;

/* Centres the gradient of a row, moves the weights; returns its product with the hidden centres. */
#define LANES 8
typedef float Floats __attribute__((vector_size(LANES * sizeof(float))));
typedef gint32 Bits __attribute__((vector_size(LANES * sizeof(float))));

static inline __attribute__((always_inline)) float
move_row(const Row *row)
{
    Floats dot = {0};

    for (size_t j = 0; j < row->n; j += LANES) {
        Floats g, gc, offset, w, speed, sum;
        memcpy(&g, row->g + j, sizeof g);
        memcpy(&gc, row->gc + j, sizeof gc);
        memcpy(&offset, row->h_offset + j, sizeof offset);
        memcpy(&w, row->w + j, sizeof w);
        memcpy(&speed, row->speed + j, sizeof speed);
        memcpy(&sum, row->sum + j, sizeof sum);
        g = g - row->m * gc - row->gb * offset;
        dot += g * offset;
        sum += row->m * g;
        Floats sign = (Floats)(((Bits)w & (gint32)G_MININT32) | (Bits)(1.0F - (Floats){0}));
        speed = row->momentum * speed + row->rate * (g - row->l2 * w - row->l1 * sign);
        w += speed;
        memcpy(row->w + j, &w, sizeof w);
        memcpy(row->speed + j, &speed, sizeof speed);
        memcpy(row->sum + j, &sum, sizeof sum);
        if (row->share > 0.0F) {
            Floats mean;
            memcpy(&mean, row->mean + j, sizeof mean);
            mean += row->share * (w - mean);
            memcpy(row->mean + j, &mean, sizeof mean);
        }
    }
    float total = 0.0F;
    for (int lane = 0; lane < LANES; lane++)
        total += dot[lane];
    return total;
}

static float
move_row_plain(const Row *row)
{
    return move_row(row);
}

#if defined(__x86_64__)
static __attribute__((target("avx2"))) float
move_row_avx2(const Row *row)
{
    return move_row(row);
}
#endif

static float
move(const Row *row)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2"))
        return move_row_avx2(row);
#endif
    return move_row_plain(row);
}

/* Rows of the gradient's activities that one block's units are on in. */
typedef struct {
    guint number, first, units;
    const NgScratch *room;
    NgSparse list[NG_BLOCK_UNITS];
    float plus[NG_BLOCK_UNITS], minus[NG_BLOCK_UNITS]; /* sums over batch and chains */
} Block;

/* Rows that a unit may be on in. */
static gsize
most_rows(const NgTrainer *t)
{
    return 2 * (gsize)t->how.batch + t->chains;
}

/* Adds the rows of batch or chains to the block's lists. */
static void
list_layer(const NgTrainer *t, gboolean chains, Block *block)
{
    const NgLayer *layer = chains ? &t->minus : &t->plus;
    const guint rows = chains ? t->minus_rows : t->batch, offset = chains ? t->batch : 0;
    float *sum = chains ? block->minus : block->plus;

    for (guint r = 0; r < rows; r++) {
        const guint32 *cut = layer->cut + (gsize)r * (t->blocks + 1) + block->number;
        const NgSparse *from = &layer->sparse[r];
        for (guint32 e = cut[0]; e < cut[1]; e++) {
            guint unit = from->index[e] - block->first;
            float value = from->value != NULL ? from->value[e] : 1.0F;
            gsize at = unit * most_rows(t) + block->list[unit].n++;
            block->room->list[at] = offset + r;
            block->room->weight[at] = value;
            sum[unit] += value;
        }
    }
}

static void
sparse_gradient(const NgTrainer *t, Block *block)
{
    const gboolean bits = t->value == NULL || t->drawn;
    const NgScratch *room = block->room;

    for (guint i = 0; i < block->units; i++) {
        block->list[i].index = room->list + i * most_rows(t);
        block->list[i].value = bits ? NULL : room->weight + i * most_rows(t);
    }
    list_layer(t, FALSE, block);
    list_layer(t, TRUE, block);
    const NgRowSum sum = {
        .m = t->p,
        .stride = t->hs,
        .columns = t->hs,
        .rows = block->list,
        .n_rows = block->units,
        .out = room->g,
        .out_stride = t->hs,
    };
    ng_row_sum(&sum);
}

/* Copies the block's columns of batch or chains, below each other. */
static void
copy_columns(const NgTrainer *t, gboolean chains, Block *block)
{
    const NgLayer *layer = chains ? &t->minus : &t->plus;
    const guint rows = chains ? t->minus_rows : t->batch, offset = chains ? t->batch : 0;
    float *sum = chains ? block->minus : block->plus;

    for (guint r = 0; r < rows; r++) {
        const float *from = layer->dense + (gsize)r * t->D + block->first;
        float *to = block->room->columns + (gsize)(offset + r) * block->units;
        memcpy(to, from, block->units * sizeof *to);
        for (guint i = 0; i < block->units; i++)
            sum[i] += from[i];
    }
}

static void
dense_gradient(const NgTrainer *t, Block *block)
{
    const NgProduct product = {
        .m = block->units,
        .n = t->hs,
        .k = t->batch + t->minus_rows,
        .a = block->room->columns,
        .b = t->p,
        .c = block->room->g,
        .a_turned = TRUE,
        .alpha = 1.0F,
    };

    copy_columns(t, FALSE, block);
    copy_columns(t, TRUE, block);
    ng_matrix_multiply(&product);
}

/* NOLINTBEGIN(readability-non-const-parameter): what a Row points to is written */
/* Moves what belongs to visible unit @i; @gradient is its row, @plus and @minus its means. */
static void
move_unit(NgTrainer *t, guint i, float *gradient, float plus, float minus)
{
    NgTrainState *s = &t->state;
    const gboolean centred = t->how.centred;
    float scale = 1.0F / t->words;

    s->v_offset[i] += (float)t->how.slide * (plus * scale - s->v_offset[i]);
    float gb = (float)(1.0 - t->how.discriminative) * (plus - minus);
    if (t->l_stride > 0 && i >= t->D - t->labels)
        gb += ng_train_label_gradient(t, i - (t->D - t->labels), gradient);
    const Row row = {
        .gc = t->h_sum,
        .h_offset = s->h_offset,
        .m = centred ? s->v_offset[i] : 0.0F,
        .gb = centred ? gb : 0.0F,
        .rate = t->rate,
        .momentum = t->momentum,
        .l1 = (float)t->how.l1,
        .l2 = (float)t->how.l2,
        .share = t->share,
        .n = t->hs,
        .g = gradient,
        .w = s->w + i * t->hs,
        .speed = s->w_speed + i * t->hs,
        .mean = s->w_mean + i * t->hs,
        .sum = t->g_part + i / NG_BLOCK_UNITS * t->hs,
    };
    float dot = move(&row);
    if (centred)
        gb -= dot;
    s->b_speed[i] = t->momentum * s->b_speed[i] + t->rate * gb;
    s->b[i] += s->b_speed[i];
    s->b_mean[i] += t->share * (s->b[i] - s->b_mean[i]);
}
/* NOLINTEND(readability-non-const-parameter) */

/* The exact expectations under the model, of units @first ... */
static void
take_moments(const NgTrainer *t, guint first, guint units, float *g, float *minus)
{
    for (guint i = 0; i < units; i++) {
        const double *vh = t->moments->vh + (gsize)(first + i) * t->H;
        minus[i] = (float)t->moments->v[first + i];
        for (guint j = 0; j < t->H; j++)
            g[i * t->hs + j] -= (float)(vh[j] * (1.0 - t->how.discriminative));
    }
}

static void
step_task(size_t index, unsigned thread, gpointer data)
{
    NgTrainer *t = data;
    const guint first = (guint)index * NG_BLOCK_UNITS;
    const NgScratch *room = &t->scratch[thread];
    Block block = {
        .number = (guint)index,
        .first = first,
        .units = MIN(t->D - first, NG_BLOCK_UNITS),
        .room = room,
    };

    if (t->sparse)
        sparse_gradient(t, &block);
    else
        dense_gradient(t, &block);
    if (t->moments != NULL)
        take_moments(t, first, block.units, room->g, block.minus);
    memset(t->g_part + index * t->hs, 0, t->hs * sizeof *t->g_part);
    for (guint i = 0; i < block.units; i++)
        move_unit(t, first + i, room->g + i * t->hs, block.plus[i] / (float)t->batch,
                  block.minus[i] / (float)MAX(t->minus_rows, 1));
    ng_train_turn(t, first, first + block.units);
}

static void
move_hidden(NgTrainer *t)
{
    NgTrainState *s = &t->state;
    const float cost = (float)t->how.sparsity_cost, target = (float)t->how.sparsity;

    for (guint j = 0; j < t->H; j++) {
        float gc = t->h_sum[j];
        s->h_active[j] += 0.1F * (t->h_sum[t->hs + j] - s->h_active[j]);
        if (cost > 0.0F)
            gc += cost * t->words * (target - s->h_active[j]);
        gc /= t->words * t->words;
        for (guint block = 0; t->how.centred && block < t->blocks; block++)
            gc -= t->g_part[block * t->hs + j];
        s->c_speed[j] = t->momentum * s->c_speed[j] + t->rate * gc;
        s->c[j] += s->c_speed[j];
        s->c_mean[j] += t->share * (s->c[j] - s->c_mean[j]);
    }
}

/* Moves all parameters, after ng_train_phases(). */
void
ng_train_step(NgTrainer *t)
{
    NgTrainState *s = &t->state;
    float words = 0.0F;

    for (guint r = 0; r < t->batch; r++)
        words += t->length[r];
    t->words = MAX(words, 1.0F) / (float)t->batch;
    for (guint j = 0; j < t->H; j++)
        s->h_offset[j] += (float)t->how.slide * (t->h_sum[t->hs + j] - s->h_offset[j]);
    ng_crew_run(t->crew, t->blocks, step_task, t);
    move_hidden(t);
}

/* Copies rows @first .. @last - 1 of the weights into columns of the turned ones. */
void
ng_train_turn(NgTrainer *t, guint first, guint last)
{
    const guint even = last - (last - first) % 8;

    if (t->panels)
        return;
    for (size_t j = 0; j + 8 <= t->hs; j += 8)
        for (size_t i = first; i < even; i += 8)
            ng_panel_turn(t->state.w + i * t->hs + j, t->hs, t->wt + j * t->ds + i, t->ds);
    for (guint j = 0; j < t->H; j++)
        for (guint i = even; i < last; i++)
            t->wt[j * t->ds + i] = t->state.w[i * t->hs + j];
}

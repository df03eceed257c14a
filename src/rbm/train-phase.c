/*
 * The two phases of a step
 *
 * The data's: P(h | v) of the rows of the batch.  The model's: k steps of Gibbs sampling from the
 * rows themselves (CD) or of chains that go on (PCD), then P(h | v) there.  Work is cut into chunks
 * of rows that do not depend on each other; coins have addresses.  So nothing here depends on the
 * number of threads.
 *
 * The hidden means enter the gradient with their weight in the mean: 1 / B for rows of the batch,
 * -1 / M for chains; see train-step.c.
 */
#include "train-internal.h"

#include "ngram/matrix.h"
#include "ngram/sigmoid.h"

#include <string.h>

/* a[n, hs] <- c + v W for rows @first .. of a layer */
static void
hidden_input(const NgTrainer *t, const NgLayer *v, guint first, guint n, float *a)
{
    for (guint r = 0; r < n; r++) {
        float length = t->counts ? t->length[(first + r) % t->batch] : 1.0F;
        for (size_t j = 0; j < t->hs; j++)
            a[r * t->hs + j] = length * t->state.c[j];
    }
    if (v->dense == NULL) {
        const NgRowSum sum = {
            .m = t->state.w,
            .stride = t->hs,
            .columns = t->hs,
            .rows = v->sparse + first,
            .n_rows = n,
            .start = a,
            .start_stride = t->hs,
            .out = a,
            .out_stride = t->hs,
        };
        ng_row_sum(&sum);
        return;
    }
    const NgProduct product = {
        .m = n,
        .n = t->hs,
        .k = t->D,
        .a = v->dense + (gsize)first * t->D,
        .b = t->state.w,
        .c = a,
        .alpha = 1.0F,
        .beta = 1.0F,
    };
    ng_matrix_multiply(&product);
}

/* a[n, ds] <- b + h W' for chains @first .., in the thread's room */
static void
visible_input(const NgTrainer *t, guint first, guint n, const NgScratch *room)
{
    const NgRowSum sum = {
        .m = t->wt,
        .stride = t->ds,
        .columns = t->ds,
        .rows = t->hidden.sparse + first,
        .n_rows = n,
        .start = t->state.b,
        .out = room->a,
        .out_stride = t->ds,
    };
    ng_row_sum(&sum);
}

/* Row @r of the gradient's activities, p times @weight; sums go on in part[hs]. */
static void
put_means(NgTrainer *t, guint r, const float *p, float weight, float length, float *part)
{
    float *to = t->p + (gsize)r * t->hs;

    for (guint j = 0; j < t->H; j++) {
        to[j] = weight * p[j];
        part[j] += length * to[j];
    }
}

/* Takes what discriminative training has less of from row @r. */
static void
take_less(NgTrainer *t, guint r, const float *less, float weight, float *part)
{
    float *to = t->p + (gsize)r * t->hs;

    for (guint j = 0; j < t->H; j++) {
        to[j] -= weight * less[j];
        part[j] -= weight * less[j];
    }
}

/* P(h | v) of rows @first .. of the batch; a chain begins at each for CD. */
static void
plus_phase(NgTrainer *t, guint chunk, guint first, guint n, const NgScratch *room)
{
    const NgNoise noise = {.seed = t->how.seed, .epoch = t->epoch, .step = t->step * (t->k + 1)};
    const float weight = 1.0F / (float)t->batch;
    float *part = t->h_part + (gsize)chunk * 2 * t->hs, *mean = part + t->hs;

    memset(part, 0, 2 * t->hs * sizeof *part);
    memset(t->l_part + chunk * t->l_stride, 0, t->l_stride * sizeof *t->l_part);
    for (guint r = first; r < first + n && !t->counts; r++)
        ng_train_take_row(t, r, room->u);
    hidden_input(t, &t->plus, first, n, room->a);
    for (guint r = first; r < first + n; r++) {
        float *p = room->a + (r - first) * t->hs;
        if (t->l_stride > 0)
            ng_train_label_row(t, (guint)ng_dataset_label(t->data, t->rows[r]), p, weight,
                               t->l_part + chunk * t->l_stride, room->less);
        ng_sigmoid_array(p, p, t->H);
        put_means(t, r, p, weight, t->length[r], part);
        for (guint j = 0; j < t->H; j++)
            mean[j] += weight * p[j];
        if (t->l_stride > 0)
            take_less(t, r, room->less, weight, part);
        if (t->how.method == NG_RBM_CD)
            ng_train_draw_hidden(t, &noise, r, p, room->u);
    }
}

/* k steps of chains @first .. */
static void
minus_phase(NgTrainer *t, guint chunk, guint first, guint n, const NgScratch *room)
{
    NgNoise noise = {.seed = t->how.seed, .epoch = t->epoch};
    const guint chains = t->how.method == NG_RBM_CD ? t->batch : t->chains;
    const float weight = -(float)(1.0 - t->how.discriminative) / (float)chains;
    float *part = t->h_part + (gsize)chunk * 2 * t->hs;

    for (guint s = 1; s <= t->k; s++) {
        noise.step = t->step * (t->k + 1) + s;
        visible_input(t, first, n, room);
        for (guint r = first; r < first + n; r++)
            ng_train_draw_visible(t, &noise, r, room, room->a + (r - first) * t->ds);
        hidden_input(t, &t->minus, first, n, room->a);
        for (guint r = first; r < first + n; r++) {
            float *p = room->a + (r - first) * t->hs;
            ng_sigmoid_array(p, p, t->H);
            ng_train_draw_hidden(t, &noise, r, p, room->u);
        }
    }
    if (t->how.method == NG_RBM_PCD)
        memset(part, 0, 2 * t->hs * sizeof *part);
    for (guint r = first; r < first + n; r++) {
        float length = t->counts ? t->length[r % t->batch] : 1.0F;
        put_means(t, t->batch + r, room->a + (r - first) * t->hs, weight, length, part);
        if (t->sparse)
            ng_train_layer_cut(&t->minus, t, r);
    }
}

static guint
chunks(guint rows)
{
    return (rows + NG_CHUNK_ROWS - 1) / NG_CHUNK_ROWS;
}

static guint
chunk_rows(guint chunk, guint rows)
{
    return MIN(rows - chunk * NG_CHUNK_ROWS, NG_CHUNK_ROWS);
}

static void
phase_task(size_t index, unsigned thread, gpointer data)
{
    NgTrainer *t = data;
    const NgScratch *room = &t->scratch[thread];
    guint item = (guint)index, n_plus = chunks(t->batch);

    if (t->how.method != NG_RBM_PCD || t->minus_rows == 0) {
        guint first = item * NG_CHUNK_ROWS, n = chunk_rows(item, t->batch);
        plus_phase(t, item, first, n, room);
        if (t->how.method == NG_RBM_CD && t->minus_rows > 0)
            minus_phase(t, item, first, n, room);
        return;
    }
    /* the long pieces first, so that the threads end together */
    guint n_minus = chunks(t->chains);
    if (item < n_minus)
        minus_phase(t, n_plus + item, item * NG_CHUNK_ROWS, chunk_rows(item, t->chains), room);
    else
        plus_phase(t, item - n_minus, (item - n_minus) * NG_CHUNK_ROWS,
                   chunk_rows(item - n_minus, t->batch), room);
}

/* Both phases of the batch, and the sums over its rows. */
void
ng_train_phases(NgTrainer *t)
{
    guint items = chunks(t->batch);

    if (t->how.method == NG_RBM_PCD && t->minus_rows > 0)
        items += chunks(t->chains);
    for (guint r = 0; t->counts && r < t->batch; r++)
        ng_train_take_row(t, r, t->scratch[0].u); /* chains want the lengths at once */
    ng_crew_run(t->crew, items, phase_task, t);
    memset(t->h_sum, 0, 2 * t->hs * sizeof *t->h_sum);
    for (guint chunk = 0; chunk < items; chunk++)
        for (size_t j = 0; j < 2 * t->hs; j++)
            t->h_sum[j] += t->h_part[chunk * 2 * t->hs + j];
}

/* Chains begin at rows of the data. */
void
ng_train_begin_chains(NgTrainer *t)
{
    const NgNoise noise = {.seed = t->how.seed, .epoch = G_MAXUINT32};
    const size_t rows = ng_dataset_rows(t->data);
    const NgScratch *room = &t->scratch[0];

    t->batch = 1;
    t->rows = t->order;
    for (guint r = 0; r < t->chains; r++) {
        t->order[0] = (guint)(r % rows);
        ng_train_take_row(t, 0, room->u);
        hidden_input(t, &t->plus, 0, 1, room->a);
        ng_sigmoid_array(room->a, room->a, t->H);
        ng_train_draw_hidden(t, &noise, r, room->a, room->u);
    }
}

/**
 * ng_train_put_chain:
 * @r: number of a chain
 * @v: [D] its visible units, bits or dense
 * @p: [hs] room
 *
 * A chain that was moved elsewhere enters the gradient.
 */
void
ng_train_put_chain(NgTrainer *t, guint r, const float *v, float *p)
{
    NgLayer *layer = &t->minus;

    if (t->sparse) {
        guint32 *index = layer->index + (gsize)r * t->D, n = 0;
        for (guint i = 0; i < t->D; i++) {
            index[n] = i;
            n += v[i] != 0.0F;
        }
        layer->sparse[r].n = n;
        ng_train_layer_cut(layer, t, r);
    } else {
        memcpy(layer->dense + (gsize)r * t->D, v, t->D * sizeof *v);
    }
    hidden_input(t, layer, r, 1, p);
    ng_sigmoid_array(p, p, t->H);
    put_means(t, t->batch + r, p, -(float)(1.0 - t->how.discriminative) / (float)t->chains, 1.0F,
              t->h_sum);
}

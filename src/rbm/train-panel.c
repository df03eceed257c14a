/*
 * The phases of a step of units that are bits
 *
 * As in train-phase.c, but all states are bits, and the weights are panels of 16 hidden units each:
 * [D, 16] one after another.  Work is cut by units, not by rows: a piece draws 32 visible units, or
 * 32 hidden ones, for all rows of the batch and all chains, and its panels stay in the cache.  What
 * hidden units take in is a sum of rows of a panel, by lists of what is on or by tables, see
 * panel.c; visible units turn their part of the weights first.  One unit of a softmax group is drawn
 * when all of the group know what they take in.
 *
 * Rows: those of the batch first, then the chains.  Nothing depends on the number of threads.
 */
#include "train-internal.h"

#include "ngram/panel.h"
#include "ngram/sigmoid.h"

#include <string.h>

enum { ITEM = NG_TRAIN_ITEM }; /* panels of a piece of work */

static guint
items(size_t units)
{
    return (guint)((units + ITEM * NG_PANEL - 1) / (ITEM * NG_PANEL));
}

/* How many of panel @panel's units there are. */
static guint
panel_units(guint units, guint panel)
{
    return MIN(units - panel * NG_PANEL, NG_PANEL);
}

/* a[n, 16] <- panel @panel of the biases, for each row */
static void
put_biases(const float *bias, guint panel, size_t n, float *a)
{
    for (size_t r = 0; r < n; r++)
        memcpy(a + r * NG_PANEL, bias + panel * NG_PANEL, NG_PANEL * sizeof *a);
}

/* m[H, 16] <- the weights of panel @panel of the visible units, turned; 0 where there are none */
static void
turn_weights(const NgTrainer *t, guint panel, float *m)
{
    const guint first = panel * NG_PANEL, n = panel_units(t->D, panel);
    const gsize apart = (gsize)t->D * NG_PANEL;
    const float *from = t->state.w + (gsize)first * NG_PANEL;

    if (n == NG_PANEL) {
        ng_panel_turn_all(from, apart, t->h_panels, m);
        return;
    }
    for (guint p = 0; p < t->h_panels; p++) {
        float all[NG_PANEL * NG_PANEL] = {0};
        memcpy(all, from + p * apart, n * NG_PANEL * sizeof *all);
        ng_panel_turn_all(all, 0, 1, m + (gsize)p * NG_PANEL * NG_PANEL);
    }
}

/* Where draws of a layer go. */
typedef struct {
    guint layer, units;
    const guint16 *alone; /* (nullable): [panels] the units that are drawn here; %NULL for all */
    guint16 *bits;        /* [n, stride] */
    gsize stride, n;
    gsize apart; /* rows from the probabilities of one panel to those of the next */
} Draw;

/* Draws the units of piece @item in n rows, with probabilities p[ITEM, apart, 16]. */
static void
draw(const NgNoise *noise, const Draw *d, guint item, const float *p)
{
    float u[ITEM * NG_PANEL];

    for (gsize r = 0; r < d->n; r++) {
        const NgNoiseRow row = {d->layer, (guint32)r, item * ITEM * NG_PANEL};
        ng_noise_fill_from(noise, &row, u, ITEM * NG_PANEL);
        for (guint half = 0; half < ITEM; half++) {
            const guint panel = item * ITEM + half;
            if (panel * NG_PANEL >= d->units)
                break;
            const guint there =
                d->alone != NULL ? d->alone[panel] : (1U << panel_units(d->units, panel)) - 1;
            d->bits[r * d->stride + panel] =
                (guint16)(ng_panel_below(u + half * NG_PANEL,
                                         p + (half * d->apart + r) * NG_PANEL) &
                          there);
        }
    }
}

/* What a loop over pieces does. */
typedef struct {
    NgTrainer *t;
    NgNoise noise;
    gboolean take;        /* rows of the batch are taken */
    gboolean plus, minus; /* of which rows hidden units are found */
    gboolean coins; /* they are drawn: those of the chains, of the batch where there are none */
    gboolean last;  /* weights move */
} Loop;

/* Visible units of piece @item of all chains, given what drives them. */
static void
visible_item(const Loop *loop, guint item, const NgScratch *room)
{
    const NgTrainer *t = loop->t;
    const gsize n = t->minus_rows;
    const NgBitRows hidden = {t->h_bits, t->h_stride, n, t->H};
    const Draw d = {
        .layer = NG_LAYER_VISIBLE,
        .units = t->D,
        .alone = t->v_alone,
        .bits = t->v_bits + t->batch * t->v_stride,
        .stride = t->v_stride,
        .n = n,
        .apart = n,
    };
    float *m = room->panel, *p = m + t->hs * NG_PANEL;

    for (guint half = 0; half < ITEM; half++) {
        const guint panel = item * ITEM + half;
        float *a = p + half * n * NG_PANEL;
        if (panel >= t->v_panels)
            break;
        turn_weights(t, panel, m);
        put_biases(t->state.b, panel, n, a);
        ng_panel_add_bits(m, &hidden, a);
        for (gsize r = 0; t->v_input != NULL && r < n; r++)
            memcpy(t->v_input + r * t->ds + (gsize)panel * NG_PANEL, a + r * NG_PANEL,
                   NG_PANEL * sizeof *a);
        ng_sigmoid_array(a, a, n * NG_PANEL);
    }
    draw(&loop->noise, &d, item, p);
}

/* Draws one unit of each group in chains of chunk @index, when all know what they take in. */
static void
group_task(size_t index, unsigned thread, gpointer data)
{
    const Loop *loop = data;
    const NgTrainer *t = loop->t;
    const guint first = (guint)index * NG_CHUNK_ROWS;
    guint n_groups = 0;
    const NgUnitGroup *groups = ng_rbm_groups(t->rbm, &n_groups);

    for (guint r = first; r < MIN(first + NG_CHUNK_ROWS, t->minus_rows); r++) {
        guint16 *bits = t->v_bits + (t->batch + r) * t->v_stride;
        for (guint g = 0; g < n_groups; g++) {
            const guint at = groups[g].first;
            const NgNoiseRow row = {NG_LAYER_VISIBLE, r, at / 4 * 4};
            float *x = t->v_input + r * t->ds + at, u[4];
            if (groups[g].kind != NG_UNITS_SOFTMAX)
                continue;
            ng_noise_fill_from(&loop->noise, &row, u, 4);
            ng_train_draw_softmax(x, groups[g].size, &u[at % 4], 1, t->scratch[thread].die);
            for (guint i = 0; i < groups[g].size; i++)
                bits[(at + i) / NG_PANEL] |= (guint16)((x[i] != 0.0F) << (at + i) % NG_PANEL);
        }
    }
}

/* Fetches the list of row @r of the batch, which lies anywhere in the data. */
static void
fetch_row(const NgTrainer *t, guint r)
{
    enum { LINE = 16 }; /* entries */

    if (r >= t->batch || !t->sparse)
        return;
    for (guint64 e = t->begin[t->rows[r]]; e < t->begin[t->rows[r] + 1]; e += LINE)
        __builtin_prefetch(t->index + e);
}

/* Takes row @r of the batch, as a list and as bits. */
static void
take_row(NgTrainer *t, guint r, float *u)
{
    guint16 *bits = t->v_bits + r * t->v_stride;

    ng_train_take_row(t, r, u);
    memset(bits, 0, t->v_stride * sizeof *bits);
    if (t->sparse) {
        const NgSparse *list = &t->plus.sparse[r];
        guint word = 0, x = 0;
        for (guint32 e = 0; e < list->n; e++) {
            const guint unit = list->index[e];
            x = unit / NG_PANEL == word ? x : 0;
            word = unit / NG_PANEL;
            x |= 1U << unit % NG_PANEL;
            bits[word] = (guint16)x;
        }
    } else {
        const float *x = t->plus.dense + (gsize)r * t->D;
        for (guint i = 0; i < t->D; i++)
            bits[i / NG_PANEL] |= (guint16)((x[i] != 0.0F) << i % NG_PANEL);
    }
}

static void
draw_task(size_t index, unsigned thread, gpointer data)
{
    const Loop *loop = data;
    NgTrainer *t = loop->t;
    const NgScratch *room = &t->scratch[thread];
    guint item = (guint)index, visible = loop->minus ? items(t->D) : 0;

    if (item < visible) {
        visible_item(loop, item, room);
        return;
    }
    item -= visible;
    const guint first = item * NG_CHUNK_ROWS;
    for (guint r = first; r < MIN(first + NG_CHUNK_ROWS, t->batch); r++) {
        fetch_row(t, r + 2);
        take_row(t, r, room->u);
    }
}

/* Bits to lists, and rows to columns */

static guint64
four_words(const guint16 *bits)
{
    return bits[0] | (guint64)bits[1] << 16 | (guint64)bits[2] << 32 | (guint64)bits[3] << 48;
}

/* index <- the units that are on in a row of @words words, a multiple of 4; returns how many */
static guint32
list_bits(const guint16 *bits, gsize words, guint32 *index)
{
    guint32 n = 0;

    for (gsize w = 0; w < words; w += 4) {
        guint64 x = four_words(bits + w);
        for (; x != 0; x &= x - 1)
            index[n++] = (guint32)(w * NG_PANEL) + (guint32)__builtin_ctzll(x);
    }
    return n;
}

/* Turns 16 rows of 16 bits, by halves of halves (Warren, Hacker's Delight, 7-3). */
static void
turn_bits(guint16 *x)
{
    guint mask = 0xff;

    for (guint width = 8; width > 0; width /= 2, mask ^= mask << width)
        for (guint i = 0; i < NG_PANEL; i = (i + width + 1) & ~width) {
            guint swap = ((guint)x[i] >> width ^ x[i + width]) & mask;
            x[i] ^= (guint16)(swap << width);
            x[i + width] ^= (guint16)swap;
        }
}

/* How many of the first @n bits are 1. */
static guint
count_bits(const guint16 *bits, guint n)
{
    const guint64 odd = 0x5555555555555555, two = 0x3333333333333333, four = 0x0f0f0f0f0f0f0f0f;
    guint count = 0;

    for (guint at = 0; at < n; at += 64, bits += 4) {
        guint64 x = four_words(bits);
        if (n - at < 64)
            x &= ((guint64)1 << (n - at)) - 1;
        x -= x >> 1 & odd;
        x = (x & two) + (x >> 2 & two);
        count += (guint)(((x + (x >> 4)) & four) * 0x0101010101010101 >> 56);
    }
    return count;
}

/* In which rows each unit of a panel is on, and its means. */
static void
turn_rows(NgTrainer *t, guint panel)
{
    NgTrainState *s = &t->state;
    const guint rows = t->batch + t->minus_rows, units = panel_units(t->D, panel);

    for (guint first = 0; first < NG_BIT_STRIDE(rows) * NG_PANEL; first += NG_PANEL) {
        guint16 x[NG_PANEL] = {0};
        for (guint r = 0; r < NG_PANEL && first + r < rows; r++)
            x[r] = t->v_bits[(first + r) * t->v_stride + panel];
        turn_bits(x);
        for (guint i = 0; i < units; i++)
            t->u_bits[(panel * NG_PANEL + i) * t->u_stride + first / NG_PANEL] = x[i];
    }
    for (guint unit = panel * NG_PANEL; unit < panel * NG_PANEL + units; unit++) {
        const guint16 *bits = t->u_bits + unit * t->u_stride;
        const guint plus = count_bits(bits, t->batch), all = count_bits(bits, rows);
        const float mean = (float)plus / (float)t->batch;
        t->gap[unit] = mean - (float)(all - plus) / (float)t->minus_rows;
        s->v_offset[unit] += (float)t->how.slide * (mean - s->v_offset[unit]);
        if (t->sparse)
            t->u_list[unit].n =
                list_bits(bits, NG_BIT_STRIDE(rows), t->u_index + unit * (gsize)t->rows_most);
    }
}

static void
list_task(size_t index, unsigned thread, gpointer data)
{
    const Loop *loop = data;
    NgTrainer *t = loop->t;
    guint item = (guint)index;

    (void)thread;
    if (loop->last && item < t->v_panels) {
        turn_rows(t, item);
        return;
    }
    const guint first = (item - (loop->last ? t->v_panels : 0)) * NG_CHUNK_ROWS;
    for (guint r = first; r < MIN(first + NG_CHUNK_ROWS, t->minus_rows); r++)
        t->minus.sparse[r].n = list_bits(t->v_bits + (t->batch + r) * t->v_stride, t->v_stride,
                                         t->minus.index + (gsize)r * t->D);
}

/* Hidden units */

/* p[n, 16] <- P(h | v) of panel @panel for rows @first .. */
static void
hidden_means(const NgTrainer *t, guint panel, guint first, guint n, float *p)
{
    const float *w = t->state.w + (gsize)panel * t->D * NG_PANEL;
    const guint units = panel_units(t->H, panel);

    put_biases(t->state.c, panel, n, p);
    if (t->sparse) {
        const NgSparse *rows =
            first < t->batch ? t->plus.sparse + first : t->minus.sparse + (first - t->batch);
        const NgPanels one = {.n = 1, .m = w, .out = p};
        ng_panel_add_lists(&one, rows, n);
    } else {
        const NgBitRows rows = {t->v_bits + first * t->v_stride, t->v_stride, n, t->D};
        ng_panel_add_bits(w, &rows, p);
    }
    ng_sigmoid_array(p, p, n * NG_PANEL);
    for (gsize r = 0; units < NG_PANEL && r < n; r++)
        memset(p + r * NG_PANEL + units, 0, (NG_PANEL - units) * sizeof *p);
}

static void
hidden_task(size_t index, unsigned thread, gpointer data)
{
    const Loop *loop = data;
    NgTrainer *t = loop->t;
    const guint begin = (guint)index * ITEM, end = MIN(begin + ITEM, t->h_panels);
    float *p = t->p + (gsize)begin * t->rows_most * NG_PANEL;
    const guint from = loop->minus ? t->batch : 0;
    const Draw d = {
        .layer = NG_LAYER_HIDDEN,
        .units = t->H,
        .bits = t->h_bits,
        .stride = t->h_stride,
        .n = loop->minus ? t->minus_rows : t->batch,
        .apart = t->rows_most,
    };

    for (guint panel = begin; panel < end; panel++) {
        float *a = t->p + (gsize)panel * t->rows_most * NG_PANEL;
        if (loop->plus)
            hidden_means(t, panel, 0, t->batch, a);
        if (loop->minus)
            hidden_means(t, panel, t->batch, t->minus_rows, a + t->batch * NG_PANEL);
    }
    if (loop->coins)
        draw(&loop->noise, &d, (guint)index, p + from * NG_PANEL);
    if (loop->last)
        ng_train_panels_move(t, begin, end, &t->scratch[thread]);
}

static guint
chunks(guint rows)
{
    return (rows + NG_CHUNK_ROWS - 1) / NG_CHUNK_ROWS;
}

/* Step @s of the chains, 0 before the first. */
static void
run_loops(Loop *loop, guint s)
{
    NgTrainer *t = loop->t;

    loop->noise.step = t->step * (t->k + 1) + s;
    ng_crew_run(t->crew, (loop->minus ? items(t->D) : 0) + (loop->take ? chunks(t->batch) : 0),
                draw_task, loop);
    if (loop->minus && t->v_input != NULL)
        ng_crew_run(t->crew, chunks(t->minus_rows), group_task, loop);
    const guint lists = loop->minus && t->sparse ? chunks(t->minus_rows) : 0;
    ng_crew_run(t->crew, lists + (loop->last ? t->v_panels : 0), list_task, loop);
    ng_crew_run(t->crew, items(t->H), hidden_task, loop);
}

/* Takes the batch, moves the chains, then all parameters. */
void
ng_train_panels(NgTrainer *t)
{
    const gboolean fresh = t->how.method == NG_RBM_CD; /* chains begin at the batch */
    Loop loop = {.t = t, .noise = {.seed = t->how.seed, .epoch = t->epoch}};

    if (fresh) {
        loop.take = loop.plus = loop.coins = TRUE;
        run_loops(&loop, 0);
        loop.plus = loop.take = FALSE;
    }
    loop.minus = TRUE;
    for (guint s = 1; s <= t->k; s++) {
        loop.last = s == t->k;
        loop.take = loop.last && !fresh;
        loop.plus = loop.last && !fresh;
        loop.coins = !loop.last || !fresh;
        run_loops(&loop, s);
    }
    ng_train_panel_biases(t);
}

/* Chains begin at rows of the data. */
void
ng_train_panel_begin(NgTrainer *t)
{
    const size_t rows = ng_dataset_rows(t->data);
    const NgNoise noise = {.seed = t->how.seed, .epoch = G_MAXUINT32};
    float u[NG_PANEL];

    t->batch = 1;
    t->rows = t->order;
    for (guint r = 0; r < t->chains; r++) {
        t->order[0] = (guint)(r % rows);
        take_row(t, 0, t->scratch[0].u);
        for (guint panel = 0; panel < t->h_panels; panel++) {
            const NgNoiseRow from = {NG_LAYER_HIDDEN, r, panel * NG_PANEL};
            const guint there = (1U << panel_units(t->H, panel)) - 1;
            hidden_means(t, panel, 0, 1, t->p);
            ng_noise_fill_from(&noise, &from, u, NG_PANEL);
            t->h_bits[r * t->h_stride + panel] = (guint16)(ng_panel_below(u, t->p) & there);
        }
    }
}

/*
 * Draws of a layer, given what its units take in
 *
 * The same rules and the same coins as in units.c, with sigmoids in single precision, and lists of
 * the units that are on as the result.
 */
#include "train-internal.h"

#include "ngram/die.h"
#include "ngram/sigmoid.h"

#include <math.h>
#include <string.h>

/* index <- the i in first .. first + n - 1 with u_i < p_i; returns how many */
static guint32
select_plain(const float *u, const float *p, guint32 first, guint n, guint32 *index)
{
    guint32 found = 0;

    for (guint i = 0; i < n; i++) {
        index[found] = first + i;
        found += u[i] < p[i];
    }
    return found;
}

/* A draw of row @row of the hidden layer: each unit is on with probability p[H]. */
void
ng_train_draw_hidden(NgTrainer *t, const NgNoise *noise, guint row, const float *p, float *u)
{
    ng_noise_fill(noise, NG_LAYER_HIDDEN, row, u, t->H);
    t->hidden.sparse[row].n =
        select_plain(u, p, 0, t->H, t->hidden.index + (gsize)row * t->hidden.units);
}

/**
 * ng_train_draw_softmax:
 * @x: (inout): [@n] log weights; then how often each was drawn
 * @u: [@draws] coins
 * @die: [@n] room
 */
void
ng_train_draw_softmax(float *x, guint n, const float *u, guint draws, double *die)
{
    float most = -INFINITY;

    for (guint i = 0; i < n; i++)
        most = MAX(most, x[i]);
    for (guint i = 0; i < n; i++)
        x[i] -= most;
    ng_exp_array(x, x, n);
    double sum = 0.0;
    for (guint i = 0; i < n; i++) {
        die[i] = (double)x[i];
        sum += die[i];
    }
    if (!(sum > 0.0 && isfinite(sum))) { /* weights went astray, which the epoch's end will see */
        memset(x, 0, n * sizeof *x);
        x[0] = (float)draws;
        return;
    }
    size_t sides = ng_die_cumulate(die, die, n);
    memset(x, 0, n * sizeof *x);
    for (guint d = 0; d < draws; d++)
        x[ng_die_roll(die, sides, (double)u[d])] += 1.0F;
}

/* Group by group, dense and in place. */
static void
draw_dense(const NgTrainer *t, guint words, const NgScratch *room, float *a)
{
    guint n_groups = 0;
    const NgUnitGroup *groups = ng_rbm_groups(t->rbm, &n_groups);

    for (guint g = 0; g < n_groups; g++) {
        const guint first = groups[g].first, size = groups[g].size;
        const float *u = room->u + first, *more = room->u + t->D;
        float *x = a + first;
        switch ((NgUnits)groups[g].kind) {
        case NG_UNITS_BINARY:
            ng_sigmoid_array(x, x, size);
            for (guint i = 0; i < size; i++)
                x[i] = u[i] < x[i] ? 1.0F : 0.0F;
            break;
        case NG_UNITS_SOFTMAX:
            ng_train_draw_softmax(x, size, u, 1, room->die);
            break;
        case NG_UNITS_COUNTS:
            ng_train_draw_softmax(x, size, more, words, room->die);
            break;
        case NG_UNITS_GAUSSIAN: /* Box and Muller */
            for (guint i = 0; i < size; i++)
                x[i] += (float)(sqrt(-2.0 * log(1.0 - (double)u[i])) *
                                cos(2.0 * G_PI * (double)more[first + i]));
            break;
        }
    }
}

/* The list of what is not 0 in x[D]. */
static void
list_row(NgLayer *layer, guint row, const float *x)
{
    guint32 *index = layer->index + (gsize)row * layer->units;
    float *value = layer->value != NULL ? layer->value + (gsize)row * layer->units : NULL;
    guint32 n = 0;

    for (guint i = 0; i < layer->units; i++) {
        index[n] = i;
        if (value != NULL)
            value[n] = x[i];
        n += x[i] != 0.0F;
    }
    layer->sparse[row].n = n;
}

/**
 * ng_train_draw_visible:
 * @noise: where the step stands
 * @row: of the chain
 * @room: the thread's own
 * @a: [ds] what each unit takes in; lost
 *
 * Draws row @row of the model's visible layer.
 */
void
ng_train_draw_visible(NgTrainer *t, const NgNoise *noise, guint row, const NgScratch *room,
                      float *a)
{
    guint words = t->counts ? (guint)t->length[row % t->batch] : 1;
    gboolean all_binary = ng_rbm_is_binary(t->rbm);
    NgLayer *layer = &t->minus;

    ng_noise_fill(noise, NG_LAYER_VISIBLE, row, room->u,
                  all_binary ? t->D : t->D + MAX(words, t->D));
    if (all_binary && t->sparse) {
        ng_sigmoid_array(a, a, t->D);
        layer->sparse[row].n =
            select_plain(room->u, a, 0, t->D, layer->index + (gsize)row * layer->units);
        return;
    }
    draw_dense(t, words, room, a);
    if (t->sparse)
        list_row(layer, row, a);
    else
        memcpy(layer->dense + (gsize)row * t->D, a, t->D * sizeof *a);
}

/*
 * Linear classifiers of sparse rows
 *
 * One against the rest, with squared hinge loss and L2 regularisation, in the
 * dual, one coordinate after the other (Hsieh, Chang, Lin, Keerthi and
 * Sundararajan 2008, algorithm 1, L2-SVM):
 *
 *   min_a  1/2 |w|^2 + sum_i (a_i^2 / 4C - a_i),  w = sum_i a_i y_i x_i,  a_i >= 0
 *
 * All classes take the step for a row together, since fetching the row's columns
 * is what costs: the weights of a column stand side by side, W floats.  Two classes
 * need one hyperplane.  The order of the rows comes from the coin and all sums are
 * taken in one order, so one call gives one answer on any machine.
 */
#include "ngram/linear.h"

#include <math.h>
#include <string.h>

#define LANES 4  /* floats that are added in one go */
#define BLOCK 16 /* and those that share a cache line */

/**
 * ng_linear_width:
 * @classes: K, at least 1
 *
 * Returns: W, the floats that stand for one column: 1 for two classes, else K
 *   and what fills it up to whole lanes
 */
size_t
ng_linear_width(size_t classes)
{
    return classes <= 2 ? 1 : (classes + LANES - 1) / LANES * LANES;
}

/**
 * Solver: one fit.
 * @W: floats a column
 * @weight: [columns][W]
 * @dual: [n][W] the a_i of each class
 * @margin, @step: [W] w x of the row at hand, and what is added to w along it
 * @ridge: 1 / 2C
 * @moved: the longest step of this pass
 */
typedef struct {
    const NgSparse *x;
    size_t width;
    float *weight;
    float *dual;
    float *margin, *step;
    float ridge;
    float moved;
} Solver;

/* m += v * w, over one column */
static inline void
add_scaled(float *m, float v, const float *w, size_t width)
{
    for (size_t b = 0; b < width; b += LANES)
        for (size_t i = 0; i < LANES; i++)
            m[b + i] += v * w[b + i];
}

/* @lanes of the margins, which stay in registers over the whole row; @lanes is a constant. */
static inline void
margins_of(const NgSparse *x, size_t row, const float *weight, size_t width, float *m, size_t lanes)
{
    float sum[BLOCK];

    for (size_t i = 0; i < lanes; i++)
        sum[i] = weight[i];
    for (size_t j = x->offset[row]; j < x->offset[row + 1]; j++) {
        const float *w = weight + x->column[j] * width;
        float v = x->value[j];
        for (size_t i = 0; i < lanes; i++)
            sum[i] += v * w[i];
    }
    for (size_t i = 0; i < lanes; i++)
        m[i] = sum[i];
}

static void
margins(const NgSparse *x, size_t row, const float *weight, size_t width, float *m)
{
    size_t b = 0;

    if (width == 1) {
        margins_of(x, row, weight, 1, m, 1);
        return;
    }
    for (; b + BLOCK <= width; b += BLOCK)
        margins_of(x, row, weight + b, width, m + b, BLOCK);
    for (; b < width; b += LANES)
        margins_of(x, row, weight + b, width, m + b, LANES);
}

static void
move(Solver *s, size_t row)
{
    const NgSparse *x = s->x;
    size_t width = s->width;

    if (width == 1) {
        float d = s->step[0];
        s->weight[0] += d;
        for (size_t j = x->offset[row]; j < x->offset[row + 1]; j++)
            s->weight[x->column[j]] += d * x->value[j];
        return;
    }
    add_scaled(s->weight, 1.0F, s->step, width);
    for (size_t j = x->offset[row]; j < x->offset[row + 1]; j++)
        add_scaled(s->weight + x->column[j] * width, x->value[j], s->step, width);
}

/* The step of one row in one class: to the minimum along its a, which is not below 0. */
static float
class_step(Solver *s, float *a, float y, float margin, float q)
{
    float next = fmaxf(*a - (y * margin - 1.0F + s->ridge * *a) / (q + s->ridge), 0.0F);
    float d = next - *a;

    *a = next;
    s->moved = fmaxf(s->moved, fabsf(d));
    return d * y;
}

/* @q is |x|^2 with the intercept's 1. */
static void
visit(Solver *s, size_t i, size_t row, uint32_t label, size_t classes, float q)
{
    gboolean any = FALSE;

    margins(s->x, row, s->weight, s->width, s->margin);
    if (s->width == 1)
        s->step[0] = class_step(s, &s->dual[i], label == 1 ? 1.0F : -1.0F, s->margin[0], q);
    else
        for (size_t k = 0; k < classes; k++)
            s->step[k] = class_step(s, &s->dual[i * s->width + k], label == k ? 1.0F : -1.0F,
                                    s->margin[k], q);
    for (size_t k = 0; k < s->width; k++)
        any = any || s->step[k] != 0.0F;
    if (any)
        move(s, row);
}

static void
shuffle(uint32_t *order, size_t n, const NgLinearOptions *options)
{
    for (size_t i = n; i > 1; i--) {
        size_t j = (size_t)(options->coin(options->data) * (double)i);
        uint32_t t = order[i - 1];
        order[i - 1] = order[j];
        order[j] = t;
    }
}

/**
 * ng_linear_fit:
 * @x: rows
 * @samples: which of them to learn from, with labels below @classes
 * @classes: K
 * @options: how
 * @weight: (out): [columns][W], W = ng_linear_width(K)
 *
 * The margin of class k is positive on its rows and negative on the others';
 * of two classes the second one is positive.
 */
void
ng_linear_fit(const NgSparse *x, const NgLinearSamples *samples, size_t classes,
              const NgLinearOptions *options, float *weight)
{
    g_return_if_fail(x != NULL && samples != NULL && options != NULL && weight != NULL &&
                     options->cost > 0);

    size_t width = ng_linear_width(classes);
    g_autofree uint32_t *order = g_new(uint32_t, samples->n);
    g_autofree float *square = g_new(float, samples->n);
    g_autofree float *dual = g_new0(float, samples->n *width);
    g_autofree float *scratch = g_new0(float, 2 * width);
    Solver s = {x,   width, weight, dual, scratch, scratch + width, (float)(0.5 / options->cost),
                0.0F};

    memset(weight, 0, x->columns * width * sizeof *weight);
    for (size_t i = 0; i < samples->n; i++) {
        order[i] = (uint32_t)i;
        square[i] = 1.0F;
        for (size_t j = x->offset[samples->row[i]]; j < x->offset[samples->row[i] + 1]; j++)
            square[i] += x->value[j] * x->value[j];
    }
    for (unsigned epoch = 0; epoch < options->epochs; epoch++) {
        s.moved = 0.0F;
        shuffle(order, samples->n, options);
        for (size_t i = 0; i < samples->n; i++)
            visit(&s, order[i], samples->row[order[i]], samples->label[order[i]], classes,
                  square[order[i]]);
        if ((double)s.moved <= options->tolerance)
            break;
    }
}

/**
 * ng_linear_margins:
 * @margin: (out): [K] w_k x; of two classes -w x and w x
 */
void
ng_linear_margins(const NgSparse *x, size_t row, size_t classes, const float *weight, float *margin)
{
    g_return_if_fail(x != NULL && weight != NULL && margin != NULL && row < x->rows);

    size_t width = ng_linear_width(classes);
    g_autofree float *m = g_new(float, width);
    margins(x, row, weight, width, m);
    if (width == 1 && classes == 2)
        m[0] = -(margin[1] = m[0]);
    memcpy(margin, m, MIN(width, classes) * sizeof *m);
}

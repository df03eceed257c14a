/*
 * Draws of layers
 *
 * What ng_rbm_draw_hidden() and ng_rbm_draw_visible() do, with sigmoids of whole rows in single
 * precision: a coin that lies within 1e-7 of a probability may fall to the other side.  The visible
 * layer is of binary units and choices; its probabilities are kept, for they are the means that
 * samples are summed up by.
 */
#include "gibbs-draw.h"

#include "ngram/die.h"
#include "ngram/matrix.h"
#include "ngram/sigmoid.h"

#include <math.h>
#include <string.h>

/* x[rows, n] log odds in, probabilities out. */
static void
to_probabilities(float *x, size_t n, double beta)
{
    for (size_t i = 0; beta != 1.0 && i < n; i++)
        x[i] *= (float)beta;
    ng_sigmoid_array(x, x, n);
}

/**
 * ng_gibbs_hidden:
 * @step: temperature, and where it stands in the random numbers
 * @v: [@rows, D]
 * @rows: B
 * @h: (out): [@rows, H] a draw from P(h | v)
 */
void
ng_gibbs_hidden(const NgRbm *rbm, const NgGibbs *step, const float *v, size_t rows, float *h)
{
    const size_t H = rbm->hidden;
    g_autofree float *u = g_new(float, H);

    ng_rbm_hidden_input(rbm, v, rows, h);
    to_probabilities(h, rows * H, step->beta);
    for (size_t r = 0; r < rows; r++) {
        float *p = h + r * H;
        ng_noise_fill(&step->noise, NG_LAYER_HIDDEN, step->first + (guint32)r, u, H);
        for (size_t j = 0; j < H; j++)
            p[j] = u[j] < p[j] ? 1.0F : 0.0F;
    }
}

/* One of a group is on: p[n] log odds in, probabilities out; v[n] the draw, by a coin. */
static void
draw_choice(float *p, float *v, guint n, double beta, double coin)
{
    g_autofree double *cdf = g_new(double, n);
    double most = -INFINITY, sum = 0.0;

    for (guint i = 0; i < n; i++)
        most = fmax(most, (double)((float)beta * p[i]));
    for (guint i = 0; i < n; i++) {
        cdf[i] = exp((double)((float)beta * p[i]) - most);
        sum += cdf[i];
    }
    for (guint i = 0; i < n; i++)
        p[i] = (float)(cdf[i] / sum);
    size_t sides = ng_die_cumulate(cdf, cdf, n);
    memset(v, 0, n * sizeof *v);
    v[ng_die_roll(cdf, sides, coin)] = 1.0F;
}

/* A row: p[D] log odds in, probabilities out; u[D] coins. */
static void
draw_row(const NgRbm *rbm, double beta, const float *u, float *p, float *v)
{
    for (guint g = 0; g < rbm->n_groups; g++) {
        const NgUnitGroup *group = &rbm->groups[g];
        const guint first = group->first, last = first + group->size;
        if (group->kind == NG_UNITS_SOFTMAX) {
            draw_choice(p + first, v + first, group->size, beta, (double)u[first]);
            continue;
        }
        to_probabilities(p + first, group->size, beta);
        for (guint i = first; i < last; i++)
            v[i] = u[i] < p[i] ? 1.0F : 0.0F;
    }
}

/**
 * ng_gibbs_visible:
 * @rbm: a machine of binary units and choices, see ng_gibbs_is_discrete()
 * @step: temperature, and where it stands in the random numbers
 * @h: [@rows, H]
 * @rows: B
 * @p: (out): [@rows, D] P(v_i = 1 | h)
 * @v: (out): [@rows, D] a draw from it
 */
void
ng_gibbs_visible(const NgRbm *rbm, const NgGibbs *step, const float *h, size_t rows, float *p,
                 float *v)
{
    const size_t D = rbm->visible;
    g_autofree float *u = g_new(float, D);
    const NgProduct product = {
        .m = rows,
        .n = D,
        .k = rbm->hidden,
        .a = h,
        .b = rbm->w,
        .c = p,
        .b_turned = TRUE,
        .alpha = 1.0F,
        .beta = 1.0F,
    };

    for (size_t r = 0; r < rows; r++)
        memcpy(p + r * D, rbm->b, D * sizeof *p);
    ng_matrix_multiply(&product);
    for (size_t r = 0; r < rows; r++) {
        ng_noise_fill(&step->noise, NG_LAYER_VISIBLE, step->first + (guint32)r, u, D);
        draw_row(rbm, step->beta, u, p + r * D, v + r * D);
    }
}

/**
 * ng_gibbs_is_discrete:
 *
 * Returns: whether all visible units are binary or choices
 */
gboolean
ng_gibbs_is_discrete(const NgRbm *rbm)
{
    for (guint g = 0; g < rbm->n_groups; g++)
        if (rbm->groups[g].kind != NG_UNITS_BINARY && rbm->groups[g].kind != NG_UNITS_SOFTMAX)
            return FALSE;
    return TRUE;
}

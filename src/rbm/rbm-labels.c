/*
 * Labels
 *
 * Given all other units, the label's law is a softmax that needs no Z:
 *     log P(y | v) = d_y + sum_j log(1 + e^(a_j + U_yj)) - log of the sum over all labels,
 * a = c + v W of the other units (Larochelle and Bengio, ICML 2008).  Cost: K H a row.
 */
#include "ngram/rbm-labels.h"

#include "rbm-internal.h"

#include "ngram/die.h"
#include "ngram/logsum.h"

#include <math.h>
#include <string.h>

/* d_y + sum_j log(1 + e^(a_j + U_yj)) */
static double
score(const NgRbm *self, guint unit, const float *a)
{
    const float *u = self->w + (size_t)unit * self->hidden;
    double sum = (double)self->b[unit];

    for (guint j = 0; j < self->hidden; j++)
        sum += ng_softplus((double)a[j] + (double)u[j]);
    return sum;
}

/**
 * ng_rbm_label_odds:
 * @self: a machine of K labels, see ng_rbm_labels()
 * @v: [@rows, D] whose label units are not looked at
 * @rows: B
 * @log_p: (out): [@rows, K] log P(label | the other units)
 * @f: (out) (nullable): [@rows] free energy of the other units, labels summed out as well
 */
void
ng_rbm_label_odds(const NgRbm *self, const float *v, size_t rows, double *log_p, double *f)
{
    g_return_if_fail(self != NULL && ng_rbm_labels(self) > 0);
    g_return_if_fail(rows == 0 || (v != NULL && log_p != NULL));

    guint K = ng_rbm_labels(self), D = self->visible, first = D - K;
    g_autofree float *x = g_new(float, D), *a = g_new(float, self->hidden);
    for (size_t r = 0; r < rows; r++) {
        memcpy(x, v + r * D, first * sizeof *x);
        memset(x + first, 0, K * sizeof *x);
        ng_rbm_hidden_input(self, x, 1, a);
        for (guint k = 0; k < K; k++)
            log_p[r * K + k] = score(self, first + k, a);
        double sum = ng_log_sum_exp(log_p + r * K, K);
        for (guint k = 0; k < K; k++)
            log_p[r * K + k] -= sum;
        if (f != NULL)
            f[r] = ng_rbm_visible_energy(self, x) - sum;
    }
}

/* Whether a row's label is not known: none of its units is on. */
static gboolean
lacks_label(const NgRbm *self, const float *v)
{
    guint K = ng_rbm_labels(self);

    for (guint i = self->visible - K; i < self->visible; i++)
        if (v[i] != 0.0F)
            return FALSE;
    return K > 0;
}

/* sum_y P(y | v) P(h_j = 1 | v, y) */
static void
mean_without_label(const NgRbm *self, const float *v, double *log_p, float *a, float *mean)
{
    guint K = ng_rbm_labels(self), first = self->visible - K;

    ng_rbm_label_odds(self, v, 1, log_p, NULL);
    ng_rbm_hidden_input(self, v, 1, a);
    for (guint j = 0; j < self->hidden; j++) {
        double sum = 0.0;
        for (guint k = 0; k < K; k++)
            sum +=
                exp(log_p[k]) *
                ng_sigmoid((double)a[j] + (double)self->w[(size_t)(first + k) * self->hidden + j]);
        mean[j] = (float)sum;
    }
}

/**
 * ng_rbm_codes:
 * @self: a machine
 * @v: [@rows, D] where a row's label units are all 0, its label is not known
 * @rows: B
 * @mean: (out): [@rows, H] P(h_j = 1 | v), over all labels that a row may have
 */
void
ng_rbm_codes(const NgRbm *self, const float *v, size_t rows, float *mean)
{
    g_return_if_fail(self != NULL && (rows == 0 || (v != NULL && mean != NULL)));

    guint D = self->visible, H = self->hidden;
    g_autofree double *log_p = g_new(double, MAX(ng_rbm_labels(self), 1));
    g_autofree float *a = g_new(float, H);
    ng_rbm_hidden_mean(self, v, rows, mean);
    for (size_t r = 0; r < rows; r++)
        if (lacks_label(self, v + r * D))
            mean_without_label(self, v + r * D, log_p, a, mean + r * H);
}

/**
 * ng_rbm_draw_labels:
 * @self: a machine
 * @noise: where it stands in the random numbers
 * @v: (inout): [@rows, D] where a row has no label, it is drawn given the other units
 * @rows: B
 */
void
ng_rbm_draw_labels(const NgRbm *self, const NgNoise *noise, float *v, size_t rows)
{
    g_return_if_fail(self != NULL && noise != NULL && (rows == 0 || v != NULL));

    guint K = ng_rbm_labels(self), D = self->visible;
    g_autofree double *p = g_new(double, MAX(K, 1));
    for (size_t r = 0; r < rows; r++) {
        float coin;
        if (!lacks_label(self, v + r * D))
            continue;
        ng_rbm_label_odds(self, v + r * D, 1, p, NULL);
        for (guint k = 0; k < K; k++)
            p[k] = exp(p[k]);
        size_t sides = ng_die_cumulate(p, p, K);
        ng_noise_fill(noise, NG_LAYER_OTHER, (guint32)r, &coin, 1);
        v[r * D + D - K + ng_die_roll(p, sides, (double)coin)] = 1.0F;
    }
}

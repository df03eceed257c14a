/*
 * Labels
 *
 * Given all other units, the label's law is a softmax that needs no Z:
 *     log P(y | v) = d_y + sum_j log(1 + e^(a_j + U_yj)) - log of the sum over all labels,
 * a = c + v W of the other units (Larochelle and Bengio, ICML 2008).  Cost: K H a row.
 */
#include "ngram/rbm-labels.h"

#include "rbm-internal.h"

#include "ngram/logsum.h"

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

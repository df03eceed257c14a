/* machines.h - small machines whose partition function is known, for the tests of this folder. */
#pragma once

#include "ngram/rbm.h"
#include "ngram/rng.h"

#include <math.h>

/* log Z by summing over all hidden states, a machine of binary or softmax or Gaussian groups. */
static inline double
machine_log_z(NgRbm *rbm)
{
    guint n_groups = 0, D = ng_rbm_visible(rbm), H = ng_rbm_hidden(rbm);
    const NgUnitGroup *groups = ng_rbm_groups(rbm, &n_groups);
    const float *w = ng_rbm_weights(rbm), *b = ng_rbm_visible_bias(rbm);
    const float *c = ng_rbm_hidden_bias(rbm);
    g_autofree double *x = g_new(double, D);
    double most = -INFINITY, sum = 0.0;

    for (guint64 state = 0; state < (guint64)1 << H; state++) {
        double f = 0.0;
        for (guint j = 0; j < H; j++)
            f += (double)c[j] * (double)(state >> j & 1);
        for (guint i = 0; i < D; i++) {
            x[i] = 0.0;
            for (guint j = 0; j < H; j++)
                x[i] += (double)w[i * H + j] * (double)(state >> j & 1);
        }
        for (guint g = 0; g < n_groups; g++) {
            double group = 0.0;
            for (guint i = groups[g].first; i < groups[g].first + groups[g].size; i++)
                if (groups[g].kind == NG_UNITS_BINARY)
                    f += ng_softplus((double)b[i] + x[i]);
                else if (groups[g].kind == NG_UNITS_SOFTMAX)
                    group += exp((double)b[i] + x[i]);
                else /* integral of e^(-(v - b)^2 / 2 + v x) */
                    f += (double)b[i] * x[i] + x[i] * x[i] / 2.0 + 0.5 * log(2.0 * G_PI);
            if (groups[g].kind == NG_UNITS_SOFTMAX)
                f += log(group);
        }
        double up = fmax(most, f);
        sum = sum * exp(most - up) + exp(f - up);
        most = up;
    }
    return most + log(sum);
}

/* Independent normal parameters, by Box and Muller. */
static inline void
machine_fill(NgRbm *rbm, guint64 seed, double w_sd, double b_mean, double b_sd)
{
    NgRng rng = ng_rng_new(seed, 0);
    guint D = ng_rbm_visible(rbm), H = ng_rbm_hidden(rbm);
    float *w = ng_rbm_weights(rbm), *b = ng_rbm_visible_bias(rbm), *c = ng_rbm_hidden_bias(rbm);

    for (guint i = 0; i < D * H + D + H; i++) {
        double normal = sqrt(-2.0 * log(1.0 - ng_rng_coin(&rng)));
        normal *= cos(2.0 * G_PI * ng_rng_coin(&rng));
        if (i < D * H)
            w[i] = (float)(w_sd * normal);
        else if (i < D * H + D)
            b[i - D * H] = (float)(b_mean + b_sd * normal);
        else
            c[i - D * H - D] = (float)(b_sd * normal);
    }
}

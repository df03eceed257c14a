/*
 * Learning labels given the rest
 *
 * With a_j = c_j + (x W)_j without the label, s_yj = sigmoid(a_j + u_yj) and
 *     P(y | x) = softmax_y(d_y + sum_j log(1 + e^(a_j + u_yj)))
 * the gradient of log P(label | x) is exact (Larochelle and Bengio: Classification using
 * Discriminative Restricted Boltzmann Machines, ICML 2008): with N_j = sum_y P(y | x) s_yj
 *     by w_ij: x_i (s_label,j - N_j),  by c_j: s_label,j - N_j,
 *     by u_yj: [y = label] s_yj - P(y | x) s_yj,  by d_y: [y = label] - P(y | x).
 * A share X of it beside 1 - X of the joint one is what the joint one has for the data, less X N
 * from the hidden means, and for label units what is summed here.
 */
#include "train-internal.h"

#include "ngram/sigmoid.h"

#include <math.h>
#include <string.h>

/* s[n] <- sigmoid(x[n]); returns the sum of log(1 + e^x); e[n] is room */
static double
sigmoids(const float *x, float *s, float *e, guint n)
{
    enum { TERMS = 512 }; /* factors up to 2: their product is a double */
    double sum = 0.0, product = 1.0;

    for (guint j = 0; j < n; j++)
        e[j] = -fabsf(x[j]);
    ng_exp_array(e, e, n);
    for (guint j = 0; j < n; j++) {
        sum += MAX((double)x[j], 0.0);
        product *= 1.0 + (double)e[j];
        s[j] = (x[j] >= 0.0F ? 1.0F : e[j]) / (1.0F + e[j]);
        if (j % TERMS == TERMS - 1) {
            sum += log(product);
            product = 1.0;
        }
    }
    return sum + log(product);
}

/* log_p[K] <- P(y | x) */
static void
normalise(double *p, guint K)
{
    double most = -INFINITY, sum = 0.0;

    for (guint y = 0; y < K; y++)
        most = fmax(most, p[y]);
    for (guint y = 0; y < K; y++) {
        p[y] = exp(p[y] - most);
        sum += p[y];
    }
    for (guint y = 0; y < K; y++)
        p[y] /= sum;
}

/**
 * ng_train_label_row:
 * @label: of the row
 * @a: [hs] what hidden units take in from all visible units, the label among them
 * @weight: of the row in a mean
 * @part: [K, hs] sums for label units, and [K] for their biases after them
 * @less: (out): [hs] X N, to be taken from the hidden means
 *
 * Room: @less needs 2 + K times hs floats.
 */
void
ng_train_label_row(const NgTrainer *t, guint label, const float *a, float weight, float *part,
                   float *less)
{
    const guint K = t->labels, H = t->H, first = t->D - K;
    const float share = (float)t->how.discriminative;
    float *e = less + t->hs, *s = e + t->hs; /* s: [K, hs] */
    const float *own = t->state.w + (first + label) * t->hs;
    g_autofree double *p = g_new(double, K);

    for (guint y = 0; y < K; y++) {
        const float *u = t->state.w + (first + y) * t->hs;
        float *x = s + y * t->hs;
        for (guint j = 0; j < H; j++)
            x[j] = (a[j] - own[j]) + u[j];
        p[y] = (double)t->state.b[first + y] + sigmoids(x, x, e, H);
    }
    normalise(p, K);
    memset(less, 0, t->hs * sizeof *less);
    for (guint y = 0; y < K; y++) {
        const float *x = s + y * t->hs, py = share * (float)p[y];
        float *sum = part + y * t->hs;
        for (guint j = 0; j < H; j++) {
            less[j] += py * x[j];
            sum[j] -= weight * py * x[j];
        }
        part[K * t->hs + y] += weight * (share * (y == label ? 1.0F : 0.0F) - py);
    }
    /* the label's own unit has no share in what is taken from the means */
    for (guint j = 0; j < H; j++)
        part[label * t->hs + j] += weight * less[j];
}

/* g[hs] += what label unit @y has beside the sums over rows; returns what its bias has. */
float
ng_train_label_gradient(const NgTrainer *t, guint y, float *g)
{
    const guint K = t->labels, chunks = (t->batch + NG_CHUNK_ROWS - 1) / NG_CHUNK_ROWS;
    float bias = 0.0F;

    for (guint chunk = 0; chunk < chunks; chunk++) {
        const float *part = t->l_part + chunk * t->l_stride;
        for (guint j = 0; j < t->H; j++)
            g[j] += part[y * t->hs + j];
        bias += part[K * t->hs + y];
    }
    return bias;
}

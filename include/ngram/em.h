/* em.h - the weights of a mixture that make data likeliest. */
#pragma once

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

/**
 * NgEmFit: how far the weights have come.
 * @steps: how often they were made better
 * @loglik: mean of ln sum_i weight[i] p[t][i] over the rows that count, before the last step's gain
 * @gap: no weights have a mean that is greater by more than this
 * @n: rows that count: those with a positive p
 */
typedef struct {
    guint steps;
    double loglik;
    double gap;
    size_t n;
} NgEmFit;

NgEmFit ng_em_step(const double *p, size_t rows, size_t parts, double *weight);
NgEmFit ng_em_fit(const double *p, size_t rows, size_t parts, double tolerance, guint most,
                  double *weight);

G_END_DECLS

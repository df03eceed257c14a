/* logsum.h - sums of numbers whose logarithms are given. */
#pragma once

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

/**
 * NgLogSum: a sum that grows; a plain value, which begins as %NG_LOG_SUM_ZERO.
 * @top: the largest logarithm so far
 * @sum: of e^(x - top)
 */
typedef struct {
    double top, sum;
} NgLogSum;

#define NG_LOG_SUM_ZERO ((NgLogSum){-G_MAXDOUBLE, 0.0})

void ng_log_sum_add(NgLogSum *self, double x);
double ng_log_sum(const NgLogSum *self);
double ng_log_sum_exp(const double *x, size_t n);

G_END_DECLS

/*
 * Sums in the log domain
 *
 * log sum_i e^x_i, with the largest x taken out, so that nothing overflows.  log 0 is -infinity, and
 * a number like others.
 */
#include "ngram/logsum.h"

#include <math.h>

/**
 * ng_log_sum_add:
 * @self: a sum
 * @x: the logarithm of what is added to it, finite or -infinity
 */
void
ng_log_sum_add(NgLogSum *self, double x)
{
    if (x > self->top) {
        self->sum = self->sum * exp(self->top - x) + 1.0;
        self->top = x;
    } else if (!isinf(x)) {
        self->sum += exp(x - self->top);
    }
}

/**
 * ng_log_sum:
 *
 * Returns: the logarithm of the sum, -infinity where it is 0
 */
double
ng_log_sum(const NgLogSum *self)
{
    return self->sum > 0.0 ? self->top + log(self->sum) : (double)-INFINITY;
}

/**
 * ng_log_sum_exp:
 * @x: [@n] finite or -infinity
 * @n: how many
 *
 * Returns: log sum_i e^x_i, -infinity where @n is 0
 */
double
ng_log_sum_exp(const double *x, size_t n)
{
    double top = -INFINITY, sum = 0.0;

    for (size_t i = 0; i < n; i++)
        top = fmax(top, x[i]);
    for (size_t i = 0; i < n && !isinf(top); i++)
        sum += exp(x[i] - top);
    return sum > 0.0 ? top + log(sum) : top;
}

/*
 * The biased die
 *
 * Weights become a table of running sums once; a roll then inverts it by
 * binary search.  The coin comes from the caller, so a test can say which side
 * comes up.
 *
 * Invariant of a table: 0 <= cdf[0] <= ... <= cdf[n-1] < infinity.  An outcome of
 * weight 0 has the sum of the one before it, and is therefore never found.
 */
#include "ngram/die.h"

#include <math.h>

/**
 * ng_die_cumulate:
 * @cdf: (out): [n] cdf[i] = weight[0] + ... + weight[i]; may be @weight itself
 * @weight: [n] finite and >= 0; they need not sum to 1
 * @n: number of outcomes
 *
 * The sums are rounded at each step: relative error below n 2^-53.  A weight
 * below 2^-53 of the sum before it may round away and is then never rolled.
 * A table of zeros alone is right but cannot be rolled: where it may come up
 * the caller checks that cdf[n-1] > 0.
 *
 * Returns: @n; or the index of the first weight that is negative or no finite
 *   number, or whose sum is not finite; @cdf is then filled below that index
 */
size_t
ng_die_cumulate(double *cdf, const double *weight, size_t n)
{
    g_return_val_if_fail((cdf != NULL && weight != NULL) || n == 0, 0);

    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        if (!(weight[i] >= 0.0) || !isfinite(sum + weight[i]))
            return i;
        sum += weight[i];
        cdf[i] = sum;
    }
    return n;
}

/**
 * ng_die_find:
 * @cdf: [n] from ng_die_cumulate()
 * @n: number of outcomes, at least 1
 * @target: below cdf[n-1]
 *
 * Returns: the least i with cdf[i] > @target; n - 1 where there is none
 */
size_t
ng_die_find(const double *cdf, size_t n, double target)
{
    const double *low = cdf; /* what is sought is among low[0 .. n - 1] */

    while (n > 1) {
        size_t half = n / 2;
        low = low[half - 1] > target ? low : low + half;
        n -= half;
    }
    return (size_t)(low - cdf);
}

/**
 * ng_die_roll:
 * @cdf: [n] from ng_die_cumulate(), cdf[n-1] > 0
 * @n: number of outcomes, at least 1
 * @coin: a number in [0, 1)
 *
 * Finds the least i with cdf[i] > @coin cdf[n-1], in O(log n).
 *
 * Returns: the outcome; its weight is not 0
 */
size_t
ng_die_roll(const double *cdf, size_t n, double coin)
{
    g_return_val_if_fail(cdf != NULL && n > 0 && cdf[n - 1] > 0.0, 0);
    g_return_val_if_fail(coin >= 0.0 && coin < 1.0, 0);

    /* among the smallest doubles the product may round up to the whole sum */
    const double total = cdf[n - 1];
    return ng_die_find(cdf, n, fmin(coin * total, nextafter(total, 0.0)));
}

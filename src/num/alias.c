/*
 * The biased die in one step
 *
 * n sides of any weights are cut up into n columns of one height, each of one side
 * or of two: a column is chosen evenly, and a height in it.  A. J. Walker, An
 * Efficient Method for Generating Discrete Random Variables With General
 * Distributions (ACM TOMS 3, 1977); made in O(n) as by M. D. Vose (IEEE Trans.
 * Software Eng. 17, 1991), with two places that move up in place of his lists.
 *
 * A cut is rounded to 2^-32 of a column, so a side's probability is right to
 * 2^-33 / n for its own column and for each whose rest it has: all sides together
 * to 2^-33.  A side of weight 0 never comes up.
 */
#include "ngram/alias.h"

#include <math.h>

/* The least column from @i on that is, or is not, lower than the mean; @n where there is none. */
static size_t
next_column(const double *height, size_t n, size_t i, gboolean lower)
{
    while (i < n && (height[i] < 1.0) != lower)
        i++;
    return i;
}

/**
 * ng_alias_make:
 * @table: (out): [n]
 * @weight: (inout): [n] finite and >= 0; used up
 * @n: number of sides, below 2^32 - 1
 *
 * Returns: whether @table is set; not where the weights sum to 0 or to no finite number
 */
gboolean
ng_alias_make(NgAlias *table, double *weight, size_t n)
{
    g_return_val_if_fail(n < UINT32_MAX && ((table != NULL && weight != NULL) || n == 0), FALSE);

    double total = 0.0;
    for (size_t i = 0; i < n; i++)
        total += weight[i];
    if (!(total > 0.0) || !isfinite(total))
        return FALSE;
    for (size_t i = 0; i < n; i++) {
        weight[i] = weight[i] / total * (double)n;
        table[i] = (NgAlias){UINT32_MAX, (uint32_t)i + 1};
    }
    size_t low = next_column(weight, n, 0, TRUE);
    size_t high = next_column(weight, n, 0, FALSE);
    size_t i = low; /* the column that is filled up: `low`, or a former `high` below it */
    while (i < n && high < n) {
        table[i].cut = (uint32_t)MIN(weight[i] * 0x1p32 + 0.5, 0x1.fffffffep31);
        table[i].other = (uint32_t)high + 1;
        weight[high] = (weight[high] + weight[i]) - 1.0;
        gboolean behind = high < low && weight[high] < 1.0;
        if (behind)
            i = high;
        else
            i = low = next_column(weight, n, low + 1, TRUE);
        if (weight[high] < 1.0)
            high = next_column(weight, n, high + 1, FALSE);
    }
    return TRUE;
}

/**
 * ng_alias_column:
 * @n: number of columns
 * @coin: 64 random bits
 * @height: (out): how high the coin fell, in 2^-32
 *
 * Returns: the column into which it fell
 */
size_t
ng_alias_column(size_t n, uint64_t coin, uint32_t *height)
{
    uint64_t upper = (coin >> 32) * n, lower = ((coin & UINT32_MAX) * n) >> 32;

    *height = (uint32_t)(upper + lower);
    return (upper + lower) >> 32;
}

/**
 * ng_alias_side:
 * @table: [n] from ng_alias_make()
 * @column, @height: from ng_alias_column()
 *
 * Returns: the side that comes up
 */
size_t
ng_alias_side(const NgAlias *table, size_t column, uint32_t height)
{
    return height < table[column].cut ? column : (size_t)table[column].other - 1;
}

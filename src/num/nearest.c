/*
 * Neighbours
 *
 * All distances from one row are taken, and the nearest kept in a list that stays sorted: time N C,
 * and N k at worst.  Rows at the same distance stand in their order.
 */
#include "ngram/nearest.h"

#include <math.h>
#include <string.h>

static double
cosine_distance(const float *x, const float *y, size_t n)
{
    double xy = 0.0, xx = 0.0, yy = 0.0;

    for (size_t i = 0; i < n; i++) {
        xy += (double)x[i] * (double)y[i];
        xx += (double)x[i] * (double)x[i];
        yy += (double)y[i] * (double)y[i];
    }
    return xx > 0.0 && yy > 0.0 ? fmax(1.0 - xy / sqrt(xx * yy), 0.0) : 1.0;
}

/**
 * ng_distance:
 * @kind: which
 * @x: [@n]
 * @y: [@n]
 * @n: values
 *
 * Returns: how far @y is from @x, summed in double precision
 */
double
ng_distance(NgDistance kind, const float *x, const float *y, size_t n)
{
    double sum = 0.0;

    switch (kind) {
    case NG_DISTANCE_COSINE:
        return cosine_distance(x, y, n);
    case NG_DISTANCE_EUCLIDEAN:
        for (size_t i = 0; i < n; i++) {
            double d = (double)x[i] - (double)y[i];
            sum += d * d;
        }
        return sqrt(sum);
    case NG_DISTANCE_HAMMING:
        for (size_t i = 0; i < n; i++)
            sum += (x[i] >= 0.5F) != (y[i] >= 0.5F);
        return sum;
    }
    return NAN;
}

/**
 * ng_nearest:
 * @kind: how distance is measured
 * @among: the rows
 * @query: [@among->columns]
 * @k: how many are wanted
 * @out: (out): [@k] the nearest first
 *
 * Returns: how many there are: @k, or all
 */
size_t
ng_nearest(NgDistance kind, const NgRows *among, const float *query, size_t k, NgNeighbour *out)
{
    g_return_val_if_fail(among != NULL && query != NULL && (out != NULL || k == 0), 0);

    size_t found = 0;
    for (size_t r = 0; r < among->n && k > 0; r++) {
        double d = ng_distance(kind, query, among->x + r * among->columns, among->columns);
        if (found == k && !(d < out[k - 1].distance))
            continue;
        size_t at = found < k ? found++ : k - 1;
        for (; at > 0 && d < out[at - 1].distance; at--)
            out[at] = out[at - 1];
        out[at] = (NgNeighbour){.row = r, .distance = d};
    }
    return found;
}

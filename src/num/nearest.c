/*
 * Neighbours
 *
 * All distances from one row are taken, and the nearest kept in a list that stays sorted: time N C,
 * and N k at worst.  Rows at the same distance stand in their order.
 *
 * For many queries a product of matrices gives all distances in single precision; a row whose
 * distance, less the most that rounding may have added to it, is below that of the farthest
 * neighbour so far is measured again as above.  These are few as soon as k near ones are known, so
 * the result is that of ng_nearest(), some ten times sooner.
 */
#include "ngram/nearest.h"

#include "ngram/matrix.h"

#include <float.h>
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

/* Puts a neighbour where it belongs among the @found so far.  Returns how many there are now. */
static size_t
insert(NgNeighbour *near, size_t found, size_t k, NgNeighbour new)
{
    if (found == k && !(new.distance < near[k - 1].distance))
        return found;
    size_t at = found < k ? found : k - 1;
    for (; at > 0 && new.distance < near[at - 1].distance; at--)
        near[at] = near[at - 1];
    near[at] = new;
    return MIN(found + 1, k);
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
        found = insert(out, found, k, (NgNeighbour){r, d});
    }
    return found;
}

/**
 * ng_nearest_squares:
 * @rows: N
 * @square: (out): [N] the sum of the squares of each
 */
void
ng_nearest_squares(const NgRows *rows, double *square)
{
    g_return_if_fail(rows != NULL && square != NULL);

    for (size_t r = 0; r < rows->n; r++) {
        const float *x = rows->x + r * rows->columns;
        square[r] = 0.0;
        for (size_t i = 0; i < rows->columns; i++)
            square[r] += (double)x[i] * (double)x[i];
    }
}

/* The least that a distance can be, from a product in single precision, which is off by at most
 * C eps |x| |y| (Higham, Accuracy and Stability of Numerical Algorithms, 3.1).  xx, yy: squares. */
static double
least(NgDistance kind, double product, double xx, double yy, size_t columns)
{
    double norm = sqrt(xx) * sqrt(yy);
    double most = product + 2.0 * (double)columns * (double)FLT_EPSILON * norm;

    if (kind == NG_DISTANCE_EUCLIDEAN)
        return sqrt(fmax((xx + yy) * (1.0 - 1e-12) - 2.0 * most, 0.0));
    if (kind == NG_DISTANCE_HAMMING) /* ones that are not shared */
        return xx + yy - 2.0 * most;
    return norm > 0.0 ? 1.0 - 1e-12 - most / norm : 1.0;
}

enum { QUERIES = 32, ROWS = 1024 }; /* of a product */

/* One query among the rows from @first on, whose products with it are known. */
static size_t
search_rows(const NgNearestSearch *search, const float *query, const float *product, NgRows part,
            NgNeighbour *near, size_t found)
{
    const NgRows *among = search->among;
    size_t first = (size_t)(part.x - among->x) / among->columns;
    double xx;
    const NgRows alone = {query, 1, among->columns};

    ng_nearest_squares(&alone, &xx);
    for (size_t r = 0; r < part.n; r++) {
        double bound = found == search->k ? near[found - 1].distance : (double)INFINITY;
        if (least(search->kind, (double)product[r], xx, search->square[first + r], among->columns) >
            bound)
            continue;
        double d = ng_distance(search->kind, query, part.x + r * part.columns, part.columns);
        found = insert(near, found, search->k, (NgNeighbour){first + r, d});
    }
    return found;
}

/* Some queries among all rows. */
static void
search_all(const NgNearestSearch *search, const NgRows *queries, NgNeighbour *out, size_t *found)
{
    const NgRows *among = search->among;
    g_autofree float *products = g_new(float, queries->n *MIN(ROWS, among->n));

    memset(found, 0, queries->n * sizeof *found);
    for (size_t at = 0; at < among->n; at += ROWS) {
        const NgRows part = {among->x + at * among->columns, MIN(among->n - at, ROWS),
                             among->columns};
        const NgProduct product = {
            .m = queries->n,
            .n = part.n,
            .k = part.columns,
            .a = queries->x,
            .b = part.x,
            .c = products,
            .b_turned = TRUE,
            .alpha = 1.0F,
        };
        ng_matrix_multiply(&product);
        for (size_t q = 0; q < queries->n; q++)
            found[q] = search_rows(search, queries->x + q * part.columns, products + q * part.n,
                                   part, out + q * search->k, found[q]);
    }
}

/* Takes a row out of the neighbours, and all beyond @k. */
static size_t
leave_out(NgNeighbour *near, size_t found, size_t row, size_t k)
{
    size_t kept = 0;

    for (size_t i = 0; i < found; i++)
        if (near[i].row != row)
            near[kept++] = near[i];
    return MIN(kept, k);
}

/**
 * ng_nearest_many:
 * @search: the rows, and what is wanted
 * @queries: Q rows of as many columns
 * @skip: (nullable): [Q] a row that is no neighbour of each: itself
 * @out: (out): [Q, k] the nearest first
 * @found: (out): [Q] how many
 *
 * The same as ng_nearest() for each query.
 */
void
ng_nearest_many(const NgNearestSearch *search, const NgRows *queries, const size_t *skip,
                NgNeighbour *out, size_t *found)
{
    g_return_if_fail(search != NULL && queries != NULL && found != NULL);
    g_return_if_fail(search->among->columns == queries->columns && search->k > 0);

    NgNearestSearch more = *search;
    more.k = search->k + (skip != NULL ? 1 : 0);
    g_autofree NgNeighbour *near = g_new0(NgNeighbour, QUERIES * more.k);
    for (size_t at = 0; at < queries->n; at += QUERIES) {
        const NgRows part = {queries->x + at * queries->columns, MIN(queries->n - at, QUERIES),
                             queries->columns};
        search_all(&more, &part, near, found + at);
        for (size_t q = 0; q < part.n; q++) {
            NgNeighbour *of_query = near + q * more.k;
            if (skip != NULL)
                found[at + q] = leave_out(of_query, found[at + q], skip[at + q], search->k);
            memcpy(out + (at + q) * search->k, of_query, found[at + q] * sizeof *out);
        }
    }
}

/* nearest.h - which rows are nearest to one. */
#pragma once

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

/**
 * NgDistance:
 * @NG_DISTANCE_COSINE: 1 - cosine of the angle; 1 where a row is all 0
 * @NG_DISTANCE_EUCLIDEAN: root of the sum of squared differences
 * @NG_DISTANCE_HAMMING: how many values differ once they are rounded to 0 or 1
 */
typedef enum {
    NG_DISTANCE_COSINE,
    NG_DISTANCE_EUCLIDEAN,
    NG_DISTANCE_HAMMING,
} NgDistance;

/**
 * NgRows: @n rows of @columns floats, borrowed.
 */
typedef struct {
    const float *x; /* [n, columns] */
    size_t n, columns;
} NgRows;

/** NgNeighbour: row @row at distance @distance. */
typedef struct {
    size_t row;
    double distance;
} NgNeighbour;

/**
 * NgNearestSearch: what many queries share.
 * @kind: an #NgDistance
 * @among: the rows; 0 and 1 alone for %NG_DISTANCE_HAMMING, as the queries are
 * @square: [@among->n] by ng_nearest_squares()
 * @k: how many are wanted
 */
typedef struct {
    NgDistance kind;
    const NgRows *among;
    const double *square;
    size_t k;
} NgNearestSearch;

double ng_distance(NgDistance kind, const float *x, const float *y, size_t n);
size_t ng_nearest(NgDistance kind, const NgRows *among, const float *query, size_t k,
                  NgNeighbour *out);
void ng_nearest_squares(const NgRows *rows, double *square);
void ng_nearest_many(const NgNearestSearch *search, const NgRows *queries, const size_t *skip,
                     NgNeighbour *out, size_t *found);

G_END_DECLS

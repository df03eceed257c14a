/* rowsum.h - sums of rows of a matrix: products with matrices that are mostly 0. */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

G_BEGIN_DECLS

#define NG_ROW_SUM_LANES 16 /* strides and columns are whole multiples of this */

/**
 * NgSparse: a row that is mostly 0; a plain value.
 * @index: [@n] where it is not
 * @value: (nullable): [@n] what stands there; 1 where it is %NULL
 */
typedef struct {
    const uint32_t *index;
    const float *value;
    uint32_t n;
} NgSparse;

/**
 * NgRowSum: out_r = start_r + sum_e value_re m[index_re]
 * @m: [.., @stride]
 * @stride: floats from one row of @m to the next
 * @columns: how many of each row
 * @rows: [@n_rows] which rows of @m are summed
 * @start: (nullable): what the sum begins with, 0 where it is %NULL; may be @out
 * @start_stride: floats from one start to the next; 0 where all rows begin with the same
 * @out: [@n_rows, @out_stride]
 */
typedef struct {
    const float *m;
    size_t stride, columns;
    const NgSparse *rows;
    size_t n_rows;
    const float *start;
    size_t start_stride;
    float *out;
    size_t out_stride;
} NgRowSum;

void ng_row_sum(const NgRowSum *self);

G_END_DECLS

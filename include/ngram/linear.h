/* linear.h - sparse rows, and a linear classifier of them. */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

G_BEGIN_DECLS

/**
 * NgSparse: rows of numbers, most of them 0.
 * @rows: number of rows
 * @columns: number of columns; column 0 is kept for the intercept and stands in no row
 * @offset: [@rows + 1] where each row begins
 * @column: [@offset[rows]] 1 .. @columns - 1
 * @value: [@offset[rows]]
 */
typedef struct {
    size_t rows, columns;
    const size_t *offset;
    const uint32_t *column;
    const float *value;
} NgSparse;

/**
 * NgLinearOptions:
 * @cost: C, what an error costs against the length of the weights
 * @epochs: passes over the rows, at most
 * @tolerance: a pass that moves no dual variable further is the last
 * @coin, @data: chance, which decides the order that rows are visited in: numbers in [0, 1)
 */
typedef struct {
    double cost;
    unsigned epochs;
    double tolerance;
    double (*coin)(gpointer data);
    gpointer data;
} NgLinearOptions;

/**
 * NgLinearSamples: what to learn from.
 * @n: number of samples
 * @row: [@n] the row of each
 * @label: [@n] the class of each
 */
typedef struct {
    size_t n;
    const uint32_t *row;
    const uint32_t *label;
} NgLinearSamples;

size_t ng_linear_width(size_t classes);
void ng_linear_fit(const NgSparse *x, const NgLinearSamples *samples, size_t classes,
                   const NgLinearOptions *options, float *weight);
void ng_linear_margins(const NgSparse *x, size_t row, size_t classes, const float *weight,
                       float *margin);

G_END_DECLS

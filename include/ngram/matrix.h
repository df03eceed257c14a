/* matrix.h - products of matrices of floats. */
#pragma once

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

/**
 * NgProduct: C = alpha op(A) op(B) + beta C, all row by row without gaps.
 * @m, @n, @k: op(A) is [m, k], op(B) [k, n], C [m, n]
 * @a: [m, k], or [k, m] with @a_turned
 * @b: [k, n], or [n, k] with @b_turned
 * @c: [m, n]; not read where @beta is 0
 */
typedef struct {
    size_t m, n, k;
    const float *a, *b;
    float *c;
    gboolean a_turned, b_turned;
    float alpha, beta;
} NgProduct;

void ng_matrix_multiply(const NgProduct *product);

G_END_DECLS

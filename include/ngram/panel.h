/* panel.h - products of bits with panels: matrices of 16 columns. */
#pragma once

#include "ngram/rowsum.h"

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

G_BEGIN_DECLS

#define NG_PANEL 16 /* columns of a panel, and units of a word of bits */

/**
 * NgBitRows: rows of bits; a plain value.
 * @bits: [@rows, @stride] unit 16 a + b of a row is bit b of its word a; 0 from @units on
 * @stride: words from one row to the next, a multiple of 4 that has room for all units
 * @rows: how many
 * @units: of a row
 */
typedef struct {
    const uint16_t *bits;
    size_t stride, rows, units;
} NgBitRows;

/**
 * NgPanels: one panel, or two side by side; a plain value.
 * @n: 1 or 2
 * @m: [.., 16]; the second is @apart floats further
 * @out: [.., 16] what sums are added to; the second is @out_apart floats further
 */
typedef struct {
    int n;
    const float *m;
    size_t apart;
    float *out;
    size_t out_apart;
} NgPanels;

/* Words of a row of @units bits. */
#define NG_BIT_STRIDE(units) (((size_t)(units) + 63) / 64 * 4)

void ng_panel_add_lists(const NgPanels *self, const NgSparse *rows, size_t n_rows);
void ng_panel_add_bits(const float *m, const NgBitRows *rows, float *out);
uint16_t ng_panel_below(const float *u, const float *p);
void ng_panel_turn(const float *from, size_t from_stride, float *to, size_t to_stride);
void ng_panel_turn_all(const float *from, size_t apart, size_t n, float *to);

G_END_DECLS

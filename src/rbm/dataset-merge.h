/* dataset-merge.h - rows of several kinds in one data set; for src/rbm/dataset-rows.c alone. */
#pragma once

#include "ngram/dataset.h"

#define NG_GREY_MAX 255U /* a byte that stands for 1.0, where bytes are no bits */

/**
 * NgMerge: a data set that becomes what its rows want.
 * @data: (nullable): owned
 * @columns: C
 * @scale: of its bytes: 1 or #NG_GREY_MAX stands for 1.0
 * @row: [C] room for one
 */
typedef struct {
    NgDataset *data;
    guint columns;
    guint scale;
    float *row;
} NgMerge;

void ng_merge_init(NgMerge *self, guint columns);
void ng_merge_clear(NgMerge *self);
size_t ng_merge_width(const NgMerge *self, NgStorage storage);
void ng_merge_add_bytes(NgMerge *self, const guint8 *row, guint max);
void ng_merge_add_floats(NgMerge *self, const float *row);

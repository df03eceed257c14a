/* dataset.h - what every reader of data sets must do with any bytes. */
#pragma once

#include "ngram/dataset-read.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* The first byte says how; the rest is a file.  What is taken must be sound, and the same again,
 * and of its first rows where fewer are wanted. */
static inline NgDataset *
parse_once(const uint8_t *data, size_t size, const NgDatasetRead *how)
{
    g_autoptr(NgInput) input = ng_input_new_for_data(data, size, "fuzz");
    g_autoptr(GError) error = NULL;
    NgDataset *self = ng_dataset_parse(input, how, &error);

    g_assert((self == NULL) == (error != NULL));
    return self;
}

static inline void
check_same(const NgDataset *all, const NgDataset *part)
{
    guint columns = ng_dataset_columns(all);
    g_autofree float *x = g_new(float, columns);
    g_autofree float *y = g_new(float, columns);

    g_assert(ng_dataset_columns(part) == columns);
    for (size_t r = 0; r < ng_dataset_rows(part); r++) {
        ng_dataset_row(all, r, x);
        ng_dataset_row(part, r, y);
        g_assert(memcmp(x, y, columns * sizeof *x) == 0);
        g_assert(ng_dataset_name(part, r) != NULL);
        for (guint i = 0; i < columns; i++)
            g_assert(isfinite(x[i]));
    }
}

static inline void
check_file(uint8_t mode, const uint8_t *data, size_t size)
{
    NgDatasetRead how = {.binarise = (NgBinarise)(mode % 3),
                         .values = mode / 3 % 2 != 0 ? NG_VALUES_FLOATS : NG_VALUES_BINARY,
                         .seed = mode};
    g_autoptr(NgDataset) all = parse_once(data, size, &how);

    if (all == NULL)
        return;
    g_assert(ng_dataset_rows(all) > 0 && ng_dataset_columns(all) > 0);
    if (how.binarise != NG_BINARISE_NONE || how.values == NG_VALUES_BINARY)
        g_assert(ng_dataset_is_binary(all));
    check_same(all, all);
    how.limit = (ng_dataset_rows(all) + 1) / 2;
    g_autoptr(NgDataset) part = parse_once(data, size, &how);
    g_assert(part != NULL && ng_dataset_rows(part) == how.limit);
    check_same(all, part);
}

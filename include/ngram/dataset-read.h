/* dataset-read.h - data sets from files: IDX, PNG, PBM, PGM, CSV, NPY. */
#pragma once

#include "ngram/dataset.h"
#include "ngram/input.h"

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

/**
 * NgBinarise: how values become 0 and 1.
 * @NG_BINARISE_NONE: not at all
 * @NG_BINARISE_THRESHOLD: 1 from a threshold on
 * @NG_BINARISE_STOCHASTIC: 1 with the value as its probability, drawn once
 */
typedef enum {
    NG_BINARISE_NONE,
    NG_BINARISE_THRESHOLD,
    NG_BINARISE_STOCHASTIC,
} NgBinarise;

/**
 * NgValues: which values a data set may have.
 * @NG_VALUES_BINARY: 0 and 1
 * @NG_VALUES_FLOATS: all that are finite
 */
typedef enum {
    NG_VALUES_BINARY,
    NG_VALUES_FLOATS,
} NgValues;

/**
 * NgDatasetRead: how a data set is read; all zero is a choice: bits, and nothing else.
 * @limit: how many of the first rows are read; 0 for all
 * @labels: (nullable): a file with a label a row
 * @binarise: how grey becomes 0 and 1
 * @threshold: of %NG_BINARISE_THRESHOLD, in the unit of the values, where white is 1; 0 is 0.5
 * @seed: of %NG_BINARISE_STOCHASTIC
 * @values: which values are taken where nothing is binarised
 */
typedef struct {
    size_t limit;
    const char *labels;
    NgBinarise binarise;
    double threshold;
    guint64 seed;
    NgValues values;
} NgDatasetRead;

NgDataset *ng_dataset_read(const char *const *paths, size_t n, const NgDatasetRead *how,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_dataset_read_labels(NgDataset *self, const char *path, guint64 limit, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
NgDataset *ng_dataset_parse(NgInput *input, const NgDatasetRead *how, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

/* dataset-write.h - data sets to files: numbers as text, PBM, PGM, PNG, NPY. */
#pragma once

#include "ngram/dataset.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * NgDatasetFormat: how rows are written.
 * @NG_DATASET_CSV: a line a row, commas between numbers
 * @NG_DATASET_PBM: pictures of bits, one behind the other
 * @NG_DATASET_PGM: pictures of grey, one behind the other
 * @NG_DATASET_PNG: a file a picture
 * @NG_DATASET_NPY: floats
 */
typedef enum {
    NG_DATASET_CSV,
    NG_DATASET_PBM,
    NG_DATASET_PGM,
    NG_DATASET_PNG,
    NG_DATASET_NPY,
} NgDatasetFormat;

gboolean ng_dataset_format_from_name(const char *name, NgDatasetFormat *format)
    G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_dataset_format_from_path(const char *path, NgDatasetFormat *format)
    G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_dataset_write(const NgDataset *self, const char *path, NgDatasetFormat format,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

/* dataset.h - rows of numbers: pictures, binary vectors, word sets, word counts. */
#pragma once

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

/**
 * NgStorage: how the rows of a data set lie in memory.
 * @NG_STORAGE_BYTES: a byte a value, times a scale (1 for bits, 1/255 for grey)
 * @NG_STORAGE_FLOATS: a float a value
 * @NG_STORAGE_SPARSE: the values that are not 0, with their columns
 */
typedef enum {
    NG_STORAGE_BYTES,
    NG_STORAGE_FLOATS,
    NG_STORAGE_SPARSE,
} NgStorage;

typedef struct NgDataset NgDataset;

NgDataset *ng_dataset_new(NgStorage storage, guint columns, float scale);
void ng_dataset_set_picture(NgDataset *self, guint width, guint height);
void ng_dataset_add_bytes(NgDataset *self, const guint8 *row);
void ng_dataset_add_floats(NgDataset *self, const float *row);
void ng_dataset_add_sparse(NgDataset *self, const guint *column, const float *value, guint n);
void ng_dataset_set_label(NgDataset *self, size_t row, guint label);
void ng_dataset_set_name(NgDataset *self, size_t row, const char *name);
void ng_dataset_truncate(NgDataset *self, size_t rows);

size_t ng_dataset_rows(const NgDataset *self);
guint ng_dataset_columns(const NgDataset *self);
guint ng_dataset_width(const NgDataset *self);
guint ng_dataset_height(const NgDataset *self);
NgStorage ng_dataset_storage(const NgDataset *self);
void ng_dataset_row(const NgDataset *self, size_t row, float *out);
const guint8 *ng_dataset_bytes(const NgDataset *self, size_t row);
guint ng_dataset_sparse(const NgDataset *self, size_t row, const guint **column,
                        const float **value);
gboolean ng_dataset_is_binary(const NgDataset *self);
gint ng_dataset_label(const NgDataset *self, size_t row);
guint ng_dataset_labels(const NgDataset *self);
const char *ng_dataset_name(const NgDataset *self, size_t row);
void ng_dataset_free(NgDataset *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgDataset, ng_dataset_free)

G_END_DECLS

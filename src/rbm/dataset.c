/*
 * Data sets
 *
 * Rows of C columns.  Bytes and floats lie row by row; sparse rows as columns
 * in rising order with their values, and where each row begins.  Labels and
 * names are there where somebody set them.  Memory: C bytes, 4 C bytes or 8
 * bytes an entry, each row.
 */
#include "ngram/dataset.h"

#include <string.h>

struct NgDataset {
    NgStorage storage;
    guint columns;       /* C */
    guint width, height; /* of a picture; 0 where the rows are none */
    size_t rows;         /* N */
    float scale;         /* of a byte */
    GByteArray *bytes;   /* [N, C] */
    GArray *floats;      /* of float: [N, C], or the values of sparse rows */
    GArray *column;      /* of guint: those of sparse rows */
    GArray *start;       /* of guint64: [N + 1] where a sparse row begins */
    GArray *label;       /* of gint: [N] or shorter, -1 where a row has none */
    GPtrArray *name;     /* of char: [N] or shorter */
};

/**
 * ng_dataset_new:
 * @storage: how rows are kept
 * @columns: C, at least 1
 * @scale: what a byte is multiplied by; 1 for floats and sparse rows
 *
 * Returns: (transfer full): a data set without rows; free with ng_dataset_free()
 */
NgDataset *
ng_dataset_new(NgStorage storage, guint columns, float scale)
{
    g_return_val_if_fail(columns > 0, NULL);

    NgDataset *self = g_new0(NgDataset, 1);
    const guint64 none = 0;
    self->storage = storage;
    self->columns = columns;
    self->scale = scale;
    self->bytes = g_byte_array_new();
    self->floats = g_array_new(FALSE, FALSE, sizeof(float));
    self->column = g_array_new(FALSE, FALSE, sizeof(guint));
    self->start = g_array_new(FALSE, FALSE, sizeof(guint64));
    self->label = g_array_new(FALSE, FALSE, sizeof(gint));
    self->name = g_ptr_array_new_with_free_func(g_free);
    g_array_append_val(self->start, none);
    return self;
}

/**
 * ng_dataset_free:
 * @self: (nullable) (transfer full): a data set
 */
void
ng_dataset_free(NgDataset *self)
{
    if (self == NULL)
        return;
    g_byte_array_unref(self->bytes);
    g_array_unref(self->floats);
    g_array_unref(self->column);
    g_array_unref(self->start);
    g_array_unref(self->label);
    g_ptr_array_unref(self->name);
    g_free(self);
}

/**
 * ng_dataset_set_picture:
 * @width: times
 * @height: is the number of columns
 *
 * The rows are pictures, line by line from the top.
 */
void
ng_dataset_set_picture(NgDataset *self, guint width, guint height)
{
    g_return_if_fail(self != NULL && (guint64)width * height == self->columns);

    self->width = width;
    self->height = height;
}

/**
 * ng_dataset_add_bytes:
 * @row: [C] of a data set of bytes
 */
void
ng_dataset_add_bytes(NgDataset *self, const guint8 *row)
{
    g_return_if_fail(self != NULL && row != NULL && self->storage == NG_STORAGE_BYTES);

    g_byte_array_append(self->bytes, row, self->columns);
    self->rows++;
}

/**
 * ng_dataset_add_floats:
 * @row: [C] of a data set of floats
 */
void
ng_dataset_add_floats(NgDataset *self, const float *row)
{
    g_return_if_fail(self != NULL && row != NULL && self->storage == NG_STORAGE_FLOATS);

    g_array_append_vals(self->floats, row, self->columns);
    self->rows++;
}

/**
 * ng_dataset_add_sparse:
 * @column: [@n] in rising order, each below C
 * @value: [@n] not 0
 * @n: entries of the row
 */
void
ng_dataset_add_sparse(NgDataset *self, const guint *column, const float *value, guint n)
{
    g_return_if_fail(self != NULL && self->storage == NG_STORAGE_SPARSE);
    g_return_if_fail(n == 0 || (column != NULL && value != NULL && column[n - 1] < self->columns));

    if (n > 0) {
        g_array_append_vals(self->column, column, n);
        g_array_append_vals(self->floats, value, n);
    }
    const guint64 end = self->column->len;
    g_array_append_val(self->start, end);
    self->rows++;
}

/**
 * ng_dataset_set_label:
 * @row: of
 * @label: 0, 1, ...
 */
void
ng_dataset_set_label(NgDataset *self, size_t row, guint label)
{
    g_return_if_fail(self != NULL && row < self->rows && label <= G_MAXINT);

    const gint none = -1;
    while (self->label->len <= row)
        g_array_append_val(self->label, none);
    g_array_index(self->label, gint, row) = (gint)label;
}

/**
 * ng_dataset_set_name:
 * @row: of
 * @name: what a result about it is called
 */
void
ng_dataset_set_name(NgDataset *self, size_t row, const char *name)
{
    g_return_if_fail(self != NULL && row < self->rows && name != NULL);

    if (self->name->len <= row)
        g_ptr_array_set_size(self->name, (gint)row + 1);
    g_free(self->name->pdata[row]);
    self->name->pdata[row] = g_strdup(name);
}

/**
 * ng_dataset_truncate:
 * @rows: how many of the first stay
 */
void
ng_dataset_truncate(NgDataset *self, size_t rows)
{
    g_return_if_fail(self != NULL);

    if (rows >= self->rows)
        return;
    self->rows = rows;
    if (self->storage == NG_STORAGE_BYTES)
        g_byte_array_set_size(self->bytes, (guint)(rows * self->columns));
    if (self->storage == NG_STORAGE_FLOATS)
        g_array_set_size(self->floats, (guint)(rows * self->columns));
    if (self->storage == NG_STORAGE_SPARSE) {
        guint64 end = g_array_index(self->start, guint64, rows);
        g_array_set_size(self->column, (guint)end);
        g_array_set_size(self->floats, (guint)end);
        g_array_set_size(self->start, (guint)rows + 1);
    }
    g_array_set_size(self->label, (guint)MIN(rows, self->label->len));
    g_ptr_array_set_size(self->name, (gint)MIN(rows, self->name->len));
}

/**
 * ng_dataset_rows:
 *
 * Returns: N
 */
size_t
ng_dataset_rows(const NgDataset *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->rows;
}

/**
 * ng_dataset_columns:
 *
 * Returns: C
 */
guint
ng_dataset_columns(const NgDataset *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->columns;
}

/**
 * ng_dataset_width:
 *
 * Returns: of each picture; 0 where the rows are none
 */
guint
ng_dataset_width(const NgDataset *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->width;
}

/**
 * ng_dataset_height:
 *
 * Returns: of each picture; 0 where the rows are none
 */
guint
ng_dataset_height(const NgDataset *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->height;
}

/**
 * ng_dataset_storage:
 *
 * Returns: how rows are kept
 */
NgStorage
ng_dataset_storage(const NgDataset *self)
{
    g_return_val_if_fail(self != NULL, NG_STORAGE_BYTES);

    return self->storage;
}

/**
 * ng_dataset_row:
 * @row: below N
 * @out: (out): [C] its values
 */
void
ng_dataset_row(const NgDataset *self, size_t row, float *out)
{
    g_return_if_fail(self != NULL && row < self->rows && out != NULL);

    size_t columns = self->columns;
    if (self->storage == NG_STORAGE_BYTES) {
        const guint8 *from = self->bytes->data + row * columns;
        for (size_t i = 0; i < columns; i++)
            out[i] = (float)from[i] * self->scale;
    } else if (self->storage == NG_STORAGE_FLOATS) {
        memcpy(out, (const float *)(const void *)self->floats->data + row * columns,
               columns * sizeof *out);
    } else {
        const guint *column;
        const float *value;
        guint n = ng_dataset_sparse(self, row, &column, &value);
        memset(out, 0, columns * sizeof *out);
        for (guint i = 0; i < n; i++)
            out[column[i]] = value[i];
    }
}

/**
 * ng_dataset_bytes:
 * @row: below N, of a data set of bytes
 *
 * Returns: (transfer none): [C] before the scale
 */
const guint8 *
ng_dataset_bytes(const NgDataset *self, size_t row)
{
    g_return_val_if_fail(self != NULL && row < self->rows, NULL);
    g_return_val_if_fail(self->storage == NG_STORAGE_BYTES, NULL);

    return self->bytes->data + row * self->columns;
}

/**
 * ng_dataset_sparse:
 * @row: below N, of a sparse data set
 * @column: (out) (transfer none): [n] in rising order
 * @value: (out) (transfer none): [n]
 *
 * Returns: n, the row's entries that are not 0
 */
guint
ng_dataset_sparse(const NgDataset *self, size_t row, const guint **column, const float **value)
{
    g_return_val_if_fail(self != NULL && row < self->rows, 0);
    g_return_val_if_fail(self->storage == NG_STORAGE_SPARSE, 0);

    const guint64 *start = (const void *)self->start->data;
    *column = (const guint *)(const void *)self->column->data + start[row];
    *value = (const float *)(const void *)self->floats->data + start[row];
    return (guint)(start[row + 1] - start[row]);
}

/**
 * ng_dataset_is_binary:
 *
 * Returns: whether every value is 0 or 1
 */
gboolean
ng_dataset_is_binary(const NgDataset *self)
{
    g_return_val_if_fail(self != NULL, FALSE);

    if (self->storage == NG_STORAGE_BYTES) {
        for (guint i = 0; i < self->bytes->len; i++) {
            float x = (float)self->bytes->data[i] * self->scale;
            if (!(x == 0.0F || x == 1.0F))
                return FALSE;
        }
        return TRUE;
    }
    const float *x = (const void *)self->floats->data;
    for (guint i = 0; i < self->floats->len; i++)
        if (!(x[i] == 0.0F || x[i] == 1.0F))
            return FALSE;
    return TRUE;
}

/**
 * ng_dataset_label:
 *
 * Returns: that of a row, -1 where it has none
 */
gint
ng_dataset_label(const NgDataset *self, size_t row)
{
    g_return_val_if_fail(self != NULL && row < self->rows, -1);

    return row < self->label->len ? g_array_index(self->label, gint, row) : -1;
}

/**
 * ng_dataset_labels:
 *
 * Returns: the largest label and 1; 0 where no row has one
 */
guint
ng_dataset_labels(const NgDataset *self)
{
    g_return_val_if_fail(self != NULL, 0);

    gint most = -1;
    for (guint i = 0; i < self->label->len; i++)
        most = MAX(most, g_array_index(self->label, gint, i));
    return (guint)(most + 1);
}

/**
 * ng_dataset_name:
 *
 * Returns: (nullable) (transfer none): that of a row
 */
const char *
ng_dataset_name(const NgDataset *self, size_t row)
{
    g_return_val_if_fail(self != NULL && row < self->rows, NULL);

    return row < self->name->len ? self->name->pdata[row] : NULL;
}

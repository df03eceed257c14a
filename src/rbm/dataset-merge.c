/*
 * Rows of several kinds in one data set
 *
 * Bits and grey stay a byte a value.  Where grey comes behind bits, the bits
 * become grey; where floats come, all become floats.
 */
#include "dataset-merge.h"

/** ng_merge_init: @columns: C; no row yet */
void
ng_merge_init(NgMerge *self, guint columns)
{
    *self = (NgMerge){.columns = columns, .scale = 1, .row = g_new(float, columns)};
}

void
ng_merge_clear(NgMerge *self)
{
    ng_dataset_free(self->data);
    g_free(self->row);
    *self = (NgMerge){0};
}

/* Makes all rows bytes of the scale, or floats. */
static void
rebuild(NgMerge *self, NgStorage storage, guint scale)
{
    g_autoptr(NgDataset) old = self->data;
    g_autofree guint8 *bytes = g_new(guint8, self->columns);

    self->data = ng_dataset_new(storage, self->columns, 1.0F / (float)scale);
    for (size_t r = 0; old != NULL && r < ng_dataset_rows(old); r++) {
        if (storage == NG_STORAGE_FLOATS) {
            ng_dataset_row(old, r, self->row);
            ng_dataset_add_floats(self->data, self->row);
            continue;
        }
        const guint8 *from = ng_dataset_bytes(old, r);
        for (guint i = 0; i < self->columns; i++)
            bytes[i] = (guint8)(from[i] * scale); /* bits before */
        ng_dataset_add_bytes(self->data, bytes);
    }
    self->scale = scale;
}

static gboolean
has_floats(const NgMerge *self)
{
    return self->data != NULL && ng_dataset_storage(self->data) == NG_STORAGE_FLOATS;
}

/** ng_merge_width: Returns: bytes of a value, once a row of the kind is added */
size_t
ng_merge_width(const NgMerge *self, NgStorage storage)
{
    return storage == NG_STORAGE_FLOATS || has_floats(self) ? sizeof(float) : 1;
}

/** ng_merge_add_floats: @row: [C], may be the merge's own */
void
ng_merge_add_floats(NgMerge *self, const float *row)
{
    if (!has_floats(self))
        rebuild(self, NG_STORAGE_FLOATS, 1);
    ng_dataset_add_floats(self->data, row);
}

/** ng_merge_add_bytes: @row: [C]; @max: 1 or #NG_GREY_MAX, which stands for 1.0 */
void
ng_merge_add_bytes(NgMerge *self, const guint8 *row, guint max)
{
    if (has_floats(self)) {
        for (guint i = 0; i < self->columns; i++)
            self->row[i] = (float)row[i] / (float)max;
        ng_dataset_add_floats(self->data, self->row);
        return;
    }
    if (self->data == NULL || self->scale < max)
        rebuild(self, NG_STORAGE_BYTES, max);
    if (self->scale == max) {
        ng_dataset_add_bytes(self->data, row);
        return;
    }
    g_autofree guint8 *bytes = g_new(guint8, self->columns);
    for (guint i = 0; i < self->columns; i++)
        bytes[i] = (guint8)(row[i] * self->scale);
    ng_dataset_add_bytes(self->data, bytes);
}

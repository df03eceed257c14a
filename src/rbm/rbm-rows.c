/*
 * Rows of a data set as visible units
 *
 * A machine with labels takes rows without them, or with them as the last columns.  Without, the
 * row's own label becomes the last units; they are 0 where it has none.
 */
#include "ngram/rbm-rows.h"

#include "rbm-internal.h"

#include "ngram/error.h"

#include <string.h>

/**
 * ng_rbm_fits:
 * @self: a machine
 * @data: rows
 * @error: return location for a #GError, or %NULL
 *
 * Errors: %NG_ERROR_RANGE where the rows are not as long as the machine has units, or have labels
 * that it does not know.
 *
 * Returns: whether ng_rbm_take_row() may be asked for the rows
 */
gboolean
ng_rbm_fits(const NgRbm *self, const NgDataset *data, GError **error)
{
    g_return_val_if_fail(self != NULL && data != NULL, FALSE);

    guint columns = ng_dataset_columns(data), labels = ng_rbm_labels(self);
    if (columns == self->visible)
        return TRUE;
    if (columns + labels != self->visible) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "rows of %u values do not fit a machine of %u visible units", columns,
                    self->visible - labels);
        return FALSE;
    }
    if (ng_dataset_labels(data) > labels) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "label %u of the rows is none of the machine's %u (they begin at 0)",
                    ng_dataset_labels(data) - 1, labels);
        return FALSE;
    }
    return TRUE;
}

/**
 * ng_rbm_take_row:
 * @self: a machine that the data fit
 * @data: rows
 * @row: which
 * @v: (out): [D]
 */
void
ng_rbm_take_row(const NgRbm *self, const NgDataset *data, size_t row, float *v)
{
    guint columns = ng_dataset_columns(data);

    ng_dataset_row(data, row, v);
    if (columns == self->visible)
        return;
    memset(v + columns, 0, (self->visible - columns) * sizeof *v);
    if (ng_dataset_label(data, row) >= 0)
        v[columns + (guint)ng_dataset_label(data, row)] = 1.0F;
}

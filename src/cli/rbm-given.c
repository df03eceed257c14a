/* Values of rows that the command line takes away or holds. */
#include "rbm-given.h"

#include "ngram/dataset-read.h"
#include "ngram/error.h"

/* Takes away the pixels of a rectangle X,Y,W,H of each row, from the top left corner. */
gboolean
ng_given_hide(NgGiven *self, const NgRbm *rbm, const char *rectangle, GError **error)
{
    const guint D = ng_rbm_visible(rbm), width = ng_rbm_width(rbm), height = ng_rbm_height(rbm);
    double x[4];
    guint n = 0;

    if (!ng_args_numbers("hide", rectangle, x, 4, &n, error))
        return FALSE;
    if (n != 4 || x[0] < 0 || x[1] < 0 || x[2] < 1 || x[3] < 1 || x[0] + x[2] > width ||
        x[1] + x[3] > height)
        return ng_cli_usage_error(error, "--hide X,Y,WIDTH,HEIGHT lies inside %u by %u pixels",
                                  width, height);
    for (size_t r = 0; r < self->rows; r++)
        for (guint j = (guint)x[1]; j < (guint)(x[1] + x[3]); j++)
            for (guint i = (guint)x[0]; i < (guint)(x[0] + x[2]); i++) {
                self->value[r * D + j * width + i] = 0.0F;
                self->given[r * D + j * width + i] = 0;
            }
    return TRUE;
}

/* Takes away what is 1 or white in a row or picture of as many values as rows have. */
gboolean
ng_given_mask(NgGiven *self, const NgRbm *rbm, const char *path, GError **error)
{
    const guint D = ng_rbm_visible(rbm), seen = D - ng_rbm_labels(rbm);
    const NgDatasetRead how = {.binarise = NG_BINARISE_THRESHOLD};
    g_autoptr(NgDataset) mask = ng_dataset_read(&path, 1, &how, error);
    g_autofree float *hidden = g_new(float, D);

    if (mask == NULL)
        return FALSE;
    if (ng_dataset_rows(mask) != 1 || ng_dataset_columns(mask) != seen) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "%s: a mask is one row of %u values; this is %zu of %u", path, seen,
                    ng_dataset_rows(mask), ng_dataset_columns(mask));
        return FALSE;
    }
    ng_dataset_row(mask, 0, hidden);
    for (size_t r = 0; r < self->rows; r++)
        for (guint i = 0; i < seen; i++)
            if (hidden[i] != 0.0F) {
                self->value[r * D + i] = 0.0F;
                self->given[r * D + i] = 0;
            }
    return TRUE;
}

/* Holds the label of each row. */
gboolean
ng_given_label(NgGiven *self, const NgRbm *rbm, guint64 label, GError **error)
{
    const guint D = ng_rbm_visible(rbm), K = ng_rbm_labels(rbm);

    if (K == 0)
        return ng_cli_usage_error(error, "--label: the machine has no labels");
    if (label >= K)
        return ng_cli_usage_error(error, "--label: the machine's labels are 0 to %u", K - 1);
    for (size_t r = 0; r < self->rows; r++)
        for (guint k = 0; k < K; k++) {
            self->value[r * D + D - K + k] = k == label ? 1.0F : 0.0F;
            self->given[r * D + D - K + k] = 1;
        }
    return TRUE;
}

/* Rows with values that are missing: numbers and question marks, a line a row. */
#include "rbm-given.h"

#include "ngram/dataset-read.h"
#include "ngram/error.h"
#include "ngram/input.h"
#include "ngram/number.h"

#include <math.h>
#include <string.h>

void
ng_given_clear(NgGiven *self)
{
    g_clear_pointer(&self->value, g_free);
    g_clear_pointer(&self->given, g_free);
}

static gboolean
wrong(const NgInput *input, const char *what, GError **error)
{
    g_set_error(error, NG_ERROR, NG_ERROR_FORMAT, "%s:%" G_GUINT64_FORMAT ": %s",
                ng_input_path(input), ng_input_line_number(input), what);
    return FALSE;
}

static gboolean
may_be(const NgRbm *rbm, guint unit, float x)
{
    guint n = 0;
    const NgUnitGroup *groups = ng_rbm_groups(rbm, &n);

    for (guint g = 0; g < n; g++)
        if (unit < groups[g].first + groups[g].size)
            return groups[g].kind == NG_UNITS_GAUSSIAN ? isfinite(x)
                   : groups[g].kind == NG_UNITS_COUNTS ? x >= 0.0F && floorf(x) == x
                                                       : x == 0.0F || x == 1.0F;
    return FALSE;
}

static gboolean
is_part(char c)
{
    return c == ',' || c == ' ' || c == '\t';
}

/** Row: of D values, and which of them are given. */
typedef struct {
    float *value;
    guint8 *given;
} Row;

/* One line into a row. */
static gboolean
read_line(const NgInput *input, const NgRbm *rbm, const char *line, size_t length, Row row,
          GError **error)
{
    const guint D = ng_rbm_visible(rbm);
    guint unit = 0;

    for (size_t at = 0; at < length;) {
        size_t end = at;
        while (end < length && !is_part(line[end]))
            end++;
        if (unit == D)
            return wrong(input, "more values than the machine has units", error);
        gboolean missing = end == at + 1 && line[at] == '?';
        if (!missing && (!ng_number_to_float(line + at, end - at, &row.value[unit]) ||
                         !may_be(rbm, unit, row.value[unit])))
            return wrong(input, "neither ? nor a value that its unit takes", error);
        row.given[unit++] = missing ? 0 : 1;
        while (end < length && is_part(line[end]))
            end++;
        at = end;
    }
    if (unit == D - ng_rbm_labels(rbm))
        return TRUE; /* the label is missing too */
    return unit == D || wrong(input, "fewer values than the machine has units", error);
}

/* Reads all lines of a file. */
gboolean
ng_given_read(NgGiven *self, const NgRbm *rbm, const char *path, GError **error)
{
    const gsize D = ng_rbm_visible(rbm);
    g_autoptr(NgInput) input = ng_input_open(path, error);
    g_autoptr(GArray) value = g_array_new(FALSE, TRUE, sizeof(float));
    g_autoptr(GByteArray) given = g_byte_array_new();
    GError *trouble = NULL;
    const char *line;
    size_t length;

    if (input == NULL)
        return FALSE;
    while (ng_input_line(input, &line, &length, &trouble)) {
        gsize rows = value->len / D;
        if ((rows + 1) * D > G_MAXINT)
            return wrong(input, "too many rows", error);
        g_array_set_size(value, (guint)((rows + 1) * D));
        g_byte_array_set_size(given, (guint)((rows + 1) * D));
        memset(given->data + rows * D, 0, D);
        const Row row = {(float *)(void *)value->data + rows * D, given->data + rows * D};
        if (!read_line(input, rbm, line, length, row, error))
            return FALSE;
    }
    if (trouble != NULL) {
        g_propagate_error(error, trouble);
        return FALSE;
    }
    if (value->len == 0) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE, "%s: no row", path);
        return FALSE;
    }
    self->rows = value->len / D;
    self->value = (float *)(void *)g_array_free(g_steal_pointer(&value), FALSE);
    self->given = g_byte_array_free(g_steal_pointer(&given), FALSE);
    return TRUE;
}

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

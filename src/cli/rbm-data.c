/* Rows of numbers or text for the commands of ngram rbm, in and out. */
#include "rbm-data.h"

#include "ngram/error.h"
#include "ngram/number.h"
#include "ngram/rbm-rows.h"

#include <string.h>

static gboolean
has_numbers(const NgRbm *rbm)
{
    guint n = 0;
    const NgUnitGroup *groups = ng_rbm_groups(rbm, &n);

    for (guint g = 0; g < n; g++)
        if (groups[g].kind == NG_UNITS_GAUSSIAN || groups[g].kind == NG_UNITS_COUNTS)
            return TRUE;
    return FALSE;
}

static gboolean
how_to_read(const NgRbm *rbm, const NgRbmDataLine *line, const NgArgs *args, NgDatasetRead *how,
            GError **error)
{
    guint n = 0;

    *how = (NgDatasetRead){
        .limit = line->limit,
        .labels = line->labels,
        .binarise = (NgBinarise)line->binarise,
        .seed = args->seed,
        .values = has_numbers(rbm) ? NG_VALUES_FLOATS : NG_VALUES_BINARY,
    };
    if (line->threshold == NULL)
        return TRUE;
    if (!ng_args_numbers("threshold", line->threshold, &how->threshold, 1, &n, error))
        return FALSE;
    if (line->binarise == NG_BINARISE_STOCHASTIC || !(how->threshold > 0.0))
        return ng_cli_usage_error(error, "--threshold is above 0, and takes no draws beside it");
    how->binarise = NG_BINARISE_THRESHOLD;
    return TRUE;
}

static NgDataset *
read_any(NgRbm *rbm, const NgRbmDataLine *line, const char *const *paths, const NgArgs *args,
         GError **error)
{
    NgDatasetRead how;

    if (!how_to_read(rbm, line, args, &how, error))
        return NULL;
    if (!ng_features_fit(rbm))
        return ng_dataset_read(paths, g_strv_length((char **)(guintptr)paths), &how, error);
    g_autoptr(NgFeatures) features = ng_rbm_open_text(rbm, line->unit, args, error);
    NgDataset *rows = features != NULL ? ng_features_read(features, paths, NULL, error) : NULL;
    if (rows != NULL && line->limit > 0)
        ng_dataset_truncate(rows, line->limit);
    return rows;
}

NgDataset *
ng_rbm_read_rows(NgRbm *rbm, const NgRbmDataLine *line, const char *const *paths,
                 const NgArgs *args, GError **error)
{
    g_autoptr(NgDataset) rows = read_any(rbm, line, paths, args, error);

    if (rows == NULL)
        return NULL;
    if (ng_dataset_rows(rows) == 0) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE, "%s: no row", paths[0]);
        return NULL;
    }
    return ng_rbm_fits(rbm, rows, error) ? g_steal_pointer(&rows) : NULL;
}

float *
ng_rbm_all_rows(const NgRbm *rbm, const NgDataset *data)
{
    const gsize D = ng_rbm_visible(rbm), N = ng_dataset_rows(data);
    float *v = g_new(float, N *D);

    for (gsize r = 0; r < N; r++)
        ng_rbm_take_row(rbm, data, r, v + r * D);
    return v;
}

char *
ng_rbm_row_name(const NgDataset *data, size_t row)
{
    const char *name = ng_dataset_name(data, row);

    return name != NULL ? g_strdup(name) : g_strdup_printf("%zu", row + 1);
}

/* The words that a row has, each as often as it has it. */
static void
append_words(GString *out, const NgRbm *rbm, const float *v, size_t columns)
{
    const char *blank = "";

    for (size_t i = 0; i < columns; i++)
        for (float n = v[i]; n >= 0.5F; n -= 1.0F) {
            g_string_append_printf(out, "%s%s", blank, ng_rbm_name(rbm, (guint)i));
            blank = " ";
        }
}

static void
append_numbers(GString *out, const float *v, size_t columns)
{
    char number[NG_NUMBER_SIZE];

    for (size_t i = 0; i < columns; i++) {
        if (i > 0)
            g_string_append_c(out, ',');
        g_string_append_len(out, number, (gssize)ng_number_from_float(number, v[i]));
    }
}

/* Lines of numbers, whatever they mean. */
gboolean
ng_rbm_print_codes(const float *x, size_t rows, size_t columns, GError **error)
{
    g_autoptr(GString) line = g_string_new(NULL);

    for (size_t r = 0; r < rows; r++) {
        g_string_truncate(line, 0);
        append_numbers(line, x + r * columns, columns);
        g_string_append_c(line, '\n');
        if (!ng_cli_write(line, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
ng_rbm_print_rows(NgRbm *rbm, const float *v, size_t rows, GError **error)
{
    const size_t D = ng_rbm_visible(rbm);
    g_autoptr(GString) line = g_string_new(NULL);

    if (!ng_features_fit(rbm))
        return ng_rbm_print_codes(v, rows, D, error);
    for (size_t r = 0; r < rows; r++) {
        g_string_truncate(line, 0);
        append_words(line, rbm, v + r * D, D);
        g_string_append_c(line, '\n');
        if (!ng_cli_write(line, error))
            return FALSE;
    }
    return TRUE;
}

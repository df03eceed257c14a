/* Rows of numbers or text for the commands of ngram rbm, in and out. */
#include "rbm-data.h"

#include "escape.h"

#include "ngram/dataset-write.h"
#include "ngram/error.h"
#include "ngram/number.h"
#include "ngram/picture.h"
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
        .values = has_numbers(rbm) || line->grey ? NG_VALUES_FLOATS : NG_VALUES_BINARY,
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

/* What says how numbers are read, or text, is refused where it is the other. */
static gboolean
check_line(NgRbm *rbm, const NgRbmDataLine *line, GError **error)
{
    gboolean cuts = line->threshold != NULL || line->binarise != NG_BINARISE_NONE;

    if (ng_features_fit(rbm) && (cuts || line->grey))
        return ng_cli_usage_error(
            error, "--threshold, --binarise and --grey are not for a machine that learned text");
    if (line->grey && cuts)
        return ng_cli_usage_error(error, "--grey takes no --threshold and no --binarise");
    if (line->grey && has_numbers(rbm))
        return ng_cli_usage_error(error, "--grey is for binary units");
    if (!ng_features_fit(rbm) && line->unit >= 0)
        return ng_cli_usage_error(error, "--unit is for machines that learned text");
    return TRUE;
}

gboolean
ng_rbm_refuse_rows(const NgRbmDataLine *line, const char *why, GError **error)
{
    const char *name = line->limit > 0           ? "limit"
                       : line->labels != NULL    ? "labels"
                       : line->threshold != NULL ? "threshold"
                       : line->binarise != 0     ? "binarise"
                       : line->unit >= 0         ? "unit"
                                                 : NULL;

    return name == NULL || ng_cli_usage_error(error, "--%s %s", name, why);
}

/* Texts as the machine's were read. */
static NgDataset *
read_texts(NgRbm *rbm, const NgRbmDataLine *line, const char *const *paths, const NgArgs *args,
           GError **error)
{
    g_autoptr(NgFeatures) features = ng_rbm_open_text(rbm, line->unit, args, error);
    if (features == NULL)
        return NULL;
    ng_features_set_limit(features, line->limit);
    g_autoptr(NgDataset) rows = ng_rbm_read_text(features, paths, args, error);
    if (rows == NULL ||
        (line->labels != NULL && !ng_dataset_read_labels(rows, line->labels, line->limit, error)))
        return NULL;
    return g_steal_pointer(&rows);
}

NgDataset *
ng_rbm_read_any(NgRbm *rbm, const NgRbmDataLine *line, const char *const *paths, const NgArgs *args,
                GError **error)
{
    NgDatasetRead how;

    if (!check_line(rbm, line, error) || !how_to_read(rbm, line, args, &how, error))
        return NULL;
    return ng_features_fit(rbm)
               ? read_texts(rbm, line, paths, args, error)
               : ng_dataset_read(paths, g_strv_length((char **)(guintptr)paths), &how, error);
}

/* Grey is 0 to 1, whatever numbers a file has. */
static gboolean
is_grey(const NgDataset *rows, GError **error)
{
    const guint columns = ng_dataset_columns(rows);
    g_autofree float *v = g_new(float, columns);

    for (size_t r = 0; r < ng_dataset_rows(rows); r++) {
        ng_dataset_row(rows, r, v);
        for (guint i = 0; i < columns; i++)
            if (!(v[i] >= 0.0F && v[i] <= 1.0F)) {
                g_autofree char *name = ng_rbm_row_name(rows, r);
                g_set_error(error, NG_ERROR, NG_ERROR_FORMAT,
                            "%s: column %u: %g is no grey, which is 0 to 1", name, i + 1,
                            (double)v[i]);
                return FALSE;
            }
    }
    return TRUE;
}

NgDataset *
ng_rbm_read_rows(NgRbm *rbm, const NgRbmDataLine *line, const char *const *paths,
                 const NgArgs *args, GError **error)
{
    g_autoptr(NgDataset) rows = ng_rbm_read_any(rbm, line, paths, args, error);

    if (rows == NULL)
        return NULL;
    if (ng_dataset_rows(rows) == 0) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE, "%s: no row", paths[0]);
        return NULL;
    }
    if (line->grey && !is_grey(rows, error))
        return NULL;
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
        for (guint n = (guint)(v[i] + 0.5F); n > 0; n--) {
            g_string_append_printf(out, "%s%s", blank, ng_rbm_name(rbm, (guint)i));
            blank = " ";
        }
}

static void
append_numbers(GString *out, const float *v, size_t columns, char blank)
{
    char number[NG_NUMBER_SIZE];

    for (size_t i = 0; i < columns; i++) {
        if (i > 0)
            g_string_append_c(out, blank);
        g_string_append_len(out, number, (gssize)ng_number_from_float(number, v[i]));
    }
}

/* Lines of numbers, whatever they mean; in JSON the row's number beside them. */
gboolean
ng_rbm_print_codes(const float *x, size_t rows, size_t columns, const NgArgs *args, GError **error)
{
    const gboolean json = args->format == (int)NG_FORMAT_JSON;
    const char blank = args->format == (int)NG_FORMAT_TSV ? '\t' : ',';
    g_autoptr(GString) line = g_string_new(NULL);

    for (size_t r = 0; r < rows; r++) {
        g_string_truncate(line, 0);
        if (json)
            g_string_append_printf(line, "{\"row\":%zu,\"values\":[", r + 1);
        append_numbers(line, x + r * columns, columns, blank);
        g_string_append(line, json ? "]}\n" : "\n");
        if (!ng_cli_write(line, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
print_words(NgRbm *rbm, const float *v, size_t rows, const NgArgs *args, GError **error)
{
    const gboolean json = args->format == (int)NG_FORMAT_JSON;
    const size_t D = ng_rbm_visible(rbm);
    g_autoptr(GString) line = g_string_new(NULL), words = g_string_new(NULL);

    for (size_t r = 0; r < rows; r++) {
        g_string_truncate(line, 0);
        g_string_truncate(words, 0);
        append_words(words, rbm, v + r * D, D);
        if (json) {
            g_string_append_printf(line, "{\"row\":%zu,\"text\":", r + 1);
            ng_escape_json(line, words->str, words->len);
            g_string_append_c(line, '}');
        } else {
            g_string_append_len(line, words->str, (gssize)words->len);
        }
        g_string_append_c(line, '\n');
        if (!ng_cli_write(line, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
is_table(const char *path)
{
    NgDatasetFormat format;

    return ng_dataset_format_from_path(path, &format) &&
           (format == NG_DATASET_CSV || format == NG_DATASET_NPY);
}

gboolean
ng_rbm_check_sheet(const NgRbm *rbm, const NgRbmSheet *sheet, GError **error)
{
    if (sheet->path == NULL || is_table(sheet->path))
        return sheet->scale == 0 ||
               ng_cli_usage_error(
                   error, "--scale is for a sheet of pictures in a file (.png, .pgm, .ppm)");
    if (ng_rbm_width(rbm) == 0)
        return ng_cli_usage_error(
            error, "%s: the machine shows no pictures (.csv and .npy take its rows)", sheet->path);
    return ng_picture_check_path(sheet->path, sheet->palette == NG_PALETTE_DIVERGING, error);
}

/* The pixels of rows, which may have other units behind them, as one sheet. */
static NgPicture *
lay_out(const NgRbm *rbm, const NgRbmSheet *sheet, const float *v, size_t rows, GError **error)
{
    const size_t D = ng_rbm_visible(rbm);
    const NgTiles tiles = {
        .width = ng_rbm_width(rbm),
        .height = ng_rbm_height(rbm),
        .columns = (guint)sheet->columns,
        .gap = MAX((guint)sheet->scale, 1),
        .zoom = (guint)sheet->scale,
        .palette = (NgPalette)sheet->palette,
        .each = TRUE,
    };
    const size_t size = (size_t)tiles.width * tiles.height;
    g_autofree float *pixels = g_new(float, rows *size);

    for (size_t r = 0; r < rows; r++)
        memcpy(pixels + r * size, v + r * D, size * sizeof *v);
    return ng_picture_new(&tiles, pixels, rows, error);
}

static gboolean
save_rows(const NgRbm *rbm, const NgRbmSheet *sheet, const float *v, size_t rows, GError **error)
{
    NgDatasetFormat format;

    if (!is_table(sheet->path)) {
        g_autoptr(NgPicture) picture = lay_out(rbm, sheet, v, rows, error);
        return picture != NULL && ng_picture_save(picture, sheet->path, error);
    }
    const guint D = ng_rbm_visible(rbm);
    g_autoptr(NgDataset) data = ng_dataset_new(NG_STORAGE_FLOATS, D, 1.0F);
    for (size_t r = 0; r < rows; r++)
        ng_dataset_add_floats(data, v + r * D);
    return ng_dataset_format_from_path(sheet->path, &format) &&
           ng_dataset_write(data, sheet->path, format, error);
}

static gboolean
print_picture(const NgRbm *rbm, const NgRbmSheet *sheet, const float *v, size_t rows,
              const NgArgs *args, GError **error)
{
    NgRbmSheet fit = *sheet;
    if (fit.columns == 0)
        fit.columns = MIN(rows, MAX(80 / (ng_rbm_width(rbm) + 1), 1));
    g_autoptr(NgPicture) picture = lay_out(rbm, &fit, v, rows, error);
    if (picture == NULL)
        return FALSE;

    const char *colours = g_getenv("COLORTERM");
    gboolean true_colour = g_strcmp0(colours, "truecolor") == 0 || g_strcmp0(colours, "24bit") == 0;
    g_autoptr(GString) text = g_string_new(NULL);
    ng_picture_to_text(picture,
                       !ng_args_color(args) ? NG_BLOCKS_SHADES
                       : true_colour        ? NG_BLOCKS_TRUE
                                            : NG_BLOCKS_256,
                       text);
    return ng_cli_write(text, error);
}

gboolean
ng_rbm_show_rows(NgRbm *rbm, const NgRbmSheet *sheet, const float *v, size_t rows,
                 const NgArgs *args, GError **error)
{
    if (sheet->path != NULL)
        return save_rows(rbm, sheet, v, rows, error);
    if (ng_features_fit(rbm))
        return print_words(rbm, v, rows, args, error);
    if (ng_rbm_width(rbm) > 0 && ng_args_format(args) == NG_FORMAT_TEXT)
        return print_picture(rbm, sheet, v, rows, args, error);
    return ng_rbm_print_codes(v, rows, ng_rbm_visible(rbm), args, error);
}

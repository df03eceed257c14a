/*
 * Data sets from files
 *
 * Each file is told by its first bytes, whatever its name, and handed to the
 * reader of its format.
 */
#include "ngram/dataset-read.h"

#include "dataset-rows.h"

#include "ngram/error.h"
#include "ngram/file-list.h"

#include <math.h>
#include <string.h>

enum {
    PEEK = 512,       /* bytes that tell a format */
    LABEL_MAX = 65535 /* each label is a unit of a machine */
};

/**
 * Format: a kind of file.
 * @magic: its first @length bytes
 * @read: (nullable): how it is read
 * @cure: where it is not
 */
typedef struct {
    const char *magic;
    size_t length;
    gboolean (*read)(NgInput *input, NgRows *rows, GError **error);
    const char *cure;
} Format;

static const Format formats[] = {
    {"\0\0", 2, ng_idx_read, NULL},
    {"\x89P", 2, ng_png_read, NULL},
    {"P1", 2, ng_pnm_read, NULL},
    {"P2", 2, ng_pnm_read, NULL},
    {"P4", 2, ng_pnm_read, NULL},
    {"P5", 2, ng_pnm_read, NULL},
    {"P3", 2, NULL, "a picture in colour, PPM (make it PGM or PNG)"},
    {"P6", 2, NULL, "a picture in colour, PPM (make it PGM or PNG)"},
    {"\x93NUMPY", 6, ng_npy_read, NULL},
    {"\xff\xd8\xff", 3, NULL, "a JPEG picture (make it a PNG)"},
    {"GIF8", 4, NULL, "a GIF picture (make it a PNG)"},
    {"PK\3\4", 4, NULL, "an archive (unpack it: .npz holds .npy)"},
};

static gboolean
is_text(const guint8 *data, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (data[i] < ' ' && data[i] != '\t' && data[i] != '\n' && data[i] != '\r')
            return FALSE;
    return TRUE;
}

static gboolean
read_file(NgInput *input, NgRows *rows, GError **error)
{
    const void *data = NULL;
    gssize n = ng_input_peek(input, &data, PEEK, error);
    const char *what = "no data set (IDX, PNG, PBM, PGM, NPY, or numbers as text)";

    if (n < 0)
        return FALSE;
    if (n == 0)
        what = "empty file";
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        const Format *format = &formats[i];
        if ((size_t)n < format->length || memcmp(data, format->magic, format->length) != 0)
            continue;
        if (format->read != NULL)
            return format->read(input, rows, error);
        what = format->cure;
        n = 0;
    }
    if (n > 0 && is_text(data, (size_t)n))
        return ng_csv_read(input, rows, error);
    g_set_error(error, NG_ERROR, NG_ERROR_FORMAT, "%s: %s", ng_input_path(input), what);
    return FALSE;
}

static gboolean
read_input(NgInput *input, const char *name, NgRows *rows, GError **error)
{
    ng_rows_begin_file(rows, ng_input_path(input), name);
    return read_file(input, rows, error) && ng_rows_end_file(rows, error);
}

static gboolean
read_path(const char *path, NgRows *rows, GError **error)
{
    g_autoptr(NgInput) input = ng_input_open(path, error);

    return input != NULL && read_input(input, path, rows, error);
}

/* ---- labels */

static gboolean
set_label(NgDataset *self, size_t row, float x, const NgDataset *labels, GError **error)
{
    if (x >= 0.0F && x <= (float)LABEL_MAX && x == floorf(x)) {
        ng_dataset_set_label(self, row, (guint)x);
        return TRUE;
    }
    g_set_error(error, NG_ERROR, NG_ERROR_FORMAT, "%s: %g is no label (labels are 0 to %d)",
                ng_dataset_name(labels, row), (double)x, LABEL_MAX);
    return FALSE;
}

/* @whole: whether @self has all rows that there are */
static gboolean
set_labels(NgDataset *self, const NgDataset *labels, const char *path, gboolean whole,
           GError **error)
{
    size_t rows = ng_dataset_rows(self);

    if (ng_dataset_columns(labels) != 1) {
        g_set_error(error, NG_ERROR, NG_ERROR_FORMAT,
                    "%s: %u columns where labels are one number a row", path,
                    ng_dataset_columns(labels));
        return FALSE;
    }
    if (ng_dataset_rows(labels) < rows || (whole && ng_dataset_rows(labels) > rows)) {
        g_set_error(error, NG_ERROR, NG_ERROR_FORMAT,
                    "%s: %zu labels for %zu rows (name the labels of these data)", path,
                    ng_dataset_rows(labels), rows);
        return FALSE;
    }
    for (size_t r = 0; r < rows; r++) {
        float x = 0.0F;
        ng_dataset_row(labels, r, &x);
        if (!set_label(self, r, x, labels, error))
            return FALSE;
    }
    return TRUE;
}

/**
 * ng_dataset_read_labels:
 * @self: rows
 * @path: a file of labels, see ngram-dataset(5)
 * @limit: how many rows were wanted, 0 for all; where @self has as many, there may be more labels
 * @error: return location for a #GError, or %NULL
 *
 * Errors: those of ng_dataset_read(); %NG_ERROR_FORMAT where the labels are not those of the rows.
 *
 * Returns: whether each row has its label
 */
gboolean
ng_dataset_read_labels(NgDataset *self, const char *path, guint64 limit, GError **error)
{
    g_return_val_if_fail(self != NULL && path != NULL, FALSE);

    g_autoptr(NgRows) rows = ng_rows_new_raw();
    gboolean whole = limit == 0 || ng_dataset_rows(self) < limit;

    if (!read_path(path, rows, error))
        return FALSE;
    g_autoptr(NgDataset) labels = ng_rows_steal(rows, error);
    return labels != NULL && set_labels(self, labels, path, whole, error);
}

static NgDataset *
finish(NgRows *rows, const NgDatasetRead *how, GError **error)
{
    g_autoptr(NgDataset) self = ng_rows_steal(rows, error);

    if (self == NULL ||
        (how->labels != NULL && !ng_dataset_read_labels(self, how->labels, how->limit, error)))
        return NULL;
    return g_steal_pointer(&self);
}

/**
 * ng_dataset_read:
 * @paths: [@n] files, folders, `-`
 * @n: at least 1
 * @how: what is wanted of them
 * @error: return location for a #GError, or %NULL
 *
 * Reads rows from files, packed or not, that are told by their content: IDX,
 * PNG, PBM, PGM, NPY, and numbers as text; see ngram-dataset(5).  A folder
 * stands for the files in and below it, in sorted order.  All rows have one
 * size.  Rows are named `PATH:N`, or `PATH` where a picture is alone in its file.
 *
 * Whether a pixel is on, in a stochastic binarisation, is decided by the seed
 * and the numbers of its row and column alone.  Grey is then 0 to 1.
 *
 * Bits become bytes of scale 1; grey that stays grey, bytes of scale 1/255 or,
 * where it is finer, floats.
 *
 * Errors: %G_FILE_ERROR from the system; %NG_ERROR_FORMAT for what is damaged,
 * of mixed sizes, empty, or has a value that is not wanted; %NG_ERROR_RANGE for
 * data above 4 GiB.
 *
 * Returns: (transfer full): free with ng_dataset_free(); %NULL with @error set
 */
NgDataset *
ng_dataset_read(const char *const *paths, size_t n, const NgDatasetRead *how, GError **error)
{
    g_return_val_if_fail(paths != NULL && n > 0 && how != NULL, NULL);
    g_return_val_if_fail(isfinite(how->threshold), NULL);
    g_return_val_if_fail(error == NULL || *error == NULL, NULL);

    g_autofree const char **given = g_new0(const char *, n + 1);
    memcpy(given, paths, n * sizeof *given);
    g_autoptr(GPtrArray) files = ng_file_list(given, "pictures or numbers", error);
    if (files == NULL)
        return NULL;
    g_autoptr(NgRows) rows = ng_rows_new(how);
    for (guint i = 0; i < files->len && ng_rows_want_file(rows); i++)
        if (!read_path(files->pdata[i], rows, error))
            return NULL;
    return finish(rows, how, error);
}

/**
 * ng_dataset_parse:
 * @input: one file, at its first byte
 * @how: what is wanted of it
 * @error: return location for a #GError, or %NULL
 *
 * As ng_dataset_read() of that file.
 *
 * Returns: (transfer full): free with ng_dataset_free(); %NULL with @error set
 */
NgDataset *
ng_dataset_parse(NgInput *input, const NgDatasetRead *how, GError **error)
{
    g_return_val_if_fail(input != NULL && how != NULL, NULL);
    g_return_val_if_fail(isfinite(how->threshold), NULL);
    g_return_val_if_fail(error == NULL || *error == NULL, NULL);

    g_autoptr(NgRows) rows = ng_rows_new(how);
    if (!read_input(input, ng_input_path(input), rows, error))
        return NULL;
    return finish(rows, how, error);
}

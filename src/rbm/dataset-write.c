/*
 * Data sets to files
 *
 * What is written here is read by ng_dataset_read() as the same rows: numbers
 * and floats to the last bit, grey to the nearest of 256.
 */
#include "ngram/dataset-write.h"

#include "png-door.h"

#include "ngram/error.h"
#include "ngram/number.h"
#include "ngram/output.h"

#include <math.h>
#include <string.h>

enum { WHITE = 255, DIGITS_MAX = 9 };

static const char *const names[] = {"csv", "pbm", "pgm", "png", "npy"};

/**
 * ng_dataset_format_from_name:
 * @name: `csv`, `pbm`, `pgm`, `png`, `npy`, in either case
 * @format: (out): the format; untouched on failure
 *
 * Returns: whether there is one of that name
 */
gboolean
ng_dataset_format_from_name(const char *name, NgDatasetFormat *format)
{
    g_return_val_if_fail(name != NULL && format != NULL, FALSE);

    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        if (g_ascii_strcasecmp(name, names[i]) == 0) {
            *format = (NgDatasetFormat)i;
            return TRUE;
        }
    return FALSE;
}

/**
 * ng_dataset_format_from_path:
 * @path: (type filename): whose ending tells
 * @format: (out): the format; untouched on failure
 *
 * Returns: whether the ending is that of a format
 */
gboolean
ng_dataset_format_from_path(const char *path, NgDatasetFormat *format)
{
    g_return_val_if_fail(path != NULL && format != NULL, FALSE);

    const char *dot = strrchr(path, '.');
    return dot != NULL && ng_dataset_format_from_name(dot + 1, format);
}

/** Writer: @row: [C] the one at hand; @byte: [C] the same as grey */
typedef struct {
    const NgDataset *data;
    const char *path;
    NgOutput *out;
    size_t r;
    float *row;
    guint8 *byte;
} Writer;

/* ---- rows */

static gboolean
set_bad_value(const Writer *self, guint column, const char *wanted, GError **error)
{
    const char *name = ng_dataset_name(self->data, self->r);

    g_set_error(error, NG_ERROR, NG_ERROR_RANGE, "%s: row %zu, column %u%s%s%s: %g is not %s",
                self->path, self->r + 1, column + 1, name != NULL ? " (" : "",
                name != NULL ? name : "", name != NULL ? ")" : "", (double)self->row[column],
                wanted);
    return FALSE;
}

/* Makes grey of the row at hand. */
static gboolean
make_bytes(Writer *self, gboolean bits, GError **error)
{
    for (guint i = 0; i < ng_dataset_columns(self->data); i++) {
        float x = self->row[i];
        if (bits && x != 0.0F && x != 1.0F)
            return set_bad_value(self, i, "0 or 1, as bits are (write grey: PGM or PNG)", error);
        if (!(x >= 0.0F && x <= 1.0F))
            return set_bad_value(self, i, "0 to 1, as grey is (write numbers: CSV or NPY)", error);
        self->byte[i] = (guint8)lrintf(x * (float)WHITE);
    }
    return TRUE;
}

static void
put_size(Writer *self, const char *magic, const char *rest)
{
    char text[64];

    g_snprintf(text, sizeof text, "%s\n%u %u\n%s", magic, ng_dataset_width(self->data),
               ng_dataset_height(self->data), rest);
    ng_output_puts(self->out, text);
}

static gboolean
put_pbm(Writer *self, GError **error)
{
    guint width = ng_dataset_width(self->data);
    guint stride = (width + 7) / 8;
    g_autofree guint8 *line = g_malloc(stride);

    if (!make_bytes(self, TRUE, error))
        return FALSE;
    put_size(self, "P4", "");
    for (guint y = 0; y < ng_dataset_height(self->data); y++) {
        const guint8 *from = self->byte + (size_t)y * width;
        memset(line, 0, stride);
        for (guint x = 0; x < width; x++)
            line[x / 8] |= (guint8)((from[x] != 0 ? 0x80U : 0U) >> x % 8);
        ng_output_write(self->out, line, stride);
    }
    return TRUE;
}

static gboolean
put_pgm(Writer *self, GError **error)
{
    if (!make_bytes(self, FALSE, error))
        return FALSE;
    put_size(self, "P5", "255\n");
    ng_output_write(self->out, self->byte, ng_dataset_columns(self->data));
    return TRUE;
}

static gboolean
put_csv(Writer *self, GError **error G_GNUC_UNUSED)
{
    char number[NG_NUMBER_SIZE];

    for (guint i = 0; i < ng_dataset_columns(self->data); i++) {
        if (i > 0)
            ng_output_write(self->out, ",", 1);
        ng_output_write(self->out, number, ng_number_from_float(number, self->row[i]));
    }
    ng_output_write(self->out, "\n", 1);
    return TRUE;
}

/* The lowest byte first, on every machine. */
static gboolean
put_npy(Writer *self, GError **error G_GNUC_UNUSED)
{
    for (guint i = 0; i < ng_dataset_columns(self->data); i++) {
        guint32 word = 0;
        memcpy(&word, &self->row[i], sizeof word);
        word = GUINT32_TO_LE(word);
        ng_output_write(self->out, &word, sizeof word);
    }
    return TRUE;
}

static void
put_npy_header(Writer *self)
{
    enum { LEAD = 10, BLOCK = 64 };
    g_autoptr(GString) text = g_string_new("{'descr': '<f4', 'fortran_order': False, 'shape': (");

    g_string_append_printf(text, "%zu, ", ng_dataset_rows(self->data));
    if (ng_dataset_width(self->data) > 0)
        g_string_append_printf(text, "%u, %u), }", ng_dataset_height(self->data),
                               ng_dataset_width(self->data));
    else
        g_string_append_printf(text, "%u), }", ng_dataset_columns(self->data));
    while ((LEAD + text->len + 1) % BLOCK != 0)
        g_string_append_c(text, ' ');
    g_string_append_c(text, '\n');
    const guint8 lead[LEAD] = "\x93NUMPY\1\0";
    const guint8 length[] = {(guint8)(text->len & 0xff), (guint8)(text->len >> 8)};
    ng_output_write(self->out, lead, LEAD - sizeof length);
    ng_output_write(self->out, length, sizeof length);
    ng_output_write(self->out, text->str, text->len);
}

/* ---- files */

static gboolean
write_rows(Writer *self, NgDatasetFormat format, GError **error)
{
    static gboolean (*const put[])(Writer * self, GError * *error) = {
        [NG_DATASET_CSV] = put_csv,
        [NG_DATASET_PBM] = put_pbm,
        [NG_DATASET_PGM] = put_pgm,
        [NG_DATASET_NPY] = put_npy,
    };
    g_autoptr(NgOutput) output = ng_output_open(self->path, error);

    if (output == NULL)
        return FALSE;
    self->out = output;
    if (format == NG_DATASET_NPY)
        put_npy_header(self);
    for (self->r = 0; self->r < ng_dataset_rows(self->data); self->r++) {
        ng_dataset_row(self->data, self->r, self->row);
        if (!put[format](self, error))
            return FALSE;
    }
    return ng_output_commit(output, error);
}

/*
 * Where a path has the number of a picture: `%d`, or `%05d`.
 * @from, @to: (out): around it
 * @digits: (out): how many there are at least
 */
static gboolean
find_number(const char *path, const char **from, const char **to, int *digits)
{
    const char *at = strchr(path, '%');

    if (at == NULL)
        return FALSE;
    *from = at++;
    *digits = 0;
    if (*at == '0')
        at++;
    if (at > *from + 1 && g_ascii_isdigit(*at) && *at != '0')
        *digits = *at++ - '0';
    if (*at != 'd' || (at[-1] == '0' && *digits == 0) || strchr(at, '%') != NULL)
        return FALSE;
    *to = at + 1;
    return *digits <= DIGITS_MAX;
}

/* (transfer full): the file of a picture */
static char *
path_of(const Writer *self)
{
    const char *from = NULL, *to = NULL;
    int digits = 0;

    if (!find_number(self->path, &from, &to, &digits))
        return g_strdup(self->path);
    return g_strdup_printf("%.*s%0*zu%s", (int)(from - self->path), self->path, MAX(digits, 1),
                           self->r + 1, to);
}

static gboolean
write_png(Writer *self, GError **error)
{
    g_autofree char *path = path_of(self);

    ng_dataset_row(self->data, self->r, self->row);
    if (!make_bytes(self, FALSE, error))
        return FALSE;
    g_autoptr(NgOutput) output = ng_output_open(path, error);
    if (output == NULL)
        return FALSE;
    if (ng_png_write(output, ng_dataset_width(self->data), ng_dataset_height(self->data), FALSE,
                     self->byte))
        return ng_output_commit(output, error);
    g_set_error(error, NG_ERROR, NG_ERROR_RANGE, "%s: libpng cannot write so large a picture",
                path);
    return FALSE;
}

static gboolean
write_pngs(Writer *self, GError **error)
{
    const char *from = NULL, *to = NULL;
    int digits = 0;

    if (ng_dataset_rows(self->data) != 1 && !find_number(self->path, &from, &to, &digits)) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "%s: a PNG holds one picture, and there are %zu (name the files by number, "
                    "as in row-%%03d.png)",
                    self->path, ng_dataset_rows(self->data));
        return FALSE;
    }
    for (self->r = 0; self->r < ng_dataset_rows(self->data); self->r++)
        if (!write_png(self, error))
            return FALSE;
    return TRUE;
}

static gboolean
check_pictures(const NgDataset *self, const char *path, NgDatasetFormat format, GError **error)
{
    gboolean picture =
        format == NG_DATASET_PBM || format == NG_DATASET_PGM || format == NG_DATASET_PNG;

    if (!picture || ng_dataset_width(self) > 0)
        return TRUE;
    g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                "%s: the rows are no pictures, for their width is not known (write CSV or NPY)",
                path);
    return FALSE;
}

/**
 * ng_dataset_write:
 * @self: a data set
 * @path: (type filename): a file, which appears whole or not at all; `-` for standard output; of
 *   several PNG, a path with `%d` or `%03d` for the number of the row, from 1
 * @format: how
 * @error: return location for a #GError, or %NULL
 *
 * Numbers are written in as many digits as they need.  Bits of PBM are the
 * values 0 and 1; grey goes from 0 to 1 and is rounded to 256 steps.
 *
 * Errors: %G_FILE_ERROR from the system; %NG_ERROR_RANGE for values that the
 * format cannot hold, rows that are no pictures, and several pictures for one PNG.
 *
 * Returns: whether everything is in its place
 */
gboolean
ng_dataset_write(const NgDataset *self, const char *path, NgDatasetFormat format, GError **error)
{
    g_return_val_if_fail(self != NULL && path != NULL, FALSE);
    g_return_val_if_fail(format <= NG_DATASET_NPY, FALSE);
    g_return_val_if_fail(error == NULL || *error == NULL, FALSE);

    if (!check_pictures(self, path, format, error))
        return FALSE;
    guint columns = ng_dataset_columns(self);
    g_autofree float *row = g_new(float, columns);
    g_autofree guint8 *byte = g_malloc0(columns);
    Writer writer = {.data = self, .path = path, .row = row, .byte = byte};
    return format == NG_DATASET_PNG ? write_pngs(&writer, error)
                                    : write_rows(&writer, format, error);
}

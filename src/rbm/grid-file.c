/*
 * Files of grids
 *
 * Text: the size, four couplings, and the biases row by row; see ngram-grid(5).  A size decides on
 * memory only once there are as many biases.
 */
#include "ngram/grid.h"

#include "ngram/error.h"
#include "ngram/input.h"
#include "ngram/number.h"
#include "ngram/output.h"

#include <math.h>
#include <string.h>

enum { RIGHT, DOWN, FALL, RISE, COUPLINGS };

static const char *const names[COUPLINGS] = {"right", "down", "fall", "rise"};

/* A file while it is read. */
typedef struct {
    const char *path;
    guint width, height; /* 0 before the first line */
    double coupling[COUPLINGS];
    gboolean seen[COUPLINGS];
    GArray *bias; /* of double */
} Reader;

static gboolean fail(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

static gboolean
fail(GError **error, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);
    g_autofree char *valid = g_utf8_make_valid(message, -1);
    g_set_error_literal(error, NG_ERROR, NG_ERROR_FORMAT, valid);
    return FALSE;
}

static gboolean
take_number(const char *word, double *x, GError **error)
{
    if (ng_number_to_double(word, strlen(word), x) && isfinite(*x))
        return TRUE;
    return fail(error, "'%.40s' is no number (write one such as 3 or -0.25)", word);
}

static gboolean
take_size(Reader *reader, char **words, guint n, GError **error)
{
    guint64 side[2] = {0, 0};

    if (reader->width > 0)
        return fail(error, "a second size (remove one)");
    for (guint i = 0; i < 2 && n == 3; i++)
        if (!ng_number_to_uint64(words[1 + i], strlen(words[1 + i]), &side[i]) || side[i] > 65535)
            side[i] = 0;
    if (side[0] == 0 || side[1] == 0)
        return fail(error, "no size (write 'grid WIDTH HEIGHT', each from 1 to 65535)");
    reader->width = (guint)side[0];
    reader->height = (guint)side[1];
    return TRUE;
}

static gboolean
take_bias(Reader *reader, char **words, guint n, GError **error)
{
    if (n != 1 + reader->width)
        return fail(error, "%u biases in a row, not %u (a line of them for each row of pixels)",
                    n - 1, reader->width);
    if (reader->bias->len >= (guint64)reader->width * reader->height)
        return fail(error, "more rows of biases than %u (remove some)", reader->height);
    for (guint i = 1; i < n; i++) {
        double x;
        if (!take_number(words[i], &x, error))
            return FALSE;
        g_array_append_val(reader->bias, x);
    }
    return TRUE;
}

static gboolean
take_words(Reader *reader, char **words, guint n, GError **error)
{
    guint k = 0;

    if (g_str_equal(words[0], "grid"))
        return take_size(reader, words, n, error);
    if (reader->width == 0)
        return fail(error, "'%.40s' before the size (begin with 'grid WIDTH HEIGHT')", words[0]);
    if (g_str_equal(words[0], "bias"))
        return take_bias(reader, words, n, error);
    while (k < COUPLINGS && !g_str_equal(words[0], names[k]))
        k++;
    if (k == COUPLINGS)
        return fail(error,
                    "'%.40s' is nothing of a grid (grid, right, down, fall, rise and bias are)",
                    words[0]);
    if (n != 2)
        return fail(error, "%u numbers, not one (write '%s 0.5')", n - 1, names[k]);
    if (reader->seen[k])
        return fail(error, "a second line '%s' (remove one)", names[k]);
    reader->seen[k] = TRUE;
    return take_number(words[1], &reader->coupling[k], error);
}

static gboolean
take_line(Reader *reader, const char *line, size_t length, GError **error)
{
    if (memchr(line, '\0', length) != NULL)
        return fail(error, "a zero byte in the text (remove it)");
    g_autofree char *copy = g_strndup(line, length);
    copy[strcspn(copy, "#")] = '\0';
    g_auto(GStrv) all = g_strsplit_set(copy, " \t", -1);
    g_autofree char **words = g_new0(char *, g_strv_length(all) + 1);
    guint n = 0;
    for (char **word = all; *word != NULL; word++)
        if (**word != '\0')
            words[n++] = *word;
    return n == 0 || take_words(reader, words, n, error);
}

static gboolean
read_lines(Reader *reader, NgInput *input, GError **error)
{
    GError *trouble = NULL;
    const char *line;
    size_t length;

    while (ng_input_line(input, &line, &length, &trouble))
        if (!take_line(reader, line, length, error)) {
            g_prefix_error(error, "%s:%" G_GUINT64_FORMAT ": ", reader->path,
                           ng_input_line_number(input));
            return FALSE;
        }
    if (trouble == NULL)
        return TRUE;
    g_propagate_error(error, trouble);
    return FALSE;
}

/**
 * ng_grid_read:
 * @path: (type filename): a file that ng_grid_write() wrote, or one like it; `-` is standard input
 * @error: return location for a #GError, or %NULL
 *
 * Errors: %G_FILE_ERROR where the file cannot be read; %NG_ERROR_FORMAT, with file and line in the
 * message, where a line is none of a grid or something is missing.
 *
 * Returns: (transfer full): free with ng_grid_free(); %NULL with @error set
 */
NgGrid *
ng_grid_read(const char *path, GError **error)
{
    g_return_val_if_fail(path != NULL, NULL);

    g_autoptr(NgInput) input = ng_input_open(path, error);
    if (input == NULL)
        return NULL;
    g_autoptr(GArray) bias = g_array_new(FALSE, FALSE, sizeof(double));
    Reader reader = {.path = ng_input_path(input), .bias = bias};
    if (!read_lines(&reader, input, error))
        return NULL;
    if (reader.width == 0) {
        fail(error, "%s: no grid in it (begin with 'grid WIDTH HEIGHT')", reader.path);
        return NULL;
    }
    if (bias->len != (guint64)reader.width * reader.height) {
        fail(error, "%s: %u lines of biases, not %u (one for each row of pixels)", reader.path,
             bias->len / reader.width, reader.height);
        return NULL;
    }
    for (guint k = 0; k < COUPLINGS; k++)
        if (!reader.seen[k]) {
            fail(error, "%s: no line '%s' (write '%s 0' where there is no such coupling)",
                 reader.path, names[k], names[k]);
            return NULL;
        }
    NgGrid *self = ng_grid_new(reader.width, reader.height);
    self->right = reader.coupling[RIGHT];
    self->down = reader.coupling[DOWN];
    self->fall = reader.coupling[FALL];
    self->rise = reader.coupling[RISE];
    memcpy(self->bias, bias->data, bias->len * sizeof(double));
    return self;
}

/**
 * ng_grid_to_text:
 *
 * Returns: (transfer full): what ng_grid_write() writes; numbers read back exactly
 */
char *
ng_grid_to_text(const NgGrid *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    const double coupling[COUPLINGS] = {self->right, self->down, self->fall, self->rise};
    char number[NG_NUMBER_SIZE];
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "grid %u %u\n", self->width, self->height);
    for (guint k = 0; k < COUPLINGS; k++) {
        ng_number_from_double(number, coupling[k]);
        g_string_append_printf(text, "%s %s\n", names[k], number);
    }
    for (size_t i = 0; i < (size_t)self->width * self->height; i++) {
        ng_number_from_double(number, self->bias[i]);
        g_string_append_printf(text, "%s %s%s", i % self->width == 0 ? "bias" : "", number,
                               (i + 1) % self->width == 0 ? "\n" : "");
    }
    return g_string_free(text, FALSE);
}

/**
 * ng_grid_write:
 * @path: (type filename): where to; the file appears whole or not at all
 * @error: return location for a #GError, or %NULL
 *
 * Returns: whether it was written
 */
gboolean
ng_grid_write(const NgGrid *self, const char *path, GError **error)
{
    g_return_val_if_fail(self != NULL && path != NULL, FALSE);

    g_autofree char *text = ng_grid_to_text(self);
    g_autoptr(NgOutput) out = ng_output_open(path, error);
    if (out == NULL)
        return FALSE;
    ng_output_puts(out, text);
    return ng_output_commit(out, error);
}

/*
 * Die tables
 *
 * A text file of lines `outcome TAB weight`, more columns behind if wanted, all
 * lines with the same number of them.  Blank lines and lines that begin with #
 * are passed over.  The first line is a header if its second cell is no number;
 * the weight is then the column named weight, count, probability or p, the
 * first of these that there is, and the outcome the first column beside it.
 * Without such a name, and without a header, columns 1 and 2 are the outcome
 * and the weight.
 *
 * `outcome` points into `cells`.
 *
 * Invariant: n >= 1, each weight is finite and >= 0, 0 < total < infinity.
 */
#include "ngram/dietable.h"

#include "ngram/error.h"
#include "ngram/input.h"
#include "ngram/number.h"

#include <math.h>
#include <string.h>

/* A table while it is read. */
typedef struct {
    NgDieTable *table;
    GArray *weights; /* double */
    GArray *lines;   /* guint64 */
    guint64 line;    /* the one read */
    size_t columns;  /* 0 before the first line */
    size_t outcome;  /* its column */
    size_t weight;   /* its column */
} Reader;

static const char *const weight_names[] = {"weight", "count", "probability", "p"};

/**
 * ng_die_table_free:
 * @self: (nullable) (transfer full): a table
 */
void
ng_die_table_free(NgDieTable *self)
{
    if (self == NULL)
        return;
    g_free(self->path);
    g_free(self->outcome);
    g_free(self->weight);
    g_free(self->line);
    if (self->cells != NULL)
        g_ptr_array_unref(self->cells);
    g_strfreev(self->header);
    g_free(self);
}

/* Says what is wrong with @cell, and the cure; always %FALSE. */
static gboolean
refuse(GError **error, const char *cell, const char *problem)
{
    g_autofree char *shown = g_utf8_make_valid(cell, (gssize)strnlen(cell, 60));

    g_set_error(error, NG_ERROR, NG_ERROR_FORMAT, "'%s' %s", shown, problem);
    return FALSE;
}

/* Reads a number, one that overflows as infinity: it must not be taken for a header. */
static gboolean
read_number(const char *cell, double *x)
{
    char *end = NULL;

    if (ng_number_to_double(cell, strlen(cell), x))
        return TRUE;
    *x = g_ascii_strtod(cell, &end);
    return isinf(*x) && *end == '\0';
}

static void
take_header(Reader *reader, char **cells)
{
    gboolean found = FALSE;

    for (size_t i = 0; i < G_N_ELEMENTS(weight_names) && !found; i++)
        for (size_t c = 0; cells[c] != NULL && !found; c++)
            if (g_ascii_strcasecmp(cells[c], weight_names[i]) == 0) {
                reader->weight = c;
                found = TRUE;
            }
    reader->outcome = reader->weight == 0 ? 1 : 0;
    reader->table->header = g_strdupv(cells);
}

static gboolean
take_weight(Reader *reader, const char *cell, GError **error)
{
    double weight = 0.0;

    if (!read_number(cell, &weight))
        return refuse(error, cell, "is no weight: not a number (write one such as 3 or 0.25)");
    if (!isfinite(weight))
        return refuse(error, cell, "is no weight: not finite (write a number such as 3 or 0.25)");
    if (weight < 0.0)
        return refuse(error, cell, "is no weight: negative (weights are 0 or more)");
    if (!isfinite(reader->table->total + weight))
        return refuse(error, cell, "makes the sum of the weights overflow (scale them down)");
    reader->table->total += weight;
    g_array_append_val(reader->weights, weight);
    return TRUE;
}

/* Checks the cells of a line against those of the first one. */
static gboolean
check_columns(Reader *reader, char **cells, GError **error)
{
    size_t n = g_strv_length(cells);

    if (n < 2)
        return refuse(error, n == 0 ? "" : cells[0],
                      "has no TAB in it (write the outcome, a TAB and the weight)");
    if (reader->columns == 0)
        reader->columns = n;
    if (n != reader->columns) {
        g_set_error(error, NG_ERROR, NG_ERROR_FORMAT,
                    "%zu columns where the first line has %zu (fill the missing cells)", n,
                    reader->columns);
        return FALSE;
    }
    return TRUE;
}

static gboolean
take_cells(Reader *reader, char **cells, GError **error)
{
    gboolean first = reader->columns == 0;
    double ignored;

    if (!check_columns(reader, cells, error))
        return FALSE;
    if (first && !read_number(cells[1], &ignored)) {
        take_header(reader, cells);
        return TRUE;
    }
    if (!take_weight(reader, cells[reader->weight], error))
        return FALSE;
    g_array_append_val(reader->lines, reader->line);
    g_ptr_array_add(reader->table->cells, g_strdupv(cells));
    return TRUE;
}

static gboolean
is_blank(const char *line, size_t length)
{
    size_t i = 0;

    while (i < length && line[i] == ' ')
        i++;
    return i == length;
}

static gboolean
take_line(Reader *reader, const char *line, size_t length, GError **error)
{
    if (is_blank(line, length) || line[0] == '#')
        return TRUE;
    if (memchr(line, '\0', length) != NULL) {
        g_set_error(error, NG_ERROR, NG_ERROR_FORMAT, "a zero byte in the text (remove it)");
        return FALSE;
    }
    g_autofree char *copy = g_strndup(line, length);
    g_auto(GStrv) cells = g_strsplit(copy, "\t", -1);
    return take_cells(reader, cells, error);
}

static gboolean
read_lines(Reader *reader, NgInput *input, GError **error)
{
    GError *trouble = NULL;
    const char *line;
    size_t length;

    while (ng_input_line(input, &line, &length, &trouble)) {
        reader->line = ng_input_line_number(input);
        if (!take_line(reader, line, length, error)) {
            g_prefix_error(error, "%s:%" G_GUINT64_FORMAT ": ", ng_input_path(input), reader->line);
            return FALSE;
        }
    }
    if (trouble != NULL) {
        g_propagate_error(error, trouble);
        return FALSE;
    }
    if (reader->table->total > 0.0)
        return TRUE;
    g_set_error(error, NG_ERROR, NG_ERROR_FORMAT, "%s: %s", ng_input_path(input),
                reader->weights->len == 0
                    ? "no outcome in it (write lines: outcome, TAB, weight)"
                    : "no weight is above 0 (give one outcome at least a positive weight)");
    return FALSE;
}

/* Hands weights and lines over and lets `outcome` point at the cells. */
static void
finish(Reader *reader)
{
    NgDieTable *table = reader->table;

    table->n = reader->weights->len;
    table->weight = (double *)(void *)g_array_free(g_steal_pointer(&reader->weights), FALSE);
    table->line = (guint64 *)(void *)g_array_free(g_steal_pointer(&reader->lines), FALSE);
    table->outcome = g_new(char *, table->n);
    for (size_t i = 0; i < table->n; i++) {
        char **cells = g_ptr_array_index(table->cells, i);
        table->outcome[i] = cells[reader->outcome];
    }
}

/**
 * ng_die_table_read:
 * @path: (type filename): a file of outcomes and weights; `-` is standard input
 * @error: return location for a #GError, or %NULL
 *
 * Errors: %G_FILE_ERROR where the file cannot be read; %NG_ERROR_FORMAT, with
 * file and line in the message, where a line has no TAB or another number of
 * columns than the first, or a weight is no number, negative or not finite, or
 * the sum overflows; and where no weight is positive.
 *
 * Returns: (transfer full): free with ng_die_table_free(); %NULL with @error set
 */
NgDieTable *
ng_die_table_read(const char *path, GError **error)
{
    g_return_val_if_fail(path != NULL, NULL);
    g_return_val_if_fail(error == NULL || *error == NULL, NULL);

    g_autoptr(NgInput) input = ng_input_open(path, error);
    if (input == NULL)
        return NULL;
    g_autoptr(NgDieTable) table = g_new0(NgDieTable, 1);
    g_autoptr(GArray) weights = g_array_new(FALSE, FALSE, sizeof(double));
    g_autoptr(GArray) lines = g_array_new(FALSE, FALSE, sizeof(guint64));
    Reader reader = {.table = table, .weights = weights, .lines = lines, .weight = 1};

    table->path = g_strdup(ng_input_path(input));
    table->cells = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
    if (!read_lines(&reader, input, error))
        return NULL;
    finish(&reader);
    weights = lines = NULL;
    return g_steal_pointer(&table);
}

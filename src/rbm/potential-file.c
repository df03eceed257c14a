/*
 * Files of potentials
 *
 * Lines of a word, the numbers of units from 1, and a table; see ngram-potentials(5).  Lines come in
 * any order, each table exactly once; how many units there are follows from the greatest numbers.
 * A number in the file decides on memory only where there are about as many lines.
 */
#include "ngram/potential.h"

#include "ngram/error.h"
#include "ngram/input.h"
#include "ngram/number.h"
#include "ngram/output.h"

#include <math.h>
#include <string.h>

enum { PHI, PSI, XI, KINDS };

/* So many tables more than there are lines are looked for one by one. */
enum { SPARE = 1000 };

static const char *const kind_names[KINDS] = {"phi", "psi", "xi"};
static const guint kind_units[KINDS] = {2, 1, 1};  /* numbers of units after the word */
static const guint kind_values[KINDS] = {4, 2, 2}; /* and numbers of the table after those */
static const char *const kind_forms[KINDS] = {
    "phi I J A B C D, the potential of visible unit I and hidden unit J where v h are 00 01 10 11",
    "psi I A B, the potential of visible unit I off and on",
    "xi J A B, the potential of hidden unit J off and on",
};

/* Line: a table as it stands in the file. */
typedef struct {
    guint kind;
    guint unit[2]; /* from 1; the second is 0 where there is none */
    double value[4];
    guint64 line;
} Line;

typedef struct {
    const char *path;
    GArray *lines; /* of Line */
    guint visible, hidden;
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
take_unit(const char *word, guint *unit, GError **error)
{
    guint64 x;

    if (!ng_number_to_uint64(word, strlen(word), &x) || x == 0 || x > G_MAXINT)
        return fail(error, "'%.40s' is no number of a unit (they count from 1)", word);
    *unit = (guint)x;
    return TRUE;
}

static gboolean
take_value(const char *word, double *value, GError **error)
{
    if (!ng_number_to_double(word, strlen(word), value) || !isfinite(*value))
        return fail(error, "'%.40s' is no potential (write a number such as 3 or 0.25)", word);
    if (*value < 0.0)
        return fail(error, "%.40s is no potential: negative (they are 0 or more)", word);
    return TRUE;
}

static gboolean
take_words(Reader *reader, char **words, guint64 number, GError **error)
{
    Line line = {.line = number};

    while (line.kind < KINDS && !g_str_equal(words[0], kind_names[line.kind]))
        line.kind++;
    if (line.kind == KINDS)
        return fail(error, "'%.40s' begins no table (phi, psi and xi do)", words[0]);
    guint units = kind_units[line.kind], values = kind_values[line.kind];
    if (g_strv_length(words) != 1 + units + values)
        return fail(error, "%u words, not %u (write %s)", g_strv_length(words), 1 + units + values,
                    kind_forms[line.kind]);
    for (guint i = 0; i < units; i++)
        if (!take_unit(words[1 + i], &line.unit[i], error))
            return FALSE;
    for (guint i = 0; i < values; i++)
        if (!take_value(words[1 + units + i], &line.value[i], error))
            return FALSE;
    if (line.kind != XI)
        reader->visible = MAX(reader->visible, line.unit[0]);
    if (line.kind != PSI)
        reader->hidden = MAX(reader->hidden, line.unit[line.kind == PHI ? 1 : 0]);
    g_array_append_val(reader->lines, line);
    return TRUE;
}

static gboolean
take_line(Reader *reader, const char *line, size_t length, guint64 number, GError **error)
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
    return n == 0 || take_words(reader, words, number, error);
}

static gboolean
read_lines(Reader *reader, NgInput *input, GError **error)
{
    GError *trouble = NULL;
    const char *line;
    size_t length;

    while (ng_input_line(input, &line, &length, &trouble)) {
        guint64 number = ng_input_line_number(input);
        if (!take_line(reader, line, length, number, error)) {
            g_prefix_error(error, "%s:%" G_GUINT64_FORMAT ": ", reader->path, number);
            return FALSE;
        }
    }
    if (trouble == NULL)
        return TRUE;
    g_propagate_error(error, trouble);
    return FALSE;
}

/* Where the table of a line goes, and which of its kind it is. */
static double *
place(NgPotential *self, const Line *line, gsize *number)
{
    *number = line->unit[0] - 1;
    if (line->kind == PSI)
        return self->psi + 2 * *number;
    if (line->kind == XI)
        return self->xi + 2 * *number;
    *number = (gsize)(line->unit[0] - 1) * self->hidden + line->unit[1] - 1;
    return self->phi + 4 * *number;
}

static gboolean
refuse_missing(const Reader *reader, guint kind, gsize number, GError **error)
{
    if (kind == PHI)
        return fail(error, "%s: no phi %zu %zu (write 'phi %zu %zu 1 1 1 1' where there is none)",
                    reader->path, number / reader->hidden + 1, number % reader->hidden + 1,
                    number / reader->hidden + 1, number % reader->hidden + 1);
    return fail(error, "%s: no %s %zu (write '%s %zu 1 1' where there is none)", reader->path,
                kind_names[kind], number + 1, kind_names[kind], number + 1);
}

/* Puts the tables in their places; each must be there once. */
static gboolean
place_all(const Reader *reader, NgPotential *self, GError **error)
{
    gsize want[KINDS] = {(gsize)self->visible * self->hidden, self->visible, self->hidden};
    guint64 *seen[KINDS]; /* lines */
    gboolean fine = TRUE;

    for (guint k = 0; k < KINDS; k++)
        seen[k] = g_new0(guint64, want[k]);
    for (guint n = 0; n < reader->lines->len && fine; n++) {
        const Line *line = &g_array_index(reader->lines, Line, n);
        gsize number;
        double *to = place(self, line, &number);
        if (seen[line->kind][number] > 0)
            fine = fail(error,
                        "%s:%" G_GUINT64_FORMAT ": the same table as in line %" G_GUINT64_FORMAT
                        " (remove one)",
                        reader->path, line->line, seen[line->kind][number]);
        seen[line->kind][number] = line->line;
        memcpy(to, line->value, kind_values[line->kind] * sizeof(double));
    }
    for (guint k = 0; k < KINDS; k++)
        for (gsize n = 0; n < want[k] && fine; n++)
            if (seen[k][n] == 0)
                fine = refuse_missing(reader, k, n, error);
    for (guint k = 0; k < KINDS; k++)
        g_free(seen[k]);
    return fine;
}

/**
 * ng_potential_read:
 * @path: (type filename): a file of tables, packed or plain; `-` is standard input
 * @error: return location for a #GError, or %NULL
 *
 * Errors: %G_FILE_ERROR where the file cannot be read; %NG_ERROR_FORMAT, with file and line in the
 * message, where a line is no table, a table comes twice, or one is missing.
 *
 * Returns: (transfer full): free with ng_potential_free(); %NULL with @error set
 */
NgPotential *
ng_potential_read(const char *path, GError **error)
{
    g_return_val_if_fail(path != NULL, NULL);

    g_autoptr(NgInput) input = ng_input_open(path, error);
    if (input == NULL)
        return NULL;
    g_autoptr(GArray) lines = g_array_new(FALSE, FALSE, sizeof(Line));
    Reader reader = {.path = ng_input_path(input), .lines = lines};
    if (!read_lines(&reader, input, error))
        return NULL;
    if (reader.visible == 0 || reader.hidden == 0) {
        fail(error, "%s: no tables of %s units in it (write lines such as 'phi 1 1 20 3 5 10')",
             reader.path, reader.visible == 0 ? "visible" : "hidden");
        return NULL;
    }
    guint64 tables = (guint64)reader.visible * reader.hidden + reader.visible + reader.hidden;
    if (tables > SPARE + 4 * (guint64)lines->len) {
        fail(error,
             "%s: %u tables for %u visible and %u hidden units (write one for each unit and each "
             "pair)",
             reader.path, lines->len, reader.visible, reader.hidden);
        return NULL;
    }
    g_autoptr(NgPotential) self = ng_potential_new(reader.visible, reader.hidden);
    return place_all(&reader, self, error) ? g_steal_pointer(&self) : NULL;
}

static void
put_numbers(GString *text, const double *x, guint n)
{
    char number[NG_NUMBER_SIZE];

    for (guint i = 0; i < n; i++) {
        ng_number_from_double(number, x[i]);
        g_string_append_printf(text, " %s", number);
    }
    g_string_append_c(text, '\n');
}

/**
 * ng_potential_to_text:
 *
 * Returns: (transfer full): what ng_potential_write() writes; numbers read back exactly
 */
char *
ng_potential_to_text(const NgPotential *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    GString *text =
        g_string_new("# phi I J: visible unit I and hidden unit J, v h = 00 01 10 11\n");
    for (guint i = 0; i < self->visible; i++)
        for (guint j = 0; j < self->hidden; j++) {
            g_string_append_printf(text, "phi %u %u", i + 1, j + 1);
            put_numbers(text, self->phi + ((gsize)i * self->hidden + j) * 4, 4);
        }
    g_string_append(text, "# psi I: visible unit I off and on\n");
    for (guint i = 0; i < self->visible; i++) {
        g_string_append_printf(text, "psi %u", i + 1);
        put_numbers(text, self->psi + (gsize)2 * i, 2);
    }
    g_string_append(text, "# xi J: hidden unit J off and on\n");
    for (guint j = 0; j < self->hidden; j++) {
        g_string_append_printf(text, "xi %u", j + 1);
        put_numbers(text, self->xi + (gsize)2 * j, 2);
    }
    return g_string_free(text, FALSE);
}

/**
 * ng_potential_write:
 * @path: (type filename): where to; the file appears whole or not at all
 * @error: return location for a #GError, or %NULL
 *
 * Returns: whether it was written
 */
gboolean
ng_potential_write(const NgPotential *self, const char *path, GError **error)
{
    g_return_val_if_fail(self != NULL && path != NULL, FALSE);

    g_autofree char *text = ng_potential_to_text(self);
    g_autoptr(NgOutput) out = ng_output_open(path, error);
    if (out == NULL)
        return FALSE;
    ng_output_puts(out, text);
    return ng_output_commit(out, error);
}

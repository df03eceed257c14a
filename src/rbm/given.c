/*
 * Rows with values that are missing
 *
 * Text, a line a row: a number or a question mark for each visible unit, parted by commas or blanks.
 * Rows of a machine with labels may end before these, which are missing then.  What a unit cannot be
 * is refused here, for chains that begin with it would not come back to what units are.
 */
#include "ngram/given.h"

#include "rbm-internal.h"

#include "ngram/error.h"
#include "ngram/input.h"
#include "ngram/number.h"

#include <math.h>
#include <string.h>

/**
 * ng_given_clear:
 * @self: rows; empty afterwards
 */
void
ng_given_clear(NgGiven *self)
{
    g_return_if_fail(self != NULL);

    g_clear_pointer(&self->value, g_free);
    g_clear_pointer(&self->given, g_free);
    self->rows = 0;
}

static gboolean
wrong(const NgInput *input, const char *what, GError **error)
{
    g_set_error(error, NG_ERROR, NG_ERROR_FORMAT, "%s:%" G_GUINT64_FORMAT ": %s",
                ng_input_path(input), ng_input_line_number(input), what);
    return FALSE;
}

/* Whether units of a kind take a value. */
static gboolean
may_be(guint kind, float x)
{
    switch ((NgUnits)kind) {
    case NG_UNITS_GAUSSIAN:
        return isfinite(x);
    case NG_UNITS_COUNTS:
        return isfinite(x) && x >= 0.0F && floorf(x) == x;
    case NG_UNITS_BINARY:
    case NG_UNITS_SOFTMAX:
        break;
    }
    return x == 0.0F || x == 1.0F;
}

/* The group of a unit. */
static const NgUnitGroup *
group_of(const NgRbm *rbm, guint unit)
{
    guint g = 0;

    while (unit >= rbm->groups[g].first + rbm->groups[g].size)
        g++;
    return &rbm->groups[g];
}

/* Whether one unit of each softmax is 1, or none. */
static gboolean
is_one_each(const NgRbm *rbm, const float *value)
{
    for (guint g = 0; g < rbm->n_groups; g++) {
        const NgUnitGroup *group = &rbm->groups[g];
        guint ones = 0;
        for (guint i = 0; group->kind == NG_UNITS_SOFTMAX && i < group->size; i++)
            ones += value[group->first + i] == 1.0F;
        if (ones > 1)
            return FALSE;
    }
    return TRUE;
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
                         !may_be(group_of(rbm, unit)->kind, row.value[unit])))
            return wrong(input, "neither ? nor a value that its unit takes", error);
        row.given[unit++] = missing ? 0 : 1;
        while (end < length && is_part(line[end]))
            end++;
        at = end;
    }
    if (unit != D && unit != D - ng_rbm_labels(rbm)) /* the label may be missing */
        return wrong(input, "fewer values than the machine has units", error);
    return is_one_each(rbm, row.value) ||
           wrong(input, "two units are 1 of a group of which one is", error);
}

/**
 * ng_given_read:
 * @self: (out): the rows; free with ng_given_clear()
 * @rbm: the machine whose units they are
 * @path: (type filename): a file, or `-`
 * @error: return location for a #GError, or %NULL
 *
 * Errors: those of ng_input_open(); %NG_ERROR_FORMAT where a line is no row, %NG_ERROR_RANGE where
 * there is none.
 *
 * Returns: whether they were read
 */
gboolean
ng_given_read(NgGiven *self, const NgRbm *rbm, const char *path, GError **error)
{
    g_return_val_if_fail(self != NULL && rbm != NULL && path != NULL, FALSE);

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

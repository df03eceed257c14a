/*
 * Sizes of rows, and where a row stands
 *
 * The first file decides the size of all rows.
 */
#include "dataset-rows-internal.h"

#include "ngram/error.h"

#include <string.h>

enum { COLUMNS_MAX = 1 << 26 }; /* values of a row */

/* Begins a message with where the row at hand stands. */
static GString *
place_of(const NgRows *self, guint column)
{
    GString *text = g_string_new(self->path);
    guint64 number = self->names->len - self->before + 1;

    if (self->place == NG_PLACE_LINE)
        g_string_append_printf(text, ":%" G_GUINT64_FORMAT ": column %u", self->line, column + 1);
    else if (self->shape.width > 0)
        g_string_append_printf(
            text,
            ": image %" G_GUINT64_FORMAT ", line %" G_GUINT64_FORMAT ", column %" G_GUINT64_FORMAT,
            number, column / self->shape.width + 1, column % self->shape.width + 1);
    else
        g_string_append_printf(text, ": row %" G_GUINT64_FORMAT ", column %u", number, column + 1);
    return text;
}

/** ng_rows_fail: Returns: %FALSE, with @error set: PLACE: MESSAGE */
gboolean
ng_rows_fail(const NgRows *self, guint column, GError **error, const char *format, ...)
{
    g_autoptr(GString) text = place_of(self, column);
    va_list args;

    g_string_append(text, ": ");
    va_start(args, format);
    g_string_append_vprintf(text, format, args);
    va_end(args);
    g_set_error_literal(error, NG_ERROR, NG_ERROR_FORMAT, text->str);
    return FALSE;
}

/* ---- sizes */

static gboolean
check_size(const NgRows *self, const NgRowShape *shape, GError **error)
{
    guint64 rows = self->how.limit > 0 ? MIN(shape->rows, self->how.limit) : shape->rows;

    if (shape->columns == 0) {
        g_set_error(error, NG_ERROR, NG_ERROR_FORMAT, "%s: rows without a value", self->path);
        return FALSE;
    }
    if (shape->columns > COLUMNS_MAX) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "%s: %" G_GUINT64_FORMAT " values in a row, where %d are the most (scale "
                    "pictures down)",
                    self->path, shape->columns, COLUMNS_MAX);
        return FALSE;
    }
    if (rows > G_MAXUINT32 / shape->columns) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "%s: %" G_GUINT64_FORMAT " rows of %" G_GUINT64_FORMAT
                    " values are more than 4 GiB (limit the rows)",
                    self->path, rows, shape->columns);
        return FALSE;
    }
    return TRUE;
}

static void
append_shape(GString *text, const NgRowShape *shape)
{
    if (shape->width > 0)
        g_string_append_printf(text, "%" G_GUINT64_FORMAT " x %" G_GUINT64_FORMAT " pixels",
                               shape->width, shape->height);
    else
        g_string_append_printf(text, "%" G_GUINT64_FORMAT " columns", shape->columns);
}

static gboolean
check_same(const NgRows *self, const NgRowShape *shape, GError **error)
{
    gboolean pictures = shape->width > 0 && self->shape.width > 0;

    if (shape->columns == self->shape.columns && (!pictures || shape->width == self->shape.width))
        return TRUE;

    g_autoptr(GString) text = g_string_new(self->path);
    if (self->place == NG_PLACE_LINE && strcmp(self->first, self->path) == 0)
        g_string_append_printf(text, ":%" G_GUINT64_FORMAT, self->line);
    g_string_append(text, ": ");
    append_shape(text, shape);
    g_string_append_printf(text, " where %s",
                           strcmp(self->first, self->path) == 0 ? "the rows before have"
                                                                : self->first);
    g_string_append(text, strcmp(self->first, self->path) == 0 ? " " : " has ");
    append_shape(text, &self->shape);
    g_string_append(text, pictures ? " (scale the pictures to one size)"
                                   : " (all rows must have one size)");
    g_set_error_literal(error, NG_ERROR, NG_ERROR_FORMAT, text->str);
    return FALSE;
}

/**
 * ng_rows_set_shape:
 * @place: how its rows are named
 * @shape: of the next rows of the file
 *
 * Errors: %NG_ERROR_FORMAT where the size is another one than before;
 * %NG_ERROR_RANGE where it is more than a data set can hold.
 *
 * Returns: whether rows may come
 */
gboolean
ng_rows_set_shape(NgRows *self, NgRowPlace place, const NgRowShape *shape, GError **error)
{
    self->place = place;
    if (!check_size(self, shape, error))
        return FALSE;
    if (self->shape.columns > 0) {
        if (!check_same(self, shape, error))
            return FALSE;
        if (self->shape.width == 0)
            self->shape = *shape;
        return TRUE;
    }
    self->shape = *shape;
    self->first = g_strdup(self->path);
    return TRUE;
}

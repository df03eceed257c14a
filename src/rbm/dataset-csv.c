/*
 * Numbers as text
 *
 * A row a line, its values parted by commas, or by blanks and tabs.  Lines that
 * are empty, blank, or begin with `#` are passed over.  A line end is LF or CR LF.
 */
#include "dataset-rows.h"

#include "ngram/error.h"
#include "ngram/number.h"

#include <string.h>

/** Row: @value: of float; @binary: whether all are 0 or 1 */
typedef struct {
    GArray *value;
    GByteArray *bits;
    gboolean binary;
} Row;

enum { SHOWN_MAX = 30 }; /* bytes of a bad value that a message shows */

static gboolean
is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static const char *
skip_blanks(const char *at, const char *end)
{
    while (at < end && is_blank(*at))
        at++;
    return at;
}

static gboolean
set_bad_value(const NgInput *input, const Row *row, const char *text, size_t length, gboolean first,
              GError **error)
{
    g_autofree char *shown = g_utf8_make_valid(text, (gssize)MIN(length, SHOWN_MAX));
    const char *cure = first         ? "remove a header line, or begin it with #"
                       : length == 0 ? "write a number between commas"
                                     : "write numbers, parted by commas, blanks or tabs";

    g_set_error(error, NG_ERROR, NG_ERROR_FORMAT,
                "%s:%" G_GUINT64_FORMAT ": column %u: '%s%s' is no number (%s)",
                ng_input_path(input), ng_input_line_number(input), row->value->len + 1, shown,
                length > SHOWN_MAX ? "..." : "", cure);
    return FALSE;
}

/* Takes one line apart; @first: whether no row was before. */
static gboolean
split(const NgInput *input, const char *line, size_t length, gboolean first, Row *row,
      GError **error)
{
    const char *end = line + length;
    const char *at = skip_blanks(line, end);

    while (end > at && is_blank(end[-1]))
        end--;
    g_array_set_size(row->value, 0);
    g_byte_array_set_size(row->bits, 0);
    row->binary = TRUE;
    for (;;) {
        const char *from = at;
        float x = 0.0F;
        while (at < end && *at != ',' && !is_blank(*at))
            at++;
        if (at - from == 1 && (*from == '0' || *from == '1'))
            x = (float)(*from - '0');
        else if (!ng_number_to_float(from, (size_t)(at - from), &x))
            return set_bad_value(input, row, from, (size_t)(at - from), first, error);
        const guint8 bit = x == 1.0F;
        row->binary = row->binary && (x == 0.0F || x == 1.0F);
        g_array_append_val(row->value, x);
        g_byte_array_append(row->bits, &bit, 1);
        if (at == end)
            return TRUE;
        at = skip_blanks(at, end);
        if (at < end && *at == ',')
            at = skip_blanks(at + 1, end);
    }
}

static gboolean
add_row(const NgInput *input, NgRows *rows, const Row *row, GError **error)
{
    const NgRowShape shape = {.columns = row->value->len};

    ng_rows_set_line(rows, ng_input_line_number(input));
    if (!ng_rows_set_shape(rows, NG_PLACE_LINE, &shape, error))
        return FALSE;
    return row->binary ? ng_rows_add_bytes(rows, row->bits->data, 1, error)
                       : ng_rows_add_floats(rows, (const void *)row->value->data, error);
}

static gboolean
read_rows(NgInput *input, NgRows *rows, Row *row, GError **error)
{
    static const char mark[] = "\xef\xbb\xbf"; /* that some programs begin UTF-8 with */
    GError *inner = NULL;
    const char *line = NULL;
    size_t length = 0;
    gboolean first = TRUE;

    while (!ng_rows_is_full(rows) && ng_input_line(input, &line, &length, &inner)) {
        if (ng_input_line_number(input) == 1 && length >= 3 && memcmp(line, mark, 3) == 0) {
            line += 3;
            length -= 3;
        }
        const char *text = skip_blanks(line, line + length);
        if (text == line + length || *text == '#')
            continue;
        if (!split(input, line, length, first, row, error) || !add_row(input, rows, row, error))
            return FALSE;
        first = FALSE;
    }
    if (inner != NULL)
        g_propagate_error(error, inner);
    return inner == NULL;
}

/**
 * ng_csv_read:
 * @input: at the first byte of a text
 * @rows: where the rows go
 *
 * Returns: whether all that is wanted is read; %FALSE with @error set
 */
gboolean
ng_csv_read(NgInput *input, NgRows *rows, GError **error)
{
    Row row = {.value = g_array_new(FALSE, FALSE, sizeof(float)), .bits = g_byte_array_new()};
    gboolean done = read_rows(input, rows, &row, error);

    g_array_unref(row.value);
    g_byte_array_unref(row.bits);
    return done;
}

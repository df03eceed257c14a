/*
 * The writer
 *
 * A command fills the cells of a row from left to right, and ends it.  In TSV
 * and JSON a row goes out as it ends.  Aligned text holds the first rows back
 * to learn how wide the columns are; later rows keep these widths.  The first
 * write that fails is kept and given at the end of the row.
 *
 * Invariant: between rows, `cells` holds rows * n cells.
 */
#include "writer.h"

#include "escape.h"

#include "ngram/number.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    HELD_ROWS = 200, /* rows held back for the widths */
    HELD_MS = 200,   /* and how long at most */
    BAR_WIDTH = 30,  /* characters of a full bar */
    WIDTH_MAX = 60   /* a wider cell pushes its row aside, not all the others */
};

struct NgWriter {
    NgColumn *columns; /* [n] */
    char **names;      /* [n] of the columns, escaped for the format */
    size_t n;
    NgFormat format;
    gboolean plain;  /* no header; TSV and aligned text alike are bytes as they are */
    gboolean bold;   /* the header */
    gboolean prompt; /* each row is passed on at once */
    gboolean headed; /* the header is out */
    size_t cell;     /* of the row, next to be filled */
    GString *row;    /* TSV, JSON */
    GPtrArray *held; /* aligned text: (element-type utf8) cells */
    size_t *width;   /* [n] aligned text */
    gint64 since;    /* when the first row was held back */
    NgMeter *meter;  /* (nullable): progress on the same terminal, borrowed */
    int code;        /* errno of the first failure, or 0 */
};

/* (transfer full): a name as the format wants it; with its quotes in JSON */
static char *
escaped(NgFormat format, const char *name)
{
    GString *out = g_string_new(NULL);

    if (format == NG_FORMAT_TEXT)
        ng_escape_terminal(out, name, strlen(name));
    else if (format == NG_FORMAT_TSV)
        ng_escape_tsv(out, name, strlen(name));
    else
        ng_escape_json(out, name, strlen(name));
    return g_string_free(out, FALSE);
}

/**
 * ng_writer_new:
 * @columns: [n] names and types
 * @n: at least 1
 * @args: --format, --color and --line-buffered as given
 *
 * Returns: (transfer full): free with ng_writer_free()
 */
NgWriter *
ng_writer_new(const NgColumn *columns, size_t n, const NgArgs *args)
{
    NgWriter *self = g_new0(NgWriter, 1);

    self->n = n;
    self->columns = g_memdup2(columns, n * sizeof *columns);
    self->width = g_new0(size_t, n);
    self->format = ng_args_format(args);
    self->names = g_new0(char *, n + 1);
    for (size_t i = 0; i < n; i++) {
        self->names[i] = escaped(self->format, columns[i].name);
        self->width[i] = columns[i].type == NG_CELL_BAR
                             ? 0
                             : ng_escape_width(self->names[i], strlen(self->names[i]));
    }
    self->bold = ng_args_color(args);
    self->prompt = args->line_buffered;
    self->row = g_string_new(NULL);
    self->held = g_ptr_array_new_with_free_func(g_free);
    return self;
}

/* Texts for pipelines: no header, and the last cell's bytes as they are. */
void
ng_writer_set_plain(NgWriter *self)
{
    self->plain = self->format != NG_FORMAT_JSON;
}

/* Where rows and progress share a terminal, the progress makes way for a row. */
void
ng_writer_set_meter(NgWriter *self, NgMeter *meter)
{
    self->meter = isatty(STDOUT_FILENO) == 1 ? meter : NULL;
}

/* Whether each row must go out before the next is begun. */
gboolean
ng_writer_is_prompt(const NgWriter *self)
{
    return self->prompt;
}

static void
put(NgWriter *self, const char *text, size_t length)
{
    if (fwrite_unlocked(text, 1, length, stdout) != length && self->code == 0)
        self->code = errno;
}

/* -- cells ---------------------------------------------------------------- */

/* Begins a cell of TSV or JSON. */
static void
begin_cell(NgWriter *self)
{
    g_assert(self->cell < self->n);
    if (self->format == NG_FORMAT_JSON) {
        g_string_append_c(self->row, self->cell == 0 ? '{' : ',');
        g_string_append(self->row, self->names[self->cell]);
        g_string_append_c(self->row, ':');
    } else if (self->cell > 0) {
        g_string_append_c(self->row, '\t');
    }
    self->cell++;
}

static void
add_number(NgWriter *self, const char *text, gboolean finite)
{
    if (self->format == NG_FORMAT_TEXT && !self->plain) {
        size_t *width = &self->width[self->cell++];
        *width = MAX(*width, strlen(text));
        g_ptr_array_add(self->held, g_strdup(text));
        return;
    }
    begin_cell(self);
    g_string_append(self->row, self->format == NG_FORMAT_JSON && !finite ? "null" : text);
}

/* @length -1: up to the zero byte.  NULL: nothing is known. */
void
ng_writer_text(NgWriter *self, const char *text, gssize length)
{
    size_t size = text == NULL ? 0 : length < 0 ? strlen(text) : (size_t)length;

    if (self->format == NG_FORMAT_TEXT && !self->plain) {
        GString *cell = g_string_new(NULL);
        ng_escape_terminal(cell, text, size);
        size_t *width = &self->width[self->cell++];
        *width = MAX(*width, MIN(ng_escape_width(cell->str, cell->len), WIDTH_MAX));
        g_ptr_array_add(self->held, g_string_free(cell, FALSE));
        return;
    }
    begin_cell(self);
    if (self->plain)
        g_string_append_len(self->row, text, (gssize)size);
    else if (self->format == NG_FORMAT_TSV)
        ng_escape_tsv(self->row, text, size);
    else if (text == NULL)
        g_string_append(self->row, "null");
    else
        ng_escape_json(self->row, text, size);
}

void
ng_writer_count(NgWriter *self, guint64 x)
{
    char text[NG_NUMBER_SIZE];
    char *at = text + sizeof text - 1;

    *at = '\0';
    do
        *--at = (char)('0' + x % 10);
    while ((x /= 10) > 0);
    add_number(self, at, TRUE);
}

static const char *
not_finite(double x)
{
    if (isnan(x))
        return "nan";
    return x < 0 ? "-inf" : "inf";
}

void
ng_writer_float(NgWriter *self, float x)
{
    char text[NG_NUMBER_SIZE];

    if (isfinite(x))
        ng_number_from_float(text, x);
    add_number(self, isfinite(x) ? text : not_finite((double)x), isfinite(x));
}

/* Blocks of an eighth of a character; a bar goes into aligned text alone. */
static void
add_bar(NgWriter *self, double x)
{
    static const char *const eighth[] = {"",       "\u258f", "\u258e", "\u258d",
                                         "\u258c", "\u258b", "\u258a", "\u2589"};

    self->cell++;
    if (self->format != NG_FORMAT_TEXT)
        return;
    GString *bar = g_string_new(NULL);
    int eighths = isfinite(x) ? (int)lrint(CLAMP(x, 0, 1) * BAR_WIDTH * 8) : 0;
    for (int i = 0; i < eighths / 8; i++)
        g_string_append(bar, "\u2588");
    g_string_append(bar, eighth[eighths % 8]);
    g_ptr_array_add(self->held, g_string_free(bar, FALSE));
}

void
ng_writer_double(NgWriter *self, double x)
{
    char text[NG_NUMBER_SIZE];

    if (self->columns[self->cell].type == NG_CELL_BAR) {
        add_bar(self, x);
        return;
    }
    if (isfinite(x))
        ng_number_from_double(text, x);
    add_number(self, isfinite(x) ? text : not_finite(x), isfinite(x));
}

/* -- rows ----------------------------------------------------------------- */

static void
put_padding(NgWriter *self, size_t column, const char *text)
{
    size_t width = ng_escape_width(text, strlen(text));

    for (; width < self->width[column]; width++)
        put(self, " ", 1);
}

/* One line of aligned text, the header where @cells is NULL: numbers to the
 * right, texts to the left. */
static void
put_aligned(NgWriter *self, const char *const *cells)
{
    gboolean bold = cells == NULL && self->bold;

    if (bold)
        put(self, "\033[1m", 4);
    for (size_t i = 0; i < self->n; i++) {
        const NgColumn *column = &self->columns[i];
        gboolean left = column->type == NG_CELL_TEXT || column->type == NG_CELL_BAR;
        const char *name = column->type == NG_CELL_BAR ? "" : self->names[i];
        const char *cell = cells != NULL ? cells[i] : name;
        if (i > 0)
            put(self, "  ", 2);
        if (!left)
            put_padding(self, i, cell);
        put(self, cell, strlen(cell));
        if (left && i + 1 < self->n)
            put_padding(self, i, cell);
    }
    if (bold)
        put(self, "\033[0m", 4);
    put(self, "\n", 1);
}

static void
put_header(NgWriter *self)
{
    if (self->headed || self->plain || self->format == NG_FORMAT_JSON)
        return;
    self->headed = TRUE;
    if (self->format == NG_FORMAT_TEXT) {
        put_aligned(self, NULL);
        return;
    }
    for (size_t i = 0; i < self->n && self->columns[i].type != NG_CELL_BAR; i++) {
        if (i > 0)
            put(self, "\t", 1);
        put(self, self->names[i], strlen(self->names[i]));
    }
    put(self, "\n", 1);
}

static void
put_held(NgWriter *self)
{
    for (size_t i = 0; i + self->n <= self->held->len; i += self->n)
        put_aligned(self, (const char *const *)self->held->pdata + i);
    g_ptr_array_set_size(self->held, 0);
}

static gboolean
still_holding(NgWriter *self)
{
    if (self->format != NG_FORMAT_TEXT || self->plain || self->headed || self->prompt)
        return FALSE;

    gint64 now = g_get_monotonic_time();
    if (self->since == 0)
        self->since = now;
    return self->held->len < HELD_ROWS * self->n && now - self->since < HELD_MS * 1000;
}

/* Ends a row, of which every cell must have been filled. */
gboolean
ng_writer_end_row(NgWriter *self, GError **error)
{
    g_assert(self->cell == self->n);
    self->cell = 0;
    if (still_holding(self))
        return TRUE;
    if (self->meter != NULL)
        ng_meter_clear(self->meter);

    put_header(self);
    put_held(self);
    if (self->format == NG_FORMAT_JSON)
        g_string_append_c(self->row, '}');
    if (self->format != NG_FORMAT_TEXT || self->plain) {
        g_string_append_c(self->row, '\n');
        put(self, self->row->str, self->row->len);
        g_string_truncate(self->row, 0);
    }
    if (self->prompt && fflush_unlocked(stdout) != 0 && self->code == 0)
        self->code = errno;
    if (self->code == 0)
        return TRUE;
    g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(self->code),
                "standard output: %s", g_strerror(self->code));
    return FALSE;
}

/* Passes on what is held back, the header where there was no row; called when
 * there are no more rows, or before a wait. */
gboolean
ng_writer_flush(NgWriter *self, GError **error)
{
    if (self->meter != NULL)
        ng_meter_clear(self->meter);
    put_header(self);
    put_held(self);
    return ng_cli_flush_output(error);
}

/* Rows held back are written: where a command fails, those before still count. */
void
ng_writer_free(NgWriter *self)
{
    if (self == NULL)
        return;
    if (self->held->len > 0) {
        put_header(self);
        put_held(self);
    }
    g_ptr_array_unref(self->held);
    g_string_free(self->row, TRUE);
    g_free(self->width);
    g_strfreev(self->names);
    g_free(self->columns);
    g_free(self);
}

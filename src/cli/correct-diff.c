/*
 * A unified diff
 *
 * Corrections never add or take away lines, so line i of the old text is line i
 * of the new one.  A hunk is written when CONTEXT lines behind its last change
 * and CONTEXT before the next have passed; before that its lines are held.
 */
#include "correct-run.h"

#include "cli.h"

#include <stdio.h>
#include <string.h>

enum { CONTEXT = 3 };

/** Line: a line with its end; @new is NULL where it stays as it is. */
typedef struct {
    char *old, *new;
} Line;

typedef struct {
    NgCorrectSink sink;
    const char *path;
    gboolean headed;
    guint64 next;     /* number of the next line */
    guint64 first;    /* number of the first line held */
    GArray *held;     /* Line */
    guint quiet;      /* lines held behind the last change */
    gboolean changed; /* there is a change among them */
} Diff;

static void
line_clear(gpointer data)
{
    Line *line = data;

    g_free(line->old);
    g_free(line->new);
}

static void
put_line(char mark, const char *text)
{
    putchar_unlocked(mark);
    fputs(text, stdout);
    if (!g_str_has_suffix(text, "\n"))
        fputs("\n\\ No newline at end of file\n", stdout);
}

/* Lines i .. j - 1 that change: the old ones, then the new ones. */
static void
put_changes(const Diff *self, guint i, guint j)
{
    for (guint k = i; k < j; k++)
        put_line('-', g_array_index(self->held, Line, k).old);
    for (guint k = i; k < j; k++)
        put_line('+', g_array_index(self->held, Line, k).new);
}

static void
put_range(char mark, guint64 first, guint n)
{
    if (n == 1)
        printf("%c%" G_GUINT64_FORMAT, mark, first);
    else
        printf("%c%" G_GUINT64_FORMAT ",%u", mark, first, n);
}

/* Writes the lines held as one hunk; those behind CONTEXT lines after the last change stay. */
static void
put_hunk(Diff *self)
{
    guint extra = self->quiet > CONTEXT ? self->quiet - CONTEXT : 0;
    guint n = self->held->len - extra;

    if (!self->headed)
        printf("--- %s\n+++ %s\n", self->path, self->path);
    self->headed = TRUE;
    fputs("@@ ", stdout);
    put_range('-', self->first, n);
    putchar_unlocked(' ');
    put_range('+', self->first, n);
    fputs(" @@\n", stdout);
    for (guint i = 0; i < n;) {
        guint j = i;
        while (j < n && g_array_index(self->held, Line, j).new != NULL)
            j++;
        put_changes(self, i, j);
        if (j < n)
            put_line(' ', g_array_index(self->held, Line, j++).old);
        i = j;
    }
    g_array_remove_range(self->held, 0, n);
    self->first += n;
    self->changed = FALSE;
}

static void
take_line(Diff *self, Line line)
{
    if (line.new != NULL && self->changed && self->quiet > 2 * CONTEXT)
        put_hunk(self);
    if (line.new != NULL) {
        self->quiet = 0;
        self->changed = TRUE;
    } else {
        self->quiet++;
    }
    if (self->held->len == 0)
        self->first = self->next;
    g_array_append_val(self->held, line);
    self->next++;
    if (self->changed && self->quiet > 2 * CONTEXT)
        put_hunk(self);
    if (!self->changed && self->held->len > CONTEXT) {
        guint extra = self->held->len - CONTEXT;
        g_array_remove_range(self->held, 0, extra);
        self->first += extra;
    }
}

static gboolean
begin_diff(NgCorrectSink *sink, const char *path, GError **error G_GNUC_UNUSED)
{
    Diff *self = (Diff *)(gpointer)sink;

    self->path = path;
    self->headed = FALSE;
    self->next = self->first = 1;
    self->quiet = 0;
    self->changed = FALSE;
    g_array_set_size(self->held, 0);
    return TRUE;
}

/* Bytes of the line that @text begins with, its end among them. */
static size_t
line_length(const char *text, size_t length)
{
    const char *end = memchr(text, '\n', length);

    return end != NULL ? (size_t)(end - text) + 1 : length;
}

static gboolean
diff_piece(NgCorrectSink *sink, const NgCorrectPiece *piece, GError **error)
{
    Diff *self = (Diff *)(gpointer)sink;
    g_autoptr(GString) new = g_string_sized_new(piece->length + 64);
    size_t i = 0, j = 0;

    ng_corrections_apply(piece->found, piece->text, piece->length, new);
    while (i < piece->length) {
        size_t n = line_length(piece->text + i, piece->length - i);
        size_t m = line_length(new->str + j, new->len - j);
        gboolean same = n == m && memcmp(piece->text + i, new->str + j, n) == 0;
        take_line(self,
                  (Line){g_strndup(piece->text + i, n), same ? NULL : g_strndup(new->str + j, m)});
        i += n;
        j += m;
    }
    return !ferror(stdout) || ng_cli_flush_output(error);
}

static gboolean
end_diff(NgCorrectSink *sink, GError **error)
{
    Diff *self = (Diff *)(gpointer)sink;

    if (self->changed)
        put_hunk(self);
    return !ferror(stdout) || ng_cli_flush_output(error);
}

static void
clear_diff(NgCorrectSink *sink)
{
    g_array_unref(((Diff *)(gpointer)sink)->held);
}

/* For --diff. */
NgCorrectSink *
ng_correct_diff_sink(void)
{
    Diff *self = g_new0(Diff, 1);

    self->sink.begin = begin_diff;
    self->sink.piece = diff_piece;
    self->sink.end = end_diff;
    self->sink.clear = clear_diff;
    self->held = g_array_new(FALSE, FALSE, sizeof(Line));
    g_array_set_clear_func(self->held, line_clear);
    return &self->sink;
}

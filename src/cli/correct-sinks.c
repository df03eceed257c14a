/*
 * What becomes of corrections
 *
 * The corrected text on standard output or in the place of the file, a row for
 * each change, or nothing but their number.
 */
#include "correct-run.h"

#include "cli.h"

#include "ngram/input.h"

#include <stdio.h>
#include <string.h>

/* -- nothing -------------------------------------------------------------- */

static gboolean
pass_over(NgCorrectSink *self G_GNUC_UNUSED, const NgCorrectPiece *piece G_GNUC_UNUSED,
          GError **error G_GNUC_UNUSED)
{
    return TRUE;
}

/* For --check alone. */
NgCorrectSink *
ng_correct_quiet_sink(void)
{
    NgCorrectSink *self = g_new0(NgCorrectSink, 1);

    self->piece = pass_over;
    return self;
}

void
ng_correct_sink_free(NgCorrectSink *self)
{
    if (self != NULL && self->clear != NULL)
        self->clear(self);
    g_free(self);
}

/* -- text ----------------------------------------------------------------- */

static gboolean
write_text(NgCorrectSink *self G_GNUC_UNUSED, const NgCorrectPiece *piece, GError **error)
{
    g_autoptr(GString) out = g_string_sized_new(piece->length + 64);

    ng_corrections_apply(piece->found, piece->text, piece->length, out);
    return ng_cli_write(out, error);
}

NgCorrectSink *
ng_correct_text_sink(void)
{
    NgCorrectSink *self = g_new0(NgCorrectSink, 1);

    self->piece = write_text;
    return self;
}

/* -- rows ----------------------------------------------------------------- */

typedef struct {
    NgCorrectSink sink;
    NgWriter *writer;
    gboolean named, ranked;
    const char *path;
} List;

static gboolean
begin_list(NgCorrectSink *sink, const char *path, GError **error G_GNUC_UNUSED)
{
    ((List *)(gpointer)sink)->path = path;
    return TRUE;
}

/* Characters; a byte that belongs to none counts as one. */
static size_t
count_characters(const char *text, size_t length)
{
    size_t n = 0;

    for (size_t at = 0; at < length; n++) {
        gunichar c = g_utf8_get_char_validated(text + at, (gssize)(length - at));
        at += c < 0x110000 ? (size_t)g_utf8_skip[(guchar)text[at]] : 1;
    }
    return n;
}

static gboolean
write_row(List *self, const NgCorrectPiece *piece, const NgCorrection *c, size_t rank,
          GError **error)
{
    guint64 line = piece->line;
    size_t begin = 0;

    for (size_t i = 0; i < c->start; i++)
        if (piece->text[i] == '\n') {
            line++;
            begin = i + 1;
        }
    if (self->named)
        ng_writer_text(self->writer, self->path, -1);
    ng_writer_count(self->writer, line);
    ng_writer_count(self->writer, c->start - begin + 1);
    ng_writer_count(self->writer, count_characters(piece->text + begin, c->start - begin) + 1);
    ng_writer_text(self->writer, piece->text + c->start, (gssize)c->length);
    ng_writer_text(self->writer, rank < c->n ? c->suggestion[rank].text : "", -1);
    ng_writer_double(self->writer, rank < c->n ? c->suggestion[rank].probability : 0.0);
    if (self->ranked)
        ng_writer_count(self->writer, rank < c->n ? rank + 1 : 0);
    return ng_writer_end_row(self->writer, error);
}

static gboolean
write_rows(NgCorrectSink *sink, const NgCorrectPiece *piece, GError **error)
{
    List *self = (List *)(gpointer)sink;

    for (guint i = 0; i < piece->found->len; i++) {
        const NgCorrection *c = piece->found->pdata[i];
        if (c->known && !c->wrong)
            continue;
        for (size_t rank = 0; rank < MAX(c->n, 1); rank++)
            if (!write_row(self, piece, c, rank, error))
                return FALSE;
    }
    return TRUE;
}

/* For --list; @named: the path before each row, @ranked: with the rank behind it. */
NgCorrectSink *
ng_correct_list_sink(NgWriter *writer, gboolean named, gboolean ranked)
{
    List *self = g_new0(List, 1);

    self->sink.begin = begin_list;
    self->sink.piece = write_rows;
    self->writer = writer;
    self->named = named;
    self->ranked = ranked;
    return &self->sink;
}

/* -- in place ------------------------------------------------------------- */

typedef struct {
    NgCorrectSink sink;
    const char *suffix; /* (nullable): of the copy of the old file */
    const char *path;
    GString *old, *new;
    gboolean changed;
} Place;

static gboolean
is_packed(const char *path)
{
    unsigned char magic[4] = {0};
    FILE *file = fopen(path, "rb");
    size_t n = file != NULL ? fread(magic, 1, sizeof magic, file) : 0;

    if (file != NULL)
        fclose(file);
    return (n >= 2 && magic[0] == 0x1f && magic[1] == 0x8b) ||
           (n >= 4 && memcmp(magic, "\x28\xb5\x2f\xfd", 4) == 0);
}

static gboolean
begin_place(NgCorrectSink *sink, const char *path, GError **error)
{
    Place *self = (Place *)(gpointer)sink;

    if (g_str_equal(path, "-"))
        return ng_cli_usage_error(error, "--in-place: standard input has no place (name files)");
    if (is_packed(path))
        return ng_cli_usage_error(error, "%s: --in-place leaves packed files alone (unpack it)",
                                  path);
    self->path = path;
    self->changed = FALSE;
    g_string_truncate(self->old, 0);
    g_string_truncate(self->new, 0);
    return TRUE;
}

static gboolean
gather(NgCorrectSink *sink, const NgCorrectPiece *piece, GError **error G_GNUC_UNUSED)
{
    Place *self = (Place *)(gpointer)sink;

    if (self->suffix != NULL)
        g_string_append_len(self->old, piece->text, (gssize)piece->length);
    ng_corrections_apply(piece->found, piece->text, piece->length, self->new);
    self->changed = self->changed || piece->found->len > 0;
    return TRUE;
}

/* Writes @text to @path, as private as the file @like is. */
static gboolean
write_file(const char *path, const char *like, const GString *text, GError **error)
{
    g_autoptr(NgOutput) output = ng_output_open(path, error);

    if (output == NULL)
        return FALSE;
    ng_output_take_permissions(output, like);
    ng_output_write(output, text->str, text->len);
    return ng_output_commit(output, error);
}

static gboolean
end_place(NgCorrectSink *sink, GError **error)
{
    Place *self = (Place *)(gpointer)sink;

    if (!self->changed)
        return TRUE;
    if (self->suffix != NULL && *self->suffix != '\0') {
        g_autofree char *copy = g_strconcat(self->path, self->suffix, NULL);
        if (!write_file(copy, self->path, self->old, error))
            return FALSE;
    }
    return write_file(self->path, self->path, self->new, error);
}

static void
clear_place(NgCorrectSink *sink)
{
    Place *self = (Place *)(gpointer)sink;

    g_string_free(self->old, TRUE);
    g_string_free(self->new, TRUE);
}

/* For --in-place: a file is written anew where something in it changes. */
NgCorrectSink *
ng_correct_place_sink(const char *suffix)
{
    Place *self = g_new0(Place, 1);

    self->sink.begin = begin_place;
    self->sink.piece = gather;
    self->sink.end = end_place;
    self->sink.clear = clear_place;
    self->suffix = suffix;
    self->old = g_string_new(NULL);
    self->new = g_string_new(NULL);
    return &self->sink;
}

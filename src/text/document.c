/*
 * Documents
 *
 * A file seen as sequences: its lines, its paragraphs, or itself.  A line costs
 * no copy; longer units are gathered in one buffer that is used again, so a
 * document takes the memory of its longest sequence.
 */
#include "ngram/document.h"

#include "ngram/error.h"
#include "ngram/input.h"
#include "utf8.h"

#include <string.h>

struct NgDocument {
    NgInput *input; /* (owned) */
    NgUnit unit;
    gboolean strict;   /* invalid bytes are an error */
    gboolean ended;    /* unit file: its one sequence is given */
    GString *gathered; /* (owned) lines of the last sequence, joined by LF */
};

static const char *const names[] = {
    [NG_UNIT_LINE] = "line",
    [NG_UNIT_PARAGRAPH] = "paragraph",
    [NG_UNIT_FILE] = "file",
};

/**
 * ng_unit_from_name:
 * @name: "line", "paragraph" or "file"
 * @unit: (out): what it means
 *
 * Returns: whether @name is one of them; if not, @unit is left alone
 */
gboolean
ng_unit_from_name(const char *name, NgUnit *unit)
{
    g_return_val_if_fail(name != NULL && unit != NULL, FALSE);

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (strcmp(names[i], name) == 0) {
            *unit = (NgUnit)i;
            return TRUE;
        }
    return FALSE;
}

/**
 * ng_unit_name:
 * @unit: a unit
 *
 * Returns: (transfer none): its name on the command line
 */
const char *
ng_unit_name(NgUnit unit)
{
    g_return_val_if_fail((size_t)unit < G_N_ELEMENTS(names), NULL);

    return names[unit];
}

/**
 * ng_document_open:
 * @path: (type filename): a file; `-` is standard input
 * @unit: what one sequence is
 * @error: return location for a #GError, or %NULL
 *
 * Errors: %G_FILE_ERROR where it cannot be opened or is a folder.
 *
 * Returns: (transfer full): free with ng_document_free(); %NULL with @error set
 */
NgDocument *
ng_document_open(const char *path, NgUnit unit, GError **error)
{
    g_return_val_if_fail(path != NULL, NULL);
    g_return_val_if_fail(error == NULL || *error == NULL, NULL);

    NgInput *input = ng_input_open(path, error);
    if (input == NULL)
        return NULL;
    NgDocument *self = g_new0(NgDocument, 1);
    self->input = input;
    self->unit = unit;
    self->gathered = g_string_new(NULL);
    return self;
}

/**
 * ng_document_free:
 * @self: (nullable) (transfer full): a document
 */
void
ng_document_free(NgDocument *self)
{
    if (self == NULL)
        return;
    ng_input_free(self->input);
    g_string_free(self->gathered, TRUE);
    g_free(self);
}

/**
 * ng_document_set_strict:
 * @self: a document
 * @strict_utf8: whether bytes that are no UTF-8 are an error; %FALSE at first
 *
 * Where they are not, they are part of the text; ng_tokenizer_invalid() counts
 * them.
 */
void
ng_document_set_strict(NgDocument *self, gboolean strict_utf8)
{
    g_return_if_fail(self != NULL);

    self->strict = strict_utf8;
}

/**
 * ng_document_is_open:
 * @self: a document
 *
 * Returns: whether the last line read had no line end
 */
gboolean
ng_document_is_open(const NgDocument *self)
{
    g_return_val_if_fail(self != NULL, FALSE);

    return ng_input_line_is_open(self->input);
}

/**
 * ng_document_position:
 * @self: a document
 *
 * Returns: bytes of the file used up, packed ones if it is packed: comparable
 *   with ng_document_list_size()
 */
guint64
ng_document_position(const NgDocument *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return ng_input_position(self->input);
}

/*
 * The next line, sound if that was asked for.  FALSE at the end, or with @error
 * set.
 */
static gboolean
next_line(NgDocument *self, NgSequence *line, GError **error)
{
    if (!ng_input_line(self->input, &line->text, &line->length, error))
        return FALSE;
    line->line = ng_input_line_number(self->input);
    if (!self->strict)
        return TRUE;

    size_t valid = ng_utf8_valid(line->text, line->length);
    if (valid == line->length)
        return TRUE;
    g_set_error(error, NG_ERROR, NG_ERROR_FORMAT,
                "%s:%" G_GUINT64_FORMAT ": not UTF-8 at byte %" G_GSIZE_FORMAT
                " (drop --strict-utf8 to keep such bytes)",
                ng_input_path(self->input), line->line, (gsize)valid + 1);
    return FALSE;
}

/* Whether the line holds nothing but white space. */
static gboolean
is_blank(const NgSequence *line)
{
    const char *end = line->text + line->length;

    for (const char *p = line->text; p < end;)
        if (ng_utf8_sequence(p, (size_t)(end - p)) == 0 || !g_unichar_isspace(ng_utf8_step(&p)))
            return FALSE;
    return TRUE;
}

/* Adds one more line to those gathered. */
static void
gather(NgDocument *self, const NgSequence *line, gboolean first)
{
    if (!first)
        g_string_append_c(self->gathered, '\n');
    g_string_append_len(self->gathered, line->text, (gssize)line->length);
}

/* The lines up to the next blank one; FALSE at the end or on an error. */
static gboolean
next_paragraph(NgDocument *self, NgSequence *sequence, GError **error)
{
    GError *problem = NULL;
    NgSequence line = {NULL, 0, 0};
    guint64 first = 0;

    g_string_truncate(self->gathered, 0);
    while (next_line(self, &line, &problem)) {
        if (!is_blank(&line)) {
            gather(self, &line, first == 0);
            first = first == 0 ? line.line : first;
        } else if (first != 0) {
            break;
        }
    }
    if (problem != NULL) {
        g_propagate_error(error, problem);
        return FALSE;
    }
    if (first != 0)
        *sequence = (NgSequence){self->gathered->str, self->gathered->len, first};
    return first != 0;
}

/* The whole file, once; FALSE after that or on an error. */
static gboolean
next_file(NgDocument *self, NgSequence *sequence, GError **error)
{
    GError *problem = NULL;
    NgSequence line = {NULL, 0, 0};

    if (self->ended)
        return FALSE;
    for (gboolean first = TRUE; next_line(self, &line, &problem); first = FALSE)
        gather(self, &line, first);
    if (problem != NULL) {
        g_propagate_error(error, problem);
        return FALSE;
    }
    self->ended = TRUE;
    *sequence = (NgSequence){self->gathered->str, self->gathered->len, 1};
    return TRUE;
}

/**
 * ng_document_next:
 * @self: a document
 * @sequence: (out caller-allocates): the next sequence, valid until the next
 *   call; left alone where there is none
 * @error: return location for a #GError, or %NULL
 *
 * Lines come as they are, empty ones too.  A paragraph is a run of lines that
 * hold more than white space; there are no empty paragraphs.  A file is one
 * sequence, even an empty file.  After an error the document can only be freed.
 *
 * Errors: those of ng_input_line(); %NG_ERROR_FORMAT, with file, line and the
 * byte in it, both from 1, where strictness was asked for and a byte is no UTF-8.
 *
 * Returns: %TRUE with a sequence; %FALSE at the end, or with @error set
 */
gboolean
ng_document_next(NgDocument *self, NgSequence *sequence, GError **error)
{
    g_return_val_if_fail(self != NULL && sequence != NULL, FALSE);
    g_return_val_if_fail(error == NULL || *error == NULL, FALSE);

    NgSequence line = {NULL, 0, 0};

    switch (self->unit) {
    case NG_UNIT_PARAGRAPH:
        return next_paragraph(self, sequence, error);
    case NG_UNIT_FILE:
        return next_file(self, sequence, error);
    case NG_UNIT_LINE:
    default:
        if (!next_line(self, &line, error))
            return FALSE;
        *sequence = line;
        return TRUE;
    }
}

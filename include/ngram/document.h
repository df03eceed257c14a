/* document.h - documents from files, folders and standard input, cut into sequences. */
#pragma once

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

/**
 * NgUnit: what one sequence, <s> ... </s>, is.
 * @NG_UNIT_LINE: a line
 * @NG_UNIT_PARAGRAPH: lines up to one that is empty or blank
 * @NG_UNIT_FILE: a whole file
 */
typedef enum { NG_UNIT_LINE, NG_UNIT_PARAGRAPH, NG_UNIT_FILE } NgUnit;

gboolean ng_unit_from_name(const char *name, NgUnit *unit) G_GNUC_WARN_UNUSED_RESULT;
const char *ng_unit_name(NgUnit unit);

/**
 * NgSequence:
 * @text: [length] bytes, without the line end; in longer units LF stands between lines
 * @line: number of its first line, from 1
 */
typedef struct {
    const char *text;
    size_t length;
    guint64 line;
} NgSequence;

typedef struct NgDocument NgDocument;

GPtrArray *ng_document_list(const char *const *paths, GError **error) G_GNUC_WARN_UNUSED_RESULT;
guint64 ng_document_list_size(const GPtrArray *files);

NgDocument *ng_document_open(const char *path, NgUnit unit, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_document_next(NgDocument *self, NgSequence *sequence, GError **error);
gboolean ng_document_is_open(const NgDocument *self);
guint64 ng_document_position(const NgDocument *self);
void ng_document_set_strict(NgDocument *self, gboolean strict_utf8);
void ng_document_free(NgDocument *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgDocument, ng_document_free)

G_END_DECLS

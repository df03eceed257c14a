/* passage.h - documents, or their sequences, whole in memory, one after the other. */
#pragma once

#include "ngram/document.h"
#include "ngram/progress.h"

#include <glib.h>

/**
 * NgPassage: what has an answer of its own.
 * @name: the path as given, with `:LINE` where it is a sequence
 * @text: its sequences; LF between two
 * @sequences: (element-type NgSequence): their places, with text in @text
 */
typedef struct {
    const char *name;
    GString *text;
    GArray *sequences;
} NgPassage;

/** NgPassageReading: how documents are cut; @by_unit: each sequence by itself. */
typedef struct {
    NgUnit unit;
    gboolean by_unit, strict_utf8;
    const NgProgress *progress;
} NgPassageReading;

typedef gboolean (*NgPassageFunc)(const NgPassage *passage, gpointer data, GError **error);

gboolean ng_passages(const char *const *paths, const NgPassageReading *reading, NgPassageFunc func,
                     gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* fold.h - tokens as the model writes them; private to src/text. */
#pragma once

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

/**
 * NgScratch:
 * @data: (owned): [size] room for the last token rewritten; grows, never shrinks
 *
 * Begins as zeros; g_free() its @data at the end.
 */
typedef struct {
    char *data;
    size_t size;
} NgScratch;

gunichar ng_fold_point(gunichar c);
const char *ng_fold(NgScratch *scratch, const char *text, size_t *length, gboolean fold,
                    gboolean mark_blanks);

G_END_DECLS

/* lines.h - numbered lines, one after another or by blocks that threads can share out. */
#pragma once

#include "ngram/input.h"

#include <glib.h>
#include <stddef.h>

enum { NG_BLOCK_PADDING = 32 }; /* zero bytes behind the text of a block */

/**
 * NgBlock: whole lines.
 * @text: [length + NG_BLOCK_PADDING] each line closed by LF, the file's last one too
 * @lines: how many; 0 at the end of the input
 * @line: number of the first
 */
typedef struct {
    char *text;
    size_t length, capacity;
    size_t lines;
    guint64 line;
} NgBlock;

/**
 * NgLines:
 * @text: [capacity] of which [begin, end) is read and not yet given out
 * @line: number of the last line given out
 */
typedef struct {
    NgInput *input;
    char *text;
    size_t begin, end, capacity;
    gboolean ended;
    guint64 line;
} NgLines;

void ng_lines_init(NgLines *self, NgInput *input);
void ng_lines_clear(NgLines *self);
gboolean ng_lines_next(NgLines *self, const char **line, size_t *length, GError **error);
gboolean ng_lines_take(NgLines *self, size_t most, NgBlock *block, GError **error);

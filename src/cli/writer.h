/* writer.h - results on standard output: aligned text, TSV or JSON lines. */
#pragma once

#include "args.h"
#include "meter.h"

#include <glib.h>
#include <stddef.h>

/**
 * NgCellType:
 * @NG_CELL_TEXT: bytes, in principle UTF-8
 * @NG_CELL_COUNT: a whole number
 * @NG_CELL_FLOAT, @NG_CELL_DOUBLE: a number, with the digits that read back exactly
 * @NG_CELL_BAR: a number from 0 to 1 as a bar; in aligned text alone
 */
typedef enum {
    NG_CELL_TEXT,
    NG_CELL_COUNT,
    NG_CELL_FLOAT,
    NG_CELL_DOUBLE,
    NG_CELL_BAR,
} NgCellType;

typedef struct {
    const char *name;
    NgCellType type;
} NgColumn;

typedef struct NgWriter NgWriter;

NgWriter *ng_writer_new(const NgColumn *columns, size_t n, const NgArgs *args);
void ng_writer_set_plain(NgWriter *self);
void ng_writer_set_meter(NgWriter *self, NgMeter *meter);
void ng_writer_text(NgWriter *self, const char *text, gssize length);
void ng_writer_count(NgWriter *self, guint64 x);
void ng_writer_float(NgWriter *self, float x);
void ng_writer_double(NgWriter *self, double x);
gboolean ng_writer_end_row(NgWriter *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_writer_flush(NgWriter *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_writer_is_prompt(const NgWriter *self);
void ng_writer_free(NgWriter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgWriter, ng_writer_free)

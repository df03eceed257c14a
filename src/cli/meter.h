/* meter.h - progress on a terminal. */
#pragma once

#include "args.h"

#include "ngram/progress.h"

#include <glib.h>

/**
 * NgMeter: a line on standard error, where that is a terminal.
 * @begun: when the phase began, in us
 * @shown: when the line was last drawn, in us
 * @phase: (nullable): what is under way
 */
typedef struct {
    gboolean silent;
    gint64 begun, shown;
    const char *phase;
} NgMeter;

NgMeter ng_meter_new(const NgArgs *args);
NgProgress ng_meter_progress(NgMeter *self);
void ng_meter_clear(NgMeter *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(NgMeter, ng_meter_clear)

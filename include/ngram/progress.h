/* progress.h - how long work tells of itself. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * NgProgress:
 * @report: (nullable): called now and then, never from an inner loop
 * @data: handed to @report
 *
 * @phase is a short English noun ("reading"); @done and @total are in its unit,
 * @total 0 where it is not known.
 */
typedef struct {
    void (*report)(gpointer data, const char *phase, guint64 done, guint64 total);
    gpointer data;
} NgProgress;

void ng_progress_report(const NgProgress *self, const char *phase, guint64 done, guint64 total);

G_END_DECLS

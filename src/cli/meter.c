/* Draws progress: phase, done, rate, time left; ten times a second at most. */
#include "meter.h"

#include <stdio.h>
#include <unistd.h>

enum { INTERVAL_US = 100000, DELAY_US = 300000 /* short work shows nothing */ };

NgMeter
ng_meter_new(const NgArgs *args)
{
    return (NgMeter){.silent = args->quiet || isatty(STDERR_FILENO) != 1};
}

/* Phases that read count bytes; the others what they are about. */
static char *
amount(const char *phase, guint64 x)
{
    if (g_str_equal(phase, "reading") || g_str_equal(phase, "scoring"))
        return g_strdup_printf("%.1f MB", (double)x / 1e6);
    return g_strdup_printf("%" G_GUINT64_FORMAT, x);
}

static void
append_left(GString *line, double seconds)
{
    if (seconds >= 3600)
        g_string_append_printf(line, ", %.0f h %.0f min left", seconds / 3600,
                               (double)((int)(seconds / 60) % 60));
    else if (seconds >= 100)
        g_string_append_printf(line, ", %.0f min left", seconds / 60);
    else
        g_string_append_printf(line, ", %.0f s left", seconds);
}

static void
report(gpointer data, const char *phase, guint64 done, guint64 total)
{
    NgMeter *self = data;
    gint64 now = g_get_monotonic_time();

    if (self->phase == NULL || g_strcmp0(self->phase, phase) != 0) {
        self->phase = phase;
        self->begun = now;
    }
    if (now - self->shown < INTERVAL_US || now - self->begun < DELAY_US)
        return;
    self->shown = now;

    double seconds = (double)(now - self->begun) / 1e6, rate = (double)done / seconds;
    g_autofree char *have = amount(phase, done), *speed = amount(phase, (guint64)rate);
    g_autoptr(GString) line = g_string_new(NULL);
    g_string_append_printf(line, "\r\033[K%s: %s", phase, have);
    if (total >= done && total > 0)
        g_string_append_printf(line, " (%.0f %%)", 100 * (double)done / (double)total);
    g_string_append_printf(line, ", %s/s", speed);
    if (total >= done && done > 0)
        append_left(line, (double)(total - done) / rate);
    fputs(line->str, stderr);
    fflush(stderr);
}

/* @self must stay where it is as long as the progress is in use. */
NgProgress
ng_meter_progress(NgMeter *self)
{
    return (NgProgress){.report = self->silent ? NULL : report, .data = self};
}

/* Erases the line; call it before anything else is said. */
void
ng_meter_clear(NgMeter *self)
{
    if (self->shown != 0)
        fputs("\r\033[K", stderr);
    self->shown = 0;
}

/* plot.h - named lines over one axis: learning curves. */
#pragma once

#include <glib.h>

/**
 * NgSeries: one line.
 * @name: in the key
 * @x, @y: [@n]; @x in rising order; what is NaN is passed over, what is infinite leaves a gap
 */
typedef struct {
    const char *name;
    const double *x, *y;
    size_t n;
} NgSeries;

/**
 * NgPanel: lines of one unit, on one scale of their own.
 * @title: what is measured
 */
typedef struct {
    const char *title;
    const NgSeries *series;
    size_t n;
} NgPanel;

gboolean ng_plot_series(const char *path, const char *axis, const NgPanel *panels, size_t n,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * The learning curve of a Boltzmann machine
 *
 * A panel for each unit of measure: likelihoods, where they were taken; the free-energy gap, where
 * there are validation rows; the reconstruction error, which is no likelihood.
 */
#include "rbm-curve.h"

#include "plot.h"

#include <math.h>

enum { LIKELIHOOD, PSEUDO, GAP, RECONSTRUCTION, FIGURES };

static double
figure(const NgRbmEpoch *e, int which)
{
    const double of[FIGURES] = {e->loglik, e->pseudo, e->gap, e->reconstruction};

    return of[which];
}

/* Puts lines @first .. @last that have a point into @panel; returns how many panels that makes. */
static size_t
make_panel(NgPanel *panel, NgSeries *series, int first, int last, const char *title)
{
    panel->title = title;
    panel->series = &series[first];
    panel->n = 0;
    for (int i = first; i <= last; i++) {
        gboolean some = FALSE;
        for (size_t k = 0; k < series[i].n; k++)
            some = some || isfinite(series[i].y[k]);
        if (some)
            series[first + (int)panel->n++] = series[i];
    }
    return panel->n > 0 ? 1 : 0;
}

gboolean
ng_rbm_plot_epochs(const char *path, const GArray *epochs, GError **error)
{
    static const char *const names[FIGURES] = {"log-likelihood", "log pseudo-likelihood",
                                               "free-energy gap", "reconstruction error"};
    const size_t n = epochs->len;
    g_autofree double *x = g_new(double, n + 1), *y = g_new(double, FIGURES *n + 1);
    NgSeries series[FIGURES];
    NgPanel panels[3];
    size_t used = 0;

    for (int i = 0; i < FIGURES; i++)
        series[i] = (NgSeries){.name = names[i], .x = x, .y = y + (size_t)i * n, .n = n};
    for (guint k = 0; k < n; k++) {
        const NgRbmEpoch *e = &g_array_index(epochs, NgRbmEpoch, k);
        x[k] = e->epoch;
        for (int i = 0; i < FIGURES; i++)
            y[(size_t)i * n + k] = figure(e, i);
    }
    used += make_panel(&panels[used], series, LIKELIHOOD, PSEUDO, "nats a row");
    used += make_panel(&panels[used], series, GAP, GAP, "nats, validation less training");
    used += make_panel(&panels[used], series, RECONSTRUCTION, RECONSTRUCTION,
                       "squared error a row: no likelihood");
    return ng_plot_series(path, "epoch", panels, used, error);
}

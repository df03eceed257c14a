/* rbm-grid.h - the parts of ngram rbm grid. */
#pragma once

#include "rbm-data.h"

#include "ngram/grid.h"

/**
 * NgGridLine: the command line as given.
 * @model: (nullable): the network's file
 * @ridge, @flip, @hide: (nullable): as text
 * @method: 0 as the action has it, 1 the mean of a chain, 2 climbing
 */
typedef struct {
    const char *model, *ridge, *flip, *hide;
    gboolean diagonals, places, summary, means;
    int method;
    guint64 number, burn_in, sweeps;
    NgRbmDataLine data;
    NgRbmSheet sheet;
} NgGridLine;

/* A machine of as many units that shows pictures of the same size: what reads and shows rows of
 * machines does so for networks. */
NgRbm *ng_grid_shape(const NgGrid *grid);
gboolean ng_grid_sample(const NgGrid *grid, const NgGridLine *line, const NgArgs *args,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_grid_denoise(const NgGrid *grid, const NgGridLine *line, const NgArgs *args,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_grid_complete(const NgGrid *grid, const NgGridLine *line, const NgArgs *args,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* grid.h - a Markov network of pixels, each of which depends on its neighbours. */
#pragma once

#include "ngram/dataset.h"
#include "ngram/noise.h"

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

/* log Z is summed where a row of pixels, or a column, has at most 2^NG_GRID_BITS states. */
#define NG_GRID_BITS 24

/**
 * NgGrid: P(x) = e^s(x) / Z of pixels x that are 0 or 1, where s adds up what is on:
 * @width: W
 * @height: H
 * @right: for each pixel with the one to its right, both on
 * @down: with the one below
 * @fall: with the one below to the right
 * @rise: with the one above to the right
 * @bias: [H, W] for each pixel alone
 */
typedef struct {
    guint width, height;
    double right, down, fall, rise;
    double *bias;
} NgGrid;

/**
 * NgGridTraining: what is learnt.
 * @diagonals: whether fall and rise are, else they are 0
 * @places: whether each pixel has a bias of its own, else they share one
 * @ridge: above 0: r in the penalty r/2 |parameters|^2 on the mean over pictures
 */
typedef struct {
    gboolean diagonals, places;
    double ridge;
} NgGridTraining;

NgGrid *ng_grid_new(guint width, guint height);
NgGrid *ng_grid_copy(const NgGrid *self);
void ng_grid_free(NgGrid *self);
NgGrid *ng_grid_read(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *ng_grid_to_text(const NgGrid *self);
gboolean ng_grid_write(const NgGrid *self, const char *path, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

double ng_grid_score(const NgGrid *self, const guint8 *x);
double ng_grid_log_odds(const NgGrid *self, const guint8 *x, size_t pixel);
double ng_grid_log_pseudo(const NgGrid *self, const guint8 *x);
guint ng_grid_bits(const NgGrid *self);
gboolean ng_grid_log_z(const NgGrid *self, double *log_z, GError **error) G_GNUC_WARN_UNUSED_RESULT;

NgGrid *ng_grid_train(const NgDataset *data, const NgGridTraining *how, double *loss,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

NgGrid *ng_grid_observe(const NgGrid *self, const guint8 *seen, double flip);
void ng_grid_sweep(const NgGrid *self, const guint8 *given, const NgNoise *noise, guint32 row,
                   guint8 *x);
guint ng_grid_climb(const NgGrid *self, const guint8 *given, guint8 *x);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgGrid, ng_grid_free)

G_END_DECLS

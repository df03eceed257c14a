/* rbm.h - restricted Boltzmann machines: parameters, energies, conditionals, model files. */
#pragma once

#include "ngram/noise.h"

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

/**
 * NgUnits: what a group of visible units is.
 * @NG_UNITS_BINARY: 0 or 1, each for itself
 * @NG_UNITS_SOFTMAX: one of the group is 1, the others 0 (a category, a label)
 * @NG_UNITS_GAUSSIAN: a real number of variance 1 given the hidden units
 * @NG_UNITS_COUNTS: whole numbers, draws from one softmax (the words of a text)
 */
typedef enum {
    NG_UNITS_BINARY,
    NG_UNITS_SOFTMAX,
    NG_UNITS_GAUSSIAN,
    NG_UNITS_COUNTS,
} NgUnits;

/**
 * NgUnitGroup: visible units @first .. @first + @size - 1.
 * @kind: an #NgUnits
 */
typedef struct {
    guint32 kind;
    guint32 first;
    guint32 size;
} NgUnitGroup;

typedef struct NgRbm NgRbm;

NgRbm *ng_rbm_new(const NgUnitGroup *groups, guint n_groups, guint hidden);
NgRbm *ng_rbm_new_binary(guint visible, guint hidden);
NgRbm *ng_rbm_copy(const NgRbm *self);
void ng_rbm_free(NgRbm *self);

guint ng_rbm_visible(const NgRbm *self);
guint ng_rbm_hidden(const NgRbm *self);
const NgUnitGroup *ng_rbm_groups(const NgRbm *self, guint *n);
gboolean ng_rbm_is_binary(const NgRbm *self);
guint ng_rbm_labels(const NgRbm *self);
void ng_rbm_set_labels(NgRbm *self, gboolean labels);
float *ng_rbm_weights(NgRbm *self);
float *ng_rbm_visible_bias(NgRbm *self);
float *ng_rbm_hidden_bias(NgRbm *self);
void ng_rbm_set_picture(NgRbm *self, guint width, guint height);
guint ng_rbm_width(const NgRbm *self);
guint ng_rbm_height(const NgRbm *self);
GKeyFile *ng_rbm_manifest(NgRbm *self);
void ng_rbm_set_names(NgRbm *self, const char *const *names);
const char *ng_rbm_name(const NgRbm *self, guint unit);
void ng_rbm_set_means(NgRbm *self, const float *means);
const float *ng_rbm_means(const NgRbm *self);
gboolean ng_rbm_check(const NgRbm *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

NgRbm *ng_rbm_open(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_rbm_save(const NgRbm *self, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

double ng_rbm_energy(const NgRbm *self, const float *v, const float *h);
void ng_rbm_free_energy(const NgRbm *self, const float *v, size_t rows, double *f);
void ng_rbm_hidden_input(const NgRbm *self, const float *v, size_t rows, float *a);
void ng_rbm_hidden_mean(const NgRbm *self, const float *v, size_t rows, float *mean);
void ng_rbm_visible_mean(const NgRbm *self, const float *h, size_t rows, const float *length,
                         float *mean);

/**
 * NgGibbs: how a step of a Markov chain is taken.
 * @beta: inverse temperature 1 / kT, 1 for the machine as it is
 * @noise: address of the step in the random numbers
 * @first: number of the first row, so that batches may be cut anywhere
 */
typedef struct {
    double beta;
    NgNoise noise;
    guint32 first;
} NgGibbs;

void ng_rbm_draw_hidden(const NgRbm *self, const NgGibbs *step, const float *v, size_t rows,
                        float *h);
void ng_rbm_draw_visible(const NgRbm *self, const NgGibbs *step, const float *h, size_t rows,
                         const float *length, float *v);

double ng_sigmoid(double x);
double ng_softplus(double x);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgRbm, ng_rbm_free)

G_END_DECLS

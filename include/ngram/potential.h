/* potential.h - clique potentials: a Boltzmann machine as tables of numbers. */
#pragma once

#include "ngram/rbm.h"

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

/* Tables whose smaller layer has more units are not summed. */
#define NG_POTENTIAL_BITS 20

/**
 * NgPotential: P(v, h) = 1/Z prod_ij phi_ij(v_i, h_j) prod_i psi_i(v_i) prod_j xi_j(h_j).
 * @visible: D
 * @hidden: H
 * @phi: [D, H, 4] of (v, h) = 00, 01, 10, 11
 * @psi: [D, 2]
 * @xi: [H, 2]
 *
 * All units are 0 or 1, all numbers finite and not negative.
 */
typedef struct {
    guint visible, hidden;
    double *phi, *psi, *xi;
} NgPotential;

/**
 * NgPotentialParameters: the same in parameters, as numbers of double precision.
 * @w: [D, H]
 * @b: [D]
 * @c: [H]
 * @constant: log of what the product of potentials is where all units are 0
 *
 * log of the product = constant + sum w_ij v_i h_j + sum b_i v_i + sum c_j h_j.
 */
typedef struct {
    guint visible, hidden;
    double *w, *b, *c;
    double constant;
} NgPotentialParameters;

NgPotential *ng_potential_new(guint visible, guint hidden);
NgPotential *ng_potential_copy(const NgPotential *self);
void ng_potential_free(NgPotential *self);
NgPotential *ng_potential_read(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *ng_potential_to_text(const NgPotential *self);
gboolean ng_potential_write(const NgPotential *self, const char *path, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

double ng_potential_weight(const NgPotential *self, const guint8 *v, const guint8 *h);
double ng_potential_log_product(const NgPotential *self, const guint8 *v, const guint8 *h);
double ng_potential_log_visible(const NgPotential *self, const guint8 *v);
double ng_potential_log_hidden(const NgPotential *self, const guint8 *h);
void ng_potential_hidden_mean(const NgPotential *self, const guint8 *v, double *mean);
void ng_potential_visible_mean(const NgPotential *self, const guint8 *h, double *mean);
gboolean ng_potential_log_z(const NgPotential *self, double *log_z, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

NgPotentialParameters *ng_potential_parameters(const NgPotential *self, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
NgPotentialParameters *ng_potential_parameters_copy(const NgPotentialParameters *self);
void ng_potential_parameters_free(NgPotentialParameters *self);
NgRbm *ng_potential_to_rbm(const NgPotential *self, double *constant, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
NgPotential *ng_potential_from_rbm(const NgRbm *rbm, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgPotential, ng_potential_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgPotentialParameters, ng_potential_parameters_free)

G_END_DECLS

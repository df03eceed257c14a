/*
 * Tables and parameters
 *
 * Four numbers of a pair are e^(a + b v + c h + w v h) with
 *     a = log phi(0,0), b = log phi(1,0) - a, c = log phi(0,1) - a,
 *     w = log phi(1,1) - log phi(1,0) - log phi(0,1) + a,
 * so any tables without a 0 are a machine: its weights are the w; its biases take up the b and c of
 * all pairs and of the units' own tables; the rest is a constant, which Z has as well.
 */
#include "ngram/potential.h"

#include "ngram/error.h"

#include <math.h>

static NgPotentialParameters *
parameters_new(guint visible, guint hidden)
{
    NgPotentialParameters *self = g_new0(NgPotentialParameters, 1);

    self->visible = visible;
    self->hidden = hidden;
    self->w = g_new0(double, (gsize)visible *hidden);
    self->b = g_new0(double, visible);
    self->c = g_new0(double, hidden);
    return self;
}

/**
 * ng_potential_parameters_copy:
 *
 * Returns: (transfer full): the same again
 */
NgPotentialParameters *
ng_potential_parameters_copy(const NgPotentialParameters *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    NgPotentialParameters *copy = g_memdup2(self, sizeof *self);
    copy->w = g_memdup2(self->w, (gsize)self->visible * self->hidden * sizeof(double));
    copy->b = g_memdup2(self->b, self->visible * sizeof(double));
    copy->c = g_memdup2(self->c, self->hidden * sizeof(double));
    return copy;
}

/**
 * ng_potential_parameters_free:
 * @self: (nullable) (transfer full): parameters
 */
void
ng_potential_parameters_free(NgPotentialParameters *self)
{
    if (self == NULL)
        return;
    g_free(self->w);
    g_free(self->b);
    g_free(self->c);
    g_free(self);
}

static gboolean
refuse_zero(GError **error, const char *table, guint i, guint j)
{
    g_autofree char *second = j > 0 ? g_strdup_printf(" %u", j) : g_strdup("");

    g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                "%s %u%s has a 0, which no finite weight stands for (write a small number such as "
                "1e-9 in its place)",
                table, i, second);
    return FALSE;
}

static gboolean
all_positive(const NgPotential *self, GError **error)
{
    for (guint i = 0; i < self->visible; i++) {
        for (guint j = 0; j < self->hidden; j++)
            for (guint k = 0; k < 4; k++)
                if (!(self->phi[((gsize)i * self->hidden + j) * 4 + k] > 0.0))
                    return refuse_zero(error, "phi", i + 1, j + 1);
        if (!(self->psi[2 * i] > 0.0 && self->psi[2 * i + 1] > 0.0))
            return refuse_zero(error, "psi", i + 1, 0);
    }
    for (guint j = 0; j < self->hidden; j++)
        if (!(self->xi[2 * j] > 0.0 && self->xi[2 * j + 1] > 0.0))
            return refuse_zero(error, "xi", j + 1, 0);
    return TRUE;
}

/**
 * ng_potential_parameters:
 * @self: potentials that are all above 0
 * @error: return location for a #GError, or %NULL
 *
 * Returns: (transfer full): the parametric form of the same distribution; %NULL where a potential
 *   is 0
 */
NgPotentialParameters *
ng_potential_parameters(const NgPotential *self, GError **error)
{
    g_return_val_if_fail(self != NULL, NULL);

    if (!all_positive(self, error))
        return NULL;
    NgPotentialParameters *to = parameters_new(self->visible, self->hidden);
    for (guint i = 0; i < self->visible; i++) {
        to->constant += log(self->psi[2 * i]);
        to->b[i] += log(self->psi[2 * i + 1]) - log(self->psi[2 * i]);
        for (guint j = 0; j < self->hidden; j++) {
            const double *phi = self->phi + ((gsize)i * self->hidden + j) * 4;
            double none = log(phi[0]), h = log(phi[1]), v = log(phi[2]), both = log(phi[3]);
            to->constant += none;
            to->b[i] += v - none;
            to->c[j] += h - none;
            to->w[(gsize)i * self->hidden + j] = (both - v) - (h - none);
        }
    }
    for (guint j = 0; j < self->hidden; j++) {
        to->constant += log(self->xi[2 * j]);
        to->c[j] += log(self->xi[2 * j + 1]) - log(self->xi[2 * j]);
    }
    return to;
}

/**
 * ng_potential_to_rbm:
 * @self: potentials that are all above 0
 * @constant: (out) (optional): log of the product is this constant less the energy
 * @error: return location for a #GError, or %NULL
 *
 * Parameters are rounded to floats.
 *
 * Returns: (transfer full): the machine of these tables; %NULL where a potential is 0
 */
NgRbm *
ng_potential_to_rbm(const NgPotential *self, double *constant, GError **error)
{
    g_return_val_if_fail(self != NULL, NULL);

    g_autoptr(NgPotentialParameters) from = ng_potential_parameters(self, error);
    if (from == NULL)
        return NULL;
    NgRbm *rbm = ng_rbm_new_binary(self->visible, self->hidden);
    for (gsize k = 0; k < (gsize)self->visible * self->hidden; k++)
        ng_rbm_weights(rbm)[k] = (float)from->w[k];
    for (guint i = 0; i < self->visible; i++)
        ng_rbm_visible_bias(rbm)[i] = (float)from->b[i];
    for (guint j = 0; j < self->hidden; j++)
        ng_rbm_hidden_bias(rbm)[j] = (float)from->c[j];
    if (constant != NULL)
        *constant = from->constant;
    return rbm;
}

/* e^x as a potential; one of a parameter that a double cannot hold is an error */
static gboolean
potential(float x, double *to, GError **error)
{
    *to = exp((double)x);
    if (isfinite(*to) && *to > 0.0)
        return TRUE;
    g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                "a parameter of %g is too large for a table: e^%g is no positive number", (double)x,
                (double)x);
    return FALSE;
}

/**
 * ng_potential_from_rbm:
 * @rbm: a machine of binary units
 * @error: return location for a #GError, or %NULL
 *
 * Returns: (transfer full): phi = e^(w v h), psi = e^(b v), xi = e^(c h); %NULL where units are not
 *   binary or a parameter is too large
 */
NgPotential *
ng_potential_from_rbm(const NgRbm *rbm, GError **error)
{
    g_return_val_if_fail(rbm != NULL, NULL);

    if (!ng_rbm_is_binary(rbm)) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "tables of potentials are for visible units that are 0 or 1, each for itself");
        return NULL;
    }
    g_autoptr(NgRbm) copy = ng_rbm_copy(rbm); /* parameters are read through pointers to write */
    g_autoptr(NgPotential) self = ng_potential_new(ng_rbm_visible(rbm), ng_rbm_hidden(rbm));
    for (gsize k = 0; k < (gsize)self->visible * self->hidden; k++)
        if (!potential(ng_rbm_weights(copy)[k], &self->phi[4 * k + 3], error))
            return NULL;
    for (guint i = 0; i < self->visible; i++)
        if (!potential(ng_rbm_visible_bias(copy)[i], &self->psi[2 * i + 1], error))
            return NULL;
    for (guint j = 0; j < self->hidden; j++)
        if (!potential(ng_rbm_hidden_bias(copy)[j], &self->xi[2 * j + 1], error))
            return NULL;
    return g_steal_pointer(&self);
}

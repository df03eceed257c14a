/*
 * Products and sums as they stand
 *
 * The same sums as in potential.c, in plain arithmetic: whole numbers stay whole, as one works them
 * out on paper.  Large tables leave the range of a double; the logarithms are for those.
 */
#include "ngram/potential.h"

#include <math.h>

static double
phi(const NgPotential *self, guint i, guint j, guint v, guint h)
{
    return self->phi[((gsize)i * self->hidden + j) * 4 + 2 * (gsize)v + h];
}

static double
product(const NgPotential *self, const guint8 *v, const guint8 *h)
{
    double p = 1.0;

    for (guint i = 0; i < self->visible; i++)
        for (guint j = 0; j < self->hidden; j++)
            p *= phi(self, i, j, v[i], h[j]);
    for (guint i = 0; i < self->visible; i++)
        p *= self->psi[2 * i + v[i]];
    for (guint j = 0; j < self->hidden; j++)
        p *= self->xi[2 * j + h[j]];
    return p;
}

static double
sum_hidden(const NgPotential *self, const guint8 *v)
{
    double p = 1.0;

    for (guint i = 0; i < self->visible; i++)
        p *= self->psi[2 * i + v[i]];
    for (guint j = 0; j < self->hidden; j++) {
        double off = self->xi[2 * j], on = self->xi[2 * j + 1];
        for (guint i = 0; i < self->visible; i++) {
            off *= phi(self, i, j, v[i], 0);
            on *= phi(self, i, j, v[i], 1);
        }
        p *= off + on;
    }
    return p;
}

static double
sum_visible(const NgPotential *self, const guint8 *h)
{
    double p = 1.0;

    for (guint j = 0; j < self->hidden; j++)
        p *= self->xi[2 * j + h[j]];
    for (guint i = 0; i < self->visible; i++) {
        double off = self->psi[2 * i], on = self->psi[2 * i + 1];
        for (guint j = 0; j < self->hidden; j++) {
            off *= phi(self, i, j, 0, h[j]);
            on *= phi(self, i, j, 1, h[j]);
        }
        p *= off + on;
    }
    return p;
}

/**
 * ng_potential_weight:
 * @v: (nullable): [D] 0 or 1; %NULL to sum over all
 * @h: (nullable): [H] 0 or 1; %NULL to sum over all
 *
 * Returns: the product of potentials, summed over what is not given: Z where nothing is.  Infinite
 *   or 0 where it leaves the range of a double; NaN where both layers have more than
 *   %NG_POTENTIAL_BITS units and nothing is given
 */
double
ng_potential_weight(const NgPotential *self, const guint8 *v, const guint8 *h)
{
    g_return_val_if_fail(self != NULL, NAN);

    if (v != NULL)
        return h != NULL ? product(self, v, h) : sum_hidden(self, v);
    if (h != NULL)
        return sum_visible(self, h);
    guint n = MIN(self->visible, self->hidden);
    if (n > NG_POTENTIAL_BITS)
        return NAN;
    g_autofree guint8 *x = g_new0(guint8, n);
    double z = 0.0;
    for (guint state = 0; state < 1U << n; state++) {
        for (guint k = 0; k < n; k++)
            x[k] = state >> k & 1;
        z += self->hidden <= self->visible ? sum_visible(self, x) : sum_hidden(self, x);
    }
    return z;
}

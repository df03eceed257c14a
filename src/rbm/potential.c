/*
 * Clique potentials
 *
 * Each pair of a visible and a hidden unit has a table of four numbers, each unit one of two.  What
 * a configuration of all units is worth is the product of one number from each table; Z is the sum
 * over all configurations.  Products are sums of logarithms here, and log 0 is -infinity: a
 * potential of 0 forbids what it stands for.
 */
#include "ngram/potential.h"

#include "ngram/error.h"
#include "ngram/logsum.h"

#include <math.h>

/**
 * ng_potential_new:
 * @visible: D, at least 1
 * @hidden: H, at least 1
 *
 * Returns: (transfer full): potentials that are all 1; free with ng_potential_free()
 */
NgPotential *
ng_potential_new(guint visible, guint hidden)
{
    g_return_val_if_fail(visible > 0 && hidden > 0, NULL);

    NgPotential *self = g_new0(NgPotential, 1);
    gsize n_phi = (gsize)visible * hidden * 4;
    self->visible = visible;
    self->hidden = hidden;
    self->phi = g_new(double, n_phi);
    self->psi = g_new(double, (gsize)visible * 2);
    self->xi = g_new(double, (gsize)hidden * 2);
    for (gsize i = 0; i < n_phi; i++)
        self->phi[i] = 1.0;
    for (gsize i = 0; i < (gsize)visible * 2; i++)
        self->psi[i] = 1.0;
    for (gsize j = 0; j < (gsize)hidden * 2; j++)
        self->xi[j] = 1.0;
    return self;
}

/**
 * ng_potential_copy:
 *
 * Returns: (transfer full): the same again
 */
NgPotential *
ng_potential_copy(const NgPotential *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    gsize visible = self->visible, hidden = self->hidden;
    NgPotential *copy = g_memdup2(self, sizeof *self);
    copy->phi = g_memdup2(self->phi, visible * hidden * 4 * sizeof(double));
    copy->psi = g_memdup2(self->psi, visible * 2 * sizeof(double));
    copy->xi = g_memdup2(self->xi, hidden * 2 * sizeof(double));
    return copy;
}

/**
 * ng_potential_free:
 * @self: (nullable) (transfer full): potentials
 */
void
ng_potential_free(NgPotential *self)
{
    if (self == NULL)
        return;
    g_free(self->phi);
    g_free(self->psi);
    g_free(self->xi);
    g_free(self);
}

/* (transfer full): the logarithms of all numbers */
static NgPotential *
logarithms(const NgPotential *self)
{
    NgPotential *logs = ng_potential_copy(self);

    for (gsize i = 0; i < (gsize)self->visible * self->hidden * 4; i++)
        logs->phi[i] = log(self->phi[i]);
    for (gsize i = 0; i < (gsize)self->visible * 2; i++)
        logs->psi[i] = log(self->psi[i]);
    for (gsize j = 0; j < (gsize)self->hidden * 2; j++)
        logs->xi[j] = log(self->xi[j]);
    return logs;
}

static double
phi(const NgPotential *self, guint i, guint j, guint v, guint h)
{
    return self->phi[((gsize)i * self->hidden + j) * 4 + 2 * (gsize)v + h];
}

/**
 * ng_potential_log_product:
 * @v: [D] 0 or 1
 * @h: [H] 0 or 1
 *
 * Returns: log of the product of one number from each table; -infinity where one of them is 0
 */
double
ng_potential_log_product(const NgPotential *self, const guint8 *v, const guint8 *h)
{
    g_return_val_if_fail(self != NULL && v != NULL && h != NULL, NAN);

    double sum = 0.0;
    for (guint i = 0; i < self->visible; i++)
        for (guint j = 0; j < self->hidden; j++)
            sum += log(phi(self, i, j, v[i], h[j]));
    for (guint i = 0; i < self->visible; i++)
        sum += log(self->psi[2 * i + v[i]]);
    for (guint j = 0; j < self->hidden; j++)
        sum += log(self->xi[2 * j + h[j]]);
    return sum;
}

/* log of what the tables of hidden unit @j are worth where it is off and where it is on, given v */
static void
hidden_terms(const NgPotential *logs, const guint8 *v, guint j, double term[2])
{
    for (guint h = 0; h < 2; h++) {
        term[h] = logs->xi[2 * j + h];
        for (guint i = 0; i < logs->visible; i++)
            term[h] += phi(logs, i, j, v[i], h);
    }
}

static void
visible_terms(const NgPotential *logs, const guint8 *h, guint i, double term[2])
{
    for (guint v = 0; v < 2; v++) {
        term[v] = logs->psi[2 * i + v];
        for (guint j = 0; j < logs->hidden; j++)
            term[v] += phi(logs, i, j, v, h[j]);
    }
}

/* log sum_h; the hidden units are independent given v, so it is a product of sums. */
static double
sum_hidden(const NgPotential *logs, const guint8 *v)
{
    double sum = 0.0, term[2];

    for (guint i = 0; i < logs->visible; i++)
        sum += logs->psi[2 * i + v[i]];
    for (guint j = 0; j < logs->hidden; j++) {
        hidden_terms(logs, v, j, term);
        sum += ng_log_sum_exp(term, 2);
    }
    return sum;
}

static double
sum_visible(const NgPotential *logs, const guint8 *h)
{
    double sum = 0.0, term[2];

    for (guint j = 0; j < logs->hidden; j++)
        sum += logs->xi[2 * j + h[j]];
    for (guint i = 0; i < logs->visible; i++) {
        visible_terms(logs, h, i, term);
        sum += ng_log_sum_exp(term, 2);
    }
    return sum;
}

/**
 * ng_potential_log_visible:
 * @v: [D] 0 or 1
 *
 * Returns: log sum_h of the product of potentials: log P(v) + log Z
 */
double
ng_potential_log_visible(const NgPotential *self, const guint8 *v)
{
    g_return_val_if_fail(self != NULL && v != NULL, NAN);

    g_autoptr(NgPotential) logs = logarithms(self);
    return sum_hidden(logs, v);
}

/**
 * ng_potential_log_hidden:
 * @h: [H] 0 or 1
 *
 * Returns: log sum_v of the product of potentials: log P(h) + log Z
 */
double
ng_potential_log_hidden(const NgPotential *self, const guint8 *h)
{
    g_return_val_if_fail(self != NULL && h != NULL, NAN);

    g_autoptr(NgPotential) logs = logarithms(self);
    return sum_visible(logs, h);
}

/**
 * ng_potential_hidden_mean:
 * @v: [D] 0 or 1
 * @mean: (out): [H] P(h_j = 1 | v); NaN where what is given has no probability
 */
void
ng_potential_hidden_mean(const NgPotential *self, const guint8 *v, double *mean)
{
    g_return_if_fail(self != NULL && v != NULL && mean != NULL);

    g_autoptr(NgPotential) logs = logarithms(self);
    gboolean possible = !isinf(sum_hidden(logs, v));
    for (guint j = 0; j < self->hidden; j++) {
        double term[2];
        hidden_terms(logs, v, j, term);
        mean[j] = possible ? exp(term[1] - ng_log_sum_exp(term, 2)) : (double)NAN;
    }
}

/**
 * ng_potential_visible_mean:
 * @h: [H] 0 or 1
 * @mean: (out): [D] P(v_i = 1 | h); NaN where what is given has no probability
 */
void
ng_potential_visible_mean(const NgPotential *self, const guint8 *h, double *mean)
{
    g_return_if_fail(self != NULL && h != NULL && mean != NULL);

    g_autoptr(NgPotential) logs = logarithms(self);
    gboolean possible = !isinf(sum_visible(logs, h));
    for (guint i = 0; i < self->visible; i++) {
        double term[2];
        visible_terms(logs, h, i, term);
        mean[i] = possible ? exp(term[1] - ng_log_sum_exp(term, 2)) : (double)NAN;
    }
}

/**
 * ng_potential_log_z:
 * @log_z: (out): log of the sum over all configurations of the product of potentials
 * @error: return location for a #GError, or %NULL
 *
 * All states of the smaller layer are gone through, the other one is summed out.
 *
 * Errors: %NG_ERROR_RANGE where the smaller layer has more than %NG_POTENTIAL_BITS units, or where
 * every configuration has a potential of 0.
 *
 * Returns: whether the potentials are a distribution that can be summed
 */
gboolean
ng_potential_log_z(const NgPotential *self, double *log_z, GError **error)
{
    g_return_val_if_fail(self != NULL && log_z != NULL, FALSE);

    gboolean by_hidden = self->hidden <= self->visible;
    guint n = MIN(self->hidden, self->visible);
    if (n > NG_POTENTIAL_BITS) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "%u visible and %u hidden units are too many to go through: of one layer at "
                    "most %d (make a machine of the tables, and estimate log Z)",
                    self->visible, self->hidden, NG_POTENTIAL_BITS);
        return FALSE;
    }
    g_autoptr(NgPotential) logs = logarithms(self);
    g_autofree guint8 *x = g_new0(guint8, n);
    NgLogSum sum = NG_LOG_SUM_ZERO;
    for (guint state = 0; state < 1U << n; state++) {
        for (guint k = 0; k < n; k++)
            x[k] = state >> k & 1;
        ng_log_sum_add(&sum, by_hidden ? sum_visible(logs, x) : sum_hidden(logs, x));
    }
    double z = ng_log_sum(&sum);
    if (!isfinite(z)) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "every configuration has a potential of 0, so Z is 0 (leave one possible)");
        return FALSE;
    }
    *log_z = z;
    return TRUE;
}

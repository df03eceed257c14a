/*
 * The exact engine
 *
 *     log Z = log sum_h exp(c.h + sum_i log(1 + e^(b_i + w_i.h)))
 *
 * and the same with the layers exchanged: the layer with fewer states is gone through state by
 * state, the other one is summed out unit by unit.  Time: 2^H D, or 2^D H.  All in doubles and in
 * the log domain, so that nothing overflows.
 */
#include "exact-internal.h"

#include "ngram/error.h"

#include <math.h>

/* The layer with fewer states; the hidden one where both have as many. */
static NgLayer
smaller_layer(const NgRbm *rbm)
{
    return ng_enumeration_size(rbm, NG_LAYER_OF_VISIBLE, NULL) <
                   ng_enumeration_size(rbm, NG_LAYER_OF_HIDDEN, NULL)
               ? NG_LAYER_OF_VISIBLE
               : NG_LAYER_OF_HIDDEN;
}

/**
 * ng_exact_bits:
 *
 * Returns: log2 of the number of states that the functions here go through, at most
 *   %NG_EXACT_BITS for them to do so; %INFINITY where units are counts
 */
double
ng_exact_bits(const NgRbm *rbm)
{
    g_return_val_if_fail(rbm != NULL, INFINITY);

    return ng_enumeration_size(rbm, smaller_layer(rbm), NULL);
}

/* Whether the states of a machine can be gone through. */
static gboolean
check(const NgRbm *rbm, GError **error)
{
    double bits = ng_exact_bits(rbm);

    if (bits <= NG_EXACT_BITS)
        return ng_rbm_check(rbm, error);
    if (isinf(bits))
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "the machine has word counts, whose sum over all states depends on the length "
                    "of the text: there is no one log Z");
    else
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "the smaller layer has 2^%.4g states, more than the 2^%d that can be gone "
                    "through; estimate log Z by sampling, or train fewer hidden units",
                    bits, NG_EXACT_BITS);
    return FALSE;
}

/* The sum over all states of the smaller layer, with means or without. */
static NgEnumeration *
run(const NgRbm *rbm, NgLayer layer, const NgExactWork *work, gboolean moments, NgEnumerated *out)
{
    const NgExactWork alone = {.threads = 1};
    NgEnumeration *e = ng_enumeration_new(rbm, layer, NULL, NULL);

    ng_enumeration_run(e, work != NULL ? work : &alone, moments, out);
    return e;
}

/**
 * ng_exact_log_z:
 * @rbm: a machine whose smaller layer has at most 2^%NG_EXACT_BITS states
 * @work: (nullable): threads and progress; one thread where it is %NULL
 * @log_z: (out): log Z = log sum_vh e^-E(v, h), in nats; relative error some 1e-13
 *
 * Gaussian units are integrated out, softmax groups are summed as a whole.
 *
 * Returns: whether that can be done: not with counts, and not where both layers are large
 */
gboolean
ng_exact_log_z(const NgRbm *rbm, const NgExactWork *work, double *log_z, GError **error)
{
    g_return_val_if_fail(rbm != NULL && log_z != NULL, FALSE);

    NgEnumerated sum;
    if (!check(rbm, error))
        return FALSE;
    ng_enumeration_free(run(rbm, smaller_layer(rbm), work, FALSE, &sum));
    *log_z = sum.log_sum;
    return TRUE;
}

static NgExactMoments *
moments_new(guint visible, guint hidden)
{
    NgExactMoments *self = g_new0(NgExactMoments, 1);

    self->visible = visible;
    self->hidden = hidden;
    self->v = g_new0(double, visible);
    self->h = g_new0(double, hidden);
    self->vh = g_new0(double, (gsize)visible *hidden);
    return self;
}

/**
 * ng_exact_moments_copy:
 *
 * Returns: (transfer full): the same again
 */
NgExactMoments *
ng_exact_moments_copy(const NgExactMoments *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    NgExactMoments *copy = g_memdup2(self, sizeof *self);
    copy->v = g_memdup2(self->v, self->visible * sizeof(double));
    copy->h = g_memdup2(self->h, self->hidden * sizeof(double));
    copy->vh = g_memdup2(self->vh, (gsize)self->visible * self->hidden * sizeof(double));
    return copy;
}

/**
 * ng_exact_moments_free:
 * @self: (nullable) (transfer full): moments
 */
void
ng_exact_moments_free(NgExactMoments *self)
{
    if (self == NULL)
        return;
    g_free(self->v);
    g_free(self->h);
    g_free(self->vh);
    g_free(self);
}

/**
 * ng_exact_moments:
 * @rbm: as for ng_exact_log_z()
 * @work: (nullable): threads and progress
 *
 * What a long chain of Gibbs samples would have as its averages.
 *
 * Returns: (transfer full): the means of all units and of all products v_i h_j, with errors of
 *   some 1e-12; %NULL as ng_exact_log_z() fails
 */
NgExactMoments *
ng_exact_moments(const NgRbm *rbm, const NgExactWork *work, GError **error)
{
    g_return_val_if_fail(rbm != NULL, NULL);

    NgEnumerated sum;
    if (!check(rbm, error))
        return NULL;
    NgLayer layer = smaller_layer(rbm);
    g_autoptr(NgEnumeration) e = run(rbm, layer, work, TRUE, &sum);
    NgExactMoments *self = moments_new(rbm->visible, rbm->hidden);
    gboolean turned = layer == NG_LAYER_OF_HIDDEN;
    double *row_mean = turned ? self->h : self->v, *column_mean = turned ? self->v : self->h;
    self->log_z = sum.log_sum;
    for (guint r = 0; r < e->rows; r++)
        row_mean[e->row_unit[r]] = sum.moment[(2 + (gsize)r) * e->columns - 1];
    for (guint k = 0; k < e->columns; k++) {
        guint unit = e->column_unit[k];
        if (unit == NG_NO_UNIT)
            continue;
        column_mean[unit] = sum.moment[k];
        for (guint r = 0; r < e->rows; r++) {
            gsize i = turned ? unit : e->row_unit[r], j = turned ? e->row_unit[r] : unit;
            self->vh[i * rbm->hidden + j] = sum.moment[(1 + (gsize)r) * e->columns + k];
        }
    }
    g_free(sum.moment);
    return self;
}

/*
 * Exact completion
 *
 * Visible units that are given go into the biases; what is left is a smaller machine, whose states
 * are gone through as those of any: of the free visible units where they are few, else of the hidden
 * ones.  What is likeliest for each unit alone, and what is likeliest for all at once, are two
 * things: the second is searched only where the fillings can be gone through.
 */
#include "exact-internal.h"

#include "ngram/error.h"

#include <math.h>
#include <string.h>

static gboolean
fail(GError **error, const char *what, guint first, guint size)
{
    g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                "visible units %u to %u are a group of which one "
                "is 1: %s",
                first, first + size - 1, what);
    return FALSE;
}

/* A group of which a unit is given as 1 is given as a whole; one of which none can be 1 is an
 * error. */
static gboolean
settle_group(const NgUnitGroup *group, float *v, guint8 *given, GError **error)
{
    guint on = 0, free = 0;

    for (guint i = group->first; i < group->first + group->size; i++) {
        if (!given[i]) {
            free++;
            continue;
        }
        if (v[i] != 0.0F && v[i] != 1.0F)
            return fail(error, "a value that is given is neither 0 nor 1", group->first,
                        group->size);
        on += v[i] == 1.0F ? 1 : 0;
    }
    if (on > 1)
        return fail(error, "more than one is given as 1", group->first, group->size);
    if (on == 0 && free == 0)
        return fail(error, "all are given as 0", group->first, group->size);
    for (guint i = group->first; i < group->first + group->size && on == 1; i++) {
        v[i] = given[i] ? v[i] : 0.0F;
        given[i] = 1;
    }
    return TRUE;
}

/* Checks what is given, and marks what follows from it. */
static gboolean
settle(const NgRbm *rbm, float *v, guint8 *given, GError **error)
{
    for (guint i = 0; i < rbm->visible; i++) {
        if (!given[i]) {
            v[i] = 0.0F;
        } else if (!isfinite(v[i])) {
            g_set_error(error, NG_ERROR, NG_ERROR_RANGE, "visible unit %u is not a number", i);
            return FALSE;
        }
    }
    for (guint g = 0; g < rbm->n_groups; g++)
        if (rbm->groups[g].kind == NG_UNITS_SOFTMAX &&
            !settle_group(&rbm->groups[g], v, given, error))
            return FALSE;
    return TRUE;
}

/* Means of the free units from the moments of an enumeration of either layer. */
static void
take_means(const NgEnumeration *e, NgLayer layer, const NgEnumerated *sum, double *mean)
{
    if (layer == NG_LAYER_OF_VISIBLE) {
        for (guint r = 0; r < e->rows; r++)
            mean[e->row_unit[r]] = sum->moment[(2 + (gsize)r) * e->columns - 1];
        return;
    }
    for (guint k = 0; k < e->columns; k++)
        if (e->column_unit[k] != NG_NO_UNIT)
            mean[e->column_unit[k]] = sum->moment[k];
}

/* The likeliest of all fillings, by going through them. */
static void
take_best(const NgEnumeration *e, const NgEnumerated *sum, NgExactFilling *out)
{
    g_autofree guint8 *x = g_new0(guint8, e->rows + 1); /* all may be given */

    ng_enumeration_state(e, sum->best_state, x);
    for (guint r = 0; r < e->rows; r++)
        out->best[e->row_unit[r]] = x[r] != 0 ? 1.0F : 0.0F;
    out->best_log_p = sum->best - out->log_sum;
}

/* Both layers' enumerations, where they are wanted. */
static void
enumerate(const NgRbm *rbm, const float *v, const guint8 *given, const NgExactWork *work,
          NgExactFilling *out)
{
    double visible = ng_enumeration_size(rbm, NG_LAYER_OF_VISIBLE, given);
    NgLayer layer = visible < rbm->hidden ? NG_LAYER_OF_VISIBLE : NG_LAYER_OF_HIDDEN;
    g_autoptr(NgEnumeration) e = ng_enumeration_new(rbm, layer, v, given);
    NgEnumerated sum;

    ng_enumeration_run(e, work, TRUE, &sum);
    out->log_sum = sum.log_sum;
    take_means(e, layer, &sum, out->mean);
    g_free(sum.moment);
    if (visible > NG_EXACT_FILL_BITS)
        return;
    out->best = g_memdup2(v, rbm->visible * sizeof(float));
    if (layer == NG_LAYER_OF_VISIBLE) {
        take_best(e, &sum, out);
        return;
    }
    g_autoptr(NgEnumeration) fillings = ng_enumeration_new(rbm, NG_LAYER_OF_VISIBLE, v, given);
    ng_enumeration_run(fillings, work, FALSE, &sum);
    take_best(fillings, &sum, out);
}

/**
 * ng_exact_fill:
 * @rbm: a machine without counts among the free units
 * @v: [D] values of the units that are given; what else stands there is not read
 * @given: [D] 1 where a unit is given, 0 where it is free
 * @work: (nullable): threads and progress
 *
 * The law of the free units given the others.  Either the free units or the hidden ones must have
 * at most 2^%NG_EXACT_BITS states.
 *
 * Returns: (transfer full): means, and where there are at most 2^%NG_EXACT_FILL_BITS fillings the
 *   likeliest; %NULL where there are too many states, or what is given cannot be
 */
NgExactFilling *
ng_exact_fill(const NgRbm *rbm, const float *v, const guint8 *given, const NgExactWork *work,
              GError **error)
{
    g_return_val_if_fail(rbm != NULL && v != NULL && given != NULL, NULL);

    const NgExactWork alone = {.threads = 1};
    g_autofree float *value = g_memdup2(v, rbm->visible * sizeof *v);
    g_autofree guint8 *settled = g_memdup2(given, rbm->visible);
    if (!ng_rbm_check(rbm, error) || !settle(rbm, value, settled, error))
        return NULL;
    double bits = MIN(ng_enumeration_size(rbm, NG_LAYER_OF_HIDDEN, settled),
                      ng_enumeration_size(rbm, NG_LAYER_OF_VISIBLE, settled));
    if (!(bits <= NG_EXACT_BITS)) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    isinf(bits) ? "word counts have no exact completion"
                                : "2^%.4g states are more than the 2^%d that can be gone through; "
                                  "complete by sampling, or give more units",
                    bits, NG_EXACT_BITS);
        return NULL;
    }
    NgExactFilling *self = g_new0(NgExactFilling, 1);
    self->visible = rbm->visible;
    self->mean = g_new(double, rbm->visible);
    for (guint i = 0; i < rbm->visible; i++)
        self->mean[i] = (double)value[i];
    enumerate(rbm, value, settled, work != NULL ? work : &alone, self);
    return self;
}

/**
 * ng_exact_filling_copy:
 *
 * Returns: (transfer full): the same again
 */
NgExactFilling *
ng_exact_filling_copy(const NgExactFilling *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    NgExactFilling *copy = g_memdup2(self, sizeof *self);
    copy->mean = g_memdup2(self->mean, self->visible * sizeof(double));
    copy->best = self->best != NULL ? g_memdup2(self->best, self->visible * sizeof(float)) : NULL;
    return copy;
}

/**
 * ng_exact_filling_free:
 * @self: (nullable) (transfer full): a filling
 */
void
ng_exact_filling_free(NgExactFilling *self)
{
    if (self == NULL)
        return;
    g_free(self->mean);
    g_free(self->best);
    g_free(self);
}

/*
 * Downhill to a likeliest row
 *
 * One unit after the other is set as it is likelier given all the others, until none changes:
 * iterated conditional modes (Besag, J. R. Statist. Soc. B 48 (1986)).  -F(v) grows with each change,
 * so it ends; where it ends no single unit is likelier otherwise, but several at once may be.
 *
 * What a change would gain is taken in single precision first, some hundred times sooner, and in
 * double precision where it may be above nothing.
 */
#include "ngram/rbm-fill.h"

#include "anneal.h"

#include "ngram/exact.h"

#include <math.h>

/* A change counts from LEAST on; MAYBE is what rounding may hide of it. */
#define LEAST 1e-9
#define MAYBE 1e-2

/*
 * Letters: D visible and H hidden units.
 */
typedef struct {
    const NgRbm *rbm;
    float *v;     /* [D] */
    double *a;    /* [H] c + v W */
    float *near;  /* [H] the same in single precision */
    float *then;  /* [H] after a change that is being looked at */
    double plain; /* sum_j log((1 + e^a_j) / 2) of @near */
} Descent;

static void
look_again(Descent *self)
{
    for (guint j = 0; j < self->rbm->hidden; j++)
        self->near[j] = (float)self->a[j];
    self->plain = ng_anneal_gain(self->near, self->rbm->hidden, 0.0, 1.0);
}

static void
begin(Descent *self, const NgRbm *rbm, float *v)
{
    const gsize H = rbm->hidden;

    self->rbm = rbm;
    self->v = v;
    self->a = g_new(double, H);
    self->near = g_new(float, H);
    self->then = g_new(float, H);
    for (gsize j = 0; j < H; j++)
        self->a[j] = (double)rbm->c[j];
    for (gsize i = 0; i < rbm->visible; i++)
        for (gsize j = 0; v[i] != 0.0F && j < H; j++)
            self->a[j] += (double)v[i] * (double)rbm->w[i * H + j];
    look_again(self);
}

static void
end(Descent *self)
{
    g_free(self->a);
    g_free(self->near);
    g_free(self->then);
}

/* How much -F grows where @on is added to unit @up and taken from unit @down, which may be @up: then
 * it is added alone. */
static double
gain(const Descent *self, double on, guint up, guint down)
{
    const NgRbm *rbm = self->rbm;
    const gsize H = rbm->hidden;
    const float *w = rbm->w + up * H, *other = rbm->w + down * H;
    const double both = up != down ? 1.0 : 0.0;
    const double bias = on * ((double)rbm->b[up] - both * (double)rbm->b[down]);
    const float add = (float)on, take = (float)(on * both);

    for (gsize j = 0; j < H; j++)
        self->then[j] = self->near[j] + (add * w[j] - take * other[j]);
    double about = bias + ng_anneal_gain(self->then, H, 0.0, 1.0) - self->plain;
    if (about < -MAYBE * (1.0 + 1e-3 * (double)H))
        return about;
    double sum = bias;
    for (gsize j = 0; j < H; j++) {
        double change = on * ((double)w[j] - both * (double)other[j]);
        sum += ng_softplus(self->a[j] + change) - ng_softplus(self->a[j]);
    }
    return sum;
}

static void
move(Descent *self, double on, guint unit)
{
    const float *w = self->rbm->w + (gsize)unit * self->rbm->hidden;

    self->v[unit] += (float)on;
    for (guint j = 0; j < self->rbm->hidden; j++)
        self->a[j] += on * (double)w[j];
    look_again(self);
}

static gboolean
descend_bits(Descent *self, const NgUnitGroup *group, const guint8 *given)
{
    gboolean changed = FALSE;

    for (guint i = group->first; i < group->first + group->size; i++) {
        double on = self->v[i] > 0.5F ? -1.0 : 1.0;
        if (given[i] != 0 || !(gain(self, on, i, i) > LEAST))
            continue;
        move(self, on, i);
        changed = TRUE;
    }
    return changed;
}

/* One choice among the units of a group. */
static gboolean
descend_choice(Descent *self, const NgUnitGroup *group, const guint8 *given)
{
    guint on = group->first, best = G_MAXUINT;
    double most = LEAST;

    if (given[group->first] != 0)
        return FALSE;
    while (on + 1 < group->first + group->size && self->v[on] < 0.5F)
        on++;
    for (guint i = group->first; i < group->first + group->size; i++) {
        double more = i != on ? gain(self, 1.0, i, on) : 0.0;
        if (more > most) {
            most = more;
            best = i;
        }
    }
    if (best == G_MAXUINT)
        return FALSE;
    move(self, -1.0, on);
    move(self, 1.0, best);
    return TRUE;
}

/**
 * ng_rbm_descend:
 * @v: (inout): [D] a row
 * @given: [D] units that stay; of a choice all or none
 *
 * Sets one unit that is not given after the other to the likelier value given all others, until none
 * changes; Gaussian units and counts stay.
 *
 * Returns: F(v) in the end, never above what it was
 */
double
ng_rbm_descend(const NgRbm *rbm, float *v, const guint8 *given)
{
    g_return_val_if_fail(rbm != NULL && v != NULL && given != NULL, (double)NAN);

    Descent descent;
    gboolean changed = TRUE;
    double f;

    begin(&descent, rbm, v);
    while (changed) {
        changed = FALSE;
        for (guint g = 0; g < rbm->n_groups; g++) {
            const NgUnitGroup *group = &rbm->groups[g];
            if (group->kind == NG_UNITS_BINARY)
                changed |= descend_bits(&descent, group, given);
            else if (group->kind == NG_UNITS_SOFTMAX)
                changed |= descend_choice(&descent, group, given);
        }
    }
    end(&descent);
    ng_exact_free_energy(rbm, v, 1, 1, &f);
    return f;
}

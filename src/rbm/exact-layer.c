/*
 * Enumerations
 *
 * A machine, and perhaps some visible units that are given, as a sum over all states of one layer.
 * Given units are no rows and no columns: they go into the biases and the constant.  Numbers are
 * doubles from here on.  Memory: 24 bytes for each weight.
 */
#include "exact-internal.h"

#include <math.h>
#include <string.h>

/* Inputs of fast columns stay within this: e^FAST is a double, and so is 1 + e^FAST, squared. */
#define FAST 300.0

static double *
reals(size_t n)
{
    return g_aligned_alloc0(MAX(n, 1), sizeof(double), NG_LANES * sizeof(double));
}

/**
 * ng_enumeration_free:
 * @self: (nullable) (transfer full): what ng_enumeration_new() made
 */
void
ng_enumeration_free(NgEnumeration *self)
{
    if (self == NULL)
        return;
    g_free(self->choices);
    g_free(self->groups);
    g_free(self->row_unit);
    g_free(self->column_unit);
    g_aligned_free(self->own);
    g_aligned_free(self->start);
    g_aligned_free(self->w);
    g_aligned_free(self->up);
    g_aligned_free(self->down);
    g_aligned_free(self->both);
    g_free(self);
}

static gboolean
is_free(const guint8 *given, guint unit)
{
    return given == NULL || !given[unit];
}

static guint
count_free(const guint8 *given, const NgUnitGroup *group)
{
    guint n = 0;

    for (guint i = group->first; i < group->first + group->size; i++)
        n += is_free(given, i) ? 1 : 0;
    return n;
}

/**
 * ng_enumeration_size:
 * @layer: which layer would be enumerated
 * @given: (nullable): [D] which visible units are given
 *
 * Returns: log2 of the number of its states; %INFINITY where they cannot be counted
 */
double
ng_enumeration_size(const NgRbm *rbm, NgLayer layer, const guint8 *given)
{
    double bits = layer == NG_LAYER_OF_HIDDEN ? rbm->hidden : 0.0;

    for (guint g = 0; g < rbm->n_groups; g++) {
        guint n = count_free(given, &rbm->groups[g]);
        if (rbm->groups[g].kind == NG_UNITS_COUNTS && n > 0)
            return INFINITY; /* their law depends on how many there are */
        if (layer == NG_LAYER_OF_HIDDEN || n == 0)
            continue;
        if (rbm->groups[g].kind == NG_UNITS_GAUSSIAN)
            return INFINITY;
        bits += rbm->groups[g].kind == NG_UNITS_BINARY ? (double)n : log2(n);
    }
    return bits;
}

/* c + W'v of the given units, and the energy they have alone. */
static double
given_part(const NgRbm *rbm, const float *v, const guint8 *given, double *input)
{
    double energy = 0.0;

    for (guint j = 0; j < rbm->hidden; j++)
        input[j] = (double)rbm->c[j];
    for (guint g = 0; g < rbm->n_groups; g++) {
        const NgUnitGroup *group = &rbm->groups[g];
        for (guint i = group->first; i < group->first + group->size; i++) {
            if (is_free(given, i))
                continue;
            double x = (double)v[i], b = (double)rbm->b[i];
            energy += group->kind == NG_UNITS_GAUSSIAN ? (x - b) * (x - b) / 2.0 : -b * x;
            for (guint j = 0; j < rbm->hidden && x != 0.0; j++)
                input[j] += x * (double)rbm->w[(gsize)i * rbm->hidden + j];
        }
    }
    return energy;
}

/* Rows of the hidden layer. */
static void
hidden_rows(NgEnumeration *self, const NgRbm *rbm, const double *input)
{
    self->bits = self->rows = rbm->hidden;
    self->own = reals(self->rows);
    self->row_unit = g_new(guint, self->rows);
    for (guint j = 0; j < rbm->hidden; j++) {
        self->own[j] = input[j];
        self->row_unit[j] = j;
    }
}

/* Rows of the visible layer: binary units first, then the groups of which one is on. */
static void
visible_rows(NgEnumeration *self, const NgRbm *rbm, const guint8 *given)
{
    self->own = reals(rbm->visible);
    self->row_unit = g_new(guint, rbm->visible);
    self->choices = g_new(NgUnitGroup, rbm->n_groups);
    for (guint pass = 0; pass < 2; pass++) {
        for (guint g = 0; g < rbm->n_groups; g++) {
            const NgUnitGroup *group = &rbm->groups[g];
            guint first = self->rows;
            if ((pass == 1) != (group->kind == NG_UNITS_SOFTMAX))
                continue;
            for (guint i = group->first; i < group->first + group->size; i++) {
                if (!is_free(given, i))
                    continue;
                self->own[self->rows] = (double)rbm->b[i];
                self->row_unit[self->rows++] = i;
            }
            if (pass == 1 && self->rows > first)
                self->choices[self->n_choices++] =
                    (NgUnitGroup){NG_UNITS_SOFTMAX, first, self->rows - first};
        }
        if (pass == 0)
            self->bits = self->rows;
    }
}

/* The weight between a row and a unit of the other layer. */
static double
weight(const NgRbm *rbm, NgLayer layer, guint row_unit, guint unit)
{
    return layer == NG_LAYER_OF_HIDDEN ? (double)rbm->w[(gsize)unit * rbm->hidden + row_unit]
                                       : (double)rbm->w[(gsize)row_unit * rbm->hidden + unit];
}

/* The largest input, of either sign, that a unit may have. */
static double
bound(const NgEnumeration *self, const NgRbm *rbm, NgLayer layer, guint unit, double bias)
{
    double sum = fabs(bias);

    for (guint r = 0; r < self->rows; r++)
        sum += fabs(weight(rbm, layer, self->row_unit[r], unit));
    return sum;
}

/* Which units are columns, and of which kind: sets fast, slow, groups, columns and column_unit.
 * Returns the largest bound of the fast ones. */
static double
columns(NgEnumeration *self, const NgRbm *rbm, NgLayer layer, const guint8 *given,
        const double *bias)
{
    const NgUnitGroup hidden = {NG_UNITS_BINARY, 0, rbm->hidden};
    const NgUnitGroup *groups = layer == NG_LAYER_OF_HIDDEN ? rbm->groups : &hidden;
    guint n_groups = layer == NG_LAYER_OF_HIDDEN ? rbm->n_groups : 1;
    g_autofree guint *fast = g_new(guint, MAX(rbm->visible, rbm->hidden));
    g_autofree guint *slow = g_new(guint, MAX(rbm->visible, rbm->hidden));
    guint n_fast = 0;
    double most = 0.0;

    if (layer == NG_LAYER_OF_VISIBLE)
        given = NULL;
    self->groups = g_new(NgUnitGroup, n_groups);
    for (guint g = 0; g < n_groups; g++) {
        guint first = self->slow;
        for (guint i = groups[g].first; i < groups[g].first + groups[g].size; i++) {
            double b = is_free(given, i) ? bound(self, rbm, layer, i, bias[i]) : 0.0;
            if (!is_free(given, i))
                continue;
            if (groups[g].kind == NG_UNITS_BINARY && b <= FAST && self->bits >= NG_BLOCK_BITS) {
                fast[n_fast++] = i;
                most = fmax(most, b);
            } else {
                slow[self->slow++] = i;
            }
        }
        if (self->slow > first)
            self->groups[self->n_groups++] =
                (NgUnitGroup){groups[g].kind, first, self->slow - first};
    }
    self->fast = (n_fast + NG_LANES - 1) / NG_LANES * NG_LANES;
    self->columns = self->fast + self->slow + 1;
    self->column_unit = g_new(guint, self->columns);
    for (guint i = 0; i < self->columns; i++)
        self->column_unit[i] = NG_NO_UNIT;
    memcpy(self->column_unit, fast, n_fast * sizeof *fast);
    memcpy(self->column_unit + self->fast, slow, self->slow * sizeof *slow);
    return most;
}

/* Weights and odds of the columns; those of no unit have odds 0, and stay there. */
static void
fill(NgEnumeration *self, const NgRbm *rbm, NgLayer layer, const double *bias)
{
    self->start = reals(self->columns);
    self->w = reals((size_t)self->rows * self->columns);
    self->up = reals((size_t)self->bits * self->fast);
    self->down = reals((size_t)self->bits * self->fast);
    self->both = reals(self->fast);
    for (guint i = 0; i < self->columns; i++) {
        guint unit = self->column_unit[i];
        self->start[i] = unit != NG_NO_UNIT ? bias[unit] : (double)-INFINITY;
        for (guint r = 0; r < self->rows && unit != NG_NO_UNIT; r++)
            self->w[(size_t)r * self->columns + i] = weight(rbm, layer, self->row_unit[r], unit);
    }
    for (guint i = 0; i < self->fast; i++) {
        for (guint r = 0; r < self->bits; r++) {
            double w = self->w[(size_t)r * self->columns + i];
            self->up[(size_t)r * self->fast + i] = exp(w);
            self->down[(size_t)r * self->fast + i] = exp(-w);
        }
        self->both[i] = exp(self->w[i] + self->w[self->columns + i]);
    }
}

/**
 * ng_enumeration_new:
 * @rbm: a machine without counts among the free units
 * @layer: the layer to enumerate, of at most 2^%NG_EXACT_BITS states
 * @v: (nullable): [D] the values of the given units
 * @given: (nullable): [D] which visible units are given; none where it is %NULL
 *
 * Returns: (transfer full): the sum over all states of the free units of e^-E(v, h)
 */
NgEnumeration *
ng_enumeration_new(const NgRbm *rbm, NgLayer layer, const float *v, const guint8 *given)
{
    NgEnumeration *self = g_new0(NgEnumeration, 1);
    g_autofree double *input = g_new(double, rbm->hidden);
    g_autofree double *visible = g_new(double, rbm->visible);

    self->constant = -given_part(rbm, v, given, input);
    for (guint i = 0; i < rbm->visible; i++)
        visible[i] = (double)rbm->b[i];
    if (layer == NG_LAYER_OF_HIDDEN)
        hidden_rows(self, rbm, input);
    else
        visible_rows(self, rbm, given);
    const double *bias = layer == NG_LAYER_OF_HIDDEN ? visible : input;
    double most = columns(self, rbm, layer, given, bias);
    /* log2(1 + e^a) <= 1.4427 a + 1; what was taken out leaves a factor below 2 */
    self->every = (guint)(1000.0 / (1.4427 * most + 1.0));
    fill(self, rbm, layer, bias);
    return self;
}

/**
 * ng_enumeration_state:
 * @state: the number of a state, as ng_enumeration_run() gives it
 * @x: (out): [R] which rows are on
 */
void
ng_enumeration_state(const NgEnumeration *self, guint64 state, guint8 *x)
{
    guint64 rest = state >> self->bits;

    memset(x, 0, self->rows);
    for (guint k = 0; k < self->bits; k++)
        x[k] = state >> k & 1;
    for (guint g = 0; g < self->n_choices; g++) {
        x[self->choices[g].first + rest % self->choices[g].size] = 1;
        rest /= self->choices[g].size;
    }
}

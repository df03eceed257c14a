/*
 * Restricted Boltzmann machines
 *
 * D visible and H hidden units, an edge between any visible and any hidden one:
 *     P(v, h) = e^-E(v, h) / Z,  E = - sum_ij w_ij v_i h_j - sum_i b_i v_i - sum_j c_j h_j
 * (with (v_i - b_i)^2 / 2 in place of -b_i v_i for a Gaussian unit, and c_j times the number of
 * words for counts).  Hidden units are 0 or 1; the visible ones fall into groups, see #NgUnits.
 * Memory: 4 (D H + D + H) bytes, and 4 D for the means of the data it learned.
 *
 * Names elsewhere: w, b, c are W, a, b in Hinton's guide; W transposed, b, c in Fischer and Igel.
 */
#include "rbm-internal.h"

#include "ngram/error.h"

#include <math.h>
#include <string.h>

/**
 * ng_rbm_new:
 * @groups: [@n_groups] the visible units, in order and without gaps
 * @n_groups: at least 1
 * @hidden: H, at least 1
 *
 * Returns: (transfer full): a machine whose parameters are all 0; free with ng_rbm_free()
 */
NgRbm *
ng_rbm_new(const NgUnitGroup *groups, guint n_groups, guint hidden)
{
    g_return_val_if_fail(groups != NULL && n_groups > 0 && hidden > 0, NULL);

    guint visible = 0;
    for (guint g = 0; g < n_groups; g++) {
        g_return_val_if_fail(groups[g].first == visible && groups[g].size > 0, NULL);
        g_return_val_if_fail(groups[g].kind <= NG_UNITS_COUNTS, NULL);
        visible += groups[g].size;
    }
    NgRbm *self = g_new0(NgRbm, 1);
    self->visible = visible;
    self->hidden = hidden;
    self->groups = g_memdup2(groups, n_groups * sizeof *groups);
    self->n_groups = n_groups;
    self->w = g_new0(float, (gsize)visible *hidden);
    self->b = g_new0(float, visible);
    self->c = g_new0(float, hidden);
    self->manifest = g_key_file_new();
    return self;
}

/**
 * ng_rbm_new_binary:
 * @visible: D, at least 1
 * @hidden: H, at least 1
 *
 * Returns: (transfer full): a machine of binary units whose parameters are all 0
 */
NgRbm *
ng_rbm_new_binary(guint visible, guint hidden)
{
    const NgUnitGroup all = {.kind = NG_UNITS_BINARY, .first = 0, .size = visible};

    return ng_rbm_new(&all, 1, hidden);
}

/**
 * ng_rbm_copy:
 * @self: a machine
 *
 * Returns: (transfer full): another with the same parameters, names, means and manifest
 */
NgRbm *
ng_rbm_copy(const NgRbm *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    NgRbm *copy = ng_rbm_new(self->groups, self->n_groups, self->hidden);
    copy->labels = self->labels;
    copy->width = self->width;
    copy->height = self->height;
    memcpy(copy->w, self->w, (gsize)self->visible * self->hidden * sizeof *copy->w);
    memcpy(copy->b, self->b, self->visible * sizeof *copy->b);
    memcpy(copy->c, self->c, self->hidden * sizeof *copy->c);
    if (self->names != NULL)
        ng_rbm_set_names(copy, (const char *const *)self->names->pdata);
    copy->means = g_memdup2(self->means, self->visible * sizeof *self->means);
    g_autofree char *manifest = g_key_file_to_data(self->manifest, NULL, NULL);
    if (*manifest != '\0' && !g_key_file_load_from_data(copy->manifest, manifest, (gsize)-1,
                                                        G_KEY_FILE_KEEP_COMMENTS, NULL))
        g_assert_not_reached(); /* it was written by GLib itself */
    return copy;
}

/**
 * ng_rbm_free:
 * @self: (nullable) (transfer full): a machine
 */
void
ng_rbm_free(NgRbm *self)
{
    if (self == NULL)
        return;
    g_free(self->groups);
    g_free(self->w);
    g_free(self->b);
    g_free(self->c);
    g_clear_pointer(&self->names, g_ptr_array_unref);
    g_free(self->means);
    g_key_file_unref(self->manifest);
    g_free(self);
}

/**
 * ng_rbm_visible:
 *
 * Returns: D
 */
guint
ng_rbm_visible(const NgRbm *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->visible;
}

/**
 * ng_rbm_hidden:
 *
 * Returns: H
 */
guint
ng_rbm_hidden(const NgRbm *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->hidden;
}

/**
 * ng_rbm_groups:
 * @n: (out): how many
 *
 * Returns: (transfer none): [@n] the groups of the visible units
 */
const NgUnitGroup *
ng_rbm_groups(const NgRbm *self, guint *n)
{
    g_return_val_if_fail(self != NULL && n != NULL, NULL);

    *n = self->n_groups;
    return self->groups;
}

/**
 * ng_rbm_is_binary:
 *
 * Returns: whether all visible units are 0 or 1, each for itself
 */
gboolean
ng_rbm_is_binary(const NgRbm *self)
{
    g_return_val_if_fail(self != NULL, FALSE);

    for (guint g = 0; g < self->n_groups; g++)
        if (self->groups[g].kind != NG_UNITS_BINARY)
            return FALSE;
    return TRUE;
}

/**
 * ng_rbm_labels:
 *
 * Returns: how many labels there are: the size of the last group, where ng_rbm_set_labels() said
 *   that it is the label; else 0
 */
guint
ng_rbm_labels(const NgRbm *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->labels ? self->groups[self->n_groups - 1].size : 0;
}

/**
 * ng_rbm_set_labels:
 * @labels: whether the last group, a softmax, is the label of what the others show
 */
void
ng_rbm_set_labels(NgRbm *self, gboolean labels)
{
    g_return_if_fail(self != NULL);
    g_return_if_fail(!labels || self->groups[self->n_groups - 1].kind == NG_UNITS_SOFTMAX);

    self->labels = labels;
}

/**
 * ng_rbm_weights:
 *
 * Returns: (transfer none): [D, H] w, row by row
 */
float *
ng_rbm_weights(NgRbm *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    return self->w;
}

/**
 * ng_rbm_visible_bias:
 *
 * Returns: (transfer none): [D] b
 */
float *
ng_rbm_visible_bias(NgRbm *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    return self->b;
}

/**
 * ng_rbm_hidden_bias:
 *
 * Returns: (transfer none): [H] c
 */
float *
ng_rbm_hidden_bias(NgRbm *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    return self->c;
}

/**
 * ng_rbm_set_picture:
 * @width: times
 * @height: is at most D
 *
 * The first units are a picture, line by line from the top.
 */
void
ng_rbm_set_picture(NgRbm *self, guint width, guint height)
{
    g_return_if_fail(self != NULL && (guint64)width * height <= self->visible);

    self->width = width;
    self->height = height;
}

/**
 * ng_rbm_width:
 *
 * Returns: of the picture, 0 where there is none
 */
guint
ng_rbm_width(const NgRbm *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->width;
}

/**
 * ng_rbm_height:
 *
 * Returns: of the picture, 0 where there is none
 */
guint
ng_rbm_height(const NgRbm *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->height;
}

/**
 * ng_rbm_manifest:
 *
 * Returns: (transfer none): how the machine came to be; goes to the file with it
 */
GKeyFile *
ng_rbm_manifest(NgRbm *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    return self->manifest;
}

/**
 * ng_rbm_set_names:
 * @names: [D] what each visible unit is called, a word or a label
 */
void
ng_rbm_set_names(NgRbm *self, const char *const *names)
{
    g_return_if_fail(self != NULL && names != NULL);

    g_autoptr(GPtrArray) old = self->names;
    self->names = g_ptr_array_new_full(self->visible, g_free);
    for (guint i = 0; i < self->visible; i++)
        g_ptr_array_add(self->names, g_strdup(names[i]));
}

/**
 * ng_rbm_name:
 * @unit: below D
 *
 * Returns: (nullable) (transfer none): what a visible unit is called
 */
const char *
ng_rbm_name(const NgRbm *self, guint unit)
{
    g_return_val_if_fail(self != NULL && unit < self->visible, NULL);

    return self->names != NULL ? self->names->pdata[unit] : NULL;
}

/* Whether these may be means of what the units take. */
gboolean
ng_rbm_means_fit(const NgRbm *self, const float *means)
{
    for (guint g = 0; g < self->n_groups; g++) {
        const NgUnitGroup *group = &self->groups[g];
        for (guint i = group->first; i < group->first + group->size; i++) {
            if (!isfinite(means[i]) || (group->kind != NG_UNITS_GAUSSIAN && means[i] < 0.0F))
                return FALSE;
            if ((group->kind == NG_UNITS_BINARY || group->kind == NG_UNITS_SOFTMAX) &&
                means[i] > 1.0F)
                return FALSE;
        }
    }
    return TRUE;
}

/**
 * ng_rbm_set_means:
 * @means: (nullable): [D] of the visible units in the data that the machine stands for, numbers that
 *   the units may have as means (0 to 1 of a binary one); %NULL for none
 *
 * Annealing begins with independent units of these means; training sets them.
 */
void
ng_rbm_set_means(NgRbm *self, const float *means)
{
    g_return_if_fail(self != NULL && (means == NULL || ng_rbm_means_fit(self, means)));

    float *copy = g_memdup2(means, self->visible * sizeof *means);
    g_free(self->means);
    self->means = copy;
}

/**
 * ng_rbm_means:
 *
 * Returns: (nullable) (transfer none): [D] means of the visible units in the data, where they are
 *   known
 */
const float *
ng_rbm_means(const NgRbm *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    return self->means;
}

static gboolean
all_finite(const float *x, gsize n)
{
    for (gsize i = 0; i < n; i++)
        if (!isfinite(x[i]))
            return FALSE;
    return TRUE;
}

/**
 * ng_rbm_check:
 * @error: return location for a #GError, or %NULL
 *
 * Errors: %NG_ERROR_RANGE where a parameter is not finite.
 *
 * Returns: whether all parameters are numbers
 */
gboolean
ng_rbm_check(const NgRbm *self, GError **error)
{
    g_return_val_if_fail(self != NULL, FALSE);

    if (all_finite(self->w, (gsize)self->visible * self->hidden) &&
        all_finite(self->b, self->visible) && all_finite(self->c, self->hidden))
        return TRUE;
    g_set_error(error, NG_ERROR, NG_ERROR_RANGE, "a parameter of the machine is not a number");
    return FALSE;
}

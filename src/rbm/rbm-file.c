/*
 * Files of Boltzmann machines
 *
 * A container of these sections: `manifest`, a key file; `rbm.shape`, see #Shape; `rbm.groups`,
 * #NgUnitGroup one after another; `rbm.w` [D, H], `rbm.b` [D] and `rbm.c` [H], floats.  Two
 * may be missing: `rbm.means` [D], floats, and `rbm.names`, a zero-terminated name for each visible
 * unit.  Others may add sections.  See ngram-rbm(5).
 */
#include "rbm-internal.h"

#include "ngram/error.h"

#include <string.h>

/** Shape: what stands in `rbm.shape`. */
typedef struct {
    guint32 visible, hidden; /* D, H */
    guint32 width, height;   /* of a picture, or 0 */
    guint32 labels;          /* 1 where the last group is the label */
} Shape;

/**
 * ng_rbm_write:
 * @out: takes the sections of a machine
 */
void
ng_rbm_write(const NgRbm *self, NgContainerWriter *out)
{
    const Shape shape = {
        .visible = self->visible,
        .hidden = self->hidden,
        .width = self->width,
        .height = self->height,
        .labels = self->labels ? 1 : 0,
    };
    gsize length = 0;
    g_autofree char *manifest = g_key_file_to_data(self->manifest, &length, NULL);

    ng_container_writer_add(out, "manifest", manifest, length);
    ng_container_writer_add(out, "rbm.shape", &shape, sizeof shape);
    ng_container_writer_add(out, "rbm.groups", self->groups, self->n_groups * sizeof *self->groups);
    ng_container_writer_add(out, "rbm.w", self->w,
                            (gsize)self->visible * self->hidden * sizeof *self->w);
    ng_container_writer_add(out, "rbm.b", self->b, self->visible * sizeof *self->b);
    ng_container_writer_add(out, "rbm.c", self->c, self->hidden * sizeof *self->c);
    if (self->means != NULL)
        ng_container_writer_add(out, "rbm.means", self->means, self->visible * sizeof *self->means);
    if (self->names == NULL)
        return;
    g_autoptr(GString) names = g_string_new(NULL);
    for (guint i = 0; i < self->visible; i++) {
        const char *name = self->names->pdata[i];
        g_string_append_len(names, name, (gssize)strlen(name) + 1);
    }
    ng_container_writer_add(out, "rbm.names", names->str, names->len);
}

/**
 * ng_rbm_save:
 * @path: the file, replaced whole or not at all
 * @error: return location for a #GError, or %NULL
 *
 * Returns: whether it was written
 */
gboolean
ng_rbm_save(const NgRbm *self, const char *path, GError **error)
{
    g_return_val_if_fail(self != NULL && path != NULL, FALSE);

    g_autoptr(NgContainerWriter) out = ng_container_writer_new(path, error);
    if (out == NULL)
        return FALSE;
    ng_rbm_write(self, out);
    return ng_container_writer_commit(out, error);
}

static gboolean
damaged(const NgContainer *file, const char *what, GError **error)
{
    g_set_error(error, NG_ERROR, NG_ERROR_FORMAT,
                "%s: damaged file of a Boltzmann machine: %s (train it anew)",
                ng_container_path(file), what);
    return FALSE;
}

/* Whether the groups cover D units in order; @label wants the last to be a softmax. */
static gboolean
groups_fit(const NgUnitGroup *groups, size_t n, const Shape *shape)
{
    guint64 visible = 0;

    for (size_t g = 0; g < n; g++) {
        if (groups[g].first != visible || groups[g].size == 0 || groups[g].kind > NG_UNITS_COUNTS)
            return FALSE;
        visible += groups[g].size;
    }
    return n > 0 && visible == shape->visible && shape->hidden > 0 && shape->labels <= 1 &&
           (shape->labels == 0 || groups[n - 1].kind == NG_UNITS_SOFTMAX) &&
           (guint64)shape->width * shape->height <= visible;
}

/* Copies @n floats out of a section; the machine is not made before all sizes are checked. */
static const float *
find_floats(const NgContainer *file, const char *name, guint64 n, GError **error)
{
    size_t count = 0;
    const float *x = ng_container_array(file, name, sizeof *x, &count, error);

    if (x != NULL && count != n) {
        damaged(file, "its parameters do not fit its shape", error);
        return NULL;
    }
    return x;
}

static gboolean
read_names(NgRbm *self, const NgContainer *from, GError **error)
{
    size_t size = 0;
    const char *text = ng_container_find(from, "rbm.names", &size);
    if (text == NULL)
        return TRUE;

    const char *end = text + size;
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    while (text < end && memchr(text, '\0', (size_t)(end - text)) != NULL) {
        g_ptr_array_add(names, (gpointer)(guintptr)text);
        text += strlen(text) + 1;
    }
    if (text != end || names->len != self->visible)
        return damaged(from, "its names do not fit its units", error);
    ng_rbm_set_names(self, (const char *const *)names->pdata);
    return TRUE;
}

static gboolean
read_means(NgRbm *self, const NgContainer *from, GError **error)
{
    size_t size = 0;
    const float *means = ng_container_find(from, "rbm.means", &size);

    if (means == NULL)
        return TRUE;
    if (size != self->visible * sizeof *means || !ng_rbm_means_fit(self, means))
        return damaged(from, "its means do not fit its units", error);
    ng_rbm_set_means(self, means);
    return TRUE;
}

static gboolean
read_manifest(NgRbm *self, const NgContainer *from, GError **error)
{
    size_t size = 0;
    const char *manifest = ng_container_array(from, "manifest", 1, &size, error);

    if (manifest == NULL)
        return FALSE;
    return size == 0 ||
           g_key_file_load_from_data(self->manifest, manifest, size, G_KEY_FILE_NONE, NULL) ||
           damaged(from, "its manifest cannot be read", error);
}

/**
 * ng_rbm_read:
 * @from: a file that holds a machine, and perhaps more
 * @error: return location for a #GError, or %NULL
 *
 * Errors: %NG_ERROR_FORMAT where a section is missing, does not fit or holds no numbers.
 *
 * Returns: (transfer full): the machine, which does not need the file any longer
 */
NgRbm *
ng_rbm_read(const NgContainer *from, GError **error)
{
    size_t size = 0, n_groups = 0;
    const Shape *shape = ng_container_find(from, "rbm.shape", &size);
    if (shape == NULL || size != sizeof *shape) {
        g_set_error(error, NG_ERROR, NG_ERROR_FORMAT,
                    "%s: no Boltzmann machine ('ngram rbm train' makes one)",
                    ng_container_path(from));
        return NULL;
    }
    const NgUnitGroup *groups =
        ng_container_array(from, "rbm.groups", sizeof *groups, &n_groups, error);
    if (groups == NULL)
        return NULL;
    if (!groups_fit(groups, n_groups, shape)) {
        damaged(from, "its units do not fit its shape", error);
        return NULL;
    }
    guint64 D = shape->visible, H = shape->hidden;
    const float *w = find_floats(from, "rbm.w", D * H, error);
    const float *b = w != NULL ? find_floats(from, "rbm.b", D, error) : NULL;
    const float *c = b != NULL ? find_floats(from, "rbm.c", H, error) : NULL;
    if (c == NULL)
        return NULL;

    g_autoptr(NgRbm) self = ng_rbm_new(groups, (guint)n_groups, shape->hidden);
    self->labels = shape->labels == 1;
    self->width = shape->width;
    self->height = shape->height;
    memcpy(self->w, w, D * H * sizeof *w);
    memcpy(self->b, b, D * sizeof *b);
    memcpy(self->c, c, H * sizeof *c);
    if (!read_manifest(self, from, error) || !read_names(self, from, error) ||
        !read_means(self, from, error))
        return NULL;
    if (!ng_rbm_check(self, NULL)) {
        damaged(from, "a parameter is not a number", error);
        return NULL;
    }
    return g_steal_pointer(&self);
}

/**
 * ng_rbm_open:
 * @path: (type filename): a file that ng_rbm_save() wrote, or a checkpoint
 * @error: return location for a #GError, or %NULL
 *
 * Errors: those of ng_container_open() and ng_container_verify(), %NG_ERROR_FORMAT.
 *
 * Returns: (transfer full): the machine
 */
NgRbm *
ng_rbm_open(const char *path, GError **error)
{
    g_return_val_if_fail(path != NULL, NULL);

    g_autoptr(NgContainer) file = ng_container_open(path, error);
    if (file == NULL || !ng_container_verify(file, error))
        return NULL;
    return ng_rbm_read(file, error);
}

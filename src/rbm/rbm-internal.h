/* rbm-internal.h - what a Boltzmann machine is made of, for the files of this folder. */
#pragma once

#include "ngram/container.h"
#include "ngram/rbm.h"

/* Layers of the random numbers, see noise.h. */
enum { NG_LAYER_HIDDEN = 0, NG_LAYER_VISIBLE = 1, NG_LAYER_OTHER = 2, NG_LAYER_PIXEL = 3 };

/*
 * Letters: D visible units, H hidden units, B rows of a batch.
 */
struct NgRbm {
    guint visible;       /* D */
    guint hidden;        /* H */
    NgUnitGroup *groups; /* [n_groups] in order, without gaps */
    guint n_groups;
    gboolean labels;     /* whether the last group, a softmax, is the label */
    guint width, height; /* of a picture, which comes first among the units; or 0 */
    float *w;            /* [D, H] */
    float *b;            /* [D] */
    float *c;            /* [H] */
    GPtrArray *names;    /* (nullable) of char: [D] what each visible unit is called, owned */
    float *means;        /* (nullable): [D] of the visible units in the data it learned */
    GKeyFile *manifest;  /* how it came to be */
};

gboolean ng_rbm_means_fit(const NgRbm *self, const float *means);
double ng_rbm_visible_energy(const NgRbm *self, const float *v);
void ng_rbm_write(const NgRbm *self, NgContainerWriter *out);
NgRbm *ng_rbm_read(const NgContainer *from, GError **error) G_GNUC_WARN_UNUSED_RESULT;

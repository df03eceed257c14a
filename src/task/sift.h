/* sift.h - the next word by a law that the options of sampling bend. */
#pragma once

#include "ngram/generate.h"
#include "ngram/walk.h"

#include <glib.h>

G_BEGIN_DECLS

#define NG_SIFT_COLD 0.125 /* temperature below which likely words alone are looked at */

typedef struct NgSift NgSift;

/**
 * NgSifted: the words that are left, the likeliest first.
 * @word: [n]
 * @cdf: [n] running sums of their weights
 */
typedef struct {
    size_t n;
    NgWord *word;
    double *cdf;
} NgSifted;

NgSift *ng_sift_new(const NgWalk *walk, const NgSampling *sampling, gboolean no_unk);
const NgSifted *ng_sift_law(NgSift *self, const NgWalk *place, const NgWord *text, size_t n);
NgWord ng_sift_word(NgSift *self, const NgWalk *place, const NgWord *text, size_t n, NgRng *rng);
void ng_sift_free(NgSift *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgSift, ng_sift_free)

G_END_DECLS

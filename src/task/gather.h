/* gather.h - the words that can pass the filters of sampling, with their weights. */
#pragma once

#include "ngram/walk.h"

#include <glib.h>

G_BEGIN_DECLS

/** NgCandidate: a word and log10 of its weight: of p, or of p^R where it was there lately. */
typedef struct {
    double log;
    NgWord word;
} NgCandidate;

/** NgWhole: what the weights of all words sum to, and the sum of m ln m over them. */
typedef struct {
    double mass;
    double log;
} NgWhole;

/**
 * NgChange: a word that is penalised or left out.
 * @before, @after: log10 of p and of its weight; `-INFINITY` where it is left out
 */
typedef struct {
    float before, after;
} NgChange;

typedef struct NgGather NgGather;

NgGather *ng_gather_new(const NgWalk *walk, double penalty, gboolean no_unk);
void ng_gather_go(NgGather *self, const NgWalk *place, const NgWord *recent, size_t n);
gboolean ng_gather_is_recent(const NgGather *self, NgWord word);
void ng_gather_from(NgGather *self, double floor, GArray *out);
void ng_gather_best(NgGather *self, size_t k, GArray *out);
const GArray *ng_gather_changes(NgGather *self);
NgWhole ng_gather_whole(NgGather *self);
void ng_gather_free(NgGather *self);

/* Puts the likeliest first, of equals the one with the lowest id. */
void ng_gather_sort(GArray *candidates);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgGather, ng_gather_free)

G_END_DECLS

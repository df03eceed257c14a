/* evaluation.h - what an evaluation found, before it is summed up. */
#pragma once

#include "labelled.h"

#include "ngram/evaluate.h"

/**
 * NgSlot: the place of one answer.
 * @document: which was asked about
 * @fold: in which, -1 for none
 * @truth: the class; @classes for a stranger
 */
typedef struct {
    guint document;
    int fold;
    size_t truth;
    size_t best;
    guint64 words;
    double none, none_llr;
} NgSlot;

/**
 * NgEvaluation:
 * @classes: (element-type utf8): A names
 * @slots: (element-type NgSlot): @n_known of known labels, then strangers
 * @posterior, @llr: [slots][A]
 * @unknown: (element-type utf8): labels that are no class, NULL at the end
 */
struct NgEvaluation {
    NgLabelled *texts;
    GPtrArray *classes;
    GArray *slots;
    guint n_known;
    double *posterior, *llr;
    gboolean open;
    GPtrArray *unknown;
    guint64 singles, passed_over;
};

static inline NgSlot *
ng_evaluation_slot(const NgEvaluation *self, guint index)
{
    return &g_array_index(self->slots, NgSlot, index);
}

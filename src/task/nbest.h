/* nbest.h - the best few of many fillings. */
#pragma once

#include "ngram/voice.h"

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

/**
 * NgPartial: the blanks of a text filled up to some place.
 * @score: log10 of the probability of what was weighed so far
 * @state: the state after it
 * @words: [n] what stands in the blanks, borrowed
 * @n: blanks filled
 */
typedef struct {
    double score;
    NgState state;
    const NgWord *words;
    size_t n;
} NgPartial;

typedef struct NgBest NgBest;

NgBest *ng_best_new(size_t capacity, size_t width);
void ng_best_offer(NgBest *self, const NgPartial *head, const NgPartial *tail);
double ng_best_floor(const NgBest *self);
void ng_best_sort(NgBest *self);
void ng_best_truncate(NgBest *self, size_t size);
size_t ng_best_size(const NgBest *self);
NgPartial ng_best_get(const NgBest *self, size_t index);
void ng_best_free(NgBest *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgBest, ng_best_free)

G_END_DECLS

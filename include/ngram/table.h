/* table.h - what word comes next, and how likely: the die of a context, read out. */
#pragma once

#include "ngram/walk.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * NgTableRow: one side of the die.
 * @word: any word but `<s>`
 * @order: length of the longest n-gram of the model that ends in it
 * @p: P(word | context)
 */
typedef struct {
    NgWord word;
    guint order;
    double p;
} NgTableRow;

NgTableRow *ng_table_all(const NgWalk *walk, size_t *n, double *sum);
NgTableRow *ng_table_best(const NgWalk *walk, size_t k, size_t *n);

G_END_DECLS

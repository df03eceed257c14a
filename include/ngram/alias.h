/* alias.h - a biased die that is rolled in one step, however many sides it has. */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

G_BEGIN_DECLS

/**
 * NgAlias: one column of the table; see alias.c.
 * @cut: how much of it, in 2^-32, is the column's own side
 * @other: the side that has the rest, plus 1; 0 where no table was made
 */
typedef struct {
    uint32_t cut;
    uint32_t other;
} NgAlias;

gboolean ng_alias_make(NgAlias *table, double *weight, size_t n);
size_t ng_alias_column(size_t n, uint64_t coin, uint32_t *height);
size_t ng_alias_side(const NgAlias *table, size_t column, uint32_t height);

G_END_DECLS

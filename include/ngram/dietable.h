/* dietable.h - outcomes and their weights from a text file. */
#pragma once

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

/**
 * NgDieTable: the sides of a biased die.
 * @path: the file, as messages name it
 * @n: how many
 * @outcome: [n] (element-type utf8): what each side says
 * @weight: [n] >= 0, at least one of them > 0
 * @line: [n] the line of each side, from 1
 * @cells: [n] (element-type GStrv): every cell of the side's line, outcome and weight among them
 * @header: (nullable): [..] names of the columns, where the file has a header line
 * @total: sum of the weights
 */
typedef struct {
    char *path;
    size_t n;
    char **outcome;
    double *weight;
    guint64 *line;
    GPtrArray *cells;
    char **header;
    double total;
} NgDieTable;

NgDieTable *ng_die_table_read(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void ng_die_table_free(NgDieTable *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgDieTable, ng_die_table_free)

G_END_DECLS

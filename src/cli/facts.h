/* facts.h - rows of group, key and value: what a file holds. */
#pragma once

#include "writer.h"

enum { NG_FACT_COLUMNS = 3 };
extern const NgColumn ng_fact_columns[NG_FACT_COLUMNS];

gboolean ng_fact(NgWriter *writer, const char *group, const char *key, const char *value,
                 GError **error);
gboolean ng_fact_number(NgWriter *writer, const char *group, const char *key, guint64 x,
                        GError **error);
gboolean ng_fact_double(NgWriter *writer, const char *group, const char *key, double x,
                        GError **error);

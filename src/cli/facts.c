/* Rows of group, key and value: what a file holds, for the commands info. */
#include "facts.h"

#include "ngram/number.h"

const NgColumn ng_fact_columns[NG_FACT_COLUMNS] = {
    {"group", NG_CELL_TEXT},
    {"key", NG_CELL_TEXT},
    {"value", NG_CELL_TEXT},
};

/** Puts a row of text. */
gboolean
ng_fact(NgWriter *writer, const char *group, const char *key, const char *value, GError **error)
{
    ng_writer_text(writer, group, -1);
    ng_writer_text(writer, key, -1);
    ng_writer_text(writer, value, -1);
    return ng_writer_end_row(writer, error);
}

/** Puts a row of a whole number. */
gboolean
ng_fact_number(NgWriter *writer, const char *group, const char *key, guint64 x, GError **error)
{
    g_autofree char *value = g_strdup_printf("%" G_GUINT64_FORMAT, x);

    return ng_fact(writer, group, key, value, error);
}

/** Puts a row of a number, which reads back exactly. */
gboolean
ng_fact_double(NgWriter *writer, const char *group, const char *key, double x, GError **error)
{
    char value[NG_NUMBER_SIZE];

    value[ng_number_from_double(value, x)] = '\0';
    return ng_fact(writer, group, key, value, error);
}

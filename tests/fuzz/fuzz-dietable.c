/* Feeds any bytes to ng_die_table_read(); what it takes must be a die. */
#include "ngram/dietable.h"

#include <math.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *path = g_strdup_printf("/dev/shm/fuzz-dietable-%d", (int)getpid());
    double total = 0.0;

    if (!g_file_set_contents(path, (const char *)data, (gssize)size, NULL))
        return 0;
    g_autoptr(NgDieTable) table = ng_die_table_read(path, NULL);
    unlink(path);
    if (table == NULL)
        return 0;
    g_assert(table->n > 0 && table->cells->len == table->n);
    size_t columns = g_strv_length(g_ptr_array_index(table->cells, 0));
    for (size_t i = 0; i < table->n; i++) {
        char **cells = g_ptr_array_index(table->cells, i);
        g_assert(g_strv_length(cells) == columns);
        g_assert(g_strv_contains((const char *const *)cells, table->outcome[i]));
        g_assert(isfinite(table->weight[i]) && table->weight[i] >= 0.0);
        total += table->weight[i];
    }
    g_assert(total > 0.0 && fabs(total - table->total) <= 1e-9 * total);
    return 0;
}

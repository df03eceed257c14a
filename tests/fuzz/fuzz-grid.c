/* Feeds any bytes to ng_grid_read(); what it takes must come back from what is written. */
#include "ngram/grid.h"

#include <math.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *path = g_strdup_printf("/dev/shm/fuzz-grid-%d", (int)getpid());

    if (!g_file_set_contents(path, (const char *)data, (gssize)size, NULL))
        return 0;
    g_autoptr(NgGrid) grid = ng_grid_read(path, NULL);
    if (grid != NULL) {
        gsize n = (gsize)grid->width * grid->height;
        for (gsize i = 0; i < n; i++)
            g_assert(isfinite(grid->bias[i]));
        g_assert(ng_grid_write(grid, path, NULL));
        g_autoptr(NgGrid) back = ng_grid_read(path, NULL);
        g_assert(back != NULL && back->width == grid->width && back->height == grid->height);
        g_assert(memcmp(back->bias, grid->bias, n * sizeof(double)) == 0);
        double log_z;
        if (ng_grid_bits(grid) <= 8 && n <= 4096)
            g_assert(ng_grid_log_z(grid, &log_z, NULL));
    }
    unlink(path);
    return 0;
}

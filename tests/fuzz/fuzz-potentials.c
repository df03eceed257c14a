/* Feeds any bytes to ng_potential_read(); what it takes must come back from what is written. */
#include "ngram/potential.h"

#include <math.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *path = g_strdup_printf("/dev/shm/fuzz-potentials-%d", (int)getpid());

    if (!g_file_set_contents(path, (const char *)data, (gssize)size, NULL))
        return 0;
    g_autoptr(NgPotential) p = ng_potential_read(path, NULL);
    if (p != NULL) {
        gsize n = (gsize)p->visible * p->hidden * 4;
        for (gsize i = 0; i < n; i++)
            g_assert(isfinite(p->phi[i]) && p->phi[i] >= 0.0);
        g_assert(ng_potential_write(p, path, NULL));
        g_autoptr(NgPotential) back = ng_potential_read(path, NULL);
        g_assert(back != NULL && back->visible == p->visible && back->hidden == p->hidden);
        g_assert(memcmp(back->phi, p->phi, n * sizeof(double)) == 0);
        double log_z;
        if (MIN(p->visible, p->hidden) <= 8 && ng_potential_log_z(p, &log_z, NULL))
            g_assert(isfinite(log_z));
    }
    unlink(path);
    return 0;
}

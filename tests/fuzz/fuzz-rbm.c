/* Feeds any bytes to ng_rbm_open() as a Boltzmann machine, with its checksums put right first, and
 * uses what opens: its parameters are numbers, and so is what comes out. */
#include "mend.h"

#include "ngram/rbm.h"

#include <unistd.h>

/* NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's own */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
use(NgRbm *rbm)
{
    guint D = ng_rbm_visible(rbm), H = ng_rbm_hidden(rbm), groups = 0;
    g_autofree float *v = g_new0(float, D);
    g_autofree float *h = g_new0(float, H);
    const NgGibbs step = {.beta = 1.0};

    for (guint i = 0; i < D; i++)
        (void)ng_rbm_name(rbm, i);
    g_assert(ng_rbm_groups(rbm, &groups) != NULL && groups > 0);
    g_assert(ng_rbm_labels(rbm) <= D);
    g_assert(ng_rbm_check(rbm, NULL));
    if (ng_rbm_means(rbm) != NULL) {
        g_autoptr(NgRbm) copy = ng_rbm_copy(rbm);
        for (guint i = 0; i < D; i++)
            g_assert(ng_rbm_means(copy)[i] == ng_rbm_means(rbm)[i]); /* so it is a number */
    }
    (void)ng_rbm_energy(rbm, v, h);
    ng_rbm_draw_hidden(rbm, &step, v, 1, h);
    ng_rbm_draw_visible(rbm, &step, h, 1, NULL, v);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *path = g_strdup_printf("/dev/shm/fuzz-rbm-%d", (int)getpid());
    g_autofree uint8_t *copy = g_malloc0(size + 1);

    if (size > 0)
        memcpy(copy, data, size);
    ng_fuzz_mend(copy, size);
    if (!g_file_set_contents(path, (const char *)copy, (gssize)size, NULL))
        return 0;
    g_autoptr(GError) error = NULL;
    g_autoptr(NgRbm) rbm = ng_rbm_open(path, &error);
    g_assert((rbm == NULL) == (error != NULL));
    if (rbm != NULL)
        use(rbm);
    unlink(path);
    return 0;
}

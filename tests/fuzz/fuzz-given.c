/* Feeds any bytes to ng_given_read(): what it takes is what units can be, and 0 where it is missing. */
#include "ngram/given.h"

#include <math.h>
#include <stdint.h>
#include <unistd.h>

/* NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's own */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const NgUnitGroup groups[] = {{NG_UNITS_BINARY, 0, 2},
                                     {NG_UNITS_GAUSSIAN, 2, 1},
                                     {NG_UNITS_COUNTS, 3, 1},
                                     {NG_UNITS_SOFTMAX, 4, 2}};

/* Rows of machines with labels and without: the two last units. */
static void
read_rows(const char *path, gboolean labels)
{
    g_autoptr(NgRbm) rbm = ng_rbm_new(groups, G_N_ELEMENTS(groups), 1);
    g_autoptr(GError) error = NULL;
    g_auto(NgGiven) rows = {0};

    ng_rbm_set_labels(rbm, labels);
    gboolean ok = ng_given_read(&rows, rbm, path, &error);
    g_assert(ok == (error == NULL) && ok == (rows.rows > 0));
    for (size_t r = 0; r < rows.rows; r++) {
        const float *v = rows.value + r * 6;
        for (guint i = 0; i < 6; i++) {
            g_assert(rows.given[r * 6 + i] <= 1 && isfinite(v[i]));
            g_assert(rows.given[r * 6 + i] == 1 || v[i] == 0.0F);
            g_assert(i == 2 || (v[i] >= 0.0F && floorf(v[i]) == v[i]));
            g_assert(i == 2 || i == 3 || v[i] <= 1.0F);
        }
        g_assert(v[4] + v[5] <= 1.0F);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *path = g_strdup_printf("/dev/shm/fuzz-given-%d", (int)getpid());

    if (!g_file_set_contents(path, (const char *)data, (gssize)size, NULL))
        return 0;
    read_rows(path, TRUE);
    read_rows(path, FALSE);
    unlink(path);
    return 0;
}

/* Feeds any bytes behind its first ones to the reader of IDX; the first byte says how. */
#include "dataset.h"

/* NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's own */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char magic[] = "\0\0";

    if (size < 1 + 2)
        return 0;
    g_autofree uint8_t *file = g_memdup2(data + 1, size - 1);
    memcpy(file, magic, 2);
    check_file(data[0], file, size - 1);
    return 0;
}

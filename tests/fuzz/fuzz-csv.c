/* Feeds any bytes to the readers of data sets, numbers as text most of all; the first byte says how. */
#include "dataset.h"

/* NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's own */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 0)
        check_file(data[0], data + 1, size - 1);
    return 0;
}

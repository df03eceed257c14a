/* Feeds any bytes behind its signature to the reader of PNG; the first byte says how. */
#include "dataset.h"

#include <zlib.h>

/* Check sums that are right, so that damage gets behind them. */
static void
mend(uint8_t *data, size_t size)
{
    for (size_t at = 8; size - at >= 12;) {
        size_t length = (size_t)data[at] << 24 | (size_t)data[at + 1] << 16 |
                        (size_t)data[at + 2] << 8 | data[at + 3];
        if (length > size - at - 12)
            return;
        uLong sum = crc32(0, data + at + 4, (uInt)length + 4);
        for (size_t i = 0; i < 4; i++)
            data[at + 8 + length + i] = (uint8_t)(sum >> (24 - 8 * i));
        at += 12 + length;
    }
}

/* NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's own */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char magic[] = "\x89PNG\r\n\x1a\n";

    if (size < 1 + 8)
        return 0;
    g_autofree uint8_t *file = g_memdup2(data + 1, size - 1);
    memcpy(file, magic, 8);
    mend(file, size - 1);
    check_file(data[0], file, size - 1);
    return 0;
}

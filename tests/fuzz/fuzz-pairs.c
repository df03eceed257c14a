/* Feeds any bytes to ng_channel_read(); what it takes must weigh words as a channel does. */
#include "ngram/channel.h"

#include <math.h>
#include <stdint.h>
#include <unistd.h>

/* NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's own */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *path = g_strdup_printf("/dev/shm/fuzz-pairs-%d", (int)getpid());
    uint16_t right[NG_LETTERS_MAX], wrong[NG_LETTERS_MAX];

    if (!g_file_set_contents(path, (const char *)data, (gssize)size, NULL))
        return 0;
    g_autoptr(NgChannel) channel = ng_channel_read(path, NULL);
    unlink(path);
    if (channel == NULL)
        return 0;
    g_assert(ng_channel_pairs(channel) > 0);
    /* the bytes themselves as words: two of any kind */
    size_t cut = size / 2;
    size_t n = ng_letters((const char *)data, MIN(cut, 60), right);
    size_t m = ng_letters((const char *)data + cut, MIN(size - cut, 60), wrong);
    if (n == 0)
        n = ng_letters("received", 8, right);
    if (m == 0)
        m = ng_letters("recieved", 8, wrong);
    g_assert(isfinite(ng_channel_logprob(channel, right, n, wrong, m)));
    g_assert(ng_channel_logprob(channel, right, n, right, n) == 0.0F);
    return 0;
}

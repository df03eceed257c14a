/* Feeds any bytes to ng_container_open() and walks what it lets through.  A
 * fuzzer cannot guess checksums: the frame is mended before the second try. */
#include "mend.h"

#include "ngram/container.h"

#include <stdint.h>
#include <string.h>
#include <unistd.h>

/* NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's own */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
walk(const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(NgContainer) c = ng_container_open(path, &error);
    g_assert((c == NULL) == (error != NULL));
    if (c == NULL)
        return;

    size_t left = (size_t)ng_container_size(c);
    for (size_t i = 0; i < ng_container_sections(c); i++) {
        uint64_t expected = 0;
        size_t found = 0;
        const char *name = ng_container_section(c, i, &expected);
        const void *section = ng_container_find(c, name, &found);
        g_assert(section != NULL && found == expected && found <= left);
        left -= found;
    }
    g_assert(ng_container_verify(c, NULL)); /* open has done it: fuzzed files are small */
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *path = g_strdup_printf("/dev/shm/fuzz-container-%d", (int)getpid());
    g_autofree uint8_t *copy = g_malloc0(size + 1);

    for (int mended = 0; mended < 2; mended++) {
        if (size > 0)
            memcpy(copy, data, size);
        if (mended)
            ng_fuzz_mend(copy, size);
        if (g_file_set_contents(path, (const char *)copy, (gssize)size, NULL))
            walk(path);
    }
    unlink(path);
    return 0;
}

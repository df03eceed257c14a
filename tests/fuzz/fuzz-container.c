/* Feeds any bytes to ng_container_open() and walks what it lets through.  A
 * fuzzer cannot guess checksums: the frame is mended before the second try. */
#include "../../src/base/container-format.h"
#include "ngram/container.h"

#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

enum { FRAME = sizeof(NgContainerHeader) + sizeof(NgContainerFooter), SIZE_MAX_FED = 1 << 20 };

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

/* Sets magic, sizes and checksums right, as far as the bytes allow.  There is
 * room for header and footer. */
static void
mend(uint8_t *data, size_t size)
{
    NgContainerHeader header;
    NgContainerFooter footer;

    memcpy(&header, data, sizeof header);
    memcpy(header.magic, NG_CONTAINER_MAGIC, sizeof header.magic);
    header.version = NG_CONTAINER_VERSION;
    header.order = NG_CONTAINER_ORDER;
    memcpy(data, &header, sizeof header);

    memcpy(&footer, data + size - sizeof footer, sizeof footer);
    footer.size = size;
    footer.sections %= 8;
    footer.table = size - sizeof footer - footer.sections * sizeof(NgContainerRow);
    memcpy(footer.end, NG_CONTAINER_END, sizeof footer.end);
    if (footer.table >= sizeof header && footer.table < size) {
        for (uint64_t i = 0; i < footer.sections; i++) {
            NgContainerRow row;
            memcpy(&row, data + footer.table + i * sizeof row, sizeof row);
            if (row.size <= size && row.offset <= size - row.size)
                row.checksum = XXH3_64bits(data + row.offset, (size_t)row.size);
            memcpy(data + footer.table + i * sizeof row, &row, sizeof row);
        }
        g_autofree NgContainerRow *rows = g_new(NgContainerRow, 8);
        memcpy(rows, data + footer.table, footer.sections * sizeof *rows);
        footer.checksum = ng_container_checksum(&header, rows, &footer);
    }
    memcpy(data + size - sizeof footer, &footer, sizeof footer);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > SIZE_MAX_FED)
        return 0;

    g_autofree char *path = g_strdup_printf("/dev/shm/fuzz-container-%d", (int)getpid());
    g_autofree uint8_t *copy = g_malloc0(size + FRAME);

    for (int mended = 0; mended < 2; mended++) {
        if (size > 0)
            memcpy(copy, data, size);
        if (mended && size >= FRAME)
            mend(copy, size);
        if (g_file_set_contents(path, (const char *)copy, (gssize)size, NULL))
            walk(path);
    }
    unlink(path);
    return 0;
}

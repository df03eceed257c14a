/* mend.h - a fuzzer cannot guess checksums: puts those of a container right. */
#pragma once

#include "../../src/base/container-format.h"

#include <stdint.h>
#include <string.h>
#include <xxhash.h>

/* Sets magic, sizes and checksums of a container right, as far as the bytes allow. */
static void
ng_fuzz_mend(uint8_t *data, size_t size)
{
    NgContainerHeader header;
    NgContainerFooter footer;

    if (size < sizeof header + sizeof footer)
        return;
    memcpy(&header, data, sizeof header);
    memcpy(header.magic, NG_CONTAINER_MAGIC, sizeof header.magic);
    header.version = NG_CONTAINER_VERSION;
    header.order = NG_CONTAINER_ORDER;
    memcpy(data, &header, sizeof header);

    memcpy(&footer, data + size - sizeof footer, sizeof footer);
    footer.size = size;
    footer.sections %= 64;
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
        g_autofree NgContainerRow *rows = g_new(NgContainerRow, 64);
        memcpy(rows, data + footer.table, footer.sections * sizeof *rows);
        footer.checksum = ng_container_checksum(&header, rows, &footer);
    }
    memcpy(data + size - sizeof footer, &footer, sizeof footer);
}

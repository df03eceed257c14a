/* container-format.h - the bytes of a container; for container.c and container-write.c alone. */
#pragma once

#include "ngram/container.h"

#include <stdint.h>

/*
 * header | section, padding | ... | section, padding | table of sections | footer
 *
 * Sections follow one another in the order of the table, each at the next
 * multiple of 64; what lies between them is zero.  The header says what the file is, the
 * footer where its table is: so it can be written to a pipe.  Numbers are in
 * the byte order of the writer, which the reader must share.
 */
enum { NG_CONTAINER_VERSION = 1, NG_CONTAINER_ORDER = 0x01020304, NG_CONTAINER_ALIGN = 64 };

/* As PNG's: a cleared eighth bit, a changed line end and a cut at ^Z all show. */
#define NG_CONTAINER_MAGIC "\x89NGM\r\n\x1a\n"
#define NG_CONTAINER_END   "NGM.end\n"

typedef struct {
    char magic[8];
    uint32_t version;
    uint32_t order;
    uint64_t unused[6]; /* zero */
} NgContainerHeader;

typedef struct {
    char name[NG_CONTAINER_NAME]; /* printable ASCII without blanks, zeros behind */
    uint64_t offset;
    uint64_t size;
    uint64_t checksum; /* XXH3-64 of the section */
} NgContainerRow;

typedef struct {
    uint64_t size; /* of the file */
    uint64_t sections;
    uint64_t table;     /* offset of the first row */
    uint64_t unused[3]; /* zero */
    uint64_t checksum;  /* of header, table and what stands above */
    char end[8];
} NgContainerFooter;

G_STATIC_ASSERT(sizeof(NgContainerHeader) == NG_CONTAINER_ALIGN);
G_STATIC_ASSERT(sizeof(NgContainerRow) == 48);
G_STATIC_ASSERT(sizeof(NgContainerFooter) == 64);

gboolean ng_container_name_is_valid(const char name[NG_CONTAINER_NAME]);
uint64_t ng_container_checksum(const NgContainerHeader *header, const NgContainerRow *rows,
                               const NgContainerFooter *footer);
NgContainerFooter ng_container_footer(const guint8 *data, size_t size);
gboolean ng_container_check(const char *path, const guint8 *data, size_t size, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

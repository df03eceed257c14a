/* unpack.h - gzip and zstd behind one small door; for input.c alone. */
#pragma once

#include <glib.h>
#include <stddef.h>

/**
 * NgPacking:
 * @NG_PACKING_UNSURE: the bytes seen so far may become a magic number yet
 * @NG_PACKING_PLAIN: not packed
 * @NG_PACKING_GZIP: RFC 1952, one or more members
 * @NG_PACKING_ZSTD: RFC 8878, one or more frames
 */
typedef enum { NG_PACKING_UNSURE, NG_PACKING_PLAIN, NG_PACKING_GZIP, NG_PACKING_ZSTD } NgPacking;

typedef struct NgUnpack NgUnpack;

NgPacking ng_packing_sniff(const guint8 *data, size_t size);

NgUnpack *ng_unpack_new(NgPacking packing);
void ng_unpack_free(NgUnpack *self);
size_t ng_unpack_run(NgUnpack *self, const guint8 **data, const guint8 *end, char *out, size_t size,
                     const char **trouble);
const char *ng_unpack_unfinished(const NgUnpack *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgUnpack, ng_unpack_free)

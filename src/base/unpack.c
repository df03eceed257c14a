/*
 * Unpacking
 *
 * One stream of gzip members or zstd frames, pushed through piece by piece.
 * What is wrong with the data comes back as a text that says what and the
 * cure; the caller knows the file's name and puts it in front.
 *
 * Invariant: `inside` tells whether a member or frame has begun and not ended,
 * so data that stop while it is set are truncated.
 */
#include "unpack.h"

#include <string.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

enum { STEP_MAX = 1 << 30 }; /* zlib counts in unsigned int */

struct NgUnpack {
    NgPacking packing;
    gboolean inside; /* a member or frame is open */
    gboolean again;  /* at least one has ended */
    z_stream gzip;   /* where packing is gzip */
    ZSTD_DStream *zstd;
};

/* Do the first bytes of a stream match the magic number, as far as they go? */
static gboolean
begins_like(const guint8 *data, size_t size, const guint8 *magic, size_t length)
{
    return memcmp(data, magic, MIN(size, length)) == 0;
}

/**
 * ng_packing_sniff:
 * @data: [size] the first bytes of a file
 * @size: how many are known, at least 1
 *
 * Tells packed from plain by magic numbers.  A zstd file may also begin with
 * a skippable frame, as pzstd writes them.
 *
 * Returns: the packing, %NG_PACKING_UNSURE where more bytes must tell
 */
NgPacking
ng_packing_sniff(const guint8 *data, size_t size)
{
    static const guint8 gzip[] = {0x1f, 0x8b};
    static const guint8 zstd[] = {0x28, 0xb5, 0x2f, 0xfd};
    static const guint8 skip[] = {0x50, 0x2a, 0x4d, 0x18};
    const guint8 first = (data[0] & 0xf0) == 0x50 ? 0x50 : data[0];

    if (begins_like(data, size, gzip, sizeof gzip))
        return size < sizeof gzip ? NG_PACKING_UNSURE : NG_PACKING_GZIP;
    if (begins_like(data, size, zstd, sizeof zstd) ||
        (first == skip[0] && (size == 1 || begins_like(data + 1, size - 1, skip + 1, 3))))
        return size < sizeof zstd ? NG_PACKING_UNSURE : NG_PACKING_ZSTD;
    return NG_PACKING_PLAIN;
}

/**
 * ng_unpack_new:
 * @packing: %NG_PACKING_GZIP or %NG_PACKING_ZSTD
 *
 * Returns: (transfer full): free with ng_unpack_free()
 */
NgUnpack *
ng_unpack_new(NgPacking packing)
{
    NgUnpack *self = g_new0(NgUnpack, 1);

    self->packing = packing;
    if (packing == NG_PACKING_GZIP) {
        if (inflateInit2(&self->gzip, 15 + 16) != Z_OK) /* 16: gzip alone */
            g_error("zlib does not start: out of memory");
    } else {
        self->zstd = ZSTD_createDStream();
        if (self->zstd == NULL)
            g_error("zstd does not start: out of memory");
    }
    return self;
}

/**
 * ng_unpack_free:
 * @self: (nullable) (transfer full): a stream
 */
void
ng_unpack_free(NgUnpack *self)
{
    if (self == NULL)
        return;
    if (self->packing == NG_PACKING_GZIP)
        inflateEnd(&self->gzip);
    ZSTD_freeDStream(self->zstd);
    g_free(self);
}

static size_t
run_gzip(NgUnpack *self, const guint8 **data, const guint8 *end, char *out, size_t size,
         const char **trouble)
{
    z_stream *z = &self->gzip;

    if (!self->inside && self->again && **data != 0x1f) {
        *trouble = "bytes after the end of the gzip data (cut them off, or pack it again)";
        return 0;
    }
    if (!self->inside)
        inflateReset(z);
    self->inside = TRUE;

    z->next_in = (Bytef *)(guintptr)*data; /* zlib reads it only, but is too old to say so */
    z->avail_in = (uInt)MIN((size_t)(end - *data), STEP_MAX);
    z->next_out = (Bytef *)out;
    z->avail_out = (uInt)MIN(size, STEP_MAX);
    int status = inflate(z, Z_NO_FLUSH);
    *data = z->next_in;
    if (status == Z_STREAM_END) {
        self->inside = FALSE;
        self->again = TRUE;
    } else if (status == Z_MEM_ERROR) {
        *trouble = "no memory to unpack the gzip data";
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
        *trouble = "the gzip data are damaged (get or pack the file again)";
    }
    return (size_t)((char *)z->next_out - out);
}

static const char *
zstd_trouble(const NgUnpack *self, size_t status)
{
    ZSTD_ErrorCode code = ZSTD_getErrorCode(status);

    if (code == ZSTD_error_prefix_unknown && self->again && !self->inside)
        return "bytes after the end of the zstd data (cut them off, or pack it again)";
    if (code == ZSTD_error_frameParameter_windowTooLarge)
        return "the zstd data want a window above 128 MiB (pack it again without --long)";
    if (code == ZSTD_error_memory_allocation)
        return "no memory to unpack the zstd data";
    return "the zstd data are damaged (get or pack the file again)";
}

static size_t
run_zstd(NgUnpack *self, const guint8 **data, const guint8 *end, char *out, size_t size,
         const char **trouble)
{
    ZSTD_inBuffer in = {*data, (size_t)(end - *data), 0};
    ZSTD_outBuffer to = {NULL, size, 0};

    to.dst = out;
    size_t status = ZSTD_decompressStream(self->zstd, &to, &in);
    *data += in.pos;
    if (ZSTD_isError(status)) {
        *trouble = zstd_trouble(self, status);
    } else {
        self->inside = status != 0;
        self->again = self->again || status == 0;
    }
    return to.pos;
}

/**
 * ng_unpack_run:
 * @self: a stream
 * @data: (inout): packed bytes; moved behind those taken
 * @end: where they end
 * @out: (out): [size] room for plain bytes
 * @size: at least 1
 * @trouble: (out) (transfer none): what is wrong with the data; untouched where nothing is
 *
 * Unpacks until @data are used up, @out is full, or a member or frame ends.
 * Between members and frames @data must not be empty.
 *
 * Returns: the number of bytes written to @out
 */
size_t
ng_unpack_run(NgUnpack *self, const guint8 **data, const guint8 *end, char *out, size_t size,
              const char **trouble)
{
    return self->packing == NG_PACKING_GZIP ? run_gzip(self, data, end, out, size, trouble)
                                            : run_zstd(self, data, end, out, size, trouble);
}

/**
 * ng_unpack_unfinished:
 * @self: a stream that has been given all its data
 *
 * Returns: (transfer none) (nullable): what is missing, %NULL where nothing is
 */
const char *
ng_unpack_unfinished(const NgUnpack *self)
{
    if (!self->inside)
        return NULL;
    return self->packing == NG_PACKING_GZIP
               ? "the gzip data end too early (the file is truncated: get or pack it again)"
               : "the zstd data end too early (the file is truncated: get or pack it again)";
}

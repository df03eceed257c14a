/* scan.h - where tokens of ASCII text begin and end, many bytes at once; private to src/text. */
#pragma once

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

enum {
    NG_SCAN_BYTES = 1024,               /* bytes looked at in one go */
    NG_SCAN_STEPS = NG_SCAN_BYTES / 64, /* in steps of one mask */
    NG_SCAN_SLACK = 64                  /* readable bytes behind `lower`'s last */
};

/**
 * NgScanLevel: what a processor can do; the result is the same.
 * @NG_SCAN_PLAIN: any processor
 * @NG_SCAN_AVX2: 32 bytes at once
 * @NG_SCAN_AVX512: 64 bytes at once
 */
typedef enum { NG_SCAN_PLAIN, NG_SCAN_AVX2, NG_SCAN_AVX512 } NgScanLevel;

/**
 * NgScan: the tokens of one stretch of text; token i is its bytes begin[i] .. end[i] - 1.
 * @begin, @end: [n] of tokens; the rest is room to work in
 * @n: tokens that are whole whatever comes behind the stretch
 * @used: bytes of the stretch that are done with
 * @odd: what comes at @used is for a closer look
 * @lower: the stretch with ASCII capitals as small letters, where that was asked for
 */
typedef struct {
    size_t begin[NG_SCAN_BYTES + 64];
    size_t end[NG_SCAN_BYTES + 64];
    char lower[NG_SCAN_BYTES + NG_SCAN_SLACK];
    size_t n;
    size_t used;
    gboolean odd;
} NgScan;

NgScanLevel ng_scan_level(void);
void ng_scan_space(NgScan *self, const char *text, size_t length, NgScanLevel level);
void ng_scan_words(NgScan *self, const char *text, size_t length, gboolean lower,
                   NgScanLevel level);

G_END_DECLS

/* codes.h - many small numbers and some large ones, packed, each found at once. */
#pragma once

#include "ngram/marks.h"

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

G_BEGIN_DECLS

#define NG_CODES_LAYERS 7

/** NgCodeLayer: @width bits of each of @n numbers, and which of them go on in the next layer. */
typedef struct {
    const uint64_t *bits;
    uint64_t n;
    unsigned width;
    NgMarks more;
} NgCodeLayer;

/** NgCodes: [n] numbers of up to 32 bits, borrowed; all 0 where there is no layer. */
typedef struct {
    uint64_t n;
    unsigned layers;
    NgCodeLayer layer[NG_CODES_LAYERS];
} NgCodes;

uint64_t ng_codes_cost(const uint32_t *value, size_t n);
void ng_codes_write(GArray *out, const uint32_t *value, size_t n);
gboolean ng_codes_read(NgCodes *self, NgWords *from);
gboolean ng_codes_check(const NgCodes *self);
uint32_t ng_codes_get(const NgCodes *self, uint64_t i);
uint64_t ng_codes_search(const NgCodes *self, uint64_t first, uint64_t end, uint32_t x);

G_END_DECLS

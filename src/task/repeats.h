/* repeats.h - texts that stand more than once, held out together. */
#pragma once

#include "corpus.h"

/** NgRepeats: the numbers of texts so far; @count of them have stood before. */
typedef struct {
    GHashTable *first;
    guint count;
} NgRepeats;

NgRepeats ng_repeats_new(void);
void ng_repeats_destroy(NgRepeats *self);
guint ng_repeats_first(NgRepeats *self, const NgWord *text, size_t length, guint index);

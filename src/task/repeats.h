/* repeats.h - texts that stand more than once, held out together. */
#pragma once

#include "corpus.h"

/** NgRepeats: the folds of texts so far; @count of them have stood before. */
typedef struct {
    GHashTable *fold;
    guint count;
} NgRepeats;

NgRepeats ng_repeats_new(void);
void ng_repeats_destroy(NgRepeats *self);
int ng_repeats_deal(NgRepeats *self, const NgWord *text, size_t length, int fold);

/* correct-edit.h - corrections of corrections; private to src/task. */
#pragma once

#include "ngram/correct.h"

#include <string.h>

NgCorrection *ng_correction_new(size_t start, size_t length, char *right, double probability);
GPtrArray *ng_corrections_compose(const GPtrArray *first, const GPtrArray *later, const char *text,
                                  const char *middle);

/* truecase.h - how people write words that the model has folded. */
#pragma once

#include "ngram/looks.h"
#include "ngram/model.h"

typedef struct NgTruecase NgTruecase;

NgTruecase *ng_truecase_new(void);
void ng_truecase_free(NgTruecase *self);
void ng_truecase_start(NgTruecase *self);
void ng_truecase_add(NgTruecase *self, const NgWord *ids, const NgTokenRun *run);
void ng_truecase_merge(NgTruecase *self, const NgTruecase *part, const NgWord *map);
void ng_truecase_rename(NgTruecase *self, const NgWord *map, size_t V);
void ng_truecase_tell(const NgTruecase *self, const NgVocab *vocab, const uint32_t *frequency,
                      NgLooks *looks);
NgTruecase *ng_truecase_learn(const NgLooks *looks, const NgVocab *vocab, uint32_t *frequency,
                              GError **error);
void ng_truecase_store(const NgTruecase *self, const NgWord *map, NgModel *model);

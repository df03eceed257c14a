/* dictionary.h - n-grams into columns, documents into rows of weights. */
#pragma once

#include "trace.h"

#include "ngram/linear.h"

#include <math.h>

/**
 * NgDictionary: which n-grams have a column, and what one counts; in memory as in the file.
 * @slot: [n_slots] hash table, a power of two
 * @idf: [columns] 1 + log((1 + documents) / (1 + documents with it)); [0] is not used
 */
typedef struct {
    const NgVocabSlot *slot;
    size_t n_slots;
    const float *idf;
    size_t columns;
} NgDictionary;

/**
 * NgRows: rows in the making.
 * @offset: (element-type gsize), @column: (element-type guint32), @value: (element-type gfloat)
 */
typedef struct {
    GArray *offset, *column, *value;
} NgRows;

/**
 * NgTally: how often each column comes in the document at hand; room to count in.
 * @count: (element-type guint32): [columns] all 0 between documents
 * @seen: (element-type guint32): columns that are not 0
 * @grams: (element-type NgGram): for who wants them all at once
 */
typedef struct {
    GArray *count, *seen, *grams;
} NgTally;

typedef struct NgDictionaryBuilder NgDictionaryBuilder;

NgDictionaryBuilder *ng_dictionary_builder_new(NgBlock block);
void ng_dictionary_builder_add(NgDictionaryBuilder *self, const NgTrace *trace);
void ng_dictionary_builder_finish(NgDictionaryBuilder *self, size_t most, NgDictionary *out,
                                  NgRows *rows);

void ng_tally_init(NgTally *self);
void ng_tally_destroy(NgTally *self);
uint32_t ng_dictionary_find(const NgDictionary *self, uint64_t hash);
void ng_dictionary_count(const NgDictionary *self, const NgTrace *trace, NgBlock block,
                         NgTally *tally);
float ng_dictionary_norm(const NgDictionary *self, const NgTally *tally);
void ng_dictionary_row(const NgDictionary *self, const NgTrace *trace, NgBlock block,
                       NgTally *tally, NgRows *rows);

void ng_rows_init(NgRows *self);
void ng_rows_destroy(NgRows *self);
NgSparse ng_rows_sparse(const NgRows *self, size_t columns);

static inline float
ng_tally_value(uint32_t count, float idf)
{
    return count == 1 ? idf : (1.0F + logf((float)count)) * idf;
}

/* compact.h - a voice, packed. */
#pragma once

#include "internal.h"

#include "ngram/codes.h"
#include "ngram/marks.h"

/**
 * NgValuesKind: how the floats of a level are kept.
 * @NG_VALUES_OFFSET: bits of the float less the least ones
 * @NG_VALUES_TABLE: place in a table of the different ones
 * @NG_VALUES_PREDICTED: what is missing to a prediction; probabilities alone
 */
typedef enum { NG_VALUES_OFFSET, NG_VALUES_TABLE, NG_VALUES_PREDICTED } NgValuesKind;

/**
 * NgValues: a float for each entry of a level, as bits.
 * @least: of NG_VALUES_OFFSET
 * @table: [tables] of NG_VALUES_TABLE
 * @begin: [tables + 1] of NG_VALUES_PREDICTED: where the weights of each back-off begin
 * @weight: [weights] of NG_VALUES_PREDICTED
 * @code: [n] which of the table or the weights; the difference to the least
 * @rest: [n] of NG_VALUES_PREDICTED: stored less predicted bits, the sign lowest
 */
typedef struct {
    NgValuesKind kind;
    uint32_t least;
    uint64_t tables, weights;
    const uint32_t *table;
    const uint32_t *begin;
    const float *weight;
    NgCodes code, rest;
} NgValues;

/**
 * NgPackedLevel: one level.
 * @n: entries
 * @tree: below the top: for each entry a one, followed by a zero for each successor; a last one
 * @rank: above level 1: place of the word among the successors of the context's suffix
 * @prob: magnitudes
 * @backoff: below the top
 * @blank: (where @blanks): which entries are blanks
 */
typedef struct {
    uint64_t n;
    NgMarks tree;
    NgCodes rank;
    NgValues prob, backoff;
    gboolean blanks;
    NgMarks blank;
} NgPackedLevel;

/**
 * NgCompact:
 * @words: all of it, [n_words]
 * @owned: (nullable): the array that @words lies in, where it is not mapped
 */
typedef struct NgCompact {
    unsigned order;
    const uint64_t *words;
    size_t n_words;
    GArray *owned;
    NgPackedLevel level[NG_ORDER_MAX];
} NgCompact;

NgCompact *ng_compact_read(const uint64_t *words, size_t n_words, size_t V);
void ng_compact_free(NgCompact *self);
gboolean ng_compact_check(const NgCompact *self);

GArray *ng_compact_pack(const NgVoice *voice, float *const *weight);
NgVoice *ng_compact_unpack(const NgCompact *self);

NgRange ng_compact_range(const NgCompact *self, NgState context);
gboolean ng_compact_find(const NgCompact *self, NgState context, NgWord word, uint32_t *entry);
float ng_compact_step(const NgCompact *self, NgState *state, NgWord word, unsigned *order);
NgWord ng_compact_word(const NgCompact *self, unsigned level, uint32_t entry);
float ng_compact_logprob(const NgCompact *self, unsigned level, uint32_t entry);
gboolean ng_compact_is_blank(const NgCompact *self, unsigned level, uint32_t entry);
uint32_t ng_compact_suffix(const NgCompact *self, unsigned level, uint32_t entry);
float ng_compact_backoff(const NgCompact *self, NgState context);

uint32_t ng_values_plain(const NgValues *self, uint64_t i);
uint32_t ng_values_predicted(const NgValues *self, uint64_t i, uint32_t group, float backoff,
                             float shorter);
uint32_t ng_values_group(const NgValues *self, uint64_t i);

gboolean ng_values_read(NgValues *self, NgWords *from, uint64_t n, const NgValues *context);
gboolean ng_values_check(const NgValues *self);
void ng_values_write(GArray *out, const uint32_t *bits, size_t n);

/**
 * NgParts: of what each probability of a level is made, for those who write it.
 * @bits: [n] the magnitude of its logarithm
 * @group: [n] place of the context's back-off in its table
 * @shorter: [n] logarithm of the shorter context's probability
 * @backoff: [groups] the table, as bits
 * @weight: (nullable): [n] u of each, where it is known
 */
typedef struct {
    const uint32_t *bits;
    const uint32_t *group;
    const float *shorter;
    const uint32_t *backoff;
    const float *weight;
    size_t n, groups;
} NgParts;

void ng_values_write_probs(GArray *out, const NgParts *parts);

/* channel-rules.h - what a channel is made of; private to src/text. */
#pragma once

#include "ngram/channel.h"

#define NG_RULE_MAX 3 /* letters on either side of a rule */

/**
 * NgRule: some letters written as others.
 * @from, @to: [NG_RULE_MAX] letters, 0 behind the last one; @from is not empty
 */
typedef struct {
    uint16_t from[NG_RULE_MAX], to[NG_RULE_MAX];
} NgRule;

/**
 * NgEdit: one step of an alignment: letters @i - a .. @i - 1 of the right word are letters
 * @j - b .. @j - 1 of the wrong one.
 */
typedef struct {
    uint8_t i, j, a, b;
} NgEdit;

void ng_channel_add_rule(NgChannel *self, const NgRule *rule, float logprob);
void ng_channel_scale(NgChannel *self, float logprob, size_t pairs);
size_t ng_channel_align(const NgChannel *self, const uint16_t *right, size_t n,
                        const uint16_t *wrong, size_t m, NgEdit edits[2 * NG_LETTERS_MAX]);

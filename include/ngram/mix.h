/* mix.h - several voices read as one: P(w | h) = sum of weight P_i(w | h). */
#pragma once

#include "ngram/voice.h"

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

G_BEGIN_DECLS

#define NG_MIX_MAX 32 /* parts of a mixture, at most */

/**
 * NgMixPart: one voice of a mixture; the arrays are borrowed.
 * @voice: the voice
 * @weight: above 0; those of all parts sum to 1
 * @to: [V] the voice's id of each word of the mixture; %NG_WORD_NONE where it lacks the word
 * @from: [words of the voice] the mixture's id of each
 */
typedef struct {
    const NgVoice *voice;
    double weight;
    const NgWord *to;
    const NgWord *from;
} NgMixPart;

typedef struct NgMix NgMix;

NgMix *ng_mix_new(const NgMixPart *parts, size_t n, size_t words);
void ng_mix_free(NgMix *self);
size_t ng_mix_size(const NgMix *self);
const NgMixPart *ng_mix_part(const NgMix *self, size_t index);
unsigned ng_mix_order(const NgMix *self);
size_t ng_mix_words(const NgMix *self);

void ng_mix_begin(const NgMix *self, NgState *states);
float ng_mix_step(const NgMix *self, NgState *states, NgWord word, unsigned *order);
void ng_mix_step_each(const NgMix *self, NgState *states, NgWord word, float *logprob,
                      unsigned *order);
void ng_mix_score_batch(const NgMix *self, const NgWord *ids, const size_t *offset,
                        size_t n_sequences, float *logprob, uint8_t *order);
double ng_mix_distribution(const NgMix *self, const NgState *states, double *p, uint8_t *order);
double ng_mix_sum(const NgMix *self, const NgState *states);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgMix, ng_mix_free)

G_END_DECLS

/* walk.h - a place in a text: where a voice of a model, or all voices of a mixture, stand. */
#pragma once

#include "ngram/mix.h"
#include "ngram/model.h"

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

/**
 * NgWalk: a plain value; copy it to go two ways from one place.
 * @voice: (nullable): what is walked; NULL where it is a mixture
 * @mix: (nullable): what is walked; NULL where it is a voice
 * @state: [K] the context of each voice; one alone where it is no mixture
 */
typedef struct {
    const NgVoice *voice;
    const NgMix *mix;
    NgState state[NG_MIX_MAX];
} NgWalk;

void ng_walk_init(NgWalk *self, const NgModel *model, size_t voice);
void ng_walk_begin(NgWalk *self);
float ng_walk_step(NgWalk *self, NgWord word, unsigned *order);
unsigned ng_walk_order(const NgWalk *self);
void ng_walk_score_batch(const NgWalk *self, const NgWord *ids, const size_t *offset,
                         size_t n_sequences, float *logprob, uint8_t *order);
double ng_walk_distribution(const NgWalk *self, double *p, uint8_t *order);
GBytes *ng_walk_key(const NgWalk *self);

G_END_DECLS

/* mix-states.h - contexts of a mixture, each numbered once. */
#pragma once

#include "ngram/voice.h"

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

G_BEGIN_DECLS

typedef struct NgMixStates NgMixStates;

NgMixStates *ng_mix_states_new(size_t K);
uint32_t ng_mix_states_number(NgMixStates *self, const NgState *states);
const NgState *ng_mix_states_get(const NgMixStates *self, uint32_t number);
uint32_t ng_mix_states_size(const NgMixStates *self);
void ng_mix_states_clear(NgMixStates *self);
void ng_mix_states_free(NgMixStates *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgMixStates, ng_mix_states_free)

G_END_DECLS

/* voice-batch.h - many automata at once, by the instructions that are named. */
#pragma once

#include "internal.h"
#include "sparse.h"

/** NgVoiceJob: arguments of ng_voice_score_batch(). */
typedef struct {
    const NgWord *ids;
    const size_t *offset;
    size_t n_sequences;
    float *logprob;
    uint8_t *order;
} NgVoiceJob;

void ng_voice_run_job(const NgVoice *self, const NgVoiceJob *job, NgSimd simd);

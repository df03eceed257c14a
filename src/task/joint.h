/* joint.h - the best fillings of gaps that stand close, none missed. */
#pragma once

#include "backward.h"
#include "nbest.h"

#include "ngram/voice.h"

#include <glib.h>
#include <stddef.h>

NgBest *ng_joint_solve(const NgVoice *voice, const NgCloseGaps *gaps, NgBackward *ahead,
                       NgState state, size_t k);

/* forward.h - sums over all ways to fill the gaps of a sequence. */
#pragma once

#include "backward.h"

#include "ngram/voice.h"

#include <glib.h>
#include <stddef.h>

void ng_forward_marginals(const NgVoice *voice, NgState state, const NgCloseGaps *gaps,
                          NgBackward *ahead, double **out);
double ng_forward_sum(const NgVoice *voice, NgState state, const NgCloseGaps *gaps);

/* forward.h - sums over all ways to fill the gaps of a sequence. */
#pragma once

#include "backward.h"

#include "ngram/voice.h"

#include <glib.h>
#include <stddef.h>

double ng_forward_sum(const NgVoice *voice, NgState state, const NgCloseGaps *gaps);

/* mix-forward.h - sums over all ways to fill the gaps of a sequence, for a mixture. */
#pragma once

#include "backward.h"

#include "ngram/mix.h"

#include <glib.h>
#include <stddef.h>

double ng_mix_forward_sum(const NgMix *mix, const NgState *states, const NgCloseGaps *gaps);

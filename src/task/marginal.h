/* marginal.h - the likeliest words of each gap, whatever stands in the others. */
#pragma once

#include "fill.h"

#include <glib.h>

GPtrArray *ng_marginals(const NgVoice *voice, const NgGaps *gaps, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

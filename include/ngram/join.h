/* join.h - tokens into text as people write it. */
#pragma once

#include "ngram/tokenizer.h"

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

char *ng_join(const char *const *tokens, size_t n, NgTokens kind, gboolean recase);

G_END_DECLS

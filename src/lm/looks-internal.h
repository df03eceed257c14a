/* looks-internal.h - looks as lines of a count file. */
#pragma once

#include "ngram/looks.h"

#include <glib.h>
#include <stddef.h>

gboolean ng_looks_is_key(const char *key, size_t length);
gboolean ng_looks_add_key(NgLooks *self, const char *key, size_t length, guint64 count);
GString *ng_looks_lines(const NgLooks *self);

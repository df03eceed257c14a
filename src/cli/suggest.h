/* suggest.h - "did you mean". */
#pragma once

#include <glib.h>
#include <stddef.h>

size_t ng_suggest_distance(const char *a, const char *b);
const char *ng_suggest(const char *word, const char *const *names, size_t n);

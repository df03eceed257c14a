/* fault.h - what is wrong with a line of a file. */
#pragma once

#include "ngram/input.h"

gboolean ng_fault(const NgInput *input, GError **error, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
gboolean ng_fault_at(const char *path, guint64 line, GError **error, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

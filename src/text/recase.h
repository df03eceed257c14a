/* recase.h - capital letters where sentences begin; private to src/text. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *ng_recase(const char *text);

G_END_DECLS

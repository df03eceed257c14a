/* aside.h - a file without a name that takes another's place; for output.c alone. */
#pragma once

#include <glib.h>

typedef struct NgAside NgAside;

NgAside *ng_aside_open(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
int ng_aside_fd(const NgAside *self);
int ng_aside_commit(NgAside *self) G_GNUC_WARN_UNUSED_RESULT;
void ng_aside_free(NgAside *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgAside, ng_aside_free)

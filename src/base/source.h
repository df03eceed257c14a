/* source.h - bytes of a file or of memory, unpacked on the way; for input.c alone. */
#pragma once

#include <glib.h>
#include <stddef.h>

typedef struct NgSource NgSource;

NgSource *ng_source_open(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
NgSource *ng_source_new_for_data(const void *data, size_t size, const char *name);
void ng_source_free(NgSource *self);

gssize ng_source_read(NgSource *self, char *out, size_t size, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_source_packed(const NgSource *self);
guint64 ng_source_position(const NgSource *self);
guint64 ng_source_size(const NgSource *self);
const char *ng_source_path(const NgSource *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgSource, ng_source_free)

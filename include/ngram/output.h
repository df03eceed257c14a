/* output.h - a file that appears whole or not at all. */
#pragma once

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

typedef struct NgOutput NgOutput;

NgOutput *ng_output_open(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void ng_output_take_permissions(NgOutput *self, const char *of);
void ng_output_write(NgOutput *self, const void *data, size_t size);
void ng_output_puts(NgOutput *self, const char *text);
gboolean ng_output_overwrite(NgOutput *self, guint64 offset, const void *data, size_t size,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
guint64 ng_output_position(const NgOutput *self);
gboolean ng_output_commit(NgOutput *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void ng_output_free(NgOutput *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgOutput, ng_output_free)

G_END_DECLS

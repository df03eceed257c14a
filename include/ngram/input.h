/* input.h - bytes and numbered lines from a file or standard input, packed or plain. */
#pragma once

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

typedef struct NgInput NgInput;

NgInput *ng_input_open(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
NgInput *ng_input_new_for_data(const void *data, size_t size, const char *name);
void ng_input_free(NgInput *self);

gssize ng_input_read(NgInput *self, void *buffer, size_t size, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
gssize ng_input_peek(NgInput *self, const void **data, size_t size, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_input_line(NgInput *self, const char **line, size_t *length, GError **error);
gboolean ng_input_raw_line(NgInput *self, const char **line, size_t *length, GError **error);
gboolean ng_input_line_is_open(const NgInput *self);
guint64 ng_input_line_number(const NgInput *self);
guint64 ng_input_position(const NgInput *self);
guint64 ng_input_size(const NgInput *self);
const char *ng_input_path(const NgInput *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgInput, ng_input_free)

G_END_DECLS

/* file-list.h - the files that paths and folders stand for. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

GPtrArray *ng_file_list(const char *const *paths, const char *kind, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
guint64 ng_file_list_size(const GPtrArray *files);

G_END_DECLS

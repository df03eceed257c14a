/* arpa.h - models as ARPA text. */
#pragma once

#include "ngram/input.h"
#include "ngram/model.h"

#include <glib.h>

G_BEGIN_DECLS

NgModel *ng_arpa_read(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
NgModel *ng_arpa_parse(NgInput *input, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_arpa_write(const NgModel *model, size_t voice, const char *path, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

/* compact.h - models packed into the least space that can still be used as it lies. */
#pragma once

#include "ngram/model.h"

#include <glib.h>

G_BEGIN_DECLS

#define NG_QUANTIZE_LEAST 2 /* bits */
#define NG_QUANTIZE_MOST  16

NgModel *ng_model_compact(NgModel *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
NgModel *ng_model_quantize(NgModel *self, unsigned bits, GError **error) G_GNUC_WARN_UNUSED_RESULT;
NgModel *ng_model_plain(NgModel *self);
gboolean ng_model_is_compact(const NgModel *self);

G_END_DECLS

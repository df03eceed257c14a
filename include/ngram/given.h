/* given.h - rows of visible units some of which are missing. */
#pragma once

#include "ngram/rbm.h"

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

/**
 * NgGiven: rows with values that are missing.
 * @rows: N
 * @value: [N, D] 0 where it is missing
 * @given: [N, D] 1 where it is not
 */
typedef struct {
    size_t rows;
    float *value;
    guint8 *given;
} NgGiven;

gboolean ng_given_read(NgGiven *self, const NgRbm *rbm, const char *path, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void ng_given_clear(NgGiven *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(NgGiven, ng_given_clear)

G_END_DECLS

/* prefix.h - how every generated text begins. */
#pragma once

#include "ngram/walk.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * NgPrefix:
 * @words: (element-type NgWord): ids
 * @surface: [words] (element-type utf8): as the user wrote them
 * @token: [words] (element-type utf8): as the model would know them
 * @walk: after them
 * @logprob: log10 of their probability
 */
typedef struct {
    GArray *words;
    GPtrArray *surface;
    GPtrArray *token;
    NgWalk walk;
    double logprob;
} NgPrefix;

NgPrefix *ng_prefix_new(const NgModel *model, size_t voice, const char *text, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void ng_prefix_free(NgPrefix *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgPrefix, ng_prefix_free)

G_END_DECLS

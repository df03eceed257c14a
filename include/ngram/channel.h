/* channel.h - how words are misspelt: P(wrong | right). */
#pragma once

#include "ngram/near.h"

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

G_BEGIN_DECLS

typedef struct NgChannel NgChannel;

NgChannel *ng_channel_new(void);
NgChannel *ng_channel_read(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
NgChannel *ng_channel_ref(NgChannel *self);
void ng_channel_unref(NgChannel *self);
size_t ng_channel_pairs(const NgChannel *self);
float ng_channel_logprob(const NgChannel *self, const uint16_t *right, size_t n,
                         const uint16_t *wrong, size_t m);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgChannel, ng_channel_unref)

G_END_DECLS

/* prompt.h - lines typed at a terminal, with suggestions while they are typed. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * NgSuggest: what may come next.
 * @text: [@length] what stands before the cursor
 * @rows: (element-type utf8): gets the text with each suggestion in place, the best first
 */
typedef void (*NgSuggest)(const char *text, size_t length, GPtrArray *rows, gpointer data);

typedef struct NgPrompt NgPrompt;

NgPrompt *ng_prompt_new(NgSuggest suggest, gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;
const char *ng_prompt_line(NgPrompt *self);
void ng_prompt_free(NgPrompt *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgPrompt, ng_prompt_free)

G_END_DECLS

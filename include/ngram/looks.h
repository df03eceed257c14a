/* looks.h - what counts of n-grams do not say of a text: how its words were written. */
#pragma once

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

typedef struct NgLooks NgLooks;

/**
 * NgLook: one line of them.
 * @word: [@n_word] a word
 * @look: [@n_look] (nullable): how it was written inside a sentence; %NULL where it opened one
 * @count: how often
 */
typedef struct {
    const char *word, *look;
    size_t n_word, n_look;
    guint64 count;
} NgLook;

NgLooks *ng_looks_new(void);
void ng_looks_free(NgLooks *self);
void ng_looks_add(NgLooks *self, const NgLook *look);
void ng_looks_add_invalid(NgLooks *self, guint64 bytes);
guint64 ng_looks_invalid(const NgLooks *self);
size_t ng_looks_size(const NgLooks *self);
NgLook ng_looks_get(const NgLooks *self, size_t index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgLooks, ng_looks_free)

G_END_DECLS

/* better.h - which words fit a place better than a given one. */
#pragma once

#include "ngram/voice.h"

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

typedef struct NgBetterIndex NgBetterIndex;
typedef struct NgBetter NgBetter;

/** NgBetterFunc: told of a word that fits better. */
typedef void (*NgBetterFunc)(NgWord word, gpointer data);

NgBetterIndex *ng_better_index_new(const NgVoice *voice);
void ng_better_index_free(NgBetterIndex *self);

NgBetter *ng_better_new(const NgBetterIndex *index);
void ng_better_find(NgBetter *self, NgState state, const NgWord *words, size_t n, NgBetterFunc func,
                    gpointer data);
void ng_better_free(NgBetter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgBetterIndex, ng_better_index_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgBetter, ng_better_free)

G_END_DECLS

/* cache.h - a model that leans towards the words of the text at hand. */
#pragma once

#include "ngram/mix.h"
#include "ngram/model.h"
#include "ngram/walk.h"

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

typedef struct NgCache NgCache;

NgCache *ng_cache_new(const NgModel *model, size_t voice, double weight);
void ng_cache_set(NgCache *self, const NgWord *words, size_t n);
const NgMix *ng_cache_mix(const NgCache *self);
void ng_cache_walk(const NgCache *self, NgWalk *walk);
void ng_cache_free(NgCache *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgCache, ng_cache_free)

G_END_DECLS

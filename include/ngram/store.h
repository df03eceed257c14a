/* store.h - large arrays, in memory up to a budget and in temporary files above it. */
#pragma once

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

typedef struct NgStore NgStore;

NgStore *ng_store_new(guint64 budget, const char *folder);
NgStore *ng_store_ref(NgStore *self);
void ng_store_unref(NgStore *self);

gpointer ng_store_take(NgStore *self, size_t size, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gpointer ng_store_resize(NgStore *self, gpointer array, size_t size, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void ng_store_give_back(NgStore *self, gconstpointer array);
void ng_store_discard(NgStore *self, gconstpointer from, gconstpointer to);
void ng_store_breathe(NgStore *self);

gboolean ng_store_is_bounded(const NgStore *self);
guint64 ng_store_disk_peak(NgStore *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgStore, ng_store_unref)

G_END_DECLS

/* queue.h - what a best-first search has yet to do, the greatest key first. */
#pragma once

#include "ngram/vocab.h"

#include <glib.h>

G_BEGIN_DECLS

/** NgItem: @key decides the order; the rest is the caller's. */
typedef struct {
    double key;
    uint32_t turn;
    NgWord word;
} NgItem;

typedef struct NgQueue NgQueue;

NgQueue *ng_queue_new(void);
void ng_queue_push(NgQueue *self, NgItem item);
gboolean ng_queue_pop(NgQueue *self, NgItem *item);
void ng_queue_free(NgQueue *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgQueue, ng_queue_free)

G_END_DECLS

/*
 * Priority queues
 *
 * A binary heap of items of 16 bytes, the greatest key on top.  Push and pop cost
 * O(log n), a push in no order O(1) on average.
 *
 * Invariant: no item has a greater key than its parent.
 */
#include "queue.h"

struct NgQueue {
    GArray *items; /* NgItem */
};

/** ng_queue_new: Returns: (transfer full): an empty queue; free with ng_queue_free() */
NgQueue *
ng_queue_new(void)
{
    NgQueue *self = g_new(NgQueue, 1);

    self->items = g_array_new(FALSE, FALSE, sizeof(NgItem));
    return self;
}

/**
 * ng_queue_free:
 * @self: (nullable) (transfer full): a queue
 */
void
ng_queue_free(NgQueue *self)
{
    if (self == NULL)
        return;
    g_array_unref(self->items);
    g_free(self);
}

/**
 * ng_queue_push:
 * @self: a queue
 * @item: goes into it
 */
void
ng_queue_push(NgQueue *self, NgItem item)
{
    guint i = self->items->len;

    g_array_append_val(self->items, item);
    NgItem *heap = (NgItem *)(void *)self->items->data;
    for (; i > 0 && heap[(i - 1) / 2].key < item.key; i = (i - 1) / 2)
        heap[i] = heap[(i - 1) / 2];
    heap[i] = item;
}

/**
 * ng_queue_pop:
 * @self: a queue
 * @item: (out): what had the greatest key
 *
 * Returns: whether there was one
 */
gboolean
ng_queue_pop(NgQueue *self, NgItem *item)
{
    NgItem *heap = (NgItem *)(void *)self->items->data;
    guint n = self->items->len;

    if (n == 0)
        return FALSE;
    *item = heap[0];
    NgItem last = heap[--n];
    g_array_set_size(self->items, n);
    guint i = 0;
    for (guint child = 1; child < n; i = child, child = 2 * i + 1) {
        if (child + 1 < n && heap[child + 1].key > heap[child].key)
            child++;
        if (heap[child].key <= last.key)
            break;
        heap[i] = heap[child];
    }
    if (n > 0)
        heap[i] = last;
    return TRUE;
}

/*
 * Memos
 *
 * A hash table of numbers by number, open addressing, at most half full; 20
 * bytes a slot.  In place of GHashTable where a look must cost a few nanoseconds.
 */
#include "memo.h"

enum { LEAST = 1 << 10 };

static void
grow(NgMemo *self)
{
    NgMemo old = *self;

    self->size = MAX(LEAST, 2 * old.size);
    self->key = g_new0(uint64_t, self->size);
    self->a = g_new(double, self->size);
    self->b = g_new(float, self->size);
    for (size_t i = 0; i < old.size; i++) {
        if (old.key[i] == 0)
            continue;
        size_t slot = ng_memo_slot(self, old.key[i]);
        self->key[slot] = old.key[i];
        self->a[slot] = old.a[i];
        self->b[slot] = old.b[i];
    }
    ng_memo_clear(&old);
}

/**
 * ng_memo_put:
 * @self: a memo
 * @key: not 0
 * @a: one number
 * @b: another
 */
void
ng_memo_put(NgMemo *self, uint64_t key, double a, float b)
{
    g_return_if_fail(self != NULL && key != 0);

    if (2 * self->used >= self->size)
        grow(self);
    size_t slot = ng_memo_slot(self, key);
    self->used += self->key[slot] == 0;
    self->key[slot] = key;
    self->a[slot] = a;
    self->b[slot] = b;
}

/** ng_memo_clear: frees what @self holds */
void
ng_memo_clear(NgMemo *self)
{
    g_free(self->key);
    g_free(self->a);
    g_free(self->b);
    self->key = NULL;
    self->a = NULL;
    self->b = NULL;
    self->size = self->used = 0;
}

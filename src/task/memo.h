/* memo.h - what was worked out for a key before. */
#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

/** NgMemo: an open table of two numbers for each key; a plain value, all zeros where it is empty. */
typedef struct {
    uint64_t *key; /* [size] 0 where the slot is free */
    double *a;     /* [size] */
    float *b;      /* [size] */
    size_t size;   /* a power of 2, or 0 */
    size_t used;
} NgMemo;

void ng_memo_put(NgMemo *self, uint64_t key, double a, float b);
void ng_memo_clear(NgMemo *self);

static inline size_t
ng_memo_slot(const NgMemo *self, uint64_t key)
{
    size_t slot = (size_t)((key * 0x9e3779b97f4a7c15U) >> 20) & (self->size - 1);

    while (self->key[slot] != 0 && self->key[slot] != key)
        slot = (slot + 1) & (self->size - 1);
    return slot;
}

/* Whether @key, not 0, is there; sets the numbers if so. */
static inline gboolean
ng_memo_find(const NgMemo *self, uint64_t key, double *a, float *b)
{
    if (self->size == 0)
        return FALSE;
    size_t slot = ng_memo_slot(self, key);
    if (self->key[slot] == 0)
        return FALSE;
    *a = self->a[slot];
    *b = self->b[slot];
    return TRUE;
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(NgMemo, ng_memo_clear)

G_END_DECLS

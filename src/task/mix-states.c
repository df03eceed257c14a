/*
 * Numbered contexts
 *
 * A context of a mixture is K states.  Here each gets a number when it is first
 * met, 0, 1, 2 and so on, so that searches and sums over contexts need arrays
 * alone.
 *
 * Stored: K states for each number, and a hash table with open addressing,
 * linear probing, at most half full, of numbers + 1; 0 is an empty place.
 */
#include "mix-states.h"

#include <string.h>

struct NgMixStates {
    size_t K;
    uint32_t n;      /* contexts */
    uint32_t room;   /* contexts that `states` has room for; half the table's size */
    NgState *states; /* [room][K] */
    uint32_t *slot;  /* [2 room] */
};

enum { ROOM = 256 };

static void
allot(NgMixStates *self, uint32_t room)
{
    self->room = room;
    self->states = g_renew(NgState, self->states, (size_t)room * self->K);
    g_free(self->slot);
    self->slot = g_new0(uint32_t, (size_t)room * 2);
}

/**
 * ng_mix_states_new:
 * @K: states of each context
 *
 * Returns: (transfer full): no contexts; free with ng_mix_states_free()
 */
NgMixStates *
ng_mix_states_new(size_t K)
{
    NgMixStates *self = g_new0(NgMixStates, 1);

    self->K = K;
    allot(self, ROOM);
    return self;
}

/**
 * ng_mix_states_free:
 * @self: (nullable) (transfer full): contexts
 */
void
ng_mix_states_free(NgMixStates *self)
{
    if (self == NULL)
        return;
    g_free(self->states);
    g_free(self->slot);
    g_free(self);
}

/** ng_mix_states_clear: forgets all contexts */
void
ng_mix_states_clear(NgMixStates *self)
{
    g_return_if_fail(self != NULL);

    self->n = 0;
    allot(self, ROOM);
}

/* Multiply and shift, a state at a time: the odd number is 2^64 by the golden ratio. */
static size_t
hash(const NgMixStates *self, const NgState *states)
{
    guint64 h = 0;

    for (size_t i = 0; i < self->K; i++) {
        h = (h ^ states[i].index ^ (guint64)states[i].length << 32) * 0x9E3779B97F4A7C15U;
        h ^= h >> 29;
    }
    return (size_t)(h & (2 * (guint64)self->room - 1));
}

static gboolean
are_equal(const NgMixStates *self, const NgState *a, const NgState *b)
{
    for (size_t i = 0; i < self->K; i++)
        if (a[i].index != b[i].index || a[i].length != b[i].length)
            return FALSE;
    return TRUE;
}

/* The place of a context in the table, or the empty one that it would take. */
static size_t
find(const NgMixStates *self, const NgState *states)
{
    size_t mask = 2 * (size_t)self->room - 1;
    size_t at = hash(self, states);

    while (self->slot[at] != 0 &&
           !are_equal(self, self->states + (size_t)(self->slot[at] - 1) * self->K, states))
        at = (at + 1) & mask;
    return at;
}

static void
grow(NgMixStates *self)
{
    g_assert(self->room <= G_MAXUINT32 / 4);
    allot(self, self->room * 2);
    for (uint32_t i = 0; i < self->n; i++)
        self->slot[find(self, self->states + (size_t)i * self->K)] = i + 1;
}

/**
 * ng_mix_states_number:
 * @states: [K] a context, not one that ng_mix_states_get() points to
 *
 * Returns: its number; the next free one where it is new
 */
uint32_t
ng_mix_states_number(NgMixStates *self, const NgState *states)
{
    g_return_val_if_fail(self != NULL && states != NULL, 0);

    size_t at = find(self, states);
    if (self->slot[at] != 0)
        return self->slot[at] - 1;
    if (self->n == self->room) {
        grow(self);
        at = find(self, states);
    }
    memcpy(self->states + (size_t)self->n * self->K, states, self->K * sizeof *states);
    self->slot[at] = ++self->n;
    return self->n - 1;
}

/** ng_mix_states_get: Returns: (transfer none): [K] a context, until the next is numbered */
const NgState *
ng_mix_states_get(const NgMixStates *self, uint32_t number)
{
    g_return_val_if_fail(self != NULL && number < self->n, NULL);

    return self->states + (size_t)number * self->K;
}

/** ng_mix_states_size: Returns: how many are numbered */
uint32_t
ng_mix_states_size(const NgMixStates *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->n;
}

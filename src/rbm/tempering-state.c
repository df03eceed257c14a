/*
 * Ladders set down and taken up again
 *
 * What decides their next sweep: where every chain stands, which rung it is on, and whose turn it is
 * of the even and the odd pairs.  What was counted and recorded is left behind.
 */
#include "tempering-internal.h"

#include <math.h>
#include <string.h>

/**
 * ng_tempering_state_new:
 * @ladders: whose states it is to hold
 *
 * Returns: (transfer full): room for one; free with ng_tempering_state_free()
 */
NgTemperingState *
ng_tempering_state_new(const NgTempering *ladders)
{
    NgTemperingState *self = g_new0(NgTemperingState, 1);

    self->chains = (gsize)ladders->rungs * ladders->ladders;
    self->v = g_new0(float, self->chains * ladders->visible);
    self->rung = g_new0(guint32, self->chains);
    return self;
}

/**
 * ng_tempering_state_free:
 * @self: (nullable) (transfer full): a state
 */
void
ng_tempering_state_free(NgTemperingState *self)
{
    if (self == NULL)
        return;
    g_free(self->v);
    g_free(self->rung);
    g_free(self);
}

/* Where the chains of a block begin among all, and how many floats they have. */
static gsize
floats_before(const NgTempering *ladders, guint block)
{
    return (gsize)block * ladders->per_block * ladders->rungs * ladders->visible;
}

/**
 * ng_tempering_state_take:
 * @self: (out): a state of these ladders
 * @ladders: stay as they are
 */
void
ng_tempering_state_take(NgTemperingState *self, const NgTempering *ladders)
{
    for (guint b = 0; b < ladders->blocks; b++)
        memcpy(self->v + floats_before(ladders, b), ladders->part[b]->v,
               ladders->part[b]->rows * ladders->visible * sizeof *self->v);
    for (gsize i = 0; i < self->chains; i++)
        self->rung[i] = ladders->rung[i];
    self->sweeps = ladders->sweeps;
}

/**
 * ng_tempering_state_put:
 * @self: a state that ng_tempering_state_fits()
 * @ladders: stand there afterwards; what they counted begins anew
 */
void
ng_tempering_state_put(const NgTemperingState *self, NgTempering *ladders)
{
    const guint K = ladders->rungs;

    for (guint b = 0; b < ladders->blocks; b++)
        memcpy(ladders->part[b]->v, self->v + floats_before(ladders, b),
               ladders->part[b]->rows * ladders->visible * sizeof *self->v);
    for (gsize i = 0; i < self->chains; i++) {
        ladders->rung[i] = self->rung[i];
        ladders->row[i / K * K + self->rung[i]] = (guint)(i % K);
    }
    ladders->sweeps = self->sweeps;
    memset(ladders->cold, 0, self->chains * sizeof *ladders->cold);
    ng_tempering_forget(ladders);
}

/* Whether no two chains of a ladder are on one rung. */
static gboolean
is_ladder(const guint32 *rung, guint K)
{
    g_autofree guint8 *seen = g_new0(guint8, K);

    for (guint k = 0; k < K; k++) {
        if (rung[k] >= K || seen[rung[k]])
            return FALSE;
        seen[rung[k]] = 1;
    }
    return TRUE;
}

/**
 * ng_tempering_state_fits:
 * @self: a state from anywhere, of as many chains as the ladders have
 * @ladders: ladders
 * @rbm: their machine
 *
 * Returns: whether each rung has one chain, and the chains stand where units can be
 */
gboolean
ng_tempering_state_fits(const NgTemperingState *self, const NgTempering *ladders, const NgRbm *rbm)
{
    const gsize D = ladders->visible;

    for (guint l = 0; l < ladders->ladders; l++)
        if (!is_ladder(self->rung + (gsize)l * ladders->rungs, ladders->rungs))
            return FALSE;
    for (guint g = 0; g < rbm->n_groups; g++) {
        const NgUnitGroup *group = &rbm->groups[g];
        const gboolean real = group->kind == NG_UNITS_GAUSSIAN;
        for (gsize r = 0; r < self->chains; r++)
            for (gsize i = r * D + group->first; i < r * D + group->first + group->size; i++)
                if (!(real ? isfinite(self->v[i]) : self->v[i] == 0.0F || self->v[i] == 1.0F))
                    return FALSE;
    }
    return TRUE;
}

/* tempering-internal.h - what a set of ladders is made of. */
#pragma once

#include "anneal.h"

#include "ngram/tempering.h"

/*
 * Letters: K rungs, L ladders.  A chain keeps its row and changes its rung.  Rung 0 is the machine,
 * rung K - 1 the independent units; pair k are rungs k and k + 1.
 */
struct NgTempering {
    NgPath *path;          /* whose machine is there during a sweep only */
    guint visible, hidden; /* D, H */
    guint rungs, ladders;  /* K, L */
    guint per_block;       /* ladders that walk together */
    unsigned threads;
    double *beta;   /* [K] */
    NgSwarm **part; /* [blocks] rows: ladder by ladder, K each */
    guint blocks;
    guint *rung;       /* [L, K] that the chain of a row is on */
    guint *row;        /* [L, K] whose chain is on a rung */
    guint8 *cold;      /* [L, K] whether the chain has been at rung K - 1 since it was at rung 0 */
    double *up, *down; /* [L, K] log f_(k-1) - log f_k and log f_(k+1) - log f_k of a row's chain */
    guint64 *offered;  /* [K - 1] exchanges of a pair, by each ladder */
    guint64 *accepted; /* [L, K - 1] */
    guint64 *trips;    /* [L] round trips */
    guint64 sweeps;    /* so far: pairs take turns */
    gboolean recording; /* whether the gains below are kept */
    GArray *record;     /* of double: [sweeps, L, K - 1, 2] log f_k - log f_(k+1) of the chains on
                           k + 1 and on k */
};

/**
 * NgTemperingState: all that decides how ladders go on.
 * @chains: L K
 * @sweeps: so far
 * @v: [@chains, D] where they stand, ladder by ladder
 * @rung: [@chains] which rung each is on
 */
typedef struct {
    gsize chains;
    guint64 sweeps;
    float *v;
    guint32 *rung;
} NgTemperingState;

NgTemperingState *ng_tempering_state_new(const NgTempering *ladders);
void ng_tempering_state_free(NgTemperingState *self);
void ng_tempering_state_take(NgTemperingState *self, const NgTempering *ladders);
void ng_tempering_state_put(const NgTemperingState *self, NgTempering *ladders);
gboolean ng_tempering_state_fits(const NgTemperingState *self, const NgTempering *ladders,
                                 const NgRbm *rbm);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgTemperingState, ng_tempering_state_free)

double ng_tempering_bar(const double *from_a, const double *from_b, size_t n);

/* ais-internal.h - runs of annealed importance sampling. */
#pragma once

#include "anneal.h"

#include "ngram/ais.h"

/* Epochs of the random numbers: what is drawn for which purpose. */
enum { NG_AIS_BASE, NG_AIS_FORWARD, NG_AIS_SWEEP, NG_AIS_REVERSE, NG_AIS_PICK };

/* Chains of one direction. */
typedef struct {
    const NgPath *path;
    const double *beta; /* [K] in the order of the walk */
    guint n_betas;      /* K */
    guint runs;         /* M */
    guint sweeps;       /* of Gibbs sampling at beta[0] first; 0 begins in the independent model */
    float *v;           /* [M, D] where chains begin and, after the run, end */
    double *logw;       /* [M] log weights */
    guint64 seed;
} NgAisRuns;

size_t ng_ais_blocks(const NgAisRuns *runs);
void ng_ais_run_block(const NgAisRuns *runs, size_t block);
void ng_ais_mean(const NgRbm *rbm, const NgDataset *data, guint64 seed, unsigned threads,
                 double *mean);

/* anneal.h - chains at temperatures between an independent model and a machine. */
#pragma once

#include "rbm-internal.h"

#include "ngram/dataset.h"

/*
 * The models between: at inverse temperature beta
 *     log f_beta(v) = (1 - beta) base.v + beta b.v + sum_j log(1 + e^(beta (c_j + (v W)_j)))
 * (squares in place of products for Gaussian units), so that beta = 0 is a model of independent
 * units, whose sum is known, and beta = 1 the machine.
 */
typedef struct {
    const NgRbm *rbm; /* not owned */
    float *base;      /* [D] biases of the independent model */
    float *gap;       /* [D] b - base */
    double log_z;     /* log sum_v f_0(v) */
    gboolean binary;  /* all visible units are */
} NgPath;

NgPath *ng_path_new(const NgRbm *rbm, const double *mean);
void ng_path_free(NgPath *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgPath, ng_path_free)

/* Chains that walk together; R of them. */
typedef struct {
    const NgPath *path;
    size_t rows;   /* R */
    guint32 first; /* number of the first chain, in the random numbers */
    float *v;      /* [R, D] where they stand */
    float *h;      /* [R, H] */
    float *a;      /* [R, H] c + v W once ng_swarm_input() ran */
    float *u;      /* [max(2 D, H)] coins of a row */
    double *gap;   /* [R] log f_1 - log f_0 of v, but for the hidden units */
} NgSwarm;

NgSwarm *ng_swarm_new(const NgPath *path, size_t rows, guint32 first);
void ng_swarm_free(NgSwarm *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgSwarm, ng_swarm_free)

void ng_swarm_begin(NgSwarm *self, const NgNoise *noise);
void ng_swarm_start(NgSwarm *self, const float *v);
void ng_swarm_input(NgSwarm *self);
double ng_swarm_gain(const NgSwarm *self, size_t row, double from, double to);
double ng_swarm_hidden(NgSwarm *self, size_t row, double from, double to, const NgNoise *noise);
void ng_swarm_visible(NgSwarm *self, const double *beta, const NgNoise *noise);

/* The kernels, by rows. */
double ng_anneal_gain(const float *a, size_t n, double from, double to);
double ng_anneal_hidden(const float *a, const float *u, float *h, size_t n, const double beta[2]);

/* Binary visible units of a row: what they take in, and what they become. */
typedef struct {
    const float *base, *gap; /* [n] */
    const float *u;          /* [n] coins */
    float *x;                /* [n] (h W')_i in, 0 or 1 out */
    const float *b;          /* [n] */
    double beta;
} NgAnnealVisible;

double ng_anneal_visible(const NgAnnealVisible *row, size_t n);

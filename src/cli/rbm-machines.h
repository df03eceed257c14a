/* rbm-machines.h - several Boltzmann machines with their priors, and what is known of their log Z. */
#pragma once

#include "rbm-cli.h"

#include "ngram/ais.h"

/**
 * NgMachine:
 * @path: its file
 * @log_prior: of a row to be of this machine
 * @z: what is known of log Z
 * @exact: whether @z is exact
 */
typedef struct {
    char *path;
    NgRbm *rbm;
    double log_prior;
    NgAis z;
    gboolean exact;
} NgMachine;

/**
 * NgMachineSum: how log Z is found.
 * @method: 0 exact where that is quick, else an estimate; 1 exact; 2 an estimate
 * @forward: no reverse runs
 */
typedef struct {
    int method;
    guint64 temperatures, runs, sweeps;
    gboolean forward;
    const NgDataset *data;
} NgMachineSum;

GArray *ng_machines_open(char **models, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_machines_sum(GArray *machines, const NgMachineSum *how, const NgArgs *args,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

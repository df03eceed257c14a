/* tempering.h - parallel tempering: chains at many temperatures that change places. */
#pragma once

#include "ngram/dataset.h"
#include "ngram/noise.h"
#include "ngram/rbm.h"

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

/**
 * NgTemperingOptions: a set of ladders, each with a chain on every rung.
 * @rungs: K temperatures, from the machine to independent units; 0: 10
 * @ladders: how many, that is how many chains there are of the machine; 0: 1
 * @data: (nullable): rows whose means the independent units have; else they have ng_rbm_means(), or
 *   where there are none those of the machine's own chains
 * @seed: of the random numbers that begin
 * @threads: how many may work; the result is the same for any number
 */
typedef struct {
    guint rungs;
    guint ladders;
    const NgDataset *data;
    guint64 seed;
    unsigned threads;
} NgTemperingOptions;

/**
 * NgTemperingEstimate: log Z over the ladder, in nats.
 * @log_z: the estimate
 * @error: its standard error, from ten parts of the record
 * @sweeps: recorded
 */
typedef struct {
    double log_z, error;
    size_t sweeps;
} NgTemperingEstimate;

typedef struct NgTempering NgTempering;

NgTempering *ng_tempering_new(const NgRbm *rbm, const NgTemperingOptions *options, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void ng_tempering_free(NgTempering *self);

void ng_tempering_sweep(NgTempering *self, const NgRbm *rbm, const NgNoise *noise);
void ng_tempering_states(const NgTempering *self, float *v);
void ng_tempering_place(NgTempering *self, const float *v);
void ng_tempering_tune(NgTempering *self);

guint ng_tempering_rungs(const NgTempering *self);
guint ng_tempering_ladders(const NgTempering *self);
double ng_tempering_beta(const NgTempering *self, guint rung);
double ng_tempering_acceptance(const NgTempering *self, guint pair);
guint64 ng_tempering_round_trips(const NgTempering *self);
void ng_tempering_forget(NgTempering *self);

void ng_tempering_record(NgTempering *self, gboolean on);
gboolean ng_tempering_log_z(const NgTempering *self, NgTemperingEstimate *out, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgTempering, ng_tempering_free)

G_END_DECLS

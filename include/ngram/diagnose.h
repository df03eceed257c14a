/* diagnose.h - whether a Boltzmann machine's chains mix, and what its units do. */
#pragma once

#include "ngram/dataset.h"
#include "ngram/rbm.h"

#include <glib.h>

G_BEGIN_DECLS

#define NG_DIAGNOSE_SERIES 7  /* numbers that are followed along the chains, at most */
#define NG_DIAGNOSE_BINS   10 /* of the histogram */

/**
 * NgDiagnoseOptions: how closely to look.
 * @chains: of Gibbs sampling, at least 4; 0: 16
 * @sweeps: that are followed; 0: 1,000
 * @burn: sweeps before them; 0: as many
 * @data: (nullable): rows like those the machine learned
 * @seed: of the random numbers
 * @threads: how many may work; the result is the same for any number
 */
typedef struct {
    guint chains;
    guint sweeps;
    guint burn;
    const NgDataset *data;
    guint64 seed;
    unsigned threads;
} NgDiagnoseOptions;

/**
 * NgDiagnoseSeries: one number along all chains.
 * @name: "energy", "free energy", "magnetisation", "unit 17"
 * @mean: over all chains
 * @rhat: see ng_chains_rhat()
 * @ess: effective sample size; NAN where the number never changed
 * @time: integrated autocorrelation time in sweeps; NAN where the number never changed
 */
typedef struct {
    char name[24];
    double mean;
    double rhat, ess, time;
} NgDiagnoseSeries;

/**
 * NgDiagnosis: what was seen.
 * @chains, @sweeps, @burn: as they were
 * @series: [@n_series] the numbers followed
 * @n_series: at most %NG_DIAGNOSE_SERIES
 * @rhat: the largest of theirs
 * @ess: the least
 * @time: the longest, in sweeps
 * @mixed: whether R-hat is below 1.05 and the effective sample size at least 100
 * @rows: that hidden units were seen on: rows of the data, or ends of the chains
 * @on_data: whether these were data
 * @dead: hidden units that are on with a mean probability below .01
 * @saturated: above .99
 * @histogram: how often P(h_j = 1 | v) lies in [0, .1), [.1, .2), ..., in parts of all
 * @weight: max |W|
 * @verdict: all that in plain words, a line each
 */
typedef struct {
    guint chains, sweeps, burn;
    NgDiagnoseSeries series[NG_DIAGNOSE_SERIES];
    guint n_series;
    double rhat, ess, time;
    gboolean mixed;
    size_t rows;
    gboolean on_data;
    guint dead, saturated;
    double histogram[NG_DIAGNOSE_BINS];
    double weight;
    char *verdict;
} NgDiagnosis;

NgDiagnosis *ng_diagnose(const NgRbm *rbm, const NgDiagnoseOptions *options, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
NgDiagnosis *ng_diagnosis_copy(const NgDiagnosis *self);
void ng_diagnosis_free(NgDiagnosis *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgDiagnosis, ng_diagnosis_free)

G_END_DECLS

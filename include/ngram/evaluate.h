/* evaluate.h - how well authors, or any other labels, are told apart. */
#pragma once

#include "ngram/metrics.h"
#include "ngram/model.h"
#include "ngram/progress.h"
#include "ngram/train.h"
#include "ngram/verify.h"

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

/**
 * NgDocuments: what one document is.
 * @NG_DOCUMENTS_AUTO: a file; a sequence where some label has fewer than 5 files, as in training
 * @NG_DOCUMENTS_FILES: a file
 * @NG_DOCUMENTS_SEQUENCES: a sequence (a line)
 */
typedef enum { NG_DOCUMENTS_AUTO, NG_DOCUMENTS_FILES, NG_DOCUMENTS_SEQUENCES } NgDocuments;

/**
 * NgEvaluateOptions:
 * @folds: of the cross-validation, at least 2
 * @seed: deals the documents out to the folds
 * @documents: what one document is
 * @first: characters of each document that are tested, 0 for all
 * @open: test, too, texts by nobody whom the model knows
 */
typedef struct {
    unsigned folds;
    guint64 seed;
    NgDocuments documents;
    size_t first;
    gboolean open;
} NgEvaluateOptions;

/**
 * NgEvaluated: a document and what was said of it.
 * @path: its file
 * @line: its first line where it is a sequence, 0 where it is a file
 * @label: who wrote it
 * @truth: the same as a class; the number of classes where it was unknown to the model
 * @fold: the fold that it was tested in, from 0; -1 where a model was tested
 * @words: tokens that were tested
 * @best: the class that was named
 * @posterior, @llr: [classes] as of #NgAttribution; 0 for classes that the model did not know
 * @none: probability that it was none of them
 */
typedef struct {
    const char *path;
    guint64 line;
    const char *label;
    size_t truth;
    int fold;
    guint64 words;
    size_t best;
    const double *posterior, *llr;
    double none;
} NgEvaluated;

/**
 * NgEvaluationCounts:
 * @documents: with text
 * @tested: of known labels
 * @strangers: tested as texts by nobody known
 * @passed_over: of unknown labels, not tested
 * @singles: labels with one document, which was learned from and not tested
 * @empty: files without a word
 * @left_out: files beside the labels' folders
 * @invalid: bytes that are no UTF-8
 * @files: whether documents are files
 * @unknown: (array zero-terminated): labels unknown to the model
 */
typedef struct {
    guint64 documents, tested, strangers, passed_over, singles, empty, left_out, invalid;
    gboolean files;
    const char *const *unknown;
} NgEvaluationCounts;

/**
 * NgResampling: how intervals are found.
 * @resamples: bootstrap samples, 0 for no intervals
 * @seed: draws them
 * @threads: at least 1
 */
typedef struct {
    guint64 resamples;
    guint64 seed;
    unsigned threads;
} NgResampling;

/** NgMeasured: a figure and its 95 % interval, NaN where there is none. */
typedef struct {
    const char *name;
    double value, low, high;
} NgMeasured;

/**
 * NgTrialList: trials "is it the same author?".
 * @n: how many
 * @llr: [n] log10 likelihood ratios
 * @same: [n] the truth
 * @document: [n] the document that each is about
 * @documents: D
 * @stratum: [D] documents are resampled within these
 */
typedef struct {
    size_t n;
    const double *llr;
    const guint8 *same;
    const uint32_t *document;
    size_t documents;
    const uint32_t *stratum;
} NgTrialList;

typedef struct NgEvaluation NgEvaluation;

/**
 * NgVerified: trials of a verification.
 * @llr: (element-type gdouble), @same: (element-type guint8), @document: (element-type guint32):
 *   of each trial
 * @stratum: (element-type guint32): the label of each document
 */
typedef struct {
    GArray *llr, *same, *document, *stratum;
} NgVerified;

void ng_evaluate_options_init(NgEvaluateOptions *options);
NgEvaluation *ng_evaluate_folds(const char *const *paths, const NgTrainOptions *training,
                                const NgEvaluateOptions *options, const NgProgress *progress,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
NgEvaluation *ng_evaluate_model(NgModel *model, const char *const *paths,
                                const NgTrainOptions *reading, const NgEvaluateOptions *options,
                                const NgProgress *progress, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
NgVerified *ng_evaluate_lambdag(const char *const *paths, const NgTrainOptions *reading,
                                const NgEvaluateOptions *options, const NgVerifyOptions *verify,
                                const NgProgress *progress, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void ng_verified_free(NgVerified *self);
void ng_evaluation_free(NgEvaluation *self);

size_t ng_evaluation_classes(const NgEvaluation *self);
const char *ng_evaluation_class(const NgEvaluation *self, size_t index);
size_t ng_evaluation_size(const NgEvaluation *self);
void ng_evaluation_get(const NgEvaluation *self, size_t index, NgEvaluated *out);
void ng_evaluation_counts(const NgEvaluation *self, NgEvaluationCounts *out);

NgMeasured *ng_evaluation_measure(const NgEvaluation *self, const NgResampling *resampling,
                                  size_t *n);
NgMeasured *ng_evaluation_measure_trials(const NgTrialList *trials, const NgResampling *resampling,
                                         size_t *n);
void ng_evaluation_calibration(const NgEvaluation *self, NgCalibrationBin *bins);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgVerified, ng_verified_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgEvaluation, ng_evaluation_free)

G_END_DECLS

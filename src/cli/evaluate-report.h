/* evaluate-report.h - the tables of `ngram evaluate`. */
#pragma once

#include "args.h"

#include "ngram/evaluate.h"

gboolean ng_evaluate_report_metrics(const NgEvaluation *evaluation, guint64 folds,
                                    const NgResampling *resampling, const NgArgs *args,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_evaluate_report_verified(const NgVerified *verified, const NgResampling *resampling,
                                     const NgArgs *args, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_evaluate_report_confusion(const NgEvaluation *evaluation, const NgArgs *args,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_evaluate_report_calibration(const NgEvaluation *evaluation, const NgArgs *args,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_evaluate_report_predictions(const NgEvaluation *evaluation, const NgArgs *args,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_evaluate_report_trials(const NgEvaluation *evaluation, const NgArgs *args,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * The tables of `ngram evaluate`
 *
 * TSV and JSON have all digits; aligned text, which is for people, rounds figures to
 * four decimals, since their intervals are wider than that.
 */
#include "evaluate-report.h"

#include "writer.h"

#include "ngram/attribute.h"

#include <math.h>
#include <stdio.h>

enum { MOST_IN_MATRIX = 12 }; /* classes; more are listed, as they do not fit a terminal */

/* Whether results are aligned text. */
static gboolean
is_text(const NgArgs *args)
{
    return ng_args_format(args) == NG_FORMAT_TEXT;
}

/* A figure; nothing where there is none. */
static void
write_figure(NgWriter *writer, double x, gboolean text)
{
    g_autofree char *rounded = text ? g_strdup_printf("%.4f", x) : NULL;

    if (isnan(x))
        ng_writer_text(writer, NULL, 0);
    else if (text)
        ng_writer_text(writer, rounded, -1);
    else
        ng_writer_double(writer, x);
}

/* ---- metrics */

static gboolean
write_count(NgWriter *writer, const char *name, guint64 n, GError **error)
{
    ng_writer_text(writer, name, -1);
    ng_writer_count(writer, n);
    ng_writer_text(writer, NULL, 0);
    ng_writer_text(writer, NULL, 0);
    return ng_writer_end_row(writer, error);
}

static gboolean
write_counts(NgWriter *writer, const NgEvaluation *evaluation, guint64 folds, GError **error)
{
    NgEvaluationCounts counts;

    ng_evaluation_counts(evaluation, &counts);
    return write_count(writer, "documents", counts.tested, error) &&
           write_count(writer, "labels", ng_evaluation_classes(evaluation), error) &&
           (folds == 0 || write_count(writer, "folds", folds, error)) &&
           (counts.strangers == 0 || write_count(writer, "strangers", counts.strangers, error));
}

static const NgColumn metric_columns[] = {
    {"metric", NG_CELL_TEXT},
    {"value", NG_CELL_DOUBLE},
    {"low", NG_CELL_DOUBLE},
    {"high", NG_CELL_DOUBLE},
};

/* A row for each figure, with its interval. */
static gboolean
write_figures(NgWriter *writer, const NgMeasured *list, size_t n, gboolean text, GError **error)
{
    for (size_t i = 0; i < n; i++) {
        ng_writer_text(writer, list[i].name, -1);
        write_figure(writer, list[i].value, text);
        write_figure(writer, list[i].low, text);
        write_figure(writer, list[i].high, text);
        if (!ng_writer_end_row(writer, error))
            return FALSE;
    }
    return ng_writer_flush(writer, error);
}

gboolean
ng_evaluate_report_metrics(const NgEvaluation *evaluation, guint64 folds,
                           const NgResampling *resampling, const NgArgs *args, GError **error)
{
    g_autoptr(NgWriter) writer = ng_writer_new(metric_columns, G_N_ELEMENTS(metric_columns), args);
    size_t n = 0;

    g_autofree NgMeasured *list = ng_evaluation_measure(evaluation, resampling, &n);
    return write_counts(writer, evaluation, folds, error) &&
           write_figures(writer, list, n, is_text(args), error);
}

/* The same of a verification, which has trials alone. */
gboolean
ng_evaluate_report_verified(const NgVerified *verified, const NgResampling *resampling,
                            const NgArgs *args, GError **error)
{
    const NgTrialList trials = {verified->llr->len,
                                (const double *)(const void *)verified->llr->data,
                                (const guint8 *)verified->same->data,
                                (const uint32_t *)(const void *)verified->document->data,
                                verified->stratum->len,
                                (const uint32_t *)(const void *)verified->stratum->data};
    g_autoptr(NgWriter) writer = ng_writer_new(metric_columns, G_N_ELEMENTS(metric_columns), args);
    size_t n = 0;

    g_autofree NgMeasured *list = ng_evaluation_measure_trials(&trials, resampling, &n);
    return write_figures(writer, list, n, is_text(args), error);
}

/* ---- confusion */

static const char nobody[] = "none of them";

/** Confusion: @count: [n][n] documents, by what is true and what was said; @nobody: is the last. */
typedef struct {
    const NgEvaluation *evaluation;
    size_t n;
    gboolean nobody;
    guint64 *count;
} Confusion;

/* Where strangers were tested, nobody is true, or the answer, too. */
static Confusion
count_pairs(const NgEvaluation *evaluation)
{
    NgEvaluationCounts counts;
    ng_evaluation_counts(evaluation, &counts);
    gboolean open = counts.strangers > 0;
    size_t classes = ng_evaluation_classes(evaluation);
    size_t n = classes + (open ? 1 : 0);
    Confusion c = {evaluation, n, open, g_new0(guint64, n * n)};

    for (size_t i = 0; i < ng_evaluation_size(evaluation); i++) {
        NgEvaluated e;
        ng_evaluation_get(evaluation, i, &e);
        gboolean none = open && ng_attribution_is_none(e.none, e.posterior[e.best]);
        if (e.truth < n)
            c.count[e.truth * n + (none ? classes : e.best)]++;
    }
    return c;
}

static const char *
name_of(const Confusion *self, size_t class)
{
    return self->nobody && class + 1 == self->n ? nobody
                                                : ng_evaluation_class(self->evaluation, class);
}

/* In JSON nobody is null, which no label is. */
static void
write_class(const Confusion *self, size_t class, NgFormat format, NgWriter *writer)
{
    const char *name = name_of(self, class);

    ng_writer_text(writer, name == nobody && format == NG_FORMAT_JSON ? NULL : name, -1);
}

static gboolean
write_matrix(const Confusion *self, const NgArgs *args, GError **error)
{
    size_t n = self->n;
    g_autofree NgColumn *columns = g_new(NgColumn, n + 1);

    columns[0] = (NgColumn){"true \\ predicted", NG_CELL_TEXT};
    for (size_t a = 0; a < n; a++)
        columns[a + 1] = (NgColumn){name_of(self, a), NG_CELL_COUNT};
    g_autoptr(NgWriter) writer = ng_writer_new(columns, n + 1, args);
    for (size_t a = 0; a < n; a++) {
        ng_writer_text(writer, name_of(self, a), -1);
        for (size_t b = 0; b < n; b++)
            ng_writer_count(writer, self->count[a * n + b]);
        if (!ng_writer_end_row(writer, error))
            return FALSE;
    }
    return ng_writer_flush(writer, error);
}

/* A row for each pair that there is. */
static gboolean
write_pairs(const Confusion *self, const NgArgs *args, GError **error)
{
    static const NgColumn columns[] = {
        {"true", NG_CELL_TEXT},
        {"predicted", NG_CELL_TEXT},
        {"count", NG_CELL_COUNT},
    };
    NgFormat format = ng_args_format(args);
    g_autoptr(NgWriter) writer = ng_writer_new(columns, G_N_ELEMENTS(columns), args);

    for (size_t i = 0; i < self->n * self->n; i++) {
        if (self->count[i] == 0)
            continue;
        write_class(self, i / self->n, format, writer);
        write_class(self, i % self->n, format, writer);
        ng_writer_count(writer, self->count[i]);
        if (!ng_writer_end_row(writer, error))
            return FALSE;
    }
    return ng_writer_flush(writer, error);
}

/* A matrix for people, where it fits; else a row for each pair. */
gboolean
ng_evaluate_report_confusion(const NgEvaluation *evaluation, const NgArgs *args, GError **error)
{
    Confusion confusion = count_pairs(evaluation);
    gboolean matrix = is_text(args) && ng_evaluation_classes(evaluation) <= MOST_IN_MATRIX;
    gboolean done =
        matrix ? write_matrix(&confusion, args, error) : write_pairs(&confusion, args, error);

    g_free(confusion.count);
    return done;
}

/* ---- calibration */

/* A row for each bin of the answers' probabilities. */
gboolean
ng_evaluate_report_calibration(const NgEvaluation *evaluation, const NgArgs *args, GError **error)
{
    static const NgColumn columns[] = {
        {"low", NG_CELL_DOUBLE},        {"high", NG_CELL_DOUBLE},     {"count", NG_CELL_COUNT},
        {"confidence", NG_CELL_DOUBLE}, {"accuracy", NG_CELL_DOUBLE}, {"", NG_CELL_BAR},
    };
    gboolean text = is_text(args);
    size_t n = G_N_ELEMENTS(columns) - (text ? 0 : 1);
    g_autoptr(NgWriter) writer = ng_writer_new(columns, n, args);
    NgCalibrationBin bins[NG_CALIBRATION_BINS];

    ng_evaluation_calibration(evaluation, bins);
    for (size_t b = 0; b < NG_CALIBRATION_BINS; b++) {
        ng_writer_double(writer, bins[b].low);
        ng_writer_double(writer, bins[b].high);
        ng_writer_count(writer, (guint64)bins[b].weight);
        write_figure(writer, bins[b].confidence, text);
        write_figure(writer, bins[b].accuracy, text);
        if (text)
            ng_writer_double(writer, bins[b].weight > 0.0 ? bins[b].accuracy : 0.0);
        if (!ng_writer_end_row(writer, error))
            return FALSE;
    }
    return ng_writer_flush(writer, error);
}

/* ---- documents */

static void
write_name(NgWriter *writer, const NgEvaluated *e)
{
    g_autofree char *name =
        e->line > 0 ? g_strdup_printf("%s:%" G_GUINT64_FORMAT, e->path, e->line) : NULL;

    ng_writer_text(writer, name != NULL ? name : e->path, -1);
}

static void
write_prediction(NgWriter *writer, const NgEvaluation *evaluation, const NgEvaluated *e)
{
    gboolean known = e->truth < ng_evaluation_classes(evaluation);

    write_name(writer, e);
    ng_writer_text(writer, e->label, -1);
    ng_writer_text(writer, ng_evaluation_class(evaluation, e->best), -1);
    ng_writer_double(writer, e->posterior[e->best]);
    ng_writer_double(writer, e->llr[e->best]);
    ng_writer_double(writer, e->none);
    write_figure(writer, known ? e->posterior[e->truth] : (double)NAN, FALSE);
    write_figure(writer, known ? e->llr[e->truth] : (double)NAN, FALSE);
    ng_writer_count(writer, known ? 0 : 1);
    if (e->fold >= 0)
        ng_writer_count(writer, (guint64)e->fold + 1);
    else
        ng_writer_text(writer, NULL, 0);
    ng_writer_count(writer, e->words);
}

/* A row for each document. */
gboolean
ng_evaluate_report_predictions(const NgEvaluation *evaluation, const NgArgs *args, GError **error)
{
    static const NgColumn columns[] = {
        {"name", NG_CELL_TEXT},
        {"label", NG_CELL_TEXT},
        {"author", NG_CELL_TEXT},
        {"probability", NG_CELL_DOUBLE},
        {"llr", NG_CELL_DOUBLE},
        {"none", NG_CELL_DOUBLE},
        {"label_probability", NG_CELL_DOUBLE},
        {"label_llr", NG_CELL_DOUBLE},
        {"stranger", NG_CELL_COUNT},
        {"fold", NG_CELL_COUNT},
        {"words", NG_CELL_COUNT},
    };
    g_autoptr(NgWriter) writer = ng_writer_new(columns, G_N_ELEMENTS(columns), args);

    for (size_t i = 0; i < ng_evaluation_size(evaluation); i++) {
        NgEvaluated e;
        ng_evaluation_get(evaluation, i, &e);
        write_prediction(writer, evaluation, &e);
        if (!ng_writer_end_row(writer, error))
            return FALSE;
    }
    return ng_writer_flush(writer, error);
}

/* A row for each document of a known label and each class. */
gboolean
ng_evaluate_report_trials(const NgEvaluation *evaluation, const NgArgs *args, GError **error)
{
    static const NgColumn columns[] = {
        {"name", NG_CELL_TEXT},  {"label", NG_CELL_TEXT},         {"author", NG_CELL_TEXT},
        {"same", NG_CELL_COUNT}, {"probability", NG_CELL_DOUBLE}, {"llr", NG_CELL_DOUBLE},
    };
    size_t n = ng_evaluation_classes(evaluation);
    g_autoptr(NgWriter) writer = ng_writer_new(columns, G_N_ELEMENTS(columns), args);

    for (size_t i = 0; i < ng_evaluation_size(evaluation); i++) {
        NgEvaluated e;
        ng_evaluation_get(evaluation, i, &e);
        for (size_t a = 0; a < n && e.truth < n; a++) {
            write_name(writer, &e);
            ng_writer_text(writer, e.label, -1);
            ng_writer_text(writer, ng_evaluation_class(evaluation, a), -1);
            ng_writer_count(writer, a == e.truth ? 1 : 0);
            ng_writer_double(writer, e.posterior[a]);
            ng_writer_double(writer, e.llr[a]);
            if (!ng_writer_end_row(writer, error))
                return FALSE;
        }
    }
    return ng_writer_flush(writer, error);
}

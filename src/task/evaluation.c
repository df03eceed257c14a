/*
 * What an evaluation found, in figures
 *
 * Intervals are percentiles of bootstrap samples (Efron 1979).  What is drawn again
 * are documents, label by label, so that every sample has as many of each label as
 * there are; all that was said of a document goes with it.  They tell how figures
 * would differ for other documents of the same authors, not for other training texts.
 */
#include "evaluation.h"

#include "ngram/attribute.h"
#include "ngram/parallel.h"
#include "ngram/rng.h"
#include "ngram/trials.h"

#include <math.h>

/* ---- bootstrap */

/** Figures: how figures are found: @measure gets [n] weights (nullable) and sets [@measures]. */
typedef struct {
    void (*measure)(gconstpointer data, const double *weight, double *out);
    gconstpointer data;
    size_t measures;
    size_t n;
    const uint32_t *stratum;
} Figures;

/**
 * Bootstrap: samples in the making.
 * @order: [n] by stratum; @begin: [strata + 1] of the order
 * @value: [measures][resamples]
 * @weight: [threads][n]
 */
typedef struct {
    const Figures *figures;
    const NgResampling *resampling;
    guint *order, *begin;
    size_t strata;
    double *value, *weight;
} Bootstrap;

static void
sort_strata(Bootstrap *b)
{
    const Figures *f = b->figures;

    for (size_t i = 0; i < f->n; i++)
        b->strata = MAX(b->strata, (size_t)f->stratum[i] + 1);
    b->begin = g_new0(guint, b->strata + 1);
    b->order = g_new(guint, f->n + 1);
    for (size_t i = 0; i < f->n; i++)
        b->begin[f->stratum[i] + 1]++;
    for (size_t s = 0; s < b->strata; s++)
        b->begin[s + 1] += b->begin[s];
    g_autofree guint *next = g_memdup2(b->begin, (b->strata + 1) * sizeof *b->begin);
    for (size_t i = 0; i < f->n; i++)
        b->order[next[f->stratum[i]]++] = (guint)i;
}

static void
resample(size_t index, unsigned thread, gpointer data)
{
    Bootstrap *b = data;
    const Figures *f = b->figures;
    double *weight = b->weight + thread * f->n;
    NgRng rng = ng_rng_new(b->resampling->seed, (uint64_t)index);
    g_autofree double *out = g_new(double, f->measures);

    for (size_t i = 0; i < f->n; i++)
        weight[i] = 0.0;
    for (size_t s = 0; s < b->strata; s++) {
        guint n = b->begin[s + 1] - b->begin[s];
        for (guint i = 0; i < n; i++)
            weight[b->order[b->begin[s] + (guint)(ng_rng_coin(&rng) * n)]] += 1.0;
    }
    f->measure(f->data, weight, out);
    for (size_t m = 0; m < f->measures; m++)
        b->value[m * b->resampling->resamples + index] = out[m];
}

/* Values and intervals of all figures. */
static void
measure_all(const Figures *f, const NgResampling *resampling, NgMeasured *out)
{
    Bootstrap b = {.figures = f, .resampling = resampling};
    unsigned threads = MAX(resampling->threads, 1);
    g_autofree double *value = g_new(double, f->measures);

    f->measure(f->data, NULL, value);
    b.value = g_new(double, f->measures * resampling->resamples + 1);
    b.weight = g_new(double, threads * f->n + 1);
    sort_strata(&b);
    ng_parallel(resampling->resamples, threads, resample, &b);
    for (size_t m = 0; m < f->measures; m++) {
        out[m].value = value[m];
        ng_metrics_percentiles(b.value + m * resampling->resamples, resampling->resamples,
                               &out[m].low, &out[m].high);
    }
    g_free(b.value);
    g_free(b.weight);
    g_free(b.order);
    g_free(b.begin);
}

/* ---- verification */

static const char *const trial_names[] = {"auc",  "eer", "cllr",      "cllr_min",   "c_at_1",
                                          "f05u", "f1",  "pan_brier", "pan_overall"};
enum { TRIAL_MEASURES = G_N_ELEMENTS(trial_names) };

static void
measure_trials(gconstpointer data, const double *weight, double *out)
{
    NgTrialMetrics m;

    ng_trials_measure(data, weight, &m);
    const double value[TRIAL_MEASURES] = {m.auc,  m.eer, m.cllr,  m.cllr_min, m.c_at_1,
                                          m.f05u, m.f1,  m.brier, m.overall};
    for (size_t i = 0; i < TRIAL_MEASURES; i++)
        out[i] = value[i];
}

/**
 * ng_evaluation_measure_trials:
 * @trials: whatever method found their likelihood ratios
 * @resampling: for the intervals; all trials of a document are drawn together
 * @n: (out): number of figures
 *
 * Returns: (transfer full) (array length=n): the figures of verification
 */
NgMeasured *
ng_evaluation_measure_trials(const NgTrialList *trials, const NgResampling *resampling, size_t *n)
{
    g_return_val_if_fail(trials != NULL && resampling != NULL && n != NULL, NULL);

    NgMeasured *out = g_new0(NgMeasured, TRIAL_MEASURES);
    g_autoptr(NgTrials) sorted =
        ng_trials_new(trials->llr, trials->same, trials->document, trials->n);
    const Figures f = {measure_trials, sorted, TRIAL_MEASURES, trials->documents, trials->stratum};
    measure_all(&f, resampling, out);
    for (size_t i = 0; i < TRIAL_MEASURES; i++)
        out[i].name = trial_names[i];
    *n = TRIAL_MEASURES;
    return out;
}

/* Every pair of a document and a class is a trial. */
static NgMeasured *
measure_pairs(const NgEvaluation *e, const NgResampling *resampling, const uint32_t *stratum,
              size_t *n)
{
    size_t classes = e->classes->len;
    size_t pairs = e->n_known * classes;
    g_autofree guint8 *same = g_new(guint8, pairs);
    g_autofree uint32_t *document = g_new(uint32_t, pairs);
    const NgTrialList list = {pairs, e->llr, same, document, e->n_known, stratum};

    for (guint i = 0; i < e->n_known; i++)
        for (size_t a = 0; a < classes; a++) {
            same[i * classes + a] = ng_evaluation_slot(e, i)->truth == a;
            document[i * classes + a] = i;
        }
    return ng_evaluation_measure_trials(&list, resampling, n);
}

/* ---- classes */

static const char *const class_names[] = {"accuracy", "macro_accuracy", "macro_f1",
                                          "log_loss", "brier",          "calibration_error"};
enum { CLASS_MEASURES = G_N_ELEMENTS(class_names) };

typedef struct {
    const NgAnswer *answers;
    size_t n, classes;
} Answers;

static void
measure_answers(gconstpointer data, const double *weight, double *out)
{
    const Answers *a = data;
    NgMetrics m;

    ng_metrics(a->answers, a->n, a->classes, weight, &m);
    const double value[CLASS_MEASURES] = {m.accuracy, m.macro_accuracy, m.macro_f1,
                                          m.log_loss, m.brier,          m.calibration_error};
    for (size_t i = 0; i < CLASS_MEASURES; i++)
        out[i] = value[i];
}

static NgAnswer *
answers_of(const NgEvaluation *e)
{
    NgAnswer *answers = g_new(NgAnswer, MAX(e->n_known, 1));
    size_t classes = e->classes->len;

    for (guint i = 0; i < e->n_known; i++) {
        const NgSlot *s = ng_evaluation_slot(e, i);
        answers[i] = ng_answer_make(e->posterior + i * classes, classes, (uint32_t)s->truth,
                                    (uint32_t)s->best);
    }
    return answers;
}

/* ---- strangers */

static const char *const open_names[] = {"none_auc",   "none_eer",   "none_cllr",
                                         "none_found", "none_false", "open_accuracy"};
enum { OPEN_MEASURES = G_N_ELEMENTS(open_names) };

typedef struct {
    const NgEvaluation *evaluation;
    const NgTrials *trials;
} Open;

/* "None of them" is said where that is likelier than any author. */
static void
measure_open(gconstpointer data, const double *weight, double *out)
{
    const Open *o = data;
    const NgEvaluation *e = o->evaluation;
    NgTrialMetrics m;
    double known = 0.0;
    double strangers = 0.0;
    double alarms = 0.0;
    double found = 0.0;
    double right = 0.0;

    for (guint i = 0; i < e->slots->len; i++) {
        const NgSlot *s = ng_evaluation_slot(e, i);
        double w = weight != NULL ? weight[i] : 1.0;
        double best = e->posterior[(size_t)i * e->classes->len + s->best];
        double said = ng_attribution_is_none(s->none, best) ? w : 0.0;
        gboolean stranger = i >= e->n_known;
        known += stranger ? 0.0 : w;
        strangers += stranger ? w : 0.0;
        *(stranger ? &found : &alarms) += said;
        right += !stranger && s->best == s->truth ? w - said : 0.0;
    }
    ng_trials_measure(o->trials, weight, &m);
    out[0] = m.auc;
    out[1] = m.eer;
    out[2] = m.cllr;
    out[3] = found / strangers;
    out[4] = alarms / known;
    out[5] = 0.5 * (right / known + found / strangers);
}

static void
add_open(const NgEvaluation *e, const NgResampling *resampling, const uint32_t *stratum,
         GArray *list)
{
    guint n = e->slots->len;
    g_autofree double *llr = g_new(double, n + 1);
    g_autofree guint8 *same = g_new(guint8, n + 1);
    NgMeasured open[OPEN_MEASURES];

    for (guint i = 0; i < n; i++) {
        llr[i] = ng_evaluation_slot(e, i)->none_llr;
        same[i] = i >= e->n_known;
    }
    g_autoptr(NgTrials) trials = ng_trials_new(llr, same, NULL, n);
    const Open o = {e, trials};
    const Figures f = {measure_open, &o, OPEN_MEASURES, n, stratum};
    measure_all(&f, resampling, open);
    for (size_t i = 0; i < OPEN_MEASURES; i++)
        open[i].name = open_names[i];
    g_array_append_vals(list, open, OPEN_MEASURES);
}

/* ---- all of it */

/* Labels; strangers have strata of their own. */
static uint32_t *
strata_of(const NgEvaluation *e)
{
    uint32_t *stratum = g_new0(uint32_t, e->slots->len + 1);

    for (guint i = 0; i < e->slots->len; i++) {
        guint document = ng_evaluation_slot(e, i)->document;
        stratum[i] = ng_labelled_document(e->texts, document)->label +
                     (i >= e->n_known ? e->texts->labels->len : 0);
    }
    return stratum;
}

/**
 * ng_evaluation_measure:
 * @resampling: for the intervals
 * @n: (out): number of figures
 *
 * Accuracy and the other figures of #NgMetrics; `wilson`: accuracy again, with the
 * interval of Wilson; the figures of #NgTrialMetrics, every pair of a document and a
 * class being a trial.  Where strangers were tested: AUC, EER and Cllr of the
 * probability of "none of them", the shares of strangers and of others for whom that is
 * the answer (ng_attribution_is_none()), and the accuracy with it, when half of all texts
 * are by strangers.
 *
 * Returns: (transfer full) (array length=n): the figures
 */
NgMeasured *
ng_evaluation_measure(const NgEvaluation *self, const NgResampling *resampling, size_t *n)
{
    g_return_val_if_fail(self != NULL && resampling != NULL && n != NULL, NULL);

    g_autofree uint32_t *stratum = strata_of(self);
    g_autofree NgAnswer *answers = answers_of(self);
    GArray *list = g_array_new(FALSE, FALSE, sizeof(NgMeasured));
    NgMeasured own[CLASS_MEASURES + 1];
    const Answers a = {answers, self->n_known, self->classes->len};
    const Figures f = {measure_answers, &a, CLASS_MEASURES, self->n_known, stratum};
    size_t more = 0;

    measure_all(&f, resampling, own + 1);
    for (size_t i = 0; i < CLASS_MEASURES; i++)
        own[i + 1].name = class_names[i];
    own[0] = own[1]; /* accuracy first, then the same with the other interval */
    own[1].name = "wilson";
    ng_metrics_wilson(own[1].value, self->n_known, &own[1].low, &own[1].high);
    g_array_append_vals(list, own, CLASS_MEASURES + 1);
    g_autofree NgMeasured *pairs = measure_pairs(self, resampling, stratum, &more);
    g_array_append_vals(list, pairs, (guint)more);
    if (self->slots->len > self->n_known)
        add_open(self, resampling, stratum, list);
    *n = list->len;
    return (NgMeasured *)(gpointer)g_array_free(list, FALSE);
}

/** ng_evaluation_calibration: @bins: (out): [NG_CALIBRATION_BINS] of the answers */
void
ng_evaluation_calibration(const NgEvaluation *self, NgCalibrationBin *bins)
{
    g_return_if_fail(self != NULL && bins != NULL);

    g_autofree NgAnswer *answers = answers_of(self);
    ng_metrics_calibration(answers, self->n_known, NULL, bins);
}

/** ng_evaluation_classes: Returns: number of classes */
size_t
ng_evaluation_classes(const NgEvaluation *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->classes->len;
}

/** ng_evaluation_class: Returns: (transfer none): its name */
const char *
ng_evaluation_class(const NgEvaluation *self, size_t index)
{
    g_return_val_if_fail(self != NULL && index < self->classes->len, NULL);

    return g_ptr_array_index(self->classes, index);
}

/** ng_evaluation_size: Returns: number of answers */
size_t
ng_evaluation_size(const NgEvaluation *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->slots->len;
}

/**
 * ng_evaluation_get:
 * @index: of the answer: documents of known labels, then strangers, each in the order read
 * @out: (out): borrowed from @self
 */
void
ng_evaluation_get(const NgEvaluation *self, size_t index, NgEvaluated *out)
{
    g_return_if_fail(self != NULL && index < self->slots->len && out != NULL);

    const NgLabelled *texts = self->texts;
    const NgSlot *slot = ng_evaluation_slot(self, (guint)index);
    const NgLabelledDocument *d = ng_labelled_document(texts, slot->document);
    const NgLabelledSequence *s = &g_array_index(texts->sequences, NgLabelledSequence, d->first);
    *out = (NgEvaluated){.path = g_ptr_array_index(texts->files, s->file),
                         .line = texts->are_files ? 0 : s->line,
                         .label = g_ptr_array_index(texts->labels, d->label),
                         .truth = slot->truth,
                         .fold = slot->fold,
                         .words = slot->words,
                         .best = slot->best,
                         .posterior = self->posterior + index * self->classes->len,
                         .llr = self->llr + index * self->classes->len,
                         .none = slot->none};
}

/** ng_evaluation_counts: @out: (out): borrowed from @self */
void
ng_evaluation_counts(const NgEvaluation *self, NgEvaluationCounts *out)
{
    g_return_if_fail(self != NULL && out != NULL);

    *out = (NgEvaluationCounts){.documents = self->texts->documents->len,
                                .tested = self->n_known,
                                .strangers = self->slots->len - self->n_known,
                                .passed_over = self->passed_over,
                                .singles = self->singles,
                                .empty = self->texts->empty,
                                .left_out = self->texts->left_out,
                                .invalid = self->texts->invalid,
                                .files = self->texts->are_files,
                                .unknown = (const char *const *)self->unknown->pdata};
}

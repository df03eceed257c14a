/*
 * Evaluating attribution
 *
 * Each document gets its answer from a model that was trained without it: the
 * ordinary training, on a corpus of the other folds that knows nothing of it, neither
 * its words nor how frequent they are.  All that training chooses and fits (masks,
 * weights, calibration, priors) it does inside that corpus, so the whole is nested.
 * Folds are dealt out label by label.  For open sets groups of labels are left out
 * whole, and their documents are strangers to what is trained on the rest.
 */
#include "evaluation.h"
#include "repeats.h"

#include "ngram/attribute.h"
#include "ngram/error.h"
#include "ngram/parallel.h"
#include "ngram/rng.h"

#include <string.h>

enum { STREAM_GROUPS = 1, STREAM_FOLDS = 2 }; /* of random numbers; the latter, one a label */

/**
 * ng_evaluate_options_init:
 * @options: (out): the defaults: five folds of whole documents
 */
void
ng_evaluate_options_init(NgEvaluateOptions *options)
{
    g_return_if_fail(options != NULL);

    *options = (NgEvaluateOptions){.folds = 5};
}

/**
 * ng_evaluation_free:
 * @self: (nullable) (transfer full): an evaluation
 */
void
ng_evaluation_free(NgEvaluation *self)
{
    if (self == NULL)
        return;
    ng_labelled_free(self->texts);
    g_ptr_array_unref(self->classes);
    g_array_unref(self->slots);
    g_ptr_array_unref(self->unknown);
    g_free(self->posterior);
    g_free(self->llr);
    g_free(self);
}

static NgEvaluation *
make(NgLabelled *texts, gboolean open)
{
    NgEvaluation *self = g_new0(NgEvaluation, 1);

    self->texts = texts;
    self->open = open;
    self->classes = g_ptr_array_new_with_free_func(g_free);
    self->slots = g_array_new(FALSE, FALSE, sizeof(NgSlot));
    self->unknown = g_ptr_array_new_with_free_func(g_free);
    return self;
}

static void
add_slot(NgEvaluation *self, guint document, int fold, size_t truth)
{
    const NgSlot slot = {.document = document, .fold = fold, .truth = truth};

    g_array_append_val(self->slots, slot);
}

/* Room for the answers, once all slots are there. */
static void
make_room(NgEvaluation *self)
{
    size_t n = (size_t)MAX(self->slots->len, 1) * MAX(self->classes->len, 1);

    self->posterior = g_new0(double, n);
    self->llr = g_new0(double, n);
}

/* ---- testing */

/**
 * Testing: documents that one model answers for.
 * @class_of: [authors of the model]
 * @slot: [n] of the evaluation
 * @attributor: [threads]
 */
typedef struct {
    NgEvaluation *evaluation;
    const size_t *class_of;
    const guint *slot;
    size_t first;
    NgAttributor **attributor;
} Testing;

/* The document is asked about as any text would be. */
static void
add_text(const Testing *t, const NgLabelled *texts, const NgLabelledDocument *d,
         NgAttributor *attributor)
{
    size_t left = t->first;

    for (guint i = d->first; i < d->end; i++) {
        const NgLabelledSequence *s = &g_array_index(texts->sequences, NgLabelledSequence, i);
        const char *text = texts->text->str + s->text;
        size_t length = t->first > 0 ? ng_labelled_cut(text, s->length, &left) : s->length;
        ng_attributor_add(attributor, text, length);
        if (t->first > 0 && left == 0)
            return;
        left -= t->first > 0 ? 1 : 0; /* the line end */
    }
}

static void
test(size_t index, unsigned thread, gpointer data)
{
    const Testing *t = data;
    NgEvaluation *e = t->evaluation;
    NgAttributor *attributor = t->attributor[thread];
    size_t classes = e->classes->len;
    guint place = t->slot[index];
    NgSlot *slot = ng_evaluation_slot(e, place);
    NgAttribution said;

    ng_attributor_begin(attributor);
    add_text(t, e->texts, ng_labelled_document(e->texts, slot->document), attributor);
    ng_attributor_end(attributor, &said);
    for (size_t a = 0; a < said.authors; a++) {
        e->posterior[place * classes + t->class_of[a]] = said.posterior[a];
        e->llr[place * classes + t->class_of[a]] = said.llr[a];
    }
    slot->best = t->class_of[said.best];
    slot->words = said.words;
    slot->none = said.none;
    slot->none_llr = said.none_llr;
}

/* Answers for @slots by @model; all of its authors must be classes. */
static gboolean
test_slots(NgEvaluation *e, NgModel *model, const GArray *slots, size_t first, unsigned threads,
           GError **error)
{
    g_autoptr(NgAttributor) attributor = ng_attributor_new(model, error);
    if (attributor == NULL)
        return FALSE;
    size_t authors = ng_attributor_authors(attributor);
    g_autofree size_t *class_of = g_new0(size_t, authors);
    g_autofree NgAttributor **each = g_new0(NgAttributor *, MAX(threads, 1));
    Testing t = {e, class_of, (const guint *)(const void *)slots->data, first, each};

    for (size_t a = 0; a < authors; a++)
        for (guint k = 0; k < e->classes->len; k++)
            if (g_str_equal(g_ptr_array_index(e->classes, k), ng_attributor_author(attributor, a)))
                class_of[a] = k;
    for (unsigned i = 0; i < threads; i++)
        each[i] = i == 0 ? attributor : ng_attributor_copy(attributor);
    ng_parallel(slots->len, threads, test, &t);
    for (unsigned i = 1; i < threads; i++)
        ng_attributor_free(each[i]);
    return TRUE;
}

/* ---- cross-validation */

/**
 * Folding: a cross-validation.
 * @fold: [documents] the fold of each, -1 where it is always learned from
 * @group: [labels] labels left out together
 * @groups: 0 where no strangers are wanted
 * @inner: threads of each job
 * @done: jobs, by the thread that tells of them
 * @error: [folds + groups]
 */
typedef struct {
    NgEvaluation *evaluation;
    const NgTrainOptions *training;
    const NgEvaluateOptions *options;
    const NgProgress *progress;
    int *fold;
    guint *group;
    unsigned groups, inner;
    gint done;
    GError **error;
} Folding;

static void
shuffle(guint *order, guint n, NgRng *rng)
{
    for (guint i = 0; i < n; i++) {
        guint j = (guint)(ng_rng_coin(rng) * (i + 1));
        order[i] = order[j];
        order[j] = i;
    }
}

/* The fold of a document that would go to @fold: that of its first copy. */
static int
fold_of(const Folding *f, NgRepeats *repeats, guint document, int fold)
{
    const NgLabelled *texts = f->evaluation->texts;
    NgSpan span = ng_labelled_document(texts, document)->span;
    guint first =
        ng_repeats_first(repeats, texts->stream + span.first, span.end - span.first, document);

    return first == document ? fold : f->fold[first];
}

/* Deals each label's documents out to the folds in an order drawn, where the label before has
 * stopped, copies to one; returns the most documents of a label. */
static guint
deal(Folding *f)
{
    const NgLabelled *texts = f->evaluation->texts;
    NgRepeats repeats = ng_repeats_new();
    guint next = 0;
    guint most = 0;

    for (guint label = 0; label < texts->labels->len; label++) {
        g_autoptr(GArray) own = g_array_new(FALSE, FALSE, sizeof(guint));
        NgRng rng = ng_rng_new(f->options->seed, STREAM_FOLDS + (uint64_t)label);
        for (guint i = 0; i < texts->documents->len; i++)
            if (ng_labelled_document(texts, i)->label == label)
                g_array_append_val(own, i);
        g_autofree guint *order = g_new(guint, own->len + 1);
        shuffle(order, own->len, &rng);
        for (guint i = 0; i < own->len; i++) {
            guint document = g_array_index(own, guint, order[i]);
            int fold = own->len > 1 ? (int)(next++ % f->options->folds) : -1;
            f->fold[document] = fold_of(f, &repeats, document, fold);
        }
        f->evaluation->singles += own->len == 1;
        most = MAX(most, own->len);
    }
    ng_repeats_destroy(&repeats);
    return most;
}

/* Classes are the labels that have documents; returns the class of each label, G_MAXUINT for none. */
static guint *
find_classes(NgEvaluation *e)
{
    const NgLabelled *texts = e->texts;
    guint *class_of = g_new(guint, texts->labels->len);
    g_autofree guint8 *has = g_new0(guint8, texts->labels->len);

    for (guint i = 0; i < texts->documents->len; i++)
        has[ng_labelled_document(texts, i)->label] = 1;
    for (guint label = 0; label < texts->labels->len; label++) {
        class_of[label] = has[label] ? e->classes->len : G_MAXUINT;
        if (has[label])
            g_ptr_array_add(e->classes, g_strdup(g_ptr_array_index(texts->labels, label)));
    }
    return class_of;
}

/* A place for each document that is in a fold, and for each stranger. */
static void
make_slots(Folding *f, const guint *class_of)
{
    NgEvaluation *e = f->evaluation;
    const NgLabelled *texts = e->texts;
    guint n = texts->documents->len;

    for (guint i = 0; i < n; i++)
        if (f->fold[i] >= 0)
            add_slot(e, i, f->fold[i], class_of[ng_labelled_document(texts, i)->label]);
    e->n_known = e->slots->len;
    for (guint i = 0; i < n && f->groups > 0; i++)
        add_slot(e, i, (int)f->group[ng_labelled_document(texts, i)->label], e->classes->len);
    make_room(e);
}

/* Groups of labels, drawn; two classes at least stay. */
static void
make_groups(Folding *f, const guint *class_of)
{
    guint classes = f->evaluation->classes->len;
    g_autofree guint *order = g_new(guint, classes);
    g_autofree guint *group = g_new(guint, classes);
    NgRng rng = ng_rng_new(f->options->seed, STREAM_GROUPS);

    f->groups = MIN(f->options->folds, classes);
    if (classes - (classes + f->groups - 1) / f->groups < 2)
        f->groups = classes; /* one at a time */
    shuffle(order, classes, &rng);
    for (guint i = 0; i < classes; i++)
        group[order[i]] = i % f->groups;
    for (guint label = 0; label < f->evaluation->texts->labels->len; label++)
        if (class_of[label] < classes)
            f->group[label] = group[class_of[label]];
}

/* What a job tests, and what it learns from: a fold, or behind the folds a group of labels. */
static void
choose(const Folding *f, size_t job, guint8 *keep, GArray *slots)
{
    const NgEvaluation *e = f->evaluation;
    unsigned folds = f->options->folds;
    gboolean strangers = job >= folds;
    guint begin = strangers ? e->n_known : 0;
    guint end = strangers ? e->slots->len : e->n_known;
    int own = (int)(strangers ? job - folds : job);

    for (guint i = 0; i < e->texts->documents->len; i++) {
        guint label = ng_labelled_document(e->texts, i)->label;
        keep[i] = strangers ? f->group[label] != (guint)own : f->fold[i] != own;
    }
    for (guint i = begin; i < end; i++)
        if (ng_evaluation_slot(e, i)->fold == own)
            g_array_append_val(slots, i);
}

static gboolean
run_job(const Folding *f, size_t job, GError **error)
{
    NgEvaluation *e = f->evaluation;
    NgTrainOptions training = *f->training;
    g_autofree guint8 *keep = g_new0(guint8, e->texts->documents->len);
    g_autoptr(GArray) slots = g_array_new(FALSE, FALSE, sizeof(guint));

    choose(f, job, keep, slots);
    if (slots->len == 0)
        return TRUE;
    g_autoptr(NgCorpus) corpus = ng_labelled_corpus(e->texts, keep, error);
    if (corpus == NULL)
        return FALSE;
    training.threads = f->inner;
    training.attribution = TRUE;
    training.whole_only = FALSE;
    g_autoptr(NgModel) model = ng_train_corpus(corpus, &training, error);
    return model != NULL && test_slots(e, model, slots, f->options->first, f->inner, error);
}

static void
run(size_t job, unsigned thread, gpointer data)
{
    Folding *f = data;
    guint64 jobs = f->options->folds + f->groups;

    if (thread == 0)
        ng_progress_report(f->progress, "evaluating", (guint64)g_atomic_int_get(&f->done), jobs);
    if (!run_job(f, job, &f->error[job]))
        g_assert(f->error[job] != NULL);
    g_atomic_int_inc(&f->done);
}

static gboolean
run_all(Folding *f, GError **error)
{
    size_t jobs = f->options->folds + f->groups;
    unsigned threads = MAX(f->training->threads, 1);
    unsigned outer = (unsigned)MIN((size_t)threads, jobs);
    g_autofree GError **errors = g_new0(GError *, jobs);
    gboolean sound = TRUE;

    f->error = errors;
    f->inner = threads / outer;
    ng_parallel(jobs, outer, run, f);
    for (size_t i = 0; i < jobs; i++) {
        if (errors[i] != NULL && sound) {
            g_propagate_error(error, g_steal_pointer(&errors[i]));
            sound = FALSE;
        }
        g_clear_error(&errors[i]);
    }
    return sound;
}

static gboolean
check(const Folding *f, guint most, const char *path, GError **error)
{
    const NgEvaluation *e = f->evaluation;

    if (e->classes->len < 2) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE, "%s: one label alone (%s); two are wanted",
                    path, (const char *)g_ptr_array_index(e->classes, 0));
        return FALSE;
    }
    if (most < f->options->folds) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "%s: %u folds of documents, but no label has more than %u (fewer --folds)",
                    path, f->options->folds, most);
        return FALSE;
    }
    if (f->options->open && e->classes->len < 3) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "%s: two labels alone; for strangers one is left out, and two must stay", path);
        return FALSE;
    }
    return TRUE;
}

/**
 * ng_evaluate_folds:
 * @paths: (nullable): files and folders, labelled as ng_train() does
 * @training: how each fold's model is trained; its threads work on folds, then inside them
 * @options: how it is tested
 * @progress: (nullable): told of the work
 * @error: return location for a #GError, or %NULL
 *
 * Cross-validation with folds that have the same share of each label.  A label's
 * only document is learned from in every fold and never tested.  Nothing that a
 * fold tests is known to its model in any way.
 *
 * Errors: %G_FILE_ERROR; %NG_ERROR_FORMAT with path and line; %NG_ERROR_RANGE for
 * fewer than two labels, or more folds than any label has documents.
 *
 * Returns: (transfer full): the answers
 */
NgEvaluation *
ng_evaluate_folds(const char *const *paths, const NgTrainOptions *training,
                  const NgEvaluateOptions *options, const NgProgress *progress, GError **error)
{
    g_return_val_if_fail(training != NULL && options != NULL && options->folds >= 2, NULL);

    NgLabelled *texts = ng_labelled_read(paths, training, options->documents, progress, error);
    if (texts == NULL)
        return NULL;
    g_autoptr(NgEvaluation) self = make(texts, options->open);
    g_ptr_array_add(self->unknown, NULL);
    g_autofree int *fold = g_new0(int, texts->documents->len);
    g_autofree guint *group = g_new0(guint, texts->labels->len);
    g_autofree guint *class_of = find_classes(self);
    Folding f = {.evaluation = self,
                 .training = training,
                 .options = options,
                 .progress = progress,
                 .fold = fold,
                 .group = group};
    const char *first = paths != NULL && paths[0] != NULL ? paths[0] : "standard input";
    guint most = deal(&f);
    if (!check(&f, most, first, error))
        return NULL;
    if (options->open)
        make_groups(&f, class_of);
    make_slots(&f, class_of);
    return run_all(&f, error) ? g_steal_pointer(&self) : NULL;
}

/* ---- a model on its own */

/* Slots for documents of known labels, then, where they are wanted, of unknown ones. */
static void
match_labels(NgEvaluation *e, const NgModel *model, gboolean open)
{
    const NgLabelled *texts = e->texts;
    guint n = texts->documents->len;
    g_autofree size_t *class_of = g_new(size_t, texts->labels->len);
    g_autofree guint8 *told = g_new0(guint8, texts->labels->len);

    for (size_t v = 1; v < ng_model_voices(model); v++)
        g_ptr_array_add(e->classes, g_strdup(ng_model_voice_name(model, v)));
    for (guint label = 0; label < texts->labels->len; label++) {
        size_t voice = 0;
        const char *name = g_ptr_array_index(texts->labels, label);
        gboolean known = ng_model_find_voice(model, name, &voice) && voice > 0;
        class_of[label] = known ? voice - 1 : e->classes->len;
    }
    for (guint i = 0; i < n; i++) {
        guint label = ng_labelled_document(texts, i)->label;
        if (class_of[label] < e->classes->len)
            add_slot(e, i, -1, class_of[label]);
        else if (!told[label]++)
            g_ptr_array_add(e->unknown, g_strdup(g_ptr_array_index(texts->labels, label)));
    }
    g_ptr_array_add(e->unknown, NULL);
    e->n_known = e->slots->len;
    e->passed_over = open ? 0 : n - e->n_known;
    for (guint i = 0; i < n && open; i++)
        if (class_of[ng_labelled_document(texts, i)->label] == e->classes->len)
            add_slot(e, i, -1, e->classes->len);
    make_room(e);
}

/**
 * ng_evaluate_model:
 * @model: with attribution
 * @paths: (nullable): files and folders, labelled as ng_train() does
 * @reading: labels, what a sequence is, whether UTF-8 is strict, threads; text is cut as the model
 *   cuts it
 * @options: how it is tested; folds and seed have no meaning
 * @progress: (nullable): told of the work
 * @error: return location for a #GError, or %NULL
 *
 * Documents whose label the model does not know are passed over, or tested as
 * strangers where the options say so.
 *
 * Errors: as ng_evaluate_folds(); %NG_ERROR_RANGE, too, for a model of fewer than two
 * authors, or where it knows none of the labels.
 *
 * Returns: (transfer full): the answers
 */
NgEvaluation *
ng_evaluate_model(NgModel *model, const char *const *paths, const NgTrainOptions *reading,
                  const NgEvaluateOptions *options, const NgProgress *progress, GError **error)
{
    g_return_val_if_fail(model != NULL && reading != NULL && options != NULL, NULL);

    NgModelText text = ng_model_text(model);
    NgTrainOptions own = *reading;
    g_autoptr(NgAttributor) attributor = ng_attributor_new(model, error);
    if (attributor == NULL)
        return NULL;
    if (ng_attributor_authors(attributor) < 2) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "the model knows one author alone (%s); two are wanted",
                    ng_attributor_author(attributor, 0));
        return NULL;
    }
    own.tokens = text.tokens;
    own.pattern = text.pattern;
    own.fold = text.fold;
    own.vocab = NULL;
    own.skip_symbols = TRUE;
    NgLabelled *texts = ng_labelled_read(paths, &own, options->documents, progress, error);
    if (texts == NULL)
        return NULL;
    g_autoptr(NgEvaluation) self = make(texts, options->open);
    match_labels(self, model, options->open);
    if (self->n_known == 0) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "%s: the model knows none of the labels (%s%s)",
                    paths != NULL && paths[0] != NULL ? paths[0] : "standard input",
                    (const char *)g_ptr_array_index(self->unknown, 0),
                    g_ptr_array_index(self->unknown, 1) != NULL ? ", ..." : "");
        return NULL;
    }
    g_autoptr(GArray) slots = g_array_new(FALSE, FALSE, sizeof(guint));
    for (guint i = 0; i < self->slots->len; i++)
        g_array_append_val(slots, i);
    ng_progress_report(progress, "evaluating", 0, 0);
    gboolean done = test_slots(self, model, slots, options->first, MAX(reading->threads, 1), error);
    return done ? g_steal_pointer(&self) : NULL;
}

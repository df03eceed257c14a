/*
 * Tuning a mixture
 *
 * The text is held in memory, and of each of its words the probability that
 * each part gives it: T times K doubles, which EM then goes over as often as it
 * must (em.c).  A word that no part knows is `<unk>` and counts like any other.
 *
 * The weights are rounded to millionths, none to 0, before the mixture is scored
 * with them: so what is told is what everybody gets who types them in.
 */
#include "ngram/mix-tune.h"

#include "ngram/em.h"
#include "ngram/error.h"
#include "ngram/mass.h"
#include "ngram/walk.h"

#include <math.h>

#define DEFAULT_TOLERANCE 1e-6

enum { DEFAULT_STEPS = 10000, MILLION = 1000000 };

/**
 * Text: what is tuned on.
 * @text: all sequences, one behind the other
 * @sequences: (element-type NgSequence): each of them
 * @documents: how many they came from
 */
typedef struct {
    GString *text;
    GArray *sequences;
    guint64 documents;
} Text;

static void
text_clear(Text *self)
{
    g_string_free(self->text, TRUE);
    g_array_unref(self->sequences);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Text, text_clear)

static gboolean
read_text(Text *self, const char *const *paths, const NgMixTuneOptions *options,
          const NgProgress *progress, GError **error)
{
    g_autoptr(GPtrArray) files = ng_document_list(paths, error);
    if (files == NULL)
        return FALSE;

    guint64 size = ng_document_list_size(files);
    for (guint i = 0; i < files->len; i++) {
        g_autoptr(NgDocument) document = ng_document_open(files->pdata[i], options->unit, error);
        GError *trouble = NULL;
        NgSequence sequence;
        if (document == NULL)
            return FALSE;
        ng_document_set_strict(document, options->strict_utf8);
        while (ng_document_next(document, &sequence, &trouble)) {
            g_string_append_len(self->text, sequence.text, (gssize)sequence.length);
            g_array_append_val(self->sequences, sequence);
        }
        if (trouble != NULL) {
            g_propagate_error(error, trouble);
            return FALSE;
        }
        self->documents++;
        ng_progress_report(progress, "reading", self->text->len, size);
    }
    return TRUE;
}

/* The sequences were noted while the text grew, and moved: now it stands still. */
static void
settle(Text *self)
{
    const char *at = self->text->str;

    for (guint i = 0; i < self->sequences->len; i++) {
        NgSequence *sequence = &g_array_index(self->sequences, NgSequence, i);
        sequence->text = at;
        at += sequence->length;
    }
}

/* Scores all sequences, and adds up what each scores in their order. */
static void
score_all(const Text *self, NgScorer *scorer, NgScore *sum, NgScoreFunc each, gpointer data)
{
    guint n = self->sequences->len;
    g_autofree NgScore *scores = g_new0(NgScore, n);

    ng_scorer_texts(scorer, (const NgSequence *)(const void *)self->sequences->data, n, scores,
                    each, data);
    *sum = (NgScore){.documents = self->documents};
    for (guint i = 0; i < n; i++)
        ng_score_add(sum, &scores[i]);
}

/* What a voice of @model scores. */
static gboolean
score(const Text *text, NgModel *model, size_t voice, NgScore *sum, guint64 *invalid,
      GError **error)
{
    g_autoptr(NgScorer) scorer = ng_scorer_new(model, voice, error);
    if (scorer == NULL)
        return FALSE;

    score_all(text, scorer, sum, NULL, NULL);
    *invalid = ng_scorer_invalid(scorer);
    return TRUE;
}

/* The rows of the matrix, as they are made. */
typedef struct {
    NgWalk walk;
    GArray *p; /* (element-type double) [T][K] */
} Rows;

static void
add_row(const NgScoredWord *word, gpointer data)
{
    Rows *rows = data;
    float logprob[NG_MIX_MAX];

    ng_mix_step_each(rows->walk.mix, rows->walk.state, word->id, logprob, NULL);
    for (size_t i = 0; i < ng_mix_size(rows->walk.mix); i++) {
        double p = ng_mass(logprob[i]);
        g_array_append_val(rows->p, p);
    }
    if (word->id == NG_WORD_END)
        ng_walk_begin(&rows->walk);
}

/* [T][K] P_i of each word, and what the mixture scores as it is. */
static GArray *
weigh(const Text *text, NgModel *mix, size_t voice, NgScore *sum, GError **error)
{
    g_autoptr(NgScorer) scorer = ng_scorer_new(mix, voice, error);
    if (scorer == NULL)
        return NULL;

    Rows rows = {.p = g_array_new(FALSE, FALSE, sizeof(double))};
    ng_walk_init(&rows.walk, mix, voice);
    ng_walk_begin(&rows.walk);
    score_all(text, scorer, sum, add_row, &rows);
    return rows.p;
}

/* Whole millionths with sum 1, none of them 0: what is missing goes to the greatest. */
static void
round_weights(double *weight, size_t n)
{
    gint64 whole[NG_MIX_MAX];
    gint64 rest = MILLION;
    size_t greatest = 0;

    for (size_t i = 0; i < n; i++) {
        whole[i] = MAX((gint64)(weight[i] * MILLION + 0.5), 1);
        rest -= whole[i];
        if (weight[i] > weight[greatest])
            greatest = i;
    }
    whole[greatest] += rest;
    for (size_t i = 0; i < n; i++)
        weight[i] = (double)whole[i] / MILLION;
}

static NgModel *
reweigh(const NgModel *mix, const double *weight, GError **error)
{
    NgModelPart parts[NG_MIX_MAX];
    size_t n = ng_model_parts(mix);

    for (size_t i = 0; i < n; i++) {
        parts[i] = ng_model_part(mix, i);
        parts[i].weight = weight[i];
    }
    return ng_model_mix(parts, n, error);
}

static gboolean
tune(NgMixTuning *self, const GArray *p, const NgMixTuneOptions *options, GError **error)
{
    double tolerance = options->tolerance > 0.0 ? options->tolerance : DEFAULT_TOLERANCE;
    guint steps = options->steps > 0 ? options->steps : DEFAULT_STEPS;
    NgEmFit fit = ng_em_fit((const double *)(const void *)p->data, p->len / self->n, self->n,
                            log1p(tolerance), steps, self->weight);

    if (fit.n == 0) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "no word of the text has a positive probability in any model, so no weights "
                    "are better than others (take another text)");
        return FALSE;
    }
    self->steps = fit.steps;
    self->gap = expm1(fit.gap);
    round_weights(self->weight, self->n);
    return TRUE;
}

/**
 * ng_mix_tune:
 * @mix: a mixture; its weights are where EM starts
 * @voice: which voice of it
 * @paths: the text: files and folders
 * @options: how it is read, and how long is tuned
 * @progress: (nullable): told how far it is
 * @error: return location for a #GError, or %NULL
 *
 * Finds the weights that make a text likeliest, which none of the models has
 * been trained on: else that one gets all the weight.
 *
 * Errors: %NG_ERROR_RANGE where no word of the text has a probability; those of reading.
 *
 * Returns: (transfer full): free with ng_mix_tuning_free(); %NULL with @error set
 */
NgMixTuning *
ng_mix_tune(NgModel *mix, size_t voice, const char *const *paths, const NgMixTuneOptions *options,
            const NgProgress *progress, GError **error)
{
    g_return_val_if_fail(mix != NULL && ng_model_parts(mix) > 0 && options != NULL, NULL);

    g_auto(Text) text = {g_string_new(NULL), g_array_new(FALSE, FALSE, sizeof(NgSequence)), 0};
    if (!read_text(&text, paths, options, progress, error))
        return NULL;
    settle(&text);
    g_autoptr(NgMixTuning) self = g_new0(NgMixTuning, 1);
    self->n = ng_model_parts(mix);
    self->weight = g_new(double, self->n);
    self->alone = g_new0(NgScore, self->n);
    for (size_t i = 0; i < self->n; i++) {
        NgModelPart part = ng_model_part(mix, i);
        self->weight[i] = part.weight;
        if (!score(&text, part.model, ng_model_part_voice(mix, voice, i), &self->alone[i],
                   &self->invalid, error))
            return NULL;
    }
    g_autoptr(GArray) p = weigh(&text, mix, voice, &self->before, error);
    if (p == NULL || !tune(self, p, options, error))
        return NULL;
    g_autoptr(NgModel) tuned = reweigh(mix, self->weight, error);
    if (tuned == NULL || !score(&text, tuned, voice, &self->after, &self->invalid, error))
        return NULL;
    return g_steal_pointer(&self);
}

/**
 * ng_mix_tuning_free:
 * @self: (nullable) (transfer full): what ng_mix_tune() gave
 */
void
ng_mix_tuning_free(NgMixTuning *self)
{
    if (self == NULL)
        return;
    g_free(self->weight);
    g_free(self->alone);
    g_free(self);
}

/*
 * Evaluating verification by LambdaG
 *
 * For each fold: an author is known by the documents outside it; questioned are those of
 * the author in it, and those of another author, drawn; the reference is of all but these
 * two, outside the fold.  The scale is fitted to trials of the same kind among documents
 * outside the fold, a fifth of them questioned, and masks come from outside, too.
 */
#include "labelled.h"
#include "lambdag.h"
#include "trace.h"

#include "ngram/error.h"
#include "ngram/rng.h"

/**
 * Verifying: all folds of it.
 * @fold: [documents]
 * @word: ids of words, each sentence `<s> w w </s>`; @stream: the same masked, for each fold anew
 * @sentence: (element-type NgSpan)
 * @range: [documents]
 */
typedef struct {
    const NgLabelled *texts;
    const NgVerifyOptions *options;
    int *fold;
    NgWord *stream;
    GArray *word, *sentence;
    NgSentenceRange *range;
    NgVerified *out;
} Verifying;

static void
deal(Verifying *v, unsigned folds, guint64 seed)
{
    guint next = 0;

    for (guint label = 0; label < v->texts->labels->len; label++) {
        g_autoptr(GArray) own = g_array_new(FALSE, FALSE, sizeof(guint));
        NgRng rng = ng_rng_new(seed, label);
        for (guint i = 0; i < v->texts->documents->len; i++)
            if (ng_labelled_document(v->texts, i)->label == label)
                g_array_append_val(own, i);
        for (guint i = own->len; i > 0; i--) {
            guint *list = (guint *)(void *)own->data;
            guint j = (guint)(ng_rng_coin(&rng) * i);
            guint taken = list[j];
            list[j] = list[i - 1];
            v->fold[taken] = (int)(next++ % folds);
        }
    }
}

/* Cuts one document into sentences: at the ends of its sequences, and behind . ! and ?. */
static void
cut(Verifying *v, guint document)
{
    const NgVocab *vocab = v->texts->vocab;
    const NgLabelledDocument *d = ng_labelled_document(v->texts, document);
    const NgWord begin = NG_WORD_BEGIN;
    const NgWord end = NG_WORD_END;
    gboolean inside = FALSE;
    NgSpan span = {0, 0};

    v->range[document] = (NgSentenceRange){v->sentence->len, v->sentence->len, d->label};
    for (size_t i = d->span.first; i < d->span.end; i++) {
        NgWord id = v->texts->stream[i];
        gboolean mark = id == NG_WORD_BEGIN || id == NG_WORD_END || id == NG_WORD_NONE;
        if (!mark && !inside) {
            span.first = v->word->len;
            g_array_append_val(v->word, begin);
            inside = TRUE;
        }
        size_t length = 0;
        const char *text = mark ? NULL : ng_vocab_word(vocab, id, &length);
        if (!mark)
            g_array_append_val(v->word, id);
        if (!inside || (!mark && !ng_sentence_ends(text, length)))
            continue;
        g_array_append_val(v->word, end);
        span.end = v->word->len;
        g_array_append_val(v->sentence, span);
        inside = FALSE;
    }
    v->range[document].end = v->sentence->len;
}

/* Masks all text by how frequent words are outside the fold. */
static void
mask(Verifying *v, int fold)
{
    const NgVocab *vocab = v->texts->vocab;
    const NgWord *word = (const NgWord *)(const void *)v->word->data;
    g_autofree uint32_t *frequency = g_new0(uint32_t, ng_vocab_size(vocab));

    for (guint i = 0; i < v->texts->documents->len; i++)
        for (guint s = v->range[i].first; s < v->range[i].end && v->fold[i] != fold; s++) {
            NgSpan span = g_array_index(v->sentence, NgSpan, s);
            for (size_t k = span.first; k < span.end; k++)
                frequency[word[k]]++;
        }
    g_autofree uint16_t *table = ng_mask_table(vocab, frequency);
    for (guint i = 0; i < v->word->len; i++)
        v->stream[i] = table[word[i]];
}

static gboolean
run_fold(Verifying *v, int fold, GError **error)
{
    guint n = v->texts->documents->len;
    g_autofree guint8 *use = g_new0(guint8, n);
    g_autofree guint8 *tested = g_new0(guint8, n);
    g_autoptr(GArray) inner = g_array_new(FALSE, FALSE, sizeof(NgVerifyTrial));
    g_autoptr(GArray) outer = g_array_new(FALSE, FALSE, sizeof(NgVerifyTrial));
    NgVerifyScale scale;

    mask(v, fold);
    const NgSentences text = {v->stream, (const NgSpan *)(const void *)v->sentence->data};
    for (guint i = 0; i < n; i++)
        use[i] = v->fold[i] != fold;
    gboolean enough = ng_verify_hold_out(v->range, n, use, tested);
    if (enough &&
        !ng_verify_trials(&text, v->range, n, tested, G_MAXSIZE, v->options, inner, error))
        return FALSE;
    if (!enough ||
        !ng_verify_fit((const NgVerifyTrial *)(const void *)inner->data, inner->len, &scale)) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "verification needs three authors with three documents each, at least");
        return FALSE;
    }
    for (guint i = 0; i < n; i++)
        tested[i] = v->fold[i] == fold;
    if (!ng_verify_trials(&text, v->range, n, tested, G_MAXSIZE, v->options, outer, error))
        return FALSE;
    for (guint i = 0; i < outer->len; i++) {
        const NgVerifyTrial *t = &g_array_index(outer, NgVerifyTrial, i);
        double llr = ng_verify_llr(&scale, t);
        guint8 same = t->same ? 1 : 0;
        uint32_t document = t->document;
        g_array_append_val(v->out->llr, llr);
        g_array_append_val(v->out->same, same);
        g_array_append_val(v->out->document, document);
    }
    return TRUE;
}

/**
 * ng_verified_free:
 * @self: (nullable) (transfer full): trials
 */
void
ng_verified_free(NgVerified *self)
{
    if (self == NULL)
        return;
    g_array_unref(self->llr);
    g_array_unref(self->same);
    g_array_unref(self->document);
    g_array_unref(self->stratum);
    g_free(self);
}

/**
 * ng_evaluate_lambdag:
 * @paths, @reading, @options, @progress: as ng_evaluate_folds() has them; @open, @first are not
 *   looked at
 * @verify: how the grammars are made
 *
 * Errors: as ng_evaluate_folds(); %NG_ERROR_RANGE, too, for fewer than three authors.
 *
 * Returns: (transfer full): the trials, each document once with its own author and once with
 *   another
 */
NgVerified *
ng_evaluate_lambdag(const char *const *paths, const NgTrainOptions *reading,
                    const NgEvaluateOptions *options, const NgVerifyOptions *verify,
                    const NgProgress *progress, GError **error)
{
    g_return_val_if_fail(reading != NULL && options != NULL && verify != NULL, NULL);

    g_autoptr(NgLabelled) texts =
        ng_labelled_read(paths, reading, options->documents, progress, error);
    if (texts == NULL)
        return NULL;
    guint n = texts->documents->len;
    g_autoptr(NgVerified) out = g_new0(NgVerified, 1);
    out->llr = g_array_new(FALSE, FALSE, sizeof(double));
    out->same = g_array_new(FALSE, FALSE, sizeof(guint8));
    out->document = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    out->stratum = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    g_autoptr(GArray) word = g_array_new(FALSE, FALSE, sizeof(NgWord));
    g_autoptr(GArray) sentence = g_array_new(FALSE, FALSE, sizeof(NgSpan));
    g_autofree int *fold = g_new0(int, MAX(n, 1));
    g_autofree NgSentenceRange *range = g_new0(NgSentenceRange, MAX(n, 1));
    Verifying v = {.texts = texts,
                   .options = verify,
                   .fold = fold,
                   .word = word,
                   .sentence = sentence,
                   .range = range,
                   .out = out};

    deal(&v, options->folds, options->seed);
    for (guint i = 0; i < n; i++) {
        uint32_t label = ng_labelled_document(texts, i)->label;
        cut(&v, i);
        g_array_append_val(out->stratum, label);
    }
    g_autofree NgWord *stream = g_new(NgWord, MAX(word->len, 1));
    v.stream = stream;
    for (unsigned f = 0; f < options->folds; f++) {
        ng_progress_report(progress, "verifying", f, options->folds);
        if (!run_fold(&v, (int)f, error))
            return NULL;
    }
    return g_steal_pointer(&out);
}

/*
 * Attribution
 *
 * A document is tokenised once; the linear members look up its n-grams, the voices
 * and styles of all authors walk over it.  Each member gives a number an author,
 * which is centred, divided by its usual size, weighted for the length of the
 * document, and added up: see src/num/logistic.c.  Nothing is unpacked: the arrays
 * are the model file's.
 */
#include "attribute-internal.h"

#include "ngram/error.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define MOST_LLR 300.0 /* where the numbers end */
#define AHEAD    16    /* columns that memory is asked for ahead */

/**
 * ng_model_attributes:
 *
 * Returns: whether ng_attributor_new() can be had of @model: it has one author, or
 *   several and what training with attribution adds
 */
gboolean
ng_model_attributes(const NgModel *model)
{
    NgAttributionData data;

    g_return_val_if_fail(model != NULL, FALSE);

    return ng_model_voices(model) == 2 || ng_attribution_find(model, &data);
}

static gboolean
find_data(const NgModel *model, NgAttributionData *data, GError **error)
{
    size_t authors = ng_model_voices(model) - 1;

    *data = (NgAttributionData){.authors = 1};
    if (authors == 1 || (authors > 1 && ng_attribution_find(model, data)))
        return TRUE;
    if (authors == 0)
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "the model knows no authors (train it on a folder with a folder for each)");
    else
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "the model has the voices of its authors, but not what tells them apart "
                    "(train it anew, without --no-attribution)");
    return FALSE;
}

/* Whose offsets are 0 at every length was no answer in the fit: see attribution-train.c. */
static gboolean *
find_silent(const NgAttributionData *data)
{
    gboolean *silent = g_new0(gboolean, data->authors);
    NgLogistic shape = ng_attribution_shape(data);
    g_autofree double *weight = g_new0(double, data->members + data->authors);

    for (size_t a = 0; a < data->authors; a++)
        silent[a] = data->members > 0;
    for (unsigned k = 0; k < NG_ATTRIBUTION_KNOTS && data->members > 0; k++) {
        ng_logistic_weights(&shape, data->parameter, k, weight);
        for (size_t a = 0; a < data->authors; a++)
            silent[a] = silent[a] && weight[data->members + a] == 0.0;
    }
    return silent;
}

static NgAttributor *
make(NgModel *model, NgTokenizer *tokenizer, const NgAttributionData *data)
{
    NgAttributor *self = g_new0(NgAttributor, 1);
    size_t authors = data->authors;
    size_t size = MAX(data->members, 1) * authors;

    self->model = ng_model_ref(model);
    self->tokenizer = tokenizer;
    self->data = *data;
    for (size_t i = 0; i < data->n_linear; i++) {
        ng_tally_init(&self->tally[i]);
    }
    ng_trace_init(&self->trace);
    self->with_evidence = TRUE;
    self->evidence = g_array_new(FALSE, FALSE, sizeof(NgEvidence));
    self->place_of = g_array_new(FALSE, FALSE, sizeof(guint32));
    self->scratch = g_array_new(FALSE, FALSE, sizeof(NgTrace));
    for (size_t b = 0; b < G_N_ELEMENTS(self->batch); b++)
        self->batch[b] = g_array_new(FALSE, FALSE, b == 0 ? sizeof(gsize) : sizeof(guint32));
    self->voices = g_new0(float, size);
    self->silent = find_silent(data);
    self->raw = g_new0(float, size);
    self->score = g_new0(float, size);
    self->log_posterior = g_new0(double, authors);
    self->posterior = g_new0(double, authors);
    self->llr = g_new0(double, authors);
    self->prior = g_new0(double, authors);
    for (size_t a = 0; a < authors; a++)
        self->prior[a] = data->prior != NULL ? exp(data->prior[a]) : 1.0;
    return self;
}

/**
 * ng_attributor_new:
 * @model: a reference is taken
 * @error: return location for a #GError, or %NULL
 *
 * An attributor is for one thread; any number may share a model.  Authors of whom
 * there was no text are not known.  A model of one author names it with
 * probability 1 and a likelihood ratio of 1, since there is nothing to tell it from.
 *
 * Errors: %NG_ERROR_RANGE where the model has no authors or was trained without
 * attribution.
 *
 * Returns: (transfer full): an attributor
 */
NgAttributor *
ng_attributor_new(NgModel *model, GError **error)
{
    g_return_val_if_fail(model != NULL, NULL);

    NgAttributionData data;
    if (!find_data(model, &data, error))
        return NULL;
    NgTokenizer *tokenizer = ng_model_tokenizer(model, error);
    return tokenizer != NULL ? make(model, tokenizer, &data) : NULL;
}

/** ng_attributor_copy: Returns: (transfer full): one over the same model, for another thread */
NgAttributor *
ng_attributor_copy(const NgAttributor *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    NgAttributor *copy = make(self->model, ng_tokenizer_copy(self->tokenizer), &self->data);
    copy->with_evidence = self->with_evidence;
    return copy;
}

/**
 * ng_attributor_free:
 * @self: (nullable) (transfer full): an attributor
 */
void
ng_attributor_free(NgAttributor *self)
{
    if (self == NULL)
        return;
    ng_model_unref(self->model);
    ng_tokenizer_free(self->tokenizer);
    ng_trace_destroy(&self->trace);
    for (size_t i = 0; i < self->data.n_linear; i++)
        ng_tally_destroy(&self->tally[i]);
    g_array_unref(self->evidence);
    g_array_unref(self->place_of);
    for (guint i = 0; i < self->scratch->len; i++)
        ng_trace_destroy(&g_array_index(self->scratch, NgTrace, i));
    g_array_unref(self->scratch);
    for (size_t b = 0; b < G_N_ELEMENTS(self->batch); b++)
        g_array_unref(self->batch[b]);
    g_free(self->voices);
    g_free(self->silent);
    g_free(self->raw);
    g_free(self->score);
    g_free(self->log_posterior);
    g_free(self->posterior);
    g_free(self->llr);
    g_free(self->prior);
    g_free(self);
}

/** ng_attributor_authors: Returns: A */
size_t
ng_attributor_authors(const NgAttributor *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->data.authors;
}

/** ng_attributor_author: Returns: (transfer none): the name of author @author, from 0 */
const char *
ng_attributor_author(const NgAttributor *self, size_t author)
{
    g_return_val_if_fail(self != NULL && author < self->data.authors, NULL);

    return ng_model_voice_name(self->model, author + 1);
}

/**
 * ng_attributor_find:
 * @author: (out): set where there is one of that name
 *
 * Returns: whether there is
 */
gboolean
ng_attributor_find(const NgAttributor *self, const char *name, size_t *author)
{
    size_t voice = 0;

    g_return_val_if_fail(self != NULL && name != NULL && author != NULL, FALSE);

    if (!ng_model_find_voice(self->model, name, &voice) || voice == 0)
        return FALSE;
    *author = voice - 1;
    return TRUE;
}

/** ng_attributor_is_open: Returns: whether the model was made to say "none of them" unasked */
gboolean
ng_attributor_is_open(const NgAttributor *self)
{
    g_return_val_if_fail(self != NULL, FALSE);

    GKeyFile *manifest = ng_model_manifest(self->model);
    return manifest != NULL && g_key_file_get_boolean(manifest, "attribution", "open", NULL);
}

/**
 * ng_attributor_set_evidence:
 * @evidence: whether ng_attributor_explain() will be asked, as is thought at first; it finds no
 *   token else, and a token takes 8 bytes in place of 60
 */
void
ng_attributor_set_evidence(NgAttributor *self, gboolean evidence)
{
    g_return_if_fail(self != NULL);

    self->with_evidence = evidence;
}

/** ng_attributor_invalid: Returns: bytes of all documents so far that were no UTF-8 */
guint64
ng_attributor_invalid(const NgAttributor *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return ng_tokenizer_invalid(self->tokenizer);
}

/** ng_attributor_begin: sets out on a new document */
void
ng_attributor_begin(NgAttributor *self)
{
    g_return_if_fail(self != NULL);

    ng_trace_clear(&self->trace);
    g_array_set_size(self->evidence, 0);
    g_array_set_size(self->place_of, 0);
    self->sequences = 0;
}

static void
add_token(NgAttributor *self, NgTrace *trace, const NgToken *token)
{
    NgWord id = ng_vocab_find(ng_model_vocab(self->model), token->text, token->length);
    uint32_t mask = 0;

    if (id < NG_WORDS_FIXED || id == NG_WORD_NONE)
        id = NG_WORD_UNKNOWN;
    if (id == NG_WORD_UNKNOWN)
        mask = NG_WORDS_FIXED + NG_MASK_KEPT + (uint32_t)ng_mask_class(token->text, token->length);
    else if (self->data.mask != NULL)
        mask = MIN(self->data.mask[id], NG_MASK_WORDS - 1);
    if (self->with_evidence) {
        NgEvidence evidence = {self->sequences, token->surface, token->surface_length, 0.0};
        guint32 place = trace->id[NG_BLOCK_WORDS]->len;
        g_array_append_val(self->evidence, evidence);
        g_array_append_val(self->place_of, place);
    }
    ng_trace_add(trace, id, mask);
}

/** ng_attributor_read: a sequence more in @trace */
void
ng_attributor_read(NgAttributor *self, NgTrace *trace, const char *text, size_t length)
{
    NgToken token;
    size_t before = trace->tokens;
    gboolean begun = FALSE;

    ng_tokenizer_start(self->tokenizer, text, length);
    while (ng_tokenizer_next(self->tokenizer, &token)) {
        if (!begun)
            ng_trace_mark(trace, NG_WORD_BEGIN);
        begun = TRUE;
        add_token(self, trace, &token);
    }
    if (trace->tokens > before)
        ng_trace_mark(trace, NG_WORD_END);
}

/**
 * ng_attributor_add:
 * @text: [@length] one sequence of the document, cut as the model's unit is
 */
void
ng_attributor_add(NgAttributor *self, const char *text, size_t length)
{
    g_return_if_fail(self != NULL && (text != NULL || length == 0));

    ng_attributor_read(self, &self->trace, text, length);
    self->sequences++;
}

/* Margins of one block; as in training, but for weights of 8 bits.  Memory of the columns is asked
 * for ahead. */
static void
score_linear(NgAttributor *self, const NgTrace *trace, size_t index, float *score)
{
    const NgLinearMember *l = &self->data.linear[index];
    const NgDictionary *d = &l->dictionary;
    NgTally *t = &self->tally[index];
    size_t authors = self->data.authors;
    size_t n = MIN(l->width, authors);
    float square = 0.0F;

    ng_dictionary_count(d, trace, l->block, t);
    const guint32 *seen = (const guint32 *)(const void *)t->seen->data;
    for (size_t a = 0; a < n; a++)
        score[a] = 0.0F;
    for (guint i = 0; i < t->seen->len; i++) {
        guint32 ahead = seen[MIN(i + AHEAD, t->seen->len - 1)];
        __builtin_prefetch(&d->idf[ahead]);
        __builtin_prefetch(&l->scale[ahead]);
        __builtin_prefetch(l->weight + ahead * l->width);
        guint32 c = seen[i];
        float v = ng_tally_value(g_array_index(t->count, guint32, c), d->idf[c]);
        const int8_t *weight = l->weight + c * l->width;
        square += v * v;
        for (size_t a = 0; a < n; a++)
            score[a] += v * l->scale[c] * (float)weight[a];
    }
    float norm = square > 0.0F ? 1.0F / sqrtf(square) : 0.0F;
    for (size_t a = 0; a < n; a++)
        score[a] = norm * score[a] + l->scale[0] * (float)l->weight[a];
    if (l->width == 1)
        score[0] = -(score[1] = score[0]);
}

/* What each member says, raw and made comparable. */
static void
score_members(NgAttributor *self, const NgTrace *trace, const float *voices)
{
    const NgAttributionData *d = &self->data;
    size_t authors = d->authors;
    size_t m = 0;

    for (; m < d->n_linear; m++)
        score_linear(self, trace, m, self->raw + m * authors);
    if (m < d->members)
        memcpy(self->raw + m * authors, voices, (d->members - m) * authors * sizeof *self->raw);
    memcpy(self->score, self->raw, d->members * authors * sizeof *self->score);
    for (m = 0; m < d->members; m++) {
        ng_attribution_centre(self->score + m * authors, authors);
        for (size_t a = 0; a < authors; a++)
            self->score[m * authors + a] =
                (float)((double)self->score[m * authors + a] / d->rms[m]);
    }
}

/** ng_attributor_place: Returns: where a document's length stands, within what was fitted */
double
ng_attributor_place(const NgAttributor *self, size_t tokens)
{
    double place = ng_attribution_place(tokens);

    return fmin(fmax(place, self->data.range[0]), self->data.range[1]);
}

/* What cannot be dispelled by any text. */
static double
doubt_of(const NgAttributionData *d)
{
    return fmin(fmax(d->range[2], DBL_MIN), 0.5);
}

/* Mixes the posterior with the prior: what was fitted to n texts cannot be surer than that. */
static void
add_doubt(double *log_p, const double *prior, size_t authors, double doubt)
{
    for (size_t a = 0; a < authors; a++)
        log_p[a] = log((1.0 - doubt) * exp(log_p[a]) + doubt * exp(prior[a]));
}

/* Silent authors keep their prior; the others share what that leaves. */
static void
keep_silent(const NgAttributor *self, double *log_p)
{
    const double *prior = self->data.prior;
    double kept = 0.0;
    double rest = 0.0;
    double top = -HUGE_VAL;

    for (size_t a = 0; a < self->data.authors; a++) {
        kept += self->silent[a] ? exp(prior[a]) : 0.0;
        top = self->silent[a] ? top : fmax(top, log_p[a]);
    }
    for (size_t a = 0; a < self->data.authors && kept > 0.0; a++)
        rest += self->silent[a] ? 0.0 : exp(log_p[a] - top);
    for (size_t a = 0; a < self->data.authors && kept > 0.0; a++)
        log_p[a] = self->silent[a] ? prior[a] : log_p[a] - top - log(rest) + log1p(-kept);
}

/* log10 odds of @author by logs of posterior or prior; exact where they are near certain. */
static double
log_odds(const double *log_p, size_t authors, size_t author)
{
    double rest = 0.0;
    double top = -HUGE_VAL;

    for (size_t a = 0; a < authors; a++)
        if (a != author)
            top = fmax(top, log_p[a]);
    for (size_t a = 0; a < authors; a++)
        if (a != author)
            rest += exp(log_p[a] - top);
    return (log_p[author] - top - log(fmax(rest, DBL_MIN))) / M_LN10;
}

/* log10 likelihood ratio of "none of them", as far as the members tell. */
static double
none_llr(NgAttributor *self, size_t tokens, size_t best)
{
    const NgAttributionData *d = &self->data;
    size_t values = d->members + 1;
    double place = ng_attributor_place(self, tokens);

    if (d->open == NULL)
        return 0.0;
    NgLogistic shape = ng_attribution_open_shape(d);
    float typical[NG_ATTRIBUTION_MEMBERS + 1];
    float score[2 * (NG_ATTRIBUTION_MEMBERS + 1)] = {0};
    double answer[2];
    /* a text longer than any that was fitted is seen as one of that length would be: a voice's sum
     * by the root of the length falls with it, by whomever it is */
    double excess = fmax(0.5 * log2((double)tokens) - place, 0.0);
    for (size_t i = d->n_linear * d->authors; i < d->members * d->authors; i++)
        self->raw[i] *= (float)exp2(-excess);
    ng_attribution_typical(self->raw, d->members, d->authors, best, self->log_posterior, typical);
    for (size_t x = 0; x < values; x++)
        score[2 * x + 1] = (float)(((double)typical[x] - d->open[x]) / d->open[values + x]);
    ng_logistic_posterior(&shape, d->open + 2 * values, score, place, answer);
    return (answer[1] - answer[0]) / M_LN10;
}

/* log of the beta function. */
static double
log_beta(double a, double b)
{
    int sign = 0;

    return lgamma_r(a, &sign) + lgamma_r(b, &sign) - lgamma_r(a + b, &sign);
}

/* P(the text is of another kind than all that was learned from), never surer than the rest, by how many of its words are
 * unknown: their share has the beta distribution that was learned where it is of the same kind, else
 * one by which most words are. */
static double
foreign(const NgAttributionData *d, const NgTrace *trace)
{
    double n = (double)trace->tokens;
    double unknown = (double)trace->unknown;
    double alpha = d->range[3];
    double beta = d->range[4];
    double prior = doubt_of(d);

    if (unknown <= n * alpha / (alpha + beta))
        return 0.0;
    double same = log_beta(unknown + alpha, n - unknown + beta) - log_beta(alpha, beta);
    double other = log_beta(unknown + 4.0, n - unknown + 1.0) - log_beta(4.0, 1.0);
    return (1.0 - prior) / (1.0 + (1.0 - prior) / prior * exp(fmin(same - other, 700.0)));
}

/* Posteriors of the authors, given that it is one of them; returns the best one, before doubt. */
static size_t
weigh(NgAttributor *self, const NgTrace *trace, const float *voices, double doubt)
{
    const NgAttributionData *d = &self->data;
    size_t best = 0;

    if (doubt < 1.0) {
        NgLogistic shape = ng_attribution_shape(d);
        score_members(self, trace, voices);
        ng_logistic_posterior(&shape, d->parameter, self->score,
                              ng_attributor_place(self, trace->tokens), self->log_posterior);
        keep_silent(self, self->log_posterior);
    }
    for (size_t a = 0; a < d->authors; a++) {
        if (doubt == 1.0)
            self->log_posterior[a] = log(self->prior[a]);
        best = self->log_posterior[a] > self->log_posterior[best] ? a : best;
    }
    return best;
}

/* A stranger is as likely as any one author before the text is read.  What strangers look like was
 * learned from A authors held out, and is in doubt by 1 part in A + 2; and a text of another kind
 * is by a stranger. */
static void
set_none(NgAttribution *result, double llr, double doubt, double other)
{
    double authors = (double)result->authors;
    double prior = 1.0 / (1.0 + authors);
    double none = 1.0 / (1.0 + authors * pow(10.0, -llr));

    doubt = fmax(doubt, 1.0 / (authors + 2.0));
    none = other + (1.0 - other) * ((1.0 - doubt) * none + doubt * prior);
    result->none = none;
    result->none_llr = log10(authors * none / (1.0 - none));
    result->none_llr = fmin(fmax(result->none_llr, -MOST_LLR), MOST_LLR);
    if (fabs(result->none_llr) < 1e-12)
        result->none_llr = 0.0;
}

/**
 * ng_attributor_answer:
 * @trace: a document
 * @voices: [M - n_linear][A] what the voices say of it
 * @result: (out caller-allocates): who wrote it
 */
void
ng_attributor_answer(NgAttributor *self, const NgTrace *trace, const float *voices,
                     NgAttribution *result)
{
    const NgAttributionData *d = &self->data;
    size_t authors = d->authors;
    gboolean nothing = trace->tokens == 0 || d->members == 0;
    double other = nothing ? 0.0 : foreign(d, trace);
    double doubt = nothing || trace->unknown == trace->tokens ? 1.0 : doubt_of(d);
    size_t best = weigh(self, trace, voices, doubt);
    double llr = doubt < 1.0 ? none_llr(self, trace->tokens, best) : 0.0;

    if (doubt < 1.0)
        add_doubt(self->log_posterior, d->prior, authors, 1.0 - (1.0 - doubt) * (1.0 - other));
    for (size_t a = 0; a < authors; a++) {
        self->posterior[a] = exp(self->log_posterior[a]);
        self->llr[a] = doubt == 1.0 ? 0.0
                                    : log_odds(self->log_posterior, authors, a) -
                                          log_odds(d->prior, authors, a);
    }
    *result = (NgAttribution){.words = trace->tokens,
                              .authors = authors,
                              .best = best,
                              .posterior = self->posterior,
                              .llr = self->llr,
                              .prior = self->prior};
    set_none(result, llr, doubt, other);
}

/**
 * ng_attributor_end:
 * @result: (out caller-allocates): who wrote what was added since ng_attributor_begin()
 *
 * A document without a token is by anybody: the posterior is the prior.
 */
void
ng_attributor_end(NgAttributor *self, NgAttribution *result)
{
    g_return_if_fail(self != NULL && result != NULL);

    ng_attributor_voices(self, &self->trace, 1, self->voices);
    ng_attributor_answer(self, &self->trace, self->voices, result);
    result->sequences = self->sequences;
}

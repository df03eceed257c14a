/*
 * Evidence
 *
 * The decision is a sum: over members, over n-grams or tokens.  So each token gets
 * its part: of a linear member an n-gram's weight, spread evenly over its tokens;
 * of a voice what it thinks of the token.  What an author's others are worth is
 * weighted by their own probability, so that the evidence is against those who
 * might have written it instead.
 */
#include "attribute-internal.h"

#include <math.h>

/**
 * Explaining:
 * @versus: [A] 1 for the author, minus the others' shares: sums to 0
 * @weight: [M] of the members at this length, over their spread
 * @at: [tokens and marks] evidence so far, natural logarithm
 */
typedef struct {
    NgAttributor *self;
    double *versus, *weight, *at;
} Explaining;

static void
explain_linear(Explaining *e, size_t index)
{
    NgAttributor *self = e->self;
    const NgLinearMember *l = &self->data.linear[index];
    NgTally *t = &self->tally[index];
    float norm;

    ng_dictionary_count(&l->dictionary, &self->trace, l->block, t);
    ng_trace_grams(&self->trace, l->block, t->grams);
    norm = ng_dictionary_norm(&l->dictionary, t);
    for (guint i = 0; i < t->grams->len; i++) {
        const NgGram *g = &g_array_index(t->grams, NgGram, i);
        uint32_t c = ng_dictionary_find(&l->dictionary, g->hash);
        if (c == 0)
            continue;
        guint32 count = g_array_index(t->count, guint32, c);
        double v = (double)(norm * ng_tally_value(count, l->dictionary.idf[c]) * l->scale[c]);
        const int8_t *w = l->weight + c * l->width;
        double sum = 0.0;
        for (size_t a = 0; a < self->data.authors; a++)
            sum += e->versus[a] * (l->width == 1 ? (a == 1 ? w[0] : -w[0]) : w[a]);
        for (uint32_t k = 0; k < g->n; k++) {
            e->at[g->at + k] += e->weight[index] * sum * v / ((double)count * g->n);
        }
    }
}

static void
explain_voices(Explaining *e, NgBlock block, size_t member)
{
    NgAttributor *self = e->self;
    const guint32 *id = (const guint32 *)(const void *)self->trace.id[block]->data;
    size_t n = self->trace.id[block]->len;
    size_t scored = 0;

    for (size_t i = 0; i < n; i++)
        scored += id[i] != NG_WORD_BEGIN;
    for (size_t a = 0; a < self->data.authors; a++) {
        const NgVoice *voice = block == NG_BLOCK_WORDS ? ng_model_voice(self->model, a + 1)
                                                       : ng_model_style(self->model, a);
        NgState state = ng_voice_begin(voice);
        unsigned order = 0;
        for (size_t i = 0; i < n; i++) {
            if (id[i] == NG_WORD_BEGIN) {
                state = ng_voice_begin(voice);
                continue;
            }
            double p = fmax((double)ng_voice_step(voice, &state, id[i], &order), -20.0);
            e->at[i] += e->weight[member] * e->versus[a] * p / sqrt((double)scored);
        }
    }
}

/* The author against the others, each by its share of what the author leaves. */
static void
set_versus(Explaining *e, size_t author)
{
    const NgAttributor *self = e->self;
    size_t authors = self->data.authors;
    double top = -HUGE_VAL;
    double rest = 0.0;

    for (size_t a = 0; a < authors; a++)
        if (a != author)
            top = fmax(top, self->log_posterior[a]);
    for (size_t a = 0; a < authors; a++)
        rest += a != author ? exp(self->log_posterior[a] - top) : 0.0;
    for (size_t a = 0; a < authors; a++)
        e->versus[a] = a == author ? 1.0 : -exp(self->log_posterior[a] - top) / rest;
}

/* Tokens get what stands at their places, @n in all; what is left is of the marks. */
static void
set_weights(const Explaining *e, size_t n)
{
    NgAttributor *self = e->self;
    double sum = 0.0;

    for (size_t i = 0; i < n; i++)
        sum += e->at[i] / M_LN10;
    for (guint i = 0; i < self->evidence->len; i++) {
        NgEvidence *token = &g_array_index(self->evidence, NgEvidence, i);
        token->weight = e->at[g_array_index(self->place_of, guint32, i)] / M_LN10;
        sum -= token->weight;
    }
    self->marks = sum;
}

/**
 * ng_attributor_tokens:
 * @n: (out): number of tokens
 *
 * Returns: (transfer none): [@n] where the tokens of the document so far are; nothing of what
 *   they weigh
 */
const NgEvidence *
ng_attributor_tokens(const NgAttributor *self, size_t *n)
{
    g_return_val_if_fail(self != NULL && n != NULL, NULL);

    *n = self->evidence->len;
    return (const NgEvidence *)(const void *)self->evidence->data;
}

/**
 * ng_attributor_explain:
 * @author: for whom
 * @n: (out): number of tokens
 *
 * For the document that ng_attributor_end() answered last.  The weights of all
 * tokens, with ng_attributor_explain_marks() and an offset for the length of the
 * text, add up to the log10 odds of @author; where there are two
 * authors exactly, where there are more by first order.
 *
 * Returns: (transfer none): [@n] evidence, in the order of the text, until the next
 *   ng_attributor_begin()
 */
const NgEvidence *
ng_attributor_explain(NgAttributor *self, size_t author, size_t *n)
{
    g_return_val_if_fail(self != NULL && n != NULL && author < self->data.authors, NULL);

    const NgAttributionData *d = &self->data;
    size_t marks = self->trace.id[NG_BLOCK_WORDS]->len;
    *n = self->evidence->len;
    self->marks = 0.0;
    if (*n == 0 || d->members == 0)
        return (const NgEvidence *)(const void *)self->evidence->data;
    g_autofree double *versus = g_new0(double, d->authors);
    g_autofree double *weight = g_new0(double, d->members + d->authors);
    g_autofree double *at = g_new0(double, marks + 1);
    Explaining e = {self, versus, weight, at};
    NgLogistic shape = ng_attribution_shape(d);
    size_t m = d->n_linear;

    set_versus(&e, author);
    ng_logistic_weights(&shape, d->parameter, ng_attributor_place(self, self->trace.tokens),
                        weight);
    for (size_t i = 0; i < d->members; i++)
        weight[i] /= d->rms[i];
    for (size_t i = 0; i < d->n_linear; i++)
        explain_linear(&e, i);
    if (d->with_voices)
        explain_voices(&e, NG_BLOCK_WORDS, m++);
    if (d->with_styles)
        explain_voices(&e, NG_BLOCK_MASKS, m);
    set_weights(&e, marks);
    return (const NgEvidence *)(const void *)self->evidence->data;
}

/**
 * ng_attributor_explain_marks:
 *
 * Returns: the weight of all beginnings and ends of sequences together, for the author that
 *   ng_attributor_explain() was last asked about
 */
double
ng_attributor_explain_marks(const NgAttributor *self)
{
    g_return_val_if_fail(self != NULL, 0.0);

    return self->marks;
}

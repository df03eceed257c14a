/*
 * Attributing many documents
 *
 * A voice waits for memory, and is fast where it reads many sequences at once
 * (src/lm/voice-batch.c).  So documents are gathered until they make some thousand
 * tokens, each voice reads them all, and then each document has its answer.
 */
#include "attribute-internal.h"

#include <math.h>

#define GATHERED 65536 /* tokens that are looked at together, and documents at most */

static const double floor_logprob = -20.0; /* no word tells more than this, in log10 */

/* The sequences of all documents behind one another, without the marks they begin with. */
static void
lay_out(NgAttributor *self, const NgTrace *trace, size_t n, NgBlock block)
{
    GArray *offset = self->batch[0];
    GArray *ids = self->batch[1];
    gsize end = 0;

    g_array_set_size(offset, 0);
    g_array_set_size(ids, 0);
    for (size_t i = 0; i < n; i++) {
        const guint32 *id = (const guint32 *)(const void *)trace[i].id[block]->data;
        size_t length = trace[i].id[block]->len;
        for (size_t from = 0; from < length;) {
            size_t to = from + 1; /* behind the mark */
            while (to < length && id[to] != NG_WORD_BEGIN)
                to++;
            end = ids->len;
            g_array_append_val(offset, end);
            g_array_append_vals(ids, id + from + 1, (guint)(to - from - 1));
            from = to;
        }
    }
    end = ids->len;
    g_array_append_val(offset, end);
    g_array_set_size(self->batch[2], ids->len);
}

/* log10 P of each document by one voice, over the root of its length: one in each document's row
 * of @out. */
static void
score_voice(NgAttributor *self, const NgVoice *voice, const NgTrace *trace, size_t n, NgBlock block,
            float *out)
{
    const float *logprob = (const float *)(const void *)self->batch[2]->data;
    size_t stride = (self->data.members - self->data.n_linear) * self->data.authors;

    ng_voice_score_batch(voice, (const NgWord *)(const void *)self->batch[1]->data,
                         (const size_t *)(const void *)self->batch[0]->data,
                         self->batch[0]->len - 1, (float *)(void *)self->batch[2]->data, NULL);
    for (size_t i = 0; i < n; i++) {
        const guint32 *id = (const guint32 *)(const void *)trace[i].id[block]->data;
        double sum = 0.0;
        size_t scored = 0;
        for (size_t j = 0; j < trace[i].id[block]->len; j++)
            if (id[j] != NG_WORD_BEGIN) {
                sum += fmax((double)*logprob++, floor_logprob);
                scored++;
            }
        out[i * stride] = (float)(sum / sqrt((double)MAX(scored, 1)));
    }
}

/**
 * ng_attributor_voices:
 * @trace: [@n] documents
 * @voices: (out): [@n][M - n_linear][A] what voices and styles say of each
 */
void
ng_attributor_voices(NgAttributor *self, const NgTrace *trace, size_t n, float *voices)
{
    const NgAttributionData *d = &self->data;
    size_t kinds = d->members - d->n_linear;

    for (size_t k = 0; k < kinds; k++) {
        NgBlock block = k == 0 && d->with_voices ? NG_BLOCK_WORDS : NG_BLOCK_MASKS;
        lay_out(self, trace, n, block);
        for (size_t a = 0; a < d->authors; a++) {
            const NgVoice *voice = block == NG_BLOCK_WORDS ? ng_model_voice(self->model, a + 1)
                                                           : ng_model_style(self->model, a);
            score_voice(self, voice, trace, n, block, voices + k * d->authors + a);
        }
    }
}

/* Reads documents from @from on until there are enough.  Returns how many. */
static size_t
gather(NgAttributor *self, const NgSequence *texts, const size_t *first, size_t from, size_t n)
{
    size_t tokens = 0;
    size_t i = from;

    for (; i < n && tokens < GATHERED && i - from < GATHERED; i++) {
        if (i - from == self->scratch->len) {
            NgTrace fresh;
            ng_trace_init(&fresh);
            g_array_append_val(self->scratch, fresh);
        }
        NgTrace *trace = &g_array_index(self->scratch, NgTrace, i - from);
        ng_trace_clear(trace);
        for (size_t t = first[i]; t < first[i + 1]; t++)
            ng_attributor_read(self, trace, texts[t].text, texts[t].length);
        tokens += trace->tokens;
    }
    return i - from;
}

/**
 * ng_attributor_documents:
 * @texts: sequences
 * @first: [@n + 1] document i has the sequences @first[i] .. @first[i + 1] - 1
 * @each: told who wrote them, one after the other
 *
 * The answers are those of ng_attributor_begin(), _add() and _end(), faster where documents are
 * many.  There is nothing to explain afterwards.
 */
void
ng_attributor_documents(NgAttributor *self, const NgSequence *texts, const size_t *first, size_t n,
                        NgAttributionFunc each, gpointer data)
{
    g_return_if_fail(self != NULL && first != NULL && each != NULL);

    size_t stride = (self->data.members - self->data.n_linear) * self->data.authors;
    gboolean with_evidence = self->with_evidence;
    g_autoptr(GArray) voices = g_array_new(FALSE, FALSE, sizeof(gfloat));
    NgAttribution result;

    ng_attributor_begin(self);
    self->with_evidence = FALSE;
    for (size_t from = 0; from < n;) {
        size_t some = gather(self, texts, first, from, n);
        const NgTrace *trace = (const NgTrace *)(const void *)self->scratch->data;
        g_array_set_size(voices, (guint)(some * stride));
        float *score = (float *)(void *)voices->data;
        ng_attributor_voices(self, trace, some, score);
        for (size_t i = 0; i < some; i++) {
            ng_attributor_answer(self, &trace[i], score + i * stride, &result);
            result.sequences = first[from + i + 1] - first[from + i];
            each(from + i, &result, data);
        }
        from += some;
    }
    self->with_evidence = with_evidence;
}

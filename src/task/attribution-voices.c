/*
 * Training the voices that are members
 *
 * Every author has a voice over words, which the model has anyway, and one over
 * masked words, a style.  To score a document with voices that have not seen it,
 * they are made again from the other folds and thrown away.  A group of authors that
 * is held out needs no voices of its own: theirs are passed over later.
 */
#include "attribution-members.h"

#include "ngram/counts.h"
#include "ngram/parallel.h"

#include <math.h>
#include <string.h>

#define STYLE_ORDER 3

/**
 * Kind: one of the two.
 * @stream: [stream] ids
 * @words: V of them
 * @member: its number among the members
 */
typedef struct {
    const NgWord *stream;
    size_t words;
    unsigned order;
    NgSmoothOptions smooth;
    size_t member;
} Kind;

/**
 * Voicing: all jobs: kinds by folds, and the styles of the model.
 * @style: [A] of the model
 * @error: [jobs]
 */
typedef struct {
    NgAttributing *t;
    Kind kind[2];
    size_t kinds;
    NgVoice **style;
    GError **error;
} Voicing;

/* The voice of @author without fold @held; %NULL with no error where nothing is left. */
static NgVoice *
make_voice(const NgAttributing *t, const Kind *kind, uint32_t author, int held, GError **error)
{
    g_autoptr(GArray) spans = g_array_new(FALSE, FALSE, sizeof(NgSpan));
    NgDiscount discounts[NG_ORDER_MAX];

    for (guint i = 0; i < t->samples->len; i++) {
        const NgSample *sample = &g_array_index(t->samples, NgSample, i);
        if (sample->author == author && sample->fold != held)
            g_array_append_val(spans, sample->span);
    }
    if (spans->len == 0)
        return NULL;
    const NgStream stream = {kind->stream, (const NgSpan *)(const void *)spans->data, spans->len,
                             kind->words};
    NgCounts *counts = ng_counts_new(&stream, kind->order, 1, NULL, error);
    return counts != NULL ? ng_smooth(counts, &kind->smooth, discounts) : NULL;
}

/* What @voice says of a piece: log10 P by the root of its length. */
static void
score_piece(NgAttributing *t, const Kind *kind, const NgVoice *voice, guint index, size_t author)
{
    const NgPiece *piece = &g_array_index(t->pieces, NgPiece, index);
    NgState state = ng_voice_begin(voice);
    double sum = 0.0;
    size_t n = 0;
    unsigned order = 0;
    NgWord id = NG_WORD_END;

    for (size_t i = piece->begin; i < piece->end || id != NG_WORD_END; i++) {
        id = i < piece->end ? kind->stream[i] : NG_WORD_END;
        if (id == NG_WORD_BEGIN) {
            state = ng_voice_begin(voice);
            continue;
        }
        sum += fmax((double)ng_voice_step(voice, &state, id, &order), -20.0);
        n++;
    }
    t->fold_score[((size_t)index * t->members + kind->member) * t->authors + author] =
        (float)(sum / sqrt((double)MAX(n, 1)));
}

static void
score_fold(Voicing *v, const Kind *kind, int held, GError **error)
{
    NgAttributing *t = v->t;

    for (uint32_t a = 0; a < t->authors; a++) {
        GError *inner = NULL;
        g_autoptr(NgVoice) voice = make_voice(t, kind, a, held, &inner);
        if (inner != NULL) {
            g_propagate_error(error, inner);
            return;
        }
        for (guint i = 0; i < t->pieces->len && voice != NULL; i++) {
            guint sample = g_array_index(t->pieces, NgPiece, i).sample;
            if (g_array_index(t->samples, NgSample, sample).fold == held)
                score_piece(t, kind, voice, i, a);
        }
    }
}

static void
job(size_t index, unsigned thread G_GNUC_UNUSED, gpointer data)
{
    Voicing *v = data;
    size_t folds = v->kinds * (size_t)v->t->folds;

    if (index < folds)
        score_fold(v, &v->kind[index % v->kinds], (int)(index / v->kinds), &v->error[index]);
    else
        v->style[index - folds] = make_voice(
            v->t, &v->kind[v->kinds - 1], (uint32_t)(index - folds), v->t->folds, &v->error[index]);
}

/* Voices are made one by one, so a set holds out no more than a fold does: but for the author's own
 * the scores are those of the folds. */
static void
copy_to_sets(NgAttributing *t, const Kind *kind)
{
    for (guint i = 0; i < t->pieces->len && t->sets > 0; i++) {
        size_t at = ((size_t)i * t->members + kind->member) * t->authors;
        size_t size = t->authors * sizeof *t->fold_score;
        memcpy(t->home_score + at, t->fold_score + at, size);
        memcpy(t->away_score + at, t->fold_score + at, size);
    }
}

/**
 * ng_attributing_voices:
 *
 * Scores the held-out samples by voices and styles, and puts the styles into the
 * model.
 *
 * Returns: %FALSE where counting failed
 */
gboolean
ng_attributing_voices(NgAttributing *self, GError **error)
{
    Voicing v = {.t = self};
    NgSmoothOptions style = {.method = NG_SMOOTHING_KN};
    size_t styles = self->with_styles ? self->authors : 0;
    gboolean sound = TRUE;

    if (self->with_voices)
        v.kind[v.kinds++] = (Kind){self->word, ng_vocab_size(ng_model_vocab(self->model)),
                                   self->order, self->smooth, self->n_blocks};
    if (self->with_styles) {
        v.kind[v.kinds] =
            (Kind){self->mask, NG_MASK_WORDS, STYLE_ORDER, style, self->n_blocks + v.kinds};
        v.kinds++;
    }
    size_t jobs = v.kinds * (size_t)self->folds + styles;
    g_autofree NgVoice **made = g_new0(NgVoice *, styles + 1);
    g_autofree GError **errors = g_new0(GError *, jobs + 1);
    v.style = made;
    v.error = errors;
    ng_parallel(jobs, self->threads, job, &v);
    for (size_t i = 0; i < jobs; i++) {
        if (errors[i] != NULL && sound) {
            g_propagate_error(error, g_steal_pointer(&errors[i]));
            sound = FALSE;
        }
        g_clear_error(&errors[i]);
    }
    for (size_t a = 0; a < styles; a++) {
        if (sound)
            ng_model_add_style(self->model, made[a]);
        else
            ng_voice_free(made[a]);
    }
    for (size_t k = 0; k < v.kinds && sound; k++)
        copy_to_sets(self, &v.kind[k]);
    return sound;
}

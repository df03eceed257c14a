/*
 * Training the linear members
 *
 * One dictionary a block of n-grams, from all documents, without their labels; then
 * one fit for each set of documents that is held out, which scores them, and one of
 * all, which goes into the model with 8 bits a weight.  Beginnings of documents are
 * learned from beside the whole, since a row of length 1 looks otherwise when it is
 * of a short text; not so with many authors, where a beginning says too little.
 */
#include "attribution-members.h"

#include "ngram/container.h"

#include "ngram/parallel.h"
#include "ngram/rng.h"

#include <math.h>

#define EPOCHS       12
#define SHORTEST     30                 /* tokens of a beginning that is learned from */
#define MOST_WEIGHTS ((size_t)32 << 20) /* columns times width of one block */

static void
trace_piece(const NgAttributing *t, const NgPiece *piece, NgTrace *trace)
{
    NgWord id = NG_WORD_END;

    ng_trace_clear(trace);
    if (piece->tokens > 0 && t->word[piece->begin] != NG_WORD_BEGIN)
        ng_trace_mark(trace, NG_WORD_BEGIN);
    for (size_t i = piece->begin; i < piece->end || id != NG_WORD_END; i++) {
        id = i < piece->end ? t->word[i] : NG_WORD_END;
        if (id == NG_WORD_BEGIN || id == NG_WORD_END)
            ng_trace_mark(trace, id);
        else
            ng_trace_add(trace, id, t->mask[i]);
    }
}

/* Dictionary and rows of one block: first of whole samples, then of their parts. */
static void
make_rows(size_t index, unsigned thread G_GNUC_UNUSED, gpointer data)
{
    NgAttributing *t = data;
    NgBlock block = t->block[index];
    NgDictionaryBuilder *builder = ng_dictionary_builder_new(block);
    NgTrace trace;
    NgTally tally;

    ng_trace_init(&trace);
    for (guint i = 0; i < t->samples->len; i++) {
        trace_piece(t, &g_array_index(t->pieces, NgPiece, i), &trace);
        ng_dictionary_builder_add(builder, &trace);
    }
    ng_dictionary_builder_finish(builder, MOST_WEIGHTS / ng_linear_width(t->authors),
                                 &t->dictionary[index], &t->rows[index]);
    ng_tally_init(&tally);
    for (guint i = t->samples->len; i < t->pieces->len; i++) {
        trace_piece(t, &g_array_index(t->pieces, NgPiece, i), &trace);
        ng_dictionary_row(&t->dictionary[index], &trace, block, &tally, &t->rows[index]);
    }
    ng_tally_destroy(&tally);
    ng_trace_destroy(&trace);
}

/** ng_attributing_rows: makes @self->dictionary and @self->rows */
void
ng_attributing_rows(NgAttributing *self)
{
    ng_parallel(self->n_blocks, self->threads, make_rows, self);
}

/* Whether a sample is kept out of fit @held: of the folds, then of the sets. */
static gboolean
is_held(const NgAttributing *t, const NgSample *sample, int held)
{
    int set = held - t->folds;

    if (set < 0)
        return sample->fold == held;
    return set < (int)t->sets && (sample->fold == set % t->folds ||
                                  sample->author % t->groups == (unsigned)set % t->groups);
}

/* Where the scores of a sample by fit @held go; %NULL where they are not wanted. */
static float *
room_of(const NgAttributing *t, const NgSample *sample, int held)
{
    int set = held - t->folds;

    if (set < 0)
        return sample->fold == held ? t->fold_score : NULL;
    if (sample->author % t->groups == (unsigned)set)
        return t->away_score;
    return ng_attributing_home(t, sample) == set ? t->home_score : NULL;
}

/* Scores of member @index for what was held out. */
static void
score_held(NgAttributing *t, size_t index, int held, const NgSparse *x, const float *weight)
{
    for (guint i = 0; i < t->pieces->len; i++) {
        const NgPiece *piece = &g_array_index(t->pieces, NgPiece, i);
        float *room = room_of(t, &g_array_index(t->samples, NgSample, piece->sample), held);
        if (room != NULL)
            ng_linear_margins(x, i, t->authors, weight,
                              room + (i * t->members + index) * t->authors);
    }
}

static void
add_section(NgModel *model, const char *what, NgBlock block, gpointer data, size_t size)
{
    char name[NG_CONTAINER_NAME];

    g_snprintf(name, sizeof name, "attr.%s%d", what, (int)block);
    ng_model_add_section(model, name, data, size);
}

/**
 * Fitted: the weights of one block in 8 bits.
 * @scale: [columns]
 * @weight: [columns][W]
 */
typedef struct {
    float *scale;
    int8_t *weight;
} Fitted;

static Fitted
pack(const float *weight, size_t columns, size_t width)
{
    Fitted f = {g_new(float, columns), g_new(int8_t, columns * width)};

    for (size_t c = 0; c < columns; c++) {
        float most = 0.0F;
        for (size_t k = 0; k < width; k++)
            most = fmaxf(most, fabsf(weight[c * width + k]));
        f.scale[c] = most / 127.0F;
        for (size_t k = 0; k < width; k++)
            f.weight[c * width + k] =
                (int8_t)(most > 0.0F ? lrintf(weight[c * width + k] / f.scale[c]) : 0);
    }
    return f;
}

typedef struct {
    NgAttributing *t;
    int sets; /* that are held out */
    Fitted fitted[NG_BLOCKS];
} Fits;

static double
toss(gpointer rng)
{
    return ng_rng_coin(rng);
}

static void
fit(size_t job, unsigned thread G_GNUC_UNUSED, gpointer data)
{
    Fits *fits = data;
    NgAttributing *t = fits->t;
    size_t index = job / (size_t)(fits->sets + 1);
    int held = (int)(job % (size_t)(fits->sets + 1));
    NgSparse x = ng_rows_sparse(&t->rows[index], t->dictionary[index].columns);
    g_autofree uint32_t *row = g_new(uint32_t, t->pieces->len);
    g_autofree uint32_t *label = g_new(uint32_t, t->pieces->len);
    size_t width = ng_linear_width(t->authors);
    g_autofree float *weight = g_new(float, x.columns *width);
    size_t n = 0;

    for (guint i = 0; i < t->pieces->len; i++) {
        const NgPiece *piece = &g_array_index(t->pieces, NgPiece, i);
        const NgSample *sample = &g_array_index(t->samples, NgSample, piece->sample);
        if (is_held(t, sample, held) ||
            (i >= t->samples->len && (!t->with_styles || piece->tokens < SHORTEST)))
            continue;
        row[n] = i;
        label[n++] = sample->author;
    }
    NgRng rng = ng_rng_new(1, 0);
    const NgLinearOptions options = {
        .cost = 1.0, .epochs = EPOCHS, .tolerance = 0.01, .coin = toss, .data = &rng};
    const NgLinearSamples samples = {n, row, label};
    ng_linear_fit(&x, &samples, t->authors, &options, weight);
    if (held < fits->sets)
        score_held(t, index, held, &x, weight);
    else
        fits->fitted[index] = pack(weight, x.columns, width);
}

/**
 * ng_attributing_linear:
 *
 * Fits all blocks, with each fold and each set held out and with none; what is
 * fitted to all goes into the model with the dictionaries, the rest into the scores.
 */
void
ng_attributing_linear(NgAttributing *self)
{
    Fits fits = {.t = self, .sets = self->folds + (int)self->sets};
    size_t width = ng_linear_width(self->authors);

    ng_parallel(self->n_blocks * (size_t)(fits.sets + 1), self->threads, fit, &fits);
    for (size_t i = 0; i < self->n_blocks; i++) {
        NgDictionary *d = &self->dictionary[i];
        add_section(self->model, "slot", self->block[i], (gpointer)(guintptr)d->slot,
                    d->n_slots * sizeof *d->slot);
        add_section(self->model, "idf", self->block[i], (gpointer)(guintptr)d->idf,
                    d->columns * sizeof *d->idf);
        add_section(self->model, "scale", self->block[i], fits.fitted[i].scale,
                    d->columns * sizeof(float));
        add_section(self->model, "weight", self->block[i], fits.fitted[i].weight,
                    d->columns * width);
        *d = (NgDictionary){0};
        ng_rows_destroy(&self->rows[i]);
    }
}

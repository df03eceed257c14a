/*
 * Training attribution
 *
 * Samples are the authors' documents.  Each is scored by members that have not seen
 * it (folds), whole and cut short, so that the combination knows what scores are
 * worth at any length, and how unequal amounts of training text bend them.  Whether
 * anybody of the model wrote a text is learned by holding out authors whole.  All
 * choices are made by fixed seeds.
 */
#include "attribution-members.h"
#include "repeats.h"

#include "ngram/rng.h"

#include <math.h>
#include <string.h>

#define FOLDS       5
#define ENOUGH      4000 /* held-out samples that a combination needs, at most */
#define GROUPS      4    /* of authors held out whole */
#define MOST_VOICES 8    /* authors; with more, voices cost more than they tell */
#define FEW_FILES   5    /* an author with fewer has lines for documents, not files */
#define RIDGE       1.0  /* what one parameter of the combination may cost: unit variance */
#define LEAST_RHO   1e-3 /* of shares of unknown words: correlation within a text */
#define SEED        20260101
#define IMPOSSIBLE  (-1e4) /* log prior */

/* ---- samples */

/* Whether each author with text has some files. */
static gboolean
are_files_enough(const NgCorpus *corpus)
{
    g_autofree guint *files = g_new0(guint, corpus->authors->len);
    gboolean enough = TRUE;

    for (guint i = 0; i < corpus->documents->len; i++) {
        const NgCorpusDocument *d = &g_array_index(corpus->documents, NgCorpusDocument, i);
        if (d->author != NG_AUTHOR_NONE && d->span.end > d->span.first)
            files[d->author]++;
    }
    for (guint a = 0; a < corpus->authors->len; a++)
        enough = enough && (files[a] == 0 || files[a] >= FEW_FILES);
    return enough;
}

static void
add_sequences(GArray *samples, const NgCorpus *corpus, NgSpan span, uint32_t author)
{
    size_t first = span.first;

    for (size_t i = span.first; i < span.end; i++) {
        NgWord id = corpus->stream[i];
        if (id != NG_WORD_END && id != NG_WORD_NONE)
            continue;
        const NgSample sample = {{first, i + 1}, author, -1, 0};
        g_array_append_val(samples, sample);
        first = i + 1;
    }
}

/* The documents of all authors who have a voice, by author. */
static GArray *
find_samples(const NgCorpus *corpus, const NgModel *model, gboolean files)
{
    GArray *samples = g_array_new(FALSE, FALSE, sizeof(NgSample));

    for (guint a = 0; a < corpus->authors->len; a++) {
        size_t voice = 0;
        if (!ng_model_find_voice(model, g_ptr_array_index(corpus->authors, a), &voice) ||
            voice == 0)
            continue;
        for (guint i = 0; i < corpus->documents->len; i++) {
            const NgCorpusDocument *d = &g_array_index(corpus->documents, NgCorpusDocument, i);
            const NgSample sample = {d->span, (uint32_t)(voice - 1), -1, 0};
            if (d->author != a || d->span.first == d->span.end)
                continue;
            if (files)
                g_array_append_val(samples, sample);
            else
                add_sequences(samples, corpus, d->span, (uint32_t)(voice - 1));
        }
    }
    return samples;
}

/* Deals each author's samples out to the folds, in an order drawn, copies to one; a single one is
 * in none. */
static void
deal(NgAttributing *t)
{
    NgRng rng = ng_rng_new(SEED, 0);
    NgRepeats repeats = ng_repeats_new();
    guint first = 0;

    while (first < t->samples->len) {
        NgSample *s = &g_array_index(t->samples, NgSample, first);
        guint n = 0;
        while (first + n < t->samples->len && s[n].author == s->author)
            n++;
        g_autofree guint *order = g_new(guint, n);
        for (guint i = 0; i < n; i++) {
            guint j = (guint)(ng_rng_coin(&rng) * (i + 1));
            order[i] = order[j];
            order[j] = i;
        }
        for (guint i = 0; i < n && n > 1; i++) {
            NgSample *sample = &s[order[i]];
            int fold = (int)(i % FOLDS) < t->folds ? (int)(i % FOLDS) : -1;
            sample->twin =
                ng_repeats_first(&repeats, t->word + sample->span.first,
                                 sample->span.end - sample->span.first, first + order[i]);
            sample->fold = sample->twin == first + order[i]
                               ? fold
                               : g_array_index(t->samples, NgSample, sample->twin).fold;
        }
        first += n;
    }
    t->repeats = repeats.count;
    ng_repeats_destroy(&repeats);
}

static size_t
tokens_of(const NgAttributing *t, const NgSpan *span)
{
    size_t n = 0;

    for (size_t i = span->first; i < span->end; i++)
        n += t->word[i] != NG_WORD_BEGIN && t->word[i] != NG_WORD_END;
    return n;
}

/* The place behind @tokens tokens from @i on. */
static size_t
pass_tokens(const NgAttributing *t, size_t i, size_t tokens)
{
    for (; tokens > 0; i++)
        tokens -= t->word[i] != NG_WORD_BEGIN && t->word[i] != NG_WORD_END;
    return i;
}

/* A part of sample @sample, @skipped tokens from its beginning. */
static void
add_part(NgAttributing *t, guint sample, size_t skipped, size_t tokens)
{
    const NgSample *s = &g_array_index(t->samples, NgSample, sample);
    size_t begin = pass_tokens(t, s->span.first, skipped);

    while (t->word[begin] == NG_WORD_END)
        begin++;
    const NgPiece part = {sample, begin, pass_tokens(t, begin, tokens), tokens};

    g_array_append_val(t->pieces, part);
}

/* Whole samples, then two parts of each that is in a fold: one from anywhere, of a length drawn
 * evenly among logarithms, and one from the beginning, of a tenth to six tenths.  Copies
 * are cut alike: what tells their authors apart is nothing, then. */
static void
make_pieces(NgAttributing *t)
{
    t->pieces = g_array_new(FALSE, FALSE, sizeof(NgPiece));
    for (guint i = 0; i < t->samples->len; i++) {
        const NgSample *s = &g_array_index(t->samples, NgSample, i);
        const NgPiece whole = {i, s->span.first, s->span.end, tokens_of(t, &s->span)};
        g_array_append_val(t->pieces, whole);
    }
    for (guint i = 0; i < t->samples->len; i++) {
        size_t n = g_array_index(t->pieces, NgPiece, i).tokens;
        NgRng rng = ng_rng_new(SEED, 1 + (uint64_t)g_array_index(t->samples, NgSample, i).twin);
        if (g_array_index(t->samples, NgSample, i).fold < 0 || n < 2)
            continue;
        size_t few = (size_t)exp(ng_rng_coin(&rng) * log((double)n));
        size_t more = (size_t)((double)n * (0.1 + 0.5 * ng_rng_coin(&rng)));
        add_part(t, i, (size_t)(ng_rng_coin(&rng) * (double)(n - few + 1)), few);
        add_part(t, i, 0, MAX(more, 1));
    }
}

/* ---- the combination */

/** ng_attributing_is_scored: Returns: whether the members have seen piece @piece held out */
gboolean
ng_attributing_is_scored(const NgAttributing *self, guint piece)
{
    const NgPiece *p = &g_array_index(self->pieces, NgPiece, piece);

    return p->tokens > 0 && g_array_index(self->samples, NgSample, p->sample).fold >= 0;
}

static void
keep(NgModel *model, const char *name, gpointer data, size_t size)
{
    ng_model_add_section(model, name, data, size);
}

/* Shares of the samples. */
static double *
priors_of(const NgAttributing *t)
{
    double *prior = g_new0(double, t->authors);

    for (guint i = 0; i < t->samples->len; i++)
        prior[g_array_index(t->samples, NgSample, i).author] += 1.0;
    for (size_t a = 0; a < t->authors; a++)
        prior[a] = log(prior[a] / (double)t->samples->len);
    return prior;
}

/* Root mean squares of the centred scores; 1 where a member says nothing. */
static double *
spreads_of(const NgAttributing *t, const float *score, size_t n)
{
    double *rms = g_new0(double, t->members);

    for (size_t m = 0; m < t->members; m++) {
        double sum = 0.0;
        for (size_t i = 0; i < n; i++)
            for (size_t a = 0; a < t->authors; a++) {
                double s = (double)score[(i * t->members + m) * t->authors + a];
                sum += s * s;
            }
        rms[m] = n > 0 && sum > 0.0 ? sqrt(sum / (double)(n * t->authors)) : 1.0;
    }
    return rms;
}

/**
 * Fitting: what the combination is fitted to, cut out of the pieces.
 * @score: [n][M][A] centred
 */
typedef struct {
    size_t n;
    float *score, *place;
    uint32_t *label;
} Fitting;

static void
fitting_free(Fitting *f)
{
    g_free(f->score);
    g_free(f->place);
    g_free(f->label);
}

static Fitting
gather(const NgAttributing *t)
{
    size_t size = t->members * t->authors;
    guint n_pieces = t->pieces->len;
    Fitting f = {0, g_new(float, n_pieces *size), g_new(float, n_pieces),
                 g_new(uint32_t, n_pieces)};

    for (guint i = 0; i < n_pieces; i++) {
        if (!ng_attributing_is_scored(t, i))
            continue;
        const NgPiece *piece = &g_array_index(t->pieces, NgPiece, i);
        float *score = f.score + f.n * size;
        memcpy(score, t->fold_score + i * size, size * sizeof *score);
        for (size_t m = 0; m < t->members; m++)
            ng_attribution_centre(score + m * t->authors, t->authors);
        f.place[f.n] = (float)ng_attribution_place(piece->tokens);
        f.label[f.n++] = g_array_index(t->samples, NgSample, piece->sample).author;
    }
    return f;
}

/* [samples] how many tokens of each would be unknown if it had not been learned from. */
static uint32_t *
count_unknown(const NgAttributing *t)
{
    size_t V = ng_vocab_size(ng_model_vocab(t->model));
    uint32_t *unknown = g_new0(uint32_t, t->samples->len);
    g_autofree uint32_t *last = g_new0(uint32_t, V); /* 1 + the only sample so far, or MANY */

    for (int pass = 0; pass < 2; pass++)
        for (guint i = 0; i < t->samples->len; i++) {
            const NgSpan *span = &g_array_index(t->samples, NgSample, i).span;
            for (size_t j = span->first; j < span->end; j++) {
                NgWord w = t->word[j];
                if (w == NG_WORD_BEGIN || w == NG_WORD_END)
                    continue;
                if (pass == 0)
                    last[w] = last[w] == 0 || last[w] == i + 1 ? i + 1 : UINT32_MAX;
                else
                    unknown[i] += w == NG_WORD_UNKNOWN || last[w] == i + 1;
            }
        }
    return unknown;
}

/* The beta distribution of the samples' shares of unknown words, by moments. */
static void
fit_unknown(const NgAttributing *t, double *beta)
{
    g_autofree uint32_t *unknown = count_unknown(t);
    double sum[2] = {0};
    double over = 0.0; /* variance beyond that of the binomial distribution */
    double pairs = 0.0;

    for (guint i = 0; i < t->samples->len; i++) {
        sum[0] += unknown[i];
        sum[1] += (double)g_array_index(t->pieces, NgPiece, i).tokens;
    }
    double mean = fmin((0.5 + sum[0]) / (1.0 + sum[1]), 0.5);
    double variance = mean * (1.0 - mean);
    for (guint i = 0; i < t->samples->len; i++) {
        double n = (double)g_array_index(t->pieces, NgPiece, i).tokens;
        over += pow(unknown[i] - n * mean, 2.0) - n * variance;
        pairs += n * (n - 1.0) * variance;
    }
    double rho = pairs > 0.0 ? fmin(fmax(over / pairs, LEAST_RHO), 0.5) : 0.5;
    beta[0] = mean * (1.0 - rho) / rho;
    beta[1] = (1.0 - mean) * (1.0 - rho) / rho;
}

/* The range of lengths, and the doubt that n texts cannot dispel, by the rule of succession. */
static double *
range_of(const NgAttributing *t, const Fitting *f)
{
    double *range = g_new(double, NG_ATTRIBUTION_RANGE);
    guint held = 0;

    for (guint i = 0; i < t->samples->len; i++)
        held += ng_attributing_is_scored(t, i) ? 1 : 0;
    range[2] = 1.0 / (2.0 + held);
    range[0] = f->n > 0 ? (double)f->place[0] : 0.0;
    range[1] = range[0];
    for (size_t i = 0; i < f->n; i++) {
        range[0] = fmin(range[0], (double)f->place[i]);
        range[1] = fmax(range[1], (double)f->place[i]);
    }
    fit_unknown(t, range + 3);
    return range;
}

/* Priors to fit by: an author of whom nothing was held out is no answer to what was, or each text
 * by another would teach that this one writes none. */
static double *
priors_to_fit(const NgAttributing *t, const Fitting *f, const double *prior)
{
    double *fit = g_new(double, t->authors);
    g_autofree gboolean *held = g_new0(gboolean, t->authors);

    for (size_t i = 0; i < f->n; i++)
        held[f->label[i]] = TRUE;
    for (size_t a = 0; a < t->authors; a++)
        fit[a] = held[a] ? prior[a] : IMPOSSIBLE;
    return fit;
}

static void
combine(NgAttributing *t)
{
    double *prior = priors_of(t);
    const NgLogistic shape = {t->authors, t->members, NG_ATTRIBUTION_KNOTS, prior};
    Fitting f = gather(t);
    double *rms = spreads_of(t, f.score, f.n);
    double *parameter = g_new0(double, ng_logistic_size(&shape));

    for (size_t i = 0; i < f.n; i++)
        ng_attribution_divide(f.score + i * t->members * t->authors, rms, t->members, t->authors);
    const NgLogisticData data = {f.n, f.score, f.place, f.label, NULL};
    g_autofree double *to_fit = priors_to_fit(t, &f, prior);
    const NgLogistic fit = {t->authors, t->members, NG_ATTRIBUTION_KNOTS, to_fit};
    ng_logistic_fit(&fit, &data, RIDGE, parameter);
    t->knows_strangers = ng_attributing_open(t, &shape, parameter, rms);
    keep(t->model, "attr.range", range_of(t, &f), NG_ATTRIBUTION_RANGE * sizeof(double));
    keep(t->model, "attr.prior", prior, t->authors * sizeof(double));
    keep(t->model, "attr.rms", rms, t->members * sizeof(double));
    keep(t->model, "attr.fit", parameter, ng_logistic_size(&shape) * sizeof(double));
    fitting_free(&f);
}

/* ---- all of it */

static void
choose_members(NgAttributing *t, const NgTrainOptions *options)
{
    NgSmoothing method = options->smooth.method;
    gboolean few = t->authors <= MOST_VOICES;

    t->block[t->n_blocks++] = NG_BLOCK_WORDS;
    t->block[t->n_blocks++] = NG_BLOCK_MASKS;
    t->with_voices = few && method != NG_SMOOTHING_MLE && method != NG_SMOOTHING_ADD;
    t->with_styles = few;
    t->members = t->n_blocks + (t->with_voices ? 1U : 0U) + (t->with_styles ? 1U : 0U);
    t->smooth = options->smooth;
    t->smooth.keep = NULL;
    t->smooth.prune[0] = 0;
    t->order = options->order;
    t->threads = options->threads;
}

static gboolean
learn(NgAttributing *t, GError **error)
{
    size_t n = (size_t)t->pieces->len * t->members * t->authors;

    t->fold_score = g_new0(float, n);
    t->home_score = t->sets > 0 ? g_new0(float, n) : NULL;
    t->away_score = t->sets > 0 ? g_new0(float, n) : NULL;
    ng_attributing_rows(t);
    ng_attributing_linear(t);
    gboolean done = ng_attributing_voices(t, error);
    if (done)
        combine(t);
    g_free(t->fold_score);
    g_free(t->home_score);
    g_free(t->away_score);
    return done;
}

/* The stream in the model's ids, and masked. */
static void
take_stream(NgAttributing *t, const NgCorpus *corpus, const NgWord *map)
{
    size_t n = corpus->length;
    size_t V = ng_vocab_size(ng_model_vocab(t->model));
    NgWord *word = g_new(NgWord, n);
    NgWord *mask = g_new(NgWord, n);
    g_autofree uint32_t *frequency = g_new0(uint32_t, V);

    for (size_t i = 0; i < n; i++) {
        NgWord id = corpus->stream[i];
        if (id == NG_WORD_NONE)
            id = NG_WORD_END;
        else if (map != NULL)
            id = map[id] == NG_WORD_NONE ? NG_WORD_UNKNOWN : map[id];
        word[i] = id;
        frequency[id]++;
    }
    uint16_t *table = ng_mask_table(ng_model_vocab(t->model), frequency);
    for (size_t i = 0; i < n; i++)
        mask[i] = table[word[i]];
    keep(t->model, "attr.mask", table, V * sizeof *table);
    t->word = word;
    t->mask = mask;
    t->stream = n;
}

/**
 * ng_attribution_train:
 * @model: with a voice for each author
 * @corpus: what they were made of
 * @map: (nullable): [V] the model's id of each word of the corpus, %NG_WORD_NONE for none
 * @options: how they were made
 *
 * Of fewer than two authors nothing is learned; the manifest says so where "none of
 * them" was to be an answer.
 *
 * Returns: %FALSE where counting failed
 */
gboolean
ng_attribution_train(NgModel *model, const NgCorpus *corpus, const NgWord *map,
                     const NgTrainOptions *options, const NgProgress *progress, GError **error)
{
    NgAttributing t = {.model = model, .authors = ng_model_voices(model) - 1};
    gboolean files = are_files_enough(corpus);

    if (t.authors < 2) {
        ng_attributing_note_alone(model, options->open);
        return TRUE;
    }
    ng_progress_report(progress, "attributing", 0, 0);
    take_stream(&t, corpus, map);
    choose_members(&t, options);
    t.samples = find_samples(corpus, model, files);
    t.groups = t.authors > 2 ? (unsigned)MIN(t.authors, (size_t)GROUPS) : 0;
    t.folds = (int)CLAMP((size_t)ENOUGH * FOLDS / t.samples->len, 1, FOLDS);
    t.sets = t.groups > 0 ? MAX((unsigned)t.folds, t.groups) : 0;
    deal(&t);
    make_pieces(&t);
    gboolean done = learn(&t, error);
    ng_attributing_note(&t, files, options->open);
    g_array_unref(t.samples);
    g_array_unref(t.pieces);
    g_free((gpointer)(guintptr)t.word);
    g_free((gpointer)(guintptr)t.mask);
    return done;
}

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
        const NgSample sample = {{first, i + 1}, author, -1};
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
            const NgSample sample = {d->span, (uint32_t)(voice - 1), -1};
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
            const NgSpan *span = &s[order[i]].span;
            int fold = ng_repeats_deal(&repeats, t->word + span->first, span->end - span->first,
                                       (int)(i % FOLDS));
            s[order[i]].fold = fold < t->folds ? fold : -1;
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

/* Where @tokens tokens of a span end. */
static size_t
cut(const NgAttributing *t, const NgSpan *span, size_t tokens)
{
    size_t i = span->first;

    for (size_t n = 0; i < span->end && n < tokens; i++)
        n += t->word[i] != NG_WORD_BEGIN && t->word[i] != NG_WORD_END;
    return i;
}

/* Whole samples, then two beginnings of each that is in a fold: one of a length drawn evenly
 * among logarithms, one of a tenth to six tenths. */
static void
make_pieces(NgAttributing *t)
{
    t->pieces = g_array_new(FALSE, FALSE, sizeof(NgPiece));
    for (guint i = 0; i < t->samples->len; i++) {
        const NgSample *s = &g_array_index(t->samples, NgSample, i);
        const NgPiece whole = {i, s->span.end, tokens_of(t, &s->span)};
        g_array_append_val(t->pieces, whole);
    }
    for (guint i = 0; i < t->samples->len; i++) {
        const NgSample *s = &g_array_index(t->samples, NgSample, i);
        double n = (double)g_array_index(t->pieces, NgPiece, i).tokens;
        NgRng rng = ng_rng_new(SEED, 1 + (uint64_t)i);
        double lengths[2];
        lengths[0] = exp(ng_rng_coin(&rng) * log(fmax(n, 1.0)));
        lengths[1] = n * (0.1 + 0.5 * ng_rng_coin(&rng));
        for (unsigned j = 0; j < 2 && s->fold >= 0 && n >= 2.0; j++) {
            size_t tokens = (size_t)fmax(lengths[j], 1.0);
            const NgPiece piece = {i, cut(t, &s->span, tokens), tokens};
            g_array_append_val(t->pieces, piece);
        }
    }
}

/* ---- the combination */

static gboolean
is_scored(const NgAttributing *t, guint piece)
{
    const NgPiece *p = &g_array_index(t->pieces, NgPiece, piece);

    return p->tokens > 0 && g_array_index(t->samples, NgSample, p->sample).fold >= 0;
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

static void
divide(float *score, const double *rms, size_t members, size_t authors)
{
    for (size_t m = 0; m < members; m++)
        for (size_t a = 0; a < authors; a++)
            score[m * authors + a] = (float)((double)score[m * authors + a] / rms[m]);
}

/**
 * Samples: what the combination is fitted to, cut out of the pieces.
 * @score: [n][M][A] centred; @raw: [n][M][A] as they came
 */
typedef struct {
    size_t n;
    float *score, *raw, *place;
    uint32_t *label;
} Fitting;

static void
fitting_free(Fitting *f)
{
    g_free(f->score);
    g_free(f->raw);
    g_free(f->place);
    g_free(f->label);
}

static Fitting
gather(const NgAttributing *t)
{
    size_t size = t->members * t->authors;
    guint n_pieces = t->pieces->len;
    Fitting f = {0, g_new(float, n_pieces *size), g_new(float, n_pieces *size),
                 g_new(float, n_pieces), g_new(uint32_t, n_pieces)};

    for (guint i = 0; i < n_pieces; i++) {
        if (!is_scored(t, i))
            continue;
        const NgPiece *piece = &g_array_index(t->pieces, NgPiece, i);
        float *score = f.score + f.n * size;
        memcpy(score, t->fold_score + i * size, size * sizeof *score);
        memcpy(f.raw + f.n * size, score, size * sizeof *score);
        for (size_t m = 0; m < t->members; m++)
            ng_attribution_centre(score + m * t->authors, t->authors);
        f.place[f.n] = (float)ng_attribution_place(piece->tokens);
        f.label[f.n++] = g_array_index(t->samples, NgSample, piece->sample).author;
    }
    return f;
}

/* The range of lengths, and the doubt that n texts cannot dispel, by the rule of succession. */
static double *
range_of(const NgAttributing *t, const Fitting *f)
{
    double *range = g_new(double, 3);
    guint held = 0;

    for (guint i = 0; i < t->samples->len; i++)
        held += is_scored(t, i) ? 1 : 0;
    range[2] = 1.0 / (2.0 + held);
    range[0] = f->n > 0 ? (double)f->place[0] : 0.0;
    range[1] = range[0];
    for (size_t i = 0; i < f->n; i++) {
        range[0] = fmin(range[0], (double)f->place[i]);
        range[1] = fmax(range[1], (double)f->place[i]);
    }
    return range;
}

/* ---- none of them */

/**
 * Open: samples of "one of them" and "none of them" in the making.
 * @value: (element-type gfloat): [n][M + 1]
 */
typedef struct {
    const NgAttributing *t;
    const NgLogistic *shape;
    const double *parameter, *rms;
    GArray *value, *place, *label;
    double *posterior;
    float *score, *raw, *typical;
} Open;

/* One text as the authors but those of group @without see it; none without for -1. */
static void
add_open(Open *o, guint piece, const float *scores, int without)
{
    const NgAttributing *t = o->t;
    size_t authors = t->authors;
    size_t B = 0;
    const NgPiece *p = &g_array_index(t->pieces, NgPiece, piece);
    g_autofree size_t *kept = g_new(size_t, authors);
    guint32 label = without >= 0;
    gfloat place = (gfloat)ng_attribution_place(p->tokens);
    g_autofree double *weight = g_new(double, t->members + authors);

    for (size_t a = 0; a < authors; a++)
        if (without < 0 || a % t->groups != (size_t)without)
            kept[B++] = a;
    ng_logistic_weights(o->shape, o->parameter, (double)place, weight);
    for (size_t m = 0; m < t->members; m++) {
        for (size_t b = 0; b < B; b++)
            o->raw[m * B + b] = scores[((size_t)piece * t->members + m) * authors + kept[b]];
        memcpy(o->score + m * B, o->raw + m * B, B * sizeof(float));
        ng_attribution_centre(o->score + m * B, B);
    }
    divide(o->score, o->rms, t->members, B);
    double top = -HUGE_VAL;
    size_t best = 0;
    for (size_t b = 0; b < B; b++) {
        double z = o->shape->prior[kept[b]] + weight[t->members + kept[b]];
        for (size_t m = 0; m < t->members; m++)
            z += weight[m] * (double)o->score[m * B + b];
        o->posterior[b] = z;
        if (z > top) {
            top = z;
            best = b;
        }
    }
    double sum = 0.0;
    for (size_t b = 0; b < B; b++)
        sum += exp(o->posterior[b] - top);
    for (size_t b = 0; b < B; b++)
        o->posterior[b] -= top + log(sum);
    ng_attribution_typical(o->raw, t->members, B, best, o->posterior, o->typical);
    g_array_append_vals(o->value, o->typical, (guint)t->members + 1);
    g_array_append_val(o->place, place);
    g_array_append_val(o->label, label);
}

/* The values of the second class of a logistic regression, standardised; the first has 0. */
static double *
fit_open(const Open *o)
{
    NgAttributionData d = {.members = o->t->members};
    NgLogistic shape = ng_attribution_open_shape(&d);
    size_t values = d.members + 1;
    guint n = o->label->len;
    const gfloat *value = (const gfloat *)(const void *)o->value->data;
    g_autofree float *score = g_new0(float, (size_t)n *values * 2);
    g_autofree float *weight = g_new(float, n);
    double *open = g_new0(double, 2 * values + ng_logistic_size(&shape));
    guint nones = 0;

    for (size_t x = 0; x < values; x++) {
        double sum = 0.0;
        double square = 0.0;
        for (guint i = 0; i < n; i++)
            sum += (double)value[i * values + x] / n;
        for (guint i = 0; i < n; i++)
            square += pow((double)value[i * values + x] - sum, 2.0) / n;
        open[x] = sum;
        open[values + x] = square > 0.0 ? sqrt(square) : 1.0;
        for (guint i = 0; i < n; i++)
            score[(i * values + x) * 2 + 1] =
                (float)(((double)value[i * values + x] - sum) / open[values + x]);
    }
    for (guint i = 0; i < n; i++)
        nones += g_array_index(o->label, guint32, i);
    for (guint i = 0; i < n; i++) /* either answer counts half */
        weight[i] = (float)(0.5 * n / (g_array_index(o->label, guint32, i) ? nones : n - nones));
    const NgLogisticData data = {n, score, (const float *)(const void *)o->place->data,
                                 (const uint32_t *)(const void *)o->label->data, weight};
    ng_logistic_fit(&shape, &data, RIDGE, open + 2 * values);
    return open;
}

static void
train_open(NgAttributing *t, const NgLogistic *shape, const double *parameter, const double *rms)
{
    Open o = {.t = t, .shape = shape, .parameter = parameter, .rms = rms};
    NgAttributionData d = {.members = t->members};
    NgLogistic open = ng_attribution_open_shape(&d);

    o.value = g_array_new(FALSE, FALSE, sizeof(gfloat));
    o.place = g_array_new(FALSE, FALSE, sizeof(gfloat));
    o.label = g_array_new(FALSE, FALSE, sizeof(guint32));
    o.posterior = g_new(double, t->authors);
    o.score = g_new(float, t->members * t->authors);
    o.raw = g_new(float, t->members * t->authors);
    o.typical = g_new(float, t->members + 1);
    for (guint i = 0; i < t->pieces->len; i++) {
        const NgPiece *p = &g_array_index(t->pieces, NgPiece, i);
        if (!is_scored(t, i))
            continue;
        add_open(&o, i, t->fold_score, -1);
        add_open(&o, i, t->group_score,
                 (int)(g_array_index(t->samples, NgSample, p->sample).author % t->groups));
    }
    keep(t->model, "attr.open", fit_open(&o),
         (2 * (t->members + 1) + ng_logistic_size(&open)) * sizeof(double));
    g_array_unref(o.value);
    g_array_unref(o.place);
    g_array_unref(o.label);
    g_free(o.posterior);
    g_free(o.score);
    g_free(o.raw);
    g_free(o.typical);
}

static int
by_value(gconstpointer a, gconstpointer b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return x < y ? -1 : x > y;
}

/* With two authors nobody can be held out: how sure the combination is of texts that are by one
 * of them, by quantiles, tells what is unusual. */
static void
train_tail(NgAttributing *t, const Fitting *f, const NgLogistic *shape, const double *parameter)
{
    double *tail = g_new0(double, NG_ATTRIBUTION_TAIL);
    g_autofree double *sure = g_new0(double, f->n + 1);
    double posterior[2];

    for (size_t i = 0; i < f->n; i++) {
        ng_logistic_posterior(shape, parameter, f->score + i * t->members * 2, (double)f->place[i],
                              posterior);
        sure[i] = fabs(posterior[0] - posterior[1]) / exp2((double)f->place[i]);
    }
    qsort(sure, f->n, sizeof *sure, by_value);
    for (size_t q = 0; q < NG_ATTRIBUTION_TAIL && f->n > 0; q++)
        tail[q] = sure[q * (f->n - 1) / (NG_ATTRIBUTION_TAIL - 1)];
    keep(t->model, "attr.tail", tail, NG_ATTRIBUTION_TAIL * sizeof *tail);
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
        divide(f.score + i * t->members * t->authors, rms, t->members, t->authors);
    const NgLogisticData data = {f.n, f.score, f.place, f.label, NULL};
    g_autofree double *to_fit = priors_to_fit(t, &f, prior);
    const NgLogistic fit = {t->authors, t->members, NG_ATTRIBUTION_KNOTS, to_fit};
    ng_logistic_fit(&fit, &data, RIDGE, parameter);
    if (t->groups > 0)
        train_open(t, &shape, parameter, rms);
    else
        train_tail(t, &f, &shape, parameter);
    keep(t->model, "attr.range", range_of(t, &f), 3 * sizeof(double));
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
    t->group_score = t->groups > 0 ? g_new0(float, n) : NULL;
    ng_attributing_rows(t);
    ng_attributing_linear(t);
    gboolean done = ng_attributing_voices(t, error);
    if (done)
        combine(t);
    g_free(t->fold_score);
    g_free(t->group_score);
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
 * Does nothing for fewer than two authors.
 *
 * Returns: %FALSE where counting failed
 */
gboolean
ng_attribution_train(NgModel *model, const NgCorpus *corpus, const NgWord *map,
                     const NgTrainOptions *options, const NgProgress *progress, GError **error)
{
    NgAttributing t = {.model = model, .authors = ng_model_voices(model) - 1};
    gboolean files = are_files_enough(corpus);

    if (t.authors < 2)
        return TRUE;
    ng_progress_report(progress, "attributing", 0, 0);
    take_stream(&t, corpus, map);
    choose_members(&t, options);
    t.samples = find_samples(corpus, model, files);
    t.groups = t.authors > 2 ? (unsigned)MIN(t.authors, (size_t)GROUPS) : 0;
    t.folds = (int)CLAMP((size_t)ENOUGH * FOLDS / t.samples->len, 1, FOLDS);
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

/*
 * LambdaG
 *
 * Nini, Halvani, Graner, Gherardi & Ishihara 2024: the grammar of an author, an n-gram
 * model of masked sentences, against grammars made of as many sentences by others; the mean
 * of the logarithms of the latter stands for "anybody".  All sums are of logarithms, so
 * no sentence is too long.
 *
 * All grammars share one vocabulary, the masked words, so that both sides of the ratio
 * speak of the same events; in the original each has that of its own sentences, and
 * words it has not seen are one.
 *
 * Scores become likelihood ratios by a logistic curve of lambda / sqrt(tokens), fitted to
 * trials among authors other than the one in question, each kind of answer counting half;
 * n trials cannot make anybody surer than 1 part in n + 2.  The curve holds for texts as long
 * as the trials; in one that says less, its logit is scaled down to 0.
 */
#include "lambdag.h"

#include "trace.h"

#include "ngram/parallel.h"
#include "ngram/rng.h"
#include "ngram/smooth.h"

#include <math.h>

struct NgLambdaG {
    NgVoice **voice; /* [1 + samples] the author's, then the others' */
    unsigned samples;
};

/**
 * Making: the grammars of one author.
 * @spans: [1 + samples][n] sentences of each
 * @error: [1 + samples]
 */
typedef struct {
    NgLambdaG *self;
    const NgSentences *text;
    const guint *known, *pool;
    size_t n_known, n_pool;
    const NgVerifyOptions *options;
    GError **error;
} Making;

/* Draws one of list[from .. n - 1], and moves it to the front: one step of a Fisher-Yates shuffle. */
static guint
draw_one(guint *list, size_t from, size_t n, NgRng *rng)
{
    size_t j = from + (size_t)(ng_rng_coin(rng) * (double)(n - from));
    guint taken = list[j];

    list[j] = list[from];
    list[from] = taken;
    return taken;
}

/* @n sentences of the pool, each once; where there are not so many, some come again. */
static void
draw(const Making *m, unsigned sample, NgSpan *span)
{
    NgRng rng = ng_rng_new(m->options->seed, sample);
    g_autofree guint *order = g_memdup2(m->pool, m->n_pool * sizeof *order);

    for (size_t i = 0; i < m->n_known; i++)
        span[i] =
            m->text->sentence[draw_one(order, m->n_pool >= m->n_known ? i : 0, m->n_pool, &rng)];
}

static void
make_grammar(size_t index, unsigned thread G_GNUC_UNUSED, gpointer data)
{
    const Making *m = data;
    float d = (float)m->options->discount;
    const NgSmoothOptions smooth = {
        .method = NG_SMOOTHING_MKN, .discount = {d, d, d}, .fixed = TRUE};
    NgDiscount discounts[NG_ORDER_MAX];
    g_autofree NgSpan *span = g_new(NgSpan, m->n_known);

    if (index == 0)
        for (size_t i = 0; i < m->n_known; i++)
            span[i] = m->text->sentence[m->known[i]];
    else
        draw(m, (unsigned)index, span);
    const NgStream stream = {m->text->stream, span, m->n_known, NG_MASK_WORDS};
    NgCounts *counts = ng_counts_new(&stream, m->options->order, 1, NULL, &m->error[index]);
    if (counts != NULL)
        m->self->voice[index] = ng_smooth(counts, &smooth, discounts);
}

/**
 * ng_lambdag_new:
 * @known: [@n_known] sentences by the author, at least one
 * @pool: [@n_pool] sentences by others, at least one
 *
 * Returns: (transfer full): the grammars; %NULL with @error set where counting failed
 */
NgLambdaG *
ng_lambdag_new(const NgSentences *text, const guint *known, size_t n_known, const guint *pool,
               size_t n_pool, const NgVerifyOptions *options, GError **error)
{
    g_return_val_if_fail(n_known > 0 && n_pool > 0 && options->samples > 0, NULL);

    g_autoptr(NgLambdaG) self = g_new0(NgLambdaG, 1);
    unsigned jobs = options->samples + 1;
    g_autofree GError **errors = g_new0(GError *, jobs);
    Making m = {self, text, known, pool, n_known, n_pool, options, errors};
    gboolean sound = TRUE;

    self->samples = options->samples;
    self->voice = g_new0(NgVoice *, jobs);
    ng_parallel(jobs, options->threads, make_grammar, &m);
    for (unsigned i = 0; i < jobs; i++) {
        if (errors[i] != NULL && sound)
            g_propagate_error(error, g_steal_pointer(&errors[i]));
        sound = sound && self->voice[i] != NULL;
        g_clear_error(&errors[i]);
    }
    return sound ? g_steal_pointer(&self) : NULL;
}

/**
 * ng_lambdag_free:
 * @self: (nullable) (transfer full): what ng_lambdag_new() gave
 */
void
ng_lambdag_free(NgLambdaG *self)
{
    if (self == NULL)
        return;
    for (unsigned i = 0; i <= self->samples; i++)
        ng_voice_free(self->voice[i]);
    g_free(self->voice);
    g_free(self);
}

/* log10 P of sentences, ends included. */
static double
sum_of(const NgVoice *voice, const NgSentences *text, NgSentenceRange range)
{
    double sum = 0.0;

    for (guint s = range.first; s < range.end; s++) {
        NgState state = ng_voice_begin(voice);
        for (size_t i = text->sentence[s].first + 1; i < text->sentence[s].end; i++)
            sum += (double)ng_voice_step(voice, &state, text->stream[i], NULL);
    }
    return sum;
}

/**
 * ng_lambdag_score:
 * @range: a document
 * @tokens: (out): how many were weighed, ends of sentences included
 * @kept: (out): of these, words and signs that the mask has kept
 *
 * Returns: lambda_G
 */
double
ng_lambdag_score(const NgLambdaG *self, const NgSentences *text, NgSentenceRange range,
                 size_t *tokens, size_t *kept)
{
    double others = 0.0;

    *tokens = 0;
    *kept = 0;
    for (guint s = range.first; s < range.end; s++) {
        NgSpan span = text->sentence[s];
        *tokens += span.end - span.first - 1;
        for (size_t i = span.first; i < span.end; i++)
            *kept += text->stream[i] >= NG_WORDS_FIXED &&
                     text->stream[i] < NG_WORDS_FIXED + NG_MASK_KEPT;
    }
    for (unsigned j = 1; j <= self->samples; j++)
        others += sum_of(self->voice[j], text, range);
    return sum_of(self->voice[0], text, range) - others / self->samples;
}

/* ---- trials */

/* The sentences of all documents that are not tested and are by @author; with @but given, by
 * anybody but these two. */
static GArray *
sentences_of(const NgSentenceRange *documents, guint n, const guint8 *tested, uint32_t author,
             const uint32_t *but)
{
    GArray *list = g_array_new(FALSE, FALSE, sizeof(guint));

    for (guint i = 0; i < n; i++) {
        uint32_t by = documents[i].author;
        if (tested[i] || (but == NULL ? by != author : by == author || by == *but))
            continue;
        for (guint s = documents[i].first; s < documents[i].end; s++)
            g_array_append_val(list, s);
    }
    return list;
}

/* Leaves at most @most of a list, drawn. */
static void
thin(GArray *list, size_t most, NgRng *rng)
{
    if (list->len <= most)
        return;
    for (size_t i = 0; i < most; i++)
        draw_one((guint *)(void *)list->data, i, list->len, rng);
    g_array_set_size(list, (guint)most);
}

static gboolean
try_author(const NgSentences *text, const NgSentenceRange *documents, guint n, const guint8 *tested,
           uint32_t author, uint32_t other, size_t most, const NgVerifyOptions *options,
           GArray *trials, GError **error)
{
    NgRng rng = ng_rng_new(options->seed, (uint64_t)author + (1U << 20));
    g_autoptr(GArray) known = sentences_of(documents, n, tested, author, NULL);
    g_autoptr(GArray) pool = sentences_of(documents, n, tested, author, &other);

    if (known->len == 0 || pool->len == 0)
        return TRUE;
    thin(known, most, &rng);
    g_autoptr(NgLambdaG) grammars =
        ng_lambdag_new(text, (const guint *)(const void *)known->data, known->len,
                       (const guint *)(const void *)pool->data, pool->len, options, error);
    if (grammars == NULL)
        return FALSE;
    for (guint i = 0; i < n; i++) {
        NgVerifyTrial trial = {.document = i, .same = documents[i].author == author};
        if (tested[i] != 1 || (!trial.same && documents[i].author != other))
            continue;
        trial.lambda = ng_lambdag_score(grammars, text, documents[i], &trial.tokens, &trial.kept);
        g_array_append_val(trials, trial);
    }
    return TRUE;
}

/**
 * ng_verify_trials:
 * @documents: [@n] of labelled authors
 * @tested: [@n] 1: questioned; 0: known, or reference; 2: neither
 * @most: sentences that an author's grammar is made of, at most
 * @trials: (element-type NgVerifyTrial): is added to
 *
 * For each author: are the questioned documents of the author, and those of another
 * one, drawn, by the author?  The reference is of all but these two, so it knows
 * neither side.
 */
gboolean
ng_verify_trials(const NgSentences *text, const NgSentenceRange *documents, guint n,
                 const guint8 *tested, size_t most, const NgVerifyOptions *options, GArray *trials,
                 GError **error)
{
    g_autoptr(GArray) authors = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    NgRng rng = ng_rng_new(options->seed, 1U << 19);
    uint32_t top = 0;

    for (guint i = 0; i < n; i++)
        top = tested[i] == 1 ? MAX(top, documents[i].author + 1) : top;
    g_autofree guint8 *seen = g_new0(guint8, (size_t)top + 1);
    for (guint i = 0; i < n; i++)
        if (tested[i] == 1 && !seen[documents[i].author]) {
            seen[documents[i].author] = 1;
            g_array_append_val(authors, documents[i].author);
        }
    for (guint a = 0; a < authors->len && authors->len > 2; a++) {
        guint step = 1 + (guint)(ng_rng_coin(&rng) * (authors->len - 1));
        uint32_t author = g_array_index(authors, uint32_t, a);
        uint32_t other = g_array_index(authors, uint32_t, (a + step) % authors->len);
        if (!try_author(text, documents, n, tested, author, other, most, options, trials, error))
            return FALSE;
    }
    return TRUE;
}

/**
 * ng_verify_hold_out:
 * @use: [@n] documents to choose from
 * @tested: (out): [@n] 1 for a fifth of each author's, of those with two at least; 0 for the
 *   rest of @use; 2 for others
 *
 * Returns: whether three authors are tested, which trials need
 */
gboolean
ng_verify_hold_out(const NgSentenceRange *documents, guint n, const guint8 *use, guint8 *tested)
{
    g_autoptr(GHashTable) count = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) held = g_hash_table_new(NULL, NULL);

    for (guint pass = 0; pass < 2; pass++) {
        g_autoptr(GHashTable) place = g_hash_table_new(NULL, NULL);
        for (guint i = 0; i < n; i++) {
            gpointer key = GUINT_TO_POINTER(documents[i].author + 1);
            if (!use[i] || documents[i].first == documents[i].end) {
                tested[i] = 2;
                continue;
            }
            guint at = GPOINTER_TO_UINT(g_hash_table_lookup(place, key));
            g_hash_table_insert(place, key, GUINT_TO_POINTER(at + 1));
            if (pass == 0) {
                g_hash_table_insert(count, key, GUINT_TO_POINTER(at + 1));
                continue;
            }
            guint of = GPOINTER_TO_UINT(g_hash_table_lookup(count, key));
            tested[i] = of > 1 && at % 5 == MIN(4, of - 1);
            if (tested[i])
                g_hash_table_add(held, key);
        }
    }
    return g_hash_table_size(held) > 2;
}

/* ---- likelihood ratios */

static double
feature(const NgVerifyTrial *trial)
{
    return trial->lambda / sqrt((double)MAX(trial->tokens, 1));
}

/* How far a text may move the odds, against one of the usual length. */
static double
reach(const NgVerifyTrial *trial, double usual)
{
    return usual > 0.0 ? fmin(sqrt((double)trial->kept / usual), 1.0) : 1.0;
}

/**
 * ng_verify_fit:
 * @trials: [@n]
 * @scale: (out): by Newton's method, each kind of trial counting half, with a faint pull of
 *   the slope to 0 that keeps it finite where the trials can be told apart without fault
 *
 * Returns: %FALSE where there are not both kinds
 */
gboolean
ng_verify_fit(const NgVerifyTrial *trials, size_t n, NgVerifyScale *scale)
{
    double count[2] = {0.0, 0.0};
    double a = 0.0;
    double b = 0.0;
    double usual = 0.0;

    for (size_t i = 0; i < n; i++) {
        count[trials[i].same ? 1 : 0] += 1.0;
        usual += (double)trials[i].kept / (double)n;
    }
    if (count[0] == 0.0 || count[1] == 0.0)
        return FALSE;
    double ridge = 0.01 / (count[0] + count[1]);
    for (int round = 0; round < 100; round++) {
        double ga = 0.0, gb = -ridge * b;
        double haa = 1e-12, hab = 0.0, hbb = ridge;
        for (size_t i = 0; i < n; i++) {
            double r = reach(&trials[i], usual);
            double x = r * feature(&trials[i]);
            double p = 1.0 / (1.0 + exp(-(r * a + b * x)));
            double w = 0.5 / count[trials[i].same ? 1 : 0];
            double g = w * ((trials[i].same ? 1.0 : 0.0) - p);
            double h = w * p * (1.0 - p);
            ga += g * r;
            gb += g * x;
            haa += h * r * r;
            hab += h * r * x;
            hbb += h * x * x;
        }
        double det = haa * hbb - hab * hab;
        double da = (hbb * ga - hab * gb) / det;
        double db = (haa * gb - hab * ga) / det;
        double size = fmax(1.0, fmax(fabs(da), fabs(db)) / 5.0);
        a += da / size;
        b += db / size;
        if (fabs(da) + fabs(db) < 1e-10)
            break;
    }
    *scale = (NgVerifyScale){a, b, usual, 1.0 / ((double)n + 2.0)};
    return isfinite(a) && isfinite(b);
}

/** ng_verify_llr: Returns: log10 of the likelihood ratio; 0 where there is no token */
double
ng_verify_llr(const NgVerifyScale *scale, const NgVerifyTrial *trial)
{
    if (trial->tokens == 0)
        return 0.0;
    double logit = reach(trial, scale->usual) * (scale->offset + scale->slope * feature(trial));
    double p = 1.0 / (1.0 + exp(-logit));
    double q = 1.0 / (1.0 + exp(logit));
    double d = scale->doubt;
    return d > 0.0 ? log10(((1.0 - d) * p + d / 2.0) / ((1.0 - d) * q + d / 2.0)) : logit / M_LN10;
}

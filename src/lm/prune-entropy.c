/*
 * Entropy pruning: what each n-gram is worth
 *
 * After Stolcke, "Entropy-based pruning of backoff language models", 1998.  Where
 * the n-gram hw goes and the back-off weight of h is set anew, the relative
 * entropy between the voice before and after, over histories as long as h, is
 *   D(hw) = -P(h) (p(w|h) (log p'(w|h) - log p(w|h)) + q (log b'(h) - log b(h)))
 * with the mass q = b(h) d that h leaves to shorter contexts, the share of it
 * that they give to words h does not know, d = 1 - sum over hx of p(x|h'), and
 *   b'(h) = (q + p(w|h)) / (d + p(w|h')),  p'(w|h) = b'(h) p(w|h').
 * The score of hw is exp(D) - 1, the share by which the perplexity rises.
 *
 * Scores do not depend on one another: from the highest order down an n-gram is
 * weighed by those of its own and of lower orders, which still stand.  So one
 * pass gives the scores, and any threshold is a cut through them.
 *
 * What is needed stays: the context of an n-gram that stays, as in SRILM, and
 * its suffix, which is an entry of the trie in any case and costs no more as an
 * n-gram than as a blank.  ng_prune_scores_raise() lifts the scores of both to that
 * of the n-gram, after which "stays" is "score >= threshold" for every entry.
 */
#include "prune-internal.h"

#include "ngram/parallel.h"

#include <math.h>

enum { CHUNKS = 64 };

/**
 * Pass: one level of successors, scored by their contexts.
 * @level: of the successors, from 2
 * @history: [n] P(h) of the contexts, on the level below
 */
typedef struct {
    NgPruneScores *scores;
    unsigned level;
    const double *history;
} Pass;

/* Whether an entry is something that pruning could take: no blank, and no `<s>` inside. */
static gboolean
is_ngram(const NgVoice *voice, unsigned level, uint32_t e)
{
    return !ng_voice_entry_is_blank(voice, level, e) &&
           ng_voice_entry_word(voice, level, e) != NG_WORD_BEGIN;
}

static float
suffix_logprob(const NgVoice *voice, unsigned level, uint32_t e)
{
    return ng_voice_entry_logprob(voice, level - 1, ng_voice_entry_suffix(voice, level, e));
}

/* The mass d that the shorter context leaves to words that @context does not know. */
static double
unknown_mass(const NgVoice *voice, NgState context)
{
    NgRange range = ng_voice_successors(voice, context);
    unsigned level = context.length + 1;
    double d = 1.0;

    for (uint32_t e = range.first; e < range.end; e++)
        if (is_ngram(voice, level, e))
            d -= ng_prune_linear(suffix_logprob(voice, level, e));
    return MAX(d, 0.0);
}

/* D(hw) / P(h), in nats, from log10 p(w|h), log10 p(w|h'), log10 b(h) and d. */
static double
divergence(float log_p, float log_lower, float log_b, double d)
{
    double p = ng_prune_linear(log_p);
    double lower = ng_prune_linear(log_lower);
    double q = d * ng_prune_linear(log_b);

    if (p <= 0.0)
        return 0.0;
    if (q <= 0.0) /* nothing was left to other words */
        return p * (log(d + lower) - log(lower));
    double rise = log1p(p / q) - log1p(lower / d); /* log b' - log b */
    double change = G_LN10 * ((double)log_lower + (double)log_b - (double)log_p) + rise;
    return -(p * change + q * rise);
}

static void
score_context(const Pass *pass, uint32_t h)
{
    const NgVoice *voice = pass->scores->voice;
    const NgState context = {pass->level - 1, h};
    NgRange range = ng_voice_successors(voice, context);
    float *score = pass->scores->score[pass->level - 1];
    float b = ng_voice_backoff(voice, context);
    double d = range.first < range.end ? unknown_mass(voice, context) : 0.0;

    for (uint32_t e = range.first; e < range.end; e++) {
        if (!is_ngram(voice, pass->level, e)) {
            score[e] = -1.0F;
            continue;
        }
        double loss = divergence(ng_voice_entry_logprob(voice, pass->level, e),
                                 suffix_logprob(voice, pass->level, e), b, d);
        double rise = expm1(pass->history[h] * MAX(loss, 0.0));
        score[e] = isnan(rise) ? INFINITY : (float)rise;
    }
}

static void
score_chunk(size_t index, unsigned thread G_GNUC_UNUSED, gpointer data)
{
    const Pass *pass = data;
    size_t n = ng_voice_level_size(pass->scores->voice, pass->level - 1);
    uint32_t end = (uint32_t)(n * (index + 1) / CHUNKS);

    for (uint32_t h = (uint32_t)(n * index / CHUNKS); h < end; h++)
        score_context(pass, h);
}

/**
 * ng_prune_scores_init:
 * @self: (out): the scores of @voice; free with ng_prune_scores_clear()
 * @voice: must live as long as they
 * @history: how probable contexts are taken to be
 * @threads: at least 1; the scores do not depend on it
 *
 * Scores each n-gram as if it alone went.  O(n), 4 bytes an entry and 8 a context.
 */
void
ng_prune_scores_init(NgPruneScores *self, const NgVoice *voice, NgPruneHistory history,
                     unsigned threads)
{
    double *p[NG_ORDER_MAX] = {NULL};
    unsigned N = ng_voice_order(voice);

    *self = (NgPruneScores){.voice = voice};
    for (unsigned level = 2; level <= N; level++)
        self->score[level - 1] = g_new0(float, MAX(ng_voice_level_size(voice, level), 1));
    if (history == NG_PRUNE_HISTORY_STATIONARY)
        ng_prune_history_stationary(voice, self->score, p);
    for (unsigned level = 2; level <= N; level++) {
        unsigned k = level - 2;
        if (p[k] == NULL)
            p[k] = ng_prune_history_longer(voice, level - 1, k > 0 ? p[k - 1] : NULL);
        if (k > 0)
            g_clear_pointer(&p[k - 1], g_free);
        Pass pass = {self, level, p[k]};
        ng_parallel(CHUNKS, threads, score_chunk, &pass);
    }
    if (N > 1)
        g_free(p[N - 2]);
}

void
ng_prune_scores_clear(NgPruneScores *self)
{
    for (unsigned k = 0; k < NG_ORDER_MAX; k++)
        g_clear_pointer(&self->score[k], g_free);
}

/**
 * ng_prune_scores_raise:
 *
 * Lifts the score of each context and of each suffix to that of the longest
 * n-gram that needs it, from the highest order down.
 */
void
ng_prune_scores_raise(NgPruneScores *self)
{
    const NgVoice *voice = self->voice;

    for (unsigned level = ng_voice_order(voice); level > 2; level--) {
        const float *score = self->score[level - 1];
        float *below = self->score[level - 2];
        for (uint32_t h = 0; h < ng_voice_level_size(voice, level - 1); h++) {
            NgRange range = ng_voice_successors(voice, (NgState){level - 1, h});
            for (uint32_t e = range.first; e < range.end; e++) {
                uint32_t suffix = ng_voice_entry_suffix(voice, level, e);
                below[h] = MAX(below[h], score[e]);
                below[suffix] = MAX(below[suffix], score[e]);
            }
        }
    }
}

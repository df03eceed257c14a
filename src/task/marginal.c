/*
 * Marginals
 *
 * The posterior of a word in one gap, summed over all fillings of the others, by
 * the forward-backward algorithm: cluster by cluster, as in fill.c, since gaps of
 * different clusters do not know of each other.  A gap that is alone is solved by
 * the search for its best words, which looks at few.
 */
#include "marginal.h"

#include "backward.h"
#include "forward.h"
#include "joint.h"

#include "ngram/error.h"

#include <math.h>

/* The @k most probable words of @p[V]; scores are probabilities. */
static NgBest *
best_words(const double *p, size_t V, size_t k)
{
    NgBest *best = ng_best_new(k, 1);

    for (NgWord w = 0; w < V; w++) {
        const NgPartial offer = {.score = p[w], .words = &w, .n = 1};
        if (p[w] > 0.0)
            ng_best_offer(best, &(NgPartial){0}, &offer);
    }
    ng_best_sort(best);
    return best;
}

/* The best words of a gap that is alone, in place of their scores their posteriors. */
static NgBest *
alone(const NgVoice *voice, const NgCloseGaps *gap, NgBackward *ahead, NgState state, size_t k)
{
    g_autoptr(NgBest) joint = ng_joint_solve(voice, gap, ahead, state, k);
    double total = log10(ng_backward_at(ahead, 0, state).mass) + ng_backward_scale(ahead, 0);
    NgBest *best = ng_best_new(k, 1);

    for (size_t i = 0; i < ng_best_size(joint); i++) {
        NgPartial word = ng_best_get(joint, i);
        word.score = MIN(1.0, pow(10.0, word.score - total));
        ng_best_offer(best, &(NgPartial){0}, &word);
    }
    ng_best_sort(best);
    return best;
}

/* Adds the best words of each gap of a cluster to @out. */
static void
solve(const NgVoice *voice, const NgCloseGaps *close, NgState state, const NgGaps *gaps, guint n,
      GPtrArray *out)
{
    g_autoptr(NgBackward) ahead = ng_backward_new(voice, close, gaps->threads);
    size_t V = ng_voice_words(voice);

    if (n == 1) {
        g_ptr_array_add(out, alone(voice, close, ahead, state, gaps->k));
        return;
    }
    g_autofree double *p = g_new0(double, V *n);
    g_autofree double **of_gap = g_new(double *, n);
    for (guint i = 0; i < n; i++)
        of_gap[i] = p + i * V;
    ng_forward_marginals(voice, state, close, ahead, of_gap);
    for (guint i = 0; i < n; i++)
        g_ptr_array_add(out, best_words(of_gap[i], V, gaps->k));
}

/**
 * ng_marginals:
 * @voice: a voice
 * @gaps: a sequence and what is wanted
 * @error: return location for a #GError, or %NULL
 *
 * Errors: %NG_ERROR_RANGE where gaps that stand close want more memory than @gaps allows.
 *
 * Returns: (transfer full) (element-type NgBest): for each gap its @k most
 * probable words, whose scores are posteriors; %NULL with @error set
 */
GPtrArray *
ng_marginals(const NgVoice *voice, const NgGaps *gaps, GError **error)
{
    g_return_val_if_fail(voice != NULL && gaps != NULL && gaps->k > 0, NULL);

    g_autoptr(GPtrArray) out = g_ptr_array_new_with_free_func((GDestroyNotify)ng_best_free);
    g_autoptr(GArray) gap = g_array_new(FALSE, FALSE, sizeof(size_t));
    NgState state = ng_voice_begin(voice);
    size_t at = 0, from = 0;

    while (ng_gaps_next(gaps, from, ng_voice_order(voice) - 1, gap)) {
        const NgCloseGaps close = ng_gaps_close(gaps, gap, ng_voice_order(voice));
        size_t first = g_array_index(gap, size_t, 0);
        if (!ng_gaps_fit(gaps, voice, &close)) {
            g_set_error(
                error, NG_ERROR, NG_ERROR_RANGE,
                "the marginals of %u blanks that stand close take more than %" G_GUINT64_FORMAT
                " bytes of memory (allow more)",
                gap->len, gaps->memory);
            return NULL;
        }
        state = ng_gaps_advance(gaps, voice, state, at, first);
        at = first;
        solve(voice, &close, state, gaps, gap->len, out);
        from = g_array_index(gap, size_t, gap->len - 1) + 1;
    }
    return g_steal_pointer(&out);
}

/*
 * Entropy pruning: how probable contexts are
 *
 * The chain rule, P(vw) = P(v) p(w|v), takes the word from the voice's own shorter n-grams, and
 * P(</s>) for that of `<s>`, which stands as often and is never predicted.  Kneser-Ney's shorter
 * n-grams are not meant to stand alone, and lead the chain astray (Chelba, Brants, Neveitt & Xu,
 * "Study on interaction between entropy pruning and Kneser-Ney smoothing", 2010).
 *
 * The stationary distribution asks the whole voice instead: how often does a text that it would
 * write, sequence after sequence, have h behind it?  Mass on the states is moved a word on until
 * it rests.  A state of weight W passes W b on to its suffix, and W p(e) to each successor e; but
 * what the suffix makes of its weight includes words that h knows itself, and is too much by W b p
 * there:
 *   W(h) = m(h) + sum over xh of W(xh) b(xh)
 *   flow(e) = p(e) (W(context of e) - sum over g with suffix e of W b of g's context)
 * A step is one pass over all entries.
 */
#include "prune-internal.h"

#include <math.h>
#include <string.h>

/**
 * ng_prune_history_longer:
 * @level: length of the contexts, from 1
 * @shorter: [n] their own contexts' probabilities; unused on level 1
 *
 * Returns: (transfer full): [n] the probability of each entry of @level, by the chain rule
 */
double *
ng_prune_history_longer(const NgVoice *voice, unsigned level, const double *shorter)
{
    size_t n = ng_voice_level_size(voice, level);
    double *p = g_new0(double, MAX(n, 1));

    if (level == 1) {
        for (uint32_t w = 0; w < n; w++)
            p[w] = ng_prune_linear(ng_voice_entry_logprob(voice, 1, w));
        p[NG_WORD_BEGIN] = p[NG_WORD_END];
        return p;
    }
    for (uint32_t h = 0; h < ng_voice_level_size(voice, level - 1); h++) {
        NgRange range = ng_voice_successors(voice, (NgState){level - 1, h});
        for (uint32_t e = range.first; e < range.end; e++)
            p[e] = shorter[h] * ng_prune_linear(ng_voice_entry_logprob(voice, level, e));
    }
    return p;
}

/**
 * Flow: mass on its way.
 * @p: [N][n] probability of each entry; NULL on level 1
 * @m: [N][n] mass on the states before the step; [0] is the empty context's, n = 1
 * @next: [N][n] and after it
 * @weight: [N][n] W of the states; first what longer ones pass on
 * @known: [n] of the level at hand, the sum of W b over longer n-grams
 */
typedef struct {
    const NgVoice *voice;
    unsigned N;
    float *const *p;
    double *m[NG_ORDER_MAX], *next[NG_ORDER_MAX], *weight[NG_ORDER_MAX];
    double *known;
} Flow;

enum { STEPS_MAX = 100 };

/* Mass that still moves in a step when it is said to rest.  What moves falls to a third and less
 * with each step, so this far off no score is by more than a hundredth or so. */
#define RESTS 1e-2

static size_t
states(const NgVoice *voice, unsigned length)
{
    return length > 0 ? ng_voice_level_size(voice, length) : 1;
}

static void
set_weights(Flow *f)
{
    for (unsigned length = f->N; length-- > 0;)
        memset(f->weight[length], 0, states(f->voice, length) * sizeof(double));
    for (unsigned length = f->N; length-- > 0;)
        for (uint32_t h = 0; h < states(f->voice, length); h++) {
            const NgState s = {length, h};
            f->weight[length][h] += f->m[length][h];
            if (length > 0)
                f->weight[length - 1][ng_voice_shorter(f->voice, s).index] +=
                    f->weight[length][h] * ng_prune_linear(ng_voice_backoff(f->voice, s));
        }
}

/* Moves what goes to the entries of @level, with @known for the level below to be filled. */
static void
move_level(Flow *f, unsigned level, double *known_below)
{
    const NgVoice *voice = f->voice;
    const float *p = f->p[level - 1];

    for (uint32_t h = 0; h < states(voice, level - 1); h++) {
        const NgState context = {level - 1, h};
        NgRange range = ng_voice_successors(voice, context);
        double weight = f->weight[level - 1][h];
        double passed =
            level > 1 ? weight * ng_prune_linear(ng_voice_backoff(voice, context)) : 0.0;
        for (uint32_t e = range.first; e < range.end; e++) {
            NgWord word = ng_voice_entry_word(voice, level, e);
            double left = f->known != NULL ? weight - f->known[e] : weight;
            NgState to =
                word == NG_WORD_END ? ng_voice_begin(voice) : ng_voice_entry_state(voice, level, e);
            if (level > 1)
                known_below[ng_voice_entry_suffix(voice, level, e)] += passed;
            if (word != NG_WORD_BEGIN && left > 0.0)
                f->next[to.length][to.index] +=
                    left * (p != NULL ? (double)p[e]
                                      : ng_prune_linear(ng_voice_entry_logprob(voice, level, e)));
        }
    }
}

/* One word on.  Returns: the mass that moved, or NAN where there was none */
static double
step(Flow *f)
{
    double total = 0.0;
    double moved = 0.0;

    set_weights(f);
    for (unsigned length = 0; length < f->N; length++)
        memset(f->next[length], 0, states(f->voice, length) * sizeof(double));
    for (unsigned level = f->N; level >= 1; level--) {
        double *below = level > 1 ? g_new0(double, states(f->voice, level - 1)) : NULL;
        move_level(f, level, below);
        g_free(f->known);
        f->known = below;
    }
    for (unsigned length = 0; length < f->N; length++)
        for (uint32_t h = 0; h < states(f->voice, length); h++)
            total += f->next[length][h];
    if (!(total > 0.0))
        return NAN;
    for (unsigned length = 0; length < f->N; length++)
        for (uint32_t h = 0; h < states(f->voice, length); h++) {
            f->next[length][h] /= total; /* a voice may not sum to 1 */
            moved += fabs(f->next[length][h] - f->m[length][h]);
        }
    for (unsigned length = 0; length < f->N; length++) {
        double *m = f->m[length];
        f->m[length] = f->next[length];
        f->next[length] = m;
    }
    return moved;
}

static void
fill_linear(const NgVoice *voice, float *const scratch[NG_ORDER_MAX])
{
    for (unsigned level = 2; level <= ng_voice_order(voice); level++)
        for (uint32_t e = 0; e < ng_voice_level_size(voice, level); e++)
            scratch[level - 1][e] = (float)ng_prune_linear(ng_voice_entry_logprob(voice, level, e));
}

/**
 * ng_prune_history_stationary:
 * @voice: a voice of order N
 * @scratch: [N][n] room for a number an entry; NULL on level 1
 * @history: (out): [N - 1][n] (transfer full): the probability of each entry of the levels below
 *   the highest; untouched where mass does not flow
 *
 * O(n) a step, some ten steps; 24 bytes a context.
 */
void
ng_prune_history_stationary(const NgVoice *voice, float *const scratch[NG_ORDER_MAX],
                            double *history[NG_ORDER_MAX])
{
    Flow f = {.voice = voice, .N = ng_voice_order(voice), .p = scratch};
    double moved = 1.0;

    g_assert(f.N > 0);
    for (unsigned length = 0; length < f.N; length++) {
        f.m[length] = g_new0(double, MAX(states(voice, length), 1));
        f.next[length] = g_new0(double, MAX(states(voice, length), 1));
        f.weight[length] = g_new0(double, MAX(states(voice, length), 1));
    }
    f.m[0][0] = 1.0;
    fill_linear(voice, scratch);
    for (unsigned i = 0; i < STEPS_MAX && moved > RESTS; i++)
        moved = step(&f);
    for (unsigned length = f.N - 1; length > 1 && !isnan(moved); length--)
        for (uint32_t h = 0; h < states(voice, length); h++)
            f.m[length - 1][ng_voice_shorter(voice, (NgState){length, h}).index] += f.m[length][h];
    for (unsigned length = 0; length < f.N; length++) {
        if (length > 0 && !isnan(moved))
            history[length - 1] = g_steal_pointer(&f.m[length]);
        g_free(f.m[length]);
        g_free(f.next[length]);
        g_free(f.weight[length]);
    }
    g_free(f.known);
}

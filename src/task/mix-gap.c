/*
 * One gap of a mixture
 *
 * Every word of the union is put into the gap and weighed with the known words
 * behind it, its window, so that one pass gives the best fillings and the sum
 * over all of them, both exact.
 *
 * What makes the pass short: what a voice says of every word, and of the first
 * known word behind it, is laid out in an array by a pass through its own
 * tables, in their order.  And most words leave no trace behind that first known
 * word: once all voices are in the states that the known words alone lead to,
 * the rest of the window is the same for every word.  Factors are taken relative
 * to that rest, which is therefore 1.
 *
 * `<s>`, `</s>` and `<unk>` never fill a gap.
 *
 * Stored: 32 bytes a word for each voice.
 */
#include "mix-gap.h"

#include "ngram/mass.h"

#include <math.h>
#include <string.h>

/**
 * Word: what a voice says of one word in the gap.
 * @p: its probability
 * @q: that of the first known word behind it; 1 where there is none
 * @after: the state behind both
 */
typedef struct {
    double p;
    double q;
    NgState after;
} Word;

/**
 * NgMixGap:
 * @unigram: [K][V_i] probabilities in the empty context
 * @word: [K][V_i]
 */
struct NgMixGap {
    const NgMix *mix;
    size_t K;
    double *unigram[NG_MIX_MAX];
    Word *word[NG_MIX_MAX];
};

/**
 * Window: the known words behind a gap.
 * @word: [n]
 * @plain: [n + 1][K] states before each where nothing stands before the first
 * @p: [n + 1] probability of each in those states, 1 where that is 0 and behind the last
 * @rest: [n + 1] product of what the words from there on have relative to @p: 1 or 0
 */
typedef struct {
    const NgWord *word;
    size_t n;
    NgState *plain;
    double *p;
    double *rest;
} Window;

/**
 * ng_mix_gap_new:
 * @mix: a mixture that outlives the new object
 *
 * Returns: (transfer full): free with ng_mix_gap_free(); for one thread
 */
NgMixGap *
ng_mix_gap_new(const NgMix *mix)
{
    g_return_val_if_fail(mix != NULL, NULL);

    NgMixGap *self = g_new0(NgMixGap, 1);
    self->mix = mix;
    self->K = ng_mix_size(mix);
    for (size_t i = 0; i < self->K; i++) {
        const NgVoice *voice = ng_mix_part(mix, i)->voice;
        size_t words = ng_voice_words(voice);
        self->unigram[i] = g_new(double, words);
        self->word[i] = g_new(Word, words);
        for (size_t w = 0; w < words; w++)
            self->unigram[i][w] = ng_mass(ng_voice_entry_logprob(voice, 1, (uint32_t)w));
    }
    return self;
}

/**
 * ng_mix_gap_free:
 * @self: (nullable) (transfer full): what ng_mix_gap_new() gave
 */
void
ng_mix_gap_free(NgMixGap *self)
{
    if (self == NULL)
        return;
    for (size_t i = 0; i < self->K; i++) {
        g_free(self->unigram[i]);
        g_free(self->word[i]);
    }
    g_free(self);
}

/* The mass of a known word.  An unknown one is there whatever its probability, which is the
 * same for all fillings as long as it is one. */
static double
known_mass(NgWord known, float logprob)
{
    return known == NG_WORD_UNKNOWN ? exp(G_LN10 * (double)logprob) : ng_mass(logprob);
}

/* Lays out what voice @i says in @context, from the shortest context to the longest. */
static void
lay_out(NgMixGap *self, size_t i, NgState context)
{
    const NgVoice *voice = ng_mix_part(self->mix, i)->voice;
    Word *word = self->word[i];
    NgState chain[NG_ORDER_MAX];
    double weight[NG_ORDER_MAX] = {
        1.0}; /* of what chain[j] says: the back-offs of the longer ones */
    double backoff = 1.0;
    unsigned n = 0;

    for (NgState s = context; s.length > 0; s = ng_voice_shorter(voice, s)) {
        weight[n] = backoff;
        chain[n++] = s;
        backoff *= ng_mass(ng_voice_backoff(voice, s));
    }
    for (uint32_t w = 0; w < ng_voice_words(voice); w++)
        word[w] = (Word){backoff * self->unigram[i][w], 1.0, ng_voice_entry_state(voice, 1, w)};
    while (n-- > 0) {
        unsigned level = chain[n].length + 1;
        NgRange range = ng_voice_successors(voice, chain[n]);
        for (uint32_t e = range.first; e < range.end; e++) {
            Word *w = &word[ng_voice_entry_word(voice, level, e)];
            w->p = weight[n] * ng_mass(ng_voice_entry_logprob(voice, level, e));
            w->after = ng_voice_entry_state(voice, level, e);
        }
    }
}

/* Goes on by @known, a word of the union, behind each word that is laid out. */
static void
lay_out_known(NgMixGap *self, size_t i, NgWord known)
{
    const NgMixPart *part = ng_mix_part(self->mix, i);
    NgWord own = part->to[known];
    Word *word = self->word[i];

    for (size_t w = 0; w < ng_voice_words(part->voice); w++) {
        float p = ng_voice_step(part->voice, &word[w].after,
                                own != NG_WORD_NONE ? own : NG_WORD_UNKNOWN, NULL);
        word[w].q = own != NG_WORD_NONE ? known_mass(known, p) : 0.0;
    }
}

/* The probability of a known @word in @states, which go on by it. */
static double
step(const NgMixGap *self, NgState *states, NgWord word)
{
    float logprob[NG_MIX_MAX];
    double sum = 0.0;

    ng_mix_step_each(self->mix, states, word, logprob, NULL);
    for (size_t i = 0; i < self->K; i++) {
        double mass =
            word == NG_WORD_UNKNOWN ? exp(G_LN10 * (double)logprob[i]) : ng_mass(logprob[i]);
        sum += ng_mix_part(self->mix, i)->weight * mass;
    }
    return sum;
}

static void
open_window(const NgMixGap *self, Window *window)
{
    size_t K = self->K;

    window->plain = g_new0(NgState, (window->n + 1) * K);
    window->p = g_new(double, window->n + 1);
    window->rest = g_new(double, window->n + 1);
    window->p[window->n] = 1.0;
    for (size_t j = 0; j < window->n; j++) {
        NgState *next = window->plain + (j + 1) * K;
        memcpy(next, next - K, K * sizeof *next);
        window->p[j] = step(self, next, window->word[j]);
    }
    window->rest[window->n] = 1.0;
    for (size_t j = window->n; j-- > 0;) {
        window->rest[j] = window->p[j] > 0.0 ? window->rest[j + 1] : 0.0;
        if (!(window->p[j] > 0.0))
            window->p[j] = 1.0;
    }
}

static void
close_window(Window *window)
{
    g_free(window->plain);
    g_free(window->p);
    g_free(window->rest);
}

/* What the window has from its word @j on behind @states, relative to its @p; @states end
 * anywhere in it. */
static double
weigh_window(const NgMixGap *self, const Window *window, size_t j, NgState *states)
{
    double f = 1.0;

    for (; j < window->n && f > 0.0; j++) {
        if (memcmp(states, window->plain + j * self->K, self->K * sizeof *states) == 0)
            return f * window->rest[j];
        f *= step(self, states, window->word[j]) / window->p[j];
    }
    return f;
}

/* The probability of @word in the gap and of the first word behind it, and the states there. */
static double
put(const NgMixGap *self, NgWord word, NgState *states)
{
    double p = 0.0, q = 0.0;

    for (size_t i = 0; i < self->K; i++) {
        const NgMixPart *part = ng_mix_part(self->mix, i);
        NgWord own = part->to[word];
        const Word *w = &self->word[i][own != NG_WORD_NONE ? own : NG_WORD_UNKNOWN];
        if (own != NG_WORD_NONE)
            p += part->weight * w->p;
        q += part->weight * w->q;
        states[i] = w->after;
    }
    return p * q;
}

/* Lays out what all voices say where @window begins behind the gap. */
static void
open_place(NgMixGap *self, Window *window, const NgState *states)
{
    open_window(self, window);
    for (size_t i = 0; i < self->K; i++) {
        lay_out(self, i, states[i]);
        if (window->n > 0)
            lay_out_known(self, i, window->word[0]);
    }
}

/* What @word and the window have, relative to the window's @p. */
static double
weigh(const NgMixGap *self, const Window *window, NgWord word)
{
    NgState after[NG_MIX_MAX];
    double p = put(self, word, after) / window->p[0];

    return p > 0.0 ? p * weigh_window(self, window, 1, after) : 0.0;
}

/**
 * ng_mix_gap_better:
 * @self: what ng_mix_gap_new() gave
 * @states: [K] the context before the gap
 * @gap: the gap, and the words behind it that it bears on
 * @word: what stands in the gap
 * @func: (scope call): told of each word that fits better
 * @data: for @func
 *
 * Returns: the probability of @word and of the words behind it, relative to what these have alone
 */
double
ng_mix_gap_better(NgMixGap *self, const NgState *states, const NgCloseGaps *gap, NgWord word,
                  NgBetterFunc func, gpointer data)
{
    g_return_val_if_fail(self != NULL && states != NULL && gap != NULL && gap->n > 0, 0.0);
    g_return_val_if_fail(func != NULL && word < ng_mix_words(self->mix), 0.0);

    Window window = {.word = gap->words + 1, .n = gap->n - 1};
    open_place(self, &window, states);
    double own = weigh(self, &window, word);
    for (NgWord w = NG_WORDS_FIXED; w < ng_mix_words(self->mix); w++)
        if (weigh(self, &window, w) > own)
            func(w, data);
    close_window(&window);
    return own;
}

/**
 * ng_mix_gap_solve:
 * @self: what ng_mix_gap_new() gave
 * @states: [K] the context before the gap
 * @gap: the gap, and the words behind it that it bears on
 * @k: fillings wanted
 * @total: (out): log10 of the sum over all words
 *
 * Returns: (transfer full): the @k best words, the best first, each with the
 * log10 probability of it and of the words behind it; none where none is possible
 */
NgBest *
ng_mix_gap_solve(NgMixGap *self, const NgState *states, const NgCloseGaps *gap, size_t k,
                 double *total)
{
    g_return_val_if_fail(self != NULL && states != NULL && k > 0 && total != NULL, NULL);
    g_return_val_if_fail(gap != NULL && gap->n > 0, NULL);

    const NgWord *known = gap->words + 1;
    size_t n = gap->n - 1;

    Window window = {.word = known, .n = n};
    const NgPartial head = {0};
    NgBest *best = ng_best_new(k, 1);
    double sum = 0.0;
    double least = 0.0; /* of the best few, once they are k */
    double log10_scale = 0.0;

    open_place(self, &window, states);
    for (size_t j = 0; j < n; j++)
        log10_scale += log10(window.p[j]);
    for (NgWord word = NG_WORDS_FIXED; word < ng_mix_words(self->mix); word++) {
        if (!ng_close_gaps_allow(gap, 0, word))
            continue;
        double p = weigh(self, &window, word);
        sum += p;
        if (p <= 0.0 || p < least)
            continue;
        const NgPartial tail = {log10(p) + log10_scale, {0, 0}, &word, 1};
        ng_best_offer(best, &head, &tail);
        double floor = ng_best_floor(best);
        /* a little lower, so that rounding refuses none that is as good */
        least = isfinite(floor) ? pow(10.0, floor - log10_scale) * (1.0 - 1e-12) : 0.0;
    }
    close_window(&window);
    ng_best_sort(best);
    *total = sum > 0.0 ? log10(sum) + log10_scale : -HUGE_VAL;
    return best;
}

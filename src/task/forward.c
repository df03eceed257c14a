/*
 * The forward sum
 *
 * What is wanted is the sum, over all words in the gaps, of the product of the
 * probabilities of a sequence: V^g terms for g gaps.  But a word weighs only by
 * the state it leaves, so the mass of all fillings so far is kept state by state
 * and moved on word by word, as in a hidden Markov model (Baum et al. 1970).
 *
 * A gap moves the mass m of a context h on all words at once.  Those that follow
 * h take m P(w|h) to the state of hw.  The others take b m P(w|h'), where b is
 * the back-off weight and h' the context without its first word: so b m is
 * added to the mass of h', which is moved after that of h, and what h' will
 * wrongly give for the words that do follow h is taken off beforehand.  Nothing
 * but successors is looked at: a gap costs no more than the voice has entries,
 * however many gaps came before.
 *
 * Masses are scaled to sum to 1 after each word, so that none is too small for
 * a double.  `<s>`, `</s>` and `<unk>` never fill a gap.
 */
#include "forward.h"

#include "law.h"

/**
 * Forward:
 * @now: [N][..] mass of each state, by its length and index
 * @next: [N][..] the same one word later
 * @log10_scale: what the masses were divided by
 */
typedef struct {
    const NgVoice *voice;
    size_t size[NG_ORDER_MAX];
    double *now[NG_ORDER_MAX];
    double *next[NG_ORDER_MAX];
    double log10_scale;
} Forward;

static void
add(Forward *self, NgState state, double mass)
{
    self->next[state.length][state.index] += mass;
}

/* Moves the mass of @context on all its successors, and what is left to h'. */
static void
spread(Forward *self, NgState context, double mass)
{
    const NgVoice *voice = self->voice;
    unsigned level = context.length + 1;
    NgRange range = ng_voice_successors(voice, context);
    double left = context.length > 0 ? mass * ng_law_mass(ng_voice_backoff(voice, context)) : 0.0;

    for (uint32_t e = range.first; e < range.end; e++) {
        if (ng_voice_entry_word(voice, level, e) < NG_WORDS_FIXED)
            continue;
        double p = ng_law_mass(ng_voice_entry_logprob(voice, level, e));
        add(self, ng_voice_entry_state(voice, level, e), mass * p);
        if (left <= 0.0)
            continue;
        uint32_t shorter = ng_voice_entry_suffix(voice, level, e);
        double q = ng_law_mass(ng_voice_entry_logprob(voice, level - 1, shorter));
        add(self, ng_voice_entry_state(voice, level - 1, shorter), -left * q);
    }
    if (left > 0.0) {
        NgState shorter = ng_voice_shorter(voice, context);
        self->now[shorter.length][shorter.index] += left;
    }
}

/* Moves the mass of @context on one known @word. */
static void
follow(Forward *self, NgState context, double mass, NgWord word)
{
    const NgVoice *voice = self->voice;
    unsigned level = context.length + 1;
    uint32_t e = 0;

    if (ng_voice_find(voice, context, word, &e)) {
        /* an unknown word is there whatever its probability, which is the same for all fillings */
        float p = ng_voice_entry_logprob(voice, level, e);
        double factor = word == NG_WORD_UNKNOWN ? exp(G_LN10 * (double)p) : ng_law_mass(p);
        add(self, ng_voice_entry_state(voice, level, e), mass * factor);
        return;
    }
    NgState shorter = ng_voice_shorter(voice, context);
    self->now[shorter.length][shorter.index] +=
        mass * ng_law_mass(ng_voice_backoff(voice, context));
}

/* One word, or gap, further: from the longest contexts to the shortest. */
static void
advance(Forward *self, NgWord word)
{
    double sum = 0.0;

    for (unsigned length = ng_voice_order(self->voice); length-- > 0;)
        for (uint32_t i = 0; i < self->size[length]; i++) {
            double mass = self->now[length][i];
            self->now[length][i] = 0.0;
            if (mass <= 0.0) /* rounding may leave a little less than nothing */
                continue;
            if (word == NG_WORD_NONE)
                spread(self, (NgState){length, i}, mass);
            else
                follow(self, (NgState){length, i}, mass, word);
        }
    for (unsigned length = 0; length < ng_voice_order(self->voice); length++) {
        double *swap = self->now[length];
        self->now[length] = self->next[length];
        self->next[length] = swap;
        for (uint32_t i = 0; i < self->size[length]; i++)
            sum += MAX(self->now[length][i], 0.0);
    }
    self->log10_scale += log10(sum);
    for (unsigned length = 0; length < ng_voice_order(self->voice) && sum > 0.0; length++)
        for (uint32_t i = 0; i < self->size[length]; i++)
            self->now[length][i] /= sum;
}

/**
 * ng_forward_sum:
 * @voice: a voice
 * @state: the state before the first word
 * @words: [@n] words; %NG_WORD_NONE where any word but the three fixed ones may stand
 * @n: their number
 *
 * Costs 16 bytes for each entry below the top level, and time in proportion to
 * the entries of the voice for each gap.
 *
 * Returns: log10 of the sum, over all fillings, of the probability of @words; -inf where it is 0
 */
double
ng_forward_sum(const NgVoice *voice, NgState state, const NgWord *words, size_t n)
{
    g_return_val_if_fail(voice != NULL && (words != NULL || n == 0), -HUGE_VAL);

    Forward f = {.voice = voice};
    for (unsigned length = 0; length < ng_voice_order(voice); length++) {
        f.size[length] = length > 0 ? ng_voice_level_size(voice, length) : 1;
        f.now[length] = g_new0(double, f.size[length]);
        f.next[length] = g_new0(double, f.size[length]);
    }
    f.now[state.length][state.index] = 1.0;
    for (size_t i = 0; i < n && isfinite(f.log10_scale); i++)
        advance(&f, words[i]);
    for (unsigned length = 0; length < ng_voice_order(voice); length++) {
        g_free(f.now[length]);
        g_free(f.next[length]);
    }
    return f.log10_scale;
}

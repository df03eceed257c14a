/*
 * Sums over all words
 *
 * q(w|h) = p(w|h)^a for a power a.  Where h knows w, q stands with the entry; where
 * it does not, q(w|h) = b^a q(w|h') with the back-off weight b of h.  So
 *   S(h) = sum over w of q(w|h)
 *        = sum over successors of q(w|h) + b^a (S(h') - sum over them of q(w|h')),
 * and the suffix link of a successor leads to its q(w|h').  In the same way
 *   L(h) = sum over w of q ln q
 *        = sum of q ln q + b^a (L' + (a ln b) S'),
 * S' and L' being what the shorter context gives to the words that h does not know.
 *
 * Cost: the successors of a context, once: the sums are kept.  The words are
 * summed once.  `<s>` is no word here.  Stored: 16 bytes a context, of memory
 * that counts where it is touched.
 */
#include "sums.h"

#include <math.h>

enum { CHUNK = 256 }; /* log probabilities asked for at once */

/* The sums of one context; a mass of 0 where they are not made. */
typedef struct {
    double mass; /* S */
    double log;  /* L */
} Sum;

struct NgSums {
    const NgVoice *voice;
    double power;
    Sum *sum[NG_ORDER_MAX]; /* [N] (nullable): of the contexts of each length */
};

/**
 * ng_sums_new:
 * @voice: a voice that outlives the new object
 * @power: a, above 0
 *
 * Returns: (transfer full): free with ng_sums_free(); for one thread
 */
NgSums *
ng_sums_new(const NgVoice *voice, double power)
{
    g_return_val_if_fail(voice != NULL && power > 0.0, NULL);

    NgSums *self = g_new0(NgSums, 1);
    self->voice = voice;
    self->power = power;
    return self;
}

/**
 * ng_sums_free:
 * @self: (nullable) (transfer full): what ng_sums_new() gave
 */
void
ng_sums_free(NgSums *self)
{
    if (self == NULL)
        return;
    for (size_t length = 0; length < NG_ORDER_MAX; length++)
        g_free(self->sum[length]);
    g_free(self);
}

/* Adds what an entry of log10 probability @logprob has, @times over. */
static void
add(const NgSums *self, Sum *sum, float logprob, double times)
{
    double q = ng_sums_power(logprob, self->power);

    if (!(q > 0.0))
        return;
    sum->mass += times * q;
    sum->log += times * q * (self->power * (double)logprob * G_LN10);
}

/* Adds the entries of @level, and takes from @shadow what the shorter context gives their words. */
static void
add_entries(const NgSums *self, unsigned level, NgRange range, Sum *sum, Sum *shadow)
{
    const NgVoice *voice = self->voice;
    float logprob[CHUNK];

    for (uint32_t first = range.first; first < range.end; first += CHUNK) {
        uint32_t n = MIN(CHUNK, range.end - first);
        ng_voice_logprobs(voice, level, first, n, logprob);
        for (uint32_t i = 0; i < n; i++) {
            add(self, sum, logprob[i], 1.0);
            if (level > 1)
                add(self, shadow,
                    ng_voice_entry_logprob(voice, level - 1,
                                           ng_voice_entry_suffix(voice, level, first + i)),
                    -1.0);
        }
    }
}

/* Takes away what was added for `<s>`, which is no word. */
static void
drop_begin(const NgSums *self, NgState context, Sum *sum, Sum *shadow)
{
    unsigned level = context.length + 1;
    uint32_t entry;

    if (!ng_voice_find(self->voice, context, NG_WORD_BEGIN, &entry))
        return;
    add(self, sum, ng_voice_entry_logprob(self->voice, level, entry), -1.0);
    if (level > 1)
        add(self, shadow,
            ng_voice_entry_logprob(self->voice, level - 1,
                                   ng_voice_entry_suffix(self->voice, level, entry)),
            1.0);
}

static Sum
make(const NgSums *self, NgState context, Sum shorter)
{
    unsigned level = context.length + 1;
    Sum sum = {0}, rest = shorter;

    if (level == 1) {
        add_entries(self, 1, (NgRange){0, (uint32_t)ng_voice_words(self->voice)}, &sum, &rest);
        drop_begin(self, context, &sum, &rest);
        return sum;
    }
    float backoff = ng_voice_backoff(self->voice, context);
    double b = ng_sums_power(backoff, self->power);
    add_entries(self, level, ng_voice_successors(self->voice, context), &sum, &rest);
    drop_begin(self, context, &sum, &rest);
    if (b > 0.0 && rest.mass > 0.0) {
        sum.mass += b * rest.mass;
        sum.log += b * (rest.log + self->power * (double)backoff * G_LN10 * rest.mass);
    }
    return sum;
}

/* From the shortest context to the longest, as far as they are not made. */
static Sum
sum_of(NgSums *self, NgState context)
{
    unsigned length = context.length;

    if (self->sum[length] == NULL)
        self->sum[length] = g_new0(Sum, length > 0 ? ng_voice_level_size(self->voice, length) : 1);
    Sum *kept = &self->sum[length][context.index];
    if (!(kept->mass > 0.0)) {
        Sum shorter = {0};
        if (length > 0)
            shorter = sum_of(self, ng_voice_shorter(self->voice, context));
        *kept = make(self, context, shorter);
    }
    return *kept;
}

/**
 * ng_sums_mass:
 * @self: what ng_sums_new() gave
 * @context: a state of its voice
 *
 * Returns: S(h), the sum of p(w|h)^a over all words but `<s>`
 */
double
ng_sums_mass(NgSums *self, NgState context)
{
    g_return_val_if_fail(self != NULL && context.length < NG_ORDER_MAX, 0.0);

    return sum_of(self, context).mass;
}

/**
 * ng_sums_log:
 * @self: what ng_sums_new() gave
 * @context: a state of its voice
 *
 * Returns: L(h), the sum of q ln q over all words but `<s>`, q = p(w|h)^a
 */
double
ng_sums_log(NgSums *self, NgState context)
{
    g_return_val_if_fail(self != NULL && context.length < NG_ORDER_MAX, 0.0);

    return sum_of(self, context).log;
}

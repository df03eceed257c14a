/*
 * Whole distributions, and whether a voice is sound
 *
 * The sum over all words needs no look at all words: those that do not follow h
 * have together gamma(h) times what P(. | h') leaves them, so
 *   S(h) = sum over hx of P(x | h) + gamma(h) (S(h') - sum over hx of P(x | h')).
 */
#include "compact.h"
#include "internal.h"

#include "ngram/error.h"
#include "ngram/parallel.h"

static double
linear(float log10_p)
{
    return exp10((double)log10_p);
}

/**
 * ng_voice_distribution:
 * @context: a state of @self
 * @p: (out): [V] P(word | @context); 0 for `<s>`
 * @order: (out) (nullable): [V] length of the longest n-gram of the model that ends in the word
 *
 * The plain way, from the shortest context to the longest: each longer one
 * scales what it does not know and sets what it does.  O(N V).
 *
 * Returns: the sum, 1 up to rounding
 */
double
ng_voice_distribution(const NgVoice *self, NgState context, double *p, uint8_t *order)
{
    g_return_val_if_fail(self != NULL && p != NULL && context.length < self->order, 0.0);

    NgState chain[NG_ORDER_MAX];
    unsigned n = 0;
    for (NgState s = context; s.length > 0; s = ng_voice_shorter(self, s))
        chain[n++] = s;
    for (NgWord w = 0; w < self->V; w++) {
        p[w] = linear(ng_voice_entry_logprob(self, 1, w));
        if (order != NULL)
            order[w] = 1;
    }
    while (n > 0) {
        NgState s = chain[--n];
        double weight = linear(ng_voice_backoff(self, s));
        for (NgWord w = 0; w < self->V; w++)
            p[w] *= weight;
        NgRange range = ng_voice_successors(self, s);
        for (uint32_t e = range.first; e < range.end; e++) {
            NgWord w = ng_voice_entry_word(self, s.length + 1, e);
            p[w] = linear(ng_voice_entry_logprob(self, s.length + 1, e));
            if (order != NULL && !ng_voice_entry_is_blank(self, s.length + 1, e))
                order[w] = (uint8_t)(s.length + 1);
        }
    }
    p[NG_WORD_BEGIN] = 0.0;
    double sum = 0.0;
    for (NgWord w = 0; w < self->V; w++)
        sum += p[w];
    return sum;
}

/* S(h) from S(h'). */
static double
sum_from(const NgVoice *self, NgState context, double shorter)
{
    unsigned level = context.length + 1;
    NgRange range = ng_voice_successors(self, context);
    double own = 0.0;

    for (uint32_t e = range.first; e < range.end; e++) {
        if (ng_voice_entry_word(self, level, e) == NG_WORD_BEGIN)
            continue;
        own += linear(ng_voice_entry_logprob(self, level, e));
        if (level > 1)
            shorter -= linear(
                ng_voice_entry_logprob(self, level - 1, ng_voice_entry_suffix(self, level, e)));
    }
    double weight = linear(ng_voice_backoff(self, context));
    return level > 1 && weight > 0.0 ? own + weight * shorter : own;
}

/**
 * ng_voice_sum:
 * @context: a state of @self
 *
 * Returns: the sum of P(word | @context) over all words but `<s>`
 */
double
ng_voice_sum(const NgVoice *self, NgState context)
{
    g_return_val_if_fail(self != NULL && context.length < self->order, 0.0);

    double shorter = context.length > 0 ? ng_voice_sum(self, ng_voice_shorter(self, context)) : 0.0;
    return sum_from(self, context, shorter);
}

static gboolean
refuse(GError **error, unsigned level, uint32_t entry, const char *what)
{
    g_set_error(error, NG_ERROR, NG_ERROR_FORMAT, "entry %u of level %u: %s", entry, level, what);
    return FALSE;
}

/* Checks the successors of one context: words rise, and each has its suffix where it must. */
static gboolean
check_successors(const NgVoice *self, NgState context, GError **error)
{
    unsigned level = context.length + 1;
    NgRange range = ng_voice_successors(self, context);
    const NgEntry *entry = self->entry[context.length - 1] + context.index;
    NgRange shorter = ng_voice_successors(self, ng_voice_shorter(self, context));

    if (entry[0].first > entry[1].first || entry[1].first > self->n[context.length])
        return refuse(error, context.length, context.index, "its successors lie outside");
    for (uint32_t e = range.first; e < range.end; e++) {
        NgWord w = self->word[level - 1][e];
        if (w >= self->V || (e > range.first && w <= self->word[level - 1][e - 1]))
            return refuse(error, level, e, "words out of order");
        /* words rise there, so no other entry has this one */
        uint32_t suffix = ng_voice_entry_suffix(self, level, e);
        if (suffix < shorter.first || suffix >= shorter.end ||
            ng_voice_entry_word(self, level - 1, suffix) != w)
            return refuse(error, level, e, "wrong suffix");
        if (isnan(ng_voice_entry_logprob(self, level, e)))
            return refuse(error, level, e, "not a probability");
    }
    return TRUE;
}

enum { CHUNK = 16384 }; /* contexts that a thread takes at once */

/** Check: of the contexts of one level; @bad: [chunks] where something is wrong */
typedef struct {
    const NgVoice *voice;
    unsigned level;
    gboolean *bad;
} Check;

static gboolean
check_chunk(const Check *check, size_t chunk, GError **error)
{
    size_t end = MIN((chunk + 1) * CHUNK, check->voice->n[check->level - 1]);

    for (size_t h = chunk * CHUNK; h < end; h++)
        if (!check_successors(check->voice, (NgState){check->level, (uint32_t)h}, error))
            return FALSE;
    return TRUE;
}

/* NgTask: checks a chunk. */
static void
find_bad(size_t index, unsigned thread G_GNUC_UNUSED, gpointer data)
{
    const Check *check = data;

    check->bad[index] = !check_chunk(check, index, NULL);
}

/* Order and links of the successors of all contexts of @level; the error is of the first. */
static gboolean
check_level(const NgVoice *self, unsigned level, GError **error)
{
    size_t chunks = (self->n[level - 1] + CHUNK - 1) / CHUNK;
    g_autofree gboolean *bad = g_new0(gboolean, chunks);
    Check check = {self, level, bad};

    ng_parallel(chunks, ng_parallel_processors(), find_bad, &check);
    for (size_t i = 0; i < chunks; i++)
        if (bad[i])
            return check_chunk(&check, i, error);
    return TRUE;
}

/* The sums over all words in all contexts. */
static gboolean
check_sums(const NgVoice *self, double tolerance, GError **error)
{
    double root = ng_voice_sum(self, (NgState){0});
    g_autofree double *shorter = NULL;

    if (!(fabs(root - 1.0) <= tolerance)) {
        g_set_error(error, NG_ERROR, NG_ERROR_FORMAT, "the words' probabilities sum to %.9g", root);
        return FALSE;
    }
    for (unsigned level = 1; level < self->order; level++) {
        double *sum = g_new(double, self->n[level - 1]);
        for (uint32_t h = 0; h < self->n[level - 1]; h++) {
            NgState context = {level, h};
            sum[h] = sum_from(self, context,
                              level > 1 ? shorter[ng_voice_shorter(self, context).index] : root);
            if (fabs(sum[h] - 1.0) <= tolerance)
                continue;
            g_set_error(error, NG_ERROR, NG_ERROR_FORMAT,
                        "entry %u of level %u: its distribution sums to %.9g", h, level, sum[h]);
            g_free(sum);
            return FALSE;
        }
        g_free(shorter);
        shorter = sum;
    }
    return TRUE;
}

/* What is packed is checked unpacked: it is the faster way to read all of it. */
static gboolean
check_compact(const NgCompact *compact, double tolerance, GError **error)
{
    if (!ng_compact_check(compact)) {
        g_set_error(error, NG_ERROR, NG_ERROR_FORMAT, "the counts of a packed voice are wrong");
        return FALSE;
    }
    g_autoptr(NgVoice) plain = ng_compact_unpack(compact);
    return ng_voice_check(plain, tolerance, error);
}

/**
 * ng_voice_check:
 * @tolerance: how far from 1 a sum may be; 0 leaves the sums out
 * @error: return location for a #GError, or %NULL
 *
 * Reads every entry: the order of words, the links, and that the distribution
 * of every context sums to 1.
 *
 * Returns: whether @self is sound; else %NG_ERROR_FORMAT
 */
gboolean
ng_voice_check(const NgVoice *self, double tolerance, GError **error)
{
    g_return_val_if_fail(self != NULL, FALSE);

    if (self->compact != NULL)
        return check_compact(self->compact, tolerance, error);
    for (unsigned level = 1; level < self->order; level++)
        if (!check_level(self, level, error))
            return FALSE;
    return !(tolerance > 0.0) || check_sums(self, tolerance, error);
}

/**
 * ng_voice_deviation:
 *
 * Returns: how far from 1 the sum of a context's distribution is at most; infinity where a sum is no number
 */
double
ng_voice_deviation(const NgVoice *self)
{
    g_return_val_if_fail(self != NULL, 0.0);

    g_autoptr(NgVoice) plain = self->compact != NULL ? ng_compact_unpack(self->compact) : NULL;
    const NgVoice *voice = plain != NULL ? plain : self;
    double root = ng_voice_sum(voice, (NgState){0});
    double most = fabs(root - 1.0);
    g_autofree double *shorter = NULL;
    for (unsigned level = 1; level < voice->order; level++) {
        double *sum = g_new(double, voice->n[level - 1]);
        for (uint32_t h = 0; h < voice->n[level - 1]; h++) {
            NgState s = {level, h};
            sum[h] =
                sum_from(voice, s, level > 1 ? shorter[ng_voice_shorter(voice, s).index] : root);
            most = fabs(sum[h] - 1.0) <= most ? most : fabs(sum[h] - 1.0);
        }
        g_free(shorter);
        shorter = sum;
    }
    return isnan(most) ? HUGE_VAL : most;
}

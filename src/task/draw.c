/*
 * Drawing words
 *
 * A context h is a die whose sides are its successors, side w of weight
 * u(w) = max(0, p(w|h) - b p(w|h')), and one side more of weight b: fall
 * through, draw from the shorter context h', and keep what comes with
 * probability min(1, p(w|h) / (b p(w|h'))) if it is a successor of h; else
 * start again at h.  Here b is the back-off weight of h.
 *
 * Why that is exact.  One trial gives a successor w with weight
 *     u + b p' min(1, p / (b p')) = (p - b p') + b p' = p   where p >= b p',
 *                                 =          0 +  p   = p   where p <  b p',
 * and any other word with b p', its back-off p: in proportion to p(.|h) always.
 *
 * Interpolated models have p >= b p', so nothing is thrown away there.  A model
 * that throws away very much is drawn from by the whole distribution instead.
 * <s> weighs nothing.  log10 p <= -99 is probability 0.
 *
 * Cost: O(log successors) a level.  The cumulative tables of the unigrams and
 * of each context met with more than SMALL successors are kept: 8 bytes a side.
 */
#include "draw.h"

#include "law.h"

#include "ngram/die.h"

enum {
    SMALL = 16,   /* successors up to which a table is made anew each time */
    TRIALS = 1000 /* trials for one word before the whole distribution is used */
};

/* The die of one context. */
typedef struct {
    guint64 key; /* of the context; first, so that the table is its own key */
    size_t n;    /* sides */
    double cdf[];
} Table;

struct NgDraw {
    const NgVoice *voice;
    gboolean no_unk;
    size_t words;       /* V */
    GHashTable *tables; /* Table.key -> Table */
    double *unigrams;   /* (nullable): [V] cumulative */
    double *whole;      /* (nullable): [V] scratch */
};

/* Where a word comes from while the die is rolled. */
typedef struct {
    NgDraw *draw;
    NgRng *rng;
    unsigned trials; /* left */
} Roll;

/**
 * ng_draw_new:
 * @voice: a voice that outlives the new object
 * @no_unk: never `<unk>`: the law given that it does not come
 *
 * Returns: (transfer full): free with ng_draw_free(); for one thread
 */
NgDraw *
ng_draw_new(const NgVoice *voice, gboolean no_unk)
{
    g_return_val_if_fail(voice != NULL, NULL);

    NgDraw *self = g_new0(NgDraw, 1);
    self->voice = voice;
    self->no_unk = no_unk;
    self->words = ng_voice_words(voice);
    self->tables = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
    return self;
}

/**
 * ng_draw_free:
 * @self: (nullable) (transfer full): what ng_draw_new() gave
 */
void
ng_draw_free(NgDraw *self)
{
    if (self == NULL)
        return;
    g_hash_table_unref(self->tables);
    g_free(self->unigrams);
    g_free(self->whole);
    g_free(self);
}

/* weight[i] = u(successor i), weight[n] = back-off weight; n = successors of @context. */
static void
weigh(const NgVoice *voice, NgState context, NgRange successors, double *weight)
{
    unsigned level = context.length + 1;
    size_t n = successors.end - successors.first;
    double b = ng_law_mass(ng_voice_backoff(voice, context));

    for (size_t i = 0; i < n; i++) {
        uint32_t entry = successors.first + (uint32_t)i;
        uint32_t suffix = ng_voice_entry_suffix(voice, level, entry);
        double p = ng_law_mass(ng_voice_entry_logprob(voice, level, entry));
        double q = ng_law_mass(ng_voice_entry_logprob(voice, level - 1, suffix));
        gboolean begin = ng_voice_entry_word(voice, level, entry) == NG_WORD_BEGIN;
        weight[i] = begin ? 0.0 : MAX(0.0, p - b * q);
    }
    weight[n] = b;
}

/* Weights into running sums; a table of no weight if one of them is no number. */
static void
cumulate(double *cdf, size_t n)
{
    if (ng_die_cumulate(cdf, cdf, n) < n)
        cdf[n - 1] = 0.0;
}

/* The kept table of a context with many successors; made when it is first met. */
static const Table *
large_table(NgDraw *self, NgState context, NgRange successors)
{
    guint64 key = ng_law_key(context);
    Table *table = g_hash_table_lookup(self->tables, &key);

    if (table != NULL)
        return table;
    size_t n = successors.end - successors.first;
    table = g_malloc(sizeof *table + (n + 1) * sizeof table->cdf[0]);
    table->key = key;
    table->n = n + 1;
    weigh(self->voice, context, successors, table->cdf);
    cumulate(table->cdf, table->n);
    g_hash_table_insert(self->tables, &table->key, table);
    return table;
}

/* Rolls a cumulative table; FALSE where it has no weight at all. */
static gboolean
roll(const double *cdf, size_t n, NgRng *rng, size_t *side)
{
    if (!(cdf[n - 1] > 0.0))
        return FALSE;
    *side = ng_die_roll(cdf, n, ng_rng_coin(rng));
    return TRUE;
}

/* Rolls the die of @context: a successor, or their number for the fall to h'. */
static gboolean
roll_context(const Roll *self, NgState context, NgRange successors, size_t *side)
{
    size_t n = successors.end - successors.first;
    double cdf[SMALL + 1];

    if (n == 0) {
        *side = 0;
        return ng_voice_backoff(self->draw->voice, context) > NG_LAW_ZERO;
    }
    if (n > SMALL) {
        const Table *table = large_table(self->draw, context, successors);
        return roll(table->cdf, table->n, self->rng, side);
    }
    weigh(self->draw->voice, context, successors, cdf);
    cumulate(cdf, n + 1);
    return roll(cdf, n + 1, self->rng, side);
}

static NgWord
roll_unigram(const Roll *self)
{
    NgDraw *draw = self->draw;
    size_t side;

    if (draw->unigrams == NULL) {
        draw->unigrams = g_new(double, draw->words);
        for (size_t w = 0; w < draw->words; w++)
            draw->unigrams[w] = ng_law_mass(ng_voice_entry_logprob(draw->voice, 1, (uint32_t)w));
        draw->unigrams[NG_WORD_BEGIN] = 0.0;
        cumulate(draw->unigrams, draw->words);
    }
    return roll(draw->unigrams, draw->words, self->rng, &side) ? (NgWord)side : NG_WORD_NONE;
}

/* Whether @word, drawn from h', may stand for h; the coin is tossed only where it matters. */
static gboolean
keeps(const Roll *self, NgState context, NgWord word)
{
    const NgVoice *voice = self->draw->voice;
    unsigned level = context.length + 1;
    uint32_t entry;

    if (!ng_voice_find(voice, context, word, &entry))
        return TRUE;
    uint32_t suffix = ng_voice_entry_suffix(voice, level, entry);
    double p = ng_law_mass(ng_voice_entry_logprob(voice, level, entry));
    double q = ng_law_mass(ng_voice_entry_logprob(voice, level - 1, suffix)) *
               ng_law_mass(ng_voice_backoff(voice, context));
    return p >= q || ng_rng_coin(self->rng) * q < p;
}

/* An exact draw from @context; NG_WORD_NONE where no weight or no trial is left. */
static NgWord
draw_from(Roll *self, NgState context)
{
    const NgVoice *voice = self->draw->voice;

    if (context.length == 0)
        return roll_unigram(self);

    NgRange successors = ng_voice_successors(voice, context);
    for (; self->trials > 0; self->trials--) {
        size_t side;
        if (!roll_context(self, context, successors, &side))
            return NG_WORD_NONE;
        uint32_t entry = successors.first + (uint32_t)side;
        if (entry < successors.end)
            return ng_voice_entry_word(voice, context.length + 1, entry);

        NgWord word = draw_from(self, ng_voice_shorter(voice, context));
        if (word == NG_WORD_NONE || keeps(self, context, word))
            return word;
    }
    return NG_WORD_NONE;
}

/* The same law by its whole distribution: O(V), but nothing is ever thrown away. */
static NgWord
draw_whole(NgDraw *self, NgState context, NgRng *rng)
{
    size_t side;

    if (self->whole == NULL)
        self->whole = g_new(double, self->words);
    ng_voice_distribution(self->voice, context, self->whole, NULL);
    self->whole[NG_WORD_BEGIN] = 0.0;
    if (self->no_unk)
        self->whole[NG_WORD_UNKNOWN] = 0.0;
    for (size_t w = 0; w < self->words; w++)
        if (!(self->whole[w] > 1e-99)) /* NG_LAW_ZERO */
            self->whole[w] = 0.0;
    cumulate(self->whole, self->words);
    return roll(self->whole, self->words, rng, &side) ? (NgWord)side : NG_WORD_NONE;
}

/**
 * ng_draw_word:
 * @self: what ng_draw_new() gave
 * @context: a state of its voice
 * @rng: (inout): chance
 *
 * Draws one word by P(word | @context); `</s>` is a word here.
 *
 * Returns: the word; %NG_WORD_NONE where no word has a positive probability
 */
NgWord
ng_draw_word(NgDraw *self, NgState context, NgRng *rng)
{
    g_return_val_if_fail(self != NULL && rng != NULL, NG_WORD_NONE);

    Roll chance = {.draw = self, .rng = rng, .trials = TRIALS};
    for (; chance.trials > 0; chance.trials--) {
        NgWord word = draw_from(&chance, context);
        if (word == NG_WORD_NONE)
            break;
        if (word != NG_WORD_UNKNOWN || !self->no_unk)
            return word;
    }
    return draw_whole(self, context, rng);
}

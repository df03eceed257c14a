/*
 * Entropy pruning: the voice that is left
 *
 * From the words up, level by level: entries close ranks, and each context that lost n-grams gets
 * the back-off weight with which it sums to what it summed to before,
 *   b'(h) = (q + sum of p(x|h) over what went) / (d + sum of p(x|h') over what went),
 * q and d as in prune-entropy.c.  Where nothing went, b(h) stays to the bit.  A
 * blank that stays, because longer n-grams need it, is backed off to anew; its
 * new probability changes d of the contexts above in turn.
 */
#include "internal.h"
#include "prune-internal.h"

/**
 * Build:
 * @level: that is being built, from 2
 * @moved, @moving: whether a blank has another probability than before, on the level below and on
 *   this one
 * @map, @below: [n] new index of each old entry of @level and of the level below it; %NULL on
 *   level 1, where none goes
 */
typedef struct {
    const NgPruneScores *scores;
    double threshold;
    NgVoice *out;
    unsigned level;
    gboolean moved, moving;
    uint32_t *map, *below;
} Build;

static gboolean
stays(const Build *b, unsigned level, uint32_t e)
{
    const float *score = b->scores->score[level - 1];

    return score == NULL || (double)score[e] >= b->threshold;
}

static uint32_t
mapped(const uint32_t *map, uint32_t index)
{
    return map != NULL ? map[index] : index;
}

static uint32_t
count_staying(const Build *b, NgState context)
{
    NgRange range = ng_voice_successors(b->scores->voice, context);
    uint32_t n = 0;

    for (uint32_t e = range.first; e < range.end; e++)
        n += stays(b, b->level, e) ? 1 : 0;
    return n;
}

/* Entries that @level gets: successors of what stays below it. */
static size_t
count_level(const Build *b)
{
    size_t n = 0;

    for (uint32_t h = 0; h < ng_voice_level_size(b->scores->voice, b->level - 1); h++)
        if (stays(b, b->level - 1, h))
            n += count_staying(b, (NgState){b->level - 1, h});
    return n;
}

static NgEntry *
out_entries(const Build *b, unsigned level)
{
    return (NgEntry *)(uintptr_t)b->out->entry[level - 1];
}

static gboolean
is_blank(const NgVoice *voice, unsigned level, uint32_t e)
{
    return ng_voice_entry_is_blank(voice, level, e) ||
           ng_voice_entry_word(voice, level, e) == NG_WORD_BEGIN;
}

/* log10 b'(h) of a @context that lost something, and not all; or whose blanks moved. */
static float
weight_anew(const Build *b, NgState context)
{
    const NgVoice *voice = b->scores->voice;
    NgRange range = ng_voice_successors(voice, context);
    const NgEntry *lower = b->out->entry[b->level - 2];
    float old = ng_voice_backoff(voice, context);
    double d = 1.0;      /* what h' gives to the words that h does not know */
    double p = 0.0;      /* what h gave to those that went */
    double change = 0.0; /* of d */

    for (uint32_t e = range.first; e < range.end; e++) {
        if (is_blank(voice, b->level, e))
            continue;
        uint32_t suffix = ng_voice_entry_suffix(voice, b->level, e);
        double q = ng_prune_linear(ng_voice_entry_logprob(voice, b->level - 1, suffix));
        d -= q;
        if (!stays(b, b->level, e)) {
            p += ng_prune_linear(ng_voice_entry_logprob(voice, b->level, e));
            change += q;
        } else if (b->moved) {
            change += q - ng_prune_linear(-fabsf(lower[mapped(b->below, suffix)].prob));
        }
    }
    d = MAX(d, 0.0);
    if ((p <= 0.0 && change == 0.0) || d + change <= 0.0)
        return old;
    return (float)log10((ng_prune_linear(old) * d + p) / (d + change)) + 0.0F;
}

/* log10 b'(h); @context is one that stays. */
static float
new_backoff(const Build *b, NgState context)
{
    const NgVoice *voice = b->scores->voice;
    NgRange range = ng_voice_successors(voice, context);
    uint32_t left = count_staying(b, context);

    if (range.first < range.end && left == 0)
        return 0.0F;
    return left == range.end - range.first && !b->moved ? ng_voice_backoff(voice, context)
                                                        : weight_anew(b, context);
}

/* Moves the successors of @context, one that stays, to @next and after; Returns: how many. */
static uint32_t
move_successors(Build *b, NgState context, float backoff, uint32_t next)
{
    const NgVoice *voice = b->scores->voice;
    NgRange range = ng_voice_successors(voice, context);
    NgWord *word = (NgWord *)(uintptr_t)b->out->word[b->level - 1];
    uint32_t begun = next;

    for (uint32_t e = range.first; e < range.end; e++) {
        if (b->map != NULL)
            b->map[e] = next;
        if (!stays(b, b->level, e))
            continue;
        uint32_t suffix = mapped(b->below, ng_voice_entry_suffix(voice, b->level, e));
        float prob = ng_prob_stored(ng_voice_entry_logprob(voice, b->level, e));
        if (ng_voice_entry_is_blank(voice, b->level, e)) {
            prob = ng_prob_blank(
                MIN(-fabsf(b->out->entry[b->level - 2][suffix].prob) + backoff, 0.0F));
            b->moving = b->moving || -prob != ng_voice_entry_logprob(voice, b->level, e);
        }
        word[next] = ng_voice_entry_word(voice, b->level, e);
        if (b->level < b->out->order)
            out_entries(b, b->level)[next] = (NgEntry){.prob = prob, .suffix = suffix};
        else
            ((NgLeaf *)(uintptr_t)b->out->leaf)[next] = (NgLeaf){.prob = prob, .suffix = suffix};
        next++;
    }
    return next - begun;
}

/* Fills b->level; the level below stands but for the weights and first successors of its entries,
 * which are set here. */
static void
build_level(Build *b)
{
    unsigned k = b->level - 1;
    NgEntry *below = out_entries(b, k);
    uint32_t next = 0;
    size_t n = count_level(b);

    b->out->n[k] = n;
    b->out->word[k] = g_new(NgWord, MAX(n, 1));
    if (b->level < b->out->order)
        b->out->entry[k] = g_new0(NgEntry, n + 1);
    else
        b->out->leaf = g_new(NgLeaf, MAX(n, 1));
    b->map = b->level < b->out->order
                 ? g_new0(uint32_t, MAX(ng_voice_level_size(b->scores->voice, b->level), 1))
                 : NULL;
    for (uint32_t h = 0; h < ng_voice_level_size(b->scores->voice, k); h++) {
        if (!stays(b, k, h))
            continue;
        const NgState context = {k, h};
        NgEntry *entry = &below[mapped(b->below, h)];
        entry->backoff = new_backoff(b, context);
        entry->first = next;
        next += move_successors(b, context, entry->backoff, next);
    }
    below[b->out->n[k - 1]] = (NgEntry){.first = next};
}

static void
build_words(Build *b)
{
    const NgVoice *voice = b->scores->voice;
    size_t V = ng_voice_words(voice);

    b->out->n[0] = V;
    if (b->out->order == 1) {
        NgLeaf *leaf = g_new(NgLeaf, V);
        for (uint32_t w = 0; w < V; w++)
            leaf[w] = (NgLeaf){.prob = ng_prob_stored(ng_voice_entry_logprob(voice, 1, w))};
        b->out->leaf = leaf;
        return;
    }
    NgEntry *entry = g_new0(NgEntry, V + 1);
    for (uint32_t w = 0; w < V; w++)
        entry[w] = (NgEntry){.prob = ng_prob_stored(ng_voice_entry_logprob(voice, 1, w))};
    b->out->entry[0] = entry;
}

/**
 * ng_prune_scores_apply:
 * @self: raised scores
 * @threshold: what scores less goes
 *
 * O(n); memory for what stays and 4 bytes for each entry of a level or two.
 *
 * Returns: (transfer full): the voice without it
 */
NgVoice *
ng_prune_scores_apply(const NgPruneScores *self, double threshold)
{
    const NgVoice *voice = self->voice;
    Build b = {.scores = self, .threshold = threshold};

    b.out = ng_voice_new(ng_voice_order(voice), ng_voice_words(voice));
    build_words(&b);
    for (b.level = 2; b.level <= b.out->order; b.level++) {
        build_level(&b);
        g_free(b.below);
        b.below = b.map;
        b.moved = b.moving;
        b.moving = FALSE;
    }
    g_free(b.below);
    return b.out;
}

/**
 * ng_prune_entropy:
 * @voice: a sound voice
 * @options: the threshold, and how contexts are weighed; the target is not looked at
 *
 * Returns: (transfer full): @voice without the n-grams whose loss raises the perplexity by less
 * than the threshold; every context sums to what it summed to before
 */
NgVoice *
ng_prune_entropy(const NgVoice *voice, const NgPruneOptions *options)
{
    g_return_val_if_fail(voice != NULL && options != NULL && options->threads > 0, NULL);

    NgPruneScores scores;
    ng_prune_scores_init(&scores, voice, options->history, options->threads);
    ng_prune_scores_raise(&scores);
    NgVoice *pruned = ng_prune_scores_apply(&scores, options->threshold);
    ng_prune_scores_clear(&scores);
    return pruned;
}

/*
 * Drawing words
 *
 * A context h is a die whose sides are its successors, side w of weight p(w|h),
 * and one side more of weight b, the back-off weight of h: fall through and draw
 * from the shorter context h'.  A word that comes from there and is a successor
 * of h after all is thrown away, and h is rolled again.
 *
 * Why that is exact.  One trial gives a successor w with weight p(w|h), any other
 * word with b p(w|h'), its back-off p: in proportion to p(.|h) always, whatever
 * the weights of the model are.  Where they are those of a distribution, at most
 * every second trial is in vain.  A model that throws away very much is drawn
 * from by the whole distribution instead.  <s> weighs nothing.
 *
 * At a temperature T, sides weigh p^(1/T), and falling through weighs b^(1/T) times
 * what p(.|h')^(1/T) sums to, see sums.c: what falls through is divided by that
 * sum when it is drawn from h'.
 *
 * A roll waits for memory in many places.  So several words are drawn at once,
 * each step for all of them before the next, and what the next one wants is
 * asked for in advance.
 */
#include "draw-dice.h"

#include "ngram/die.h"

#include <math.h>

enum { TRIALS = 1000 }; /* for one word before the whole distribution is used */

/**
 * ng_draw_new:
 * @voice: a voice that outlives the new object
 * @no_unk: never `<unk>`: the law given that it does not come
 * @power: 1 / T: the law in proportion to p^(1/T); 1 for the voice's own
 *
 * Returns: (transfer full): free with ng_draw_free(); for one thread
 */
NgDraw *
ng_draw_new(const NgVoice *voice, gboolean no_unk, double power)
{
    g_return_val_if_fail(voice != NULL && power > 0.0, NULL);

    NgDraw *self = g_new0(NgDraw, 1);
    self->voice = voice;
    self->no_unk = no_unk;
    self->power = power;
    self->sums = power != 1.0 ? ng_sums_new(voice, power) : NULL;
    self->words = ng_voice_words(voice);
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
    for (size_t level = 0; level < NG_ORDER_MAX; level++)
        g_free(self->table[level]);
    ng_sums_free(self->sums);
    g_free(self->weight);
    g_free(self->whole);
    g_free(self);
}

/* The same law by its whole distribution: O(V), but nothing is ever thrown away. */
static void
draw_whole(NgDraw *self, NgThrow *cast)
{
    NgState context = cast->die[0].context;

    if (self->whole == NULL)
        self->whole = g_new(double, self->words);
    double *p = self->whole;
    ng_voice_distribution(self->voice, context, p, NULL);
    p[NG_WORD_BEGIN] = 0.0;
    if (self->no_unk)
        p[NG_WORD_UNKNOWN] = 0.0;
    for (size_t w = 0; w < self->words; w++)
        p[w] = p[w] > 1e-99 /* NG_MASS_ZERO */ ? pow(p[w], self->power) : 0.0;
    cast->done = TRUE;
    cast->word = NG_WORD_NONE;
    if (ng_die_cumulate(p, p, self->words) < self->words || !(p[self->words - 1] > 0.0))
        return;
    cast->word = (NgWord)ng_die_roll(p, self->words, ng_rng_coin(&cast->rng));
    cast->after = context;
    cast->logprob = ng_voice_step(self->voice, &cast->after, cast->word, NULL);
}

/* Rolls again from die @depth. */
static void
throw_away(NgDraw *self, NgThrow *cast, unsigned depth)
{
    if (--cast->trials == 0)
        draw_whole(self, cast);
    cast->depth = depth;
}

/* First step: which sides each die has, and which kind it is.  The coin of a large one falls. */
static void
take_up(NgDraw *self, NgThrow *const *casts, size_t n, NgThrowList kinds[NG_KINDS])
{
    NgState context[NG_DRAW_GROUP];
    NgRange successors[NG_DRAW_GROUP];
    float backoff[NG_DRAW_GROUP];

    for (size_t i = 0; i < n; i++)
        context[i] = casts[i]->die[casts[i]->depth].context;
    ng_voice_open_many(self->voice, context, n, successors, backoff);
    for (size_t i = 0; i < n; i++) {
        NgThrow *cast = casts[i];
        NgDrawDie *die = &cast->die[cast->depth];
        die->successors = successors[i];
        die->backoff = backoff[i];
        NgThrowList *kind = &kinds[ng_draw_kind(die->successors.end - die->successors.first)];
        kind->cast[kind->n++] = cast;
    }
}

/* Third step: the dice that come next where the shorter context is fallen through to.  What fell on an entry
 * is gathered, and asked for. */
static void
land(NgDraw *self, NgThrow *const *casts, size_t n, NgThrowList *landed, NgState *at)
{
    NgThrow *fallen[NG_DRAW_GROUP];
    NgState context[NG_DRAW_GROUP];
    size_t falls = 0, hits = 0;

    for (size_t i = 0; i < n; i++) {
        NgThrow *cast = casts[i];
        fallen[falls] = cast;
        falls += cast->side == NG_SIDE_FALL;
        landed->cast[hits] = cast;
        at[hits] = (NgState){cast->die[cast->depth].context.length + 1, cast->entry};
        hits += cast->side == NG_SIDE_ENTRY;
        if (cast->side == NG_SIDE_NONE)
            draw_whole(self, cast);
    }
    landed->n = hits;
    ng_voice_prefetch_many(self->voice, at, hits);
    for (size_t i = 0; i < falls; i++)
        context[i] = fallen[i]->die[fallen[i]->depth].context;
    ng_voice_shorten_many(self->voice, context, falls);
    for (size_t i = 0; i < falls; i++)
        fallen[i]->die[++fallen[i]->depth].context = context[i];
}

/* The word drawn, unless it is thrown away. */
static inline gboolean
is_kept(NgDraw *self, NgThrow *cast, NgWord word, gboolean known)
{
    unsigned depth = cast->depth;

    if (word == NG_WORD_BEGIN)
        throw_away(self, cast, depth);
    else if (known) /* by the longer context */
        throw_away(self, cast, depth - 1);
    else if (word == NG_WORD_UNKNOWN && self->no_unk)
        throw_away(self, cast, 0);
    else
        return TRUE;
    return FALSE;
}

/* The steps from an entry to a word: where it came from a shorter context, the longer one is
 * looked through for it. */
static void
take_down(NgDraw *self, const NgThrowList *landed, NgState *at)
{
    NgSeek seek[NG_DRAW_GROUP];
    NgWord word[NG_DRAW_GROUP];
    float logprob[NG_DRAW_GROUP];
    NgThrow *kept[NG_DRAW_GROUP] = {NULL};
    size_t n = 0, fallen = 0;

    ng_voice_words_many(self->voice, at, landed->n, word);
    for (size_t i = 0; i < landed->n; i++) {
        const NgThrow *cast = landed->cast[i];
        const NgDrawDie *longer = &cast->die[cast->depth > 0 ? cast->depth - 1 : 0];
        seek[fallen] = (NgSeek){longer->context, longer->successors, word[i], FALSE, 0, 0};
        fallen += cast->depth > 0;
    }
    ng_voice_find_many(self->voice, seek, fallen);
    fallen = 0;
    for (size_t i = 0; i < landed->n; i++) {
        NgThrow *cast = landed->cast[i];
        gboolean fell = cast->depth > 0;
        gboolean known = fell & seek[fallen].found;
        fallen += (size_t)fell;
        kept[n] = cast;
        at[n] = at[i];
        word[n] = word[i];
        n += is_kept(self, cast, word[i], known) ? 1 : 0;
    }
    ng_voice_after_many(self->voice, at, n, logprob);
    for (size_t i = 0; i < n; i++) {
        NgThrow *cast = kept[i];
        cast->done = TRUE;
        cast->word = word[i];
        cast->after = at[i];
        cast->logprob = logprob[i];
        for (unsigned depth = cast->depth; depth > 0; depth--)
            cast->logprob += cast->die[depth - 1].backoff;
    }
}

/**
 * ng_draw_begin:
 * @self: what ng_draw_new() gave
 * @cast: (inout): its chance stays
 * @context: a state of the voice
 *
 * Begins to draw one word by P(word | @context); `</s>` is a word here.
 */
void
ng_draw_begin(const NgDraw *self, NgThrow *cast, NgState context)
{
    cast->done = FALSE;
    cast->trials = TRIALS;
    cast->depth = 0;
    cast->die[0].context = context;
    ng_voice_prefetch(self->voice, context);
}

/**
 * ng_draw_round:
 * @self: what ng_draw_new() gave
 * @casts: [@n] casts begun and not done
 * @n: how many
 *
 * Rolls one die for each; after some rounds each is done.  What comes of one
 * does not depend on the others.
 */
void
ng_draw_round(NgDraw *self, NgThrow *const *casts, size_t n)
{
    for (size_t i = 0; i < n; i += NG_DRAW_GROUP) {
        size_t group = MIN(NG_DRAW_GROUP, n - i);
        NgThrowList kinds[NG_KINDS], landed;
        NgRng *rngs[NG_DRAW_GROUP];
        NgState at[NG_DRAW_GROUP];
        for (size_t k = 0; k < NG_KINDS; k++)
            kinds[k].n = 0;
        for (size_t j = 0; j < group; j++)
            rngs[j] = &casts[i + j]->rng;
        ng_rng_ready(rngs, group);
        take_up(self, casts + i, group, kinds);
        ng_draw_prefetch_dice(self, kinds);
        ng_draw_roll_dice(self, kinds);
        land(self, casts + i, group, &landed, at);
        take_down(self, &landed, at);
    }
}

/**
 * ng_draw_word:
 * @self: what ng_draw_new() gave
 * @context: a state of its voice
 * @rng: (inout): chance
 *
 * Draws one word by P(word | @context), and that alone.
 *
 * Returns: the word; %NG_WORD_NONE where no word has a positive probability
 */
NgWord
ng_draw_word(NgDraw *self, NgState context, NgRng *rng)
{
    g_return_val_if_fail(self != NULL && rng != NULL, NG_WORD_NONE);

    NgThrow cast;
    NgThrow *const casts[] = {&cast};
    cast.rng = *rng;
    for (ng_draw_begin(self, &cast, context); !cast.done;)
        ng_draw_round(self, casts, 1);
    *rng = cast.rng;
    return cast.word;
}

/*
 * The joint argmax
 *
 * A best-first search (A*, Hart, Nilsson & Raphael 1968) from left to right.  A
 * partial filling stands in a state before a gap; its key is its score and the
 * bound of what is ahead (backward.c).  The bound is never too low, so once the
 * greatest key lies below the k-th best whole filling, no better one is left.
 *
 * What may go into a gap is met as in rank.c: the successors of h, then of h',
 * and last all words.  A turn is one of these: its key is the bound of h', h'' or
 * (), so it is not looked at before it can matter.  Words of the empty context
 * are taken one by one, by falling log P(w) + bound, in an order that is found as
 * far as it is needed, once for each gap; the words that a longer context knows are passed
 * over.  A score is what ng_voice_step() gives, to the last bit.
 *
 * Keys are sums of other roundings than scores: hence the slack where they are
 * compared.  Of equal scores all are met, so ng_best_offer() can choose by ids.
 *
 * Stored: 4 bytes a word for each gap that words of the empty context are asked of.
 */
#include "joint.h"

#include "queue.h"

#include "ngram/mass.h"

#include <math.h>

enum { CHUNK = 256 }; /* words of which the one with the greatest key is known */

/**
 * Partial: the gaps before place @at filled.
 * @parent: of its last word, in partials
 * @at: the gap that is next, or the end
 */
typedef struct {
    double score;
    NgState state;
    guint parent;
    NgWord word;
    size_t at;
} Partial;

/**
 * Turn: the words that one context of a partial filling knows.
 * @context: the state of the filling, or a shorter one
 * @weight: log10 of the back-off weights down to there
 * @taken: of the empty context: words taken so far
 */
typedef struct {
    guint partial;
    NgState context;
    double weight;
    guint taken;
} Turn;

/**
 * Words: of the empty context, by falling key.
 * @key: [V] of those that are yet to come, beside what stands before; `-INFINITY` of the others
 * @chunks: for each CHUNK words the one with the greatest key
 * @sorted: (element-type NgItem): those that came already
 */
typedef struct {
    float *key;
    NgQueue *chunks;
    GArray *sorted;
} Words;

/**
 * Search:
 * @todo: keys; of a turn that is to be opened, with %NG_WORD_NONE, of one of its words, or of the next word of the
 *   empty context, with %NG_WORD_BEGIN
 * @words: [n] (nullable): of each gap that was asked for them: the words of the empty context
 */
typedef struct {
    const NgVoice *voice;
    const NgCloseGaps *gaps;
    NgBackward *ahead;
    NgQueue *todo;
    GArray *partials;
    GArray *turns;
    Words **words;
    NgBest *best;
} Search;

static Partial *
partial_at(const Search *self, guint index)
{
    return &g_array_index(self->partials, Partial, index);
}

static Turn *
turn_at(const Search *self, guint index)
{
    return &g_array_index(self->turns, Turn, index);
}

/* Whether what has @key may be among the best.  Each word adds to what roundings may hide. */
static gboolean
may_reach(const Search *self, double key)
{
    double slack = 1e-5 * (1.0 + fabs(key) + (double)self->gaps->n);

    return key > -HUGE_VAL && key + slack >= ng_best_floor(self->best);
}

static void
push(Search *self, double key, guint turn, NgWord word)
{
    if (may_reach(self, key))
        ng_queue_push(self->todo, (NgItem){key, turn, word});
}

/* The key of what is ahead of @state at place @i, beside what stands before. */
static double
bound_of(const Search *self, size_t i, NgState state)
{
    return (double)ng_backward_at(self->ahead, i, state).bound + ng_backward_shift(self->ahead, i);
}

static void
push_turn(Search *self, guint partial, NgState context, double weight)
{
    const Partial *p = partial_at(self, partial);
    double key = p->score + weight + bound_of(self, p->at, context);

    if (!may_reach(self, key))
        return;
    const Turn turn = {partial, context, weight, 0};
    g_array_append_val(self->turns, turn);
    push(self, key, self->turns->len - 1, NG_WORD_NONE);
}

/* -- the end of a filling ----------------------------------------------------- */

static void
offer(Search *self, const Partial *whole, size_t width)
{
    g_autofree NgWord *words = g_new(NgWord, width);
    size_t n = width;

    for (const Partial *p = whole; n > 0; p = partial_at(self, p->parent))
        words[--n] = p->word;
    const NgPartial tail = {whole->score, whole->state, words, width};
    ng_best_offer(self->best, &(NgPartial){0}, &tail);
}

/* Takes the known words from place @p->at on, up to the next gap; FALSE where they are impossible. */
static gboolean
follow_known(const Search *self, Partial *p)
{
    for (; p->at < self->gaps->n && self->gaps->words[p->at] != NG_WORD_NONE; p->at++) {
        NgWord known = self->gaps->words[p->at];
        float logprob = ng_voice_step(self->voice, &p->state, known, NULL);
        if (!(logprob > NG_MASS_ZERO || (known == NG_WORD_UNKNOWN && isfinite(logprob))))
            return FALSE;
        p->score += (double)logprob;
    }
    return TRUE;
}

/* Puts @word into the gap of @turn, unless a longer context than the turn's knows it. */
static void
put(Search *self, const Turn *turn, NgWord word, size_t width)
{
    const Partial *head = partial_at(self, turn->partial);
    Partial next = {.parent = turn->partial, .word = word, .at = head->at + 1};
    uint32_t entry;

    for (NgState s = head->state; s.length > turn->context.length;
         s = ng_voice_shorter(self->voice, s))
        if (ng_voice_find(self->voice, s, word, &entry))
            return;
    next.state = head->state;
    float logprob = ng_voice_step(self->voice, &next.state, word, NULL);
    next.score = head->score + (double)logprob;
    if (!(logprob > NG_MASS_ZERO) || !follow_known(self, &next))
        return;
    if (next.at == self->gaps->n) {
        offer(self, &next, width);
        return;
    }
    g_array_append_val(self->partials, next);
    push_turn(self, self->partials->len - 1, next.state, 0.0);
}

/* -- the words of a context ---------------------------------------------------- */

/* The key of an entry of @level in the gap at place @i, beside what stands before. */
static double
entry_key(const Search *self, size_t i, unsigned level, uint32_t entry)
{
    float logprob = ng_voice_entry_logprob(self->voice, level, entry);

    if (!(logprob > NG_MASS_ZERO))
        return -HUGE_VAL;
    return (double)logprob + bound_of(self, i + 1, ng_voice_entry_state(self->voice, level, entry));
}

static void
open_turn(Search *self, guint index)
{
    const Turn turn = *turn_at(self, index);
    const Partial p = *partial_at(self, turn.partial);
    unsigned level = turn.context.length + 1;
    double before = p.score + turn.weight;

    if (level == 1) {
        push(self, before + bound_of(self, p.at, turn.context), index, NG_WORD_BEGIN);
        return;
    }
    NgRange range = ng_voice_successors(self->voice, turn.context);
    for (uint32_t e = range.first; e < range.end; e++) {
        NgWord word = ng_voice_entry_word(self->voice, level, e);
        if (ng_close_gaps_allow(self->gaps, p.at, word))
            push(self, before + entry_key(self, p.at, level, e), index, word);
    }
    float backoff = ng_voice_backoff(self->voice, turn.context);
    if (backoff > NG_MASS_ZERO)
        push_turn(self, turn.partial, ng_voice_shorter(self->voice, turn.context),
                  turn.weight + (double)backoff);
}

/* The bound behind @word in the gap at place @i, relative as it is. */
static float
bound_behind(const Search *self, size_t i, NgWord word)
{
    return ng_backward_at(self->ahead, i + 1, ng_voice_entry_state(self->voice, 1, word)).bound;
}

/* Queues up chunk @chunk with the word that has the greatest key in it, of those not yet taken. */
static void
queue_chunk(Words *words, uint32_t chunk, uint32_t V)
{
    uint32_t end = MIN((chunk + 1) * CHUNK, V), best = chunk * CHUNK;

    for (uint32_t w = best + 1; w < end; w++)
        best = words->key[w] > words->key[best] ? w : best;
    if (words->key[best] > -INFINITY)
        ng_queue_push(words->chunks, (NgItem){(double)words->key[best], chunk, best});
}

/* The words of the empty context that may stand in the gap at place @i. */
static Words *
new_words(const Search *self, size_t i)
{
    uint32_t V = (uint32_t)ng_voice_words(self->voice);
    Words *words = g_new(Words, 1);

    words->key = g_new(float, V);
    words->chunks = ng_queue_new();
    words->sorted = g_array_new(FALSE, FALSE, sizeof(NgItem));
    ng_voice_logprobs(self->voice, 1, 0, V, words->key);
    for (uint32_t w = 0; w < V; w++)
        words->key[w] = words->key[w] > NG_MASS_ZERO && ng_close_gaps_allow(self->gaps, i, w)
                            ? words->key[w] + bound_behind(self, i, w)
                            : -INFINITY;
    for (uint32_t chunk = 0; chunk * CHUNK < V; chunk++)
        queue_chunk(words, chunk, V);
    return words;
}

static void
free_words(Words *words)
{
    if (words == NULL)
        return;
    g_free(words->key);
    ng_queue_free(words->chunks);
    g_array_unref(words->sorted);
    g_free(words);
}

/* The word of the empty context with the @n-th greatest key in the gap at place @i. */
static gboolean
word_by_key(Search *self, size_t i, guint n, NgItem *item)
{
    if (self->words[i] == NULL)
        self->words[i] = new_words(self, i);
    Words *words = self->words[i];
    while (words->sorted->len <= n && ng_queue_pop(words->chunks, item)) {
        words->key[item->word] = -INFINITY;
        queue_chunk(words, item->turn, (uint32_t)ng_voice_words(self->voice));
        item->key += ng_backward_shift(self->ahead, i + 1);
        g_array_append_vals(words->sorted, item, 1);
    }
    if (words->sorted->len <= n)
        return FALSE;
    *item = g_array_index(words->sorted, NgItem, n);
    return TRUE;
}

/* Takes the next word of the empty context, and says what key the one after it has. */
static void
take_word(Search *self, guint index, size_t width)
{
    const Turn turn = *turn_at(self, index);
    const Partial p = *partial_at(self, turn.partial);
    NgItem item;

    if (!word_by_key(self, p.at, turn.taken, &item))
        return;
    put(self, &turn, item.word, width);
    turn_at(self, index)->taken++;
    if (word_by_key(self, p.at, turn.taken + 1, &item))
        push(self, p.score + turn.weight + item.key, index, NG_WORD_BEGIN);
}

/* -- the search ------------------------------------------------------------------ */

static void
run(Search *self, size_t width)
{
    NgItem item;

    while (ng_queue_pop(self->todo, &item) && may_reach(self, item.key)) {
        if (item.word == NG_WORD_NONE) {
            open_turn(self, item.turn);
        } else if (item.word == NG_WORD_BEGIN) {
            take_word(self, item.turn, width);
        } else {
            const Turn turn = *turn_at(self, item.turn);
            put(self, &turn, item.word, width);
        }
    }
}

/**
 * ng_joint_solve:
 * @voice: a voice
 * @gaps: gaps that stand close; the first word is one
 * @ahead: the backward pass of @gaps
 * @state: the state before the first word
 * @k: fillings wanted
 *
 * A score is the log10 probability of all words of @gaps.
 *
 * Returns: (transfer full): the @k best fillings, sorted; no better ones exist
 */
NgBest *
ng_joint_solve(const NgVoice *voice, const NgCloseGaps *gaps, NgBackward *ahead, NgState state,
               size_t k)
{
    g_return_val_if_fail(voice != NULL && gaps != NULL && ahead != NULL && k > 0, NULL);
    g_return_val_if_fail(gaps->n > 0 && gaps->words[0] == NG_WORD_NONE, NULL);

    size_t width = 0;
    for (size_t i = 0; i < gaps->n; i++)
        width += gaps->words[i] == NG_WORD_NONE;
    Search self = {.voice = voice, .gaps = gaps, .ahead = ahead};
    self.todo = ng_queue_new();
    self.partials = g_array_new(FALSE, FALSE, sizeof(Partial));
    self.turns = g_array_new(FALSE, FALSE, sizeof(Turn));
    self.words = g_new0(Words *, gaps->n);
    self.best = ng_best_new(k, width);

    const Partial start = {.state = state};
    g_array_append_val(self.partials, start);
    push_turn(&self, 0, state, 0.0);
    run(&self, width);
    for (size_t i = 0; i < gaps->n; i++)
        free_words(self.words[i]);
    g_free(self.words);
    ng_queue_free(self.todo);
    g_array_unref(self.partials);
    g_array_unref(self.turns);
    ng_best_sort(self.best);
    return self.best;
}

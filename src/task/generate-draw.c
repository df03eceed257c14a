/*
 * Drawing texts
 *
 * Several texts grow at once, a word here and a word there, so that one waits
 * for memory while the others work.  Each has a stream of chance of its own:
 * what comes of it does not depend on the others.  Greedy texts, those of
 * mixtures, those whose law is bent by more than a temperature, and those that are
 * drawn towards a goal, are made one by one.
 */
#include "generator.h"

#include <string.h>

#define WORDS_MAX 1000000 /* a text of so many words is taken to have no end */

enum {
    LANES = 64,    /* texts that grow at once */
    REDRAWS = 1000 /* words drawn anew for one that copies nothing */
};

/**
 * Text: one text while it is drawn.
 * @words: [n], of room for `room`
 * @course: where it is on its way to a goal
 * @hits: words at its end that each end a run that is copied
 * @longest: words of the longest stretch of such runs
 * @seen: what came of the texts drawn before it
 * @guided: words that would copy too much are drawn anew
 * @redraws: how many were, since the last that was taken
 * @best: of the texts that fit but for copies, the one with the least of them; none where it has
 *   no words
 */
typedef struct {
    NgWord *words;
    size_t n, room;
    NgWalk walk;
    NgCourse course;
    double logprob;
    gboolean cut;
    guint hits, longest;
    guint seen[NG_OUTCOMES], drawn;
    gboolean guided;
    guint redraws;
    NgGenerated best;
} Text;

/**
 * Lane: where one text after another grows.
 * @index: which of the texts wanted
 */
typedef struct {
    NgThrow cast;
    Text text;
    size_t index;
} Lane;

/**
 * ng_generator_word:
 * @self: a generator of a voice, not of a mixture
 * @context: a state of its voice
 * @rng: (inout): chance; not used by a greedy generator
 *
 * Returns: the word that comes after @context, by chance or greedily (of equals
 * the one with the lowest id), as if no word stood before it that is penalised;
 * %NG_WORD_NONE where no word may come
 */
NgWord
ng_generator_word(NgGenerator *self, NgState context, NgRng *rng)
{
    g_return_val_if_fail(self != NULL && rng != NULL, NG_WORD_NONE);
    g_return_val_if_fail(self->draw != NULL, NG_WORD_NONE);

    if (self->greedy)
        return ng_rank_best(self->rank, context, self->no_unk);
    if (self->sift != NULL) {
        NgWalk place = self->prefix->walk;
        place.state[0] = context;
        return ng_sift_word(self->sift, &place, NULL, 0, rng);
    }
    return ng_draw_word(self->draw, context, rng);
}

static void
append(Text *text, NgWord word)
{
    if (text->n == text->room) {
        text->room = MAX(256, 2 * text->room);
        text->words = g_renew(NgWord, text->words, text->room);
    }
    text->words[text->n++] = word;
}

/* Back to the prefix. */
static void
restart(const NgGenerator *self, Text *text)
{
    const NgPrefix *prefix = self->prefix;

    text->n = 0;
    for (guint i = 0; i < prefix->words->len; i++)
        append(text, g_array_index(prefix->words, NgWord, i));
    text->walk = prefix->walk;
    text->course = (NgCourse){0};
    text->logprob = prefix->logprob;
    text->cut = FALSE;
    text->hits = self->prefix_hits;
    text->longest = text->redraws = 0;
}

/* Whether @word, drawn next, is to be drawn anew, since it would copy too much. */
static gboolean
avoids(const NgGenerator *self, Text *text, NgWord word)
{
    if (!text->guided || word == NG_WORD_END || word == NG_WORD_NONE || text->redraws >= REDRAWS)
        return FALSE;
    append(text, word);
    gboolean copies = ng_novelty_ends_copied(self->demand.novelty, text->words, text->n);
    text->n--;
    text->redraws = copies ? text->redraws + 1 : 0;
    return copies;
}

/* A copied run has become longer, or has ended. */
static NgOutcome
watch(const NgGenerator *self, Text *text)
{
    const NgNovelty *novelty = self->demand.novelty;

    if (novelty == NULL || !ng_novelty_ends_copied(novelty, text->words, text->n)) {
        text->hits = 0;
        return NG_OUTCOME_GROWS;
    }
    text->hits++;
    text->longest = MAX(text->longest, ng_novelty_run(novelty) + text->hits);
    gboolean hopeless = text->guided || (text->best.n > 0 && text->longest >= text->best.copied);
    return hopeless ? NG_OUTCOME_COPIED : NG_OUTCOME_GROWS;
}

/* The text fits but for its copies: it is kept, unless there is a better one. */
static void
keep_best(Text *text)
{
    if (text->best.n > 0 && text->best.copied <= text->longest)
        return;
    ng_generated_clear(&text->best);
    text->best = (NgGenerated){.words = g_memdup2(text->words, text->n * sizeof(NgWord)),
                               .n = text->n,
                               .logprob = text->logprob,
                               .copied = text->longest};
}

/* Adds a word, which may be the end; the walk has gone on by it. */
static NgOutcome
grow(const NgGenerator *self, Text *text, NgWord word, float logprob)
{
    const NgDemand *demand = &self->demand;

    if (word == NG_WORD_NONE)
        return NG_OUTCOME_STUCK;
    text->logprob += (double)logprob;
    if (word == NG_WORD_END) {
        NgOutcome outcome = ng_demand_of_end(demand, text->words, text->n);
        if (outcome != NG_OUTCOME_FITS || text->longest == 0)
            return outcome;
        keep_best(text);
        return NG_OUTCOME_COPIED;
    }
    append(text, word);
    if (demand->max_words > 0 && text->n > demand->max_words)
        return NG_OUTCOME_TOO_LONG;
    if (text->n >= WORDS_MAX)
        return NG_OUTCOME_ENDLESS;
    return watch(self, text);
}

/* The last words of @text, for a message. */
static char *
tail_of(const NgGenerator *self, const Text *text)
{
    GString *tail = g_string_new(NULL);
    size_t n = text->n;

    if (n == 0)
        return g_string_free(g_string_append(tail, "the beginning"), FALSE);
    g_string_append_c(tail, '\'');
    for (size_t i = n > 3 ? n - 3 : 0; i < n; i++) {
        g_string_append(tail, ng_vocab_word(ng_model_vocab(self->model), text->words[i], NULL));
        g_string_append_c(tail, i + 1 < n ? ' ' : '\'');
    }
    return g_string_free(tail, FALSE);
}

/* What is drawn instead of a text that does not fit: another one; or none, and the best of those
 * before is handed over, or @error is set.  Returns whether another one is. */
static gboolean
draw_again(const NgGenerator *self, Text *text, NgOutcome outcome, NgGenerated *out, GError **error)
{
    const NgDemand *demand = &self->demand;

    if (outcome == NG_OUTCOME_STUCK || outcome == NG_OUTCOME_ENDLESS || demand->greedy) {
        g_autofree char *tail = tail_of(self, text);
        ng_demand_set_hopeless(demand, outcome, tail, text->n, error);
        return FALSE;
    }
    text->seen[outcome]++;
    text->drawn++;
    if (text->drawn == demand->tries && demand->novelty != NULL)
        text->guided = TRUE;
    if (text->drawn >= demand->tries &&
        (!text->guided || text->drawn - demand->tries >= demand->tries)) {
        if (text->best.n > 0) {
            *out = text->best;
            out->tries = text->drawn;
            text->best = (NgGenerated){0};
        } else {
            ng_demand_set_exhausted(demand, text->seen, error);
        }
        return FALSE;
    }
    restart(self, text);
    return TRUE;
}

static void
hand_over(const Text *text, NgGenerated *out)
{
    out->n = text->n;
    out->words = g_memdup2(text->words, text->n * sizeof(NgWord));
    out->logprob = text->logprob;
    out->cut = text->cut;
    out->tries = text->drawn + 1;
    out->guided = text->guided;
}

/* Whether the text is in a context it was in before; keeps the context.  Of a greedy text
 * alone: what is drawn by chance need not go in circles. */
static gboolean
comes_back(const Text *text, GHashTable *seen)
{
    return seen != NULL && !g_hash_table_add(seen, ng_walk_key(&text->walk));
}

/* The word that comes next in a text that is made by itself. */
static NgWord
next_word(NgGenerator *self, Text *text, NgRng *rng)
{
    if (self->steer != NULL)
        return ng_steer_word(self->steer, &text->course, text->walk.state[0], text->n, rng);
    if (self->sift != NULL)
        return ng_sift_word(self->sift, &text->walk, text->words, text->n, rng);
    if (self->mix_draw == NULL)
        return ng_rank_best(self->rank, text->walk.state[0], self->no_unk);
    if (self->greedy)
        return ng_mix_rank_best(self->mix_rank, text->walk.state, self->no_unk);
    return ng_mix_draw_word(self->mix_draw, text->walk.state, rng);
}

/* A text that was drawn in one of @k ways is kept with probability 1 / k. */
static gboolean
is_kept(const NgGenerator *self, const Text *text, NgRng *rng)
{
    guint ways = 1;

    if (self->goal != NULL)
        ways = ng_goal_ways(self->goal, &self->demand, text->words, text->n);
    return ways == 1 || ng_rng_coin(rng) * (double)ways < 1.0;
}

/* A word each time, until the text ends, cannot fit, or goes in circles. */
static NgOutcome
extend(NgGenerator *self, NgRng *rng, Text *text, GHashTable *seen)
{
    NgOutcome outcome = NG_OUTCOME_GROWS;

    comes_back(text, seen);
    while (outcome == NG_OUTCOME_GROWS && !text->cut) {
        NgCourse course = text->course;
        NgWord word = next_word(self, text, rng);
        if (avoids(self, text, word)) {
            text->course = course;
            continue;
        }
        float logprob = word != NG_WORD_NONE ? ng_walk_step(&text->walk, word, NULL) : 0.0F;
        outcome = grow(self, text, word, logprob);
        text->cut = outcome == NG_OUTCOME_GROWS && comes_back(text, seen);
    }
    if (text->cut)
        outcome = text->n < self->demand.min_words ? NG_OUTCOME_TOO_SHORT : NG_OUTCOME_FITS;
    if (outcome == NG_OUTCOME_FITS && !is_kept(self, text, rng))
        outcome = NG_OUTCOME_LACKING;
    return outcome;
}

/* Whether texts are made one by one. */
static gboolean
is_single(const NgGenerator *self)
{
    return self->greedy || self->mix_draw != NULL || self->sift != NULL || self->steer != NULL;
}

static void
clear_text(Text *text)
{
    g_free(text->words);
    ng_generated_clear(&text->best);
}

/* Whether @out is set; if not, @error is. */
static gboolean
draw_single(NgGenerator *self, NgRng *rng, NgGenerated *out, GError **error)
{
    g_autoptr(GHashTable) seen = NULL;
    Text text = {0};
    NgOutcome outcome;
    GError *trouble = NULL;

    if (self->greedy)
        seen =
            g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
    restart(self, &text);
    do
        outcome = extend(self, rng, &text, seen);
    while (outcome != NG_OUTCOME_FITS && draw_again(self, &text, outcome, out, &trouble));
    if (outcome == NG_OUTCOME_FITS)
        hand_over(&text, out);
    clear_text(&text);
    if (trouble != NULL)
        g_propagate_error(error, trouble);
    return trouble == NULL;
}

/* Begins to draw text @index in @lane, whose chance is set. */
static void
begin(NgGenerator *self, Lane *lane, size_t index)
{
    lane->index = index;
    memset(lane->text.seen, 0, sizeof lane->text.seen);
    lane->text.drawn = 0;
    lane->text.guided = FALSE;
    ng_generated_clear(&lane->text.best);
    restart(self, &lane->text);
    ng_draw_begin(self->draw, &lane->cast, lane->text.walk.state[0]);
}

/* Takes in the word that was drawn; whether the lane's text is done, for better or worse. */
static gboolean
take(NgGenerator *self, Lane *lane, NgGenerated *out, GError **error)
{
    const NgThrow *drawn = &lane->cast;
    NgOutcome outcome = NG_OUTCOME_GROWS;

    if (!avoids(self, &lane->text, drawn->word)) {
        outcome = grow(self, &lane->text, drawn->word, drawn->logprob);
        lane->text.walk.state[0] = drawn->after;
    }
    if (outcome == NG_OUTCOME_FITS) {
        hand_over(&lane->text, out);
        return TRUE;
    }
    if (outcome != NG_OUTCOME_GROWS && !draw_again(self, &lane->text, outcome, out, error))
        return TRUE;
    ng_draw_begin(self->draw, &lane->cast, lane->text.walk.state[0]);
    return FALSE;
}

/**
 * ng_generator_draw:
 * @self: a generator
 * @rng: (inout): chance
 * @text: (out caller-allocates): a text, cleared with ng_generated_clear()
 * @error: return location for a #GError, or %NULL
 *
 * Draws one text; the same place in the same stream of chance gives the same
 * one.  With @no_unk each word follows the law given that it is not `<unk>`.
 * With demands on the whole text it follows the law given that it meets them.  Where
 * none of @tries texts does without copies, words that would copy too much are drawn
 * anew, one by one, for as many texts more; then the text that copies least is taken.  A
 * greedy text that comes back to a state it was in would never end: it is cut
 * there.
 *
 * Errors: %NG_ERROR_RANGE where none of @tries texts meets the demands, a text
 * reaches 1,000,000 words, or no word may come next.
 *
 * Returns: whether @text is set; if not, @error is
 */
gboolean
ng_generator_draw(NgGenerator *self, NgRng *rng, NgGenerated *text, GError **error)
{
    g_return_val_if_fail(self != NULL && rng != NULL && text != NULL, FALSE);
    g_return_val_if_fail(error == NULL || *error == NULL, FALSE);

    if (is_single(self))
        return draw_single(self, rng, text, error);

    Lane lane = {.cast.rng = *rng};
    NgThrow *const casts[] = {&lane.cast};
    NgGenerated out = {0};
    GError *trouble = NULL;
    begin(self, &lane, 0);
    do
        ng_draw_round(self->draw, casts, 1);
    while (!lane.cast.done || !take(self, &lane, &out, &trouble));
    *rng = lane.cast.rng;
    clear_text(&lane.text);
    if (trouble != NULL) {
        g_propagate_error(error, trouble);
        return FALSE;
    }
    *text = out;
    return TRUE;
}

/**
 * ng_generator_draw_many:
 * @self: a generator
 * @seed: of the random numbers
 * @first: number of the first text
 * @n: how many texts
 * @texts: (out caller-allocates): [@n] each cleared with ng_generated_clear()
 * @errors: (inout): [@n] %NULL, set where a text could not be had
 *
 * Draws text i from stream @first + i, as ng_generator_draw() does, several at
 * once: three times as fast where the model is larger than the caches.
 */
void
ng_generator_draw_many(NgGenerator *self, guint64 seed, guint64 first, size_t n, NgGenerated *texts,
                       GError **errors)
{
    g_return_if_fail(self != NULL && ((texts != NULL && errors != NULL) || n == 0));

    g_autofree Lane *lanes = g_new0(Lane, LANES);
    NgThrow *casts[LANES];
    size_t next = 0, busy = 0;

    for (size_t i = 0; i < n; i++)
        texts[i] = (NgGenerated){0};
    for (; is_single(self) && next < n; next++) {
        NgRng rng = ng_rng_new(seed, first + next);
        if (!draw_single(self, &rng, &texts[next], &errors[next]))
            continue;
    }
    for (; busy < LANES && next < n; busy++, next++) {
        casts[busy] = &lanes[busy].cast;
        lanes[busy].cast.rng = ng_rng_new(seed, first + next);
        begin(self, &lanes[busy], next);
    }
    while (busy > 0) {
        ng_draw_round(self->draw, casts, busy);
        for (size_t i = 0; i < busy;) {
            Lane *lane = (Lane *)(void *)casts[i]; /* the cast is its first member */
            if (!lane->cast.done || !take(self, lane, &texts[lane->index], &errors[lane->index])) {
                i++;
            } else if (next < n) {
                lane->cast.rng = ng_rng_new(seed, first + next);
                begin(self, lane, next++);
                i++;
            } else {
                casts[i] = casts[--busy];
            }
        }
    }
    for (size_t i = 0; i < LANES; i++)
        clear_text(&lanes[i].text);
}

/*
 * The search
 *
 * A sequence is a row of spots, each with choices: what may be meant there.  Who
 * takes a choice pays log10 P(word | words before) of the voice, the choice's
 * weight, and the rate of mistakes where it is a change.  Ways that come to the
 * same state are one node; of the nodes between two spots the likeliest stay.
 * All ways through these nodes are then summed up forwards and backwards, which
 * gives each choice its posterior probability, and the rate of mistakes is
 * fitted to the sequence: who has made one makes more (expectation and
 * maximisation, with a prior as strong as PRIOR_LETTERS letters).
 *
 * A word for two (a split) is one choice with two steps; a choice for two spots
 * (a join) passes over the nodes between them.
 */
#include "correct-parts.h"

#include <math.h>
#include <string.h>

enum {
    BEAM = 16,    /* nodes that stay between two spots */
    FITS = 2,     /* how often the rate is fitted */
    SLOTS = 2048, /* of the table of states, a power of two */
    STEPS_MAX = BEAM * 64
};

#define BEAM_WIDTH    6.0F
#define PRIOR_LETTERS 200.0
#define ALONE         1.5 /* who asks for one word alone has doubts */
#define JOIN          (-1.5F)
#define LEAST         (-30.0F) /* for log10 0: models without smoothing */

/** Node: a state between two spots. */
typedef struct {
    float best; /* weight of the best way to it */
    double forward, backward;
} Node;

/**
 * Arc: a choice taken.
 * @from, @to: nodes
 * @choice: its place among all
 * @span: spots it passes over
 * @p: probability of it, without the rate
 */
typedef struct {
    uint32_t from, to, choice, span;
    float weight;
    double p;
} Arc;

struct NgSearch {
    const NgGuesser *guesser;
    NgWalk start;
    size_t K;         /* states of a node: of each part of a mixture one */
    GArray *choices;  /* NgChoice */
    GArray *first;    /* [n + 1] size_t: a spot's first choice */
    GArray *nodes;    /* Node */
    GArray *states;   /* [nodes][K] NgState */
    GArray *arcs;     /* Arc, by where they end */
    GArray *node_of;  /* [n + 2] size_t: first node before each spot */
    GArray *arc_of;   /* [n + 2] size_t: first arc that ends there */
    GArray *scale;    /* [n + 1] double */
    GArray *words;    /* [m] NgWord: first words of a spot's choices */
    GArray *logprobs; /* [n][m] float: theirs after the nodes before it */
    GArray *after;    /* [n][m][K] NgState: the states then */
    uint32_t slot[SLOTS];
    uint32_t stamp[SLOTS];
    uint32_t now;
    size_t made; /* nodes made so far, while choices are taken */
    const NgSearchText *text;
};

NgSearch *
ng_search_new(const NgGuesser *guesser, size_t voice)
{
    NgSearch *self = g_new0(NgSearch, 1);

    self->guesser = guesser;
    ng_walk_init(&self->start, guesser->model, voice);
    self->K = self->start.mix != NULL ? ng_mix_size(self->start.mix) : 1;
    self->choices = g_array_new(FALSE, FALSE, sizeof(NgChoice));
    self->first = g_array_new(FALSE, FALSE, sizeof(size_t));
    self->nodes = g_array_new(FALSE, FALSE, sizeof(Node));
    self->states = g_array_new(FALSE, FALSE, sizeof(NgState));
    self->arcs = g_array_new(FALSE, FALSE, sizeof(Arc));
    self->node_of = g_array_new(FALSE, FALSE, sizeof(size_t));
    self->arc_of = g_array_new(FALSE, FALSE, sizeof(size_t));
    self->scale = g_array_new(FALSE, FALSE, sizeof(double));
    self->words = g_array_new(FALSE, FALSE, sizeof(NgWord));
    self->logprobs = g_array_new(FALSE, FALSE, sizeof(float));
    self->after = g_array_new(FALSE, FALSE, sizeof(NgState));
    return self;
}

void
ng_search_free(NgSearch *self)
{
    if (self == NULL)
        return;
    g_array_unref(self->choices);
    g_array_unref(self->first);
    g_array_unref(self->nodes);
    g_array_unref(self->states);
    g_array_unref(self->arcs);
    g_array_unref(self->node_of);
    g_array_unref(self->arc_of);
    g_array_unref(self->scale);
    g_array_unref(self->words);
    g_array_unref(self->logprobs);
    g_array_unref(self->after);
    g_free(self);
}

/* -- choices -------------------------------------------------------------- */

#define NAME       2.0F    /* a new word with a capital inside a sentence is a name */
#define AGAIN      1.0F    /* a new word that stands there again */
#define NOT_A_NAME (-2.0F) /* a capital where the word has none */
#define OTHER_NAME (-0.7F) /* a name for another */

/* Whether people write the word with a capital. */
static gboolean
is_name(const NgGuesser *guesser, NgWord word)
{
    size_t length = 0;

    if (word >= ng_vocab_size(guesser->vocab))
        return FALSE;
    const char *surface = ng_model_surface(guesser->model, word, &length);
    return surface != NULL && length > 0 && g_ascii_isupper(*surface);
}

static float
case_weight(const NgGuesser *guesser, const NgSpot *spot, const NgGuess *guess)
{
    if (spot->casing != NG_CASING_TITLE || !spot->inside)
        return 0.0F;
    return is_name(guesser, guess->word) ? OTHER_NAME : NOT_A_NAME;
}

/* What speaks for a new word, beside its letters. */
static float
new_weight(const NgSpot *spot)
{
    gboolean name = spot->casing == NG_CASING_TITLE && spot->inside;

    return (name ? NAME : 0.0F) + AGAIN * (float)(MIN(spot->seen, 3) - 1);
}

static void
add_choices(NgSearch *self, const NgSpot *spot)
{
    const NgWritten *written = spot->written;
    guint n = spot->open ? written->n : 1;

    for (guint i = 0; i < n; i++) {
        const NgGuess *guess = &written->guess[i];
        NgChoice choice = {(int)i, guess->word, guess->second, guess->weight, 0.0};
        if (i > 0)
            choice.weight += case_weight(self->guesser, spot, guess);
        else if (!written->known)
            choice.weight += new_weight(spot);
        g_array_append_val(self->choices, choice);
    }
    if (spot->joined != NG_WORD_NONE) {
        const NgChoice choice = {-1, spot->joined, NG_WORD_NONE, JOIN, 0.0};
        g_array_append_val(self->choices, choice);
    }
}

static void
list_choices(NgSearch *self, const NgSearchText *text)
{
    g_array_set_size(self->choices, 0);
    g_array_set_size(self->first, 0);
    for (size_t i = 0; i <= text->n; i++) {
        size_t at = self->choices->len;
        g_array_append_val(self->first, at);
        if (i < text->n)
            add_choices(self, &text->spot[i]);
    }
}

/* -- nodes ---------------------------------------------------------------- */

static inline float
step(const NgSearch *self, NgState *state, NgWord word)
{
    return self->start.voice != NULL ? ng_voice_step(self->start.voice, state, word, NULL)
                                     : ng_mix_step(self->start.mix, state, word, NULL);
}

/* Whether a word is none that the model gives a probability of its own. */
static inline gboolean
is_new(const NgSearch *self, NgWord word)
{
    return word == NG_WORD_UNKNOWN || word >= ng_vocab_size(self->guesser->vocab);
}

/* What the word of a step adds, where the voice gives it @logprob: new words have their own. */
static inline float
add_word(const NgSearch *self, float sum, NgWord word, float logprob)
{
    if (!is_new(self, word))
        return sum + MAX(logprob, LEAST);
    return word != NG_WORD_UNKNOWN ? sum + ng_guesser_unigram(self->guesser, word) : sum;
}

static inline NgWord
word_to_step(const NgSearch *self, NgWord word)
{
    return is_new(self, word) ? NG_WORD_UNKNOWN : word;
}

/* log10 P(words of a choice | state before) and its weight, once the first word is looked up. */
static float
finish_choice(const NgSearch *self, NgState *state, const NgChoice *choice, float logprob)
{
    float sum = add_word(self, choice->weight, choice->word, logprob);

    if (choice->second == NG_WORD_NONE)
        return sum;
    logprob = step(self, state, word_to_step(self, choice->second));
    return add_word(self, sum, choice->second, logprob);
}

static uint32_t
hash_states(const NgState *state, size_t K)
{
    uint64_t hash = 0;

    for (size_t k = 0; k < K; k++)
        hash = (hash ^ (state[k].length * UINT64_C(0xff51afd7ed558ccd) + state[k].index)) *
               UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)(hash >> 40);
}

/* The node of a state among those from @first on, made where there is none. */
static uint32_t
node_at(NgSearch *self, const NgState *state, size_t first)
{
    uint32_t at = hash_states(state, self->K) & (SLOTS - 1);

    while (self->stamp[at] == self->now) {
        const NgState *other = &g_array_index(self->states, NgState, self->slot[at] * self->K);
        if (self->K == 1 ? other->length == state->length && other->index == state->index
                         : memcmp(other, state, self->K * sizeof *state) == 0)
            return self->slot[at];
        at = (at + 1) & (SLOTS - 1);
    }
    uint32_t id = (uint32_t)self->made++;
    g_assert(id - first < SLOTS / 2 + SLOTS / 4);
    self->stamp[at] = self->now;
    self->slot[at] = id;
    g_array_index(self->nodes, Node, id) = (Node){-INFINITY, 0.0, 0.0};
    memcpy(&g_array_index(self->states, NgState, id * self->K), state, self->K * sizeof *state);
    return id;
}

/* Sees to it that there is room for @more nodes and arcs; what is not used is given back. */
static void
make_room(NgSearch *self, size_t arcs, size_t more)
{
    g_array_set_size(self->nodes, (guint)(self->made + more));
    g_array_set_size(self->states, (guint)((self->made + more) * self->K));
    g_array_set_size(self->arcs, (guint)(arcs + more));
}

/* Looks up the first words of all choices of a spot after all nodes before it. */
static void
look_ahead(NgSearch *self, size_t spot)
{
    size_t begin = g_array_index(self->node_of, size_t, spot);
    size_t n = g_array_index(self->node_of, size_t, spot + 1) - begin;
    size_t from = g_array_index(self->first, size_t, spot);
    size_t m = g_array_index(self->first, size_t, spot + 1) - from;

    g_array_set_size(self->words, (guint)m);
    g_array_set_size(self->logprobs, (guint)(n * m));
    g_array_set_size(self->after, (guint)(n * m * self->K));
    NgWord *word = (NgWord *)(gpointer)self->words->data;
    float *logprob = (float *)(gpointer)self->logprobs->data;
    NgState *after = (NgState *)(gpointer)self->after->data;
    const NgState *before = &g_array_index(self->states, NgState, begin * self->K);
    for (size_t c = 0; c < m; c++)
        word[c] = word_to_step(self, g_array_index(self->choices, NgChoice, from + c).word);
    if (self->start.voice != NULL) {
        const NgCross cross = {before, n, word, m};
        ng_voice_cross(self->start.voice, &cross, logprob, after);
        return;
    }
    for (size_t i = 0; i < n * m; i++) {
        memcpy(after + i * self->K, before + i / m * self->K, self->K * sizeof *after);
        logprob[i] = step(self, after + i * self->K, word[i % m]);
    }
}

/* Takes the choices of a spot, those that pass over @span spots, from each node before it. */
static void
take_choices(NgSearch *self, size_t spot, unsigned span, size_t first, float rate)
{
    size_t begin = g_array_index(self->node_of, size_t, spot);
    size_t end = g_array_index(self->node_of, size_t, spot + 1);
    size_t from = g_array_index(self->first, size_t, spot);
    size_t to = g_array_index(self->first, size_t, spot + 1);
    const NgChoice *choices = (const NgChoice *)(gconstpointer)self->choices->data;

    look_ahead(self, spot);
    const float *logprob = (const float *)(gconstpointer)self->logprobs->data;
    NgState *state = (NgState *)(gpointer)self->after->data;
    self->made = self->nodes->len;
    size_t arcs = self->arcs->len;
    make_room(self, arcs, (end - begin) * (to - from));
    Arc *taken = (Arc *)(gpointer)self->arcs->data;
    for (size_t node = begin; node < end; node++)
        for (size_t c = from; c < to; c++, logprob++, state += self->K) {
            const NgChoice *choice = &choices[c];
            if ((choice->guess < 0) != (span == 2))
                continue;
            float weight = finish_choice(self, state, choice, *logprob);
            float best = g_array_index(self->nodes, Node, node).best + weight +
                         (choice->guess != 0 ? rate : 0.0F);
            uint32_t target = node_at(self, state, first);
            Node *there = &g_array_index(self->nodes, Node, target);
            there->best = MAX(there->best, best);
            taken[arcs++] = (Arc){(uint32_t)node, target, (uint32_t)c, span, weight, 0.0};
        }
    make_room(self, arcs, 0);
}

static int
compare_best(gconstpointer a, gconstpointer b)
{
    float x = *(const float *)a, y = *(const float *)b;

    return x > y ? -1 : x < y;
}

/* The weight that a node must have to stay. */
static float
least_weight(const NgSearch *self, size_t first)
{
    size_t n = self->nodes->len - first;
    float best[SLOTS];

    for (size_t i = 0; i < n; i++)
        best[i] = g_array_index(self->nodes, Node, first + i).best;
    float most = -INFINITY;
    for (size_t i = 0; i < n; i++)
        most = MAX(most, best[i]);
    if (n <= BEAM)
        return most - BEAM_WIDTH;
    qsort(best, n, sizeof *best, compare_best);
    return MAX(best[BEAM - 1], most - BEAM_WIDTH);
}

/* Drops nodes from @first on, and arcs to them from @first_arc on, that are too unlikely. */
static void
prune(NgSearch *self, size_t first, size_t first_arc)
{
    float least = least_weight(self, first);
    uint32_t map[SLOTS];
    size_t left = first;
    size_t arcs = first_arc;

    memset(map, 0xff, (self->nodes->len - first) * sizeof *map); /* G_MAXUINT32: gone */
    for (size_t i = first; i < self->nodes->len; i++) {
        Node node = g_array_index(self->nodes, Node, i);
        if (node.best < least)
            continue;
        map[i - first] = (uint32_t)left;
        g_array_index(self->nodes, Node, left) = node;
        memmove(&g_array_index(self->states, NgState, left * self->K),
                &g_array_index(self->states, NgState, i * self->K), self->K * sizeof(NgState));
        left++;
    }
    for (size_t a = first_arc; a < self->arcs->len; a++) {
        Arc arc = g_array_index(self->arcs, Arc, a);
        if (map[arc.to - first] == G_MAXUINT32)
            continue;
        arc.to = map[arc.to - first];
        arc.p = pow(10.0, (double)arc.weight);
        g_array_index(self->arcs, Arc, arcs++) = arc;
    }
    g_array_set_size(self->nodes, (guint)left);
    g_array_set_size(self->states, (guint)(left * self->K));
    g_array_set_size(self->arcs, (guint)arcs);
}

/* A line may begin where a sequence does, or amid a sentence: half of each. */
static void
add_start(NgSearch *self, const NgSearchText *text)
{
    NgWalk walk = self->start;
    const Node node = {0.0F, 0.0, 0.0};
    size_t zero = 0;

    ng_walk_begin(&walk);
    g_array_set_size(self->nodes, 0);
    g_array_set_size(self->states, 0);
    g_array_set_size(self->arcs, 0);
    g_array_set_size(self->node_of, 0);
    g_array_set_size(self->arc_of, 0);
    if (text->begins && !text->alone) {
        g_array_append_val(self->nodes, node);
        g_array_append_vals(self->states, walk.state, (guint)self->K);
    }
    memset(walk.state, 0, sizeof walk.state);
    g_array_append_val(self->nodes, node);
    g_array_append_vals(self->states, walk.state, (guint)self->K);
    g_array_append_val(self->node_of, zero);
    g_array_append_val(self->arc_of, zero);
}

static void
build(NgSearch *self, const NgSearchText *text)
{
    add_start(self, text);
    for (size_t i = 0; i < text->n; i++) {
        size_t first = self->nodes->len, first_arc = self->arcs->len;
        g_array_append_val(self->node_of, first);
        g_array_append_val(self->arc_of, first_arc);
        self->now++;
        take_choices(self, i, 1, first, (float)text->rate);
        if (i > 0 && text->spot[i - 1].joined != NG_WORD_NONE)
            take_choices(self, i - 1, 2, first, (float)text->rate);
        prune(self, first, first_arc);
    }
    size_t nodes = self->nodes->len, arcs = self->arcs->len;
    g_array_append_val(self->node_of, nodes);
    g_array_append_val(self->arc_of, arcs);
}

/* -- sums ----------------------------------------------------------------- */

static inline gboolean
is_change(const NgSearch *self, const Arc *arc)
{
    return g_array_index(self->choices, NgChoice, arc->choice).guess != 0;
}

/* What the sequence costs when it ends at a node: P(</s>), or nothing where it is cut: half of
 * each. */
static double
end_of(NgSearch *self, const NgSearchText *text, size_t node)
{
    NgState state[NG_MIX_MAX];

    if (!text->ends || text->alone)
        return 1.0;
    memcpy(state, &g_array_index(self->states, NgState, node * self->K), self->K * sizeof *state);
    return 0.5 + 0.5 * pow(10.0, (double)step(self, state, NG_WORD_END));
}

static void
sum_forwards(NgSearch *self, const NgSearchText *text, double rate)
{
    Node *nodes = (Node *)(gpointer)self->nodes->data;
    double *scale = (double *)(gpointer)self->scale->data;

    for (size_t k = 0; k < g_array_index(self->node_of, size_t, 1); k++)
        nodes[k].forward = 1.0;
    for (size_t i = 1; i <= text->n; i++) {
        size_t begin = g_array_index(self->node_of, size_t, i);
        size_t end = g_array_index(self->node_of, size_t, i + 1);
        double sum = 0.0;
        for (size_t k = begin; k < end; k++)
            nodes[k].forward = 0.0;
        for (size_t a = g_array_index(self->arc_of, size_t, i);
             a < g_array_index(self->arc_of, size_t, i + 1); a++) {
            const Arc *arc = &g_array_index(self->arcs, Arc, a);
            double p = nodes[arc->from].forward * arc->p * (is_change(self, arc) ? rate : 1.0);
            nodes[arc->to].forward += arc->span == 2 ? p / scale[i - 1] : p;
        }
        for (size_t k = begin; k < end; k++)
            sum += nodes[k].forward;
        scale[i] = sum > 0.0 ? sum : 1.0;
        for (size_t k = begin; k < end; k++)
            nodes[k].forward /= scale[i];
    }
}

/* Posteriors of choices; returns the expected number of changes. */
static double
sum_backwards(NgSearch *self, const NgSearchText *text, double rate)
{
    Node *nodes = (Node *)(gpointer)self->nodes->data;
    const double *scale = (const double *)(gconstpointer)self->scale->data;
    size_t last = g_array_index(self->node_of, size_t, text->n);
    double total = 0.0, changes = 0.0;

    for (size_t k = 0; k < self->nodes->len; k++)
        nodes[k].backward = 0.0;
    for (size_t k = last; k < self->nodes->len; k++) {
        nodes[k].backward = end_of(self, text, k);
        total += nodes[k].forward * nodes[k].backward;
    }
    for (size_t i = text->n; i >= 1; i--)
        for (size_t a = g_array_index(self->arc_of, size_t, i);
             a < g_array_index(self->arc_of, size_t, i + 1); a++) {
            const Arc *arc = &g_array_index(self->arcs, Arc, a);
            gboolean change = is_change(self, arc);
            double p = arc->p * (change ? rate : 1.0) * nodes[arc->to].backward / scale[i];
            if (arc->span == 2)
                p /= scale[i - 1];
            nodes[arc->from].backward += p;
            p *= nodes[arc->from].forward / total;
            g_array_index(self->choices, NgChoice, arc->choice).posterior += p;
            changes += change ? p : 0.0;
        }
    return changes;
}

static void
clear_posteriors(NgSearch *self)
{
    for (guint i = 0; i < self->choices->len; i++)
        g_array_index(self->choices, NgChoice, i).posterior = 0.0;
}

static double
count_letters(const NgSearchText *text)
{
    double letters = 0.0;

    for (size_t i = 0; i < text->n; i++)
        if (text->spot[i].open)
            letters += text->spot[i].written->n_letters;
    return letters;
}

/* Finds the posterior of every choice. */
void
ng_search_run(NgSearch *self, const NgSearchText *text)
{
    double prior = pow(10.0, text->rate + (text->alone ? ALONE : 0.0)), rate = prior;
    double letters = count_letters(text);

    list_choices(self, text);
    build(self, text);
    g_array_set_size(self->scale, (guint)text->n + 1);
    for (unsigned fit = 0;; fit++) {
        clear_posteriors(self);
        sum_forwards(self, text, rate);
        double changes = sum_backwards(self, text, rate);
        if (fit == FITS)
            return;
        rate = (changes + prior * PRIOR_LETTERS) / (letters + PRIOR_LETTERS);
    }
}

/* The choices of a spot. */
NgChoice *
ng_search_choices(NgSearch *self, size_t spot, size_t *n)
{
    size_t first = g_array_index(self->first, size_t, spot);

    *n = g_array_index(self->first, size_t, spot + 1) - first;
    return &g_array_index(self->choices, NgChoice, first);
}

/* log10 P(what is written at a spot | what stands before), whatever was meant. */
double
ng_search_logprob(const NgSearch *self, size_t spot)
{
    return log10(g_array_index(self->scale, double, spot + 1));
}

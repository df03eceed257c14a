/*
 * What is ahead of every context
 *
 * With q(w|h') what a shorter context gives to a word, b(h) the back-off weight and
 * f(h) anything known of the contexts,
 *
 *   sum over w of p(w|h) f(hw) = b(h) (the same sum for h')
 *     + sum over successors w of h [p(w|h) f(hw) - b(h) q(w|h') f(h'w)],
 *
 * so one pass over the entries, from the empty context up, gives it for all
 * contexts: a sparse matrix times a vector.  On the top level hw and h'w lead to
 * the same state, and the two terms are one number.  The matrix is made once.
 *
 * Layers are solved from the last to the first.  Where there is no upper bound the
 * last one is a fixed point, ahead = g + P ahead.  Repeated passes come to it as slowly
 * as the chain comes to its end, so a linear solver does.  It is done when no number
 * changes by a part of 1e-12 in a pass: the law of each word is right to that.
 */
#include "goal.h"

#include "ngram/mass.h"
#include "ngram/parallel.h"

#include <math.h>
#include <string.h>

#define TOLERANCE    1e-12
#define SMALL_ENOUGH 1e-26

enum {
    CHUNK = 256,     /* entries read in one go */
    BLOCK = 1 << 13, /* contexts that a thread takes at a time */
    AHEAD = 24,      /* entries that memory is asked for in advance */
    WARM_UP = 12,    /* passes for a first guess */
    ROUNDS = 12,     /* of the solver, each with the last one's guess */
    STEPS = 30,      /* of a round */
    SMOOTH = 3       /* passes behind a round, for what it left rough */
};

/**
 * Row: the entries of one level, and the contexts before them.
 * @n: entries
 * @plus, @minus: [n] what a successor adds, and what is taken away; none on the top level
 * @suffix: [n]
 * @weight, @end: [contexts] b, and the end of the successors
 */
typedef struct {
    size_t n;
    double *plus, *minus;
    uint32_t *suffix;
    double *weight;
    uint32_t *end;
} Row;

/** Matrix: @row: [order] of the levels */
typedef struct {
    NgGoal *goal;
    Row row[NG_ORDER_MAX];
} Matrix;

static gboolean
may_come(const NgGoal *goal, NgWord word)
{
    return word != NG_WORD_BEGIN && word != NG_WORD_END &&
           !(goal->no_unk && word == NG_WORD_UNKNOWN);
}

/* The probabilities of @level and those of their suffixes, in @minus. */
static void
read_row(const NgGoal *goal, unsigned level, Row *row)
{
    NgWord word[CHUNK];
    float logprob[CHUNK], below[CHUNK];

    row->n = ng_voice_level_size(goal->voice, level);
    row->plus = g_new(double, row->n);
    row->minus = g_new0(double, row->n);
    row->suffix = g_new(uint32_t, row->n);
    for (size_t first = 0; first < row->n; first += CHUNK) {
        size_t n = MIN(CHUNK, row->n - first);
        NgColumns columns = {.word = word, .logprob = logprob, .suffix = row->suffix + first};
        ng_voice_columns(goal->voice, level, (uint32_t)first, n, &columns);
        ng_mass_array(logprob, row->plus + first, n);
        if (level > 1) {
            for (size_t i = 0; i < n; i++)
                below[i] = ng_voice_entry_logprob(goal->voice, level - 1, row->suffix[first + i]);
            ng_mass_array(below, row->minus + first, n);
        }
        for (size_t i = 0; i < n; i++)
            if (!may_come(goal, word[i]))
                row->plus[first + i] = row->minus[first + i] = 0.0;
    }
}

/* Back-off weights and ends of the contexts before @level; the weights go into its terms. */
static void
read_contexts(const NgGoal *goal, unsigned level, Row *row)
{
    size_t contexts = ng_voice_level_size(goal->voice, level - 1);
    float backoff[CHUNK];
    uint32_t e = 0;

    row->weight = g_new(double, contexts);
    row->end = g_new(uint32_t, contexts);
    for (size_t first = 0; first < contexts; first += CHUNK) {
        size_t n = MIN(CHUNK, contexts - first);
        NgColumns columns = {.backoff = backoff, .end = row->end + first};
        ng_voice_columns(goal->voice, level - 1, (uint32_t)first, n, &columns);
        ng_mass_array(backoff, row->weight + first, n);
    }
    for (size_t c = 0; c < contexts; c++)
        for (; e < row->end[c]; e++)
            row->minus[e] *= row->weight[c];
    if (level < goal->order)
        return;
    for (size_t i = 0; i < row->n; i++)
        row->plus[i] -= row->minus[i];
    g_clear_pointer(&row->minus, g_free);
}

static void
matrix_init(Matrix *self, NgGoal *goal)
{
    *self = (Matrix){.goal = goal};
    for (unsigned level = 1; level <= goal->order; level++) {
        read_row(goal, level, &self->row[level - 1]);
        if (level > 1)
            read_contexts(goal, level, &self->row[level - 1]);
    }
}

static void
matrix_clear(Matrix *self)
{
    for (unsigned i = 0; i < NG_ORDER_MAX; i++) {
        g_free(self->row[i].plus);
        g_free(self->row[i].minus);
        g_free(self->row[i].suffix);
        g_free(self->row[i].weight);
        g_free(self->row[i].end);
    }
}

/** Pass: @sum: (out): [S] of @f: [S], the contexts of @length */
typedef struct {
    const Matrix *matrix;
    const double *f;
    double *sum;
    unsigned length;
} Pass;

static void
pass_block(size_t block, unsigned thread G_GNUC_UNUSED, gpointer data)
{
    const Pass *pass = data;
    const NgGoal *goal = pass->matrix->goal;
    unsigned length = pass->length;
    const Row *row = &pass->matrix->row[length];
    const uint32_t *shorter = pass->matrix->row[length - 1].suffix;
    size_t contexts = pass->matrix->row[length - 1].n;
    const double *low = pass->f + goal->offset[length];
    const double *high = length + 1 < goal->order ? pass->f + goal->offset[length + 1] : NULL;
    double *sum = pass->sum + goal->offset[length];
    const double *back = pass->sum + (length > 1 ? goal->offset[length - 1] : 0);
    size_t first = block * BLOCK, end = MIN(first + BLOCK, contexts);
    uint32_t e = first > 0 ? row->end[first - 1] : 0;

    for (size_t c = first; c < end; c++) {
        double add = 0.0;
        for (; e < row->end[c]; e++) {
            __builtin_prefetch(low + row->suffix[MIN(e + AHEAD, row->n - 1)]);
            add += high == NULL ? row->plus[e] * low[row->suffix[e]]
                                : row->plus[e] * high[e] - row->minus[e] * low[row->suffix[e]];
        }
        sum[c] = add + row->weight[c] * back[length > 1 ? shorter[c] : 0];
    }
}

/* @sum of @f for all contexts. */
static void
multiply(const Matrix *self, const double *f, double *sum)
{
    const NgGoal *goal = self->goal;
    const Row *words = &self->row[0];

    sum[0] = 0.0;
    for (size_t w = 0; w < words->n; w++)
        sum[0] += words->plus[w] * f[goal->order > 1 ? goal->offset[1] + w : 0];
    for (unsigned length = 1; length < goal->order; length++) {
        Pass pass = {self, f, sum, length};
        ng_parallel((self->row[length - 1].n + BLOCK - 1) / BLOCK, goal->threads, pass_block,
                    &pass);
    }
}

/* Adds to @sum, [S], what the exits of a stage have where @n words came before; the state's own total
 * is left out.  Their first word stands behind few contexts; elsewhere a shorter one has it. */
static void
add_exits(const Matrix *self, unsigned stage, size_t n, double *sum)
{
    const NgGoal *goal = self->goal;
    const GArray *exits = goal->stage[stage].exits;
    NgWord word = g_array_index(exits, NgExit, 0).words[0];
    g_autoptr(GArray) pairs = g_array_new(FALSE, FALSE, sizeof(NgPair));
    g_autofree double *own = g_new0(double, goal->states);

    for (unsigned length = 0; length < goal->order; length++) {
        size_t contexts = length > 0 ? self->row[length - 1].n : 1;
        double *here = own + goal->offset[length];
        for (size_t c = 0; c < contexts && length > 0; c++)
            here[c] =
                self->row[length].weight[c] *
                own[length > 1 ? goal->offset[length - 1] + self->row[length - 1].suffix[c] : 0];
        g_array_set_size(pairs, 0);
        if (length > 0)
            ng_voice_find_before(goal->voice, length, word, pairs);
        else
            g_array_append_val(pairs, ((NgPair){0, 0}));
        for (guint i = 0; i < pairs->len; i++) {
            NgState state = {length, g_array_index(pairs, NgPair, i).context};
            here[state.index] = 0.0;
            for (guint j = 0; j < exits->len; j++)
                here[state.index] +=
                    ng_goal_exit(goal, stage, &g_array_index(exits, NgExit, j), n, state) *
                    goal->total[ng_goal_state(goal, state)];
        }
    }
    for (size_t s = 0; s < goal->states; s++)
        sum[s] += own[s];
}

/* The sums of p over all words that may come, `</s>` too. */
static void
sum_totals(const Matrix *self)
{
    NgGoal *goal = self->goal;
    NgWord end = NG_WORD_END;
    NgExit exit = {&end, 1, TRUE};
    NgGoal plain = *goal;
    Matrix matrix = *self;
    g_autofree double *ones = g_new(double, goal->states);
    g_autofree double *totals = g_new(double, goal->states);
    g_autoptr(GArray) exits = g_array_new(FALSE, FALSE, sizeof(NgExit));

    for (size_t s = 0; s < goal->states; s++)
        ones[s] = 1.0;
    multiply(self, ones, totals);
    g_array_append_val(exits, exit);
    plain.stage[0].exits = exits;
    plain.min = plain.max = 0;
    plain.total = ones;
    matrix.goal = &plain;
    add_exits(&matrix, 0, 0, totals);
    goal->total = g_steal_pointer(&totals);
}

/* (@exits + @onward) / total, for all contexts; a sum that rounding took below 0 is 0. */
static void
combine(const NgGoal *goal, const double *exits, double *onward, double *ahead)
{
    for (size_t s = 0; s < goal->states; s++) {
        onward[s] = MAX(onward[s], 0.0);
        ahead[s] = goal->total[s] > 0.0 ? (exits[s] + onward[s]) / goal->total[s] : 0.0;
    }
}

/* -- the fixed point --------------------------------------------------------- */

/**
 * Solver: BiCGStab (van der Vorst, SIAM J. Sci. Stat. Comput. 13, 1992) for z - D P D^-1 z = D g, the
 * numbers ahead being z / D.  D is 1 over a guess of them: all are of one size then, and each is right
 * in relation to itself.
 * @guess: [S] 1 / D
 * @z, @r, @shadow, @p, @v, @t: [S] the solution, the residual, what it is held against, directions
 * @rho, @alpha, @omega: of the last step
 */
typedef struct {
    const Matrix *matrix;
    double *guess, *z, *r, *shadow, *p, *v, *t, *in, *out;
    double rho, alpha, omega;
} Solver;

static void
solver_init(Solver *self, const Matrix *matrix)
{
    size_t S = matrix->goal->states;
    double **array[] = {&self->guess, &self->z, &self->r,  &self->shadow, &self->p,
                        &self->v,     &self->t, &self->in, &self->out};

    *self = (Solver){.matrix = matrix};
    for (size_t i = 0; i < G_N_ELEMENTS(array); i++)
        *array[i] = g_new0(double, S);
}

static void
solver_clear(Solver *self)
{
    double *array[] = {self->guess, self->z, self->r,  self->shadow, self->p,
                       self->v,     self->t, self->in, self->out};

    for (size_t i = 0; i < G_N_ELEMENTS(array); i++)
        g_free(array[i]);
}

static double
dot(size_t n, const double *a, const double *b)
{
    double sum = 0.0;

    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* @y = @x - D P D^-1 @x */
static void
apply(Solver *self, const double *x, double *y)
{
    const NgGoal *goal = self->matrix->goal;

    for (size_t s = 0; s < goal->states; s++)
        self->in[s] = x[s] * self->guess[s];
    multiply(self->matrix, self->in, self->out);
    for (size_t s = 0; s < goal->states; s++)
        y[s] = goal->total[s] > 0.0 && self->guess[s] > 0.0
                   ? x[s] - self->out[s] / goal->total[s] / self->guess[s]
                   : x[s];
}

/* Begins anew with @ahead as the guess, of which @next is what one pass makes: z is 1. */
static void
start(Solver *self, const double *ahead, const double *next)
{
    size_t S = self->matrix->goal->states;

    for (size_t s = 0; s < S; s++) {
        self->guess[s] = ahead[s];
        self->z[s] = ahead[s] > 0.0 ? 1.0 : 0.0;
        self->r[s] = ahead[s] > 0.0 ? next[s] / ahead[s] - 1.0 : 0.0;
        self->shadow[s] = self->p[s] = self->r[s];
    }
    self->rho = dot(S, self->shadow, self->r);
}

/* One step, two passes; whether it led anywhere. */
static gboolean
step(Solver *self)
{
    size_t S = self->matrix->goal->states;

    apply(self, self->p, self->v);
    double down = dot(S, self->shadow, self->v);
    self->alpha = self->rho / down;
    if (!isfinite(self->alpha) || self->alpha == 0.0)
        return FALSE;
    for (size_t s = 0; s < S; s++)
        self->r[s] -= self->alpha * self->v[s];
    apply(self, self->r, self->t);
    self->omega = dot(S, self->t, self->r) / dot(S, self->t, self->t);
    if (!isfinite(self->omega))
        self->omega = 0.0;
    for (size_t s = 0; s < S; s++) {
        self->z[s] += self->alpha * self->p[s] + self->omega * self->r[s];
        self->r[s] -= self->omega * self->t[s];
    }
    double rho = dot(S, self->shadow, self->r);
    double beta = rho / self->rho * (self->alpha / self->omega);
    self->rho = rho;
    if (!isfinite(beta))
        return FALSE;
    for (size_t s = 0; s < S; s++)
        self->p[s] = self->r[s] + beta * (self->p[s] - self->omega * self->v[s]);
    return TRUE;
}

/* The greatest part of itself that a number changes by from @ahead to @next. */
static double
change(size_t n, const double *ahead, const double *next)
{
    double most = 0.0;

    for (size_t s = 0; s < n; s++)
        if (next[s] > 0.0)
            most = MAX(most, fabs(next[s] - ahead[s]) / next[s]);
    return most;
}

/* @ahead once more, by one pass, as @next. */
static void
pass_once(const Matrix *self, const double *exits, const double *ahead, double *onward,
          double *next)
{
    multiply(self, ahead, onward);
    combine(self->goal, exits, onward, next);
}

/* The fixed point of the last layer; whether it is come to. */
static gboolean
settle(const Matrix *self, NgStage *stage, const double *exits)
{
    size_t S = self->goal->states, last = stage->layers - 1;
    double *ahead = stage->ahead[last], *onward = stage->onward[last];
    g_autofree double *next = g_new(double, S);
    gboolean done = FALSE;
    Solver solver;

    for (int pass = 0; pass < WARM_UP; pass++) {
        pass_once(self, exits, ahead, onward, next);
        memcpy(ahead, next, S * sizeof *ahead);
    }
    solver_init(&solver, self);
    for (int round = 0; round < ROUNDS && !done; round++) {
        pass_once(self, exits, ahead, onward, next);
        done = change(S, ahead, next) <= TOLERANCE;
        if (done)
            break;
        start(&solver, ahead, next);
        for (int i = 0; i < STEPS && step(&solver) && dot(S, solver.r, solver.r) > SMALL_ENOUGH;
             i++)
            ;
        for (size_t s = 0; s < S; s++) /* never all the way to 0 by a step too far */
            ahead[s] = MAX(solver.z[s] * ahead[s], 0.1 * next[s]);
        for (int pass = 0; pass < SMOOTH; pass++) {
            pass_once(self, exits, ahead, onward, next);
            memcpy(ahead, next, S * sizeof *ahead);
        }
    }
    solver_clear(&solver);
    return done;
}

static gboolean
solve_stage(const Matrix *self, unsigned i)
{
    NgGoal *goal = self->goal;
    NgStage *stage = &goal->stage[i];
    size_t S = goal->states;

    stage->ahead = g_new0(double *, stage->layers);
    stage->onward = g_new0(double *, stage->layers);
    for (size_t layer = stage->layers; layer-- > 0;) {
        gboolean last = layer + 1 == stage->layers;
        g_autofree double *exits = g_new0(double, S);
        stage->ahead[layer] = g_new0(double, S);
        stage->onward[layer] = g_new0(double, S);
        add_exits(self, i, goal->first + layer, exits);
        if (last && goal->max == 0 && !stage->free) {
            if (!settle(self, stage, exits))
                return FALSE;
            continue;
        }
        if (!last)
            multiply(self, stage->ahead[layer + 1], stage->onward[layer]);
        combine(goal, exits, stage->onward[layer], stage->ahead[layer]);
        for (size_t s = 0; s < S && last && goal->max == 0; s++) /* demands nothing */
            stage->ahead[layer][s] = 1.0;
    }
    return TRUE;
}

/**
 * ng_goal_solve:
 * @self: a goal
 *
 * Returns: whether it was solved: not where texts have hardly an end
 */
gboolean
ng_goal_solve(NgGoal *self)
{
    Matrix matrix;
    gboolean solved = TRUE;

    matrix_init(&matrix, self);
    sum_totals(&matrix);
    for (unsigned i = self->stages; solved && i-- > 0;)
        solved = solve_stage(&matrix, i);
    matrix_clear(&matrix);
    self->start = g_new0(double, self->starts->len + 1);
    for (guint i = 0; solved && i < self->starts->len; i++)
        self->start[i] = ng_goal_exit(self, 0, &g_array_index(self->starts, NgExit, i), self->first,
                                      self->begin);
    return solved;
}

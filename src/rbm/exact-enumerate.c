/*
 * Going through all states
 *
 * States are cut into chunks of at most 2^12, which share all rows but the lowest.  A chunk begins
 * with inputs computed afresh and goes on in the order of a Gray code, block by block of four
 * states.  Chunks are cut into a fixed number of tasks, whose sums are added in their order: so the
 * result has the same bits for any number of threads.
 *
 * A mean over a chunk with a row on is not added state by state: the sum of a half of a chunk is
 * that of the row which is on in it, so all rows together cost two additions a block.
 */
#include "exact-internal.h"

#include "ngram/logsum.h"
#include "ngram/parallel.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>

enum { CHUNK_BITS = 12, TASKS = 32, SMALL = 1 << 20 };

/* A chunk whose share is below e^-NEGLECT of what is known gives nothing to a mean. */
#define NEGLECT 60.0

/* Task: what some chunks sum to, times e^-top; means are not yet divided by the sum. */
typedef struct {
    double top, sum;
    double best;
    guint64 best_state;
    double *moment; /* (nullable): [1 + R, C] */
} Task;

typedef struct {
    const NgEnumeration *e;
    const NgExactWork *work;
    gboolean moments;
    guint low;   /* L, rows that change within a chunk */
    guint block; /* those that change within a block */
    guint64 chunks;
    guint tasks;
    double *own_low;    /* [2^L] own biases of the low rows, by state */
    double *one;        /* [F] a ratio that changes nothing */
    Task *task;         /* [tasks] */
    atomic_ullong done; /* chunks */
} Run;

/* Room of one task.  A level of the tree has a sum that waits for that of its other half. */
typedef struct {
    double *input; /* [C] with all low rows off */
    double *odds;  /* [F] */
    double *slow;  /* [G] inputs of slow columns */
    double *f;     /* [2^L] log of each term, then its share of the chunk */
    double *total; /* [C] */
    double *wait;  /* [L, C] */
    double *row;   /* [L, C] sums with each low row on */
} Room;

static double *
reals(size_t n)
{
    return g_aligned_alloc0(MAX(n, 1), sizeof(double), NG_LANES * sizeof(double));
}

/* C rounded up, so that rows of vectors begin where vectors may. */
static size_t
stride(const NgEnumeration *e)
{
    return ((size_t)e->columns + NG_LANES - 1) / NG_LANES * NG_LANES;
}

static guint64
gray(guint64 i)
{
    return i ^ i >> 1;
}

/* Which low rows are on in state @i of a chunk. */
static guint64
pattern(const Run *run, guint64 i)
{
    return gray(i >> run->block) << run->block | (i & ((1U << run->block) - 1));
}

/* The inputs of all columns with the low rows off; returns the own biases of the other rows. */
static double
begin_chunk(const Run *run, guint64 chunk, Room *room)
{
    const NgEnumeration *e = run->e;
    guint64 high = chunk << run->low;
    guint64 rest = high >> e->bits;
    double own = e->constant;

    memcpy(room->input, e->start, e->columns * sizeof(double));
    for (guint r = 0; r < e->rows; r++) {
        gboolean on = r < e->bits && r >= run->low && (high >> r & 1) != 0;
        if (!on)
            continue;
        own += e->own[r];
        for (guint i = 0; i < e->columns; i++)
            room->input[i] += e->w[(size_t)r * e->columns + i];
    }
    for (guint g = 0; g < e->n_choices; g++) {
        size_t r = e->choices[g].first + rest % e->choices[g].size;
        rest /= e->choices[g].size;
        own += e->own[r];
        for (guint i = 0; i < e->columns; i++)
            room->input[i] += e->w[r * e->columns + i];
    }
    for (guint i = 0; i < e->fast; i++)
        room->odds[i] = exp(room->input[i]);
    return own;
}

/* Inputs of the slow columns, from the start: large ones would leave errors behind. */
static void
slow_inputs(const NgEnumeration *e, const Room *room, guint64 on)
{
    memcpy(room->slow, room->input + e->fast, e->slow * sizeof(double));
    for (guint r = 0; on != 0; r++, on >>= 1) {
        const double *w = e->w + (size_t)r * e->columns + e->fast;
        for (guint i = 0; i < e->slow && (on & 1) != 0; i++)
            room->slow[i] += w[i];
    }
}

/* The log-sum of all slow columns at the inputs in the room. */
static double
slow_log_sum(const NgEnumeration *e, const Room *room)
{
    double sum = 0.0;

    for (guint g = 0; g < e->n_groups; g++) {
        const NgUnitGroup *group = &e->groups[g];
        const double *x = room->slow + group->first;
        const double *bias = e->start + e->fast + group->first;
        if (group->kind == NG_UNITS_SOFTMAX)
            sum += ng_log_sum_exp(x, group->size);
        for (guint i = 0; i < group->size && group->kind == NG_UNITS_BINARY; i++)
            sum += ng_softplus(x[i]);
        /* the integral of exp(-(v - b)^2 / 2 + v a), with x = b + a */
        for (guint i = 0; i < group->size && group->kind == NG_UNITS_GAUSSIAN; i++)
            sum += (x[i] - bias[i]) * (x[i] + bias[i]) / 2.0 + 0.5 * log(2.0 * G_PI);
    }
    return sum;
}

/* Inputs of the slow columns become means. */
static void
slow_means(const NgEnumeration *e, const Room *room)
{
    for (guint g = 0; g < e->n_groups; g++) {
        const NgUnitGroup *group = &e->groups[g];
        double *x = room->slow + group->first;
        double log_sum = group->kind == NG_UNITS_SOFTMAX ? ng_log_sum_exp(x, group->size) : 0.0;
        for (guint i = 0; i < group->size; i++) {
            if (group->kind == NG_UNITS_SOFTMAX)
                x[i] = exp(x[i] - log_sum);
            else if (group->kind == NG_UNITS_BINARY)
                x[i] = ng_sigmoid(x[i]);
        }
    }
}

/* What odds of block @b are those of the block before times. */
static NgOddsBlock
step(const Run *run, const Room *room, guint64 b)
{
    const NgEnumeration *e = run->e;
    const double *ratio = run->one;

    if (b > 0) {
        size_t row = (size_t)__builtin_ctzll(b) + run->block;
        ratio = ((pattern(run, b << run->block) >> row & 1) != 0 ? e->up : e->down) + row * e->fast;
    }
    return (NgOddsBlock){
        .odds = room->odds,
        .ratio = ratio,
        .first = e->up,
        .second = e->up + e->fast,
        .both = e->both,
        .columns = e->fast,
        .every = e->every,
    };
}

/* Fills the logs of the terms of a chunk; returns the log of their sum. */
static double
chunk_terms(const Run *run, guint64 chunk, double own, Room *room, Task *task)
{
    const NgEnumeration *e = run->e;
    guint64 n = 1ULL << run->low, states = 1ULL << run->block;
    double top = -INFINITY, sum = 0.0;

    memset(room->f, 0, n * sizeof(double));
    for (guint64 at = 0; at < n && e->fast > 0; at += states) {
        const NgOddsBlock block = step(run, room, at >> run->block);
        ng_odds_log_sums(&block, room->f + at);
    }
    for (guint64 i = 0; i < n; i++) {
        guint64 on = pattern(run, i);
        room->f[i] += own + run->own_low[on];
        if (e->slow > 0) {
            slow_inputs(e, room, on);
            room->f[i] += slow_log_sum(e, room);
        }
        top = fmax(top, room->f[i]);
        if (room->f[i] > task->best) {
            task->best = room->f[i];
            task->best_state = chunk << run->low | on;
        }
    }
    for (guint64 i = 0; i < n; i++)
        sum += exp(room->f[i] - top);
    return top + log(sum);
}

/* The sum of block @b goes up to where it waits for its other half. */
static void
push(const Run *run, guint64 b, Room *room)
{
    size_t size = stride(run->e);

    for (guint level = run->block; level < run->low; level++, b >>= 1) {
        double *wait = room->wait + level * size, *row = room->row + level * size;
        if ((b & 1) == 0) {
            memcpy(wait, room->total, size * sizeof(double));
            return;
        }
        const double *on = (gray(b) & 1) != 0 ? room->total : wait;
        for (size_t i = 0; i < size; i++) {
            row[i] += on[i];
            room->total[i] += wait[i];
        }
    }
}

/* Adds the means of the slow columns, and of the one that is always on, of one state. */
static void
add_slow(const Run *run, guint64 i, Room *room)
{
    const NgEnumeration *e = run->e;
    double p = room->f[i];
    size_t size = stride(e);

    slow_inputs(e, room, pattern(run, i));
    slow_means(e, room);
    room->slow[e->slow] = 1.0;
    for (guint k = 0; k <= e->slow; k++) {
        double x = p * room->slow[k];
        room->total[e->fast + k] += x;
        for (guint r = 0; r < run->block; r++)
            if ((i >> r & 1) != 0)
                room->row[r * size + e->fast + k] += x;
    }
}

/* Means over a chunk: its total, and the sums with each low row on. */
static void
chunk_means(const Run *run, double log_sum, Room *room)
{
    const NgEnumeration *e = run->e;
    guint64 n = 1ULL << run->low, states = 1ULL << run->block;
    size_t size = stride(e);

    for (guint i = 0; i < e->fast; i++)
        room->odds[i] = exp(room->input[i]);
    memset(room->row, 0, run->low * size * sizeof(double));
    for (guint64 at = 0; at < n; at += states) {
        memset(room->total, 0, size * sizeof(double));
        for (guint64 i = at; i < at + states; i++)
            room->f[i] = exp(room->f[i] - log_sum);
        if (e->fast > 0) {
            const NgOddsBlock block = step(run, room, at >> run->block);
            ng_odds_means(&block, room->f + at, room->total, room->row, room->row + size);
        }
        for (guint64 i = at; i < at + states; i++)
            add_slow(run, i, room);
        push(run, at >> run->block, room);
    }
}

/* Adds the means of a chunk, times @share, to those of its task. */
static void
add_chunk(const Run *run, guint64 chunk, double share, const Room *room, double *moment)
{
    const NgEnumeration *e = run->e;
    guint64 high = chunk << run->low;
    guint64 rest = high >> e->bits;
    size_t size = stride(e);

    for (guint i = 0; i < e->columns; i++)
        moment[i] += share * room->total[i];
    for (guint r = 0; r < e->bits; r++) {
        const double *from = r < run->low ? room->row + r * size : room->total;
        double *to = moment + (1 + (size_t)r) * e->columns;
        if (r >= run->low && (high >> r & 1) == 0)
            continue;
        for (guint i = 0; i < e->columns; i++)
            to[i] += share * from[i];
    }
    for (guint g = 0; g < e->n_choices; g++) {
        size_t r = e->choices[g].first + rest % e->choices[g].size;
        rest /= e->choices[g].size;
        for (guint i = 0; i < e->columns; i++)
            moment[(1 + r) * e->columns + i] += share * room->total[i];
    }
}

/* Makes @top the unit of a task's sums, where it is larger. */
static void
raise_top(const NgEnumeration *e, Task *task, double top)
{
    if (!(top > task->top))
        return;
    double scale = exp(task->top - top);
    size_t n = (1 + (size_t)e->rows) * e->columns;
    task->sum *= scale;
    for (size_t i = 0; i < n && task->moment != NULL; i++)
        task->moment[i] *= scale;
    task->top = top;
}

static void
do_chunk(const Run *run, guint64 chunk, Room *room, Task *task)
{
    double own = begin_chunk(run, chunk, room);
    double log_sum = chunk_terms(run, chunk, own, room, task);

    raise_top(run->e, task, log_sum);
    double share = exp(log_sum - task->top);
    task->sum += share;
    if (task->moment == NULL || log_sum < task->top - NEGLECT)
        return;
    chunk_means(run, log_sum, room);
    add_chunk(run, chunk, share, room, task->moment);
}

static void
do_task(size_t index, unsigned thread, gpointer data)
{
    Run *run = data;
    const NgEnumeration *e = run->e;
    size_t size = stride(e), levels = run->low;
    double *all = reals(5 * size + 2 * levels * size + (1UL << run->low));
    Room room = {.input = all, .odds = all + size, .slow = all + 2 * size, .total = all + 3 * size};
    Task *task = &run->task[index];

    room.wait = all + 4 * size;
    room.row = room.wait + levels * size;
    room.f = room.row + levels * size;
    *task = (Task){.top = -INFINITY, .best = -INFINITY};
    if (run->moments)
        task->moment = g_new0(double, (1 + (size_t)e->rows) * e->columns);
    for (guint64 c = run->chunks * index / run->tasks; c < run->chunks * (index + 1) / run->tasks;
         c++) {
        do_chunk(run, c, &room, task);
        guint64 done = atomic_fetch_add_explicit(&run->done, 1, memory_order_relaxed) + 1;
        if (thread == 0 && c % 16 == 0)
            ng_progress_report(run->work->progress, "states", done, run->chunks);
    }
    g_aligned_free(all);
}

/* Adds what the tasks found, in their order. */
static void
gather(const Run *run, NgEnumerated *out)
{
    const NgEnumeration *e = run->e;
    size_t n = (1 + (size_t)e->rows) * e->columns;
    Task all = {.top = -INFINITY, .best = -INFINITY};

    all.moment = run->moments ? g_new0(double, n) : NULL;
    for (guint t = 0; t < run->tasks; t++) {
        Task *task = &run->task[t];
        raise_top(e, &all, task->top);
        double share = exp(task->top - all.top);
        all.sum += share * task->sum;
        for (size_t i = 0; i < n && run->moments; i++)
            all.moment[i] += share * task->moment[i];
        if (task->best > all.best) {
            all.best = task->best;
            all.best_state = task->best_state;
        }
        g_free(task->moment);
    }
    for (size_t i = 0; i < n && run->moments; i++)
        all.moment[i] /= all.sum;
    *out = (NgEnumerated){all.top + log(all.sum), all.best, all.best_state, all.moment};
}

/**
 * ng_enumeration_run:
 * @work: threads and progress
 * @moments: whether means are wanted
 * @out: (out): the result; its moments are the caller's
 *
 * Every state once.  Relative errors are some 1e-13, those of a mean absolute.
 */
void
ng_enumeration_run(const NgEnumeration *self, const NgExactWork *work, gboolean moments,
                   NgEnumerated *out)
{
    guint64 outer = 1;
    for (guint g = 0; g < self->n_choices; g++)
        outer *= self->choices[g].size;
    guint low = MIN(self->bits, CHUNK_BITS);
    if (low > 4 && self->bits < CHUNK_BITS + 4) /* enough chunks for several threads */
        low = MAX(low - (CHUNK_BITS + 4 - self->bits) / 2, 4);
    g_autofree double *own_low = g_new0(double, 1UL << low);
    double *one = reals(self->fast);
    Task tasks[TASKS];
    Run run = {.e = self, .work = work, .moments = moments, .low = low, .own_low = own_low};

    run.block = MIN(low, NG_BLOCK_BITS);
    run.chunks = outer << (self->bits - low);
    run.tasks = (guint)MIN(run.chunks, TASKS);
    run.task = tasks;
    run.one = one;
    for (guint64 x = 1; x < 1ULL << low; x++)
        own_low[x] = own_low[x & (x - 1)] + self->own[__builtin_ctzll(x)];
    for (guint i = 0; i < self->fast; i++)
        one[i] = 1.0;
    double size = (double)outer * exp2(self->bits) * self->columns;
    ng_parallel(run.tasks, size < SMALL ? 1 : work->threads, do_task, &run);
    gather(&run, out);
    g_aligned_free(one);
    ng_progress_report(work->progress, "states", run.chunks, run.chunks);
}

/*
 * Crews
 *
 * Threads that live from one loop to the next, for loops of less than a
 * millisecond, one after another: ng_parallel() would spend as long on making
 * threads.  A loop ends when its items are done; a thread that is late, for
 * the processor is busy elsewhere, is not waited for.  Who waits looks for a
 * while, then gives its processor away; a worker then sleeps.  Items are taken
 * as in ng_parallel(), so what they write must not depend on who does them.
 */
#include "ngram/crew.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

enum { LOOKS = 20000 }; /* some ten microseconds */

typedef struct {
    NgCrew *crew;
    unsigned number;
    pthread_t id;
} Hand;

struct NgCrew {
    Hand *hands; /* [threads], the first of which is the caller */
    unsigned threads;
    _Atomic(NgTask) task;
    _Atomic(gpointer) data;
    atomic_size_t n;      /* items of the loop */
    atomic_ullong ticket; /* number of the loop, and below it 32 bits: items not taken */
    atomic_size_t done;   /* items that are */
    atomic_uint sleeping; /* hands that must be woken */
    atomic_int stop;
    pthread_mutex_t lock;
    pthread_cond_t wake;
};

enum { ITEM_BITS = 32 };

static unsigned
round_of(unsigned long long ticket)
{
    return (unsigned)(ticket >> ITEM_BITS);
}

/*
 * Takes items of loop @round until there are none.  What the loop is may be read while the next one
 * is set up; but then its ticket has no item left, or is another one, and nothing is taken.
 */
static void
work(NgCrew *self, unsigned round, unsigned number)
{
    unsigned long long ticket = atomic_load(&self->ticket);

    for (;;) {
        const size_t left = (size_t)(ticket & G_MAXUINT32);
        NgTask task = atomic_load_explicit(&self->task, memory_order_relaxed);
        gpointer data = atomic_load_explicit(&self->data, memory_order_relaxed);
        const size_t index = atomic_load_explicit(&self->n, memory_order_relaxed) - left;
        if (round_of(ticket) != round || left == 0)
            return;
        if (!atomic_compare_exchange_weak(&self->ticket, &ticket, ticket - 1))
            continue;
        task(index, number, data);
        atomic_fetch_add(&self->done, 1);
        ticket = atomic_load(&self->ticket);
    }
}

static void
breathe(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

/* Returns the round, when it is no longer @seen. */
static unsigned
wait_for_round(NgCrew *self, unsigned seen)
{
    for (int look = 0; look < LOOKS; look++) {
        unsigned round = round_of(atomic_load(&self->ticket));
        if (round != seen)
            return round;
        breathe();
    }
    pthread_mutex_lock(&self->lock);
    atomic_fetch_add(&self->sleeping, 1);
    while (round_of(atomic_load(&self->ticket)) == seen)
        pthread_cond_wait(&self->wake, &self->lock);
    atomic_fetch_sub(&self->sleeping, 1);
    pthread_mutex_unlock(&self->lock);
    return round_of(atomic_load(&self->ticket));
}

/* Begins a loop of @n items; returns its number. */
static unsigned
next_round(NgCrew *self, size_t n)
{
    const unsigned round = round_of(atomic_load(&self->ticket)) + 1;

    atomic_store(&self->ticket, (unsigned long long)round << ITEM_BITS | n);
    if (atomic_load(&self->sleeping) == 0)
        return round; /* who falls asleep after this sees the new round first */
    pthread_mutex_lock(&self->lock);
    pthread_cond_broadcast(&self->wake);
    pthread_mutex_unlock(&self->lock);
    return round;
}

static void *
run_hand(void *data)
{
    const Hand *hand = data;
    NgCrew *self = hand->crew;

    for (unsigned round = 0;;) {
        round = wait_for_round(self, round);
        if (atomic_load(&self->stop))
            return NULL;
        work(self, round, hand->number);
    }
}

/**
 * ng_crew_new:
 * @threads: how many may work, the caller of ng_crew_run() among them; 0 and 1 mean it alone
 *
 * Returns: (transfer full): a crew, of fewer threads where no more can be had; free with
 *   ng_crew_free()
 */
NgCrew *
ng_crew_new(unsigned threads)
{
    NgCrew *self = g_new0(NgCrew, 1);

    threads = MAX(threads, 1);
    self->hands = g_new0(Hand, threads);
    pthread_mutex_init(&self->lock, NULL);
    pthread_cond_init(&self->wake, NULL);
    for (self->threads = 1; self->threads < threads; self->threads++) {
        Hand *hand = &self->hands[self->threads];
        hand->crew = self;
        hand->number = self->threads;
        if (pthread_create(&hand->id, NULL, run_hand, hand) != 0)
            break; /* fewer threads do the same work */
    }
    return self;
}

/**
 * ng_crew_threads:
 *
 * Returns: how many work, the caller among them
 */
unsigned
ng_crew_threads(const NgCrew *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->threads;
}

/**
 * ng_crew_run:
 * @n: number of items
 * @task: does one item; called on several threads at once
 * @data: handed to @task
 *
 * Calls @task once for each item 0 .. @n - 1, in any order, and returns when all are done.  What
 * the items wrote is then seen by the caller.  One loop at a time.
 */
void
ng_crew_run(NgCrew *self, size_t n, NgTask task, gpointer data)
{
    g_return_if_fail(self != NULL && task != NULL && n < G_MAXUINT32);

    if (self->threads == 1 || n <= 1) {
        for (size_t i = 0; i < n; i++)
            task(i, 0, data);
        return;
    }
    atomic_store(&self->task, task);
    atomic_store(&self->data, data);
    atomic_store(&self->n, n);
    atomic_store(&self->done, 0);
    work(self, next_round(self, n), 0);
    for (int look = 0; atomic_load(&self->done) < n; look++) {
        if (look > LOOKS)
            sched_yield();
        else
            breathe();
    }
}

/**
 * ng_crew_free:
 * @self: (nullable) (transfer full): a crew
 */
void
ng_crew_free(NgCrew *self)
{
    if (self == NULL)
        return;
    atomic_store(&self->stop, TRUE);
    next_round(self, 0);
    for (unsigned i = 1; i < self->threads; i++)
        pthread_join(self->hands[i].id, NULL);
    pthread_cond_destroy(&self->wake);
    pthread_mutex_destroy(&self->lock);
    g_free(self->hands);
    g_free(self);
}

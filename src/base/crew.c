/*
 * Crews
 *
 * Threads that live from one loop to the next, for loops of less than a
 * millisecond, one after another: ng_parallel() would spend as long on making
 * threads.  Who waits looks for a while, then gives its processor away; a
 * worker then sleeps.  Items are taken as in ng_parallel(), so what they write
 * must not depend on who does them.
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
    NgTask task;
    gpointer data;
    size_t n;             /* items of the loop */
    atomic_size_t next;   /* the first that nobody has taken */
    atomic_uint busy;     /* hands that have not ended the loop, the caller aside */
    atomic_uint round;    /* number of the loop */
    atomic_uint sleeping; /* hands that must be woken */
    atomic_int stop;
    pthread_mutex_t lock;
    pthread_cond_t wake;
};

static void
work(NgCrew *self, unsigned number)
{
    for (;;) {
        size_t index = atomic_fetch_add_explicit(&self->next, 1, memory_order_relaxed);
        if (index >= self->n)
            return;
        self->task(index, number, self->data);
    }
}

static void
breathe(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

/* Returns when the round is no longer @seen. */
static void
wait_for_round(NgCrew *self, unsigned seen)
{
    for (int look = 0; look < LOOKS; look++) {
        if (atomic_load(&self->round) != seen)
            return;
        breathe();
    }
    pthread_mutex_lock(&self->lock);
    atomic_fetch_add(&self->sleeping, 1);
    while (atomic_load(&self->round) == seen)
        pthread_cond_wait(&self->wake, &self->lock);
    atomic_fetch_sub(&self->sleeping, 1);
    pthread_mutex_unlock(&self->lock);
}

static void
next_round(NgCrew *self)
{
    atomic_fetch_add(&self->round, 1);
    if (atomic_load(&self->sleeping) == 0)
        return; /* who falls asleep after this sees the new round first */
    pthread_mutex_lock(&self->lock);
    pthread_cond_broadcast(&self->wake);
    pthread_mutex_unlock(&self->lock);
}

static void *
run_hand(void *data)
{
    const Hand *hand = data;
    NgCrew *self = hand->crew;

    for (unsigned seen = 0;; seen++) {
        wait_for_round(self, seen);
        if (atomic_load(&self->stop))
            return NULL;
        work(self, hand->number);
        atomic_fetch_sub(&self->busy, 1);
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
    g_return_if_fail(self != NULL && task != NULL);

    self->task = task;
    self->data = data;
    self->n = n;
    atomic_store(&self->next, 0);
    if (self->threads == 1 || n <= 1) {
        work(self, 0);
        return;
    }
    atomic_store(&self->busy, self->threads - 1);
    next_round(self);
    work(self, 0);
    for (int look = 0; atomic_load(&self->busy) > 0; look++) {
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
    next_round(self);
    for (unsigned i = 1; i < self->threads; i++)
        pthread_join(self->hands[i].id, NULL);
    pthread_cond_destroy(&self->wake);
    pthread_mutex_destroy(&self->lock);
    g_free(self->hands);
    g_free(self);
}

/*
 * Parallel loops
 *
 * The threads of a loop take its items from one atomic counter, so that an
 * item that takes long holds up nobody else.  The caller works too, as thread
 * 0; it alone does the whole loop where no thread can be had.  Threads live as
 * long as the loop: items should be worth milliseconds.
 */
#include "ngram/parallel.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

typedef struct {
    size_t n;           /* items of the loop */
    atomic_size_t next; /* the first that nobody has taken */
    NgTask task;
    gpointer data;
} Loop;

typedef struct {
    Loop *loop;
    unsigned number;
    pthread_t id;
} Worker;

static void
work(Loop *loop, unsigned number)
{
    for (;;) {
        size_t index = atomic_fetch_add_explicit(&loop->next, 1, memory_order_relaxed);
        if (index >= loop->n)
            return;
        loop->task(index, number, loop->data);
    }
}

static void *
run_worker(void *data)
{
    const Worker *worker = data;

    work(worker->loop, worker->number);
    return NULL;
}

/**
 * ng_parallel:
 * @n: number of items
 * @threads: how many threads may work on them; 0 and 1 mean the caller alone
 * @task: does one item; called on several threads at once
 * @data: handed to @task
 *
 * Calls @task once for each item 0 .. @n - 1, in any order, and returns when
 * all are done.  What the items wrote is then seen by the caller.  With one
 * thread the items come in order.
 */
void
ng_parallel(size_t n, unsigned threads, NgTask task, gpointer data)
{
    g_return_if_fail(task != NULL);

    Loop loop = {.n = n, .task = task, .data = data};
    unsigned wanted = (unsigned)MIN((size_t)threads, n);
    if (wanted <= 1) {
        work(&loop, 0);
        return;
    }

    g_autofree Worker *workers = g_new(Worker, wanted);
    unsigned started = 1; /* the caller */
    for (; started < wanted; started++) {
        workers[started].loop = &loop;
        workers[started].number = started;
        if (pthread_create(&workers[started].id, NULL, run_worker, &workers[started]) != 0)
            break; /* fewer threads do the same work */
    }
    work(&loop, 0);
    for (unsigned i = 1; i < started; i++)
        pthread_join(workers[i].id, NULL);
}

/**
 * ng_parallel_processors:
 *
 * Returns: the number of processors this process may run on, at least 1
 */
unsigned
ng_parallel_processors(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        return (unsigned)MAX(CPU_COUNT(&set), 1);

    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return (unsigned)CLAMP(online, 1, 1024);
}

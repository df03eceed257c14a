#include "ngram/parallel.h"
#include "ngram/progress.h"

#include <check.h>
#include <stdatomic.h>

Suite *parallel_suite(void);

enum { ITEMS = 10000 };

typedef struct {
    atomic_uint calls[ITEMS];
    atomic_uint strangers; /* calls with a thread number out of range */
    unsigned threads;
} Tally;

static void
tally(size_t index, unsigned thread, gpointer data)
{
    Tally *t = data;

    atomic_fetch_add(&t->calls[index], 1);
    if (thread >= MAX(t->threads, 1))
        atomic_fetch_add(&t->strangers, 1);
}

static const unsigned thread_counts[] = {0, 1, 2, 7, 64};

START_TEST(each_item_is_done_once)
{
    g_autofree Tally *t = g_new0(Tally, 1);

    t->threads = thread_counts[_i];
    ng_parallel(ITEMS, thread_counts[_i], tally, t);
    for (size_t i = 0; i < ITEMS; i++)
        ck_assert_uint_eq(atomic_load(&t->calls[i]), 1);
    ck_assert_uint_eq(atomic_load(&t->strangers), 0);
}
END_TEST

START_TEST(a_loop_of_nothing_calls_nobody)
{
    ng_parallel(0, 8, tally, NULL);
}
END_TEST

static void
append(size_t index, unsigned thread, gpointer data)
{
    ck_assert_uint_eq(thread, 0);
    g_array_append_val((GArray *)data, index);
}

START_TEST(one_thread_keeps_the_order)
{
    g_autoptr(GArray) seen = g_array_new(FALSE, FALSE, sizeof(size_t));

    ng_parallel(5, 1, append, seen);
    ck_assert_uint_eq(seen->len, 5);
    for (guint i = 0; i < 5; i++)
        ck_assert_uint_eq(g_array_index(seen, size_t, i), i);
}
END_TEST

START_TEST(there_is_a_processor)
{
    ck_assert_uint_ge(ng_parallel_processors(), 1);
}
END_TEST

static void
note(gpointer data, const char *phase, guint64 done, guint64 total)
{
    ck_assert_str_eq(phase, "reading");
    *(guint64 *)data = done * 100 / total;
}

START_TEST(progress_reaches_who_listens)
{
    guint64 percent = 0;
    const NgProgress listener = {note, &percent};
    const NgProgress deaf = {NULL, NULL};

    ng_progress_report(NULL, "reading", 1, 2);
    ng_progress_report(&deaf, "reading", 1, 2);
    ng_progress_report(&listener, "reading", 1, 2);
    ck_assert_uint_eq(percent, 50);
}
END_TEST

Suite *
parallel_suite(void)
{
    Suite *suite = suite_create("parallel");
    TCase *loops = tcase_create("loops");
    TCase *progress = tcase_create("progress");

    tcase_add_loop_test(loops, each_item_is_done_once, 0, G_N_ELEMENTS(thread_counts));
    tcase_add_test(loops, a_loop_of_nothing_calls_nobody);
    tcase_add_test(loops, one_thread_keeps_the_order);
    tcase_add_test(loops, there_is_a_processor);
    tcase_add_test(progress, progress_reaches_who_listens);
    suite_add_tcase(suite, loops);
    suite_add_tcase(suite, progress);
    return suite;
}

#include "ngram/crew.h"

#include <check.h>
#include <stdatomic.h>

Suite *crew_suite(void);

enum { ITEMS = 37, LOOPS = 2000 };

typedef struct {
    atomic_uint done[ITEMS];
    unsigned threads;
} Count;

static void
count(size_t index, unsigned thread, gpointer data)
{
    Count *self = data;

    ck_assert_uint_lt(thread, self->threads);
    atomic_fetch_add(&self->done[index], 1);
}

START_TEST(every_item_of_every_loop_is_done_once)
{
    const unsigned threads = (unsigned)_i;
    g_autoptr(NgCrew) crew = ng_crew_new(threads);
    Count total = {.threads = MAX(threads, 1)};

    ck_assert_uint_eq(ng_crew_threads(crew), MAX(threads, 1));
    for (int loop = 0; loop < LOOPS; loop++) {
        ng_crew_run(crew, ITEMS, count, &total);
        for (int i = 0; i < ITEMS; i++)
            ck_assert_uint_eq(total.done[i], (unsigned)loop + 1);
        if (loop % 500 == 0)
            g_usleep(2000); /* so that the hands fall asleep */
    }
    ng_crew_run(crew, 0, count, &total);
    ck_assert_uint_eq(total.done[0], LOOPS);
}
END_TEST

Suite *
crew_suite(void)
{
    Suite *suite = suite_create("crew");
    TCase *tcase = tcase_create("crew");

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, every_item_of_every_loop_is_done_once, 0, 5);
    suite_add_tcase(suite, tcase);
    return suite;
}

#include "ngram/nearest.h"

#include <check.h>
#include <math.h>

Suite *nearest_suite(void);

static const float rows[] = {1, 0, 0, 1, 1, 1, 0, 0, 1, 0};
static const NgRows among = {rows, 5, 2};

/* By hand: (1, 0) is at 0, 1.414, 1, 1, 0 from the five; rows 0 and 4 tie, as do 2 and 3. */
START_TEST(the_nearest_come_first_and_ties_in_their_order)
{
    const float query[] = {1, 0};
    NgNeighbour out[5];
    const size_t order[] = {0, 4, 2, 3, 1};

    ck_assert_uint_eq(ng_nearest(NG_DISTANCE_EUCLIDEAN, &among, query, 9, out), 5);
    for (int i = 0; i < 5; i++)
        ck_assert_uint_eq(out[i].row, order[i]);
    ck_assert_double_eq_tol(out[4].distance, sqrt(2.0), 1e-12);
    ck_assert_uint_eq(ng_nearest(NG_DISTANCE_EUCLIDEAN, &among, query, 2, out), 2);
    ck_assert_uint_eq(out[1].row, 4);
    ck_assert_uint_eq(ng_nearest(NG_DISTANCE_EUCLIDEAN, &among, query, 0, out), 0);
}
END_TEST

START_TEST(distances_are_what_their_names_say)
{
    ck_assert_double_eq_tol(ng_distance(NG_DISTANCE_COSINE, rows, rows + 4, 2), 1.0 - sqrt(0.5),
                            1e-12);
    ck_assert_double_eq(ng_distance(NG_DISTANCE_COSINE, rows, rows + 6, 2), 1.0);
    ck_assert_double_eq(ng_distance(NG_DISTANCE_HAMMING, rows, rows + 2, 2), 2.0);
    ck_assert_double_eq(ng_distance(NG_DISTANCE_HAMMING, rows, rows + 8, 2), 0.0);
}
END_TEST

Suite *
nearest_suite(void)
{
    Suite *suite = suite_create("nearest");
    TCase *tcase = tcase_create("nearest");

    tcase_add_test(tcase, the_nearest_come_first_and_ties_in_their_order);
    tcase_add_test(tcase, distances_are_what_their_names_say);
    suite_add_tcase(suite, tcase);
    return suite;
}

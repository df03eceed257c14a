#include "ngram/nearest.h"
#include "ngram/rng.h"

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

enum { Q = 70, N = 1500, C = 33, K = 7 };

/* Numbers of few values, so that distances tie; far from 0, so that they round; rows of 0. */
static void
fill(float *x, size_t n, guint64 seed, gboolean bits)
{
    NgRng rng = ng_rng_new(seed, 0);

    for (size_t i = 0; i < n; i++) {
        double coin = ng_rng_coin(&rng);
        x[i] = bits ? (float)(coin < 0.3) : (float)(floor(4.0 * coin) / 3.0 - 0.5);
        if (!bits && seed % 2 == 1)
            x[i] += 1e4F;
        if (i / C % 50 == 7)
            x[i] = 0.0F;
    }
}

START_TEST(many_queries_have_the_neighbours_that_each_has_alone)
{
    g_autofree float *x = g_new(float, Q *C), *y = g_new(float, N *C);
    g_autofree NgNeighbour *out = g_new(NgNeighbour, Q * K);
    g_autofree double *square = g_new(double, N);
    size_t found[Q], skip[Q];
    const NgRows queries = {x, Q, C};

    for (guint64 seed = 0; seed < 12; seed++) {
        const NgDistance kind = (NgDistance)(seed % 3);
        const NgRows rows_of = {y, seed == 11 ? 5 : N, C};
        const NgNearestSearch search = {kind, &rows_of, square, K};
        fill(x, Q * C, 100 + seed, kind == NG_DISTANCE_HAMMING);
        fill(y, N * C, seed, kind == NG_DISTANCE_HAMMING);
        ng_nearest_squares(&rows_of, square);
        for (size_t q = 0; q < Q; q++)
            skip[q] = q * 20 % N;
        ng_nearest_many(&search, &queries, seed % 2 == 0 ? skip : NULL, out, found);
        for (size_t q = 0; q < Q; q++) {
            NgNeighbour alone[K + 1];
            size_t n = ng_nearest(kind, &rows_of, x + q * C, K + 1, alone), at = 0;
            for (size_t i = 0; i < n && at < K; i++) {
                if (seed % 2 == 0 && alone[i].row == skip[q])
                    continue;
                ck_assert_uint_eq(out[q * K + at].row, alone[i].row);
                ck_assert(out[q * K + at].distance == alone[i].distance);
                at++;
            }
            ck_assert_uint_eq(found[q], at);
        }
    }
}
END_TEST

Suite *
nearest_suite(void)
{
    Suite *suite = suite_create("nearest");
    TCase *tcase = tcase_create("nearest");

    tcase_add_test(tcase, the_nearest_come_first_and_ties_in_their_order);
    tcase_add_test(tcase, distances_are_what_their_names_say);
    tcase_add_test(tcase, many_queries_have_the_neighbours_that_each_has_alone);
    suite_add_tcase(suite, tcase);
    return suite;
}

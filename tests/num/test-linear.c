#include "ngram/linear.h"
#include "ngram/rng.h"

#include <check.h>
#include <math.h>
#include <string.h>

Suite *linear_suite(void);

#define ROWS    40
#define COLUMNS 9

static size_t offset[ROWS + 1];
static uint32_t column[ROWS * COLUMNS];
static float value[ROWS * COLUMNS];
static uint32_t label[ROWS], row[ROWS];
static NgRng chance;

static double
toss(gpointer rng)
{
    return ng_rng_coin(rng);
}

static const NgLinearOptions tight = {
    .cost = 0.7, .epochs = 5000, .tolerance = 1e-7, .coin = toss, .data = &chance};
static const NgLinearSamples all = {ROWS, row, label};

/* Rows of chance, of about half the columns, with labels below @classes. */
static NgSparse
draw(uint64_t seed, size_t classes)
{
    NgRng rng = ng_rng_new(seed, 0);
    size_t n = 0;

    chance = ng_rng_new(seed, 1);

    for (size_t i = 0; i < ROWS; i++) {
        offset[i] = n;
        row[i] = (uint32_t)i;
        label[i] = (uint32_t)(ng_rng_coin(&rng) * (double)classes);
        for (uint32_t c = 1; c < COLUMNS; c++)
            if (ng_rng_coin(&rng) < 0.5) {
                column[n] = c;
                value[n++] = (float)(ng_rng_coin(&rng) - 0.5);
            }
    }
    offset[ROWS] = n;
    return (NgSparse){ROWS, COLUMNS, offset, column, value};
}

/* The gradient of |w|^2 / 2 + C sum max(0, 1 - y w x)^2 is 0 at the minimum, which there is one of:
 * the primal of what the dual steps solve. */
START_TEST(the_fit_is_the_minimum)
{
    const size_t classes = 3;
    NgSparse x = draw((uint64_t)_i, classes);
    size_t width = ng_linear_width(classes);
    float weight[COLUMNS * 4];

    ck_assert_uint_eq(width, 4);
    ng_linear_fit(&x, &all, classes, &tight, weight);
    for (size_t k = 0; k < classes; k++) {
        double gradient[COLUMNS];
        for (size_t c = 0; c < COLUMNS; c++)
            gradient[c] = (double)weight[c * width + k];
        for (size_t i = 0; i < ROWS; i++) {
            float margin[3];
            ng_linear_margins(&x, i, classes, weight, margin);
            double y = label[i] == k ? 1.0 : -1.0;
            double slack = fmax(0.0, 1.0 - y * (double)margin[k]);
            gradient[0] -= 2.0 * tight.cost * slack * y;
            for (size_t j = offset[i]; j < offset[i + 1]; j++)
                gradient[column[j]] -= 2.0 * tight.cost * slack * y * (double)value[j];
        }
        for (size_t c = 0; c < COLUMNS; c++)
            ck_assert_double_eq_tol(gradient[c], 0.0, 1e-4);
    }
}
END_TEST

START_TEST(two_classes_share_a_hyperplane)
{
    NgSparse x = draw(17, 2);
    float weight[COLUMNS];
    float margin[2];

    ck_assert_uint_eq(ng_linear_width(2), 1);
    ck_assert_uint_eq(ng_linear_width(5), 8);
    ng_linear_fit(&x, &all, 2, &tight, weight);
    for (size_t i = 0; i < ROWS; i++) {
        ng_linear_margins(&x, i, 2, weight, margin);
        ck_assert(margin[0] == -margin[1]);
    }
}
END_TEST

START_TEST(one_call_gives_one_answer)
{
    NgSparse x = draw(5, 3);
    const NgLinearOptions loose = {
        .cost = 1.0, .epochs = 2, .tolerance = 0.0, .coin = toss, .data = &chance};
    float a[COLUMNS * 4];
    float b[COLUMNS * 4];

    chance = ng_rng_new(9, 0);
    ng_linear_fit(&x, &all, 3, &loose, a);
    chance = ng_rng_new(9, 0);
    ng_linear_fit(&x, &all, 3, &loose, b);
    ck_assert_mem_eq(a, b, sizeof a);
}
END_TEST

START_TEST(rows_without_columns_and_no_rows_at_all_are_fitted)
{
    const size_t none[3] = {0, 0, 0};
    const uint32_t rows[2] = {0, 1};
    const uint32_t labels[2] = {1, 1};
    const NgLinearSamples two = {2, rows, labels};
    const NgLinearSamples nothing = {0, rows, labels};
    NgSparse x = {2, 1, none, column, value};
    float weight[1];

    ng_linear_fit(&x, &two, 2, &tight, weight);
    ck_assert(weight[0] > 0.0F); /* the intercept alone */
    ng_linear_fit(&x, &nothing, 2, &tight, weight);
    ck_assert(weight[0] == 0.0F);
}
END_TEST

Suite *
linear_suite(void)
{
    Suite *suite = suite_create("linear");
    TCase *tests = tcase_create("linear");

    tcase_add_loop_test(tests, the_fit_is_the_minimum, 0, 5);
    tcase_add_test(tests, two_classes_share_a_hyperplane);
    tcase_add_test(tests, one_call_gives_one_answer);
    tcase_add_test(tests, rows_without_columns_and_no_rows_at_all_are_fitted);
    suite_add_tcase(suite, tests);
    return suite;
}

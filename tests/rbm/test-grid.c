#include "ngram/grid.h"
#include "ngram/rng.h"

#include "../folder.h"

#include <check.h>
#include <math.h>
#include <string.h>

Suite *grid_suite(void);

static NgGrid *
random_grid(NgRng *rng, guint width, guint height, double scale)
{
    NgGrid *g = ng_grid_new(width, height);

    g->right = scale * (2.0 * ng_rng_coin(rng) - 1.0);
    g->down = scale * (2.0 * ng_rng_coin(rng) - 1.0);
    g->fall = ng_rng_coin(rng) < 0.5 ? 0.0 : scale * (2.0 * ng_rng_coin(rng) - 1.0);
    g->rise = ng_rng_coin(rng) < 0.5 ? 0.0 : scale * (2.0 * ng_rng_coin(rng) - 1.0);
    for (guint i = 0; i < width * height; i++)
        g->bias[i] = scale * (2.0 * ng_rng_coin(rng) - 1.0);
    return g;
}

static void
bits(guint state, guint n, guint8 *x)
{
    for (guint i = 0; i < n; i++)
        x[i] = state >> i & 1;
}

/* What the library calls s(x), written anew as a sum over pairs of pixels. */
static double
score(const NgGrid *g, const guint8 *x)
{
    double sum = 0.0;

    for (guint i = 0; i < g->width * g->height; i++)
        for (guint j = 0; j < g->width * g->height; j++) {
            int dr = (int)(j / g->width) - (int)(i / g->width);
            int dc = (int)(j % g->width) - (int)(i % g->width);
            if (x[i] == 0 || x[j] == 0)
                continue;
            sum += i == j ? g->bias[i] : 0.0;
            sum += dr == 0 && dc == 1 ? g->right : 0.0;
            sum += dr == 1 && dc == 0 ? g->down : 0.0;
            sum += dr == 1 && dc == 1 ? g->fall : 0.0;
            sum += dr == 1 && dc == -1 ? g->rise : 0.0;
        }
    return sum;
}

static double
brute_log_z(const NgGrid *g)
{
    guint n = g->width * g->height;
    double top = -INFINITY, sum = 0.0;
    guint8 x[16];

    for (int pass = 0; pass < 2; pass++)
        for (guint s = 0; s < 1U << n; s++) {
            bits(s, n, x);
            double term = score(g, x);
            if (pass == 0)
                top = fmax(top, term);
            else
                sum += exp(term - top);
        }
    return top + log(sum);
}

/* Plain numbers and logarithms, all shapes up to 16 pixels, with and without diagonals. */
START_TEST(the_sum_over_all_pictures_is_that_of_brute_force)
{
    static const guint size[][2] = {{1, 1}, {1, 7}, {7, 1}, {2, 2}, {3, 3}, {3, 2},
                                    {2, 5}, {4, 3}, {3, 4}, {2, 6}, {6, 2}, {4, 4}};

    for (guint64 seed = 0; seed < 96; seed++) {
        NgRng rng = ng_rng_new(seed, 0);
        const guint *wh = size[seed % G_N_ELEMENTS(size)];
        double scale = seed < 36 ? 1.0 : seed < 72 ? 12.0 : 400.0, log_z;
        g_autoptr(NgGrid) g = random_grid(&rng, wh[0], wh[1], scale);
        double want = brute_log_z(g);
        ck_assert(ng_grid_log_z(g, &log_z, NULL));
        ck_assert_double_eq_tol(log_z, want, 1e-12 * (1.0 + fabs(want)));
    }
}
END_TEST

/* Independent pixels: log Z is a sum; and couplings of a long strip by its own 2 x 2 matrix. */
START_TEST(large_grids_have_known_sums)
{
    g_autoptr(NgGrid) g = ng_grid_new(14, 40);
    g_autoptr(NgGrid) strip = ng_grid_new(1000, 1);
    double log_z, want = 0.0, off = 0.0, on = 0.0;

    for (guint i = 0; i < 560; i++) {
        g->bias[i] = (double)i / 50.0 - 6.0;
        want += log1p(exp(g->bias[i]));
    }
    ck_assert(ng_grid_log_z(g, &log_z, NULL));
    ck_assert_double_eq_tol(log_z, want, 1e-12 * want);

    strip->right = 0.7;
    for (guint i = 0; i < 1000; i++)
        strip->bias[i] = -0.2;
    double a0 = 1.0, a1 = exp(-0.2), scale = 0.0; /* sums with the last pixel off and on */
    for (guint i = 1; i < 1000; i++) {
        off = a0 + a1;
        on = exp(-0.2) * (a0 + exp(0.7) * a1);
        a0 = off / (off + on), a1 = on / (off + on);
        scale += log(off + on);
    }
    ck_assert(ng_grid_log_z(strip, &log_z, NULL));
    ck_assert_double_eq_tol(log_z, scale + log(a0 + a1), 1e-12 * scale);
}
END_TEST

START_TEST(scores_odds_and_pseudo_likelihood_are_those_of_all_pairs)
{
    for (guint64 seed = 0; seed < 40; seed++) {
        NgRng rng = ng_rng_new(seed, 1);
        g_autoptr(NgGrid) g = random_grid(&rng, 4, 3, 2.0);
        guint8 x[12];
        double pseudo = 0.0;
        bits((guint)(ng_rng_coin(&rng) * 4096.0), 12, x);
        ck_assert_double_eq_tol(ng_grid_score(g, x), score(g, x), 1e-12);
        for (guint i = 0; i < 12; i++) {
            guint8 kept = x[i];
            x[i] = 1;
            double on = score(g, x);
            x[i] = 0;
            double off = score(g, x);
            x[i] = kept;
            ck_assert_double_eq_tol(ng_grid_log_odds(g, x, i), on - off, 1e-12);
            pseudo += (kept != 0 ? on : off) - log(exp(on) + exp(off));
        }
        ck_assert_double_eq_tol(ng_grid_log_pseudo(g, x), pseudo, 1e-11);
    }
}
END_TEST

/* 30,000 sweeps of a chain against sums over all 512 pictures: 6 standard errors of .5 / sqrt(30000
 * / 3), as neighbours in time are alike. */
START_TEST(chains_have_the_law_of_the_network)
{
    NgRng rng = ng_rng_new(3, 2);
    g_autoptr(NgGrid) g = random_grid(&rng, 3, 3, 1.0);
    const guint8 given[9] = {1, 0, 0, 0, 0, 0, 0, 1, 0};
    guint8 x[9] = {1, 0, 0, 0, 0, 0, 0, 0, 0};
    double mean[9] = {0}, want[9] = {0}, sum = 0.0;

    g->fall = 0.5;
    for (guint s = 0; s < 512; s++) {
        guint8 y[9];
        bits(s, 9, y);
        if (y[0] != 1 || y[7] != 0)
            continue;
        double p = exp(score(g, y));
        sum += p;
        for (int i = 0; i < 9; i++)
            want[i] += p * y[i];
    }
    for (guint32 step = 0; step < 30000; step++) {
        const NgNoise noise = {.seed = 9, .step = step};
        ng_grid_sweep(g, given, &noise, 0, x);
        for (int i = 0; i < 9; i++)
            mean[i] += x[i] / 30000.0;
    }
    for (int i = 0; i < 9; i++)
        ck_assert_double_eq_tol(mean[i], want[i] / sum, 0.03);
}
END_TEST

START_TEST(observing_is_bayes_rule)
{
    NgRng rng = ng_rng_new(4, 2);
    g_autoptr(NgGrid) g = random_grid(&rng, 3, 3, 1.5);
    const guint8 seen[9] = {1, 0, 1, 1, 0, 0, 1, 0, 1};
    g_autoptr(NgGrid) after = ng_grid_observe(g, seen, 0.2);
    double z_after, sum = 0.0;

    ck_assert(ng_grid_log_z(after, &z_after, NULL));
    for (int pass = 0; pass < 2; pass++)
        for (guint s = 0; s < 512; s++) {
            guint8 x[9];
            double likelihood = 1.0;
            bits(s, 9, x);
            for (int i = 0; i < 9; i++)
                likelihood *= x[i] == seen[i] ? 0.8 : 0.2;
            double p = exp(score(g, x)) * likelihood;
            if (pass == 0)
                sum += p;
            else
                ck_assert_double_eq_tol(exp(ng_grid_score(after, x) - z_after), p / sum, 1e-12);
        }
}
END_TEST

START_TEST(climbing_ends_where_no_pixel_is_better)
{
    for (guint64 seed = 0; seed < 50; seed++) {
        NgRng rng = ng_rng_new(seed, 3);
        g_autoptr(NgGrid) g = random_grid(&rng, 5, 4, 2.0);
        guint8 x[20], given[20];
        for (guint i = 0; i < 20; i++) {
            x[i] = ng_rng_coin(&rng) < 0.5;
            given[i] = i < 4;
        }
        guint8 kept[4];
        memcpy(kept, x, 4);
        double before = ng_grid_score(g, x);
        ck_assert_uint_ge(ng_grid_climb(g, given, x), 1);
        ck_assert_double_ge(ng_grid_score(g, x), before);
        ck_assert_mem_eq(kept, x, 4);
        for (guint i = 4; i < 20; i++)
            ck_assert((ng_grid_log_odds(g, x, i) > 0.0) == (x[i] == 1));
    }
}
END_TEST

/* Draws of a known network, one of many independent chains each; what is learnt of 20,000 pictures
 * of 25 pixels has standard errors of some .01 to .03. */
static NgDataset *
draws(const NgGrid *g, guint n)
{
    NgDataset *data = ng_dataset_new(NG_STORAGE_BYTES, g->width * g->height, 1.0F);
    g_autofree guint8 *x = g_new0(guint8, (gsize)g->width * g->height);

    ng_dataset_set_picture(data, g->width, g->height);
    for (guint r = 0; r < n; r++) {
        for (guint32 step = 0; step < 10; step++)
            ng_grid_sweep(g, NULL, &(NgNoise){.seed = 1, .step = step}, r, x);
        ng_dataset_add_bytes(data, x);
    }
    return data;
}

START_TEST(couplings_are_found_again)
{
    g_autoptr(NgGrid) g = ng_grid_new(5, 5);
    g->right = 0.8, g->down = -0.5, g->fall = 0.4, g->rise = -0.3;
    for (guint i = 0; i < 25; i++)
        g->bias[i] = -0.4;
    g_autoptr(NgDataset) data = draws(g, 20000);
    for (int places = 0; places < 2; places++) {
        const NgGridTraining how = {.diagonals = TRUE, .places = places != 0, .ridge = 1e-6};
        double loss, pseudo = 0.0;
        g_autoptr(NgGrid) found = ng_grid_train(data, &how, &loss, NULL);
        ck_assert_double_eq_tol(found->right, 0.8, 0.05);
        ck_assert_double_eq_tol(found->down, -0.5, 0.05);
        ck_assert_double_eq_tol(found->fall, 0.4, 0.05);
        ck_assert_double_eq_tol(found->rise, -0.3, 0.05);
        for (guint i = 0; i < 25; i++)
            ck_assert_double_eq_tol(found->bias[i], -0.4, places != 0 ? 0.15 : 0.05);
        /* the loss is the mean of the pseudo-likelihood, picture by picture */
        for (guint r = 0; r < 20000; r++)
            pseudo -= ng_grid_log_pseudo(found, ng_dataset_bytes(data, r)) / 20000.0;
        ck_assert_double_eq_tol(loss, pseudo, 1e-4);
    }
}
END_TEST

START_TEST(training_without_sense_is_refused)
{
    const NgGridTraining how = {.ridge = 1e-4};
    const guint8 grey[4] = {0, 1, 2, 1};
    g_autoptr(NgDataset) none = ng_dataset_new(NG_STORAGE_BYTES, 4, 1.0F);
    g_autoptr(NgDataset) flat = ng_dataset_new(NG_STORAGE_BYTES, 4, 1.0F);
    g_autoptr(NgDataset) shades = ng_dataset_new(NG_STORAGE_BYTES, 4, 1.0F);
    const NgDataset *const bad[] = {none, flat, shades};
    static const char *const want[] = {"no pictures to learn", "width and height", "picture 1 has"};

    ng_dataset_add_bytes(flat, grey);
    ng_dataset_set_picture(shades, 2, 2);
    ng_dataset_add_bytes(shades, grey);
    for (int i = 0; i < 3; i++) {
        g_autoptr(GError) error = NULL;
        ck_assert_ptr_null(ng_grid_train(bad[i], &how, NULL, &error));
        ck_assert_msg(strstr(error->message, want[i]) != NULL, "%s", error->message);
    }
    g_autoptr(NgGrid) wide = ng_grid_new(25, 25);
    g_autoptr(GError) error = NULL;
    double log_z;
    ck_assert(!ng_grid_log_z(wide, &log_z, &error));
    ck_assert_ptr_nonnull(strstr(error->message, "2^25"));
}
END_TEST

START_TEST(a_grid_comes_back_from_its_file)
{
    g_autofree char *path = put_file("g.grid", "", -1);

    for (guint64 seed = 0; seed < 20; seed++) {
        NgRng rng = ng_rng_new(seed, 4);
        g_autoptr(NgGrid) g = random_grid(&rng, 1 + (guint)seed % 5, 1 + (guint)seed % 3, 3.0);
        g_autoptr(GError) error = NULL;
        ck_assert(ng_grid_write(g, path, NULL));
        g_autoptr(NgGrid) back = ng_grid_read(path, &error);
        ck_assert_msg(back != NULL, "%s", error != NULL ? error->message : "");
        ck_assert(back->width == g->width && back->height == g->height);
        ck_assert(back->right == g->right && back->down == g->down);
        ck_assert(back->fall == g->fall && back->rise == g->rise);
        ck_assert_mem_eq(back->bias, g->bias, (gsize)g->width * g->height * sizeof(double));
    }
}
END_TEST

#define TIES "right 1\ndown 1\nfall 0\nrise 0\n"

START_TEST(malformed_files_are_refused_with_their_line_and_the_cure)
{
    static const struct {
        const char *text, *want;
    } bad[] = {
        {"", ": no grid in it (begin with 'grid WIDTH HEIGHT')"},
        {"right 1\n", ":1: 'right' before the size"},
        {"grid 2\n", ":1: no size (write 'grid WIDTH HEIGHT'"},
        {"grid 0 2\n", ":1: no size"},
        {"grid 2 x\n", ":1: no size"},
        {"grid 2 65536\n", ":1: no size"},
        {"grid 2 2\ngrid 2 2\n", ":2: a second size"},
        {"grid 1 1\nleft 1\n", ":2: 'left' is nothing of a grid"},
        {"grid 1 1\nright\n", ":2: 0 numbers, not one (write 'right 0.5')"},
        {"grid 1 1\nright 1 2\n", ":2: 2 numbers, not one"},
        {"grid 1 1\nright 1\nright 1\n", ":3: a second line 'right'"},
        {"grid 1 1\nright a\n", ":2: 'a' is no number"},
        {"grid 1 1\nright nan\n", ":2: 'nan' is no number"},
        {"grid 1 1\nright inf\n", ":2: 'inf' is no number"},
        {"grid 2 1\nbias 1\n", ":2: 1 biases in a row, not 2"},
        {"grid 1 1\nbias 1\nbias 1\n", ":3: more rows of biases than 1"},
        {"grid 1 1\nbias x\n", ":2: 'x' is no number"},
        {"grid 1 2\n" TIES "bias 1\n", ": 1 lines of biases, not 2"},
        {"grid 65535 65535\n" TIES, ": 0 lines of biases, not 65535"},
        {"grid 1 1\nright 1\ndown 1\nrise 1\nbias 1\n", ": no line 'fall' (write 'fall 0'"},
        {"grid 1 1\n\xff 1\n", ":2: "},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autofree char *path = put_file("bad", bad[i].text, -1);
        g_autoptr(GError) error = NULL;
        NgGrid *g = ng_grid_read(path, &error);
        ck_assert_msg(g == NULL && error != NULL, "case %zu", i);
        ck_assert_msg(g_str_has_prefix(error->message, path), "case %zu: %s", i, error->message);
        ck_assert_msg(strstr(error->message, bad[i].want) != NULL, "case %zu: %s", i,
                      error->message);
        ck_assert_msg(g_utf8_validate(error->message, -1, NULL), "case %zu", i);
    }
}
END_TEST

Suite *
grid_suite(void)
{
    Suite *suite = suite_create("grid");
    TCase *tcase = tcase_create("grid");
    TCase *files = tcase_create("files");

    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, the_sum_over_all_pictures_is_that_of_brute_force);
    tcase_add_test(tcase, large_grids_have_known_sums);
    tcase_add_test(tcase, scores_odds_and_pseudo_likelihood_are_those_of_all_pairs);
    tcase_add_test(tcase, chains_have_the_law_of_the_network);
    tcase_add_test(tcase, observing_is_bayes_rule);
    tcase_add_test(tcase, climbing_ends_where_no_pixel_is_better);
    tcase_add_test(tcase, couplings_are_found_again);
    tcase_add_test(tcase, training_without_sense_is_refused);
    tcase_add_checked_fixture(files, make_folder, remove_folder);
    tcase_add_test(files, a_grid_comes_back_from_its_file);
    tcase_add_test(files, malformed_files_are_refused_with_their_line_and_the_cure);
    suite_add_tcase(suite, tcase);
    suite_add_tcase(suite, files);
    return suite;
}

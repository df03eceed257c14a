#include "ngram/container.h"
#include "ngram/rbm.h"
#include "ngram/rng.h"

#include <check.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

Suite *rbm_suite(void);

enum { D = 4, H = 3 };

static NgRbm *
random_machine(guint64 seed)
{
    NgRbm *rbm = ng_rbm_new_binary(D, H);
    NgRng rng = ng_rng_new(seed, 0);

    for (int i = 0; i < D * H; i++)
        ng_rbm_weights(rbm)[i] = 4.0F * (float)ng_rng_coin(&rng) - 2.0F;
    for (int i = 0; i < D; i++)
        ng_rbm_visible_bias(rbm)[i] = 2.0F * (float)ng_rng_coin(&rng) - 1.0F;
    for (int j = 0; j < H; j++)
        ng_rbm_hidden_bias(rbm)[j] = 2.0F * (float)ng_rng_coin(&rng) - 1.0F;
    return rbm;
}

static void
bits(unsigned state, int n, float *out)
{
    for (int i = 0; i < n; i++)
        out[i] = (float)(state >> i & 1);
}

/* F(v) = -log sum_h e^-E(v, h), and P(h_j = 1 | v) by the same sum. */
START_TEST(free_energy_and_conditionals_are_sums_over_the_hidden_units)
{
    for (guint64 seed = 0; seed < 20; seed++) {
        g_autoptr(NgRbm) rbm = random_machine(seed);
        for (unsigned s = 0; s < 1U << D; s++) {
            float v[D], h[H], mean[H];
            double f, sum = 0.0, on[H] = {0};
            bits(s, D, v);
            for (unsigned t = 0; t < 1U << H; t++) {
                bits(t, H, h);
                double weight = exp(-ng_rbm_energy(rbm, v, h));
                sum += weight;
                for (int j = 0; j < H; j++)
                    on[j] += (double)h[j] * weight;
            }
            ng_rbm_free_energy(rbm, v, 1, &f);
            ng_rbm_hidden_mean(rbm, v, 1, mean);
            ck_assert_double_eq_tol(f, -log(sum), 1e-5);
            for (int j = 0; j < H; j++)
                ck_assert_double_eq_tol((double)mean[j], on[j] / sum, 1e-6);
        }
    }
}
END_TEST

START_TEST(visible_means_are_sums_over_the_visible_units)
{
    g_autoptr(NgRbm) rbm = random_machine(3);

    for (unsigned t = 0; t < 1U << H; t++) {
        float v[D], h[H], mean[D];
        double sum = 0.0, on[D] = {0};
        bits(t, H, h);
        for (unsigned s = 0; s < 1U << D; s++) {
            bits(s, D, v);
            double weight = exp(-ng_rbm_energy(rbm, v, h));
            sum += weight;
            for (int i = 0; i < D; i++)
                on[i] += (double)v[i] * weight;
        }
        ng_rbm_visible_mean(rbm, h, 1, NULL, mean);
        for (int i = 0; i < D; i++)
            ck_assert_double_eq_tol((double)mean[i], on[i] / sum, 1e-6);
    }
}
END_TEST

/* Frequencies of 20,000 draws: 5 standard errors of at most .0035 each. */
START_TEST(draws_have_the_conditional_law)
{
    enum { ROWS = 20000 };
    const NgUnitGroup groups[] = {{NG_UNITS_BINARY, 0, 2},
                                  {NG_UNITS_SOFTMAX, 2, 3},
                                  {NG_UNITS_GAUSSIAN, 5, 2},
                                  {NG_UNITS_COUNTS, 7, 3}};
    g_autoptr(NgRbm) rbm = ng_rbm_new(groups, 4, 1);
    g_autofree float *h = g_new(float, ROWS);
    g_autofree float *length = g_new(float, ROWS);
    g_autofree float *v = g_new(float, ROWS * 10);
    const NgGibbs step = {.beta = 1.0, .noise = {.seed = 5}};
    float mean[10];
    double sum[10] = {0}, square[10] = {0};

    for (int i = 0; i < 10; i++) {
        ng_rbm_weights(rbm)[i] = (float)i / 5.0F - 1.0F;
        ng_rbm_visible_bias(rbm)[i] = 0.3F * (float)(i % 3);
    }
    for (int r = 0; r < ROWS; r++) {
        h[r] = 1.0F;
        length[r] = 4.0F;
    }
    ng_rbm_visible_mean(rbm, h, 1, length, mean);
    ng_rbm_draw_visible(rbm, &step, h, ROWS, length, v);
    for (int r = 0; r < ROWS; r++) {
        ck_assert(v[r * 10 + 2] + v[r * 10 + 3] + v[r * 10 + 4] == 1.0F);
        ck_assert(v[r * 10 + 7] + v[r * 10 + 8] + v[r * 10 + 9] == 4.0F);
        for (int i = 0; i < 10; i++) {
            sum[i] += (double)v[r * 10 + i];
            square[i] += (double)v[r * 10 + i] * (double)v[r * 10 + i];
        }
    }
    for (int i = 0; i < 10; i++)
        ck_assert_double_eq_tol(sum[i] / ROWS, (double)mean[i], i < 5 ? 0.018 : 0.04);
    for (int i = 5; i < 7; i++) /* variance 1, its standard error .01 */
        ck_assert_double_eq_tol(square[i] / ROWS - pow(sum[i] / ROWS, 2), 1.0, 0.05);
}
END_TEST

START_TEST(a_machine_comes_back_from_its_file)
{
    const NgUnitGroup groups[] = {{NG_UNITS_BINARY, 0, 4}, {NG_UNITS_SOFTMAX, 4, 2}};
    const char *const names[] = {"a", "b", "c", "", "yes", "no"};
    const float means[] = {0.0F, 0.125F, 1.0F, 0.5F, 0.75F, 0.25F};
    g_autoptr(NgRbm) rbm = ng_rbm_new(groups, 2, 2);
    g_autofree char *folder = g_dir_make_tmp("rbm-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "x.rbm", NULL);
    g_autoptr(GError) error = NULL;

    ng_rbm_weights(rbm)[7] = 1.25F;
    ng_rbm_visible_bias(rbm)[5] = -2.0F;
    ng_rbm_set_labels(rbm, TRUE);
    ng_rbm_set_picture(rbm, 2, 2);
    ng_rbm_set_names(rbm, names);
    ck_assert_ptr_null(ng_rbm_means(rbm));
    ng_rbm_set_means(rbm, means);
    g_key_file_set_integer(ng_rbm_manifest(rbm), "training", "epochs", 3);
    ck_assert(ng_rbm_save(rbm, path, &error));

    g_autoptr(NgRbm) back = ng_rbm_open(path, &error);
    ck_assert_ptr_nonnull(back);
    ck_assert_uint_eq(ng_rbm_visible(back), 6);
    ck_assert_uint_eq(ng_rbm_hidden(back), 2);
    ck_assert_uint_eq(ng_rbm_labels(back), 2);
    ck_assert_uint_eq(ng_rbm_width(back), 2);
    ck_assert(ng_rbm_weights(back)[7] == 1.25F);
    ck_assert(ng_rbm_visible_bias(back)[5] == -2.0F);
    ck_assert_str_eq(ng_rbm_name(back, 5), "no");
    for (guint i = 0; i < 6; i++)
        ck_assert(ng_rbm_means(back)[i] == means[i]);
    ck_assert_int_eq(g_key_file_get_integer(ng_rbm_manifest(back), "training", "epochs", NULL), 3);

    ng_rbm_weights(rbm)[0] = NAN;
    ck_assert(ng_rbm_save(rbm, path, &error));
    ck_assert_ptr_null(ng_rbm_open(path, &error));
    ck_assert_ptr_nonnull(strstr(error->message, "not a number"));
    g_unlink(path);
    g_rmdir(folder);
}
END_TEST

START_TEST(a_copy_has_all_that_the_machine_has)
{
    g_autoptr(NgRbm) rbm = random_machine(2);
    const float means[D] = {0.5F, 0.0F, 1.0F, 0.25F};

    ng_rbm_set_means(rbm, means);
    g_autoptr(NgRbm) copy = ng_rbm_copy(rbm);
    ng_rbm_set_means(rbm, NULL);
    ck_assert_ptr_null(ng_rbm_means(rbm));
    ck_assert_mem_eq(ng_rbm_means(copy), means, sizeof means);
    ck_assert_mem_eq(ng_rbm_weights(copy), ng_rbm_weights(rbm), D * H * sizeof(float));
    ng_rbm_set_means(copy, ng_rbm_means(copy)); /* its own */
    ck_assert_mem_eq(ng_rbm_means(copy), means, sizeof means);
}
END_TEST

/** Section: one of a file that is written by hand. */
typedef struct {
    const char *name;
    const void *data;
    size_t size;
} Section;

/* The sections of a machine of two binary visible units and a softmax of two, with one hidden one. */
static const guint32 shape[] = {4, 1, 2, 1, 1};
static const NgUnitGroup units[] = {{NG_UNITS_BINARY, 0, 2}, {NG_UNITS_SOFTMAX, 2, 2}};
static const float numbers[4] = {1.0F, -2.0F, 0.5F, 0.0F};
static const float means[4] = {1.0F, 0.0F, 0.75F, 0.25F};

static const Section sound[] = {
    {"manifest", "[a]\nb=c\n", 8},       {"rbm.shape", shape, sizeof shape},
    {"rbm.groups", units, sizeof units}, {"rbm.w", numbers, sizeof numbers},
    {"rbm.b", numbers, sizeof numbers},  {"rbm.c", numbers, sizeof *numbers},
    {"rbm.names", "x\0y\0yes\0no", 11},  {"rbm.means", means, sizeof means},
};

/* Writes the sound sections, one of them changed. */
static void
write_with(const char *path, const Section *changed)
{
    g_autoptr(NgContainerWriter) out = ng_container_writer_new(path, NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(sound); i++) {
        const Section *s =
            changed != NULL && g_str_equal(changed->name, sound[i].name) ? changed : &sound[i];
        if (s->data != NULL)
            ng_container_writer_add(out, s->name, s->data, s->size);
    }
    ck_assert(ng_container_writer_commit(out, NULL));
}

START_TEST(a_file_that_does_not_fit_together_is_refused)
{
    static const guint32 no_hidden[] = {4, 0, 2, 1, 1}, wide[] = {4, 1, 3, 2, 1},
                         huge[] = {G_MAXUINT32, G_MAXUINT32, 0, 0, 0}, odd[] = {4, 1, 0, 0, 2};
    static const NgUnitGroup gap[] = {{NG_UNITS_BINARY, 0, 2}, {NG_UNITS_SOFTMAX, 3, 2}};
    static const NgUnitGroup none[] = {{NG_UNITS_BINARY, 0, 4}, {NG_UNITS_SOFTMAX, 4, 0}};
    static const NgUnitGroup kind[] = {{NG_UNITS_BINARY, 0, 2}, {9, 2, 2}};
    static const NgUnitGroup unlabelled[] = {{NG_UNITS_BINARY, 0, 4}};
    static const float not_a_number[] = {1.0F, NAN, 0.5F, 0.0F}, endless[] = {1, 0, INFINITY, 0};
    static const float below[] = {-0.5F, 0.0F, 0.0F, 1.0F}, above[] = {0.0F, 1.5F, 0.0F, 1.0F},
                       twice[] = {0.0F, 1.0F, 0.0F, 2.0F};
    const Section bad[] = {
        {"manifest", NULL, 0},
        {"manifest", "no key file", 11},
        {"rbm.shape", NULL, 0},
        {"rbm.shape", shape, sizeof shape - 4},
        {"rbm.shape", no_hidden, sizeof no_hidden},
        {"rbm.shape", wide, sizeof wide},
        {"rbm.shape", huge, sizeof huge},
        {"rbm.shape", odd, sizeof odd},
        {"rbm.groups", NULL, 0},
        {"rbm.groups", "", 0},
        {"rbm.groups", units, sizeof units - 1},
        {"rbm.groups", gap, sizeof gap},
        {"rbm.groups", none, sizeof none},
        {"rbm.groups", kind, sizeof kind},
        {"rbm.groups", unlabelled, sizeof unlabelled},
        {"rbm.w", NULL, 0},
        {"rbm.w", numbers, sizeof numbers - 4},
        {"rbm.w", not_a_number, sizeof not_a_number},
        {"rbm.b", NULL, 0},
        {"rbm.b", not_a_number, sizeof not_a_number},
        {"rbm.c", numbers, sizeof numbers},
        {"rbm.names", "x\0y\0yes", 8},
        {"rbm.names", "x\0y\0yes\0no", 10},
        {"rbm.names", "x\0y\0yes\0no\0more", 16},
        {"rbm.means", "", 0},
        {"rbm.means", means, sizeof means - 1},
        {"rbm.means", means, sizeof means - 4},
        {"rbm.means", not_a_number, sizeof not_a_number},
        {"rbm.means", endless, sizeof endless},
        {"rbm.means", below, sizeof below},
        {"rbm.means", above, sizeof above},
        {"rbm.means", twice, sizeof twice},
    };
    g_autofree char *folder = g_dir_make_tmp("rbm-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "x.rbm", NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        write_with(path, &bad[i]);
        NgRbm *rbm = ng_rbm_open(path, &error);
        ck_assert_msg(rbm == NULL && error != NULL, "case %zu, %s", i, bad[i].name);
        ck_assert_msg(g_str_has_prefix(error->message, path), "case %zu: %s", i, error->message);
    }
    g_unlink(path);
    g_rmdir(folder);
}
END_TEST

START_TEST(what_may_be_missing_may_be_missing)
{
    g_autofree char *folder = g_dir_make_tmp("rbm-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "x.rbm", NULL);

    write_with(path, &(const Section){"rbm.names", NULL, 0});
    g_autoptr(NgRbm) rbm = ng_rbm_open(path, NULL);
    ck_assert_ptr_nonnull(rbm);
    ck_assert_ptr_null(ng_rbm_name(rbm, 0));
    ck_assert_mem_eq(ng_rbm_means(rbm), means, sizeof means);
    write_with(path, &(const Section){"rbm.means", NULL, 0});
    g_autoptr(NgRbm) other = ng_rbm_open(path, NULL);
    ck_assert_ptr_nonnull(other);
    ck_assert_str_eq(ng_rbm_name(other, 0), "x");
    ck_assert_ptr_null(ng_rbm_means(other));
    g_unlink(path);
    g_rmdir(folder);
}
END_TEST

START_TEST(the_golden_machine_opens)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(NgRbm) rbm = ng_rbm_open("tests/golden/machine-v1.rbm", &error);

    ck_assert_msg(rbm != NULL, "%s", error != NULL ? error->message : "");
    ck_assert_uint_eq(ng_rbm_visible(rbm), 4);
    ck_assert_uint_eq(ng_rbm_labels(rbm), 2);
    ck_assert_str_eq(ng_rbm_name(rbm, 2), "yes");
    ck_assert_ptr_null(ng_rbm_means(rbm)); /* it is older than these */
    for (int i = 0; i < 4; i++)
        ck_assert(ng_rbm_weights(rbm)[i] == numbers[i]);
}
END_TEST

Suite *
rbm_suite(void)
{
    Suite *suite = suite_create("rbm");
    TCase *tcase = tcase_create("rbm");

    tcase_add_test(tcase, free_energy_and_conditionals_are_sums_over_the_hidden_units);
    tcase_add_test(tcase, visible_means_are_sums_over_the_visible_units);
    tcase_add_test(tcase, draws_have_the_conditional_law);
    tcase_add_test(tcase, a_machine_comes_back_from_its_file);
    tcase_add_test(tcase, a_copy_has_all_that_the_machine_has);
    tcase_add_test(tcase, a_file_that_does_not_fit_together_is_refused);
    tcase_add_test(tcase, what_may_be_missing_may_be_missing);
    tcase_add_test(tcase, the_golden_machine_opens);
    suite_add_tcase(suite, tcase);
    return suite;
}

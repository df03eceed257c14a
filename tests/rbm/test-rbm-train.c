#include "ngram/exact.h"
#include "ngram/rbm-labels.h"
#include "ngram/rbm-rows.h"
#include "ngram/rbm-train.h"
#include "ngram/rng.h"

#include <check.h>
#include <glib/gstdio.h>
#include <malloc.h>
#include <math.h>
#include <string.h>

Suite *rbm_train_suite(void);

/* Bars and stripes of @n x @n: 2^n of each, so that the empty and the full one come twice. */
static NgDataset *
bars_and_stripes(guint n, gboolean flipped)
{
    NgDataset *data = ng_dataset_new(NG_STORAGE_BYTES, n * n, 1.0F);
    guint8 row[16];

    for (guint turned = 0; turned < 2; turned++)
        for (guint pattern = 0; pattern < 1U << n; pattern++) {
            for (guint i = 0; i < n * n; i++)
                row[i] = (pattern >> (turned ? i % n : i / n) & 1) ^ (flipped ? 1 : 0);
            ng_dataset_add_bytes(data, row);
        }
    return data;
}

/* - sum over rows of log P(v), with Z by the states of all visible units. */
static double
negative_log_likelihood(const NgRbm *rbm, const NgDataset *data)
{
    const guint D = ng_rbm_visible(rbm);
    double z = 0.0, sum = 0.0, f;
    float v[16];

    for (guint state = 0; state < 1U << D; state++) {
        for (guint i = 0; i < D; i++)
            v[i] = (float)(state >> i & 1);
        ng_rbm_free_energy(rbm, v, 1, &f);
        z += exp(-f);
    }
    for (size_t r = 0; r < ng_dataset_rows(data); r++) {
        ng_dataset_row(data, r, v);
        ng_rbm_free_energy(rbm, v, 1, &f);
        sum += f + log(z);
    }
    return sum;
}

/* Shark's tutorial: 32 hidden units, CD-1 with all rows at once, 1000 steps of 0.1, weights uniform
 * up to 0.1; it gives 192.544 as the mean of 10 trials. */
START_TEST(bars_and_stripes_by_contrastive_divergence)
{
    g_autoptr(NgDataset) data = bars_and_stripes(4, FALSE);
    NgRbmTraining how;
    double mean = 0.0;

    ng_rbm_training_init(&how);
    how.method = NG_RBM_CD;
    how.schedule = NG_RATE_CONSTANT;
    how.rate = 0.1;
    how.epochs = 1000;
    how.batch = 32;
    how.weight_range = 0.1;
    how.centred = FALSE;
    how.mean_bias = FALSE;
    for (how.seed = 0; how.seed < 10; how.seed++) {
        g_autoptr(NgRbm) rbm = ng_rbm_new_binary(16, 32);
        ck_assert(ng_rbm_train(rbm, data, &how, NULL));
        mean += negative_log_likelihood(rbm, data) / 10.0;
    }
    ck_assert_double_eq_tol(mean, 192.5, 3.0);
}
END_TEST

/* 130 rows of 83 columns, some 1 in 5 of which is set; columns of one pattern go together. */
static NgDataset *
some_rows(gboolean labels)
{
    NgDataset *data = ng_dataset_new(NG_STORAGE_BYTES, 83, 1.0F);
    NgRng rng = ng_rng_new(3, 0);
    guint8 row[83];

    for (guint r = 0; r < 130; r++) {
        guint pattern = ng_rng_u32(&rng) % 5;
        for (guint i = 0; i < 83; i++)
            row[i] = ng_rng_coin(&rng) < (i % 5 == pattern ? 0.7 : 0.07);
        ng_dataset_add_bytes(data, row);
        if (labels)
            ng_dataset_set_label(data, r, pattern);
    }
    return data;
}

static void
assert_same(NgRbm *a, NgRbm *b)
{
    const guint D = ng_rbm_visible(a), H = ng_rbm_hidden(a);

    ck_assert_mem_eq(ng_rbm_weights(a), ng_rbm_weights(b), (size_t)D * H * sizeof(float));
    ck_assert_mem_eq(ng_rbm_visible_bias(a), ng_rbm_visible_bias(b), D * sizeof(float));
    ck_assert_mem_eq(ng_rbm_hidden_bias(a), ng_rbm_hidden_bias(b), H * sizeof(float));
}

/* The same rows, with 0 and 1 changed, or between both. */
static NgDataset *
other_rows(gboolean grey)
{
    g_autoptr(NgDataset) rows = some_rows(FALSE);
    NgDataset *data = ng_dataset_new(NG_STORAGE_BYTES, 83, grey ? 0.25F : 1.0F);
    float x[83];
    guint8 row[83];

    for (size_t r = 0; r < ng_dataset_rows(rows); r++) {
        ng_dataset_row(rows, r, x);
        for (guint i = 0; i < 83; i++)
            row[i] = grey ? (guint8)((3 * (guint)x[i] + i) % 5) : x[i] == 0.0F;
        ng_dataset_add_bytes(data, row);
    }
    return data;
}

START_TEST(the_number_of_threads_changes_no_bit)
{
    g_autoptr(NgDataset) data = _i == 2 ? other_rows(FALSE) : some_rows(FALSE);
    NgRbmTraining how;

    ng_rbm_training_init(&how);
    how.method = _i == 0 ? NG_RBM_CD : NG_RBM_PCD;
    how.epochs = 3;
    how.batch = 60;
    how.k = 2;
    how.average = 4.0;
    how.momentum = 0.5;
    how.l2 = 0.001;
    g_autoptr(NgRbm) one = ng_rbm_new_binary(83, 37);
    g_autoptr(NgRbm) four = ng_rbm_new_binary(83, 37);
    ck_assert(ng_rbm_train(one, data, &how, NULL));
    how.threads = 4;
    ck_assert(ng_rbm_train(four, data, &how, NULL));
    assert_same(one, four);
}
END_TEST

static void
assert_near(const float *a, const float *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ck_assert_double_eq_tol((double)a[i], (double)b[i], 2e-5);
}

/* Bits in panels are a way of their own, to the same machine but for rounding: sparse rows, dense
 * ones, grey ones that are drawn from, with labels; batches of unequal size, more chains than rows of a batch. */
START_TEST(bits_learn_what_the_plain_way_learns)
{
    const int kind = _i % 3;
    g_autoptr(NgDataset) data = kind == 0 ? some_rows(_i == 6) : other_rows(kind == 2);
    const NgUnitGroup groups[] = {{NG_UNITS_BINARY, 0, 83}, {NG_UNITS_SOFTMAX, 83, 5}};
    g_autoptr(NgRbm) plain = ng_rbm_new(groups, _i == 6 ? 2 : 1, 37);
    g_autoptr(NgRbm) bits = ng_rbm_new(groups, _i == 6 ? 2 : 1, 37);
    const guint D = ng_rbm_visible(bits);
    NgRbmTraining how;

    ng_rbm_training_init(&how);
    how.method = _i / 3 == 0 ? NG_RBM_CD : NG_RBM_PCD;
    how.epochs = 2;
    how.batch = 60;
    how.chains = _i / 3 == 2 ? 70 : 0;
    how.k = _i / 3 == 1 ? 1 : 3;
    how.momentum = how.momentum_early = _i / 3 == 1 ? 0.0 : 0.5;
    how.average = _i / 3 == 1 ? 0.0 : 2.0;
    how.l1 = how.l2 = _i / 3 == 0 ? 0.0 : 0.001;
    how.sparsity = 0.2;
    how.sparsity_cost = _i / 3 == 2 ? 0.1 : 0.0;
    how.centred = _i / 3 != 2;
    how.seed = 5;
    ng_rbm_set_labels(bits, _i == 6);
    ng_rbm_set_labels(plain, _i == 6);
    ck_assert(ng_rbm_train(bits, data, &how, NULL));
    how.plain = TRUE;
    ck_assert(ng_rbm_train(plain, data, &how, NULL));
    assert_near(ng_rbm_weights(plain), ng_rbm_weights(bits), (size_t)D * 37);
    assert_near(ng_rbm_visible_bias(plain), ng_rbm_visible_bias(bits), D);
    assert_near(ng_rbm_hidden_bias(plain), ng_rbm_hidden_bias(bits), 37);
}
END_TEST

/* Options under which one epoch is one plain step from the machine's parameters. */
static void
one_step(NgRbmTraining *how, NgRbmMethod method)
{
    ng_rbm_training_init(how);
    how->method = method;
    how->epochs = 1;
    how->batch = 1000;
    how->rate = 1.0;
    how->schedule = NG_RATE_CONSTANT;
    how->centred = FALSE;
    how->keep = TRUE;
}

static void
set_parameters(NgRbm *rbm, double scale)
{
    const guint D = ng_rbm_visible(rbm), H = ng_rbm_hidden(rbm);
    NgRng rng = ng_rng_new(11, 0);

    for (guint i = 0; i < D * H; i++)
        ng_rbm_weights(rbm)[i] = (float)(scale * (ng_rng_coin(&rng) - 0.5));
    for (guint i = 0; i < D; i++)
        ng_rbm_visible_bias(rbm)[i] = (float)(scale * (ng_rng_coin(&rng) - 0.7));
    for (guint j = 0; j < H; j++)
        ng_rbm_hidden_bias(rbm)[j] = (float)(scale * (ng_rng_coin(&rng) - 0.5));
}

/* exact.c has the gradient in double precision; a step at rate 1 adds it. */
START_TEST(an_exact_step_is_the_exact_gradient)
{
    g_autoptr(NgDataset) data = bars_and_stripes(3, FALSE);
    g_autoptr(NgRbm) rbm = ng_rbm_new_binary(9, 5);
    const NgExactWork work = {.threads = 1};
    float v[16 * 9];
    NgRbmTraining how;

    set_parameters(rbm, 2.0);
    for (size_t r = 0; r < 16; r++)
        ng_dataset_row(data, r, v + r * 9);
    g_autoptr(NgRbm) before = ng_rbm_copy(rbm);
    g_autoptr(NgExactGradient) g = ng_exact_gradient(rbm, v, 16, &work, NULL);
    one_step(&how, NG_RBM_EXACT);
    ck_assert(ng_rbm_train(rbm, data, &how, NULL));
    for (guint i = 0; i < 45; i++)
        ck_assert_double_eq_tol((double)(ng_rbm_weights(rbm)[i] - ng_rbm_weights(before)[i]),
                                g->w[i], 1e-6);
    for (guint i = 0; i < 9; i++)
        ck_assert_double_eq_tol(
            (double)(ng_rbm_visible_bias(rbm)[i] - ng_rbm_visible_bias(before)[i]), g->b[i], 1e-6);
    for (guint j = 0; j < 5; j++)
        ck_assert_double_eq_tol(
            (double)(ng_rbm_hidden_bias(rbm)[j] - ng_rbm_hidden_bias(before)[j]), g->c[j], 1e-6);
}
END_TEST

/* Mean of log P(label | rest). */
static double
label_log_likelihood(const NgRbm *rbm, const NgDataset *data)
{
    const guint D = ng_rbm_visible(rbm), K = ng_rbm_labels(rbm);
    g_autofree float *v = g_new(float, D);
    g_autofree double *log_p = g_new(double, K);
    double sum = 0.0, f;

    for (size_t r = 0; r < ng_dataset_rows(data); r++) {
        ng_rbm_take_row(rbm, data, r, v);
        ng_rbm_label_odds(rbm, v, 1, log_p, &f);
        sum += log_p[ng_dataset_label(data, r)];
    }
    return sum / (double)ng_dataset_rows(data);
}

static NgRbm *
labelled_machine(guint hidden)
{
    const NgUnitGroup groups[] = {{NG_UNITS_BINARY, 0, 83}, {NG_UNITS_SOFTMAX, 83, 5}};
    NgRbm *rbm = ng_rbm_new(groups, 2, hidden);

    ng_rbm_set_labels(rbm, TRUE);
    return rbm;
}

/* Central differences of 2^-7: their error is of the order of 2^-14 times a third derivative. */
START_TEST(a_discriminative_step_is_the_gradient_of_the_labels)
{
    const float by = 0x1p-7F;
    g_autoptr(NgDataset) data = some_rows(TRUE);
    g_autoptr(NgRbm) rbm = labelled_machine(7);
    NgRbmTraining how;

    set_parameters(rbm, 1.0);
    g_autoptr(NgRbm) before = ng_rbm_copy(rbm);
    one_step(&how, NG_RBM_PCD);
    how.discriminative = 1.0;
    ck_assert(ng_rbm_train(rbm, data, &how, NULL));
    float *const now[] = {ng_rbm_weights(rbm), ng_rbm_visible_bias(rbm), ng_rbm_hidden_bias(rbm)};
    float *const was[] = {ng_rbm_weights(before), ng_rbm_visible_bias(before),
                          ng_rbm_hidden_bias(before)};
    const guint size[] = {88 * 7, 88, 7};
    for (guint part = 0; part < 3; part++)
        for (guint i = 0; i < size[part]; i += part == 0 ? 13 : 1) {
            const float x = was[part][i];
            was[part][i] = x + by;
            double up = label_log_likelihood(before, data);
            was[part][i] = x - by;
            double down = label_log_likelihood(before, data);
            was[part][i] = x;
            ck_assert_double_eq_tol((double)(now[part][i] - x), (up - down) / (2.0 * (double)by),
                                    2e-5);
        }
}
END_TEST

/* 0.5 of 8 rows with 4 words each: without weights the word is 1/64 as likely as the others together. */
START_TEST(a_word_that_no_row_has_is_rare_and_not_impossible)
{
    g_autoptr(NgDataset) data = ng_dataset_new(NG_STORAGE_SPARSE, 3, 1.0F);
    const NgUnitGroup group = {NG_UNITS_COUNTS, 0, 3};
    g_autoptr(NgRbm) rbm = ng_rbm_new(&group, 1, 2);
    const guint column[] = {0, 2};
    const float value[] = {3.0F, 1.0F};
    NgRbmTraining how;

    for (guint r = 0; r < 8; r++)
        ng_dataset_add_sparse(data, column, value, 2);
    ng_rbm_training_init(&how);
    how.method = NG_RBM_CD;
    how.weight_sd = 0.0;
    g_autoptr(NgRbmTrainer) trainer = ng_rbm_trainer_new(rbm, data, &how, NULL);
    ng_rbm_trainer_export(trainer);
    const float *b = ng_rbm_visible_bias(rbm);
    ck_assert_double_eq_tol(exp((double)(b[1] - b[0])), 0.5 / 8.0 / 3.0, 1e-4);
    ck_assert_double_eq_tol(exp((double)(b[2] - b[0])), 1.0 / 3.0, 1e-4);
}
END_TEST

/* Five patterns that a look at a few columns tells apart. */
START_TEST(labels_are_learned)
{
    static const double share[] = {0.0, 0.5, 1.0};
    g_autoptr(NgDataset) data = some_rows(TRUE);
    g_autoptr(NgRbm) rbm = labelled_machine(12);
    NgRbmTraining how;

    ng_rbm_training_init(&how);
    how.epochs = 150;
    how.rate = 0.2;
    how.batch = 10;
    how.discriminative = share[_i];
    ck_assert(ng_rbm_train(rbm, data, &how, NULL));
    ck_assert_double_gt(label_log_likelihood(rbm, data), log(0.8));
}
END_TEST

/* Where no more than X steps go into the average it is the last one of them, which is the last of the
 * training: 16 steps an epoch, of which the 8th and the 16th go in. */
START_TEST(the_average_of_few_steps_is_the_last_one)
{
    g_autoptr(NgDataset) data = bars_and_stripes(3, FALSE);
    g_autoptr(NgRbm) last = ng_rbm_new_binary(9, 5);
    g_autoptr(NgRbm) average = ng_rbm_new_binary(9, 5);
    NgRbmTraining how;

    ng_rbm_training_init(&how);
    ck_assert(how.average == 0.0);
    how.batch = 1;
    how.epochs = 5;
    how.schedule = NG_RATE_CONSTANT;
    ck_assert(ng_rbm_train(last, data, &how, NULL));
    how.average = 10.0;
    ck_assert(ng_rbm_train(average, data, &how, NULL));
    for (int i = 0; i < 9 * 5; i++) /* but for the roundings of mean + (w - mean) */
        ck_assert_double_eq_tol((double)ng_rbm_weights(average)[i], (double)ng_rbm_weights(last)[i],
                                1e-6);
    how.average = 2.0;
    ck_assert(ng_rbm_train(average, data, &how, NULL));
    ck_assert(fabsf(ng_rbm_weights(last)[0] - ng_rbm_weights(average)[0]) > 1e-5F);
}
END_TEST

START_TEST(the_means_of_the_data_stay_with_the_machine)
{
    const NgUnitGroup groups[] = {{NG_UNITS_BINARY, 0, 9}, {NG_UNITS_SOFTMAX, 9, 4}};
    g_autoptr(NgRbm) rbm = ng_rbm_new(groups, 2, 3);
    g_autoptr(NgDataset) data = ng_dataset_new(NG_STORAGE_BYTES, 9, 1.0F);
    NgRbmTraining how;

    for (size_t r = 0; r < 12; r++) {
        guint8 row[9] = {0};
        row[0] = 1;
        row[1] = r % 4 == 0;
        ng_dataset_add_bytes(data, row);
        ng_dataset_set_label(data, r, (guint)r % 3);
    }
    ng_rbm_set_labels(rbm, TRUE);
    ng_rbm_training_init(&how);
    how.epochs = 1;
    ck_assert(ng_rbm_train(rbm, data, &how, NULL));
    const float wanted[13] = {1.0F, 0.25F, [9] = 1.0F / 3.0F, 1.0F / 3.0F, 1.0F / 3.0F};
    ck_assert_mem_eq(ng_rbm_means(rbm), wanted, sizeof wanted);
}
END_TEST

START_TEST(a_checkpoint_goes_on_to_the_same_bits)
{
    g_autoptr(NgDataset) data = some_rows(FALSE);
    g_autofree char *folder = g_dir_make_tmp("ngram-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "run.rbm", NULL);
    g_autoptr(NgRbm) whole = ng_rbm_new_binary(83, 21), halves = ng_rbm_new_binary(83, 21);
    g_autoptr(NgRbm) again = ng_rbm_new_binary(83, 21);
    g_autoptr(GError) error = NULL;
    NgRbmTraining how;
    NgRbmEpoch epoch;

    ng_rbm_training_init(&how);
    how.method = _i == 0 ? NG_RBM_CD : _i == 1 ? NG_RBM_PCD : NG_RBM_TEMPERING;
    how.rungs = 5;
    how.epochs = 6;
    how.batch = 30;
    how.chains = 17;
    how.momentum = 0.8;
    how.average = 2.0;
    how.sparsity = 0.1;
    how.sparsity_cost = 0.1;
    ck_assert(ng_rbm_train(whole, data, &how, NULL));
    {
        g_autoptr(NgRbmTrainer) trainer = ng_rbm_trainer_new(halves, data, &how, NULL);
        for (int i = 0; i < 3; i++)
            ck_assert(ng_rbm_trainer_epoch(trainer, &epoch, NULL));
        ck_assert(ng_rbm_trainer_save(trainer, path, NULL));
    }
    how.threads = 3;
    g_autoptr(NgRbmTrainer) trainer = ng_rbm_trainer_new(again, data, &how, NULL);
    ck_assert(ng_rbm_trainer_resume(trainer, path, NULL));
    ck_assert_uint_eq(ng_rbm_trainer_epochs(trainer), 3);
    assert_same(halves, again);
    while (ng_rbm_trainer_epochs(trainer) < 6)
        ck_assert(ng_rbm_trainer_epoch(trainer, &epoch, NULL));
    assert_same(whole, again);

    how.rate = 0.01;
    g_autoptr(NgRbmTrainer) other = ng_rbm_trainer_new(again, data, &how, NULL);
    ck_assert(!ng_rbm_trainer_resume(other, path, &error));
    ck_assert_ptr_nonnull(strstr(error->message, "rate"));
    ck_assert_int_eq(g_remove(path), 0);
    ck_assert_int_eq(g_rmdir(folder), 0);
}
END_TEST

static void
count_warning(gpointer data, const char *message)
{
    ck_assert_ptr_nonnull(strstr(message, "half the rate"));
    ++*(int *)data;
}

START_TEST(a_rate_that_is_too_high_is_halved)
{
    g_autoptr(NgDataset) data = ng_dataset_new(NG_STORAGE_FLOATS, 3, 1.0F);
    const NgUnitGroup group = {NG_UNITS_GAUSSIAN, 0, 3};
    g_autoptr(NgRbm) rbm = ng_rbm_new(&group, 1, 4);
    NgRbmTraining how;
    int warnings = 0;

    for (int r = 0; r < 50; r++) {
        const float row[] = {(float)(r % 7) - 3.0F, (float)(r % 5), (float)(r % 7) * 2.0F};
        ng_dataset_add_floats(data, row);
    }
    ng_rbm_training_init(&how);
    how.rate = 50.0;
    how.epochs = 30;
    how.batch = 10;
    how.warn = count_warning;
    how.data = &warnings;
    ck_assert(ng_rbm_train(rbm, data, &how, NULL));
    ck_assert_int_gt(warnings, 0);
    ck_assert(ng_rbm_check(rbm, NULL));
}
END_TEST

/* With centres it makes no difference which of both values is called 1 (10 trials each; the means
 * have standard errors of about half a nat). */
START_TEST(flipped_data_are_learned_as_well)
{
    double mean[2] = {0.0, 0.0};

    for (int flipped = 0; flipped < 2; flipped++) {
        g_autoptr(NgDataset) data = bars_and_stripes(3, flipped == 1);
        NgRbmTraining how;
        ng_rbm_training_init(&how);
        how.epochs = 5000;
        how.chains = 100;
        how.rate = 0.1;
        how.schedule = NG_RATE_CONSTANT;
        for (how.seed = 0; how.seed < 10; how.seed++) {
            g_autoptr(NgRbm) rbm = ng_rbm_new_binary(9, 9);
            ck_assert(ng_rbm_train(rbm, data, &how, NULL));
            mean[flipped] += negative_log_likelihood(rbm, data) / 10.0;
        }
    }
    ck_assert_double_eq_tol(mean[0], mean[1], 2.5);
    ck_assert_double_lt(mean[0], 54.0);
    ck_assert_double_lt(mean[1], 54.0);
}
END_TEST

/* The ceiling is 41.59, each row with probability 1/16 or 1/8. */
START_TEST(bars_and_stripes_by_the_exact_gradient_and_by_tempering)
{
    static const NgRbmMethod methods[] = {NG_RBM_EXACT, NG_RBM_TEMPERING};
    static const double bound[] = {44.1, 48.0};
    g_autoptr(NgDataset) data = bars_and_stripes(3, FALSE);
    g_autoptr(NgRbm) rbm = ng_rbm_new_binary(9, 9);
    NgRbmTraining how;

    ng_rbm_training_init(&how);
    how.method = methods[_i];
    how.epochs = 5000;
    how.rate = 0.1;
    how.schedule = NG_RATE_CONSTANT;
    how.chains = 16;
    how.rungs = 5;
    ck_assert(ng_rbm_train(rbm, data, &how, NULL));
    ck_assert_double_lt(negative_log_likelihood(rbm, data), bound[_i]);
}
END_TEST

/* Real numbers with two bumps: -2 and 2, the same in all columns. */
START_TEST(real_numbers_are_learned)
{
    g_autoptr(NgDataset) data = ng_dataset_new(NG_STORAGE_FLOATS, 4, 1.0F);
    const NgUnitGroup group = {NG_UNITS_GAUSSIAN, 0, 4};
    const guint hidden = 3 + (guint)_i; /* fewer than visible units, or as many */
    g_autoptr(NgRbm) rbm = ng_rbm_new(&group, 1, hidden);
    g_autoptr(NgRbm) plain = ng_rbm_new(&group, 1, hidden);
    const NgExactWork work = {.threads = 1};
    NgRng rng = ng_rng_new(2, 2);
    float v[400 * 4];
    double learned[400], independent[400], mean[2] = {0.0, 0.0};
    NgRbmTraining how;

    for (int r = 0; r < 400; r++) {
        const float side = r % 2 == 0 ? 2.0F : -2.0F;
        for (int i = 0; i < 4; i++) /* the sum of 12 coins has variance 1 */
            v[r * 4 + i] = side - 6.0F;
        for (int i = 0; i < 48; i++)
            v[r * 4 + i % 4] += (float)ng_rng_coin(&rng);
        ng_dataset_add_floats(data, v + (size_t)r * 4);
    }
    ng_rbm_training_init(&how);
    how.rate = 0.01;
    how.epochs = 300;
    ck_assert(ng_rbm_train(rbm, data, &how, NULL));
    ck_assert(ng_exact_log_likelihood(rbm, v, 400, &work, learned, NULL));
    ck_assert(ng_exact_log_likelihood(plain, v, 400, &work, independent, NULL));
    /* one side at -4 log(sqrt(2 pi)) - 2 and log 2: -6.37; unit normals at 0: -13.7 */
    for (int r = 0; r < 400; r++) {
        mean[0] += learned[r] / 400.0;
        mean[1] += independent[r] / 400.0;
    }
    ck_assert_double_gt(mean[0], -6.9);
    ck_assert_double_lt(mean[1], -13.0);
}
END_TEST

START_TEST(what_does_not_fit_is_refused)
{
    static const float bad[] = {NAN, INFINITY, -1.0F, 1.5F};
    static const guint32 kinds[] = {NG_UNITS_GAUSSIAN, NG_UNITS_GAUSSIAN, NG_UNITS_COUNTS,
                                    NG_UNITS_BINARY};
    NgRbmTraining how;

    ng_rbm_training_init(&how);
    for (int i = 0; i < 4; i++) {
        g_autoptr(NgDataset) data = ng_dataset_new(NG_STORAGE_FLOATS, 2, 1.0F);
        const NgUnitGroup group = {kinds[i], 0, 2};
        g_autoptr(NgRbm) rbm = ng_rbm_new(&group, 1, 3);
        g_autoptr(GError) error = NULL;
        const float row[] = {1.0F, bad[i]};
        ng_dataset_add_floats(data, row);
        ck_assert(!ng_rbm_train(rbm, data, &how, &error));
        ck_assert_ptr_nonnull(strstr(error->message, "row 1, column 2"));
    }
    g_autoptr(NgDataset) none = ng_dataset_new(NG_STORAGE_BYTES, 2, 1.0F);
    g_autoptr(NgRbm) rbm = ng_rbm_new_binary(2, 1), wide = ng_rbm_new_binary(3, 1);
    g_autoptr(GError) no_rows = NULL, no_fit = NULL;
    ck_assert(!ng_rbm_train(rbm, none, &how, &no_rows));
    const guint8 row[] = {1, 0};
    ng_dataset_add_bytes(none, row);
    ck_assert(!ng_rbm_train(wide, none, &how, &no_fit));
    ck_assert(ng_rbm_train(rbm, none, &how, NULL)); /* constant columns, one row: clipped */
}
END_TEST

/* Rows of words 0 to 2, or 3 to 5. */
static NgDataset *
two_topics(void)
{
    NgDataset *data = ng_dataset_new(NG_STORAGE_SPARSE, 6, 1.0F);

    for (guint r = 0; r < 200; r++) {
        const guint first = r % 2 == 0 ? 0 : 3, column[] = {first, first + 1, first + 2};
        const float value[] = {(float)(1 + r % 3), (float)(1 + r % 5), (float)(1 + r % 7)};
        ng_dataset_add_sparse(data, column, value, 3);
    }
    return data;
}

/* Texts of two kinds of words: a machine of one hidden unit finds the kinds. */
START_TEST(word_counts_are_learned)
{
    g_autoptr(NgDataset) data = two_topics();
    const NgUnitGroup group = {NG_UNITS_COUNTS, 0, 6};
    g_autoptr(NgRbm) rbm = ng_rbm_new(&group, 1, 1);
    NgRbmTraining how;

    ng_rbm_training_init(&how);
    how.epochs = 100;
    how.batch = 20;
    ck_assert(ng_rbm_train(rbm, data, &how, NULL));
    const float *w = ng_rbm_weights(rbm);
    for (int i = 0; i < 3; i++)
        ck_assert_double_gt(fabs((double)(w[i] - w[3 + i])), 2.0);
    ck_assert((w[0] > w[3]) == (w[1] > w[4]) && (w[0] > w[3]) == (w[2] > w[5]));
}
END_TEST

/* As many hidden as visible units: the layers are not taken for each other.  What fresh memory holds
 * must not show. */
START_TEST(layers_of_one_size_are_two)
{
    g_autoptr(NgDataset) data = two_topics();
    const NgUnitGroup group = {NG_UNITS_COUNTS, 0, 6};
    g_autoptr(NgRbm) one = ng_rbm_new(&group, 1, 6), two = ng_rbm_new(&group, 1, 6);
    NgRbmTraining how;

    ng_rbm_training_init(&how);
    how.epochs = 3;
    how.batch = 20;
    mallopt(M_PERTURB, 0x11);
    ck_assert(ng_rbm_train(one, data, &how, NULL));
    mallopt(M_PERTURB, 0x3f);
    ck_assert(ng_rbm_train(two, data, &how, NULL));
    assert_same(one, two);
}
END_TEST

Suite *
rbm_train_suite(void)
{
    Suite *suite = suite_create("rbm_train");
    TCase *tcase = tcase_create("rbm_train");

    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, bars_and_stripes_by_contrastive_divergence);
    tcase_add_loop_test(tcase, the_number_of_threads_changes_no_bit, 0, 3);
    tcase_add_loop_test(tcase, bits_learn_what_the_plain_way_learns, 0, 9);
    tcase_add_test(tcase, an_exact_step_is_the_exact_gradient);
    tcase_add_test(tcase, a_discriminative_step_is_the_gradient_of_the_labels);
    tcase_add_test(tcase, a_word_that_no_row_has_is_rare_and_not_impossible);
    tcase_add_loop_test(tcase, labels_are_learned, 0, 3);
    tcase_add_test(tcase, the_average_of_few_steps_is_the_last_one);
    tcase_add_test(tcase, the_means_of_the_data_stay_with_the_machine);
    tcase_add_loop_test(tcase, a_checkpoint_goes_on_to_the_same_bits, 0, 3);
    tcase_add_test(tcase, a_rate_that_is_too_high_is_halved);
    tcase_add_test(tcase, flipped_data_are_learned_as_well);
    tcase_add_loop_test(tcase, bars_and_stripes_by_the_exact_gradient_and_by_tempering, 0, 2);
    tcase_add_loop_test(tcase, real_numbers_are_learned, 0, 2);
    tcase_add_test(tcase, what_does_not_fit_is_refused);
    tcase_add_test(tcase, word_counts_are_learned);
    tcase_add_test(tcase, layers_of_one_size_are_two);
    suite_add_tcase(suite, tcase);
    return suite;
}

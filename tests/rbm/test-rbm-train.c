#include "ngram/rbm-train.h"
#include "ngram/rng.h"

#include <check.h>
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

START_TEST(the_number_of_threads_changes_no_bit)
{
    g_autoptr(NgDataset) data = some_rows(FALSE);
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

Suite *
rbm_train_suite(void)
{
    Suite *suite = suite_create("rbm_train");
    TCase *tcase = tcase_create("rbm_train");

    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, bars_and_stripes_by_contrastive_divergence);
    tcase_add_loop_test(tcase, the_number_of_threads_changes_no_bit, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}

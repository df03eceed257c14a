#include "ngram/container.h"
#include "ngram/rbm-train.h"

#include "../folder.h"

#include <math.h>
#include <string.h>

Suite *train_file_suite(void);

enum { D = 6, H = 3 };

static NgDataset *
some_rows(void)
{
    NgDataset *data = ng_dataset_new(NG_STORAGE_BYTES, D, 1.0F);

    for (guint r = 0; r < 8; r++) {
        guint8 row[D];
        for (guint i = 0; i < D; i++)
            row[i] = r >> i % 3 & 1;
        ng_dataset_add_bytes(data, row);
    }
    return data;
}

static NgRbmTraining
tempering(void)
{
    NgRbmTraining how;

    ng_rbm_training_init(&how);
    how.method = NG_RBM_TEMPERING;
    how.rungs = 3;
    how.batch = 4;
    how.chains = 2;
    how.rate = 0.1;
    return how;
}

/* A checkpoint after an epoch; returns its path, which the caller frees. */
static char *
make_checkpoint(const NgDataset *data)
{
    const NgRbmTraining how = tempering();
    g_autoptr(NgRbm) rbm = ng_rbm_new_binary(D, H);
    g_autoptr(NgRbmTrainer) trainer = ng_rbm_trainer_new(rbm, data, &how, NULL);
    char *path = g_build_filename(folder, "run.rbm", NULL);
    NgRbmEpoch epoch;

    ck_assert(ng_rbm_trainer_epoch(trainer, &epoch, NULL));
    ck_assert(ng_rbm_trainer_save(trainer, path, NULL));
    return path;
}

/**
 * Change: what becomes of a section.
 * @section: its name
 * @cut: bytes that are taken off its end, or all
 * @at: where bytes are changed
 * @bytes: (nullable): [@n] what stands there then
 */
typedef struct {
    const char *section;
    size_t cut, at;
    const void *bytes;
    size_t n;
    const char *message;
} Change;

/* The same file with one section changed; a section of no byte is left out. */
static char *
make_changed(const char *path, const Change *change)
{
    g_autoptr(NgContainer) file = ng_container_open(path, NULL);
    g_autofree char *to = g_build_filename(folder, "changed.rbm", NULL);
    g_autoptr(NgContainerWriter) out = ng_container_writer_new(to, NULL);
    gboolean found = FALSE;

    for (size_t i = 0; i < ng_container_sections(file); i++) {
        const char *name = ng_container_section(file, i, NULL);
        size_t size = 0;
        const void *was = ng_container_find(file, name, &size);
        g_autofree char *data = g_memdup2(was, size);
        if (g_str_equal(name, change->section)) {
            found = TRUE;
            ck_assert_uint_le(change->at + change->n, size);
            if (change->bytes != NULL)
                memcpy(data + change->at, change->bytes, change->n);
            size -= MIN(change->cut, size);
        }
        if (size > 0)
            ng_container_writer_add(out, name, data, size);
    }
    ck_assert(found);
    ck_assert(ng_container_writer_commit(out, NULL));
    return g_steal_pointer(&to);
}

static const float nan_float = NAN, huge = 1e7F, half_float = 0.5F;
static const double zero = 0.0, two = 2.0, nan_double = NAN;
static const guint32 rungs_twice[] = {1, 1, 0}, rung_above[] = {0, 1, 3};
#define BYTES(x) &(x), sizeof(x)

static const Change malformed[] = {
    {"train.how", SIZE_MAX, 0, NULL, 0, "no checkpoint"},
    {"train.how", 20, 0, NULL, 0, "another"},
    {"train.how", 0, 0, "invisible", 9, "another"},
    {"train.time", SIZE_MAX, 0, NULL, 0, "damaged"},
    {"train.time", 8, 0, NULL, 0, "damaged"},
    {"train.time", 0, 8, BYTES(zero), "damaged"},
    {"train.time", 0, 8, BYTES(two), "damaged"},
    {"train.time", 0, 8, BYTES(nan_double), "damaged"},
    {"train.state", SIZE_MAX, 0, NULL, 0, "train.state"},
    {"train.state", 4, 0, NULL, 0, "damaged"},
    {"train.state", 3, 0, NULL, 0, "train.state"},
    {"train.state", 0, 4, BYTES(nan_float), "damaged"},
    {"train.state", 0, 4, BYTES(huge), "damaged"},
    {"train.chain", SIZE_MAX, 0, NULL, 0, "train.chain"},
    {"train.chain", 1, 0, NULL, 0, "damaged"},
    {"train.sweeps", SIZE_MAX, 0, NULL, 0, "damaged"},
    {"train.sweeps", 1, 0, NULL, 0, "damaged"},
    {"train.rungs", SIZE_MAX, 0, NULL, 0, "damaged"},
    {"train.rungs", 4, 0, NULL, 0, "damaged"},
    {"train.rungs", 0, 12, BYTES(rungs_twice), "its ladders are none"},
    {"train.rungs", 0, 0, BYTES(rung_above), "its ladders are none"},
    {"train.ladders", SIZE_MAX, 0, NULL, 0, "damaged"},
    {"train.ladders", 4, 0, NULL, 0, "damaged"},
    {"train.ladders", 0, 8, BYTES(half_float), "its ladders are none"},
    {"train.ladders", 0, 8, BYTES(nan_float), "its ladders are none"},
};

/* The machine after two epochs, in bytes. */
static GByteArray *
after_two_epochs(NgRbmTrainer *trainer, NgRbm *rbm)
{
    GByteArray *bytes = g_byte_array_new();
    NgRbmEpoch epoch;

    while (ng_rbm_trainer_epochs(trainer) < 2)
        ck_assert(ng_rbm_trainer_epoch(trainer, &epoch, NULL));
    g_byte_array_append(bytes, (const guint8 *)ng_rbm_weights(rbm), D * H * sizeof(float));
    g_byte_array_append(bytes, (const guint8 *)ng_rbm_visible_bias(rbm), D * sizeof(float));
    g_byte_array_append(bytes, (const guint8 *)ng_rbm_hidden_bias(rbm), H * sizeof(float));
    return bytes;
}

/* What @path makes of a training that has done nothing yet, but for the file. */
static GByteArray *
train_from(const NgDataset *data, const char *path, gboolean *resumed, char **message)
{
    const NgRbmTraining how = tempering();
    g_autoptr(NgRbm) rbm = ng_rbm_new_binary(D, H);
    g_autoptr(NgRbmTrainer) trainer = ng_rbm_trainer_new(rbm, data, &how, NULL);
    g_autoptr(GError) error = NULL;

    *resumed = path != NULL && ng_rbm_trainer_resume(trainer, path, &error);
    ck_assert(path == NULL || *resumed == (error == NULL));
    if (message != NULL)
        *message = error != NULL ? g_strdup(error->message) : NULL;
    return after_two_epochs(trainer, rbm);
}

START_TEST(malformed_checkpoints_are_refused_and_change_nothing)
{
    g_autoptr(NgDataset) data = some_rows();
    g_autofree char *path = make_checkpoint(data), *message = NULL;
    g_autofree char *changed = make_changed(path, &malformed[_i]);
    gboolean resumed = TRUE;

    g_autoptr(GByteArray) wanted = train_from(data, NULL, &resumed, NULL);
    g_autoptr(GByteArray) got = train_from(data, changed, &resumed, &message);
    ck_assert(!resumed);
    ck_assert_ptr_nonnull(message);
    ck_assert(g_str_has_prefix(message, changed));
    ck_assert_msg(strstr(message, malformed[_i].message) != NULL, "%s", message);
    ck_assert_mem_eq(wanted->data, got->data, got->len);
}
END_TEST

/* Numbers had 17 digits once. */
START_TEST(checkpoints_with_longer_numbers_are_of_the_same_training)
{
    g_autoptr(NgDataset) data = some_rows();
    g_autofree char *path = make_checkpoint(data);
    g_autoptr(NgContainer) file = ng_container_open(path, NULL);
    size_t size = 0;
    const char *how = ng_container_find(file, "train.how", &size);
    g_autofree char *text = g_strndup(how, size);
    gboolean resumed = FALSE;

    ck_assert_ptr_nonnull(strstr(text, "\nrate=0.1\n"));
    char *const begin = strstr(text, "rate=0.1\n");
    *begin = '\0';
    g_autofree char *longer =
        g_strconcat(text, "rate=0.10000000000000001\n", begin + strlen("rate=0.1\n"), NULL);
    const Change away = {.section = "train.how", .cut = SIZE_MAX};
    g_autofree char *without = make_changed(path, &away);
    g_autoptr(NgContainer) rest = ng_container_open(without, NULL);
    g_autofree char *old = g_build_filename(folder, "old.rbm", NULL);
    g_autoptr(NgContainerWriter) out = ng_container_writer_new(old, NULL);
    for (size_t i = 0; i < ng_container_sections(rest); i++) {
        const char *name = ng_container_section(rest, i, NULL);
        const void *section = ng_container_find(rest, name, &size);
        ng_container_writer_add(out, name, section, size);
    }
    ng_container_writer_add(out, "train.how", longer, strlen(longer));
    ck_assert(ng_container_writer_commit(out, NULL));
    g_autoptr(GByteArray) wanted = train_from(data, path, &resumed, NULL);
    ck_assert(resumed);
    g_autoptr(GByteArray) got = train_from(data, old, &resumed, NULL);
    ck_assert(resumed);
    ck_assert_mem_eq(wanted->data, got->data, got->len);
}
END_TEST

Suite *
train_file_suite(void)
{
    Suite *suite = suite_create("train_file");
    TCase *tcase = tcase_create("core");

    tcase_add_checked_fixture(tcase, make_folder, remove_folder);
    tcase_add_loop_test(tcase, malformed_checkpoints_are_refused_and_change_nothing, 0,
                        G_N_ELEMENTS(malformed));
    tcase_add_test(tcase, checkpoints_with_longer_numbers_are_of_the_same_training);
    suite_add_tcase(suite, tcase);
    return suite;
}

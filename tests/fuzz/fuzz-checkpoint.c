/* Feeds the state of a training to ng_rbm_trainer_resume(), in a file that is else as it should be:
 * what is refused changes nothing, and what is taken goes on with parameters that are numbers.
 *
 * Input: a byte that says how: by tempering (1), or with other options in the file (2); three bytes
 * with the sizes of the sections of time, chains and rungs, 0 for none; these; sweeps, 8 bytes; a byte
 * with the size of the state in units of 16 bytes; the state; and where the ladders stand, the rest. */
#include "ngram/container.h"
#include "ngram/rbm-train.h"

#include <math.h>
#include <stdint.h>
#include <unistd.h>

/* NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's own */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { D = 3, H = 2, ROWS = 4 };

typedef struct {
    const uint8_t *data;
    size_t size;
} Bytes;

static Bytes
take(Bytes *from, size_t n)
{
    const Bytes piece = {from->data, MIN(n, from->size)};

    from->data += piece.size;
    from->size -= piece.size;
    return piece;
}

static size_t
take_size(Bytes *from)
{
    const Bytes byte = take(from, 1);

    return byte.size == 1 ? byte.data[0] : 0;
}

static void
add(NgContainerWriter *out, const char *name, Bytes bytes)
{
    if (bytes.size > 0)
        ng_container_writer_add(out, name, bytes.data, bytes.size);
}

/* The file of a trainer, with its state from elsewhere. */
static void
write_file(NgRbmTrainer *trainer, const char *path, gboolean other, Bytes rest)
{
    g_assert(ng_rbm_trainer_save(trainer, path, NULL));
    g_autoptr(NgContainer) was = ng_container_open(path, NULL);
    g_autoptr(NgContainerWriter) out = ng_container_writer_new(path, NULL);
    const Bytes sizes = take(&rest, 3);
    Bytes how = {0};

    how.data = ng_container_find(was, "train.how", &how.size);
    add(out, "train.how", other ? rest : how);
    if (sizes.size == 3) {
        add(out, "train.time", take(&rest, sizes.data[0]));
        add(out, "train.chain", take(&rest, sizes.data[1]));
        add(out, "train.rungs", take(&rest, sizes.data[2]));
    }
    add(out, "train.sweeps", take(&rest, 8));
    add(out, "train.state", take(&rest, 16 * take_size(&rest)));
    add(out, "train.ladders", rest);
    g_assert(ng_container_writer_commit(out, NULL));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *path = g_strdup_printf("/dev/shm/fuzz-checkpoint-%d", (int)getpid());
    g_autoptr(NgDataset) rows = ng_dataset_new(NG_STORAGE_BYTES, D, 1.0F);
    g_autoptr(NgRbm) rbm = ng_rbm_new_binary(D, H);
    Bytes rest = {data, size};
    const size_t kind = take_size(&rest);
    NgRbmTraining how;
    NgRbmEpoch epoch;

    for (guint r = 0; r < ROWS; r++) {
        const guint8 row[D] = {(guint8)(r & 1), (guint8)(r >> 1 & 1), 1};
        ng_dataset_add_bytes(rows, row);
    }
    ng_rbm_training_init(&how);
    how.method = (kind & 1) != 0 ? NG_RBM_TEMPERING : NG_RBM_PCD;
    how.rungs = 3;
    how.batch = how.chains = 2;
    g_autoptr(NgRbmTrainer) trainer = ng_rbm_trainer_new(rbm, rows, &how, NULL);
    write_file(trainer, path, (kind & 2) != 0, rest);
    g_autoptr(NgRbm) before = ng_rbm_copy(rbm);
    g_autoptr(GError) error = NULL;
    const gboolean resumed = ng_rbm_trainer_resume(trainer, path, &error);
    g_assert(resumed == (error == NULL));
    if (!resumed) {
        g_assert(ng_rbm_trainer_epochs(trainer) == 0);
        for (guint i = 0; i < D * H; i++)
            g_assert(ng_rbm_weights(rbm)[i] == ng_rbm_weights(before)[i]);
    }
    if (ng_rbm_trainer_epoch(trainer, &epoch, NULL))
        g_assert(ng_rbm_check(rbm, NULL));
    unlink(path);
    return 0;
}

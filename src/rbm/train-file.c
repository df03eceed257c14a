/*
 * Checkpoints
 *
 * A machine's file, as ng_rbm_save() writes it, with more sections: `train.how`, the options that
 * decide the result and what the data are, as text; `train.time`, see #Time; `train.state`, the
 * floats of #NgTrainState; and `train.chain`, a byte for each hidden unit of each chain.  Tempering
 * adds `train.sweeps`, `train.rungs` and `train.ladders`, the arrays of #NgTemperingState.  As all
 * random numbers have addresses, that is all there is: training goes on to the same bits.
 */
#include "train-internal.h"

#include "ngram/error.h"
#include "ngram/number.h"

#include <string.h>

/** Time: how far a training is. */
typedef struct {
    guint64 averages;
    double slowing;
    guint32 epoch;
    /* cppcheck-suppress unusedStructMember */
    guint32 zero; /* fills it up */
} Time;

/* FNV-1a over the rows. */
static guint64
digest(const NgTrainer *t)
{
    guint64 hash = 14695981039346656037U;
    g_autofree float *x = g_new(float, ng_dataset_columns(t->data));
    const size_t columns = ng_dataset_columns(t->data);

    for (size_t row = 0; row < ng_dataset_rows(t->data); row++) {
        ng_dataset_row(t->data, row, x);
        for (size_t i = 0; i < columns; i++) {
            guint32 bits;
            memcpy(&bits, &x[i], sizeof bits);
            hash = (hash ^ bits) * 1099511628211U;
        }
        hash = (hash ^ (guint32)ng_dataset_label(t->data, row)) * 1099511628211U;
    }
    return hash;
}

/* Everything that decides the parameters after an epoch. */
static char *
describe(const NgTrainer *t)
{
    const NgRbmTraining *how = &t->how;
    g_autoptr(GString) text = g_string_new(NULL);
    const struct {
        const char *name;
        double value;
    } facts[] = {
        {"visible", t->D},
        {"hidden", t->H},
        {"rows", (double)ng_dataset_rows(t->data)},
        {"method", how->method},
        {"k", how->k},
        {"k-every", how->k_every},
        {"batch", how->batch},
        {"chains", t->chains},
        {"rungs", how->rungs},
        {"rate", how->rate},
        {"schedule", how->schedule},
        {"epochs", how->schedule == NG_RATE_LINEAR ? how->epochs : 0},
        {"half", how->half},
        {"momentum", how->momentum},
        {"momentum-early", how->momentum_early},
        {"momentum-epoch", how->momentum_epoch},
        {"l2", how->l2},
        {"l1", how->l1},
        {"sparsity", how->sparsity},
        {"sparsity-cost", how->sparsity_cost},
        {"centred", how->centred},
        {"slide", how->slide},
        {"grey", how->grey},
        {"average", how->average},
        {"discriminative", how->discriminative},
        {"panels", t->panels},
    };

    for (guint i = 0; i < G_N_ELEMENTS(facts); i++) {
        char number[NG_NUMBER_SIZE];
        ng_number_from_double(number, facts[i].value);
        g_string_append_printf(text, "%s=%s\n", facts[i].name, number);
    }
    g_string_append_printf(text, "seed=%" G_GUINT64_FORMAT "\ndata=%016" G_GINT64_MODIFIER "x\n",
                           how->seed, digest(t));
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static gboolean
refuse(const char *path, const char *what, GError **error)
{
    g_set_error(error, NG_ERROR, NG_ERROR_FORMAT, "%s: %s", path, what);
    return FALSE;
}

/* How the machine learns, in its manifest. */
void
ng_train_note(NgTrainer *t)
{
    static const char *const methods[] = {"cd", "pcd", "exact", "pt"};
    static const char *const schedules[] = {"constant", "linear", "inverse"};
    GKeyFile *manifest = ng_rbm_manifest(t->rbm);
    g_autofree char *text = describe(t);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    char density[NG_NUMBER_SIZE];

    ng_number_from_double(density, t->density);
    g_key_file_set_string(manifest, "model", "kind", "rbm");
    for (char **line = lines; *line != NULL && **line != '\0'; line++) {
        g_auto(GStrv) pair = g_strsplit(*line, "=", 2);
        g_key_file_set_string(manifest, "training", pair[0], pair[1]);
    }
    g_key_file_set_string(manifest, "training", "method", methods[t->how.method]);
    g_key_file_set_string(manifest, "training", "schedule", schedules[t->how.schedule]);
    g_key_file_set_uint64(manifest, "training", "epochs", t->how.epochs);
    g_key_file_set_string(manifest, "training", "density", density);
    g_key_file_set_string(manifest, "training", "products",
                          t->panels && t->sparse ? "panels by lists"
                          : t->panels            ? "panels by tables"
                          : t->sparse            ? "sums of rows"
                                                 : "blas and sums of rows");
}

static void
add_ladders(const NgTrainer *t, NgContainerWriter *out)
{
    g_autoptr(NgTemperingState) state = ng_tempering_state_new(t->ladders);

    ng_tempering_state_take(state, t->ladders);
    ng_container_writer_add(out, "train.sweeps", &state->sweeps, sizeof state->sweeps);
    ng_container_writer_add(out, "train.rungs", state->rung, state->chains * sizeof *state->rung);
    ng_container_writer_add(out, "train.ladders", state->v,
                            state->chains * t->D * sizeof *state->v);
}

/**
 * ng_rbm_trainer_save:
 * @path: (type filename): the file, replaced whole or not at all
 * @error: return location for a #GError, or %NULL
 *
 * Writes all that training needs to go on, after an epoch.  The file is that of a machine, too.
 *
 * Returns: whether it was written
 */
gboolean
ng_rbm_trainer_save(NgRbmTrainer *self, const char *path, GError **error)
{
    g_return_val_if_fail(self != NULL && path != NULL, FALSE);

    const gsize chain = (gsize)self->chains * self->H;
    const Time time = {.averages = self->averages, .slowing = self->slowing, .epoch = self->epoch};
    g_autofree char *how = describe(self);
    g_autofree guint8 *bytes = g_new(guint8, chain);
    g_autoptr(NgContainerWriter) out = ng_container_writer_new(path, error);
    if (out == NULL)
        return FALSE;
    ng_rbm_trainer_export(self);
    ng_train_chains_to_bytes(self, bytes);
    ng_rbm_write(self->rbm, out);
    ng_container_writer_add(out, "train.how", how, strlen(how));
    ng_container_writer_add(out, "train.time", &time, sizeof time);
    ng_container_writer_add(out, "train.state", self->state.all,
                            self->state.n * sizeof *self->state.all);
    ng_container_writer_add(out, "train.chain", bytes, chain);
    if (self->ladders != NULL)
        add_ladders(self, out);
    return ng_container_writer_commit(out, error);
}

/* Whether two lines say the same: 0.05 was written 0.050000000000000003 once. */
static gboolean
same_line(const char *a, const char *b)
{
    const char *x = strchr(a, '='), *y = strchr(b, '=');
    double one, other;

    if (g_str_equal(a, b))
        return TRUE;
    return x != NULL && y != NULL && x - a == y - b && strncmp(a, b, (size_t)(x - a)) == 0 &&
           !g_str_has_prefix(a, "seed=") && !g_str_has_prefix(a, "data=") &&
           ng_number_to_double(x + 1, strlen(x + 1), &one) &&
           ng_number_to_double(y + 1, strlen(y + 1), &other) && one == other;
}

/* The first line that differs says what is not as it was. */
static gboolean
same_training(const NgTrainer *t, const NgContainer *file, const char *path, GError **error)
{
    size_t n = 0;
    const char *was = ng_container_find(file, "train.how", &n);
    if (was == NULL)
        return refuse(path, "no checkpoint (--checkpoint of 'ngram rbm train' makes one)", error);

    g_autofree char *now = describe(t), *then = g_strndup(was, n);
    g_auto(GStrv) a = g_strsplit(now, "\n", -1), b = g_strsplit(then, "\n", -1);
    for (guint i = 0; a[i] != NULL; i++) {
        if (b[i] == NULL)
            return refuse(path, "a checkpoint of another version", error);
        if (!same_line(a[i], b[i])) {
            g_set_error(error, NG_ERROR, NG_ERROR_FORMAT,
                        "%s: a checkpoint of another training: it has %s, here is %s", path, b[i],
                        a[i]);
            return FALSE;
        }
    }
    return TRUE;
}

/* Returns: (transfer full): the ladders of a checkpoint, or %NULL */
static NgTemperingState *
read_ladders(const NgTrainer *t, const NgContainer *file, const char *path, GError **error)
{
    g_autoptr(NgTemperingState) state = ng_tempering_state_new(t->ladders);
    size_t n_sweeps = 0, n_rung = 0, n_v = 0;
    const guint64 *sweeps = ng_container_find(file, "train.sweeps", &n_sweeps);
    const guint32 *rung = ng_container_find(file, "train.rungs", &n_rung);
    const float *v = ng_container_find(file, "train.ladders", &n_v);

    if (sweeps == NULL || rung == NULL || v == NULL || n_sweeps != sizeof *sweeps ||
        n_rung != state->chains * sizeof *rung || n_v != state->chains * t->D * sizeof *v) {
        refuse(path, "a damaged checkpoint", error);
        return NULL;
    }
    state->sweeps = *sweeps;
    memcpy(state->rung, rung, n_rung);
    memcpy(state->v, v, n_v);
    if (!ng_tempering_state_fits(state, t->ladders, t->rbm)) {
        refuse(path, "a damaged checkpoint: its ladders are none", error);
        return NULL;
    }
    return g_steal_pointer(&state);
}

/**
 * ng_rbm_trainer_resume:
 * @path: (type filename): a file of ng_rbm_trainer_save()
 * @error: return location for a #GError, or %NULL
 *
 * Goes on where a training with the same data and options was saved.
 *
 * Errors: those of ng_container_open() and ng_container_verify(); %NG_ERROR_FORMAT where it is no
 * checkpoint or one of another training, and nothing is changed then.
 *
 * Returns: whether it was read
 */
gboolean
ng_rbm_trainer_resume(NgRbmTrainer *self, const char *path, GError **error)
{
    g_return_val_if_fail(self != NULL && path != NULL, FALSE);

    g_autoptr(NgContainer) file = ng_container_open(path, error);
    if (file == NULL || !ng_container_verify(file, error) ||
        !same_training(self, file, path, error))
        return FALSE;
    const gsize chain = (gsize)self->chains * self->H;
    size_t n_time = 0, n_state = 0, n_chain = 0;
    const Time *time = ng_container_find(file, "train.time", &n_time);
    const float *state = ng_container_array(file, "train.state", sizeof *state, &n_state, error);
    const guint8 *bytes =
        state != NULL ? ng_container_array(file, "train.chain", 1, &n_chain, error) : NULL;
    if (bytes == NULL)
        return FALSE;
    if (time == NULL || n_time != sizeof *time || n_state != self->state.n || n_chain != chain)
        return refuse(path, "a damaged checkpoint", error);
    if (!ng_train_is_finite(state, n_state) || !(time->slowing > 0.0 && time->slowing <= 1.0))
        return refuse(path, "a damaged checkpoint: its state is no number", error);
    g_autoptr(NgTemperingState) ladders = NULL;
    if (self->ladders != NULL) {
        ladders = read_ladders(self, file, path, error);
        if (ladders == NULL)
            return FALSE;
        ng_tempering_state_put(ladders, self->ladders);
    }
    memcpy(self->state.all, state, n_state * sizeof *state);
    ng_train_chains_from_bytes(self, bytes);
    self->averages = time->averages;
    self->slowing = time->slowing;
    self->epoch = time->epoch;
    ng_train_turn(self, 0, self->D);
    ng_rbm_trainer_export(self);
    return TRUE;
}

/* Boltzmann machines of a command line: -m FILE or -m FILE=PRIOR, several times. */
#include "rbm-machines.h"

#include "meter.h"

#include "ngram/exact.h"
#include "ngram/number.h"

#include <math.h>
#include <string.h>

/* Where nobody says how to anneal, more is done while there is no interval: up to 16 times as much. */
enum { ATTEMPTS = 1 };

/* States of the smaller layer that are gone through unasked: 2^24 take some seconds. */
#define QUICK_BITS 24.0

static void
clear(gpointer data)
{
    NgMachine *machine = data;

    g_free(machine->path);
    ng_rbm_free(machine->rbm);
}

/* Takes FILE=PRIOR apart; a file whose name looks like that is one all the same. */
static gboolean
read_name(const char *text, NgMachine *machine, GError **error)
{
    const char *equals = strrchr(text, '=');
    double prior = 1.0;

    if (equals == NULL || g_file_test(text, G_FILE_TEST_EXISTS)) {
        machine->path = g_strdup(text);
        return TRUE;
    }
    if (!ng_number_to_double(equals + 1, strlen(equals + 1), &prior) || !(prior > 0.0) ||
        !isfinite(prior))
        return ng_cli_usage_error(error, "--model: '%s' in '%s' is no prior above 0", equals + 1,
                                  text);
    if (equals == text)
        return ng_cli_usage_error(error, "--model: '%s' names no file before its prior", text);
    machine->path = g_strndup(text, (gsize)(equals - text));
    machine->log_prior = log(prior);
    return TRUE;
}

/* The machines of all -m, else that of $NGRAM_RBM; of #NgMachine, priors sum to 1. */
GArray *
ng_machines_open(char **models, GError **error)
{
    g_autoptr(GArray) all = g_array_new(FALSE, TRUE, sizeof(NgMachine));
    const char *standard[] = {g_getenv("NGRAM_RBM"), NULL};
    double sum = 0.0;

    g_array_set_clear_func(all, clear);
    const char *const *names = models != NULL ? (const char *const *)models : standard;
    if (*names == NULL || **names == '\0') {
        g_autoptr(NgRbm) none = ng_rbm_open_machine(NULL, error); /* says what is missing */
        return NULL;
    }
    for (; *names != NULL; names++) {
        NgMachine machine = {0};
        gboolean named = read_name(*names, &machine, error);
        if (named)
            machine.rbm = ng_rbm_open(machine.path, error);
        if (machine.rbm == NULL) {
            clear(&machine);
            return NULL;
        }
        sum += exp(machine.log_prior);
        g_array_append_val(all, machine);
    }
    for (guint m = 0; m < all->len; m++)
        g_array_index(all, NgMachine, m).log_prior -= log(sum);
    return g_steal_pointer(&all);
}

static gboolean
sum_one(NgMachine *machine, const NgMachineSum *how, const NgArgs *args, GError **error)
{
    g_auto(NgMeter) meter = ng_meter_new(args);
    NgProgress progress = ng_meter_progress(&meter);
    const NgExactWork work = {.threads = (unsigned)args->threads, .progress = &progress};
    const NgAisOptions options = {
        .temperatures = (guint)how->temperatures,
        .runs = (guint)how->runs,
        .again = how->temperatures == 0 && how->runs == 0 ? ATTEMPTS : 0,
        .sweeps = (guint)how->sweeps,
        .reverse = !how->forward,
        .data = how->data,
        .seed = args->seed,
        .threads = (unsigned)args->threads,
        .progress = &progress,
    };
    double log_z;

    machine->exact =
        how->method == 1 || (how->method == 0 && ng_exact_bits(machine->rbm) <= QUICK_BITS);
    if (!machine->exact) {
        if (!ng_ais(machine->rbm, &options, &machine->z, error))
            return FALSE;
        if (args->verbose && options.again > 0 && machine->z.temperatures > NG_AIS_TEMPERATURES)
            ng_cli_note("%s: annealed again, up to %u temperatures, for too few runs carried log Z",
                        machine->path, machine->z.temperatures);
        return TRUE;
    }
    if (!ng_exact_log_z(machine->rbm, &work, &log_z, error))
        return FALSE;
    machine->z = (NgAis){.log_z = log_z, .low = log_z, .high = log_z};
    machine->z.ess = machine->z.ess_reverse = machine->z.lower = machine->z.upper = (double)NAN;
    return TRUE;
}

/* Finds log Z of each. */
gboolean
ng_machines_sum(GArray *machines, const NgMachineSum *how, const NgArgs *args, GError **error)
{
    for (guint m = 0; m < machines->len; m++) {
        NgMachine *machine = &g_array_index(machines, NgMachine, m);
        if (!sum_one(machine, how, args, error)) {
            g_prefix_error(error, "%s: ", machine->path);
            return FALSE;
        }
    }
    return TRUE;
}

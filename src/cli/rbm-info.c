/* ngram rbm info - what a Boltzmann machine's file holds. */
#include "facts.h"
#include "rbm-data.h"

#include "ngram/diagnose.h"
#include "ngram/number.h"
#include "ngram/picture.h"

/* The command line as given. */
typedef struct {
    const char *path;
    gboolean diagnose;
    char **data;
    guint64 chains, sweeps;
    NgRbmSheet filters;
    NgRbmDataLine rows;
} InfoLine;

static gboolean
put_shape(NgWriter *writer, const NgRbm *rbm, GError **error)
{
    static const char *const kinds[] = {"binary", "softmax", "gaussian", "counts"};
    guint n = 0;
    const NgUnitGroup *groups = ng_rbm_groups(rbm, &n);

    if (!ng_fact_number(writer, "machine", "visible", ng_rbm_visible(rbm), error) ||
        !ng_fact_number(writer, "machine", "hidden", ng_rbm_hidden(rbm), error))
        return FALSE;
    if (ng_rbm_width(rbm) > 0) {
        g_autofree char *size = g_strdup_printf("%ux%u", ng_rbm_width(rbm), ng_rbm_height(rbm));
        if (!ng_fact(writer, "machine", "picture", size, error))
            return FALSE;
    }
    if (ng_rbm_labels(rbm) > 0 &&
        !ng_fact_number(writer, "machine", "labels", ng_rbm_labels(rbm), error))
        return FALSE;
    for (guint g = 0; g < n; g++)
        if (!ng_fact_number(writer, "units", kinds[groups[g].kind], groups[g].size, error))
            return FALSE;
    return TRUE;
}

static gboolean
put_manifest(NgWriter *writer, GKeyFile *manifest, GError **error)
{
    g_auto(GStrv) groups = g_key_file_get_groups(manifest, NULL);

    for (char **group = groups; *group != NULL; group++) {
        g_auto(GStrv) keys = g_key_file_get_keys(manifest, *group, NULL, NULL);
        for (char **key = keys; key != NULL && *key != NULL; key++) {
            g_autofree char *value = g_key_file_get_string(manifest, *group, *key, NULL);
            if (!ng_fact(writer, *group, *key, value, error))
                return FALSE;
        }
    }
    return TRUE;
}

/* One number that was followed along the chains. */
static gboolean
put_series(NgWriter *writer, const NgDiagnoseSeries *series, GError **error)
{
    g_autofree char *group = g_strdup_printf("chains %s", series->name);

    return ng_fact_double(writer, group, "mean", series->mean, error) &&
           ng_fact_double(writer, group, "r-hat", series->rhat, error) &&
           ng_fact_double(writer, group, "effective-sample-size", series->ess, error) &&
           ng_fact_double(writer, group, "autocorrelation-time", series->time, error);
}

static gboolean
put_units(NgWriter *writer, const NgDiagnosis *d, GError **error)
{
    if (!ng_fact(writer, "hidden", "seen-on", d->on_data ? "data" : "chains", error) ||
        !ng_fact_number(writer, "hidden", "rows", d->rows, error) ||
        !ng_fact_number(writer, "hidden", "dead", d->dead, error) ||
        !ng_fact_number(writer, "hidden", "saturated", d->saturated, error) ||
        !ng_fact_double(writer, "hidden", "largest-weight", d->weight, error))
        return FALSE;
    for (guint i = 0; i < NG_DIAGNOSE_BINS; i++) {
        g_autofree char *key = g_strdup_printf("on %.1f-%.1f", i / 10.0, (i + 1) / 10.0);
        if (!ng_fact_double(writer, "hidden", key, d->histogram[i], error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
put_diagnosis(NgWriter *writer, NgRbm *rbm, const InfoLine *line, const NgArgs *args,
              GError **error)
{
    g_autoptr(NgDataset) data = NULL;
    NgDiagnoseOptions how = {
        .chains = (guint)line->chains,
        .sweeps = (guint)line->sweeps,
        .seed = args->seed,
        .threads = (unsigned)args->threads,
    };

    if (line->data != NULL) {
        data = ng_rbm_read_rows(rbm, &line->rows, (const char *const *)line->data, args, error);
        if (data == NULL)
            return FALSE;
        how.data = data;
    }
    g_autoptr(NgDiagnosis) d = ng_diagnose(rbm, &how, error);
    if (d == NULL)
        return FALSE;
    for (guint i = 0; i < d->n_series; i++)
        if (!put_series(writer, &d->series[i], error))
            return FALSE;
    if (!put_units(writer, d, error))
        return FALSE;
    g_auto(GStrv) verdict = g_strsplit(d->verdict, "\n", -1);
    for (guint i = 0; verdict[i] != NULL; i++)
        if (*verdict[i] != '\0' && !ng_fact(writer, "verdict", "", verdict[i], error))
            return FALSE;
    return TRUE;
}

/* The weights of each hidden unit as a picture of what turns it on. */
static gboolean
save_filters(NgRbm *rbm, const InfoLine *line, const NgArgs *args, GError **error)
{
    const gsize D = ng_rbm_visible(rbm), H = ng_rbm_hidden(rbm);
    const float *w = ng_rbm_weights(rbm);
    g_autofree float *turned = g_new(float, H *D);

    for (gsize i = 0; i < D; i++)
        for (gsize j = 0; j < H; j++)
            turned[j * D + i] = w[i * H + j];
    return ng_rbm_show_rows(rbm, &line->filters, turned, H, args, error);
}

static gboolean
run(InfoLine *line, const NgArgs *args, GError **error)
{
    g_autoptr(NgRbm) rbm =
        ng_rbm_open_machine(args->n_rest > 0 ? args->rest[0] : line->path, error);

    if (rbm == NULL)
        return FALSE;
    line->filters.palette = NG_PALETTE_SIGNED;
    if (!ng_rbm_check_sheet(rbm, &line->filters, error) ||
        (line->filters.path != NULL && !save_filters(rbm, line, args, error)))
        return FALSE;
    g_autoptr(NgWriter) writer = ng_writer_new(ng_fact_columns, NG_FACT_COLUMNS, args);
    if (!put_shape(writer, rbm, error) || !put_manifest(writer, ng_rbm_manifest(rbm), error))
        return FALSE;
    if ((line->diagnose || line->data != NULL) && !put_diagnosis(writer, rbm, line, args, error))
        return FALSE;
    return ng_writer_flush(writer, error);
}

/* Options that would do nothing. */
static gboolean
check_line(const InfoLine *line, const NgArgs *args, GError **error)
{
    static const char *const of_chains[] = {"chains", "sweeps"}, *const of_sheet[] = {"columns",
                                                                                      "scale"};

    return (line->diagnose || line->data != NULL ||
            ng_args_refuse(args, of_chains, G_N_ELEMENTS(of_chains),
                           "goes with --diagnose or --data", error)) &&
           (line->data != NULL || ng_rbm_refuse_rows(&line->rows, "goes with --data", error)) &&
           (line->filters.path != NULL ||
            ng_args_refuse(args, of_sheet, G_N_ELEMENTS(of_sheet), "goes with --filters", error));
}

static const char examples[] =
    "  ngram rbm info digits.rbm\n"
    "  ngram rbm info digits.rbm --filters filters.png\n"
    "  ngram rbm info digits.rbm --data train-images.gz --threshold 0.5    do its chains mix?\n";

NgStatus
ng_rbm_info(int argc G_GNUC_UNUSED, char **argv, GError **error)
{
    InfoLine line = {.rows = NG_RBM_DATA_LINE_NONE};
    const NgOption options[] = {
        NG_RBM_MODEL(&line.path),
        NG_FLAG(0, "diagnose", &line.diagnose,
                "Run chains: R-hat, effective sample size, autocorrelation, dead units"),
        NG_FILES(0, "data", &line.data, "FILE", "The same, with chains that begin at these rows"),
        NG_COUNT(0, "chains", &line.chains, 4, 100000, "C", "Markov chains (16)"),
        NG_COUNT(0, "sweeps", &line.sweeps, 8, 10000000, "N", "Steps of each that count (1000)"),
        NG_FILE(0, "filters", &line.filters.path, "FILE",
                "The weights of each hidden unit as a picture (.png, .pgm) or row (.csv, .npy)"),
        NG_COUNT(0, "columns", &line.filters.columns, 1, 10000, "N",
                 "Pictures side by side (a square)"),
        NG_RBM_SCALE(&line.filters),
        NG_RBM_DATA_TABLE(&line.rows),
        {0},
    };
    const NgSyntax syntax = {
        .arguments = "[MACHINE]",
        .about = "Prints what the file of a Boltzmann machine holds: its units, how it was made;\n"
                 "and, if asked, whether its chains mix and what its hidden units do.",
        .examples = examples,
        .options = options,
        .shared = NG_SHARED_OUTPUT | NG_SHARED_SEED | NG_SHARED_THREADS | NG_SHARED_STRICT |
                  NG_SHARED_QUIET | NG_SHARED_VERBOSE,
        .most = 1,
    };
    g_auto(NgArgs) args = {0};
    NgStatus status = NG_STATUS_DONE;

    if (!ng_args_parse(&args, &syntax, argv, &status, error))
        return status;
    if (args.n_rest > 0 && line.path != NULL) {
        ng_cli_usage_error(error, "the machine is named twice: '%s', and by -m", args.rest[0]);
        return NG_STATUS_TROUBLE;
    }
    if (!check_line(&line, &args, error))
        return NG_STATUS_TROUBLE;
    return run(&line, &args, error) ? NG_STATUS_DONE : NG_STATUS_TROUBLE;
}

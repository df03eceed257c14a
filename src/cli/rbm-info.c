/* ngram rbm info - what a Boltzmann machine's file holds. */
#include "rbm-cli.h"
#include "writer.h"

static const NgColumn columns[] = {
    {"group", NG_CELL_TEXT},
    {"key", NG_CELL_TEXT},
    {"value", NG_CELL_TEXT},
};

static gboolean
put(NgWriter *writer, const char *group, const char *key, const char *value, GError **error)
{
    ng_writer_text(writer, group, -1);
    ng_writer_text(writer, key, -1);
    ng_writer_text(writer, value, -1);
    return ng_writer_end_row(writer, error);
}

static gboolean
put_number(NgWriter *writer, const char *group, const char *key, guint64 x, GError **error)
{
    g_autofree char *value = g_strdup_printf("%" G_GUINT64_FORMAT, x);

    return put(writer, group, key, value, error);
}

static gboolean
put_shape(NgWriter *writer, const NgRbm *rbm, GError **error)
{
    static const char *const kinds[] = {"binary", "softmax", "gaussian", "counts"};
    guint n = 0;
    const NgUnitGroup *groups = ng_rbm_groups(rbm, &n);

    if (!put_number(writer, "machine", "visible", ng_rbm_visible(rbm), error) ||
        !put_number(writer, "machine", "hidden", ng_rbm_hidden(rbm), error))
        return FALSE;
    if (ng_rbm_width(rbm) > 0) {
        g_autofree char *size = g_strdup_printf("%ux%u", ng_rbm_width(rbm), ng_rbm_height(rbm));
        if (!put(writer, "machine", "picture", size, error))
            return FALSE;
    }
    if (ng_rbm_labels(rbm) > 0 &&
        !put_number(writer, "machine", "labels", ng_rbm_labels(rbm), error))
        return FALSE;
    for (guint g = 0; g < n; g++)
        if (!put_number(writer, "units", kinds[groups[g].kind], groups[g].size, error))
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
            if (!put(writer, *group, *key, value, error))
                return FALSE;
        }
    }
    return TRUE;
}

static const char examples[] = "  ngram rbm info digits.rbm\n"
                               "  ngram rbm info -m digits.rbm --format json\n";

NgStatus
ng_rbm_info(int argc G_GNUC_UNUSED, char **argv, GError **error)
{
    const char *path = NULL;
    const NgOption options[] = {NG_RBM_MODEL(&path), {0}};
    const NgSyntax syntax = {
        .arguments = "[MACHINE]",
        .about = "Prints what the file of a Boltzmann machine holds: its units, how it was made.",
        .examples = examples,
        .options = options,
        .shared = NG_SHARED_OUTPUT | NG_SHARED_QUIET,
        .most = 1,
    };
    g_auto(NgArgs) args = {0};
    NgStatus status = NG_STATUS_DONE;

    if (!ng_args_parse(&args, &syntax, argv, &status, error))
        return status;
    if (args.n_rest > 0 && path != NULL) {
        ng_cli_usage_error(error, "the machine is named twice: '%s', and by -m", args.rest[0]);
        return NG_STATUS_TROUBLE;
    }
    g_autoptr(NgRbm) rbm = ng_rbm_open_machine(args.n_rest > 0 ? args.rest[0] : path, error);
    if (rbm == NULL)
        return NG_STATUS_TROUBLE;
    g_autoptr(NgWriter) writer = ng_writer_new(columns, G_N_ELEMENTS(columns), &args);
    if (!put_shape(writer, rbm, error) || !put_manifest(writer, ng_rbm_manifest(rbm), error) ||
        !ng_writer_flush(writer, error))
        return NG_STATUS_TROUBLE;
    return NG_STATUS_DONE;
}

/* Makes a model smaller, where the command line says so, and tells what is left of it. */
#include "prune-options.h"

#include "cli.h"

#include "ngram/number.h"
#include "ngram/prune.h"

#include <math.h>
#include <string.h>

static gboolean
parse(const NgPruneLine *self, NgPruneOptions *options, GError **error)
{
    static const NgPruneHistory histories[] = {NG_PRUNE_HISTORY_CHAIN, NG_PRUNE_HISTORY_STATIONARY};

    if (self->entropy != NULL &&
        (!ng_number_to_double(self->entropy, strlen(self->entropy), &options->threshold) ||
         !(options->threshold >= 0.0) || isinf(options->threshold)))
        return ng_cli_usage_error(error, "--prune-entropy: '%s' is no number from 0 up, as 1e-8",
                                  self->entropy);
    options->target = self->target;
    options->history = self->history >= 0 ? histories[self->history] : NG_PRUNE_HISTORY_AUTO;
    return TRUE;
}

gboolean
ng_prune_line_given(const NgPruneLine *self)
{
    return self->entropy != NULL || self->target > 0;
}

/* Whether what is given makes sense, before any work is done; @arpa where ARPA text is written. */
gboolean
ng_prune_line_check(const NgPruneLine *self, gboolean arpa, GError **error)
{
    NgPruneOptions options = {0};

    if (self->target > 0 && arpa)
        return ng_cli_usage_error(error, "--target-size is of model files: with ARPA text take "
                                         "--prune-entropy");
    if (self->history >= 0 && !ng_prune_line_given(self))
        return ng_cli_usage_error(error, "--prune-history goes with --prune-entropy or "
                                         "--target-size");
    return parse(self, &options, error);
}

static void
report(const NgModel *model)
{
    GKeyFile *manifest = ng_model_manifest(model);
    g_autofree char *threshold =
        g_key_file_get_string(manifest, "prune-entropy", "threshold", NULL);
    g_autoptr(GString) text = g_string_new(NULL);

    for (unsigned k = 2; k <= ng_model_order(model); k++) {
        g_autofree char *key = g_strdup_printf("0.%u", k);
        g_autofree char *kept = g_key_file_get_string(manifest, "prune-entropy", key, NULL);
        g_string_append_printf(text, "%s %u-grams: %s", k > 2 ? "," : ";", k, kept);
    }
    if (g_key_file_has_key(manifest, "prune-entropy", "bytes", NULL))
        g_string_append_printf(
            text, "; bytes: %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " wanted",
            g_key_file_get_uint64(manifest, "prune-entropy", "bytes", NULL),
            g_key_file_get_uint64(manifest, "prune-entropy", "bytes-wanted", NULL));
    ng_cli_note("pruned by entropy, threshold %s%s", threshold, text->str);
}

/**
 * ng_prune_line_apply:
 * @model: (transfer full): a model
 *
 * Returns: (transfer full): what is left of it; itself where nothing was said; %NULL with @error
 */
NgModel *
ng_prune_line_apply(const NgPruneLine *self, const NgArgs *args, NgModel *model, GError **error)
{
    g_autoptr(NgModel) whole = model;
    NgPruneOptions options = {.threads = (unsigned)args->threads};

    if (!ng_prune_line_given(self))
        return g_steal_pointer(&whole);
    if (!parse(self, &options, error))
        return NULL;
    NgModel *pruned = ng_prune_model(whole, &options, error);
    if (pruned != NULL && !args->quiet)
        report(pruned);
    return pruned;
}

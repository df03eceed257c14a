/* Packing a model, and what that costs, for the commands that write model files. */
#include "pack.h"

#include "ngram/loss.h"

/* --quantize packs, and --held-out measures what that loses: neither means anything alone.
 * @target is the --target-size, 0 where there is none. */
gboolean
ng_pack_options_check(const NgPackOptions *self, gboolean arpa, guint64 target, GError **error)
{
    if (target > 0 && self->compact)
        return ng_cli_usage_error(error, "--target-size bounds a file that is not packed: prune by "
                                         "--prune-entropy before --compact");
    if (arpa && self->compact)
        return ng_cli_usage_error(error, "--compact packs a model file, not ARPA text");
    if (self->bits > 0 && !self->compact)
        return ng_cli_usage_error(error, "--quantize goes with --compact");
    if (self->held_out != NULL && self->bits == 0)
        return ng_cli_usage_error(error, "--held-out goes with --quantize");
    return TRUE;
}

/* How far from 1 a distribution of @model may sum: float32 logarithms are good to 1e-6, those of
 * ARPA files as a rule to 1e-4; a quantised model says how far it is off. */
double
ng_pack_tolerance(const NgModel *model)
{
    GKeyFile *manifest = ng_model_manifest(model);
    double deviation = g_key_file_get_double(manifest, "quantize", "deviation", NULL);

    for (size_t i = 0; i < ng_model_parts(model); i++)
        deviation = MAX(deviation, ng_pack_tolerance(ng_model_part(model, i).model) - 1e-4);
    return 1e-4 + MAX(deviation, 0.0);
}

static void
report(GKeyFile *manifest, guint64 bits)
{
    const double exact = g_key_file_get_double(manifest, "quantize", "perplexity-exact", NULL);
    const double less = g_key_file_get_double(manifest, "quantize", "perplexity-quantized", NULL);
    g_autofree char *text = g_key_file_get_string(manifest, "quantize", "text", NULL);
    guint64 words = g_key_file_get_uint64(manifest, "quantize", "words", NULL);

    ng_cli_note("quantised to %" G_GUINT64_FORMAT
                " bits: perplexity %.8g, was %.8g (%s text, %" G_GUINT64_FORMAT " words)",
                bits, less, exact, text, words);
}

/* Returns: (transfer full): the model as it is to be saved */
NgModel *
ng_pack(NgModel *model, const NgPackOptions *options, gboolean quiet, GError **error)
{
    if (!options->compact)
        return ng_model_plain(model);
    if (options->bits == 0)
        return ng_model_compact(model, error);
    if (g_key_file_has_group(ng_model_manifest(model), "quantize")) {
        ng_cli_usage_error(error, "--quantize: the model is quantised already, and what a second "
                                  "time costs cannot be told (take the exact one)");
        return NULL;
    }
    g_autoptr(NgModel) exact = ng_model_plain(model);
    g_autoptr(NgModel) small = ng_model_quantize(exact, (unsigned)options->bits, error);
    if (small == NULL || !ng_loss_measure(exact, small, options->held_out, error))
        return NULL;
    if (!quiet)
        report(ng_model_manifest(small), options->bits);
    return g_steal_pointer(&small);
}

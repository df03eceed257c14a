/*
 * What was learned, on standard error, from the manifest: its groups
 * "discounts" and "fallback" have a key VOICE.ORDER each, VOICE a number; the
 * values are D1;D2;D3 and a reason.  Its group "attribution-fallback" has a reason for
 * each thing that was done otherwise.  Its group "model" has the authors without text
 * and the invalid bytes.
 */
#include "train-report.h"

#include "cli.h"

#include <string.h>

/* The discounts of the whole but for fallbacks, which are told apart; those of the authors stand
 * in the manifest. */
static void
report_discounts(GKeyFile *manifest)
{
    g_auto(GStrv) keys = g_key_file_get_keys(manifest, "discounts", NULL, NULL);

    for (char **key = keys; key != NULL && *key != NULL; key++) {
        if (!g_str_has_prefix(*key, "0.") || g_key_file_has_key(manifest, "fallback", *key, NULL))
            continue;
        g_auto(GStrv) d = g_key_file_get_string_list(manifest, "discounts", *key, NULL, NULL);
        g_autofree char *list = g_strjoinv(" ", d);
        ng_cli_note("order %s: discounts %s", *key + 2, list);
    }
}

/* A fallback is never passed over in silence. */
static void
report_fallbacks(const NgModel *model, GKeyFile *manifest)
{
    g_auto(GStrv) keys = g_key_file_get_keys(manifest, "fallback", NULL, NULL);

    for (char **key = keys; key != NULL && *key != NULL; key++) {
        g_autofree char *reason = g_key_file_get_string(manifest, "fallback", *key, NULL);
        g_autofree char *d = g_key_file_get_string(manifest, "discounts", *key, NULL);
        char *order = NULL;
        guint64 voice = g_ascii_strtoull(*key, &order, 10);
        g_autofree char *whose = NULL;
        if (voice > 0 && voice < ng_model_voices(model))
            whose = g_strdup_printf("author %s, ", ng_model_voice_name(model, voice));
        ng_cli_note("%sorder %s: fallback discounts %s: %s", whose != NULL ? whose : "",
                    *order == '.' ? order + 1 : order, d != NULL ? d : "", reason);
    }
}

/* Many authors and few files are nothing out of the way; too little to fit the odds to is. */
static void
report_attribution(GKeyFile *manifest, gboolean quiet)
{
    static const char group[] = "attribution-fallback";
    g_auto(GStrv) keys = g_key_file_get_keys(manifest, group, NULL, NULL);

    for (char **key = keys; key != NULL && *key != NULL; key++) {
        gboolean grave = g_str_equal(*key, "combination") || g_str_equal(*key, "authors");
        g_autofree char *reason = g_key_file_get_string(manifest, group, *key, NULL);
        if (grave || !quiet)
            ng_cli_note("attribution: %s: %s", *key, reason);
    }
}

/* Folders, or files, that were to be authors. */
static void
report_mute(GKeyFile *manifest)
{
    g_auto(GStrv) names =
        g_key_file_get_string_list(manifest, "model", "authors-left-out", NULL, NULL);
    g_autofree char *list = names != NULL ? g_strjoinv(", ", names) : NULL;

    if (list != NULL)
        ng_cli_note("authors without a word, who are left out: %s", list);
}

static void
report_sizes(const NgModel *model, double seconds)
{
    g_autoptr(GString) sizes = g_string_new(NULL);
    const NgVoice *whole = ng_model_voice(model, 0);

    for (unsigned k = 1; k <= ng_voice_order(whole); k++)
        g_string_append_printf(sizes, " %zu", ng_voice_level_ngrams(whole, k));
    ng_cli_note("n-grams by order:%s; voices: %zu; %.2f s", sizes->str, ng_model_voices(model),
                seconds);
}

void
ng_train_report(const NgArgs *args, const NgModel *model, double seconds)
{
    GKeyFile *manifest = ng_model_manifest(model);

    if (args->verbose)
        report_sizes(model, seconds);
    if (manifest == NULL)
        return;
    if (!args->quiet)
        report_discounts(manifest);
    report_fallbacks(model, manifest);
    report_attribution(manifest, args->quiet);
    report_mute(manifest);
    ng_cli_note_invalid(g_key_file_get_uint64(manifest, "model", "invalid-bytes", NULL));
}

/* ngram info - what a model file holds. */
#include "args.h"
#include "cli.h"
#include "facts.h"
#include "pack.h"

#include "ngram/number.h"
#include "ngram/voice.h"

#include <sys/stat.h>

/* The name of a voice as people may call it: the whole has none. */
static const char *
voice_name(const NgModel *model, size_t index)
{
    const char *name = ng_model_voice_name(model, index);

    return *name != '\0' ? name : "(all)";
}

static gboolean
put_sizes(NgWriter *writer, const char *group, const NgModel *model, GError **error)
{
    return ng_fact_number(writer, group, "order", ng_model_order(model), error) &&
           ng_fact_number(writer, group, "words", ng_vocab_size(ng_model_vocab(model)), error) &&
           ng_fact_number(writer, group, "voices", ng_model_voices(model), error);
}

static gboolean
put_file(NgWriter *writer, const char *group, const char *path, GError **error)
{
    struct stat info;

    if (!ng_fact(writer, group, "path", path, error))
        return FALSE;
    return stat(path, &info) != 0 || !S_ISREG(info.st_mode) ||
           ng_fact_number(writer, group, "bytes", (guint64)info.st_size, error);
}

/* N-grams of each order of each voice, as an ARPA file would count them. */
static gboolean
put_voices(NgWriter *writer, const char *prefix, const NgModel *model, GError **error)
{
    for (size_t i = 0; i < ng_model_voices(model); i++) {
        const NgVoice *voice = ng_model_voice(model, i);
        g_autofree char *group = g_strdup_printf("%svoice %s", prefix, voice_name(model, i));
        for (unsigned k = 1; k <= ng_voice_order(voice); k++) {
            g_autofree char *key = g_strdup_printf("%u-grams", k);
            if (!ng_fact_number(writer, group, key, ng_voice_level_ngrams(voice, k), error))
                return FALSE;
        }
    }
    return TRUE;
}

static gboolean
put_manifest(NgWriter *writer, GKeyFile *manifest, GError **error)
{
    g_auto(GStrv) groups = g_key_file_get_groups(manifest, NULL);

    for (char **group = groups; *group != NULL; group++) {
        g_auto(GStrv) keys = g_key_file_get_keys(manifest, *group, NULL, NULL);
        for (char **key = keys; key != NULL && *key != NULL; key++) {
            if (g_str_equal(*group, "model") && g_str_equal(*key, "order"))
                continue; /* put_model() has it from the model itself */
            g_autofree char *value = g_key_file_get_string(manifest, *group, *key, NULL);
            if (!ng_fact(writer, *group, *key, value, error))
                return FALSE;
        }
    }
    return TRUE;
}

/* A mixture: its own sizes, then its parts, each in groups that begin with its number. */
static gboolean
put_parts(NgWriter *writer, const NgModel *model, GError **error)
{
    if (!ng_fact_number(writer, "mixture", "parts", ng_model_parts(model), error) ||
        !put_sizes(writer, "mixture", model, error))
        return FALSE;
    for (size_t i = 0; i < ng_model_parts(model); i++) {
        NgModelPart part = ng_model_part(model, i);
        g_autofree char *group = g_strdup_printf("part %zu", i + 1);
        g_autofree char *prefix = g_strdup_printf("part %zu ", i + 1);
        char weight[NG_NUMBER_SIZE];
        weight[ng_number_from_double(weight, part.weight)] = '\0';
        if (!put_file(writer, group, part.name, error) ||
            !ng_fact(writer, group, "weight", weight, error) ||
            !put_sizes(writer, group, part.model, error) ||
            !put_voices(writer, prefix, part.model, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
put_model(NgWriter *writer, const NgModel *model, const char *path, GError **error)
{
    if (ng_model_parts(model) > 0)
        return put_parts(writer, model, error);
    return put_file(writer, "model", path, error) && put_sizes(writer, "model", model, error) &&
           put_voices(writer, "", model, error) &&
           put_manifest(writer, ng_model_manifest(model), error);
}

/* Checksums and links, then what every context sums to. */
static gboolean
check_model(const NgModel *model, const char *path, GError **error)
{
    /* a mixture sums to 1 where its parts do */
    for (size_t i = 0; i < ng_model_parts(model); i++) {
        NgModelPart part = ng_model_part(model, i);
        if (!check_model(part.model, part.name, error))
            return FALSE;
    }
    if (ng_model_parts(model) > 0)
        return TRUE;
    if (!ng_model_verify(model, error))
        return FALSE;
    for (size_t i = 0; i < ng_model_voices(model); i++)
        if (!ng_voice_check(ng_model_voice(model, i), ng_pack_tolerance(model), error)) {
            g_prefix_error(error, "%s: voice %s: ", path, voice_name(model, i));
            return FALSE;
        }
    return TRUE;
}

static const char examples[] = "  ngram info critics.ngram\n"
                               "  ngram info --check critics.ngram    is the file sound?\n"
                               "  ngram info                          the default model\n"
                               "  ngram info -m a.ngram=0.7 -m b.ngram=0.3\n";

NgStatus
ng_cmd_info(int argc G_GNUC_UNUSED, char **argv, GError **error)
{
    gboolean check = FALSE;
    const NgOption options[] = {
        NG_FLAG(0, "check", &check,
                "Verify the checksums, and that every context sums to 1 (within 0.0001; quantised: "
                "as it says)"),
        {0},
    };
    const NgSyntax syntax = {
        .arguments = "[MODEL]",
        .about = "Prints what a model file holds: sizes, voices, how it was made.",
        .examples = examples,
        .options = options,
        .shared = NG_SHARED_MODEL | NG_SHARED_OUTPUT | NG_SHARED_QUIET | NG_SHARED_VERBOSE,
        .most = 1,
    };
    g_auto(NgArgs) args = {0};
    NgStatus status = NG_STATUS_DONE;

    if (!ng_args_parse(&args, &syntax, argv, &status, error))
        return status;
    if (args.n_rest > 0 && args.models != NULL) {
        ng_cli_usage_error(error, "the model is named twice: '%s', and by -m", args.rest[0]);
        return NG_STATUS_TROUBLE;
    }
    if (args.n_rest > 0)
        args.model = args.rest[0];
    g_autofree char *path = ng_args_find_model(&args, error);
    g_autoptr(NgModel) model = path != NULL ? ng_args_open_model(&args, error) : NULL;
    if (model == NULL)
        return NG_STATUS_TROUBLE;
    g_autoptr(NgWriter) writer = ng_writer_new(ng_fact_columns, NG_FACT_COLUMNS, &args);
    if (!put_model(writer, model, path, error) || !ng_writer_flush(writer, error))
        return NG_STATUS_TROUBLE;
    return check && !check_model(model, path, error) ? NG_STATUS_TROUBLE : NG_STATUS_DONE;
}

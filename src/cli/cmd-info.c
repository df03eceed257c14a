/* ngram info - what a model file holds. */
#include "args.h"
#include "cli.h"
#include "writer.h"

#include "ngram/voice.h"

#include <sys/stat.h>

/* float32 logarithms are good to 1e-6, those of ARPA files as a rule to 1e-4 */
#define TOLERANCE 1e-4

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

/* The name of a voice as people may call it: the whole has none. */
static const char *
voice_name(const NgModel *model, size_t index)
{
    const char *name = ng_model_voice_name(model, index);

    return *name != '\0' ? name : "(all)";
}

static gboolean
put_model(NgWriter *writer, const NgModel *model, const char *path, GError **error)
{
    struct stat info;

    if (!put(writer, "model", "path", path, error))
        return FALSE;
    if (stat(path, &info) == 0 && S_ISREG(info.st_mode) &&
        !put_number(writer, "model", "bytes", (guint64)info.st_size, error))
        return FALSE;
    return put_number(writer, "model", "order", ng_model_order(model), error) &&
           put_number(writer, "model", "words", ng_vocab_size(ng_model_vocab(model)), error) &&
           put_number(writer, "model", "voices", ng_model_voices(model), error);
}

/* N-grams of each order of each voice, as an ARPA file would count them. */
static gboolean
put_voices(NgWriter *writer, const NgModel *model, GError **error)
{
    for (size_t i = 0; i < ng_model_voices(model); i++) {
        const NgVoice *voice = ng_model_voice(model, i);
        g_autofree char *group = g_strdup_printf("voice %s", voice_name(model, i));
        for (unsigned k = 1; k <= ng_voice_order(voice); k++) {
            g_autofree char *key = g_strdup_printf("%u-grams", k);
            if (!put_number(writer, group, key, ng_voice_level_ngrams(voice, k), error))
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
            if (!put(writer, *group, *key, value, error))
                return FALSE;
        }
    }
    return TRUE;
}

/* Checksums and links, then what every context sums to. */
static gboolean
check_model(const NgModel *model, const char *path, GError **error)
{
    if (!ng_model_verify(model, error))
        return FALSE;
    for (size_t i = 0; i < ng_model_voices(model); i++)
        if (!ng_voice_check(ng_model_voice(model, i), TOLERANCE, error)) {
            g_prefix_error(error, "%s: voice %s: ", path, voice_name(model, i));
            return FALSE;
        }
    return TRUE;
}

static const char examples[] = "  ngram info critics.ngram\n"
                               "  ngram info --check critics.ngram    is the file sound?\n"
                               "  ngram info                          the default model\n";

NgStatus
ng_cmd_info(int argc G_GNUC_UNUSED, char **argv, GError **error)
{
    gboolean check = FALSE;
    const NgOption options[] = {
        NG_FLAG(0, "check", &check,
                "Verify the checksums, and that every context sums to 1 (within 0.0001)"),
        {0},
    };
    const NgSyntax syntax = {
        .arguments = "[MODEL]",
        .about = "Prints what a model file holds: sizes, voices, how it was made.",
        .examples = examples,
        .options = options,
        .shared = NG_SHARED_OUTPUT | NG_SHARED_QUIET,
        .most = 1,
    };
    g_auto(NgArgs) args = {0};
    NgStatus status = NG_STATUS_DONE;

    if (!ng_args_parse(&args, &syntax, argv, &status, error))
        return status;
    if (args.n_rest > 0)
        args.model = args.rest[0];
    g_autofree char *path = ng_args_find_model(&args, error);
    g_autoptr(NgModel) model = path != NULL ? ng_model_open(path, error) : NULL;
    if (model == NULL)
        return NG_STATUS_TROUBLE;
    g_autoptr(NgWriter) writer = ng_writer_new(columns, G_N_ELEMENTS(columns), &args);
    if (!put_model(writer, model, path, error) || !put_voices(writer, model, error) ||
        !put_manifest(writer, ng_model_manifest(model), error) || !ng_writer_flush(writer, error))
        return NG_STATUS_TROUBLE;
    return check && !check_model(model, path, error) ? NG_STATUS_TROUBLE : NG_STATUS_DONE;
}

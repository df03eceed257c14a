/* ngram mix - the weights that mix models best. */
#include "args.h"
#include "cli.h"
#include "meter.h"
#include "writer.h"

#include "ngram/mix-tune.h"
#include "ngram/number.h"

#include <string.h>

static const NgColumn columns[] = {
    {"kind", NG_CELL_TEXT},         {"model", NG_CELL_TEXT}, {"weight", NG_CELL_DOUBLE},
    {"perplexity", NG_CELL_DOUBLE}, {"oov", NG_CELL_COUNT},
};

/* The models, all with the same weight. */
static NgModel *
open_equal(const NgArgs *args, GError **error)
{
    g_autoptr(GPtrArray) models = g_ptr_array_new_with_free_func((GDestroyNotify)ng_model_unref);
    g_autofree NgModelPart *parts = g_new0(NgModelPart, args->n_rest);

    for (size_t i = 0; i < args->n_rest; i++) {
        NgModel *model = ng_model_open(args->rest[i], error);
        if (model == NULL)
            return NULL;
        g_ptr_array_add(models, model);
        parts[i] = (NgModelPart){model, 1.0 / (double)args->n_rest, args->rest[i]};
    }
    return ng_model_mix(parts, args->n_rest, error);
}

/* A file's name as a shell takes it for one word. */
static char *
shell_word(const char *name)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                "%+,-./:@_";

    return name[strspn(name, plain)] == '\0' ? g_strdup(name) : g_shell_quote(name);
}

/* The options that mix the models so. */
static char *
paste_line(const NgModel *mix, const double *weight)
{
    GString *line = g_string_new(NULL);

    for (size_t i = 0; i < ng_model_parts(mix); i++) {
        NgModelPart part = ng_model_part(mix, i);
        char number[NG_NUMBER_SIZE];
        g_autofree char *name = shell_word(part.name);
        number[ng_number_from_double(number, weight != NULL ? weight[i] : part.weight)] = '\0';
        g_string_append_printf(line, "%s-m %s=%s", i > 0 ? " " : "", name, number);
    }
    return g_string_free(line, FALSE);
}

static gboolean
write_row(NgWriter *writer, const char *kind, const char *model, double weight,
          const NgScore *score, GError **error)
{
    ng_writer_text(writer, kind, -1);
    ng_writer_text(writer, model, -1);
    ng_writer_double(writer, weight);
    ng_writer_double(writer, ng_score_perplexity(score));
    ng_writer_count(writer, score->oov);
    return ng_writer_end_row(writer, error);
}

static gboolean
write_tuning(const NgMixTuning *tuning, const NgModel *mix, const NgArgs *args, GError **error)
{
    g_autoptr(NgWriter) writer = ng_writer_new(columns, G_N_ELEMENTS(columns), args);
    g_autofree char *before = paste_line(mix, NULL);
    g_autofree char *after = paste_line(mix, tuning->weight);

    for (size_t i = 0; i < tuning->n; i++)
        if (!write_row(writer, "part", ng_model_part(mix, i).name, tuning->weight[i],
                       &tuning->alone[i], error))
            return FALSE;
    return write_row(writer, "equal", before, 1.0, &tuning->before, error) &&
           write_row(writer, "tuned", after, 1.0, &tuning->after, error) &&
           ng_writer_flush(writer, error);
}

static const char examples[] =
    "  ngram mix --tune dev.txt reviews.ngram news.ngram\n"
    "  ngram mix --tune dev.txt --format json a.ngram b.arpa c.ngram\n"
    "  ngram score -m reviews.ngram=0.8 -m news.ngram=0.2 review.txt     what it is for\n";

NgStatus
ng_cmd_mix(int argc G_GNUC_UNUSED, char **argv, GError **error)
{
    static const NgUnit units[] = {NG_UNIT_LINE, NG_UNIT_PARAGRAPH, NG_UNIT_FILE};
    const char *dev[2] = {NULL, NULL};
    int unit = -1;
    const NgOption options[] = {
        NG_FILE(0, "tune", &dev[0], "FILE",
                "Text to be made likeliest, which no model was trained on"),
        NG_CHOICE(0, "unit", &unit, "line|paragraph|file",
                  "What one sequence of it is (as in training)"),
        {0},
    };
    const NgSyntax syntax = {
        .arguments = "MODEL MODEL...",
        .about = "Finds the weights with which a mixture of models has the least perplexity on a\n"
                 "text, by EM, and prints them as options -m that other commands take.",
        .examples = examples,
        .options = options,
        .shared = NG_SHARED_AUTHOR | NG_SHARED_OUTPUT | NG_SHARED_STRICT | NG_SHARED_QUIET |
                  NG_SHARED_VERBOSE,
        .least = 2,
        .most = NG_MIX_MAX,
    };
    g_auto(NgArgs) args = {0};
    NgStatus status = NG_STATUS_DONE;
    size_t voice = 0;

    if (!ng_args_parse(&args, &syntax, argv, &status, error))
        return status;
    if (dev[0] == NULL) {
        ng_cli_usage_error(error, "--tune FILE is wanted: a text that none of the models has seen");
        return NG_STATUS_TROUBLE;
    }
    g_autoptr(NgModel) mix = open_equal(&args, error);
    if (mix == NULL || !ng_args_find_voice(&args, mix, &voice, error))
        return NG_STATUS_TROUBLE;
    const NgMixTuneOptions wanted = {
        .unit = unit >= 0 ? units[unit] : ng_model_text(mix).unit,
        .strict_utf8 = args.strict_utf8,
    };
    g_auto(NgMeter) meter = ng_meter_new(&args);
    NgProgress progress = ng_meter_progress(&meter);
    g_autoptr(NgMixTuning) tuning = ng_mix_tune(mix, voice, dev, &wanted, &progress, error);
    ng_meter_clear(&meter);
    if (tuning == NULL)
        return NG_STATUS_TROUBLE;
    ng_cli_note_invalid(tuning->invalid);
    if (!write_tuning(tuning, mix, &args, error))
        return NG_STATUS_TROUBLE;
    if (!args.quiet)
        ng_cli_note("steps of EM: %u; no weights have a perplexity lower by more than %.2g %%",
                    tuning->steps, 100.0 * tuning->gap);
    return NG_STATUS_DONE;
}

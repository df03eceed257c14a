/* Text for the commands of ngram rbm, read as a machine's training text was. */
#include "rbm-text.h"

#include "meter.h"

#include "ngram/container.h"
#include "ngram/input.h"
#include "ngram/replicated.h"
#include "ngram/topics.h"

NgFeatures *
ng_rbm_open_text(NgRbm *rbm, int unit, const NgArgs *args, GError **error)
{
    static const NgUnit units[] = {NG_UNIT_LINE, NG_UNIT_PARAGRAPH, NG_UNIT_FILE};
    NgFeatures *features = ng_features_new_for_rbm(rbm, error);

    if (features == NULL)
        return NULL;
    if (unit >= 0)
        ng_features_set_unit(features, units[unit]);
    ng_features_set_strict(features, args->strict_utf8);
    return features;
}

/* What was read, and what of it the machine does not see. */
static void
note_report(const NgFeaturesReport *report)
{
    guint64 tokens = report->words + report->stop + report->unknown;
    double share = tokens > 0 ? 100.0 * (double)report->unknown / (double)tokens : 0.0;

    ng_cli_note_invalid(report->invalid);
    ng_cli_note("%" G_GUINT64_FORMAT " texts, %" G_GUINT64_FORMAT " words of the vocabulary, "
                "%" G_GUINT64_FORMAT " left out as too frequent, %" G_GUINT64_FORMAT
                " out of the vocabulary (%.1f %%)",
                report->documents, report->words, report->stop, report->unknown, share);
    if (report->left_out > 0)
        ng_cli_note("%" G_GUINT64_FORMAT " files beside the folders are left out",
                    report->left_out);
    if (report->empty > 0)
        ng_cli_note("%" G_GUINT64_FORMAT " texts have no word of the vocabulary", report->empty);
}

NgDataset *
ng_rbm_read_text(NgFeatures *features, const char *const *paths, const NgArgs *args, GError **error)
{
    g_auto(NgMeter) meter = ng_meter_new(args);
    NgProgress progress = ng_meter_progress(&meter);
    NgDataset *rows = ng_features_read(features, paths, &progress, error);

    ng_meter_clear(&meter);
    if (rows != NULL && !args->quiet)
        note_report(ng_features_report(features));
    return rows;
}

/* Where the data are no text: what speaks of text is refused. */
gboolean
ng_rbm_refuse_text(const NgArgs *args, GError **error)
{
    static const char *const options[] = {"counts",        "sets", "vocab", "vocab-size",
                                          "min-documents", "stop", "marks", "tokens",
                                          "pattern",       "case", "unit"};

    return ng_args_refuse(args, options, G_N_ELEMENTS(options), "goes with --text", error);
}

/* Whether a file begins as a machine does; a pipe is not looked into. */
static gboolean
is_machine(const char *path)
{
    const void *head = NULL;

    if (!g_file_test(path, G_FILE_TEST_IS_REGULAR))
        return FALSE;
    g_autoptr(NgInput) input = ng_input_open(path, NULL);
    gssize n = input != NULL ? ng_input_peek(input, &head, 8, NULL) : -1;
    return n > 0 && ng_container_probe(head, (size_t)n);
}

/* The words that --vocab names; options that would choose or cut others are refused. */
static NgFeatures *
given_words(const NgRbmTextLine *line, const NgFeaturesOptions *options, const NgArgs *args,
            GError **error)
{
    static const char *const choose[] = {"vocab-size", "min-documents", "stop"};
    static const char *const cut[] = {"marks", "tokens", "pattern", "case"};

    if (!ng_args_refuse(args, choose, G_N_ELEMENTS(choose), "does not go with --vocab", error))
        return NULL;
    if (!is_machine(line->vocab))
        return ng_features_new_for_list(line->vocab, options, error);
    if (!ng_args_refuse(args, cut, G_N_ELEMENTS(cut), "does not go with the machine of --vocab",
                        error))
        return NULL;
    g_autoptr(NgRbm) rbm = ng_rbm_open(line->vocab, error);
    g_autoptr(NgFeatures) words = rbm != NULL ? ng_features_new_for_rbm(rbm, error) : NULL;
    if (words == NULL) {
        if (rbm != NULL)
            g_prefix_error(error, "%s: ", line->vocab);
        return NULL;
    }
    ng_features_set_kind(words, options->kind);
    if (ng_args_given(args, "unit"))
        ng_features_set_unit(words, options->unit);
    ng_features_set_strict(words, args->strict_utf8);
    return g_steal_pointer(&words);
}

/* Words and rows of the texts on the command line, with words that are given, or with their own. */
static NgFeatures *
learn(const NgRbmTextLine *line, const NgFeaturesOptions *options, const NgArgs *args,
      NgDataset **rows, GError **error)
{
    g_auto(NgMeter) meter = ng_meter_new(args);
    NgProgress progress = ng_meter_progress(&meter);

    if (line->vocab == NULL)
        return ng_features_learn(ng_args_paths(args), options, &progress, rows, error);
    g_autoptr(NgFeatures) words = given_words(line, options, args, error);
    if (words == NULL)
        return NULL;
    ng_features_set_limit(words, options->limit);
    *rows = ng_features_learn_rows(words, ng_args_paths(args), &progress, error);
    return *rows != NULL ? g_steal_pointer(&words) : NULL;
}

/* The words of the texts on the command line (of the first LIMIT, if not 0), and the texts as rows. */
NgFeatures *
ng_rbm_learn_text(const NgRbmTextLine *line, guint64 limit, const NgArgs *args, NgDataset **rows,
                  GError **error)
{
    NgTrainOptions cut;
    NgFeaturesOptions options;

    if (line->counts && line->sets) {
        ng_cli_usage_error(error, "--counts or --sets, not both");
        return NULL;
    }
    ng_train_options_init(&cut);
    if (!ng_text_options_apply(&line->cut, &cut, error))
        return NULL;
    ng_features_options_init(&options);
    options.kind = line->sets ? NG_FEATURES_SETS : NG_FEATURES_COUNTS;
    options.tokens = cut.tokens;
    options.pattern = cut.pattern;
    options.fold = cut.fold;
    options.unit = cut.unit;
    options.strict_utf8 = args->strict_utf8;
    options.marks = line->marks;
    options.size = (guint)line->vocab_size;
    options.min_documents = (guint)line->min_documents;
    options.stop = (guint)line->stop;
    options.limit = limit;

    NgFeatures *features = learn(line, &options, args, rows, error);
    if (features != NULL && !args->quiet)
        note_report(ng_features_report(features));
    return features;
}

/* Words of a row, on the average. */
static double
mean_length(const NgDataset *rows)
{
    double sum = 0.0;

    for (size_t r = 0; r < ng_dataset_rows(rows); r++) {
        const guint *column = NULL;
        const float *value = NULL;
        guint n = ng_dataset_sparse(rows, r, &column, &value);
        for (guint i = 0; i < n; i++)
            sum += (double)value[i];
    }
    return sum / (double)MAX(ng_dataset_rows(rows), 1);
}

/*
 * What suits word counts, where the command line says nothing else.  The gradient grows with the
 * words of a text.  Chains of long texts hardly move from one topic to another, so persistent ones
 * stay behind the machine.  Units that are seldom on stand for one thing each.
 */
void
ng_rbm_suit_text(const NgRbm *rbm, const NgDataset *rows, const NgArgs *args, NgRbmTraining *how)
{
    if (!ng_replicated_fits(rbm))
        return;
    if (!ng_args_given(args, "method"))
        how->method = NG_RBM_CD;
    if (!ng_args_given(args, "rate"))
        how->rate = 10.0 / MAX(mean_length(rows), 10.0);
    if (!ng_args_given(args, "momentum")) {
        how->momentum = 0.9;
        how->momentum_early = 0.5;
    }
    if (!ng_args_given(args, "sparsity")) {
        how->sparsity = 0.2;
        how->sparsity_cost = 1.0;
    }
}

/* How often the units are on in the training text stays with the machine. */
void
ng_rbm_note_units(NgRbm *rbm, const NgDataset *rows)
{
    g_autofree float *mean = g_new(float, ng_rbm_hidden(rbm));

    ng_topics_means(rbm, rows, mean);
    ng_topics_note(rbm, mean);
}

/* ngram rbm perplexity - how likely texts are by a machine of word counts, beside a unigram model. */
#include "rbm-text.h"
#include "writer.h"

#include "ngram/replicated.h"

#include <math.h>

enum { EXACT_MOST = 20, LIMITS = 2 }; /* hidden units that are summed unasked; columns of limits */

static const NgColumn columns[] = {
    {"name", NG_CELL_TEXT},           {"words", NG_CELL_COUNT},    {"logprob", NG_CELL_DOUBLE},
    {"perplexity", NG_CELL_DOUBLE},   {"unigram", NG_CELL_DOUBLE}, {"logprob_low", NG_CELL_DOUBLE},
    {"logprob_high", NG_CELL_DOUBLE},
};
static const NgColumn summary_columns[] = {
    {"texts", NG_CELL_COUNT},    {"words", NG_CELL_COUNT},       {"oov", NG_CELL_COUNT},
    {"logprob", NG_CELL_DOUBLE}, {"perplexity", NG_CELL_DOUBLE}, {"unigram", NG_CELL_DOUBLE},
    {"low", NG_CELL_DOUBLE},     {"high", NG_CELL_DOUBLE},
};

/** PerplexityLine: the command line as given. */
typedef struct {
    const char *model;
    int unit;
    guint64 chains, sweeps;
    gboolean sampled, summary;
} PerplexityLine;

/** Sum: of all texts; logarithms in nats. */
typedef struct {
    guint64 words;
    double logprob, low, high, unigram;
} Sum;

static double
perplexity(double logprob, guint64 words)
{
    return words > 0 ? exp(-logprob / (double)words) : (double)NAN;
}

static NgReplicated *
make_sums(NgRbm *rbm, const PerplexityLine *line, const NgDataset *rows, const NgArgs *args,
          GError **error)
{
    NgReplicatedOptions options;

    if (!line->sampled && ng_rbm_hidden(rbm) <= EXACT_MOST)
        return ng_replicated_new(rbm, (unsigned)args->threads, error);
    ng_replicated_options_init(&options);
    options.longest = ng_replicated_longest(rows);
    options.chains = (guint)line->chains;
    options.sweeps = (guint)line->sweeps;
    options.seed = args->seed;
    options.threads = (unsigned)args->threads;
    return ng_replicated_new_sampled(rbm, &options, error);
}

static gboolean
write_text(NgWriter *writer, const char *name, const NgReplicatedScore *score, double unigram,
           gboolean exact, GError **error)
{
    ng_writer_text(writer, name, -1);
    ng_writer_count(writer, score->words);
    ng_writer_double(writer, score->logprob / G_LN10);
    ng_writer_double(writer, perplexity(score->logprob, score->words));
    ng_writer_double(writer, perplexity(unigram, score->words));
    if (!exact) {
        ng_writer_double(writer, score->low / G_LN10);
        ng_writer_double(writer, score->high / G_LN10);
    }
    return ng_writer_end_row(writer, error);
}

/* Rows of the texts, where there is a writer; adds all up. */
static gboolean
sum_texts(NgReplicated *sums, const NgFeatures *features, const NgDataset *rows, NgWriter *writer,
          Sum *sum, GError **error)
{
    gboolean exact = ng_replicated_is_exact(sums);

    for (size_t r = 0; r < ng_dataset_rows(rows); r++) {
        NgReplicatedScore score = ng_replicated_score(sums, rows, r);
        double unigram = ng_features_unigram(features, rows, r);
        sum->words += score.words;
        sum->logprob += score.logprob;
        sum->low += score.low;
        sum->high += score.high;
        sum->unigram += unigram;
        if (writer != NULL &&
            !write_text(writer, ng_dataset_name(rows, r), &score, unigram, exact, error))
            return FALSE;
    }
    return writer == NULL || ng_writer_flush(writer, error);
}

static gboolean
write_summary(const Sum *sum, const NgFeaturesReport *report, gboolean exact, const NgArgs *args,
              GError **error)
{
    size_t n = G_N_ELEMENTS(summary_columns) - (exact ? LIMITS : 0);
    g_autoptr(NgWriter) writer = ng_writer_new(summary_columns, n, args);

    ng_writer_count(writer, report->documents);
    ng_writer_count(writer, sum->words);
    ng_writer_count(writer, report->unknown);
    ng_writer_double(writer, sum->logprob / G_LN10);
    ng_writer_double(writer, perplexity(sum->logprob, sum->words));
    ng_writer_double(writer, perplexity(sum->unigram, sum->words));
    if (!exact) {
        ng_writer_double(writer, perplexity(sum->high, sum->words));
        ng_writer_double(writer, perplexity(sum->low, sum->words));
    }
    return ng_writer_end_row(writer, error) && ng_writer_flush(writer, error);
}

static void
note_summary(const Sum *sum, gboolean exact)
{
    double own = perplexity(sum->logprob, sum->words);
    double unigram = perplexity(sum->unigram, sum->words);

    if (exact)
        ng_cli_note("perplexity %.6g (log Z is exact), of a unigram model %.6g", own, unigram);
    else if (isnan(sum->low))
        ng_cli_note("perplexity %.6g, an estimate that too few chains carry (more --sweeps help), "
                    "of a unigram model %.6g",
                    own, unigram);
    else
        ng_cli_note("perplexity %.6g (from %.6g to %.6g, three standard deviations), of a unigram "
                    "model %.6g",
                    own, perplexity(sum->high, sum->words), perplexity(sum->low, sum->words),
                    unigram);
}

static gboolean
run(const PerplexityLine *line, const NgArgs *args, GError **error)
{
    g_autoptr(NgRbm) rbm = ng_rbm_open_machine(line->model, error);
    if (rbm == NULL)
        return FALSE;
    if (!ng_replicated_fits(rbm)) {
        ng_cli_usage_error(error, "the machine's units are no counts of words, so texts have no "
                                  "perplexity ('ngram rbm train --text --counts' makes some)");
        return FALSE;
    }
    g_autoptr(NgFeatures) features = ng_rbm_open_text(rbm, line->unit, args, error);
    if (features == NULL)
        return FALSE;
    g_autoptr(NgDataset) rows = ng_rbm_read_text(features, ng_args_paths(args), args, error);
    if (rows == NULL)
        return FALSE;
    g_autoptr(NgReplicated) sums = make_sums(rbm, line, rows, args, error);
    if (sums == NULL)
        return FALSE;

    gboolean exact = ng_replicated_is_exact(sums);
    size_t n = G_N_ELEMENTS(columns) - (exact ? LIMITS : 0);
    g_autoptr(NgWriter) writer = line->summary ? NULL : ng_writer_new(columns, n, args);
    Sum sum = {0};
    if (!sum_texts(sums, features, rows, writer, &sum, error))
        return FALSE;
    if (line->summary)
        return write_summary(&sum, ng_features_report(features), exact, args, error);
    if (!args->quiet)
        note_summary(&sum, exact);
    return TRUE;
}

static const char examples[] =
    "  ngram rbm perplexity -m reviews.rbm heldout.txt          a row a review\n"
    "  ngram rbm perplexity -m reviews.rbm --summary heldout/   of all of them\n"
    "  ngram rbm perplexity -m reviews.rbm --sampled --seed 1 heldout.txt   annealed, not exact\n";

NgStatus
ng_rbm_perplexity(int argc G_GNUC_UNUSED, char **argv, GError **error)
{
    PerplexityLine line = {.unit = -1, .chains = 100, .sweeps = 1};
    const NgOption options[] = {
        NG_RBM_MODEL(&line.model),
        NG_FLAG(0, "summary", &line.summary, "One row for all texts"),
        NG_FLAG(0, "sampled", &line.sampled, "Estimate log Z also where it can be summed"),
        NG_COUNT(0, "chains", &line.chains, 20, 1000000, "M", "Chains that estimate log Z (100)"),
        NG_COUNT(0, "sweeps", &line.sweeps, 1, 1000000, "K",
                 "Passes over the hidden units at each step of a chain (1)"),
        NG_RBM_UNIT(&line.unit),
        {0},
    };
    const NgSyntax syntax = {
        .arguments = "[FILE...]",
        .about = "Prints how likely the words of texts are by a machine of word counts, and their\n"
                 "perplexity by it and by a unigram model of its training text.",
        .examples = examples,
        .options = options,
        .shared = NG_SHARED_OUTPUT | NG_SHARED_SEED | NG_SHARED_THREADS | NG_SHARED_STRICT |
                  NG_SHARED_QUIET | NG_SHARED_VERBOSE,
        .most = G_MAXUINT,
    };
    g_auto(NgArgs) args = {0};
    NgStatus status = NG_STATUS_DONE;

    if (!ng_args_parse(&args, &syntax, argv, &status, error))
        return status;
    return run(&line, &args, error) ? NG_STATUS_DONE : NG_STATUS_TROUBLE;
}

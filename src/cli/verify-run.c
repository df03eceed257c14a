/*
 * Verification at the command line: no model, only texts by the author and by others.
 */
#include "verify-run.h"

#include "writer.h"

#include "ngram/verify.h"

static const NgColumn columns[] = {
    {"name", NG_CELL_TEXT},  {"words", NG_CELL_COUNT},        {"lambda", NG_CELL_DOUBLE},
    {"llr", NG_CELL_DOUBLE}, {"probability", NG_CELL_DOUBLE}, {"support", NG_CELL_TEXT},
};

typedef struct {
    NgVerifier *verifier;
    NgWriter *writer;
    gboolean denied;
} Run;

static gboolean
judge(const NgPassage *passage, gpointer data, GError **error)
{
    Run *run = data;
    NgVerdict verdict;

    gboolean calibrated = ng_verifier_is_calibrated(run->verifier);
    ng_verifier_judge(run->verifier, passage->text->str, passage->text->len, &verdict);
    const char *support = calibrated ? ng_verify_support(verdict.llr) : "not calibrated";
    run->denied = run->denied || !(verdict.llr > 0.0);
    ng_writer_text(run->writer, passage->name, -1);
    ng_writer_count(run->writer, verdict.words);
    ng_writer_double(run->writer, verdict.lambda);
    ng_writer_double(run->writer, verdict.llr);
    ng_writer_double(run->writer, verdict.probability);
    ng_writer_text(run->writer, support, -1);
    return ng_writer_end_row(run->writer, error);
}

static void
note(const NgVerifier *verifier)
{
    if (!ng_verifier_is_calibrated(verifier))
        ng_cli_note("llr is lambda / sqrt(tokens), not calibrated: the reference does not name "
                    "three authors with two documents each (a folder for each)");
    if (ng_verifier_is_short(verifier))
        ng_cli_note("the others wrote fewer sentences than the author: some are drawn again");
}

/**
 * ng_verify_run:
 * @denied: (out): some document is not by the author
 */
gboolean
ng_verify_run(const NgVerifyLine *line, const NgArgs *args, const NgPassageReading *reading,
              gboolean *denied, GError **error)
{
    NgVerifyOptions options;

    ng_verify_options_init(&options);
    options.threads = (unsigned)args->threads;
    g_autoptr(NgVerifier) verifier = ng_verifier_new(&options);
    if (!ng_verifier_read(verifier, (const char *const *)line->known, TRUE, error) ||
        !ng_verifier_read(verifier, (const char *const *)line->reference, FALSE, error) ||
        !ng_verifier_train(verifier, error))
        return FALSE;
    if (!args->quiet)
        note(verifier);
    g_autoptr(NgWriter) writer = ng_writer_new(columns, G_N_ELEMENTS(columns), args);
    Run run = {verifier, writer, FALSE};
    gboolean done = ng_passages(ng_args_paths(args), reading, judge, &run, error);
    *denied = run.denied;
    return done && ng_writer_flush(writer, error);
}

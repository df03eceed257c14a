/* ngram count - count the n-grams of texts. */
#include "args.h"
#include "cli.h"
#include "meter.h"
#include "text-options.h"

#include "ngram/train.h"

static const char examples[] =
    "  ngram count reviews.txt | sort -t \"$(printf '\\t')\" -k2 -nr | head\n"
    "  ngram count --looks -o 1.counts part1.txt   one of many; see 'ngram help merge'\n"
    "  ngram train --counts part1.counts           learn from counts\n";

NgStatus
ng_cmd_count(int argc G_GNUC_UNUSED, char **argv, GError **error)
{
    const char *output = "-";
    guint64 order = 3;
    gboolean looks = FALSE;
    NgTextOptions text = NG_TEXT_OPTIONS_NONE;
    const NgOption options[] = {
        NG_FILE('o', "output", &output, "FILE", "Where the counts go (standard output)"),
        NG_COUNT(0, "order", &order, 1, NG_ORDER_MAX, "N", "Words of the longest n-grams (3)"),
        NG_FLAG(0, "looks", &looks,
                "Say too how words were written, in lines that begin with a blank: a model of the "
                "counts learns its capitals from them"),
        NG_TEXT_OPTIONS_TABLE(&text),
        {0},
    };
    const NgSyntax syntax = {
        .arguments = "[PATH...]",
        .about = "Prints how often each n-gram occurs, sorted: NGRAM, TAB, COUNT.",
        .examples = examples,
        .options = options,
        .shared = NG_SHARED_THREADS | NG_SHARED_STRICT | NG_SHARED_QUIET,
        .most = G_MAXUINT,
    };
    g_auto(NgArgs) args = {0};
    NgStatus status = NG_STATUS_DONE;
    NgTrainOptions train_options;

    if (!ng_args_parse(&args, &syntax, argv, &status, error))
        return status;
    ng_train_options_init(&train_options);
    train_options.order = (unsigned)order;
    train_options.looks = looks;
    train_options.threads = (unsigned)args.threads;
    train_options.strict_utf8 = args.strict_utf8;
    g_autoptr(NgStore) store = ng_text_options_store(&text);
    train_options.store = store;
    if (!ng_text_options_apply(&text, &train_options, error))
        return NG_STATUS_TROUBLE;

    g_auto(NgMeter) meter = ng_meter_new(&args);
    NgProgress progress = ng_meter_progress(&meter);
    guint64 invalid = 0;
    gboolean ok =
        ng_train_count(ng_args_paths(&args), &train_options, output, &progress, &invalid, error);
    ng_meter_clear(&meter);
    ng_cli_note_invalid(invalid);
    return ok ? NG_STATUS_DONE : NG_STATUS_TROUBLE;
}

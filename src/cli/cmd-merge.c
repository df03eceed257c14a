/* ngram merge - add up files of counts. */
#include "args.h"
#include "cli.h"

#include "ngram/countfile.h"

static const char examples[] = "  ngram merge -o all.counts part1.counts part2.counts\n"
                               "  ngram merge *.counts.gz | ngram train --counts - -o all.ngram\n";

NgStatus
ng_cmd_merge(int argc G_GNUC_UNUSED, char **argv, GError **error)
{
    const char *output = "-";
    const NgOption options[] = {
        NG_FILE('o', "output", &output, "FILE", "Where the sums go (standard output)"),
        {0},
    };
    const NgSyntax syntax = {
        .arguments = "FILE...",
        .about = "Adds up counts of 'ngram count'.  The files must be sorted, as they come.",
        .examples = examples,
        .options = options,
        .shared = NG_SHARED_QUIET,
        .most = G_MAXUINT,
    };
    g_auto(NgArgs) args = {0};
    NgStatus status = NG_STATUS_DONE;

    if (!ng_args_parse(&args, &syntax, argv, &status, error))
        return status;
    return ng_countfile_merge(ng_args_paths(&args), output, error) ? NG_STATUS_DONE
                                                                   : NG_STATUS_TROUBLE;
}

/*
 * ngram - one program, one command a file
 *
 * main() reads what stands before the command, runs it, and prints its error:
 * nobody else does.  See cli.h for the exit status.
 */
#include "args.h"
#include "cli.h"
#include "suggest.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const NgCommand ng_commands[] = {
    {"train", ng_cmd_train, "learn a model from text"},
    {"score", ng_cmd_score, "the probability of texts, and who wrote them"},
    {"evaluate", ng_cmd_evaluate, "how well authors, or any labels, are told apart"},
    {"generate", ng_cmd_generate, "new texts, drawn from a model"},
    {"complete", ng_cmd_complete, "the likeliest words for the blanks of a text"},
    {"correct", ng_cmd_correct, "spelling mistakes mended, the rest byte for byte"},
    {"table", ng_cmd_table, "what word comes next, and how likely"},
    {"roll", ng_cmd_roll, "roll a biased die"},
    {"count", ng_cmd_count, "count the n-grams of texts"},
    {"merge", ng_cmd_merge, "add up files of counts"},
    {"mix", ng_cmd_mix, "the weights that mix models best"},
    {"info", ng_cmd_info, "what a model file holds"},
    {"convert", ng_cmd_convert, "between model file and ARPA"},
    {"rbm", ng_cmd_rbm, "restricted Boltzmann machines: images and word sets"},
    {"help", ng_cmd_help, "list the commands, or explain one"},
    {NULL, NULL, NULL},
};

/* An option that stands before the command, and is none of the two that may. */
static void
unknown_option(const char *option, GError **error)
{
    static const char *const names[] = {"--help", "--version"};
    const char *near = ng_suggest(option, names, G_N_ELEMENTS(names));

    if (near != NULL)
        ng_cli_usage_error(error, "unknown option %s; did you mean %s?", option, near);
    else
        ng_cli_usage_error(
            error, "unknown option %s; --help and --version alone come before a command", option);
}

static NgStatus
run(char **argv, GError **error)
{
    if (argv[0] == NULL || argv[1] == NULL) {
        ng_cli_usage_error(error, "no command given");
        return NG_STATUS_TROUBLE;
    }
    const char *first = argv[1];
    if (g_str_equal(first, "--version")) {
        if (argv[2] != NULL) {
            ng_cli_usage_error(error, "--version stands alone, but '%s' follows it", argv[2]);
            return NG_STATUS_TROUBLE;
        }
        puts("ngram " NG_VERSION);
        return NG_STATUS_DONE;
    }
    if (g_str_equal(first, "--help") || g_str_equal(first, "-h")) {
        return ng_cmd_help((int)g_strv_length(argv + 1), argv + 1, error);
    }
    if (first[0] == '-' && first[1] != '\0') {
        unknown_option(first, error);
        return NG_STATUS_TROUBLE;
    }
    return ng_cli_run_command(ng_commands, "ngram", argv + 1, error);
}

/* Says what went wrong.  A reader that has gone away is no error. */
static int
report(const GError *error)
{
    if (g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_PIPE))
        return NG_STATUS_DONE;
    ng_cli_say(error->message);
    if (error->domain == G_OPTION_ERROR)
        fprintf(stderr, "Try '%s --help'.\n", g_get_prgname());
    return NG_STATUS_TROUBLE;
}

int
main(int argc G_GNUC_UNUSED, char **argv)
{
    g_autoptr(GError) error = NULL;

    g_set_prgname("ngram");
    g_log_set_always_fatal((GLogLevelFlags)(G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK));
    /* the write that fails says it too */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);

    NgStatus status = run(argv, &error);
    g_assert((status == NG_STATUS_TROUBLE) == (error != NULL));
    if (error == NULL && !ng_cli_flush_output(&error))
        status = NG_STATUS_TROUBLE;
    return error == NULL ? (int)status : report(error);
}

/* ngram help - list the commands, or explain one. */
#include "args.h"
#include "cli.h"

#include <stdio.h>

static void
list_commands(void)
{
    fputs("Examples:\n"
          "  ngram train -o critics.ngram reviews/   learn a model; subfolders are authors\n"
          "  ngram score review.txt                  how probable is this text?\n"
          "  ngram generate -n 10                    ten new reviews\n"
          "  ngram complete \"the movie was ?\"        the likeliest words for the blank\n"
          "\n"
          "Usage: ngram [--version] [--help] COMMAND [OPTIONS] [ARGUMENTS]\n"
          "\n",
          stdout);
    ng_cli_list_commands(ng_commands);
    fputs("\n'ngram help COMMAND' and 'man ngram-COMMAND' explain a command.\n", stdout);
}

NgStatus
ng_cmd_help(int argc G_GNUC_UNUSED, char **argv, GError **error)
{
    const NgSyntax syntax = {
        .arguments = "[COMMAND [COMMAND OF rbm]]",
        .about = "Lists the commands, or says what one does.",
        .examples = "  ngram help\n  ngram help train\n  ngram help rbm train\n",
        .shared = NG_SHARED_QUIET,
        .most = 2,
    };
    g_auto(NgArgs) args = {0};
    NgStatus status;

    if (!ng_args_parse(&args, &syntax, argv, &status, error))
        return status;
    if (args.n_rest == 0) {
        list_commands();
        return NG_STATUS_DONE;
    }
    const NgCommand *command = ng_cli_find_command(ng_commands, args.rest[0], error);
    if (command == NULL)
        return NG_STATUS_TROUBLE;
    if (args.n_rest == 2 && command->run != ng_cmd_rbm) {
        ng_cli_usage_error(error, "%s has no commands of its own, as '%s' would be", command->name,
                           args.rest[1]);
        return NG_STATUS_TROUBLE;
    }

    g_autofree char *name = g_strdup_printf("ngram %s", command->name);
    char option[] = "--help", *second = args.n_rest == 2 ? args.rest[1] : option;
    char *help[] = {(char *)(guintptr)command->name, second, args.n_rest == 2 ? option : NULL,
                    NULL};
    g_set_prgname(name);
    return command->run(args.n_rest == 2 ? 3 : 2, help, error);
}

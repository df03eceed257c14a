/* ngram rbm - the commands of Boltzmann machines, each in a file of its own. */
#include "cli.h"
#include "rbm-cli.h"

#include <stdio.h>

static const NgCommand commands[] = {
    {"train", ng_rbm_train_command, "learn a Boltzmann machine from pictures, numbers or texts"},
    {"score", ng_rbm_score, "how likely rows are, or which machine made them"},
    {"sample", ng_rbm_sample, "rows drawn from a machine"},
    {"encode", ng_rbm_encode, "what the hidden units make of rows"},
    {"similar", ng_rbm_similar, "which rows are alike, to the hidden units and to the eye"},
    {"reconstruct", ng_rbm_reconstruct, "rows without what is noise to the machine"},
    {"complete", ng_rbm_complete, "the values that are missing in rows"},
    {"topics", ng_rbm_topics, "the words that hidden units stand for"},
    {"perplexity", ng_rbm_perplexity, "how likely texts are by a machine of word counts"},
    {"expect", ng_rbm_expect, "an expectation by sampling, beside the truth"},
    {"grid", ng_rbm_grid, "pixels that depend on their neighbours: a Markov network"},
    {"tables", ng_rbm_tables, "clique potentials: products, Z and probabilities, exactly"},
    {"info", ng_rbm_info, "what a Boltzmann machine's file holds"},
    {NULL, NULL, NULL},
};

static const char intro[] =
    "Examples:\n"
    "  ngram rbm train -o digits.rbm --hidden 500 --threshold 0.5 train-images.gz\n"
    "  ngram rbm info digits.rbm\n"
    "\n"
    "Usage: ngram rbm COMMAND [OPTIONS] [ARGUMENTS]\n"
    "\n"
    "Restricted Boltzmann machines: images, binary vectors, word sets and word counts.\n"
    "\n";

static void
list(void)
{
    fputs(intro, stdout);
    ng_cli_list_commands(commands);
    fputs("\nOptions:\n  -h, --help                    Print this and exit\n"
          "\n'ngram rbm COMMAND --help' and 'man ngram-rbm-COMMAND' explain a command.\n",
          stdout);
}

NgStatus
ng_cmd_rbm(int argc G_GNUC_UNUSED, char **argv, GError **error)
{
    const char *first = argv[1];

    if (first == NULL) {
        ng_cli_usage_error(error, "no command of rbm given");
        return NG_STATUS_TROUBLE;
    }
    if (g_str_equal(first, "--help") || g_str_equal(first, "-h") || g_str_equal(first, "help")) {
        list();
        return NG_STATUS_DONE;
    }
    if (first[0] == '-') {
        ng_cli_usage_error(error, "unknown option %s; --help alone comes before a command of rbm",
                           first);
        return NG_STATUS_TROUBLE;
    }
    return ng_cli_run_command(commands, "ngram rbm", argv + 1, error);
}

/* Opens the machine of -m, else that of $NGRAM_RBM. */
NgRbm *
ng_rbm_open_machine(const char *path, GError **error)
{
    if (path == NULL)
        path = g_getenv("NGRAM_RBM");
    if (path == NULL || *path == '\0') {
        ng_cli_usage_error(error,
                           "no machine given: -m FILE names one, 'ngram rbm train' makes one");
        return NULL;
    }
    return ng_rbm_open(path, error);
}

/* ngram convert - between model file and ARPA, smaller where wanted. */
#include "args.h"
#include "cli.h"
#include "pack.h"
#include "prune-options.h"

#include "ngram/arpa.h"

#include <unistd.h>

typedef enum { TO_ARPA, TO_NGRAM } Target; /* places of the names of --to */

/* What the name of the output says, where --to says nothing. */
static gboolean
choose_target(const char *path, int to, Target *target, GError **error)
{
    if (*path == '\0')
        return ng_cli_usage_error(error, "OUT is empty: name a file, or - for standard output");
    if (to >= 0)
        *target = (Target)to;
    else if (g_str_has_suffix(path, ".arpa"))
        *target = TO_ARPA;
    else if (g_str_has_suffix(path, ".ngram"))
        *target = TO_NGRAM;
    else
        return ng_cli_usage_error(error, "'%s' ends neither in .arpa nor in .ngram: say --to",
                                  path);
    return TRUE;
}

/* A model file, plain or packed. */
static gboolean
save(NgModel *model, const NgPackOptions *pack, gboolean quiet, const char *out, GError **error)
{
    g_autoptr(NgModel) packed = ng_pack(model, pack, quiet, error);

    return packed != NULL && ng_model_save(packed, out, error);
}

static const char examples[] =
    "  ngram convert lm.arpa lm.ngram                       opens in milliseconds\n"
    "  ngram convert critics.ngram critics.arpa             the whole, for other tools\n"
    "  ngram convert --author marlow critics.ngram marlow.arpa\n"
    "  ngram convert --target-size 10M big.ngram phone.ngram  as much of it as fits\n"
    "  ngram convert --compact lm.arpa small.ngram          the least space, nothing lost\n"
    "  ngram convert --to arpa lm.ngram - | gzip > lm.arpa.gz\n";

NgStatus
ng_cmd_convert(int argc G_GNUC_UNUSED, char **argv, GError **error)
{
    int to = -1;
    NgPackOptions pack = {0};
    NgPruneLine prune = NG_PRUNE_LINE_NONE;
    const NgOption options[] = {
        NG_CHOICE(0, "to", &to, "arpa|ngram", "What to write (else OUT's ending says)"),
        NG_PRUNE_OPTIONS_TABLE(&prune),
        NG_PACK_OPTIONS_TABLE(&pack),
        {0},
    };
    const NgSyntax syntax = {
        .arguments = "IN OUT",
        .about = "Turns a model file into ARPA text, or ARPA text into a model file, and "
                 "makes it smaller.",
        .examples = examples,
        .options = options,
        .shared = NG_SHARED_AUTHOR | NG_SHARED_THREADS | NG_SHARED_QUIET,
        .least = 2,
        .most = 2,
    };
    g_auto(NgArgs) args = {0};
    NgStatus status = NG_STATUS_DONE;
    Target target = TO_ARPA;
    size_t voice = 0;

    if (!ng_args_parse(&args, &syntax, argv, &status, error))
        return status;
    const char *out = args.rest[1];
    if (!choose_target(out, to, &target, error) ||
        !ng_prune_line_check(&prune, target == TO_ARPA, error) ||
        !ng_pack_options_check(&pack, target == TO_ARPA, prune.target, error))
        return NG_STATUS_TROUBLE;
    if (target == TO_NGRAM && args.author != NULL) {
        ng_cli_usage_error(error, "--author picks a voice for ARPA; a model file takes them all");
        return NG_STATUS_TROUBLE;
    }
    if (target == TO_NGRAM && g_str_equal(out, "-") && isatty(STDOUT_FILENO) == 1) {
        ng_cli_usage_error(error, "a model file is nothing for a terminal: name one");
        return NG_STATUS_TROUBLE;
    }
    g_autoptr(NgModel) model = ng_model_open(args.rest[0], error);
    /* all of it is read anyway, and what is written has checksums of its own */
    if (model == NULL || (ng_model_is_mapped(model) && !ng_model_verify(model, error)) ||
        !ng_args_find_voice(&args, model, &voice, error))
        return NG_STATUS_TROUBLE;
    model = ng_prune_line_apply(&prune, &args, g_steal_pointer(&model), error);
    if (model == NULL)
        return NG_STATUS_TROUBLE;
    gboolean ok = target == TO_ARPA ? ng_arpa_write(model, voice, out, error)
                                    : save(model, &pack, args.quiet, out, error);
    return ok ? NG_STATUS_DONE : NG_STATUS_TROUBLE;
}

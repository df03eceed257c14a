/* ngram table - what word comes next, and how likely. */
#include "args.h"
#include "cli.h"
#include "pack.h"
#include "writer.h"

#include "ngram/table.h"
#include "ngram/walk.h"

#include <math.h>
#include <string.h>

static const NgColumn columns[] = {
    {"word", NG_CELL_TEXT},         {"probability", NG_CELL_DOUBLE},
    {"cumulative", NG_CELL_DOUBLE}, {"order", NG_CELL_COUNT},
    {"bar", NG_CELL_BAR},
};

/* Takes the walk behind the words of the context; a note on those unknown. */
static gboolean
find_context(const NgModel *model, const NgArgs *args, gboolean anywhere, NgWalk *walk,
             GError **error)
{
    g_autoptr(NgTokenizer) tokenizer = ng_model_tokenizer(model, error);
    if (tokenizer == NULL)
        return FALSE;

    g_autofree char *text = args->n_rest > 0 ? g_strjoinv(" ", args->rest) : g_strdup("");
    gboolean first = TRUE;
    NgToken token;
    if (!anywhere)
        ng_walk_begin(walk);
    ng_tokenizer_start(tokenizer, text, strlen(text));
    while (ng_tokenizer_next(tokenizer, &token)) {
        NgWord word = ng_vocab_find(ng_model_vocab(model), token.text, token.length);
        if (word == NG_WORD_UNKNOWN && !args->quiet)
            ng_cli_note("the model does not know '%.*s'", (int)token.length, token.text);
        if (anywhere && word == NG_WORD_BEGIN)
            ng_walk_begin(walk);
        else if (word != NG_WORD_BEGIN || !first) /* given first, it is meant anyway */
            ng_walk_step(walk, word, NULL);
        first = FALSE;
    }
    return TRUE;
}

static gboolean
write_rows(const NgModel *model, const NgTableRow *sides, size_t n, const NgArgs *args,
           GError **error)
{
    g_autoptr(NgWriter) writer = ng_writer_new(columns, G_N_ELEMENTS(columns), args);
    double sum = 0;

    for (size_t i = 0; i < n; i++) {
        size_t length = 0;
        const char *word = ng_vocab_word(ng_model_vocab(model), sides[i].word, &length);
        sum += sides[i].p;
        ng_writer_text(writer, word, (gssize)length);
        ng_writer_double(writer, sides[i].p);
        ng_writer_double(writer, sum);
        ng_writer_count(writer, sides[i].order);
        ng_writer_double(writer, sides[0].p > 0 ? sides[i].p / sides[0].p : 0);
        if (!ng_writer_end_row(writer, error))
            return FALSE;
    }
    return ng_writer_flush(writer, error);
}

static const char examples[] =
    "  ngram table                          how texts begin\n"
    "  ngram table 'the movie'              after a text's first words\n"
    "  ngram table --anywhere 'of'          after a word, wherever it stands\n"
    "  ngram table -k 0 --check 'the'       all words; exit 1 unless they sum to 1\n";

NgStatus
ng_cmd_table(int argc G_GNUC_UNUSED, char **argv, GError **error)
{
    guint64 k = 20;
    gboolean anywhere = FALSE, check = FALSE;
    const NgOption options[] = {
        NG_COUNT('k', "rows", &k, 0, G_MAXUINT64, "K", "How many words, 0 for all (20)"),
        NG_FLAG(0, "anywhere", &anywhere, "The context may stand anywhere, not at the beginning"),
        NG_FLAG(0, "check", &check,
                "Exit 1 unless all words sum to 1 (within 0.0001; quantised: more)"),
        {0},
    };
    const NgSyntax syntax = {
        .arguments = "[CONTEXT]",
        .about = "Prints P(word | context), the likeliest first: the biased die that the model\n"
                 "rolls there.  Without a context: the beginning of a text.",
        .examples = examples,
        .options = options,
        .shared = NG_SHARED_MODEL | NG_SHARED_AUTHOR | NG_SHARED_OUTPUT | NG_SHARED_QUIET |
                  NG_SHARED_VERBOSE,
        .most = G_MAXUINT,
    };
    g_auto(NgArgs) args = {0};
    NgStatus status = NG_STATUS_DONE;
    size_t index = 0, n = 0;
    NgWalk walk;
    double sum = 0;

    if (!ng_args_parse(&args, &syntax, argv, &status, error))
        return status;
    g_autoptr(NgModel) model = ng_args_open_model(&args, error);
    if (model == NULL || !ng_args_find_voice(&args, model, &index, error))
        return NG_STATUS_TROUBLE;
    ng_walk_init(&walk, model, index);
    if (!find_context(model, &args, anywhere, &walk, error))
        return NG_STATUS_TROUBLE;
    g_autofree NgTableRow *sides =
        check || k == 0 ? ng_table_all(&walk, &n, &sum) : ng_table_best(&walk, k, &n);
    if (!write_rows(model, sides, k == 0 ? n : MIN(n, k), &args, error))
        return NG_STATUS_TROUBLE;
    if (check && !args.quiet)
        ng_cli_note("the whole sums to %.7g", sum);
    return check && !(fabs(sum - 1) <= ng_pack_tolerance(model)) ? NG_STATUS_NO : NG_STATUS_DONE;
}

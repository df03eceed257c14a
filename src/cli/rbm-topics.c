/* ngram rbm topics - the words that the hidden units of a machine stand for. */
#include "rbm-text.h"
#include "writer.h"

#include "ngram/topics.h"

/** TopicsLine: the command line as given. */
typedef struct {
    const char *model;
    guint64 k;
    int by, unit;
    gboolean words, against;
} TopicsLine;

/** Topics: what all units share. @mean: [H] where the units are; @given: whether texts say so */
typedef struct {
    NgRbm *rbm;
    const TopicsLine *line;
    const float *mean;
    gboolean given;
} Topics;

static const NgColumn word_columns[] = {
    {"unit", NG_CELL_COUNT},    {"rank", NG_CELL_COUNT}, {"word", NG_CELL_TEXT},
    {"weight", NG_CELL_DOUBLE}, {"on", NG_CELL_DOUBLE},  {"off", NG_CELL_DOUBLE},
    {"gain", NG_CELL_DOUBLE},
};
static const NgColumn unit_columns[] = {
    {"unit", NG_CELL_COUNT}, {"words", NG_CELL_TEXT}, {"on", NG_CELL_DOUBLE}};

/* The words that come first, from the front or from the back. */
static const NgTopicWord *
pick(const Topics *t, const NgTopicWord *words, guint n, guint i)
{
    return &words[t->line->against ? n - 1 - i : i];
}

static gboolean
write_words(const Topics *t, NgWriter *writer, guint unit, const NgTopicWord *words, guint n,
            GError **error)
{
    for (guint i = 0; i < MIN(n, t->line->k); i++) {
        const NgTopicWord *word = pick(t, words, n, i);
        ng_writer_count(writer, unit);
        ng_writer_count(writer, i + 1);
        ng_writer_text(writer, ng_rbm_name(t->rbm, word->word), -1);
        ng_writer_double(writer, word->weight);
        ng_writer_double(writer, word->on);
        ng_writer_double(writer, word->off);
        ng_writer_double(writer, word->gain);
        if (!ng_writer_end_row(writer, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
write_unit(const Topics *t, NgWriter *writer, guint unit, const NgTopicWord *words, guint n,
           GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < MIN(n, t->line->k); i++)
        g_string_append_printf(text, "%s%s", i > 0 ? " " : "",
                               ng_rbm_name(t->rbm, pick(t, words, n, i)->word));
    ng_writer_count(writer, unit);
    ng_writer_text(writer, text->str, (gssize)text->len);
    if (t->given)
        ng_writer_double(writer, (double)t->mean[unit]);
    return ng_writer_end_row(writer, error);
}

static gboolean
write_topics(const Topics *t, const NgArgs *args, GError **error)
{
    static const NgTopicsOrder orders[] = {NG_TOPICS_RELEVANCE, NG_TOPICS_WEIGHT, NG_TOPICS_GAIN,
                                           NG_TOPICS_SHARE};
    NgTopicsOrder order = t->line->by >= 0 ? orders[t->line->by] : NG_TOPICS_RELEVANCE;
    g_autofree NgTopicWord *words = g_new(NgTopicWord, ng_rbm_visible(t->rbm));
    g_autoptr(NgWriter) writer =
        t->line->words
            ? ng_writer_new(word_columns, G_N_ELEMENTS(word_columns), args)
            : ng_writer_new(unit_columns, G_N_ELEMENTS(unit_columns) - (t->given ? 0 : 1), args);

    for (guint unit = 0; unit < ng_rbm_hidden(t->rbm); unit++) {
        guint n = ng_topics_of(t->rbm, unit, t->mean, order, words);
        if (!(t->line->words ? write_words : write_unit)(t, writer, unit, words, n, error))
            return FALSE;
    }
    return ng_writer_flush(writer, error);
}

static gboolean
topics(const TopicsLine *line, const NgArgs *args, GError **error)
{
    g_autoptr(NgRbm) rbm = ng_rbm_open_machine(line->model, error);
    if (rbm == NULL)
        return FALSE;
    g_autoptr(NgFeatures) features = ng_rbm_open_text(rbm, line->unit, args, error);
    if (features == NULL)
        return FALSE;
    g_autoptr(NgDataset) rows = NULL;
    if (args->n_rest > 0 &&
        (rows = ng_rbm_read_text(features, ng_args_paths(args), args, error)) == NULL)
        return FALSE;
    g_autofree float *mean = g_new(float, ng_rbm_hidden(rbm));
    if (rows != NULL && ng_dataset_columns(rows) != ng_rbm_visible(rbm)) {
        ng_cli_usage_error(error, "the machine has units beside those of its words, so texts alone "
                                  "do not say which hidden units are on");
        return FALSE;
    }
    gboolean noted = ng_topics_noted(rbm, mean);
    if (rows != NULL)
        ng_topics_means(rbm, rows, mean);
    const Topics t = {rbm, line, mean, rows != NULL || noted};
    return write_topics(&t, args, error);
}

static const char examples[] =
    "  ngram rbm topics -m reviews.rbm                    ten words for each hidden unit\n"
    "  ngram rbm topics -m reviews.rbm reviews.txt        as often on as in these texts\n"
    "  ngram rbm topics -m reviews.rbm -k 5 --words       a row a word, with its probabilities\n"
    "  ngram rbm topics -m reviews.rbm --against          the words that a unit makes rarer\n";

NgStatus
ng_rbm_topics(int argc G_GNUC_UNUSED, char **argv, GError **error)
{
    TopicsLine line = {.k = 10, .by = -1, .unit = -1};
    const NgOption options[] = {
        NG_RBM_MODEL(&line.model),
        NG_COUNT('k', "rows", &line.k, 1, G_MAXUINT32, "K", "Words of each unit (10)"),
        NG_CHOICE(0, "by", &line.by, "relevance|weight|gain|share",
                  "Words that the unit makes much more frequent and that are not rare (the "
                  "default), rare ones too, those that part its law most from that without it, or "
                  "the most frequent where it is on"),
        NG_FLAG(0, "against", &line.against, "The last words of that order, not the first"),
        NG_FLAG(0, "words", &line.words, "A row a word"),
        NG_RBM_UNIT(&line.unit),
        {0},
    };
    const NgSyntax syntax = {
        .arguments = "[FILE...]",
        .about =
            "Prints the words that each hidden unit of a machine stands for.  With texts: how\n"
            "often it is on in them, and words as they are where the other units are so.",
        .examples = examples,
        .options = options,
        .shared = NG_SHARED_OUTPUT | NG_SHARED_STRICT | NG_SHARED_QUIET,
        .most = G_MAXUINT,
    };
    g_auto(NgArgs) args = {0};
    NgStatus status = NG_STATUS_DONE;

    if (!ng_args_parse(&args, &syntax, argv, &status, error))
        return status;
    return topics(&line, &args, error) ? NG_STATUS_DONE : NG_STATUS_TROUBLE;
}

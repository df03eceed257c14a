/* ngram generate - new texts, drawn from a model. */
#include "args.h"
#include "cli.h"
#include "meter.h"
#include "sampling-options.h"
#include "writer.h"

#include "ngram/generate.h"
#include "ngram/parallel.h"

enum {
    SHARE = 256,       /* texts that a thread draws at a time */
    BATCH = 16 * SHARE /* texts drawn before they are written */
};

static const NgColumn columns[] = {{"logprob", NG_CELL_DOUBLE}, {"text", NG_CELL_TEXT}};

typedef struct {
    char *text;
    double logprob;
    gboolean cut;
} Draft;

typedef struct {
    NgGenerator **generators; /* [threads] */
    unsigned threads;
    guint64 seed;
    gboolean scores, tokens;
    gboolean cut;  /* a greedy text went in circles */
    guint64 first; /* number of the batch's first text */
    size_t n;      /* texts of the batch */
    size_t share;
    Draft drafts[BATCH];
    GError *errors[BATCH];
} Run;

static void
run_clear(Run *self)
{
    for (unsigned i = 0; i < self->threads; i++)
        ng_generator_free(self->generators[i]);
    for (size_t i = 0; i < BATCH; i++) {
        g_free(self->drafts[i].text);
        g_clear_error(&self->errors[i]);
    }
    g_free(self->generators);
    g_free(self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Run, run_clear)

/* Text i takes its chance from stream i: whoever draws it, it is the same. */
static void
draw(size_t index, unsigned thread, gpointer data)
{
    Run *self = data;
    NgGenerator *generator = self->generators[thread];
    size_t first = index * self->share;
    size_t n = MIN(self->share, self->n - first);
    NgGenerated generated[SHARE];

    ng_generator_draw_many(generator, self->seed, self->first + first, n, generated,
                           self->errors + first);
    for (size_t i = 0; i < n; i++) {
        Draft *draft = &self->drafts[first + i];
        if (self->errors[first + i] != NULL)
            continue;
        draft->logprob = generated[i].logprob;
        draft->cut = generated[i].cut;
        draft->text = self->tokens ? ng_generator_tokens(generator, &generated[i])
                                   : ng_generator_text(generator, &generated[i]);
        ng_generated_clear(&generated[i]);
    }
}

static gboolean
write_drafts(Run *self, NgWriter *writer, GError **error)
{
    for (size_t i = 0; i < self->n; i++) {
        Draft *draft = &self->drafts[i];
        if (self->errors[i] != NULL) {
            g_propagate_error(error, g_steal_pointer(&self->errors[i]));
            return FALSE;
        }
        self->cut = self->cut || draft->cut;
        if (self->scores)
            ng_writer_double(writer, draft->logprob);
        ng_writer_text(writer, draft->text, -1);
        g_clear_pointer(&draft->text, g_free);
        if (!ng_writer_end_row(writer, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
generate(Run *self, guint64 n, const NgArgs *args, GError **error)
{
    const NgColumn *first = self->scores ? columns : columns + 1;
    g_autoptr(NgWriter) writer = ng_writer_new(first, self->scores ? 2 : 1, args);
    g_auto(NgMeter) meter = ng_meter_new(args);
    NgProgress progress = ng_meter_progress(&meter);
    guint64 most = ng_writer_is_prompt(writer) ? self->threads : BATCH;

    ng_writer_set_meter(writer, &meter);
    if (!self->scores)
        ng_writer_set_plain(writer);
    for (self->first = 0; self->first < n; self->first += self->n) {
        self->n = (size_t)MIN(n - self->first, MIN(most, BATCH));
        self->share = MIN(SHARE, (self->n + self->threads - 1) / self->threads);
        ng_parallel((self->n + self->share - 1) / self->share, self->threads, draw, self);
        if (!write_drafts(self, writer, error))
            return FALSE;
        ng_progress_report(&progress, "generating", self->first + self->n, n);
    }
    if (self->cut && !args->quiet)
        ng_cli_note("the greedy text goes in circles and would never end: it is cut where it came "
                    "back, and its probability is without </s>");
    return ng_writer_flush(writer, error);
}

static Run *
new_run(NgModel *model, const NgGenerateOptions *options, const NgArgs *args, GError **error)
{
    g_autoptr(Run) run = g_new0(Run, 1);
    size_t voice = 0;

    if (!ng_args_find_voice(args, model, &voice, error))
        return NULL;
    run->threads = (unsigned)args->threads;
    run->seed = args->seed;
    run->generators = g_new0(NgGenerator *, run->threads);
    for (unsigned i = 0; i < run->threads; i++) {
        run->generators[i] = ng_generator_new(model, voice, options, error);
        if (run->generators[i] == NULL)
            return NULL;
    }
    return g_steal_pointer(&run);
}

static const char examples[] =
    "  ngram generate -n 10                         ten new reviews, one a line\n"
    "  ngram generate --author marlow --prefix 'The movie was'\n"
    "  ngram generate --greedy                      always the likeliest word\n"
    "  ngram generate -n 5 --temperature 0.7 --top-p 0.9   less daring ones\n"
    "  ngram generate --scores -n 3 --seed 1        the same three each time, log10 p before "
    "them\n";

NgStatus
ng_cmd_generate(int argc G_GNUC_UNUSED, char **argv, GError **error)
{
    guint64 n = 1, min_words = 0, max_words = 0, tries = 0;
    gboolean scores = FALSE, tokens = FALSE;
    NgGenerateOptions wanted = {0};
    NgSamplingOptions sampling = {0};
    const NgOption options[] = {
        NG_COUNT('n', "number", &n, 0, G_MAXUINT64, "N", "How many texts (1)"),
        NG_TEXT(0, "prefix", &wanted.prefix, "TEXT", "How each text begins"),
        NG_FLAG(0, "greedy", &wanted.greedy, "Always the likeliest word; no chance"),
        NG_SAMPLING_OPTIONS(&sampling),
        NG_FLAG(0, "no-unk", &wanted.no_unk, "Never the unknown word"),
        NG_COUNT(0, "min-words", &min_words, 0, G_MAXUINT32, "N", "Texts of at least N words (1)"),
        NG_COUNT(0, "max-words", &max_words, 1, G_MAXUINT32, "N", "Texts of at most N words"),
        NG_COUNT(0, "tries", &tries, 1, G_MAXUINT32, "N",
                 "Draw so many for each text that fits the bounds, then give up (10000)"),
        NG_FLAG(0, "scores", &scores, "The log10 probability before each text"),
        NG_FLAG(0, "tokens-out", &tokens, "Tokens as they are, parted by blanks"),
        {0},
    };
    const NgSyntax syntax = {
        .arguments = "",
        .about = "Prints new texts, one a line: exact samples of the model.",
        .examples = examples,
        .options = options,
        .shared = NG_SHARED_MODEL | NG_SHARED_AUTHOR | NG_SHARED_SEED | NG_SHARED_THREADS |
                  NG_SHARED_OUTPUT | NG_SHARED_QUIET | NG_SHARED_VERBOSE,
    };
    g_auto(NgArgs) args = {0};
    NgStatus status = NG_STATUS_DONE;

    if (!ng_args_parse(&args, &syntax, argv, &status, error))
        return status;
    if (!ng_sampling_options_read(&sampling, &args, &wanted, error))
        return NG_STATUS_TROUBLE;
    wanted.min_words = (guint)min_words;
    wanted.max_words = (guint)max_words;
    wanted.tries = (guint)tries;
    if (args.verbose && !wanted.greedy)
        ng_cli_note("seed %" G_GUINT64_FORMAT, args.seed);
    g_autoptr(NgModel) model = ng_args_open_model(&args, error);
    /* where an empty line is no text, none is written: it would not be scored as one */
    if (model != NULL && !ng_args_given(&args, "min-words") && !ng_model_keeps_empty(model))
        wanted.min_words = 1;
    g_autoptr(Run) run = model != NULL ? new_run(model, &wanted, &args, error) : NULL;
    if (run == NULL)
        return NG_STATUS_TROUBLE;
    run->scores = scores;
    run->tokens = tokens;
    return generate(run, n, &args, error) ? NG_STATUS_DONE : NG_STATUS_TROUBLE;
}

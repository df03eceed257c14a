/* ngram generate - new texts, drawn from a model. */
#include "args.h"
#include "cli.h"
#include "meter.h"
#include "sampling-options.h"
#include "writer.h"

#include "ngram/generate.h"
#include "ngram/parallel.h"

enum {
    SHARE = 256,        /* texts that a thread draws at a time */
    BATCH = 16 * SHARE, /* texts drawn before they are written */
    REDRAWS = 10000     /* times that a text is drawn for one that was not there before */
};

static const NgColumn columns[] = {{"logprob", NG_CELL_DOUBLE}, {"text", NG_CELL_TEXT}};

typedef struct {
    char *text;
    double logprob;
    gboolean cut, guided;
    guint tries, copied;
} Draft;

/** Asked: the options that ask something of whole texts, or of all of them. */
typedef struct {
    guint64 min_words, max_words, tries, novel;
    char **corpus; /* (nullable): paths */
    gboolean distinct, scores, tokens;
} Asked;

typedef struct {
    NgGenerator **generators; /* [threads] */
    unsigned threads;
    guint64 seed;
    gboolean scores, tokens;
    gboolean cut;     /* a greedy text went in circles */
    GHashTable *seen; /* (nullable): of the texts written, where each must be another */
    gboolean used_up; /* no other text was found */
    guint64 written, tries, guided, copied;
    guint most_copied;
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
    g_clear_pointer(&self->seen, g_hash_table_unref);
    g_free(self->generators);
    g_free(self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Run, run_clear)

static void
fill_draft(const Run *self, const NgGenerator *generator, NgGenerated *generated, Draft *draft)
{
    draft->logprob = generated->logprob;
    draft->cut = generated->cut;
    draft->guided = generated->guided;
    draft->tries = generated->tries;
    draft->copied = generated->copied;
    draft->text = self->tokens ? ng_generator_tokens(generator, generated)
                               : ng_generator_text(generator, generated);
    ng_generated_clear(generated);
}

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
    for (size_t i = 0; i < n; i++)
        if (self->errors[first + i] == NULL)
            fill_draft(self, generator, &generated[i], &self->drafts[first + i]);
}

/* Draws draft @i anew until it is a text that was not there before, from streams that no text
 * begins with; FALSE where it does not come to be, or with @error set. */
static gboolean
make_distinct(Run *self, size_t i, GError **error)
{
    Draft *draft = &self->drafts[i];

    for (guint64 trial = 0; g_hash_table_contains(self->seen, draft->text); trial++) {
        NgGenerated generated;
        guint64 stream = G_MAXUINT64 - ((self->first + i) * REDRAWS + trial);
        NgRng rng = ng_rng_new(self->seed, stream);
        guint tries = draft->tries;
        if (trial == REDRAWS) {
            self->used_up = TRUE;
            return FALSE;
        }
        if (!ng_generator_draw(self->generators[0], &rng, &generated, error))
            return FALSE;
        g_free(draft->text);
        fill_draft(self, self->generators[0], &generated, draft);
        draft->tries += tries;
    }
    g_hash_table_add(self->seen, g_strdup(draft->text));
    return TRUE;
}

static void
count_draft(Run *self, const Draft *draft)
{
    self->written++;
    self->tries += draft->tries;
    self->cut = self->cut || draft->cut;
    self->guided += draft->guided && draft->copied == 0;
    self->copied += draft->copied > 0;
    self->most_copied = MAX(self->most_copied, draft->copied);
}

static gboolean
write_drafts(Run *self, NgWriter *writer, GError **error)
{
    for (size_t i = 0; i < self->n; i++) {
        Draft *draft = &self->drafts[i];
        GError *trouble = g_steal_pointer(&self->errors[i]);
        if (trouble == NULL && self->seen != NULL && !make_distinct(self, i, &trouble) &&
            trouble == NULL)
            return TRUE;
        if (trouble != NULL) {
            g_propagate_error(error, trouble);
            return FALSE;
        }
        count_draft(self, draft);
        if (self->scores)
            ng_writer_double(writer, draft->logprob);
        ng_writer_text(writer, draft->text, -1);
        g_clear_pointer(&draft->text, g_free);
        if (!ng_writer_end_row(writer, error))
            return FALSE;
    }
    return TRUE;
}

/* What there is to know of the texts. */
static void
report(const Run *self, guint64 n, const NgArgs *args)
{
    if (self->used_up) /* told even when quiet: fewer texts came than were asked for */
        ng_cli_note("%" G_GUINT64_FORMAT " of the %" G_GUINT64_FORMAT
                    " texts wanted are different: after them, %d in a row were there before",
                    self->written, n, REDRAWS);
    if (self->copied > 0)
        ng_cli_note("%" G_GUINT64_FORMAT " texts copy too long a run: none without was found, and "
                    "up to %u words in a row are made of such runs",
                    self->copied, self->most_copied);
    if (args->quiet)
        return;
    if (self->guided > 0)
        ng_cli_note("%" G_GUINT64_FORMAT " texts avoid copies word by word, since no whole text "
                    "came to have none: they are new, but no exact samples",
                    self->guided);
    if (self->cut)
        ng_cli_note("the greedy text goes in circles and would never end: it is cut where it came "
                    "back, and its probability is without </s>");
    double chance = ng_generator_chance(self->generators[0]);
    if (args->verbose && chance > 0.0)
        ng_cli_note("what is asked has probability %.6g; where words must stand in a text, that is "
                    "how often they do",
                    chance);
    if (args->verbose && self->written > 0)
        ng_cli_note("%" G_GUINT64_FORMAT " texts drawn for %" G_GUINT64_FORMAT
                    " written, %.3g for each",
                    self->tries, self->written, (double)self->tries / (double)self->written);
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
    for (self->first = 0; self->first < n && !self->used_up; self->first += self->n) {
        self->n = (size_t)MIN(n - self->first, MIN(most, BATCH));
        self->share = MIN(SHARE, (self->n + self->threads - 1) / self->threads);
        ng_parallel((self->n + self->share - 1) / self->share, self->threads, draw, self);
        if (!write_drafts(self, writer, error))
            return FALSE;
        ng_progress_report(&progress, "generating", self->first + self->n, n);
    }
    if (!ng_writer_flush(writer, error))
        return FALSE;
    ng_meter_clear(&meter);
    report(self, n, args);
    return TRUE;
}

/* What may not be copied, where that was asked; whether there was no trouble. */
static gboolean
read_novelty(const Asked *asked, const NgModel *model, const NgArgs *args, NgNovelty **novelty,
             GError **error)
{
    g_auto(NgMeter) meter = ng_meter_new(args);
    NgProgress progress = ng_meter_progress(&meter);

    if (asked->novel == 0 && asked->corpus != NULL)
        return ng_cli_usage_error(error, "--corpus goes with --novel alone");
    if (asked->novel == 0)
        return TRUE;
    *novelty = asked->corpus != NULL
                   ? ng_novelty_of_files(model, (const char *const *)asked->corpus,
                                         (guint)asked->novel, &progress, error)
                   : ng_novelty_of_model(model, (guint)asked->novel, error);
    return *novelty != NULL;
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
        run->generators[i] = i == 0 ? ng_generator_new(model, voice, options, error)
                                    : ng_generator_copy(run->generators[0], error);
        if (run->generators[i] == NULL)
            return NULL;
    }
    return g_steal_pointer(&run);
}

/* All of it, once the options are understood. */
static NgStatus
run_all(guint64 n, const Asked *asked, NgGenerateOptions *wanted, const NgArgs *args,
        GError **error)
{
    g_autoptr(NgModel) model = ng_args_open_model(args, error);
    /* where an empty line is no text, none is written: it would not be scored as one */
    if (model != NULL && !ng_args_given(args, "min-words") && !ng_model_keeps_empty(model))
        wanted->min_words = 1;
    g_autoptr(NgNovelty) novelty = NULL;
    if (model == NULL || !read_novelty(asked, model, args, &novelty, error))
        return NG_STATUS_TROUBLE;
    wanted->novelty = novelty;
    g_autoptr(Run) run = new_run(model, wanted, args, error);
    if (run == NULL)
        return NG_STATUS_TROUBLE;
    guint copied = ng_generator_prefix_copied(run->generators[0]);
    if (copied > 0) /* told even when quiet: it is not what was asked for */
        ng_cli_note(
            "the prefix itself copies %u words in a row, which stay; only what comes behind "
            "them is new",
            copied);
    run->scores = asked->scores;
    run->tokens = asked->tokens;
    if (asked->distinct)
        run->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    if (!generate(run, n, args, error))
        return NG_STATUS_TROUBLE;
    return run->used_up ? NG_STATUS_NO : NG_STATUS_DONE;
}

static const char examples[] =
    "  ngram generate -n 10                         ten new reviews, one a line\n"
    "  ngram generate --author marlow --prefix 'The movie was'\n"
    "  ngram generate --greedy                      always the likeliest word\n"
    "  ngram generate -n 5 --temperature 0.7 --top-p 0.9   less daring ones\n"
    "  ngram generate --suffix 'the end.' --containing popcorn\n"
    "  ngram generate -n 5 --novel 4 --distinct     no five words in a row are copied, no text "
    "twice\n"
    "  ngram generate --scores -n 3 --seed 1        the same three each time, log10 p before "
    "them\n";

NgStatus
ng_cmd_generate(int argc G_GNUC_UNUSED, char **argv, GError **error)
{
    guint64 n = 1;
    Asked asked = {0};
    NgGenerateOptions wanted = {0};
    NgSamplingOptions sampling = {0};
    const NgOption options[] = {
        NG_COUNT('n', "number", &n, 0, G_MAXUINT64, "N", "How many texts (1)"),
        NG_TEXT(0, "prefix", &wanted.prefix, "TEXT", "How each text begins"),
        NG_FLAG(0, "greedy", &wanted.greedy, "Always the likeliest word; no chance"),
        NG_SAMPLING_OPTIONS(&sampling),
        NG_FLAG(0, "no-unk", &wanted.no_unk, "Never the unknown word"),
        NG_TEXT(0, "suffix", &wanted.suffix, "TEXT", "How each text ends"),
        NG_TEXT(0, "containing", &wanted.containing, "TEXT", "Words in a row in each text"),
        NG_COUNT(0, "novel", &asked.novel, 1, 1000, "K",
                 "No more than K words in a row are copied from the training text"),
        NG_FILES(0, "corpus", &asked.corpus, "PATH",
                 "That text, where the model does not hold it; may be given again"),
        NG_FLAG(0, "distinct", &asked.distinct, "No text twice"),
        NG_COUNT(0, "min-words", &asked.min_words, 0, G_MAXUINT32, "N",
                 "Texts of at least N words (1)"),
        NG_COUNT(0, "max-words", &asked.max_words, 1, G_MAXUINT32, "N", "Texts of at most N words"),
        NG_COUNT(0, "tries", &asked.tries, 1, G_MAXUINT32, "N",
                 "Draw so many for each text that meets what is asked, then give up (10000)"),
        NG_FLAG(0, "scores", &asked.scores, "The log10 probability before each text"),
        NG_FLAG(0, "tokens-out", &asked.tokens, "Tokens as they are, parted by blanks"),
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
    if (asked.distinct && wanted.greedy) {
        ng_cli_usage_error(error, "--distinct: the likeliest word each time gives one text");
        return NG_STATUS_TROUBLE;
    }
    wanted.min_words = (guint)asked.min_words;
    wanted.max_words = (guint)asked.max_words;
    wanted.tries = (guint)asked.tries;
    wanted.threads = (unsigned)args.threads;
    if (args.verbose && !wanted.greedy)
        ng_cli_note("seed %" G_GUINT64_FORMAT, args.seed);
    return run_all(n, &asked, &wanted, &args, error);
}

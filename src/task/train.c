/*
 * Training: text -> corpus -> counts -> voices -> model
 *
 * Words get their ids by falling frequency, so the same counts make the same
 * model wherever they came from; ARPA text and lmplz's way keep the order of
 * appearance.  The whole corpus is voice 0; every author is counted and smoothed
 * by itself, over the same vocabulary.
 */
#include "attribution.h"
#include "corpus.h"

#include "ngram/countfile.h"
#include "ngram/error.h"
#include "ngram/novelty.h"
#include "ngram/number.h"

#include <string.h>
#include <xxhash.h>

/**
 * ng_train_options_init:
 * @options: (out): the defaults: trigrams of folded words, modified Kneser-Ney
 */
void
ng_train_options_init(NgTrainOptions *options)
{
    g_return_if_fail(options != NULL);

    *options = (NgTrainOptions){.order = 3, .fold = TRUE, .attribution = TRUE, .threads = 1};
}

/* Words seen less often than asked for become <unk>; what stays is numbered as wanted. */
static void
renumber(NgCorpus *corpus, const NgTrainOptions *options, gboolean by_bytes)
{
    size_t V = ng_vocab_size(corpus->vocab);

    if (options->min_count > 1) {
        g_autofree uint32_t *count = ng_corpus_frequencies(corpus);
        g_autofree NgWord *map = g_new0(NgWord, V);
        g_autoptr(NgVocab) kept = ng_vocab_new();
        for (NgWord id = 0; id < V; id++) {
            size_t length = 0;
            const char *word = ng_vocab_word(corpus->vocab, id, &length);
            if (id < NG_WORDS_FIXED || count[id] >= options->min_count)
                map[id] = ng_vocab_add(kept, word, length);
        }
        ng_corpus_rename(corpus, g_steal_pointer(&kept), map);
    }
    if (options->stable_ids && !by_bytes)
        return;
    g_autofree uint32_t *count = ng_corpus_frequencies(corpus);
    g_autofree NgWord *map = g_new(NgWord, ng_vocab_size(corpus->vocab));
    NgVocab *sorted = ng_vocab_reordered(
        corpus->vocab, by_bytes ? NG_VOCAB_BY_BYTES : NG_VOCAB_BY_FREQUENCY, count, map);
    ng_corpus_rename(corpus, sorted, map);
}

/* The spans of one author's documents; of all of them where @author is -1.  Spans that touch
 * become one. */
static GArray *
spans_of(const NgCorpus *corpus, gint64 author)
{
    GArray *spans = g_array_new(FALSE, FALSE, sizeof(NgSpan));

    for (guint i = 0; i < corpus->documents->len; i++) {
        const NgCorpusDocument *d = &g_array_index(corpus->documents, NgCorpusDocument, i);
        if ((author >= 0 && d->author != author) || d->span.first == d->span.end)
            continue;
        NgSpan *last = spans->len > 0 ? &g_array_index(spans, NgSpan, spans->len - 1) : NULL;
        if (last != NULL && last->end == d->span.first)
            last->end = d->span.end;
        else
            g_array_append_val(spans, d->span);
    }
    return spans;
}

static NgCounts *
count_spans(const NgCorpus *corpus, const GArray *spans, unsigned order,
            const NgTrainOptions *options, GError **error)
{
    const NgStream stream = {corpus->stream, (const NgSpan *)(const void *)spans->data, spans->len,
                             ng_vocab_size(corpus->vocab)};

    return ng_counts_new(&stream, order, options->threads, options->store, error);
}

/**
 * Training: a model in the making.
 * @smooth: the options, with the words that stay
 * @keep: (nullable): [V] 0 for each word that is pruned
 * @map: (nullable): [V] the model's id of each word
 */
typedef struct {
    const NgTrainOptions *options;
    NgSmoothOptions smooth;
    guint8 *keep;
    NgWord *map;
    NgModel *model;
} Training;

/* Words as rare as the bound for order 1 go; the three fixed ones never. */
static void
choose_words(Training *t, const NgVocab *vocab, const uint32_t *count)
{
    size_t V = ng_vocab_size(vocab);

    if (t->options->smooth.prune[0] == 0)
        return;
    t->keep = g_new0(guint8, V);
    t->map = g_new(NgWord, V);
    NgWord next = 0;
    for (NgWord id = 0; id < V; id++) {
        t->keep[id] = id < NG_WORDS_FIXED || count[id] > t->options->smooth.prune[0];
        t->map[id] = t->keep[id] ? next++ : NG_WORD_NONE;
    }
    t->smooth.keep = t->keep;
}

static NgVocab *
kept_words(const Training *t, NgVocab *vocab)
{
    if (t->map == NULL)
        return ng_vocab_ref(vocab);
    NgVocab *kept = ng_vocab_new();
    for (NgWord id = 0; id < ng_vocab_size(vocab); id++) {
        size_t length = 0;
        const char *word = ng_vocab_word(vocab, id, &length);
        if (t->keep[id])
            ng_vocab_add(kept, word, length);
    }
    return kept;
}

/* What each order of a voice was discounted by, and where the closed form failed. */
static void
note_discounts(const Training *t, size_t voice, unsigned order, const NgDiscount *discounts)
{
    GKeyFile *manifest = ng_model_manifest(t->model);

    for (unsigned k = 0; k < order; k++) {
        const NgDiscount *d = &discounts[k];
        char number[3][NG_NUMBER_SIZE];
        if (d->d[1] <= 0.0F && d->d[2] <= 0.0F && d->d[3] <= 0.0F)
            continue;
        for (unsigned i = 0; i < 3; i++)
            ng_number_from_float(number[i], d->d[i + 1]);
        g_autofree char *key = g_strdup_printf("%zu.%u", voice, k + 1);
        g_autofree char *value = g_strjoin(";", number[0], number[1], number[2], NULL);
        g_key_file_set_string(manifest, "discounts", key, value);
        if (!d->fallback)
            continue;
        g_autofree char *reason = g_strdup_printf(
            "closed form undefined: %" G_GUINT64_FORMAT ", %" G_GUINT64_FORMAT
            ", %" G_GUINT64_FORMAT ", %" G_GUINT64_FORMAT " n-grams counted 1, 2, 3, 4 times",
            d->t[1], d->t[2], d->t[3], d->t[4]);
        g_key_file_set_string(manifest, "fallback", key, reason);
    }
}

static void
add_voice(Training *t, const char *name, NgCounts *counts)
{
    NgDiscount discounts[NG_ORDER_MAX];
    size_t index = ng_model_voices(t->model);
    unsigned order = ng_counts_order(counts);

    ng_model_add_voice(t->model, name, ng_smooth(counts, &t->smooth, discounts));
    note_discounts(t, index, order, discounts);
}

/* The settings that made the model, as a command line that says only what matters. */
static char *
settings_line(const NgTrainOptions *o)
{
    GString *line = g_string_new("ngram train");
    g_autofree char *smoothing = ng_smoothing_format(o->smooth.method, o->smooth.add);

    g_string_append_printf(line, " --order %u --smoothing %s --tokens %s --case %s --unit %s",
                           o->order, smoothing, ng_tokens_name(o->tokens),
                           o->fold ? "fold" : "keep", ng_unit_name(o->unit));
    if (o->min_count > 1)
        g_string_append_printf(line, " --min-count %" G_GUINT64_FORMAT, o->min_count);
    if (o->vocab != NULL)
        g_string_append(line, " --vocab FILE");
    if (o->smooth.fixed) {
        char d[3][NG_NUMBER_SIZE];
        for (unsigned i = 0; i < 3; i++)
            ng_number_from_float(d[i], o->smooth.discount[i]);
        g_string_append_printf(line, " --discount %s,%s,%s", d[0], d[1], d[2]);
    }
    for (unsigned k = 0; k < o->order && o->smooth.prune[o->order - 1] > 0; k++)
        g_string_append_printf(line, "%s%" G_GUINT64_FORMAT, k == 0 ? " --prune " : ",",
                               o->smooth.prune[k]);
    if (o->smooth.lmplz)
        g_string_append(line, " --compat lmplz");
    return g_string_free(line, FALSE);
}

static void
digest_words(XXH3_state_t *hash, const NgVocab *vocab)
{
    for (NgWord id = 0; id < ng_vocab_size(vocab); id++) {
        size_t length = 0;
        const char *word = ng_vocab_word(vocab, id, &length);
        XXH3_64bits_update(hash, word, length + 1);
    }
}

static gboolean
digest_ngram(const NgWord *words, unsigned n, guint64 count, gpointer data)
{
    const guint64 line[3] = {GUINT64_TO_LE((guint64)words[0]),
                             GUINT64_TO_LE(n > 1 ? (guint64)words[1] : G_MAXUINT64),
                             GUINT64_TO_LE(count)};

    XXH3_64bits_update(data, line, sizeof line);
    return TRUE;
}

/* XXH3 of the words, and of all counts up to bigrams: the same for the same text, however it was
 * counted, as long as words are numbered alike. */
static char *
digest(const NgCounts *counts, const NgVocab *vocab)
{
    XXH3_state_t *hash = XXH3_createState();

    XXH3_64bits_reset(hash);
    digest_words(hash, vocab);
    ng_counts_foreach(counts, MIN(2, ng_counts_order(counts)), digest_ngram, hash);
    char *text = g_strdup_printf("%016" G_GINT64_MODIFIER "x", XXH3_64bits_digest(hash));
    XXH3_freeState(hash);
    return text;
}

static void
note_manifest(const Training *t, const NgCounts *counts, const NgVocab *vocab,
              const uint32_t *frequency)
{
    GKeyFile *manifest = ng_model_manifest(t->model);
    const NgTrainOptions *o = t->options;
    g_autofree char *smoothing = ng_smoothing_format(o->smooth.method, o->smooth.add);
    g_autofree char *command = settings_line(o);
    g_autofree char *hash = digest(counts, vocab);

    g_key_file_set_string(manifest, "model", "version", NG_VERSION);
    g_key_file_set_string(manifest, "model", "command", command);
    g_key_file_set_uint64(manifest, "model", "order", o->order);
    g_key_file_set_string(manifest, "model", "smoothing", smoothing);
    g_key_file_set_string(manifest, "model", "corpus-digest", hash);
    g_key_file_set_uint64(manifest, "model", "sequences", frequency[NG_WORD_BEGIN]);
    g_key_file_set_uint64(manifest, "model", "tokens", ng_counts_tokens(counts));
}

/* What is known of the text beside its counts. */
static void
note_corpus(const Training *t, const NgCorpus *corpus)
{
    GKeyFile *manifest = ng_model_manifest(t->model);

    if (corpus->truecase != NULL)
        ng_truecase_store(corpus->truecase, t->map, t->model);
    if (corpus->invalid > 0)
        g_key_file_set_uint64(manifest, "model", "invalid-bytes", corpus->invalid);
    if (corpus->left_out > 0)
        g_key_file_set_uint64(manifest, "model", "files-left-out", corpus->left_out);
}

/* The text in the model's numbers, `</s>` behind each sequence. */
static void
store_text(const Training *t, const NgCorpus *corpus)
{
    NgWord *text = g_new(NgWord, corpus->length);
    size_t n = 0;

    for (size_t i = 0; i < corpus->length; i++) {
        NgWord word = corpus->stream[i];
        if (word == NG_WORD_BEGIN)
            continue;
        word = t->map != NULL ? t->map[word] : word;
        text[n++] = word != NG_WORD_NONE ? word : NG_WORD_UNKNOWN;
    }
    ng_model_add_section(t->model, NG_NOVELTY_TEXT, text, n * sizeof *text);
}

/* A voice for each author of whom there is text. */
static gboolean
add_authors(Training *t, const NgCorpus *corpus, const NgProgress *progress, GError **error)
{
    guint authors = t->options->whole_only ? 0 : corpus->authors->len;
    g_autoptr(GPtrArray) mute = g_ptr_array_new_with_free_func(g_free);

    for (guint a = 0; a < authors; a++) {
        g_autoptr(GArray) spans = spans_of(corpus, a);
        if (spans->len == 0) {
            const char *name = g_ptr_array_index(corpus->authors, a);
            g_ptr_array_add(mute, g_utf8_make_valid(name, -1)); /* as a key file wants it */
            continue;
        }
        NgCounts *own = count_spans(corpus, spans, t->options->order, t->options, error);
        if (own == NULL)
            return FALSE;
        ng_progress_report(progress, "estimating", a + 1, authors);
        add_voice(t, g_ptr_array_index(corpus->authors, a), own);
    }
    if (mute->len > 0)
        g_key_file_set_string_list(ng_model_manifest(t->model), "model", "authors-left-out",
                                   (const char *const *)mute->pdata, mute->len);
    return TRUE;
}

/* Everything after counting the whole; @corpus has no documents where there are counts alone. */
static NgModel *
make_model(Training *t, NgCounts *counts, NgVocab *vocab, NgCorpus *corpus,
           const NgProgress *progress, GError **error)
{
    const NgTrainOptions *options = t->options;
    const NgModelText text = {options->tokens, options->pattern, options->fold, options->unit};
    g_autofree uint32_t *frequency = ng_counts_frequencies(counts);

    choose_words(t, vocab, frequency);
    g_autoptr(NgVocab) kept = kept_words(t, vocab);
    t->model = ng_model_new(kept, &text);
    note_manifest(t, counts, vocab, frequency);
    ng_progress_report(progress, "estimating", 0, 0);
    add_voice(t, "", counts);
    if (!add_authors(t, corpus, progress, error))
        g_clear_pointer(&t->model, ng_model_unref);
    else
        note_corpus(t, corpus);
    if (t->model != NULL && options->keep_text)
        store_text(t, corpus);
    if (t->model != NULL && options->attribution && !options->whole_only &&
        !ng_attribution_train(t->model, corpus, t->map, options, progress, error))
        g_clear_pointer(&t->model, ng_model_unref);
    g_free(t->keep);
    g_free(t->map);
    return t->model;
}

/**
 * ng_train:
 * @paths: (nullable): files and folders; standard input where there are none
 * @options: what is wanted
 * @progress: (nullable): told of the work
 * @error: return location for a #GError, or %NULL
 *
 * Never fails for lack of data, save for having none at all: what the
 * discounts had to fall back on stands in the manifest's group `fallback`, by
 * `voice.order`.
 *
 * Errors: %G_FILE_ERROR; %NG_ERROR_FORMAT with path and line; %NG_ERROR_RANGE.
 *
 * Returns: (transfer full): the model
 */
NgModel *
ng_train(const char *const *paths, const NgTrainOptions *options, const NgProgress *progress,
         GError **error)
{
    g_return_val_if_fail(options != NULL, NULL);
    g_return_val_if_fail(options->order >= 1 && options->order <= NG_ORDER_MAX, NULL);

    Training training = {.options = options, .smooth = options->smooth};
    if (options->counts != NULL) {
        g_autoptr(NgVocab) vocab = NULL;
        NgCounts *counts = ng_countfile_read(options->counts, options->order, &vocab, error);
        if (counts == NULL)
            return NULL;
        g_autoptr(NgCorpus) rest = ng_corpus_of_counts(counts, vocab, options->fold, error);
        if (rest == NULL) {
            g_prefix_error(error, "%s: ", options->counts);
            ng_counts_free(counts);
            return NULL;
        }
        return make_model(&training, counts, vocab, rest, progress, error);
    }
    g_autoptr(NgCorpus) corpus = ng_corpus_read(paths, options, progress, error);
    if (corpus == NULL)
        return NULL;
    renumber(corpus, options, FALSE);
    g_autoptr(GArray) spans = spans_of(corpus, -1);
    ng_progress_report(progress, "counting", 0, 0);
    NgCounts *counts = count_spans(corpus, spans, options->order, options, error);
    if ((options->whole_only || corpus->authors->len == 0) && !options->keep_text)
        ng_corpus_drop_stream(corpus);
    return counts != NULL ? make_model(&training, counts, corpus->vocab, corpus, progress, error)
                          : NULL;
}

/**
 * ng_train_corpus:
 * @corpus: with its words in order of appearance, as ng_corpus_read() leaves it
 * @options: as in ng_train()
 * @error: return location for a #GError, or %NULL
 *
 * What ng_train() makes of a corpus, but for the voice of the whole, which is of
 * order 1: it costs most and says nothing of authors.
 *
 * Returns: (transfer full): a model to ask for authors alone
 */
NgModel *
ng_train_corpus(NgCorpus *corpus, const NgTrainOptions *options, GError **error)
{
    Training training = {.options = options, .smooth = options->smooth};

    renumber(corpus, options, FALSE);
    g_autoptr(GArray) spans = spans_of(corpus, -1);
    NgCounts *counts = count_spans(corpus, spans, 1, options, error);
    return counts != NULL ? make_model(&training, counts, corpus->vocab, corpus, NULL, error)
                          : NULL;
}

/* (transfer full): what a model wants to know of a text beside its counts. */
static NgLooks *
looks_of(const NgCorpus *corpus, const NgCounts *counts)
{
    g_autofree uint32_t *frequency = ng_counts_frequencies(counts);
    NgLooks *looks = ng_looks_new();

    ng_looks_add_invalid(looks, corpus->invalid);
    if (corpus->truecase != NULL)
        ng_truecase_tell(corpus->truecase, corpus->vocab, frequency, looks);
    return looks;
}

/**
 * ng_train_count:
 * @paths: (nullable): files and folders; standard input where there are none
 * @options: order, and how text is cut
 * @out: the count file; `-` is standard output
 * @progress: (nullable): told of the work
 * @invalid: (out) (optional): bytes of the text that are no UTF-8, once it has been read
 * @error: return location for a #GError, or %NULL
 *
 * Returns: whether the counts of all n-grams up to the order were written
 */
gboolean
ng_train_count(const char *const *paths, const NgTrainOptions *options, const char *out,
               const NgProgress *progress, guint64 *invalid, GError **error)
{
    g_return_val_if_fail(options != NULL && out != NULL, FALSE);

    g_autoptr(NgCorpus) corpus = ng_corpus_read(paths, options, progress, error);
    if (corpus == NULL)
        return FALSE;
    if (invalid != NULL)
        *invalid = corpus->invalid;
    renumber(corpus, options, TRUE);
    g_autoptr(GArray) spans = spans_of(corpus, -1);
    g_autoptr(NgCounts) counts = count_spans(corpus, spans, options->order, options, error);
    if (counts != NULL && options->looks)
        ng_counts_set_looks(counts, looks_of(corpus, counts));
    return counts != NULL && ng_countfile_write(counts, corpus->vocab, out, error);
}

/*
 * Entropy pruning of models: all voices by one threshold, or down to a size
 *
 * The least threshold whose file fits is looked for among float32 numbers, by
 * trial: prune, and ask how large the file would be.  What the next trial takes
 * is told by a straight line through the sizes known and 20 bytes an entry, 12
 * at the top level, which is right for plain files but for a few bytes of
 * padding: so four trials or so are enough, and any other measure of size is
 * met by a few more.
 */
#include "model-internal.h"
#include "prune-internal.h"

#include "ngram/error.h"
#include "ngram/number.h"

#include <string.h>

#define GROUP "prune-entropy"

enum { STRAIGHT = 6 }; /* trials by the straight line, before halving takes turns with it */

/**
 * Pruning:
 * @vocab: its words
 * @scores: [n] of each voice, raised
 * @history: as chosen
 */
typedef struct {
    const NgModel *model;
    const NgPruneOptions *options;
    NgVocab *vocab;
    NgPruneScores *scores;
    size_t n;
    NgPruneHistory history;
} Pruning;

static NgPruneHistory
choose_history(const NgModel *model, NgPruneHistory asked)
{
    g_autofree char *smoothing =
        g_key_file_get_string(ng_model_manifest(model), "model", "smoothing", NULL);

    if (asked != NG_PRUNE_HISTORY_AUTO)
        return asked;
    return g_strcmp0(smoothing, "mkn") == 0 || g_strcmp0(smoothing, "kn") == 0
               ? NG_PRUNE_HISTORY_STATIONARY
               : NG_PRUNE_HISTORY_CHAIN;
}

static void
note_voice(GKeyFile *manifest, size_t index, const NgVoice *before, const NgVoice *after)
{
    for (unsigned level = 2; level <= ng_voice_order(before); level++) {
        g_autofree char *key = g_strdup_printf("%zu.%u", index, level);
        g_autofree char *value = g_strdup_printf("%zu of %zu", ng_voice_level_ngrams(after, level),
                                                 ng_voice_level_ngrams(before, level));
        g_key_file_set_string(manifest, GROUP, key, value);
    }
}

/* The vocabulary anew, since that of a mapped model goes with it. */
static NgVocab *
copy_words(const NgVocab *vocab)
{
    NgVocab *copy = ng_vocab_new();

    for (NgWord id = 0; id < ng_vocab_size(vocab); id++) {
        size_t length = 0;
        const char *word = ng_vocab_word(vocab, id, &length);
        ng_vocab_add(copy, word, length);
    }
    return copy;
}

/* Returns: (transfer full): the model without what scores below @threshold, and it says so. */
static NgModel *
prune_by(const Pruning *p, double threshold)
{
    const NgModel *old = p->model;
    NgModel *self = ng_model_new(p->vocab, &old->text);
    char number[NG_NUMBER_SIZE];
    gsize length = 0;
    g_autofree char *manifest = g_key_file_to_data(old->manifest, &length, NULL);

    g_key_file_load_from_data(self->manifest, manifest, length, G_KEY_FILE_KEEP_COMMENTS, NULL);
    g_key_file_remove_group(self->manifest, GROUP, NULL);
    ng_number_from_double(number, threshold);
    g_key_file_set_string(self->manifest, GROUP, "threshold", number);
    g_key_file_set_string(self->manifest, GROUP, "history",
                          p->history == NG_PRUNE_HISTORY_STATIONARY ? "stationary" : "chain");
    for (size_t v = 0; v < p->n; v++) {
        NgVoice *voice = ng_prune_scores_apply(&p->scores[v], threshold);
        ng_model_add_voice(self, ng_model_voice_name(old, v), voice);
        note_voice(self->manifest, v, ng_model_voice(old, v), voice);
    }
    for (size_t i = 0; i < old->surfaces.n; i++) {
        size_t n = 0;
        const char *surface = ng_model_surface(old, old->surfaces.id[i], &n);
        ng_model_add_surface(self, old->surfaces.id[i], surface, n);
    }
    if (old->sections->len > 0 && p->options->target == 0) {
        ng_model_share(self, (NgModel *)(guintptr)old);
        ng_model_unpack_styles(self);
    } else {
        g_key_file_remove_group(self->manifest, "attribution", NULL);
    }
    if (p->options->target > 0) {
        g_key_file_set_uint64(self->manifest, GROUP, "bytes-wanted", p->options->target);
        g_key_file_set_uint64(self->manifest, GROUP, "bytes", p->options->target);
    }
    return self;
}

static guint64
size_of(const Pruning *p, const NgModel *model)
{
    return p->options->size != NULL ? p->options->size(model, p->options->data)
                                    : ng_model_size(model);
}

static guint64
size_by(const Pruning *p, double threshold)
{
    g_autoptr(NgModel) trial = prune_by(p, threshold);

    return size_of(p, trial);
}

/* Thresholds as whole numbers: the bits of float32 from 0 up are in its order. */
static uint32_t
key_of(float x)
{
    uint32_t key = 0;

    memcpy(&key, &x, sizeof key);
    return x > 0.0F ? key : 0;
}

static float
threshold_of(uint32_t key)
{
    float x = 0.0F;

    memcpy(&x, &key, sizeof x);
    return x;
}

/* A guess at the bytes of what stays by @key. */
static double
weigh(const Pruning *p, uint32_t key)
{
    float threshold = threshold_of(key);
    double bytes = 0.0;

    for (size_t v = 0; v < p->n; v++) {
        const NgVoice *voice = p->scores[v].voice;
        for (unsigned level = 2; level <= ng_voice_order(voice); level++) {
            const float *score = p->scores[v].score[level - 1];
            size_t n = ng_voice_level_size(voice, level);
            size_t kept = 0;
            for (size_t e = 0; e < n; e++)
                kept += score[e] >= threshold ? 1 : 0;
            bytes += (double)kept * (level < ng_voice_order(voice) ? 20.0 : 12.0);
        }
    }
    return bytes;
}

/* The highest score below @key, and the lowest that is not. */
static void
neighbours(const Pruning *p, uint32_t key, float *below, float *from)
{
    float threshold = threshold_of(key);

    *below = 0.0F;
    *from = INFINITY;
    for (size_t v = 0; v < p->n; v++)
        for (unsigned level = 2; level <= ng_voice_order(p->scores[v].voice); level++) {
            const float *score = p->scores[v].score[level - 1];
            for (size_t e = 0; e < ng_voice_level_size(p->scores[v].voice, level); e++)
                if (score[e] < threshold)
                    *below = MAX(*below, score[e]);
                else
                    *from = MIN(*from, score[e]);
        }
}

/** Bound: a threshold that was tried. */
typedef struct {
    uint32_t key;
    double weight; /* weigh() of it */
    double size;
} Bound;

/* The next key to try between two: the least whose weight is at most what should fit. */
static uint32_t
next_key(const Pruning *p, const Bound *over, const Bound *fits, unsigned trial)
{
    double slope = over->size > fits->size && over->weight > fits->weight
                       ? (over->weight - fits->weight) / (over->size - fits->size)
                       : 1.0;
    double wanted = fits->weight + ((double)p->options->target - fits->size) * slope;
    uint32_t low = over->key;
    uint32_t high = fits->key - 1;
    float below = 0.0F;
    float from = 0.0F;

    if (trial > STRAIGHT && trial % 2 == 0)
        wanted = (fits->weight + over->weight) / 2;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (weigh(p, middle) <= wanted)
            high = middle;
        else
            low = middle;
    }
    neighbours(p, high, &below, &from);
    return MAX(key_of(below), over->key) + 1; /* keeps the same, and is least */
}

/* The least target that can be met; the file names its target, so the digits count. */
static guint64
least_target(const Pruning *p)
{
    NgPruneOptions options = *p->options;
    Pruning asked = *p;
    guint64 size = 0;

    asked.options = &options;
    for (unsigned i = 0; i < 4 && size != options.target; i++) {
        options.target = MAX(size, options.target);
        size = size_by(&asked, (double)INFINITY);
    }
    return size;
}

/* The least threshold by which the file fits; FALSE with @error where none is high enough. */
static gboolean
find_threshold(const Pruning *p, double *threshold, GError **error)
{
    Bound over = {.size = (double)size_by(p, p->options->threshold)};
    Bound fits = {.key = key_of(INFINITY)};

    *threshold = p->options->threshold;
    if (over.size <= (double)p->options->target)
        return TRUE;
    fits.size = (double)size_by(p, (double)INFINITY);
    if (fits.size > (double)p->options->target) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "no model of %" G_GUINT64_FORMAT " bytes: without any n-gram longer than a "
                    "word it has %" G_GUINT64_FORMAT ", which is the least to ask for",
                    p->options->target, least_target(p));
        return FALSE;
    }
    over.key = key_of((float)p->options->threshold);
    over.key -= over.key > 0 && (double)threshold_of(over.key) > p->options->threshold;
    over.weight = weigh(p, over.key);
    fits.weight = weigh(p, fits.key);
    for (unsigned trial = 1; fits.key - over.key > 1; trial++) {
        Bound b = {.key = next_key(p, &over, &fits, trial)};
        float below = 0.0F;
        float from = 0.0F;
        b.weight = weigh(p, b.key);
        b.size = (double)size_by(p, (double)threshold_of(b.key));
        if (b.size <= (double)p->options->target) {
            fits = b;
            continue;
        }
        neighbours(p, b.key, &below, &from);
        b.key = key_of(from); /* up to here nothing more goes */
        over = b;
    }
    *threshold = (double)threshold_of(fits.key);
    return TRUE;
}

/* Writes the size into the manifest, which is a part of it. */
static void
note_size(const Pruning *p, NgModel *model)
{
    guint64 noted = p->options->target;

    for (unsigned i = 0; i < 4; i++) {
        guint64 size = size_of(p, model);
        if (size == noted)
            break;
        noted = size;
        g_key_file_set_uint64(model->manifest, GROUP, "bytes", noted);
    }
}

/**
 * ng_prune_model:
 * @model: a model, sound by ng_model_verify() where it was opened
 * @options: by what, or down to what size
 * @error: return location for a #GError, or %NULL
 *
 * Every voice is pruned by the same threshold.  Where @options has a target it
 * is the least by which the file fits, and no less than the threshold asked
 * for.  The manifest gets a group `prune-entropy`.
 *
 * Errors: %NG_ERROR_RANGE where even the words alone are too large; the message has their size.
 *
 * Returns: (transfer full): the smaller model
 */
NgModel *
ng_prune_model(const NgModel *model, const NgPruneOptions *options, GError **error)
{
    g_return_val_if_fail(model != NULL && options != NULL, NULL);
    g_return_val_if_fail(options->threads > 0 && options->threshold >= 0.0, NULL);

    Pruning p = {.model = model, .options = options, .n = ng_model_voices(model)};
    double threshold = options->threshold;
    NgModel *pruned = NULL;

    p.vocab = copy_words(ng_model_vocab(model));
    p.history = choose_history(model, options->history);
    p.scores = g_new0(NgPruneScores, p.n);
    for (size_t v = 0; v < p.n; v++) {
        ng_prune_scores_init(&p.scores[v], ng_model_voice(model, v), p.history, options->threads);
        ng_prune_scores_raise(&p.scores[v]);
    }
    if (options->target == 0 || find_threshold(&p, &threshold, error)) {
        pruned = prune_by(&p, threshold);
        if (options->target > 0)
            note_size(&p, pruned);
    }
    for (size_t v = 0; v < p.n; v++)
        ng_prune_scores_clear(&p.scores[v]);
    g_free(p.scores);
    ng_vocab_unref(p.vocab);
    return pruned;
}

/*
 * Completion
 *
 * A completer holds a voice and what is wanted of it; each text is cut into
 * words and blanks (cloze), the blanks are filled (fill), and the best fillings
 * are written back into the text.
 *
 * What is found is exact: no better filling exists; the posterior is over all
 * fillings that are allowed.  Only blanks of a mixture with fewer than order - 1
 * words between them, and more blanks side by side than memory allows, are filled
 * by a beam, which may miss the best.  With a cache any model is a mixture.
 *
 * Where tokens are characters a blank is one character, and the white space
 * that must stand around its mark is part of the text.
 *
 * Cost: a pass over the words, and over the entries that contexts in reach have,
 * for each blank.  For one thread.
 */
#include "ngram/complete.h"

#include "choice.h"
#include "cloze.h"
#include "fill.h"
#include "marginal.h"
#include "mix-fill.h"
#include "rank.h"

#include "ngram/cache.h"
#include "ngram/error.h"
#include "ngram/mass.h"
#include "ngram/parallel.h"
#include "ngram/walk.h"

#include <math.h>

enum {
    DEFAULT_K = 5,
    DEFAULT_BEAM = 1000,
    DEFAULT_MEMORY = 1 << 30,
    CACHED = 2000 /* words of the texts so far that are in the cache */
};

struct NgCompleter {
    NgModel *model;
    size_t voice;
    NgWalk start; /* of a voice or a mixture, after `<s>` */
    NgTokenizer *tokenizer;
    NgRank *rank;    /* (nullable): of a voice */
    NgMixFill *mix;  /* (nullable): of a mixture, or of a model and a cache */
    NgCache *cache;  /* (nullable) */
    GArray *said;    /* (element-type NgWord): of the texts so far, the last CACHED of them */
    char *mark;      /* (nullable) */
    guint8 *choices; /* (nullable) */
    size_t k;
    guint64 memory;
    unsigned threads;
    size_t beam;
    gboolean eos;
    guint64 beams;
};

static gboolean
check_mark(const char *mark, GError **error)
{
    if (mark == NULL)
        return TRUE;
    gboolean sound = *mark != '\0';
    for (const char *p = mark; *p != '\0'; p++)
        sound = sound && !ng_cloze_is_space(*p);
    if (!sound)
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "the mark of a blank, '%s', is empty or has white space in it "
                    "(take one that is a word of its own, such as ___)",
                    mark);
    return sound;
}

/**
 * ng_completer_new:
 * @model: a model
 * @voice: which voice of it
 * @options: what is wanted; @cache is below 1
 * @error: return location for a #GError, or %NULL
 *
 * Errors: %NG_ERROR_RANGE where the mark of a blank cannot stand as a word of
 * its own, or a choice is not one word that the model knows.
 *
 * Returns: (transfer full): free with ng_completer_free(); %NULL with @error set
 */
NgCompleter *
ng_completer_new(NgModel *model, size_t voice, const NgCompleteOptions *options, GError **error)
{
    g_return_val_if_fail(model != NULL && options != NULL, NULL);
    g_return_val_if_fail(voice < ng_model_voices(model), NULL);
    g_return_val_if_fail(options->cache >= 0.0 && options->cache < 1.0, NULL);
    g_return_val_if_fail(error == NULL || *error == NULL, NULL);

    if (!check_mark(options->blank, error))
        return NULL;
    NgTokenizer *tokenizer = ng_model_tokenizer(model, error);
    if (tokenizer == NULL)
        return NULL;

    guint8 *choices = NULL;
    if (options->choices != NULL) {
        choices = ng_choice_new(options->choices, tokenizer, ng_model_vocab(model), error);
        if (choices == NULL) {
            ng_tokenizer_free(tokenizer);
            return NULL;
        }
    }

    NgCompleter *self = g_new0(NgCompleter, 1);
    self->model = ng_model_ref(model);
    self->voice = voice;
    self->choices = choices;
    ng_walk_init(&self->start, model, voice);
    ng_walk_begin(&self->start);
    self->tokenizer = tokenizer;
    if (self->start.voice != NULL)
        self->rank = ng_rank_new(self->start.voice);
    else
        self->mix = ng_mix_fill_new(self->start.mix);
    self->said = g_array_new(FALSE, FALSE, sizeof(NgWord));
    if (options->cache > 0.0)
        self->cache = ng_cache_new(model, voice, options->cache);
    self->mark = g_strdup(options->blank);
    self->k = options->k > 0 ? options->k : DEFAULT_K;
    self->memory = options->memory > 0 ? options->memory : DEFAULT_MEMORY;
    self->threads = options->threads > 0 ? options->threads : ng_parallel_processors();
    self->beam = options->beam > 0 ? options->beam : DEFAULT_BEAM;
    self->eos = options->eos;
    return self;
}

/**
 * ng_completer_free:
 * @self: (nullable) (transfer full): a completer
 */
void
ng_completer_free(NgCompleter *self)
{
    if (self == NULL)
        return;
    ng_model_unref(self->model);
    ng_tokenizer_free(self->tokenizer);
    ng_rank_free(self->rank);
    ng_mix_fill_free(self->mix);
    ng_cache_free(self->cache);
    g_array_unref(self->said);
    g_free(self->mark);
    g_free(self->choices);
    g_free(self);
}

/* log10 of the joint probability of @words with @fill in the gaps, summed as a scorer does; -inf where
 * a known word is impossible. */
static double
joint(NgWalk walk, const GArray *words, const NgWord *fill)
{
    double sum = 0.0;

    for (guint i = 0; i < words->len; i++) {
        NgWord word = g_array_index(words, NgWord, i);
        float p = ng_walk_step(&walk, word == NG_WORD_NONE ? *fill++ : word, NULL);
        if (!(p > NG_MASS_ZERO) && word != NG_WORD_UNKNOWN)
            return -HUGE_VAL;
        sum += (double)p;
    }
    return sum;
}

/* A text that is being completed. */
typedef struct {
    NgCloze *cloze;
    GArray *words;      /* NgWord */
    GPtrArray *allowed; /* (element-type guint8 *): [words] */
    GPtrArray *own;     /* those of them that are freed with the text */
    NgGaps gaps;
} Text;

static void
text_clear(Text *self)
{
    ng_cloze_free(self->cloze);
    g_array_unref(self->words);
    g_ptr_array_unref(self->allowed);
    g_ptr_array_unref(self->own);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Text, text_clear)

/* What may fill each blank: %NULL for any word. */
static gboolean
find_allowed(const NgCompleter *self, Text *text, GError **error)
{
    size_t blank = 0;

    for (guint i = 0; i < text->words->len; i++) {
        guint8 *set = self->choices;
        const char *prefix = g_array_index(text->words, NgWord, i) == NG_WORD_NONE
                                 ? ng_cloze_prefix(text->cloze, blank++)
                                 : NULL;
        if (prefix != NULL) {
            set = ng_choice_prefix(prefix, ng_model_vocab(self->model), self->choices, error);
            if (set == NULL)
                return FALSE;
            g_ptr_array_add(text->own, set);
        }
        g_ptr_array_add(text->allowed, set);
    }
    return TRUE;
}

/* Adds the words of a text to the cache, which its own blanks see as well. */
static void
remember(NgCompleter *self, const Text *text)
{
    for (guint i = 0; i < text->words->len; i++)
        if (g_array_index(text->words, NgWord, i) != NG_WORD_NONE &&
            g_array_index(text->words, NgWord, i) >= NG_WORDS_FIXED)
            g_array_append_vals(self->said, &g_array_index(text->words, NgWord, i), 1);
    if (self->said->len > CACHED)
        g_array_remove_range(self->said, 0, self->said->len - CACHED);
    ng_cache_set(self->cache, (const NgWord *)(void *)self->said->data, self->said->len);
    ng_mix_fill_free(self->mix);
    self->mix = ng_mix_fill_new(ng_cache_mix(self->cache));
    ng_walk_init(&self->start, self->model, self->voice);
    ng_walk_begin(&self->start);
    ng_cache_walk(self->cache, &self->start);
}

static gboolean
open_text(NgCompleter *self, const char *bytes, size_t length, Text *text, GError **error)
{
    text->cloze = ng_cloze_new(bytes, length, self->mark, self->tokenizer);
    text->words = ng_cloze_words(text->cloze, self->tokenizer, ng_model_vocab(self->model));
    text->allowed = g_ptr_array_new();
    text->own = g_ptr_array_new_with_free_func(g_free);
    if (self->eos) {
        const NgWord end = NG_WORD_END;
        g_array_append_val(text->words, end);
    }
    if (!find_allowed(self, text, error))
        return FALSE;
    if (self->cache != NULL)
        remember(self, text);
    text->gaps = (NgGaps){.words = (const NgWord *)(void *)text->words->data,
                          .n = text->words->len,
                          .allowed = (const guint8 *const *)(void *)text->allowed->pdata,
                          .k = self->k,
                          .memory = self->memory,
                          .threads = self->threads,
                          .beam = self->beam,
                          .beams = &self->beams};
    return TRUE;
}

static void
set_impossible(GError **error)
{
    g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                "no filling has positive probability (train the model with smoothing)");
}

/* %NULL where known words that no blank touches make the text impossible. */
static NgFilling *
new_filling(const NgCompleter *self, const Text *text, const NgPartial *partial, double total)
{
    NgFilling *filling = g_new0(NgFilling, 1);
    GString *filled = ng_cloze_filled(text->cloze, self->model, partial->words);

    filling->length = filled->len;
    filling->text = g_string_free(filled, FALSE);
    filling->words = g_memdup2(partial->words, partial->n * sizeof(NgWord));
    filling->n_blanks = partial->n;
    filling->probability = MIN(1.0, pow(10.0, partial->score - total));
    filling->logprob = joint(self->start, text->words, partial->words);
    if (isfinite(filling->logprob))
        return filling;
    ng_filling_free(filling);
    return NULL;
}

/**
 * ng_completer_fill:
 * @self: a completer
 * @text: [@length] a text; a blank is `?`, `_` or the mark chosen, with white
 *   space or an end of the text on both sides, or glued to the first letters of
 *   the word
 * @length: bytes of @text
 * @error: return location for a #GError, or %NULL
 *
 * The text follows `<s>`, and is open at its end unless @eos was given.  Without
 * a blank it is continued by one word.  Words that the model does not know are
 * `<unk>`, which is never put into a blank itself.  Everything but the blanks
 * stays as it is, byte for byte.
 *
 * Errors: %NG_ERROR_RANGE where the model gives no filling a positive probability, or no word that
 * may stand there begins as a blank does.
 *
 * Returns: (transfer full) (element-type NgFilling): the best fillings, the most
 * probable first, of equals the one whose words have lower ids; %NULL with
 * @error set
 */
GPtrArray *
ng_completer_fill(NgCompleter *self, const char *text, size_t length, GError **error)
{
    g_return_val_if_fail(self != NULL, NULL);
    g_return_val_if_fail(text != NULL || length == 0, NULL);
    g_return_val_if_fail(error == NULL || *error == NULL, NULL);

    g_auto(Text) open = {0};
    if (!open_text(self, text, length, &open, error))
        return NULL;
    double total = 0.0;
    g_autoptr(NgBest) best = self->mix != NULL
                                 ? ng_mix_fill(self->mix, &open.gaps, &total)
                                 : ng_fill(self->start.voice, self->rank, &open.gaps, &total);
    g_autoptr(GPtrArray) fillings = g_ptr_array_new_with_free_func((GDestroyNotify)ng_filling_free);
    for (size_t i = 0; i < ng_best_size(best); i++) {
        NgPartial partial = ng_best_get(best, i);
        NgFilling *filling = new_filling(self, &open, &partial, total);
        if (filling != NULL)
            g_ptr_array_add(fillings, filling);
    }
    if (fillings->len > 0)
        return g_steal_pointer(&fillings);
    set_impossible(error);
    return NULL;
}

static void
clear_marginal(gpointer data)
{
    NgMarginal *marginal = data;

    g_free(marginal->text);
}

/**
 * ng_completer_marginals:
 * @self: a completer of a voice
 * @text: [@length] as for ng_completer_fill()
 * @length: bytes of @text
 * @error: return location for a #GError, or %NULL
 *
 * Errors: %NG_ERROR_RANGE as for ng_completer_fill(), and where blanks that stand
 * close take more memory than was allowed, or the model is a mixture.
 *
 * Returns: (transfer full) (element-type NgMarginal): for each blank, from the first on, the
 * most probable words, whatever stands in the others; %NULL with @error set
 */
GArray *
ng_completer_marginals(NgCompleter *self, const char *text, size_t length, GError **error)
{
    g_return_val_if_fail(self != NULL, NULL);
    g_return_val_if_fail(text != NULL || length == 0, NULL);
    g_return_val_if_fail(error == NULL || *error == NULL, NULL);

    if (self->mix != NULL || self->cache != NULL) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "a mixture has no marginals, and a cache makes one (give one model)");
        return NULL;
    }
    g_auto(Text) open = {0};
    if (!open_text(self, text, length, &open, error))
        return NULL;
    g_autoptr(GPtrArray) best = ng_marginals(self->start.voice, &open.gaps, error);
    if (best == NULL)
        return NULL;
    g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(NgMarginal));
    g_array_set_clear_func(all, clear_marginal);
    for (guint b = 0; b < best->len; b++) {
        if (ng_best_size(best->pdata[b]) == 0) {
            set_impossible(error);
            return NULL;
        }
        for (size_t i = 0; i < ng_best_size(best->pdata[b]); i++) {
            NgPartial word = ng_best_get(best->pdata[b], i);
            const NgMarginal marginal = {
                b, word.words[0], word.score,
                ng_cloze_surface(open.cloze, self->model, b, word.words[0])};
            g_array_append_val(all, marginal);
        }
    }
    return g_steal_pointer(&all);
}

/**
 * ng_filling_free:
 * @self: (nullable) (transfer full): a filling
 */
void
ng_filling_free(NgFilling *self)
{
    if (self == NULL)
        return;
    g_free(self->text);
    g_free(self->words);
    g_free(self);
}

/** ng_completer_invalid: Returns: how many bytes that are no UTF-8 its texts held so far */
guint64
ng_completer_invalid(const NgCompleter *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return ng_tokenizer_invalid(self->tokenizer);
}

/**
 * ng_completer_beams:
 * @self: a completer
 *
 * Returns: how often blanks that stand close were filled by a beam, which may miss the best
 */
guint64
ng_completer_beams(const NgCompleter *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return self->beams;
}

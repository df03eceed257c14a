/*
 * Hidden words
 *
 * How well a model knows what stands in a text: every word is hidden in turn, and
 * its rank is 1 more than the number of words that fit better, among all that the
 * model knows, by what stands before alone and by both sides.  Unknown words are
 * never found.
 *
 * Keys are counted as they would be typed: after each letter the best five words
 * that begin with the letters so far are offered, and one key takes one of them;
 * else the word is typed out, and one key ends it.
 *
 * Texts are gathered and looked at by all threads, a text at a time.  Each has a
 * sum of its own, and these are added up in the order of the texts: so nothing
 * depends on the number of threads.
 */
#include "ngram/hidden.h"

#include "better.h"
#include "mix-gap.h"

#include "ngram/cache.h"
#include "ngram/parallel.h"
#include "ngram/tokenizer.h"
#include "ngram/walk.h"

#include <math.h>
#include <string.h>

enum {
    FULL = 1 << 16, /* words that are looked at together */
    OFFERED = 5,
    LETTERS = 64 /* of a word; the others of a longer one have to be typed */
};

/**
 * Token: a word of a text.
 * @letters: characters that it takes to type it
 */
typedef struct {
    NgWord word;
    uint32_t letters;
} Token;

/**
 * NgHidden:
 * @start: after `<s>`
 * @index: (nullable): of a voice
 * @tokens: (element-type Token): of the texts gathered, each with `</s>` behind it
 * @ends: (element-type size_t): where each text ends among them
 * @scores: (element-type NgHiddenScore): of each text
 * @better, @gap, @cache: [threads] (nullable): scratch, for a voice, a mixture, or with a cache
 * @count: words of the texts before those gathered
 */
struct NgHidden {
    NgModel *model;
    NgWalk start;
    NgTokenizer *tokenizer;
    NgBetterIndex *index;
    guint64 every;
    unsigned threads;
    GArray *tokens;
    GArray *ends;
    GArray *scores;
    NgBetter **better;
    NgMixGap **gap;
    NgCache **cache;
    guint64 count;
    NgHiddenScore sum;
};

/**
 * ng_hidden_new:
 * @model: a model
 * @voice: which voice of it
 * @options: what is wanted
 * @error: return location for a #GError, or %NULL
 *
 * Returns: (transfer full): free with ng_hidden_free(); %NULL with @error set
 */
NgHidden *
ng_hidden_new(NgModel *model, size_t voice, const NgHiddenOptions *options, GError **error)
{
    g_return_val_if_fail(model != NULL && voice < ng_model_voices(model), NULL);
    g_return_val_if_fail(options != NULL && options->every > 0 && options->threads > 0, NULL);
    g_return_val_if_fail(options->cache >= 0.0 && options->cache < 1.0, NULL);
    g_return_val_if_fail(error == NULL || *error == NULL, NULL);

    NgTokenizer *tokenizer = ng_model_tokenizer(model, error);
    if (tokenizer == NULL)
        return NULL;
    NgHidden *self = g_new0(NgHidden, 1);
    self->model = ng_model_ref(model);
    self->tokenizer = tokenizer;
    self->every = options->every;
    self->threads = options->threads;
    ng_walk_init(&self->start, model, voice);
    ng_walk_begin(&self->start);
    self->tokens = g_array_new(FALSE, FALSE, sizeof(Token));
    self->ends = g_array_new(FALSE, FALSE, sizeof(size_t));
    self->scores = g_array_new(FALSE, TRUE, sizeof(NgHiddenScore));
    self->better = g_new0(NgBetter *, self->threads);
    self->gap = g_new0(NgMixGap *, self->threads);
    self->cache = g_new0(NgCache *, self->threads);
    if (self->start.voice != NULL && options->cache == 0.0)
        self->index = ng_better_index_new(self->start.voice);
    for (unsigned t = 0; t < self->threads; t++) {
        if (options->cache > 0.0)
            self->cache[t] = ng_cache_new(model, voice, options->cache);
        else if (self->index == NULL)
            self->gap[t] = ng_mix_gap_new(self->start.mix);
        if (self->index != NULL)
            self->better[t] = ng_better_new(self->index);
    }
    return self;
}

/**
 * ng_hidden_free:
 * @self: (nullable) (transfer full): what ng_hidden_new() gave
 */
void
ng_hidden_free(NgHidden *self)
{
    if (self == NULL)
        return;
    for (unsigned t = 0; t < self->threads; t++) {
        ng_better_free(self->better[t]);
        ng_mix_gap_free(self->gap[t]);
        ng_cache_free(self->cache[t]);
    }
    g_free(self->cache);
    g_free(self->better);
    g_free(self->gap);
    ng_better_index_free(self->index);
    ng_tokenizer_free(self->tokenizer);
    ng_model_unref(self->model);
    g_array_unref(self->tokens);
    g_array_unref(self->ends);
    g_array_unref(self->scores);
    g_free(self);
}

/* -- one word ------------------------------------------------------------------- */

/**
 * Found: the words that fit better than a hidden one.
 * @text: [length] the hidden word
 * @letters: its characters, at most LETTERS
 * @end: where each character of it ends
 * @common: [letters + 1] how many begin with exactly so many of its characters
 */
typedef struct {
    const NgVocab *vocab;
    const char *text;
    size_t length;
    size_t letters;
    size_t end[LETTERS];
    guint64 common[LETTERS + 1];
} Found;

static void
found_init(Found *self, const NgVocab *vocab, NgWord word)
{
    *self = (Found){.vocab = vocab};
    self->text = ng_vocab_word(vocab, word, &self->length);
    for (size_t i = 1; i <= self->length && self->letters < LETTERS; i++)
        if (i == self->length || ((guchar)self->text[i] & 0xc0) != 0x80)
            self->end[self->letters++] = i;
}

static void
take_better(NgWord word, gpointer data)
{
    Found *self = data;
    size_t length = 0, same = 0, n = 0;
    const char *text = ng_vocab_word(self->vocab, word, &length);

    while (same < length && same < self->length && text[same] == self->text[same])
        same++;
    while (n < self->letters && self->end[n] <= same)
        n++;
    self->common[n]++;
}

/* Adds the hidden word to a side. */
static void
add_found(NgHiddenSide *side, const Found *found, uint32_t typed)
{
    guint64 better = 0, keys = typed + 1;

    for (size_t n = found->letters + 1; n-- > 0;) {
        better += found->common[n];
        if (better < OFFERED)
            keys = MIN(keys, n + 1);
    }
    side->first += better == 0;
    side->five += better < 5;
    side->reciprocal += 1.0 / (double)(better + 1);
    side->keys += keys;
}

/**
 * Text: one that words are hidden in.
 * @words: [n] `</s>` is the last one
 * @letters: [n] characters of each
 */
typedef struct {
    NgWord *words;
    uint32_t *letters;
    size_t n;
} Text;

/* Finds better words with a cache of the other words of the text: of those before where @place is
 * one word, else of all. @walk becomes a place in the mixture. */
static void
find_cached(NgCache *cache, NgWalk *walk, const Text *text, size_t i, const NgCloseGaps *place,
            Found *found)
{
    NgWord own = text->words[i];

    text->words[i] = NG_WORD_NONE;
    ng_cache_set(cache, text->words, place->n > 1 ? text->n : i);
    text->words[i] = own;
    ng_cache_walk(cache, walk);
    g_autoptr(NgMixGap) gap = ng_mix_gap_new(ng_cache_mix(cache));
    ng_mix_gap_better(gap, walk->state, place, own, take_better, found);
}

/* Hides word @i, which follows @walk. */
static void
hide_known(const NgHidden *self, unsigned thread, const NgWalk *walk, const Text *text, size_t i,
           NgHiddenScore *score)
{
    const NgWord *words = text->words + i;
    size_t n = MIN(text->n - i, ng_walk_order(walk));
    Found found;

    for (int both = 0; both < 2; both++) {
        NgWalk here = *walk;
        found_init(&found, ng_model_vocab(self->model), words[0]);
        const NgCloseGaps place = {.words = words, .n = both ? n : 1};
        if (self->cache[thread] != NULL)
            find_cached(self->cache[thread], &here, text, i, &place, &found);
        else if (self->gap[thread] != NULL)
            ng_mix_gap_better(self->gap[thread], here.state, &place, words[0], take_better, &found);
        else
            ng_better_find(self->better[thread], here.state[0], words, place.n, take_better,
                           &found);
        add_found(both ? &score->both : &score->left, &found, text->letters[i]);
        score->logprob += both ? 0.0 : (double)ng_walk_step(&here, words[0], NULL);
    }
}

/* -- texts ------------------------------------------------------------------------ */

static void
hide_text(size_t index, unsigned thread, gpointer data)
{
    const NgHidden *self = data;
    size_t first = index > 0 ? g_array_index(self->ends, size_t, index - 1) : 0;
    size_t n = g_array_index(self->ends, size_t, index) - first;
    const Token *token = &g_array_index(self->tokens, Token, first);
    NgHiddenScore *score = &g_array_index(self->scores, NgHiddenScore, index);
    g_autofree NgWord *words = g_new(NgWord, n);
    g_autofree uint32_t *letters = g_new(uint32_t, n);
    const Text text = {words, letters, n};
    NgWalk walk = self->start;

    for (size_t i = 0; i < n; i++) {
        words[i] = token[i].word;
        letters[i] = token[i].letters;
    }
    for (size_t i = 0; i + 1 < n; i++) { /* `</s>` is not hidden */
        if ((self->count + first - index + i) % self->every == 0) {
            score->words++;
            score->keys += token[i].letters + 1;
            score->oov += words[i] < NG_WORDS_FIXED;
            if (words[i] >= NG_WORDS_FIXED) {
                hide_known(self, thread, &walk, &text, i, score);
            } else {
                score->left.keys += token[i].letters + 1;
                score->both.keys += token[i].letters + 1;
            }
        }
        ng_walk_step(&walk, words[i], NULL);
    }
}

static void
add_side(NgHiddenSide *sum, const NgHiddenSide *more)
{
    sum->first += more->first;
    sum->five += more->five;
    sum->reciprocal += more->reciprocal;
    sum->keys += more->keys;
}

/* Looks at the texts gathered. */
static void
flush(NgHidden *self)
{
    guint n = self->ends->len;

    g_array_set_size(self->scores, 0);
    g_array_set_size(self->scores, n); /* zeros */
    ng_parallel(n, self->threads, hide_text, self);
    for (guint i = 0; i < n; i++) {
        const NgHiddenScore *more = &g_array_index(self->scores, NgHiddenScore, i);
        self->sum.words += more->words;
        self->sum.oov += more->oov;
        self->sum.keys += more->keys;
        self->sum.logprob += more->logprob;
        add_side(&self->sum.left, &more->left);
        add_side(&self->sum.both, &more->both);
    }
    self->count += self->tokens->len - n;
    g_array_set_size(self->tokens, 0);
    g_array_set_size(self->ends, 0);
}

/**
 * ng_hidden_text:
 * @self: what ng_hidden_new() gave
 * @text: [@length] a sequence
 * @length: bytes of @text
 */
void
ng_hidden_text(NgHidden *self, const char *text, size_t length)
{
    g_return_if_fail(self != NULL && (text != NULL || length == 0));

    NgToken piece;
    ng_tokenizer_start(self->tokenizer, text, length);
    while (ng_tokenizer_next(self->tokenizer, &piece)) {
        NgWord word = ng_vocab_find(ng_model_vocab(self->model), piece.text, piece.length);
        if (word < NG_WORDS_FIXED || word == NG_WORD_NONE)
            word = NG_WORD_UNKNOWN;
        const Token token = {word, (uint32_t)g_utf8_strlen(piece.text, (gssize)piece.length)};
        g_array_append_val(self->tokens, token);
    }
    const Token end = {NG_WORD_END, 0};
    g_array_append_val(self->tokens, end);
    size_t n = self->tokens->len;
    g_array_append_val(self->ends, n);
    if (n >= FULL)
        flush(self);
}

/**
 * ng_hidden_score:
 * @self: what ng_hidden_new() gave
 *
 * Returns: how well the words of all texts so far were found
 */
NgHiddenScore
ng_hidden_score(NgHidden *self)
{
    g_return_val_if_fail(self != NULL, (NgHiddenScore){0});

    flush(self);
    return self->sum;
}

/** ng_hidden_invalid: Returns: how many bytes that are no UTF-8 its texts held so far */
guint64
ng_hidden_invalid(const NgHidden *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return ng_tokenizer_invalid(self->tokenizer);
}

/*
 * ARPA text out, in KenLM's layout: 1-grams by their ids, longer ones in suffix
 * order (by the last word, then the one before ...), numbers in the fewest digits
 * that read back as the same float32.
 *
 * Suffix order needs no comparison: sorted stably by the rank of its suffix, a
 * level that stands in order of first words comes out right.  One counting sort
 * a level.
 */
#include "model-internal.h"

#include "ngram/arpa.h"
#include "ngram/number.h"
#include "ngram/output.h"

#include <string.h>

enum { AHEAD = 16 }; /* entries fetched before they are wanted */

/**
 * Writer:
 * @rank: [n] of the level below, the place of each entry in suffix order
 * @first_word: [n] of the level at hand, the first word of each n-gram
 * @text: the n-grams of the level below as text, in suffix order
 * @begin: [n + 1] where each begins in @text
 */
typedef struct {
    const NgModel *model;
    const NgVoice *voice;
    NgOutput *out;
    uint32_t *rank;
    NgWord *first_word;
    GString *text;
    uint64_t *begin;
} Writer;

static void
put_number(NgOutput *out, float x)
{
    char text[NG_NUMBER_SIZE];

    if (isinf(x))
        x = -99.0F; /* log 0, as SRILM writes it */
    ng_output_write(out, text, ng_number_from_float(text, x + 0.0F));
}

static void
put_ngram(const Writer *w, unsigned level, uint32_t entry, const char *text, size_t length)
{
    put_number(w->out, ng_voice_entry_logprob(w->voice, level, entry));
    ng_output_write(w->out, "\t", 1);
    ng_output_write(w->out, text, length);
    if (level < w->voice->order) {
        ng_output_write(w->out, "\t", 1);
        put_number(w->out, w->voice->entry[level - 1][entry].backoff);
    }
    ng_output_write(w->out, "\n", 1);
}

/* The first words of @level, from those of the level below. */
static void
set_first_words(Writer *w, unsigned level)
{
    NgWord *first = g_new0(NgWord, w->voice->n[level - 1]);

    for (uint32_t h = 0; h < w->voice->n[level - 2]; h++) {
        NgRange range = ng_voice_successors(w->voice, (NgState){level - 1, h});
        for (uint32_t e = range.first; e < range.end; e++)
            first[e] = level > 2 ? w->first_word[h] : h;
    }
    g_free(w->first_word);
    w->first_word = first;
}

/* Returns: (transfer full): [n] the entries of @level in suffix order; @rank gets their places. */
static uint32_t *
suffix_order(const Writer *w, unsigned level, uint32_t *rank)
{
    size_t n = w->voice->n[level - 1];
    size_t n_below = w->voice->n[level - 2];
    g_autofree uint32_t *place = g_new0(uint32_t, n_below + 1);
    uint32_t *order = g_new0(uint32_t, n);

    for (uint32_t e = 0; e < n; e++)
        place[w->rank[ng_voice_entry_suffix(w->voice, level, e)] + 1]++;
    for (size_t r = 0; r < n_below; r++)
        place[r + 1] += place[r];
    for (uint32_t e = 0; e < n; e++) {
        rank[e] = place[w->rank[ng_voice_entry_suffix(w->voice, level, e)]]++;
        order[rank[e]] = e;
    }
    return order;
}

/* Level 1: words in order of their ids. */
static void
put_words(Writer *w)
{
    const NgVocab *vocab = ng_model_vocab(w->model);
    size_t n = w->voice->n[0];

    w->rank = g_new(uint32_t, n);
    w->begin = g_new(uint64_t, n + 1);
    for (uint32_t e = 0; e < n; e++) {
        size_t length = 0;
        const char *word = ng_vocab_word(vocab, e, &length);
        w->rank[e] = e;
        w->begin[e] = w->text->len;
        g_string_append_len(w->text, word, (gssize)length);
        put_ngram(w, 1, e, word, length);
    }
    w->begin[n] = w->text->len;
}

/* A higher level: an n-gram is its first word and its suffix, and the suffixes come in the order
 * in which the level below was written. */
static void
put_level(Writer *w, unsigned level)
{
    const NgVocab *vocab = ng_model_vocab(w->model);
    size_t n = w->voice->n[level - 1];
    uint32_t *rank = g_new(uint32_t, n);
    g_autofree uint32_t *order = suffix_order(w, level, rank);
    uint64_t *begin = g_new(uint64_t, n + 1);
    GString *text = g_string_sized_new(level < w->voice->order ? n * 16 : 256);

    set_first_words(w, level);
    for (size_t i = 0; i < n; i++) {
        uint32_t e = order[i];
        if (i + AHEAD < n) {
            __builtin_prefetch(&w->first_word[order[i + AHEAD]]);
            if (level == w->voice->order)
                __builtin_prefetch(&w->voice->leaf[order[i + AHEAD]]);
            else
                __builtin_prefetch(&w->voice->entry[level - 1][order[i + AHEAD]]);
        }
        uint32_t r = w->rank[ng_voice_entry_suffix(w->voice, level, e)];
        size_t length = 0;
        const char *word = ng_vocab_word(vocab, w->first_word[e], &length);
        if (level == w->voice->order)
            g_string_truncate(text, 0); /* no longer ones will want it */
        begin[i] = text->len;
        g_string_append_len(text, word, (gssize)length);
        g_string_append_c(text, ' ');
        g_string_append_len(text, w->text->str + w->begin[r],
                            (gssize)(w->begin[r + 1] - w->begin[r]));
        if (!ng_voice_entry_is_blank(w->voice, level, e))
            put_ngram(w, level, e, text->str + begin[i], text->len - begin[i]);
    }
    begin[n] = text->len;
    g_free(w->rank);
    g_free(w->begin);
    w->rank = rank;
    w->begin = begin;
    g_string_free(w->text, TRUE);
    w->text = text;
}

static void
put_section(Writer *w, unsigned level)
{
    char title[32];

    g_snprintf(title, sizeof title, "\\%u-grams:\n", level);
    ng_output_puts(w->out, title);
    if (level == 1)
        put_words(w);
    else
        put_level(w, level);
    ng_output_write(w->out, "\n", 1);
}

/* How text is cut, for a reader that would take it otherwise. */
static void
put_settings(NgOutput *out, const NgModelText *text)
{
    if (text->tokens == NG_TOKENS_SPACE && !text->fold && text->unit == NG_UNIT_LINE)
        return;
    g_autofree char *pattern =
        text->pattern != NULL ? g_uri_escape_string(text->pattern, NULL, FALSE) : NULL;
    g_autofree char *line =
        g_strdup_printf("# ngram: tokens=%s case=%s unit=%s%s%s\n", ng_tokens_name(text->tokens),
                        text->fold ? "fold" : "keep", ng_unit_name(text->unit),
                        pattern != NULL ? " pattern=" : "", pattern != NULL ? pattern : "");
    ng_output_puts(out, line);
}

/**
 * ng_arpa_write:
 * @model: a model
 * @voice: which of its voices
 * @path: the file, replaced whole or not at all; `-` is standard output
 * @error: return location for a #GError, or %NULL
 *
 * Where the text of @model was not cut at white space a comment before `\data\`
 * says how; KenLM passes over it.  Surface forms and the manifest are lost.
 *
 * Returns: whether it was written
 */
gboolean
ng_arpa_write(const NgModel *model, size_t voice, const char *path, GError **error)
{
    g_return_val_if_fail(model != NULL && voice < ng_model_voices(model) && path != NULL, FALSE);

    g_autoptr(NgOutput) out = ng_output_open(path, error);
    if (out == NULL)
        return FALSE;
    Writer w = {.model = model,
                .voice = ng_model_voice(model, voice),
                .out = out,
                .text = g_string_new(NULL)};
    put_settings(out, &model->text);
    ng_output_puts(out, "\\data\\\n");
    for (unsigned k = 1; k <= w.voice->order; k++) {
        char line[64];
        g_snprintf(line, sizeof line, "ngram %u=%zu\n", k, ng_voice_level_ngrams(w.voice, k));
        ng_output_puts(out, line);
    }
    ng_output_puts(out, "\n");
    for (unsigned k = 1; k <= w.voice->order; k++)
        put_section(&w, k);
    ng_output_puts(out, "\\end\\\n");
    g_free(w.rank);
    g_free(w.first_word);
    g_free(w.begin);
    g_string_free(w.text, TRUE);
    return ng_output_commit(out, error);
}

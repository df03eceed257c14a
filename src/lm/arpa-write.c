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

/**
 * Writer:
 * @rank: [n] of the level below, the place of each entry in suffix order
 * @first_word: [N][n] the first word of each n-gram
 */
typedef struct {
    const NgModel *model;
    const NgVoice *voice;
    NgOutput *out;
    uint32_t *rank;
    NgWord *first_word[NG_ORDER_MAX];
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
put_word(const Writer *w, NgWord id)
{
    size_t length = 0;
    const char *text = ng_vocab_word(ng_model_vocab(w->model), id, &length);

    ng_output_write(w->out, text, length);
}

/* One line: an n-gram is its first word and its suffix, which is an entry one level down. */
static void
put_ngram(const Writer *w, unsigned level, uint32_t entry)
{
    put_number(w->out, ng_voice_entry_logprob(w->voice, level, entry));
    char separator = '\t';
    uint32_t e = entry;
    for (unsigned k = level; k >= 1; k--) {
        ng_output_write(w->out, &separator, 1);
        separator = ' ';
        put_word(w, k > 1 ? w->first_word[k - 1][e] : e);
        e = ng_voice_entry_suffix(w->voice, k, e);
    }
    if (level < w->voice->order) {
        ng_output_write(w->out, "\t", 1);
        put_number(w->out, w->voice->entry[level - 1][entry].backoff);
    }
    ng_output_write(w->out, "\n", 1);
}

/* first_word[] of @level, from that of the level below. */
static void
set_first_words(Writer *w, unsigned level)
{
    NgWord *first = g_new(NgWord, w->voice->n[level - 1]);

    for (uint32_t h = 0; h < w->voice->n[level - 2]; h++) {
        NgRange range = ng_voice_successors(w->voice, (NgState){level - 1, h});
        for (uint32_t e = range.first; e < range.end; e++)
            first[e] = level > 2 ? w->first_word[level - 2][h] : h;
    }
    w->first_word[level - 1] = first;
}

/* Returns: (transfer full): [n] the entries of @level in suffix order; rank[] becomes theirs. */
static uint32_t *
suffix_order(Writer *w, unsigned level)
{
    size_t n = w->voice->n[level - 1];
    size_t n_below = w->voice->n[level - 2];
    g_autofree uint32_t *place = g_new0(uint32_t, n_below + 1);
    uint32_t *order = g_new0(uint32_t, n);

    for (uint32_t e = 0; e < n; e++)
        place[w->rank[ng_voice_entry_suffix(w->voice, level, e)] + 1]++;
    for (size_t r = 0; r < n_below; r++)
        place[r + 1] += place[r];
    for (uint32_t e = 0; e < n; e++)
        order[place[w->rank[ng_voice_entry_suffix(w->voice, level, e)]]++] = e;
    g_free(w->rank);
    w->rank = g_new0(uint32_t, n);
    for (uint32_t i = 0; i < n; i++)
        w->rank[order[i]] = i;
    return order;
}

static void
put_section(Writer *w, unsigned level)
{
    g_autofree uint32_t *order = NULL;
    char title[32];

    g_snprintf(title, sizeof title, "\\%u-grams:\n", level);
    ng_output_puts(w->out, title);
    if (level == 1) {
        w->rank = g_new(uint32_t, w->voice->n[0]);
        for (uint32_t e = 0; e < w->voice->n[0]; e++) {
            w->rank[e] = e;
            put_ngram(w, 1, e);
        }
    } else {
        set_first_words(w, level);
        order = suffix_order(w, level);
        for (size_t i = 0; i < w->voice->n[level - 1]; i++)
            if (!ng_voice_entry_is_blank(w->voice, level, order[i]))
                put_ngram(w, level, order[i]);
    }
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
    Writer w = {.model = model, .voice = ng_model_voice(model, voice), .out = out};
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
    for (unsigned k = 0; k < NG_ORDER_MAX; k++)
        g_free(w.first_word[k]);
    return ng_output_commit(out, error);
}

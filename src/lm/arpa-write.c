/*
 * ARPA text out, in KenLM's layout: 1-grams by their ids, longer ones in suffix
 * order (by the last word, then the one before ...), numbers in the fewest digits
 * that read back as the same float32.
 *
 * Suffix order needs no comparison: sorted stably by the rank of its suffix, a
 * level that stands in order of first words comes out right.  One counting sort
 * a level.  Threads make text of chunks of a level, and write in turn; one of
 * them puts the next level in order meanwhile.
 */
#include "compact.h"
#include "large.h"
#include "model-internal.h"

#include "ngram/arpa.h"
#include "ngram/number.h"
#include "ngram/output.h"
#include "ngram/parallel.h"

#include <pthread.h>
#include <string.h>

enum {
    AHEAD = 8,     /* entries fetched before they are wanted, for each step of the way to them */
    CHUNK = 16384, /* n-grams that a thread takes at once */
    THREADS_MAX = 16,
    SHORT_WORD = 16 /* bytes that are copied whether a word has them or not */
};

/**
 * Order: of a level above 1; level 1 stands in order of ids.
 * @rank: (nullable): [n] the place of each entry; where a longer level wants it
 * @entry: [n] the entry at each place
 * @first: [n] the first word of each entry
 */
typedef struct {
    uint32_t *rank;
    uint32_t *entry;
    NgWord *first;
} Order;

/**
 * Writer:
 * @level: the one being written, from 1
 * @order: [N]
 * @turn: the chunk whose text comes next
 */
typedef struct {
    const NgVoice *voice;
    NgVocabArrays vocab;
    NgOutput *out;
    unsigned level;
    Order order[NG_ORDER_MAX];
    pthread_mutex_t lock;
    pthread_cond_t turned;
    size_t turn;
} Writer;

/** Text: of a chunk; [capacity] of which @length are filled */
typedef struct {
    char *bytes;
    size_t length, capacity;
} Text;

/**
 * Trail: the words but the first of the line before.
 * @entry: [level] of each of their ends
 * @length: [level] bytes of these, separators among them; 0 where there are none yet
 * @end: where all of them end in the text
 */
typedef struct {
    uint32_t entry[NG_ORDER_MAX];
    size_t length[NG_ORDER_MAX];
    size_t end;
} Trail;

static inline float
prob_of(const NgVoice *voice, unsigned level, uint32_t entry)
{
    return level == voice->order ? voice->leaf[entry].prob : voice->entry[level - 1][entry].prob;
}

/* As ng_voice_entry_suffix(), cut to the level below. */
static inline uint32_t
suffix_of(const NgVoice *voice, unsigned level, uint32_t entry)
{
    uint32_t s =
        level == voice->order ? voice->leaf[entry].suffix : voice->entry[level - 1][entry].suffix;

    return s < voice->n[level - 2] ? s : 0;
}

/* The first words of @level, from those of the level below. */
static NgWord *
first_words(const Writer *w, unsigned level)
{
    size_t n = w->voice->n[level - 1];
    NgWord *first = ng_large_new(n, sizeof *first);

    memset(first, 0, n * sizeof *first);
    for (uint32_t h = 0; h < w->voice->n[level - 2]; h++) {
        NgRange range = ng_voice_successors(w->voice, (NgState){level - 1, h});
        for (uint32_t e = range.first; e < range.end; e++)
            first[e] = level > 2 ? w->order[level - 2].first[h] : h;
    }
    return first;
}

/* Puts a level above 1 in order; the one below is. */
static void
set_order(Writer *w, unsigned level)
{
    const NgVoice *voice = w->voice;
    size_t n = voice->n[level - 1];
    size_t n_below = voice->n[level - 2];
    const uint32_t *below = w->order[level - 2].rank;
    Order *o = &w->order[level - 1];
    uint32_t *place = ng_large_new(n_below + 1, sizeof *place);

    memset(place, 0, (n_below + 1) * sizeof *place);
    for (uint32_t e = 0; e < n; e++) {
        uint32_t s = suffix_of(voice, level, e);
        place[(below != NULL ? below[s] : s) + 1]++;
    }
    for (size_t r = 0; r < n_below; r++)
        place[r + 1] += place[r];
    o->entry = ng_large_new(n, sizeof *o->entry);
    o->rank = level < voice->order ? ng_large_new(n, sizeof *o->rank) : NULL;
    for (uint32_t e = 0; e < n; e++) {
        uint32_t s = suffix_of(voice, level, e);
        uint32_t r = place[below != NULL ? below[s] : s]++;
        o->entry[r] = e;
        if (o->rank != NULL)
            o->rank[e] = r;
    }
    g_free(place);
    o->first = first_words(w, level);
}

/* Fetches an entry of @level and its first word. */
#define FETCH_ENTRY(w, level, e)                                                                   \
    do {                                                                                           \
        __builtin_prefetch(&(w)->order[(level)-1].first[e]);                                       \
        if ((level) == (w)->voice->order)                                                          \
            __builtin_prefetch(&(w)->voice->leaf[e]);                                              \
        else                                                                                       \
            __builtin_prefetch(&(w)->voice->entry[(level)-1][e]);                                  \
    } while (0)

/* Fetches what the rows to come will want: themselves, the rest of each behind its first word, and
 * the first words of both.  Always inline: GCC takes a function that does nothing else for one
 * without effect, and leaves the call out. */
static inline __attribute__((always_inline)) void
fetch(const Writer *w, const Order *o, size_t i, size_t n)
{
    const NgVoice *voice = w->voice;
    unsigned k = w->level;

    if (i + 4 * AHEAD < n)
        FETCH_ENTRY(w, k, o->entry[i + 4 * AHEAD]);
    if (i + 3 * AHEAD < n) {
        uint32_t e = o->entry[i + 3 * AHEAD];
        __builtin_prefetch(&w->vocab.offset[o->first[e]]);
        if (k > 2)
            FETCH_ENTRY(w, k - 1, suffix_of(voice, k, e));
    }
    if (i + 2 * AHEAD < n) {
        uint32_t e = o->entry[i + 2 * AHEAD];
        __builtin_prefetch(w->vocab.text + w->vocab.offset[o->first[e]]);
        if (k > 2) {
            uint32_t s = suffix_of(voice, k, e);
            __builtin_prefetch(&w->vocab.offset[w->order[k - 2].first[s]]);
            if (k > 3)
                FETCH_ENTRY(w, k - 2, suffix_of(voice, k - 1, s));
        }
    }
    if (k > 2 && i + AHEAD < n) {
        uint32_t s = suffix_of(voice, k, o->entry[i + AHEAD]);
        __builtin_prefetch(w->vocab.text + w->vocab.offset[w->order[k - 2].first[s]]);
    }
}

static inline void
put_byte(Text *text, char c)
{
    text->bytes[text->length++] = c;
}

/* Makes room for @more bytes, and for what copying and numbers write behind them. */
static inline void
make_room(Text *text, size_t more)
{
    more += (size_t)2 * NG_NUMBER_SIZE + SHORT_WORD + 8;
    if (text->capacity - text->length >= more)
        return;
    text->capacity = MAX(2 * text->capacity, text->length + more);
    text->bytes = g_realloc(text->bytes, text->capacity);
}

static inline void
put_number(Text *text, float x)
{
    if (isinf(x))
        x = -99.0F; /* log 0, as SRILM writes it */
    text->length += ng_number_from_float(text->bytes + text->length, x + 0.0F);
}

static inline void
put_word(const Writer *w, Text *text, NgWord word)
{
    uint64_t begin = w->vocab.offset[word];
    size_t length = w->vocab.offset[word + 1] - begin - 1;
    char *to = text->bytes + text->length;

    if (length <= SHORT_WORD && w->vocab.n_text - begin >= SHORT_WORD)
        memcpy(to, w->vocab.text + begin, SHORT_WORD); /* quicker than to count */
    else {
        make_room(text, length);
        memcpy(text->bytes + text->length, w->vocab.text + begin, length);
    }
    text->length += length;
}

/* The words of an entry of @level.  In suffix order entries of all levels come in runs: from the
 * first level on, downwards, whose entry is that of the line before, its text is copied. */
static inline void
put_words(const Writer *w, Text *text, unsigned level, uint32_t entry, Trail *trail)
{
    unsigned l = level;

    for (; l > 1 && !(trail->length[l] > 0 && trail->entry[l] == entry); l--) {
        trail->entry[l] = entry;
        trail->length[l] = text->length; /* where it begins, until the end is known */
        make_room(text, 0);
        put_word(w, text, w->order[l - 1].first[entry]);
        put_byte(text, ' ');
        entry = suffix_of(w->voice, l, entry);
    }
    if (trail->length[l] > 0 && trail->entry[l] == entry) {
        make_room(text, trail->length[l]);
        memcpy(text->bytes + text->length, text->bytes + trail->end - trail->length[l],
               trail->length[l]);
        text->length += trail->length[l];
    } else {
        size_t at = text->length;
        make_room(text, 0);
        put_word(w, text, entry);
        trail->entry[1] = entry;
        trail->length[1] = text->length - at;
    }
    for (unsigned above = l + 1; above <= level; above++)
        trail->length[above] = text->length - trail->length[above];
    trail->end = text->length;
}

static inline void
put_backoff(const Writer *w, Text *text, uint32_t entry)
{
    if (w->level < w->voice->order) {
        make_room(text, 0);
        put_byte(text, '\t');
        put_number(text, w->voice->entry[w->level - 1][entry].backoff);
    }
    put_byte(text, '\n');
}

/* Level 1: words in order of their ids. */
static void
put_unigrams(const Writer *w, size_t from, size_t end, Text *text)
{
    for (size_t e = from; e < end; e++) {
        make_room(text, 0);
        put_number(text, -fabsf(prob_of(w->voice, 1, (uint32_t)e)));
        put_byte(text, '\t');
        put_word(w, text, (NgWord)e);
        put_backoff(w, text, (uint32_t)e);
    }
}

/* A higher level. */
static void
put_ngrams(const Writer *w, size_t from, size_t end, Text *text)
{
    const Order *o = &w->order[w->level - 1];
    Trail trail = {0};

    for (size_t i = from; i < end; i++) {
        uint32_t e = o->entry[i];
        float prob = prob_of(w->voice, w->level, e);
        fetch(w, o, i, end);
        if (!signbit(prob))
            continue; /* a blank */
        make_room(text, 0);
        put_number(text, -fabsf(prob));
        put_byte(text, '\t');
        put_word(w, text, o->first[e]);
        put_byte(text, ' ');
        put_words(w, text, w->level - 1, suffix_of(w->voice, w->level, e), &trail);
        put_backoff(w, text, e);
    }
}

/* NgTask: item 0 puts the next level in order; the others are chunks of this one. */
static void
do_item(size_t index, unsigned thread G_GNUC_UNUSED, gpointer data)
{
    Writer *w = data;
    size_t n = w->voice->n[w->level - 1];
    Text text = {0};

    if (index == 0) {
        if (w->level < w->voice->order)
            set_order(w, w->level + 1);
        return;
    }
    size_t chunk = index - 1;
    size_t from = chunk * CHUNK;
    size_t end = MIN(from + CHUNK, n);
    make_room(&text, (end - from) * 40);
    if (w->level == 1)
        put_unigrams(w, from, end, &text);
    else
        put_ngrams(w, from, end, &text);
    pthread_mutex_lock(&w->lock);
    while (w->turn != chunk) /* whoever has an earlier chunk is at work on it */
        pthread_cond_wait(&w->turned, &w->lock);
    ng_output_write(w->out, text.bytes, text.length);
    w->turn++;
    pthread_cond_broadcast(&w->turned);
    pthread_mutex_unlock(&w->lock);
    g_free(text.bytes);
}

static void
put_section(Writer *w, unsigned level)
{
    size_t chunks = (w->voice->n[level - 1] + CHUNK - 1) / CHUNK;
    char title[32];

    g_snprintf(title, sizeof title, "\\%u-grams:\n", level);
    ng_output_puts(w->out, title);
    w->level = level;
    w->turn = 0;
    unsigned threads = chunks > 1 ? MIN(ng_parallel_processors(), THREADS_MAX) : 1;
    ng_parallel(1 + chunks, threads, do_item, w);
    g_clear_pointer(&w->order[level - 1].rank, g_free);
    g_clear_pointer(&w->order[level - 1].entry, g_free);
    ng_output_write(w->out, "\n", 1);
}

/* N-grams of a level without blanks. */
static size_t
count_ngrams(const NgVoice *voice, unsigned level)
{
    size_t n = 0;

    for (uint32_t e = 0; e < voice->n[level - 1]; e++)
        n += signbit(prob_of(voice, level, e)) != 0;
    return n;
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
    const NgVoice *source = ng_model_voice(model, voice);
    g_autoptr(NgVoice) plain = source->compact != NULL ? ng_compact_unpack(source->compact) : NULL;
    g_autoptr(NgVocab) words = plain != NULL ? ng_vocab_unpacked(model->vocab) : NULL;
    Writer w = {.voice = plain != NULL ? plain : source,
                .vocab = ng_vocab_arrays(words != NULL ? words : model->vocab),
                .out = out};
    pthread_mutex_init(&w.lock, NULL);
    pthread_cond_init(&w.turned, NULL);
    put_settings(out, &model->text);
    ng_output_puts(out, "\\data\\\n");
    for (unsigned k = 1; k <= w.voice->order; k++) {
        char line[64];
        g_snprintf(line, sizeof line, "ngram %u=%zu\n", k, count_ngrams(w.voice, k));
        ng_output_puts(out, line);
    }
    ng_output_puts(out, "\n");
    for (unsigned k = 1; k <= w.voice->order; k++)
        put_section(&w, k);
    ng_output_puts(out, "\\end\\\n");
    for (unsigned k = 0; k < w.voice->order; k++)
        g_free(w.order[k].first);
    pthread_cond_destroy(&w.turned);
    pthread_mutex_destroy(&w.lock);
    return ng_output_commit(out, error);
}

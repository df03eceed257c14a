/*
 * Blocks of n-grams of ARPA text
 *
 * All bytes that may end a field are found first, then lines are taken by
 * batches: the places where their words will be looked up are fetched for a
 * whole batch before the first look-up.  In suffix order, which is how lmplz
 * and ng_arpa_write() sort, a line mostly shares all words but the first with
 * the line before: then its bytes are compared and nothing is looked up.  The
 * rest of an n-gram is found by walking along the shorter lists, which stand in
 * the same order.
 *
 * A block that is not in that order, or whose n-grams want shorter ones that
 * are not there, gives plain words.  A line of unusual layout, with a word above
 * 16 bytes, or with anything wrong is given to ng_arpa_line().
 */
#include "arpa-line.h"
#include "fault.h"

#include "ngram/number.h"

#include <math.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

enum { BATCH = 32 };

/**
 * Line: one of a batch.
 * @begin, @end: in the text, without LF
 * @odd: to be parsed the plain way
 * @same: all words but the first are those of the line before
 * @key: its first key
 */
typedef struct {
    uint32_t begin, end;
    gboolean odd, same;
    unsigned key;
} Line;

/**
 * NgArpaScratch: room for the work on a block.
 * @mark: [room] places of bytes up to ' ', that is of blanks, LF and control characters
 */
struct NgArpaScratch {
    uint32_t *mark;
    size_t room;
    Line line[BATCH];
    NgWordKey key[BATCH * NG_ORDER_MAX];
    uint64_t home[BATCH * NG_ORDER_MAX];
};

/**
 * Parser:
 * @at: row of the first line
 * @begin: of the next line
 * @mark: next mark
 * @rest_text, @rest_length: words but the first of the line before; none where NULL
 * @words: (nullable): [lines][k] gets the words, else the rows get links
 * @walk: [k] where the walk along each shorter list stands
 * @rest: of the line before
 * @last: key of the row before
 */
typedef struct {
    const NgArpaSection *s;
    const NgBlock *block;
    NgArpaScratch *scratch;
    size_t at;
    uint32_t begin;
    const uint32_t *mark;
    const char *rest_text;
    size_t rest_length;
    NgWord *words;
    size_t walk[NG_ORDER_MAX];
    uint32_t rest;
    uint64_t last;
    gboolean any;
} Parser;

NgArpaScratch *
ng_arpa_scratch_new(void)
{
    return g_new0(NgArpaScratch, 1);
}

void
ng_arpa_scratch_free(NgArpaScratch *self)
{
    g_free(self->mark);
    g_free(self);
}

/* Marks the bytes up to ' '. */
static void
find_marks(const NgBlock *block, NgArpaScratch *scratch)
{
    const char *text = block->text;
    size_t length = block->length;
    size_t i = 0;
    size_t ahead = NG_ORDER_MAX + 3; /* a line's marks are looked at before its end is known */

    if (scratch->room < length + ahead) {
        scratch->room = length + ahead;
        g_free(scratch->mark);
        scratch->mark = g_new(uint32_t, scratch->room);
    }
    uint32_t *mark = scratch->mark;
#if defined(__SSE2__)
    const __m128i blank = _mm_set1_epi8(' ');
    for (; length - i >= 16; i += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(text + i));
        __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(bytes, blank), bytes);
        for (unsigned m = (unsigned)_mm_movemask_epi8(low); m != 0; m &= m - 1)
            *mark++ = (uint32_t)i + (uint32_t)__builtin_ctz(m);
    }
#endif
    for (; i < length; i++)
        if ((unsigned char)text[i] <= ' ')
            *mark++ = (uint32_t)i;
    while (ahead-- > 0)
        *mark++ = (uint32_t)length; /* a zero byte stands there */
}

static inline gboolean
is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static inline gboolean
read_number(const char *text, uint32_t begin, uint32_t end, float *x)
{
    return ng_number_to_float(text + begin, end - begin, x) && !isnan(*x);
}

/* Whether the line at @begin, whose marks are next, has the usual layout; @n gets its marks. */
static inline gboolean
is_usual(const Parser *p, uint32_t begin, unsigned *n)
{
    const char *text = p->block->text;
    const uint32_t *m = p->mark;
    unsigned k = p->s->k;
    uint32_t before = begin;

    for (unsigned j = 0; j < k; j++) {
        if (m[j] == before || !is_blank(text[m[j]]))
            return FALSE;
        before = m[j] + 1;
    }
    *n = k + 1;
    if (m[k] == before)
        return FALSE;
    if (text[m[k]] == '\n')
        return TRUE;
    *n = k + 2;
    return is_blank(text[m[k]]) && m[k + 1] > m[k] + 1 && text[m[k + 1]] == '\n';
}

/* Sets the numbers of a row; FALSE where they may not be. */
static inline gboolean
set_numbers(Parser *p, size_t i, uint32_t begin, unsigned n)
{
    const char *text = p->block->text;
    const uint32_t *m = p->mark;
    NgSuffixed *list = &p->s->lists[p->s->k - 1];
    float backoff = 0.0F;
    float *prob = &ng_suffixed_row(list, i)->prob;

    if (!read_number(text, begin, m[0], prob) || *prob > 0.0F)
        return FALSE;
    if (n == p->s->k + 2 && (!read_number(text, m[n - 2] + 1, m[n - 1], &backoff) ||
                             backoff == HUGE_VALF || (list->backoff == NULL && backoff != 0.0F)))
        return FALSE;
    if (list->backoff != NULL)
        *ng_suffixed_backoff(list, i) = backoff;
    return TRUE;
}

/* Makes a word ready to be looked up; FALSE where it is too long for that. */
static inline gboolean
fetch_word(Parser *p, uint32_t begin, uint32_t end, unsigned key)
{
    if (end - begin > NG_WORD_KEY_MAX)
        return FALSE;
    NgArpaScratch *scratch = p->scratch;
    scratch->key[key] = ng_word_key_padded(p->block->text + begin, end - begin);
    scratch->home[key] = ng_word_table_home(p->s->table, &scratch->key[key]);
    const NgWordSlot *slot = &p->s->table->slot[scratch->home[key]];
    __builtin_prefetch(slot);
    __builtin_prefetch(slot + 1);
    return TRUE;
}

/* Takes the next line apart; returns the first key free behind it. */
static inline unsigned
prepare_line(Parser *p, size_t i, Line *line, unsigned key)
{
    const char *text = p->block->text;
    unsigned k = p->s->k;
    unsigned n = 0;
    const uint32_t *m = p->mark;

    *line = (Line){.begin = line->begin, .key = key};
    if (!is_usual(p, line->begin, &n) || !set_numbers(p, i, line->begin, n)) {
        while (text[*p->mark] != '\n')
            p->mark++;
        line->odd = TRUE;
        n = 1;
        m = p->mark;
        p->rest_text = NULL;
    } else {
        const char *rest = text + m[1] + 1;
        size_t length = m[k] - m[1] - 1;
        line->same = p->words == NULL && p->rest_text != NULL && p->rest_length == length &&
                     memcmp(p->rest_text, rest, length) == 0;
        p->rest_text = rest;
        p->rest_length = length;
        unsigned wanted = line->same ? 1 : k;
        for (unsigned j = 0; j < wanted && !line->odd; j++)
            line->odd = !fetch_word(p, m[j] + 1, m[j + 1], key++);
    }
    line->end = m[n - 1];
    p->mark = m + n;
    return key;
}

/* Parses an odd line; the words of a line with the same rest as the one before are complete too. */
static gboolean
finish_odd(Parser *p, size_t i, const Line *line, NgWord *words, GError **error)
{
    const NgArpaSection *s = p->s;
    const char *text = p->block->text + line->begin;
    size_t length = line->end - line->begin;
    guint64 number = p->block->line + i;
    NgArpaNgram ngram = {0};

    while (length > 0 && (is_blank(text[length - 1]) || text[length - 1] == '\r'))
        length--;
    if (length == 0)
        return ng_fault_at(s->path, number, error,
                           "%zu %u-grams, but the header says %" G_GUINT64_FORMAT, p->at + i, s->k,
                           s->declared);
    if (!ng_arpa_line(s, number, text, length, &ngram, error))
        return FALSE;
    NgSuffixed *list = &s->lists[s->k - 1];
    ng_suffixed_row(list, p->at + i)->prob = ngram.prob;
    if (list->backoff != NULL)
        *ng_suffixed_backoff(list, p->at + i) = ngram.backoff;
    memcpy(words, ngram.words, s->k * sizeof *words);
    return TRUE;
}

/* Looks up the words of a line; FALSE where one is not in the table. */
static inline gboolean
find_words(const Parser *p, const Line *line, NgWord *words)
{
    const NgArpaScratch *scratch = p->scratch;
    unsigned wanted = line->same ? 1 : p->s->k;

    for (unsigned j = 0; j < wanted; j++) {
        unsigned key = line->key + j;
        words[j] = ng_word_table_find(p->s->table, &scratch->key[key], scratch->home[key]);
        if (words[j] == NG_WORD_NONE)
            return FALSE;
    }
    return TRUE;
}

/* Finds the place of all words but the first; FALSE where the shorter lists have it not. */
static inline gboolean
find_rest(Parser *p, const NgWord *words)
{
    unsigned k = p->s->k;
    uint32_t rest = words[k - 1];

    for (unsigned level = 2; level < k; level++) {
        const NgSuffixed *list = &p->s->lists[level - 1];
        uint64_t key = (uint64_t)rest << 32 | words[k - level];
        size_t i = ng_suffixed_find(list, p->walk[level], key);
        if (i >= list->n || ng_suffixed_key(list, i) != key)
            return FALSE;
        p->walk[level] = i;
        rest = (uint32_t)i;
    }
    p->rest = rest;
    return TRUE;
}

/* Files the words of row @i; FALSE where it is not in order. */
static inline gboolean
set_row(Parser *p, size_t i, const NgWord *words, gboolean same)
{
    unsigned k = p->s->k;

    if (p->words != NULL) {
        memcpy(p->words + i * k, words, k * sizeof *words);
        return TRUE;
    }
    if (!same && !find_rest(p, words))
        return FALSE;
    uint64_t key = (uint64_t)p->rest << 32 | words[0];
    if (p->any && key <= p->last)
        return FALSE;
    NgSuffixRow *row = ng_suffixed_row(&p->s->lists[k - 1], p->at + i);
    row->first = words[0];
    row->rest = p->rest;
    p->last = key;
    p->any = TRUE;
    return TRUE;
}

/* The next @n lines; FALSE with @error, or without one where they are not in order. */
static gboolean
parse_batch(Parser *p, size_t done, unsigned n, GError **error)
{
    NgWord words[NG_ORDER_MAX] = {0};
    unsigned key = 0;

    for (unsigned b = 0; b < n; b++) {
        Line *line = &p->scratch->line[b];
        line->begin = p->begin;
        key = prepare_line(p, p->at + done + b, line, key);
        p->begin = line->end + 1;
    }
    for (unsigned b = 0; b < n; b++) {
        Line *line = &p->scratch->line[b];
        if (line->odd || !find_words(p, line, words)) {
            line->same = FALSE;
            if (!finish_odd(p, done + b, line, words, error))
                return FALSE;
        }
        if (!set_row(p, done + b, words, line->same))
            return FALSE;
    }
    return TRUE;
}

/* All lines of a block, as parse_batch(). */
static gboolean
parse_lines(Parser *p, GError **error)
{
    for (size_t done = 0; done < p->block->lines; done += BATCH)
        if (!parse_batch(p, done, (unsigned)MIN((size_t)BATCH, p->block->lines - done), error))
            return FALSE;
    return TRUE;
}

/**
 * ng_arpa_block:
 * @block: lines of the section, n-grams all of them where nothing is wrong
 * @at: row of the list that the first line becomes; there is room for all
 * @words: (out) (transfer full) (nullable): NULL where the rows have got their links; else the
 *   words of each, and only the numbers stand in the rows
 *
 * Different blocks may be parsed at the same time.
 *
 * Returns: whether all lines are n-grams; the error is of the first that is not
 */
gboolean
ng_arpa_block(const NgArpaSection *s, const NgBlock *block, size_t at, NgArpaScratch *scratch,
              NgWord **words, GError **error)
{
    g_autoptr(GError) inner = NULL;

    find_marks(block, scratch);
    if (s->ordered) {
        Parser p = {.s = s, .block = block, .scratch = scratch, .at = at, .mark = scratch->mark};
        if (parse_lines(&p, &inner))
            return TRUE;
        if (inner != NULL) {
            g_propagate_error(error, g_steal_pointer(&inner));
            return FALSE;
        }
    }
    g_autofree NgWord *all = g_new(NgWord, block->lines * s->k);
    Parser p = {
        .s = s, .block = block, .scratch = scratch, .at = at, .mark = scratch->mark, .words = all};
    if (!parse_lines(&p, error))
        return FALSE;
    *words = g_steal_pointer(&all);
    return TRUE;
}

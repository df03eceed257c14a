/*
 * One line of ARPA text: probability, words, back-off weight
 *
 * The plain way, which takes every layout and says what is wrong with a line.
 * arpa-block.c is quicker with the usual layout and leaves the rest to this.
 */
#include "arpa-line.h"

#include "fault.h"

#include "ngram/number.h"

#include <math.h>

static gboolean
is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/** ng_arpa_next_field: Returns: whether there is one more field in [*@at, @end) */
gboolean
ng_arpa_next_field(const char **at, const char *end, const char **field, size_t *length)
{
    const char *p = *at;

    while (p < end && is_blank(*p))
        p++;
    *field = p;
    while (p < end && !is_blank(*p))
        p++;
    *length = (size_t)(p - *field);
    *at = p;
    return *length > 0;
}

static gboolean
parse_number(const NgArpaSection *s, guint64 number, const char *field, size_t length, float *x,
             GError **error)
{
    if (ng_number_to_float(field, length, x) && !isnan(*x))
        return TRUE;
    g_autofree char *text = g_strndup(field, length);
    return ng_fault_at(s->path, number, error, "'%s' is no number", text);
}

/* The word of @field as an id; on level 1 a new one. */
static gboolean
parse_word(const NgArpaSection *s, guint64 number, const char *field, size_t length, NgWord *id,
           GError **error)
{
    if (length == 5 && g_ascii_strncasecmp(field, "<unk>", 5) == 0) {
        *id = NG_WORD_UNKNOWN;
        return TRUE;
    }
    if (s->k == 1) {
        *id = ng_vocab_add(s->vocab, field, length);
        return TRUE;
    }
    *id = ng_vocab_find(s->vocab, field, length);
    if (*id != NG_WORD_UNKNOWN)
        return TRUE;
    g_autofree char *text = g_strndup(field, length);
    return ng_fault_at(s->path, number, error, "the word '%s' is no 1-gram", text);
}

/**
 * ng_arpa_line:
 * @number: of the line
 * @line: [@length] without line end and blanks before it
 * @ngram: (out): what it says; of no meaning after an error
 *
 * Returns: whether it is an n-gram of @s
 */
gboolean
ng_arpa_line(const NgArpaSection *s, guint64 number, const char *line, size_t length,
             NgArpaNgram *ngram, GError **error)
{
    const char *at = line;
    const char *end = line + length;
    const char *field = NULL;
    size_t n = 0;

    ngram->prob = ngram->backoff = 0.0F;
    if (!ng_arpa_next_field(&at, end, &field, &n) ||
        !parse_number(s, number, field, n, &ngram->prob, error))
        return FALSE;
    if (ngram->prob > 0.0F)
        return ng_fault_at(s->path, number, error, "a log probability above 0");
    for (unsigned j = 0; j < s->k; j++) {
        if (!ng_arpa_next_field(&at, end, &field, &n))
            return ng_fault_at(s->path, number, error, "%u words wanted, %u found", s->k, j);
        if (!parse_word(s, number, field, n, &ngram->words[j], error))
            return FALSE;
    }
    if (!ng_arpa_next_field(&at, end, &field, &n))
        return TRUE;
    if (!parse_number(s, number, field, n, &ngram->backoff, error))
        return FALSE;
    if (isinf(ngram->backoff) && ngram->backoff > 0.0F)
        return ng_fault_at(s->path, number, error, "an infinite back-off weight");
    if (s->k == s->order && ngram->backoff != 0.0F)
        return ng_fault_at(s->path, number, error,
                           "a back-off weight on an n-gram of the highest order");
    if (ng_arpa_next_field(&at, end, &field, &n))
        return ng_fault_at(s->path, number, error, "more than %u words and a back-off weight",
                           s->k);
    return TRUE;
}

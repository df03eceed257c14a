/*
 * ARPA text in
 *
 *   \data\
 *   ngram 1=3
 *
 *   \1-grams:
 *   log10_probability TAB words TAB log10_back-off
 *
 *   \end\
 *
 * Strict about what changes the meaning, with the line's number: a probability
 * above 1, a number that is none, a word that is no 1-gram, an n-gram twice, a
 * count that does not hold.  Generous about what other programs leave out or
 * put in: comments before \data\, blanks for tabs, CRLF, back-offs left out or
 * positive, no <unk>, no <s>, n-grams whose context or suffix was pruned (they
 * are filled in with what backing off gives, and marked as blanks).
 */
#include "fault.h"
#include "model-internal.h"
#include "ngrams.h"

#include "ngram/arpa.h"
#include "ngram/error.h"
#include "ngram/input.h"
#include "ngram/number.h"

#include <string.h>

static const float unknown_logprob = -100.0F; /* as KenLM takes it where <unk> is missing */
static const float missing_logprob = -99.0F;  /* as SRILM writes log 0 */
static const char model_line[] = "\x89NGM";   /* the first line of a model file: its magic */

/**
 * Reader:
 * @declared: [N] counts of the header
 * @list: [NG_ORDER_MAX] n-grams; list[0] has no words, its row i is of word i
 */
typedef struct {
    NgInput *input;
    NgVocab *vocab;
    unsigned order;
    guint64 declared[NG_ORDER_MAX];
    NgNgrams *list;
    NgModelText text;
    char *pattern;
    const char *line;
    size_t length;
} Reader;

static gboolean
is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The next line into @r; at the end an error that says what was awaited. */
static gboolean
next_line(Reader *r, const char *awaited, GError **error)
{
    g_autoptr(GError) inner = NULL;

    if (ng_input_line(r->input, &r->line, &r->length, &inner)) {
        while (r->length > 0 &&
               (is_blank(r->line[r->length - 1]) || r->line[r->length - 1] == '\r'))
            r->length--;
        return TRUE;
    }
    if (inner == NULL && ng_input_line_number(r->input) == 0) {
        g_set_error(error, NG_ERROR, NG_ERROR_FORMAT,
                    "%s: empty file, neither a model nor ARPA text", ng_input_path(r->input));
        return FALSE;
    }
    if (inner == NULL)
        return ng_fault(r->input, error, "the file ends where %s should come (is it cut short?)",
                        awaited);
    g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}

static gboolean
line_is(const Reader *r, const char *text)
{
    return r->length == strlen(text) && memcmp(r->line, text, r->length) == 0;
}

static gboolean
line_begins(const Reader *r, const char *text)
{
    return r->length >= strlen(text) && memcmp(r->line, text, strlen(text)) == 0;
}

/* Whether there is a tokenizer for what a comment says. */
static gboolean
check_settings(const Reader *r, GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autoptr(NgTokenizer) tokenizer =
        ng_tokenizer_new(r->text.tokens, r->text.pattern, r->text.fold, &inner);

    return tokenizer != NULL || ng_fault(r->input, error, "%s", inner->message);
}

/* `# ngram: tokens=words case=fold unit=line`, which ng_arpa_write() puts first. */
static gboolean
read_settings(Reader *r, GError **error)
{
    g_autofree char *line = g_strndup(r->line, r->length);
    g_auto(GStrv) parts = g_strsplit(line, " ", -1);

    for (char **p = parts + 2; parts[0] != NULL && parts[1] != NULL && *p != NULL; p++) {
        char *value = strchr(*p, '=');
        if (value == NULL)
            return ng_fault(r->input, error, "'%s' is no setting", *p);
        *value++ = '\0';
        gboolean known = TRUE;
        if (g_str_equal(*p, "tokens"))
            known = ng_tokens_from_name(value, &r->text.tokens);
        else if (g_str_equal(*p, "case")) {
            r->text.fold = g_str_equal(value, "fold");
            known = r->text.fold || g_str_equal(value, "keep");
        } else if (g_str_equal(*p, "unit"))
            known = ng_unit_from_name(value, &r->text.unit);
        else if (g_str_equal(*p, "pattern")) {
            g_free(r->pattern);
            r->pattern = g_uri_unescape_string(value, NULL);
            known = r->pattern != NULL;
        }
        if (!known)
            return ng_fault(r->input, error, "'%s' is no way to cut text", value);
    }
    r->text.pattern = r->pattern;
    return check_settings(r, error);
}

static gboolean
read_header(Reader *r, GError **error)
{
    do {
        if (!next_line(r, "\\data\\", error))
            return FALSE;
        if (line_is(r, model_line) && ng_input_line_number(r->input) == 1) {
            g_set_error(error, NG_ERROR, NG_ERROR_FORMAT,
                        "%s: a packed model file, or one from a pipe, cannot be mapped (unpack it "
                        "first, into a file)",
                        ng_input_path(r->input));
            return FALSE;
        }
        if (r->length > 0 && r->line[0] != '#' && !line_is(r, "\\data\\"))
            return ng_fault(r->input, error,
                            "neither a comment nor \\data\\ (is this a model file or ARPA?)");
        if (line_begins(r, "# ngram: ") && !read_settings(r, error))
            return FALSE;
    } while (!line_is(r, "\\data\\"));
    for (;;) {
        if (!next_line(r, "\\1-grams:", error))
            return FALSE;
        if (r->length == 0 && r->order > 0)
            return TRUE;
        if (r->length == 0)
            continue;
        g_autofree char *line = g_strndup(r->line, r->length);
        guint64 k = 0;
        char *equals = strchr(line, '=');
        if (!g_str_has_prefix(line, "ngram ") || equals == NULL)
            return ng_fault(r->input, error, "not of the form 'ngram 1=100'");
        *equals = '\0';
        const char *order = g_strstrip(line + strlen("ngram "));
        const char *count = g_strstrip(equals + 1);
        if (!ng_number_to_uint64(order, strlen(order), &k) || k != r->order + 1)
            return ng_fault(r->input, error, "the count of %u-grams should come here",
                            r->order + 1);
        if (k > NG_ORDER_MAX)
            return ng_fault(r->input, error, "an order above %d", NG_ORDER_MAX);
        if (!ng_number_to_uint64(count, strlen(count), &r->declared[r->order]) ||
            r->declared[r->order] >= UINT32_MAX)
            return ng_fault(r->input, error, "'%s' is no count", count);
        r->order++;
    }
}

/* The next field of [*at, end); FALSE where there is none. */
static gboolean
next_field(const char **at, const char *end, const char **field, size_t *length)
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
parse_number(const Reader *r, const char *field, size_t length, float *x, GError **error)
{
    if (ng_number_to_float(field, length, x) && !isnan(*x))
        return TRUE;
    g_autofree char *text = g_strndup(field, length);
    return ng_fault(r->input, error, "'%s' is no number", text);
}

/* The word of @field as an id; on level 1 a new one. */
static gboolean
parse_word(Reader *r, unsigned k, const char *field, size_t length, NgWord *id, GError **error)
{
    gboolean unknown = length == 5 && g_ascii_strncasecmp(field, "<unk>", 5) == 0;

    if (unknown) {
        *id = NG_WORD_UNKNOWN;
        return TRUE;
    }
    if (k > 1) {
        *id = ng_vocab_find(r->vocab, field, length);
        if (*id != NG_WORD_UNKNOWN)
            return TRUE;
        g_autofree char *text = g_strndup(field, length);
        return ng_fault(r->input, error, "the word '%s' is no 1-gram", text);
    }
    *id = ng_vocab_add(r->vocab, field, length);
    return TRUE;
}

static gboolean
parse_ngram(Reader *r, unsigned k, NgWord *words, NgRow *row, GError **error)
{
    const char *at = r->line;
    const char *end = r->line + r->length;
    const char *field = NULL;
    size_t length = 0;

    *row = (NgRow){.prob = 0.0F, .backoff = 0.0F, .line = ng_input_line_number(r->input)};
    if (!next_field(&at, end, &field, &length) ||
        !parse_number(r, field, length, &row->prob, error))
        return FALSE;
    if (row->prob > 0.0F)
        return ng_fault(r->input, error, "a log probability above 0");
    for (unsigned j = 0; j < k; j++) {
        if (!next_field(&at, end, &field, &length))
            return ng_fault(r->input, error, "%u words wanted, %u found", k, j);
        if (!parse_word(r, k, field, length, &words[j], error))
            return FALSE;
    }
    if (!next_field(&at, end, &field, &length))
        return TRUE;
    if (!parse_number(r, field, length, &row->backoff, error))
        return FALSE;
    if (isinf(row->backoff) && row->backoff > 0.0F)
        return ng_fault(r->input, error, "an infinite back-off weight");
    if (k == r->order && row->backoff != 0.0F)
        return ng_fault(r->input, error, "a back-off weight on an n-gram of the highest order");
    if (next_field(&at, end, &field, &length))
        return ng_fault(r->input, error, "more than %u words and a back-off weight", k);
    return TRUE;
}

/* Files a 1-gram under its word, which may have come before as one of the three fixed ones. */
static gboolean
add_unigram(Reader *r, NgWord word, const NgRow *row, GError **error)
{
    GArray *rows = r->list[0].rows;

    if (word >= rows->len)
        g_array_set_size(rows, word + 1);
    NgRow *old = &g_array_index(rows, NgRow, word);
    if (old->line != 0)
        return ng_fault(r->input, error,
                        "the word '%s' stands on line %" G_GUINT64_FORMAT " already",
                        ng_vocab_word(r->vocab, word, NULL), old->line);
    *old = *row;
    return TRUE;
}

static gboolean
read_section(Reader *r, unsigned k, GError **error)
{
    char title[32];
    NgWord words[NG_ORDER_MAX] = {0};
    NgRow row;

    g_snprintf(title, sizeof title, "\\%u-grams:", k);
    while (r->length == 0)
        if (!next_line(r, title, error))
            return FALSE;
    if (!line_is(r, title))
        return ng_fault(r->input, error, "%s should come here", title);
    guint64 n = 0;
    for (;; n++) {
        if (!next_line(r, n < r->declared[k - 1] ? "another n-gram" : "\\end\\", error))
            return FALSE;
        if (r->length == 0 || (r->line[0] == '\\' && n >= r->declared[k - 1]))
            break;
        if (n >= r->declared[k - 1])
            return ng_fault(r->input, error,
                            "more %u-grams than the %" G_GUINT64_FORMAT " of the header", k,
                            r->declared[k - 1]);
        if (!parse_ngram(r, k, words, &row, error))
            return FALSE;
        if (k > 1)
            ng_ngrams_add(&r->list[k - 1], words, &row);
        else if (!add_unigram(r, words[0], &row, error))
            return FALSE;
    }
    if (n < r->declared[k - 1])
        return ng_fault(r->input, error,
                        "%" G_GUINT64_FORMAT " %u-grams, but the header says %" G_GUINT64_FORMAT, n,
                        k, r->declared[k - 1]);
    return TRUE;
}

static gboolean
read_end(Reader *r, GError **error)
{
    g_autoptr(GError) inner = NULL;

    while (r->length == 0)
        if (!next_line(r, "\\end\\", error))
            return FALSE;
    if (!line_is(r, "\\end\\"))
        return ng_fault(r->input, error, "\\end\\ should come here");
    while (ng_input_line(r->input, &r->line, &r->length, &inner))
        for (size_t i = 0; i < r->length; i++)
            if (!g_ascii_isspace(r->line[i]))
                return ng_fault(r->input, error, "text after \\end\\");
    if (inner != NULL) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return FALSE;
    }
    return TRUE;
}

/* What the three fixed words have where the file does not name them. */
static void
complete_unigrams(Reader *r)
{
    GArray *rows = r->list[0].rows;

    g_array_set_size(rows, (guint)ng_vocab_size(r->vocab));
    for (NgWord w = 0; w < NG_WORDS_FIXED; w++)
        if (g_array_index(rows, NgRow, w).line == 0)
            g_array_index(rows, NgRow, w).prob =
                w == NG_WORD_UNKNOWN ? unknown_logprob : missing_logprob;
}

static gboolean
read_all(Reader *r, GError **error)
{
    if (!read_header(r, error))
        return FALSE;
    for (unsigned k = 1; k <= r->order; k++)
        if (!read_section(r, k, error))
            return FALSE;
    if (!read_end(r, error))
        return FALSE;
    complete_unigrams(r);
    for (unsigned k = 2; k <= r->order; k++) {
        ng_ngrams_sort(&r->list[k - 1], ng_vocab_size(r->vocab));
        size_t twice = ng_ngrams_find_repeated(&r->list[k - 1]);
        if (twice == 0)
            continue;
        g_set_error(error, NG_ERROR, NG_ERROR_FORMAT,
                    "%s:%" G_GUINT64_FORMAT ": the n-gram stands on line %" G_GUINT64_FORMAT
                    " already",
                    ng_input_path(r->input), ng_ngrams_row(&r->list[k - 1], twice)->line,
                    ng_ngrams_row(&r->list[k - 1], twice - 1)->line);
        return FALSE;
    }
    return TRUE;
}

static NgModel *
build_model(const Reader *r)
{
    NgModel *model = ng_model_new(r->vocab, &r->text);

    g_key_file_set_string(model->manifest, "model", "source", "ARPA");
    ng_model_add_voice(model, "", ng_ngrams_to_voice(r->list, r->order, ng_vocab_size(r->vocab)));
    return model;
}

/**
 * ng_arpa_read:
 * @path: ARPA text, plain or packed; `-` is standard input
 * @error: return location for a #GError, or %NULL
 *
 * Text of other programs is taken as cut at white space (`--tokens space`); a
 * comment that ng_arpa_write() leaves says otherwise.
 *
 * Errors: %G_FILE_ERROR; %NG_ERROR_FORMAT with file and line.
 *
 * Returns: (transfer full): a model of one voice
 */
NgModel *
ng_arpa_read(const char *path, GError **error)
{
    g_return_val_if_fail(path != NULL, NULL);

    g_autoptr(NgInput) input = ng_input_open(path, error);
    return input != NULL ? ng_arpa_parse(input, error) : NULL;
}

/**
 * ng_arpa_parse:
 * @input: ARPA text, at its beginning
 * @error: return location for a #GError, or %NULL
 *
 * As ng_arpa_read().
 *
 * Returns: (transfer full): a model of one voice
 */
NgModel *
ng_arpa_parse(NgInput *input, GError **error)
{
    g_return_val_if_fail(input != NULL, NULL);

    NgNgrams list[NG_ORDER_MAX];
    Reader r = {
        .input = input, .list = list, .text = {.tokens = NG_TOKENS_SPACE, .unit = NG_UNIT_LINE}};
    r.vocab = ng_vocab_new();
    for (unsigned k = 0; k < NG_ORDER_MAX; k++)
        ng_ngrams_init(&r.list[k], k + 1);
    g_array_unref(r.list[0].rows);
    r.list[0].rows = g_array_new(FALSE, TRUE, sizeof(NgRow));
    g_array_set_size(r.list[0].rows, NG_WORDS_FIXED);
    NgModel *model = read_all(&r, error) ? build_model(&r) : NULL;
    for (unsigned k = 0; k < NG_ORDER_MAX; k++)
        ng_ngrams_clear(&r.list[k]);
    ng_vocab_unref(r.vocab);
    g_free(r.pattern);
    return model;
}

/*
 * The head of ARPA text: comments, one of which may say how text is cut, and
 * the counts.
 */
#include "arpa-reader.h"
#include "fault.h"

#include "ngram/error.h"
#include "ngram/number.h"

#include <string.h>

static const char model_line[] = "\x89NGM"; /* the first line of a model file: its magic */

static gboolean
is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/** ng_arpa_ends_early: Returns: FALSE, with the error of a file that ends where @awaited should come */
gboolean
ng_arpa_ends_early(const NgArpaReader *r, const char *awaited, GError **error)
{
    if (r->lines.line > 0)
        return ng_fault_at(r->path, r->lines.line, error,
                           "the file ends where %s should come (is it cut short?)", awaited);
    g_set_error(error, NG_ERROR, NG_ERROR_FORMAT, "%s: empty file, neither a model nor ARPA text",
                r->path);
    return FALSE;
}

/** ng_arpa_next_line: the next line into @r, without blanks at its end; no line is an error */
gboolean
ng_arpa_next_line(NgArpaReader *r, const char *awaited, GError **error)
{
    g_autoptr(GError) inner = NULL;

    if (ng_lines_next(&r->lines, &r->line, &r->length, &inner)) {
        while (r->length > 0 &&
               (is_blank(r->line[r->length - 1]) || r->line[r->length - 1] == '\r'))
            r->length--;
        return TRUE;
    }
    if (inner == NULL)
        return ng_arpa_ends_early(r, awaited, error);
    g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}

/** ng_arpa_line_is: Returns: whether the line at hand is @text */
gboolean
ng_arpa_line_is(const NgArpaReader *r, const char *text)
{
    return r->length == strlen(text) && memcmp(r->line, text, r->length) == 0;
}

static gboolean
line_begins(const NgArpaReader *r, const char *text)
{
    return r->length >= strlen(text) && memcmp(r->line, text, strlen(text)) == 0;
}

/* Whether there is a tokenizer for what a comment says. */
static gboolean
check_settings(const NgArpaReader *r, GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autoptr(NgTokenizer) tokenizer =
        ng_tokenizer_new(r->text.tokens, r->text.pattern, r->text.fold, &inner);

    return tokenizer != NULL || ng_fault_at(r->path, r->lines.line, error, "%s", inner->message);
}

/* `# ngram: tokens=words case=fold unit=line`, which ng_arpa_write() puts first. */
static gboolean
read_settings(NgArpaReader *r, GError **error)
{
    g_autofree char *line = g_strndup(r->line, r->length);
    g_auto(GStrv) parts = g_strsplit(line, " ", -1);

    for (char **p = parts + 2; parts[0] != NULL && parts[1] != NULL && *p != NULL; p++) {
        char *value = strchr(*p, '=');
        if (value == NULL)
            return ng_fault_at(r->path, r->lines.line, error, "'%s' is no setting", *p);
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
            return ng_fault_at(r->path, r->lines.line, error, "'%s' is no way to cut text", value);
    }
    r->text.pattern = r->pattern;
    return check_settings(r, error);
}

/** ng_arpa_read_header: reads comments, `\\data\\` and the counts, up to the first title */
gboolean
ng_arpa_read_header(NgArpaReader *r, GError **error)
{
    do {
        if (!ng_arpa_next_line(r, "\\data\\", error))
            return FALSE;
        if (ng_arpa_line_is(r, model_line) && r->lines.line == 1) {
            g_set_error(error, NG_ERROR, NG_ERROR_FORMAT,
                        "%s: a packed model file, or one from a pipe, cannot be mapped (unpack it "
                        "first, into a file)",
                        r->path);
            return FALSE;
        }
        if (r->length > 0 && r->line[0] != '#' && !ng_arpa_line_is(r, "\\data\\"))
            return ng_fault_at(r->path, r->lines.line, error,
                               "neither a comment nor \\data\\ (is this a model file or ARPA?)");
        if (line_begins(r, "# ngram: ") && !read_settings(r, error))
            return FALSE;
    } while (!ng_arpa_line_is(r, "\\data\\"));
    for (;;) {
        if (!ng_arpa_next_line(r, "\\1-grams:", error))
            return FALSE;
        if (r->length == 0 && r->order > 0)
            return TRUE;
        if (r->length == 0)
            continue;
        g_autofree char *line = g_strndup(r->line, r->length);
        guint64 k = 0;
        char *equals = strchr(line, '=');
        if (!g_str_has_prefix(line, "ngram ") || equals == NULL)
            return ng_fault_at(r->path, r->lines.line, error, "not of the form 'ngram 1=100'");
        *equals = '\0';
        const char *order = g_strstrip(line + strlen("ngram "));
        const char *count = g_strstrip(equals + 1);
        if (!ng_number_to_uint64(order, strlen(order), &k) || k != r->order + 1)
            return ng_fault_at(r->path, r->lines.line, error,
                               "the count of %u-grams should come here", r->order + 1);
        if (k > NG_ORDER_MAX)
            return ng_fault_at(r->path, r->lines.line, error, "an order above %d", NG_ORDER_MAX);
        if (!ng_number_to_uint64(count, strlen(count), &r->declared[r->order]) ||
            r->declared[r->order] >= UINT32_MAX)
            return ng_fault_at(r->path, r->lines.line, error, "'%s' is no count", count);
        r->order++;
    }
}

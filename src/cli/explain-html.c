/*
 * The page of an explanation
 *
 * One file that needs no other: styles in its head, no script.  A token's weight is its
 * background, by a class of ten, and its title; light and dark follow the reader's system.
 */
#include "explain.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SHADES = NG_EXPLAIN_SHADES, TOP = 12 };

/* Text as HTML; bytes that are no UTF-8, and controls that HTML forbids, become U+FFFD. */
static void
add_text(GString *out, const char *text, size_t length)
{
    const char *end = text + length;

    while (text < end) {
        gunichar c = g_utf8_get_char_validated(text, end - text);
        gboolean odd = c == (gunichar)-1 || c == (gunichar)-2;
        if (c == '<' || c == '>' || c == '&' || c == '"')
            g_string_append_printf(out, "&#%u;", c);
        else if (odd || (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7F && c < 0xA0))
            g_string_append(out, "\xEF\xBF\xBD");
        else
            g_string_append_unichar(out, c);
        text += odd ? 1 : g_utf8_skip[(guchar)*text];
    }
}

void
ng_explain_html_head(GString *out)
{
    g_string_append(
        out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
             "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
             "<title>Who wrote it, and why</title>\n<style>\n"
             ":root{color-scheme:light dark;--ink:#1b1b1b;--page:#fdfdfb;--soft:#666;--line:#ddd}\n"
             "@media(prefers-color-scheme:dark){:root{--ink:#e6e6e3;--page:#16181b;--soft:#9a9a9a;"
             "--line:#383b40}}\n"
             "body{margin:2.5rem auto;max-width:46rem;padding:0 1rem;color:var(--ink);"
             "background:var(--page);font:1.05rem/1.75 Georgia,'Times New Roman',serif}\n"
             "h1{font-size:1.35rem;line-height:1.3;margin:0 0 .3rem}\n"
             "section+section{margin-top:3rem;padding-top:2rem;border-top:1px solid var(--line)}\n"
             ".why{color:var(--soft);font:.85rem/1.6 system-ui,sans-serif;margin:0 0 1.2rem}\n"
             ".text{white-space:pre-wrap;overflow-wrap:anywhere}\n"
             "i{font-style:normal;border-radius:.2em;padding:.05em 0}\n"
             ".why i{color:var(--ink);padding:.05em .3em}\n");
    for (int i = 1; i <= SHADES; i++)
        g_string_append_printf(out,
                               ".p%d{background:rgba(0,114,178,.%d)}"
                               ".c%d{background:rgba(213,94,0,.%d)}\n",
                               i, 6 + 11 * i, i, 6 + 11 * i);
    g_string_append(out, "</style>\n</head>\n<body>\n");
}

void
ng_explain_html_foot(GString *out)
{
    g_string_append(out, "</body>\n</html>\n");
}

/* Words, coloured if they weigh anything to speak of beside @most. */
static void
add_shaded(GString *out, const NgExplained *e, const char *text, size_t length, double weight,
           double most)
{
    int shade = ng_explained_shade(e, weight, most);

    if (shade > 0)
        g_string_append_printf(out, "<i class=\"%c%d\" title=\"%+.3f\">", weight > 0.0 ? 'p' : 'c',
                               shade, weight);
    add_text(out, text, length);
    if (shade > 0)
        g_string_append(out, "</i>");
}

/** Sum: what all tokens of one form weigh together. */
typedef struct {
    const char *text;
    double weight;
} Sum;

static int
by_weight(const void *a, const void *b)
{
    const Sum *x = a, *y = b;

    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    return strcmp(x->text, y->text);
}

/* (element-type Sum): the forms, the loudest for the author first; texts belong to @sum. */
static GArray *
sum_forms(const NgExplained *e, GHashTable *sum)
{
    GArray *list = g_array_new(FALSE, FALSE, sizeof(Sum));
    GHashTableIter iter;
    gpointer key = NULL;
    gpointer value = NULL;

    for (size_t i = 0; i < e->why.n; i++) {
        const char *text = e->passage->text->str + ng_explained_offset(e, i);
        char *form = g_strndup(text, e->why.evidence[i].length);
        double *weight = g_hash_table_lookup(sum, form);
        if (weight == NULL) {
            weight = g_new0(double, 1);
            g_hash_table_insert(sum, form, weight);
        } else {
            g_free(form);
        }
        *weight += e->why.evidence[i].weight;
    }
    g_hash_table_iter_init(&iter, sum);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        const Sum one = {key, *(const double *)value};
        g_array_append_val(list, one);
    }
    qsort(list->data, list->len, sizeof(Sum), by_weight);
    return list;
}

/* The forms that speak loudest, for and against; a full shade is that of the loudest. */
static void
add_top(GString *out, const NgExplained *e)
{
    g_autoptr(GHashTable) sum = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autoptr(GArray) list = sum_forms(e, sum);
    double most = FLT_MIN;

    for (guint i = 0; i < list->len; i++)
        most = fmax(most, fabs(g_array_index(list, Sum, i).weight));
    for (int against = 0; against < 2; against++) {
        guint shown = 0;
        g_string_append(out, against ? "<br>against: " : "<br>for: ");
        for (guint i = 0; i < MIN(list->len, TOP); i++) {
            const Sum *s = &g_array_index(list, Sum, against ? list->len - 1 - i : i);
            if ((against ? s->weight >= 0.0 : s->weight <= 0.0) ||
                ng_explained_shade(e, s->weight, most) == 0)
                break;
            g_string_append(out, shown++ > 0 ? " " : "");
            add_shaded(out, e, s->text, strlen(s->text), s->weight, most);
        }
        g_string_append(out, shown > 0 ? "" : "nothing to speak of");
    }
}

/* What the answer is, and what it is made of. */
static void
add_head(GString *out, const NgExplained *e)
{
    const char *name = ng_judge_name(e->judge, &e->why.answer);
    g_autofree char *silence = ng_explained_silence(e);
    g_autofree char *sum = ng_explained_sum(e);

    g_string_append(out, "<section>\n<h1>");
    add_text(out, e->passage->name, strlen(e->passage->name));
    g_string_append(out, ": ");
    add_text(out, name, strlen(name));
    g_string_append_printf(out,
                           "</h1>\n<p class=\"why\">probability %.4g, log10 likelihood ratio "
                           "(llr) %+.3g.<br>",
                           e->why.answer.probability, e->why.answer.llr);
    add_text(out, e->why.author, strlen(e->why.author));
    g_string_append_printf(out, ": %s.", silence != NULL ? silence : sum);
    if (silence == NULL) {
        g_string_append(out, " <i class=\"p4\">Blue</i> speaks for ");
        add_text(out, e->why.author, strlen(e->why.author));
        g_string_append_printf(
            out, ", <i class=\"c4\">orange</i> against; a full shade is %.2g in log10 odds.",
            e->most);
        add_top(out, e);
    }
    g_string_append(out, "</p>\n");
}

void
ng_explain_html(GString *out, const NgExplained *e)
{
    const GString *text = e->passage->text;
    size_t from = 0;

    add_head(out, e);
    g_string_append(out, "<div class=\"text\">");
    for (size_t i = 0; i < e->why.n; i++) {
        const NgEvidence *token = &e->why.evidence[i];
        size_t at = ng_explained_offset(e, i);
        add_text(out, text->str + from, at - from);
        add_shaded(out, e, text->str + at, token->length, token->weight, e->most);
        from = at + token->length;
    }
    add_text(out, text->str + from, text->len - from);
    g_string_append(out, "</div>\n</section>\n");
}

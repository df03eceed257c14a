/*
 * Did you mean
 *
 * The distance is Damerau and Levenshtein's in its restricted form (optimal
 * string alignment): single letters inserted, dropped, replaced, and two
 * neighbours swapped.  Names are short, so the whole table is kept: O(n m).
 */
#include "suggest.h"

#include <string.h>

/* Edits between two strings, in bytes. */
size_t
ng_suggest_distance(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b), width = m + 1;
    g_autofree size_t *d = g_new(size_t, (n + 1) * width); /* [n + 1][m + 1] */

    for (size_t i = 0; i <= n; i++)
        d[i * width] = i;
    for (size_t j = 0; j <= m; j++)
        d[j] = j;
    for (size_t i = 1; i <= n; i++)
        for (size_t j = 1; j <= m; j++) {
            size_t best = d[(i - 1) * width + j - 1] + (a[i - 1] != b[j - 1]);
            best = MIN(best, d[(i - 1) * width + j] + 1);
            best = MIN(best, d[i * width + j - 1] + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                best = MIN(best, d[(i - 2) * width + j - 2] + 1);
            d[i * width + j] = best;
        }
    return d[n * width + m];
}

/* The name that the user may have meant, or NULL: one that @word begins, or
 * one that a third of its letters (at least one) turn into it. */
const char *
ng_suggest(const char *word, const char *const *names, size_t n)
{
    size_t length = strlen(word), least = MAX(length / 3, 1) + 1;
    const char *best = NULL;

    for (size_t i = 0; i < n; i++) {
        size_t d = ng_suggest_distance(word, names[i]);
        if (length > 1 && g_str_has_prefix(names[i], word))
            d = 1;
        if (d < least && d < strlen(names[i])) {
            least = d;
            best = names[i];
        }
    }
    return best;
}

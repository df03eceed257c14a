/*
 * Other languages
 *
 * Which words stand in a text of another language than the model's, or in a
 * piece of one: a quotation, a title, a list of names.  Many of its words may be
 * known, since models learn from text with such pieces in it, and others may look
 * like mistakes of known ones; but such words do not follow one another.  So what
 * the search says of each token, whatever may be meant by it, is held against how
 * likely tokens are in their own language.
 */
#include "correct-parts.h"

enum { REACH = 5 }; /* words on either side that speak for one */

#define ELSEWHERE (-5.0) /* log10 P(token) in the language that it is of, at least */
#define LIMIT     2.0    /* no token says more than this */
#define BESIDE    5.0    /* a word is at home in a text unless those beside it say so much */

/* What a token says for the model's language; names are at home in all. */
static double
weigh(const NgSpot *spot, double logprob)
{
    gboolean name = spot->casing == NG_CASING_TITLE && spot->inside && !spot->written->known;

    return name ? 0.0 : CLAMP(logprob - ELSEWHERE, -LIMIT, LIMIT);
}

/* What all tokens say together, after the search. */
double
ng_native_weight(const NgSpot *spot, size_t n, const NgSearch *search)
{
    double sum = 0.0;

    for (size_t i = 0; i < n; i++)
        if (spot[i].written->n_letters > 0)
            sum += weigh(&spot[i], ng_search_logprob(search, i));
    return sum;
}

/* Marks the words that stand in another language, after the search. */
void
ng_mark_foreign(NgSpot *spot, size_t n, const NgSearch *search, double prior)
{
    g_autofree size_t *word = g_new(size_t, n + 1); /* [words] spots */
    g_autofree double *sum = g_new(double, n + 1);  /* [words + 1] of the words before */
    size_t words = 0;

    sum[0] = 0.0;
    for (size_t i = 0; i < n; i++) {
        if (spot[i].written->n_letters == 0)
            continue;
        word[words] = i;
        sum[words + 1] = sum[words] + weigh(&spot[i], ng_search_logprob(search, i));
        words++;
    }
    for (size_t k = 0; k < words; k++) {
        size_t from = k > REACH ? k - REACH : 0, to = MIN(k + REACH + 1, words);
        spot[word[k]].foreign = sum[words] + prior < 0.0 || sum[to] - sum[from] < -BESIDE;
    }
}

/* brute.h - all fillings of the blanks of a text, by counting through them. */
#pragma once

#include "models.h"

#include "ngram/complete.h"
#include "ngram/error.h"
#include "ngram/mass.h"

enum { BRUTE_MAX = 4 };

/* One filling, with the log10 of its joint probability. */
typedef struct {
    NgWord words[BRUTE_MAX];
    double logprob;
} Brute;

static inline NgCompleter *
completer_of(NgModel *model, const NgCompleteOptions *options)
{
    g_autoptr(GError) error = NULL;
    NgCompleter *completer = ng_completer_new(model, 0, options, &error);

    ck_assert_msg(completer != NULL, "%s", error != NULL ? error->message : "no error");
    return completer;
}

/* The ids of tokens parted by spaces, NG_WORD_NONE for each that ends in `?`. */
static inline GArray *
brute_ids(const NgModel *model, const char *text, gboolean eos)
{
    g_auto(GStrv) parts = g_strsplit(text, " ", -1);
    GArray *ids = g_array_new(FALSE, FALSE, sizeof(NgWord));
    const NgWord end = NG_WORD_END;

    for (char **part = parts; *part != NULL; part++) {
        NgWord id = ng_vocab_find(ng_model_vocab(model), *part, strlen(*part));
        if (g_str_has_suffix(*part, "?"))
            id = NG_WORD_NONE;
        g_array_append_val(ids, id);
    }
    if (eos)
        g_array_append_val(ids, end);
    return ids;
}

/* As a scorer sums it; -inf where a word that is known is impossible. */
static inline double
brute_joint(const NgVoice *voice, const GArray *ids, const NgWord *words)
{
    NgState state = ng_voice_begin(voice);
    double sum = 0.0;

    for (guint i = 0; i < ids->len; i++) {
        NgWord id = g_array_index(ids, NgWord, i);
        float p = ng_voice_step(voice, &state, id == NG_WORD_NONE ? *words++ : id, NULL);
        sum += p > NG_MASS_ZERO || id == NG_WORD_UNKNOWN ? (double)p : -HUGE_VAL;
    }
    return sum;
}

static inline gboolean
brute_may(const NgModel *model, NgWord word, const char *prefix, const char *const *choices)
{
    const char *text = ng_vocab_word(ng_model_vocab(model), word, NULL);

    return strncmp(text, prefix, strlen(prefix)) == 0 &&
           (choices == NULL || g_strv_contains(choices, text));
}

/* Puts all words into blank @n and those behind it. */
static inline void
brute_blank(const NgModel *model, GPtrArray *prefixes, const char *const *choices,
            const GArray *ids, Brute *brute, guint n, GArray *all)
{
    const NgVoice *voice = ng_model_voice(model, 0);

    if (n == prefixes->len) {
        brute->logprob = brute_joint(voice, ids, brute->words);
        if (isfinite(brute->logprob))
            g_array_append_vals(all, brute, 1);
        return;
    }
    for (NgWord w = NG_WORDS_FIXED; w < ng_voice_words(voice); w++) {
        brute->words[n] = w;
        if (brute_may(model, w, prefixes->pdata[n], choices))
            brute_blank(model, prefixes, choices, ids, brute, n + 1, all);
    }
}

static inline int
brute_compare(const void *a, const void *b)
{
    const Brute *x = a, *y = b;

    return (x->logprob < y->logprob) - (x->logprob > y->logprob);
}

/* All fillings of @ids of positive probability, the likeliest first; a prefix for each blank. */
static inline GArray *
brute_count(const NgModel *model, const GArray *ids, GPtrArray *prefixes,
            const char *const *choices)
{
    GArray *all = g_array_new(FALSE, FALSE, sizeof(Brute));
    Brute brute = {0};

    ck_assert_uint_le(prefixes->len, BRUTE_MAX);
    brute_blank(model, prefixes, choices, ids, &brute, 0, all);
    g_array_sort(all, brute_compare);
    return all;
}

/* The same of a text of tokens parted by spaces. */
static inline GArray *
brute_fillings(const NgModel *model, const char *text, const NgCompleteOptions *options)
{
    g_auto(GStrv) parts = g_strsplit(text, " ", -1);
    g_autoptr(GPtrArray) prefixes = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GArray) ids = brute_ids(model, text, options->eos);

    for (char **part = parts; *part != NULL; part++)
        if (g_str_has_suffix(*part, "?"))
            g_ptr_array_add(prefixes, g_strndup(*part, strlen(*part) - 1));
    return brute_count(model, ids, prefixes, options->choices);
}

/* The sum of all, relative to the first one. */
static inline double
brute_total(const GArray *all)
{
    double total = 0.0;

    for (guint i = 0; i < all->len; i++)
        total +=
            pow(10.0, g_array_index(all, Brute, i).logprob - g_array_index(all, Brute, 0).logprob);
    return total;
}

/* Of equals the one whose words are lower stands first. */
static inline gboolean
comes_after(const NgFilling *f, const NgFilling *last)
{
    size_t b = 0;

    while (b + 1 < f->n_blanks && f->words[b] == last->words[b])
        b++;
    return f->probability < last->probability ||
           (f->probability == last->probability && f->words[b] > last->words[b]);
}

/* Holds the best @k fillings that were found against @all there are; @error: what came of it. */
static inline void
assert_are_the_best(const GArray *all, const GPtrArray *found, size_t k, double tolerance,
                    const GError *error)
{
    if (all->len == 0) {
        ck_assert(found == NULL && g_error_matches(error, NG_ERROR, NG_ERROR_RANGE));
        return;
    }
    ck_assert_msg(found != NULL, "%s", error != NULL ? error->message : "no error");
    ck_assert_uint_eq(found->len, MIN(all->len, k));
    double top = g_array_index(all, Brute, 0).logprob;
    double total = brute_total(all);
    for (guint i = 0; i < found->len; i++) {
        const NgFilling *f = found->pdata[i];
        double wanted = g_array_index(all, Brute, i).logprob;
        ck_assert_double_eq_tol(f->logprob, wanted, 1e-9);
        ck_assert_double_eq_tol(f->probability, pow(10.0, wanted - top) / total, tolerance);
        if (i > 0)
            ck_assert(comes_after(f, found->pdata[i - 1]));
    }
}

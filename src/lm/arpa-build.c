/*
 * From what was read of ARPA text to a voice
 *
 * Lists in suffix order that want nothing are built as they stand (suffixed.c).
 * Others are sorted and completed (ngrams.c), which costs three times as long.
 */
#include "arpa-reader.h"
#include "fault.h"
#include "ngrams.h"

#include "ngram/parallel.h"

/* The words of row @i of level @k, by its links. */
static void
follow_links(const NgArpaReader *r, unsigned k, size_t i, NgWord *words)
{
    for (; k > 1; k--) {
        const NgSuffixRow *row = ng_suffixed_row(&r->list[k - 1], i);
        *words++ = row->first;
        i = row->rest;
    }
    *words = (NgWord)i;
}

static void
list_span(const NgArpaReader *r, unsigned k, const NgArpaSpan *span, NgNgrams *list)
{
    const NgSuffixed *rows = &r->list[k - 1];
    NgWord words[NG_ORDER_MAX] = {0};

    for (size_t i = 0; i < span->n; i++) {
        size_t at = span->from + i;
        NgRow row = {.prob = ng_suffixed_row(rows, at)->prob, .line = span->line + i};
        if (rows->backoff != NULL)
            row.backoff = *ng_suffixed_backoff(rows, at);
        if (span->words == NULL)
            follow_links(r, k, at, words);
        ng_ngrams_add(list, span->words != NULL ? span->words + i * k : words, &row);
    }
}

/* Sorts what came in another order, and fills in what is wanting. */
static NgVoice *
sort_lists(const NgArpaReader *r, NgNgrams *lists, GError **error)
{
    size_t V = ng_vocab_size(r->vocab);

    for (NgWord w = 0; w < V; w++) {
        const NgUnigram *u = &g_array_index(r->unigrams, NgUnigram, w);
        const NgRow row = {.prob = u->prob, .backoff = u->backoff, .line = u->line};
        ng_ngrams_add(&lists[0], &w, &row);
    }
    for (unsigned k = 2; k <= r->order; k++) {
        for (guint i = 0; i < r->spans[k - 1]->len; i++)
            list_span(r, k, &g_array_index(r->spans[k - 1], NgArpaSpan, i), &lists[k - 1]);
        ng_ngrams_sort(&lists[k - 1], V);
        size_t twice = ng_ngrams_find_repeated(&lists[k - 1]);
        if (twice == 0)
            continue;
        ng_fault_at(r->path, ng_ngrams_row(&lists[k - 1], twice)->line, error,
                    "the n-gram stands on line %" G_GUINT64_FORMAT " already",
                    ng_ngrams_row(&lists[k - 1], twice - 1)->line);
        return NULL;
    }
    return ng_ngrams_to_voice(lists, r->order, V);
}

/**
 * ng_arpa_build_voice:
 * @r: all of a file
 *
 * Returns: (transfer full): the distribution; NULL with %NG_ERROR_FORMAT where an n-gram stands twice
 */
NgVoice *
ng_arpa_build_voice(const NgArpaReader *r, GError **error)
{
    NgNgrams lists[NG_ORDER_MAX];
    NgVoice *voice = NULL;

    if (r->ordered)
        voice = ng_suffixed_to_voice((const NgUnigram *)(void *)r->unigrams->data,
                                     ng_vocab_size(r->vocab), r->list, r->order,
                                     ng_parallel_processors());
    if (voice != NULL)
        return voice;
    for (unsigned k = 0; k < r->order; k++)
        ng_ngrams_init(&lists[k], k + 1);
    voice = sort_lists(r, lists, error);
    for (unsigned k = 0; k < r->order; k++)
        ng_ngrams_clear(&lists[k]);
    return voice;
}

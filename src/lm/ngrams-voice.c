/*
 * From lists of n-grams with their probabilities to a voice
 *
 * What longer n-grams need and the lists have not is put in as a blank: with the
 * probability that backing off gives it and a back-off weight of 1, so that
 * nothing changes but that it can be stood on.
 */
#include "internal.h"
#include "ngrams.h"

/* NgMissing: an n-gram that longer ones need is filled in. */
static gboolean
fill_in(const NgWord *words, unsigned k, const NgRow *longer G_GNUC_UNUSED, gpointer data)
{
    NgNgrams *lists = data;
    const NgRow blank = {.prob = NAN, .backoff = 0.0F};

    ng_ngrams_add(&lists[k - 1], words, &blank);
    return TRUE;
}

/* A blank's probability, at most 1, since its sign says that it is a blank. */
static float
blank_prob(const NgEntry *below, uint32_t context, uint32_t suffix)
{
    return ng_prob_blank(MIN(-fabsf(below[suffix].prob) + below[context].backoff, 0.0F));
}

/* Fills level k + 1 of @voice, whose arrays stand below it, from the rows of @list. */
static void
fill_level(const NgNgrams *list, NgTrie *trie, unsigned k, NgVoice *voice)
{
    NgLevel *l = &trie->level[k];
    g_autofree uint32_t *context = k > 0 ? ng_trie_contexts(trie, k + 1) : NULL;
    NgEntry *entry = k + 1 < trie->order ? g_new0(NgEntry, l->n + 1) : NULL;
    NgLeaf *leaf = entry == NULL ? g_new(NgLeaf, l->n) : NULL;

    const NgEntry *below = k > 0 ? voice->entry[k - 1] : NULL;

    for (uint32_t i = 0; i < l->n; i++) {
        const NgRow *row = ng_ngrams_row(list, i);
        uint32_t suffix = k > 0 ? l->suffix[i] : 0;
        float prob = below != NULL && isnan(row->prob) ? blank_prob(below, context[i], suffix)
                                                       : ng_prob_stored(row->prob);
        if (entry != NULL)
            entry[i] = (NgEntry){{prob}, {row->backoff}, l->first[i], suffix};
        else
            leaf[i] = (NgLeaf){{prob}, suffix};
    }
    if (entry != NULL)
        entry[l->n].first = l->first[l->n];
    voice->n[k] = l->n;
    voice->word[k] = g_steal_pointer(&l->word);
    voice->entry[k] = entry;
    voice->leaf = leaf;
}

/**
 * ng_ngrams_to_voice:
 * @lists: [@order] n-grams of 1 .. @order words, sorted, none twice; row i of the first is of
 *   word i; they are completed on the way
 * @order: N
 * @V: words
 *
 * Returns: (transfer full): the distribution
 */
NgVoice *
ng_ngrams_to_voice(NgNgrams *lists, unsigned order, size_t V)
{
    NgTrie trie = {0};
    NgVoice *voice = ng_voice_new(order, V);

    ng_ngrams_to_trie(lists, order, V, &trie, fill_in, lists);
    for (unsigned k = 0; k < order; k++)
        fill_level(&lists[k], &trie, k, voice);
    ng_trie_clear(&trie);
    return voice;
}

/* bags.h - texts as bags: which words, by the numbers of a lexicon, and how often. */
#pragma once

#include "ngram/document.h"
#include "ngram/lexicon.h"
#include "ngram/progress.h"
#include "ngram/tokenizer.h"

/** NgBagEntry: a word of a text, and how often it stands there. */
typedef struct {
    NgWord word;
    guint32 count;
} NgBagEntry;

/**
 * NgBags:
 * @tokenizer: cuts the texts, borrowed
 * @unit: what one bag is, of those that are read from files
 * @strict_utf8: whether invalid UTF-8 in a file is an error
 * @limit: reading ends with so many bags; 0 for no end
 * @lexicon: the words of all texts
 * @entries: (element-type NgBagEntry): one bag after another, each by rising number of the word
 * @starts: (element-type guint64): [bags + 1] where each begins
 * @names: (element-type utf8): [bags] what each is called
 * @invalid: bytes that were no UTF-8
 * @left_out: files beside folders, which are no texts
 */
typedef struct {
    NgTokenizer *tokenizer;
    NgUnit unit;
    gboolean strict_utf8;
    guint64 limit;
    NgLexicon *lexicon;
    GArray *entries;
    GArray *starts;
    GPtrArray *names;
    guint64 invalid, left_out;
    GArray *ids; /* of the text at hand */
} NgBags;

NgBags *ng_bags_new(NgTokenizer *tokenizer, NgUnit unit, gboolean strict_utf8);
void ng_bags_free(NgBags *self);
void ng_bags_add(NgBags *self, const char *text, size_t length, const char *name);
gboolean ng_bags_read(NgBags *self, const char *const *paths, const NgProgress *progress,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

static inline guint
ng_bags_size(const NgBags *self)
{
    return self->names->len;
}

static inline const NgBagEntry *
ng_bags_entries(const NgBags *self, guint bag, guint *n)
{
    guint64 first = g_array_index(self->starts, guint64, bag);

    *n = (guint)(g_array_index(self->starts, guint64, bag + 1) - first);
    return (const NgBagEntry *)(const void *)self->entries->data + first;
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgBags, ng_bags_free)

/*
 * Features whose words are given
 *
 * By a list, or by a machine of another text: so machines of several classes of texts have the same
 * units, and can be asked which of them a text is from.
 */
#include "features-internal.h"

#include "bags.h"
#include "corpus.h"

#include "ngram/error.h"

#include <string.h>

/**
 * ng_features_new_for_list:
 * @path: (type filename): a file of words, cut as text is, so that they stand there as people write
 *   them
 * @options: how text is cut; those that choose words are not looked at
 * @error: return location for a #GError, or %NULL
 *
 * Errors: those of ng_input_open() and ng_tokenizer_new(); %NG_ERROR_FORMAT where there is no word.
 *
 * Returns: (transfer full): features with a column for each word, in the order of the list
 */
NgFeatures *
ng_features_new_for_list(const char *path, const NgFeaturesOptions *options, GError **error)
{
    g_return_val_if_fail(path != NULL && options != NULL, NULL);

    NgTrainOptions cut;
    ng_train_options_init(&cut);
    cut.tokens = options->tokens;
    cut.pattern = options->pattern;
    cut.fold = options->fold;
    cut.vocab = path;
    g_autoptr(NgVocab) list = ng_corpus_word_list(&cut, error);
    g_autoptr(NgFeatures) self = list != NULL ? ng_features_new(options, error) : NULL;
    if (self == NULL)
        return NULL;
    for (NgWord id = NG_WORDS_FIXED; id < ng_vocab_size(list); id++) {
        size_t length = 0;
        const char *word = ng_vocab_word(list, id, &length);
        if (memchr(word, '\0', length) != NULL)
            continue; /* cannot be the name of a unit */
        gboolean added = ng_features_add_word(self, word, length);
        g_assert(added);
    }
    if (self->words->len > 0)
        return g_steal_pointer(&self);
    g_set_error(error, NG_ERROR, NG_ERROR_FORMAT, "%s: no word in this list", path);
    return NULL;
}

/* How often the text has the words. */
static void
count_words(NgFeatures *self, const NgBags *bags)
{
    const NgBagEntry *entry = (const NgBagEntry *)(const void *)bags->entries->data;
    g_autofree guint32 *map = ng_features_map(self, bags->lexicon);
    g_autofree guint64 *tokens = g_new0(guint64, self->words->len);

    for (guint i = 0; i < bags->entries->len; i++)
        if (map[entry[i].word] < self->words->len)
            tokens[map[entry[i].word]] += entry[i].count;
    g_array_set_size(self->frequency, 0);
    self->tokens = 0.0;
    for (guint c = 0; c < self->words->len; c++)
        ng_features_add_frequency(self, tokens[c]);
}

/**
 * ng_features_learn_rows:
 * @self: features with words, from a list or a machine
 * @paths: (nullable): files and folders, %NULL for standard input
 * @progress: (nullable): told of the bytes read
 * @error: return location for a #GError, or %NULL
 *
 * Rows to learn from, one for each text that has one of the words; how frequent these are is what
 * this text says from then on.  A limit holds for this reading alone.
 *
 * Errors: those of ng_document_list() and ng_document_next(); %NG_ERROR_FORMAT without text,
 * %NG_ERROR_RANGE where no text has a word.
 *
 * Returns: (transfer full): the rows
 */
NgDataset *
ng_features_learn_rows(NgFeatures *self, const char *const *paths, const NgProgress *progress,
                       GError **error)
{
    g_return_val_if_fail(self != NULL, NULL);

    g_autoptr(NgBags) bags = ng_features_bags(self, paths, progress, error);
    if (bags == NULL)
        return NULL;
    g_autoptr(NgDataset) rows = ng_features_rows(self);
    self->options.limit = 0;
    ng_features_add_rows(self, rows, bags, FALSE);
    if (ng_dataset_rows(rows) == 0) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE,
                    "none of %u texts has one of the %u words that are given", ng_bags_size(bags),
                    self->words->len);
        return NULL;
    }
    count_words(self, bags);
    return g_steal_pointer(&rows);
}

/**
 * ng_features_set_kind:
 * @kind: what a column says of its word from now on
 */
void
ng_features_set_kind(NgFeatures *self, NgFeaturesKind kind)
{
    g_return_if_fail(self != NULL);

    self->options.kind = kind;
}

/* complete.h - the likeliest words for blanks in a text. */
#pragma once

#include "ngram/model.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * NgFilling: one way to fill every blank of a text.
 * @text: [length] the text given, each blank replaced; a zero byte behind it
 * @length: bytes of @text
 * @words: [n_blanks] what stands in the blanks
 * @probability: posterior, over all fillings of the blanks
 * @logprob: log10 of the joint probability of the filled text
 */
typedef struct {
    char *text;
    size_t length;
    NgWord *words;
    size_t n_blanks;
    double probability;
    double logprob;
} NgFilling;

/**
 * NgMarginal: one word of one blank.
 * @blank: the blank's number, from 0
 * @word: the word
 * @probability: its posterior, over all words of this blank and all fillings of the others
 * @text: the word as it would stand in the text
 */
typedef struct {
    size_t blank;
    NgWord word;
    double probability;
    char *text;
} NgMarginal;

/**
 * NgCompleteOptions:
 * @blank: (nullable): the mark of a missing word; NULL for `?` and `_`
 * @choices: (nullable): words, NULL at the end: no other may fill a blank
 * @k: fillings wanted; 0 for 5
 * @eos: the text ends its sequence: `</s>` is weighed too
 * @cache: weight of the words of the texts so far, see ng_cache_new(); 0 for none
 * @memory: bytes that an exact search of blanks that stand close may take; 0 for 1 GiB
 * @threads: for long passes; 0 for all processors
 * @beam: partial fillings kept where it would take more, and in mixtures; 0 for 1000
 */
typedef struct {
    const char *blank;
    const char *const *choices;
    size_t k;
    gboolean eos;
    double cache;
    guint64 memory;
    unsigned threads;
    size_t beam;
} NgCompleteOptions;

typedef struct NgCompleter NgCompleter;

NgCompleter *ng_completer_new(NgModel *model, size_t voice, const NgCompleteOptions *options,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *ng_completer_fill(NgCompleter *self, const char *text, size_t length, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
GArray *ng_completer_marginals(NgCompleter *self, const char *text, size_t length, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
guint64 ng_completer_invalid(const NgCompleter *self);
guint64 ng_completer_beams(const NgCompleter *self);
void ng_filling_free(NgFilling *self);
void ng_completer_free(NgCompleter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgFilling, ng_filling_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgCompleter, ng_completer_free)

G_END_DECLS

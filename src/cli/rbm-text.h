/* rbm-text.h - machines that learned from text: its options, its rows, how likely they are. */
#pragma once

#include "rbm-cli.h"
#include "text-options.h"

#include "ngram/features.h"
#include "ngram/rbm-train.h"

/* Reads files as the machine's text was read; says what it met. */
NgFeatures *ng_rbm_open_text(NgRbm *rbm, int unit, const NgArgs *args, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
NgDataset *ng_rbm_read_text(NgFeatures *features, const char *const *paths, const NgArgs *args,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The option that says what a row is; -1 where it is not given. */
#define NG_RBM_UNIT(value_)                                                                        \
    NG_CHOICE(0, "unit", value_, "line|paragraph|file", "What one text is (as in training)")

/**
 * NgRbmTextLine: what `ngram rbm train` is told of its text.
 * @text: whether the data are text at all
 * @counts, @sets: which of both is asked for by name
 * @vocab: (nullable): a list of words, or a machine of text
 * @cut: how it is cut
 */
typedef struct {
    gboolean text, counts, sets, marks;
    guint64 vocab_size, min_documents, stop;
    const char *vocab;
    NgTextOptions cut;
} NgRbmTextLine;

#define NG_RBM_TEXT_LINE_NONE                                                                      \
    {                                                                                              \
        .vocab_size = 2000, .min_documents = 2, .stop = 100, .cut = NG_TEXT_OPTIONS_NONE           \
    }

#define NG_RBM_TEXT_TABLE(o)                                                                       \
    NG_FLAG(0, "text", &(o)->text, "The data are text: files, folders, or standard input"),        \
        NG_FLAG(0, "counts", &(o)->counts,                                                         \
                "With --text: how often each word stands in a text (the default)"),                \
        NG_FLAG(0, "sets", &(o)->sets, "With --text: which words stand in a text"),                \
        NG_FILE(0, "vocab", &(o)->vocab, "FILE",                                                   \
                "These words alone: a list, or those of a machine of text, cut as there"),         \
        NG_COUNT(0, "vocab-size", &(o)->vocab_size, 1, 1000000, "N",                               \
                 "Most words, those in most texts (2000)"),                                        \
        NG_COUNT(0, "min-documents", &(o)->min_documents, 1, G_MAXUINT32, "K",                     \
                 "A word stands in so many texts (2)"),                                            \
        NG_COUNT(0, "stop", &(o)->stop, 0, 1000000, "K",                                           \
                 "Leave out the K words in most texts (100)"),                                     \
        NG_FLAG(0, "marks", &(o)->marks, "Punctuation marks are words too"),                       \
        NG_CHOICE(0, "tokens", &(o)->cut.tokens, "words|space|chars|pattern",                      \
                  "Words as people see them (the default), whatever blanks part, characters, or "  \
                  "what --pattern matches"),                                                       \
        NG_TEXT(0, "pattern", &(o)->cut.pattern, "REGEX",                                          \
                "A token is what this matches (PCRE2, Unicode)"),                                  \
        NG_CHOICE(0, "case", &(o)->cut.fold, "keep|fold",                                          \
                  "Keep or fold case (fold for words and patterns, else keep)"),                   \
        NG_CHOICE(0, "unit", &(o)->cut.unit, "line|paragraph|file", "What one text is (line)")

NgFeatures *ng_rbm_learn_text(const NgRbmTextLine *line, guint64 limit, const NgArgs *args,
                              NgDataset **rows, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_rbm_refuse_text(const NgArgs *args, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void ng_rbm_suit_text(const NgRbm *rbm, const NgDataset *rows, const NgArgs *args,
                      NgRbmTraining *how);
void ng_rbm_note_units(NgRbm *rbm, const NgDataset *rows);

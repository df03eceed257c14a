/* attribute.h - who wrote it: authors of a text, with honest odds. */
#pragma once

#include "ngram/document.h"
#include "ngram/model.h"

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

/**
 * NgAttribution: who wrote a document, as ng_attributor_end() found.
 * @words: its tokens, without `</s>`
 * @sequences: its sequences
 * @authors: A
 * @best: the most likely author; the first of those that are equal
 * @posterior: [A] probability of each author, given that it is one of them; sums to 1
 * @llr: [A] log10 likelihood ratio of each author against the others: how far the text moved the
 *   odds from @prior; 0 where it says nothing
 * @prior: [A] what @posterior is where the text says nothing: shares of the training documents
 * @none: probability that the author is none of them, where such a one is as likely as each of them
 *   before the text is read
 * @none_llr: log10 likelihood ratio of "none of them" against the authors; 0 where the text says
 *   nothing of that, and where training could not learn what would
 *
 * The arrays belong to the attributor and last until its next ng_attributor_begin().
 */
typedef struct {
    guint64 words, sequences;
    size_t authors;
    size_t best;
    const double *posterior;
    const double *llr;
    const double *prior;
    double none, none_llr;
} NgAttribution;

/**
 * ng_attribution_is_none:
 * @none: probability that it is none of the authors, where that is a possible answer
 * @best: of the most likely author, given that it is one of them
 *
 * Returns: whether nobody is the answer: likelier than any author; an author where they are equal
 */
static inline gboolean
ng_attribution_is_none(double none, double best)
{
    return none > (1.0 - none) * best;
}

/**
 * NgEvidence: how much one token speaks for an author.
 * @sequence: of the document, from 0
 * @offset, @length: where the token stands in the text of that sequence, in bytes
 * @weight: log10 of the odds that it adds for the author against the others
 */
typedef struct {
    guint64 sequence;
    size_t offset, length;
    double weight;
} NgEvidence;

/** NgAttributionFunc: called with each of many documents, in their order; @result is for the call. */
typedef void (*NgAttributionFunc)(size_t index, const NgAttribution *result, gpointer data);

typedef struct NgAttributor NgAttributor;

gboolean ng_model_attributes(const NgModel *model);
NgAttributor *ng_attributor_new(NgModel *model, GError **error) G_GNUC_WARN_UNUSED_RESULT;
NgAttributor *ng_attributor_copy(const NgAttributor *self);
void ng_attributor_free(NgAttributor *self);

size_t ng_attributor_authors(const NgAttributor *self);
const char *ng_attributor_author(const NgAttributor *self, size_t author);
gboolean ng_attributor_find(const NgAttributor *self, const char *name, size_t *author);

gboolean ng_attributor_is_open(const NgAttributor *self);
void ng_attributor_set_evidence(NgAttributor *self, gboolean evidence);

void ng_attributor_begin(NgAttributor *self);
void ng_attributor_add(NgAttributor *self, const char *text, size_t length);
void ng_attributor_end(NgAttributor *self, NgAttribution *result);
guint64 ng_attributor_invalid(const NgAttributor *self);
const NgEvidence *ng_attributor_tokens(const NgAttributor *self, size_t *n);
void ng_attributor_documents(NgAttributor *self, const NgSequence *texts, const size_t *first,
                             size_t n, NgAttributionFunc each, gpointer data);
const NgEvidence *ng_attributor_explain(NgAttributor *self, size_t author, size_t *n);
double ng_attributor_explain_marks(const NgAttributor *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgAttributor, ng_attributor_free)

G_END_DECLS

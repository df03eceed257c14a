/* arpa-line.h - one n-gram of ARPA text, and blocks of them. */
#pragma once

#include "lines.h"
#include "suffixed.h"
#include "word-table.h"

#include "ngram/vocab.h"

#include <glib.h>

/**
 * NgArpaSection: what the lines of a section are read by.
 * @path: of the file, for messages
 * @vocab: the words; the section of 1-grams adds to them
 * @table: (nullable): the same
 * @k: words of an n-gram
 * @order: N
 * @declared: lines, by the header
 * @lists: [order] those below @k are whole; @lists[k - 1] is being filled
 * @ordered: whether those below @k are in suffix order and want nothing
 */
typedef struct {
    const char *path;
    NgVocab *vocab;
    const NgWordTable *table;
    unsigned k, order;
    guint64 declared;
    NgSuffixed *lists;
    gboolean ordered;
} NgArpaSection;

/** NgArpaNgram: what a line says. */
typedef struct {
    NgWord words[NG_ORDER_MAX];
    float prob, backoff;
} NgArpaNgram;

typedef struct NgArpaScratch NgArpaScratch;

gboolean ng_arpa_next_field(const char **at, const char *end, const char **field, size_t *length);
gboolean ng_arpa_line(const NgArpaSection *s, guint64 number, const char *line, size_t length,
                      NgArpaNgram *ngram, GError **error);

NgArpaScratch *ng_arpa_scratch_new(void);
void ng_arpa_scratch_free(NgArpaScratch *self);
gboolean ng_arpa_block(const NgArpaSection *s, const NgBlock *block, size_t at,
                       NgArpaScratch *scratch, NgWord **words, GError **error);

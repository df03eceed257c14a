/* arpa-reader.h - what the files that read ARPA text share. */
#pragma once

#include "arpa-line.h"

#include "ngram/model.h"

/**
 * NgArpaSpan: a block of n-grams that was read.
 * @from, @n: its rows
 * @line: number of the first one's line
 * @words: (nullable): [n][k] where the rows have no links
 */
typedef struct {
    size_t from, n;
    guint64 line;
    NgWord *words;
} NgArpaSpan;

/**
 * NgArpaReader:
 * @path: as messages name it
 * @declared: [N] counts of the header
 * @unigrams: (element-type NgUnigram): by the word's id
 * @list: [NG_ORDER_MAX] n-grams of two words and more
 * @spans: [NG_ORDER_MAX] (element-type NgArpaSpan): what they were read from, in the order of the file
 * @ordered: whether the lists so far are in suffix order and want no n-gram
 * @line, @length: the line at hand
 */
typedef struct {
    const char *path;
    NgLines lines;
    NgVocab *vocab;
    NgWordTable table;
    unsigned order;
    guint64 declared[NG_ORDER_MAX];
    GArray *unigrams;
    NgSuffixed list[NG_ORDER_MAX];
    GArray *spans[NG_ORDER_MAX];
    gboolean ordered;
    NgModelText text;
    char *pattern;
    const char *line;
    size_t length;
} NgArpaReader;

gboolean ng_arpa_ends_early(const NgArpaReader *r, const char *awaited, GError **error);
gboolean ng_arpa_next_line(NgArpaReader *r, const char *awaited, GError **error);
gboolean ng_arpa_line_is(const NgArpaReader *r, const char *text);
gboolean ng_arpa_read_header(NgArpaReader *r, GError **error);
NgVoice *ng_arpa_build_voice(const NgArpaReader *r, GError **error);

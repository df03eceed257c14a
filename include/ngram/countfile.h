/* countfile.h - n-gram counts as sorted text. */
#pragma once

#include "ngram/counts.h"
#include "ngram/input.h"
#include "ngram/vocab.h"

#include <glib.h>

G_BEGIN_DECLS

gboolean ng_countfile_write(const NgCounts *counts, const NgVocab *vocab, const char *path,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_countfile_merge(const char *const *paths, const char *out, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
NgCounts *ng_countfile_parse(NgInput *input, unsigned order, NgVocab **vocab, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
NgCounts *ng_countfile_read(const char *path, unsigned order, NgVocab **vocab, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

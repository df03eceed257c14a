/* novelty.h - runs of words that a training text holds. */
#pragma once

#include "ngram/model.h"
#include "ngram/progress.h"

#include <glib.h>

G_BEGIN_DECLS

#define NG_NOVELTY_TEXT "corpus.words" /* section of a model that holds its training text */

typedef struct NgNovelty NgNovelty;

NgNovelty *ng_novelty_new(const NgWord *text, size_t n, guint run);
NgNovelty *ng_novelty_of_model(const NgModel *model, guint run, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
NgNovelty *ng_novelty_of_files(const NgModel *model, const char *const *paths, guint run,
                               const NgProgress *progress, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
guint ng_novelty_run(const NgNovelty *self);
gboolean ng_novelty_ends_copied(const NgNovelty *self, const NgWord *words, size_t n);
void ng_novelty_free(NgNovelty *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgNovelty, ng_novelty_free)

G_END_DECLS

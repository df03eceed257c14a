/* pseudo.h - the pseudo-likelihood of rows under a Boltzmann machine, exactly. */
#pragma once

#include "ngram/rbm.h"

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

typedef struct NgPseudo NgPseudo;

NgPseudo *ng_pseudo_new(const NgRbm *rbm, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void ng_pseudo_rows(const NgPseudo *self, const float *v, size_t rows, unsigned threads,
                    double *log_pl);
void ng_pseudo_free(NgPseudo *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgPseudo, ng_pseudo_free)

G_END_DECLS

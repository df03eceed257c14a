/* crew.h - threads that wait for one loop after another. */
#pragma once

#include "ngram/parallel.h"

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

typedef struct NgCrew NgCrew;

NgCrew *ng_crew_new(unsigned threads);
unsigned ng_crew_threads(const NgCrew *self);
void ng_crew_run(NgCrew *self, size_t n, NgTask task, gpointer data);
void ng_crew_free(NgCrew *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgCrew, ng_crew_free)

G_END_DECLS

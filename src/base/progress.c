#include "ngram/progress.h"

/**
 * ng_progress_report:
 * @self: (nullable): who wants to know
 * @phase: a short English noun for the work at hand
 * @done: how much of it is done
 * @total: how much there is, 0 where that is not known
 *
 * Tells @self, where there is one that listens.
 */
void
ng_progress_report(const NgProgress *self, const char *phase, guint64 done, guint64 total)
{
    g_return_if_fail(phase != NULL);

    if (self != NULL && self->report != NULL)
        self->report(self->data, phase, done, total);
}

/* parallel.h - one loop on several threads. */
#pragma once

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

/** NgTask: does item @index of a loop; @thread is 0 .. threads - 1, for scratch space. */
typedef void (*NgTask)(size_t index, unsigned thread, gpointer data);

void ng_parallel(size_t n, unsigned threads, NgTask task, gpointer data);
unsigned ng_parallel_processors(void);

G_END_DECLS

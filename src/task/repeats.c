/*
 * Texts that stand more than once
 *
 * A text that is held out while its copy is learned from is no test: by the same
 * author it is too easy, and by another it teaches that a text is never by whom it is
 * likest.  So all copies go where the first goes.  Texts are known by a hash of 64
 * bits; two that share one by chance are held out together, which does no harm.
 */
#include "repeats.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

/** ng_repeats_new: Returns: no text; give it back with ng_repeats_destroy() */
NgRepeats
ng_repeats_new(void)
{
    return (NgRepeats){g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL), 0};
}

/** ng_repeats_destroy: frees what @self holds */
void
ng_repeats_destroy(NgRepeats *self)
{
    g_hash_table_unref(self->first);
}

/**
 * ng_repeats_first:
 * @text: [@length] ids
 * @index: its number
 *
 * Returns: the number of its first copy; @index where there was none
 */
guint
ng_repeats_first(NgRepeats *self, const NgWord *text, size_t length, guint index)
{
    guint64 key = XXH3_64bits(text, length * sizeof *text);
    gpointer found = NULL;

    if (g_hash_table_lookup_extended(self->first, &key, NULL, &found)) {
        self->count++;
        return GPOINTER_TO_UINT(found);
    }
    g_hash_table_insert(self->first, g_memdup2(&key, sizeof key), GUINT_TO_POINTER(index));
    return index;
}

/* large.h - room for arrays of millions. */
#pragma once

#include <glib.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

/**
 * ng_large_new:
 * @n: members
 * @size: bytes of one
 *
 * Asks for large pages where they fit: the processor then knows where everything is, and the system
 * has a thousandth of the faults to serve.
 *
 * Returns: (transfer full): [@n], not cleared; free with g_free(), which is free()
 */
static inline void *
ng_large_new(size_t n, size_t size)
{
    const size_t page = (size_t)2 << 20;

    g_assert(size == 0 || n <= (SIZE_MAX - page) / size);
    size_t bytes = n * size;
    if (bytes < 2 * page)
        return g_malloc(MAX(bytes, 1));
    bytes = (bytes + page - 1) / page * page;
    void *array = aligned_alloc(page, bytes);
    if (array == NULL)
        g_error("no memory for %zu bytes", bytes);
#if defined(MADV_HUGEPAGE)
    (void)madvise(array, bytes, MADV_HUGEPAGE); /* advice, which may not be taken */
#endif
    return array;
}

/*
 * Stores
 *
 * Where the large arrays of a long piece of work live.  Without a budget they
 * are anonymous memory, in huge pages where the system has them.  With one, what
 * would go over it is mapped from a temporary file that has no name: the same
 * pointers and the same code, but the kernel can write its pages out and take
 * them away.  A file's blocks are reserved before it is used, so a full disk is
 * an error here and never a bus error later.  Half of the budget is for memory,
 * half for the pages of files that are mapped: ng_store_breathe() keeps to that.
 *
 * All calls are safe from several threads.
 */
#include "ngram/store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { HUGE_PAGE = 1 << 21 };

/** Block: one array. */
typedef struct {
    char *data;
    size_t size; /* mapped, whole pages */
    int fd;      /* -1 in memory */
} Block;

/**
 * NgStore:
 * @budget: bytes of memory and of mapped pages, half of it for each; 0 for no bound
 * @folder: of the temporary files
 * @memory, @disk: bytes in use of either kind; @disk_peak is the most there were
 */
struct NgStore {
    gatomicrefcount refs;
    guint64 budget;
    char *folder;
    pthread_mutex_t lock;
    GArray *blocks; /* (element-type Block) */
    guint64 memory, disk, disk_peak;
    size_t page;
};

/**
 * ng_store_new:
 * @budget: bytes of memory; 0 for as much as there is
 * @folder: (nullable) (type filename): where temporary files go; %NULL for the system's place
 *
 * Returns: (transfer full): free with ng_store_unref()
 */
NgStore *
ng_store_new(guint64 budget, const char *folder)
{
    NgStore *self = g_new0(NgStore, 1);

    g_atomic_ref_count_init(&self->refs);
    self->budget = budget;
    self->folder = g_strdup(folder != NULL ? folder : g_get_tmp_dir());
    self->blocks = g_array_new(FALSE, FALSE, sizeof(Block));
    self->page = (size_t)sysconf(_SC_PAGESIZE);
    pthread_mutex_init(&self->lock, NULL);
    return self;
}

/** ng_store_ref: Returns: (transfer full): @self */
NgStore *
ng_store_ref(NgStore *self)
{
    g_return_val_if_fail(self != NULL, NULL);

    g_atomic_ref_count_inc(&self->refs);
    return self;
}

static void
unmap(Block *block)
{
    munmap(block->data, block->size);
    if (block->fd >= 0)
        close(block->fd);
}

/**
 * ng_store_unref:
 * @self: (nullable) (transfer full): a store; with the last reference its arrays go
 */
void
ng_store_unref(NgStore *self)
{
    if (self == NULL || !g_atomic_ref_count_dec(&self->refs))
        return;
    for (guint i = 0; i < self->blocks->len; i++)
        unmap(&g_array_index(self->blocks, Block, i));
    g_array_unref(self->blocks);
    pthread_mutex_destroy(&self->lock);
    g_free(self->folder);
    g_free(self);
}

/** ng_store_is_bounded: Returns: whether there is a budget, and arrays may be files */
gboolean
ng_store_is_bounded(const NgStore *self)
{
    g_return_val_if_fail(self != NULL, FALSE);

    return self->budget > 0;
}

/** ng_store_disk_peak: Returns: the most bytes of temporary files that were in use at once */
guint64
ng_store_disk_peak(NgStore *self)
{
    g_return_val_if_fail(self != NULL, 0);

    pthread_mutex_lock(&self->lock);
    guint64 peak = self->disk_peak;
    pthread_mutex_unlock(&self->lock);
    return peak;
}

/* A file without a name in the folder; -1 with errno set. */
static int
open_nameless(const char *folder)
{
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
        return fd;

    g_autofree char *name = g_build_filename(folder, "ngram-temp-XXXXXX", NULL);
    fd = g_mkstemp_full(name, O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0)
        g_unlink(name);
    return fd;
}

static gboolean
refuse(const NgStore *self, size_t size, int code, GError **error)
{
    if (code == ENOENT || code == ENOTDIR || code == EACCES || code == EROFS) {
        g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(code),
                    "%s: no folder for temporary data: %s (name another with --temp)", self->folder,
                    g_strerror(code));
        return FALSE;
    }
    struct statvfs fs = {0};
    g_autofree char *wanted = g_format_size_full(size, G_FORMAT_SIZE_LONG_FORMAT);
    g_autofree char *used = g_format_size(self->disk);
    g_autofree char *room =
        statvfs(self->folder, &fs) == 0 ? g_format_size((guint64)fs.f_bavail * fs.f_frsize) : NULL;

    g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(code),
                "%s: no room for %s of temporary data, with %s in use and %s free: %s (name "
                "another folder with --temp, or give more --memory)",
                self->folder, wanted, used, room != NULL ? room : "unknown room", g_strerror(code));
    return FALSE;
}

/* Makes @fd a file of @size bytes whose blocks are its own. */
static gboolean
reserve(const NgStore *self, int fd, size_t size, GError **error)
{
    int code = posix_fallocate(fd, 0, (off_t)size);

    return code == 0 || refuse(self, size, code, error);
}

static gboolean
map_memory(Block *block, size_t size)
{
    block->data = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block->data == MAP_FAILED)
        g_error("no memory for %zu bytes", size);
    block->size = size;
    block->fd = -1;
    if (size >= HUGE_PAGE)
        madvise(block->data, size, MADV_HUGEPAGE);
    return TRUE;
}

static gboolean
map_file(const NgStore *self, Block *block, size_t size, GError **error)
{
    block->fd = open_nameless(self->folder);
    if (block->fd < 0)
        return refuse(self, size, errno, error);
    block->size = size;
    if (reserve(self, block->fd, size, error)) {
        block->data = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, block->fd, 0);
        if (block->data != MAP_FAILED)
            return TRUE;
        refuse(self, size, errno, error);
    }
    close(block->fd);
    return FALSE;
}

static void
account(NgStore *self, const Block *block)
{
    if (block->fd < 0)
        self->memory += block->size;
    else
        self->disk += block->size;
    self->disk_peak = MAX(self->disk_peak, self->disk);
}

static void
forget(NgStore *self, const Block *block)
{
    if (block->fd < 0)
        self->memory -= block->size;
    else
        self->disk -= block->size;
}

static size_t
whole_pages(const NgStore *self, size_t size)
{
    return (MAX(size, 1) + self->page - 1) / self->page * self->page;
}

static gboolean
fits(const NgStore *self, size_t size)
{
    return self->budget == 0 || self->memory + size <= self->budget / 2;
}

static gpointer
take_locked(NgStore *self, size_t size, GError **error)
{
    Block block = {.fd = -1};

    if (fits(self, size) ? !map_memory(&block, size) : !map_file(self, &block, size, error))
        return NULL;
    account(self, &block);
    g_array_append_val(self->blocks, block);
    return block.data;
}

/**
 * ng_store_take:
 * @self: a store
 * @size: bytes
 * @error: return location for a #GError, or %NULL
 *
 * Errors: %G_FILE_ERROR with folder and size where the temporary folder has no room.
 *
 * Returns: (transfer none): @size bytes of zero, at a page's beginning; give them back with
 *   ng_store_give_back()
 */
gpointer
ng_store_take(NgStore *self, size_t size, GError **error)
{
    g_return_val_if_fail(self != NULL, NULL);

    pthread_mutex_lock(&self->lock);
    gpointer data = take_locked(self, whole_pages(self, size), error);
    pthread_mutex_unlock(&self->lock);
    return data;
}

static Block *
find(const NgStore *self, gconstpointer array)
{
    for (guint i = 0; i < self->blocks->len; i++)
        if (g_array_index(self->blocks, Block, i).data == array)
            return &g_array_index(self->blocks, Block, i);
    g_assert_not_reached();
}

/* Grows or shrinks @block where it is a file, or may stay in memory. */
static gboolean
resize_block(NgStore *self, Block *block, size_t size, GError **error)
{
    if (block->fd >= 0 && size > block->size && !reserve(self, block->fd, size, error))
        return FALSE;
    char *data = mremap(block->data, block->size, size, MREMAP_MAYMOVE);
    if (data == MAP_FAILED)
        g_error("no memory for %zu bytes", size);
    if (block->fd >= 0 && size < block->size && ftruncate(block->fd, (off_t)size) != 0)
        g_debug("a temporary file keeps its size: %s", g_strerror(errno));
    forget(self, block);
    block->data = data;
    block->size = size;
    account(self, block);
    return TRUE;
}

/* Moves @block from memory to a file of @size bytes. */
static gboolean
spill(NgStore *self, Block *block, size_t size, GError **error)
{
    Block file = {.fd = -1};

    if (!map_file(self, &file, size, error))
        return FALSE;
    memcpy(file.data, block->data, MIN(size, block->size));
    forget(self, block);
    unmap(block);
    *block = file;
    account(self, block);
    return TRUE;
}

static gpointer
resize_locked(NgStore *self, gpointer array, size_t size, GError **error)
{
    Block *block = find(self, array);
    gboolean stays = block->fd >= 0 || size <= block->size || fits(self, size - block->size);

    if (!(stays ? resize_block(self, block, size, error) : spill(self, block, size, error)))
        return NULL;
    return block->data;
}

/**
 * ng_store_resize:
 * @array: (nullable): an array of @self; %NULL for a new one
 * @size: bytes from now on; new ones are zero
 * @error: return location for a #GError, or %NULL
 *
 * Returns: (transfer none): where it is now; %NULL with @error set, and @array as it was
 */
gpointer
ng_store_resize(NgStore *self, gpointer array, size_t size, GError **error)
{
    g_return_val_if_fail(self != NULL, NULL);

    if (array == NULL)
        return ng_store_take(self, size, error);
    pthread_mutex_lock(&self->lock);
    gpointer data = resize_locked(self, array, whole_pages(self, size), error);
    pthread_mutex_unlock(&self->lock);
    return data;
}

/**
 * ng_store_give_back:
 * @array: (nullable): an array of @self, whose memory or disk is free from now on
 */
void
ng_store_give_back(NgStore *self, gconstpointer array)
{
    g_return_if_fail(self != NULL);

    if (array == NULL)
        return;
    pthread_mutex_lock(&self->lock);
    Block *block = find(self, array);
    forget(self, block);
    unmap(block);
    g_array_remove_index_fast(self->blocks,
                              (guint)(block - &g_array_index(self->blocks, Block, 0)));
    pthread_mutex_unlock(&self->lock);
}

/**
 * ng_store_discard:
 * @from: a place in an array of @self
 * @to: a later one
 *
 * What stands between the two is not needed any more: whole pages of it leave
 * memory.  What is read there later is anything.
 */
void
ng_store_discard(NgStore *self, gconstpointer from, gconstpointer to)
{
    g_return_if_fail(self != NULL && from <= to);

    uintptr_t begin = ((uintptr_t)from + self->page - 1) / self->page * self->page;
    uintptr_t end = (uintptr_t)to / self->page * self->page;
    if (begin < end)
        madvise((gpointer)begin, end - begin, MADV_DONTNEED);
}

/* Bytes of files that the process has in memory; 0 where the system does not tell. */
static guint64
resident_of_files(const NgStore *self)
{
    char text[128] = "";
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return 0;
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    g_auto(GStrv) field = g_strsplit(n > 0 ? text : "", " ", 4);
    if (g_strv_length(field) < 3) /* size, resident, and what of that is mapped from files */
        return 0;
    return g_ascii_strtoull(field[2], NULL, 10) * self->page;
}

/**
 * ng_store_breathe:
 *
 * For loops over arrays of a store with a budget, every few megabytes: where
 * more than half of the budget is pages of files, these leave the process.  They
 * come back when they are touched, from the system's cache or from disk.
 */
void
ng_store_breathe(NgStore *self)
{
    g_return_if_fail(self != NULL);

    if (self->budget == 0 || resident_of_files(self) <= self->budget / 2)
        return;
    pthread_mutex_lock(&self->lock);
    for (guint i = 0; i < self->blocks->len; i++) {
        Block *block = &g_array_index(self->blocks, Block, i);
        if (block->fd >= 0)
            madvise(block->data, block->size, MADV_DONTNEED);
    }
    pthread_mutex_unlock(&self->lock);
}

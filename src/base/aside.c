/*
 * Files written aside
 *
 * A new file grows beside its target and takes the target's name at the end.
 * Where the filesystem can, it has no name until then (O_TMPFILE), so that a
 * killed process leaves nothing; elsewhere it has a hidden name, taken off by
 * ng_aside_free().  A new name is linked in one step.  A name in use is
 * replaced by link and rename, which leaves the hidden name only if the process
 * dies between the two.
 *
 * Invariant: `hidden` is the name the file has now, %NULL where it has none.
 */
#include "aside.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINKS_MAX = 40, NAMES_MAX = 1000 };

struct NgAside {
    char *target; /* behind all symbolic links */
    char *folder; /* of the target */
    char *hidden; /* (nullable) */
    int fd;
};

/* Follows `path` to what is no symbolic link, or does not exist; NULL where links go in circles. */
static char *
follow_links(const char *path)
{
    char *at = g_strdup(path);

    for (int i = 0; i <= LINKS_MAX; i++) {
        g_autofree char *link = g_file_read_link(at, NULL);
        if (link == NULL)
            return at;
        g_autofree char *folder = g_path_get_dirname(at);
        g_free(at);
        at = g_path_is_absolute(link) ? g_steal_pointer(&link)
                                      : g_build_filename(folder, link, NULL);
    }
    g_free(at);
    return NULL;
}

/* Opens a nameless file, or one with a hidden name; -1 with errno set. */
static int
open_beside(NgAside *self)
{
    int fd = open(self->folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);

    if (fd >= 0) {
        g_autofree char *link = g_strdup_printf("/proc/self/fd/%d", fd);
        if (access(link, F_OK) == 0)
            return fd;
        close(fd); /* without /proc it could never get a name */
    } else if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL) {
        return -1;
    }

    g_autofree char *hidden = g_build_filename(self->folder, ".ngram-XXXXXX", NULL);
    fd = g_mkstemp_full(hidden, O_WRONLY | O_CLOEXEC, 0666);
    if (fd >= 0)
        self->hidden = g_steal_pointer(&hidden);
    return fd;
}

static void
refuse(const char *path, int code, GError **error)
{
    g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(code), "%s: %s", path,
                g_strerror(code));
}

/**
 * ng_aside_open:
 * @path: (type filename): the target: a regular file, or no file yet
 * @error: return location for a #GError, or %NULL
 *
 * Makes an empty file with the target's permissions, or those of any new file.
 *
 * Errors: %G_FILE_ERROR where the folder takes no file, the target may not be
 * written, or symbolic links go in circles.
 *
 * Returns: (transfer full): free with ng_aside_free(); %NULL with @error set
 */
NgAside *
ng_aside_open(const char *path, GError **error)
{
    g_autoptr(NgAside) self = g_new0(NgAside, 1);
    struct stat old;

    self->fd = -1;
    self->target = follow_links(path);
    if (self->target == NULL) {
        refuse(path, ELOOP, error);
        return NULL;
    }
    self->folder = g_path_get_dirname(self->target);
    gboolean replaces = stat(self->target, &old) == 0;
    if (replaces && access(self->target, W_OK) != 0) {
        refuse(path, errno, error);
        return NULL;
    }

    self->fd = open_beside(self);
    if (self->fd < 0 || (replaces && fchmod(self->fd, old.st_mode & 0777) != 0)) {
        int code = errno;
        g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(code),
                    "%s: no file can be made in %s: %s", path, self->folder, g_strerror(code));
        return NULL;
    }
    return g_steal_pointer(&self);
}

/**
 * ng_aside_free:
 * @self: (nullable) (transfer full): a file; gone, unless it was committed
 */
void
ng_aside_free(NgAside *self)
{
    if (self == NULL)
        return;
    if (self->hidden != NULL)
        g_unlink(self->hidden);
    if (self->fd >= 0)
        close(self->fd);
    g_free(self->target);
    g_free(self->folder);
    g_free(self->hidden);
    g_free(self);
}

/**
 * ng_aside_fd:
 * @self: a file not yet committed
 *
 * Returns: what to write to
 */
int
ng_aside_fd(const NgAside *self)
{
    return self->fd;
}

/* Gives a nameless file the target's name, or a hidden one where that is taken.
 * Returns 0 or errno. */
static int
give_name(NgAside *self)
{
    g_autofree char *nameless = g_strdup_printf("/proc/self/fd/%d", self->fd);
    int code = 0;

    if (linkat(AT_FDCWD, nameless, AT_FDCWD, self->target, AT_SYMLINK_FOLLOW) != 0)
        code = errno;
    for (int i = 0; code == EEXIST && i < NAMES_MAX; i++) {
        g_autofree char *name =
            g_strdup_printf("%s/.ngram-%d-%d-%d", self->folder, (int)getpid(), self->fd, i);
        code = linkat(AT_FDCWD, nameless, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0 ? 0 : errno;
        if (code == 0)
            self->hidden = g_steal_pointer(&name);
    }
    return code;
}

/**
 * ng_aside_commit:
 * @self: a file, all written
 *
 * Puts the file in the target's place.  The system brings it to the disk in its
 * own time, as it does for other programs' files: waiting for that would take
 * longer than all the rest.
 *
 * Returns: 0 where it stands there; errno where the target is as it was
 */
int
ng_aside_commit(NgAside *self)
{
    int code = self->hidden == NULL ? give_name(self) : 0;

    if (code != 0)
        return code;
    if (self->hidden != NULL) {
        /* network filesystems tell here, before the old file goes, what they could not write */
        int fd = self->fd;
        self->fd = -1;
        if (close(fd) != 0 || rename(self->hidden, self->target) != 0)
            return errno;
        g_clear_pointer(&self->hidden, g_free);
    }
    return 0;
}

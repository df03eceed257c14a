#include "../folder.h"

#include "ngram/output.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

Suite *output_suite(void);

static void
make_plain_folder(void)
{
    make_folder();
    umask(022);
}

static char *
in_folder(const char *name)
{
    return g_build_filename(folder, name, NULL);
}

/* How many names the folder holds, hidden ones too. */
static guint
names(void)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    guint n = 0;

    while (g_dir_read_name(dir) != NULL)
        n++;
    return n;
}

static void
assert_content(const char *path, const char *expected)
{
    g_autofree char *got = NULL;

    ck_assert(g_file_get_contents(path, &got, NULL, NULL));
    ck_assert_str_eq(got, expected);
}

static void
write_file(const char *path, const char *text)
{
    g_autoptr(NgOutput) output = ng_output_open(path, NULL);

    ck_assert_ptr_nonnull(output);
    ng_output_puts(output, text);
    ck_assert(ng_output_commit(output, NULL));
}

START_TEST(a_file_appears_on_commit)
{
    g_autofree char *path = in_folder("new");
    g_autoptr(NgOutput) output = ng_output_open(path, NULL);

    ng_output_puts(output, "tea");
    ng_output_write(output, " and\n", 5);
    ck_assert_uint_eq(ng_output_position(output), 8);
    ck_assert(!g_file_test(path, G_FILE_TEST_EXISTS));
    ck_assert(ng_output_commit(output, NULL));
    assert_content(path, "tea and\n");
    ck_assert_uint_eq(names(), 1);
}
END_TEST

START_TEST(an_old_file_stays_until_commit)
{
    g_autofree char *path = in_folder("old");
    ck_assert(g_file_set_contents(path, "old", -1, NULL));

    NgOutput *output = ng_output_open(path, NULL);
    ng_output_puts(output, "new");
    assert_content(path, "old");
    ng_output_free(output);
    assert_content(path, "old");
    write_file(path, "new");
    assert_content(path, "new");
    ck_assert_uint_eq(names(), 1);
}
END_TEST

START_TEST(a_killed_writer_leaves_nothing)
{
    g_autofree char *path = in_folder("killed");
    pid_t child = fork();
    if (child == 0) {
        NgOutput *output = ng_output_open(path, NULL);
        g_autofree char *bytes = g_malloc0(3 * 1024 * 1024);
        ng_output_write(output, bytes, 3 * 1024 * 1024);
        kill(getpid(), SIGKILL);
    }
    int status = 0;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFSIGNALED(status));
    int nameless = open(folder, O_TMPFILE | O_WRONLY, 0600);
    ck_assert_uint_eq(names(), nameless >= 0 ? 0 : 1); /* what the filesystem can */
    if (nameless >= 0)
        close(nameless);
}
END_TEST

START_TEST(permissions_are_those_of_the_old_file)
{
    g_autofree char *path = in_folder("mode");
    struct stat info;

    umask(027);
    write_file(path, "1");
    ck_assert_int_eq(stat(path, &info), 0);
    ck_assert_int_eq(info.st_mode & 07777, 0640); /* 0666 & ~027 */
    ck_assert_int_eq(chmod(path, 0604), 0);
    write_file(path, "2");
    ck_assert_int_eq(stat(path, &info), 0);
    ck_assert_int_eq(info.st_mode & 07777, 0604);
}
END_TEST

static const struct {
    const char *link;
    gboolean exists;
} links[] = {{"target", TRUE}, {"target", FALSE}, {"../%s/target", TRUE}, {"../%s/target", FALSE}};

START_TEST(permissions_can_be_those_of_another_file)
{
    g_autofree char *path = in_folder("secret"), *copy = in_folder("copy");
    struct stat info;

    write_file(path, "secret");
    ck_assert_int_eq(chmod(path, 0600), 0);
    for (int again = 0; again < 2; again++) { /* a new copy, and an old one that was open to all */
        g_autoptr(NgOutput) output = ng_output_open(copy, NULL);
        ck_assert_ptr_nonnull(output);
        ng_output_take_permissions(output, path);
        ng_output_puts(output, "secret");
        ck_assert(ng_output_commit(output, NULL));
        ck_assert_int_eq(stat(copy, &info), 0);
        ck_assert_int_eq(info.st_mode & 0777, 0600);
        ck_assert_int_eq(chmod(copy, 0644), 0);
    }
    g_autoptr(NgOutput) output = ng_output_open(copy, NULL);
    ck_assert_ptr_nonnull(output);
    ng_output_take_permissions(output, "/nowhere/to/be/found");
    ck_assert(!ng_output_commit(output, NULL));
}
END_TEST

START_TEST(links_that_go_in_circles_are_an_error)
{
    g_autofree char *path = in_folder("circle");
    g_autoptr(GError) error = NULL;

    ck_assert_int_eq(symlink("circle", path), 0);
    ck_assert_ptr_null(ng_output_open(path, &error));
    ck_assert(g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_LOOP));
    ck_assert(g_str_has_prefix(error->message, path));
    ck_assert(g_file_test(path, G_FILE_TEST_IS_SYMLINK));
    g_unlink(path);
}
END_TEST

START_TEST(a_symbolic_link_stays_and_its_target_is_written)
{
    g_autofree char *path = in_folder("link");
    g_autofree char *target = in_folder("target");
    g_autofree char *base = g_path_get_basename(folder);
    g_autoptr(GString) to = g_string_new(links[_i].link);
    g_string_replace(to, "%s", base, 0);
    ck_assert_int_eq(symlink(to->str, path), 0);
    if (links[_i].exists)
        ck_assert(g_file_set_contents(target, "old", -1, NULL));

    write_file(path, "new");
    ck_assert(g_file_test(path, G_FILE_TEST_IS_SYMLINK));
    ck_assert(!g_file_test(target, G_FILE_TEST_IS_SYMLINK));
    assert_content(target, "new");
    ck_assert_uint_eq(names(), 2);
}
END_TEST

START_TEST(large_writes_arrive_whole)
{
    g_autofree char *path = in_folder("large");
    g_autoptr(NgOutput) output = ng_output_open(path, NULL);
    g_autoptr(GString) expected = g_string_new(NULL);
    g_autofree char *block = g_malloc(3000001);

    for (size_t i = 0; i < 3000001; i++)
        block[i] = (char)('a' + i % 26);
    for (size_t size = 1; size < 3000001; size = size * 3 + 1) {
        ng_output_write(output, block, size);
        g_string_append_len(expected, block, (gssize)size);
    }
    ck_assert_uint_eq(ng_output_position(output), expected->len);
    ck_assert(ng_output_commit(output, NULL));
    assert_content(path, expected->str);
}
END_TEST

START_TEST(earlier_bytes_can_be_overwritten)
{
    g_autofree char *path = in_folder("patched");
    g_autoptr(NgOutput) output = ng_output_open(path, NULL);

    ng_output_puts(output, "count=000 and more");
    ck_assert(ng_output_overwrite(output, 6, "123", 3, NULL));
    ng_output_puts(output, "!");
    ck_assert(ng_output_overwrite(output, 18, "?", 1, NULL));
    ck_assert_uint_eq(ng_output_position(output), 19);
    ck_assert(ng_output_commit(output, NULL));
    assert_content(path, "count=123 and more?");
}
END_TEST

START_TEST(a_device_is_written_as_it_stands)
{
    write_file("/dev/null", "gone");
    struct stat info;
    ck_assert_int_eq(stat("/dev/null", &info), 0);
    ck_assert(S_ISCHR(info.st_mode));
}
END_TEST

START_TEST(a_fifo_is_written_as_it_stands)
{
    g_autofree char *path = in_folder("fifo");
    g_autoptr(GError) error = NULL;
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    int reader = open(path, O_RDONLY | O_NONBLOCK);
    ck_assert_int_ge(reader, 0);

    g_autoptr(NgOutput) output = ng_output_open(path, NULL);
    ng_output_puts(output, "tea");
    ck_assert(!ng_output_overwrite(output, 0, "s", 1, &error));
    ck_assert_ptr_nonnull(error);
    ck_assert(g_str_has_prefix(error->message, path));
    ck_assert(ng_output_commit(output, NULL));
    char bytes[8] = {0};
    ck_assert_int_eq(read(reader, bytes, 7), 3);
    ck_assert_str_eq(bytes, "tea");
    close(reader);
}
END_TEST

static const char *const standing_names[] = {"-", "/dev/stdout", "/dev/fd/1"};

/* `>> log` of a shell: what stands in the file stays, and the bytes go to its end */
START_TEST(standard_output_is_appended_where_the_shell_says_so)
{
    g_autofree char *path = in_folder("log");
    ck_assert(g_file_set_contents(path, "old ", -1, NULL));
    int saved = dup(STDOUT_FILENO);
    int log = open(path, O_WRONLY | O_APPEND);
    dup2(log, STDOUT_FILENO);

    g_autoptr(NgOutput) output = ng_output_open(standing_names[_i], NULL);
    ng_output_puts(output, "new");
    gboolean overwritten = ng_output_overwrite(output, 0, "x", 1, NULL);
    gboolean ok = ng_output_commit(output, NULL);
    gboolean open_still = fcntl(STDOUT_FILENO, F_GETFD) >= 0;
    dup2(saved, STDOUT_FILENO);
    close(log);
    close(saved);
    ck_assert(!overwritten && ok && open_still);
    assert_content(path, "old new");
}
END_TEST

static const struct {
    const char *path; /* in the folder where relative */
    int code;
} refused[] = {
    {"/dev", G_FILE_ERROR_ISDIR},
    {"missing/file", G_FILE_ERROR_NOENT},
    {"", G_FILE_ERROR_ISDIR}, /* the folder itself */
    {"/proc/none", G_FILE_ERROR_NOENT},
};

START_TEST(a_target_that_cannot_be_is_refused_at_once)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path =
        refused[_i].path[0] == '/' ? g_strdup(refused[_i].path) : in_folder(refused[_i].path);

    ck_assert_ptr_null(ng_output_open(path, &error));
    ck_assert_int_eq(error->code, refused[_i].code);
    ck_assert_uint_eq(error->domain, G_FILE_ERROR);
    ck_assert(g_str_has_prefix(error->message, path));
}
END_TEST

START_TEST(a_full_disk_is_told_on_commit_and_leaves_nothing)
{
    g_autofree char *path = in_folder("full");
    g_autoptr(GError) error = NULL;
    const struct rlimit limit = {2000000, RLIM_INFINITY};
    struct rlimit old;
    ck_assert(g_file_set_contents(path, "old", -1, NULL));
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &old), 0);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);

    g_autofree char *bytes = g_malloc0(1000000);
    g_autoptr(NgOutput) output = ng_output_open(path, NULL);
    for (int i = 0; i < 5; i++)
        ng_output_write(output, bytes, 1000000);
    gboolean ok = ng_output_commit(output, &error);
    setrlimit(RLIMIT_FSIZE, &old);

    ck_assert(!ok);
    ck_assert_uint_eq(error->domain, G_FILE_ERROR);
    g_autofree char *expected = g_strdup_printf(
        "%s: File too large: 5000000 bytes or more are wanted (make room, or write elsewhere)",
        path);
    ck_assert_str_eq(error->message, expected);
    assert_content(path, "old");
    ck_assert_uint_eq(names(), 1);
}
END_TEST

START_TEST(dev_full_is_told_on_commit)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(NgOutput) output = ng_output_open("/dev/full", NULL);

    ck_assert_ptr_nonnull(output);
    ng_output_puts(output, "tea");
    ck_assert(!ng_output_commit(output, &error));
    ck_assert(g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOSPC));
    ck_assert(g_str_has_prefix(error->message, "/dev/full: No space left on device: 3 bytes"));
}
END_TEST

Suite *
output_suite(void)
{
    Suite *suite = suite_create("output");
    TCase *files = tcase_create("files");
    TCase *streams = tcase_create("streams");
    TCase *trouble = tcase_create("trouble");

    tcase_add_checked_fixture(files, make_plain_folder, remove_folder);
    tcase_add_checked_fixture(streams, make_plain_folder, remove_folder);
    tcase_add_checked_fixture(trouble, make_plain_folder, remove_folder);
    tcase_add_test(files, a_file_appears_on_commit);
    tcase_add_test(files, an_old_file_stays_until_commit);
    tcase_add_test(files, a_killed_writer_leaves_nothing);
    tcase_add_test(files, permissions_are_those_of_the_old_file);
    tcase_add_test(files, permissions_can_be_those_of_another_file);
    tcase_add_test(files, links_that_go_in_circles_are_an_error);
    tcase_add_loop_test(files, a_symbolic_link_stays_and_its_target_is_written, 0,
                        G_N_ELEMENTS(links));
    tcase_add_test(files, large_writes_arrive_whole);
    tcase_add_test(files, earlier_bytes_can_be_overwritten);
    tcase_add_test(streams, a_device_is_written_as_it_stands);
    tcase_add_test(streams, a_fifo_is_written_as_it_stands);
    tcase_add_loop_test(streams, standard_output_is_appended_where_the_shell_says_so, 0,
                        G_N_ELEMENTS(standing_names));
    tcase_add_loop_test(trouble, a_target_that_cannot_be_is_refused_at_once, 0,
                        G_N_ELEMENTS(refused));
    tcase_add_test(trouble, a_full_disk_is_told_on_commit_and_leaves_nothing);
    tcase_add_test(trouble, dev_full_is_told_on_commit);
    suite_add_tcase(suite, files);
    suite_add_tcase(suite, streams);
    suite_add_tcase(suite, trouble);
    return suite;
}

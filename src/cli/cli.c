/* What main() and the commands share: the look-up of a command, notes, usage errors. */
#include "cli.h"

#include "escape.h"
#include "suggest.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Finds a command in a table that ends with a NULL name.  An unknown one is an error that names the
 * nearest. */
const NgCommand *
ng_cli_find_command(const NgCommand *commands, const char *name, GError **error)
{
    const char *names[32];
    size_t n = 0;

    for (const NgCommand *c = commands; c->name != NULL; c++) {
        if (g_str_equal(c->name, name))
            return c;
        g_assert(n < G_N_ELEMENTS(names));
        names[n++] = c->name;
    }
    const char *near = ng_suggest(name, names, n);
    if (near != NULL)
        ng_cli_usage_error(error, "no command '%s'; did you mean '%s'?", name, near);
    else
        ng_cli_usage_error(error, "no command '%s'", name);
    return NULL;
}

/* Runs the command that argv[0] names; @program is what it is called with. */
NgStatus
ng_cli_run_command(const NgCommand *commands, const char *program, char **argv, GError **error)
{
    const NgCommand *command = ng_cli_find_command(commands, argv[0], error);
    if (command == NULL)
        return NG_STATUS_TROUBLE;

    g_autofree char *name = g_strdup_printf("%s %s", program, command->name);
    g_set_prgname(name);
    return command->run((int)g_strv_length(argv), argv, error);
}

/* Lists commands, for --help. */
void
ng_cli_list_commands(const NgCommand *commands)
{
    fputs("Commands:\n", stdout);
    for (const NgCommand *c = commands; c->name != NULL; c++)
        printf("  %-11s %s\n", c->name, c->summary);
}

/* Sets a G_OPTION_ERROR, for main() to print.  Returns FALSE, so that a
 * caller can say `return ng_cli_usage_error(...)`. */
gboolean
ng_cli_usage_error(GError **error, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);
    g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, message);
    return FALSE;
}

/* One line on standard error; what names in it could do to a terminal is escaped. */
void
ng_cli_say(const char *message)
{
    g_autoptr(GString) safe = g_string_new(NULL);

    ng_escape_terminal(safe, message, strlen(message));
    fprintf(stderr, "%s: %s\n", g_get_prgname(), safe->str);
}

/* Says something on standard error that is no failure. */
void
ng_cli_note(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);
    ng_cli_say(message);
}

/* Says once how many bytes of the text were no UTF-8; nothing where none was. */
void
ng_cli_note_invalid(guint64 bytes)
{
    if (bytes > 0)
        ng_cli_note("%" G_GUINT64_FORMAT " %s not UTF-8; kept as %s", bytes,
                    bytes == 1 ? "byte is" : "bytes are", bytes == 1 ? "it is" : "they are");
}

/* Writes to standard output, by its buffer. */
gboolean
ng_cli_write(const GString *text, GError **error)
{
    return fwrite_unlocked(text->str, 1, text->len, stdout) == text->len ||
           ng_cli_flush_output(error);
}

/* A full disk shows here at the latest.  A reader that has gone away is
 * G_FILE_ERROR_PIPE, of which main() says nothing. */
gboolean
ng_cli_flush_output(GError **error)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return TRUE;

    int code = errno;
    g_set_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(code), "standard output: %s",
                g_strerror(code));
    return FALSE;
}

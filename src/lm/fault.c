#include "fault.h"

#include "ngram/error.h"

static gboolean
fault(const char *path, guint64 line, GError **error, const char *what)
{
    g_set_error(error, NG_ERROR, NG_ERROR_FORMAT, "%s:%" G_GUINT64_FORMAT ": %s", path, line, what);
    return FALSE;
}

/**
 * ng_fault_at:
 * @path: the file, as messages name it
 * @line: the line that is to blame
 * @error: gets %NG_ERROR_FORMAT, `path:line: ` and the message
 * @format: what is wrong with it, and the cure
 *
 * Returns: FALSE, so that a reader can say `return ng_fault_at(...)`
 */
gboolean
ng_fault_at(const char *path, guint64 line, GError **error, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_autofree char *what = g_strdup_vprintf(format, args);
    va_end(args);
    return fault(path, line, error, what);
}

/**
 * ng_fault:
 * @input: what is read; its last line is to blame
 * @error: as ng_fault_at()
 * @format: what is wrong with it, and the cure
 *
 * Returns: FALSE
 */
gboolean
ng_fault(const NgInput *input, GError **error, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_autofree char *what = g_strdup_vprintf(format, args);
    va_end(args);
    return fault(ng_input_path(input), ng_input_line_number(input), error, what);
}

#include "fault.h"

#include "ngram/error.h"

/**
 * ng_fault:
 * @input: what is read; its last line is to blame
 * @error: gets %NG_ERROR_FORMAT, `path:line: ` and the message
 * @format: what is wrong with it, and the cure
 *
 * Returns: FALSE, so that a reader can say `return ng_fault(...)`
 */
gboolean
ng_fault(const NgInput *input, GError **error, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_autofree char *what = g_strdup_vprintf(format, args);
    va_end(args);
    g_set_error(error, NG_ERROR, NG_ERROR_FORMAT, "%s:%" G_GUINT64_FORMAT ": %s",
                ng_input_path(input), ng_input_line_number(input), what);
    return FALSE;
}

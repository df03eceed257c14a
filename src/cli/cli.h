/* cli.h - what every command of ngram(1) is. */
#pragma once

#include <glib.h>

/**
 * NgStatus: what a command tells the shell.
 * @NG_STATUS_DONE: done, or the answer is yes
 * @NG_STATUS_NO: the answer is no
 * @NG_STATUS_TROUBLE: a usage error, unreadable input, a failed write; goes with a #GError
 */
typedef enum { NG_STATUS_DONE = 0, NG_STATUS_NO = 1, NG_STATUS_TROUBLE = 2 } NgStatus;

/**
 * NgCommand:
 * @name: what the user types
 * @run: does it; argv[0] is the command's name.  %NG_STATUS_TROUBLE exactly when the error is set
 * @summary: one line for `ngram help` and the NAME line of the man page
 */
typedef struct {
    const char *name;
    NgStatus (*run)(int argc, char **argv, GError **error);
    const char *summary;
} NgCommand;

extern const NgCommand ng_commands[]; /* ends with a NULL name */

NgStatus ng_cmd_complete(int argc, char **argv, GError **error);
NgStatus ng_cmd_correct(int argc, char **argv, GError **error);
NgStatus ng_cmd_convert(int argc, char **argv, GError **error);
NgStatus ng_cmd_count(int argc, char **argv, GError **error);
NgStatus ng_cmd_evaluate(int argc, char **argv, GError **error);
NgStatus ng_cmd_generate(int argc, char **argv, GError **error);
NgStatus ng_cmd_help(int argc, char **argv, GError **error);
NgStatus ng_cmd_info(int argc, char **argv, GError **error);
NgStatus ng_cmd_merge(int argc, char **argv, GError **error);
NgStatus ng_cmd_mix(int argc, char **argv, GError **error);
NgStatus ng_cmd_rbm(int argc, char **argv, GError **error);
NgStatus ng_cmd_roll(int argc, char **argv, GError **error);
NgStatus ng_cmd_score(int argc, char **argv, GError **error);
NgStatus ng_cmd_table(int argc, char **argv, GError **error);
NgStatus ng_cmd_train(int argc, char **argv, GError **error);

const NgCommand *ng_cli_find_command(const NgCommand *commands, const char *name, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
NgStatus ng_cli_run_command(const NgCommand *commands, const char *program, char **argv,
                            GError **error);
void ng_cli_list_commands(const NgCommand *commands);
gboolean ng_cli_usage_error(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
void ng_cli_say(const char *message);
void ng_cli_note(const char *format, ...) G_GNUC_PRINTF(1, 2);
void ng_cli_note_invalid(guint64 bytes);
gboolean ng_cli_write(const GString *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_cli_flush_output(GError **error) G_GNUC_WARN_UNUSED_RESULT;

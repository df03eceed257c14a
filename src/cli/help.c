/* Prints --help: examples, usage, options. */
#include "args.h"

#include <stdio.h>
#include <string.h>

enum { COLUMN = 32, WIDTH = 96 }; /* where the texts begin and end */

/* Prints words from COLUMN on, broken at WIDTH; the cursor stands at `at`. */
static void
print_wrapped(const char *text, size_t at)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);

    for (char **word = words; *word != NULL; word++) {
        size_t length = strlen(*word);
        if (at < COLUMN) {
            printf("%*s", (int)(COLUMN - at), "");
            at = COLUMN;
        } else if (at + 1 + length > WIDTH || word == words) {
            printf("\n%*s", COLUMN, "");
            at = COLUMN;
        } else {
            putchar(' ');
            at++;
        }
        fputs(*word, stdout);
        at += length;
    }
    putchar('\n');
}

static void
print_option(const NgOption *option)
{
    g_autoptr(GString) left = g_string_new("  ");

    if (option->letter != 0)
        g_string_append_printf(left, "-%c, ", option->letter);
    else
        g_string_append(left, "    ");
    g_string_append_printf(left, "--%s", option->name);
    if (option->arg != NULL)
        g_string_append_printf(left, option->kind == NG_OPTION_MAYBE ? "[=%s]" : "=%s",
                               option->arg);
    fputs(left->str, stdout);
    print_wrapped(option->text, left->len);
}

void
ng_args_help(const NgSyntax *syntax, const NgOption *options, size_t n)
{
    const NgOption help = NG_FLAG('h', "help", NULL, "Print this and exit");

    printf("Examples:\n%s\n", syntax->examples);
    printf("Usage: %s [OPTIONS] %s\n\n%s\n\nOptions:\n", g_get_prgname(), syntax->arguments,
           syntax->about);
    for (size_t i = 0; i < n; i++)
        print_option(&options[i]);
    print_option(&help);
}

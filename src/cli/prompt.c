/*
 * A prompt
 *
 * A line editor with a line of suggestions below the one that is typed: before
 * each key is waited for they are asked for anew and shown there, and Tab takes
 * the first one.  Where the terminal cannot place the cursor, or the line has
 * grown to its width, nothing is shown, and Tab works all the same.
 *
 * The one door to libedit.  Without it at build time there is no prompt.
 */
#include "prompt.h"

#include "cli.h"

#include <unistd.h>

static gboolean
is_terminal(GError **error)
{
    if (isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1)
        return TRUE;
    return ng_cli_usage_error(error, "--interactive wants a terminal on both sides (without it, "
                                     "texts are read from standard input, a line each)");
}

#if defined(NG_HAVE_LIBEDIT)

#include <histedit.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <wchar.h>

enum { HISTORY = 1000, ROOM = 4 /* columns that the prompt takes, and some */ };

#define SAVE    "\0337"
#define RESTORE "\0338"
#define BELOW   "\033[B\r\033[K"
#define DIM     "\033[2m"
#define PLAIN   "\033[0m"

struct NgPrompt {
    EditLine *edit;
    History *history;
    NgSuggest suggest;
    gpointer data;
    GPtrArray *rows; /* (element-type utf8) suggestions for the line as it stands */
    gboolean shows;  /* the terminal can place the cursor */
    mbstate_t partial;
};

static char *
show_prompt(EditLine *edit G_GNUC_UNUSED)
{
    static char prompt[] = "> ";

    return prompt;
}

static unsigned
columns(void)
{
    struct winsize size = {0};

    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

/* Bytes that two texts begin with alike, whole characters of them. */
static size_t
common_length(const char *a, const char *b)
{
    size_t n = 0;

    while (a[n] != '\0' && a[n] == b[n])
        n++;
    while (n > 0 && ((guchar)a[n] & 0xc0) == 0x80)
        n--;
    return n;
}

/* Asks for suggestions for what stands before the cursor. */
static char *
ask(NgPrompt *self)
{
    const LineInfo *line = el_line(self->edit);
    char *before = g_strndup(line->buffer, (gsize)(line->cursor - line->buffer));

    g_ptr_array_set_size(self->rows, 0);
    self->suggest(before, strlen(before), self->rows, self->data);
    return before;
}

/* The suggestions, each without the words before it, as many as fit. */
static void
show_suggestions(NgPrompt *self)
{
    if (!self->shows)
        return;
    g_autofree char *before = ask(self);
    g_autoptr(GString) below = g_string_new(NULL);
    const char *space = strrchr(before, ' ');
    size_t start = space != NULL ? (size_t)(space - before) + 1 : 0;
    glong room = (glong)columns() - ROOM;

    if (g_utf8_strlen(before, -1) >= room)
        return;
    for (guint i = 0; i < self->rows->len; i++) {
        const char *row = self->rows->pdata[i];
        const char *word = row + MIN(start, common_length(row, before));
        if (g_utf8_strlen(below->str, -1) + g_utf8_strlen(word, -1) + 2 > room)
            break;
        g_string_append_printf(below, "  %s", word);
    }
    fprintf(stdout, SAVE BELOW DIM "%s" PLAIN RESTORE, below->str);
    fflush(stdout);
}

static void
clear_suggestions(const NgPrompt *self)
{
    if (self->shows)
        fputs(SAVE BELOW RESTORE, stdout);
    fflush(stdout);
}

/* Takes one character from the terminal, in place of libedit, to know when somebody waits. */
static int
next_character(EditLine *edit, wchar_t *out)
{
    NgPrompt *self = NULL;
    char byte = 0;

    el_get(edit, EL_CLIENTDATA, &self);
    if (mbsinit(&self->partial) != 0)
        show_suggestions(self);
    for (;;) {
        ssize_t n = read(STDIN_FILENO, &byte, 1);
        if (n < 1)
            return (int)n;
        size_t used = mbrtowc(out, &byte, 1, &self->partial);
        if (used == (size_t)-2)
            continue;
        if (used == (size_t)-1) {
            memset(&self->partial, 0, sizeof self->partial);
            *out = (wchar_t)(guchar)byte;
        }
        if (*out == L'\n' || *out == L'\r')
            clear_suggestions(self);
        return 1;
    }
}

/* Tab: the first suggestion takes the place of what was typed of it. */
static unsigned char
take_first(EditLine *edit, int key G_GNUC_UNUSED)
{
    NgPrompt *self = NULL;

    el_get(edit, EL_CLIENTDATA, &self);
    g_autofree char *before = ask(self);
    if (self->rows->len == 0)
        return CC_ERROR;
    const char *row = self->rows->pdata[0];
    size_t same = common_length(row, before);
    glong replaced = g_utf8_strlen(before + same, -1);
    g_autofree char *rest = g_strconcat(row + same, " ", NULL);
    if (replaced > 0)
        el_deletestr(edit, (int)replaced);
    return el_insertstr(edit, rest) == 0 ? CC_REFRESH : CC_ERROR;
}

static void
set_up(NgPrompt *self)
{
    const char *terminal = g_getenv("TERM");
    HistEvent event;

    self->shows = terminal != NULL && !g_str_equal(terminal, "dumb") && *terminal != '\0';
    history(self->history, &event, H_SETSIZE, HISTORY);
    el_set(self->edit, EL_CLIENTDATA, self);
    el_set(self->edit, EL_PROMPT, show_prompt);
    el_set(self->edit, EL_EDITOR, "emacs");
    el_set(self->edit, EL_SIGNAL, 1);
    el_set(self->edit, EL_HIST, history, self->history);
    el_set(self->edit, EL_ADDFN, "ngram-take", "Take the first suggestion", take_first);
    el_set(self->edit, EL_BIND, "^I", "ngram-take", NULL);
    el_set(self->edit, EL_GETCFN, next_character);
}

/* Text is UTF-8 whatever the locale says, and so is what is typed; numbers keep their locale. */
static void
use_utf8(void)
{
    const char *locale = setlocale(LC_CTYPE, "");

    if (locale == NULL || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        setlocale(LC_CTYPE, "C.UTF-8");
}

/**
 * ng_prompt_new:
 * @suggest: (scope notified): says what may come next
 * @data: for @suggest
 * @error: return location for a #GError, or %NULL
 *
 * Returns: (transfer full): free with ng_prompt_free(); %NULL with @error set where there is no terminal
 */
NgPrompt *
ng_prompt_new(NgSuggest suggest, gpointer data, GError **error)
{
    if (!is_terminal(error))
        return NULL;
    use_utf8();
    NgPrompt *self = g_new0(NgPrompt, 1);
    self->suggest = suggest;
    self->data = data;
    self->rows = g_ptr_array_new_with_free_func(g_free);
    self->history = history_init();
    self->edit = el_init(g_get_prgname(), stdin, stdout, stderr);
    if (self->edit == NULL || self->history == NULL) {
        ng_cli_usage_error(error, "this terminal cannot be used (is TERM set?)");
        ng_prompt_free(self);
        return NULL;
    }
    set_up(self);
    return self;
}

/**
 * ng_prompt_line:
 * @self: a prompt
 *
 * Returns: (nullable) (transfer none): the next line without its end, until the next call; %NULL
 * where there is none
 */
const char *
ng_prompt_line(NgPrompt *self)
{
    HistEvent event;
    int n = 0;

    if (self->shows) { /* a line of room below */
        fputs("\n\033[A", stdout);
        fflush(stdout);
    }
    const char *line = el_gets(self->edit, &n);
    if (line == NULL || n <= 0) {
        clear_suggestions(self);
        return NULL;
    }
    char *text = g_strndup(line, (gsize)n);
    g_strchomp(text);
    if (*text != '\0')
        history(self->history, &event, H_ENTER, text);
    g_ptr_array_set_size(self->rows, 0);
    g_ptr_array_add(self->rows, text);
    return text;
}

/**
 * ng_prompt_free:
 * @self: (nullable) (transfer full): a prompt
 */
void
ng_prompt_free(NgPrompt *self)
{
    if (self == NULL)
        return;
    if (self->edit != NULL)
        el_end(self->edit);
    if (self->history != NULL)
        history_end(self->history);
    g_ptr_array_unref(self->rows);
    g_free(self);
}

#else

NgPrompt *
ng_prompt_new(NgSuggest suggest G_GNUC_UNUSED, gpointer data G_GNUC_UNUSED, GError **error)
{
    if (is_terminal(error))
        ng_cli_usage_error(error,
                           "--interactive was left out of this program: libedit was not there "
                           "when it was built");
    return NULL;
}

const char *
ng_prompt_line(NgPrompt *self G_GNUC_UNUSED)
{
    return NULL;
}

void
ng_prompt_free(NgPrompt *self G_GNUC_UNUSED)
{
}

#endif

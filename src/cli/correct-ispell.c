/*
 * The ispell protocol
 *
 * What editors speak with a spelling checker through a pipe: a line in, for
 * each of its words a line out, and an empty line.  Commands are lines that
 * begin with a sign.  Offsets are characters from the beginning of the line as
 * it was sent, a `^` before it counted too.
 */
#include "correct-run.h"

#include "cli.h"

#include "ngram/input.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    NgCorrector *corrector;
    size_t k;
    gboolean terse;
} Session;

static size_t
count_characters(const char *text, size_t length)
{
    size_t n = 0;

    for (size_t i = 0; i < length; i++)
        n += ((guchar)text[i] & 0xc0) != 0x80;
    return n;
}

static void
put_word(const Session *self, const NgCorrection *c, const char *line)
{
    size_t offset = count_characters(line, c->start);

    if (c->known && !c->wrong) {
        if (!self->terse)
            fputs("*\n", stdout);
        return;
    }
    putchar_unlocked(c->n > 0 ? '&' : '#');
    putchar_unlocked(' ');
    fwrite(line + c->start, 1, c->length, stdout);
    if (c->n > 0)
        printf(" %zu %zu:", c->n, offset);
    else
        printf(" %zu", offset);
    for (size_t i = 0; i < c->n; i++)
        printf("%s %s", i > 0 ? "," : "", c->suggestion[i].text);
    putchar_unlocked('\n');
}

/* A line of text: @skip bytes before it count in the offsets alone. */
static void
check_line(const Session *self, const char *line, size_t length, size_t skip)
{
    g_autoptr(GPtrArray) words =
        ng_corrector_words(self->corrector, line + skip, length - skip, self->k);

    for (guint i = 0; i < words->len; i++) {
        NgCorrection *c = words->pdata[i];
        c->start += skip;
        put_word(self, c, line);
    }
    putchar_unlocked('\n');
}

static void
take_line(Session *self, const char *line, size_t length)
{
    switch (length > 0 ? line[0] : '\0') {
    case '*': /* a word for the user's list, which lasts as long as the session */
    case '&':
    case '@':
        ng_corrector_add_word(self->corrector, line + 1, length - 1);
        break;
    case '!':
        self->terse = TRUE;
        break;
    case '%':
        self->terse = FALSE;
        break;
    case '#': /* nothing to save, */
    case '~': /* no other kinds of files, */
    case '+':
    case '-':
    case '$': /* and nothing to set */
        break;
    case '^':
        check_line(self, line, length, 1);
        break;
    default:
        check_line(self, line, length, 0);
    }
}

/* Speaks the protocol over standard input and output until the input ends. */
gboolean
ng_correct_ispell(NgCorrector *corrector, size_t k, GError **error)
{
    g_autoptr(NgInput) input = ng_input_open("-", error);
    Session session = {corrector, k, FALSE};
    GError *trouble = NULL;
    const char *line;
    size_t length;

    if (input == NULL)
        return FALSE;
    puts("@(#) International Ispell Version 3.1.20 (but really ngram " NG_VERSION ")");
    if (!ng_cli_flush_output(error))
        return FALSE;
    while (ng_input_line(input, &line, &length, &trouble)) {
        take_line(&session, line, length);
        if (!ng_cli_flush_output(error))
            return FALSE;
    }
    if (trouble != NULL)
        g_propagate_error(error, trouble);
    return trouble == NULL;
}

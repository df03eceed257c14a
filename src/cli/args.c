/*
 * Options
 *
 * A command states its options once, in a table of NgOption; GOption cuts the
 * command line up by it and --help is printed from it.  GOption alone will not
 * do: it reads 010 as eight, knows no bounds and no -n10, and recodes text by
 * the locale.  So letters are unfolded before it sees them, and every value is
 * taken as bytes (a file name, to GOption) and read here.
 */
#include "args.h"

#include "suggest.h"

#include "ngram/number.h"
#include "ngram/parallel.h"
#include "ngram/rng.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SHARED_MAX = 16 };

struct NgSlot {
    NgOption option;
    gboolean flag;
    GStrv texts; /* (nullable): one for each time it was given */
};

/* Adds the shared options that a command has asked for. */
static void
add_shared(GArray *table, NgArgs *a, unsigned shared)
{
    const struct {
        unsigned group;
        NgOption option;
    } all[] = {
        {NG_SHARED_MODEL, NG_FILES('m', "model", &a->models, "FILE[=WEIGHT]",
                                   "Model or ARPA file; several, with weights, are mixed")},
        {NG_SHARED_AUTHOR, NG_TEXT(0, "author", &a->author, "A", "The voice of this author alone")},
        {NG_SHARED_SEED, NG_COUNT(0, "seed", &a->seed, 0, G_MAXUINT64, "N",
                                  "Same seed, same output (else a fresh one is drawn)")},
        {NG_SHARED_THREADS, NG_COUNT(0, "threads", &a->threads, 1, 1024, "N",
                                     "Work on N processors (all); the output stays the same")},
        {NG_SHARED_STRICT, NG_FLAG(0, "strict-utf8", &a->strict_utf8,
                                   "Invalid UTF-8 is an error, not kept and counted")},
        {NG_SHARED_OUTPUT, NG_CHOICE(0, "format", &a->format, "text|tsv|json",
                                     "Aligned text (on a terminal), tab-separated (elsewhere), "
                                     "or JSON, an object a line")},
        {NG_SHARED_OUTPUT, NG_CHOICE(0, "color", &a->color, "auto|always|never",
                                     "Colour in text output (auto: on a terminal)")},
        {NG_SHARED_OUTPUT,
         NG_FLAG(0, "line-buffered", &a->line_buffered, "Pass each line on at once")},
        {NG_SHARED_QUIET,
         NG_FLAG('q', "quiet", &a->quiet, "No progress and no notes, warnings alone")},
        {NG_SHARED_VERBOSE, NG_FLAG('v', "verbose", &a->verbose,
                                    "Say more on standard error: model, seed, what was done")},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
        if ((all[i].group & shared) != 0)
            g_array_append_val(table, all[i].option);
}

/* Turns GOption's word on an unknown option into ours.  Returns FALSE. */
static gboolean
explain(const NgArgs *self, GError *from, GError **error)
{
    const char *dashes = strstr(from->message, " -");
    if (!g_error_matches(from, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION) || dashes == NULL) {
        ng_cli_usage_error(error, "%s", from->message);
        g_error_free(from);
        return FALSE;
    }

    g_autofree char *given = g_strdup(dashes + 1);
    given[strcspn(given, "=")] = '\0';
    g_autofree const char **names = g_new(const char *, self->n_slots + 1);
    for (size_t i = 0; i < self->n_slots; i++)
        names[i] = self->slots[i].option.name;
    const char *near = NULL;
    if (g_str_has_prefix(given, "--"))
        near = ng_suggest(given + 2, names, self->n_slots);
    if (near != NULL)
        ng_cli_usage_error(error, "unknown option %s; did you mean --%s?", given, near);
    else
        ng_cli_usage_error(error, "unknown option %s", given);
    g_error_free(from);
    return FALSE;
}

static gboolean
read_count(const NgOption *option, const char *text, GError **error)
{
    guint64 x;

    if (ng_number_to_uint64(text, strlen(text), &x) && x >= option->min && x <= option->max) {
        *(guint64 *)option->value = x;
        return TRUE;
    }
    if (option->max == G_MAXUINT64)
        return ng_cli_usage_error(error,
                                  "--%s: '%s' is not a whole number from %" G_GUINT64_FORMAT " up",
                                  option->name, text, option->min);
    return ng_cli_usage_error(
        error, "--%s: '%s' is not a whole number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT,
        option->name, text, option->min, option->max);
}

/* Bytes: a number, and K, M, G or T for powers of 1024; B or iB may follow these. */
static gboolean
read_size(const NgOption *option, const char *text, GError **error)
{
    static const char units[] = "KMGT";
    size_t digits = strspn(text, "0123456789.");
    const char *unit = text[digits] != '\0' ? strchr(units, g_ascii_toupper(text[digits])) : NULL;
    const char *rest = text + digits + (unit != NULL);
    double x = 0.0;
    gboolean sound =
        ng_number_to_double(text, digits, &x) &&
        (*rest == '\0' || g_str_equal(rest, "B") || (unit != NULL && g_str_equal(rest, "iB")));

    x = floor(ldexp(x, unit != NULL ? 10 * (int)(unit - units + 1) : 0));
    if (sound && x >= (double)option->min && x <= (double)option->max) {
        *(guint64 *)option->value = (guint64)x;
        return TRUE;
    }
    if (sound)
        return ng_cli_usage_error(error,
                                  "--%s: '%s' is not between %" G_GUINT64_FORMAT
                                  " and %" G_GUINT64_FORMAT " bytes",
                                  option->name, text, option->min, option->max);
    return ng_cli_usage_error(error, "--%s: '%s' is no number of bytes, as 500000, 64M or 1.5G",
                              option->name, text);
}

static gboolean
read_choice(const NgOption *option, const char *text, GError **error)
{
    g_auto(GStrv) names = g_strsplit(option->arg, "|", -1);

    for (int i = 0; names[i] != NULL; i++)
        if (g_str_equal(names[i], text)) {
            *(int *)option->value = i;
            return TRUE;
        }
    g_autofree char *list = g_strjoinv(", ", names);
    const char *near = ng_suggest(text, (const char *const *)names, g_strv_length(names));
    if (near != NULL)
        return ng_cli_usage_error(error, "--%s: no '%s'; did you mean '%s'? (there are: %s)",
                                  option->name, text, near, list);
    return ng_cli_usage_error(error, "--%s: no '%s' (there are: %s)", option->name, text, list);
}

static gboolean
read_slot(const NgSlot *slot, GError **error)
{
    const NgOption *option = &slot->option;

    if (option->kind == NG_OPTION_FLAG) {
        if (slot->flag)
            *(gboolean *)option->value = TRUE;
        return TRUE;
    }
    if (slot->texts == NULL)
        return TRUE;

    guint times = g_strv_length(slot->texts);
    const char *text = slot->texts[times - 1];
    switch (option->kind) {
    case NG_OPTION_FILES:
        for (guint i = 0; i < times; i++)
            if (*slot->texts[i] == '\0')
                return ng_cli_usage_error(error, "--%s: '' is no file's name", option->name);
        *(char ***)option->value = slot->texts;
        return TRUE;
    case NG_OPTION_FILE:
        if (*text == '\0')
            return ng_cli_usage_error(error, "--%s: '' is no file's name", option->name);
        *(const char **)option->value = text;
        return TRUE;
    case NG_OPTION_TEXT:
    case NG_OPTION_MAYBE:
        *(const char **)option->value = text;
        return TRUE;
    case NG_OPTION_COUNT:
        return read_count(option, text, error);
    case NG_OPTION_SIZE:
        return read_size(option, text, error);
    case NG_OPTION_CHOICE:
        return read_choice(option, text, error);
    case NG_OPTION_FLAG:
    default:
        g_assert_not_reached();
    }
}

/* The option of a `--name`, with or without a value behind it; NULL where there is none. */
static const NgOption *
find_name(const NgArgs *self, const char *name)
{
    size_t length = strcspn(name, "=");

    for (size_t i = 0; i < self->n_slots; i++) {
        const NgOption *o = &self->slots[i].option;
        if (strlen(o->name) == length && memcmp(o->name, name, length) == 0)
            return o;
    }
    return NULL;
}

static const NgOption *
find_letter(const NgArgs *self, char letter)
{
    for (size_t i = 0; i < self->n_slots; i++)
        if (self->slots[i].option.letter == letter)
            return &self->slots[i].option;
    return NULL;
}

/* Unfolds the letters after a dash, one option each: -qvn10 becomes -q -v --number=10.  Sets
 * @wants where the last one has its value in the next argument.  FALSE with @error set. */
static gboolean
unfold_letters(const NgArgs *self, const char *letters, GPtrArray *out, gboolean *wants,
               GError **error)
{
    for (const char *at = letters; *at != '\0'; at++) {
        const NgOption *option = *at == 'h' ? NULL : find_letter(self, *at);
        if (option == NULL && *at != 'h') {
            g_ptr_array_add(out, g_strdup_printf("-%s", at)); /* for GOption to refuse */
            return TRUE;
        }
        if (option == NULL || option->kind == NG_OPTION_FLAG || at[1] == '\0') {
            g_ptr_array_add(out, g_strdup_printf("-%c", *at));
            *wants = option != NULL && option->kind != NG_OPTION_FLAG;
            continue;
        }
        if (at[1] == '=')
            return ng_cli_usage_error(error, "-%s: write -%c %s or --%s%s", at, *at, at + 2,
                                      option->name, at + 1);
        g_ptr_array_add(out, g_strdup_printf("--%s=%s", option->name, at + 1));
        return TRUE;
    }
    return TRUE;
}

/* What GOption is to see of argv: it knows no -n10, and takes --quiet=0 for --quiet.
 * Returns NULL with @error set. */
static GStrv
unfold(const NgArgs *self, char **argv, GError **error)
{
    g_autoptr(GPtrArray) out = g_ptr_array_new_with_free_func(g_free);
    char **arg = argv;

    g_ptr_array_add(out, g_strdup(*arg++));
    while (*arg != NULL && !g_str_equal(*arg, "--")) {
        const char *text = *arg++;
        gboolean wants = FALSE; /* the next argument is a value */
        if (g_str_has_prefix(text, "--")) {
            const NgOption *option = find_name(self, text + 2);
            const char *equals = strchr(text, '=');
            if (option != NULL && option->kind == NG_OPTION_FLAG && equals != NULL) {
                ng_cli_usage_error(error, "--%s takes no value, '%s' given", option->name,
                                   equals + 1);
                return NULL;
            }
            gboolean maybe = option != NULL && option->kind == NG_OPTION_MAYBE && equals == NULL;
            wants = option != NULL && option->kind != NG_OPTION_FLAG && equals == NULL && !maybe;
            g_ptr_array_add(out, maybe ? g_strconcat(text, "=", NULL) : g_strdup(text));
        } else if (text[0] == '-' && text[1] != '\0') {
            if (!unfold_letters(self, text + 1, out, &wants, error))
                return NULL;
        } else {
            g_ptr_array_add(out, g_strdup(text));
        }
        if (wants && *arg != NULL)
            g_ptr_array_add(out, g_strdup(*arg++));
    }
    while (*arg != NULL)
        g_ptr_array_add(out, g_strdup(*arg++));
    g_ptr_array_add(out, NULL);
    return (GStrv)g_ptr_array_free(g_steal_pointer(&out), FALSE);
}

/* Lets GOption cut argv up into the slots. */
static gboolean
cut(NgArgs *self, char **argv, GError **error)
{
    g_autofree GOptionEntry *entries = g_new0(GOptionEntry, self->n_slots + 3);

    for (size_t i = 0; i < self->n_slots; i++) {
        NgSlot *slot = &self->slots[i];
        gboolean flag = slot->option.kind == NG_OPTION_FLAG;
        entries[i].long_name = slot->option.name;
        entries[i].short_name = slot->option.letter;
        entries[i].arg = flag ? G_OPTION_ARG_NONE : G_OPTION_ARG_FILENAME_ARRAY;
        entries[i].arg_data = flag ? (gpointer)&slot->flag : (gpointer)&slot->texts;
    }
    entries[self->n_slots] =
        (GOptionEntry){"help", 'h', 0, G_OPTION_ARG_NONE, &self->help, NULL, NULL};
    entries[self->n_slots + 1] = (GOptionEntry){
        G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &self->rest, NULL, NULL};

    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_add_main_entries(context, entries, NULL);
    g_auto(GStrv) copy = unfold(self, argv, error); /* GOption wants the strings */
    if (copy == NULL)
        return FALSE;
    GError *trouble = NULL;
    if (!g_option_context_parse_strv(context, &copy, &trouble))
        return explain(self, trouble, error);
    self->n_rest = self->rest != NULL ? g_strv_length(self->rest) : 0;
    return TRUE;
}

static void
prepare(NgArgs *self, const NgSyntax *syntax)
{
    g_autoptr(GArray) table = g_array_new(FALSE, FALSE, sizeof(NgOption));

    *self = (NgArgs){.format = -1, .threads = ng_parallel_processors()};
    if ((syntax->shared & NG_SHARED_SEED) != 0)
        self->seed = ng_rng_fresh_seed();
    for (const NgOption *o = syntax->options; o != NULL && o->name != NULL; o++)
        g_array_append_val(table, *o);
    add_shared(table, self, syntax->shared);

    self->n_slots = table->len;
    self->slots = g_new0(NgSlot, self->n_slots + 1);
    for (size_t i = 0; i < self->n_slots; i++)
        self->slots[i].option = g_array_index(table, NgOption, i);
}

static gboolean
count_arguments(const NgArgs *self, const NgSyntax *syntax, GError **error)
{
    if (self->n_rest < syntax->least)
        return ng_cli_usage_error(error, "%s wanted, %zu given", syntax->arguments, self->n_rest);
    if (self->n_rest > syntax->most && syntax->most == 0)
        return ng_cli_usage_error(error, "no arguments wanted, '%s' given", self->rest[0]);
    if (self->n_rest > syntax->most)
        return ng_cli_usage_error(error, "%s wanted, %zu arguments given", syntax->arguments,
                                  self->n_rest);
    return TRUE;
}

/**
 * ng_args_parse:
 * @self: (out): freed by ng_args_clear(), whatever is returned
 * @syntax: what the command takes
 * @argv: the command's name and what follows it
 * @status: (out): what the command is to return where there is nothing to go on with
 * @error: return location for a #GError, or %NULL
 *
 * Reads a command line.  `--help` is answered here.
 *
 * Returns: %TRUE to go on; %FALSE after --help, or with @error set
 */
gboolean
ng_args_parse(NgArgs *self, const NgSyntax *syntax, char **argv, NgStatus *status, GError **error)
{
    prepare(self, syntax);
    *status = NG_STATUS_TROUBLE;
    if (!cut(self, argv, error))
        return FALSE;
    if (self->help) {
        g_autofree NgOption *options = g_new0(NgOption, self->n_slots + 1);
        for (size_t i = 0; i < self->n_slots; i++)
            options[i] = self->slots[i].option;
        ng_args_help(syntax, options, self->n_slots);
        *status = NG_STATUS_DONE;
        return FALSE;
    }
    for (size_t i = 0; i < self->n_slots; i++)
        if (!read_slot(&self->slots[i], error))
            return FALSE;
    return count_arguments(self, syntax, error);
}

/* Whether an option stood on the command line; the name must be in the table. */
gboolean
ng_args_given(const NgArgs *self, const char *name)
{
    for (size_t i = 0; i < self->n_slots; i++)
        if (g_str_equal(self->slots[i].option.name, name))
            return self->slots[i].flag || self->slots[i].texts != NULL;
    g_assert_not_reached();
}

/**
 * ng_args_refuse:
 * @options: [@n] names, all in the table
 * @why: what follows the name in the message, as "does not go with --x"
 *
 * Returns: %FALSE with @error set where one of @options was given
 */
gboolean
ng_args_refuse(const NgArgs *self, const char *const *options, size_t n, const char *why,
               GError **error)
{
    for (size_t i = 0; i < n; i++)
        if (ng_args_given(self, options[i]))
            return ng_cli_usage_error(error, "--%s %s", options[i], why);
    return TRUE;
}

/* How results are written: as is asked for, else as standard output is a terminal or not. */
NgFormat
ng_args_format(const NgArgs *self)
{
    if (self->format >= 0)
        return (NgFormat)self->format;
    return isatty(STDOUT_FILENO) == 1 ? NG_FORMAT_TEXT : NG_FORMAT_TSV;
}

/* Whether they are in colour, where they are text. */
gboolean
ng_args_color(const NgArgs *self)
{
    const char *refused = getenv("NO_COLOR");

    if (self->color != NG_COLOR_AUTO)
        return self->color == NG_COLOR_ALWAYS;
    return isatty(STDOUT_FILENO) == 1 && (refused == NULL || *refused == '\0');
}

void
ng_args_clear(NgArgs *self)
{
    for (size_t i = 0; i < self->n_slots; i++)
        g_strfreev(self->slots[i].texts);
    g_free(self->slots);
    g_strfreev(self->rest);
}

/* The files named, or standard input. */
const char *const *
ng_args_paths(const NgArgs *self)
{
    static const char *const standard[] = {"-", NULL};

    return self->n_rest > 0 ? (const char *const *)self->rest : standard;
}

/* Reads numbers parted by commas or blanks into out[0 .. *n - 1]. */
gboolean
ng_args_numbers(const char *option, const char *text, double *out, guint most, guint *n,
                GError **error)
{
    g_auto(GStrv) parts = g_strsplit_set(text, ", ", -1);
    guint found = 0;

    for (char **part = parts; *part != NULL; part++) {
        if (**part == '\0')
            continue;
        if (found == most)
            return ng_cli_usage_error(error, "--%s: '%s' holds more than %u numbers", option, text,
                                      most);
        if (!ng_number_to_double(*part, strlen(*part), &out[found]))
            return ng_cli_usage_error(error, "--%s: '%s' is not a number", option, *part);
        found++;
    }
    if (found == 0)
        return ng_cli_usage_error(error, "--%s: no number in '%s'", option, text);
    *n = found;
    return TRUE;
}

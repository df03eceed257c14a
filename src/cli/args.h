/* args.h - the options of a command: one table for parsing and for --help. */
#pragma once

#include "cli.h"

#include "ngram/model.h"

#include <glib.h>
#include <stddef.h>

/**
 * NgOptionKind: what an option takes, and what its value points to.
 * @NG_OPTION_FLAG: nothing; a gboolean that becomes TRUE
 * @NG_OPTION_TEXT: bytes as they are; a const char *, owned by the #NgArgs
 * @NG_OPTION_MAYBE: the same, or nothing, which is the empty text; a value follows = alone
 * @NG_OPTION_FILE: as text, and not empty
 * @NG_OPTION_FILES: the same, each time it is given; a char **, NULL at its end
 * @NG_OPTION_COUNT: a whole number, min .. max; a guint64
 * @NG_OPTION_SIZE: a number of bytes, min .. max, as 500000, 64M or 1.5G; a guint64
 * @NG_OPTION_CHOICE: one of the names in @arg, parted by `|`; an int, the place of the name
 */
typedef enum {
    NG_OPTION_FLAG,
    NG_OPTION_TEXT,
    NG_OPTION_MAYBE,
    NG_OPTION_FILE,
    NG_OPTION_FILES,
    NG_OPTION_COUNT,
    NG_OPTION_SIZE,
    NG_OPTION_CHOICE,
} NgOptionKind;

/**
 * NgOption:
 * @name: after `--`
 * @letter: after `-`, or 0
 * @kind: what it takes
 * @value: where that goes; untouched where the option is not given
 * @arg: (nullable): how --help calls it
 * @text: what it does, for --help
 * @min, @max: bounds of a count or a size
 */
typedef struct {
    const char *name;
    char letter;
    NgOptionKind kind;
    void *value;
    const char *arg;
    const char *text;
    guint64 min, max;
} NgOption;

#define NG_FLAG(letter_, name_, value_, text_)                                                     \
    {                                                                                              \
        .name = (name_), .letter = (letter_), .kind = NG_OPTION_FLAG, .value = (value_),           \
        .text = (text_)                                                                            \
    }
#define NG_TEXT(letter_, name_, value_, arg_, text_)                                               \
    {                                                                                              \
        .name = (name_), .letter = (letter_), .kind = NG_OPTION_TEXT, .value = (value_),           \
        .arg = (arg_), .text = (text_)                                                             \
    }
#define NG_MAYBE(letter_, name_, value_, arg_, text_)                                              \
    {                                                                                              \
        .name = (name_), .letter = (letter_), .kind = NG_OPTION_MAYBE, .value = (value_),          \
        .arg = (arg_), .text = (text_)                                                             \
    }
#define NG_FILE(letter_, name_, value_, arg_, text_)                                               \
    {                                                                                              \
        .name = (name_), .letter = (letter_), .kind = NG_OPTION_FILE, .value = (value_),           \
        .arg = (arg_), .text = (text_)                                                             \
    }
#define NG_FILES(letter_, name_, value_, arg_, text_)                                              \
    {                                                                                              \
        .name = (name_), .letter = (letter_), .kind = NG_OPTION_FILES, .value = (value_),          \
        .arg = (arg_), .text = (text_)                                                             \
    }
#define NG_COUNT(letter_, name_, value_, min_, max_, arg_, text_)                                  \
    {                                                                                              \
        .name = (name_), .letter = (letter_), .kind = NG_OPTION_COUNT, .value = (value_),          \
        .arg = (arg_), .text = (text_), .min = (min_), .max = (max_)                               \
    }
#define NG_SIZE(letter_, name_, value_, min_, max_, arg_, text_)                                   \
    {                                                                                              \
        .name = (name_), .letter = (letter_), .kind = NG_OPTION_SIZE, .value = (value_),           \
        .arg = (arg_), .text = (text_), .min = (min_), .max = (max_)                               \
    }
#define NG_CHOICE(letter_, name_, value_, arg_, text_)                                             \
    {                                                                                              \
        .name = (name_), .letter = (letter_), .kind = NG_OPTION_CHOICE, .value = (value_),         \
        .arg = (arg_), .text = (text_)                                                             \
    }

/** NgShared: groups of options that several commands have. */
typedef enum {
    NG_SHARED_OUTPUT = 1 << 0, /* --format, --color, --line-buffered */
    NG_SHARED_MODEL = 1 << 1,  /* -m */
    NG_SHARED_AUTHOR = 1 << 2,
    NG_SHARED_SEED = 1 << 3,
    NG_SHARED_THREADS = 1 << 4,
    NG_SHARED_STRICT = 1 << 5, /* --strict-utf8 */
    NG_SHARED_QUIET = 1 << 6,
    NG_SHARED_VERBOSE = 1 << 7,
} NgShared;

/**
 * NgSyntax: how a command is called.
 * @arguments: what follows the options, for --help
 * @about: a sentence or two on what it does
 * @examples: lines, each ends with LF
 * @options: its own options, ends with a NULL name
 * @shared: #NgShared, or-ed
 * @least, @most: how many arguments it takes
 */
typedef struct {
    const char *arguments;
    const char *about;
    const char *examples;
    const NgOption *options;
    unsigned shared;
    guint least, most;
} NgSyntax;

typedef enum { NG_FORMAT_TEXT, NG_FORMAT_TSV, NG_FORMAT_JSON } NgFormat;
typedef enum { NG_COLOR_AUTO, NG_COLOR_ALWAYS, NG_COLOR_NEVER } NgColor;

typedef struct NgSlot NgSlot;

/**
 * NgArgs: what was given on the command line, beside a command's own options.
 * @rest: [n_rest] the arguments, NULL at the end
 * @format, @color, @line_buffered: how results are written; an #NgFormat and an #NgColor
 * @models: (nullable): what each -m says, NULL at the end
 * @model: (nullable): the path of a model that was named without -m
 * @author: (nullable): whose voice
 * @seed: as given or freshly drawn
 * @threads: at least 1
 */
typedef struct {
    char **rest;
    size_t n_rest;
    int format, color;
    gboolean line_buffered;
    char **models;
    const char *model;
    const char *author;
    guint64 seed;
    guint64 threads;
    gboolean strict_utf8;
    gboolean quiet;
    gboolean verbose;
    gboolean help; /* answered by ng_args_parse() */
    NgSlot *slots; /* [n_slots] what each option was given, all strings are owned here */
    size_t n_slots;
} NgArgs;

gboolean ng_args_parse(NgArgs *self, const NgSyntax *syntax, char **argv, NgStatus *status,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_args_given(const NgArgs *self, const char *name);
gboolean ng_args_refuse(const NgArgs *self, const char *const *options, size_t n, const char *why,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
NgFormat ng_args_format(const NgArgs *self);
gboolean ng_args_color(const NgArgs *self);
void ng_args_clear(NgArgs *self);

void ng_args_help(const NgSyntax *syntax, const NgOption *options, size_t n);

const char *const *ng_args_paths(const NgArgs *self);
gboolean ng_args_numbers(const char *option, const char *text, double *out, guint most, guint *n,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *ng_args_find_model(const NgArgs *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_args_mixes(const NgArgs *self);
NgModel *ng_args_open_model(const NgArgs *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_args_find_voice(const NgArgs *self, const NgModel *model, size_t *voice, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(NgArgs, ng_args_clear)

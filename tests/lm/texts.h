/* texts.h - what the tests of counts, smoothing and models share: files, texts, models of them. */
#pragma once

#include "ngram/arpa.h"
#include "ngram/rng.h"
#include "ngram/train.h"

#include <check.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

/* The name of a new, empty file; the caller unlinks and frees. */
static inline char *
new_file(void)
{
    char *path = NULL;
    int fd = g_file_open_tmp("ngram-lm-XXXXXX", &path, NULL);

    ck_assert_int_ge(fd, 0);
    close(fd);
    return path;
}

/* A new file of @length bytes, of all of @text where @length is -1. */
static inline char *
new_file_with(const char *text, gssize length)
{
    char *path = new_file();

    ck_assert(g_file_set_contents(path, text, length, NULL));
    return path;
}

static inline char *
contents_of(const char *path, gsize *length)
{
    char *text = NULL;
    g_autoptr(GError) error = NULL;

    ck_assert_msg(g_file_get_contents(path, &text, length, &error), "%s (run from the top folder)",
                  error != NULL ? error->message : path);
    return text;
}

/* As lmplz cuts text and numbers its words. */
static inline NgTrainOptions
plain_options(unsigned order)
{
    NgTrainOptions options;

    ng_train_options_init(&options);
    options.order = order;
    options.tokens = NG_TOKENS_SPACE;
    options.fold = FALSE;
    options.stable_ids = TRUE;
    options.authors = NG_AUTHORS_NONE;
    return options;
}

static inline NgModel *
train_on(const char *path, const NgTrainOptions *options)
{
    const char *const paths[] = {path, NULL};
    g_autoptr(GError) error = NULL;
    NgModel *model = ng_train(paths, options, NULL, &error);

    ck_assert_msg(model != NULL, "%s", error != NULL ? error->message : "no error");
    return model;
}

static inline NgModel *
model_of(const char *text, const NgTrainOptions *options)
{
    g_autofree char *path = new_file_with(text, -1);
    NgModel *model = train_on(path, options);

    g_unlink(path);
    return model;
}

/* What ng_arpa_write() makes of a voice. */
static inline char *
arpa_of(const NgModel *model, size_t voice, gsize *length)
{
    g_autofree char *path = new_file();
    g_autoptr(GError) error = NULL;

    ck_assert_msg(ng_arpa_write(model, voice, path, &error), "%s",
                  error != NULL ? error->message : "no error");
    char *text = contents_of(path, length);
    g_unlink(path);
    return text;
}

static inline NgModel *
read_arpa(const char *text, gssize length, GError **error)
{
    size_t n = length < 0 ? strlen(text) : (size_t)length;
    g_autoptr(NgInput) input = ng_input_new_for_data(text, n, "model.arpa");

    return ng_arpa_parse(input, error);
}

static inline NgModel *
model_of_arpa_text(const char *text)
{
    g_autoptr(GError) error = NULL;
    NgModel *model = read_arpa(text, -1, &error);

    ck_assert_msg(model != NULL, "%s", error != NULL ? error->message : "no error");
    return model;
}

static inline NgWord
word_in(const NgModel *model, const char *word)
{
    return ng_vocab_find(ng_model_vocab(model), word, strlen(word));
}

/* A small number below @n, the small ones oftener, as words are. */
static inline uint32_t
uneven(NgRng *rng, uint32_t n)
{
    double x = ng_rng_coin(rng);

    return (uint32_t)(x * x * n);
}

/* Lines of up to @longest of @words different words, w0 w1 ...; some are empty. */
static inline char *
random_text(uint64_t seed, unsigned lines, uint32_t words, uint32_t longest)
{
    NgRng rng = ng_rng_new(seed, 0);
    GString *text = g_string_new(NULL);

    for (unsigned i = 0; i < lines; i++) {
        uint32_t n = ng_rng_u32(&rng) % (longest + 1);
        for (uint32_t j = 0; j < n; j++)
            g_string_append_printf(text, "%sw%u", j > 0 ? " " : "", uneven(&rng, words));
        g_string_append_c(text, '\n');
    }
    return g_string_free(text, FALSE);
}

/* The methods, as a user names them. */
static const char *const smoothings[] = {"mkn", "kn", "wb", "abs", "add:0.1", "add:1", "mle"};

static inline void
set_smoothing(NgTrainOptions *options, const char *name)
{
    ck_assert(ng_smoothing_parse(name, &options->smooth.method, &options->smooth.add, NULL));
}

/* Calls @check for the state after each context of @voice, the empty one first. */
static inline void
each_context(const NgVoice *voice, void (*check)(const NgVoice *, NgState, gpointer), gpointer data)
{
    check(voice, (NgState){0}, data);
    for (unsigned level = 1; level < ng_voice_order(voice); level++)
        for (uint32_t e = 0; e < ng_voice_level_size(voice, level); e++)
            check(voice, (NgState){level, e}, data);
}

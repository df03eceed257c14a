/* models.h - what the tests of src/task share: small models. */
#pragma once

#include "ngram/arpa.h"
#include "ngram/score.h"
#include "ngram/train.h"

#include <check.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

/* A file with @text in it; the caller unlinks and frees. */
static inline char *
file_with(const char *text)
{
    char *path = NULL;
    int fd = g_file_open_tmp("ngram-XXXXXX", &path, NULL);

    ck_assert_int_ge(fd, 0);
    close(fd);
    ck_assert(g_file_set_contents(path, text, -1, NULL));
    return path;
}

static inline NgModel *
model_of_arpa(const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = file_with(text);
    NgModel *model = ng_arpa_read(path, &error);

    g_unlink(path);
    ck_assert_msg(model != NULL, "%s", error != NULL ? error->message : "no error");
    return model;
}

static inline NgModel *
model_of_text(const char *text, unsigned order, NgSmoothing method, NgTokens tokens)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = file_with(text);
    const char *const paths[] = {path, NULL};
    NgTrainOptions options;

    ng_train_options_init(&options);
    options.order = order;
    options.smooth.method = method;
    options.smooth.add = 1.0;
    options.tokens = tokens;
    options.fold = tokens == NG_TOKENS_WORDS;
    options.threads = 1;
    NgModel *model = ng_train(paths, &options, NULL, &error);
    g_unlink(path);
    ck_assert_msg(model != NULL, "%s", error != NULL ? error->message : "no error");
    return model;
}

/* log10 of the joint probability of a text, as a scorer has it. */
static inline double
score_of(NgModel *model, const char *text, size_t length, gboolean eos)
{
    g_autoptr(NgScorer) scorer = ng_scorer_new(model, 0, NULL);
    NgScore sum = {0};

    ck_assert_ptr_nonnull(scorer);
    ng_scorer_set_eos(scorer, eos);
    ng_scorer_text(scorer, text, length, &sum, NULL, NULL);
    return sum.logprob;
}

/* Back-off, not interpolated: each context gives some words less than backing off would, so
 * p(a|a) = .1 < b p(a) = .4 / .35 * .4.  Every context sums to 1. */
static const char katz[] = "\\data\\\n"
                           "ngram 1=6\n"
                           "ngram 2=6\n"
                           "ngram 3=3\n"
                           "\n"
                           "\\1-grams:\n"
                           "-1.30103\t<unk>\n"
                           "-99\t<s>\t-0.243038049\n"
                           "-0.698970004\t</s>\n"
                           "-0.397940009\ta\t0.057991947\n"
                           "-0.602059991\tb\t0.0843208857\n"
                           "-1\tc\n"
                           "\n"
                           "\\2-grams:\n"
                           "-0.301029996\t<s> a\t-0.698970004\n"
                           "-0.522878745\t<s> b\n"
                           "-1\ta a\n"
                           "-0.301029996\ta b\t0.0321846834\n"
                           "-1\tb </s>\n"
                           "-1.30103\tb c\n"
                           "\n"
                           "\\3-grams:\n"
                           "-0.0457574906\t<s> a b\n"
                           "-0.698970004\ta b a\n"
                           "-0.522878745\ta b c\n"
                           "\n"
                           "\\end\\\n";

/* More than 16 words follow "the", so its table is one of those that are kept. */
static const char reviews[] = "The movie was a waste of time, and the actors knew it.\n"
                              "The film was good; the plot was not.\n"
                              "A waste of money! The ending was the worst.\n"
                              "I liked the music, the light, the sound and the coats.\n"
                              "The script, the camera, the cut: all of it was good.\n"
                              "It was a film about the sea, the wind and the harbour.\n"
                              "The dog was good. The cat was better.\n"
                              "I liked the story and the jokes, and the audience did too.\n"
                              "The movie was good, the movie was long.\n"
                              "All of the movie was more realistic than real life.\n"
                              "The director knew the town, the people and the time.\n"
                              "I knew the end of it.\n";

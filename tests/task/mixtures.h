/* mixtures.h - what the tests of mixtures share: small mixtures, and their law the plain way. */
#pragma once

#include "models.h"

#include "ngram/mix.h"
#include "ngram/walk.h"

enum { MIXTURES = 6, PARTS_MAX = 3 };

/* Texts whose words overlap in part: "d", "e" and "x" are words of one alone. */
static const char text_a[] = "a b a c\nb a b\nc a a b\na b c c\n";
static const char text_b[] = "a d\nd a e a\nb d e d a\na d a\n";
static const char text_x[] = "x a x b\na b a d x\nx x\nb a\n";
static const char text_unk[] = "a <unk> b\n<unk> a <unk>\nb a\n"; /* <unk> in contexts */

static inline NgModel *
mix_of(NgModel **models, const double *weights, size_t n)
{
    static const char *const names[PARTS_MAX] = {"one", "two", "three"};
    g_autoptr(GError) error = NULL;
    NgModelPart parts[PARTS_MAX] = {0};

    for (size_t i = 0; i < n; i++)
        parts[i] = (NgModelPart){models[i], weights[i], names[i]};
    NgModel *mix = ng_model_mix(parts, n, &error);
    ck_assert_msg(mix != NULL, "%s", error != NULL ? error->message : "no error");
    for (size_t i = 0; i < n; i++)
        ng_model_unref(models[i]);
    return mix;
}

static inline NgModel *
plain_model(const char *text, unsigned order, NgSmoothing method)
{
    return model_of_text(text, order, method, NG_TOKENS_SPACE);
}

static inline NgModel *
unk_model(unsigned order)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = file_with("a b a\nb zz a b\nzz a\n");
    g_autofree char *list = file_with("a\nb\n");
    const char *const paths[] = {path, NULL};
    NgTrainOptions options;

    ng_train_options_init(&options);
    options.order = order;
    options.smooth.method = NG_SMOOTHING_WB;
    options.tokens = NG_TOKENS_SPACE;
    options.fold = FALSE;
    options.vocab = list;
    options.threads = 1;
    NgModel *model = ng_train(paths, &options, NULL, &error);
    g_unlink(path);
    g_unlink(list);
    ck_assert_msg(model != NULL, "%s", error != NULL ? error->message : "no error");
    return model;
}

static inline NgModel *
mixture_number(int i)
{
    switch (i) {
    case 0:
        return mix_of((NgModel *[]){plain_model(text_a, 3, NG_SMOOTHING_WB),
                                    plain_model(text_b, 2, NG_SMOOTHING_WB)},
                      (double[]){0.7, 0.3}, 2);
    case 1:
        return mix_of((NgModel *[]){plain_model(text_b, 1, NG_SMOOTHING_ADD),
                                    plain_model(text_a, 3, NG_SMOOTHING_MKN)},
                      (double[]){0.25, 0.75}, 2);
    case 2:
        return mix_of((NgModel *[]){model_of_arpa(katz), plain_model(text_b, 3, NG_SMOOTHING_MKN),
                                    plain_model(text_x, 2, NG_SMOOTHING_ABS)},
                      (double[]){0.2, 0.5, 0.3}, 3);
    case 3: /* <unk> stands in the contexts of one, in place of words that the other knows */
        return mix_of((NgModel *[]){unk_model(3), plain_model(text_b, 3, NG_SMOOTHING_WB)},
                      (double[]){0.5, 0.5}, 2);
    case 4:
        return mix_of(
            (NgModel *[]){unk_model(2), unk_model(3), plain_model(text_x, 4, NG_SMOOTHING_MLE)},
            (double[]){0.3, 0.3, 0.4}, 3);
    default:
        return mix_of((NgModel *[]){plain_model(text_a, 2, NG_SMOOTHING_KN)}, (double[]){1.0}, 1);
    }
}

/* A part's own id of a word of the union, found by its letters; NG_WORD_NONE where it has none. */
static inline NgWord
own_word(const NgModel *mix, size_t part, NgWord word)
{
    size_t length = 0;
    const char *text = ng_vocab_word(ng_model_vocab(mix), word, &length);
    NgWord own = ng_vocab_find(ng_model_vocab(ng_model_part(mix, part).model), text, length);

    return own == NG_WORD_UNKNOWN && word != NG_WORD_UNKNOWN ? NG_WORD_NONE : own;
}

/* P(word | <s> history) by the definition: each part judges the history read anew. */
static inline double
plain_law(const NgModel *mix, const NgWord *history, size_t n, NgWord word)
{
    double sum = 0.0;

    for (size_t i = 0; i < ng_model_parts(mix); i++) {
        NgModelPart part = ng_model_part(mix, i);
        const NgVoice *voice = ng_model_voice(part.model, 0);
        NgState state = ng_voice_begin(voice);
        NgWord own = own_word(mix, i, word);
        for (size_t k = 0; k < n; k++) {
            NgWord before = own_word(mix, i, history[k]);
            ng_voice_step(voice, &state, before == NG_WORD_NONE ? NG_WORD_UNKNOWN : before, NULL);
        }
        if (own != NG_WORD_NONE)
            sum += part.weight * exp10((double)ng_voice_step(voice, &state, own, NULL));
    }
    return sum;
}

/* The next sequence of @n words from @least up to V - 1, as an odometer; FALSE after the last. */
static inline gboolean
next_sequence(NgWord *words, size_t n, NgWord least, size_t V)
{
    for (size_t i = n; i-- > 0;) {
        if (words[i] + 1 < V) {
            words[i]++;
            return TRUE;
        }
        words[i] = least;
    }
    return FALSE;
}

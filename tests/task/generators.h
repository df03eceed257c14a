/* generators.h - what the tests of generation share. */
#pragma once

#include "models.h"

#include "ngram/generate.h"

/* The models that generation is tried on. */
enum { MODELS = 6 };

static inline NgModel *
model_number(int i)
{
    switch (i) {
    case 0:
        return model_of_arpa(katz);
    case 1:
        return model_of_text(reviews, 3, NG_SMOOTHING_MKN, NG_TOKENS_WORDS);
    case 2:
        return model_of_text(reviews, 2, NG_SMOOTHING_WB, NG_TOKENS_WORDS);
    case 3:
        return model_of_text(reviews, 4, NG_SMOOTHING_MLE, NG_TOKENS_WORDS);
    case 4:
        return model_of_text(reviews, 1, NG_SMOOTHING_ADD, NG_TOKENS_SPACE);
    default:
        return model_of_text(reviews, 5, NG_SMOOTHING_MKN, NG_TOKENS_CHARS);
    }
}

static inline NgGenerator *
generator_of(NgModel *model, const NgGenerateOptions *options)
{
    g_autoptr(GError) error = NULL;
    NgGenerator *generator = ng_generator_new(model, 0, options, &error);

    ck_assert_msg(generator != NULL, "%s", error != NULL ? error->message : "no error");
    return generator;
}

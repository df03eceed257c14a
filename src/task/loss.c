/*
 * What quantising a model costs
 *
 * The perplexity of one text under the exact and the quantised model: of a text
 * that was held out, or else of fresh text that the exact model makes, always
 * the same.  A model's own text says what is lost of what the model knows; a
 * text held out says what is lost in use, and is the better answer.
 */
#include "ngram/loss.h"

#include "ngram/error.h"

#include "ngram/generate.h"
#include "ngram/score.h"

enum {
    SAMPLED_WORDS = 100000,
    SAMPLED_LONGEST = 1000, /* words of one sampled text: one that has no end must not go on */
    SAMPLED_SEED = 1
};

/* Scores a file by both, in one go, as it may be a pipe. */
static gboolean
score_file(NgModel *exact, NgModel *quantized, const char *path, NgScore sum[2], GError **error)
{
    g_autoptr(NgScorer) a = ng_scorer_new(exact, 0, error);
    g_autoptr(NgScorer) b = a != NULL ? ng_scorer_new(quantized, 0, error) : NULL;
    if (b == NULL)
        return FALSE;
    g_autoptr(NgDocument) document = ng_document_open(path, ng_model_text(exact).unit, error);
    if (document == NULL)
        return FALSE;
    NgSequence s;
    GError *failure = NULL;
    while (ng_document_next(document, &s, &failure)) {
        ng_scorer_text(a, s.text, s.length, &sum[0], NULL, NULL);
        ng_scorer_text(b, s.text, s.length, &sum[1], NULL, NULL);
    }
    if (failure != NULL)
        g_propagate_error(error, failure);
    return failure == NULL;
}

/* A text of the exact model, scored by both. */
static void
sample_text(NgGenerator *generator, const NgVoice *voice[2], NgRng *rng, NgScore sum[2])
{
    NgState state[2] = {ng_voice_begin(voice[0]), ng_voice_begin(voice[1])};
    NgWord word = NG_WORD_BEGIN;

    for (int n = 0; n < SAMPLED_LONGEST && word != NG_WORD_END; n++) {
        word = ng_generator_word(generator, state[0], rng);
        if (word == NG_WORD_NONE)
            return;
        for (int i = 0; i < 2; i++) {
            sum[i].logprob += (double)ng_voice_step(voice[i], &state[i], word, NULL);
            if (word == NG_WORD_END)
                sum[i].ends++;
            else
                sum[i].words++;
        }
    }
}

static gboolean
sample(NgModel *exact, NgModel *quantized, NgScore sum[2], GError **error)
{
    const NgGenerateOptions options = {.tries = 1};
    g_autoptr(NgGenerator) generator = ng_generator_new(exact, 0, &options, error);
    if (generator == NULL)
        return FALSE;
    const NgVoice *voice[2] = {ng_model_voice(exact, 0), ng_model_voice(quantized, 0)};
    for (uint64_t i = 0; i < SAMPLED_WORDS && sum[0].words + sum[0].ends < SAMPLED_WORDS; i++) {
        NgRng rng = ng_rng_new(SAMPLED_SEED, i);
        sample_text(generator, voice, &rng, sum);
    }
    return TRUE;
}

/**
 * ng_loss_measure:
 * @exact: a model
 * @quantized: the same, quantised; gets the figures
 * @held_out: (nullable): a text, cut as the model says; `-` is standard input.  %NULL samples
 *   100,000 words from @exact, with a fixed seed
 * @error: return location for a #GError, or %NULL
 *
 * Puts into the group `quantize` of the manifest of @quantized: `text`, which is
 * `held-out` or `sampled`, `words`, `perplexity-exact` and `perplexity-quantized`, of the
 * voice of the whole.  Perplexities count OOVs, as ng_score_perplexity() does.
 *
 * Returns: whether the text could be read
 */
gboolean
ng_loss_measure(NgModel *exact, NgModel *quantized, const char *held_out, GError **error)
{
    g_return_val_if_fail(exact != NULL && quantized != NULL, FALSE);

    NgScore sum[2] = {0};
    if (held_out != NULL ? !score_file(exact, quantized, held_out, sum, error)
                         : !sample(exact, quantized, sum, error))
        return FALSE;
    if (sum[0].words + sum[0].ends == 0) {
        g_set_error(error, NG_ERROR, NG_ERROR_FORMAT,
                    "%s: no text to measure the loss on (name a file that holds words)",
                    held_out != NULL ? held_out : "sampled text");
        return FALSE;
    }
    GKeyFile *manifest = ng_model_manifest(quantized);
    g_key_file_set_string(manifest, "quantize", "text", held_out != NULL ? "held-out" : "sampled");
    g_key_file_set_uint64(manifest, "quantize", "words", sum[0].words);
    g_key_file_set_double(manifest, "quantize", "perplexity-exact", ng_score_perplexity(&sum[0]));
    g_key_file_set_double(manifest, "quantize", "perplexity-quantized",
                          ng_score_perplexity(&sum[1]));
    return TRUE;
}

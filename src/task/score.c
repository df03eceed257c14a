/*
 * Scoring
 *
 * The joint probability of a sequence is the product of its words', each given
 * the state that the words before it left: P(X1..Xn </s>) = prod P(Xi | state).
 * Logarithms are added in double, so a long text loses no digits.
 */
#include "ngram/score.h"

#include <math.h>
#include <string.h>

static const float log_zero = -99.0F; /* what stands for log10 0 in ARPA text */

struct NgScorer {
    NgModel *model;
    const NgVoice *voice;
    NgTokenizer *tokenizer;
    gboolean eos;
};

/**
 * ng_scorer_new:
 * @model: a model; a reference is taken
 * @voice: which of its voices
 * @error: return location for a #GError, or %NULL
 *
 * A scorer is for one thread; any number may share a model.
 *
 * Returns: (transfer full): a scorer
 */
NgScorer *
ng_scorer_new(NgModel *model, size_t voice, GError **error)
{
    g_return_val_if_fail(model != NULL && voice < ng_model_voices(model), NULL);

    NgTokenizer *tokenizer = ng_model_tokenizer(model, error);
    if (tokenizer == NULL)
        return NULL;
    NgScorer *self = g_new0(NgScorer, 1);
    self->model = ng_model_ref(model);
    self->voice = ng_model_voice(model, voice);
    self->tokenizer = tokenizer;
    self->eos = TRUE;
    return self;
}

/**
 * ng_scorer_free:
 * @self: (nullable) (transfer full): a scorer
 */
void
ng_scorer_free(NgScorer *self)
{
    if (self == NULL)
        return;
    ng_tokenizer_free(self->tokenizer);
    ng_model_unref(self->model);
    g_free(self);
}

/**
 * ng_scorer_set_eos:
 * @eos: whether `</s>` is scored at the end of each sequence; TRUE at first
 */
void
ng_scorer_set_eos(NgScorer *self, gboolean eos)
{
    g_return_if_fail(self != NULL);

    self->eos = eos;
}

/** ng_scorer_invalid: Returns: bytes scored so far that were no UTF-8 */
guint64
ng_scorer_invalid(const NgScorer *self)
{
    g_return_val_if_fail(self != NULL, 0);

    return ng_tokenizer_invalid(self->tokenizer);
}

/* The id of a token; the marks of a sequence are no words of a text. */
static NgWord
word_of(const NgVocab *vocab, const NgToken *token)
{
    NgWord id = ng_vocab_find(vocab, token->text, token->length);

    return id < NG_WORDS_FIXED ? NG_WORD_UNKNOWN : id;
}

static void
add_word(NgScore *sum, const NgScoredWord *word)
{
    guint oov = word->id == NG_WORD_UNKNOWN;
    guint zero = !oov && word->logprob <= log_zero;

    sum->oov += oov;
    sum->zeroprobs += zero;
    sum->logprob += (double)word->logprob;
    if (!oov)
        sum->logprob_known += (double)word->logprob;
    if (!oov && !zero)
        sum->logprob_possible += (double)word->logprob;
}

/* Code points: bytes that continue none. */
static guint64
count_characters(const char *text, size_t length)
{
    guint64 n = 0;

    for (size_t i = 0; i < length; i++)
        n += ((guchar)text[i] & 0xC0) != 0x80;
    return n;
}

/**
 * ng_scorer_text:
 * @text: [@length] one sequence
 * @sum: (inout): what it scores is added here
 * @each: (nullable): called for each word, `</s>` too
 * @data: handed to @each
 *
 * A sequence without a token is none, unless the model keeps such
 * (ng_model_keeps_empty()): nothing is added.
 */
void
ng_scorer_text(NgScorer *self, const char *text, size_t length, NgScore *sum, NgScoreFunc each,
               gpointer data)
{
    g_return_if_fail(self != NULL && (text != NULL || length == 0) && sum != NULL);

    const NgVocab *vocab = ng_model_vocab(self->model);
    NgState state = ng_voice_begin(self->voice);
    NgScoredWord word = {0};
    NgToken token;
    guint64 words = 0;
    ng_tokenizer_start(self->tokenizer, text, length);
    for (; ng_tokenizer_next(self->tokenizer, &token); words++) {
        word = (NgScoredWord){token.text, token.length, word_of(vocab, &token), 0, 0.0F};
        word.logprob = ng_voice_step(self->voice, &state, word.id, &word.order);
        add_word(sum, &word);
        if (each != NULL)
            each(&word, data);
    }
    if (words == 0 && !ng_model_keeps_empty(self->model))
        return;
    sum->words += words;
    sum->sequences++;
    sum->characters += count_characters(text, length);
    if (!self->eos)
        return;
    word = (NgScoredWord){"</s>", 4, NG_WORD_END, 0, 0.0F};
    word.logprob = ng_voice_step(self->voice, &state, word.id, &word.order);
    add_word(sum, &word);
    sum->ends++;
    sum->characters++;
    if (each != NULL)
        each(&word, data);
}

/** ng_score_add: adds @part to @sum, field by field */
void
ng_score_add(NgScore *sum, const NgScore *part)
{
    g_return_if_fail(sum != NULL && part != NULL);

    sum->documents += part->documents;
    sum->sequences += part->sequences;
    sum->words += part->words;
    sum->ends += part->ends;
    sum->oov += part->oov;
    sum->zeroprobs += part->zeroprobs;
    sum->characters += part->characters;
    sum->logprob += part->logprob;
    sum->logprob_known += part->logprob_known;
    sum->logprob_possible += part->logprob_possible;
}

static double
perplexity(double logprob, guint64 n)
{
    return n > 0 ? exp10(-logprob / (double)n) : (double)NAN;
}

/**
 * ng_score_perplexity:
 *
 * Returns: 10^(-logprob / (words + ends)), KenLM's "including OOVs"; NaN where nothing was scored
 */
double
ng_score_perplexity(const NgScore *self)
{
    g_return_val_if_fail(self != NULL, (double)NAN);

    return perplexity(self->logprob, self->words + self->ends);
}

/**
 * ng_score_perplexity_known:
 *
 * Returns: the same without the OOV words themselves, KenLM's "excluding OOVs"
 */
double
ng_score_perplexity_known(const NgScore *self)
{
    g_return_val_if_fail(self != NULL, (double)NAN);

    return perplexity(self->logprob_known, self->words + self->ends - self->oov);
}

/**
 * ng_score_ppl:
 *
 * Returns: SRILM's ppl: neither OOVs nor words of probability 0
 */
double
ng_score_ppl(const NgScore *self)
{
    g_return_val_if_fail(self != NULL, (double)NAN);

    return perplexity(self->logprob_possible,
                      self->words + self->ends - self->oov - self->zeroprobs);
}

/**
 * ng_score_ppl1:
 *
 * Returns: SRILM's ppl1: as ppl, over the words alone, though `</s>` is in the sum
 */
double
ng_score_ppl1(const NgScore *self)
{
    g_return_val_if_fail(self != NULL, (double)NAN);

    guint64 known = self->words - self->oov;
    return perplexity(self->logprob_possible, known - MIN(self->zeroprobs, known));
}

static double
bits(double logprob, guint64 n)
{
    return n > 0 ? -logprob * M_LN10 / M_LN2 / (double)n : (double)NAN;
}

/** ng_score_bits_per_word: Returns: -log2 of the joint probability by words and ends */
double
ng_score_bits_per_word(const NgScore *self)
{
    g_return_val_if_fail(self != NULL, (double)NAN);

    return bits(self->logprob, self->words + self->ends);
}

/** ng_score_bits_per_character: Returns: the same by characters: it compares tokenisations */
double
ng_score_bits_per_character(const NgScore *self)
{
    g_return_val_if_fail(self != NULL, (double)NAN);

    return bits(self->logprob, self->characters);
}

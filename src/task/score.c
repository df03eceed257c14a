/*
 * Sums of scores
 *
 * What a scorer adds up, and the figures that are made of it: perplexity by
 * three conventions, bits per word and per character.
 */
#include "ngram/score.h"

#include <math.h>

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

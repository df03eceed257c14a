/*
 * Scoring
 *
 * The joint probability of a sequence is the product of its words', each given
 * the state that the words before it left: P(X1..Xn </s>) = prod P(Xi | state).
 * Logarithms are added in double, so a long text loses no digits.
 *
 * Texts are cut into blocks that fit the cache, and threads take block by
 * block: text to ids, ids to probabilities, many at once, probabilities to
 * sums.  A block is a run of whole sequences; a long sequence is several
 * (score-block.c).  What must be in order, the sum of a long sequence and the
 * words that are handed out, waits until all blocks at work are done.  So
 * results do not depend on threads, and memory does not on the length of a
 * text: it is that of WAVE blocks, a hundred bytes a token where words are
 * handed out, under ten where they are not.
 */
#include "score-block.h"

#include "ngram/parallel.h"

#include <math.h>
#include <string.h>

enum {
    WAVE = 32 /* blocks between two waits for all threads */
};

static const float log_zero = -99.0F; /* what stands for log10 0 in ARPA text */

struct NgScorer {
    NgModel *model;
    NgWalk walk; /* of a voice or a mixture */
    gboolean eos;
    unsigned threads;
    guint64 long_words, long_characters; /* of the sequence that pieces are of: so far; not added */
    NgScoreHand *hands;                  /* [threads] */
    NgScoreBlock *blocks;                /* [WAVE] */
};

/** Call: of ng_scorer_texts(). */
typedef struct {
    NgScorer *scorer;
    NgScoreJob job;
    NgScore *scores;
    NgScoreFunc each; /* (nullable) */
    gpointer data;
} Call;

/**
 * ng_scorer_new:
 * @model: a model; a reference is taken
 * @voice: which of its voices
 * @error: return location for a #GError, or %NULL
 *
 * A scorer is called from one thread at a time; any number may share a model.
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
    ng_walk_init(&self->walk, model, voice);
    self->eos = TRUE;
    self->threads = 1;
    self->hands = g_new0(NgScoreHand, 1);
    self->hands[0].tokenizer = tokenizer;
    self->blocks = g_new0(NgScoreBlock, WAVE);
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
    for (unsigned i = 0; i < self->threads; i++)
        ng_score_hand_clear(&self->hands[i]);
    for (unsigned i = 0; i < WAVE; i++)
        ng_score_result_clear(&self->blocks[i].result);
    g_free(self->hands);
    g_free(self->blocks);
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

/**
 * ng_scorer_set_threads:
 * @threads: how many may work on one call, at least 1; 1 at first; never fewer than before
 *
 * The results do not depend on it.
 */
void
ng_scorer_set_threads(NgScorer *self, unsigned threads)
{
    g_return_if_fail(self != NULL && threads >= self->threads);

    self->hands = g_renew(NgScoreHand, self->hands, threads);
    for (unsigned i = self->threads; i < threads; i++)
        self->hands[i] = (NgScoreHand){.tokenizer = ng_tokenizer_copy(self->hands[0].tokenizer)};
    self->threads = threads;
}

/** ng_scorer_invalid: Returns: bytes scored so far that were no UTF-8 */
guint64
ng_scorer_invalid(const NgScorer *self)
{
    guint64 sum = 0;

    g_return_val_if_fail(self != NULL, 0);

    for (unsigned i = 0; i < self->threads; i++)
        sum += ng_tokenizer_invalid(self->hands[i].tokenizer);
    return sum;
}

/* -- sums ----------------------------------------------------------------- */

/* Adds words @from .. @to - 1 of a result, all of one sequence. */
static void
add_words(NgScore *sum, const NgScoreResult *result, size_t from, size_t to)
{
    const NgWord *ids = &g_array_index(result->ids, NgWord, 0);
    const float *logprob = &g_array_index(result->logprob, float, 0);
    NgScore s = *sum;

    for (size_t i = from; i < to; i++) {
        double p = (double)logprob[i];
        guint oov = ids[i] == NG_WORD_UNKNOWN;
        guint zero = !oov && logprob[i] <= log_zero;
        s.oov += oov;
        s.zeroprobs += zero;
        s.logprob += p;
        s.logprob_known += oov ? -0.0 : p; /* the zero that changes nothing, not even 0 */
        s.logprob_possible += oov || zero ? -0.0 : p;
    }
    *sum = s;
}

static void
hand_out(const Call *call, const NgScoreResult *result, size_t sequence, size_t i)
{
    const NgScoreToken *token = &g_array_index(result->token, NgScoreToken, i);
    NgScoredWord word = {
        result->spelling->str + token->first,     token->length,
        g_array_index(result->ids, NgWord, i),    g_array_index(result->order, guint8, i),
        g_array_index(result->logprob, float, i), sequence};

    if (word.id == NG_WORD_END) {
        word.text = "</s>";
        word.length = strlen(word.text);
    }
    call->each(&word, call->data);
}

/* Sums up sequence @i of a block, or what the block holds of it. */
static void
add_sequence(const Call *call, const NgScoreBlock *block, const NgScoreResult *result, size_t i)
{
    NgScorer *self = call->scorer;
    NgScore *sum = &call->scores[block->first + i];
    size_t from = g_array_index(result->offset, gsize, i) + result->before;
    size_t to = g_array_index(result->offset, gsize, i + 1);
    guint end = self->eos && block->ends && to > from;
    guint64 words = to - from - end;
    guint64 all = words + (block->piece ? self->long_words : 0);
    gboolean counts = all > 0 || call->job.keeps_empty;

    guint64 characters = g_array_index(result->characters, guint64, i) + end;
    if (block->piece) {
        characters += self->long_characters;
        self->long_words = block->ends ? 0 : all;
        self->long_characters = counts || block->ends ? 0 : characters;
    }
    if (!counts) /* not even its characters: what has no token is no sequence */
        return;
    add_words(sum, result, from, to);
    sum->words += words;
    sum->ends += end;
    sum->characters += characters;
    sum->sequences += (guint)block->ends;
    for (size_t k = from; k < to && call->each != NULL; k++)
        hand_out(call, result, block->first + i, k);
}

/* Where nothing must wait for its turn, sums are made at once. */
static gboolean
waits(const Call *call, const NgScoreBlock *block)
{
    return block->piece || call->each != NULL;
}

static void
finish_block(const Call *call, const NgScoreBlock *block, const NgScoreResult *result)
{
    for (size_t i = 0; i < block->n; i++)
        add_sequence(call, block, result, i);
}

static void
run_block(size_t index, unsigned thread, gpointer data)
{
    const Call *call = data;
    NgScoreBlock *block = &call->scorer->blocks[index];
    NgScoreHand *hand = &call->scorer->hands[thread];
    NgScoreResult *result = waits(call, block) ? &block->result : &hand->result;

    ng_score_block_run(block, &call->job, hand, result);
    if (!waits(call, block))
        finish_block(call, block, result);
}

/**
 * ng_scorer_texts:
 * @texts: [@n] one sequence each
 * @n: how many
 * @scores: (inout): [@n] what each scores is added to its own
 * @each: (nullable): called for each word in the order of the texts, `</s>` too
 * @data: handed to @each
 *
 * A sequence without a token is none, unless the model keeps such
 * (ng_model_keeps_empty()): nothing is added.  Many texts at once are faster than
 * one by one, most of all where they are short.
 */
void
ng_scorer_texts(NgScorer *self, const NgSequence *texts, size_t n, NgScore *scores,
                NgScoreFunc each, gpointer data)
{
    g_return_if_fail(self != NULL && (n == 0 || (texts != NULL && scores != NULL)));

    Call call = {self,
                 {ng_model_vocab(self->model), &self->walk, texts, self->eos,
                  ng_model_keeps_empty(self->model), each != NULL},
                 scores,
                 each,
                 data};
    NgTokens kind = ng_tokenizer_kind(self->hands[0].tokenizer);
    NgScoreCursor cursor = {n, 0, 0};
    while (cursor.text < n) {
        size_t blocks = 0;
        while (blocks < WAVE &&
               ng_score_block_next(&self->blocks[blocks], &call.job, &cursor, kind))
            blocks++;
        ng_parallel(blocks, self->threads, run_block, &call);
        for (size_t i = 0; i < blocks; i++)
            if (waits(&call, &self->blocks[i]))
                finish_block(&call, &self->blocks[i], &self->blocks[i].result);
    }
}

/**
 * ng_scorer_text:
 * @text: [@length] one sequence
 * @sum: (inout): what it scores is added here
 * @each: (nullable): called for each word, `</s>` too
 * @data: handed to @each
 *
 * ng_scorer_texts() for one alone.
 */
void
ng_scorer_text(NgScorer *self, const char *text, size_t length, NgScore *sum, NgScoreFunc each,
               gpointer data)
{
    g_return_if_fail(self != NULL && (text != NULL || length == 0) && sum != NULL);

    const NgSequence sequence = {text, length, 1};
    ng_scorer_texts(self, &sequence, 1, sum, each, data);
}

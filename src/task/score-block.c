/*
 * Blocks of text
 *
 * A block is a run of whole sequences of about BLOCK_BYTES, or a piece of a
 * sequence that is longer than two of these.  A long sequence is cut behind
 * white space, which no token crosses, and its pieces are scored apart: before
 * a piece go the order - 1 words that stand before it in the text, all that
 * its first words' probabilities depend on.  Where the user's own pattern
 * makes the tokens nobody knows what they cross, and a sequence is one block.
 */
#include "score-block.h"

#include "ngram/encode.h"

#include <string.h>

enum {
    BLOCK_BYTES = 128 << 10,  /* what it becomes fits the cache of a processor */
    BLOCK_SEQUENCES = 4 << 10 /* empty ones have no bytes */
};

/* -- cutting -------------------------------------------------------------- */

static gboolean
is_long(const NgSequence *text, NgTokens kind)
{
    return text->length > 2 * (size_t)BLOCK_BYTES && kind != NG_TOKENS_PATTERN;
}

/* The first place from @at on, at most @end, that is behind a blank or a line end. */
static size_t
cut_behind(const char *text, size_t at, size_t end)
{
    while (at < end && text[at] != ' ' && text[at] != '\n')
        at++;
    return at < end ? at + 1 : end;
}

static void
take_piece(NgScoreBlock *self, const NgSequence *text, NgScoreCursor *cursor)
{
    size_t length = text->length, at = cursor->at;

    self->piece = TRUE;
    self->n = 1;
    self->from = at;
    self->to = length - at > 2 * (size_t)BLOCK_BYTES
                   ? cut_behind(text->text, at + BLOCK_BYTES, length)
                   : length;
    self->ends = self->to == length;
    cursor->at = self->ends ? 0 : self->to;
    cursor->text += (size_t)self->ends;
}

/* Makes @self the next block; FALSE where all texts are done. */
gboolean
ng_score_block_next(NgScoreBlock *self, const NgScoreJob *job, NgScoreCursor *cursor, NgTokens kind)
{
    if (cursor->text == cursor->n)
        return FALSE;
    self->first = cursor->text;
    if (is_long(&job->texts[cursor->text], kind)) {
        take_piece(self, &job->texts[cursor->text], cursor);
        return TRUE;
    }
    size_t bytes = 0;
    self->n = 0;
    self->piece = FALSE;
    self->ends = TRUE;
    do {
        bytes += job->texts[cursor->text].length;
        self->n++;
        cursor->text++;
    } while (cursor->text < cursor->n && bytes < BLOCK_BYTES && self->n < BLOCK_SEQUENCES &&
             !is_long(&job->texts[cursor->text], kind));
    return TRUE;
}

/* -- text to ids ---------------------------------------------------------- */

/* Code points: bytes that continue none. */
static guint64
count_characters(const char *text, size_t length)
{
    const guint64 ones = G_GUINT64_CONSTANT(0x0101010101010101);
    guint64 continuing = 0;
    size_t i = 0;

    for (; length - i >= sizeof(guint64); i += sizeof(guint64)) {
        guint64 bytes = 0;
        memcpy(&bytes, text + i, sizeof bytes);
        guint64 marks = bytes >> 7 & ~(bytes >> 6) & ones; /* 1 in each byte 10xxxxxx */
        continuing += marks * ones >> 56;
    }
    for (; i < length; i++)
        continuing += ((guchar)text[i] & 0xC0) == 0x80;
    return length - continuing;
}

static void
reset(NgScoreResult *self, gboolean keep_words)
{
    if (self->ids == NULL) {
        self->ids = g_array_new(FALSE, FALSE, sizeof(NgWord));
        self->logprob = g_array_new(FALSE, FALSE, sizeof(float));
        self->offset = g_array_new(FALSE, FALSE, sizeof(gsize));
        self->characters = g_array_new(FALSE, FALSE, sizeof(guint64));
    }
    if (keep_words && self->token == NULL) {
        self->order = g_array_new(FALSE, FALSE, sizeof(guint8));
        self->token = g_array_new(FALSE, FALSE, sizeof(NgScoreToken));
        self->spelling = g_string_new(NULL);
    }
    g_array_set_size(self->ids, 0);
    g_array_set_size(self->offset, 0);
    g_array_set_size(self->characters, 0);
    if (keep_words) {
        g_array_set_size(self->token, 0);
        g_string_truncate(self->spelling, 0);
    }
    self->before = 0;
}

/* Encodes @text and keeps what its tokens read. */
static void
encode_words(NgTokenizer *tokenizer, const NgVocab *vocab, const char *text, size_t length,
             NgScoreResult *result)
{
    NgToken token;

    ng_tokenizer_start(tokenizer, text, length);
    while (ng_tokenizer_next(tokenizer, &token)) {
        NgWord id = ng_vocab_find(vocab, token.text, token.length);
        const NgScoreToken kept = {result->spelling->len, token.length};
        id = id < NG_WORDS_FIXED ? NG_WORD_UNKNOWN : id;
        g_array_append_val(result->ids, id);
        g_array_append_val(result->token, kept);
        g_string_append_len(result->spelling, token.text, (gssize)token.length);
    }
}

/* Ends a sequence of @words words. */
static void
end_sequence(NgScoreResult *result, const NgScoreJob *job, gboolean counts)
{
    static const NgScoreToken none = {0, 0};
    const NgWord end = NG_WORD_END;

    if (job->eos && counts) {
        g_array_append_val(result->ids, end);
        if (job->keep_words)
            g_array_append_val(result->token, none);
    }
}

static void
mark_sequence(NgScoreResult *result, const char *text, size_t length)
{
    gsize offset = result->ids->len;
    guint64 characters = count_characters(text, length);

    g_array_append_val(result->offset, offset);
    g_array_append_val(result->characters, characters);
}

static void
encode_whole(const NgScoreBlock *self, const NgScoreJob *job, NgScoreHand *hand,
             NgScoreResult *result)
{
    const NgSequence *texts = &job->texts[self->first];
    size_t at = 0;

    if (!job->keep_words) {
        g_array_set_size(hand->encoded, 0);
        g_array_set_size(hand->ends, (guint)self->n);
        ng_encode_sequences(hand->tokenizer, job->vocab, texts, self->n, hand->encoded,
                            &g_array_index(hand->ends, size_t, 0));
    }
    for (size_t i = 0; i < self->n; i++) {
        mark_sequence(result, texts[i].text, texts[i].length);
        guint before = result->ids->len;
        if (job->keep_words) {
            encode_words(hand->tokenizer, job->vocab, texts[i].text, texts[i].length, result);
        } else {
            size_t end = g_array_index(hand->ends, size_t, i);
            g_array_append_vals(result->ids, &g_array_index(hand->encoded, NgWord, at),
                                (guint)(end - at));
            at = end;
        }
        end_sequence(result, job, result->ids->len > before || job->keeps_empty);
    }
}

/* The words that stand before a piece: order - 1, or all there are. */
static void
encode_before(const NgScoreBlock *self, const NgScoreJob *job, NgScoreHand *hand,
              NgScoreResult *result)
{
    const char *text = job->texts[self->first].text;
    size_t wanted = ng_walk_order(job->walk) - 1;
    size_t n = 0;

    for (size_t back = 64 * (wanted + 1); n < wanted; back *= 2) {
        size_t start = back < self->from ? cut_behind(text, self->from - back, self->from) : 0;
        g_array_set_size(hand->encoded, 0);
        n = ng_encode(hand->back, job->vocab, text + start, self->from - start, hand->encoded);
        if (start == 0)
            break;
    }
    n = MIN(n, wanted);
    g_array_append_vals(result->ids, &g_array_index(hand->encoded, NgWord, hand->encoded->len - n),
                        (guint)n);
    result->before = n;
}

static void
encode_piece(const NgScoreBlock *self, const NgScoreJob *job, NgScoreHand *hand,
             NgScoreResult *result)
{
    static const NgScoreToken none = {0, 0};
    const char *text = job->texts[self->first].text + self->from;
    size_t length = self->to - self->from;

    mark_sequence(result, text, length);
    if (self->from > 0)
        encode_before(self, job, hand, result);
    for (size_t i = 0; i < result->before && job->keep_words; i++)
        g_array_append_val(result->token, none);
    if (job->keep_words)
        encode_words(hand->tokenizer, job->vocab, text, length, result);
    else
        ng_encode(hand->tokenizer, job->vocab, text, length, result->ids);
    end_sequence(result, job, self->ends);
}

/* -- ids to probabilities ------------------------------------------------- */

/* Scores a block.  A piece that ends its sequence has the end even where the sequence turns out to
 * have no words. */
void
ng_score_block_run(const NgScoreBlock *self, const NgScoreJob *job, NgScoreHand *hand,
                   NgScoreResult *result)
{
    if (hand->encoded == NULL) {
        hand->encoded = g_array_new(FALSE, FALSE, sizeof(NgWord));
        hand->ends = g_array_new(FALSE, FALSE, sizeof(size_t));
    }
    if (self->piece && hand->back == NULL)
        hand->back = ng_tokenizer_copy(hand->tokenizer);
    reset(result, job->keep_words);
    if (self->piece)
        encode_piece(self, job, hand, result);
    else
        encode_whole(self, job, hand, result);
    gsize end = result->ids->len;
    g_array_append_val(result->offset, end);
    g_array_set_size(result->logprob, (guint)end);
    if (job->keep_words)
        g_array_set_size(result->order, (guint)end);
    ng_walk_score_batch(job->walk, (const NgWord *)(gpointer)result->ids->data,
                        (const size_t *)(gpointer)result->offset->data, self->n,
                        (float *)(gpointer)result->logprob->data,
                        job->keep_words ? (uint8_t *)result->order->data : NULL);
}

static void
clear_array(GArray **array)
{
    if (*array != NULL)
        g_array_unref(*array);
    *array = NULL;
}

void
ng_score_result_clear(NgScoreResult *self)
{
    clear_array(&self->ids);
    clear_array(&self->logprob);
    clear_array(&self->order);
    clear_array(&self->offset);
    clear_array(&self->characters);
    clear_array(&self->token);
    if (self->spelling != NULL)
        g_string_free(self->spelling, TRUE);
    self->spelling = NULL;
}

void
ng_score_hand_clear(NgScoreHand *self)
{
    ng_tokenizer_free(self->tokenizer);
    ng_tokenizer_free(self->back);
    clear_array(&self->encoded);
    clear_array(&self->ends);
    ng_score_result_clear(&self->result);
}

/*
 * Voices: many automata at once
 *
 * A step of the automaton waits for memory three times: for the entry of the
 * context, for the words of its successors, for the entry that is found.  One
 * automaton would wait, some 100 ns each time.  So a few dozen walk together,
 * each on a piece of text of its own: all take one part of their step and ask
 * for the memory of the next, and by the time it is their turn again it is
 * there.
 *
 * Nothing branches on what is found, which nobody could predict: an attempt
 * that fails and one that succeeds are the same instructions, and those that
 * succeeded are put on a list.
 *
 * A long sequence is cut, each piece to begin order - 1 words early from the
 * empty context: a state is the longest end of the words before it that is
 * known, and has no more words than that, so it is the same.
 *
 * The results are those of ng_voice_step(), bit for bit.
 */
#include "voice-batch.h"
#include "internal.h"

#include <stddef.h>

enum {
    LANES = 32,  /* automata at work together */
    PIECE = 512, /* words of a sequence that one of them takes */
    FIXED = 2    /* weights that are added, be they there or not */
};

/* What is added where no weight is: x + -0 is x for any x, -0 among them. */
static const float no_weight = -0.0F;

/**
 * Level:
 * @item: its entries, or the leaves
 * @shift: log2 of an item's bytes
 * @n: how many
 * @sparse: the words of the level
 */
typedef struct {
    const char *item;
    unsigned shift;
    uint32_t n;
    NgSparse sparse;
} __attribute__((aligned(64))) Level;

/**
 * Lane: one automaton.
 * @item: its context's entry; after a match what was found, on level @length
 * @length: words of it
 * @word: the word that is tried
 * @first, @n: the context's successors, or those of them that may be the word
 * @weights: back-off weights paid for this word
 * @at: its place; @from: of the first that counts; @to: behind the last
 */
typedef struct {
    const char *item;
    uint32_t length;
    NgWord word;
    uint32_t first, n;
    size_t at, from, to;
    uint32_t weights;
    float weight[NG_ORDER_MAX];
} Lane;

/**
 * Batch:
 * @level: [N + 1] level 1 stands at 1
 * @sequence, @position: where the next piece begins
 * @lane: the automata; @n of them have work
 */
typedef struct {
    Level level[NG_ORDER_MAX + 1];
    const NgVoice *voice;
    unsigned N;
    NgVoiceJob job;
    size_t sequence, position;
    Lane lane[LANES];
    unsigned n;
} Batch;

static inline __attribute__((always_inline)) void
fetch(const void *address)
{
    __builtin_prefetch(address, 0, 3);
}

static inline __attribute__((always_inline)) const NgEntry *
entry_at(const Level *level, uint32_t index)
{
    return (const NgEntry *)(const void *)level->item + index;
}

/* Sets a lane on a context and asks for its entry, and for the next one, which tells where its
 * successors end, if that lies in another cache line. */
static inline __attribute__((always_inline)) void
fetch_item(Lane *lane, const void *item)
{
    uintptr_t next = (uintptr_t)item + sizeof(NgEntry);

    lane->item = item;
    fetch(item);
    fetch(next % 64 == 0 ? (const void *)next : lane);
}

/* -- pieces --------------------------------------------------------------- */

/* Sets a lane on the next piece; FALSE where there is none. */
static gboolean
take_piece(Batch *self, Lane *lane)
{
    while (self->sequence < self->job.n_sequences &&
           self->position == self->job.offset[self->sequence + 1])
        self->sequence++; /* the next one begins where this one ends */
    if (self->sequence == self->job.n_sequences)
        return FALSE;

    size_t begin = self->job.offset[self->sequence], end = self->job.offset[self->sequence + 1];
    size_t from = self->position;
    size_t to = end - from > PIECE + PIECE / 2 ? from + PIECE : end;
    self->position = to;
    lane->from = lane->at = from;
    lane->to = to;
    lane->length = 1;
    NgWord before = NG_WORD_BEGIN;
    if (from > begin) { /* after one word from the empty context the state is that word */
        lane->at = from - (self->N - 1);
        before = self->job.ids[lane->at++];
    }
    lane->word = self->job.ids[lane->at];
    fetch_item(lane, entry_at(&self->level[1], before));
    return TRUE;
}

/* -- one attempt of each lane --------------------------------------------- */

/** Row: many successors, of which the lane is to look at few; their @samples. */
typedef struct {
    Lane *lane;
    NgRange samples;
} Row;

/* Finds by the index which successors to compare: all look at the upper tiers, which are small,
 * then at the line of the lowest that these name. */
static inline __attribute__((always_inline)) void
narrow_rows(const Batch *self, Row *rows, unsigned n, NgSimd simd)
{
    for (unsigned i = 0; i < n; i++) {
        const Lane *lane = rows[i].lane;
        const NgSparse *sparse = &self->level[lane->length + 1].sparse;
        const NgRange row = {lane->first, lane->first + lane->n};
        if (sparse->tier[0] == NULL)
            continue;
        rows[i].samples = ng_sparse_begin(sparse, row, lane->word, simd);
        fetch(sparse->tier[0] + rows[i].samples.first);
    }
    for (unsigned i = 0; i < n; i++) {
        Lane *lane = rows[i].lane;
        const NgSparse *sparse = &self->level[lane->length + 1].sparse;
        NgRange row = {lane->first, lane->first + lane->n};
        row = sparse->tier[0] == NULL
                  ? ng_sparse_halve(sparse->word, row, lane->word)
                  : ng_sparse_block(sparse->tier[0], rows[i].samples, row, lane->word, simd);
        lane->first = row.first;
        lane->n = row.end - row.first;
        fetch(sparse->word + row.first);
        fetch(sparse->word + row.end - 1);
    }
}

/* Reads the contexts; where there are many successors, looks up which to compare. */
static inline __attribute__((always_inline)) void
read_contexts(Batch *self, NgSimd simd)
{
    Row rows[LANES];
    unsigned n_rows = 0;

    for (Lane *lane = self->lane, *stop = lane + self->n; lane < stop; lane++) {
        const Level *level = &self->level[lane->length + 1];
        const NgEntry *entry = (const void *)lane->item;
        uint32_t end = MIN(entry[1].first, level->n), first = MIN(entry[0].first, end);
        const NgWord *word = level->sparse.word + first;
        uint32_t n = end - first;
        lane->first = first;
        lane->n = n;
        rows[n_rows].lane = lane;
        n_rows += n > NG_WORD_BLOCK;
        gboolean two_lines = (uintptr_t)word / sizeof(NgWord) % NG_WORD_BLOCK + n > NG_WORD_BLOCK;
        fetch(n > NG_WORD_BLOCK ? (const void *)lane : word);
        fetch(n > NG_WORD_BLOCK || !two_lines ? (const void *)lane : word + NG_WORD_BLOCK - 1);
    }
    narrow_rows(self, rows, n_rows, simd);
}

/* Looks the words up: a lane stands then on the entry that was found, or on the shorter context.
 * Lists the lanes that found one. */
static inline __attribute__((always_inline)) unsigned
try_words(Batch *self, Lane **found, NgSimd simd)
{
    unsigned n_found = 0;

    for (Lane *lane = self->lane, *stop = lane + self->n; lane < stop; lane++) {
        uint32_t length = lane->length;
        const Level *above = &self->level[length + 1], *below = &self->level[length - 1];
        const NgEntry *entry = (const void *)lane->item;
        uint32_t place = ng_word_place(above->sparse.word + lane->first, lane->n, lane->word, simd);
        gboolean hit = place < NG_WORD_BLOCK;
        gboolean last = length == 1; /* the empty context knows every word */
        const char *up = above->item + ((size_t)(lane->first + place) << above->shift);
        const char *word = (const char *)entry_at(&self->level[1], lane->word);
        const char *shorter =
            (const char *)entry_at(below, entry->suffix < below->n ? entry->suffix : 0);
        const char *down = last ? word : shorter;
        lane->weight[lane->weights] = hit ? no_weight : entry->backoff;
        lane->weights += !hit;
        lane->length = hit ? length + 1 : length - !last;
        fetch_item(lane, hit ? up : down);
        found[n_found] = lane;
        n_found += (unsigned)(hit | last);
    }
    return n_found;
}

/* How many words of an entry are an n-gram of the model and no blank. */
static unsigned
order_of(const Batch *self, unsigned level, const void *item)
{
    const NgVoice *voice = self->voice;
    uint32_t entry = (uint32_t)((size_t)((const char *)item - self->level[level].item) >>
                                self->level[level].shift);

    for (; level > 1 && ng_voice_entry_is_blank(voice, level, entry); level--)
        entry = ng_voice_entry_suffix(voice, level, entry);
    return level;
}

/* Writes what was found, and sets the lanes on their next words. */
static inline __attribute__((always_inline)) void
take_probs(Batch *self, Lane **found, unsigned n_found)
{
    const unsigned N = self->N;
    gboolean ended = FALSE;

    for (unsigned i = 0; i < n_found; i++) {
        Lane *lane = found[i];
        const NgLeaf *item = (const void *)lane->item;
        unsigned level = lane->length;
        gboolean top = level == N;
        float stored = item->prob;
        uint32_t suffix = item->suffix;
        const NgEntry *shorter =
            entry_at(&self->level[N - 1], suffix < self->level[N - 1].n ? suffix : 0);
        lane->length = level - (unsigned)top;
        fetch_item(lane, top ? (const void *)shorter : item);

        float p = -fabsf(stored);
        for (unsigned k = lane->weights; k > FIXED;)
            p += lane->weight[--k];
        for (unsigned k = FIXED; k > 0;) {
            p += lane->weight[--k];
            lane->weight[k] = no_weight;
        }
        lane->weights = 0;
        if (lane->at >= lane->from) {
            self->job.logprob[lane->at] = p;
            if (self->job.order != NULL)
                self->job.order[lane->at] =
                    (uint8_t)(signbit(stored) ? level : order_of(self, level, item));
        }
        lane->at++;
        if (lane->at < lane->to)
            lane->word = self->job.ids[lane->at];
        else if (!take_piece(self, lane))
            ended = TRUE;
    }
    for (unsigned i = self->n; ended && i-- > 0;)
        if (self->lane[i].at == self->lane[i].to)
            self->lane[i] = self->lane[--self->n];
}

static inline __attribute__((always_inline)) void
run(Batch *self, NgSimd simd)
{
    Lane *found[LANES];

    while (self->n > 0) {
        read_contexts(self, simd);
        take_probs(self, found, try_words(self, found, simd));
    }
}

static void
run_plain(Batch *self)
{
    run(self, NG_SIMD_PLAIN);
}

#if defined(__x86_64__)
NG_TARGET_AVX2 static void
run_avx2(Batch *self)
{
    run(self, NG_SIMD_AVX2);
}

NG_TARGET_AVX512 static void
run_avx512(Batch *self)
{
    run(self, NG_SIMD_AVX512);
}
#endif

/* -- the door ------------------------------------------------------------- */

static void
open_levels(Batch *self, const NgVoice *voice)
{
    self->voice = voice;
    self->N = voice->order;
    self->level[0] = (Level){0};
    for (unsigned k = 1; k <= self->N; k++) {
        Level *level = &self->level[k];
        gboolean top = k == self->N;
        level->item = top ? (const char *)voice->leaf : (const char *)voice->entry[k - 1];
        level->shift = top ? 3 : 4;
        level->n = (uint32_t)voice->n[k - 1];
        level->sparse = ng_sparse(voice->word[k - 1], voice->n[k - 1], voice->sparse[k - 1]);
    }
}

G_STATIC_ASSERT(sizeof(NgLeaf) == 1 << 3 && offsetof(NgLeaf, prob) == 0);
G_STATIC_ASSERT(sizeof(NgEntry) == 1 << 4 && offsetof(NgEntry, prob) == 0);

/* One after the other: the plain way, for any voice. */
static void
score_each(const NgVoice *voice, const NgVoiceJob *job)
{
    for (size_t s = 0; s < job->n_sequences; s++) {
        NgState state = ng_voice_begin(voice);
        for (size_t i = job->offset[s]; i < job->offset[s + 1]; i++) {
            unsigned order = 0;
            job->logprob[i] = ng_voice_step(voice, &state, job->ids[i], &order);
            if (job->order != NULL)
                job->order[i] = (uint8_t)order;
        }
    }
}

static gboolean
are_words(const NgVoice *voice, const NgWord *ids, size_t first, size_t end)
{
    NgWord greatest = 0;

    for (size_t i = first; i < end; i++)
        greatest = MAX(greatest, ids[i]);
    return greatest < voice->V;
}

/* Scores @job with the instructions named, which the processor must have. */
void
ng_voice_run_job(const NgVoice *self, const NgVoiceJob *job, NgSimd simd)
{
    Batch batch;

    if (self->order == 1 || self->leaf == NULL) {
        score_each(self, job);
        return;
    }
    open_levels(&batch, self);
    batch.job = *job;
    batch.sequence = 0;
    batch.position = job->offset[0];
    for (batch.n = 0; batch.n < LANES && take_piece(&batch, &batch.lane[batch.n]); batch.n++) {
        Lane *lane = &batch.lane[batch.n];
        lane->weights = 0;
        for (unsigned k = 0; k < FIXED; k++)
            lane->weight[k] = no_weight;
    }
#if defined(__x86_64__)
    if (simd == NG_SIMD_AVX512)
        run_avx512(&batch);
    else if (simd == NG_SIMD_AVX2)
        run_avx2(&batch);
    else
#endif
        run_plain(&batch);
}

/**
 * ng_voice_score_batch:
 * @self: a voice
 * @ids: [@offset[@n_sequences]] words, all below ng_voice_words()
 * @offset: [@n_sequences + 1] sequence i is @ids[@offset[i]] .. @ids[@offset[i + 1] - 1]; never falls
 * @n_sequences: how many
 * @logprob: (out): gets log10 P of each word, at the place of its id
 * @order: (out) (nullable): gets the length of the longest n-gram of the model that ends there
 *
 * Scores many sequences, each from ng_voice_begin(); `</s>` is a word like others, in @ids where
 * it is to be scored.  What stands before @offset[0] is left alone.  The same as ng_voice_step()
 * word by word, to the last bit, and several times as fast where there are a thousand words or
 * more: memory is asked for before it is needed.
 */
void
ng_voice_score_batch(const NgVoice *self, const NgWord *ids, const size_t *offset,
                     size_t n_sequences, float *logprob, /* NOLINT(*-non-const-parameter) */
                     uint8_t *order)                     /* NOLINT(*-non-const-parameter) */
{
    g_return_if_fail(self != NULL && offset != NULL);
    g_return_if_fail(offset[0] == offset[n_sequences] || (ids != NULL && logprob != NULL));
    g_return_if_fail(are_words(self, ids, offset[0], offset[n_sequences]));

    const NgVoiceJob job = {ids, offset, n_sequences, logprob, order};
    ng_voice_run_job(self, &job, ng_simd_best());
}

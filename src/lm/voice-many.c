/*
 * Many places at once
 *
 * What a voice says of many entries that lie anywhere, each on a level of its own.
 * An entry of level k is the context of length k that it ends: both are named by
 * an #NgState here.  Arrays of all levels are chosen by arithmetic in place of
 * branches, since whoever asks comes to levels by chance: a wrong guess would cost
 * more than the answer.  What is asked for soon is fetched beforehand.
 */
#include "compact.h"
#include "internal.h"

/**
 * Levels: where numbers of a level stand.
 * @entry: [N] its first entry
 * @size: [N] bytes of one
 * @suffix: [N] bytes of it before its suffix link
 */
typedef struct {
    const char *entry[NG_ORDER_MAX];
    size_t size[NG_ORDER_MAX];
    size_t suffix[NG_ORDER_MAX];
} Levels;

G_STATIC_ASSERT(G_STRUCT_OFFSET(NgEntry, prob) == 0 && G_STRUCT_OFFSET(NgLeaf, prob) == 0);

static inline void
set_levels(const NgVoice *self, Levels *levels)
{
    for (unsigned k = 0; k < self->order; k++) {
        gboolean top = k + 1 == self->order;
        levels->entry[k] = top ? (const char *)self->leaf : (const char *)self->entry[k];
        levels->size[k] = top ? sizeof(NgLeaf) : sizeof(NgEntry);
        levels->suffix[k] =
            top ? G_STRUCT_OFFSET(NgLeaf, suffix) : G_STRUCT_OFFSET(NgEntry, suffix);
    }
}

static inline const char *
place_of(const Levels *levels, NgState at)
{
    return levels->entry[at.length - 1] + levels->size[at.length - 1] * at.index;
}

/**
 * ng_voice_open_many:
 * @self: a voice
 * @context: [@n] states
 * @n: how many
 * @successors: (out): [@n] ng_voice_successors() of each
 * @backoff: (out): [@n] ng_voice_backoff() of each
 */
void
ng_voice_open_many(const NgVoice *self, const NgState *context, size_t n, NgRange *successors,
                   float *backoff)
{
    g_return_if_fail(self != NULL && ((context != NULL && successors != NULL) || n == 0));

    for (size_t i = 0; i < n; i++) {
        NgState c = context[i];
        if (c.length == 0 || self->compact != NULL) {
            successors[i] = ng_voice_successors(self, c);
            backoff[i] = ng_voice_backoff(self, c);
            continue;
        }
        const NgEntry *entry = self->entry[c.length - 1] + c.index;
        uint32_t end = MIN(entry[1].first, (uint32_t)self->n[c.length]);
        successors[i] = (NgRange){MIN(entry[0].first, end), end};
        backoff[i] = entry[0].backoff;
    }
}

/**
 * ng_voice_shorten_many:
 * @self: a voice
 * @context: (inout): [@n] states, each without its first word afterwards
 * @n: how many
 *
 * What ng_voice_open_many() will read is asked for.
 */
void
ng_voice_shorten_many(const NgVoice *self, NgState *context, size_t n)
{
    g_return_if_fail(self != NULL && (context != NULL || n == 0));

    for (size_t i = 0; i < n; i++) {
        context[i] = ng_voice_shorter(self, context[i]);
        ng_voice_prefetch(self, context[i]);
    }
}

/**
 * ng_voice_prefetch_many:
 * @self: a voice
 * @at: [@n] entries
 * @n: how many
 *
 * ng_voice_words_many() and ng_voice_after_many() will ask for them.
 */
void
ng_voice_prefetch_many(const NgVoice *self, const NgState *at, size_t n)
{
    Levels levels;

    g_return_if_fail(self != NULL && (at != NULL || n == 0));

    if (self->compact != NULL)
        return;
    set_levels(self, &levels);
    for (size_t i = 0; i < n; i++) {
        const NgWord *words = self->word[at[i].length - 1]; /* NULL on level 1 */
        const void *place = place_of(&levels, at[i]);
        __builtin_prefetch(place, 0, 2);
        __builtin_prefetch(words != NULL ? (const void *)(words + at[i].index) : place, 0, 2);
    }
}

/**
 * ng_voice_words_many:
 * @self: a voice
 * @at: [@n] entries
 * @n: how many
 * @word: (out): [@n] ng_voice_entry_word() of each
 */
void
ng_voice_words_many(const NgVoice *self, const NgState *at, size_t n, NgWord *word)
{
    g_return_if_fail(self != NULL && ((at != NULL && word != NULL) || n == 0));

    for (size_t i = 0; i < n; i++)
        word[i] = ng_voice_entry_word(self, at[i].length, at[i].index);
}

/**
 * ng_voice_after_many:
 * @self: a voice
 * @at: (inout): [@n] entries, and afterwards ng_voice_entry_state() of each
 * @n: how many
 * @logprob: (out): [@n] ng_voice_entry_logprob() of each
 */
void
ng_voice_after_many(const NgVoice *self, NgState *at, size_t n, float *logprob)
{
    Levels levels;

    g_return_if_fail(self != NULL && ((at != NULL && logprob != NULL) || n == 0));

    for (size_t i = 0; i < n && self->compact != NULL; i++) {
        logprob[i] = ng_voice_entry_logprob(self, at[i].length, at[i].index);
        at[i] = ng_voice_entry_state(self, at[i].length, at[i].index);
    }
    if (self->compact != NULL)
        return;
    set_levels(self, &levels);
    for (size_t i = 0; i < n; i++) {
        const char *place = place_of(&levels, at[i]);
        unsigned k = at[i].length - 1;
        uint32_t suffix = *(const uint32_t *)(const void *)(place + levels.suffix[k]);
        uint32_t most = (uint32_t)self->n[k > 0 ? k - 1 : 0];
        const NgState states[2] = {at[i], {k, k > 0 && suffix < most ? suffix : 0}};
        logprob[i] = -fabsf(*(const float *)(const void *)place);
        at[i] = states[at[i].length == self->order];
    }
}

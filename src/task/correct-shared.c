/*
 * What correctors share
 *
 * Everything that is made of a model once, and const from then on: the index of
 * its words, their letters and endings, and how likely each is by itself.
 */
#include "correct-parts.h"

#include <math.h>
#include <string.h>

static void
shared_clear(gpointer data)
{
    NgShared *self = data;

    ng_model_unref(self->model);
    ng_vocab_unref(self->further);
    ng_near_unref(self->near);
    ng_channel_unref(self->channel);
    ng_spelling_unref(self->spelling);
    g_free(self->unigram);
    ng_endings_free(self->endings);
}

static float *
list_unigrams(const NgModel *model, size_t voice)
{
    size_t V = ng_vocab_size(ng_model_vocab(model));
    float *logprob = g_new(float, V);
    g_autofree double *p = g_new(double, V);
    NgWalk walk;

    ng_walk_init(&walk, model, voice);
    memset(walk.state, 0, sizeof walk.state);
    ng_walk_distribution(&walk, p, NULL);
    for (size_t i = 0; i < V; i++)
        logprob[i] = p[i] > 1e-30 ? (float)log10(p[i]) : -30.0F;
    return logprob;
}

NgShared *
ng_shared_new(NgModel *model, size_t voice, const NgCorrectOptions *options)
{
    NgShared *self = g_atomic_rc_box_new0(NgShared);
    const NgVocab *vocab = ng_model_vocab(model);

    self->model = ng_model_ref(model);
    self->further = options->words != NULL ? ng_vocab_ref(options->words) : NULL;
    self->near = ng_near_new(vocab, self->further);
    self->channel = options->channel != NULL ? ng_channel_ref(options->channel) : ng_channel_new();
    self->spelling = ng_spelling_new(vocab);
    self->unigram = list_unigrams(model, voice);
    self->endings = ng_endings_new(vocab);
    self->voice = voice;
    self->caution = options->caution;
    self->guesser = (NgGuesser){
        .model = model,
        .vocab = vocab,
        .further = self->further,
        .near = self->near,
        .channel = self->channel,
        .spelling = self->spelling,
        .unigram = self->unigram,
        .endings = self->endings,
    };
    return self;
}

void
ng_shared_unref(NgShared *self)
{
    g_atomic_rc_box_release_full(self, shared_clear);
}

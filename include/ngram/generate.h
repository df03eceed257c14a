/* generate.h - new text, sampled from a voice. */
#pragma once

#include "ngram/model.h"
#include "ngram/novelty.h"
#include "ngram/rng.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * NgSampling: how the law of each word is bent, in this order; see sift.c.  All 0: not at all.
 * @repeat_penalty: R >= 1: a word among the last @repeat_last has p^R in place of p; 0 like 1
 * @repeat_last: how many words back that looks; 0 means 64
 * @top_k: the K likeliest words alone; 0 all
 * @typical: the words whose surprise is nearest to the entropy, until they have this mass; 0 like 1
 * @top_p: the likeliest words, until they have this mass; 0 like 1
 * @min_p: words of at least this part of the likeliest one's probability; 0 all
 * @temperature: T > 0: p^(1/T) in place of p; 0 like 1
 */
typedef struct {
    double repeat_penalty;
    guint repeat_last;
    guint top_k;
    double typical;
    double top_p;
    double min_p;
    double temperature;
} NgSampling;

/**
 * NgGenerateOptions:
 * @greedy: the most likely word each time, no chance at all
 * @no_unk: never the unknown word: the law given that it does not come
 * @min_words, @max_words: the law given these bounds; max_words 0 means no bound
 * @tries: texts drawn for one wanted before it is given up
 * @prefix: (nullable): how every text begins
 * @suffix: (nullable): how every text ends
 * @containing: (nullable): words that stand in every text, in a row
 * @threads: for what is done once for all texts; 0 means 1
 * @novelty: (nullable): no longer run than this allows is copied; it outlives the generator
 * @sampling: how each word is drawn; not for @greedy
 */
typedef struct {
    gboolean greedy;
    gboolean no_unk;
    guint min_words, max_words;
    guint tries;
    unsigned threads;
    const char *prefix, *suffix, *containing;
    const NgNovelty *novelty;
    NgSampling sampling;
} NgGenerateOptions;

/**
 * NgGenerated: one text.
 * @words: [n] ids, without `<s>` and `</s>`
 * @logprob: log10 of the joint probability, `</s>` included unless @cut
 * @cut: greedy text that came back to a context it had been in, ended there
 * @tries: texts drawn for it, itself included
 * @guided: it avoided copies word by word, where no whole text came to have none: its law is not the
 *   model's given that nothing is copied
 * @copied: words of its longest stretch that is made of copied runs; 0 where none is too long
 */
typedef struct {
    NgWord *words;
    size_t n;
    double logprob;
    gboolean cut;
    guint tries;
    gboolean guided;
    guint copied;
} NgGenerated;

typedef struct NgGenerator NgGenerator;

gboolean ng_generator_bends(const NgSampling *sampling);
NgGenerator *ng_generator_new(NgModel *model, size_t voice, const NgGenerateOptions *options,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
NgGenerator *ng_generator_copy(const NgGenerator *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
double ng_generator_chance(const NgGenerator *self);
guint ng_generator_prefix_copied(const NgGenerator *self);
gboolean ng_generator_draw(NgGenerator *self, NgRng *rng, NgGenerated *text, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void ng_generator_draw_many(NgGenerator *self, guint64 seed, guint64 first, size_t n,
                            NgGenerated *texts, GError **errors);
NgWord ng_generator_word(NgGenerator *self, NgState context, NgRng *rng);
char *ng_generator_text(const NgGenerator *self, const NgGenerated *text);
char *ng_generator_tokens(const NgGenerator *self, const NgGenerated *text);
void ng_generated_clear(NgGenerated *text);
void ng_generator_free(NgGenerator *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgGenerator, ng_generator_free)

G_END_DECLS

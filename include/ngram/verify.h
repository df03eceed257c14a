/* verify.h - is it by the same author? Verification by LambdaG. */
#pragma once

#include <glib.h>
#include <stddef.h>

G_BEGIN_DECLS

/**
 * NgVerifyOptions:
 * @order: of the grammars
 * @discount: of Kneser-Ney, for all orders
 * @samples: grammars of others that the author's is held against
 * @seed: draws their sentences
 * @threads: at least 1; the answer does not depend on them
 */
typedef struct {
    unsigned order;
    double discount;
    unsigned samples;
    guint64 seed;
    unsigned threads;
} NgVerifyOptions;

/**
 * NgVerdict: what is said of a questioned text.
 * @words: its tokens, without ends of sentences
 * @lambda: sum over its tokens of log10 P by the author's grammar, less the mean of the others'
 * @llr: calibrated log10 likelihood ratio of "the same author" against "another"
 * @probability: of "the same", where both are as likely beforehand
 */
typedef struct {
    guint64 words;
    double lambda, llr, probability;
} NgVerdict;

typedef struct NgVerifier NgVerifier;

void ng_verify_options_init(NgVerifyOptions *options);
NgVerifier *ng_verifier_new(const NgVerifyOptions *options);
void ng_verifier_add_known(NgVerifier *self, const char *text, size_t length);
void ng_verifier_add_reference(NgVerifier *self, const char *author, const char *text,
                               size_t length);
gboolean ng_verifier_read(NgVerifier *self, const char *const *paths, gboolean known,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_verifier_train(NgVerifier *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_verifier_is_calibrated(const NgVerifier *self);
gboolean ng_verifier_is_short(const NgVerifier *self);
void ng_verifier_judge(NgVerifier *self, const char *text, size_t length, NgVerdict *verdict);
const char *ng_verify_support(double llr);
void ng_verifier_free(NgVerifier *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgVerifier, ng_verifier_free)

G_END_DECLS

/*
 * Verification
 *
 * Texts are cut into sentences, at line ends and behind . ! and ?, and masked: the
 * commonest words and all signs stay, others keep their form alone (trace.h).  What is
 * known of the author and the reference make the mask; the questioned text does not.
 * Where the reference names three authors with two documents each, trials among these,
 * with as many sentences as the author in question has, calibrate the answer.
 */
#include "lambdag.h"

#include "trace.h"

#include "ngram/error.h"
#include "ngram/tokenizer.h"
#include "ngram/voice.h"

#include <math.h>
#include <string.h>

#define KNOWN  0U         /* the author in question */
#define NOBODY (1U << 24) /* and above: documents whose author is not named */

struct NgVerifier {
    NgVerifyOptions options;
    NgTokenizer *tokenizer;
    NgVocab *vocab;
    GArray *stream;    /* (element-type NgWord), masked by training */
    GArray *sentence;  /* (element-type NgSpan) */
    GArray *documents; /* (element-type NgSentenceRange) */
    GHashTable *authors;
    uint16_t *mask;
    NgLambdaG *grammars;
    NgVerifyScale scale;
    gboolean calibrated, is_short;
};

/** ng_verify_options_init: @options: (out): the defaults */
void
ng_verify_options_init(NgVerifyOptions *options)
{
    *options =
        (NgVerifyOptions){.order = 5, .discount = 0.75, .samples = 30, .seed = 1, .threads = 1};
}

/** ng_verifier_new: Returns: (transfer full): one that knows nothing yet; for one thread */
NgVerifier *
ng_verifier_new(const NgVerifyOptions *options)
{
    g_return_val_if_fail(options != NULL && options->order >= 1, NULL);
    g_return_val_if_fail(options->order <= NG_ORDER_MAX && options->samples > 0, NULL);

    NgVerifier *self = g_new0(NgVerifier, 1);
    self->options = *options;
    self->tokenizer = ng_tokenizer_new(NG_TOKENS_WORDS, NULL, TRUE, NULL);
    self->vocab = ng_vocab_new();
    self->stream = g_array_new(FALSE, FALSE, sizeof(NgWord));
    self->sentence = g_array_new(FALSE, FALSE, sizeof(NgSpan));
    self->documents = g_array_new(FALSE, FALSE, sizeof(NgSentenceRange));
    self->authors = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return self;
}

/**
 * ng_verifier_free:
 * @self: (nullable) (transfer full): a verifier
 */
void
ng_verifier_free(NgVerifier *self)
{
    if (self == NULL)
        return;
    ng_tokenizer_free(self->tokenizer);
    ng_vocab_unref(self->vocab);
    g_array_unref(self->stream);
    g_array_unref(self->sentence);
    g_array_unref(self->documents);
    g_hash_table_unref(self->authors);
    g_free(self->mask);
    ng_lambdag_free(self->grammars);
    g_free(self);
}

/* ---- sentences */

/* The id of a token: while texts are gathered a word's, afterwards its mask. */
static NgWord
id_of(NgVerifier *self, const NgToken *token)
{
    if (self->mask == NULL)
        return ng_vocab_add(self->vocab, token->text, token->length);
    NgWord id = ng_vocab_find(self->vocab, token->text, token->length);
    if (id < NG_WORDS_FIXED || id == NG_WORD_NONE || id == NG_WORD_UNKNOWN)
        return NG_WORDS_FIXED + NG_MASK_KEPT + (NgWord)ng_mask_class(token->text, token->length);
    return self->mask[id];
}

static void
close_sentence(NgVerifier *self, size_t first)
{
    const NgWord end = NG_WORD_END;
    NgSpan span = {first, self->stream->len + 1};

    if (self->stream->len <= first + 1) {
        g_array_set_size(self->stream, (guint)first);
        return;
    }
    g_array_append_val(self->stream, end);
    g_array_append_val(self->sentence, span);
}

static void
add_line(NgVerifier *self, const char *text, size_t length, guint64 *words)
{
    const NgWord begin = NG_WORD_BEGIN;
    NgToken token;
    size_t first = self->stream->len;

    g_array_append_val(self->stream, begin);
    ng_tokenizer_start(self->tokenizer, text, length);
    while (ng_tokenizer_next(self->tokenizer, &token)) {
        NgWord id = id_of(self, &token);
        g_array_append_val(self->stream, id);
        ++*words;
        if (!ng_sentence_ends(token.text, token.length))
            continue;
        close_sentence(self, first);
        first = self->stream->len;
        g_array_append_val(self->stream, begin);
    }
    close_sentence(self, first);
}

static NgSentenceRange
add_text(NgVerifier *self, const char *text, size_t length, uint32_t author, guint64 *words)
{
    NgSentenceRange range = {self->sentence->len, 0, author};

    *words = 0;
    for (size_t at = 0; at < length;) {
        const char *end = memchr(text + at, '\n', length - at);
        size_t n = end != NULL ? (size_t)(end - text) - at : length - at;
        add_line(self, text + at, n, words);
        at += n + 1;
    }
    range.end = self->sentence->len;
    return range;
}

/** ng_verifier_add_known: a document, [@length] @text, by the author in question */
void
ng_verifier_add_known(NgVerifier *self, const char *text, size_t length)
{
    guint64 words = 0;

    g_return_if_fail(self != NULL && self->mask == NULL && (text != NULL || length == 0));

    const NgSentenceRange range = add_text(self, text, length, KNOWN, &words);
    g_array_append_val(self->documents, range);
}

/** ng_verifier_add_reference: one by another, @author: (nullable): whose name is known or not */
void
ng_verifier_add_reference(NgVerifier *self, const char *author, const char *text, size_t length)
{
    uint32_t who = NOBODY + self->documents->len;
    guint64 words = 0;

    g_return_if_fail(self != NULL && self->mask == NULL && (text != NULL || length == 0));

    if (author != NULL) {
        who = GPOINTER_TO_UINT(g_hash_table_lookup(self->authors, author));
        if (who == 0) {
            who = g_hash_table_size(self->authors) + 1;
            g_hash_table_insert(self->authors, g_strdup(author), GUINT_TO_POINTER(who));
        }
    }
    const NgSentenceRange range = add_text(self, text, length, who, &words);
    g_array_append_val(self->documents, range);
}

/* ---- training */

static void
mask_all(NgVerifier *self)
{
    g_autofree uint32_t *frequency = g_new0(uint32_t, ng_vocab_size(self->vocab));
    NgWord *stream = (NgWord *)(void *)self->stream->data;

    for (guint i = 0; i < self->stream->len; i++)
        frequency[stream[i]]++;
    self->mask = ng_mask_table(self->vocab, frequency);
    for (guint i = 0; i < self->stream->len; i++)
        stream[i] = self->mask[stream[i]];
}

static NgSentences
sentences(const NgVerifier *self)
{
    return (NgSentences){(const NgWord *)(const void *)self->stream->data,
                         (const NgSpan *)(const void *)self->sentence->data};
}

/* Trials among the named others; without them lambda / sqrt(tokens) is taken for log10 LR. */
static gboolean
calibrate(NgVerifier *self, size_t n_known, GError **error)
{
    const NgSentenceRange *documents = (const NgSentenceRange *)(void *)self->documents->data;
    guint n = self->documents->len;
    g_autofree guint8 *use = g_new0(guint8, n);
    g_autofree guint8 *tested = g_new0(guint8, n);
    g_autoptr(GArray) trials = g_array_new(FALSE, FALSE, sizeof(NgVerifyTrial));
    NgSentences text = sentences(self);

    self->scale = (NgVerifyScale){0.0, M_LN10, 0.0, 0.0};
    for (guint i = 0; i < n; i++)
        use[i] = documents[i].author != KNOWN && documents[i].author < NOBODY;
    if (!ng_verify_hold_out(documents, n, use, tested))
        return TRUE;
    if (!ng_verify_trials(&text, documents, n, tested, n_known, &self->options, trials, error))
        return FALSE;
    self->calibrated =
        ng_verify_fit((const NgVerifyTrial *)(const void *)trials->data, trials->len, &self->scale);
    return TRUE;
}

/**
 * ng_verifier_train:
 *
 * Makes the grammars of all that was added.
 *
 * Errors: %NG_ERROR_RANGE where there is no sentence by the author, or none by others.
 */
gboolean
ng_verifier_train(NgVerifier *self, GError **error)
{
    g_autoptr(GArray) known = g_array_new(FALSE, FALSE, sizeof(guint));
    g_autoptr(GArray) pool = g_array_new(FALSE, FALSE, sizeof(guint));

    g_return_val_if_fail(self != NULL && self->mask == NULL, FALSE);

    for (guint i = 0; i < self->documents->len; i++) {
        const NgSentenceRange *d = &g_array_index(self->documents, NgSentenceRange, i);
        for (guint s = d->first; s < d->end; s++)
            g_array_append_val(d->author == KNOWN ? known : pool, s);
    }
    if (known->len == 0 || pool->len == 0) {
        g_set_error(error, NG_ERROR, NG_ERROR_RANGE, "there is no word %s",
                    known->len == 0 ? "by the author (name texts with --known)"
                                    : "by others (name texts with --reference)");
        return FALSE;
    }
    mask_all(self);
    self->is_short = pool->len < known->len;
    NgSentences text = sentences(self);
    self->grammars =
        ng_lambdag_new(&text, (const guint *)(const void *)known->data, known->len,
                       (const guint *)(const void *)pool->data, pool->len, &self->options, error);
    return self->grammars != NULL && calibrate(self, known->len, error);
}

/** ng_verifier_is_calibrated: Returns: whether trials among the others gave the scale */
gboolean
ng_verifier_is_calibrated(const NgVerifier *self)
{
    return self->calibrated;
}

/** ng_verifier_is_short: Returns: whether others wrote fewer sentences, so that some come twice */
gboolean
ng_verifier_is_short(const NgVerifier *self)
{
    return self->is_short;
}

/**
 * ng_verifier_judge:
 * @text: [@length] the questioned text
 * @verdict: (out): of a text without a token llr is 0, probability 1/2
 */
void
ng_verifier_judge(NgVerifier *self, const char *text, size_t length, NgVerdict *verdict)
{
    g_return_if_fail(self != NULL && self->grammars != NULL && verdict != NULL);

    guint stream = self->stream->len;
    guint sentence = self->sentence->len;
    NgVerifyTrial trial = {0};
    *verdict = (NgVerdict){0};
    NgSentenceRange range = add_text(self, text, length, KNOWN, &verdict->words);
    NgSentences all = sentences(self);
    trial.lambda = ng_lambdag_score(self->grammars, &all, range, &trial.tokens, &trial.kept);
    verdict->lambda = trial.lambda;
    verdict->llr = ng_verify_llr(&self->scale, &trial);
    verdict->probability = 1.0 / (1.0 + pow(10.0, -verdict->llr));
    g_array_set_size(self->stream, stream);
    g_array_set_size(self->sentence, sentence);
}

/** ng_verify_support: Returns: the verbal scale of forensic reports, by |@llr| 1, 2, 3 and 4 */
const char *
ng_verify_support(double llr)
{
    static const char *const same[] = {
        "weak support for the same author", "moderate support for the same author",
        "strong support for the same author", "very strong support for the same author",
        "extremely strong support for the same author"};
    static const char *const other[] = {
        "weak support for another author", "moderate support for another author",
        "strong support for another author", "very strong support for another author",
        "extremely strong support for another author"};
    int step = (int)fmin(fabs(llr), 4.0);

    if (llr == 0.0 || isnan(llr))
        return "no support for either";
    return llr > 0.0 ? same[step] : other[step];
}

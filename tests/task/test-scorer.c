#include "../lm/texts.h"

#include "ngram/score.h"

Suite *scorer_suite(void);

/* One long text: words known and unknown, characters of several bytes, bytes that are none, blanks
 * in rows, a word longer than a block, and no line end. */
static GString *
long_text(uint64_t seed, size_t length)
{
    static const char *const words[] = {"w1",           "w2",          "w3",   "don't",
                                        "3.14",         "caf\xc3\xa9", "\xff", "W4",
                                        "\xe4\xb8\xad", "x-y",         "...",  "\xc2\xa0"};
    static const char *const blanks[] = {" ", " ", " ", "\n", "  ", "\t", " \n "};
    GString *text = g_string_new(NULL);
    NgRng rng = ng_rng_new(seed, 0);

    while (text->len < length) {
        g_string_append(text, words[ng_rng_u32(&rng) % G_N_ELEMENTS(words)]);
        g_string_append(text, blanks[ng_rng_u32(&rng) % G_N_ELEMENTS(blanks)]);
        if (ng_rng_u32(&rng) % (1 << 17) == 0)
            for (int i = 0; i < 300000; i++)
                g_string_append_c(text, (char)('a' + i % 7));
        if (ng_rng_u32(&rng) % (1 << 17) == 0)
            for (int i = 0; i < 300000; i++)
                g_string_append_c(text, ' ');
    }
    return text;
}

/* The plain way: token by token, step by step. */
static NgScore
step_by_step(NgModel *model, const char *text, size_t length, GString *words)
{
    g_autoptr(NgTokenizer) tokenizer = ng_model_tokenizer(model, NULL);
    const NgVoice *voice = ng_model_voice(model, 0);
    NgState state = ng_voice_begin(voice);
    NgScore sum = {0};
    NgToken token;
    gboolean more = TRUE;

    ng_tokenizer_start(tokenizer, text, length);
    while (more) {
        more = ng_tokenizer_next(tokenizer, &token);
        NgWord id = NG_WORD_END;
        if (more) {
            id = ng_vocab_find(ng_model_vocab(model), token.text, token.length);
            id = id < NG_WORDS_FIXED ? NG_WORD_UNKNOWN : id;
            sum.words++;
        }
        if (!more && sum.words == 0 && !ng_model_keeps_empty(model))
            return sum;
        unsigned order = 0;
        float p = ng_voice_step(voice, &state, id, &order);
        sum.oov += id == NG_WORD_UNKNOWN;
        sum.logprob += (double)p;
        sum.logprob_known += id == NG_WORD_UNKNOWN ? -0.0 : (double)p;
        g_string_append_len(words, more ? token.text : "</s>", more ? (gssize)token.length : 4);
        g_string_append_printf(words, " %u %a\n", order, (double)p);
    }
    sum.sequences = sum.ends = 1;
    sum.characters = 1;
    for (size_t i = 0; i < length; i++)
        sum.characters += (text[i] & 0xC0) != 0x80;
    return sum;
}

static void
put_word(const NgScoredWord *word, gpointer data)
{
    g_string_append_len(data, word->text, (gssize)word->length);
    g_string_append_printf(data, " %u %a\n", word->order, (double)word->logprob);
}

static void
same_scores(const NgScore *a, const NgScore *b)
{
    ck_assert_uint_eq(a->words, b->words);
    ck_assert_uint_eq(a->sequences, b->sequences);
    ck_assert_uint_eq(a->ends, b->ends);
    ck_assert_uint_eq(a->oov, b->oov);
    ck_assert_uint_eq(a->characters, b->characters);
    ck_assert(a->logprob == b->logprob);
    ck_assert(a->logprob_known == b->logprob_known);
}

static NgModel *
model_with(unsigned order, NgTokens tokens)
{
    NgTrainOptions options = plain_options(order);
    g_autoptr(GString) text = long_text(1, 2000);

    options.tokens = tokens;
    options.unit = NG_UNIT_LINE;
    if (tokens == NG_TOKENS_PATTERN)
        options.pattern = "[^ ]+";
    return model_of(text->str, &options);
}

static const struct {
    NgTokens tokens;
    unsigned order;
} cuts[] = {{NG_TOKENS_SPACE, 3}, {NG_TOKENS_SPACE, 1},   {NG_TOKENS_SPACE, 12},
            {NG_TOKENS_WORDS, 3}, {NG_TOKENS_PATTERN, 3}, {NG_TOKENS_CHARS, 5}};

/* By one thread and by several, with the words and without: to the last bit. */
START_TEST(a_long_text_is_scored_as_word_by_word)
{
    g_autoptr(NgModel) model = model_with(cuts[_i].order, cuts[_i].tokens);
    g_autoptr(GString) text = long_text((uint64_t)_i, 1500000);
    g_autoptr(GString) wanted_words = g_string_new(NULL);
    NgScore wanted = step_by_step(model, text->str, text->len, wanted_words);
    guint64 invalid = 0;

    for (unsigned threads = 1; threads <= 3; threads++) {
        g_autoptr(NgScorer) scorer = ng_scorer_new(model, 0, NULL);
        g_autoptr(GString) words = g_string_new(NULL);
        NgScore sum = {0}, with_words = {0};
        ng_scorer_set_threads(scorer, threads);
        ng_scorer_text(scorer, text->str, text->len, &sum, NULL, NULL);
        same_scores(&sum, &wanted);
        if (threads == 1)
            invalid = ng_scorer_invalid(scorer);
        ck_assert_uint_eq(ng_scorer_invalid(scorer), invalid);
        ng_scorer_text(scorer, text->str, text->len, &with_words, put_word, words);
        same_scores(&with_words, &wanted);
        ck_assert(g_string_equal(words, wanted_words));
    }
}
END_TEST

typedef struct {
    GString *words;
    size_t sequence;
} Seen;

static void
see_word(const NgScoredWord *word, gpointer data)
{
    Seen *seen = data;

    ck_assert_uint_ge(word->sequence, seen->sequence);
    seen->sequence = word->sequence;
    put_word(word, seen->words);
}

/* Short ones, empty ones and long ones between them, each with a sum of its own. */
START_TEST(many_texts_are_scored_as_each_alone)
{
    g_autoptr(NgModel) model = model_with(3, _i == 0 ? NG_TOKENS_SPACE : NG_TOKENS_WORDS);
    g_autoptr(GString) text = long_text(8, 3000000);
    g_autoptr(GString) wanted_words = g_string_new(NULL);
    g_autoptr(GArray) texts = g_array_new(FALSE, FALSE, sizeof(NgSequence));
    NgRng rng = ng_rng_new(8, 0);

    for (size_t at = 0; at < text->len;) {
        size_t most = ng_rng_u32(&rng) % 512 == 0 ? 600000 : 500;
        size_t length = MIN(ng_rng_u32(&rng) % most, text->len - at);
        const NgSequence one = {text->str + at, length, 1};
        g_array_append_val(texts, one);
        at += length + (ng_rng_u32(&rng) % 2);
    }
    g_autofree NgScore *scores = g_new0(NgScore, texts->len);
    g_autofree NgScore *others = g_new0(NgScore, texts->len);
    g_autoptr(NgScorer) scorer = ng_scorer_new(model, 0, NULL);
    Seen seen = {g_string_new(NULL), 0};
    ng_scorer_texts(scorer, &g_array_index(texts, NgSequence, 0), texts->len, scores, see_word,
                    &seen);
    ng_scorer_set_threads(scorer, 2);
    ng_scorer_texts(scorer, &g_array_index(texts, NgSequence, 0), texts->len, others, NULL, NULL);
    for (guint i = 0; i < texts->len; i++) {
        const NgSequence *one = &g_array_index(texts, NgSequence, i);
        NgScore wanted = step_by_step(model, one->text, one->length, wanted_words);
        same_scores(&scores[i], &wanted);
        same_scores(&others[i], &wanted);
    }
    ck_assert(g_string_equal(seen.words, wanted_words));
    g_string_free(seen.words, TRUE);
}
END_TEST

/* Longer than a block and not one token: no sequence where the model keeps none. */
START_TEST(a_long_text_without_a_word_is_no_sequence)
{
    g_autofree char *blanks = g_strnfill(700000, ' ');
    g_autoptr(NgModel) words = model_with(3, NG_TOKENS_WORDS);
    g_autoptr(NgModel) space = model_with(3, NG_TOKENS_SPACE);
    g_autoptr(NgScorer) scorer = ng_scorer_new(words, 0, NULL);
    g_autoptr(NgScorer) keeper = ng_scorer_new(space, 0, NULL);
    const NgScore none = {0};
    NgScore sum = {0};

    ng_scorer_text(scorer, blanks, 700000, &sum, NULL, NULL);
    ck_assert_mem_eq(&sum, &none, sizeof sum);
    blanks[699990] = 'w';
    ng_scorer_text(scorer, blanks, 700000, &sum, NULL, NULL);
    ck_assert_uint_eq(sum.words, 1);
    ck_assert_uint_eq(sum.characters, 700001);
    sum = none;
    memset(blanks, ' ', 700000);
    ng_scorer_text(keeper, blanks, 700000, &sum, NULL, NULL);
    ck_assert_uint_eq(sum.sequences, 1);
    ck_assert_uint_eq(sum.ends, 1);
    ck_assert_uint_eq(sum.characters, 700001);
}
END_TEST

Suite *
scorer_suite(void)
{
    Suite *suite = suite_create("scorer");
    TCase *texts = tcase_create("texts");

    tcase_set_timeout(texts, 60);
    tcase_add_loop_test(texts, a_long_text_is_scored_as_word_by_word, 0, G_N_ELEMENTS(cuts));
    tcase_add_loop_test(texts, many_texts_are_scored_as_each_alone, 0, 2);
    tcase_add_test(texts, a_long_text_without_a_word_is_no_sequence);
    suite_add_tcase(suite, texts);
    return suite;
}

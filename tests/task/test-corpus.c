#include "../folder.h"

#include "../../src/task/corpus.h"
#include "ngram/document.h"
#include "ngram/rng.h"
#include "ngram/tokenizer.h"

#include <check.h>
#include <string.h>

Suite *corpus_suite(void);

static void
put(const char *name, const GString *text)
{
    g_free(put_file(name, text->str, (gssize)text->len));
}

/* -- the plain way: one thread, one token after another ------------------- */

static NgWord
plain_word(NgCorpus *c, const NgTrainOptions *options, const NgToken *token)
{
    NgWord id = ng_vocab_find(c->vocab, token->text, token->length);

    if (id != NG_WORD_UNKNOWN && id < NG_WORDS_FIXED)
        return NG_WORD_NONE; /* these tests skip symbols */
    if (token->length == 5 && memcmp(token->text, "<unk>", 5) == 0)
        return NG_WORD_NONE;
    return options->vocab != NULL ? id : ng_vocab_add(c->vocab, token->text, token->length);
}

static void
append(NgCorpus *c, const NgWord *word)
{
    ck_assert(ng_corpus_append(c, word, 1, NULL));
}

static void
plain_sequence(NgCorpus *c, const NgTrainOptions *options, NgTokenizer *t, const NgSequence *s)
{
    size_t before = c->length;
    static const NgWord marks[] = {NG_WORD_BEGIN, NG_WORD_END};
    NgToken token;

    append(c, &marks[0]);
    ng_tokenizer_start(t, s->text, s->length);
    if (c->truecase != NULL)
        ng_truecase_start(c->truecase);
    while (ng_tokenizer_next(t, &token)) {
        NgWord id = plain_word(c, options, &token);
        const size_t ends[] = {0, token.length};
        const NgTokenRun run = {
            token.text, s->text + token.surface, &ends[0], &ends[1], 1, token.length,
            TRUE,       token.surface_length};
        if (id == NG_WORD_NONE)
            continue;
        append(c, &id);
        if (c->truecase != NULL)
            ng_truecase_add(c->truecase, &id, &run);
    }
    if (c->length == before + 1 && options->tokens != NG_TOKENS_SPACE) {
        c->length = before;
        return;
    }
    append(c, &marks[1]);
    c->sequences++;
}

static NgCorpus *
plain_read(const NgTrainOptions *options)
{
    const char *const paths[] = {folder, NULL};
    g_autoptr(GPtrArray) files = ng_document_list(paths, NULL);
    g_autoptr(NgTokenizer) t =
        ng_tokenizer_new(options->tokens, options->pattern, options->fold, NULL);
    NgCorpus *c = ng_corpus_new(NULL);

    c->vocab = options->vocab != NULL ? ng_corpus_word_list(options, NULL) : ng_vocab_new();
    c->truecase = options->fold ? ng_truecase_new() : NULL;
    for (guint i = 0; i < files->len; i++) {
        g_autoptr(NgDocument) d =
            ng_document_open(g_ptr_array_index(files, i), options->unit, NULL);
        NgCorpusDocument entry = {NG_AUTHOR_NONE, {c->length, 0}};
        gboolean open_end = FALSE;
        NgSequence s;
        while (ng_document_next(d, &s, NULL)) {
            plain_sequence(c, options, t, &s);
            open_end = ng_document_is_open(d);
        }
        if (open_end && options->smooth.lmplz)
            c->stream[c->length - 1] = NG_WORD_NONE;
        entry.span.end = c->length;
        g_array_append_val(c->documents, entry);
    }
    c->invalid = ng_tokenizer_invalid(t);
    return c;
}

/* -- comparing ------------------------------------------------------------ */

static NgModel *
surfaces_of(const NgCorpus *c)
{
    const NgModelText text = {NG_TOKENS_WORDS, NULL, TRUE, NG_UNIT_LINE};
    NgModel *model = ng_model_new(c->vocab, &text);

    ng_truecase_store(c->truecase, NULL, model);
    return model;
}

static size_t
check_surfaces(const NgCorpus *a, const NgCorpus *b)
{
    g_autoptr(NgModel) model_a = surfaces_of(a);
    g_autoptr(NgModel) model_b = surfaces_of(b);
    size_t n = 0;

    for (NgWord id = 0; id < ng_vocab_size(a->vocab); id++) {
        size_t length_a = 0;
        size_t length_b = 0;
        const char *x = ng_model_surface(model_a, id, &length_a);
        const char *y = ng_model_surface(model_b, id, &length_b);
        if (length_a != length_b || memcmp(x, y, length_a) != 0)
            ck_abort_msg("surface of word %u", id);
        n += x != ng_vocab_word(a->vocab, id, NULL);
    }
    return n;
}

static void
check_same(NgCorpus *a, NgCorpus *b)
{
    const NgVocabArrays x = ng_vocab_arrays(a->vocab);
    const NgVocabArrays y = ng_vocab_arrays(b->vocab);

    ck_assert_uint_eq(a->sequences, b->sequences);
    ck_assert_uint_eq(a->invalid, b->invalid);
    ck_assert_uint_eq(a->length, b->length);
    ck_assert(memcmp(a->stream, b->stream, a->length * sizeof(NgWord)) == 0);
    ck_assert_uint_eq(x.n_offsets, y.n_offsets);
    ck_assert_uint_eq(x.n_text, y.n_text);
    ck_assert(memcmp(x.text, y.text, x.n_text) == 0);
    ck_assert_uint_eq(x.n_slots, y.n_slots);
    ck_assert(memcmp(x.slot, y.slot, x.n_slots * sizeof *x.slot) == 0);
    ck_assert_uint_eq(a->documents->len, b->documents->len);
    for (guint i = 0; i < a->documents->len; i++) {
        const NgCorpusDocument *d = &g_array_index(a->documents, NgCorpusDocument, i);
        const NgCorpusDocument *e = &g_array_index(b->documents, NgCorpusDocument, i);
        ck_assert(d->author == e->author && d->span.first == e->span.first &&
                  d->span.end == e->span.end);
    }
    ck_assert((a->truecase == NULL) == (b->truecase == NULL));
}

/* -- texts ---------------------------------------------------------------- */

/* Words that grow rarer, so that new ones come to the end; capitals, symbols, broken bytes. */
static void
add_text(GString *text, NgRng *rng, size_t bytes)
{
    static const char *const others[] = {".", " <s> ",  " <unk> ",       "\xff", "\n\n",
                                         "!", "\n \n",  "\xc3\x89t\xc3", "'",    "3.5",
                                         ",", " - \t ", " </s>\r\n",     "(",    "\n"};
    size_t end = text->len + bytes;

    while (text->len < end) {
        uint32_t roll = ng_rng_u32(rng);
        uint32_t word = ng_rng_u32(rng) % (1U << (1 + roll % 18));
        if (roll >> 24 < 30)
            g_string_append(text, others[ng_rng_u32(rng) % G_N_ELEMENTS(others)]);
        g_string_append_printf(text,
                               word % 7 == 0    ? "Word%x"
                               : word % 11 == 0 ? "wOrd%x"
                                                : "w%x",
                               word);
        g_string_append_c(text, (roll >> 20 & 15) == 0 ? '\n' : ' ');
    }
}

/* Many small files, empty ones, large ones, one of a single line, ends with and without LF. */
static void
put_files(guint64 seed)
{
    NgRng rng = ng_rng_new(31, seed);
    char name[32];

    for (int i = 0; i < 150; i++) {
        g_autoptr(GString) text = g_string_new(NULL);
        size_t size = i % 9 == 0 ? 0 : i % 50 == 7 ? 700000 : 1 + ng_rng_u32(&rng) % 9000;
        add_text(text, &rng, size);
        if (i == 57)
            for (char *c = text->str; *c != '\0'; c++)
                if (*c == '\n')
                    *c = ' ';
        if (i == 107)
            g_string_prepend(text, "\n\n\nlines of nothing in front\n\n");
        if (i % 3 == 0 && text->len > 0)
            g_string_truncate(text, text->len - 1);
        g_snprintf(name, sizeof name, "%d/%03d.txt", i / 40, i);
        put(name, text);
    }
}

static const struct {
    NgTokens tokens;
    gboolean fold, lmplz, list;
    NgUnit unit;
} ways[] = {
    {NG_TOKENS_WORDS, TRUE, FALSE, FALSE, NG_UNIT_LINE},
    {NG_TOKENS_SPACE, FALSE, TRUE, FALSE, NG_UNIT_LINE},
    {NG_TOKENS_WORDS, TRUE, FALSE, TRUE, NG_UNIT_PARAGRAPH},
    {NG_TOKENS_SPACE, FALSE, FALSE, FALSE, NG_UNIT_FILE},
    {NG_TOKENS_CHARS, TRUE, FALSE, FALSE, NG_UNIT_FILE},
};

START_TEST(any_number_of_threads_reads_what_one_reads_plainly)
{
    const char *const paths[] = {folder, NULL};
    g_autofree char *list = g_strconcat(folder, ".list", NULL);
    NgTrainOptions options;

    put_files((guint64)_i);
    ng_train_options_init(&options);
    options.tokens = ways[_i].tokens;
    options.fold = ways[_i].fold;
    options.unit = ways[_i].unit;
    options.smooth.lmplz = ways[_i].lmplz;
    options.authors = NG_AUTHORS_NONE;
    options.skip_symbols = TRUE;
    if (ways[_i].list) {
        ck_assert(g_file_set_contents(list, "w1 Word7 w2 word0 w3\nword15 . !\n", -1, NULL));
        options.vocab = list;
    }
    g_autoptr(NgCorpus) plain = plain_read(&options);
    for (unsigned threads = 1; threads <= 5; threads += 2) {
        options.threads = threads;
        g_autoptr(NgCorpus) corpus = ng_corpus_read(paths, &options, NULL, NULL);
        ck_assert_ptr_nonnull(corpus);
        check_same(corpus, plain);
        if (options.fold && options.tokens == NG_TOKENS_WORDS)
            ck_assert_uint_gt(check_surfaces(corpus, plain), 0);
    }
    g_remove(list);
}
END_TEST

/* 700,000 different words: every reader gives up its lexicon once, and truecasing goes on. */
START_TEST(a_lexicon_that_begins_anew_changes_nothing)
{
    const char *const paths[] = {folder, NULL};
    g_autoptr(GString) text = g_string_new(NULL);
    NgTrainOptions options;

    for (int i = 0; i < 700000; i++)
        g_string_append_printf(text, "x %s%d%c", i % 5 == 0 ? "W" : "w", i,
                               i % 20 == 19 ? '\n' : ' ');
    for (int i = 0; i < 700000; i += 7)
        g_string_append_printf(text, "x %s%d%c", i % 10 == 0 ? "W" : "w", i,
                               i % 20 == 0 ? '\n' : ' ');
    put("text", text);
    ng_train_options_init(&options);
    g_autoptr(NgCorpus) plain = plain_read(&options);
    for (unsigned threads = 1; threads <= 2; threads++) {
        options.threads = threads;
        g_autoptr(NgCorpus) corpus = ng_corpus_read(paths, &options, NULL, NULL);
        ck_assert_ptr_nonnull(corpus);
        check_same(corpus, plain);
        ck_assert_uint_gt(check_surfaces(corpus, plain), 100000);
    }
}
END_TEST

/* Two faults in each of three files; the first of the first file is told, whoever finds another
 * earlier. */
START_TEST(the_first_fault_in_the_order_of_the_text_is_told)
{
    const char *const paths[] = {folder, NULL};
    NgTrainOptions options;
    NgRng rng = ng_rng_new(32, 0);

    for (int file = 0; file < 3; file++) {
        g_autoptr(GString) text = g_string_new(NULL);
        char name[16];
        for (int line = 1; line <= 40000; line++)
            g_string_append_printf(text, "some words %x%s", ng_rng_u32(&rng) % 1000,
                                   line == 30000   ? " <s>\n"
                                   : line == 30001 ? " \xff </s>\n"
                                                   : "\n");
        g_snprintf(name, sizeof name, "%d.txt", file);
        put(name, text);
    }
    ng_train_options_init(&options);
    options.tokens = NG_TOKENS_SPACE;
    options.fold = FALSE;
    options.strict_utf8 = _i % 2 == 1;
    options.skip_symbols = _i / 2 == 1;
    g_autofree char *expected = g_strdup_printf(
        options.skip_symbols
            ? "%s/0.txt:30001: not UTF-8 at byte"
            : "%s/0.txt:30000: the token '<s>' marks where text is cut and is no word",
        folder);
    for (unsigned threads = 1; threads <= 4; threads++) {
        g_autoptr(GError) error = NULL;
        options.threads = threads;
        g_autoptr(NgCorpus) corpus = ng_corpus_read(paths, &options, NULL, &error);
        if (options.skip_symbols && !options.strict_utf8) {
            ck_assert_ptr_nonnull(corpus);
            continue;
        }
        ck_assert_ptr_null(corpus);
        ck_assert_msg(g_str_has_prefix(error->message, expected), "%s", error->message);
    }
}
END_TEST

Suite *
corpus_suite(void)
{
    Suite *suite = suite_create("corpus");
    TCase *reading = tcase_create("reading");

    tcase_set_timeout(reading, 120);
    tcase_add_checked_fixture(reading, make_folder, remove_folder);
    tcase_add_loop_test(reading, any_number_of_threads_reads_what_one_reads_plainly, 0,
                        G_N_ELEMENTS(ways));
    tcase_add_test(reading, a_lexicon_that_begins_anew_changes_nothing);
    tcase_add_loop_test(reading, the_first_fault_in_the_order_of_the_text_is_told, 0, 4);
    suite_add_tcase(suite, reading);
    return suite;
}

#include "../fuzz/mend.h"
#include "texts.h"

#include "ngram/arpa.h"
#include "ngram/compact.h"
#include "ngram/container.h"
#include "ngram/error.h"
#include "ngram/score.h"

#include <fcntl.h>

Suite *model_suite(void);

static NgModel *
open_model(const char *path)
{
    g_autoptr(GError) error = NULL;
    NgModel *model = ng_model_open(path, &error);

    ck_assert_msg(model != NULL, "%s", error != NULL ? error->message : "no error");
    return model;
}

/* @model as a file; the caller unlinks and frees. */
static char *
saved(const NgModel *model)
{
    char *path = new_file();
    g_autoptr(GError) error = NULL;

    ck_assert_msg(ng_model_save(model, path, &error), "%s",
                  error != NULL ? error->message : "no error");
    return path;
}

static double
score_of_line(NgModel *model, const char *line)
{
    g_autoptr(NgScorer) scorer = ng_scorer_new(model, 0, NULL);
    NgScore sum = {0};

    ng_scorer_text(scorer, line, strlen(line), &sum, NULL, NULL);
    return sum.logprob;
}

static void
compare_models(NgModel *a, NgModel *b)
{
    gsize length = 0;
    g_autofree char *manifest_a = g_key_file_to_data(ng_model_manifest(a), NULL, NULL);
    g_autofree char *manifest_b = g_key_file_to_data(ng_model_manifest(b), NULL, NULL);
    NgModelText text_a = ng_model_text(a);
    NgModelText text_b = ng_model_text(b);

    ck_assert_str_eq(manifest_a, manifest_b);
    ck_assert_int_eq(text_a.tokens, text_b.tokens);
    ck_assert_int_eq(text_a.unit, text_b.unit);
    ck_assert_int_eq(text_a.fold, text_b.fold);
    ck_assert_pstr_eq(text_a.pattern, text_b.pattern);
    ck_assert_uint_eq(ng_model_order(a), ng_model_order(b));
    ck_assert_uint_eq(ng_vocab_size(ng_model_vocab(a)), ng_vocab_size(ng_model_vocab(b)));
    for (NgWord id = 0; id < ng_vocab_size(ng_model_vocab(a)); id++) {
        const char *word = ng_vocab_word(ng_model_vocab(a), id, NULL);
        if (!g_str_equal(word, ng_vocab_word(ng_model_vocab(b), id, NULL)) ||
            word_in(b, word) != id ||
            !g_str_equal(ng_model_surface(a, id, NULL), ng_model_surface(b, id, NULL)))
            ck_abort_msg("word %u is another", id);
    }
    ck_assert_uint_eq(ng_model_voices(a), ng_model_voices(b));
    for (size_t v = 0; v < ng_model_voices(a); v++) {
        g_autofree char *arpa_a = arpa_of(a, v, &length);
        g_autofree char *arpa_b = arpa_of(b, v, &length);
        ck_assert_str_eq(ng_model_voice_name(a, v), ng_model_voice_name(b, v));
        ck_assert(g_str_equal(arpa_a, arpa_b));
    }
}

/* Saved, opened, and saved again: the same bytes. */
static void
check_round_trip(NgModel *model)
{
    g_autofree char *path = saved(model);
    g_autoptr(NgModel) opened = open_model(path);
    g_autofree char *again = saved(opened);
    gsize length = 0;
    gsize length_again = 0;
    g_autofree char *bytes = contents_of(path, &length);
    g_autofree char *bytes_again = contents_of(again, &length_again);

    compare_models(model, opened);
    ck_assert(ng_model_verify(opened, NULL));
    ck_assert_uint_eq(length, length_again);
    ck_assert(memcmp(bytes, bytes_again, length) == 0);
    g_unlink(path);
    g_unlink(again);
}

START_TEST(a_model_with_voices_and_surfaces_comes_back)
{
    NgTrainOptions options = plain_options(3);

    options.tokens = NG_TOKENS_WORDS;
    options.fold = TRUE;
    options.authors = NG_AUTHORS_FOLDER;
    g_autoptr(NgModel) model = train_on("corpus", &options);
    ck_assert_uint_eq(ng_model_voices(model), 5);
    ck_assert_str_eq(ng_model_surface(model, word_in(model, "i"), NULL), "I");
    check_round_trip(model);
}
END_TEST

START_TEST(a_pattern_and_a_unit_come_back)
{
    NgTrainOptions options = plain_options((unsigned)_i);

    options.tokens = NG_TOKENS_PATTERN;
    options.pattern = "[\\w;=]+|\t \\[x]#";
    options.unit = NG_UNIT_FILE;
    options.stable_ids = FALSE;
    g_autoptr(NgModel) model = model_of("a b=c a\nb ; a\n", &options);
    check_round_trip(model);
}
END_TEST

START_TEST(a_model_from_arpa_text_comes_back)
{
    g_autoptr(NgModel) model =
        model_of_arpa_text("\\data\\\nngram 1=3\nngram 2=1\nngram 3=1\n\n\\1-grams:\n-1\t<unk>\n"
                           "-0.5\ta\t-0.25\n-0.5\tb\t0.25\n\n\\2-grams:\n-0.5\ta a\t-1\n\n"
                           "\\3-grams:\n-0.125\ta b a\n\n\\end\\\n");

    check_round_trip(model);
}
END_TEST

START_TEST(voices_are_found_by_name)
{
    NgTrainOptions options = plain_options(2);
    size_t index = 77;

    options.authors = NG_AUTHORS_FOLDER;
    g_autoptr(NgModel) model = train_on("corpus", &options);
    ck_assert(ng_model_find_voice(model, "", &index));
    ck_assert_uint_eq(index, 0);
    ck_assert(ng_model_find_voice(model, "okafor", &index));
    ck_assert_str_eq(ng_model_voice_name(model, index), "okafor");
    index = 77;
    ck_assert(!ng_model_find_voice(model, "okafo", &index));
    ck_assert_uint_eq(index, 77);
}
END_TEST

START_TEST(a_reference_keeps_a_model)
{
    NgTrainOptions options = plain_options(2);
    NgModel *model = model_of("a b\n", &options);
    NgModel *same = ng_model_ref(model);

    ck_assert_ptr_eq(model, same);
    ng_model_unref(model);
    ck_assert_uint_ne(word_in(same, "b"), NG_WORD_UNKNOWN);
    ng_model_unref(same);
    ng_model_unref(NULL);
}
END_TEST

/* Made when the format was new, from a text whose oracle says of itself: Perplexity including
 * OOVs 7.231019422285467, Tokens 377. */
START_TEST(the_golden_model_opens_and_gives_its_figures)
{
    g_autoptr(NgModel) model = open_model("tests/golden/model-v1.ngram");
    g_autoptr(NgModel) arpa = open_model("tests/golden/lmplz/letters-3.arpa");
    g_autofree char *text = contents_of("tests/golden/lmplz/letters.txt", NULL);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autoptr(NgScorer) scorer = ng_scorer_new(model, 0, NULL);
    NgScore sum = {0};

    for (char **line = lines; line[1] != NULL; line++) {
        ng_scorer_text(scorer, *line, strlen(*line), &sum, NULL, NULL);
        ck_assert(score_of_line(model, *line) == score_of_line(arpa, *line));
    }
    ck_assert_uint_eq(sum.words + sum.ends, 377);
    ck_assert_double_eq_tol(ng_score_perplexity(&sum), 7.231019422285467, 1e-6);
    ck_assert(ng_model_verify(model, NULL));
    ck_assert(ng_voice_check(ng_model_voice(model, 0), 1e-5, NULL));
}
END_TEST

/* Scores, walks and looks up whatever opened; what comes out does not matter. */
static void
use(NgModel *model)
{
    for (size_t v = 0; v < ng_model_voices(model); v++) {
        const NgVoice *voice = ng_model_voice(model, v);
        NgState state = ng_voice_begin(voice);
        for (NgWord w = 0; w < ng_voice_words(voice); w++)
            ng_voice_step(voice, &state, w, NULL);
        for (unsigned level = 1; level <= ng_voice_order(voice); level++)
            for (uint32_t e = 0; e < ng_voice_level_size(voice, level); e++) {
                state = ng_voice_entry_state(voice, level, e);
                NgRange range = ng_voice_successors(voice, state);
                if (range.end > range.first)
                    ng_voice_entry_word(voice, state.length + 1, range.end - 1);
                ng_voice_step(voice, &state, NG_WORD_END, NULL);
            }
        if (ng_voice_check(voice, 0.0, NULL))
            ng_voice_sum(voice, ng_voice_begin(voice));
        ck_assert(ng_arpa_write(model, v, "/dev/null", NULL));
    }
    for (NgWord id = 0; id < ng_vocab_size(ng_model_vocab(model)); id++)
        ck_assert_ptr_nonnull(ng_model_surface(model, id, NULL));
}

/* Two voices, two levels, one surface: all the sections there are; plain or packed. */
static char *
small_file(gboolean pack)
{
    const NgModelText text = {NG_TOKENS_SPACE, NULL, FALSE, NG_UNIT_LINE};
    NgTrainOptions options = plain_options(2);
    g_autoptr(NgModel) one = model_of("a b a b\nc a\n", &options);
    gsize length = 0;
    g_autofree char *arpa = arpa_of(one, 0, &length);
    g_autoptr(NgVocab) vocab = ng_vocab_new();
    static const char *const words[] = {"a", "b", "c"};

    for (size_t i = 0; i < 3; i++)
        ng_vocab_add(vocab, words[i], 1);
    g_autoptr(NgModel) model = ng_model_new(vocab, &text);
    for (int v = 0; v < 2; v++) {
        NgSmoothOptions smooth = {.method = v == 0 ? NG_SMOOTHING_MKN : NG_SMOOTHING_WB};
        NgDiscount discounts[NG_ORDER_MAX];
        static const NgWord tokens[] = {1, 3, 4, 3, 4, 2, 1, 5, 3, 2}; /* the same */
        const NgSpan span = {0, G_N_ELEMENTS(tokens)};
        const NgStream stream = {tokens, &span, 1, 6};
        NgCounts *counts = ng_counts_new(&stream, 2, 1, NULL, NULL);
        ng_model_add_voice(model, v == 0 ? "" : "w b", ng_smooth(counts, &smooth, discounts));
    }
    ng_model_add_surface(model, 4, "B", 1);
    g_autofree char *same = arpa_of(model, 0, &length);
    ck_assert_str_eq(same, arpa);
    if (!pack)
        return saved(model);
    g_autoptr(NgModel) packed = ng_model_compact(model, NULL);
    ck_assert_ptr_nonnull(packed);
    return saved(packed);
}

static int
open_for_change(const char *path)
{
    int fd = g_open(path, O_RDWR, 0);

    ck_assert_int_ge(fd, 0);
    return fd;
}

START_TEST(every_changed_byte_is_noticed)
{
    g_autofree char *path = small_file(_i == 1);
    gsize size = 0;
    g_autofree char *bytes = contents_of(path, &size);
    int fd = open_for_change(path);

    for (gsize i = 0; i < size; i++) {
        g_autoptr(GError) error = NULL;
        char changed = (char)(bytes[i] ^ (1 << i % 8));
        ck_assert(pwrite(fd, &changed, 1, (off_t)i) == 1);
        g_autoptr(NgModel) model = ng_model_open(path, &error);
        if (model != NULL || error == NULL)
            ck_abort_msg("a change of byte %zu goes unnoticed", i);
        if (pwrite(fd, bytes + i, 1, (off_t)i) != 1)
            ck_abort_msg("the file cannot be put right");
    }
    close(fd);
    g_autoptr(NgModel) model = open_model(path);
    ck_assert_str_eq(ng_model_surface(model, 4, NULL), "B");
    g_unlink(path);
}
END_TEST

START_TEST(every_truncation_is_noticed)
{
    g_autofree char *path = small_file(_i == 1);
    gsize size = 0;
    g_autofree char *bytes = contents_of(path, &size);

    while (size-- > 0) {
        g_autoptr(GError) error = NULL;
        ck_assert(truncate(path, (off_t)size) == 0);
        g_autoptr(NgModel) model = ng_model_open(path, &error);
        if (model != NULL || error == NULL)
            ck_abort_msg("%zu bytes go for a model", size);
    }
    g_unlink(path);
}
END_TEST

/* With checksums put right: refused, or wrong answers; never a step outside.  Every fifth byte, of
 * a plain file and of a packed one. */
START_TEST(changed_bytes_with_right_checksums_lead_nowhere)
{
    g_autofree char *path = small_file(_i >= 2);
    gsize size = 0;
    g_autofree char *bytes = contents_of(path, &size);
    g_autofree uint8_t *copy = g_malloc(size);
    NgRng rng = ng_rng_new(1, (uint64_t)_i);
    int fd = open_for_change(path);
    int opened = 0;
    int unsound = 0;

    for (gsize i = (gsize)_i % 5; i < size; i += 5) {
        g_autoptr(GError) error = NULL;
        memcpy(copy, bytes, size);
        copy[i] = (uint8_t)ng_rng_u32(&rng);
        ng_fuzz_mend(copy, size);
        if (pwrite(fd, copy, size, 0) != (ssize_t)size)
            ck_abort_msg("the file cannot be written");
        g_autoptr(NgModel) model = ng_model_open(path, NULL);
        if (model != NULL)
            use(model);
        opened += model != NULL;
        if (model == NULL || ng_model_verify(model, &error))
            continue;
        ck_assert_msg(g_str_has_prefix(error->message, path), "%s", error->message);
        unsound++;
    }
    ck_assert_int_gt(opened, (int)size / 50); /* else nothing was tried */
    ck_assert_int_gt(unsound, 0);
    close(fd);
    g_unlink(path);
}
END_TEST

/* How a copy of a file differs in one section. */
enum { LEFT_OUT, EMPTY, SHORT, DOUBLED, WAYS };

static void
add_section(NgContainerWriter *out, const char *name, const char *data, size_t size, int way)
{
    size_t less = g_str_equal(name, "manifest") || strstr(name, "text") != NULL ? 1 : 8;
    g_autoptr(GString) twice = g_string_new_len(data, (gssize)size);

    g_string_append_len(twice, data, (gssize)size);
    if (way == WAYS)
        ng_container_writer_add(out, name, data, size);
    else if (way == EMPTY)
        ng_container_writer_add(out, name, data, 0);
    else if (way == SHORT)
        ng_container_writer_add(out, name, data, size - MIN(less, size));
    else if (way == DOUBLED)
        ng_container_writer_add(out, name, twice->str, twice->len);
}

/* What is not looked at, or not wrong: text behind its end, a surface that the word stands in for,
 * a table of words that is twice as long and holds everything twice. */
static gboolean
is_harmless(const char *name, int way)
{
    if (g_str_equal(name, "surface.text"))
        return way != LEFT_OUT;
    if (g_str_equal(name, "vocab.slot"))
        return way == DOUBLED;
    return g_str_equal(name, "manifest") && (way == SHORT || way == DOUBLED);
}

START_TEST(a_file_whose_sections_do_not_fit_is_refused)
{
    gboolean pack = _i >= WAYS;
    size_t n = pack ? 9 : 14;
    g_autofree char *path = small_file(pack);
    g_autofree char *changed = new_file();
    g_autoptr(NgContainer) file = ng_container_open(path, NULL);

    ck_assert_uint_eq(ng_container_sections(file), n);
    for (size_t s = 0; s < n; s++) {
        g_autoptr(NgContainerWriter) out = ng_container_writer_new(changed, NULL);
        g_autoptr(GError) error = NULL;
        for (size_t i = 0; i < n; i++) {
            const char *name = ng_container_section(file, i, NULL);
            size_t size = 0;
            const char *data = ng_container_find(file, name, &size);
            add_section(out, name, data, size, i == s ? _i % WAYS : WAYS);
        }
        ck_assert(ng_container_writer_commit(out, NULL));
        const char *name = ng_container_section(file, s, NULL);
        g_autoptr(NgModel) model = ng_model_open(changed, &error);
        ck_assert_msg((model != NULL) == is_harmless(name, _i % WAYS), "section %s", name);
        ck_assert(model != NULL || g_str_has_prefix(error->message, changed));
        if (model != NULL)
            use(model);
    }
    g_unlink(path);
    g_unlink(changed);
}
END_TEST

START_TEST(what_is_no_model_is_refused)
{
    g_autoptr(GError) missing = NULL;
    g_autoptr(GError) empty = NULL;
    g_autofree char *path = new_file();

    ck_assert_ptr_null(ng_model_open("/nonexistent", &missing));
    ck_assert(g_error_matches(missing, G_FILE_ERROR, G_FILE_ERROR_NOENT));
    ck_assert_ptr_null(ng_model_open(path, &empty));
    ck_assert(g_error_matches(empty, NG_ERROR, NG_ERROR_FORMAT));
    g_unlink(path);
}
END_TEST

START_TEST(a_model_that_cannot_be_saved_says_so)
{
    NgTrainOptions options = plain_options(2);
    g_autoptr(NgModel) model = model_of("a b\n", &options);
    g_autoptr(GError) error = NULL;

    ck_assert(!ng_model_save(model, "/nonexistent/model", &error));
    ck_assert(g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT));
}
END_TEST

Suite *
model_suite(void)
{
    Suite *suite = suite_create("model");
    TCase *files = tcase_create("files");
    TCase *damage = tcase_create("damage");

    tcase_set_timeout(files, 60);
    tcase_add_test(files, a_model_with_voices_and_surfaces_comes_back);
    tcase_add_loop_test(files, a_pattern_and_a_unit_come_back, 1, 5);
    tcase_add_test(files, a_model_from_arpa_text_comes_back);
    tcase_add_test(files, voices_are_found_by_name);
    tcase_add_test(files, a_reference_keeps_a_model);
    tcase_add_test(files, the_golden_model_opens_and_gives_its_figures);
    suite_add_tcase(suite, files);

    tcase_set_timeout(damage, 120);
    tcase_add_loop_test(damage, every_changed_byte_is_noticed, 0, 2);
    tcase_add_loop_test(damage, every_truncation_is_noticed, 0, 2);
    tcase_add_loop_test(damage, changed_bytes_with_right_checksums_lead_nowhere, 0, 7);
    tcase_add_loop_test(damage, a_file_whose_sections_do_not_fit_is_refused, 0, 2 * WAYS);
    tcase_add_test(damage, what_is_no_model_is_refused);
    tcase_add_test(damage, a_model_that_cannot_be_saved_says_so);
    suite_add_tcase(suite, damage);
    return suite;
}

/* The oracle: one document after the other, and one automaton word by word. */
#include "../folder.h"
#include "models.h"

#include "../../src/task/attribute-internal.h"
#include "ngram/rng.h"

#include <math.h>

Suite *attribute_many_suite(void);

enum { DOCUMENTS = 120 };

/* Words of a small vocabulary; the rarer ones tell the authors apart, and some nobody knows. */
static void
put_words(GString *text, NgRng *rng, unsigned style, unsigned words)
{
    for (unsigned i = 0; i < words; i++) {
        double coin = ng_rng_coin(rng);
        if (coin < 0.2)
            g_string_append_printf(text, "habit%c ", 'a' + style);
        else if (coin < 0.23)
            g_string_append_printf(text, "new%u ", (unsigned)(ng_rng_coin(rng) * 1e6));
        else
            g_string_append_printf(text, "word%c ", 'a' + (int)(ng_rng_coin(rng) * 25.0));
    }
}

/* A model of @authors, each with a file of lines. */
static NgModel *
make_model(unsigned authors)
{
    g_autoptr(GError) error = NULL;
    NgTrainOptions options;
    NgRng rng = ng_rng_new(7, authors);

    make_folder();
    for (unsigned a = 0; a < authors; a++) {
        g_autofree char *name = g_strdup_printf("author%u.txt", a);
        g_autoptr(GString) text = g_string_new(NULL);
        for (unsigned i = 0; i < 20; i++) {
            put_words(text, &rng, a, 15);
            g_string_append_c(text, '\n');
        }
        g_free(put_file(name, text->str, -1));
    }
    ng_train_options_init(&options);
    options.authors = NG_AUTHORS_FILE;
    const char *const paths[] = {folder, NULL};
    NgModel *model = ng_train(paths, &options, NULL, &error);
    ck_assert_msg(model != NULL, "%s", error != NULL ? error->message : "no error");
    remove_folder();
    return model;
}

static NgAttributor *
attributor_of(NgModel *model)
{
    g_autoptr(GError) error = NULL;
    NgAttributor *attributor = ng_attributor_new(model, &error);

    ck_assert_msg(attributor != NULL, "%s", error != NULL ? error->message : "no error");
    return attributor;
}

/** Texts: documents of no, one and many sequences, some without a word, one very long. */
typedef struct {
    GPtrArray *keep;
    GArray *text;
    size_t first[DOCUMENTS + 1];
} Texts;

static Texts
make_texts(uint64_t seed)
{
    Texts t = {
        g_ptr_array_new_with_free_func(g_free), g_array_new(FALSE, FALSE, sizeof(NgSequence)), {0}};
    NgRng rng = ng_rng_new(seed, 1);

    for (unsigned d = 0; d < DOCUMENTS; d++) {
        unsigned sequences = (unsigned)(ng_rng_coin(&rng) * 4.0);
        for (unsigned s = 0; s < sequences; s++) {
            GString *text = g_string_new(NULL);
            unsigned words = (unsigned)(ng_rng_coin(&rng) * 40.0);
            put_words(text, &rng, d % 3, d == 50 ? 3000 : words < 5 ? 0 : words);
            const NgSequence sequence = {text->str, text->len, 1};
            g_array_append_val(t.text, sequence);
            g_ptr_array_add(t.keep, g_string_free(text, FALSE));
        }
        t.first[d + 1] = t.text->len;
    }
    return t;
}

static void
texts_free(Texts *t)
{
    g_ptr_array_unref(t->keep);
    g_array_unref(t->text);
}

typedef struct {
    NgAttributor *one;
    const Texts *texts;
    size_t seen;
} Comparing;

/* @result is what begin, add and end say. */
static void
compare(size_t index, const NgAttribution *result, gpointer data)
{
    Comparing *c = data;
    NgAttribution wanted;
    size_t size = result->authors * sizeof(double);

    ck_assert_uint_eq(index, c->seen++);
    ng_attributor_begin(c->one);
    for (size_t t = c->texts->first[index]; t < c->texts->first[index + 1]; t++) {
        const NgSequence *s = &g_array_index(c->texts->text, NgSequence, t);
        ng_attributor_add(c->one, s->text, s->length);
    }
    ng_attributor_end(c->one, &wanted);
    ck_assert_uint_eq(result->words, wanted.words);
    ck_assert_uint_eq(result->sequences, wanted.sequences);
    ck_assert_uint_eq(result->best, wanted.best);
    ck_assert_mem_eq(result->posterior, wanted.posterior, size);
    ck_assert_mem_eq(result->llr, wanted.llr, size);
    ck_assert(result->none == wanted.none);
}

/* Two authors have voices and styles, nine neither. */
START_TEST(many_documents_are_answered_as_each_alone)
{
    static const unsigned authors[] = {1, 2, 3, 9};
    g_autoptr(NgModel) model = make_model(authors[_i]);
    g_autoptr(NgAttributor) many = attributor_of(model);
    g_autoptr(NgAttributor) one = attributor_of(model);
    Texts texts = make_texts(11 + (uint64_t)_i);
    Comparing comparing = {one, &texts, 0};

    ng_attributor_set_evidence(one, _i % 2 == 0); /* it changes no answer */
    ng_attributor_documents(many, (const NgSequence *)(const void *)texts.text->data, texts.first,
                            DOCUMENTS, compare, &comparing);
    ck_assert_uint_eq(comparing.seen, DOCUMENTS);
    ng_attributor_documents(many, NULL, texts.first, 0, compare, &comparing);
    ck_assert_uint_eq(comparing.seen, DOCUMENTS);
    texts_free(&texts);
}
END_TEST

/* log10 P over the root of the number of tokens, step by step. */
static float
walk(const NgVoice *voice, const GArray *row)
{
    NgState state = ng_voice_begin(voice);
    double sum = 0.0;
    size_t n = 0;

    for (guint i = 0; i < row->len; i++) {
        guint32 id = g_array_index(row, guint32, i);
        unsigned order = 0;
        if (id == NG_WORD_BEGIN) {
            state = ng_voice_begin(voice);
            continue;
        }
        sum += fmax((double)ng_voice_step(voice, &state, id, &order), -20.0);
        n++;
    }
    return (float)(sum / sqrt((double)MAX(n, 1)));
}

START_TEST(voices_say_what_each_says_word_by_word)
{
    g_autoptr(NgModel) model = make_model(3);
    g_autoptr(NgAttributor) attributor = attributor_of(model);
    Texts texts = make_texts(12);
    NgTrace trace[DOCUMENTS];
    float voices[DOCUMENTS * 6];

    ck_assert_uint_eq(attributor->data.members - attributor->data.n_linear, 2);
    for (size_t d = 0; d < DOCUMENTS; d++) {
        ng_trace_init(&trace[d]);
        for (size_t t = texts.first[d]; t < texts.first[d + 1]; t++) {
            const NgSequence *s = &g_array_index(texts.text, NgSequence, t);
            ng_attributor_read(attributor, &trace[d], s->text, s->length);
        }
    }
    ng_attributor_voices(attributor, trace, DOCUMENTS, voices);
    for (size_t d = 0; d < DOCUMENTS; d++)
        for (size_t a = 0; a < 3; a++) {
            ck_assert(voices[d * 6 + a] ==
                      walk(ng_model_voice(model, a + 1), trace[d].id[NG_BLOCK_WORDS]));
            ck_assert(voices[d * 6 + 3 + a] ==
                      walk(ng_model_style(model, a), trace[d].id[NG_BLOCK_MASKS]));
        }
    for (size_t d = 0; d < DOCUMENTS; d++)
        ng_trace_destroy(&trace[d]);
    texts_free(&texts);
}
END_TEST

/* Counts of columns, one look-up after the other. */
START_TEST(a_dictionary_counts_as_one_lookup_after_the_other)
{
    g_autoptr(NgModel) model = make_model(2);
    g_autoptr(NgAttributor) attributor = attributor_of(model);
    Texts texts = make_texts(13);
    NgTally tally;

    ng_tally_init(&tally);
    for (size_t d = 0; d < DOCUMENTS; d++) {
        NgTrace trace;
        ng_trace_init(&trace);
        for (size_t t = texts.first[d]; t < texts.first[d + 1]; t++) {
            const NgSequence *s = &g_array_index(texts.text, NgSequence, t);
            ng_attributor_read(attributor, &trace, s->text, s->length);
        }
        for (unsigned b = 0; b < NG_BLOCKS; b++) {
            const NgDictionary *dictionary = &attributor->data.linear[b].dictionary;
            g_autofree guint32 *count = g_new0(guint32, dictionary->columns);
            ng_trace_grams(&trace, (NgBlock)b, tally.grams);
            for (guint i = 0; i < tally.grams->len; i++)
                count[ng_dictionary_find(dictionary, g_array_index(tally.grams, NgGram, i).hash)]++;
            ng_dictionary_count(dictionary, &trace, (NgBlock)b, &tally);
            size_t seen = 0;
            for (size_t c = 1; c < dictionary->columns; c++) {
                ck_assert_uint_eq(g_array_index(tally.count, guint32, c), count[c]);
                seen += count[c] > 0;
            }
            ck_assert_uint_eq(tally.seen->len, seen);
        }
        ng_trace_destroy(&trace);
    }
    ng_tally_destroy(&tally);
    texts_free(&texts);
}
END_TEST

Suite *
attribute_many_suite(void)
{
    Suite *suite = suite_create("attribute-many");
    TCase *tests = tcase_create("attribute-many");

    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, many_documents_are_answered_as_each_alone, 0, 4);
    tcase_add_test(tests, voices_say_what_each_says_word_by_word);
    tcase_add_test(tests, a_dictionary_counts_as_one_lookup_after_the_other);
    suite_add_tcase(suite, tests);
    return suite;
}

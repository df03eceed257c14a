/* Feeds any bytes to ng_countfile_parse(); what it takes must make a sound model. */
#include "ngram/countfile.h"
#include "ngram/smooth.h"

/* NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's own */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    unsigned order = 1 + data[0] % 4;
    g_autoptr(NgInput) input = ng_input_new_for_data(data + 1, size - 1, "fuzz");
    g_autoptr(NgVocab) vocab = NULL;
    NgCounts *counts = ng_countfile_parse(input, order, &vocab, NULL);
    if (counts == NULL)
        return 0;
    NgDiscount discounts[NG_ORDER_MAX];
    NgSmoothOptions options = {.method = (NgSmoothing)(data[0] / 4 % 6), .add = 0.5};
    g_autoptr(NgVoice) voice = ng_smooth(counts, &options, discounts);
    g_autoptr(GError) error = NULL;
    if (!ng_voice_check(voice, 1e-3, &error))
        g_error("method %d, order %u: %s", options.method, order, error->message);
    return 0;
}

/* pack.h - the options that make a model file small. */
#pragma once

#include "args.h"

#include "ngram/compact.h"

/**
 * NgPackOptions: as given.
 * @compact: pack the model
 * @bits: 0, or quantise
 * @held_out: (nullable): text to measure the loss on
 */
typedef struct {
    gboolean compact;
    guint64 bits;
    const char *held_out;
} NgPackOptions;

#define NG_PACK_OPTIONS_TABLE(pack)                                                                \
    NG_FLAG(0, "compact", &(pack)->compact, "Pack the model file: small, slower, nothing lost"),   \
        NG_COUNT(0, "quantize", &(pack)->bits, NG_QUANTIZE_LEAST, NG_QUANTIZE_MOST, "B",           \
                 "With --compact: 2^B different numbers of a kind on each level"),                 \
        NG_FILE(0, "held-out", &(pack)->held_out, "FILE",                                          \
                "With --quantize: text to measure the loss on")

gboolean ng_pack_options_check(const NgPackOptions *self, gboolean arpa, guint64 target,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
double ng_pack_tolerance(const NgModel *model);
NgModel *ng_pack(NgModel *model, const NgPackOptions *options, gboolean quiet, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* rbm-text.h - machines that learned from text: its options, its rows, how likely they are. */
#pragma once

#include "rbm-cli.h"

#include "ngram/features.h"

/* Reads the files of the command line as the machine's text was read; says what it met. */
NgFeatures *ng_rbm_open_text(NgRbm *rbm, int unit, const NgArgs *args, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
NgDataset *ng_rbm_read_text(NgFeatures *features, const NgArgs *args, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* The option that says what a row is; -1 where it is not given. */
#define NG_RBM_UNIT(value_)                                                                        \
    NG_CHOICE(0, "unit", value_, "line|paragraph|file", "What one text is (as in training)")

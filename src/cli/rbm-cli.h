/* rbm-cli.h - the commands of ngram rbm, and what they share. */
#pragma once

#include "args.h"
#include "cli.h"

#include "ngram/rbm.h"

/* The option that names the machine; see ng_rbm_open_machine(). */
#define NG_RBM_MODEL(value_)                                                                       \
    NG_FILE('m', "model", value_, "FILE", "The Boltzmann machine ($NGRAM_RBM)")

NgStatus ng_rbm_complete(int argc, char **argv, GError **error);
NgStatus ng_rbm_encode(int argc, char **argv, GError **error);
NgStatus ng_rbm_expect(int argc, char **argv, GError **error);
NgStatus ng_rbm_grid(int argc, char **argv, GError **error);
NgStatus ng_rbm_info(int argc, char **argv, GError **error);
NgStatus ng_rbm_perplexity(int argc, char **argv, GError **error);
NgStatus ng_rbm_reconstruct(int argc, char **argv, GError **error);
NgStatus ng_rbm_sample(int argc, char **argv, GError **error);
NgStatus ng_rbm_similar(int argc, char **argv, GError **error);
NgStatus ng_rbm_tables(int argc, char **argv, GError **error);
NgStatus ng_rbm_score(int argc, char **argv, GError **error);
NgStatus ng_rbm_topics(int argc, char **argv, GError **error);
NgStatus ng_rbm_train_command(int argc, char **argv, GError **error);

NgRbm *ng_rbm_open_machine(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

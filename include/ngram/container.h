/* container.h - named arrays in one file that is mapped, not read. */
#pragma once

#include "ngram/store.h"

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

G_BEGIN_DECLS

#define NG_CONTAINER_NAME 24 /* bytes of a section's name, its zero byte among them */

typedef struct NgContainer NgContainer;
typedef struct NgContainerWriter NgContainerWriter;

gboolean ng_container_probe(const void *data, size_t size);
NgContainer *ng_container_open(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
const void *ng_container_find(const NgContainer *self, const char *name, size_t *size);
const void *ng_container_array(const NgContainer *self, const char *name, size_t width,
                               size_t *count, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean ng_container_verify(const NgContainer *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
size_t ng_container_sections(const NgContainer *self);
const char *ng_container_section(const NgContainer *self, size_t index, uint64_t *size);
uint64_t ng_container_size(const NgContainer *self);
const char *ng_container_path(const NgContainer *self);
void ng_container_free(NgContainer *self);

NgContainerWriter *ng_container_writer_new(const char *path, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
NgContainerWriter *ng_container_writer_new_measure(void);
void ng_container_writer_set_store(NgContainerWriter *self, NgStore *store);
void ng_container_writer_add(NgContainerWriter *self, const char *name, const void *data,
                             size_t size);
guint64 ng_container_writer_size(const NgContainerWriter *self);
gboolean ng_container_writer_commit(NgContainerWriter *self, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void ng_container_writer_free(NgContainerWriter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgContainer, ng_container_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NgContainerWriter, ng_container_writer_free)

G_END_DECLS

/* escape.h - a text as a cell of aligned text, TSV or JSON. */
#pragma once

#include <glib.h>
#include <stddef.h>

void ng_escape_tsv(GString *out, const char *text, size_t length);
void ng_escape_json(GString *out, const char *text, size_t length);
void ng_escape_terminal(GString *out, const char *text, size_t length);
void ng_escape_lines(GString *out, const char *text, size_t length);
size_t ng_escape_width(const char *text, size_t length);

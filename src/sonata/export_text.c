/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of an export: JSON from nodes, and what is put together word by word. */
#include "sonata/export.h"

#include "base/memory.h"
#include "io/folder.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS 4096 /* bytes that are put at once */

ph_status ph_export_add(ph_export_text *text, const char *format, ...)
{
    va_list arguments;
    PH_GROW(text->text, text->room, text->length + WORDS);
    va_start(arguments, format);
    int n = vsnprintf(text->text + text->length, WORDS, format, arguments);
    va_end(arguments);
    PH_CHECK(n >= 0 && n < WORDS, PH_CONFIG, "a text of more than %d bytes is too long", WORDS);
    text->length += (size_t)n;
    return PH_OK;
}

ph_status ph_export_cell(ph_export_text *text, const char *cell)
{
    int is_first = text->length == 0 || text->text[text->length - 1] == '\n';
    int is_quoted = !*cell || strpbrk(cell, " \t\r\n\"") || !strcmp(cell, "NULL");
    PH_TRY(ph_export_add(text, "%s%s", is_first ? "" : " ", is_quoted ? "\"" : ""));
    for (; *cell; cell++)
        PH_TRY(ph_export_add(text, "%s%c", *cell == '"' ? "\"" : "", *cell));
    return is_quoted ? ph_export_add(text, "\"") : PH_OK;
}

/* --- JSON ------------------------------------------------------------------------------------- */

/* JSON's numbers have digits at both ends and no sign before them but -. */
static int is_number(const char *text)
{
    const char *first = text + (*text == '-');
    char *end;
    if (!strpbrk(first, "0123456789") || first[0] < '0' || first[0] > '9' ||
        (first[0] == '0' && first[1] >= '0' && first[1] <= '9') || strpbrk(first, "xX_"))
        return 0;
    (void)strtod(text, &end);
    return !*end && end[-1] >= '0' && end[-1] <= '9' && !strstr(text, ".e");
}

static ph_status put_string(ph_export_text *out, const char *text)
{
    PH_TRY(ph_export_add(out, "\""));
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            PH_TRY(ph_export_add(out, "\\%c", c));
        else if (c < 0x20)
            PH_TRY(ph_export_add(out, "\\u%04x", c));
        else
            PH_TRY(ph_export_add(out, "%c", c));
    }
    return ph_export_add(out, "\"");
}

static ph_status put_scalar(ph_export_text *out, const ph_node *node)
{
    int is_word = !strcmp(node->text, "true") || !strcmp(node->text, "false");
    int is_bare = !(node->flags & PH_NODE_QUOTED) && (is_word || is_number(node->text));
    return is_bare ? ph_export_add(out, "%s", node->text) : put_string(out, node->text);
}

static ph_status put_node(ph_export_text *out, const ph_node *node, int depth)
{
    int is_mapping = node->kind == PH_NODE_MAPPING;
    if (node->kind == PH_NODE_SCALAR)
        return put_scalar(out, node);
    PH_TRY(ph_export_add(out, is_mapping ? "{" : "["));
    for (const ph_node *child = node->first; child; child = child->next) {
        PH_TRY(ph_export_add(out, "%s\n%*s", child == node->first ? "" : ",", 2 * depth + 2, ""));
        if (is_mapping) {
            PH_TRY(put_string(out, child->key));
            PH_TRY(ph_export_add(out, ": "));
        }
        PH_TRY(put_node(out, child, depth + 1));
    }
    if (node->first)
        PH_TRY(ph_export_add(out, "\n%*s", 2 * depth, ""));
    return ph_export_add(out, is_mapping ? "}" : "]");
}

ph_status ph_export_json(const ph_export *export, const char *name, const ph_node *root)
{
    ph_export_text out = {0};
    ph_status status = put_node(&out, root, 0);
    if (status == PH_OK)
        status = ph_export_add(&out, "\n");
    if (status == PH_OK)
        status = ph_folder_write(export->folder, name, out.text);
    ph_free(out.text);
    return status;
}

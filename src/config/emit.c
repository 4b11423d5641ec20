/* SPDX-License-Identifier: Apache-2.0 */
/* From nodes to YAML text in block style. */
#include "config/tree.h"

#include "base/memory.h"

#include <string.h>

typedef struct writer {
    char *text;
    size_t length, room;
} writer;

static ph_status put(writer *out, const char *text, size_t n)
{
    PH_GROW(out->text, out->room, out->length + n + 1);
    memcpy(out->text + out->length, text, n);
    out->length += n;
    out->text[out->length] = '\0';
    return PH_OK;
}

static ph_status put_text(writer *out, const char *text)
{
    return put(out, text, strlen(text));
}

/* Whether a text without quotes reads as the same text again. */
static int is_plain(const char *text)
{
    size_t n = strlen(text);
    if (n == 0 || strchr("-?:,[]{}#&*!|>'\"%@` ", text[0]))
        return n > 1 && text[0] == '-' && !strchr(" -", text[1]) && !strpbrk(text, "\n:#[]{},");
    if (text[n - 1] == ' ' || text[n - 1] == ':' || !strncmp(text, "---", 3) ||
        !strncmp(text, "...", 3))
        return 0;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c < 0x20 || c == 0x7f || c >= 0x80)
            return 0;
        if ((c == ':' && text[i + 1] == ' ') || (c == '#' && i > 0 && text[i - 1] == ' '))
            return 0;
    }
    return 1;
}

/* The escape of a code point that YAML takes as a line break or forbids; NULL for any other. */
static const char *escape_wide(const char *text)
{
    static const struct { const char *bytes, *escape; } wide[] = {
        {"\xc2\x85", "\\N"}, {"\xe2\x80\xa8", "\\L"}, {"\xe2\x80\xa9", "\\P"},
        {"\xef\xbb\xbf", "\\uFEFF"}, {"\xef\xbf\xbe", "\\uFFFE"}, {"\xef\xbf\xbf", "\\uFFFF"}};
    for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++)
        if (!strncmp(text, wide[i].bytes, strlen(wide[i].bytes)))
            return wide[i].escape;
    return NULL;
}

static ph_status put_quoted(writer *out, const char *text)
{
    static const char digits[] = "0123456789ABCDEF";
    PH_TRY(put_text(out, "\""));
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        char escape[4] = {'\\', 'x', digits[c >> 4], digits[c & 15]};
        const char *wide = escape_wide(text);
        if (c == '"' || c == '\\') {
            PH_TRY(put(out, "\\", 1));
            PH_TRY(put(out, text, 1));
        } else if (c < 0x20 || c == 0x7f) {
            PH_TRY(put(out, escape, 4));
        } else if (wide) {
            PH_TRY(put_text(out, wide));
            text += c == 0xc2 ? 1 : 2;
        } else {
            PH_TRY(put(out, text, 1));
        }
    }
    return put_text(out, "\"");
}

static ph_status put_scalar(writer *out, const ph_node *node)
{
    if (!(node->flags & PH_NODE_QUOTED) && !*node->text)
        return PH_OK;
    if (!(node->flags & PH_NODE_QUOTED) && is_plain(node->text))
        return put_text(out, node->text);
    return put_quoted(out, node->text);
}

static ph_status put_indent(writer *out, int depth)
{
    for (int i = 0; i < depth; i++)
        PH_TRY(put_text(out, "  "));
    return PH_OK;
}

static ph_status put_children(writer *out, const ph_node *node, int depth);

static ph_status put_child(writer *out, const ph_node *child, int depth)
{
    PH_TRY(put_indent(out, depth));
    if (child->key) {
        if (is_plain(child->key))
            PH_TRY(put_text(out, child->key));
        else
            PH_TRY(put_quoted(out, child->key));
        PH_TRY(put_text(out, ":"));
    } else {
        PH_TRY(put_text(out, "-"));
    }
    if (child->kind != PH_NODE_SCALAR && child->first) {
        PH_TRY(put_text(out, "\n"));
        return put_children(out, child, depth + 1);
    }
    int is_nothing = child->kind == PH_NODE_SCALAR && !*child->text &&
                     !(child->flags & PH_NODE_QUOTED);
    if (!is_nothing)
        PH_TRY(put_text(out, " "));
    if (child->kind == PH_NODE_SCALAR)
        PH_TRY(put_scalar(out, child));
    else
        PH_TRY(put_text(out, child->kind == PH_NODE_LIST ? "[]" : "{}"));
    return put_text(out, "\n");
}

static ph_status put_children(writer *out, const ph_node *node, int depth)
{
    for (const ph_node *child = node->first; child; child = child->next)
        PH_TRY(put_child(out, child, depth));
    return PH_OK;
}

static ph_status put_root(writer *out, const ph_node *root)
{
    if (root->first)
        return put_children(out, root, 0);
    if (root->kind == PH_NODE_SCALAR)
        PH_TRY(put_scalar(out, root));
    else
        PH_TRY(put_text(out, root->kind == PH_NODE_LIST ? "[]" : "{}"));
    return put_text(out, "\n");
}

ph_status ph_tree_emit(const ph_tree *tree, char **text)
{
    writer out = {0};
    *text = NULL;
    ph_status status = put_root(&out, tree->root);
    if (status == PH_OK)
        *text = out.text;
    else
        ph_free(out.text);
    return status;
}

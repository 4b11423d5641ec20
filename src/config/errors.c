/* SPDX-License-Identifier: Apache-2.0 */
/* Errors, a line each, with file, line, column and the path of the key. */
#include "config/errors.h"

#include "base/memory.h"
#include "config/tree.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LINE_BYTES 1200
#define SHOWN_BYTES 15000 /* the message of an error has room for 16384 */

static int has_line(const ph_errors *errors, const char *line, size_t n)
{
    for (const char *p = errors->text; p && *p;) {
        size_t length = strcspn(p, "\n");
        if (length == n && !memcmp(p, line, n))
            return 1;
        p += length;
        p += *p == '\n';
    }
    return 0;
}

static void add_line(ph_errors *errors, const char *line)
{
    size_t n = strlen(line);
    if (has_line(errors, line, n))
        return;
    errors->count++;
    if (errors->length + n + 2 > SHOWN_BYTES)
        return;
    if (!errors->text) {
        errors->text = ph_calloc(SHOWN_BYTES, 1);
        errors->room = SHOWN_BYTES;
        if (!errors->text)
            return;
    }
    if (errors->length)
        errors->text[errors->length++] = '\n';
    memcpy(errors->text + errors->length, line, n + 1);
    errors->length += n;
}

/* Control characters would spoil a terminal, and a line break the list. */
static void make_printable(char *line)
{
    for (; *line; line++)
        if ((unsigned char)*line < 0x20 || *line == 0x7f)
            *line = ' ';
}

static int write_place(char *line, const char *file, int row, int column)
{
    int n = row > 0 ? snprintf(line, LINE_BYTES / 2, "%s:%d:%d: ", file, row, column)
                    : snprintf(line, LINE_BYTES / 2, "%s: ", file);
    if (n < 0)
        n = 0;
    return n < LINE_BYTES / 2 ? n : LINE_BYTES / 2 - 1;
}

/* The keys from the root to the node, joined by dots. */
static size_t write_path(char *line, size_t room, const ph_node *node)
{
    const ph_node *chain[PH_TREE_DEPTH * 2];
    int n = 0;
    for (; node && n < PH_COUNT(chain); node = node->parent)
        if (node->key)
            chain[n++] = node;
    size_t used = 0;
    for (int i = n - 1; i >= 0; i--) {
        int wrote = snprintf(line + used, room - used, "%s%s", chain[i]->key, i ? "." : ": ");
        if (wrote < 0 || (size_t)wrote >= room - used)
            return used;
        used += (size_t)wrote;
    }
    return used;
}

static void add(ph_errors *errors, const ph_node *node, int row, int column, const char *format,
                va_list arguments)
{
    char line[LINE_BYTES];
    size_t used = 0;
    line[0] = '\0';
    if (node) {
        used = (size_t)write_place(line, node->file, row, column);
        used += write_path(line + used, LINE_BYTES / 4, node);
    }
    vsnprintf(line + used, sizeof line - used, format, arguments);
    make_printable(line);
    add_line(errors, line);
}

void ph_errors_add(ph_errors *errors, const ph_node *node, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(errors, node, node ? node->line : 0, node ? node->column : 0, format, arguments);
    va_end(arguments);
}

void ph_errors_add_key(ph_errors *errors, const ph_node *node, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(errors, node, node->key_line, node->key_column, format, arguments);
    va_end(arguments);
}

void ph_errors_add_at(ph_errors *errors, const char *file, int row, int column, const char *format,
                      ...)
{
    char line[LINE_BYTES];
    size_t used = (size_t)write_place(line, file, row, column);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line + used, sizeof line - used, format, arguments);
    va_end(arguments);
    make_printable(line);
    add_line(errors, line);
}

ph_status ph_errors_raise(ph_errors *errors)
{
    if (!errors->count)
        return PH_OK;
    int shown = 1;
    for (size_t i = 0; i < errors->length; i++)
        shown += errors->text[i] == '\n';
    if (!errors->text)
        ph_error(PH_CONFIG, "%d errors in the configuration", errors->count);
    else if (shown < errors->count)
        ph_error(PH_CONFIG, "%s\nand %d more errors", errors->text, errors->count - shown);
    else
        ph_error(PH_CONFIG, "%s", errors->text);
    ph_errors_free(errors);
    return PH_CONFIG;
}

void ph_errors_free(ph_errors *errors)
{
    ph_free(errors->text);
    *errors = (ph_errors){0};
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Reading JSON by the reader of YAML, of which it is a part; manifests; making nodes. */
#include "sonata/json.h"

#include "base/memory.h"
#include "base/units.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define TEXT_BYTES 8192
#define MOST_REPLACED 200 /* variables of one text; more only where they contain each other */

/* --- files ------------------------------------------------------------------------------------ */

ph_status ph_json_error(const ph_node *node, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return ph_error(PH_CONFIG, "%s:%d:%d: %s", node->file, node->line, node->column, text);
}

ph_status ph_json_read(ph_tree *tree, const char *path, ph_json *json)
{
    char *text;
    size_t bytes;
    ph_node *root;
    ph_errors errors = {0};
    *json = (ph_json){.tree = tree};
    PH_TRY(ph_absolute_path(tree, "", 0, path, &json->path));
    PH_TRY(ph_file_read(tree, path, PH_SONATA_BYTES, &text, &bytes));
    tree->more += (int64_t)bytes; /* a value has two bytes with what parts it from the next */
    ph_status status = ph_node_parse(tree, &errors, text, bytes, path, 0, &root);
    if (status == PH_OK)
        status = ph_errors_raise(&errors);
    ph_errors_free(&errors);
    PH_TRY(status);
    PH_CHECK(root && root->kind == PH_NODE_MAPPING, PH_CONFIG,
             "%s: a mapping of keys to values is expected", path);
    json->root = root;
    return PH_OK;
}

/* --- variables -------------------------------------------------------------------------------- */

static int is_letter(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* The name of the variable at a $: NAME or {NAME}. @return bytes from the $ to its end; 0: none */
static size_t variable(const char *dollar, char *name, size_t room)
{
    size_t begin = dollar[1] == '{' ? 2 : 1, n = 0;
    while (is_letter(dollar[begin + n]))
        n++;
    if (n == 0 || n >= room || (begin == 2 && dollar[begin + n] != '}'))
        return 0;
    memcpy(name, dollar + begin, n);
    name[n] = '\0';
    return begin + n + (begin == 2);
}

static ph_status built_in(const ph_json *json, const char *name, char *value, size_t room)
{
    time_t now = time(NULL);
    struct tm local;
    localtime_r(&now, &local);
    value[0] = '\0';
    if (!strcmp(name, "configdir")) {
        size_t n = ph_path_folder(json->path);
        snprintf(value, room, "%.*s", (int)(n > 1 ? n - 1 : n), json->path);
    } else if (!strcmp(name, "configfname")) {
        snprintf(value, room, "%s", json->path + ph_path_folder(json->path));
    } else if (!strcmp(name, "workingdir")) {
        PH_CHECK(getcwd(value, room), PH_FILE, "the working folder: %s", strerror(errno));
    } else if (!strcmp(name, "date")) {
        (void)strftime(value, room, "%Y-%m-%d", &local);
    } else if (!strcmp(name, "time")) {
        (void)strftime(value, room, "%H-%M-%S", &local);
    } else if (!strcmp(name, "datetime")) {
        (void)strftime(value, room, "%Y-%m-%d_%H-%M-%S", &local);
    }
    return PH_OK;
}

/* What the manifest has for a name; its keys may be written with $ and braces, or without. */
static const ph_node *in_manifest(const ph_json *json, const char *name)
{
    const ph_node *manifest = ph_node_get(json->root, "manifest");
    for (const ph_node *child = manifest ? manifest->first : NULL; child; child = child->next) {
        char key[256] = "";
        int is_name = child->key && child->key[0] == '$' ? variable(child->key, key, sizeof key) > 0
                                                         : 0;
        if (child->kind == PH_NODE_SCALAR && child->key &&
            (!strcmp(child->key, name) || (is_name && !strcmp(key, name))))
            return child;
    }
    return NULL;
}

static ph_status value_of(const ph_json *json, const ph_node *node, const char *name, char *value,
                          size_t room)
{
    const ph_node *found = in_manifest(json, name);
    if (found) {
        snprintf(value, room, "%s", found->text);
        return PH_OK;
    }
    PH_TRY(built_in(json, name, value, room));
    return value[0] ? PH_OK : ph_json_error(node, "there is no variable $%s in the manifest", name);
}

ph_status ph_json_text(const ph_json *json, const ph_node *node, const char **out)
{
    if (node->kind != PH_NODE_SCALAR)
        return ph_json_error(node, "a text is expected");
    char text[TEXT_BYTES], next[TEXT_BYTES], name[256], value[TEXT_BYTES / 2];
    PH_CHECK(strlen(node->text) < sizeof text, PH_CONFIG, "%s: a text is too long", json->path);
    memcpy(text, node->text, strlen(node->text) + 1);
    char *from = text;
    for (int i = 0; (from = strchr(from, '$'));) {
        size_t n = variable(from, name, sizeof name);
        if (n == 0) {
            from++;
            continue;
        }
        if (i++ == MOST_REPLACED)
            return ph_json_error(node, "the manifest's variable $%s contains itself", name);
        PH_TRY(value_of(json, node, name, value, sizeof value));
        int wrote = snprintf(next, sizeof next, "%.*s%s%s", (int)(from - text), text, value,
                             from + n);
        if (wrote < 0 || (size_t)wrote >= sizeof next)
            return ph_json_error(node, "the manifest's variable $%s makes it too long", name);
        memcpy(text, next, (size_t)wrote + 1);
        from = text;
    }
    *out = ph_tree_print(json->tree, "%s", text);
    PH_CHECK(*out, PH_RESOURCE, "out of memory: configuration");
    return PH_OK;
}

ph_status ph_absolute_path(ph_tree *tree, const char *folder, size_t folder_bytes,
                           const char *text, const char **path)
{
    char here[TEXT_BYTES] = "";
    int is_absolute = text[0] == '/' || (folder_bytes > 0 && folder[0] == '/');
    if (!is_absolute)
        PH_CHECK(getcwd(here, sizeof here - 1), PH_FILE, "the working folder: %s", strerror(errno));
    if (!is_absolute)
        strcat(here, "/");
    if (text[0] == '/')
        folder_bytes = 0;
    while (text[0] == '.' && text[1] == '/')
        text += 2;
    *path = ph_tree_print(tree, "%s%.*s%s", here, (int)folder_bytes, folder, text);
    PH_CHECK(*path, PH_RESOURCE, "out of memory: configuration");
    return PH_OK;
}

ph_status ph_json_path(const ph_json *json, const ph_node *node, const char **path)
{
    const char *text;
    PH_TRY(ph_json_text(json, node, &text));
    return ph_absolute_path(json->tree, json->path, ph_path_folder(json->path), text, path);
}

static ph_status number_of(const ph_node *node, const char *key, double *value)
{
    if (node->kind != PH_NODE_SCALAR || ph_quantity_parse(node->text, "1", value, NULL) != PH_OK)
        return ph_json_error(node, "%s: a number is expected", key);
    return PH_OK;
}

ph_status ph_json_number(const ph_node *mapping, const char *key, double *value)
{
    const ph_node *node = ph_node_get(mapping, key);
    return node ? number_of(node, key, value) : PH_OK;
}

ph_status ph_json_element(const ph_node *mapping, const char *key, int element, double *value)
{
    const ph_node *node = ph_node_get(mapping, key);
    if (!node)
        return PH_OK;
    if (node->kind != PH_NODE_LIST)
        return ph_json_error(node, "%s: a list of numbers is expected", key);
    const ph_node *child = node->first;
    for (int i = 1; child && i < element; i++)
        child = child->next;
    return child ? number_of(child, key, value) : PH_OK;
}

ph_status ph_json_flag(const ph_node *mapping, const char *key, double *value)
{
    const ph_node *node = ph_node_get(mapping, key);
    if (!node)
        return PH_OK;
    int is_word = node->kind == PH_NODE_SCALAR &&
                  (!strcmp(node->text, "true") || !strcmp(node->text, "false"));
    if (is_word)
        *value = !strcmp(node->text, "true");
    else if (node->kind != PH_NODE_SCALAR ||
             ph_quantity_parse(node->text, "1", value, NULL) != PH_OK)
        *value = NAN;
    return *value == 0 || *value == 1 ? PH_OK
                                      : ph_json_error(node, "%s: true or false is expected", key);
}

ph_status ph_json_enabled(const ph_node *mapping, int *is_enabled)
{
    double flag = 1;
    PH_TRY(ph_json_flag(mapping, "enabled", &flag));
    *is_enabled = flag > 0;
    return PH_OK;
}

/* --- making nodes ----------------------------------------------------------------------------- */

ph_status ph_put(ph_tree *tree, ph_node *parent, ph_node_kind kind, const char *key,
                 const ph_node *place, ph_node **child)
{
    PH_TRY(ph_node_create(tree, kind, place, child));
    (*child)->key = key;
    ph_node_append(parent, *child);
    return PH_OK;
}

ph_status ph_put_text(ph_tree *tree, ph_node *parent, const char *key, const char *format, ...)
{
    char text[TEXT_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    ph_node *child;
    PH_TRY(ph_put(tree, parent, PH_NODE_SCALAR, key, parent, &child));
    child->text = ph_tree_print(tree, "%s", text);
    PH_CHECK(child->text, PH_RESOURCE, "out of memory: configuration");
    return PH_OK;
}

const char *ph_number_text(double value, char text[PH_NUMBER_BYTES])
{
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, PH_NUMBER_BYTES, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    return text;
}

ph_status ph_put_number(ph_tree *tree, ph_node *parent, const char *key, double value,
                        const char *unit)
{
    char text[PH_NUMBER_BYTES];
    return ph_put_text(tree, parent, key, "%s%s%s", ph_number_text(value, text), unit ? " " : "",
                       unit ? unit : "");
}

const char *ph_plain_name(ph_tree *tree, const char *name)
{
    char *plain = ph_tree_print(tree, "%s", name);
    for (char *c = plain; c && *c; c++)
        if (!is_letter(*c))
            *c = '_';
    return plain;
}

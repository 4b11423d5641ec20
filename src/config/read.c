/* SPDX-License-Identifier: Apache-2.0 */
/* The reader: a table and a mapping give a struct; everything that is wrong is collected. */
#include "config/read.h"

#include "base/registries.h"
#include "base/units.h"

#include <math.h>
#include <string.h>

#define MOST_KEYS 128 /* of a table, for messages */

static ph_status read_value(const ph_reader *reader, const ph_param *param, ph_node *node,
                            void *out);

/* --- names ------------------------------------------------------------------------------------ */

static int is_name(const char *word)
{
    static const char *const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                       "0123456789_";
    return strspn(word, letters) == strlen(word);
}

static int is_mapping(const ph_reader *reader, const ph_node *node, const char *what)
{
    if (node->kind == PH_NODE_MAPPING)
        return 1;
    if (node->kind == PH_NODE_SCALAR && !*node->text)
        ph_errors_add(reader->errors, node, "nothing stands here; a mapping is expected (%s)",
                      what);
    else
        ph_errors_add(reader->errors, node, "a mapping is expected (%s), not %s", what,
                      node->kind == PH_NODE_LIST ? "a list" : "a single value");
    return 0;
}

/* --- maps and variants ------------------------------------------------------------------------ */

/* An entry that exists only as a step of an override's path is a misspelt name. */
static int is_misspelt(const ph_reader *reader, const ph_node *mapping, const ph_node *entry)
{
    if (!(entry->flags & PH_NODE_STEP))
        return 0;
    const char *known[MOST_KEYS];
    int n = 0;
    for (const ph_node *child = mapping->first; child && n < MOST_KEYS; child = child->next)
        if (!(child->flags & PH_NODE_STEP))
            known[n++] = child->key;
    ph_read_unknown(reader, entry, 1, "name", entry->key, known, n);
    return 1;
}

/* Make the entries of a map and give each its name and place. */
static ph_status open_map(const ph_reader *reader, const ph_node *mapping, size_t size, ph_map *map)
{
    map->items = ph_tree_alloc(reader->tree, (size_t)mapping->count, size);
    PH_CHECK(map->items, PH_RESOURCE, "out of memory: configuration");
    for (ph_node *child = mapping->first; child; child = child->next) {
        if (is_misspelt(reader, mapping, child))
            continue;
        if (!is_name(child->key))
            ph_errors_add_key(reader->errors, child,
                              "a name may have letters, digits and _ alone");
        ph_item *item = (ph_item *)(void *)((char *)map->items + (size_t)map->count++ * size);
        item->name = child->key;
        item->node = child;
    }
    return PH_OK;
}

static ph_status read_map(const ph_reader *reader, const ph_param *param, ph_node *node,
                          ph_map *map)
{
    const ph_table *table = param->table;
    if (!is_mapping(reader, node, "names and what they stand for"))
        return PH_OK;
    PH_TRY(open_map(reader, node, table->size, map));
    int is_value = table->count == 1 && !*table->params[0].name;
    for (int i = 0; i < map->count; i++) {
        char *entry = (char *)map->items + (size_t)i * table->size;
        ph_node *child = ph_node_get(node, ((ph_item *)(void *)entry)->name);
        if (is_value)
            PH_TRY(read_value(reader, &table->params[0], child,
                              entry + table->params[0].offset));
        else
            PH_TRY(ph_read_table(reader, table, child, entry));
    }
    return PH_OK;
}

static ph_status read_parameters(const ph_reader *reader, const ph_table *table, ph_node *mapping,
                                 const char *besides, void *out);

/* @param besides a further key that stands in the mapping; NULL: none */
static ph_status read_variant(const ph_reader *reader, int id, ph_node *node, const char *besides,
                              ph_variant *out)
{
    const ph_registry *registry = &reader->registries[id];
    out->node = node;
    if (!is_mapping(reader, node, "{type: NAME, parameters}"))
        return PH_OK;
    const ph_node *type = ph_node_get(node, "type");
    if (!type) {
        ph_errors_add(reader->errors, node, "missing key 'type': which %s?", registry->what);
        return PH_OK;
    }
    if (!ph_read_is_scalar(reader, type, "a word"))
        return PH_OK;
    const ph_descriptor *found = ph_registry_find(registry, type->text);
    if (!found) {
        const char *known[MOST_KEYS];
        int n = 0;
        for (; n < registry->count && n < MOST_KEYS; n++)
            known[n] = registry->items[n]->name;
        ph_read_unknown(reader, type, 0, registry->what, type->text, known, n);
        return PH_OK;
    }
    out->type = found;
    out->params = ph_tree_alloc(reader->tree, 1, found->params->size);
    PH_CHECK(out->params, PH_RESOURCE, "out of memory: configuration");
    return read_parameters(reader, found->params, node, besides ? besides : "type", out->params);
}

static ph_status read_variants(const ph_reader *reader, int id, ph_node *node, ph_map *map)
{
    if (!is_mapping(reader, node, "names and what they stand for"))
        return PH_OK;
    PH_TRY(open_map(reader, node, sizeof(ph_named_variant), map));
    ph_named_variant *items = map->items;
    for (int i = 0; i < map->count; i++)
        PH_TRY(read_variant(reader, id, ph_node_get(node, items[i].item.name), NULL,
                            &items[i].variant));
    return PH_OK;
}

/* --- values ----------------------------------------------------------------------------------- */

static ph_status read_string(const ph_reader *reader, const ph_node *node, const char **out)
{
    if (ph_read_is_scalar(reader, node, "a word"))
        *out = node->text;
    return PH_OK;
}

static ph_status read_address(const ph_reader *reader, const ph_node *node, ph_address *out)
{
    out->span.population = -1;
    if (!ph_read_is_scalar(reader, node, "an address (region.population)"))
        return PH_OK;
    out->text = node->text;
    out->node = node;
    return PH_OK;
}

static ph_status read_signal(const ph_reader *reader, const ph_node *node, ph_signal *out)
{
    out->controller = -1;
    if (!ph_read_is_scalar(reader, node, "a controller (transmitter.controller)"))
        return PH_OK;
    out->text = node->text;
    out->node = node;
    return PH_OK;
}

static ph_status read_value(const ph_reader *reader, const ph_param *param, ph_node *node,
                            void *out)
{
    switch (param->kind) {
    case PH_KIND_REAL:
        return ph_read_real(reader, param, node, out);
    case PH_KIND_INT:
        return ph_read_int(reader, param, node, out);
    case PH_KIND_CHOICE:
        return ph_read_choice(reader, param, node, out);
    case PH_KIND_STRING:
        return read_string(reader, node, out);
    case PH_KIND_PATH:
        return ph_read_path(reader, node, out);
    case PH_KIND_WORDS:
        return ph_read_words(reader, node, out);
    case PH_KIND_REALS:
        return ph_read_reals(reader, param, node, out);
    case PH_KIND_ADDRESS:
        return read_address(reader, node, out);
    case PH_KIND_SIGNAL:
        return read_signal(reader, node, out);
    case PH_KIND_DIST:
        return ph_read_dist(reader, param, node, out);
    case PH_KIND_RECORD:
        return ph_read_table(reader, param->table, node, out);
    case PH_KIND_MAP:
        return read_map(reader, param, node, out);
    case PH_KIND_VARIANT:
        return read_variant(reader, param->registry, node, NULL, out);
    case PH_KIND_VARIANTS:
        return read_variants(reader, param->registry, node, out);
    case PH_KIND_NODE:
        *(const ph_node **)out = node;
        return PH_OK;
    }
    return ph_error(PH_FAILURE, "key %s has no kind", param->name);
}

/* What a key without a value holds, where zeros would mean something. */
static void set_absent(const ph_param *param, void *out)
{
    if (param->kind == PH_KIND_REAL)
        *(double *)out = NAN;
    else if (param->kind == PH_KIND_DIST)
        *(ph_dist *)out = (ph_dist){.mean = NAN, .min = -HUGE_VAL, .max = HUGE_VAL};
    else if (param->kind == PH_KIND_ADDRESS)
        ((ph_address *)out)->span.population = -1;
    else if (param->kind == PH_KIND_SIGNAL)
        ((ph_signal *)out)->controller = -1;
}

/* --- tables ----------------------------------------------------------------------------------- */

/* Put the default into the mapping, as if it had been written there. */
static ph_status add_default(const ph_reader *reader, const ph_param *param, ph_node *mapping,
                             ph_node **node)
{
    PH_TRY(ph_node_parse(reader->tree, reader->errors, param->value, strlen(param->value),
                         mapping->file, 1, node));
    PH_CHECK(*node, PH_FAILURE, "the default '%s' of key %s is not YAML", param->value,
             param->name);
    (*node)->key = param->name;
    (*node)->flags |= PH_NODE_DEFAULT;
    (*node)->line = (*node)->key_line = mapping->line;
    (*node)->column = (*node)->key_column = mapping->column;
    ph_node_append(mapping, *node);
    return PH_OK;
}

static void check_keys(const ph_reader *reader, const ph_table *table, const ph_node *mapping,
                       const char *besides)
{
    const char *known[MOST_KEYS];
    int n = 0;
    for (int i = 0; i < table->count && n < MOST_KEYS - 2; i++)
        if (!(table->params[i].flags & PH_PARAM_INSIDE))
            known[n++] = table->params[i].name;
    if (besides) {
        known[n++] = "type";
        if (strcmp(besides, "type") != 0)
            known[n++] = besides;
    }
    for (const ph_node *child = mapping->first; child; child = child->next) {
        int is_known = 0;
        for (int i = 0; i < n && !is_known; i++)
            is_known = !strcmp(child->key, known[i]);
        if (!is_known)
            ph_read_unknown(reader, child, 1, "key", child->key, known, n);
    }
}

static ph_status read_key(const ph_reader *reader, const ph_param *param, ph_node *mapping,
                          const char *inside, char *out)
{
    ph_node *node = ph_node_get(mapping, param->name);
    if (!node && !param->value) {
        ph_errors_add(reader->errors, mapping, "missing key '%s': %s", param->name, param->doc);
        return PH_OK;
    }
    if (!node && !*param->value) {
        set_absent(param, out + param->offset);
        return PH_OK;
    }
    if (!node)
        PH_TRY(add_default(reader, param, mapping, &node));
    if (param->kind == PH_KIND_VARIANT)
        return read_variant(reader, param->registry, node, inside,
                            (ph_variant *)(void *)(out + param->offset));
    return read_value(reader, param, node, out + param->offset);
}

static ph_status read_parameters(const ph_reader *reader, const ph_table *table, ph_node *mapping,
                                 const char *besides, void *out)
{
    check_keys(reader, table, mapping, besides);
    ph_node *variant = NULL; /* mapping of the last VARIANT: keys may stand inside it */
    for (int i = 0; i < table->count; i++) {
        const ph_param *param = &table->params[i];
        const ph_param *next = i + 1 < table->count ? param + 1 : NULL;
        const char *inside = next && next->flags & PH_PARAM_INSIDE ? next->name : NULL;
        ph_node *parent = param->flags & PH_PARAM_INSIDE ? variant : mapping;
        if (!parent || parent->kind != PH_NODE_MAPPING)
            continue;
        PH_TRY(read_key(reader, param, parent, inside, out));
        if (param->kind == PH_KIND_VARIANT)
            variant = ph_node_get(mapping, param->name);
    }
    return PH_OK;
}

ph_status ph_read_table(const ph_reader *reader, const ph_table *table, ph_node *mapping, void *out)
{
    if (!is_mapping(reader, mapping, table->name))
        return PH_OK;
    return read_parameters(reader, table, mapping, NULL, out);
}

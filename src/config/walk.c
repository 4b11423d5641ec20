/* SPDX-License-Identifier: Apache-2.0 */
/* A walk over everything that tables have read. */
#include "config/read.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static ph_status walk_value(const ph_table *table, const ph_param *param, char *record, char *value,
                            ph_visit_value visit, void *context);

static ph_status walk_map(const ph_param *param, const ph_map *map, ph_visit_value visit,
                          void *context)
{
    const ph_table *table = param->table;
    int is_value = table->count == 1 && !*table->params[0].name;
    for (int i = 0; i < map->count; i++) {
        char *entry = (char *)map->items + (size_t)i * table->size;
        if (is_value)
            PH_TRY(walk_value(table, &table->params[0], entry, entry + table->params[0].offset,
                              visit, context));
        else
            PH_TRY(ph_walk(table, entry, visit, context));
    }
    return PH_OK;
}

static ph_status walk_variant(const ph_variant *variant, ph_visit_value visit, void *context)
{
    return variant->type ? ph_walk(variant->type->params, variant->params, visit, context) : PH_OK;
}

static ph_status walk_value(const ph_table *table, const ph_param *param, char *record, char *value,
                            ph_visit_value visit, void *context)
{
    PH_TRY(visit(context, table, param, record, value));
    if (param->kind == PH_KIND_RECORD)
        return ph_walk(param->table, value, visit, context);
    if (param->kind == PH_KIND_MAP)
        return walk_map(param, (const ph_map *)(const void *)value, visit, context);
    if (param->kind == PH_KIND_VARIANT)
        return walk_variant((const ph_variant *)(const void *)value, visit, context);
    if (param->kind != PH_KIND_VARIANTS)
        return PH_OK;
    const ph_map *map = (const ph_map *)(const void *)value;
    const ph_named_variant *items = map->items;
    for (int i = 0; i < map->count; i++)
        PH_TRY(walk_variant(&items[i].variant, visit, context));
    return PH_OK;
}

ph_status ph_walk(const ph_table *table, void *record, ph_visit_value visit, void *context)
{
    for (int i = 0; i < table->count; i++)
        PH_TRY(walk_value(table, &table->params[i], record,
                          (char *)record + table->params[i].offset, visit, context));
    return PH_OK;
}

static ph_status check_file(void *context, const ph_table *table, const ph_param *param,
                            void *record, void *value)
{
    (void)context, (void)table, (void)record;
    const char *path = param->kind == PH_KIND_PATH ? *(const char **)value : NULL;
    if (!path)
        return PH_OK;
    FILE *file = fopen(path, "rb");
    PH_CHECK(file, PH_FILE, "%s: %s: %s", param->name, path, strerror(errno));
    PH_CHECK(fclose(file) == 0, PH_FILE, "%s: %s: %s", param->name, path, strerror(errno));
    return PH_OK;
}

ph_status ph_check_files(const ph_table *table, void *record)
{
    return ph_walk(table, record, check_file, NULL);
}

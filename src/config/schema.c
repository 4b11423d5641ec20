/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON Schema of the configuration, from the tables, so that editors complete keys. Keys are
 * not marked as required (but for `regions`): `from` and `like` may bring them. */
#include "config/explain.h"

#include "base/units.h"

#include <string.h>

typedef struct writer {
    FILE *out;
    const ph_registry *registries;
} writer;

static void put_string(const writer *w, const char *text)
{
    fputc('"', w->out);
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            fprintf(w->out, "\\%c", c);
        else if (c < 0x20)
            fprintf(w->out, "\\u%04x", (unsigned)c);
        else
            fputc(c, w->out);
    }
    fputc('"', w->out);
}

/* A pattern of a number with one of the units that agree with "ms" or "pA|nS". */
static void put_quantity(const writer *w, const char *units)
{
    if (!strcmp(units, "1")) {
        fputs("\"type\": \"number\"", w->out);
        return;
    }
    if (!strcmp(units, "*")) {
        fputs("\"type\": [\"number\", \"string\"]", w->out);
        return;
    }
    fputs("\"type\": \"string\", \"pattern\": \"^[-+]?([0-9]+\\\\.?[0-9]*|\\\\.[0-9]+)"
          "([eE][-+]?[0-9]+)? *(",
          w->out);
    int first = 1;
    for (const char *left = units; *left;) {
        char word[16];
        size_t n = strcspn(left, "|");
        snprintf(word, sizeof word, "%.*s", (int)n, left);
        const char *name;
        for (int i = 0; (name = ph_unit_like(word, i)) != NULL; i++, first = 0)
            fprintf(w->out, "%s%s", first ? "" : "|", name);
        left += left[n] ? n + 1 : n;
    }
    fputs(")$\"", w->out);
}

static void put_range(const writer *w, const ph_param *param)
{
    if ((param->min == 0 && param->max == 0) || strcmp(param->unit, "1") != 0)
        return;
    fprintf(w->out, ", \"%s\": %.17g, \"maximum\": %.17g",
            param->flags & PH_PARAM_POSITIVE ? "exclusiveMinimum" : "minimum", param->min,
            param->max);
}

static void put_choices(const writer *w, const ph_param *param)
{
    if (param->choices == ph_false_true) {
        fputs("\"type\": \"boolean\"", w->out);
        return;
    }
    fputs("\"enum\": [", w->out);
    for (int i = 0; param->choices[i]; i++) {
        fputs(i ? ", " : "", w->out);
        put_string(w, param->choices[i]);
    }
    fputc(']', w->out);
}

static void put_value(const writer *w, const ph_param *param);
static void put_properties(const writer *w, const ph_table *table, const char *besides);

/* The parameters of every type, each when its name is given. @param inside a key that stands in the
 * mapping of any type; NULL: none */
static void put_variant(const writer *w, int id, const ph_param *inside)
{
    const ph_registry *registry = &w->registries[id];
    fputs("\"type\": \"object\", \"properties\": {\"type\": {\"enum\": [", w->out);
    for (int i = 0; i < registry->count; i++) {
        fputs(i ? ", " : "", w->out);
        put_string(w, registry->items[i]->name);
    }
    fputs("]}", w->out);
    if (inside) {
        fprintf(w->out, ", \"%s\": {", inside->name);
        put_value(w, inside);
        fputc('}', w->out);
    }
    fputc('}', w->out);
    if (registry->count == 0)
        return;
    fputs(", \"allOf\": [", w->out);
    for (int i = 0; i < registry->count; i++) {
        fprintf(w->out, "%s\n{\"if\": {\"required\": [\"type\"], \"properties\": {\"type\": "
                        "{\"const\": \"%s\"}}}, \"then\": {",
                i ? "," : "", registry->items[i]->name);
        fputs("\"description\": ", w->out);
        put_string(w, registry->items[i]->doc);
        fputs(", ", w->out);
        put_properties(w, registry->items[i]->params, inside ? inside->name : "type");
        fputs("}}", w->out);
    }
    fputc(']', w->out);
}

static void put_map(const writer *w, const ph_param *param)
{
    const ph_table *table = param->table;
    fputs("\"type\": \"object\", \"additionalProperties\": {", w->out);
    if (table->count == 1 && !*table->params[0].name) {
        put_value(w, &table->params[0]);
    } else {
        fputs("\"type\": \"object\", ", w->out);
        put_properties(w, table, NULL);
    }
    fputc('}', w->out);
}

static void put_dist(const writer *w, const char *units)
{
    static const char *const keys[] = {"mean", "sd", "min", "max"};
    fputs("\"anyOf\": [{", w->out);
    put_quantity(w, units);
    fputs("}, {\"type\": \"object\", \"additionalProperties\": false, \"properties\": {\"type\": "
          "{\"enum\": [\"constant\", \"normal\", \"clipped\", \"lognormal\", \"uniform\"]}",
          w->out);
    for (int i = 0; i < PH_COUNT(keys); i++) {
        fprintf(w->out, ", \"%s\": {", keys[i]);
        put_quantity(w, units);
        fputc('}', w->out);
    }
    fputs("}}]", w->out);
}

static void put_type(const writer *w, const ph_param *param, const ph_param *inside)
{
    switch (param->kind) {
    case PH_KIND_REAL:
        put_quantity(w, param->unit);
        put_range(w, param);
        break;
    case PH_KIND_INT:
        fputs("\"type\": \"integer\"", w->out);
        put_range(w, param);
        break;
    case PH_KIND_CHOICE:
        put_choices(w, param);
        break;
    case PH_KIND_STRING:
    case PH_KIND_PATH:
    case PH_KIND_ADDRESS:
    case PH_KIND_SIGNAL:
        fputs("\"type\": [\"string\", \"number\", \"boolean\"]", w->out);
        break;
    case PH_KIND_WORDS:
        fputs("\"anyOf\": [{\"const\": \"all\"}, {\"type\": \"array\"}]", w->out);
        break;
    case PH_KIND_REALS:
        fputs("\"type\": \"array\", \"items\": {", w->out);
        put_quantity(w, param->unit);
        fputc('}', w->out);
        break;
    case PH_KIND_DIST:
        put_dist(w, param->unit);
        break;
    case PH_KIND_RECORD:
        fputs("\"type\": \"object\", ", w->out);
        put_properties(w, param->table, NULL);
        break;
    case PH_KIND_MAP:
        put_map(w, param);
        break;
    case PH_KIND_VARIANT:
        put_variant(w, param->registry, inside);
        break;
    case PH_KIND_VARIANTS:
        fputs("\"type\": \"object\", \"additionalProperties\": {", w->out);
        put_variant(w, param->registry, NULL);
        fputc('}', w->out);
        break;
    case PH_KIND_NODE:
        fputs("\"type\": \"object\"", w->out);
        break;
    }
}

static void put_described(const writer *w, const ph_param *param, const ph_param *inside)
{
    put_type(w, param, inside);
    fputs(", \"description\": ", w->out);
    put_string(w, param->doc);
    if (param->value && *param->value && param->kind != PH_KIND_RECORD &&
        param->kind != PH_KIND_VARIANT) {
        fputs(", \"default\": ", w->out);
        int is_bare = param->kind == PH_KIND_INT || param->choices == ph_false_true ||
                      (param->kind == PH_KIND_REAL && !strcmp(param->unit, "1"));
        if (is_bare)
            fputs(param->value, w->out);
        else
            put_string(w, param->value);
    }
}

static void put_value(const writer *w, const ph_param *param)
{
    put_described(w, param, NULL);
}

/* @param besides a key that may stand there too: "type", or another one beside it; NULL: none */
static void put_properties(const writer *w, const ph_table *table, const char *besides)
{
    fputs("\"additionalProperties\": false, \"properties\": {\"from\": {\"type\": \"string\"}, "
          "\"like\": {\"type\": \"string\"}",
          w->out);
    if (besides)
        fputs(", \"type\": {}", w->out);
    if (besides && strcmp(besides, "type") != 0)
        fprintf(w->out, ", \"%s\": {}", besides);
    for (int i = 0; i < table->count; i++) {
        const ph_param *param = &table->params[i];
        const ph_param *next = i + 1 < table->count ? param + 1 : NULL;
        if (param->flags & PH_PARAM_INSIDE)
            continue;
        fprintf(w->out, ",\n\"%s\": {", param->name);
        put_described(w, param, next && next->flags & PH_PARAM_INSIDE ? next : NULL);
        fputc('}', w->out);
    }
    fputc('}', w->out);
}

ph_status ph_schema(FILE *out, const ph_table *root, const ph_registry *registries)
{
    writer w = {out, registries};
    fputs("{\"$schema\": \"http://json-schema.org/draft-07/schema#\",\n\"title\": "
          "\"phasic configuration\", \"type\": \"object\", "
          "\"anyOf\": [{\"required\": [\"regions\"]}, {\"required\": [\"from\"]}], ",
          out);
    put_properties(&w, root, NULL);
    fputs("}\n", out);
    PH_CHECK(fflush(out) == 0 && !ferror(out), PH_FILE, "the schema cannot be written");
    return PH_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A configuration in which every key stands. What it says outside comments is valid: defaults, and
 * the least that is required. A table that stands in several places is written out in the first. */
#include "config/explain.h"

#include <ctype.h>
#include <string.h>

#define MOST_TABLES 128
#define WIDTH 96
#define VALUE_COLUMN 40

typedef struct writer {
    FILE *out;
    const ph_registry *registries;
    const ph_table *seen[MOST_TABLES]; /* written out already */
    int n_seen;
} writer;

/* Where a key stands. */
typedef struct place {
    int depth;
    int is_comment;
} place;

static place below(place at)
{
    return (place){at.depth + 1, at.is_comment};
}

static place in_comment(place at)
{
    return (place){at.depth, 1};
}

/* @return columns */
static int begin_line(const writer *w, place at)
{
    return fprintf(w->out, "%s%*s", at.is_comment ? "# " : "", 2 * at.depth, "");
}

/* A comment in lines of WIDTH. */
static void put_comment(const writer *w, place at, const char *text)
{
    int column = 0;
    while (*text) {
        int n = (int)strcspn(text, " ");
        if (column > 0 && column + 1 + n > WIDTH) {
            fputc('\n', w->out);
            column = 0;
        }
        if (column == 0)
            column = begin_line(w, at) + fprintf(w->out, "#");
        column += fprintf(w->out, " %.*s", n, text);
        text += text[n] ? n + 1 : n;
    }
    fputc('\n', w->out);
}

/* "key: value      # kind, unit, range" */
static void put_key(const writer *w, place at, const ph_param *param, const char *name,
                    const char *value)
{
    int n = begin_line(w, at);
    n += fprintf(w->out, "%s:%s%s", name, *value ? " " : "", value);
    fprintf(w->out, "%*s # ", n < VALUE_COLUMN ? VALUE_COLUMN - n : 0, "");
    ph_explain_value(w->out, param);
    fputc('\n', w->out);
}

static int is_new(writer *w, const ph_table *table)
{
    for (int i = 0; i < w->n_seen; i++)
        if (w->seen[i] == table)
            return 0;
    if (w->n_seen < MOST_TABLES)
        w->seen[w->n_seen++] = table;
    return 1;
}

static void put_table(writer *w, place at, const ph_table *table);
static void put_param(writer *w, place at, const ph_param *param, const ph_param *inside);

static void put_keys(writer *w, place at, const ph_table *table)
{
    if (is_new(w, table) || table->count == 0) {
        put_table(w, at, table);
        return;
    }
    char text[128];
    snprintf(text, sizeof text, "the keys of %s, as above", table->name);
    put_comment(w, at, text);
}

/* An entry of a map, under a name that stands for the user's. */
static void put_entry(writer *w, place at, const ph_table *table)
{
    char name[64];
    snprintf(name, sizeof name, "%s", table->name);
    for (char *c = name; *c; c++)
        *c = (char)toupper((unsigned char)*c);
    if (table->count == 1 && !*table->params[0].name) {
        put_comment(w, at, table->params[0].doc);
        put_key(w, at, &table->params[0], "NAME", "");
        return;
    }
    begin_line(w, at);
    fprintf(w->out, "%s:%*s # %s\n", name, VALUE_COLUMN / 2, "", table->doc);
    put_keys(w, below(at), table);
}

/* All types, one of which may stand there: @param live the one that does; -1: none */
static void put_types(writer *w, place at, const ph_registry *registry, int live)
{
    for (int i = 0; i < registry->count; i++) {
        const ph_descriptor *type = registry->items[i];
        place here = i == live ? at : in_comment(at);
        fputs(here.is_comment ? "#\n" : "", w->out);
        put_comment(w, here, type->doc);
        begin_line(w, here);
        fprintf(w->out, "type: %s\n", type->name);
        put_table(w, here, type->params);
    }
}

/* What stands in the mapping of a key. @param inside a key that stands there too; NULL: none
 * @param live index of the type that is no comment; -1: none */
static void put_inside(writer *w, place at, const ph_param *param, const ph_param *inside,
                       int live)
{
    switch (param->kind) {
    case PH_KIND_RECORD:
        put_keys(w, at, param->table);
        break;
    case PH_KIND_MAP:
        put_entry(w, at, param->table);
        break;
    case PH_KIND_VARIANTS:
        begin_line(w, at);
        fprintf(w->out, "NAME:\n");
        put_types(w, below(at), &w->registries[param->registry], -1);
        break;
    case PH_KIND_VARIANT:
        put_types(w, at, &w->registries[param->registry], live);
        if (inside)
            put_param(w, in_comment(at), inside, NULL);
        break;
    default:
        break;
    }
}

/* The least value that a required key may have. */
static void least(const ph_param *param, char *text, size_t room)
{
    *text = '\0';
    if (param->kind == PH_KIND_INT)
        snprintf(text, room, "%.0f", param->min);
}

static void put_mapping(writer *w, place at, const ph_param *param, const ph_param *within)
{
    const char *value = param->value;
    int is_required = !value, is_empty = value && !*value, is_plain = value && !strcmp(value, "{}");
    place here = is_empty ? in_comment(at) : at;
    /* What stands in a default given as a whole would change it. */
    place inside = is_required || is_plain ? below(here) : in_comment(below(here));
    put_key(w, here, param, param->name, is_required || is_plain || is_empty ? "" : value);
    put_inside(w, inside, param, within, is_required ? 0 : -1);
}

static void put_param(writer *w, place at, const ph_param *param, const ph_param *inside)
{
    char text[64];
    put_comment(w, at, param->doc);
    switch (param->kind) {
    case PH_KIND_RECORD:
    case PH_KIND_MAP:
    case PH_KIND_VARIANT:
    case PH_KIND_VARIANTS:
        put_mapping(w, at, param, inside);
        break;
    default:
        least(param, text, sizeof text);
        if (!param->value)
            put_key(w, *text ? at : in_comment(at), param, param->name, text);
        else
            put_key(w, *param->value ? at : in_comment(at), param, param->name, param->value);
    }
}

static void put_table(writer *w, place at, const ph_table *table)
{
    for (int i = 0; i < table->count; i++) {
        const ph_param *param = &table->params[i];
        int has_inside = i + 1 < table->count && param[1].flags & PH_PARAM_INSIDE;
        if (!(param->flags & PH_PARAM_INSIDE))
            put_param(w, at, param, has_inside ? param + 1 : NULL);
    }
}

ph_status ph_reference(FILE *out, const ph_table *root, const ph_registry *registries)
{
    writer w = {.out = out, .registries = registries};
    put_comment(&w, (place){0, 0},
                "Every key of a configuration: what it is, its default, and behind it its kind, "
                "unit and range. What is optional, and all types but one where only one can be, "
                "stands in comments; NAMES in capitals are yours. Made by phasic reference.");
    put_table(&w, (place){0, 0}, root);
    PH_CHECK(fflush(out) == 0 && !ferror(out), PH_FILE, "the reference cannot be written");
    return PH_OK;
}

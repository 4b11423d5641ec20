/* SPDX-License-Identifier: Apache-2.0 */
/* `explain`: what a key or a type is, with unit, default and range. */
#include "config/explain.h"

#include "base/registries.h"
#include "base/units.h"

#include <string.h>

#define WIDTH 22

static const char *kind_text(const ph_param *param)
{
    switch (param->kind) {
    case PH_KIND_REAL:
        return !strcmp(param->unit, "1") ? "number" : "quantity";
    case PH_KIND_INT:
        return "whole number";
    case PH_KIND_CHOICE:
        return "one of";
    case PH_KIND_STRING:
        return "word";
    case PH_KIND_PATH:
        return "file";
    case PH_KIND_WORDS:
        return "list of words, or all";
    case PH_KIND_REALS:
        return "list of quantities";
    case PH_KIND_ADDRESS:
        return "address";
    case PH_KIND_SIGNAL:
        return "transmitter.controller";
    case PH_KIND_DIST:
        return "quantity or distribution";
    case PH_KIND_RECORD:
        return "mapping";
    case PH_KIND_MAP:
        return "mapping of names";
    case PH_KIND_VARIANT:
        return "type and parameters";
    case PH_KIND_VARIANTS:
        return "mapping of names to types and parameters";
    case PH_KIND_NODE:
        return "mapping";
    }
    return "";
}

/* How a parameter that changes from beat to beat enters a rule or a neuron. */
static const char *evaluation(unsigned flags)
{
    if (flags & PH_PARAM_MODULATED_INTEGRATED)
        return "integrated: every beat counts";
    if (flags & PH_PARAM_MODULATED_SAMPLED)
        return "event-sampled: its value at each spike counts";
    if (flags & PH_PARAM_MODULATED_HELD)
        return "held over a beat";
    return "segmented: beat by beat";
}

void ph_explain_value(FILE *out, const ph_param *param)
{
    fputs(kind_text(param), out);
    for (int i = 0; param->kind == PH_KIND_CHOICE && param->choices[i]; i++)
        fprintf(out, "%s %s", i ? "," : "", param->choices[i]);
    if (param->unit && !strpbrk(param->unit, "1*"))
        fprintf(out, ", %s", param->unit);
    if (param->min != 0 || param->max != 0)
        fprintf(out, ", %s%.10g .. %.10g",
                param->flags & PH_PARAM_POSITIVE ? "above " : "", param->min, param->max);
    if (!param->value)
        fprintf(out, ", required");
    else if (*param->value)
        fprintf(out, ", default %s", param->value);
    if (param->flags & PH_PARAM_MODULATED)
        fprintf(out, ", may be moved by receptors (%s)", evaluation(param->flags));
}

static void print_param(FILE *out, const ph_param *param)
{
    fprintf(out, "  %-*s ", WIDTH, *param->name ? param->name : "NAME");
    ph_explain_value(out, param);
    if (param->flags & PH_PARAM_INSIDE)
        fprintf(out, ", stands inside the mapping above");
    fprintf(out, "\n  %-*s   %s\n", WIDTH, "", param->doc);
}

static void print_table(FILE *out, const ph_table *table)
{
    for (int i = 0; i < table->count; i++)
        print_param(out, &table->params[i]);
    if (table->count == 0)
        fprintf(out, "  no parameters\n");
}

static void print_types(FILE *out, const ph_registry *registry)
{
    for (int i = 0; i < registry->count; i++)
        fprintf(out, "  %-*s %s\n", WIDTH, registry->items[i]->name, registry->items[i]->doc);
}

static void print_descriptor(FILE *out, const ph_registry *registry, const ph_descriptor *type)
{
    fprintf(out, "%s: %s\n  %s\n\n", type->name, registry->what, type->doc);
    print_table(out, type->params);
}

static void print_key(FILE *out, const ph_registry *registries, const ph_param *param)
{
    print_param(out, param);
    if (param->kind == PH_KIND_RECORD || param->kind == PH_KIND_MAP) {
        fprintf(out, "\n%s: %s\n", param->table->name, param->table->doc);
        print_table(out, param->table);
    }
    if (param->kind == PH_KIND_VARIANT || param->kind == PH_KIND_VARIANTS) {
        fprintf(out, "\ntypes (%s):\n", registries[param->registry].what);
        print_types(out, &registries[param->registry]);
    }
}

static void print_overview(FILE *out, const ph_table *root, const ph_registry *registries)
{
    fprintf(out, "%s: %s\n\n", root->name, root->doc);
    print_table(out, root);
    for (int r = 0; r < PH_REGISTRIES; r++) {
        if (registries[r].count == 0)
            continue;
        fprintf(out, "\n%s:\n", registries[r].what);
        print_types(out, &registries[r]);
    }
    fprintf(out, "\nphasic explain KEY (tracts.weight) or TYPE (iaf_psc_exp) says more.\n");
}

/* --- finding what is meant -------------------------------------------------------------------- */

typedef struct search {
    FILE *out;
    const ph_registry *registries;
    ph_nearest nearest; /* of the first key that is not known */
    const ph_param *named; /* a mapping of names, of which the last word may be one; NULL: none */
    int found;
} search;

static void find_key(search *s, const ph_table *table, const char *path);

static void find_in_types(search *s, const ph_registry *registry, const char *path)
{
    for (int i = 0; i < registry->count; i++)
        find_key(s, registry->items[i]->params, path);
}

static void find_below(search *s, const ph_param *param, const char *path)
{
    if (param->kind == PH_KIND_RECORD || param->kind == PH_KIND_MAP) {
        int before = s->found;
        find_key(s, param->table, path);
        const char *dot = strchr(path, '.');
        if (param->kind == PH_KIND_MAP && s->found == before && dot)
            find_key(s, param->table, dot + 1); /* past the name of an entry */
        if (param->kind == PH_KIND_MAP && s->found == before && !dot && *path)
            s->named = param;
    }
    if (param->kind == PH_KIND_VARIANT)
        find_in_types(s, &s->registries[param->registry], path);
    if (param->kind == PH_KIND_VARIANTS) {
        const char *dot = strchr(path, '.');
        find_in_types(s, &s->registries[param->registry], path);
        if (dot)
            find_in_types(s, &s->registries[param->registry], dot + 1);
    }
}

static void find_key(search *s, const ph_table *table, const char *path)
{
    size_t n = strcspn(path, ".");
    for (int i = 0; i < table->count; i++) {
        const ph_param *param = &table->params[i];
        /* A key inside the mapping of the one before it has both paths. */
        int is_before = i + 1 < table->count && param[1].flags & PH_PARAM_INSIDE;
        ph_nearest_offer(&s->nearest, param->name);
        if (strlen(param->name) != n || strncmp(param->name, path, n) != 0)
            continue;
        if (!path[n]) {
            fprintf(s->out, "%sin %s:\n", s->found++ ? "\n" : "", table->name);
            print_key(s->out, s->registries, param);
            continue;
        }
        find_below(s, param, path + n + 1);
        if (is_before) {
            const char *rest = path + n + 1;
            size_t m = strlen(param[1].name);
            if (!strncmp(rest, param[1].name, m) && (!rest[m] || rest[m] == '.'))
                find_key(s, table, rest);
        }
    }
}

static void find_type(search *s, const char *word)
{
    for (int r = 0; r < PH_REGISTRIES; r++) {
        const ph_descriptor *type = ph_registry_find(&s->registries[r], word);
        if (type) {
            s->found++;
            print_descriptor(s->out, &s->registries[r], type);
        }
        for (int i = 0; i < s->registries[r].count; i++)
            ph_nearest_offer(&s->nearest, s->registries[r].items[i]->name);
    }
}

/* --- lists of words --------------------------------------------------------------------------- */

#define PATHS 320 /* bytes of the paths that are offered */

typedef struct lister {
    FILE *out;        /* NULL: into `found` those that end in `key` */
    const ph_registry *registries;
    int paths; /* 1: only what has no user's name in it */
    const char *key;
    char *found; /* of PATHS bytes */
} lister;

static void list_table(const lister *l, const ph_table *table, const char *prefix);

/* Whether an earlier type of the registry has the key too. */
static int is_listed(const ph_registry *registry, int type, const char *key)
{
    for (int i = 0; i < type; i++)
        for (int k = 0; k < registry->items[i]->params->count; k++)
            if (!strcmp(registry->items[i]->params->params[k].name, key))
                return 1;
    return 0;
}

/* One that does not fit is left out. */
static void find_path(const lister *l, const char *path, const char *key)
{
    size_t used = strlen(l->found);
    if (!strcmp(key, l->key) && used + strlen(path) + 5 < PATHS)
        snprintf(l->found + used, PATHS - used, "%s%s", used ? " or " : "", path);
}

static void list_param(const lister *l, const ph_param *param, const char *prefix)
{
    char path[256];
    if (!*param->name) /* the value behind a user's name */
        return;
    snprintf(path, sizeof path, "%s%s%s", prefix, *prefix ? "." : "", param->name);
    int has_names = param->kind == PH_KIND_MAP || param->kind == PH_KIND_VARIANTS;
    if (!l->out)
        find_path(l, path, param->name);
    else if (!l->paths || (!has_names && param->kind != PH_KIND_RECORD))
        fprintf(l->out, "%s\n", path);
    if (param->kind == PH_KIND_RECORD || (param->kind == PH_KIND_MAP && !l->paths))
        list_table(l, param->table, path);
    if (param->kind != PH_KIND_VARIANT && (param->kind != PH_KIND_VARIANTS || l->paths))
        return;
    const ph_registry *registry = &l->registries[param->registry];
    for (int i = 0; i < registry->count; i++)
        for (int k = 0; k < registry->items[i]->params->count; k++)
            if (!is_listed(registry, i, registry->items[i]->params->params[k].name))
                list_param(l, &registry->items[i]->params->params[k], path);
}

static void list_table(const lister *l, const ph_table *table, const char *prefix)
{
    for (int i = 0; i < table->count; i++)
        list_param(l, &table->params[i], prefix);
}

void ph_explain_words(FILE *out, const ph_table *root, const ph_registry *registries, int paths)
{
    lister l = {.out = out, .registries = registries, .paths = paths};
    for (int r = 0; r < PH_REGISTRIES && !paths; r++)
        for (int i = 0; i < registries[r].count; i++)
            fprintf(out, "%s\n", registries[r].items[i]->name);
    list_table(&l, root, "");
}

/* Whether there are paths of keys with this name, written one behind the other. */
static int paths_to(const ph_table *root, const ph_registry *registries, const char *key,
                    char paths[PATHS])
{
    *paths = '\0';
    lister l = {.registries = registries, .key = key, .found = paths};
    list_table(&l, root, "");
    return *paths != '\0';
}

ph_status ph_explain(FILE *out, const ph_table *root, const ph_registry *registries,
                     const char *word)
{
    if (!word) {
        print_overview(out, root, registries);
        return PH_OK;
    }
    const char *last = strrchr(word, '.');
    search s = {out, registries, ph_nearest_to(last ? last + 1 : word), NULL, 0};
    find_type(&s, word);
    find_key(&s, root, word);
    if (s.found)
        return PH_OK;
    char hint[PH_HINT], paths[PATHS];
    ph_nearest_hint(&s.nearest, hint);
    if (s.named && !*hint) { /* like no key of an entry: the name of one */
        print_key(out, registries, s.named);
        return PH_OK;
    }
    if (paths_to(root, registries, word, paths))
        return ph_error(PH_CONFIG, "a key '%.100s' stands below others: phasic explain %s", word,
                        paths);
    return ph_error(PH_CONFIG, "there is no key or type '%.100s'%s; `phasic explain` lists them",
                    word, hint);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Reading edges: the columns that every edge has, then, group by group, those of its group. */
#include "network/edge_file.h"

#include "base/memory.h"
#include "io/numbers.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_BYTES 1024
#define INDEX "indices/target_to_source"

typedef enum column { WEIGHT, DELAY, NSYNS, COLUMNS } column;

static const char *const column_names[COLUMNS] = {"syn_weight", "delay", "nsyns"};

typedef struct group {
    int64_t id;
    ph_numbers *columns[COLUMNS]; /* NULL: the type says it */
} group;

typedef struct type {
    int64_t id;
    const ph_edge_type *of;
} type;

struct ph_edge_file {
    const ph_connect_sonata_params *params;
    ph_h5_source *source;
    ph_numbers *target, *source_id, *type, *group_id, *group_index;
    ph_numbers *node_ranges, *edge_ranges; /* NULL: no index */
    int64_t n;
    int n_groups;
    group *groups;
    type *types; /* params->types.count, by number */
    int is_multiplied; /* 1: weights are times nsyns and factors of types */
    int has_columns;   /* 1: groups have something of their own; else they need not be known */
};

/* --- opening ---------------------------------------------------------------------------------- */

static ph_status open_column(ph_edge_file *file, const char *name, ph_numbers **out)
{
    char path[NAME_BYTES];
    snprintf(path, sizeof path, "/edges/%s/%s", file->params->population, name);
    PH_TRY(ph_numbers_open_column(file->source, path, file->n, out));
    file->n = ph_numbers_rows(*out);
    return PH_OK;
}

/* A property of a group's edges: beside the others, or among the parameters of the synapse. */
static ph_status open_property(ph_edge_file *file, const char *name, const char *property,
                               ph_numbers **out)
{
    static const char *const places[] = {"", "dynamics_params/"};
    char path[NAME_BYTES];
    for (int i = 0; i < PH_COUNT(places) && !*out; i++) {
        snprintf(path, sizeof path, "/edges/%s/%s/%s%s", file->params->population, name, places[i],
                 property);
        if (ph_h5_source_has(file->source, path))
            PH_TRY(ph_numbers_open_column(file->source, path, -1, out));
    }
    return PH_OK;
}

static ph_status open_groups(ph_edge_file *file, char *const *names, int n)
{
    PH_ALLOC(file->groups, n);
    for (int i = 0; i < n; i++) {
        char *end;
        long long id = strtoll(names[i], &end, 10);
        if (*end) /* a column or the indices */
            continue;
        group *g = &file->groups[file->n_groups++];
        g->id = id;
        for (int c = 0; c < COLUMNS; c++) {
            PH_TRY(open_property(file, names[i], column_names[c], &g->columns[c]));
            file->has_columns |= g->columns[c] != NULL;
        }
    }
    return PH_OK;
}

static ph_status open_index(ph_edge_file *file)
{
    static const char *const spellings[] = {"node_id_to_range", "node_id_to_ranges"};
    char path[NAME_BYTES];
    for (int i = 0; i < PH_COUNT(spellings) && !file->node_ranges; i++) {
        snprintf(path, sizeof path, "/edges/%s/" INDEX "/%s", file->params->population,
                 spellings[i]);
        if (ph_h5_source_has(file->source, path))
            PH_TRY(ph_numbers_open(file->source, path, &file->node_ranges));
    }
    if (!file->node_ranges)
        return PH_OK;
    snprintf(path, sizeof path, "/edges/%s/" INDEX "/range_to_edge_id", file->params->population);
    PH_TRY(ph_numbers_open(file->source, path, &file->edge_ranges));
    PH_CHECK(ph_numbers_width(file->node_ranges) == 2 && ph_numbers_width(file->edge_ranges) == 2,
             PH_FILE, "%s: the index of %s is not made of pairs", file->params->file,
             file->params->population);
    return PH_OK;
}

static int by_number(const void *a, const void *b)
{
    const type *one = a, *other = b;
    return one->id < other->id ? -1 : one->id > other->id;
}

static ph_status list_types(ph_edge_file *file)
{
    const ph_edge_type *types = file->params->types.items;
    int n = file->params->types.count;
    PH_ALLOC(file->types, n);
    for (int i = 0; i < n; i++) {
        char *end;
        file->types[i] = (type){strtoll(types[i].item.name, &end, 10), &types[i]};
        PH_CHECK(!*end, PH_CONFIG, "edge type '%s' of %s is no number", types[i].item.name,
                 file->params->population);
    }
    qsort(file->types, (size_t)n, sizeof *file->types, by_number);
    for (int i = 0; i < n; i++)
        file->is_multiplied |=
            types[i].factor != 1 || (types[i].nsyns != 1 && !isnan(types[i].nsyns));
    for (int g = 0; g < file->n_groups; g++)
        file->is_multiplied |= file->groups[g].columns[NSYNS] != NULL;
    return PH_OK;
}

static ph_status open_population(ph_edge_file *file)
{
    char path[NAME_BYTES], **names;
    int n;
    snprintf(path, sizeof path, "/edges/%s", file->params->population);
    PH_CHECK(ph_h5_source_has(file->source, path), PH_FILE, "%s: there is no edge population '%s'",
             file->params->file, file->params->population);
    PH_TRY(open_column(file, "target_node_id", &file->target));
    PH_TRY(open_column(file, "source_node_id", &file->source_id));
    PH_TRY(open_column(file, "edge_type_id", &file->type));
    PH_TRY(open_column(file, "edge_group_id", &file->group_id));
    PH_TRY(open_column(file, "edge_group_index", &file->group_index));
    PH_TRY(ph_h5_source_members(file->source, path, &names, &n));
    ph_status status = open_groups(file, names, n);
    ph_free(names);
    PH_TRY(status);
    PH_TRY(open_index(file));
    return list_types(file);
}

ph_status ph_edge_file_open(const ph_connect_sonata_params *params, ph_edge_file **out)
{
    ph_edge_file *file;
    PH_ALLOC(file, 1);
    file->params = params;
    file->n = -1;
    ph_status status = ph_h5_source_open(params->file, &file->source);
    if (status == PH_OK)
        status = open_population(file);
    *out = file;
    if (status != PH_OK)
        ph_edge_file_close(out);
    return status;
}

void ph_edge_file_close(ph_edge_file **out)
{
    ph_edge_file *file = *out;
    if (!file)
        return;
    ph_numbers_close(&file->target);
    ph_numbers_close(&file->source_id);
    ph_numbers_close(&file->type);
    ph_numbers_close(&file->group_id);
    ph_numbers_close(&file->group_index);
    ph_numbers_close(&file->node_ranges);
    ph_numbers_close(&file->edge_ranges);
    for (int g = 0; g < file->n_groups; g++)
        for (int c = 0; c < COLUMNS; c++)
            ph_numbers_close(&file->groups[g].columns[c]);
    ph_free(file->groups);
    ph_free(file->types);
    ph_h5_source_close(&file->source);
    ph_free(file);
    *out = NULL;
}

ph_status ph_edge_leads_nowhere(const ph_connect_sonata_params *params, int64_t edge,
                                const char *side, int64_t node, int64_t known)
{
    return ph_error(PH_FILE,
                    "%s: edge %lld of %s has the %s %lld; its population has nodes 0 to %lld",
                    params->file, (long long)edge, params->population, side, (long long)node,
                    (long long)known - 1);
}

/* --- index ------------------------------------------------------------------------------------ */

int64_t ph_edge_file_count(const ph_edge_file *file)
{
    return file->n;
}

void ph_edge_file_indexed(const ph_edge_file *file, int64_t *nodes, int64_t *ranges)
{
    *nodes = file->node_ranges ? ph_numbers_rows(file->node_ranges) : 0;
    *ranges = file->node_ranges ? ph_numbers_rows(file->edge_ranges) : 0;
}

static ph_status check_pairs(const ph_edge_file *file, const int64_t *pairs, int64_t n,
                             int64_t most)
{
    for (int64_t i = 0; i < n; i++)
        PH_CHECK(pairs[2 * i] >= 0 && pairs[2 * i] <= pairs[2 * i + 1] &&
                     pairs[2 * i + 1] <= most,
                 PH_FILE, "%s: the index of %s is broken: it has a range from %lld to %lld of %lld",
                 file->params->file, file->params->population, (long long)pairs[2 * i],
                 (long long)pairs[2 * i + 1], (long long)most);
    return PH_OK;
}

ph_status ph_edge_file_ranges(const ph_edge_file *file, int64_t first, int64_t n, int64_t *ranges)
{
    int64_t known = ph_numbers_rows(file->node_ranges), read = known - first;
    read = read < 0 ? 0 : read < n ? read : n;
    memset(ranges, 0, 2 * (size_t)n * sizeof *ranges);
    PH_TRY(ph_numbers_ints(file->node_ranges, first < known ? first : 0, read, ranges));
    for (int64_t i = 0; i < read; i++) /* negative means none, and so do equal ends */
        if (ranges[2 * i] < 0 || ranges[2 * i] >= ranges[2 * i + 1])
            ranges[2 * i] = ranges[2 * i + 1] = 0;
    return check_pairs(file, ranges, read, ph_numbers_rows(file->edge_ranges));
}

ph_status ph_edge_file_index(const ph_edge_file *file, int64_t first, int64_t n, int64_t *edges)
{
    PH_TRY(ph_numbers_ints(file->edge_ranges, first, n, edges));
    return check_pairs(file, edges, n, file->n);
}

ph_status ph_edge_file_targets(const ph_edge_file *file, int64_t first, int64_t n, int64_t *target)
{
    return ph_numbers_ints(file->target, first, n, target);
}

ph_status ph_edge_file_types(const ph_edge_file *file, int64_t first, int64_t n, int64_t *types)
{
    return ph_numbers_ints(file->type, first, n, types);
}

/* --- slabs ------------------------------------------------------------------------------------ */

ph_status ph_edge_slab_create(ph_edge_slab *slab)
{
    *slab = (ph_edge_slab){0};
    PH_ALLOC(slab->target, PH_EDGE_SLAB);
    PH_ALLOC(slab->source, PH_EDGE_SLAB);
    PH_ALLOC(slab->weight, PH_EDGE_SLAB);
    PH_ALLOC(slab->delay, PH_EDGE_SLAB);
    PH_ALLOC(slab->type, PH_EDGE_SLAB);
    PH_ALLOC(slab->group, PH_EDGE_SLAB);
    PH_ALLOC(slab->index, PH_EDGE_SLAB);
    PH_ALLOC(slab->scratch, PH_EDGE_SLAB);
    return PH_OK;
}

void ph_edge_slab_destroy(ph_edge_slab *slab)
{
    ph_free(slab->target);
    ph_free(slab->source);
    ph_free(slab->weight);
    ph_free(slab->delay);
    ph_free(slab->type);
    ph_free(slab->group);
    ph_free(slab->index);
    ph_free(slab->scratch);
    *slab = (ph_edge_slab){0};
}

static const ph_edge_type *type_of(const ph_edge_file *file, int64_t id)
{
    const type key = {.id = id};
    const type *found = file->types ? bsearch(&key, file->types, (size_t)file->params->types.count,
                                              sizeof key, by_number)
                                    : NULL;
    return found ? found->of : NULL;
}

int ph_edge_file_type(const ph_edge_file *file, int64_t id)
{
    const ph_edge_type *of = type_of(file, id);
    return of ? (int)(of - (const ph_edge_type *)file->params->types.items) : -1;
}

/* The end of the edges from `first` on that have the type of the first. */
static int end_of_type(const ph_edge_slab *slab, int first)
{
    int last = first + 1;
    while (last < slab->n && slab->type[last] == slab->type[first])
        last++;
    return last;
}

/* What the types say; nsyns waits in scratch. */
static ph_status by_types(const ph_edge_file *file, ph_edge_slab *slab)
{
    for (int first = 0, last; first < slab->n; first = last) {
        const ph_edge_type *of = type_of(file, slab->type[first]);
        PH_CHECK(of, PH_FILE, "%s: there is no edge type %lld of %s", file->params->file,
                 (long long)slab->type[first], file->params->population);
        last = end_of_type(slab, first);
        for (int i = first; i < last; i++) {
            slab->weight[i] = of->weight;
            slab->delay[i] = of->delay;
        }
        for (int i = first; file->is_multiplied && i < last; i++)
            slab->scratch[i] = isnan(of->nsyns) ? 1 : of->nsyns;
    }
    return PH_OK;
}

static const group *group_of(const ph_edge_file *file, int64_t id)
{
    for (int g = 0; g < file->n_groups; g++)
        if (file->groups[g].id == id)
            return &file->groups[g];
    return NULL;
}

/* Edges [first, last) of the slab lie behind one another in a group. */
static ph_status by_group(const group *g, ph_edge_slab *slab, int first, int last)
{
    double *const columns[COLUMNS] = {slab->weight, slab->delay, slab->scratch};
    for (int c = 0; c < COLUMNS; c++)
        if (g->columns[c])
            PH_TRY(ph_numbers_reals(g->columns[c], slab->index[first], last - first,
                                    columns[c] + first));
    return PH_OK;
}

static ph_status by_groups(const ph_edge_file *file, ph_edge_slab *slab)
{
    for (int first = 0, last; first < slab->n; first = last) {
        const group *g = group_of(file, slab->group[first]);
        PH_CHECK(g, PH_FILE, "%s: %s has no group %lld", file->params->file,
                 file->params->population, (long long)slab->group[first]);
        for (last = first + 1; last < slab->n && slab->group[last] == slab->group[first] &&
                               ph_row_follows(slab->index[last], slab->index[last - 1]);)
            last++;
        PH_TRY(by_group(g, slab, first, last));
    }
    return PH_OK;
}

static void multiply(const ph_edge_file *file, ph_edge_slab *slab)
{
    for (int first = 0, last; first < slab->n; first = last) {
        double factor = type_of(file, slab->type[first])->factor;
        last = end_of_type(slab, first);
        for (int i = first; i < last; i++)
            slab->weight[i] *= slab->scratch[i] * factor;
    }
}

/* Every edge has a weight and a delay. */
static ph_status check(const ph_edge_file *file, int64_t first, const ph_edge_slab *slab)
{
    int bad = 0;
    for (int i = 0; i < slab->n; i++)
        bad |= !(fabs(slab->weight[i]) <= DBL_MAX) | !(fabs(slab->delay[i]) <= DBL_MAX);
    for (int i = 0; bad && i < slab->n; i++)
        PH_CHECK(isfinite(slab->weight[i]) && isfinite(slab->delay[i]), PH_FILE,
                 "%s: edge %lld of %s, of type %lld, has no %s", file->params->file,
                 (long long)(first + i), file->params->population, (long long)slab->type[i],
                 isfinite(slab->weight[i]) ? "delay" : "weight (syn_weight)");
    return PH_OK;
}

/* Numbers of types: as the file has them, or that of the last slab. */
static ph_status read_types(const ph_edge_file *file, int64_t first, int n, int known,
                            ph_edge_slab *slab)
{
    int64_t differ = 0;
    if (!(known & PH_EDGE_TYPE_KNOWN))
        PH_TRY(ph_numbers_ints(file->type, first, n, slab->type));
    for (int i = slab->kept; known & PH_EDGE_TYPE_KNOWN && i < n; i++)
        slab->type[i] = slab->kept_type;
    for (int i = 0; i < n; i++)
        differ |= slab->type[i] ^ slab->type[0];
    slab->is_uniform = !differ && !file->has_columns;
    return PH_OK;
}

/* All but the nodes of a slab's edges. */
static ph_status read_properties(const ph_edge_file *file, int64_t first, int n,
                                 ph_edge_slab *slab)
{
    PH_TRY(by_types(file, slab));
    if (file->has_columns) {
        PH_TRY(ph_numbers_ints(file->group_id, first, n, slab->group));
        PH_TRY(ph_numbers_ints(file->group_index, first, n, slab->index));
        PH_TRY(by_groups(file, slab));
    }
    if (file->is_multiplied)
        multiply(file, slab);
    return check(file, first, slab);
}

ph_status ph_edge_file_read(const ph_edge_file *file, int64_t first, int n, int known,
                            ph_edge_slab *slab)
{
    slab->n = n;
    if (!(known & PH_EDGE_TARGETS_KNOWN))
        PH_TRY(ph_numbers_ints(file->target, first, n, slab->target));
    PH_TRY(ph_numbers_ints(file->source_id, first, n, slab->source));
    PH_TRY(read_types(file, first, n, known, slab));
    if (slab->is_uniform && slab->type[0] == slab->kept_type && slab->kept >= n)
        return PH_OK;
    slab->kept = 0;
    PH_TRY(read_properties(file, first, n, slab));
    slab->kept = slab->is_uniform ? n : 0;
    slab->kept_type = slab->type[0];
    return PH_OK;
}

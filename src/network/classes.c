/* SPDX-License-Identifier: Apache-2.0 */
/* Reading nodes: type, group and place in the group of each, then the columns of the groups. */
#include "network/classes.h"

#include "base/memory.h"
#include "io/numbers.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_BYTES 1024
#define PIECE 16384 /* rows that are read at once */

/* What is being read. */
typedef struct nodes {
    const ph_population *population;
    const ph_nodes *of;
    ph_h5_source *source;
    int64_t first, n;
    int64_t *row;        /* of each neuron, in the file */
    int64_t *type;       /* of each neuron: number in the file, then index */
    int64_t *group, *index;
    char *params;        /* of each neuron */
    size_t bytes;
    double *V_init;      /* of each neuron; NULL: nothing says it */
} nodes;

static ph_status open_column(const nodes *r, const char *name, ph_numbers **column)
{
    char path[NAME_BYTES];
    snprintf(path, sizeof path, "/nodes/%s/%s", r->of->population, name);
    return ph_numbers_open_column(r->source, path, r->population->size, column);
}

/* --- rows ------------------------------------------------------------------------------------- */

/* Rows are mostly in the order of the ids; else all of them are looked at. */
static ph_status find_rows(nodes *r, const ph_numbers *ids)
{
    int64_t piece[PIECE], size = r->population->size, found = 0;
    for (int64_t at = 0, n; at < size; at += n) {
        n = size - at < PIECE ? size - at : PIECE;
        PH_TRY(ph_numbers_ints(ids, at, n, piece));
        for (int64_t i = 0; i < n; i++)
            if (piece[i] >= r->first && piece[i] < r->first + r->n) {
                r->row[piece[i] - r->first] = at + i;
                found++;
            }
    }
    PH_CHECK(found == r->n, PH_FILE, "%s: the ids of %s are not those from 0 to %lld",
             r->of->file, r->of->population, (long long)size - 1);
    return PH_OK;
}

static ph_status number_rows(nodes *r)
{
    char path[NAME_BYTES];
    ph_numbers *ids = NULL;
    PH_ALLOC(r->row, r->n);
    for (int64_t i = 0; i < r->n; i++)
        r->row[i] = r->first + i;
    snprintf(path, sizeof path, "/nodes/%s/node_id", r->of->population);
    if (!ph_h5_source_has(r->source, path))
        return PH_OK;
    PH_TRY(open_column(r, "node_id", &ids));
    ph_status status = find_rows(r, ids);
    ph_numbers_close(&ids);
    return status;
}

/* The value of each row asked for; neighbours are read together. */
static ph_status read_rows(const nodes *r, const char *name, int64_t *out)
{
    ph_numbers *column = NULL;
    ph_status status = open_column(r, name, &column);
    for (int64_t i = 0, end; status == PH_OK && i < r->n; i = end) {
        for (end = i + 1; end < r->n && r->row[end] == r->row[end - 1] + 1;)
            end++;
        status = ph_numbers_ints(column, r->row[i], end - i, out + i);
    }
    ph_numbers_close(&column);
    return status;
}

/* --- types and columns ------------------------------------------------------------------------ */

static int index_of_type(const ph_nodes *of, int64_t type)
{
    for (int t = 0; t < of->n_types; t++)
        if (of->type_id[t] == type)
            return t;
    return -1;
}

static ph_status set_types(nodes *r)
{
    int t = -1;
    PH_TRY(read_rows(r, "node_type_id", r->type));
    for (int64_t i = 0; i < r->n; i++) {
        const void *params = r->population->neuron.params;
        if (r->of->n_types > 0) {
            if (t < 0 || r->of->type_id[t] != r->type[i])
                t = index_of_type(r->of, r->type[i]);
            PH_CHECK(t >= 0, PH_FILE, "%s: node %lld of %s has the type %lld, which is not known",
                     r->of->file, (long long)(r->first + i), r->of->population,
                     (long long)r->type[i]);
            params = r->of->type_params[t];
        }
        memcpy(r->params + (size_t)i * r->bytes, params, r->bytes);
    }
    return PH_OK;
}

/* Where neurons begin, by type; those of a type that has none keep NaN. */
static ph_status set_starts(nodes *r)
{
    const ph_node_column *columns = r->of->columns.items;
    const ph_node_start *starts = r->of->V_init.items;
    int n = r->of->V_init.count, s = 0, is_said = n > 0;
    for (int c = 0; c < r->of->columns.count; c++)
        is_said |= !columns[c].param;
    if (!is_said)
        return PH_OK;
    PH_ALLOC(r->V_init, r->n);
    for (int64_t i = 0; i < r->n; i++) {
        if (s >= n || starts[s].type != r->type[i])
            for (s = 0; s < n && starts[s].type != r->type[i];)
                s++;
        r->V_init[i] = s < n ? starts[s].V_init : NAN;
    }
    return PH_OK;
}

static ph_status set_value(const nodes *r, int64_t i, const ph_node_column *column, double value)
{
    static const ph_param V_init = {.name = "V_init", .unit = "mV", .min = PH_NODE_V_MIN,
                                    .max = PH_NODE_V_MAX};
    const ph_param *param = column->param ? column->param : &V_init;
    PH_CHECK((param->min == 0 && param->max == 0) || (value >= param->min && value <= param->max),
             PH_FILE, "%s: node %lld of %s: %s = %g %s is out of range; allowed: %g .. %g",
             r->of->file, (long long)(r->first + i), r->of->population, param->name, value,
             param->unit, param->min, param->max);
    if (column->param)
        memcpy(r->params + (size_t)i * r->bytes + param->offset, &value, sizeof value);
    else
        r->V_init[i] = value;
    return PH_OK;
}

/* A parameter of those neurons whose group has a column for it. */
static ph_status set_group(nodes *r, const ph_node_column *column, int64_t group)
{
    char path[NAME_BYTES];
    ph_numbers *values = NULL;
    snprintf(path, sizeof path, "/nodes/%s/%lld/dynamics_params/%s", r->of->population,
             (long long)group, column->dataset);
    if (!ph_h5_source_has(r->source, path))
        return PH_OK;
    PH_TRY(ph_numbers_open_column(r->source, path, -1, &values));
    ph_status status = PH_OK;
    double piece[PIECE];
    for (int64_t i = 0, end; status == PH_OK && i < r->n; i = end) {
        end = i + 1;
        if (r->group[i] != group)
            continue;
        while (end < r->n && end - i < PIECE && r->group[end] == group &&
               ph_row_follows(r->index[end], r->index[end - 1]))
            end++;
        status = ph_numbers_reals(values, r->index[i], end - i, piece);
        for (int64_t j = i; status == PH_OK && j < end; j++)
            status = set_value(r, j, column, piece[j - i] * column->factor);
    }
    ph_numbers_close(&values);
    return status;
}

static ph_status set_columns(nodes *r)
{
    const ph_node_column *columns = r->of->columns.items;
    char path[NAME_BYTES], **names;
    int n;
    if (r->of->columns.count == 0)
        return PH_OK;
    PH_TRY(read_rows(r, "node_group_id", r->group));
    PH_TRY(read_rows(r, "node_group_index", r->index));
    snprintf(path, sizeof path, "/nodes/%s", r->of->population);
    PH_TRY(ph_h5_source_members(r->source, path, &names, &n));
    ph_status status = PH_OK;
    for (int g = 0; status == PH_OK && g < n; g++) {
        char *end;
        long long group = strtoll(names[g], &end, 10);
        for (int c = 0; !*end && status == PH_OK && c < r->of->columns.count; c++)
            status = set_group(r, &columns[c], group);
    }
    ph_free(names);
    return status;
}

/* --- classes ---------------------------------------------------------------------------------- */

/* Sorting needs to know where the parameters are. */
typedef struct by_params {
    const char *params;
    size_t bytes;
    int64_t neuron;
} by_params;

static int compare(const void *a, const void *b)
{
    const by_params *one = a, *other = b;
    int order = memcmp(one->params, other->params, one->bytes);
    if (order)
        return order;
    return one->neuron < other->neuron ? -1 : one->neuron > other->neuron;
}

static ph_status classify(const nodes *r, ph_node_classes *classes)
{
    by_params *sorted;
    PH_ALLOC(sorted, r->n);
    for (int64_t i = 0; i < r->n; i++)
        sorted[i] = (by_params){r->params + (size_t)i * r->bytes, r->bytes, i};
    qsort(sorted, (size_t)r->n, sizeof *sorted, compare);
    for (int64_t i = 0; i < r->n; i++) {
        int is_new = i == 0 || memcmp(sorted[i].params, sorted[i - 1].params, r->bytes) != 0;
        classes->n_classes += is_new;
        classes->class_of[sorted[i].neuron] = classes->n_classes - 1;
    }
    classes->params = ph_calloc((size_t)classes->n_classes, r->bytes);
    for (int64_t i = 0; classes->params && i < r->n; i++)
        memcpy(classes->params + (size_t)classes->class_of[i] * r->bytes,
               r->params + (size_t)i * r->bytes, r->bytes);
    ph_free(sorted);
    PH_CHECK(classes->params, PH_RESOURCE, "out of memory: parameters of %s", r->of->population);
    return PH_OK;
}

static ph_status read_all(nodes *r, ph_node_classes *classes)
{
    PH_TRY(ph_h5_source_open(r->of->file, &r->source));
    PH_ALLOC(r->type, r->n);
    PH_ALLOC(r->group, r->n);
    PH_ALLOC(r->index, r->n);
    PH_ALLOC(r->params, (size_t)r->n * r->bytes);
    PH_TRY(number_rows(r));
    PH_TRY(set_types(r));
    PH_TRY(set_starts(r));
    PH_TRY(set_columns(r));
    return classify(r, classes);
}

ph_status ph_node_classes_read(const ph_population *population, int64_t first, int64_t n,
                               ph_node_classes **out)
{
    ph_node_classes *classes;
    nodes r = {.population = population,
               .of = &population->nodes,
               .first = first,
               .n = n,
               .bytes = population->neuron.type->params->size};
    PH_ALLOC(classes, 1);
    *out = classes;
    classes->first = first;
    classes->n = n;
    classes->params_bytes = r.bytes;
    PH_ALLOC(classes->class_of, n);
    ph_status status = read_all(&r, classes);
    ph_h5_source_close(&r.source);
    classes->V_init = r.V_init;
    ph_free(r.row);
    ph_free(r.type);
    ph_free(r.group);
    ph_free(r.index);
    ph_free(r.params);
    return status;
}

void ph_node_classes_destroy(ph_node_classes **classes)
{
    if (!*classes)
        return;
    ph_free((*classes)->class_of);
    ph_free((*classes)->params);
    ph_free((*classes)->V_init);
    ph_free(*classes);
    *classes = NULL;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Nodes: a type for each population, with its parameters in a file of their own; parameters that
 * differ from neuron to neuron as columns. */
#include "sonata/export.h"

#include "base/memory.h"
#include "io/folder.h"
#include "io/shared.h"
#include "network/classes.h"
#include "sonata/json.h"
#include "sonata/models.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define NAME_BYTES 1024
#define PIECE 16384 /* nodes that are written at once */
#define MODELS "point_neuron_params"

/* --- files: neurons, and virtual nodes, as for NEST a table has one model_type ---------------- */

static int is_virtual(const ph_population *population)
{
    return ph_sonata_model_for(population->neuron.type->name) == &ph_sonata_virtual;
}

int ph_export_has_nodes(const ph_brain *brain, int are_virtual)
{
    int has = 0;
    for (int p = 0; p < brain->n_populations; p++)
        has |= is_virtual(brain->populations[p]) == are_virtual;
    return has;
}

/* --- parameters ------------------------------------------------------------------------------- */

static double value_of(const void *params, const ph_param *param)
{
    double value;
    memcpy(&value, (const char *)params + param->offset, sizeof value);
    return value;
}

static const ph_param *param_named(const ph_table *table, const char *name)
{
    for (int i = 0; i < table->count; i++)
        if (table->params[i].kind == PH_KIND_REAL && !strcmp(table->params[i].name, name))
            return &table->params[i];
    return NULL;
}

/* Parameters by SONATA's names and in its units. */
static ph_status put_parameters(ph_tree *tree, const ph_population *population,
                                const ph_sonata_model *model, ph_node *mapping)
{
    const void *params = population->nodes.n_types > 0 ? population->nodes.type_params[0]
                                                       : population->neuron.params;
    for (int k = 0; k < model->n_keys; k++) {
        const ph_sonata_key *key = &model->keys[k];
        const ph_param *param =
            key->param ? param_named(population->neuron.type->params, key->param) : NULL;
        if (param)
            PH_TRY(ph_put_number(tree, mapping, key->name, value_of(params, param) / key->factor,
                                 NULL));
    }
    return PH_OK;
}

/* Those of a model that SONATA has no word for, as phasic writes them. */
static ph_status copy_parameters(const ph_export *export, const ph_population *population,
                                 ph_node *mapping)
{
    const ph_node *node = ph_node_get(population->item.node, "nodes");
    const ph_node *types = ph_node_get(node, "types");
    const ph_node *from = types && types->first ? types->first
                                                : ph_node_get(population->item.node, "neuron");
    for (const ph_node *child = from ? from->first : NULL; child; child = child->next) {
        ph_node *copy;
        if (!strcmp(child->key, "type"))
            continue;
        PH_TRY(ph_node_copy(export->tree, child, &copy));
        ph_node_append(mapping, copy);
    }
    return PH_OK;
}

static ph_status write_parameters(const ph_export *export, const ph_population *population)
{
    const ph_sonata_model *model = ph_sonata_model_for(population->neuron.type->name);
    char name[NAME_BYTES];
    ph_node *mapping;
    if (model == &ph_sonata_virtual)
        return PH_OK;
    PH_TRY(ph_node_create(export->tree, PH_NODE_MAPPING, NULL, &mapping));
    PH_TRY(model ? put_parameters(export->tree, population, model, mapping)
                 : copy_parameters(export, population, mapping));
    snprintf(name, sizeof name, MODELS "/%s.json", ph_export_name(population));
    return ph_export_json(export, name, mapping);
}

/* --- columns ---------------------------------------------------------------------------------- */

/* A parameter that differs from neuron to neuron. */
typedef struct column {
    const ph_param *param; /* NULL: where it begins, V_m */
    double factor; /* from the file's unit */
    ph_place place;
} column;

static int differs(const ph_nodes *nodes, const ph_param *param)
{
    const ph_node_column *columns = nodes->columns.items;
    for (int c = 0; c < nodes->columns.count; c++)
        if (columns[c].param == param)
            return 1;
    for (int t = 1; t < nodes->n_types; t++)
        if (value_of(nodes->type_params[t], param) != value_of(nodes->type_params[0], param))
            return 1;
    return 0;
}

static ph_status add_column(ph_shared *shared, const ph_population *population,
                            const ph_param *param, column *out)
{
    const ph_sonata_model *model = ph_sonata_model_for(population->neuron.type->name);
    const char *dataset = model ? NULL : param->name;
    char name[NAME_BYTES];
    *out = (column){.param = param, .factor = 1};
    for (int k = 0; model && k < model->n_keys; k++)
        if (model->keys[k].param && !strcmp(model->keys[k].param, param->name)) {
            dataset = model->keys[k].name;
            out->factor = model->keys[k].factor;
        }
    PH_CHECK(dataset, PH_CONFIG,
             "population %s: %s has no word for %s, which its neurons have each",
             population->address, model->name, param->name);
    snprintf(name, sizeof name, "/nodes/%s/0/dynamics_params/%s", ph_export_name(population),
             dataset);
    return ph_shared_column(shared, name, PH_CELL_F64, population->size, 1, &out->place);
}

int ph_export_has_starts(const ph_population *population)
{
    const ph_node_column *columns = population->nodes.columns.items;
    int has = population->nodes.V_init.count > 0;
    for (int c = 0; c < population->nodes.columns.count; c++)
        has |= !columns[c].param;
    return has && population->nodes.file && isnan(population->V_init.mean);
}

static ph_status add_starts(ph_shared *shared, const ph_population *population, column *out)
{
    char name[NAME_BYTES];
    *out = (column){.factor = 1};
    snprintf(name, sizeof name, "/nodes/%s/0/dynamics_params/V_m", ph_export_name(population));
    return ph_shared_column(shared, name, PH_CELL_F64, population->size, 1, &out->place);
}

/* Where a population's columns are. */
typedef struct places {
    ph_place node_id, type, group, index;
    int n_columns;
    column *columns;
} places;

/* Flags are written once for all neurons. */
static ph_status check_flags(const ph_population *population)
{
    const ph_table *table = population->neuron.type->params;
    const ph_nodes *nodes = &population->nodes;
    for (int i = 0; nodes->file && i < table->count; i++)
        for (int t = 1; t < nodes->n_types && table->params[i].kind == PH_KIND_CHOICE; t++) {
            size_t at = table->params[i].offset;
            PH_CHECK(!memcmp((const char *)nodes->type_params[t] + at,
                             (const char *)nodes->type_params[0] + at, sizeof(int)),
                     PH_CONFIG,
                     "population %s: its types differ in %s, which is written for all neurons of a "
                     "population; give each type a population of its own",
                     population->address, table->params[i].name);
        }
    return PH_OK;
}

static ph_status make_columns(ph_shared *shared, const ph_population *population, places *at)
{
    const ph_table *table = population->neuron.type->params;
    PH_TRY(check_flags(population));
    PH_ALLOC(at->columns, table->count + 1);
    for (int i = 0; population->nodes.file && i < table->count; i++)
        if (table->params[i].kind == PH_KIND_REAL && differs(&population->nodes, &table->params[i]))
            PH_TRY(add_column(shared, population, &table->params[i],
                              &at->columns[at->n_columns++]));
    return ph_export_has_starts(population)
               ? add_starts(shared, population, &at->columns[at->n_columns++])
               : PH_OK;
}

static ph_status make_population(ph_shared *shared, const ph_population *population, places *at)
{
    const struct {
        const char *name;
        ph_cell cell;
        ph_place *place;
    } datasets[] = {{"node_id", PH_CELL_U64, &at->node_id},
                    {"node_type_id", PH_CELL_U32, &at->type},
                    {"node_group_id", PH_CELL_U8, &at->group},
                    {"node_group_index", PH_CELL_U64, &at->index}};
    char name[NAME_BYTES];
    for (int i = 0; i < PH_COUNT(datasets); i++) {
        snprintf(name, sizeof name, "/nodes/%s/%s", ph_export_name(population), datasets[i].name);
        PH_TRY(ph_shared_column(shared, name, datasets[i].cell, population->size, 1,
                                datasets[i].place));
    }
    snprintf(name, sizeof name, "/nodes/%s/0", ph_export_name(population));
    PH_TRY(ph_shared_group(shared, name));
    return make_columns(shared, population, at);
}

/* --- filling ---------------------------------------------------------------------------------- */

/* The value of neuron i, in the file's unit. */
static double cell(const ph_population *population, const ph_node_classes *classes,
                   const column *of, int64_t i)
{
    const ph_neuron_model *model = (const ph_neuron_model *)(const void *)population->neuron.type;
    const void *params = ph_class_params(classes, classes->class_of[i]);
    if (of->param)
        return value_of(params, of->param) / of->factor;
    return isnan(classes->V_init[i]) ? model->rest(params) : classes->V_init[i];
}

static ph_status write_columns(const ph_shared_file *file, const ph_population *population,
                               const places *at, int64_t first, int64_t n)
{
    ph_node_classes *classes = NULL;
    double values[PIECE];
    if (at->n_columns == 0)
        return PH_OK;
    ph_status status = ph_node_classes_read(population, first, n, &classes);
    for (int c = 0; status == PH_OK && c < at->n_columns; c++) {
        const column *of = &at->columns[c];
        for (int64_t i = 0; i < n; i++)
            values[i] = cell(population, classes, of, i);
        status = ph_shared_write(file, &of->place, first, n, values);
    }
    ph_node_classes_destroy(&classes);
    return status;
}

static ph_status fill_population(const ph_shared_file *file, const ph_population *population,
                                 const places *at)
{
    static const uint8_t zeros[PIECE];
    uint64_t ids[PIECE];
    uint32_t types[PIECE];
    for (int64_t first = 0, n; first < population->size; first += n) {
        n = population->size - first < PIECE ? population->size - first : PIECE;
        for (int64_t i = 0; i < n; i++) {
            ids[i] = (uint64_t)(first + i);
            types[i] = (uint32_t)population->index + 1;
        }
        PH_TRY(ph_shared_write(file, &at->node_id, first, n, ids));
        PH_TRY(ph_shared_write(file, &at->index, first, n, ids));
        PH_TRY(ph_shared_write(file, &at->type, first, n, types));
        PH_TRY(ph_shared_write(file, &at->group, first, n, zeros));
        PH_TRY(write_columns(file, population, at, first, n));
    }
    return PH_OK;
}

static ph_status make_file(const ph_brain *brain, int are_virtual, const char *path, places *at)
{
    ph_shared *shared = NULL;
    ph_status status = ph_shared_create(path, &shared);
    for (int p = 0; status == PH_OK && p < brain->n_populations; p++)
        if (is_virtual(brain->populations[p]) == are_virtual)
            status = make_population(shared, brain->populations[p], &at[p]);
    return ph_shared_finish(&shared, status);
}

static ph_status fill_file(const ph_brain *brain, int are_virtual, const char *path,
                           const places *at)
{
    ph_shared_file *file = NULL;
    ph_status status = ph_shared_open(path, &file);
    for (int p = 0; status == PH_OK && p < brain->n_populations; p++)
        if (is_virtual(brain->populations[p]) == are_virtual)
            status = fill_population(file, brain->populations[p], &at[p]);
    ph_status closed = ph_shared_close(&file);
    return status == PH_OK ? closed : status;
}

/* --- types ------------------------------------------------------------------------------------ */

static ph_status put_type(ph_export_text *csv, const ph_population *population)
{
    const char *neuron = population->neuron.type->name, *name = ph_export_name(population);
    const ph_sonata_model *model = ph_sonata_model_for(neuron);
    char file[NAME_BYTES];
    snprintf(file, sizeof file, "%s.json", name);
    if (model == &ph_sonata_virtual) {
        PH_TRY(ph_export_add(csv, "%d virtual NULL NULL", population->index + 1));
    } else {
        PH_TRY(ph_export_add(csv, "%d point_neuron %s%s", population->index + 1,
                             model ? "" : PH_SONATA_OWN, model ? model->name : neuron));
        PH_TRY(ph_export_cell(csv, file));
    }
    PH_TRY(ph_export_cell(csv, name));
    return ph_export_add(csv, "\n");
}

static ph_status write_types(const ph_export *export, int are_virtual)
{
    const ph_brain *brain = export->brain;
    ph_export_text csv = {0};
    char name[NAME_BYTES];
    snprintf(name, sizeof name, "%s.csv", PH_EXPORT_NODE_TYPES(are_virtual));
    ph_status status = ph_export_add(&csv, "node_type_id model_type model_template "
                                           "dynamics_params pop_name\n");
    for (int p = 0; status == PH_OK && p < brain->n_populations; p++)
        if (is_virtual(brain->populations[p]) == are_virtual)
            status = put_type(&csv, brain->populations[p]);
    if (status == PH_OK)
        status = ph_folder_write(export->folder, name, csv.text);
    ph_free(csv.text);
    return status;
}

static ph_status write_nodes(const ph_export *export, int are_virtual)
{
    const ph_brain *brain = export->brain;
    char path[4 * NAME_BYTES], temporary[sizeof path + 8];
    places *at;
    PH_TRY(write_types(export, are_virtual));
    snprintf(path, sizeof path, "%s/%s.h5", export->folder, PH_EXPORT_NODES(are_virtual));
    PH_ALLOC(at, brain->n_populations);
    /* Under another name: what is there may be where parameters are read from. */
    snprintf(temporary, sizeof temporary, "%s.tmp", path);
    ph_status status = make_file(brain, are_virtual, temporary, at);
    if (status == PH_OK)
        status = fill_file(brain, are_virtual, temporary, at);
    if (status == PH_OK)
        status = ph_folder_rename(temporary, path);
    if (status != PH_OK)
        (void)remove(temporary); /* the first error is the one to tell */
    for (int p = 0; p < brain->n_populations; p++)
        ph_free(at[p].columns);
    ph_free(at);
    return status;
}

ph_status ph_export_nodes(const ph_export *export)
{
    const ph_brain *brain = export->brain;
    PH_TRY(ph_folder_make(export->folder, MODELS));
    for (int p = 0; p < brain->n_populations; p++)
        PH_TRY(write_parameters(export, brain->populations[p]));
    for (int are_virtual = 0; are_virtual <= 1; are_virtual++)
        if (ph_export_has_nodes(brain, are_virtual))
            PH_TRY(write_nodes(export, are_virtual));
    return PH_OK;
}

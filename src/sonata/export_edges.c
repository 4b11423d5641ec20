/* SPDX-License-Identifier: Apache-2.0 */
/* The file of edges: one rank makes it, each fills in what it has. */
#include "sonata/export_edges.h"

#include "base/memory.h"
#include "io/folder.h"
#include "sonata/json.h"

#include <stdio.h>
#include <unistd.h>

#define NAME_BYTES 1024

#ifdef PH_DOUBLE
#define WEIGHT_CELL PH_CELL_F64
#else
#define WEIGHT_CELL PH_CELL_F32 /* exact: rounded weights have 16 bits */
#endif

static void name_of(const ph_edge_set *p, const char *dataset, char name[NAME_BYTES])
{
    snprintf(name, NAME_BYTES, "/edges/%s%s%s", p->projection->address, *dataset ? "/" : "",
             dataset);
}

/* Ranks' edges lie behind one another. @param before,all out: of ranks before, of all */
ph_status ph_place_among(const ph_comm *comm, int64_t mine, int64_t *before, int64_t *all)
{
    int64_t *numbers;
    PH_ALLOC(numbers, ph_comm_ranks(comm));
    numbers[ph_comm_rank(comm)] = mine;
    *before = *all = 0;
    ph_status status = ph_comm_sum(comm, numbers, ph_comm_ranks(comm));
    for (int r = 0; status == PH_OK && r < ph_comm_ranks(comm); r++) {
        *before += r < ph_comm_rank(comm) ? numbers[r] : 0;
        *all += numbers[r];
    }
    ph_free(numbers);
    return status;
}

/* --- the file --------------------------------------------------------------------------------- */

static ph_status make_sides(const ph_edge_writer *w, ph_shared *shared, const ph_edge_set *p)
{
    const ph_brain *brain = w->export->brain;
    const ph_span *spans[] = {&p->projection->source.span, &p->projection->target.span};
    static const char *const columns[] = {"source_node_id", "target_node_id"};
    char name[NAME_BYTES];
    for (int i = 0; i < 2; i++) {
        name_of(p, columns[i], name);
        PH_TRY(ph_shared_text(shared, name, "node_population",
                              ph_export_name(brain->populations[spans[i]->population])));
    }
    name_of(p, "", name);
    return ph_shared_text(shared, name, "receptor", p->projection->receptor);
}

static ph_status make_index(ph_shared *shared, const ph_edge_set *p, const char *index,
                            int64_t nodes, int64_t ranges, ph_place places[2])
{
    char dataset[64], name[NAME_BYTES], other[NAME_BYTES];
    snprintf(dataset, sizeof dataset, "indices/%s/range_to_edge_id", index);
    name_of(p, dataset, name);
    PH_TRY(ph_shared_column(shared, name, PH_CELL_U64, ranges, 2, &places[1]));
    snprintf(dataset, sizeof dataset, "indices/%s/node_id_to_range", index);
    name_of(p, dataset, name);
    PH_TRY(ph_shared_column(shared, name, PH_CELL_U64, nodes, 2, &places[0]));
    snprintf(dataset, sizeof dataset, "indices/%s/node_id_to_ranges", index);
    name_of(p, dataset, other);
    return ph_shared_alias(shared, name, other);
}

static ph_status make_population(const ph_edge_writer *w, ph_shared *shared, ph_edge_set *p)
{
    const struct {
        const char *name;
        ph_cell cell;
        int is_left_out;
        ph_place *place;
    } columns[] = {{"target_node_id", PH_CELL_U32, 0, &p->target},
                   {"source_node_id", PH_CELL_U32, 0, &p->source},
                   {"edge_type_id", PH_CELL_U32, 0, &p->type},
                   {"edge_group_id", PH_CELL_U8, 0, &p->group},
                   {"edge_group_index", PH_CELL_U64, 0, &p->index},
                   {"0/syn_weight", WEIGHT_CELL, p->one_weight, &p->weight},
                   {"0/delay", PH_CELL_F64, p->one_delay, &p->delay}};
    char name[NAME_BYTES];
    for (int c = 0; c < PH_COUNT(columns); c++) {
        if (columns[c].is_left_out)
            continue;
        name_of(p, columns[c].name, name);
        PH_TRY(ph_shared_column(shared, name, columns[c].cell, p->all, 1, columns[c].place));
    }
    name_of(p, "0", name);
    if (p->one_weight && p->one_delay)
        PH_TRY(ph_shared_group(shared, name));
    PH_TRY(make_sides(w, shared, p));
    PH_TRY(make_index(shared, p, "target_to_source", p->targets, p->targets, p->by_target));
    return make_index(shared, p, "source_to_target", p->sources, p->all, p->by_source);
}

static ph_status make_file(const ph_edge_writer *w)
{
    ph_shared *shared = NULL;
    ph_status status = ph_shared_create(w->temporary, &shared);
    if (status == PH_OK)
        status = ph_shared_group(shared, "/edges");
    for (int i = 0; status == PH_OK && i < w->n; i++)
        status = make_population(w, shared, &w->sets[i]);
    return ph_shared_finish(&shared, status);
}

/* Rank 0 has made the file: all need to know where everything lies. */
static ph_status spread_places(const ph_edge_writer *w)
{
    const ph_comm *comm = w->export->comm;
    int is_first = ph_comm_rank(comm) == 0;
    ph_edge_set *told = is_first ? w->sets : NULL;
    void *bytes = told;
    int64_t n_bytes = w->n * (int64_t)sizeof *told;
    PH_TRY(ph_comm_spread_bytes(comm, 0, &bytes, &n_bytes));
    if (is_first)
        return PH_OK;
    told = bytes;
    for (int i = 0; i < w->n; i++) {
        ph_edge_set own = w->sets[i];
        w->sets[i] = told[i];
        w->sets[i].projection = own.projection;
        w->sets[i].first = own.first;
        w->sets[i].count = own.count;
        w->sets[i].mine = own.mine;
        w->sets[i].before = own.before;
    }
    ph_free(bytes);
    return PH_OK;
}

/* --- types ------------------------------------------------------------------------------------ */

static ph_status put_type(ph_export_text *csv, const ph_edge_set *p)
{
    char weight[PH_NUMBER_BYTES] = "NULL", delay[PH_NUMBER_BYTES] = "NULL";
    const ph_projection *projection = p->projection;
    if (p->one_weight)
        (void)ph_number_text(ph_edge_set_weight(p), weight);
    if (p->one_delay)
        (void)ph_number_text(projection->delay.mean, delay);
    PH_TRY(ph_export_add(csv, "%d static_synapse %s %s", projection->index + 1, weight, delay));
    PH_TRY(ph_export_cell(csv, projection->receptor));
    PH_TRY(ph_export_cell(csv, projection->address));
    return ph_export_add(csv, "\n");
}

static ph_status write_types(const ph_edge_writer *w)
{
    ph_export_text csv = {0};
    ph_status status = ph_export_add(&csv, "edge_type_id model_template syn_weight "
                                           "delay receptor edge_population\n");
    for (int i = 0; status == PH_OK && i < w->n; i++)
        status = put_type(&csv, &w->sets[i]);
    if (status == PH_OK)
        status = ph_folder_write(w->export->folder, "edge_types.csv", csv.text);
    ph_free(csv.text);
    return status;
}

/* --- all -------------------------------------------------------------------------------------- */

static ph_status count_all(const ph_edge_writer *w, const ph_quanta *quanta, int64_t *edges)
{
    const ph_comm *comm = w->export->comm;
    for (int i = 0; i < w->n; i++) {
        ph_edge_set *p = &w->sets[i];
        p->projection = w->export->brain->projections[i];
        PH_TRY(ph_comm_agree(comm, ph_edge_set_count(w, quanta, p)));
        PH_TRY(ph_place_among(comm, p->mine, &p->before, &p->all));
        *edges += p->all;
    }
    return PH_OK;
}

static ph_status first_rank(const ph_edge_writer *w)
{
    PH_TRY(write_types(w));
    return make_file(w);
}

static ph_status fill(ph_edge_writer *w)
{
    const ph_comm *comm = w->export->comm;
    PH_TRY(ph_comm_agree(comm, ph_shared_open(w->temporary, &w->file)));
    PH_TRY(ph_comm_agree(comm, ph_edge_sets_write(w)));
    /* Others' edges are read next: over a network what is closed is seen where it is opened. */
    PH_TRY(ph_comm_agree(comm, ph_shared_close(&w->file)));
    PH_TRY(ph_comm_agree(comm, ph_shared_open(w->temporary, &w->file)));
    for (int i = 0; i < w->n; i++)
        PH_TRY(ph_edge_set_index(w, &w->sets[i]));
    return PH_OK;
}

static ph_status write_file(ph_edge_writer *w, const ph_quanta *quanta, int64_t *edges)
{
    const ph_comm *comm = w->export->comm;
    int is_first = ph_comm_rank(comm) == 0;
    PH_TRY(count_all(w, quanta, edges));
    PH_TRY(ph_comm_agree(comm, is_first ? first_rank(w) : PH_OK));
    PH_TRY(spread_places(w));
    ph_status status = fill(w);
    ph_status closed = ph_shared_close(&w->file);
    PH_TRY(ph_comm_agree(comm, status == PH_OK ? closed : status));
    return ph_comm_agree(comm, is_first ? ph_folder_rename(w->temporary, w->path) : PH_OK);
}

ph_status ph_export_edges(ph_export *export)
{
    ph_edge_writer w = {.export = export, .n = export->brain->n_projections};
    ph_quanta quanta = {NULL};
    snprintf(w.path, sizeof w.path, "%s/edges.h5", export->folder);
    snprintf(w.temporary, sizeof w.temporary, "%s.tmp", w.path);
    ph_status status =
        ph_quanta_create(export->brain, export->inputs, export->n_inputs, &quanta);
    w.sets = ph_calloc((size_t)w.n, sizeof *w.sets);
    if (status == PH_OK && !w.sets)
        status = ph_error(PH_RESOURCE, "out of memory: projections");
    status = ph_comm_agree(export->comm, status);
    if (status == PH_OK)
        status = write_file(&w, &quanta, &export->edges);
    if (status != PH_OK && ph_comm_rank(export->comm) == 0)
        (void)unlink(w.temporary); /* the first error is the one to tell */
    ph_free(w.sets);
    ph_quanta_destroy(&quanta);
    return status;
}

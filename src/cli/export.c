/* SPDX-License-Identifier: Apache-2.0 */
/* `phasic export`: a configuration as the files of another format. Rank 0 reads it; all ranks build
 * from the same words, as in a run. */
#include "cli/commands.h"

#include "base/clock.h"
#include "base/memory.h"
#include "cli/registries.h"
#include "comm/comm.h"
#include "config/read.h"
#include "config/tree.h"
#include "io/folder.h"
#include "model/tables.h"
#include "network/edge_bounds.h"
#include "sim/sim.h"
#include "sonata/export.h"
#include "sonata/sonata.h"

#include <string.h>

typedef struct job {
    const ph_options *options;
    ph_comm *comm;
    ph_tree *own;   /* rank 0: the configuration as resolved, for its writer to change */
    char *text;     /* the same as text */
    ph_tree *tree;  /* of the brain */
    ph_brain *brain;
} job;

/* Rank 0: read, validate, and only then touch the folder. */
static ph_status resolve(job *j)
{
    const ph_run_options *o = &j->options->run;
    ph_brain *brain = NULL;
    PH_TRY(ph_sonata_load(o->config, o->sets, o->n_sets, ph_registries(), j->comm, &j->own));
    ph_status status = ph_brain_create(j->own, ph_registries(), &brain);
    for (int i = 0; status == PH_OK && i < brain->n_phases; i++)
        status = ph_check_files(&ph_brain_table, brain->phase_brains[i]);
    if (status == PH_OK)
        status = ph_tree_emit(j->own, &j->text);
    ph_brain_destroy(&brain);
    PH_TRY(status);
    return ph_folder_begin(o->out, o->force);
}

static ph_status spread(job *j)
{
    int is_first = ph_comm_rank(j->comm) == 0;
    ph_status status = is_first ? resolve(j) : PH_OK;
    PH_TRY(is_first ? ph_edge_bounds_end(j->comm) : ph_edge_bounds_serve(j->comm));
    PH_TRY(ph_comm_agree(j->comm, status));
    PH_TRY(ph_comm_spread(j->comm, 0, &j->text));
    status = ph_tree_parse(j->text, "config.yaml", &j->tree);
    if (status == PH_OK)
        status = ph_brain_create(j->tree, ph_registries(), &j->brain);
    return ph_comm_agree(j->comm, status);
}

static ph_status conclude(const job *j, int64_t edges, double seconds)
{
    const ph_brain *brain = j->brain;
    printf("%s: %d node populations, %lld nodes; %d edge populations, %lld edges; %.1f s\n",
           j->options->run.out, brain->n_populations, (long long)brain->n_neurons,
           brain->n_projections, (long long)edges, seconds);
    return ph_export_print_missing(brain);
}

static ph_status export(job *j)
{
    double begun = ph_clock();
    ph_task_layout task = {.n_inputs = 0};
    ph_inputs inputs;
    PH_TRY(spread(j));
    PH_TRY(ph_comm_agree(j->comm, ph_inputs_list(j->brain, &task, &inputs)));
    ph_export e = {.brain = j->brain,
                   .comm = j->comm,
                   .inputs = inputs.of,
                   .n_inputs = inputs.n,
                   .folder = j->options->run.out,
                   .tree = j->own};
    PH_TRY(ph_sonata_export(&e));
    int is_first = ph_comm_rank(j->comm) == 0;
    return ph_comm_agree(j->comm,
                         is_first ? conclude(j, e.edges, ph_clock() - begun) : PH_OK);
}

ph_status ph_command_export(const ph_options *options)
{
    job j = {.options = options};
    PH_CHECK(!strcmp(options->operand, "sonata"), PH_CONFIG,
             "unknown format '%.60s' (known: sonata)", options->operand);
    ph_status status = ph_comm_start(NULL, NULL, &j.comm);
    if (status == PH_OK)
        status = export(&j);
    if (status != PH_OK && j.comm)
        ph_comm_speak(j.comm, status);
    ph_brain_destroy(&j.brain);
    ph_tree_destroy(&j.tree);
    ph_tree_destroy(&j.own);
    ph_free(j.text);
    ph_comm_stop(&j.comm);
    return status;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* `phasic run`: the configuration is read on rank 0 and spread as resolved text, so that every rank
 * builds from the same words. */
#include "base/clock.h"
#include "base/memory.h"
#include "base/signals.h"
#include "base/version.h"
#include "cli/origin.h"
#include "cli/registries.h"
#include "cli/run.h"
#include "comm/comm.h"
#include "config/read.h"
#include "config/tree.h"
#include "io/checkpoint.h"
#include "io/folder.h"
#include "io/stream.h"
#include "io/summary.h"
#include "model/tables.h"
#include "network/edge_bounds.h"
#include "sim/sim.h"
#include "sonata/sonata.h"

#include <stdio.h>
#include <string.h>

typedef struct job {
    const ph_run_options *options;
    ph_comm *comm;
    char folder[4096];
    ph_lock *lock;   /* rank 0: of the folder */
    char *text;      /* resolved configuration */
    char *checkpoint; /* rank 0: folder of the one to go on or start from; NULL: none */
    ph_tree *tree;
    ph_brain *brain;
    ph_sim *sim;
    int is_built;    /* 1: the folder has something of the run */
} job;

/* "out/NAME" of "dir/NAME.yaml". */
static void default_folder(const char *config, char *folder, size_t room)
{
    const char *slash = strrchr(config, '/'), *name = slash ? slash + 1 : config;
    const char *dot = strrchr(name, '.');
    int length = dot && dot > name ? (int)(dot - name) : (int)strlen(name);
    snprintf(folder, room, "out/%.*s", length, name);
}

/* Where results go: as asked for, as a SONATA simulation says, or by the configuration's name. */
static ph_status find_folder(job *j, int *force)
{
    const ph_run_options *o = j->options;
    ph_sonata_output output;
    ph_tree *tree;
    *force = o->force;
    if (o->out) {
        snprintf(j->folder, sizeof j->folder, "%s", o->out);
        return PH_OK;
    }
    PH_TRY(ph_tree_create(&tree));
    ph_status status = ph_sonata_output_of(tree, o->config, &output);
    if (status == PH_OK && output.folder)
        snprintf(j->folder, sizeof j->folder, "%s", output.folder);
    else
        default_folder(o->config, j->folder, sizeof j->folder);
    *force |= status == PH_OK && output.overwrite;
    ph_tree_destroy(&tree);
    return status;
}

/* Rank 0: read, validate, and only then touch the folder. */
static ph_status resolve(job *j)
{
    const ph_run_options *o = j->options;
    int force;
    PH_TRY(find_folder(j, &force));
    ph_tree *tree = NULL;
    ph_brain *brain = NULL;
    ph_status status = ph_sonata_load(o->config, o->sets, o->n_sets, ph_registries(), j->comm,
                                      &tree);
    if (status == PH_OK)
        status = ph_brain_create(tree, ph_registries(), &brain);
    for (int i = 0; status == PH_OK && i < brain->n_phases; i++)
        status = ph_check_files(&ph_brain_table, brain->phase_brains[i]);
    if (status == PH_OK)
        status = ph_tree_emit(tree, &j->text);
    if (status == PH_OK && brain->start_from)
        status = ph_origin_start(brain->start_from, tree, &j->checkpoint);
    ph_brain_destroy(&brain);
    ph_tree_destroy(&tree);
    PH_TRY(status);
    if (j->checkpoint)
        PH_TRY(ph_origin_keep(j->checkpoint, j->folder));
    PH_TRY(ph_folder_create(j->folder, force, &j->lock));
    return ph_folder_write(j->folder, "config.yaml", j->text);
}

/* Rank 0: what was given may change when checkpoints are taken. */
static ph_status resolve_resumed(job *j)
{
    const ph_run_options *o = j->options;
    snprintf(j->folder, sizeof j->folder, "%s", o->resume);
    PH_TRY(ph_origin_check(j->folder));
    PH_TRY(ph_lock_take(j->folder, &j->lock));
    PH_TRY(ph_origin_resume(o, &j->checkpoint, &j->text));
    ph_checkpoints_tidy(j->folder); /* not before: who is refused changes nothing */
    return PH_OK;
}

static ph_status build_brain(job *j)
{
    PH_TRY(ph_tree_parse(j->text, "config.yaml", &j->tree));
    return ph_brain_create(j->tree, ph_registries(), &j->brain);
}

static ph_status spread(job *j)
{
    int is_first = ph_comm_rank(j->comm) == 0;
    ph_status status = PH_OK;
    if (is_first)
        status = j->options->resume ? resolve_resumed(j) : resolve(j);
    PH_TRY(is_first ? ph_edge_bounds_end(j->comm) : ph_edge_bounds_serve(j->comm));
    PH_TRY(ph_comm_agree(j->comm, status));
    char *folder = is_first ? j->folder : NULL;
    PH_TRY(ph_comm_spread(j->comm, 0, &j->text));
    PH_TRY(ph_comm_spread(j->comm, 0, &folder));
    if (!is_first) {
        snprintf(j->folder, sizeof j->folder, "%s", folder);
        ph_free(folder);
    }
    return ph_comm_agree(j->comm, build_brain(j));
}

static ph_status provenance(const job *j, const ph_summary *s, char *text, size_t room)
{
    int n = snprintf(text, room,
                     "version%c%s%ccommit%c%s%cbuild%c%s%cprecision%c%s%cranks%c%d%cthreads%c%d%c"
                     "seed%c%lld%c",
                     0, PH_VERSION, 0, 0, PH_GIT_COMMIT, 0, 0, PH_BUILD_TYPE, 0, 0, PH_PRECISION,
                     0, 0, s->ranks, 0, 0, s->threads, 0, 0, (long long)s->seed, 0);
    PH_CHECK(n > 0 && (size_t)n + 16 + strlen(j->text) < room, PH_RESOURCE,
             "no room for the provenance");
    memcpy(text + n, "configuration", 14);
    memcpy(text + n + 14, j->text, strlen(j->text) + 1);
    text[(size_t)n + 14 + strlen(j->text) + 1] = '\0';
    return PH_OK;
}

/* For sorting: what the brain has given back. */
static size_t merge_memory(void)
{
    long long freed = ph_peak_rss() - ph_rss();
    if (freed <= (long long)PH_MERGE_LEAST)
        return PH_MERGE_LEAST;
    return freed < (long long)PH_MERGE_MEMORY ? (size_t)freed : PH_MERGE_MEMORY;
}

/* Rank 0, after all have closed their parts. */
static ph_status merge(const job *j, const ph_summary *summary)
{
    size_t room = strlen(j->text) + 4096;
    char *text;
    PH_ALLOC(text, room);
    ph_status status = provenance(j, summary, text, room);
    if (status == PH_OK)
        status = ph_merge_within(j->folder, j->brain, text, NULL, merge_memory());
    ph_free(text);
    return status;
}

/* Rank 0. The summary comes last: a folder without it is not complete. */
static ph_status conclude(const job *j, const ph_summary *summary)
{
    PH_TRY(ph_summary_write(j->folder, summary));
    PH_TRY(ph_parts_discard(j->folder));
    if (j->options->quiet)
        return PH_OK;
    ph_status said = ph_summary_print(summary);
    if (said != PH_OK)
        return ph_error_context(said, "%s is complete, but: ", j->folder);
    printf("\n%s holds spikes.h5, run.h5, config.yaml and summary.json\n", j->folder);
    PH_CHECK(fflush(stdout) == 0 && !ferror(stdout), PH_FILE,
             "%s is complete, but: cannot write to standard output", j->folder);
    return PH_OK;
}

static ph_status run(job *j)
{
    PH_TRY(spread(j));
    ph_sim_options options = {.threads = j->options->threads,
                              .seed = (uint64_t)j->brain->simulation.seed,
                              .until_ms = j->options->until_ms,
                              .stop_ms = j->options->stop_ms,
                              .quiet = j->options->quiet,
                              .out_folder = j->folder,
                              .config = j->text,
                              .resume = j->checkpoint,
                              .resumes = j->options->resume != NULL,
                              .starts = j->brain->start_from != NULL};
    PH_TRY(ph_sim_create(j->brain, j->comm, &options, &j->sim));
    j->is_built = 1;
    PH_TRY(ph_sim_print_header(j->sim));
    PH_TRY(ph_sim_run(j->sim));
    if (ph_sim_has_left(j->sim))
        return ph_error(PH_STOPPED, "stopped with a checkpoint: phasic run --resume %s goes on",
                        j->folder);
    ph_summary summary;
    PH_TRY(ph_sim_summarize(j->sim, &summary));
    ph_sim_forget_brain(j->sim);
    int is_first = ph_comm_rank(j->comm) == 0;
    PH_TRY(ph_comm_agree(j->comm, is_first ? merge(j, &summary) : PH_OK));
    PH_TRY(ph_run_limit(j->comm, &summary));
    return ph_comm_agree(j->comm, is_first ? conclude(j, &summary) : PH_OK);
}

ph_status ph_command_run(const ph_run_options *options)
{
    job j = {.options = options};
    ph_status caught = ph_signals_catch(); /* first: a scheduler may be early */
    ph_status status = ph_comm_start(NULL, NULL, &j.comm);
    if (status == PH_OK)
        status = ph_comm_agree(j.comm, caught);
    if (status == PH_OK)
        status = run(&j);
    if (status != PH_OK && j.comm)
        ph_comm_speak(j.comm, status);
    ph_sim_destroy(&j.sim);
    ph_brain_destroy(&j.brain);
    ph_tree_destroy(&j.tree);
    ph_free(j.text);
    ph_free(j.checkpoint);
    if (j.lock && !j.is_built && !options->resume)
        ph_folder_abandon(j.folder, &j.lock);
    ph_lock_give_back(&j.lock);
    ph_comm_stop(&j.comm);
    return status;
}

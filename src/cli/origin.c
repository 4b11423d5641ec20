/* SPDX-License-Identifier: Apache-2.0 */
/* Checkpoints that a run goes on from, or another starts from. */
#include "cli/origin.h"

#include "base/memory.h"
#include "cli/registries.h"
#include "io/checkpoint.h"
#include "io/folder.h"
#include "sonata/sonata.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH_BYTES 4096

ph_status ph_origin_config(const char *out_folder, ph_tree **tree)
{
    char path[PATH_BYTES];
    int n = snprintf(path, sizeof path, "%s/config.yaml", out_folder);
    PH_CHECK(n > 0 && n < PATH_BYTES, PH_FILE, "the name %s is too long", out_folder);
    return ph_config_load(path, NULL, 0, tree);
}

int ph_origin_is_complete(const char *out_folder)
{
    char path[PATH_BYTES];
    int n = snprintf(path, sizeof path, "%s/summary.json", out_folder);
    return n > 0 && n < PATH_BYTES && access(path, F_OK) == 0;
}

/* @param kept the checkpoint's @param ignored paths that may differ, NULL-terminated */
static ph_status compare(const ph_tree *tree, const ph_tree *kept, const char *checkpoint,
                         const char *const *ignored)
{
    ph_status status = ph_tree_compare(kept, tree, ignored);
    return status == PH_OK
               ? PH_OK
               : ph_error_context(status, "the configuration is not that of the checkpoint %s: ",
                                  checkpoint);
}

static ph_status load(const char *path, const ph_run_options *o, ph_tree **tree)
{
    ph_brain *brain = NULL;
    PH_TRY(ph_sonata_load(path, o->sets, o->n_sets, ph_registries(), NULL, tree));
    ph_status status = ph_brain_create(*tree, ph_registries(), &brain); /* fills in defaults */
    ph_brain_destroy(&brain);
    return status;
}

ph_status ph_origin_check(const char *out_folder)
{
    PH_CHECK(access(out_folder, F_OK) == 0, PH_FILE, "there is no run %s: %s", out_folder,
             strerror(errno));
    PH_CHECK(!ph_checkpoint_is(out_folder), PH_FILE,
             "%s is a checkpoint: give the folder of the run that it lies in", out_folder);
    return PH_OK;
}

ph_status ph_origin_keep(const char *checkpoint, const char *out_folder)
{
    char from[PATH_MAX], to[PATH_MAX];
    if (!realpath(out_folder, to) || !realpath(checkpoint, from))
        return PH_OK; /* there is nothing to be cleared; what lacks is told by who reads it */
    size_t n = strlen(to);
    PH_CHECK(strncmp(from, to, n) != 0 || (from[n] != '/' && from[n] != '\0'), PH_CONFIG,
             "start_from: %s lies in the output folder %s, which is written over; give another "
             "with --out",
             checkpoint, out_folder);
    return PH_OK;
}

ph_status ph_origin_resume(const ph_run_options *o, char **checkpoint, char **text)
{
    static const char *const ignored[] = {"checkpoint", "layout", NULL};
    ph_tree *tree = NULL, *kept = NULL;
    char path[PATH_BYTES], *now = NULL;
    PH_CHECK(!ph_origin_is_complete(o->resume), PH_CONFIG,
             "%s is complete: there is nothing to go on with", o->resume);
    PH_TRY(ph_checkpoint_find(o->resume, checkpoint, text));
    snprintf(path, sizeof path, "%s/config.yaml", o->resume);
    if (access(path, F_OK) != 0) /* the checkpoint has it, too */
        PH_TRY(ph_folder_write(o->resume, "config.yaml", *text));
    ph_status status = load(o->config ? o->config : path, o, &tree);
    if (status == PH_OK)
        status = ph_tree_parse(*text, "the checkpoint", &kept);
    if (status == PH_OK)
        status = compare(tree, kept, *checkpoint, ignored);
    if (status == PH_OK)
        status = ph_tree_emit(tree, &now);
    ph_tree_destroy(&kept);
    ph_tree_destroy(&tree);
    if (status != PH_OK)
        return status;
    ph_free(*text);
    *text = now;
    return PH_OK;
}

/* Whether two mappings have the same keys in the same order, and so their receptors. */
static int are_named_alike(const ph_node *a, const ph_node *b)
{
    const ph_node *one = a ? a->first : NULL, *other = b ? b->first : NULL;
    for (; one && other; one = one->next, other = other->next)
        if (strcmp(one->key, other->key) != 0 ||
            !are_named_alike(ph_node_get(one, "receptors"), ph_node_get(other, "receptors")))
            return 0;
    return !one && !other;
}

/* Modulation may differ from that of the other run, but not what the state is laid out by: beats,
 * and transmitters with their receptors, in their order. */
static ph_status compare_layout(const ph_tree *tree, const ph_tree *kept, const char *checkpoint)
{
    const ph_node *here = ph_node_get(tree->root, "neuromodulation");
    const ph_node *there = ph_node_get(kept->root, "neuromodulation");
    const ph_node *beat = ph_node_get(here, "beat"), *its = ph_node_get(there, "beat");
    int is_same = (!beat && !its) ||
                  (beat && its && beat->text && its->text && !strcmp(beat->text, its->text));
    PH_CHECK(is_same, PH_CONFIG, "neuromodulation.beat is not that of the checkpoint %s",
             checkpoint);
    PH_CHECK(are_named_alike(ph_node_get(here, "transmitters"), ph_node_get(there, "transmitters")),
             PH_CONFIG,
             "neuromodulation.transmitters are not those of the checkpoint %s, in its order",
             checkpoint);
    return PH_OK;
}

ph_status ph_origin_start(const char *folder, const ph_tree *tree, char **checkpoint)
{
    static const char *const ignored[] = {
        "simulation.duration", "neuromodulation", "task",       "phases",     "interventions",
        "recording",           "checkpoint",      "start_from", "layout", "experiment", NULL};
    ph_tree *kept = NULL;
    char *text = NULL;
    PH_TRY(ph_checkpoint_find(folder, checkpoint, &text));
    ph_status status = ph_tree_parse(text, "the checkpoint", &kept);
    if (status == PH_OK)
        status = compare(tree, kept, *checkpoint, ignored);
    if (status == PH_OK)
        status = compare_layout(tree, kept, *checkpoint);
    ph_tree_destroy(&kept);
    ph_free(text);
    return status;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* `phasic recover`: the files of a run that was killed. What it had written is kept beside them, so
 * that a run with checkpoints can still go on. */
#include "cli/commands.h"

#include "cli/origin.h"
#include "cli/registries.h"
#include "config/tree.h"
#include "io/lock.h"
#include "io/stream.h"

static ph_status merge(const char *out_folder, ph_tree *tree)
{
    ph_brain *brain = NULL;
    int64_t counts[PH_STREAMS] = {0};
    PH_TRY(ph_brain_create(tree, ph_registries(), &brain));
    ph_status status = ph_merge(out_folder, brain, NULL, counts);
    if (status == PH_OK)
        printf("%s: %lld spikes and %lld trials recovered\n", out_folder,
               (long long)counts[PH_STREAM_SPIKES], (long long)counts[PH_STREAM_TRIALS]);
    ph_brain_destroy(&brain);
    return status;
}

ph_status ph_command_recover(const char *out_folder)
{
    ph_tree *tree;
    PH_TRY(ph_origin_config(out_folder, &tree));
    ph_lock *lock = NULL;
    ph_status status = ph_lock_take(out_folder, &lock);
    if (status == PH_OK)
        status = merge(out_folder, tree);
    ph_lock_give_back(&lock);
    ph_tree_destroy(&tree);
    return status;
}

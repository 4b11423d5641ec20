/* SPDX-License-Identifier: Apache-2.0 */
/* Where a run comes from that does not begin at the beginning, and whether it fits. */
#ifndef PHASIC_CLI_ORIGIN_H
#define PHASIC_CLI_ORIGIN_H

#include "cli/run.h"
#include "config/tree.h"

/** @brief Read the configuration of a run, as it was resolved. Not collective.
 *  @param out_folder of the run @param tree out: owned by the caller, ph_tree_destroy
 *  @return PH_FILE when it has none */
ph_status ph_origin_config(const char *out_folder, ph_tree **tree);

/** @brief Whether a run has come to its end: its summary is there. Not collective. */
int ph_origin_is_complete(const char *out_folder);

/** @brief Whether a folder is one that `--resume` may be given, in words for who gave another. Not
 *  collective. @return PH_FILE */
ph_status ph_origin_check(const char *out_folder);

/** @brief Refuse to write over the folder that a checkpoint lies in. Not collective.
 *  @return PH_CONFIG */
ph_status ph_origin_keep(const char *checkpoint, const char *out_folder);

/** @brief Find the checkpoint from which a run goes on, and its configuration. What is given
 *  besides, or stands in the folder, must be the same, but for when checkpoints are taken. Not
 *  collective.
 *  @param checkpoint,text out: owned by the caller, freed with ph_free
 *  @return PH_CONFIG with the key that differs, PH_FILE when there is none */
ph_status ph_origin_resume(const ph_run_options *options, char **checkpoint, char **text);

/** @brief Find the checkpoint from which a new run starts. What the state belongs to must be the
 *  same. Not collective.
 *  @param folder of a run, or of a checkpoint @param tree the new run's configuration, resolved
 *  @param checkpoint out: owned by the caller, freed with ph_free */
ph_status ph_origin_start(const char *folder, const ph_tree *tree, char **checkpoint);

#endif

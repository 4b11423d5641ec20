/* SPDX-License-Identifier: Apache-2.0 */
/* The commands that need no MPI. */
#ifndef PHASIC_CLI_COMMANDS_H
#define PHASIC_CLI_COMMANDS_H

#include "cli/options.h"

/** @brief Read and validate a configuration, print what will be built. Not collective. */
ph_status ph_command_check(const ph_run_options *options);

/** @brief Merge the part files of a run that was killed. Not collective.
 *  @param out_folder holds config.yaml and parts/ */
ph_status ph_command_recover(const char *out_folder);

/** @brief Do what the options say. Collective on all processes for `run`, else not collective.
 *  @return the status, which is the exit code */
ph_status ph_command_do(const ph_options *options);

#endif

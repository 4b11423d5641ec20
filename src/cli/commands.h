/* SPDX-License-Identifier: Apache-2.0 */
/* The commands but `run`. */
#ifndef PHASIC_CLI_COMMANDS_H
#define PHASIC_CLI_COMMANDS_H

#include "cli/options.h"
#include "model/brain.h"

/** @brief Read and validate a configuration, print what will be built. Not collective.
 *  @param resolved 1: print the configuration as resolved instead */
ph_status ph_command_check(const ph_run_options *options, int resolved);

/** @brief Print what the interventions do in a phase, a line each; what is cut is no matter of
 *  phases. Not collective. @param phase index */
void ph_print_interventions(const ph_brain *brain, int phase);

/** @brief Print what each rank of a run will hold, do and receive; or build one rank alone and hold
 *  its memory against that, for which MPI is started. Not collective. */
ph_status ph_command_plan(const ph_options *options);

/** @brief Merge the part files of a run that was killed. Not collective.
 *  @param out_folder holds config.yaml and parts/ */
ph_status ph_command_recover(const char *out_folder);

/** @brief Show what a run is doing, from its files, every two seconds until it has ended; on a
 *  terminal in place. Not collective. @param once 1: show it once */
ph_status ph_command_watch(const char *out_folder, int once);

/** @brief Measure this machine and print the figures. Starts and stops MPI. Collective on all
 *  processes. @param threads of each rank @param only_messages 1: nothing but what is sent between
 *  ranks @param json a file for the same figures; NULL: none */
ph_status ph_command_bench(int threads, int only_messages, const char *json);

/** @brief Write a configuration as files of another format. Starts and stops MPI. Collective on all
 *  processes. */
ph_status ph_command_export(const ph_options *options);

/** @brief Do what the options say. Collective on all processes for `run`, `export` and `bench`,
 *  else not.
 *  @return the status, which is the exit code */
ph_status ph_command_do(const ph_options *options);

#endif

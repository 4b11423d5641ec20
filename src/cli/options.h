/* SPDX-License-Identifier: Apache-2.0 */
/* Commands and their options, by GNU habits. */
#ifndef PHASIC_CLI_OPTIONS_H
#define PHASIC_CLI_OPTIONS_H

#include "cli/run.h"

#include <stdio.h>

typedef enum ph_command {
    PH_COMMAND_HELP,    /* --help, `phasic COMMAND --help` */
    PH_COMMAND_VERSION, /* --version */
    PH_COMMAND_CHECK,
    PH_COMMAND_PLAN,
    PH_COMMAND_RUN,
    PH_COMMAND_EXPORT,
    PH_COMMAND_BENCH,
    PH_COMMAND_EXPLAIN,
    PH_COMMAND_SCHEMA,
    PH_COMMAND_REFERENCE,
    PH_COMMAND_COMPLETION,
    PH_COMMAND_MANUAL,
    PH_COMMAND_WATCH,
    PH_COMMAND_RECOVER
} ph_command;

#define PH_MACHINES_MOST 8

typedef struct ph_options {
    ph_command command;
    ph_command help_on;  /* HELP: of which command; PH_COMMAND_HELP: of the program */
    const char *operand; /* KEY of explain, OUT of watch and recover, COMMAND of manual, format of
                            export; NULL: none */
    ph_run_options run;  /* RUN; CHECK, PLAN and EXPORT use .config and .sets, PLAN and BENCH
                            .threads, PLAN .until_ms, EXPORT .out and .force */
    int ranks, nodes;    /* PLAN */
    int build_rank;      /* PLAN: the rank to build alone; -1: none */
    const char *machines[PH_MACHINES_MOST]; /* PLAN: n_machines files of --machine; argv's */
    int n_machines;
    const char *rates;   /* PLAN: folder of a run; NULL: none */
    const char *json;    /* FILE of BENCH and PLAN; NULL: none */
    int resolved;        /* 1: check prints the configuration as resolved */
    int once;            /* 1: watch shows the run once */
    int messages;        /* 1: bench measures messages between ranks alone */
    const char **sets;   /* owned: the memory of run.sets */
    char *seed_set;      /* owned: "simulation.seed=N" */
} ph_options;

/** @brief Read the command line. Not collective.
 *  @param options out: argv is borrowed; ph_options_free
 *  @return PH_CONFIG with what is wrong and a hint */
ph_status ph_options_parse(int argc, char **argv, ph_options *options);

/** @brief Free what the options own. Not collective. */
void ph_options_free(ph_options *options);

/** @brief Print the help of a command, or of the program (PH_COMMAND_HELP). Not collective. */
void ph_options_help(FILE *out, ph_command command);

#endif

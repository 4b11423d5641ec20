/* SPDX-License-Identifier: Apache-2.0 */
/* What commands and options there are: from these tables come reading, --help, the completion of
 * shells and the man pages, so that they cannot disagree. */
#ifndef PHASIC_CLI_COMMANDS_TABLE_H
#define PHASIC_CLI_COMMANDS_TABLE_H

#include "cli/options.h"

/* What an argument names, for shells that complete it. */
typedef enum ph_shape {
    PH_SHAPE_TEXT,   /* a number, a time: nothing to complete */
    PH_SHAPE_CONFIG, /* a configuration */
    PH_SHAPE_FILE,
    PH_SHAPE_FOLDER,
    PH_SHAPE_KEY,    /* a key of the configuration, a model, a rule, a task */
    PH_SHAPE_SET,    /* PATH=VALUE */
    PH_SHAPE_COMMAND /* the name of a command */
} ph_shape;

/* Options without a letter. */
enum { PH_OPTION_HELP = 256, PH_OPTION_VERSION, PH_OPTION_SEED, PH_OPTION_UNTIL, PH_OPTION_JSON,
       PH_OPTION_MESSAGES, PH_OPTION_RESOLVED, PH_OPTION_RANKS, PH_OPTION_NODES,
       PH_OPTION_BUILD_RANK, PH_OPTION_MACHINE, PH_OPTION_RATES, PH_OPTION_RESUME,
       PH_OPTION_STOP_AT, PH_OPTION_ONCE };

typedef struct ph_option_row {
    const char *name;     /* "set" */
    int code;             /* its letter, or PH_OPTION_* */
    const char *argument; /* "PATH=VALUE"; NULL: it has none */
    ph_shape shape;       /* of the argument */
    const char *doc;      /* what it does, unbroken */
} ph_option_row;

typedef struct ph_command_row {
    const char *name;
    ph_command command;
    const char *operand; /* "CONFIG", or several; NULL: it has none */
    int needs_operand;   /* how many it must have; 0: one that may be left out */
    ph_shape shape;      /* of the operands */
    const char *other;   /* another way to be called: "--resume DIR"; NULL: none */
    const char *brief;   /* a line in the list of commands */
    const char *doc;     /* what it does, unbroken */
    const ph_option_row *options; /* n_options; all have --help and --version besides */
    int n_options;
} ph_command_row;

/** What all commands have. */
extern const ph_option_row ph_option_rows_common[];
extern const int ph_option_rows_common_count;

extern const ph_command_row ph_command_rows[];
extern const int ph_command_rows_count;

/* An exit status, or a variable of the environment, and what it means. */
typedef struct ph_note_row {
    const char *name;
    const char *doc;
} ph_note_row;

extern const ph_note_row ph_exit_rows[], ph_environment_rows[];
extern const int ph_exit_rows_count, ph_environment_rows_count;

/** @brief The row of a command; NULL for what is no command. Not collective. */
const ph_command_row *ph_command_row_of(ph_command command);

/** @brief The row of a command's name. Not collective. @param command out
 *  @return PH_CONFIG, with the nearest name, when there is no such command */
ph_status ph_command_row_named(const char *name, const ph_command_row **command);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The commands and their options, a line each. */
#include "cli/commands_table.h"

#define SET                                                                                        \
    {"set", 's', "PATH=VALUE", PH_SHAPE_SET,                                                       \
     "change a value: --set task.rule=second; may be repeated"}
#define THREADS {"threads", 't', "T", PH_SHAPE_TEXT, "threads of each process (default: 1)"}

static const ph_option_row check_options[] = {
    SET,
    {"resolved", PH_OPTION_RESOLVED, NULL, PH_SHAPE_TEXT,
     "print the configuration as resolved instead, every key"},
};

static const ph_option_row plan_options[] = {
    SET,
    {"ranks", PH_OPTION_RANKS, "N", PH_SHAPE_TEXT, "processes of the run (default: 1)"},
    THREADS,
    {"nodes", PH_OPTION_NODES, "M", PH_SHAPE_TEXT, "machines they run on (default: 1)"},
    {"until", PH_OPTION_UNTIL, "TIME", PH_SHAPE_TEXT,
     "of a run that ends at this biological time"},
    {"machine", PH_OPTION_MACHINE, "FILE", PH_SHAPE_FILE,
     "figures of the machine, as phasic bench --json writes them; may be repeated: one file of a "
     "process alone, one of messages"},
    {"rates", PH_OPTION_RATES, "DIR", PH_SHAPE_FOLDER,
     "expect the rates that the run in DIR had: a short run on few ranks says how much a brain "
     "fires"},
    {"build-rank", PH_OPTION_BUILD_RANK, "K", PH_SHAPE_TEXT,
     "really build rank K (from 0) of the N, alone, and hold the memory that it took against the "
     "plan"},
    {"json", PH_OPTION_JSON, "FILE", PH_SHAPE_FILE,
     "write what is said of the whole to FILE as well"},
};

static const ph_option_row run_options[] = {
    SET,
    {"seed", PH_OPTION_SEED, "N", PH_SHAPE_TEXT,
     "seed of all random numbers, instead of simulation.seed=N"},
    {"out", 'o', "DIR", PH_SHAPE_FOLDER, "output folder (default: out/NAME-OF-CONFIG)"},
    {"force", 'f', NULL, PH_SHAPE_TEXT, "replace an existing output folder"},
    {"resume", PH_OPTION_RESUME, "DIR", PH_SHAPE_FOLDER,
     "go on with the run in DIR: with its own configuration, into DIR"},
    {"until", PH_OPTION_UNTIL, "TIME", PH_SHAPE_TEXT,
     "end at this biological time, also when resumed: --until \"5 s\""},
    {"stop-at", PH_OPTION_STOP_AT, "TIME", PH_SHAPE_TEXT,
     "stop at this biological time with a checkpoint, for --resume"},
    THREADS,
    {"quiet", 'q', NULL, PH_SHAPE_TEXT, "no progress line"},
};

static const ph_option_row export_options[] = {
    SET,
    {"seed", PH_OPTION_SEED, "N", PH_SHAPE_TEXT,
     "seed of all random numbers, instead of simulation.seed=N"},
    {"force", 'f', NULL, PH_SHAPE_TEXT, "write over files in an existing folder"},
};

static const ph_option_row bench_options[] = {
    THREADS,
    {"messages", PH_OPTION_MESSAGES, NULL, PH_SHAPE_TEXT,
     "nothing but the messages between ranks"},
    {"json", PH_OPTION_JSON, "FILE", PH_SHAPE_FILE, "write the figures to FILE as well"},
};

static const ph_option_row watch_options[] = {
    {"once", PH_OPTION_ONCE, NULL, PH_SHAPE_TEXT, "show it once, for scripts"},
};

const ph_option_row ph_option_rows_common[] = {
    {"help", PH_OPTION_HELP, NULL, PH_SHAPE_TEXT, "this text"},
    {"version", PH_OPTION_VERSION, NULL, PH_SHAPE_TEXT, "the version"},
};
const int ph_option_rows_common_count = PH_COUNT(ph_option_rows_common);

#define OPTIONS(rows) .options = (rows), .n_options = PH_COUNT(rows)

const ph_command_row ph_command_rows[] = {
    {.name = "check", .command = PH_COMMAND_CHECK, .operand = "CONFIG", .needs_operand = 1,
     .shape = PH_SHAPE_CONFIG, OPTIONS(check_options),
     .brief = "read, validate, say what will be built",
     .doc = "Read a configuration, validate it and say what will be built."},
    {.name = "plan", .command = PH_COMMAND_PLAN, .operand = "CONFIG", .needs_operand = 1,
     .shape = PH_SHAPE_CONFIG, OPTIONS(plan_options),
     .brief = "memory, load and traffic of each rank, before a job is paid for",
     .doc = "Say what each rank of a run will hold, do and receive, and how long it may take."},
    {.name = "run", .command = PH_COMMAND_RUN, .operand = "CONFIG", .needs_operand = 1,
     .shape = PH_SHAPE_CONFIG, .other = "--resume DIR", OPTIONS(run_options),
     .brief = "run it: mpirun -n RANKS phasic run CONFIG",
     .doc = "Run a configuration, on as many processes as mpirun starts; or go on with a run from "
            "its newest checkpoint, on as many processes and threads as there are now."},
    {.name = "export", .command = PH_COMMAND_EXPORT, .operand = "sonata CONFIG OUT",
     .needs_operand = 3, .shape = PH_SHAPE_CONFIG, OPTIONS(export_options),
     .brief = "the network as SONATA files, for other simulators",
     .doc = "Write the network of a configuration into the folder OUT as SONATA has it: nodes, "
            "edges with indices by source and by target, tables of types, circuit_config.json, "
            "simulation_config.json and node sets; on as many processes as mpirun starts, each "
            "writes the edges of its share. What SONATA has no words for, such as plasticity, "
            "tasks and Poisson input, goes into phasic.yaml, which the simulation names: phasic "
            "run OUT/simulation_config.json gives the same spikes."},
    {.name = "bench", .command = PH_COMMAND_BENCH, OPTIONS(bench_options),
     .brief = "what this machine can do: memory, delivery, messages between ranks",
     .doc = "Measure this machine, alone or on as many processes as mpirun starts, all at once: "
            "memory bandwidth; scatter-add, which is what delivering spikes does, by several "
            "kernels with the best ones marked; the threads' barrier; messages between ranks; on "
            "one process, what models, rules and synapses cost, from which phasic plan --machine "
            "tells times. The best sequential scatter-add is the limit that runs are held "
            "against. Takes half a minute and at most 1/8 of the memory."},
    {.name = "explain", .command = PH_COMMAND_EXPLAIN, .operand = "KEY", .shape = PH_SHAPE_KEY,
     .brief = "documentation of a configuration key, model, rule or task",
     .doc = "Explain a key of the configuration (tracts.weight) or a type (iaf_psc_exp); without "
            "KEY, give an overview."},
    {.name = "schema", .command = PH_COMMAND_SCHEMA,
     .brief = "JSON Schema of the configuration, for editors",
     .doc = "Print the JSON Schema (draft 7) of the configuration, by which editors complete keys "
            "and mark what is wrong. A configuration names it in its first line: "
            "# yaml-language-server: $schema=PATH"},
    {.name = "reference", .command = PH_COMMAND_REFERENCE,
     .brief = "every key with its unit, default and range, as a configuration",
     .doc = "Print a configuration in which every key stands once, with its unit, its default and "
            "its range; types that exclude each other stand in comments."},
    {.name = "completion", .command = PH_COMMAND_COMPLETION,
     .brief = "completion for bash: source <(phasic completion)",
     .doc = "Print a script by which bash completes commands, options, files and, for explain and "
            "--set, keys and the names of models, rules and tasks."},
    {.name = "manual", .command = PH_COMMAND_MANUAL, .operand = "COMMAND",
     .shape = PH_SHAPE_COMMAND,
     .brief = "a man page, of phasic or of a command: phasic manual run | man -l -",
     .doc = "Print the man page of the program, or of a command, for man, groff or mandoc."},
    {.name = "watch", .command = PH_COMMAND_WATCH, .operand = "OUT", .needs_operand = 1,
     .shape = PH_SHAPE_FOLDER, OPTIONS(watch_options),
     .brief = "what a run is doing: rates, transmitters, score",
     .doc = "Show what the run that writes into OUT is doing: how far it is and how fast, the rate "
            "of each region, transmitters, and the score of its last 50 trials; every two seconds "
            "until it ends. It only reads what the run has written, from anywhere that sees the "
            "folder, and asks nothing of the run."},
    {.name = "recover", .command = PH_COMMAND_RECOVER, .operand = "OUT", .needs_operand = 1,
     .shape = PH_SHAPE_FOLDER,
     .brief = "finish the files of a run that was killed",
     .doc = "Finish the files in the output folder of a run that was killed. Where it has a "
            "checkpoint, phasic run --resume OUT can still go on with it."},
};
const int ph_command_rows_count = PH_COUNT(ph_command_rows);

const ph_note_row ph_exit_rows[] = {
    {"0", "success"},
    {"1", "failure: a defect, or a library's"},
    {"2", "usage or configuration"},
    {"3", "a file or folder cannot be read or written"},
    {"4", "resources: memory, threads, cores"},
    {"5", "stopped early with a checkpoint (SIGTERM, --stop-at, the end of a job): phasic run "
          "--resume goes on"},
};
const int ph_exit_rows_count = PH_COUNT(ph_exit_rows);

const ph_note_row ph_environment_rows[] = {
    {"PHASIC_CORES", "cores of this machine, where the system does not know how many it may use"},
    {"PHASIC_ISA", "instruction set to use at most: baseline, avx2 or avx512"},
    {"PHASIC_JOB_END", "when the job ends, in Unix seconds, where the scheduler does not say it: a "
                       "minute before, or a tenth of the job, a run writes a checkpoint, and "
                       "leaves if the rest of it does not fit; any of the ranks may know"},
};
const int ph_environment_rows_count = PH_COUNT(ph_environment_rows);

const ph_command_row *ph_command_row_of(ph_command command)
{
    for (int i = 0; i < ph_command_rows_count; i++)
        if (ph_command_rows[i].command == command)
            return &ph_command_rows[i];
    return NULL;
}

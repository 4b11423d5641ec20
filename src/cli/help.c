/* SPDX-License-Identifier: Apache-2.0 */
/* What --help prints. */
#include "cli/options.h"

static const char program[] =
    "Usage: phasic COMMAND [OPTION]... [ARGUMENT]\n"
    "Simulate brains whose regions learn under global neuromodulation.\n\n"
    "Commands:\n"
    "  check CONFIG     read, validate, say what will be built\n"
    "  plan CONFIG      memory, load and traffic of each rank, before a job is paid for\n"
    "  run CONFIG       run it: mpirun -n RANKS phasic run CONFIG\n"
    "  bench            what this machine can do: memory, delivery, messages between ranks\n"
    "  explain [KEY]    documentation of a configuration key, model, rule or task\n"
    "  schema           JSON Schema of the configuration, for editors\n"
    "  recover OUT      finish the files of a run that was killed\n\n"
    "  --help           this text; after a command, its options\n"
    "  --version        the version\n\n"
    "Exit status: 0 success, 1 failure, 2 usage or configuration, 3 files, 4 resources,\n"
    "5 stopped early with a checkpoint (SIGTERM, --stop-at): phasic run --resume goes on.\n";

static const char check[] =
    "Usage: phasic check CONFIG [OPTION]...\n"
    "Read a configuration, validate it and say what will be built.\n\n"
    "  -s, --set PATH=VALUE  change a value: --set task.rule=second; may be repeated\n"
    "      --resolved        print the configuration as resolved instead, every key\n"
    "      --help            this text\n";

static const char plan[] =
    "Usage: phasic plan CONFIG [OPTION]...\n"
    "Say what each rank of a run will hold, do and receive, and how long it may take.\n\n"
    "  -s, --set PATH=VALUE  change a value; may be repeated\n"
    "      --ranks N         processes of the run (default: 1)\n"
    "  -t, --threads T       threads of each process (default: 1)\n"
    "      --nodes M         machines they run on (default: 1)\n"
    "      --until TIME      of a run that ends at this biological time\n"
    "      --machine FILE    figures of the machine, as phasic bench --json writes them; may be\n"
    "                        repeated: one file of a process alone, one of messages\n"
    "      --rates DIR       expect the rates that the run in DIR had: a short run on few ranks\n"
    "                        says how much a brain fires\n"
    "      --build-rank K    really build rank K (from 0) of the N, alone, and hold the memory\n"
    "                        that it took against the plan\n"
    "      --json FILE       write what is said of the whole to FILE as well\n"
    "      --help            this text\n";

static const char run[] =
    "Usage: phasic run CONFIG [OPTION]...\n"
    "  or:  phasic run --resume DIR [OPTION]...\n"
    "Run a configuration, on as many processes as mpirun starts; or go on with a run from its\n"
    "newest checkpoint, on as many processes and threads as there are now.\n\n"
    "  -s, --set PATH=VALUE  change a value: --set task.rule=second; may be repeated\n"
    "      --seed N          seed of all random numbers, instead of simulation.seed\n"
    "  -o, --out DIR         output folder (default: out/NAME-OF-CONFIG)\n"
    "  -f, --force           replace an existing output folder\n"
    "      --resume DIR      go on with the run in DIR: with its own configuration, into DIR\n"
    "      --until TIME      end at this biological time: --until \"5 s\"\n"
    "      --stop-at TIME    stop at this biological time with a checkpoint, for --resume\n"
    "  -t, --threads T       threads of each process (default: 1)\n"
    "  -q, --quiet           no progress line\n"
    "      --help            this text\n";

static const char bench[] =
    "Usage: phasic bench [OPTION]...\n"
    "Measure this machine, alone or on as many processes as mpirun starts, all at once:\n"
    "memory bandwidth; scatter-add, which is what delivering spikes does, by several kernels\n"
    "with the best ones marked; the threads' barrier; messages between ranks; on one process,\n"
    "what models, rules and synapses cost, from which `phasic plan --machine` tells times. The\n"
    "best sequential scatter-add is the limit that runs are held against. Takes half a minute\n"
    "and at most 1/8 of the memory.\n\n"
    "  -t, --threads T       threads of each process (default: 1)\n"
    "      --messages        nothing but the messages between ranks\n"
    "      --json FILE       write the figures to FILE as well\n"
    "      --help            this text\n";

static const char explain[] =
    "Usage: phasic explain [KEY]\n"
    "Explain a key of the configuration (tracts.weight) or a type (iaf_psc_exp); without KEY, give "
    "an\noverview.\n";

static const char schema[] = "Usage: phasic schema\n"
                             "Print the JSON Schema of the configuration.\n";

static const char recover[] =
    "Usage: phasic recover OUT\n"
    "Finish the files in the output folder of a run that was killed. Where it has a checkpoint,\n"
    "phasic run --resume OUT can still go on with it.\n";

void ph_options_help(FILE *out, ph_command command)
{
    const char *text = command == PH_COMMAND_CHECK     ? check
                       : command == PH_COMMAND_PLAN    ? plan
                       : command == PH_COMMAND_RUN     ? run
                       : command == PH_COMMAND_BENCH   ? bench
                       : command == PH_COMMAND_EXPLAIN ? explain
                       : command == PH_COMMAND_SCHEMA  ? schema
                       : command == PH_COMMAND_RECOVER ? recover
                                                       : program;
    fputs(text, out);
}

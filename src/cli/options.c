/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the command line. */
#include "cli/commands_table.h"

#include "base/memory.h"
#include "base/units.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define MOST_THREADS 4096
#define MOST_RANKS 1000000
#define MOST_SEED 281474976710655 /* 2^48 - 1 */

#define MOST_OPTIONS 32

static ph_status unknown_command(const char *word)
{
    ph_nearest nearest = ph_nearest_to(word);
    char hint[PH_HINT];
    for (int i = 0; i < ph_command_rows_count; i++)
        ph_nearest_offer(&nearest, ph_command_rows[i].name);
    return ph_error(PH_CONFIG, "unknown command '%.80s'%s (see phasic --help)", word,
                    ph_nearest_hint(&nearest, hint));
}

ph_status ph_command_row_named(const char *name, const ph_command_row **command)
{
    for (int i = 0; i < ph_command_rows_count; i++)
        if (!strcmp(name, ph_command_rows[i].name)) {
            *command = &ph_command_rows[i];
            return PH_OK;
        }
    return unknown_command(name);
}

static ph_status unknown_option(const ph_command_row *command, const char *word)
{
    char name[80], hint[PH_HINT];
    snprintf(name, sizeof name, "%s", word + strspn(word, "-"));
    name[strcspn(name, "=")] = '\0';
    ph_nearest nearest = ph_nearest_to(name);
    for (int i = 0; i < command->n_options; i++)
        ph_nearest_offer(&nearest, command->options[i].name);
    for (int i = 0; i < ph_option_rows_common_count; i++)
        ph_nearest_offer(&nearest, ph_option_rows_common[i].name);
    /* The hint names the option with its dashes. */
    if (nearest.best)
        snprintf(hint, sizeof hint, "; did you mean '--%s'?", nearest.best);
    else
        hint[0] = '\0';
    return ph_error(PH_CONFIG, "unknown option '%.80s'%s (see phasic %s --help)", word, hint,
                    command->name);
}

/* --- values ----------------------------------------------------------------------------------- */

static ph_status read_time(const char *option, const char *text, double *ms)
{
    ph_status status = ph_quantity_parse(text, "ms", ms, NULL);
    if (status != PH_OK)
        return ph_error_context(status, "%s: ", option);
    PH_CHECK(*ms > 0, PH_CONFIG, "%s: '%.80s' is not after the start", option, text);
    return PH_OK;
}

static ph_status read_count(const char *option, const char *text, int64_t low, int64_t high,
                            int64_t *value)
{
    ph_status status = ph_integer_parse(text, value);
    if (status != PH_OK)
        return ph_error_context(status, "%s: ", option);
    PH_CHECK(*value >= low && *value <= high, PH_CONFIG,
             "%s: '%.80s' is out of range; allowed: %lld .. %lld", option, text, (long long)low,
             (long long)high);
    return PH_OK;
}

static ph_status read_seed(ph_options *options, const char *text)
{
    int64_t seed;
    PH_TRY(read_count("--seed", text, 0, MOST_SEED, &seed));
    options->run.seed = (uint64_t)seed;
    options->run.has_seed = 1;
    return PH_OK;
}

static ph_status read_int(const char *option, const char *text, int64_t low, int64_t high,
                          int *value)
{
    int64_t read;
    PH_TRY(read_count(option, text, low, high, &read));
    *value = (int)read;
    return PH_OK;
}

static ph_status read_option(ph_options *options, int option)
{
    switch (option) {
    case 's':
        options->sets[options->run.n_sets++] = optarg;
        return PH_OK;
    case 'o':
        PH_CHECK(*optarg, PH_CONFIG, "--out: the name of a folder is expected");
        options->run.out = optarg;
        return PH_OK;
    case 'f':
        options->run.force = 1;
        return PH_OK;
    case PH_OPTION_RESUME:
        PH_CHECK(*optarg, PH_CONFIG, "--resume: the folder of a run is expected");
        options->run.resume = optarg;
        return PH_OK;
    case 'q':
        options->run.quiet = 1;
        return PH_OK;
    case 't':
        return read_int("--threads", optarg, 1, MOST_THREADS, &options->run.threads);
    case PH_OPTION_RANKS:
        return read_int("--ranks", optarg, 1, MOST_RANKS, &options->ranks);
    case PH_OPTION_NODES:
        return read_int("--nodes", optarg, 1, MOST_RANKS, &options->nodes);
    case PH_OPTION_BUILD_RANK:
        return read_int("--build-rank", optarg, 0, MOST_RANKS - 1, &options->build_rank);
    case PH_OPTION_RESOLVED:
        options->resolved = 1;
        return PH_OK;
    case PH_OPTION_ONCE:
        options->once = 1;
        return PH_OK;
    case PH_OPTION_MESSAGES:
        options->messages = 1;
        return PH_OK;
    case PH_OPTION_JSON:
        PH_CHECK(*optarg, PH_CONFIG, "--json: the name of a file is expected");
        options->json = optarg;
        return PH_OK;
    case PH_OPTION_MACHINE:
        PH_CHECK(options->n_machines < PH_MACHINES_MOST, PH_CONFIG, "--machine: at most %d files",
                 PH_MACHINES_MOST);
        options->machines[options->n_machines++] = optarg;
        return PH_OK;
    case PH_OPTION_RATES:
        options->rates = optarg;
        return PH_OK;
    case PH_OPTION_SEED:
        return read_seed(options, optarg);
    case PH_OPTION_UNTIL:
        return read_time("--until", optarg, &options->run.until_ms);
    case PH_OPTION_STOP_AT:
        return read_time("--stop-at", optarg, &options->run.stop_ms);
    default:
        return ph_error(PH_FAILURE, "option %d is not read", option);
    }
}

/* --- commands --------------------------------------------------------------------------------- */

static ph_status read_operand(const ph_command_row *command, int argc, char **argv,
                              ph_options *options)
{
    const char *operand = optind < argc ? argv[optind] : NULL;
    int n = argc - optind, most = command->needs_operand > 1 ? command->needs_operand
                                                             : command->operand != NULL;
    PH_CHECK(n >= command->needs_operand || options->run.resume, PH_CONFIG,
             "%s is missing: phasic %s %s (see phasic %s --help)",
             n > 0 ? "an argument" : command->operand, command->name, command->operand,
             command->name);
    PH_CHECK(n <= most, PH_CONFIG, "one argument too many: '%.80s' (see phasic %s --help)",
             argv[optind + most], command->name);
    options->operand = options->run.config = operand;
    if (most == 3) { /* what, of which configuration, where to */
        options->run.config = argv[optind + 1];
        options->run.out = argv[optind + 2];
    }
    PH_CHECK(!options->run.resume || (!options->run.out && !options->run.force), PH_CONFIG,
             "--resume goes on in the folder of the run: no --out and no --force");
    return PH_OK;
}

/* The last option read, for messages: getopt has moved on when it was complete. */
static const char *last_word(int argc, char **argv)
{
    return optind >= 1 && optind <= argc && argv[optind - 1] ? argv[optind - 1] : "";
}

/* What getopt wants of a command's options. */
typedef struct forms {
    struct option options[MOST_OPTIONS + 1];
    int n;
    char letters[2 * MOST_OPTIONS + 2];
} forms;

static void add_forms(forms *f, const ph_option_row *rows, int n)
{
    size_t used = strlen(f->letters);
    for (int i = 0; i < n && f->n < MOST_OPTIONS; i++) {
        f->options[f->n++] = (struct option){
            rows[i].name, rows[i].argument ? required_argument : no_argument, NULL, rows[i].code};
        if (rows[i].code < PH_OPTION_HELP)
            f->letters[used++] = (char)rows[i].code;
        if (rows[i].code < PH_OPTION_HELP && rows[i].argument)
            f->letters[used++] = ':';
    }
    f->letters[used] = '\0';
}

static ph_status read_command(const ph_command_row *command, int argc, char **argv,
                              ph_options *options)
{
    forms known = {.letters = ":"}; /* asks for ':' on a missing argument */
    add_forms(&known, command->options, command->n_options);
    add_forms(&known, ph_option_rows_common, ph_option_rows_common_count);
    opterr = 0;
    optind = 0; /* GNU: start anew */
    for (;;) {
        int option = getopt_long(argc, argv, known.letters, known.options, NULL);
        if (option == -1)
            return read_operand(command, argc, argv, options);
        if (option == PH_OPTION_HELP) {
            options->command = PH_COMMAND_HELP;
            options->help_on = command->command;
            return PH_OK;
        }
        if (option == PH_OPTION_VERSION) {
            options->command = PH_COMMAND_VERSION;
            return PH_OK;
        }
        PH_CHECK(option != ':', PH_CONFIG, "option '%.80s' needs a value (see phasic %s --help)",
                 last_word(argc, argv), command->name);
        if (option == '?' && optopt && optopt < PH_OPTION_HELP) {
            char letter[3] = {'-', (char)optopt, '\0'};
            return unknown_option(command, letter);
        }
        if (option == '?')
            return unknown_option(command, last_word(argc, argv));
        PH_TRY(read_option(options, option));
    }
}

/* --seed is an override like any other, and the last one. */
static ph_status add_seed(ph_options *options)
{
    if (!options->run.has_seed)
        return PH_OK;
    PH_ALLOC(options->seed_set, 64);
    snprintf(options->seed_set, 64, "simulation.seed=%llu", (unsigned long long)options->run.seed);
    options->sets[options->run.n_sets++] = options->seed_set;
    return PH_OK;
}

ph_status ph_options_parse(int argc, char **argv, ph_options *options)
{
    *options = (ph_options){
        .run = {.until_ms = NAN, .threads = 1}, .ranks = 1, .nodes = 1, .build_rank = -1};
    PH_CHECK(argc >= 2, PH_CONFIG, "a command is missing");
    const char *word = argv[1];
    if (!strcmp(word, "--help") || !strcmp(word, "-h") || !strcmp(word, "help"))
        return PH_OK;
    if (!strcmp(word, "--version")) {
        options->command = PH_COMMAND_VERSION;
        return PH_OK;
    }
    const ph_command_row *command;
    PH_TRY(ph_command_row_named(word, &command));
    PH_ALLOC(options->sets, argc + 1);
    options->run.sets = options->sets;
    options->command = command->command;
    PH_TRY(read_command(command, argc - 1, argv + 1, options));
    return add_seed(options);
}

void ph_options_free(ph_options *options)
{
    ph_free(options->sets);
    ph_free(options->seed_set);
    *options = (ph_options){0};
}

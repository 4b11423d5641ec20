/* SPDX-License-Identifier: Apache-2.0 */
/* From options to what they ask for. */
#include "cli/commands.h"

#include "cli/manual.h"
#include "cli/registries.h"
#include "config/explain.h"
#include "model/tables.h"

#include "base/version.h"

ph_status ph_command_do(const ph_options *options)
{
    switch (options->command) {
    case PH_COMMAND_HELP:
        ph_options_help(stdout, options->help_on);
        return PH_OK;
    case PH_COMMAND_VERSION:
        printf("phasic %s (%s, %s)\n", PH_VERSION, PH_GIT_COMMIT, PH_PRECISION);
        return PH_OK;
    case PH_COMMAND_CHECK:
        return ph_command_check(&options->run, options->resolved);
    case PH_COMMAND_PLAN:
        return ph_command_plan(options);
    case PH_COMMAND_RUN:
        return ph_command_run(&options->run);
    case PH_COMMAND_EXPORT:
        return ph_command_export(options);
    case PH_COMMAND_BENCH:
        return ph_command_bench(options->run.threads, options->messages, options->json);
    case PH_COMMAND_EXPLAIN:
        return ph_explain(stdout, &ph_brain_table, ph_registries(), options->operand);
    case PH_COMMAND_SCHEMA:
        return ph_schema(stdout, &ph_brain_table, ph_registries());
    case PH_COMMAND_REFERENCE:
        return ph_reference(stdout, &ph_brain_table, ph_registries());
    case PH_COMMAND_COMPLETION:
        return ph_command_completion(stdout);
    case PH_COMMAND_MANUAL:
        return ph_command_manual(stdout, options->operand);
    case PH_COMMAND_WATCH:
        return ph_command_watch(options->operand, options->once);
    case PH_COMMAND_RECOVER:
        return ph_command_recover(options->operand);
    }
    return ph_error(PH_FAILURE, "this command does nothing");
}

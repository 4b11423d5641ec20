/* SPDX-License-Identifier: Apache-2.0 */
/* `phasic bench`: what this machine can do, so that a run can be held against its limit. */
#include "cli/commands.h"

#include "bench/machine.h"
#include "cli/registries.h"

#include <errno.h>
#include <string.h>

static ph_status write_json(const char *path, const ph_machine *machine)
{
    FILE *file = fopen(path, "w");
    PH_CHECK(file, PH_FILE, "cannot create %s: %s", path, strerror(errno));
    ph_machine_print_json(file, machine);
    int failed = fflush(file) != 0 || ferror(file);
    failed |= fclose(file) != 0;
    PH_CHECK(!failed, PH_FILE, "cannot write %s", path);
    return PH_OK;
}

static ph_status measure(ph_comm *comm, int threads, int only_messages, const char *json)
{
    ph_machine machine;
    PH_TRY(ph_machine_measure(comm, ph_registries(), threads, only_messages, &machine));
    ph_status status = PH_OK;
    if (ph_comm_rank(comm) == 0) {
        ph_machine_print(stdout, &machine);
        if (json)
            status = write_json(json, &machine);
    }
    return ph_comm_agree(comm, status);
}

ph_status ph_command_bench(int threads, int only_messages, const char *json)
{
    ph_comm *comm = NULL;
    ph_status status = ph_comm_start(NULL, NULL, &comm);
    if (status == PH_OK)
        status = measure(comm, threads, only_messages, json);
    if (status != PH_OK && comm)
        ph_comm_speak(comm, status);
    ph_comm_stop(&comm);
    return status;
}

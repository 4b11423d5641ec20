/* SPDX-License-Identifier: Apache-2.0 */
/* The program as a function: options, a command, an exit status. */
#include "cli/commands.h"

#include "base/version.h"

#include <fcntl.h>
#include <phasic/phasic.h>

/* Files that are opened later must not become standard output, or get its text: where a stream is
 * closed, something takes its number that cannot be used its way. */
static void keep_streams_apart(void)
{
    for (int stream = 0; stream <= 2; stream++)
        if (fcntl(stream, F_GETFD) < 0)
            (void)open("/dev/null", stream == 0 ? O_WRONLY : O_RDONLY); /* else it stays closed */
}

int ph_main(int argc, char **argv)
{
    ph_options options;
    keep_streams_apart();
    ph_status status = ph_options_parse(argc, argv, &options);
    if (status == PH_OK)
        status = ph_command_do(&options);
    else if (argc < 2)
        ph_options_help(stderr, PH_COMMAND_HELP);
    if (status != PH_OK && *ph_error_message())
        fprintf(stderr, "phasic: %s\n", ph_error_message());
    if (fflush(stdout) != 0 && status == PH_OK)
        status = PH_FILE;
    ph_options_free(&options);
    return (int)status;
}

const char *ph_version(void)
{
    return PH_VERSION;
}

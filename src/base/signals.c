/* SPDX-License-Identifier: Apache-2.0 */
/* Handlers that only take note. */
#include "base/signals.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

static volatile sig_atomic_t wants_checkpoint, wants_to_leave;

static void note(int signal)
{
    if (signal == SIGTERM)
        wants_to_leave = 1;
    else
        wants_checkpoint = 1;
}

ph_status ph_signals_catch(void)
{
    struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART};
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    (void)sigemptyset(&action.sa_mask); /* cannot fail */
    PH_CHECK(sigaction(SIGUSR1, &action, NULL) == 0 && sigaction(SIGTERM, &action, NULL) == 0 &&
                 sigaction(SIGPIPE, &ignore, NULL) == 0,
             PH_FAILURE, "signals cannot be caught: %s", strerror(errno));
    return PH_OK;
}

int ph_signal_checkpoint(void)
{
    int is_wanted = wants_checkpoint != 0;
    if (is_wanted)
        wants_checkpoint = 0;
    return is_wanted;
}

int ph_signal_leave(void)
{
    return wants_to_leave != 0;
}

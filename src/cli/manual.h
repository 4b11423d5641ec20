/* SPDX-License-Identifier: Apache-2.0 */
/* What editors and shells get: man pages and completion. */
#ifndef PHASIC_CLI_MANUAL_H
#define PHASIC_CLI_MANUAL_H

#include <phasic/status.h>

#include <stdio.h>

/** @brief Write the man page of a command, or of the program (NULL). Not collective.
 *  @return PH_CONFIG when there is no such command, PH_FILE */
ph_status ph_command_manual(FILE *out, const char *name);

/** @brief Write a script by which bash completes. Not collective. @return PH_FILE */
ph_status ph_command_completion(FILE *out);

#endif

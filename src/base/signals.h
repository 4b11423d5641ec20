/* SPDX-License-Identifier: Apache-2.0 */
/* Signals by which a scheduler or a user asks a run for a checkpoint. */
#ifndef PHASIC_BASE_SIGNALS_H
#define PHASIC_BASE_SIGNALS_H

#include <phasic/status.h>

/** @brief Catch SIGUSR1 (a checkpoint) and SIGTERM (a checkpoint, then leave), and ignore SIGPIPE:
 *  a run outlives whoever reads its output. Not collective. */
ph_status ph_signals_catch(void);

/** @brief Whether SIGUSR1 has come since the last look. Not collective. */
int ph_signal_checkpoint(void);

/** @brief Whether SIGTERM has come. Not collective. */
int ph_signal_leave(void);

#endif

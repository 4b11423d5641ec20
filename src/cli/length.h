/* SPDX-License-Identifier: Apache-2.0 */
/* What a plan needs to know of a run beside the description: how long it takes, and how much it
 * fires. */
#ifndef PHASIC_CLI_LENGTH_H
#define PHASIC_CLI_LENGTH_H

#include "model/brain.h"

typedef struct ph_length {
    double stepped_s;  /* simulated step by step, s; NaN: the run has no end of its own */
    double rested_s;   /* of rest phases, after all is silent, s */
    double rest_steps; /* in which that is gone through */
    int at_most;      /* 1: with trials, whose length depends on the answers: none is given here, so
                         that each trial waits for as long as it can */
} ph_length;

/** @brief The length of a run. Trials are played without a brain, on this process alone, by the
 *  task itself. Not collective.
 *  @param until_ms end of the run, NaN: as the configuration says @param length out */
ph_status ph_length_of(const ph_brain *brain, double until_ms, ph_length *length);

/** @brief Take the rates that a run had as those to expect, by the populations' addresses; of
 *  others they stay. Not collective. @param folder of the run: its summary.json is read
 *  @return PH_FILE; PH_CONFIG when none of the populations is there */
ph_status ph_rates_read(const char *folder, ph_brain *brain);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* How a signal that lasts drives a nucleus: excitation above a level, inhibition below it. */
#ifndef PHASIC_NEUROMOD_CONTROLLERS_DRIVE_H
#define PHASIC_NEUROMOD_CONTROLLERS_DRIVE_H

#include <phasic/controller.h>

typedef struct ph_drive_gains {
    double zero;               /* in the signal's unit */
    double exc_rate, inh_rate; /* Hz for each unit of the signal */
} ph_drive_gains;

/** The keys of the ph_drive_gains `field` within the struct `type`. */
#define PH_DRIVE_GAINS(type, field)                                                                \
    {.name = "zero", .kind = PH_KIND_REAL, .offset = offsetof(type, field.zero), .unit = "1",      \
     .value = "0", .min = -1e6, .max = 1e6, .doc = "signal at which the nucleus is left alone"},   \
    {.name = "exc_rate", .kind = PH_KIND_REAL, .offset = offsetof(type, field.exc_rate),           \
     .unit = "Hz", .value = "200 Hz", .max = 1e6,                                                  \
     .doc = "excitation of a cell for each 1 of the signal above it"},                             \
    {.name = "inh_rate", .kind = PH_KIND_REAL, .offset = offsetof(type, field.inh_rate),           \
     .unit = "Hz", .value = "0 Hz", .max = 1e6,                                                    \
     .doc = "inhibition of a cell for each 1 of the signal below it"}

/** @brief The drive by x above (excitation) or below 0 (inhibition). Not collective.
 *  @param exc_rate,inh_rate Hz for each 1 of x */
static inline ph_nucleus_drive ph_drive_by(double x, double exc_rate, double inh_rate)
{
    return (ph_nucleus_drive){x > 0 ? exc_rate * x : 0, x < 0 ? inh_rate * -x : 0};
}

/** @brief The drive by a signal that lasts. Not collective. */
static inline ph_nucleus_drive ph_drive_of(const ph_drive_gains *gains, double signal)
{
    return ph_drive_by(signal - gains->zero, gains->exc_rate, gains->inh_rate);
}

#endif

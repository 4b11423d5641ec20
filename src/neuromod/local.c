/* SPDX-License-Identifier: Apache-2.0 */
/* Exponential means of a readout's counts, in double and without libm. */
#include "neuromod/local.h"

#include <phasic/math.h>

#include <math.h>

/* Towards the new count, by a share that is never less than that of the plain mean. */
static void follow(double *mean, int64_t beats, double count, double beat_ms, double tau_ms)
{
    *mean += (count - *mean) * fmax(1 / (double)beats, -ph_expm1(-beat_ms / tau_ms));
}

double ph_local_release(ph_local_means *means, const ph_local_readout *local, double tonic,
                        int64_t spikes, double beat_ms)
{
    means->beats++;
    follow(&means->fast, means->beats, (double)spikes, beat_ms, local->window);
    follow(&means->slow, means->beats, (double)spikes, beat_ms, local->tau);
    double ratio = means->slow > 0 ? means->fast / means->slow : 1;
    return tonic * fmin(fmax(1 + local->gain * (ratio - 1), 0), local->max);
}

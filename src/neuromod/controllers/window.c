/* SPDX-License-Identifier: Apache-2.0 */
/* The rate of a population over the last beats. */
#include "neuromod/controllers/window.h"

void ph_window_add(ph_window_counts *window, int64_t count)
{
    window->counts[++window->beat % PH_WINDOW_BEATS] = count;
}

double ph_window_rate(const ph_window_counts *window, int64_t cells, double ms, double beat_ms)
{
    int64_t beats = (int64_t)(ms / beat_ms + 0.5), spikes = 0;
    beats = beats < 1 ? 1 : beats > PH_WINDOW_BEATS ? PH_WINDOW_BEATS : beats;
    for (int64_t b = 0; b < beats && b <= window->beat; b++)
        spikes += window->counts[(window->beat - b) % PH_WINDOW_BEATS];
    return (double)spikes / (double)cells / ((double)beats * beat_ms * 1e-3);
}

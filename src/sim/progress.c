/* SPDX-License-Identifier: Apache-2.0 */
/* How far the run is: a line that is written over on a terminal, sparse plain lines elsewhere. */
#include "sim/internal.h"

#include "base/clock.h"

#include <math.h>
#include <stdio.h>
#include <unistd.h>

#define TERMINAL_S 0.25 /* between lines on a terminal */
#define PLAIN_S 15.0    /* elsewhere */
#define SCORE_TRIALS 50

static void print_score(const ph_sim *sim)
{
    int p = sim->root_phase;
    int64_t n = sim->n_correct[p], from = n > SCORE_TRIALS ? n - SCORE_TRIALS : 0, right = 0;
    for (int64_t i = from; i < n; i++)
        right += sim->correct[p][i];
    if (n > 0)
        fprintf(stderr, "  %s %lld: %.0f %% right", sim->brain->phase[p]->item.name, (long long)n,
                100.0 * (double)right / (double)(n - from));
}

static void print_levels(const ph_sim *sim)
{
    const ph_transmitter *transmitters = sim->brain->neuromodulation.transmitters.items;
    for (int t = 0; t < sim->n_transmitters; t++) {
        double most = 0;
        for (int region = 0; region < sim->brain->n_regions; region++)
            most = fmax(most, ph_neuromod_concentration(sim->neuromod, t, region));
        fprintf(stderr, "  %s %.0f nM", transmitters[t].item.name, most);
    }
}

void ph_progress_show(ph_sim *sim, int last)
{
    double now = ph_clock();
    int terminal = isatty(STDERR_FILENO);
    if (sim->options.quiet || (!last && now - sim->shown_at < (terminal ? TERMINAL_S : PLAIN_S)))
        return;
    sim->shown_at = now;
    double biological = ph_sim_elapsed(sim) * 1e-3;
    double wall = now - sim->begun_at;
    double factor = 1e3 * wall / (ph_sim_elapsed(sim) - sim->first_ms);
    ph_left left = ph_sim_left(sim);
    double left_s = left.stepped_s + left.rested_s;
    fprintf(stderr, "%s%.1f s", terminal ? "\r\033[K" : "", biological);
    if (!isnan(left_s))
        fprintf(stderr, " of %.0f s", biological + left_s);
    fprintf(stderr, "  wall %.0f s  factor %.2f", wall, factor);
    if (left_s > 0)
        fprintf(stderr, "  left %.0f s", ph_sim_left_wall_s(sim));
    if (!isnan(sim->job_end.at))
        fprintf(stderr, "  job %.0f s", fmax(sim->job_end.at - now, 0));
    print_score(sim);
    print_levels(sim);
    fputs(terminal && !last ? "" : "\n", stderr);
    fflush(stderr);
}

void ph_progress_show_building(void *context, double share)
{
    ph_sim *sim = context;
    double now = ph_clock();
    int terminal = isatty(STDERR_FILENO);
    if (now - sim->shown_at < (terminal ? TERMINAL_S : PLAIN_S))
        return;
    sim->shown_at = now;
    share = share > 0.99 ? 0.99 : share; /* it was only expected */
    double wall = now - sim->begun_at;
    fprintf(stderr, "%sbuilding: %.0f %%  wall %.0f s", terminal ? "\r\033[K" : "", 100 * share,
            wall);
    if (share > 0)
        fprintf(stderr, "  left %.0f s", wall * (1 - share) / share);
    if (!terminal)
        fprintf(stderr, "\n");
    fflush(stderr);
}

void ph_progress_end_building(const ph_sim *sim)
{
    if (sim->shown_at > sim->begun_at && isatty(STDERR_FILENO))
        fprintf(stderr, "\r\033[K");
}

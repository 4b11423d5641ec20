/* SPDX-License-Identifier: Apache-2.0 */
/* Every rank looks for it, but only the root asks: its clock is the one that counts. */
#include "sim/job_end.h"

#include "base/clock.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

#define MARGIN_S 60.0      /* to write and leave, */
#define MARGIN_SHARE 0.1   /* or this share of the time that the run has, if that is shorter; */
#define WRITES 2           /* and so often what writing takes, */
#define MOST_SHARE 0.5     /* of the run's time at most */
#define ASKED_MOST 2
#define DISK_BYTES_PER_S 50e6 /* of a machine's disk, before anything is known of it */
#define RATE_S 10.0        /* until its rate counts, */
#define RATE_SHARE 0.05    /* or this share of its time, if that is shorter */

static double unix_end_s(void)
{
    static const char *const names[] = {"SLURM_JOB_END_TIME", "PHASIC_JOB_END"};
    for (int i = 0; i < 2; i++) {
        const char *text = getenv(names[i]);
        char *rest;
        double value = text ? strtod(text, &rest) : NAN;
        if (text && rest != text && *rest == '\0')
            return value;
    }
    return NAN;
}

ph_status ph_job_end_find(const ph_comm *comm, double state_bytes, ph_job_end *end)
{
    double left = unix_end_s() - (double)time(NULL);
    double most[2] = {left > 0 ? -left : -INFINITY, state_bytes * ph_comm_ranks_here(comm)};
    PH_TRY(ph_comm_max(comm, most, 2));
    double now = ph_clock();
    *end = (ph_job_end){.at = isinf(most[0]) ? NAN : now - most[0],
                        .began = now,
                        .write_s = most[1] / DISK_BYTES_PER_S};
    return PH_OK;
}

static int fits(const ph_job_end *end, double left_s)
{
    return isnan(end->at) || isnan(left_s) || ph_clock() + left_s < end->at;
}

/* How long before the end a checkpoint is thought of. */
static double margin(const ph_job_end *end, double write_s)
{
    double whole = end->at - end->began, write = write_s > 0 ? write_s : end->write_s;
    double most = fmin(MARGIN_S, MARGIN_SHARE * whole) + WRITES * write;
    return fmin(most, MOST_SHARE * whole) / (1 << end->asked);
}

int ph_job_end_ask(ph_job_end *end, double write_s, double left_s, int *leave)
{
    if (isnan(end->at) || end->asked >= ASKED_MOST || ph_clock() < end->at - margin(end, write_s))
        return 0;
    end->asked++;
    int is_last = end->asked == ASKED_MOST;
    int leaves = !fits(end, left_s) || (is_last && isnan(left_s));
    *leave |= leaves;
    return leaves || !is_last;
}

int ph_job_end_warns(ph_job_end *end, double left_s)
{
    double now = ph_clock();
    if (end->warned || isnan(end->at) ||
        now - end->began < fmin(RATE_S, RATE_SHARE * (end->at - end->began)) || fits(end, left_s))
        return 0;
    end->warned = 1;
    return 1;
}

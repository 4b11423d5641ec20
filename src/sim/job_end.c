/* SPDX-License-Identifier: Apache-2.0 */
/* Only the root asks: its clock is the one that counts. */
#include "sim/job_end.h"

#include "base/clock.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

#define MARGIN_S 60.0      /* to write and leave; twice the longest write is added */
#define MARGIN_SHARE 0.1   /* at most, of the time that the run has from its beginning */
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

ph_job_end ph_job_end_find(void)
{
    double left = unix_end_s() - (double)time(NULL), now = ph_clock();
    if (!(left > 0))
        return (ph_job_end){.at = NAN};
    return (ph_job_end){.at = now + left, .margin = MARGIN_SHARE * left, .began = now};
}

int ph_job_end_is_near(ph_job_end *end, double write_s)
{
    double margin = fmin(end->margin, MARGIN_S + 2 * write_s);
    if (isnan(end->at) || end->asked || ph_clock() < end->at - margin)
        return 0;
    end->asked = 1;
    return 1;
}

int ph_job_end_fits(const ph_job_end *end, double left_s)
{
    return isnan(end->at) || isnan(left_s) || ph_clock() + left_s < end->at;
}

int ph_job_end_warns(ph_job_end *end, double left_s)
{
    double now = ph_clock();
    if (end->warned || isnan(end->at) ||
        now - end->began < fmin(RATE_S, RATE_SHARE * (end->at - end->began)) ||
        ph_job_end_fits(end, left_s))
        return 0;
    end->warned = 1;
    return 1;
}

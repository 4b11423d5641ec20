/* SPDX-License-Identifier: Apache-2.0 */
/* The error of each outcome, read from another controller or from the rewards alone. */
#include "neuromod/controllers/surprise.h"

const char *const ph_surprise_of[] = {"absolute", "squared", NULL};

/* Each reward against the mean of those before it: all of them at first, later the newest ones. */
static double against_mean(ph_surprise_state *s, const ph_surprise_params *p, double reward)
{
    double error = s->n_rewards > 0 ? reward - s->mean_reward : 0;
    double share = 1.0 / (double)++s->n_rewards;
    s->mean_reward += (share > p->reward_rate ? share : p->reward_rate) * (reward - s->mean_reward);
    return error;
}

static double read_error(const ph_surprise_state *s, const ph_surprise_params *p,
                         const ph_controller_beat *beat)
{
    double error = p->error.text ? beat->signals[p->error.controller] : s->own_error;
    error /= p->scale;
    if (p->of == PH_SURPRISE_SQUARED)
        return error * error;
    return error < 0 ? -error : error;
}

int ph_surprise(ph_surprise_state *s, const ph_surprise_params *p, const ph_controller_beat *beat,
                double *surprise)
{
    int is_read = 0;
    /* An outcome that comes before the last one's error is due has it read at once. */
    if (s->waiting > 0 && (--s->waiting == 0 || beat->outcome)) {
        *surprise = read_error(s, p, beat);
        s->waiting = 0;
        is_read = 1;
    }
    if (!beat->outcome)
        return is_read;
    s->own_error = against_mean(s, p, beat->reward);
    s->waiting = (int64_t)(p->delay / beat->beat_ms + 0.5);
    if (s->waiting > 0)
        return is_read;
    *surprise = read_error(s, p, beat);
    return 1;
}

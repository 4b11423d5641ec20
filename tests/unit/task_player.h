/* SPDX-License-Identifier: Apache-2.0 */
/* Plays a task without a brain: an animal that sees channels and answers by counts of spikes. */
#ifndef PHASIC_TESTS_TASK_PLAYER_H
#define PHASIC_TESTS_TASK_PLAYER_H

#include "suite.h"
#include <phasic/task.h>

#include <math.h>
#include <string.h>

#define BEAT_MS 5.0
#define BEAT 50
#define PLAYED_MAX 4000
#define NAMES_MAX 12

typedef struct player {
    const ph_task_type *type;
    const void *params;
    uint64_t seed;
    /* The readout that spikes thrice in this beat, -1: none. @param trial of the phase */
    int (*animal)(void *animal_context, int trial, const float *channels);
    void *animal_context;
    int first_channel; /* what is noted of the channels: those from here on ... */
    int n_channels;    /* ... so many */
    void *state;
    int64_t beats;
} player;

typedef struct played {
    int n;
    ph_trial trials[PLAYED_MAX];
    double reward[PLAYED_MAX];        /* paid */
    int outcome_beat[PLAYED_MAX];     /* beats from the trial's first */
    int beats[PLAYED_MAX];            /* length of the trial */
    uint64_t shown;                   /* a hash of all channels noted, beat by beat */
} played;

static inline int silent_animal(void *context, int trial, const float *channels)
{
    (void)context, (void)trial, (void)channels;
    return -1;
}

static inline void player_open(player *p)
{
    p->state = NULL;
    p->beats = 0;
    if (!p->animal)
        p->animal = silent_animal;
    CU_ASSERT_EQUAL_FATAL(p->type->open(p->params, p->seed, &p->state), PH_OK);
}

static inline uint64_t add_to_hash(uint64_t hash, const float *values, int n)
{
    for (int i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        hash = (hash ^ bits) * 0x100000001B3u;
    }
    return hash;
}

/* A phase of a number of trials; the state goes on from the last one. */
static inline void player_phase(player *p, const void *params, int phase, int64_t trials,
                                float *channels, played *out)
{
    memset(out, 0, sizeof *out);
    CU_ASSERT_EQUAL_FATAL(p->type->begin_phase(p->state, params, trials, phase), PH_OK);
    int done = 0, since = 0;
    while (!done && out->n < PLAYED_MAX) {
        int64_t counts[NAMES_MAX] = {0};
        int spikes = p->animal(p->animal_context, out->n, channels);
        if (spikes >= 0)
            counts[spikes] = 3;
        ph_task_beat beat = {.step = p->beats++ * BEAT, .beat_ms = BEAT_MS, .counts = counts,
                             .channels = channels};
        CU_ASSERT_EQUAL_FATAL(p->type->beat(p->state, &beat), PH_OK);
        out->shown = add_to_hash(out->shown, channels + p->first_channel, p->n_channels);
        if (beat.outcome) {
            out->outcome_beat[out->n] = since;
            out->reward[out->n] = beat.reward;
        }
        since++;
        if (beat.n_trials) {
            out->beats[out->n] = since;
            out->trials[out->n++] = beat.trial;
            since = 0;
        }
        done = beat.done;
    }
}

/* One phase from the start to the end. */
static inline void play_once(player p, int64_t trials, played *out)
{
    float channels[PH_TASK_CHANNELS] = {0};
    player_open(&p);
    player_phase(&p, p.params, 0, trials, channels, out);
    p.type->close(&p.state);
    CU_ASSERT_PTR_NULL(p.state);
}

/* Whether k of n agrees with probability p: within z standard deviations of the binomial. */
static inline int is_binomial(int k, int n, double p, double z)
{
    return fabs(k - n * p) <= z * sqrt(n * p * (1 - p)) + 0.5;
}

#endif

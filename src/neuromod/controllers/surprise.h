/* SPDX-License-Identifier: Apache-2.0 */
/* How wrong the last outcome showed an expectation to be: what the controllers of uncertainty
 * average. */
#ifndef PHASIC_NEUROMOD_CONTROLLERS_SURPRISE_H
#define PHASIC_NEUROMOD_CONTROLLERS_SURPRISE_H

#include <phasic/controller.h>

enum { PH_SURPRISE_ABSOLUTE, PH_SURPRISE_SQUARED }; /* ph_surprise_params.of */

extern const char *const ph_surprise_of[]; /* words of the choice */

typedef struct ph_surprise_params {
    ph_signal error; /* of another controller; absent: reward less its own running mean */
    int of;          /* choice PH_SURPRISE_* */
    double scale;    /* error that counts as 1, in its unit */
    double delay;    /* ms from the outcome until the error is read */
    double reward_rate; /* without error: share of the newest reward in their mean */
} ph_surprise_params;

/** The keys of the ph_surprise_params `field` within the struct `type`. */
#define PH_SURPRISE(type, field)                                                                   \
    {.name = "error", .kind = PH_KIND_SIGNAL, .offset = offsetof(type, field.error), .value = "",  \
     .doc = "controller whose error is read at each outcome, before this one in file order; "      \
            "absent: the reward less its running mean"},                                           \
    {.name = "of", .kind = PH_KIND_CHOICE, .offset = offsetof(type, field.of),                     \
     .choices = ph_surprise_of, .value = "absolute",                                               \
     .doc = "what is averaged: the error's size, or its square (the variance of outcomes)"},       \
    {.name = "scale", .kind = PH_KIND_REAL, .offset = offsetof(type, field.scale), .unit = "*",    \
     .value = "1", .max = 1e9, .flags = PH_PARAM_POSITIVE,                                         \
     .doc = "error that counts as 1 (3.15 where td_error reads a reward of 1)"},                   \
    {.name = "delay", .kind = PH_KIND_REAL, .offset = offsetof(type, field.delay), .unit = "ms",   \
     .value = "0 ms", .max = 1e5,                                                                  \
     .doc = "after the outcome, at which the error is read (td_error peaks 90 ms after it)"},      \
    {.name = "reward_rate", .kind = PH_KIND_REAL, .offset = offsetof(type, field.reward_rate),     \
     .unit = "1", .value = "0.1", .max = 1, .flags = PH_PARAM_POSITIVE,                            \
     .doc = "without `error`: share of the newest reward in the mean of rewards"}

/* Zeros are the begin. */
typedef struct ph_surprise_state {
    int64_t waiting;    /* beats until the error is read; 0: no outcome is pending */
    int64_t n_rewards;  /* outcomes so far */
    double mean_reward;
    double own_error;   /* of the pending outcome, without `error` */
} ph_surprise_state;

/** @brief Follow a beat. Not collective.
 *  @param surprise out: of an outcome, in units of 1 for an error of `scale`
 *  @return 1 when an outcome's error was read in this beat */
int ph_surprise(ph_surprise_state *state, const ph_surprise_params *params,
                const ph_controller_beat *beat, double *surprise);

#endif

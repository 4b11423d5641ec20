/* SPDX-License-Identifier: Apache-2.0 */
/* Parameters of every rule, for tests: large changes, no two time constants alike. */
#ifndef PHASIC_TESTS_RULE_CASES_H
#define PHASIC_TESTS_RULE_CASES_H

#include "lazy.h"

static const value pair[] = {{"tau_plus", 20}, {"tau_minus", 35}, {"learning_rate", 0.05},
                             {"A_plus", 1}, {"A_minus", 0.8}, {"w_max", 3},
                             {"bounds", PH_BOUNDS_HARD}, {NULL, 0}};
static const value pair_nearest[] = {{"tau_plus", 20}, {"tau_minus", 35}, {"learning_rate", 0.05},
                                     {"A_plus", 1}, {"A_minus", 0.8}, {"w_max", 3},
                                     {"bounds", PH_BOUNDS_HARD},
                                     {"pairing", PH_PAIRING_NEAREST}, {NULL, 0}};
static const value triplet[] = {{"tau_plus", 17}, {"tau_x", 101}, {"tau_minus", 34},
                                {"tau_y", 125}, {"learning_rate", 0.5}, {"A2_plus", 0.02},
                                {"A3_plus", 0.03}, {"A2_minus", 0.03}, {"A3_minus", 0.01},
                                {"w_max", 3}, {"bounds", PH_BOUNDS_SOFT}, {NULL, 0}};
static const value triplet_nearest[] = {{"tau_plus", 17}, {"tau_x", 101}, {"tau_minus", 34},
                                        {"tau_y", 125}, {"learning_rate", 0.5},
                                        {"A2_plus", 0.02}, {"A3_plus", 0.03}, {"A2_minus", 0.03},
                                        {"A3_minus", 0.01}, {"w_max", 3},
                                        {"bounds", PH_BOUNDS_HARD},
                                        {"pairing", PH_PAIRING_NEAREST}, {NULL, 0}};
static const value inhibitory[] = {{"tau", 20}, {"learning_rate", 0.02}, {"rho_0", 8},
                                   {"w_max", 3}, {"bounds", PH_BOUNDS_HARD}, {NULL, 0}};
static const value reward[] = {{"tau_plus", 20}, {"tau_minus", 35}, {"tau_e", 250},
                               {"learning_rate", 0.05}, {"A_plus", 1}, {"A_minus", 0.8},
                               {"w_max", 3}, {"bounds", PH_BOUNDS_SOFT}, {NULL, 0}};
/* 10^4 tau_e in 200 s, with one presynaptic spike in four seconds on average. */
static const value short_reward[] = {{"tau_plus", 20}, {"tau_minus", 20}, {"tau_e", 20},
                                     {"learning_rate", 1.5}, {"A_plus", 1}, {"A_minus", 0.8},
                                     {"w_max", 2}, {"bounds", PH_BOUNDS_SOFT}, {NULL, 0}};
static const value rising[] = {{"tau_plus", 20}, {"tau_minus", 35}, {"tau_rise", 120},
                               {"tau_e", 400}, {"learning_rate", 0.05}, {"A_plus", 1},
                               {"A_minus", 0.8}, {"w_max", 3}, {"bounds", PH_BOUNDS_SOFT},
                               {NULL, 0}};
static const value sequence[] = {{"tau", 15}, {"tau_e", 600}, {"depression_rate", 0.01},
                                 {"learning_rate", 0.05}, {"A_pre_post", 1},
                                 {"A_post_pre", 0.7}, {"w_max", 3}, {"bounds", PH_BOUNDS_HARD},
                                 {NULL, 0}};

/* What restores and renews rises now and then. */
static const value renewed[] = {{"tau", 15}, {"tau_e", 600}, {"depression_rate", 0.03},
                                {"learning_rate", 0.05}, {"restoration", 0.6}, {"renewal", 0.7},
                                {"A_pre_post", 1}, {"A_post_pre", 0.7}, {"w_max", 3},
                                {"bounds", PH_BOUNDS_HARD}, {NULL, 0}};

/* A rule with its parameters. */
typedef struct rule_case {
    const ph_rule *rule;
    const value *values;
} rule_case;

enum {
    CASE_PAIR,
    CASE_PAIR_NEAREST,
    CASE_TRIPLET,
    CASE_TRIPLET_NEAREST,
    CASE_INHIBITORY,
    CASE_REWARD,
    CASE_SHORT_REWARD,
    CASE_RISING,
    CASE_SEQUENCE,
    CASE_RENEWED,
    RULE_CASES
};

static const rule_case rule_cases[RULE_CASES] = {
    [CASE_PAIR] = {&ph_rule_stdp, pair},
    [CASE_PAIR_NEAREST] = {&ph_rule_stdp, pair_nearest},
    [CASE_TRIPLET] = {&ph_rule_stdp_triplet, triplet},
    [CASE_TRIPLET_NEAREST] = {&ph_rule_stdp_triplet, triplet_nearest},
    [CASE_INHIBITORY] = {&ph_rule_istdp, inhibitory},
    [CASE_REWARD] = {&ph_rule_stdp_reward, reward},
    [CASE_SHORT_REWARD] = {&ph_rule_stdp_reward, short_reward},
    [CASE_RISING] = {&ph_rule_stdp_reward_rise, rising},
    [CASE_SEQUENCE] = {&ph_rule_sequential, sequence},
    [CASE_RENEWED] = {&ph_rule_sequential, renewed},
};

#endif

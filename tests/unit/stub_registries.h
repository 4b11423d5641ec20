/* SPDX-License-Identifier: Apache-2.0 */
/* Registries for tests: the real ones, but for a task and an intervention that are tables alone. */
#ifndef PHASIC_TESTS_STUB_REGISTRIES_H
#define PHASIC_TESTS_STUB_REGISTRIES_H

#include "cli/registries.h"

#include <phasic/param.h>
#include <phasic/task.h>

typedef struct stub_action {
    ph_item item;
    ph_address population;
} stub_action;
typedef struct stub_word {
    ph_item item;
    const char *word;
} stub_word;
typedef struct stub_rule {
    ph_item item;
    ph_map words; /* of stub_word */
} stub_rule;
typedef struct stub_stimulus {
    ph_address target;
    double rate_max;
} stub_stimulus;
typedef struct stub_trial {
    double cue, reward_after, pause;
} stub_trial;
typedef struct stub_task {
    const char *images;
    int split;
    ph_map rules; /* of stub_rule */
    const char *rule;
    stub_stimulus stimulus;
    ph_map actions; /* of stub_action */
    stub_trial trial;
} stub_task;
typedef struct stub_block {
    ph_words phases;
    const char *transmitter;
    double fraction;
} stub_block;

static const char *const stub_splits[] = {"train", "held_out", NULL};
static const ph_param stub_action_keys[] = {
    PH_FIELD(stub_action, population, PH_KIND_ADDRESS, NULL,
                                                     "population")};
static const ph_param stub_word_keys[] = {PH_FIELD(stub_word, word, PH_KIND_STRING, NULL, "action")};

/* Values of maps have a key without a name. */
static inline const ph_registry *stub_registries(void)
{
    static ph_param action[1], word[1], rule[1];
    static ph_table action_table = {"actions", "", sizeof(stub_action), action, 1};
    static ph_table word_table = {"rule", "", sizeof(stub_word), word, 1};
    static ph_table rule_table = {"rules", "", sizeof(stub_rule), rule, 1};
    action[0] = stub_action_keys[0];
    word[0] = stub_word_keys[0];
    rule[0] = (ph_param){.kind = PH_KIND_MAP, .offset = offsetof(stub_rule, words),
                         .table = &word_table, .doc = "rule"};
    action[0].name = word[0].name = rule[0].name = "";
    static const ph_param stimulus[] = {
        PH_FIELD(stub_stimulus, target, PH_KIND_ADDRESS, NULL, "target"),
        PH_REAL(stub_stimulus, rate_max, "Hz", NULL, 0, 1e4, "rate")};
    static const ph_table stimulus_table = PH_TABLE("stimulus", stub_stimulus, stimulus, "");
    static const ph_param trial[] = {PH_REAL(stub_trial, cue, "ms", NULL, 0, 1e6, "cue"),
                                     PH_REAL(stub_trial, reward_after, "ms", NULL, 0, 1e6, "r"),
                                     PH_REAL(stub_trial, pause, "ms", NULL, 0, 1e6, "pause")};
    static const ph_table trial_table = PH_TABLE("trial", stub_trial, trial, "");
    static const ph_param task[] = {
        PH_FIELD(stub_task, images, PH_KIND_PATH, NULL, "images"),
        PH_CHOICE(stub_task, split, stub_splits, "train", "split"),
        PH_MAP(stub_task, rules, &rule_table, NULL, "rules"),
        PH_FIELD(stub_task, rule, PH_KIND_STRING, NULL, "rule"),
        PH_RECORD(stub_task, stimulus, &stimulus_table, NULL, "stimulus"),
        PH_MAP(stub_task, actions, &action_table, NULL, "actions"),
        PH_RECORD(stub_task, trial, &trial_table, NULL, "trial")};
    static const ph_table task_table = PH_TABLE("digits", stub_task, task, "");
    static const ph_param block[] = {
        PH_FIELD(stub_block, phases, PH_KIND_WORDS, "all", "phases"),
        PH_FIELD(stub_block, transmitter, PH_KIND_STRING, NULL, "transmitter"),
        PH_REAL(stub_block, fraction, "1", NULL, 0, 1, "fraction")};
    static const ph_table block_table = PH_TABLE("uptake_block", stub_block, block, "");
    static const ph_task_type digits = {.base = {"digits", "", &task_table}};
    static const ph_descriptor uptake = {"uptake_block", "", &block_table};
    static const ph_descriptor *const task_types[] = {&digits.base};
    static const ph_descriptor *const block_types[] = {&uptake};
    static ph_registry registries[PH_REGISTRIES];
    for (int i = 0; i < PH_REGISTRIES; i++)
        registries[i] = ph_registries()[i];
    registries[PH_REGISTRY_TASK] = (ph_registry){"task", task_types, 1};
    registries[PH_REGISTRY_INTERVENTION] = (ph_registry){"intervention", block_types, 1};
    return registries;
}

#endif

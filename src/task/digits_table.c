/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of the digits task. */
#include "task/digits.h"

static const ph_param answer_keys[] = {
    {.name = "", .kind = PH_KIND_STRING, .offset = offsetof(ph_digits_answer, action),
     .doc = "the rewarded action"},
};
static const ph_table answer_table =
    PH_TABLE("answer", ph_digits_answer, answer_keys, "the action that a digit asks for");
static const ph_param rule_keys[] = {
    {.name = "", .kind = PH_KIND_MAP, .offset = offsetof(ph_digits_rule, answers),
     .table = &answer_table, .doc = "digit: action"},
};
static const ph_table rule_table =
    PH_TABLE("rule", ph_digits_rule, rule_keys, "the action that each digit asks for");

static const ph_param stimulus_keys[] = {
    PH_FIELD(ph_digits_stimulus, target, PH_KIND_ADDRESS, NULL, "population that sees the image"),
    PH_FIELD(ph_digits_stimulus, receptor, PH_KIND_STRING, "exc", "its receptor port"),
    PH_REAL(ph_digits_stimulus, weight, "pA|nS", NULL, -1e9, 1e9, "weight of an input's spike"),
    PH_REAL(ph_digits_stimulus, rate_max, "Hz", "80 Hz", 0, 1e4,
            "rate of an input at full response"),
    PH_REAL(ph_digits_stimulus, rate_min, "Hz", "0 Hz", 0, 1e4, "rate of an input at none"),
    PH_INT(ph_digits_stimulus, indegree, "20", 1, 100000, "inputs of each cell"),
    PH_REAL(ph_digits_stimulus, theta, "1", "3", -100, 100,
            "threshold of a field's weighted sum; the image's mean pixel is 1"),
    PH_REAL(ph_digits_stimulus, slope, "1", "4", 0.01, 100,
            "the response grows from 0 at theta to 1 at theta + slope"),
};
static const ph_table stimulus_table =
    PH_TABLE("stimulus", ph_digits_stimulus, stimulus_keys, "how the image drives cells");

static const char *const whens[] = {"cue", "delay", NULL};

static const ph_param distractor_keys[] = {
    PH_FIELD(ph_digits_distractor, target, PH_KIND_ADDRESS, "",
             "population that sees it, through fields of its own; absent: that of the stimulus"),
    PH_FIELD(ph_digits_distractor, receptor, PH_KIND_STRING, "exc", "port of that population"),
    PH_REAL(ph_digits_distractor, weight, "pA|nS", "", -1e9, 1e9,
            "weight of an input's spike; needed with a target"),
    PH_REAL(ph_digits_distractor, share, "1", "0", 0, 1,
            "of its full grey levels; in the cue's own population the cue keeps the rest of them; "
            "0: no distractor"),
    PH_REAL(ph_digits_distractor, probability, "1", "1", 0, 1, "of a trial with a distractor"),
    PH_CHOICE(ph_digits_distractor, when, whens, "cue",
              "cue: together with it; delay: between the cue and the answer"),
};
static const ph_table distractor_table =
    PH_TABLE("distractor", ph_digits_distractor, distractor_keys,
             "another image, drawn at random, that says nothing of the answer");

static const ph_param go_keys[] = {
    PH_FIELD(ph_digits_go, target, PH_KIND_ADDRESS, NULL, "population that hears it"),
    PH_FIELD(ph_digits_go, receptor, PH_KIND_STRING, "exc", "its receptor port"),
    PH_REAL(ph_digits_go, weight, "pA|nS", NULL, -1e9, 1e9, "weight of a spike"),
    PH_REAL(ph_digits_go, rate, "Hz", NULL, 0, 1e6,
            "onto each of its cells, from choose_from to choose_at"),
};
static const ph_table go_table =
    PH_TABLE("go", ph_digits_go, go_keys, "input that says: answer now");

static const ph_param spacing_keys[] = {
    PH_INT(ph_digits_spacing, trials, "0", 0, 1000000000, "of a group; 0: massed, no groups"),
    PH_REAL(ph_digits_spacing, pause, "ms", "0 ms", 0, 1e7,
            "after each group, beside the pause of its last trial"),
};
static const ph_table spacing_table =
    PH_TABLE("spacing", ph_digits_spacing, spacing_keys, "pauses between groups of trials");

static const char *const splits[] = {"train", "held_out", NULL};
static const char *const orders[] = {"balanced", "blocked", "each_once", NULL};
static const char *const rewards[] = {"contingent", "independent", NULL};
static const char *const labels[] = {"true_labels", "shuffled", NULL};

static const ph_param keys[] = {
    PH_FIELD(ph_digits_params, images, PH_KIND_PATH, NULL,
             "CSV file, 64 grey levels 0..16 and the class in each line; may be gzipped"),
    PH_INT(ph_digits_params, held_out_every, "5", 2, 1000,
           "of each class, each so-many-th image of the file is held out of training"),
    PH_CHOICE(ph_digits_params, split, splits, "train", "which images are shown"),
    PH_CHOICE(ph_digits_params, order, orders, "balanced",
              "balanced: digits interleaved, every one once before any comes again, an image drawn "
              "at random; blocked: the same with a block of each; each_once: every image once"),
    PH_INT(ph_digits_params, block, "20", 1, 1000000000,
           "trials of one digit in a row, where the order is blocked"),
    PH_RECORD(ph_digits_params, spacing, &spacing_table, "{}", "pauses between groups of trials"),
    PH_MAP(ph_digits_params, rules, &rule_table, NULL,
           "by name; the digits of the rule in force are the cues"),
    PH_FIELD(ph_digits_params, rule, PH_KIND_STRING, NULL, "the rule in force"),
    PH_RECORD(ph_digits_params, stimulus, &stimulus_table, NULL, "how the image drives cells"),
    PH_ACTOR_KEYS(ph_digits_params, actor),
    PH_RECORD(ph_digits_params, trial, &ph_trial_times_table, "{}", "the times of a trial"),
    PH_REAL(ph_digits_params, delay, "ms", "0 ms", 0, 1e6,
            "from the cue's end to where choose_from and choose_at are counted from, so that the "
            "cue must be held; 0: they are counted from its onset"),
    PH_MAP(ph_digits_params, go, &go_table, "{}", "by name; inputs that say: answer now"),
    PH_RECORD(ph_digits_params, distractor, &distractor_table, "{}",
              "another image that says nothing of the answer"),
    PH_REAL(ph_digits_params, outlier, "1", "0", 0, 1,
            "probability of an outcome that is the wrong way round"),
    PH_CHOICE(ph_digits_params, reward, rewards, "contingent",
              "independent: paid by a coin, whatever the answer (a control)"),
    PH_CHOICE(ph_digits_params, labels, labels, "true_labels",
              "shuffled: each image gets a class at random (a control)"),
};

const ph_table ph_digits_table =
    PH_TABLE("digits", ph_digits_params, keys,
             "images of digits are cues; the action that the rule asks for is rewarded");

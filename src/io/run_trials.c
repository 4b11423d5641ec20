/* SPDX-License-Identifier: Apache-2.0 */
/* The trials and phases of run.h5. */
#include "io/merge.h"

#include "base/memory.h"

#include <math.h>
#include <string.h>

/* --- trials ---------------------------------------------------------------------------------- */

#define TRIAL_WORDS (1 + sizeof(ph_trial) / 8)

/* A member of ph_trial; the onset is a number of steps. */
typedef struct trial_member {
    ph_column_info info;
    size_t offset;
    enum { MEMBER_STEP, MEMBER_INT, MEMBER_REAL } kind;
} trial_member;

#define MEMBER(name_, type_, unit_, doc_, member, kind_)                                           \
    {{name_, type_, unit_, doc_}, offsetof(ph_trial, member), MEMBER_##kind_}

static const trial_member trial_members[] = {
    MEMBER("time_ms", PH_F64, "ms", "onset of the cue", step, STEP),
    MEMBER("phase", PH_I32, "1", "index of the phase, as in /phases", phase, INT),
    MEMBER("stimulus", PH_I32, "1", "which stimulus of the data", stimulus, INT),
    MEMBER("context", PH_I32, "1", "class of the stimulus", context, INT),
    MEMBER("action", PH_I32, "1",
           "index of the action taken; -1: none of its own, one was forced", action, INT),
    MEMBER("correct", PH_I8, "1", "1: the action was the rewarded one and was not forced", correct,
           INT),
    MEMBER("reward", PH_F64, "1", "reward paid", reward, REAL),
    MEMBER("latency_ms", PH_F64, "ms", "from cue to choice; NaN without a choice", latency, REAL),
    MEMBER("value", PH_F64, "1", "what the critic expected at the outcome; NaN without a critic",
           value, REAL),
    MEMBER("block", PH_I32, "1", "reversals of the run so far; -1: the task has none", block, INT),
    MEMBER("better", PH_I32, "1", "the action most likely to be rewarded; -1: the task has none",
           better, INT),
    MEMBER("p_better", PH_F64, "1", "probability of its reward", p_better, REAL),
    MEMBER("p_reward", PH_F64, "1",
           "probability of reward of the action carried out, or of the cue", p_reward, REAL),
    MEMBER("volatile", PH_I8, "1", "1: the phase reverses; -1: the task has no reversals",
           is_volatile, INT),
    MEMBER("outlier", PH_I8, "1",
           "1: a due reward was left out, or actions pay as if reversed for a trial or a few",
           outlier, INT),
    MEMBER("distractor", PH_I32, "1", "which irrelevant cue was shown; -1: none", distractor, INT),
    MEMBER("responses", PH_I32, "1",
           "spikes of the responding population before the outcome; -1: the task has none",
           responses, INT),
};
#define TRIAL_COLUMNS PH_COUNT(trial_members)

static ph_status pack_trial(void *context, const void *record, uint64_t *words)
{
    const ph_parts *parts = context;
    const ph_trial *trial = record;
    PH_TRY(ph_key(trial->phase, parts->brain->n_phases, trial->step, &words[0]));
    words[0] = (uint64_t)trial->step;
    memcpy(&words[1], trial, sizeof *trial);
    return PH_OK;
}

static ph_status put_trial(ph_column *columns, const ph_parts *parts, const ph_trial *trial)
{
    for (int c = 0; c < TRIAL_COLUMNS; c++) {
        const trial_member *member = &trial_members[c];
        const void *at = (const char *)trial + member->offset;
        if (member->kind == MEMBER_INT)
            PH_TRY(ph_column_int(&columns[c], *(const int32_t *)at));
        else
            PH_TRY(ph_column_real(&columns[c], member->kind == MEMBER_STEP
                                                   ? ph_time_ms(parts, *(const ph_step *)at)
                                                   : (double)*(const float *)at));
    }
    return PH_OK;
}

/* Names of the actions, from the task itself. */
static ph_status name_actions(hid_t group, const ph_brain *brain)
{
    const ph_task_type *task = (const ph_task_type *)(const void *)brain->task.type;
    if (!task || !task->layout)
        return PH_OK;
    ph_task_layout *layout;
    PH_ALLOC(layout, 1);
    ph_status status = task->layout(brain->task.params, layout);
    if (status == PH_OK)
        status = ph_h5_texts(group, "action_names", layout->actions, layout->n_actions,
                             "names of the actions, by index");
    ph_free(layout);
    return status;
}

static ph_status write_trials(hid_t file, const ph_parts *parts, ph_sorter *sorter)
{
    hid_t group;
    ph_column columns[TRIAL_COLUMNS];
    PH_TRY(ph_h5_group(file, "trials", &group));
    for (int c = 0; c < TRIAL_COLUMNS; c++)
        PH_TRY(ph_column_open(group, &trial_members[c].info, parts->records[PH_STREAM_TRIALS], 0,
                              &columns[c]));
    const uint64_t *words;
    PH_TRY(ph_sorter_next(sorter, &words));
    while (words) {
        ph_trial trial;
        memcpy(&trial, &words[1], sizeof trial);
        PH_TRY(put_trial(columns, parts, &trial));
        PH_TRY(ph_sorter_next(sorter, &words));
    }
    for (int c = 0; c < TRIAL_COLUMNS; c++)
        PH_TRY(ph_column_close(&columns[c]));
    PH_TRY(name_actions(group, parts->brain));
    PH_H5(H5Gclose(group), "close the group trials");
    return PH_OK;
}

ph_status ph_write_trials(hid_t file, const ph_parts *parts)
{
    ph_sorter *sorter = NULL;
    ph_status status = ph_parts_sort(parts, PH_STREAM_TRIALS, TRIAL_WORDS, 1, pack_trial,
                                     (void *)(uintptr_t)parts, &sorter);
    if (status == PH_OK)
        status = write_trials(file, parts, sorter);
    ph_sorter_destroy(&sorter);
    return status;
}

/* --- phases ---------------------------------------------------------------------------------- */

#define PHASE_WORDS (1 + sizeof(ph_phase_record) / 8)
#define PHASE_COLUMNS 3

static const ph_column_info phase_columns[PHASE_COLUMNS] = {
    {"begin_ms", PH_F64, "ms", "begin of the phase"},
    {"end_ms", PH_F64, "ms", "end of the phase"},
    {"trials", PH_I64, "1", "trials that ended in the phase"}};

static ph_status pack_phase(void *context, const void *record, uint64_t *words)
{
    const ph_parts *parts = context;
    const ph_phase_record *phase = record;
    PH_TRY(ph_key(phase->phase, parts->brain->n_phases, phase->begin, &words[0]));
    memcpy(&words[1], phase, sizeof *phase);
    return PH_OK;
}

static ph_status put_phases(hid_t group, const ph_parts *parts, ph_sorter *sorter,
                            const char **names, int n)
{
    ph_column columns[PHASE_COLUMNS];
    for (int c = 0; c < PHASE_COLUMNS; c++)
        PH_TRY(ph_column_open(group, &phase_columns[c], n, 0, &columns[c]));
    for (int i = 0; i < n; i++) {
        ph_phase_record phase;
        PH_TRY(ph_next_record(sorter, &phase, sizeof phase));
        names[i] = parts->brain->phase[phase.phase]->item.name;
        PH_TRY(ph_column_real(&columns[0], ph_begin_ms(parts, phase.begin)));
        PH_TRY(ph_column_real(&columns[1], ph_begin_ms(parts, phase.end)));
        PH_TRY(ph_column_int(&columns[2], phase.trials));
    }
    for (int c = 0; c < PHASE_COLUMNS; c++)
        PH_TRY(ph_column_close(&columns[c]));
    return ph_h5_texts(group, "name", names, n, "name of the phase, in the order they were run");
}

/* Phases that have not ended have no row; /phases/planned lists them all. */
static ph_status write_phases(hid_t file, const ph_parts *parts, ph_sorter *sorter)
{
    int n = (int)parts->records[PH_STREAM_PHASES], planned = parts->brain->n_phases;
    hid_t group;
    const char **names;
    PH_TRY(ph_h5_group(file, "phases", &group));
    PH_ALLOC(names, n > planned ? n : planned);
    ph_status status = put_phases(group, parts, sorter, names, n);
    for (int p = 0; p < planned; p++)
        names[p] = parts->brain->phase[p]->item.name;
    if (status == PH_OK)
        status = ph_h5_texts(group, "planned", names, planned,
                             "names of all phases of the configuration, by index");
    ph_free(names);
    PH_TRY(status);
    PH_H5(H5Gclose(group), "close the group phases");
    return PH_OK;
}

ph_status ph_write_phases(hid_t file, const ph_parts *parts)
{
    ph_sorter *sorter = NULL;
    ph_status status = ph_parts_sort(parts, PH_STREAM_PHASES, PHASE_WORDS, 1, pack_phase,
                                     (void *)(uintptr_t)parts, &sorter);
    if (status == PH_OK)
        status = write_phases(file, parts, sorter);
    ph_sorter_destroy(&sorter);
    return status;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Sets of cues, learnt one after the other, that share their actions. Cue c = set cues + i is the
 * i-th of its set, and its right action is (i + turn set) mod n: what is right for the i-th cue of
 * one set is wrong for the i-th cue of the next. A cue is a subset of its own of the population
 * that sees it; a population that is tuned in `cues` parts sees i alone, the same in every set, so
 * that what it learns in one set is wrong in the next (paired associates, AB then AC: J. M. Barnes,
 * B. J. Underwood, J Exp Psychol 58:97, 1959, doi 10.1037/h0047507). Which sets are shown is a
 * phase's to say. Nothing but the outcome reads the right action. */
#include "task/continual.h"
#include "task/tasks.h"

/* --- keys ------------------------------------------------------------------------------------- */

#define SETS_MAX 1000

static const ph_param keys[] = {
    PH_CHOICE_KEYS(ph_continual_params, choice),
    PH_INT(ph_continual_params, cues, "2", 1, PH_CHOICE_CUES_MAX, "of a set; each once in a block"),
    PH_INT(ph_continual_params, first, "0", 0, SETS_MAX, "the first set that is shown, from 0 on"),
    PH_INT(ph_continual_params, shown, "1", 1, SETS_MAX, "how many sets are shown, all in turn"),
    PH_INT(ph_continual_params, turn, "1", 0, PH_ACTIONS_MAX,
           "by how many actions the answers move from a set to the next; 0: they stay"),
};
static const ph_table table =
    PH_TABLE("continual", ph_continual_params, keys, "sets of cues that share actions");

/* --- state ------------------------------------------------------------------------------------ */

typedef struct state {
    ph_choice choice;
    const ph_continual_params *p;
    double p_of[PH_ACTIONS_MAX];
} state;

static int actions(const state *s)
{
    return s->p->choice.actor.actions.count;
}

static ph_status check(const ph_continual_params *p)
{
    PH_CHECK(p->choice.actor.actions.count >= 2, PH_CONFIG,
             "task.actions: a choice needs two or more");
    PH_CHECK(p->cues * p->shown <= PH_CHOICE_CUES_MAX, PH_CONFIG,
             "task.shown: %lld sets of %lld cues are more than %d cues", (long long)p->shown,
             (long long)p->cues, PH_CHOICE_CUES_MAX);
    return PH_OK;
}

static ph_status layout(const void *params, ph_task_layout *l)
{
    const ph_continual_params *p = params;
    PH_TRY(ph_choice_layout(&p->choice, l));
    return check(p);
}

/* --- the trial -------------------------------------------------------------------------------- */

static void begin_trial(state *s)
{
    int first = (int)(s->p->first * s->p->cues), n = (int)(s->p->cues * s->p->shown);
    s->choice.cue = first + ph_choice_cue_of_block(&s->choice, n);
}

static int set_of(const state *s)
{
    return s->choice.cue / (int)s->p->cues;
}

static int right_action(const state *s)
{
    int i = s->choice.cue % (int)s->p->cues;
    return (i + (int)s->p->turn * set_of(s)) % actions(s);
}

/* Probabilities of reward in this trial. */
static const double *chances(state *s)
{
    for (int a = 0; a < actions(s); a++)
        s->p_of[a] = a == right_action(s);
    return s->p_of;
}

static void end_trial(state *s, ph_task_beat *beat)
{
    ph_trial row = ph_choice_row(&s->choice, &s->p->choice, chances(s), right_action(s));
    row.context = set_of(s);
    ph_trials_end(&s->choice.trials, &row, beat);
}

static ph_status act(void *opaque, ph_task_beat *beat)
{
    state *s = opaque;
    const ph_choice_params *p = &s->p->choice;
    unsigned due = ph_trials_due(&s->choice.trials, &p->trial, p->actor.efference.duration, beat);
    if (due & PH_DUE_BEGIN)
        begin_trial(s);
    ph_choice_follow(&s->choice, p, due, beat);
    if (due & PH_DUE_OUTCOME)
        ph_choice_pay(&s->choice, p, chances(s), actions(s), beat);
    if (due & PH_DUE_END)
        end_trial(s, beat);
    return PH_OK;
}

/* --- life ------------------------------------------------------------------------------------- */

static ph_status open(const void *params, uint64_t seed, void **out)
{
    (void)params;
    return ph_trials_open(sizeof(state), seed, out);
}

static ph_status begin_phase(void *opaque, const void *params, int64_t trials, int phase)
{
    state *s = opaque;
    s->p = params;
    PH_TRY(check(s->p));
    ph_trials_begin(&s->choice.trials, s->choice.trials.seed, trials, phase);
    s->choice.context = -1;
    return PH_OK;
}

static ph_status keep(void *opaque, ph_state *kept)
{
    state *s = opaque;
    return ph_task_keep(s, sizeof *s, &s->p, kept);
}

const ph_task_type ph_task_continual = {
    .base = {"continual", "sets of cues in a row, which share actions", &table},
    .layout = layout,
    .open = open,
    .trials = ph_trials_asked,
    .begin_phase = begin_phase,
    .beat = act,
    .rates = ph_choice_task_rates,
    .keep = keep,
    .close = ph_task_free,
};

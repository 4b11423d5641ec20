/* SPDX-License-Identifier: Apache-2.0 */
/* A bandit with n arms: one cue, an action for each arm, reward 1 with the arm's probability, which
 * may drift (restless: N. D. Daw and others, Nature 441:876, 2006, doi 10.1038/nature04766):
 *
 *     p(0) = the arm's probability,  p(t + 1) = reflect(p(t) + sd z)    within [min, max]
 *
 * with z standard normal, a function of seed, phase, arm and trial t of the phase. Only the outcome
 * reads p. */
#include "task/bandit.h"
#include "task/tasks.h"

#include "base/random.h"

enum { DRAW_STEP = PH_DRAW_OWN };

/* --- keys ------------------------------------------------------------------------------------- */

static const ph_param arm_keys[] = {
    {.name = "", .kind = PH_KIND_REAL, .offset = offsetof(ph_arm, probability), .unit = "1",
     .min = 0, .max = 1, .doc = "of reward"},
};
static const ph_table arm_table =
    PH_TABLE("arm", ph_arm, arm_keys, "the probability that an action is rewarded");

static const ph_param walk_keys[] = {
    PH_REAL(ph_walk, sd, "1", "0", 0, 1, "standard deviation of a trial's step; 0: none"),
    PH_REAL(ph_walk, min, "1", "0.1", 0, 1, "where probabilities are reflected"),
    PH_REAL(ph_walk, max, "1", "0.9", 0, 1, "where they are reflected, too"),
};
static const ph_table walk_table =
    PH_TABLE("walk", ph_walk, walk_keys, "how probabilities drift, from trial to trial");

static const ph_param keys[] = {
    PH_CHOICE_KEYS(ph_bandit_params, choice),
    PH_MAP(ph_bandit_params, arms, &arm_table, NULL,
           "action: probability of its reward, when a phase begins"),
    PH_RECORD(ph_bandit_params, walk, &walk_table, "{}", "how probabilities drift"),
};
static const ph_table table =
    PH_TABLE("bandit", ph_bandit_params, keys, "arms that pay with their probabilities");

/* --- state ------------------------------------------------------------------------------------ */

typedef struct state {
    ph_choice choice;
    const ph_bandit_params *p;
    double p_of[PH_ACTIONS_MAX]; /* probabilities in this trial: only outcome and row read them */
} state;

static int actions(const state *s)
{
    return s->p->choice.actor.actions.count;
}

static ph_status check(const ph_bandit_params *p)
{
    const ph_arm *arms = p->arms.items;
    PH_CHECK(p->arms.count == p->choice.actor.actions.count, PH_CONFIG,
             "task.arms must give the probability of every action, and of no other");
    for (int i = 0; i < p->arms.count; i++) {
        PH_CHECK(ph_actor_index(&p->choice.actor, arms[i].item.name) >= 0, PH_CONFIG,
                 "task.arms.%s: there is no action '%s'", arms[i].item.name, arms[i].item.name);
        PH_CHECK(p->walk.sd == 0 ||
                     (arms[i].probability >= p->walk.min && arms[i].probability <= p->walk.max),
                 PH_CONFIG, "task.arms.%s: %g is not within the walk's min and max",
                 arms[i].item.name, arms[i].probability);
    }
    PH_CHECK(p->walk.max - p->walk.min > 0, PH_CONFIG, "task.walk.min must be less than max");
    return PH_OK;
}

static ph_status layout(const void *params, ph_task_layout *l)
{
    const ph_bandit_params *p = params;
    PH_TRY(ph_choice_layout(&p->choice, l));
    return check(p);
}

/* --- the walk --------------------------------------------------------------------------------- */

static double reflect(const ph_walk *walk, double p)
{
    while (p < walk->min || p > walk->max)
        p = p < walk->min ? 2 * walk->min - p : 2 * walk->max - p;
    return p;
}

/* From this trial to the next. */
static void step(state *s)
{
    for (int a = 0; a < actions(s) && s->p->walk.sd > 0; a++) {
        double u = ph_trials_unit(&s->choice.trials, DRAW_STEP,
                                  s->choice.trials.trial * PH_ACTIONS_MAX + a);
        s->p_of[a] = reflect(&s->p->walk, s->p_of[a] + s->p->walk.sd * ph_random_normal(u));
    }
}

/* --- the trial -------------------------------------------------------------------------------- */

static void end_trial(state *s, ph_task_beat *beat)
{
    int better = 0;
    for (int a = 1; a < actions(s); a++)
        if (s->p_of[a] > s->p_of[better])
            better = a;
    ph_trial row = ph_choice_row(&s->choice, &s->p->choice, s->p_of, better);
    row.is_volatile = s->p->walk.sd > 0;
    step(s);
    ph_trials_end(&s->choice.trials, &row, beat);
}

static ph_status act(void *opaque, ph_task_beat *beat)
{
    state *s = opaque;
    const ph_choice_params *p = &s->p->choice;
    unsigned due = ph_trials_due(&s->choice.trials, &p->trial, p->actor.efference.duration, beat);
    ph_choice_follow(&s->choice, p, due, beat);
    if (due & PH_DUE_OUTCOME)
        ph_choice_pay(&s->choice, p, s->p_of, actions(s), beat);
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
    const ph_arm *arms = s->p->arms.items;
    for (int i = 0; i < s->p->arms.count; i++)
        s->p_of[ph_actor_index(&s->p->choice.actor, arms[i].item.name)] = arms[i].probability;
    return PH_OK;
}

static ph_status keep(void *opaque, ph_state *kept)
{
    state *s = opaque;
    return ph_task_keep(s, sizeof *s, &s->p, kept);
}

const ph_task_type ph_task_bandit = {
    .base = {"bandit", "arms that pay with probabilities of their own, which may drift", &table},
    .layout = layout,
    .open = open,
    .trials = ph_trials_asked,
    .begin_phase = begin_phase,
    .beat = act,
    .rates = ph_choice_task_rates,
    .keep = keep,
    .close = ph_task_free,
};

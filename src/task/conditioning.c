/* SPDX-License-Identifier: Apache-2.0 */
/* Pavlovian conditioning: a cue, a time without it or with it, a reward or a punishment.
 *
 * Cues come in shuffled blocks. A reward's value falls with what was eaten and recovers (drive
 * reduction: M. Keramati and B. Gutkin, eLife 3:e04811, 2014, doi 10.7554/eLife.04811):
 *
 *     paid = reward max(0, 1 - satiety)    for rewards above 0
 *     satiety += per_reward paid           when paid;  d satiety / dt = -satiety / recovery
 *
 * A population's spikes between cue and outcome may count as a response, which the outcome may
 * need. Nothing but the outcome reads what a cue is worth. */
#include "task/conditioning.h"
#include "task/tasks.h"

#include <phasic/math.h>

#include <math.h>
#include <string.h>

#define BLOCK_MAX 1024 /* trials of a block */

enum { DRAW_OMISSION = PH_DRAW_OWN, DRAW_OTHER };

/* --- keys ------------------------------------------------------------------------------------- */

static const ph_param cue_keys[] = {
    PH_REAL(ph_conditioning_cue, probability, "1", "1", 0, 1, "that its trial is rewarded"),
    PH_REAL(ph_conditioning_cue, reward, "1", "1", -1000, 1000,
            "size of the reward; negative: a punishment"),
    PH_INT(ph_conditioning_cue, per_block, "1", 0, BLOCK_MAX, "trials with this cue in a block"),
    PH_CHOICE(ph_conditioning_cue, shown, ph_false_true, "true",
              "false: nothing is seen, the reward comes out of the blue"),
};
static const ph_table cue_table =
    PH_TABLE("cue", ph_conditioning_cue, cue_keys, "what a cue announces");

static const ph_param response_keys[] = {
    PH_FIELD(ph_conditioning_response, population, PH_KIND_ADDRESS, "",
             "population whose spikes from the cue to the outcome are the response; none without"),
    PH_INT(ph_conditioning_response, threshold, "10", 1, 1000000,
           "spikes that make a response; its latency is when the last of them came"),
    PH_CHOICE(ph_conditioning_response, needed, ph_false_true, "false",
              "true: rewards above 0 are paid after a response alone"),
};
static const ph_table response_table =
    PH_TABLE("response", ph_conditioning_response, response_keys, "what the animal does");

static const ph_param satiety_keys[] = {
    PH_REAL(ph_satiety, per_reward, "1", "0", 0, 1,
            "by how much a reward of 1 lowers the value of the next ones"),
    PH_REAL(ph_satiety, recovery, "ms", "600 s", 1, 1e9, "time constant of the return of hunger"),
};
static const ph_table satiety_table =
    PH_TABLE("satiety", ph_satiety, satiety_keys, "the value of rewards falls with those eaten");

static const char *const rewards[] = {"contingent", "independent", NULL};

static const ph_param keys[] = {
    PH_RECORD(ph_conditioning_params, stimulus, &ph_cue_stimulus_table, NULL,
              "how cues drive cells"),
    PH_MAP(ph_conditioning_params, cues, &cue_table, NULL, "by name: what each announces"),
    PH_REAL(ph_conditioning_params, omission, "1", "0", 0, 1,
            "probability that a reward that was due is left out"),
    PH_RECORD(ph_conditioning_params, response, &response_table, "{}", "what the animal does"),
    PH_RECORD(ph_conditioning_params, satiety, &satiety_table, "{}",
              "the value of rewards falls with those eaten"),
    PH_RECORD(ph_conditioning_params, trial, &ph_cue_times_table, "{}", "the times of a trial"),
    PH_CHOICE(ph_conditioning_params, reward, rewards, "contingent",
              "independent: each trial pays as a cue drawn at random would (a control)"),
};
static const ph_table table =
    PH_TABLE("conditioning", ph_conditioning_params, keys, "cues announce rewards");

/* --- state ------------------------------------------------------------------------------------ */

typedef struct state {
    ph_trials trials;
    const ph_conditioning_params *p;
    int n_block;
    int block[BLOCK_MAX]; /* the cues of a block, as often as they come in it */
    int cue;              /* of this trial */
    double satiety;
    double paid;
    int omitted;
    int over;             /* 1: the outcome has come */
    int64_t spikes;       /* of the response */
    double latency;       /* ms; NaN: no response */
} state;

static int responds(const ph_conditioning_params *p)
{
    return p->response.population.text != NULL;
}

static ph_status check(const ph_conditioning_params *p)
{
    const ph_conditioning_cue *cues = p->cues.items;
    int64_t n = 0;
    for (int i = 0; i < p->cues.count; i++)
        n += cues[i].per_block;
    PH_CHECK(n > 0, PH_CONFIG, "task.cues: no cue is shown (per_block)");
    PH_CHECK(n <= BLOCK_MAX, PH_CONFIG, "task.cues: a block has %lld trials; at most %d may be",
             (long long)n, BLOCK_MAX);
    PH_CHECK(!p->response.needed || responds(p), PH_CONFIG,
             "task.response: a response is needed, but of which population?");
    return PH_OK;
}

static ph_status layout(const void *params, ph_task_layout *l)
{
    const ph_conditioning_params *p = params;
    PH_TRY(check(p));
    PH_TRY(ph_cues_layout(&p->stimulus, l));
    if (responds(p)) {
        l->readouts[l->n_readouts++] = p->response.population.span;
        l->actions[l->n_actions++] = "respond";
    }
    return PH_OK;
}

/* --- the trial -------------------------------------------------------------------------------- */

static const ph_conditioning_cue *cue_at(const state *s, int cue)
{
    return (const ph_conditioning_cue *)s->p->cues.items + cue;
}

static void begin_trial(state *s)
{
    int order[BLOCK_MAX];
    memcpy(order, s->block, (size_t)s->n_block * sizeof *order);
    int64_t block = s->trials.trial / s->n_block;
    ph_trials_shuffle(&s->trials, order, s->n_block, block * BLOCK_MAX);
    s->cue = order[s->trials.trial % s->n_block];
    s->spikes = s->over = 0;
    s->latency = NAN;
}

static void count_response(state *s, const ph_task_beat *beat)
{
    int seen = s->trials.act - 1 - PH_TRIAL_LATENCY;
    if (seen < 0)
        return;
    s->spikes += beat->counts[0];
    if (isnan(s->latency) && s->spikes >= s->p->response.threshold)
        s->latency = (seen + 1) * beat->beat_ms;
}

/* What a cue is worth in this trial: the one place that knows. */
static double worth(const state *s, int cue)
{
    if (s->p->reward == PH_CONDITIONING_INDEPENDENT)
        cue = s->block[ph_trials_draw(&s->trials, DRAW_OTHER, s->trials.trial,
                                      (uint32_t)s->n_block)];
    const ph_conditioning_cue *c = cue_at(s, cue);
    double u = ph_trials_unit(&s->trials, PH_DRAW_REWARD, s->trials.trial);
    return u < c->probability ? c->reward : 0;
}

static void pay(state *s, ph_task_beat *beat)
{
    double reward = worth(s, s->cue);
    double u = ph_trials_unit(&s->trials, DRAW_OMISSION, s->trials.trial);
    s->omitted = reward != 0 && u < s->p->omission;
    if (s->omitted || (reward > 0 && s->p->response.needed && isnan(s->latency)))
        reward = 0;
    if (reward > 0) {
        reward *= s->satiety < 1 ? 1 - s->satiety : 0;
        s->satiety += s->p->satiety.per_reward * reward;
    }
    s->paid = reward;
    s->over = 1;
    beat->outcome = 1;
    beat->reward = reward;
}

static void end_trial(state *s, ph_task_beat *beat)
{
    const ph_conditioning_cue *c = cue_at(s, s->cue);
    ph_trial row = ph_trials_row(&s->trials, &s->p->trial);
    row.stimulus = row.context = s->cue;
    row.reward = (float)s->paid;
    row.p_reward = (float)(c->probability * (1 - s->p->omission));
    row.outlier = s->omitted;
    if (responds(s->p)) {
        int responded = !isnan(s->latency);
        row.action = responded - 1;
        row.latency = (float)s->latency;
        row.responses = (int32_t)s->spikes;
        row.correct = responded == (c->probability * c->reward > 0);
    }
    ph_trials_end(&s->trials, &row, beat);
}

static ph_status act(void *opaque, ph_task_beat *beat)
{
    state *s = opaque;
    unsigned due = ph_trials_due(&s->trials, &s->p->trial, 0, beat);
    s->satiety *= ph_exp(-beat->beat_ms / s->p->satiety.recovery);
    if (due & PH_DUE_BEGIN)
        begin_trial(s);
    ph_cues_follow(&s->p->stimulus, &s->trials, due, cue_at(s, s->cue)->shown ? s->cue : -1,
                   beat->beat_ms, beat->channels);
    if (responds(s->p) && !s->over)
        count_response(s, beat);
    if (due & PH_DUE_OUTCOME)
        pay(s, beat);
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
    s->n_block = 0;
    for (int i = 0; i < s->p->cues.count; i++)
        for (int64_t k = 0; k < cue_at(s, i)->per_block; k++)
            s->block[s->n_block++] = i;
    ph_trials_begin(&s->trials, s->trials.seed, trials, phase);
    return PH_OK;
}

static ph_status keep(void *opaque, ph_state *kept)
{
    state *s = opaque;
    return ph_task_keep(s, sizeof *s, &s->p, kept);
}

const ph_task_type ph_task_conditioning = {
    .base = {"conditioning", "Pavlovian: cues announce rewards, punishments or nothing", &table},
    .layout = layout,
    .open = open,
    .trials = ph_trials_asked,
    .begin_phase = begin_phase,
    .beat = act,
    .rates = ph_cues_task_rates,
    .keep = keep,
    .close = ph_task_free,
};

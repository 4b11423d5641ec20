/* SPDX-License-Identifier: Apache-2.0 */
/* Familiar and novel cues. Familiar ones are the same in every phase: a phase without novel ones
 * makes them familiar. Novel cues, which no earlier phase has shown, come in sets of `together`,
 * each cue `repeats` times in shuffled rounds, before the next set: once each is one-shot, several
 * times in turn or massed (together: 1) is repeated presentation. Which cues are paid is a function
 * of the seed and read by the outcome alone; the animal has nothing to do. */
#include "task/novelty.h"
#include "task/tasks.h"

#include "base/random.h"

/* --- keys ------------------------------------------------------------------------------------- */

#define FAMILIAR_MAX 1000
#define TOGETHER_MAX 1000
#define NOVEL_MAX 4096 /* of a phase */
#define NOVEL_PHASES ((PH_CUES_MAX - PH_CUE_NOVEL) / NOVEL_MAX)

static const char *const rewards[] = {"contingent", "independent", NULL};

static const ph_param keys[] = {
    PH_RECORD(ph_novelty_params, stimulus, &ph_cue_stimulus_table, NULL, "how cues drive cells"),
    PH_INT(ph_novelty_params, familiar, "4", 1, FAMILIAR_MAX,
           "cues that are the same in every phase; each once in a block"),
    PH_REAL(ph_novelty_params, novel_share, "1", "0.5", 0, 1,
            "probability that a trial shows a novel cue"),
    PH_INT(ph_novelty_params, repeats, "1", 1, 1000000,
           "how often each novel cue is shown; 1: one-shot"),
    PH_INT(ph_novelty_params, together, "1", 1, TOGETHER_MAX,
           "novel cues that are shown in turn, in shuffled rounds; 1: each by itself"),
    PH_REAL(ph_novelty_params, paying, "1", "0", 0, 1, "share of the cues that are paid"),
    PH_REAL(ph_novelty_params, amount, "1", "1", -1000, 1000, "what these are paid"),
    PH_RECORD(ph_novelty_params, trial, &ph_cue_times_table, "{}", "the times of a trial"),
    PH_CHOICE(ph_novelty_params, reward, rewards, "contingent",
              "independent: paid with the probability `paying`, whatever the cue (a control)"),
};
static const ph_table table =
    PH_TABLE("novelty", ph_novelty_params, keys, "familiar and novel cues");

/* --- state ------------------------------------------------------------------------------------ */

enum { DRAW_NOVEL = PH_DRAW_OWN, DRAW_PAYS };

typedef struct state {
    ph_trials trials;
    const ph_novelty_params *p;
    int64_t shown[2]; /* trials of the phase with a familiar, a novel cue */
    int is_novel, cue; /* of this trial */
    int64_t round;     /* how often its cue was shown before in the phase */
    double paid;
} state;

static ph_status layout(const void *params, ph_task_layout *l)
{
    const ph_novelty_params *p = params;
    PH_TRY(ph_cues_layout(&p->stimulus, l));
    return PH_OK;
}

static const char *check_phase(const void *params, int phase)
{
    const ph_novelty_params *p = params;
    return p->novel_share > 0 && phase >= NOVEL_PHASES
               ? "there are no numbers left for its novel cues: the first 1280 phases have all"
               : NULL;
}

/* --- which cue comes next --------------------------------------------------------------------- */

/* The member of a round of n that comes at a position of it. */
static int in_round(const state *s, int64_t round, int n, int position)
{
    int order[FAMILIAR_MAX > TOGETHER_MAX ? FAMILIAR_MAX : TOGETHER_MAX];
    for (int i = 0; i < n; i++)
        order[i] = i;
    ph_trials_shuffle(&s->trials, order, n, ((int64_t)s->is_novel << 32) + round * FAMILIAR_MAX);
    return order[position];
}

static ph_status begin_trial(state *s)
{
    const ph_novelty_params *p = s->p;
    s->is_novel = ph_trials_unit(&s->trials, DRAW_NOVEL, s->trials.trial) < p->novel_share;
    int n = (int)(s->is_novel ? p->together : p->familiar);
    int64_t k = s->shown[s->is_novel]++, round = k / n;
    int member = in_round(s, round, n, (int)(k % n));
    s->round = s->is_novel ? round % p->repeats : round;
    s->cue = member;
    if (!s->is_novel)
        return PH_OK;
    int64_t number = round / p->repeats * n + member;
    PH_CHECK(number < NOVEL_MAX, PH_CONFIG, "a phase has more than %d novel cues", NOVEL_MAX);
    s->cue = PH_CUE_NOVEL + s->trials.phase * NOVEL_MAX + (int)number;
    return PH_OK;
}

/* --- the trial -------------------------------------------------------------------------------- */

int ph_novelty_pays(const ph_novelty_params *params, uint64_t seed, int cue)
{
    ph_random4 bits = ph_random(seed, PH_PURPOSE_TASK, cue, DRAW_PAYS, 0, 0);
    return ph_random_unit(bits.v[0]) < params->paying;
}

static void pay(state *s, ph_task_beat *beat)
{
    int pays = ph_novelty_pays(s->p, s->trials.seed, s->cue);
    if (s->p->reward == PH_NOVELTY_INDEPENDENT)
        pays = ph_trials_unit(&s->trials, PH_DRAW_REWARD, s->trials.trial) < s->p->paying;
    s->paid = pays ? s->p->amount : 0;
    beat->outcome = 1;
    beat->reward = s->paid;
}

static void end_trial(state *s, ph_task_beat *beat)
{
    ph_trial row = ph_trials_row(&s->trials, &s->p->trial);
    row.stimulus = s->cue;
    row.context = s->is_novel;
    row.block = (int32_t)s->round;
    row.reward = (float)s->paid;
    row.p_reward = (float)ph_novelty_pays(s->p, s->trials.seed, s->cue);
    ph_trials_end(&s->trials, &row, beat);
}

static ph_status act(void *opaque, ph_task_beat *beat)
{
    state *s = opaque;
    unsigned due = ph_trials_due(&s->trials, &s->p->trial, 0, beat);
    if (due & PH_DUE_BEGIN)
        PH_TRY(begin_trial(s));
    ph_cues_follow(&s->p->stimulus, &s->trials, due, s->cue, beat->beat_ms, beat->channels);
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
    s->shown[0] = s->shown[1] = 0;
    ph_trials_begin(&s->trials, s->trials.seed, trials, phase);
    return PH_OK;
}

static ph_status keep(void *opaque, ph_state *kept)
{
    state *s = opaque;
    return ph_task_keep(s, sizeof *s, &s->p, kept);
}

const ph_task_type ph_task_novelty = {
    .base = {"novelty", "familiar and novel cues, shown once or repeatedly, some of them paid",
             &table},
    .layout = layout,
    .open = open,
    .check_phase = check_phase,
    .trials = ph_trials_asked,
    .begin_phase = begin_phase,
    .beat = act,
    .rates = ph_cues_task_rates,
    .keep = keep,
    .close = ph_task_free,
};

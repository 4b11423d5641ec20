/* SPDX-License-Identifier: Apache-2.0 */
/* Probabilistic reversal: one action is better, and which one changes without notice.
 *
 * A rule r = 0 .. n - 1 makes action (cue + r) mod n the better one. The first rule is a function
 * of the seed; a reversal takes another one, after so many trials (with jitter) or when so many of
 * the last choices were right (serial reversals). The rule stays when a phase ends. In an outlier,
 * for a trial or a few, actions pay as after a reversal, and then as before. The rule is known to
 * chances() alone, and to the cue that tells it where one is shown. */
#include "task/reversal.h"
#include "task/tasks.h"

#include <math.h>

/* --- keys ------------------------------------------------------------------------------------- */

static const ph_param reversal_keys[] = {
    PH_INT(ph_reversals, every, "0", 0, 1000000, "trials from one reversal to the next; 0: none"),
    PH_INT(ph_reversals, jitter, "0", 0, 1000000,
           "most by which that is longer or shorter, evenly distributed"),
    PH_INT(ph_reversals, right, "0", 0, 64,
           "the rule reverses when so many of the last `of` choices were right; 0: never"),
    PH_INT(ph_reversals, of, "10", 1, 64, "choices since the reversal that are looked at"),
};
static const ph_table reversal_table =
    PH_TABLE("reversals", ph_reversals, reversal_keys, "when the rule changes");

static const ph_param outlier_keys[] = {
    PH_INT(ph_outliers, every, "0", 0, 1000000, "trials from one to the next; 0: none"),
    PH_INT(ph_outliers, jitter, "0", 0, 1000000,
           "most by which that is longer or shorter, evenly distributed"),
    PH_INT(ph_outliers, length, "1", 1, 1000, "trials that an outlier lasts"),
};
static const ph_table outlier_table =
    PH_TABLE("outliers", ph_outliers, outlier_keys, "trials that pay as after a reversal");

static const ph_param keys[] = {
    PH_CHOICE_KEYS(ph_reversal_params, choice),
    PH_INT(ph_reversal_params, cues, "1", 1, PH_CHOICE_CUES_MAX,
           "how many there are; each once in a block, cue c's better action is (c + rule) mod n"),
    PH_REAL(ph_reversal_params, p_better, "1", "0.75", 0, 1, "probability that it is paid"),
    PH_REAL(ph_reversal_params, p_worse, "1", "0.25", 0, 1, "that any other action is paid"),
    PH_RECORD(ph_reversal_params, reversals, &reversal_table, "{}", "when the rule changes"),
    PH_RECORD(ph_reversal_params, outliers, &outlier_table, "{}",
              "trials that pay as after a reversal, without one"),
    PH_CHOICE(ph_reversal_params, context, ph_false_true, "false",
              "true: a further cue is shown, another for each rule"),
};
static const ph_table table =
    PH_TABLE("reversal", ph_reversal_params, keys, "which action is better changes");

/* --- state ------------------------------------------------------------------------------------ */

enum { DRAW_RULE = PH_DRAW_OWN, DRAW_EVERY, DRAW_OUTLIER_EVERY, DRAW_OUTLIER_RULE };

/* When something next happens that recurs. */
typedef struct timer {
    int64_t next;  /* trial of the phase; -1: never */
    int64_t count; /* how often it has happened in the phase */
} timer;

typedef struct state {
    ph_choice choice;
    const ph_reversal_params *p;
    int has_rule;
    int rule, outlier_rule;
    int is_outlier;       /* of this trial */
    timer reversal, outlier;
    int64_t outlier_end;  /* first trial after it */
    int64_t block;        /* reversals so far */
    uint64_t right;       /* last choices since the reversal, a bit each; 1: right */
    double p_of[PH_ACTIONS_MAX];
} state;

static ph_status check(const ph_reversal_params *p)
{
    PH_CHECK(p->choice.actor.actions.count >= 2, PH_CONFIG,
             "task.actions: a reversal needs two or more");
    PH_CHECK(p->p_better > p->p_worse, PH_CONFIG, "task.p_better must be more than p_worse");
    PH_CHECK(p->reversals.every == 0 || p->reversals.jitter < p->reversals.every, PH_CONFIG,
             "task.reversals.jitter must be less than every");
    PH_CHECK(p->reversals.right <= p->reversals.of, PH_CONFIG,
             "task.reversals.right: so many of the last %lld choices can never be right",
             (long long)p->reversals.of);
    PH_CHECK(p->outliers.every == 0 ||
                 p->outliers.jitter + p->outliers.length < p->outliers.every,
             PH_CONFIG, "task.outliers.every must be more than jitter and length together");
    return PH_OK;
}

static ph_status layout(const void *params, ph_task_layout *l)
{
    const ph_reversal_params *p = params;
    PH_TRY(ph_choice_layout(&p->choice, l));
    return check(p);
}

/* --- the schedule ----------------------------------------------------------------------------- */

static int actions(const state *s)
{
    return s->p->choice.actor.actions.count;
}

static void set_timer(const state *s, timer *t, int what, int64_t every, int64_t jitter)
{
    t->next = -1;
    if (every > 0)
        t->next = s->choice.trials.trial + every - jitter +
                  ph_trials_draw(&s->choice.trials, what, t->count, (uint32_t)(2 * jitter + 1));
}

static void time_reversal(state *s)
{
    set_timer(s, &s->reversal, DRAW_EVERY, s->p->reversals.every, s->p->reversals.jitter);
}

static void time_outlier(state *s)
{
    set_timer(s, &s->outlier, DRAW_OUTLIER_EVERY, s->p->outliers.every, s->p->outliers.jitter);
}

static int other_rule(const state *s, int what, int64_t counter)
{
    int n = actions(s);
    return (s->rule + 1 +
            (int)ph_trials_draw(&s->choice.trials, what, counter, (uint32_t)(n - 1))) % n;
}

static int count_right(const state *s)
{
    int n = 0;
    for (int i = 0; i < s->p->reversals.of; i++)
        n += s->right >> i & 1;
    return n;
}

static void reverse(state *s)
{
    s->rule = other_rule(s, DRAW_RULE, ++s->reversal.count);
    s->block++;
    s->right = 0;
    time_reversal(s);
}

static void begin_trial(state *s)
{
    int64_t trial = s->choice.trials.trial;
    int is_learned = s->p->reversals.right > 0 && count_right(s) >= s->p->reversals.right;
    if (is_learned || trial == s->reversal.next)
        reverse(s);
    if (trial == s->outlier.next) {
        s->outlier_rule = other_rule(s, DRAW_OUTLIER_RULE, ++s->outlier.count);
        s->outlier_end = trial + s->p->outliers.length;
        time_outlier(s);
    }
    s->is_outlier = trial < s->outlier_end;
    s->choice.cue = ph_choice_cue_of_block(&s->choice, (int)s->p->cues);
    s->choice.context = s->p->context ? s->rule : -1;
}

/* --- the trial -------------------------------------------------------------------------------- */

static int better_by(const state *s, int rule)
{
    return (s->choice.cue + rule) % actions(s);
}

/* Probabilities of reward in this trial: the one place that knows them. */
static const double *chances(state *s)
{
    int better = better_by(s, s->is_outlier ? s->outlier_rule : s->rule);
    for (int a = 0; a < actions(s); a++)
        s->p_of[a] = a == better ? s->p->p_better : s->p->p_worse;
    return s->p_of;
}

static void end_trial(state *s, ph_task_beat *beat)
{
    int better = better_by(s, s->rule);
    ph_trial row = ph_choice_row(&s->choice, &s->p->choice, chances(s), better);
    row.p_better = (float)s->p->p_better;
    row.context = s->rule;
    row.block = (int32_t)s->block;
    row.is_volatile = s->p->reversals.every > 0 || s->p->reversals.right > 0;
    row.outlier = s->is_outlier;
    s->right = s->right << 1 | (uint64_t)row.correct;
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
    if (!s->has_rule)
        s->rule = (int)ph_trials_draw(&s->choice.trials, DRAW_RULE, 0, (uint32_t)actions(s));
    s->has_rule = 1;
    s->reversal.count = s->outlier.count = s->outlier_end = 0;
    s->right = 0;
    time_reversal(s);
    time_outlier(s);
    return PH_OK;
}

static ph_status keep(void *opaque, ph_state *kept)
{
    state *s = opaque;
    return ph_task_keep(s, sizeof *s, &s->p, kept);
}

const ph_task_type ph_task_reversal = {
    .base = {"reversal", "a choice whose better action changes without notice", &table},
    .layout = layout,
    .open = open,
    .trials = ph_trials_asked,
    .begin_phase = begin_phase,
    .beat = act,
    .rates = ph_choice_task_rates,
    .keep = keep,
    .close = ph_task_free,
};

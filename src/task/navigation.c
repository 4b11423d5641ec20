/* SPDX-License-Identifier: Apache-2.0 */
/* Navigation: an animal in a square maze looks for a goal that it cannot see. Place cells tell it
 * where it is, a ring of heading cells moves it (Z. Brzosko et al., eLife 6:e27756, 2017; N.
 * Fremaux et al., PLoS Comput Biol 9:e1003024, 2013).
 *
 * A trial begins at the start and lasts until the goal is entered or the time is out. At the goal
 * the input to place cells ends; after a stay the reward is paid. The animal moves once a beat by
 * the spikes of the beat before last, and what it sees of its new place is in force three beats
 * after them. In a trial's row `stimulus` is the goal, `action` the place entered first (-1:
 * none), `correct` whether the goal was reached, and the latency the time until a place ended the
 * trial. */
#include "task/navigation.h"
#include "task/tasks.h"
#include "task/trial.h"

#include <math.h>
#include <string.h>

typedef enum stage { STAGE_BEGIN, STAGE_SEARCH, STAGE_STAY, STAGE_PAUSE } stage;

typedef struct state {
    ph_trials trials;    /* first, see ph_trials_open */
    const ph_navigation_params *p;
    stage stage;
    double ms;           /* since the begin of the trial */
    double since;        /* ms at which the stage began */
    ph_maze_animal animal;
    ph_trial row;
} state;

/* --- layout ----------------------------------------------------------------------------------- */

static int place_index(const ph_navigation_params *p, const char *name)
{
    const ph_maze_place *places = p->places.items;
    for (int i = 0; i < p->places.count; i++)
        if (!strcmp(places[i].item.name, name))
            return i;
    return -1;
}

static ph_status check(const ph_navigation_params *p)
{
    PH_CHECK(place_index(p, p->goal) >= 0, PH_CONFIG, "task.goal: there is no place '%s'",
             p->goal);
    PH_CHECK(p->places.count <= PH_TASK_READOUTS, PH_CONFIG,
             "task.places: %d places; at most %d are possible", p->places.count,
             PH_TASK_READOUTS);
    int64_t headings = p->headings.cells.span.count;
    PH_CHECK(ph_maze_side(p) > 0, PH_CONFIG,
             "task.place_cells.target: %lld cells make no square grid (of a side of %d at most)",
             (long long)p->place_cells.target.span.count, PH_MAZE_SIDE);
    PH_CHECK(headings <= PH_TASK_READOUTS, PH_CONFIG,
             "task.headings.cells: %lld cells; at most %d are possible", (long long)headings,
             PH_TASK_READOUTS);
    PH_CHECK(p->headings.tau_rise < p->headings.tau_decay, PH_CONFIG,
             "task.headings.tau_rise: it must be below tau_decay");
    PH_CHECK(!p->alert.target.text || !isnan(p->alert.weight), PH_CONFIG,
             "task.alert: missing key 'weight'");
    PH_CHECK(fabs(p->start_x) < p->half_side && fabs(p->start_y) < p->half_side, PH_CONFIG,
             "task.start_x: the start lies outside the maze");
    return PH_OK;
}

static ph_status layout(const void *parameters, ph_task_layout *l)
{
    const ph_navigation_params *p = parameters;
    PH_TRY(check(p));
    l->n_channels = PH_MAZE_CHANNELS;
    l->inputs[l->n_inputs++] = (ph_task_input){p->place_cells.target.span, p->place_cells.receptor,
                                               p->place_cells.weight};
    if (p->alert.target.text)
        l->inputs[l->n_inputs++] =
            (ph_task_input){p->alert.target.span, p->alert.receptor, p->alert.weight};
    ph_span heading = p->headings.cells.span;
    int64_t n = heading.count;
    for (heading.count = 1; l->n_readouts < n; heading.first++)
        l->readouts[l->n_readouts++] = heading;
    const ph_maze_place *places = p->places.items;
    for (l->n_actions = 0; l->n_actions < p->places.count; l->n_actions++)
        l->actions[l->n_actions] = places[l->n_actions].item.name;
    return PH_OK;
}

/* --- the trial -------------------------------------------------------------------------------- */

static void enter_stage(state *s, stage next)
{
    s->stage = next;
    s->since = s->ms;
}

static void begin(state *s, const ph_task_beat *beat)
{
    ph_maze_enter(s->p, &s->animal);
    s->ms = 0;
    s->row = ph_trial_none();
    s->row.step = beat->step;
    s->row.stimulus = place_index(s->p, s->p->goal);
    beat->channels[PH_MAZE_SEEN] = beat->channels[PH_MAZE_ALERT] = 1;
    enter_stage(s, STAGE_SEARCH);
}

static void look_for_places(state *s)
{
    const ph_maze_place *places = s->p->places.items;
    for (int i = 0; i < s->p->places.count; i++) {
        if (!ph_maze_is_in(&s->animal, &places[i]))
            continue;
        if (s->row.action < 0)
            s->row.action = i;
        if (i == s->row.stimulus || s->p->reward == PH_MAZE_INDEPENDENT) {
            s->row.correct = i == s->row.stimulus;
            s->row.latency = (float)s->ms;
            enter_stage(s, STAGE_STAY);
        }
    }
}

/* At the goal; or, at any place, by a coin. */
static int is_paid(const state *s)
{
    if (s->p->reward == PH_MAZE_INDEPENDENT)
        return s->row.action >= 0 &&
               ph_trials_draw(&s->trials, PH_DRAW_REWARD, s->trials.trial, 2) == 1;
    return s->row.correct;
}

static void end_search(state *s, ph_task_beat *beat)
{
    beat->outcome = 1;
    beat->reward = is_paid(s);
    s->row.reward = (float)beat->reward;
    enter_stage(s, STAGE_PAUSE);
}

static void end_trial(state *s, ph_task_beat *beat)
{
    ph_trials_end(&s->trials, &s->row, beat);
    enter_stage(s, STAGE_BEGIN);
}

/* The stages by the time that has passed in them. */
static void follow(state *s, ph_task_beat *beat)
{
    const ph_maze_trial *times = &s->p->trial;
    double passed = s->ms - s->since + 1e-6;
    if (s->stage == STAGE_SEARCH && passed >= times->timeout)
        end_search(s, beat);
    else if (s->stage == STAGE_STAY && passed >= times->stay)
        end_search(s, beat);
    else if (s->stage == STAGE_PAUSE && passed >= times->pause)
        end_trial(s, beat);
}

static ph_status act(void *opaque, ph_task_beat *beat)
{
    state *s = opaque;
    if (s->stage == STAGE_BEGIN) {
        begin(s, beat);
    } else {
        s->ms += beat->beat_ms;
        ph_maze_move(s->p, beat->beat_ms, beat->counts, &s->animal);
        if (s->stage == STAGE_SEARCH)
            look_for_places(s);
        follow(s, beat);
    }
    beat->channels[PH_MAZE_X] = (float)s->animal.x;
    beat->channels[PH_MAZE_Y] = (float)s->animal.y;
    beat->channels[PH_MAZE_SEEN] = s->stage == STAGE_SEARCH;
    if (s->ms + 1e-6 >= s->p->alert.duration)
        beat->channels[PH_MAZE_ALERT] = 0;
    return PH_OK;
}

/* --- life ------------------------------------------------------------------------------------- */

static ph_status begin_phase(void *opaque, const void *parameters, int64_t trials, int phase)
{
    state *s = opaque;
    s->p = parameters;
    ph_trials_begin(&s->trials, s->trials.seed, trials, phase);
    s->stage = STAGE_BEGIN;
    return PH_OK;
}

static ph_status open(const void *parameters, uint64_t seed, void **out)
{
    (void)parameters;
    return ph_trials_open(sizeof(state), seed, out);
}

static void rates(const void *parameters, uint64_t seed, int input, const float *channels,
                  int64_t first, int64_t stride, int64_t n, float *rate)
{
    const ph_navigation_params *p = parameters;
    (void)seed;
    if (input == PH_MAZE_INPUT_PLACE && channels[PH_MAZE_SEEN] > 0) {
        ph_maze_rates(p, (double)channels[PH_MAZE_X], (double)channels[PH_MAZE_Y], first, stride,
                      n, rate);
        return;
    }
    int is_roused = input == PH_MAZE_INPUT_ALERT && channels[PH_MAZE_ALERT] > 0;
    for (int64_t i = 0; i < n; i++)
        rate[i] = is_roused ? (float)p->alert.rate : 0;
}

static ph_status keep(void *opaque, ph_state *kept)
{
    state *s = opaque;
    return ph_task_keep(s, sizeof *s, &s->p, kept);
}

const ph_task_type ph_task_navigation = {
    .base = {"navigation",
             "find a hidden goal in a square maze by place cells and headings (Brzosko et al. "
             "2017, doi 10.7554/eLife.27756)",
             &ph_navigation_table},
    .layout = layout,
    .open = open,
    .trials = ph_trials_asked,
    .begin_phase = begin_phase,
    .beat = act,
    .rates = rates,
    .keep = keep,
    .close = ph_task_free,
};

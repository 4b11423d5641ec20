/* SPDX-License-Identifier: Apache-2.0 */
/* The beat's pipeline. Counts of beat k are summed to the root during k + 1, at whose end task and
 * controllers act on them; their drives are in force in k + 2, when the nuclei spike, and their
 * stimuli, on their way to all ranks during k + 2, from k + 3 on. The release of k + 2 travels
 * during k + 3, so that concentrations and parameters made of it are in force from its end. */
#include "sim/internal.h"
#include "sim/shuffle.h"

#include "base/clock.h"
#include "base/memory.h"
#include "model/interventions.h"
#include "model/tables.h"
#include "network/contexts.h"
#include "plasticity/gate.h"
#include "plasticity/sampled.h"

#include <math.h>
#include <string.h>

/* --- what is in force in a beat --------------------------------------------------------------- */

static const ph_param *param_of(const ph_rule *rule, const char *name)
{
    const ph_table *table = rule->base.params;
    for (int i = 0; i < table->count; i++)
        if (!strcmp(table->params[i].name, name))
            return &table->params[i];
    return NULL;
}

/* Whether the values of a parameter reach the rule. */
static int is_moved(const ph_moved *moved, const ph_param *param)
{
    int is_there = 0;
    for (int g = 0; g < moved->n_gates; g++)
        is_there |= moved->gates[g] == param;
    for (int i = 0; i < moved->n_sampled; i++)
        is_there |= moved->sampled[i] == param;
    return is_there;
}

static ph_status find_moved(const ph_sim *sim, int p, ph_moved *moved)
{
    const ph_brain *brain = sim->brain;
    const ph_projection *projection = brain->projections[p];
    const ph_rule *rule = ph_projection_rule(projection);
    int region = ph_brain_region_of(brain, projection->target.span.population);
    moved->has_rule = rule && ph_layout_holds(sim->layout, region, sim->rank);
    if (!moved->has_rule)
        return PH_OK;
    moved->site = ph_neuromod_site(sim->neuromod, brain, projection);
    moved->rate = param_of(rule, "learning_rate");
    for (int i = 0; i < PH_RULE_ONLINE && rule->online[i]; i++)
        moved->online[i] = param_of(rule, rule->online[i]);
    for (int g = 0; g < PH_RULE_GATES && rule->gates[g].factor; g++)
        moved->gates[moved->n_gates++] = param_of(rule, rule->gates[g].factor);
    for (int i = 0; i < PH_RULE_SAMPLED && rule->sampled[i]; i++)
        moved->sampled[moved->n_sampled++] = param_of(rule, rule->sampled[i]);
    PH_CHECK(!is_moved(moved, NULL), PH_FAILURE, "rule %s asks for a parameter that it lacks",
             rule->base.name);
    for (int i = 0; i < rule->base.params->count; i++) {
        const ph_param *param = &rule->base.params->params[i];
        PH_CHECK(!(param->flags & PH_PARAM_MODULATED) || is_moved(moved, param), PH_FAILURE,
                 "rule %s marks %s as modulated, but does not ask for its values", rule->base.name,
                 param->name);
    }
    return PH_OK;
}

ph_status ph_sim_find_moved(ph_sim *sim)
{
    PH_ALLOC(sim->moved, sim->brain->n_projections);
    for (int p = 0; p < sim->brain->n_projections; p++)
        PH_TRY(find_moved(sim, p, &sim->moved[p]));
    return PH_OK;
}

/* A value for the beat that begins, or for the rest. */
static void begin_gate(const ph_sim *sim, ph_gate *gate, double M)
{
    if (sim->rest_due)
        gate->rest = M;
    else
        ph_gate_begin_beat(gate, sim->step, M);
}

static void begin_sampled(const ph_sim *sim, ph_sampled *sampled, double value)
{
    if (sim->rest_due)
        sampled->rest = value;
    else
        ph_sampled_begin_beat(sampled, sim->step, value);
}

/* Whether a sampled parameter multiplies all change that it has a part in. */
static int is_rate(const ph_moved *moved, const ph_param *param)
{
    int is_one = param == moved->rate;
    for (int i = 0; i < PH_RULE_ONLINE; i++)
        is_one |= param == moved->online[i];
    return is_one;
}

/* Frozen plasticity is a gate of 0 (and rates of 0): what was in force before still reaches every
 * synapse at its next visit. */
static void begin_projection(ph_sim *sim, int p, int frozen)
{
    const ph_projection *projection = sim->in_force->projections[p];
    const ph_moved *moved = &sim->moved[p];
    ph_rule_context *context = &sim->network->contexts[p];
    context->params = projection->plasticity.params;
    for (int g = 0; g < moved->n_gates; g++)
        begin_gate(sim, context->gate[g],
                   frozen ? 0 : ph_neuromod_value(sim->neuromod, projection, moved->site,
                                                  moved->gates[g]));
    for (int i = 0; i < moved->n_sampled; i++) {
        int off = frozen && is_rate(moved, moved->sampled[i]);
        begin_sampled(sim, context->sampled[i],
                      off ? 0 : ph_neuromod_value(sim->neuromod, projection, moved->site,
                                                  moved->sampled[i]));
    }
}

/* Of a rest nothing is released. */
static void begin_release(ph_sim *sim, int p)
{
    const ph_projection *projection = sim->in_force->projections[p];
    ph_sampled *U = sim->network->contexts[p].U;
    if (U && !sim->rest_due)
        ph_sampled_begin_beat(U, sim->step,
                              ph_neuromod_moved(sim->neuromod, &projection->modulation,
                                                sim->moved[p].site,
                                                &ph_short_term_table.params[0],
                                                projection->short_term.U));
}

static void begin_projections(ph_sim *sim)
{
    int frozen = sim->in_force->phase[sim->phase]->plasticity == PH_PLASTICITY_FROZEN;
    for (int p = 0; p < sim->brain->n_projections; p++)
        if (sim->moved[p].has_rule) {
            begin_projection(sim, p, frozen);
            begin_release(sim, p);
        }
}

ph_status ph_sim_begin_beat(ph_sim *sim)
{
    begin_projections(sim);
    ph_sim_begin_excitability(sim);
    if (sim->brain->task.type)
        ph_sim_set_rates(sim, 0);
    if (sim->is_root)
        ph_sim_set_rates(sim, 1);
    return PH_OK;
}

/* --- phases ----------------------------------------------------------------------------------- */

void ph_sim_apply_phase(ph_sim *sim)
{
    sim->in_force = sim->brain->phase_brains[sim->phase];
    const ph_phase *phase = sim->brain->phase[sim->phase];
    for (int b = 0; b < sim->network->n_blocks; b++)
        for (int g = 0; g < sim->network->blocks[b].n_groups; g++) {
            int population = sim->network->blocks[b].groups[g].population;
            ph_group_run *run = &sim->blocks[b].groups[g];
            run->silenced =
                phase->rest ? 1 : ph_silenced_fraction(sim->in_force, population, phase);
            run->noise = ph_noise_rate(sim->in_force, population, phase) * sim->h * 1e-3;
        }
}

static ph_status end_phase(ph_sim *sim, int phase, ph_step rest)
{
    ph_phase_record record = {phase, 0, sim->phase_begin, sim->step, rest};
    sim->phase_begin = sim->step;
    if (sim->is_root) {
        record.trials = (int32_t)sim->n_correct[phase];
        PH_TRY(ph_writer_append(sim->writer, PH_STREAM_PHASES, &record, 1));
    }
    return ph_record_weights_now(sim, phase + 1);
}

static int is_over(const ph_sim *sim)
{
    return sim->step + sim->rested >= sim->end;
}

/* What is left of the duration of a rest phase at a step, after all is silent. */
static ph_step rest_left(const ph_sim *sim, ph_step step)
{
    const ph_phase *phase = sim->brain->phase[sim->phase];
    if (!phase->rest)
        return 0;
    ph_step left = (ph_step)floor(phase->duration / sim->h + 0.5) - (step - sim->phase_begin);
    ph_step most = sim->end - step - sim->rested;
    left = left < most ? left : most;
    return left > 0 ? left : 0;
}

ph_step ph_sim_rest_coming(const ph_sim *sim)
{
    int ends = sim->next.phase != sim->phase || sim->next.stop;
    return ends ? rest_left(sim, sim->step + sim->brain->beat) : 0;
}

/* What all ranks decide alike comes first, what can fail on one of them after it. A rest is made by
 * all threads before its phase ends. */
static ph_status follow_phase(ph_sim *sim)
{
    int ended = sim->phase, next = sim->broadcast.phase;
    int ends = sim->broadcast.stop || is_over(sim);
    if (!ends && next == ended)
        return PH_OK;
    if (!is_over(sim) && !sim->rest_due && (sim->rest_due = rest_left(sim, sim->step)) > 0)
        return PH_OK;
    ph_step rest = sim->rest_due;
    sim->rested += rest;
    sim->rest_due = 0;
    if (sim->is_root && rest > 0) /* its beats with steps have been told one by one */
        ph_controllers_rest(sim->controllers, sim->in_force, (double)rest * sim->h);
    ends |= is_over(sim);
    if (ends) {
        sim->finished = 1;
        if (!sim->broadcast.stop)
            sim->is_cut = 1;
        return end_phase(sim, ended, rest);
    }
    sim->phase = next;
    ph_sim_apply_phase(sim);
    PH_TRY(end_phase(sim, ended, rest));
    return ph_shuffle_begin(sim, ended);
}

const ph_phase *ph_sim_rested(const ph_sim *sim, int beats)
{
    int before = sim->step - beats * sim->brain->beat < sim->phase_begin && sim->phase > 0;
    const ph_phase *phase = sim->brain->phase[sim->phase - before];
    return phase->rest ? phase : NULL;
}

/* --- rests ------------------------------------------------------------------------------------ */

void ph_sim_begin_rest(ph_sim *sim)
{
    sim->rest_began_at = ph_clock();
    sim->rest_left = (double)sim->rest_due * sim->h;
    /* Counted, as what is left after many that no number is exactly would be a last one of next to
     * nothing. */
    sim->rest_steps = (int64_t)ceil(sim->rest_left / sim->brain->phase[sim->phase]->step - 1e-6);
    ph_neuromod_begin_rest(sim->neuromod, sim->in_force, sim->phase);
    begin_projections(sim);
}

/* Parameters are those of the middle of a step. */
void ph_sim_begin_rest_step(ph_sim *sim)
{
    sim->rest_step = fmin(sim->rest_left, sim->brain->phase[sim->phase]->step);
    ph_neuromod_rest(sim->neuromod, sim->in_force, 0.5e-3 * sim->rest_step);
    begin_projections(sim);
}

void ph_sim_end_rest_step(ph_sim *sim)
{
    ph_neuromod_rest(sim->neuromod, sim->in_force, 0.5e-3 * sim->rest_step);
    sim->rest_left -= sim->rest_step;
    sim->rest_steps--;
}

ph_status ph_sim_end_rest(ph_sim *sim)
{
    sim->rest_s += ph_clock() - sim->rest_began_at;
    return follow_phase(sim);
}

/* --- the end of a beat ------------------------------------------------------------------------ */

static ph_status log_receptor(ph_sim *sim, int transmitter, int receptor, int site)
{
    ph_receptor_state state = ph_neuromod_receptor(sim->neuromod, transmitter, receptor, site);
    ph_receptor_record record = {.step = sim->step,
                                 .transmitter = transmitter,
                                 .receptor = receptor,
                                 .site = site,
                                 .occupancy = state.occupancy,
                                 .o_tonic = state.o_tonic,
                                 .messenger = state.messenger};
    return ph_writer_append(sim->writer, PH_STREAM_RECEPTORS, &record, 1);
}

static ph_status log_modulators(ph_sim *sim)
{
    const ph_transmitter *transmitters = sim->brain->neuromodulation.transmitters.items;
    for (int t = 0; t < sim->n_transmitters; t++)
        for (int site = 0; site < ph_neuromod_sites(sim->neuromod); site++) {
            if (!ph_neuromod_differs(sim->neuromod, &transmitters[t], site))
                continue;
            ph_flows flows = ph_neuromod_flows(sim->neuromod, t, site);
            ph_modulator_record record = {
                .step = sim->step,
                .transmitter = t,
                .site = site,
                .concentration = ph_neuromod_concentration(sim->neuromod, t, site),
                .released = flows.released,
                .taken = flows.taken,
                .lost = flows.lost};
            PH_TRY(ph_writer_append(sim->writer, PH_STREAM_MODULATORS, &record, 1));
            for (int r = 0; r < transmitters[t].receptors.count; r++)
                PH_TRY(log_receptor(sim, t, r, site));
        }
    return PH_OK;
}

/* The counts of this rank: readouts, then the error flag, then what signals ask for. */
static void gather_counts(ph_sim *sim, int64_t *counts)
{
    memset(counts, 0, (size_t)sim->n_readouts * sizeof *counts);
    for (int b = 0; b < sim->network->n_blocks; b++)
        for (int r = 0; r < sim->n_readouts; r++) {
            counts[r] += sim->blocks[b].counts[r];
            sim->blocks[b].counts[r] = 0;
        }
    counts[sim->n_readouts] = sim->error != PH_OK;
    ph_checkpoint_requests(&counts[sim->n_readouts + 1]);
}

static ph_status pipeline(ph_sim *sim)
{
    int64_t *counts = sim->beat_counts;
    gather_counts(sim, counts);
    /* Nuclei live on the root alone, so its own counts are theirs. */
    memcpy(sim->nucleus_counts, counts + sim->n_readouts - sim->n_transmitters,
           (size_t)sim->n_transmitters * sizeof *counts);
    if (sim->is_early)
        sim->broadcast = sim->early;
    else if (sim->posted)
        PH_TRY(ph_beat_finish(sim->beat_comm, sim->sums, &sim->broadcast));
    sim->is_early = 0;
    sim->is_due = sim->broadcast.checkpoint;
    sim->leaving = sim->broadcast.leave;
    /* A root that fails still posts: the others wait for it, and its error stops them. */
    ph_status acted = sim->is_root ? ph_root_act(sim, sim->step) : PH_OK;
    if (acted != PH_OK)
        ph_sim_fail(sim, acted);
    if (sim->is_root)
        ph_checkpoint_ask(sim);
    PH_TRY(ph_beat_post(sim->beat_comm, counts, &sim->next));
    sim->posted = 1;
    return PH_OK;
}

static ph_status write_beat(ph_sim *sim)
{
    ph_step interval = ph_record_interval(sim, sim->brain->recording.modulators.interval);
    if (sim->is_root && sim->step % interval == 0)
        PH_TRY(log_modulators(sim));
    return ph_record_beat(sim);
}

ph_status ph_sim_end_beat(ph_sim *sim)
{
    double begin = ph_clock();
    PH_TRY(pipeline(sim));
    ph_status status = ph_neuromod_advance(sim->neuromod, sim->in_force, &sim->broadcast);
    double advanced = ph_clock();
    sim->neuromod_s += advanced - begin;
    if (status == PH_OK && sim->error == PH_OK)
        status = write_beat(sim);
    if (status != PH_OK)
        ph_sim_fail(sim, status);
    status = follow_phase(sim);
    sim->write_s += ph_clock() - advanced;
    if (sim->is_root)
        ph_progress_show(sim, sim->finished);
    return status;
}

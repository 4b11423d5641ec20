/* SPDX-License-Identifier: Apache-2.0 */
/* Making a block: groups of neurons in their initial state, then the rows onto them. */
#include "network/block.h"

#include "base/memory.h"
#include "network/contexts.h"
#include "network/draw.h"
#include "plasticity/rules.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- groups ---------------------------------------------------------------------------------- */

static int padded(int64_t n)
{
    return (int)((n + PH_PAD - 1) / PH_PAD * PH_PAD);
}

static int64_t count_in_block(int64_t share, int index, int n_blocks)
{
    return share > index ? (share - index + n_blocks - 1) / n_blocks : 0;
}

int ph_blocks_needed(const ph_brain *brain, const ph_layout *layout, int rank)
{
    int64_t largest = 1;
    for (int n = layout->n_threads; n < largest + layout->n_threads; n += layout->n_threads) {
        int64_t slots = 0;
        for (int p = 0; p < brain->n_populations; p++) {
            int64_t first, count;
            ph_layout_share(layout, brain, p, rank, &first, &count);
            slots += padded(count_in_block(count, 0, n));
            largest = count > largest ? count : largest;
        }
        if (slots <= PH_BLOCK_NEURONS)
            return n;
    }
    return 0;
}

/* Where a file says it by type or by neuron; the rest of them at rest. */
static void start_by_neuron(const ph_node_classes *classes, const ph_population *population,
                            ph_group *group)
{
    for (int i = 0; i < group->n; i++) {
        double V = classes->V_init[group->first + i * group->stride - classes->first];
        if (!isnan(V))
            group->state[0][i] = (ph_real)(V - ph_group_rest(group, population, i));
    }
}

static ph_status initial_state(const ph_build *build, const ph_population *population,
                               ph_group *group)
{
    const ph_node_classes *classes = build->classes ? build->classes[group->population] : NULL;
    if (isnan(population->V_init.mean) && classes && classes->V_init)
        start_by_neuron(classes, population, group);
    if (isnan(population->V_init.mean)) /* not given: at rest */
        return PH_OK;
    for (int i = 0; i < group->n; i++) {
        ph_gid gid = group->gid + i * group->stride;
        ph_random4 bits = ph_random(build->seed, PH_PURPOSE_V_INIT, gid, 0, 0, 0);
        double V = ph_draw_dist(&population->V_init, bits.v[0], build->seed, PH_PURPOSE_V_INIT,
                                gid, 1, 0);
        group->state[0][i] = (ph_real)(V - ph_group_rest(group, population, i));
    }
    return PH_OK;
}

static ph_status make_group(const ph_build *build, ph_block *block, int p, int64_t share_first,
                            int64_t share_count, ph_group *group)
{
    const ph_population *population = build->brain->populations[p];
    group->population = p;
    group->model = (const ph_neuron_model *)population->neuron.type;
    group->n = (int)count_in_block(share_count, block->index, block->n_blocks);
    group->padded = padded(group->n);
    group->first = share_first + block->index;
    group->stride = block->n_blocks;
    group->gid = population->gid + group->first;
    group->slot = block->n_slots;
    block->n_slots += group->padded;
    if (block->n_ports < group->model->n_ports)
        block->n_ports = group->model->n_ports;
    group->I_constant = (ph_real)population->I_scale;
    group->model->prepare(population->neuron.params, build->brain->simulation.resolution,
                          group->k);
    for (int s = 0; s < group->model->n_states; s++)
        PH_ALLOC(group->state[s], group->padded);
    for (int port = 0; port < group->model->n_ports; port++) {
        group->quantum[port] = build->quanta->quantum[p * PH_NEURON_PORTS + port];
        group->unit[port] = (ph_real)group->quantum[port];
    }
    PH_ALLOC(group->refractory, group->padded);
    if (build->classes && build->classes[p])
        PH_TRY(ph_unlike_create(build->classes[p], build->brain->simulation.resolution, group));
    return initial_state(build, population, group);
}

static ph_status make_groups(const ph_build *build, ph_block *block)
{
    PH_ALLOC(block->groups, build->brain->n_populations);
    for (int p = 0; p < build->brain->n_populations; p++) {
        int64_t first, count;
        ph_layout_share(build->layout, build->brain, p, build->rank, &first, &count);
        if (count_in_block(count, block->index, block->n_blocks) > 0)
            PH_TRY(make_group(build, block, p, first, count, &block->groups[block->n_groups++]));
    }
    PH_ALLOC(block->input, block->n_ports * block->n_slots);
    PH_ALLOC(block->wide, block->n_ports * block->n_slots);
    for (int port = 0; port < block->n_ports; port++)
        PH_ALLOC(block->in[port], PH_TILE);
    PH_ALLOC(block->I, PH_TILE);
    PH_ALLOC(block->spiked, PH_TILE);
    int differ = 0;
    for (int g = 0; g < block->n_groups; g++)
        differ |= block->groups[g].unlike != NULL;
    if (!differ)
        return PH_OK;
    PH_ALLOC(block->gathered, (PH_NEURON_STATES + PH_NEURON_PORTS + 1) * PH_TILE);
    PH_ALLOC(block->gathered_ints, 2 * PH_TILE);
    return PH_OK;
}

/* --- rows ------------------------------------------------------------------------------------ */

static int group_of(const ph_block *block, int population)
{
    for (int g = 0; g < block->n_groups; g++)
        if (block->groups[g].population == population)
            return g;
    return -1;
}

static double tau_of(const ph_decay *decay)
{
    return decay ? decay->tau : 0;
}

static int is_alike(const ph_history *history, const ph_traces *traces, const ph_local *local)
{
    const ph_local *its = &history->local;
    int is_equal = history->traces.pairing == traces->pairing && its->V == local->V &&
                   its->V_half == local->V_half && its->slope == local->slope;
    for (int k = 0; k < PH_TRACES; k++)
        is_equal &= tau_of(history->traces.decay[k]) == tau_of(traces->decay[k]);
    return is_equal;
}

/* The gate of a projection by the potential of the compartment that its synapses end on. */
static ph_local local_of(const ph_build *build, const ph_group *group,
                         const ph_projection *projection)
{
    const ph_dendritic_gate *gate = &projection->dendritic_gate;
    int compartment = group->model->ports[projection->port].compartment;
    if (!(gate->slope > 0) || compartment == 0)
        return (ph_local){0};
    const ph_population *population = build->brain->populations[group->population];
    double rest = group->model->rest(population->neuron.params);
    return (ph_local){group->state[group->model->potential[compartment]],
                      gate->V_half - rest, gate->slope};
}

/* One history for all rules onto a group whose postsynaptic traces are alike. */
static ph_status history_for(const ph_build *build, ph_group *group,
                             const ph_projection *projection, ph_history **out)
{
    const ph_rule_context *context = &build->contexts[projection->index];
    ph_local local = local_of(build, group, projection);
    ph_traces traces = {.decay = {context->post[0], context->post[1]},
                        .pairing = context->pairing};
    for (int i = 0; i < group->n_histories; i++)
        if (is_alike(group->histories[i], &traces, &local)) {
            *out = group->histories[i];
            return PH_OK;
        }
    size_t room = (size_t)group->n_histories;
    PH_GROW(group->histories, room, group->n_histories + 1);
    ph_history **history = &group->histories[group->n_histories];
    *history = NULL;
    PH_TRY(ph_history_create(group->n, &traces, &local, build->keep, history));
    (*history)->gid = group->gid;
    (*history)->stride = group->stride;
    group->n_histories++;
    *out = *history;
    return PH_OK;
}

/* qsort has no argument for context; the phases are computed into the keys. */
typedef struct by_phase {
    ph_step phase;
    int64_t row;
} by_phase;

static int compare_phase(const void *a, const void *b)
{
    const by_phase *left = a, *right = b;
    if (left->phase != right->phase)
        return left->phase < right->phase ? -1 : 1;
    return left->row < right->row ? -1 : left->row > right->row;
}

static ph_status order_sweeps(ph_rows *rows, ph_step period)
{
    by_phase *keys;
    PH_ALLOC(rows->by_sweep, rows->n_rows);
    PH_ALLOC(keys, rows->n_rows);
    rows->sweep_period = period;
    for (int64_t r = 0; r < rows->n_rows; r++) {
        rows->next_sweep[r] = ph_sweep_phase(rows->source[r], period);
        keys[r] = (by_phase){rows->next_sweep[r], r};
    }
    qsort(keys, (size_t)rows->n_rows, sizeof *keys, compare_phase);
    for (int64_t r = 0; r < rows->n_rows; r++)
        rows->by_sweep[r] = keys[r].row;
    ph_free(keys);
    return PH_OK;
}

/* A cell has one sum for all projections of a rule. */
static ph_status attach_targets(const ph_build *build, ph_block *block, ph_rows *rows)
{
    PH_TRY(ph_targets_create(block->groups[rows->group].n, build->sweep, &rows->targets));
    for (ph_rows *other = block->rows; other < rows; other++)
        if (other->targets && other->group == rows->group && other->rule == rows->rule) {
            ph_targets_share(other->targets, rows->targets);
            break;
        }
    return PH_OK;
}

/* What belongs to sources and targets, beside the synapses. */
static ph_status attach(const ph_build *build, ph_block *block, ph_rows *rows)
{
    ph_group *group = &block->groups[rows->group];
    const ph_homeostasis *h = &rows->projection->homeostasis;
    if (rows->context->release)
        PH_ALLOC(rows->release, rows->n_rows);
    if (rows->rule->follow)
        PH_TRY(attach_targets(build, block, rows));
    if (!(h->rate > 0))
        return PH_OK;
    if (!group->fired)
        PH_ALLOC(group->fired, group->n);
    return ph_scaling_create(group->n,
                             &(ph_scaling_constants){h->rate, h->tau, h->tau_rate, h->min, h->max},
                             &rows->scaling);
}

/* Of weights that begin at 0, the sign is the port's. */
static double sign_of(const ph_projection *projection, const ph_neuron_model *model)
{
    double mean = projection->weight.mean;
    return mean < 0 || (mean == 0 && model->ports[projection->port].sign < 0) ? -1 : 1;
}

static ph_status plastic_rows(const ph_build *build, ph_block *block,
                              const ph_projection *projection)
{
    int g = group_of(block, projection->target.span.population);
    if (g < 0)
        return PH_OK;
    ph_rows *rows = &block->rows[block->n_rows++];
    rows->tier = projection->tract ? PH_TIER_EPOCH : PH_TIER_SLICE;
    rows->projection = projection;
    rows->rule = ph_projection_rule(projection);
    rows->context = &build->contexts[projection->index];
    rows->group = g;
    rows->port = projection->port;
    rows->sign = sign_of(projection, block->groups[g].model);
    PH_TRY(ph_rows_build(build, block, &projection, 1, rows));
    PH_TRY(history_for(build, &block->groups[g], projection, &rows->history));
    PH_TRY(attach(build, block, rows));
    if (rows->context->echo > 0)
        PH_TRY(ph_echoes_create(rows->n_rows, rows->context->echo, build->brain->epoch,
                                &rows->echoes));
    if (rows->rule != &ph_rule_static)
        return order_sweeps(rows, build->sweep);
    for (int64_t r = 0; r < rows->n_rows; r++)
        rows->next_sweep[r] = INT64_MAX;
    return PH_OK;
}

/* A projection that is cut keeps its history, so that the others have the same numbers in a
 * checkpoint as where it is not. */
static ph_status leave_history(const ph_build *build, ph_block *block,
                               const ph_projection *projection)
{
    int g = group_of(block, projection->target.span.population);
    ph_history *unused;
    return g < 0 ? PH_OK : history_for(build, &block->groups[g], projection, &unused);
}

ph_step ph_longest_delay(const ph_brain *brain)
{
    ph_step longest = 1;
    for (int p = 0; p < brain->n_projections; p++)
        if (brain->projections[p]->delay_max > longest)
            longest = brain->projections[p]->delay_max;
    return longest;
}

static int is_static(const ph_projection *projection)
{
    return !ph_projection_rule(projection);
}

/* Static synapses of one tier onto one port: most sources reach one port only, so this costs hardly
 * a row, and a synapse need not tell its port. */
static ph_status static_rows(const ph_build *build, ph_block *block, ph_tier tier, int port,
                             const ph_projection **set)
{
    int n = 0;
    for (int p = 0; p < build->brain->n_projections; p++) {
        const ph_projection *projection = build->brain->projections[p];
        if (!projection->cut && is_static(projection) && projection->port == port &&
            (projection->tract ? 1 : 0) == (tier == PH_TIER_EPOCH) &&
            group_of(block, projection->target.span.population) >= 0)
            set[n++] = projection;
    }
    if (n == 0)
        return PH_OK;
    ph_rows *rows = &block->rows[block->n_rows++];
    rows->tier = tier;
    rows->port = port;
    return ph_rows_build(build, block, set, n, rows);
}

static ph_status make_rows(const ph_build *build, ph_block *block)
{
    const ph_brain *brain = build->brain;
    PH_ALLOC(block->rows, brain->n_projections + PH_STATIC_ROWS);
    const ph_projection **set;
    PH_ALLOC(set, brain->n_projections);
    ph_status status = PH_OK;
    for (int tier = 0; tier < PH_TIERS; tier++)
        for (int port = 0; status == PH_OK && port < block->n_ports; port++)
            status = static_rows(build, block, (ph_tier)tier, port, set);
    ph_free(set);
    PH_TRY(status);
    for (int p = 0; p < brain->n_projections; p++) {
        const ph_projection *projection = brain->projections[p];
        if (!is_static(projection))
            PH_TRY(projection->cut ? leave_history(build, block, projection)
                                   : plastic_rows(build, block, projection));
    }
    return ph_calendar_create(ph_longest_delay(brain), brain->epoch, &block->calendar);
}

ph_status ph_block_build(const ph_build *build, int index, int n_blocks, ph_block *block)
{
    block->rank = build->rank;
    block->index = index;
    block->n_blocks = n_blocks;
    block->largest_multapse = 1;
    PH_TRY(make_groups(build, block));
    return make_rows(build, block);
}

void ph_block_begin_period(ph_block *block, ph_step begin, ph_step period, int rested)
{
    for (int r = 0; r < block->n_rows; r++)
        if (block->rows[r].targets)
            ph_targets_turn(block->rows[r].targets);
    for (int r = 0; r < block->n_rows; r++) {
        ph_rows *rows = &block->rows[r];
        if (rows->targets)
            ph_targets_begin(rows->targets, rows->rule, rows->context, begin);
        if (rows->scaling && !rested)
            ph_scaling_follow(rows->scaling, block->groups[rows->group].fired,
                              (double)period * rows->context->h);
    }
    for (int g = 0; g < block->n_groups; g++)
        for (int i = 0; block->groups[g].fired && i < block->groups[g].n; i++)
            block->groups[g].fired[i] = 0;
}

ph_rows *ph_block_plastic_rows(const ph_block *block, int projection)
{
    for (int r = 0; r < block->n_rows; r++)
        if (block->rows[r].rule && block->rows[r].projection->index == projection)
            return &block->rows[r];
    return NULL;
}

static void destroy_group(ph_group *group)
{
    for (int s = 0; s < PH_NEURON_STATES; s++)
        ph_free(group->state[s]);
    ph_free(group->I_each);
    ph_free(group->refractory);
    ph_free(group->fired);
    ph_unlike_destroy(&group->unlike);
    for (int i = 0; i < group->n_histories; i++)
        ph_history_destroy(&group->histories[i]);
    ph_free(group->histories);
}

void ph_block_destroy(ph_block *block)
{
    for (int g = 0; block->groups && g < block->n_groups; g++)
        destroy_group(&block->groups[g]);
    ph_free(block->groups);
    for (int r = 0; block->rows && r < block->n_rows; r++)
        ph_rows_destroy(&block->rows[r]);
    ph_free(block->rows);
    ph_free(block->input);
    ph_free(block->wide);
    for (int port = 0; port < PH_NEURON_PORTS; port++)
        ph_free(block->in[port]);
    ph_free(block->I);
    ph_free(block->spiked);
    ph_free(block->gathered);
    ph_free(block->gathered_ints);
    ph_calendar_destroy(&block->calendar);
    memset(block, 0, sizeof *block);
}

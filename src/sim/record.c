/* SPDX-License-Identifier: Apache-2.0 */
/* From the engine to the streams: spikes, V_m, rates, weights. */
#include "sim/internal.h"

#include <math.h>
#include <string.h>

static ph_status record_blocks(ph_sim *sim)
{
    for (int b = 0; b < sim->network->n_blocks; b++) {
        ph_block_run *run = &sim->blocks[b];
        PH_TRY(ph_writer_append(sim->writer, PH_STREAM_SPIKES, run->spikes, run->n_spikes));
        PH_TRY(ph_writer_append(sim->writer, PH_STREAM_V_M, run->V_m, run->n_V_m));
        run->n_spikes = run->n_V_m = 0;
    }
    return PH_OK;
}

static ph_status record_rates(ph_sim *sim, ph_step interval)
{
    for (int b = 0; b < sim->network->n_blocks; b++)
        for (int g = 0; g < sim->network->blocks[b].n_groups; g++) {
            ph_group_run *run = &sim->blocks[b].groups[g];
            int population = sim->network->blocks[b].groups[g].population;
            ph_rate_record record = {sim->step / interval - 1, population,
                                     (int32_t)run->spikes_in_interval};
            run->spikes_in_interval = 0;
            if (sim->brain->recording.rates_on && sim->brain->recording.rates_on[population])
                PH_TRY(ph_writer_append(sim->writer, PH_STREAM_RATES, &record, 1));
        }
    return PH_OK;
}

ph_step ph_record_interval(const ph_sim *sim, double ms)
{
    ph_step beat = sim->brain->beat;
    ph_step beats = (ph_step)floor(ms / sim->h / (double)beat + 0.5);
    return beats < 1 ? beat : beats * beat;
}

ph_status ph_record_beat(ph_sim *sim)
{
    PH_TRY(record_blocks(sim));
    ph_step interval = ph_rate_steps(sim->brain);
    if (sim->step % interval == 0)
        PH_TRY(record_rates(sim, interval));
    return ph_writer_flush_when_due(sim->writer);
}

/* --- weights ---------------------------------------------------------------------------------- */

/* values: the weight, then the rule's states */
typedef ph_status visit_weight(void *context, const ph_weight_record *record,
                               const ph_real *values, int n_values);

static ph_status each_of_run(const ph_rows *rows, uint64_t first, size_t count,
                             const ph_group *group, ph_weight_record *record, visit_weight *visit,
                             void *context)
{
    ph_run_fields fields = ph_run_fields_of(rows, first, count);
    int n_states = rows->rule->n_states;
    for (size_t i = 0; i < count; i++) {
        ph_real values[1 + PH_RULE_STATES];
        values[0] = ph_field_real(fields.w, i);
        for (int s = 0; s < n_states; s++)
            values[1 + s] = ph_field_real(fields.state[s], i);
        record->target = group->gid + ph_field_target(fields.target, i) * group->stride;
        record->weight = (float)values[0];
        PH_TRY(visit(context, record, values, 1 + n_states));
    }
    return PH_OK;
}

/* Every plastic synapse of this rank, block by block, row by row. */
static ph_status each_weight(const ph_sim *sim, visit_weight *visit, void *context)
{
    for (int b = 0; b < sim->network->n_blocks; b++)
        for (int r = 0; r < sim->network->blocks[b].n_rows; r++) {
            const ph_rows *rows = &sim->network->blocks[b].rows[r];
            if (!rows->rule)
                continue;
            const ph_group *group = &sim->network->blocks[b].groups[rows->group];
            for (int64_t row = 0; row < rows->n_rows; row++) {
                uint64_t synapse = rows->first[row];
                for (uint64_t k = rows->first_run[row]; k < rows->first_run[row + 1]; k++) {
                    ph_weight_record record = {.projection = rows->projection->index,
                                               .source = rows->source[row],
                                               .delay = rows->runs[k].delay};
                    PH_TRY(each_of_run(rows, synapse, rows->runs[k].count, group, &record, visit,
                                       context));
                    synapse += rows->runs[k].count;
                }
            }
        }
    return PH_OK;
}

typedef struct weights_to_write {
    ph_sim *sim;
    int moment;
} weights_to_write;

static ph_status write_weight(void *context, const ph_weight_record *record,
                              const ph_real *values, int n_values)
{
    (void)values, (void)n_values;
    weights_to_write *to = context;
    const ph_recording *recording = &to->sim->brain->recording;
    if (!recording->weights_on || !recording->weights_on[record->projection])
        return PH_OK;
    ph_weight_record stamped = *record;
    stamped.moment = to->moment;
    return ph_writer_append(to->sim->writer, PH_STREAM_WEIGHTS, &stamped, 1);
}

/* Moment 0 is the begin of the run. */
static int is_moment(const ph_brain *brain, int moment)
{
    const ph_record_weights *weights = &brain->recording.weights;
    int is = weights->phases.count < 0 || moment == 0;
    for (int i = 0; i < weights->phases.count && !is; i++)
        is = ph_phase_is(brain->phase[moment - 1], weights->phases.items[i]);
    return is && weights->at == PH_WEIGHTS_AT_PHASE_END;
}

ph_status ph_record_weights_now(ph_sim *sim, int moment)
{
    if (!is_moment(sim->brain, moment))
        return PH_OK;
    weights_to_write context = {sim, moment};
    return each_weight(sim, write_weight, &context);
}

static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return x ^ x >> 31;
}

static uint64_t real_bits(ph_real value)
{
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof value);
    return bits;
}

static ph_status hash_weight(void *context, const ph_weight_record *record,
                             const ph_real *values, int n_values)
{
    uint64_t x = mix((uint64_t)record->target ^ (uint64_t)record->projection << 48);
    x = mix(x ^ ((uint64_t)record->source << 16 | (uint64_t)record->delay));
    for (int i = 0; i < n_values; i++)
        x = mix(x ^ real_bits(values[i]));
    *(uint64_t *)context += x;
    return PH_OK;
}

uint64_t ph_weight_hash(const ph_sim *sim)
{
    uint64_t hash = 0;
    (void)each_weight(sim, hash_weight, &hash);
    return hash;
}

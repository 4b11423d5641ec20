/* SPDX-License-Identifier: Apache-2.0 */
/* Building rows in passes over the same draws: one to lay out rows and runs, by counters or by
 * sorting, and one to place each synapse at its final position in the order of targets. */
#include "network/rows.h"

#include "base/memory.h"
#include "network/parts.h"

#include <math.h>
#include <string.h>

ph_status ph_rows_allocate_rows(ph_rows *rows, uint64_t n_rows, uint64_t n_runs,
                                uint64_t n_synapses)
{
    PH_CHECK(n_synapses <= UINT32_MAX && n_runs <= UINT32_MAX, PH_RESOURCE,
             "%llu synapses of one kind onto one thread: at most 2^32; use more threads or ranks",
             (unsigned long long)n_synapses);
    rows->n_rows = (int64_t)n_rows;
    rows->n_synapses = n_synapses;
    PH_ALLOC(rows->source, n_rows);
    PH_ALLOC(rows->first, n_rows + 1);
    PH_ALLOC(rows->first_run, n_rows + 1);
    PH_ALLOC(rows->runs, n_runs);
    rows->first[n_rows] = (uint32_t)n_synapses;
    rows->first_run[n_rows] = (uint32_t)n_runs;
    return PH_OK;
}

ph_status ph_rows_allocate_synapses(ph_rows *rows)
{
    if (!rows->rule) {
        PH_ALLOC(rows->synapses, rows->n_synapses + PH_SYNAPSE_PADDING);
        return PH_OK;
    }
    rows->synapse_bytes = ph_plastic_bytes(rows->rule);
    /* Visits read whole blocks of PH_PAD. */
    PH_ALLOC(rows->plastic, rows->n_synapses * rows->synapse_bytes + PH_PAD * sizeof(ph_real));
    PH_ALLOC(rows->last, rows->n_rows);
    for (int k = 0; k < PH_TRACES && rows->rule->pre[k]; k++)
        PH_ALLOC(rows->x[k], rows->n_rows);
    PH_ALLOC(rows->next_sweep, rows->n_rows);
    return PH_OK;
}

/* While they are placed, the fields of a plastic synapse lie together: w, then 0, then target. */
static char *synapse_at(const ph_rows *rows, uint64_t i)
{
    return rows->plastic + i * rows->synapse_bytes;
}

static uint16_t target_at(const ph_rows *rows, uint64_t i)
{
    return ph_field_target(synapse_at(rows, i + 1) - sizeof(uint16_t), 0);
}

static void place_plastic(char *synapse, size_t bytes, uint16_t target, ph_real w)
{
    memcpy(synapse, &w, sizeof w);
    memcpy(synapse + bytes - sizeof target, &target, sizeof target);
}

void ph_rows_place(ph_rows *rows, const ph_part *part)
{
    double quantum = part->group->quantum[part->projection->port];
    for (int j = 0; j < part->n; j++) {
        uint64_t at = part->at[j];
        if (rows->rule) {
            place_plastic(synapse_at(rows, at), rows->synapse_bytes, (uint16_t)part->i,
                          (ph_real)fabs(part->weight[j]));
        } else {
            rows->synapses[at] = (ph_synapse){(uint16_t)(part->group->slot + part->i),
                                              (ph_weight)ph_round(part->weight[j] / quantum)};
        }
    }
}

/* Synapses of one run are in the order of targets, so those of one pair are neighbours. */
static int64_t largest_multapse(const ph_rows *rows)
{
    int64_t largest = 1, same = 1;
    for (uint64_t i = 1; i < rows->n_synapses; i++) {
        int equal = rows->rule ? target_at(rows, i) == target_at(rows, i - 1)
                               : rows->synapses[i].slot == rows->synapses[i - 1].slot;
        same = equal ? same + 1 : 1;
        if (same > largest)
            largest = same;
    }
    return largest;
}

/* Once all synapses are placed, the fields of each run are put behind one another. */
static ph_status part_fields(ph_rows *rows)
{
    ph_real *w;
    uint16_t *target;
    PH_ALLOC(w, PH_RUN_MOST);
    PH_ALLOC(target, PH_RUN_MOST);
    uint64_t first = 0;
    for (uint64_t r = 0; r < rows->first_run[rows->n_rows]; r++) {
        size_t count = rows->runs[r].count;
        for (size_t i = 0; i < count; i++) {
            w[i] = ph_field_real(synapse_at(rows, first + i), 0);
            target[i] = target_at(rows, first + i);
        }
        ph_run_fields fields = ph_run_fields_of(rows, first, count);
        memset(fields.w, 0, count * rows->synapse_bytes);
        memcpy(fields.w, w, count * sizeof *w);
        memcpy(fields.target, target, count * sizeof *target);
        first += count;
    }
    ph_free(w);
    ph_free(target);
    return PH_OK;
}

ph_status ph_rows_build(const ph_build *build, ph_block *block,
                        const ph_projection *const *projections, int n, ph_rows *rows)
{
    ph_parts parts;
    ph_status status = ph_parts_create(build, block, projections, n, &parts);
    if (status == PH_OK) {
        double most = PH_CELLS_PER_SYNAPSE * ph_parts_expected(&parts);
        status = (double)ph_rows_dense_cells(&parts) <= most ? ph_rows_lay_dense(&parts, rows)
                                                             : ph_rows_lay_sparse(&parts, rows);
    }
    ph_parts_destroy(&parts);
    PH_TRY(status);
    int64_t largest = largest_multapse(rows);
    if (largest > block->largest_multapse)
        block->largest_multapse = largest;
    return rows->rule ? part_fields(rows) : PH_OK;
}

void ph_rows_destroy(ph_rows *rows)
{
    ph_free(rows->source);
    ph_free(rows->first);
    ph_free(rows->first_run);
    ph_free(rows->runs);
    ph_free(rows->synapses);
    ph_free(rows->plastic);
    ph_free(rows->index);
    ph_free(rows->last);
    for (int k = 0; k < PH_TRACES; k++)
        ph_free(rows->x[k]);
    ph_echoes_destroy(&rows->echoes);
    ph_targets_destroy(&rows->targets);
    ph_scaling_destroy(&rows->scaling);
    ph_free(rows->next_sweep);
    ph_free(rows->by_sweep);
    ph_free(rows->release);
    memset(rows, 0, sizeof *rows);
}

int64_t ph_rows_bytes(const ph_rows *rows)
{
    uint64_t n = (uint64_t)rows->n_rows, runs = rows->first_run ? rows->first_run[n] : 0;
    uint64_t bytes = n * 2 * sizeof(uint32_t) + runs * sizeof(ph_run);
    if (!rows->rule)
        return (int64_t)(bytes + rows->n_synapses * sizeof(ph_synapse));
    bytes += n * (sizeof(ph_gid) + 2 * sizeof(ph_step) + sizeof(int64_t));
    bytes += rows->release ? n * sizeof(ph_release) : 0;
    for (int k = 0; k < PH_TRACES; k++)
        bytes += rows->x[k] ? n * sizeof(ph_real) : 0;
    return (int64_t)(bytes + rows->n_synapses * rows->synapse_bytes);
}

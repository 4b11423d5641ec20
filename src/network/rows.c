/* SPDX-License-Identifier: Apache-2.0 */
/* Building rows in two passes over the same draws: one to lay out rows and runs, one to place each
 * synapse at its final position in the order of targets: no list of synapses is ever sorted. */
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
        PH_ALLOC(rows->synapses, rows->n_synapses);
        return PH_OK;
    }
    PH_ALLOC(rows->target, rows->n_synapses);
    PH_ALLOC(rows->w, rows->n_synapses);
    for (int s = 0; s < rows->rule->n_states; s++)
        PH_ALLOC(rows->state[s], rows->n_synapses);
    PH_ALLOC(rows->last, rows->n_rows);
    PH_ALLOC(rows->x, rows->n_rows);
    PH_ALLOC(rows->next_sweep, rows->n_rows);
    PH_ALLOC(rows->by_sweep, rows->n_rows);
    return PH_OK;
}

void ph_rows_place(ph_rows *rows, const ph_part *part)
{
    double quantum = part->group->quantum[part->projection->port];
    for (int j = 0; j < part->n; j++) {
        uint64_t at = part->at[j];
        if (rows->rule) {
            rows->target[at] = (uint32_t)part->i;
            rows->w[at] = (ph_real)fabs(part->weight[j]);
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
        int equal = rows->rule ? rows->target[i] == rows->target[i - 1]
                               : rows->synapses[i].slot == rows->synapses[i - 1].slot;
        same = equal ? same + 1 : 1;
        if (same > largest)
            largest = same;
    }
    return largest;
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
    return PH_OK;
}

void ph_rows_destroy(ph_rows *rows)
{
    ph_free(rows->source);
    ph_free(rows->first);
    ph_free(rows->first_run);
    ph_free(rows->runs);
    ph_free(rows->synapses);
    ph_free(rows->target);
    ph_free(rows->w);
    for (int s = 0; s < PH_RULE_STATES; s++)
        ph_free(rows->state[s]);
    ph_free(rows->index);
    ph_free(rows->last);
    ph_free(rows->x);
    ph_free(rows->next_sweep);
    ph_free(rows->by_sweep);
    memset(rows, 0, sizeof *rows);
}

int64_t ph_rows_bytes(const ph_rows *rows)
{
    uint64_t n = (uint64_t)rows->n_rows, runs = rows->first_run ? rows->first_run[n] : 0;
    uint64_t bytes = n * 2 * sizeof(uint32_t) + runs * sizeof(ph_run);
    if (!rows->rule)
        return (int64_t)(bytes + rows->n_synapses * sizeof(ph_synapse));
    bytes += n * (sizeof(ph_gid) + 2 * sizeof(ph_step) + sizeof(ph_real) + sizeof(int64_t));
    return (int64_t)(bytes +
                     rows->n_synapses * (sizeof(uint32_t) +
                                         (1 + (uint64_t)rows->rule->n_states) * sizeof(ph_real)));
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Looking at all edges of a file, slab by slab. */
#include "network/edge_bounds.h"

#include <math.h>

static void widen(double *min, double *max, double x)
{
    *min = x < *min ? x : *min;
    *max = x > *max ? x : *max;
}

static ph_status look_at(const ph_connect_sonata_params *params, int64_t first, int64_t sources,
                         int64_t targets, int is_same, const ph_edge_slab *slab, ph_edge_bounds *b)
{
    for (int i = 0; i < slab->n; i++) {
        PH_TRY(ph_edge_check_node(params, first + i, "source", slab->source[i], sources));
        PH_TRY(ph_edge_check_node(params, first + i, "target", slab->target[i], targets));
        if (is_same && !params->autapses && slab->source[i] == slab->target[i])
            continue;
        int sign = slab->weight[i] < 0;
        b->n[sign]++;
        widen(&b->weight_min[sign], &b->weight_max[sign], slab->weight[i]);
        widen(&b->delay_min[sign], &b->delay_max[sign], slab->delay[i]);
    }
    return PH_OK;
}

static void mark_types(const ph_edge_file *file, const ph_edge_slab *slab, uint8_t *has_type)
{
    for (int i = 0; i < slab->n; i++)
        if (i == 0 || slab->type[i] != slab->type[i - 1])
            has_type[ph_edge_file_type(file, slab->type[i])] = 1;
}

static ph_status read_all(const ph_connect_sonata_params *params, const ph_edge_file *file,
                          int64_t sources, int64_t targets, int is_same, ph_edge_bounds *b,
                          uint8_t *has_type)
{
    ph_edge_slab slab;
    int64_t all = ph_edge_file_count(file);
    ph_status status = ph_edge_slab_create(&slab);
    for (int64_t at = 0; status == PH_OK && at < all; at += PH_EDGE_SLAB) {
        int64_t n = all - at < PH_EDGE_SLAB ? all - at : PH_EDGE_SLAB;
        status = ph_edge_file_read(file, at, (int)n, &slab);
        if (status == PH_OK)
            status = look_at(params, at, sources, targets, is_same, &slab, b);
        if (status == PH_OK)
            mark_types(file, &slab, has_type);
    }
    ph_edge_slab_destroy(&slab);
    return status;
}

ph_status ph_edge_bounds_read(const ph_connect_sonata_params *params, int64_t sources,
                              int64_t targets, int is_same, ph_edge_bounds *b, uint8_t *has_type)
{
    ph_edge_file *file;
    *b = (ph_edge_bounds){.weight_min = {HUGE_VAL, HUGE_VAL},
                          .weight_max = {-HUGE_VAL, -HUGE_VAL},
                          .delay_min = {HUGE_VAL, HUGE_VAL},
                          .delay_max = {-HUGE_VAL, -HUGE_VAL}};
    PH_TRY(ph_edge_file_open(params, &file));
    ph_status status = read_all(params, file, sources, targets, is_same, b, has_type);
    ph_edge_file_close(&file);
    return status;
}

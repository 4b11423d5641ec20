/* SPDX-License-Identifier: Apache-2.0 */
/* Looking at all edges of a file, slab by slab. */
#include "network/edge_bounds.h"

#include <math.h>

static void widen(double *min, double *max, double x)
{
    *min = x < *min ? x : *min;
    *max = x > *max ? x : *max;
}

static ph_status look_at(const ph_connect_sonata_params *params, const ph_edge_file *file,
                         int64_t first, int64_t sources, int64_t targets, int is_same,
                         const ph_edge_slab *slab, ph_edge_bounds *b)
{
    const ph_edge_type *types = params->types.items;
    int counts = 1;
    for (int i = 0; i < slab->n; i++) {
        if (i == 0 || slab->type[i] != slab->type[i - 1])
            counts = types[ph_edge_file_type(file, slab->type[i])].counts;
        PH_TRY(ph_edge_check_node(params, first + i, "source", slab->source[i], sources));
        PH_TRY(ph_edge_check_node(params, first + i, "target", slab->target[i], targets));
        if (!counts || (is_same && !params->autapses && slab->source[i] == slab->target[i]))
            continue;
        int sign = slab->weight[i] < 0;
        b->n[sign]++;
        widen(&b->weight_min[sign], &b->weight_max[sign], slab->weight[i]);
        widen(&b->delay_min[sign], &b->delay_max[sign], slab->delay[i]);
    }
    return PH_OK;
}

static ph_status mark_types(const ph_connect_sonata_params *params, const ph_edge_file *file,
                            const int64_t *type, int64_t n, uint8_t *has_type)
{
    for (int64_t i = 0; i < n; i++) {
        if (i > 0 && type[i] == type[i - 1])
            continue;
        int t = ph_edge_file_type(file, type[i]);
        PH_CHECK(t >= 0, PH_FILE, "%s: there is no edge type %lld of %s", params->file,
                 (long long)type[i], params->population);
        has_type[t] = 1;
    }
    return PH_OK;
}

static ph_status read_range(const ph_connect_sonata_params *params, const ph_edge_file *file,
                            int64_t sources, int64_t targets, int is_same, int64_t first,
                            int64_t last, ph_edge_bounds *b, uint8_t *has_type)
{
    ph_edge_slab slab;
    ph_status status = ph_edge_slab_create(&slab);
    for (int64_t at = first; status == PH_OK && at < last; at += PH_EDGE_SLAB) {
        int64_t n = last - at < PH_EDGE_SLAB ? last - at : PH_EDGE_SLAB;
        status = ph_edge_file_read(file, at, (int)n, 0, &slab);
        if (status == PH_OK)
            status = look_at(params, file, at, sources, targets, is_same, &slab, b);
        if (status == PH_OK)
            status = mark_types(params, file, slab.type, slab.n, has_type);
    }
    ph_edge_slab_destroy(&slab);
    return status;
}

ph_status ph_edge_bounds_part(const ph_connect_sonata_params *params, int64_t sources,
                              int64_t targets, int is_same, int part, int parts,
                              ph_edge_bounds *b, uint8_t *has_type)
{
    ph_edge_file *file;
    *b = (ph_edge_bounds){.weight_min = {HUGE_VAL, HUGE_VAL},
                          .weight_max = {-HUGE_VAL, -HUGE_VAL},
                          .delay_min = {HUGE_VAL, HUGE_VAL},
                          .delay_max = {-HUGE_VAL, -HUGE_VAL}};
    PH_TRY(ph_edge_file_open(params, &file));
    int64_t all = ph_edge_file_count(file), first = all / parts * part + all % parts * part / parts;
    int64_t last = all / parts * (part + 1) + all % parts * (part + 1) / parts;
    ph_status status =
        read_range(params, file, sources, targets, is_same, first, last, b, has_type);
    ph_edge_file_close(&file);
    return status;
}

static ph_status read_types(const ph_connect_sonata_params *params, const ph_edge_file *file,
                            uint8_t *has_type)
{
    int64_t type[PH_EDGE_SLAB], all = ph_edge_file_count(file);
    for (int64_t at = 0, n; at < all; at += n) {
        n = all - at < PH_EDGE_SLAB ? all - at : PH_EDGE_SLAB;
        PH_TRY(ph_edge_file_types(file, at, n, type));
        PH_TRY(mark_types(params, file, type, n, has_type));
    }
    return PH_OK;
}

ph_status ph_edge_types_read(const ph_connect_sonata_params *params, uint8_t *has_type, int64_t *n)
{
    ph_edge_file *file;
    PH_TRY(ph_edge_file_open(params, &file));
    *n = ph_edge_file_count(file);
    ph_status status = read_types(params, file, has_type);
    ph_edge_file_close(&file);
    return status;
}

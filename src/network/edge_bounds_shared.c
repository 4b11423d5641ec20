/* SPDX-License-Identifier: Apache-2.0 */
/* Looking at the edges of a file together: rank 0, which reads the configuration, asks for it. */
#include "network/edge_bounds.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_BYTES 24

/* What is asked for; the types and the two names lie behind it. */
typedef struct request {
    int64_t sources, targets;
    int64_t n_types, file_bytes, population_bytes; /* of names with their ends */
    int64_t is_same, autapses;
} request;

typedef struct asked_type {
    int64_t id, counts;
    double weight, delay, nsyns, factor;
} asked_type;

/* --- asking ----------------------------------------------------------------------------------- */

static ph_status write_request(const ph_connect_sonata_params *params, request r, char **bytes,
                               int64_t *n)
{
    const ph_edge_type *types = params->types.items;
    char *at;
    *n = (int64_t)sizeof r + r.n_types * (int64_t)sizeof(asked_type) + r.file_bytes +
         r.population_bytes;
    PH_ALLOC(*bytes, *n);
    at = *bytes;
    memcpy(at, &r, sizeof r);
    at += sizeof r;
    for (int64_t t = 0; t < r.n_types; t++, at += sizeof(asked_type)) {
        const asked_type type = {strtoll(types[t].item.name, NULL, 10), types[t].counts,
                                 types[t].weight, types[t].delay, types[t].nsyns,
                                 types[t].factor};
        memcpy(at, &type, sizeof type);
    }
    memcpy(at, params->file, (size_t)r.file_bytes);
    memcpy(at + r.file_bytes, params->population, (size_t)r.population_bytes);
    return PH_OK;
}

/* --- looking together ------------------------------------------------------------------------- */

/* The bounds of all parts: smallest and largest of each. */
static ph_status combine(const ph_comm *comm, ph_edge_bounds *b, uint8_t *has_type, int64_t n_types)
{
    double ends[8];
    int64_t *seen;
    for (int s = 0; s < 2; s++) {
        ends[4 * s] = -b->weight_min[s];
        ends[4 * s + 1] = b->weight_max[s];
        ends[4 * s + 2] = -b->delay_min[s];
        ends[4 * s + 3] = b->delay_max[s];
    }
    PH_TRY(ph_comm_max(comm, ends, 8));
    PH_TRY(ph_comm_sum(comm, b->n, 2));
    for (int s = 0; s < 2; s++) {
        b->weight_min[s] = -ends[4 * s];
        b->weight_max[s] = ends[4 * s + 1];
        b->delay_min[s] = -ends[4 * s + 2];
        b->delay_max[s] = ends[4 * s + 3];
    }
    PH_ALLOC(seen, n_types);
    for (int64_t t = 0; t < n_types; t++)
        seen[t] = has_type[t];
    ph_status status = ph_comm_sum(comm, seen, (int)n_types);
    for (int64_t t = 0; t < n_types; t++)
        has_type[t] = seen[t] > 0;
    ph_free(seen);
    return status;
}

static ph_status look(const ph_comm *comm, const ph_connect_sonata_params *params,
                      const request *r, ph_edge_bounds *b, uint8_t *has_type)
{
    ph_status status =
        ph_edge_bounds_part(params, r->sources, r->targets, (int)r->is_same, ph_comm_rank(comm),
                            ph_comm_ranks(comm), b, has_type);
    PH_TRY(ph_comm_agree(comm, status));
    return combine(comm, b, has_type, r->n_types);
}

ph_status ph_edge_bounds_read(const ph_comm *comm, const ph_connect_sonata_params *params,
                              int64_t sources, int64_t targets, int is_same,
                              ph_edge_bounds *bounds, uint8_t *has_type)
{
    const request r = {sources, targets, params->types.count,
                       (int64_t)strlen(params->file) + 1, (int64_t)strlen(params->population) + 1,
                       is_same, params->autapses};
    char *bytes = NULL;
    int64_t n = 0;
    if (!comm || ph_comm_ranks(comm) == 1)
        return ph_edge_bounds_part(params, sources, targets, is_same, 0, 1, bounds, has_type);
    PH_TRY(write_request(params, r, &bytes, &n));
    void *sent = bytes;
    ph_status status = ph_comm_spread_bytes(comm, 0, &sent, &n);
    ph_free(bytes);
    PH_TRY(status);
    return look(comm, params, &r, bounds, has_type);
}

/* --- being asked ------------------------------------------------------------------------------ */

static void read_types(const char *at, int64_t n, ph_edge_type *types, char *numbers)
{
    for (int64_t t = 0; t < n; t++, at += sizeof(asked_type), numbers += NUMBER_BYTES) {
        asked_type type;
        memcpy(&type, at, sizeof type);
        snprintf(numbers, NUMBER_BYTES, "%lld", (long long)type.id);
        types[t] = (ph_edge_type){{numbers, NULL}, type.weight, type.delay, type.nsyns,
                                  type.factor, (int)type.counts};
    }
}

static ph_status answer(const ph_comm *comm, const char *bytes)
{
    request r;
    memcpy(&r, bytes, sizeof r);
    const char *names = bytes + sizeof r + (size_t)r.n_types * sizeof(asked_type);
    ph_edge_type *types = ph_calloc((size_t)r.n_types, sizeof *types);
    char *numbers = ph_calloc((size_t)r.n_types, NUMBER_BYTES);
    uint8_t *has_type = ph_calloc((size_t)r.n_types, 1);
    const ph_connect_sonata_params params = {.file = names,
                                             .population = names + r.file_bytes,
                                             .types = {(int)r.n_types, types},
                                             .autapses = (int)r.autapses};
    ph_edge_bounds bounds;
    ph_status status = types && numbers && has_type
                           ? PH_OK
                           : ph_error(PH_RESOURCE, "out of memory: edge types");
    if (status == PH_OK)
        read_types(bytes + sizeof r, r.n_types, types, numbers);
    status = status == PH_OK ? look(comm, &params, &r, &bounds, has_type)
                             : ph_comm_agree(comm, status);
    ph_free(types);
    ph_free(numbers);
    ph_free(has_type);
    return status;
}

/* What goes wrong with a file is agreed, and rank 0 says it. */
ph_status ph_edge_bounds_serve(const ph_comm *comm)
{
    for (;;) {
        void *bytes = NULL;
        int64_t n = 0;
        PH_TRY(ph_comm_spread_bytes(comm, 0, &bytes, &n));
        if (n > 1)
            (void)answer(comm, bytes);
        ph_free(bytes);
        if (n <= 1)
            return PH_OK;
    }
}

ph_status ph_edge_bounds_end(const ph_comm *comm)
{
    char end = 0;
    void *bytes = &end;
    int64_t n = 1;
    return ph_comm_ranks(comm) == 1 ? PH_OK : ph_comm_spread_bytes(comm, 0, &bytes, &n);
}

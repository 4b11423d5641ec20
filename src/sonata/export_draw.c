/* SPDX-License-Identifier: Apache-2.0 */
/* Each rank draws the edges of its targets twice, to count them and to write them. They lie in the
 * order of targets, a target's in the order in which they were drawn. */
#include "sonata/export_edges.h"

#include "base/memory.h"
#include "network/connect.h"
#include "network/draw.h"
#include "network/parts.h"
#include "sonata/models.h"

#include <math.h>
#include <string.h>

#define PIECE 16384 /* edges, or targets, that are written at once */

/* --- weights ---------------------------------------------------------------------------------- */

/* The weight that a run has: rounded once where it is static. */
static double built_weight(const ph_edge_set *p, double weight)
{
    if (p->is_plastic)
        return copysign((double)(ph_real)fabs(weight), weight);
    return (double)ph_round(weight / p->quantum) * p->quantum;
}

/* A weight that all have stands as it was declared, if it becomes the same. */
double ph_edge_set_weight(const ph_edge_set *p)
{
    double weight = p->projection->weight.mean;
    int is_same = built_weight(p, (double)(ph_real)weight) == built_weight(p, weight);
    return p->sign * (is_same ? weight : built_weight(p, weight));
}

static void describe(const ph_export *export, const ph_quanta *quanta, ph_edge_set *p)
{
    const ph_projection *projection = p->projection;
    const ph_brain *brain = export->brain;
    const ph_population *target = brain->populations[projection->target.span.population];
    const ph_sonata_model *model = ph_sonata_model_for(target->neuron.type->name);
    int is_negative = model && model->is_reversed && !strcmp(projection->receptor, model->inh);
    int rank = ph_comm_rank(export->comm), ranks = ph_comm_ranks(export->comm);
    p->targets = target->size;
    p->sources = brain->populations[projection->source.span.population]->size;
    p->first = p->targets * rank / ranks;
    p->count = p->targets * (rank + 1) / ranks - p->first;
    p->quantum =
        quanta->quantum[projection->target.span.population * PH_NEURON_PORTS + projection->port];
    p->sign = is_negative ? -1 : 1;
    p->is_plastic = strcmp(projection->plasticity.type->name, "static") != 0;
    p->one_weight = projection->weight.type == PH_DIST_CONSTANT &&
                    projection->connect.type != &ph_connect_ring &&
                    projection->connect.type != &ph_connect_sonata; /* there it is a bound */
    p->one_delay = projection->delay.type == PH_DIST_CONSTANT;
}

/* --- drawing ---------------------------------------------------------------------------------- */

typedef struct drawing {
    ph_drawer *drawer;
    ph_edges *edges; /* of a projection that is read from a file */
} drawing;

static ph_status begin_drawing(const ph_export *export, const ph_edge_set *p, drawing *d)
{
    const ph_brain *brain = export->brain;
    *d = (drawing){NULL, NULL};
    PH_TRY(ph_drawer_create(brain, p->projection, (uint64_t)brain->simulation.seed, p->first,
                            p->count, &d->drawer));
    if (p->projection->connect.type != &ph_connect_sonata)
        return PH_OK;
    PH_TRY(ph_edges_create(brain, p->projection, p->quantum, p->first, p->count, &d->edges));
    return ph_drawer_read(d->drawer, d->edges);
}

static void end_drawing(drawing *d)
{
    ph_drawer_destroy(&d->drawer);
    ph_edges_destroy(&d->edges);
}

static ph_status count(const ph_export *export, ph_edge_set *p)
{
    drawing d;
    ph_drawn drawn;
    ph_status status = begin_drawing(export, p, &d);
    for (int64_t t = p->first; status == PH_OK && t < p->first + p->count; t++) {
        status = ph_drawer_incoming(d.drawer, t, &drawn);
        p->mine += status == PH_OK ? drawn.n : 0;
    }
    end_drawing(&d);
    return status;
}

ph_status ph_edge_set_count(const ph_edge_writer *w, const ph_quanta *quanta, ph_edge_set *set)
{
    describe(w->export, quanta, set);
    return count(w->export, set);
}

/* --- edges ------------------------------------------------------------------------------------ */

/* Edges that are written together. */
typedef struct buffer {
    int n;
    int64_t at; /* of the first, in the file */
    uint32_t source[PIECE], target[PIECE], type[PIECE];
    uint64_t index[PIECE];
    ph_real weight[PIECE];
    double delay[PIECE];
    int64_t n_targets, first_target;
    uint64_t node[2 * PIECE], range[2 * PIECE]; /* of targets */
} buffer;

static ph_status flush(const ph_edge_writer *w, const ph_edge_set *p, buffer *b)
{
    static const uint8_t zeros[PIECE];
    for (int i = 0; i < b->n; i++)
        b->index[i] = (uint64_t)(b->at + i);
    PH_TRY(ph_shared_write(w->file, &p->source, b->at, b->n, b->source));
    PH_TRY(ph_shared_write(w->file, &p->target, b->at, b->n, b->target));
    PH_TRY(ph_shared_write(w->file, &p->type, b->at, b->n, b->type));
    PH_TRY(ph_shared_write(w->file, &p->group, b->at, b->n, zeros));
    PH_TRY(ph_shared_write(w->file, &p->index, b->at, b->n, b->index));
    if (!p->one_weight)
        PH_TRY(ph_shared_write(w->file, &p->weight, b->at, b->n, b->weight));
    if (!p->one_delay)
        PH_TRY(ph_shared_write(w->file, &p->delay, b->at, b->n, b->delay));
    b->at += b->n;
    b->n = 0;
    return PH_OK;
}

/* n edges of a target, from `first` on of those drawn. */
static void put_edges(const ph_edge_writer *w, const ph_edge_set *p, const drawing *d,
                      int64_t target, const ph_drawn *drawn, int64_t first, int n, buffer *b)
{
    double h = w->export->brain->simulation.resolution, weight[PH_PART];
    uint16_t delay[PH_PART];
    if (!p->one_weight)
        ph_drawer_weights(d->drawer, target, drawn, first, n, weight);
    if (!p->one_delay)
        ph_drawer_delays(d->drawer, target, drawn, first, n, delay);
    for (int i = 0; i < n; i++, b->n++) {
        b->source[b->n] = drawn->source[first + i];
        b->target[b->n] = (uint32_t)target;
        b->type[b->n] = (uint32_t)p->projection->index + 1;
        if (!p->one_weight)
            b->weight[b->n] = (ph_real)(p->sign * built_weight(p, weight[i]));
        if (!p->one_delay)
            b->delay[b->n] = delay[i] * h;
    }
}

static ph_status flush_targets(const ph_edge_writer *w, const ph_edge_set *p, buffer *b)
{
    int64_t n = b->n_targets;
    PH_TRY(ph_shared_write(w->file, &p->by_target[0], b->first_target, n, b->node));
    PH_TRY(ph_shared_write(w->file, &p->by_target[1], b->first_target, n, b->range));
    b->first_target += n;
    b->n_targets = 0;
    return PH_OK;
}

/* A target's edges are one range, which has the target's number. */
static ph_status put_target(const ph_edge_writer *w, const ph_edge_set *p, int64_t target,
                            int64_t edge, int64_t n, buffer *b)
{
    uint64_t *node = &b->node[2 * b->n_targets], *range = &b->range[2 * b->n_targets];
    node[0] = n > 0 ? (uint64_t)target : 0;
    node[1] = n > 0 ? (uint64_t)target + 1 : 0;
    range[0] = (uint64_t)edge;
    range[1] = (uint64_t)(edge + n);
    return ++b->n_targets == PIECE ? flush_targets(w, p, b) : PH_OK;
}

static ph_status write_target(const ph_edge_writer *w, const ph_edge_set *p, const drawing *d,
                              int64_t target, buffer *b)
{
    ph_drawn drawn;
    PH_TRY(ph_drawer_incoming(d->drawer, target, &drawn));
    PH_TRY(put_target(w, p, target, b->at + b->n, drawn.n, b));
    for (int64_t first = 0; first < drawn.n; first += PH_PART) {
        int n = drawn.n - first < PH_PART ? (int)(drawn.n - first) : PH_PART;
        if (b->n + n > PIECE)
            PH_TRY(flush(w, p, b));
        put_edges(w, p, d, target, &drawn, first, n, b);
    }
    return PH_OK;
}

static ph_status write_edges(const ph_edge_writer *w, const ph_edge_set *p, buffer *b)
{
    drawing d;
    ph_status status = begin_drawing(w->export, p, &d);
    b->n = 0;
    b->at = p->before;
    b->n_targets = 0;
    b->first_target = p->first;
    for (int64_t t = p->first; status == PH_OK && t < p->first + p->count; t++)
        status = write_target(w, p, &d, t, b);
    end_drawing(&d);
    PH_TRY(status);
    PH_TRY(flush(w, p, b));
    PH_CHECK(b->at == p->before + p->mine, PH_FAILURE, "projection %s: edges were drawn anew",
             p->projection->address);
    return flush_targets(w, p, b);
}

ph_status ph_edge_sets_write(const ph_edge_writer *w)
{
    buffer *b;
    PH_ALLOC(b, 1);
    ph_status status = PH_OK;
    for (int i = 0; status == PH_OK && i < w->n; i++)
        status = write_edges(w, &w->sets[i], b);
    ph_free(b);
    return status;
}

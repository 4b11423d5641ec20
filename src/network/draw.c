/* SPDX-License-Identifier: Apache-2.0 */
/* The connection rules: which sources reach a target, drawn by counter-based numbers. */
#include "network/draw.h"

#include "base/math.h"
#include "base/memory.h"
#include "network/connect.h"

#include <math.h>
#include <string.h>

struct ph_drawer {
    const ph_brain *brain;
    const ph_projection *projection;
    uint64_t seed;
    ph_gid target_gid;   /* global id of the target population's first neuron */
    int same_population; /* 1: a target can be its own source */
    int64_t channels;    /* channels of the spans; 1 when pairs of channels do not matter */
    int64_t first;       /* first target of `totals` */
    int64_t *totals;     /* fixed_total_number: synapses of each target of the range */
    size_t room;         /* elements of list */
    ph_drawn *list;      /* the synapses of one target */
};

/* --- candidates: which sources a target may draw from --------------------------------------- */

/* The candidates of a target are `count` sources from `first` on, of which `skip_count` from
 * `skip_first` on are left out. Indices within the source population. */
typedef struct candidates {
    int64_t first, count, skip_first, skip_count;
} candidates;

static candidates candidates_of(const ph_drawer *drawer, int64_t target)
{
    const ph_span *source = &drawer->projection->source.span;
    const ph_span *span = &drawer->projection->target.span;
    candidates c = {source->first, source->count, 0, 0};
    if (drawer->channels <= 1)
        return c;
    int64_t channel = (target - span->first) / (span->count / drawer->channels);
    int64_t per_channel = source->count / drawer->channels;
    if (drawer->projection->channels == PH_CHANNELS_SAME) {
        c.first += channel * per_channel;
        c.count = per_channel;
    } else if (drawer->projection->channels == PH_CHANNELS_OTHER) {
        c.skip_first = c.first + channel * per_channel;
        c.skip_count = per_channel;
        c.count -= per_channel;
    }
    return c;
}

static int64_t candidate(const candidates *c, int64_t i)
{
    int64_t source = c->first + i;
    return c->skip_count && source >= c->skip_first ? source + c->skip_count : source;
}

/* --- rules ----------------------------------------------------------------------------------- */

static ph_random4 bits_of(const ph_drawer *drawer, int64_t target, int64_t ordinal, uint32_t sub)
{
    return ph_random(drawer->seed, PH_PURPOSE_SYNAPSE, drawer->target_gid + target,
                     (uint32_t)drawer->projection->index, ordinal, sub);
}

static ph_status room_for(ph_drawer *drawer, int64_t n)
{
    PH_GROW(drawer->list, drawer->room, n);
    return PH_OK;
}

/* n draws with replacement. */
static ph_status draw_with_replacement(ph_drawer *drawer, int64_t target, const candidates *c,
                                       int64_t n)
{
    PH_TRY(room_for(drawer, n));
    for (int64_t j = 0; j < n; j++) {
        ph_random4 bits = bits_of(drawer, target, j, 0);
        int64_t i = ph_random_below(bits.v[0], bits.v[1], (uint32_t)c->count);
        drawer->list[j] = (ph_drawn){candidate(c, i), bits.v[2], bits.v[3]};
    }
    return PH_OK;
}

static int is_taken(const ph_drawn *list, int64_t n, int64_t source)
{
    for (int64_t j = 0; j < n; j++)
        if (list[j].source == source)
            return 1;
    return 0;
}

static ph_status fixed_indegree(ph_drawer *drawer, int64_t target, int64_t *n)
{
    const ph_connect_fixed_indegree_params *p = drawer->projection->connect.params;
    candidates c = candidates_of(drawer, target);
    int can_be_self = drawer->same_population && !p->autapses;
    *n = p->indegree;
    PH_CHECK(c.count - (can_be_self ? 1 : 0) >= (p->multapses ? 1 : *n), PH_CONFIG,
             "projection %s: indegree %lld needs more than the %lld sources there are; lower it or "
             "allow multapses",
             drawer->projection->address, (long long)*n, (long long)c.count);
    PH_TRY(draw_with_replacement(drawer, target, &c, *n));
    if (p->multapses && !can_be_self)
        return PH_OK;
    for (int64_t j = 0; j < *n; j++) {
        for (uint32_t sub = 1; (can_be_self && drawer->list[j].source == target) ||
                               (!p->multapses && is_taken(drawer->list, j, drawer->list[j].source));
             sub++) {
            ph_random4 bits = bits_of(drawer, target, j, sub);
            int64_t i = ph_random_below(bits.v[0], bits.v[1], (uint32_t)c.count);
            drawer->list[j].source = candidate(&c, i);
        }
    }
    return PH_OK;
}

static ph_status fixed_total_number(ph_drawer *drawer, int64_t target, int64_t *n)
{
    candidates c = candidates_of(drawer, target);
    *n = drawer->totals[target - drawer->first];
    return draw_with_replacement(drawer, target, &c, *n);
}

/* Gaps between connected sources are geometric. */
static ph_status pairwise_bernoulli(ph_drawer *drawer, int64_t target, int64_t *n)
{
    const ph_connect_bernoulli_params *p = drawer->projection->connect.params;
    candidates c = candidates_of(drawer, target);
    *n = 0;
    if (p->p <= 0)
        return PH_OK;
    double log_q = p->p < 1 ? ph_log(1.0 - p->p) : -HUGE_VAL;
    int64_t i = -1;
    for (int64_t draw = 0;; draw++) {
        ph_random4 bits = bits_of(drawer, target, draw, 0);
        i += 1 + (int64_t)floor(ph_log(ph_random_unit(bits.v[0])) / log_q);
        if (i >= c.count)
            return PH_OK;
        PH_TRY(room_for(drawer, *n + 1));
        drawer->list[(*n)++] = (ph_drawn){candidate(&c, i), bits.v[2], bits.v[3]};
    }
}

static ph_status one_to_one(ph_drawer *drawer, int64_t target, int64_t *n)
{
    const ph_projection *projection = drawer->projection;
    int64_t i = target - projection->target.span.first;
    *n = i < projection->source.span.count ? 1 : 0;
    ph_random4 bits = bits_of(drawer, target, 0, 0);
    PH_TRY(room_for(drawer, 1));
    drawer->list[0] = (ph_drawn){projection->source.span.first + i, bits.v[2], bits.v[3]};
    return PH_OK;
}

static ph_status all_to_all(ph_drawer *drawer, int64_t target, int64_t *n)
{
    candidates c = candidates_of(drawer, target);
    *n = c.count;
    PH_TRY(room_for(drawer, *n));
    for (int64_t j = 0; j < *n; j++) {
        ph_random4 bits = bits_of(drawer, target, j, 0);
        drawer->list[j] = (ph_drawn){candidate(&c, j), bits.v[2], bits.v[3]};
    }
    return PH_OK;
}

static const struct {
    const ph_descriptor *rule;
    ph_status (*draw)(ph_drawer *drawer, int64_t target, int64_t *n);
} rules[] = {{&ph_connect_fixed_indegree, fixed_indegree},
             {&ph_connect_fixed_total_number, fixed_total_number},
             {&ph_connect_pairwise_bernoulli, pairwise_bernoulli},
             {&ph_connect_one_to_one, one_to_one},
             {&ph_connect_all_to_all, all_to_all}};

/* --- totals: a binomial tree over the targets ------------------------------------------------ */

/* Share `total` synapses among targets [low, high) of the span and keep those of the range. A
 * node's split is keyed by its bounds, so every shard walks the same tree. */
static void split_total(ph_drawer *drawer, int64_t low, int64_t high, int64_t total,
                        int64_t range_last)
{
    if (high <= drawer->first || low >= range_last)
        return;
    if (high - low == 1) {
        drawer->totals[low - drawer->first] = total;
        return;
    }
    int64_t middle = low + (high - low) / 2;
    int64_t left = ph_draw_binomial(total, (double)(middle - low) / (double)(high - low),
                                    drawer->seed, low, (uint32_t)drawer->projection->index, high);
    split_total(drawer, low, middle, left, range_last);
    split_total(drawer, middle, high, total - left, range_last);
}

/* --- the drawer ------------------------------------------------------------------------------ */

static int64_t channels_of(const ph_brain *brain, const ph_projection *projection)
{
    if (projection->channels == PH_CHANNELS_ALL)
        return 1;
    const ph_population *target = brain->populations[projection->target.span.population];
    const ph_region *region = (const ph_region *)brain->regions.items + target->region;
    return region->channels.count > 1 ? region->channels.count : 1;
}

ph_status ph_drawer_create(const ph_brain *brain, const ph_projection *projection, uint64_t seed,
                           int64_t first, int64_t count, ph_drawer **out)
{
    ph_drawer *drawer;
    PH_ALLOC(drawer, 1);
    *out = drawer;
    drawer->brain = brain;
    drawer->projection = projection;
    drawer->seed = seed;
    drawer->target_gid = brain->populations[projection->target.span.population]->gid;
    drawer->same_population =
        projection->source.span.population == projection->target.span.population;
    drawer->channels = channels_of(brain, projection);
    drawer->first = first;
    if (projection->connect.type == &ph_connect_fixed_total_number) {
        const ph_connect_fixed_total_params *p = projection->connect.params;
        const ph_span *span = &projection->target.span;
        PH_ALLOC(drawer->totals, count);
        split_total(drawer, span->first, span->first + span->count, p->total, first + count);
    }
    return PH_OK;
}

ph_status ph_drawer_incoming(ph_drawer *drawer, int64_t target, const ph_drawn **list, int64_t *n)
{
    const ph_span *span = &drawer->projection->target.span;
    *n = 0;
    if (target < span->first || target >= span->first + span->count ||
        drawer->projection->source.span.count == 0)
        return PH_OK;
    for (int i = 0; i < PH_COUNT(rules); i++)
        if (rules[i].rule == drawer->projection->connect.type)
            PH_TRY(rules[i].draw(drawer, target, n));
    *list = drawer->list;
    return PH_OK;
}

void ph_drawer_destroy(ph_drawer **drawer)
{
    if (!*drawer)
        return;
    ph_free((*drawer)->totals);
    ph_free((*drawer)->list);
    ph_free(*drawer);
    *drawer = NULL;
}

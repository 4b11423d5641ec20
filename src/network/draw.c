/* SPDX-License-Identifier: Apache-2.0 */
/* The connection rules: which sources reach a target, drawn by counter-based numbers. */
#include "network/draw.h"

#include <phasic/math.h>
#include "base/memory.h"
#include "network/connect.h"
#include "network/delay_table.h"
#include "network/draw_ring.h"

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
    size_t room;         /* elements of the arrays below */
    uint32_t *words;     /* 4 room: draws, word by word */
    uint32_t *source;    /* room */
    ph_delay_table *delays;
    ph_edge_reader *edges; /* sonata: who reads */
    ph_edge_list read;     /* of the target drawn last */
};

/* --- candidates: which sources a target may draw from --------------------------------------- */

/* The candidates of a target are `count` sources from `first` on, of which `skip_count` from
 * `skip_first` on are left out; or, with `channels` on a ring, those of its neighbours. Indices
 * within the source population. */
typedef struct candidates {
    int64_t first, count, skip_first, skip_count;
    int64_t channels, channel, per_channel; /* PH_CHANNELS_NEAR; else channels is 0 */
} candidates;

static candidates candidates_of(const ph_drawer *drawer, int64_t target)
{
    const ph_span *source = &drawer->projection->source.span;
    const ph_span *span = &drawer->projection->target.span;
    candidates c = {.first = source->first, .count = source->count};
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
    } else {
        c.channels = drawer->channels;
        c.channel = channel;
        c.per_channel = per_channel;
        c.count = ph_channels_near(drawer->channels) * per_channel;
    }
    return c;
}

/* The k-th nearest channel of a ring: one on, one back, two on, two back ... */
static int64_t near_channel(const candidates *c, int64_t k)
{
    int64_t distance = k / 2 + 1;
    return (c->channel + (k % 2 ? c->channels - distance : distance)) % c->channels;
}

static int64_t candidate(const candidates *c, int64_t i)
{
    if (c->channels)
        return c->first + near_channel(c, i / c->per_channel) * c->per_channel +
               i % c->per_channel;
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
    if ((size_t)n <= drawer->room)
        return PH_OK;
    ph_free(drawer->words);
    ph_free(drawer->source);
    drawer->room = 0;
    PH_ALLOC(drawer->words, 8 * n);
    PH_ALLOC(drawer->source, 2 * n);
    drawer->room = 2 * (size_t)n;
    return PH_OK;
}

/* Draw the words of n ordinals; the sources are still to be filled in. */
static ph_status draw_words(ph_drawer *drawer, int64_t target, int64_t n, ph_drawn *drawn)
{
    PH_CHECK(n < INT32_MAX / 4, PH_RESOURCE, "projection %s: %lld synapses onto one neuron",
             drawer->projection->address, (long long)n);
    PH_TRY(room_for(drawer, n));
    ph_random_many(drawer->seed, PH_PURPOSE_SYNAPSE, drawer->target_gid + target, 0,
                   (uint32_t)drawer->projection->index, 0, 1, 0, (int)n, drawer->words);
    *drawn = (ph_drawn){n, drawer->source, drawer->words + 2 * n, drawer->words + 3 * n};
    return PH_OK;
}

/* n draws with replacement. */
static ph_status draw_with_replacement(ph_drawer *drawer, int64_t target, const candidates *c,
                                       int64_t n, ph_drawn *drawn)
{
    PH_TRY(draw_words(drawer, target, n, drawn));
    const uint32_t *low = drawer->words, *high = drawer->words + n;
    for (int64_t j = 0; j < n; j++)
        drawer->source[j] =
            (uint32_t)candidate(c, ph_random_below(low[j], high[j], (uint32_t)c->count));
    return PH_OK;
}

static int is_taken(const uint32_t *list, int64_t n, uint32_t source)
{
    for (int64_t j = 0; j < n; j++)
        if (list[j] == source)
            return 1;
    return 0;
}

static ph_status fixed_indegree(ph_drawer *drawer, int64_t target, ph_drawn *drawn)
{
    const ph_connect_fixed_indegree_params *p = drawer->projection->connect.params;
    candidates c = candidates_of(drawer, target);
    int can_be_self = drawer->same_population && !p->autapses;
    int64_t n = p->indegree;
    PH_CHECK(c.count - (can_be_self ? 1 : 0) >= (p->multapses ? 1 : n), PH_CONFIG,
             "projection %s: indegree %lld needs more than the %lld sources there are; lower it or "
             "allow multapses",
             drawer->projection->address, (long long)n, (long long)c.count);
    PH_TRY(draw_with_replacement(drawer, target, &c, n, drawn));
    if (p->multapses && !can_be_self)
        return PH_OK;
    uint32_t *source = drawer->source;
    for (int64_t j = 0; j < n; j++) {
        for (uint32_t sub = 1; (can_be_self && source[j] == target) ||
                               (!p->multapses && is_taken(source, j, source[j]));
             sub++) {
            ph_random4 bits = bits_of(drawer, target, j, sub);
            int64_t i = ph_random_below(bits.v[0], bits.v[1], (uint32_t)c.count);
            source[j] = (uint32_t)candidate(&c, i);
        }
    }
    return PH_OK;
}

static ph_status fixed_total_number(ph_drawer *drawer, int64_t target, ph_drawn *drawn)
{
    candidates c = candidates_of(drawer, target);
    return draw_with_replacement(drawer, target, &c, drawer->totals[target - drawer->first],
                                 drawn);
}

/* Gaps between connected sources are geometric; n of them, counted first, then drawn. */
static ph_status pairwise_bernoulli(ph_drawer *drawer, int64_t target, ph_drawn *drawn)
{
    const ph_connect_bernoulli_params *p = drawer->projection->connect.params;
    candidates c = candidates_of(drawer, target);
    if (p->p <= 0)
        return PH_OK;
    double log_q = p->p < 1 ? ph_log(1.0 - p->p) : -HUGE_VAL;
    int64_t n = 0;
    for (int64_t i = -1;; n++) {
        double u = ph_random_unit(bits_of(drawer, target, n, 0).v[0]);
        i += 1 + (int64_t)floor(ph_log(u) / log_q);
        if (i >= c.count)
            break;
    }
    PH_TRY(draw_words(drawer, target, n, drawn));
    int64_t i = -1;
    for (int64_t j = 0; j < n; j++) {
        i += 1 + (int64_t)floor(ph_log(ph_random_unit(drawer->words[j])) / log_q);
        drawer->source[j] = (uint32_t)candidate(&c, i);
    }
    return PH_OK;
}

static ph_status one_to_one(ph_drawer *drawer, int64_t target, ph_drawn *drawn)
{
    const ph_projection *projection = drawer->projection;
    int64_t i = target - projection->target.span.first;
    if (i >= projection->source.span.count)
        return PH_OK;
    PH_TRY(draw_words(drawer, target, 1, drawn));
    drawer->source[0] = (uint32_t)(projection->source.span.first + i);
    return PH_OK;
}

static ph_status all_to_all(ph_drawer *drawer, int64_t target, ph_drawn *drawn)
{
    candidates c = candidates_of(drawer, target);
    PH_TRY(draw_words(drawer, target, c.count, drawn));
    for (int64_t j = 0; j < c.count; j++)
        drawer->source[j] = (uint32_t)candidate(&c, j);
    return PH_OK;
}

/* All of the span; without autapses the target itself is left out. */
static ph_status ring(ph_drawer *drawer, int64_t target, ph_drawn *drawn)
{
    const ph_connect_ring_params *p = drawer->projection->connect.params;
    candidates c = {.first = drawer->projection->source.span.first,
                    .count = drawer->projection->source.span.count};
    if (drawer->same_population && !p->autapses && target >= c.first &&
        target < c.first + c.count) {
        c.skip_first = target;
        c.skip_count = 1;
        c.count--;
    }
    PH_TRY(draw_words(drawer, target, c.count, drawn));
    for (int64_t j = 0; j < c.count; j++)
        drawer->source[j] = (uint32_t)candidate(&c, j);
    return PH_OK;
}

static ph_status headings(ph_drawer *drawer, int64_t target, ph_drawn *drawn)
{
    const ph_span *source = &drawer->projection->source.span;
    const ph_span *span = &drawer->projection->target.span;
    int64_t side = ph_grid_side(source->count), n = 0;
    PH_TRY(room_for(drawer, source->count));
    for (int64_t i = 0; i < source->count; i++)
        if (!ph_grid_leads_out(i, side, target - span->first, span->count))
            drawer->source[n++] = (uint32_t)(source->first + i);
    return draw_words(drawer, target, n, drawn);
}

/* Nothing is drawn: the file has weights and delays, too. */
static ph_status sonata(ph_drawer *drawer, int64_t target, ph_drawn *drawn)
{
    PH_CHECK(drawer->edges, PH_FAILURE, "projection %s: its file is not open",
             drawer->projection->address);
    PH_TRY(ph_edge_reader_list(drawer->edges, target, &drawer->read));
    *drawn = (ph_drawn){.n = drawer->read.n, .source = drawer->read.source};
    return PH_OK;
}

static const struct {
    const ph_descriptor *rule;
    ph_status (*draw)(ph_drawer *drawer, int64_t target, ph_drawn *drawn);
} rules[] = {{&ph_connect_fixed_indegree, fixed_indegree},
             {&ph_connect_fixed_total_number, fixed_total_number},
             {&ph_connect_pairwise_bernoulli, pairwise_bernoulli},
             {&ph_connect_one_to_one, one_to_one},
             {&ph_connect_all_to_all, all_to_all},
             {&ph_connect_ring, ring},
             {&ph_connect_headings, headings},
             {&ph_connect_sonata, sonata}};

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

void ph_projection_sources(const ph_brain *brain, const ph_projection *projection, int64_t first,
                           int64_t count, int64_t *low, int64_t *high)
{
    const ph_span *source = &projection->source.span, *target = &projection->target.span;
    int64_t channels = channels_of(brain, projection);
    int64_t last = first + count < target->first + target->count ? first + count
                                                                 : target->first + target->count;
    first = first > target->first ? first : target->first;
    *low = source->first;
    *high = first < last ? source->first + source->count : source->first;
    if (first >= last || channels <= 1 || projection->channels == PH_CHANNELS_OTHER)
        return;
    int64_t per_target = target->count / channels, per_source = source->count / channels;
    int64_t reach = projection->channels == PH_CHANNELS_NEAR ? (ph_channels_near(channels) + 1) / 2
                                                             : 0;
    int64_t from = (first - target->first) / per_target - reach;
    int64_t to = (last - 1 - target->first) / per_target + reach;
    if (from < 0 || to >= channels) /* round the ring */
        return;
    *low = source->first + from * per_source;
    *high = source->first + (to + 1) * per_source;
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
    PH_TRY(ph_delay_table_create(&projection->delay, brain->simulation.resolution,
                                 &drawer->delays));
    if (projection->connect.type == &ph_connect_fixed_total_number) {
        const ph_connect_fixed_total_params *p = projection->connect.params;
        const ph_span *span = &projection->target.span;
        PH_ALLOC(drawer->totals, count);
        split_total(drawer, span->first, span->first + span->count, p->total, first + count);
    }
    return PH_OK;
}

ph_status ph_drawer_read(ph_drawer *drawer, const ph_edges *edges)
{
    return ph_edge_reader_create(edges, &drawer->edges);
}

ph_status ph_drawer_incoming(ph_drawer *drawer, int64_t target, ph_drawn *drawn)
{
    const ph_span *span = &drawer->projection->target.span;
    *drawn = (ph_drawn){0};
    if (target < span->first || target >= span->first + span->count ||
        drawer->projection->source.span.count == 0)
        return PH_OK;
    for (int i = 0; i < PH_COUNT(rules); i++)
        if (rules[i].rule == drawer->projection->connect.type)
            PH_TRY(rules[i].draw(drawer, target, drawn));
    return PH_OK;
}

void ph_drawer_delays(const ph_drawer *drawer, int64_t target, const ph_drawn *drawn,
                      int64_t first, int n, uint16_t *delay)
{
    const ph_projection *projection = drawer->projection;
    if (drawer->edges) {
        memcpy(delay, drawer->read.delay + first, (size_t)n * sizeof *delay);
        return;
    }
    const uint32_t *bits = drawn->delay_bits + first;
    for (int i = 0; i < n; i++) {
        delay[i] = ph_delay_table_look_up(drawer->delays, bits[i]);
        if (delay[i] == PH_DELAY_OUT_OF_BOUNDS)
            delay[i] = ph_delay_steps(
                ph_draw_dist(&projection->delay, bits[i], drawer->seed, PH_PURPOSE_DELAY,
                             drawer->target_gid + target, (uint32_t)projection->index, first + i),
                drawer->brain->simulation.resolution);
    }
}

void ph_drawer_weights(const ph_drawer *drawer, int64_t target, const ph_drawn *drawn,
                       int64_t first, int n, double *weight)
{
    const ph_projection *projection = drawer->projection;
    if (drawer->edges) {
        for (int i = 0; i < n; i++)
            weight[i] = drawer->read.weight[first + i];
        return;
    }
    ph_draw_dist_many(&projection->weight, drawn->weight_bits + first, n, drawer->seed,
                      PH_PURPOSE_WEIGHT, drawer->target_gid + target, (uint32_t)projection->index,
                      first, weight);
    if (projection->connect.type != &ph_connect_ring)
        return;
    const ph_connect_ring_params *p = projection->connect.params;
    const ph_span *from = &projection->source.span, *to = &projection->target.span;
    for (int i = 0; i < n; i++)
        weight[i] *= ph_ring_share(p->kappa, drawn->source[first + i] - from->first, from->count,
                                   target - to->first, to->count);
}

void ph_drawer_destroy(ph_drawer **drawer)
{
    if (!*drawer)
        return;
    ph_delay_table_destroy(&(*drawer)->delays);
    ph_edge_reader_destroy(&(*drawer)->edges);
    ph_free((*drawer)->totals);
    ph_free((*drawer)->words);
    ph_free((*drawer)->source);
    ph_free(*drawer);
    *drawer = NULL;
}

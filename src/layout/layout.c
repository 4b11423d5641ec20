/* SPDX-License-Identifier: Apache-2.0 */
/* Placing regions on ranks by cost, and shares of populations within a region's ranks. */
#include "layout/layout.h"

#include "base/memory.h"
#include "config/errors.h"

/* Cost of a neuron's update against that of delivering one synaptic event, and the mean rate
 * (events per update) assumed before anything has run: 4 Hz at 0.1 ms. */
#define UPDATE_COST 1.0
#define EVENT_COST 1.0
#define EVENTS_PER_SYNAPSE_AND_STEP 4e-4

static double *region_costs(const ph_brain *brain)
{
    double *cost = ph_calloc((size_t)brain->n_regions, sizeof *cost);
    if (!cost)
        return NULL;
    for (int p = 0; p < brain->n_populations; p++)
        cost[brain->populations[p]->region] += UPDATE_COST * (double)brain->populations[p]->size;
    for (int p = 0; p < brain->n_projections; p++) {
        const ph_projection *projection = brain->projections[p];
        cost[ph_brain_region_of(brain, projection->target.span.population)] +=
            EVENT_COST * EVENTS_PER_SYNAPSE_AND_STEP * ph_expected_synapses(brain, projection);
    }
    return cost;
}

static int least_loaded(const ph_layout *layout)
{
    int best = 0;
    for (int r = 1; r < layout->n_owners; r++)
        if (layout->rank_cost[r] < layout->rank_cost[best])
            best = r;
    return best;
}

/* Regions that have no rank yet: the costliest first, each to the least loaded rank. */
static void place_whole(ph_layout *layout, const ph_brain *brain, const double *cost)
{
    for (;;) {
        int next = -1;
        for (int g = 0; g < brain->n_regions; g++)
            if (layout->region_ranks[g] == 0 && !ph_brain_holds_nucleus(brain, g) &&
                (next < 0 || cost[g] > cost[next]))
                next = g;
        if (next < 0)
            return;
        layout->region_ranks[next] = 1;
        layout->region_first[next] = least_loaded(layout);
        layout->rank_cost[layout->region_first[next]] += cost[next];
    }
}

/* At least as many owners as regions: one each, then each further one to the region whose ranks
 * have most to do. */
static void place_shares(ph_layout *layout, const ph_brain *brain, const double *cost)
{
    int left = layout->n_owners;
    for (int g = 0; g < brain->n_regions; g++) {
        layout->region_ranks[g] = ph_brain_holds_nucleus(brain, g) ? 0 : 1;
        left -= layout->region_ranks[g];
    }
    for (; left > 0; left--) {
        int most = -1;
        for (int g = 0; g < brain->n_regions; g++)
            if (layout->region_ranks[g] &&
                (most < 0 ||
                 cost[g] / layout->region_ranks[g] > cost[most] / layout->region_ranks[most]))
                most = g;
        if (most < 0)
            return;
        layout->region_ranks[most]++;
    }
    int first = 0;
    for (int g = 0; g < brain->n_regions; g++) {
        layout->region_first[g] = first;
        for (int r = 0; r < layout->region_ranks[g]; r++)
            layout->rank_cost[first + r] += cost[g] / layout->region_ranks[g];
        first += layout->region_ranks[g];
    }
}

/* A rank that is named, but not there. */
static ph_status check_seat(const ph_layout *layout, const ph_seat *seat)
{
    ph_errors errors = {0};
    if (seat->last >= layout->n_ranks)
        ph_errors_add(&errors, seat->item.node,
                      "there is no rank %d in a run of %d (0 to %d); `any` is wherever the load is "
                      "least",
                      seat->last, layout->n_ranks, layout->n_ranks - 1);
    ph_status status = ph_errors_raise(&errors);
    ph_errors_free(&errors);
    return status;
}

/* As the configuration says; the other regions whole. @return the rank of the nuclei; -1: any */
static ph_status place_seats(ph_layout *layout, const ph_brain *brain, const double *cost,
                             int *nuclei)
{
    const ph_seat *seats = brain->layout.items;
    layout->n_owners = layout->n_ranks;
    *nuclei = -1;
    for (int s = 0; s < brain->layout.count; s++) {
        int g = seats[s].region, ranks = seats[s].last - seats[s].first + 1;
        if (seats[s].first < 0)
            continue;
        PH_TRY(check_seat(layout, &seats[s]));
        if (ph_brain_holds_nucleus(brain, g)) {
            *nuclei = seats[s].first;
            continue;
        }
        layout->region_first[g] = seats[s].first;
        layout->region_ranks[g] = ranks;
        for (int r = 0; r < ranks; r++)
            layout->rank_cost[seats[s].first + r] += cost[g] / ranks;
    }
    place_whole(layout, brain, cost);
    return PH_OK;
}

static void place_by_cost(ph_layout *layout, const ph_brain *brain, int n_cored, const double *cost)
{
    int whole = 0;
    for (int g = 0; g < brain->n_regions; g++)
        whole += !ph_brain_holds_nucleus(brain, g);
    layout->n_owners = n_cored > whole ? n_cored : whole;
    if (layout->n_owners > layout->n_ranks)
        layout->n_owners = layout->n_ranks;
    if (layout->n_owners < whole)
        place_whole(layout, brain, cost);
    else
        place_shares(layout, brain, cost);
}

static void count_idle(ph_layout *layout, int n_regions)
{
    for (int r = 0; r < layout->n_ranks; r++) {
        int holds = 0;
        for (int g = 0; g < n_regions && !holds; g++)
            holds = ph_layout_holds(layout, g, r);
        layout->n_idle += !holds;
    }
}

static ph_status place(ph_layout *layout, const ph_brain *brain, int n_cored, const double *cost)
{
    int nuclei = -1;
    if (brain->layout.count > 0)
        PH_TRY(place_seats(layout, brain, cost, &nuclei));
    else
        place_by_cost(layout, brain, n_cored, cost);
    layout->root = nuclei >= 0 ? nuclei : least_loaded(layout);
    for (int g = 0; g < brain->n_regions; g++)
        if (ph_brain_holds_nucleus(brain, g)) {
            layout->region_first[g] = layout->root;
            layout->region_ranks[g] = 1;
            layout->rank_cost[layout->root] += cost[g];
        }
    count_idle(layout, brain->n_regions);
    return PH_OK;
}

ph_status ph_layout_create(const ph_brain *brain, int n_ranks, int n_cored, int n_threads,
                           ph_layout **out)
{
    ph_layout *layout;
    PH_ALLOC(layout, 1);
    *out = layout;
    layout->n_ranks = n_ranks;
    layout->n_threads = n_threads;
    PH_ALLOC(layout->region_first, brain->n_regions);
    PH_ALLOC(layout->region_ranks, brain->n_regions);
    PH_ALLOC(layout->rank_cost, n_ranks);
    double *cost = region_costs(brain);
    PH_CHECK(cost, PH_RESOURCE, "out of memory for the costs of %d regions", brain->n_regions);
    ph_status status = place(layout, brain, n_cored, cost);
    ph_free(cost);
    return status;
}

void ph_layout_destroy(ph_layout **layout)
{
    if (!*layout)
        return;
    ph_free((*layout)->region_first);
    ph_free((*layout)->region_ranks);
    ph_free((*layout)->rank_cost);
    ph_free(*layout);
    *layout = NULL;
}

void ph_layout_share(const ph_layout *layout, const ph_brain *brain, int population, int rank,
                     int64_t *first, int64_t *count)
{
    int region = ph_brain_region_of(brain, population);
    int64_t k = rank - layout->region_first[region], ranks = layout->region_ranks[region];
    int64_t size = brain->populations[population]->size;
    *first = *count = 0;
    if (k < 0 || k >= ranks)
        return;
    *first = size * k / ranks;
    *count = size * (k + 1) / ranks - *first;
}

int ph_brain_population_of(const ph_brain *brain, ph_gid gid)
{
    int low = 0, high = brain->n_populations;
    while (high - low > 1) {
        int middle = (low + high) / 2;
        if (brain->populations[middle]->gid <= gid)
            low = middle;
        else
            high = middle;
    }
    return low;
}

int ph_layout_owner(const ph_layout *layout, const ph_brain *brain, ph_gid gid)
{
    int p = ph_brain_population_of(brain, gid);
    int region = ph_brain_region_of(brain, p);
    int64_t size = brain->populations[p]->size, i = gid - brain->populations[p]->gid;
    int64_t ranks = layout->region_ranks[region];
    int64_t k = (i * ranks) / size;
    while (k + 1 < ranks && i >= size * (k + 1) / ranks)
        k++;
    while (k > 0 && i < size * k / ranks)
        k--;
    return layout->region_first[region] + (int)k;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The stimulus that plays a file of spikes: each group of neurons keeps its own, sorted. */
#include "sonata/spike_file.h"

#include "base/memory.h"
#include "base/radix.h"
#include "base/units.h"
#include "io/numbers.h"
#include "model/brain.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_BYTES 1024
#define PIECE 16384      /* spikes that are read at once */
#define NEURON_BITS 20   /* of a key: index within the group; above it the step */
#define LATEST 17e12     /* steps: a key has room for 2^44, more than any run takes */
#define TICK 1e-3        /* ms */
#define TOLERANCE 1e-6   /* steps: a spike so little behind a step is at it */

typedef struct params {
    const char *file;       /* path */
    const char *population; /* in the file; NULL: it knows no populations, or has only one */
    int rounding;           /* choice PH_SPIKES_* */
    ph_words only;          /* neurons that play, as numbers and ranges; -1: all */
    double weight;          /* pA or nS */
    const char *receptor;   /* port */
} params;

static const char *const roundings[] = {"up", "nearest", NULL};

static const ph_param keys[] = {
    PH_FIELD(params, file, PH_KIND_PATH, NULL, "HDF5 file of spikes, as SONATA has it"),
    PH_FIELD(params, population, PH_KIND_STRING, "",
             "population in the file; not needed where it has one, or none"),
    PH_CHOICE(params, rounding, roundings, "up",
              "spikes between two steps count at the end of theirs (up; times are rounded to 0.001 "
              "ms before, as NEST does), or at the nearest step"),
    PH_FIELD(params, only, PH_KIND_WORDS, "all", "neurons that play: numbers N, ranges FIRST-LAST"),
    PH_REAL(params, weight, "pA|nS", "1 pA", -1e9, 1e9, "weight of a spike"),
    PH_FIELD(params, receptor, PH_KIND_STRING, "spikes", "receptor port of the population"),
};
static const ph_table table = PH_TABLE("spike_file", params, keys,
                                       "spikes of a SONATA file, each neuron those of its number");

/* Spikes of a group's neurons. */
typedef struct train {
    size_t n, room;
    uint8_t *plays; /* of each neuron: 1 where its spikes count */
    uint64_t *keys; /* step << NEURON_BITS | index, ascending */
    size_t at;      /* of the step that was asked for last */
} train;

/* --- reading ---------------------------------------------------------------------------------- */

/* Where the spikes are: the group of a population, or of all. */
static ph_status find_group(const ph_h5_source *source, const params *p, char *group)
{
    if (p->population) {
        snprintf(group, NAME_BYTES, "/spikes/%s", p->population);
        if (ph_h5_source_has(source, group))
            return PH_OK;
    }
    snprintf(group, NAME_BYTES, "/spikes");
    if (ph_h5_source_has(source, "/spikes/timestamps"))
        return PH_OK;
    char **names;
    int n;
    PH_TRY(ph_h5_source_members(source, group, &names, &n));
    if (n == 1 && !p->population)
        snprintf(group, NAME_BYTES, "/spikes/%s", names[0]);
    ph_free(names);
    PH_CHECK(n == 1 && !p->population, PH_FILE, "%s: there are no spikes of population '%s'",
             p->file, p->population ? p->population : "");
    return PH_OK;
}

static ph_status unit_of(const ph_h5_source *source, const params *p, const char *times, double *ms)
{
    static const struct {
        const char *name;
        double ms;
    } units[] = {{"", 1}, {"ms", 1}, {"milliseconds", 1}, {"millisecond", 1}, {"s", 1e3},
                 {"seconds", 1e3}};
    char name[NAME_BYTES];
    PH_TRY(ph_h5_source_attribute(source, times, "units", name, sizeof name));
    for (int i = 0; i < PH_COUNT(units); i++)
        if (!strcmp(name, units[i].name)) {
            *ms = units[i].ms;
            return PH_OK;
        }
    return ph_error(PH_FILE, "%s: %s is in '%.40s'; ms is expected", p->file, times, name);
}

/* Neurons of the group among those from `first` to `last`. */
static void mark_players(const ph_stimulus_share *share, int64_t first, int64_t last,
                         uint8_t *plays)
{
    last = last < share->size ? last : share->size - 1;
    for (int64_t i = first <= share->first ? 0 : (first - share->first - 1) / share->stride + 1;
         i < share->n && share->first + i * share->stride <= last; i++)
        plays[i] = 1;
}

static void find_players(const params *p, const ph_stimulus_share *share, uint8_t *plays)
{
    if (p->only.count < 0)
        mark_players(share, 0, share->size - 1, plays);
    for (int i = 0; i < p->only.count; i++) {
        const char *dash = strchr(p->only.items[i], '-');
        int64_t first = strtoll(p->only.items[i], NULL, 10);
        mark_players(share, first, dash ? strtoll(dash + 1, NULL, 10) : first, plays);
    }
}

/* The first step is the first that has spikes: those at 0 are in it. */
static ph_step step_of(const params *p, double ms, double h)
{
    /* As NEST does: to the nearest tick of its clock, then up to a step. */
    double exact = h < TICK ? ms : floor(ms / TICK + 0.5) * TICK;
    double step = p->rounding == PH_SPIKES_NEAREST ? floor(ms / h + 0.5)
                                                   : ceil(exact / h - TOLERANCE);
    return step < 1 ? 1 : (ph_step)step;
}

static ph_status keep(const params *p, const ph_stimulus_share *share, const int64_t *node,
                      const double *ms, int64_t n, train *t)
{
    for (int64_t i = 0; i < n; i++) {
        PH_CHECK(node[i] >= 0 && node[i] < share->size, PH_FILE,
                 "%s: there are spikes of node %lld; the population has nodes 0 to %lld", p->file,
                 (long long)node[i], (long long)share->size - 1);
        PH_CHECK(ms[i] >= 0 && ms[i] <= LATEST * share->h, PH_FILE,
                 "%s: node %lld has a spike at %g ms; allowed: 0 .. %g", p->file,
                 (long long)node[i], ms[i], LATEST * share->h);
        int64_t place = node[i] - share->first;
        if (place < 0 || place % share->stride || place / share->stride >= share->n ||
            !t->plays[place / share->stride])
            continue;
        PH_GROW(t->keys, t->room, t->n + 1);
        t->keys[t->n++] = (uint64_t)step_of(p, ms[i], share->h) << NEURON_BITS |
                          (uint64_t)(place / share->stride);
    }
    return PH_OK;
}

static ph_status read_spikes(const params *p, const ph_stimulus_share *share,
                             const ph_numbers *times, const ph_numbers *nodes, double unit,
                             train *t)
{
    int64_t node[PIECE], all = ph_numbers_rows(times);
    double ms[PIECE];
    for (int64_t at = 0, n; at < all; at += n) {
        n = all - at < PIECE ? all - at : PIECE;
        PH_TRY(ph_numbers_reals(times, at, n, ms));
        PH_TRY(ph_numbers_ints(nodes, at, n, node));
        for (int64_t i = 0; i < n; i++)
            ms[i] *= unit;
        PH_TRY(keep(p, share, node, ms, n, t));
    }
    ph_radix_sort(t->keys, t->n);
    return PH_OK;
}

static ph_status read_file(const ph_h5_source *source, const params *p,
                           const ph_stimulus_share *share, train *t)
{
    char group[NAME_BYTES], path[NAME_BYTES + 16];
    ph_numbers *times = NULL, *nodes = NULL;
    double unit = 1;
    PH_TRY(find_group(source, p, group));
    snprintf(path, sizeof path, "%s/timestamps", group);
    PH_TRY(unit_of(source, p, path, &unit));
    ph_status status = ph_numbers_open_column(source, path, -1, &times);
    snprintf(path, sizeof path, "%s/node_ids", group);
    if (!ph_h5_source_has(source, path))
        snprintf(path, sizeof path, "%s/gids", group);
    if (status == PH_OK)
        status = ph_numbers_open_column(source, path, ph_numbers_rows(times), &nodes);
    if (status == PH_OK)
        status = read_spikes(p, share, times, nodes, unit, t);
    ph_numbers_close(&times);
    ph_numbers_close(&nodes);
    return status;
}

static ph_status check_only(const params *p)
{
    for (int i = 0; i < p->only.count; i++) {
        const char *text = p->only.items[i];
        size_t n = strspn(text, "0123456789");
        if (n > 0 && text[n] == '-')
            n += 1 + strspn(text + n + 1, "0123456789");
        PH_CHECK(n > 0 && !text[n] && text[n - 1] != '-', PH_CONFIG,
                 "spike_file: only: '%.40s' is neither a number nor a range FIRST-LAST", text);
    }
    return PH_OK;
}

static ph_status open_file(const void *parameters, const ph_stimulus_share *share, void **own)
{
    const params *p = parameters;
    ph_h5_source *source;
    train *t;
    PH_TRY(check_only(p));
    PH_CHECK(share->n < 1 << NEURON_BITS, PH_RESOURCE, "too many neurons in a group");
    PH_ALLOC(t, 1);
    *own = t;
    PH_ALLOC(t->plays, share->n);
    find_players(p, share, t->plays);
    PH_TRY(ph_h5_source_open(p->file, &source));
    ph_status status = read_file(source, p, share, t);
    ph_h5_source_close(&source);
    return status;
}

static void close_file(void **own)
{
    train *t = *own;
    if (t) {
        ph_free(t->plays);
        ph_free(t->keys);
    }
    ph_free(t);
    *own = NULL;
}

/* --- playing ---------------------------------------------------------------------------------- */

/* The first spike at a step or later. */
static size_t first_from(const train *t, ph_step step)
{
    uint64_t key = (uint64_t)step << NEURON_BITS;
    size_t low = 0, high = t->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (t->keys[middle] < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void play(const void *parameters, const ph_stimulus_step *s)
{
    (void)parameters;
    train *t = s->own;
    uint64_t begin = (uint64_t)s->step << NEURON_BITS, end = begin + (1 << NEURON_BITS);
    int is_there = (t->at == 0 || t->keys[t->at - 1] < begin) &&
                   (t->at == t->n || t->keys[t->at] >= begin);
    if (!is_there)
        t->at = first_from(t, s->step);
    for (; t->at < t->n && t->keys[t->at] < end; t->at++)
        s->in[t->keys[t->at] - begin] += s->weight;
}

static void spikes(const void *parameters, const char **receptor, double *weight, double *rate)
{
    const params *p = parameters;
    *receptor = p->receptor;
    *weight = p->weight;
    *rate = 0;
}

const ph_stimulus_type ph_stimulus_spike_file = {
    .base = {"spike_file", "spikes of a SONATA file, each neuron those of its number", &table},
    .kind = PH_STIMULUS_SPIKES,
    .open = open_file,
    .close = close_file,
    .step = play,
    .spikes = spikes,
};

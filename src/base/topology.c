/* SPDX-License-Identifier: Apache-2.0 */
/* The only code that calls hwloc. */
#include "base/topology.h"

#include "base/memory.h"

#include <hwloc.h>
#include <string.h>

struct ph_topology {
    hwloc_topology_t hwloc;
};

static ph_status load(hwloc_topology_t hwloc, const char *synthetic)
{
    if (synthetic)
        PH_CHECK(hwloc_topology_set_synthetic(hwloc, synthetic) == 0, PH_RESOURCE,
                 "'%s' describes no machine", synthetic);
    PH_CHECK(hwloc_topology_load(hwloc) == 0, PH_RESOURCE, "the machine's topology is not known");
    return PH_OK;
}

ph_status ph_topology_read(const char *synthetic, ph_topology **out)
{
    ph_topology *topology;
    PH_ALLOC(topology, 1);
    if (hwloc_topology_init(&topology->hwloc) != 0) {
        ph_free(topology);
        return ph_error(PH_RESOURCE, "hwloc does not start");
    }
    *out = topology;
    return load(topology->hwloc, synthetic);
}

void ph_topology_destroy(ph_topology **topology)
{
    if (!*topology)
        return;
    hwloc_topology_destroy((*topology)->hwloc);
    ph_free(*topology);
    *topology = NULL;
}

int ph_topology_cpus(const ph_topology *topology)
{
    return hwloc_get_nbobjs_by_type(topology->hwloc, HWLOC_OBJ_PU);
}

/* --- cpus of the allowed cores ---------------------------------------------------------------- */

typedef struct cpu {
    unsigned os; /* the system's number */
    int sibling; /* of the allowed ones of its core, from 0 */
} cpu;

/* In the order of the topology, so that those of a core, a cache, a node lie together.
 * @param list room for all cpus of the topology @return how many */
static int list_allowed(const ph_topology *topology, const ph_cpu_set *allowed, cpu *list)
{
    hwloc_obj_t pu = NULL, before = NULL;
    int n = 0, sibling = 0;
    while ((pu = hwloc_get_next_obj_by_type(topology->hwloc, HWLOC_OBJ_PU, pu))) {
        hwloc_obj_t core = hwloc_get_ancestor_obj_by_type(topology->hwloc, HWLOC_OBJ_CORE, pu);
        if (!ph_cpus_have(allowed, pu->os_index))
            continue;
        sibling = core && core == before ? sibling + 1 : 0;
        before = core;
        list[n++] = (cpu){pu->os_index, sibling};
    }
    return n;
}

static int count_siblings(const cpu *list, int n, int sibling)
{
    int count = 0;
    for (int i = 0; i < n; i++)
        count += list[i].sibling == sibling;
    return count;
}

int ph_topology_cores(const ph_topology *topology, const ph_cpu_set *allowed)
{
    cpu *list = ph_calloc((size_t)ph_topology_cpus(topology), sizeof *list);
    int cores = list ? count_siblings(list, list_allowed(topology, allowed, list), 0) : 0;
    ph_free(list);
    return cores;
}

/* Keep one cpu of each core; if that is too few, evenly as many second ones, and so on.
 * @param wanted how many are needed, at most n @return how many are kept: at least so many */
static int keep_wanted(cpu *list, int n, int wanted)
{
    int kept_siblings = 0, left = wanted, kept = 0, of_last = 0, seen = 0;
    for (; left > 0; kept_siblings++) {
        of_last = count_siblings(list, n, kept_siblings);
        left -= of_last;
    }
    int last = kept_siblings - 1, take = last > 0 ? of_last + left : of_last;
    for (int i = 0; i < n; i++) {
        int keep = list[i].sibling < last;
        if (list[i].sibling == last) {
            keep = (seen + 1) * take / of_last > seen * take / of_last;
            seen++;
        }
        if (keep)
            list[kept++] = list[i];
    }
    return kept;
}

/* --- dealing them out ------------------------------------------------------------------------- */

static const hwloc_obj_type_t levels[] = {HWLOC_OBJ_PACKAGE, HWLOC_OBJ_NUMANODE, HWLOC_OBJ_L3CACHE};
#define LEVELS ((int)(sizeof levels / sizeof *levels))

/* Some cpus that follow each other. */
typedef struct run {
    int first, n;
    int ranks; /* that are dealt to it */
} run;

/* The object of a level that a cpu lies in; -1: none. */
static int object_of(const ph_topology *topology, hwloc_obj_type_t level, unsigned os)
{
    hwloc_obj_t object = NULL;
    while ((object = hwloc_get_next_obj_by_type(topology->hwloc, level, object)))
        if (hwloc_bitmap_isset(object->cpuset, os))
            return (int)object->logical_index;
    return -1;
}

/* @param parts room for whole.n @return how many parts a level makes of a run */
static int divide(const ph_topology *topology, hwloc_obj_type_t level, const cpu *list, run whole,
                  run *parts)
{
    int n = 0, before = -2;
    for (int i = whole.first; i < whole.first + whole.n; i++) {
        int object = object_of(topology, level, list[i].os);
        if (object != before)
            parts[n++] = (run){.first = i};
        parts[n - 1].n++;
        before = object;
    }
    return n;
}

/* Each rank to the part that has most cpus left. @return 0 when a rank fits into none */
static int deal(run *parts, int n, int ranks, int threads)
{
    for (int r = 0; r < ranks; r++) {
        int best = 0;
        for (int i = 1; i < n; i++)
            if (parts[i].n - parts[i].ranks * threads >
                parts[best].n - parts[best].ranks * threads)
                best = i;
        if (parts[best].n - parts[best].ranks * threads < threads)
            return 0;
        parts[best].ranks++;
    }
    return 1;
}

/* Down from the machine to the smallest parts into which the ranks fit whole.
 * @param parts room for n @return the first of the cpus of this one */
static int descend(const ph_topology *topology, const cpu *list, int n, ph_sharer who, run *parts)
{
    run whole = {.first = 0, .n = n, .ranks = who.ranks};
    int index = who.index;
    for (int level = 0; level < LEVELS; level++) {
        int k = divide(topology, levels[level], list, whole, parts), i = 0;
        if (!deal(parts, k, whole.ranks, who.threads))
            break;
        for (; index >= parts[i].ranks; i++)
            index -= parts[i].ranks;
        whole = parts[i];
    }
    return whole.first + index * who.threads;
}

int ph_topology_place(const ph_topology *topology, const ph_cpu_set *allowed, ph_sharer who,
                      int *cpus)
{
    int most = ph_topology_cpus(topology), wanted = who.ranks * who.threads, placed = 0;
    cpu *list = ph_calloc((size_t)most, sizeof *list);
    run *parts = ph_calloc((size_t)most, sizeof *parts);
    int n = list && parts ? list_allowed(topology, allowed, list) : 0;
    if (wanted <= n) {
        n = keep_wanted(list, n, wanted);
        int first = descend(topology, list, n, who, parts);
        for (int t = 0; t < who.threads; t++)
            cpus[t] = (int)list[first + t].os;
        placed = 1;
    }
    ph_free(list);
    ph_free(parts);
    return placed;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Where threads are put, on machines that are not there: expected placements were written by hand. */
#include "suite.h"

#include "base/threads.h"
#include "base/topology.h"

#include <omp.h>
#include <stdio.h>
#include <string.h>

#define MOST 32 /* cpus of a machine here */

/* Two packages, each a NUMA node with two caches over two cores with two hyperthreads:
 * cores 0,1 | 2,3 | 4,5 | 6,7 | and, in the other package, 8,9 | 10,11 | 12,13 | 14,15. */
#define SERVER "package:2 [numa] l3:2 core:2 pu:2"
/* Four cores whose second hyperthreads are 4 to 7, as Linux numbers them. */
#define DESKTOP "package:1 [numa] l3:1 core:4 pu:2(indexes=0,4,1,5,2,6,3,7)"
/* One package of two NUMA nodes, no hyperthreads, no cache over several cores. */
#define HALVES "package:1 numa:2 core:4 pu:1"

static ph_cpu_set set_of(const char *list)
{
    ph_cpu_set set;
    ph_cpus_clear(&set);
    while (*list) {
        unsigned first, last;
        int length;
        if (sscanf(list, "%u-%u%n", &first, &last, &length) != 2) {
            CU_ASSERT_EQUAL_FATAL(sscanf(list, "%u%n", &first, &length), 1);
            last = first;
        }
        for (unsigned c = first; c <= last; c++)
            ph_cpus_add(&set, c);
        list += length + (list[length] == ',');
    }
    return set;
}

/* The cpus of all ranks, "0 2 | 4 6"; "none" where there are too few. */
static void write_placement(const ph_topology *topology, const char *allowed, int ranks,
                            int threads, char *text)
{
    ph_cpu_set set = set_of(allowed);
    int cpus[MOST], used = 0;
    for (int r = 0; r < ranks; r++) {
        if (!ph_topology_place(topology, &set, (ph_sharer){ranks, r, threads}, cpus)) {
            strcpy(text, "none");
            return;
        }
        used += sprintf(text + used, r ? " |" : "");
        for (int t = 0; t < threads; t++)
            used += sprintf(text + used, r || t ? " %d" : "%d", cpus[t]);
    }
}

static void expect(const char *machine, const char *allowed, int ranks, int threads,
                   const char *expected)
{
    ph_topology *topology = NULL;
    char text[1024];
    CU_ASSERT_EQUAL_FATAL(ph_topology_read(machine, &topology), PH_OK);
    write_placement(topology, allowed, ranks, threads, text);
    if (strcmp(text, expected) != 0)
        fprintf(stderr, "%s, cpus %s, %d x %d: %s instead of %s\n", machine, allowed, ranks,
                threads, text, expected);
    CU_ASSERT_STRING_EQUAL(text, expected);
    ph_topology_destroy(&topology);
}

static void threads_of_a_rank_lie_together(void)
{
    expect(SERVER, "0-15", 1, 1, "0");
    expect(SERVER, "0-15", 1, 2, "0 2");
    expect(SERVER, "0-15", 1, 3, "0 2 4");
    expect(SERVER, "0-15", 1, 8, "0 2 4 6 8 10 12 14");
    expect(HALVES, "0-7", 1, 4, "0 1 2 3");
    expect(DESKTOP, "0-7", 1, 4, "0 1 2 3");
}

static void ranks_are_spread(void)
{
    expect(SERVER, "0-15", 2, 1, "0 | 8");
    expect(SERVER, "0-15", 2, 2, "0 2 | 8 10");
    expect(SERVER, "0-15", 3, 2, "0 2 | 4 6 | 8 10");
    expect(SERVER, "0-15", 4, 2, "0 2 | 4 6 | 8 10 | 12 14");
    expect(SERVER, "0-15", 2, 4, "0 2 4 6 | 8 10 12 14");
    expect(SERVER, "0-15", 8, 1, "0 | 2 | 4 | 6 | 8 | 10 | 12 | 14");
    expect(HALVES, "0-7", 2, 2, "0 1 | 4 5");
    expect(DESKTOP, "0-7", 2, 2, "0 1 | 2 3");
}

/* A rank that fits into no cache is in a package; one that fits into no package lies across. */
static void ranks_stay_whole_where_they_fit(void)
{
    expect(SERVER, "0-15", 2, 3, "0 2 4 | 8 10 12");
    expect(SERVER, "0-11", 2, 3, "0 2 4 | 6 8 10");
    expect(HALVES, "0-7", 1, 5, "0 1 2 3 4");
    expect(HALVES, "2-7", 2, 3, "2 3 4 | 5 6 7");
    expect(HALVES, "1-6", 2, 3, "1 2 3 | 4 5 6");
    expect(HALVES, "1-6", 2, 2, "1 2 | 4 5");
}

static void hyperthreads_are_taken_last_and_evenly(void)
{
    expect(SERVER, "0-15", 1, 12, "0 2 3 4 6 7 8 10 11 12 14 15");
    expect(SERVER, "0-15", 2, 6, "0 2 3 4 6 7 | 8 10 11 12 14 15");
    expect(SERVER, "0-15", 4, 4, "0 1 2 3 | 4 5 6 7 | 8 9 10 11 | 12 13 14 15");
    expect(DESKTOP, "0-7", 1, 6, "0 1 5 2 3 7");
    expect(DESKTOP, "0-7", 8, 1, "0 | 4 | 1 | 5 | 2 | 6 | 3 | 7");
}

static void what_is_not_allowed_is_left_alone(void)
{
    expect(SERVER, "2-5", 1, 2, "2 4");
    expect(SERVER, "2-5", 2, 1, "2 | 4");
    expect(SERVER, "2-5", 1, 3, "2 4 5");
    expect(SERVER, "1,3,5,7", 1, 4, "1 3 5 7");
    expect(SERVER, "1,3,5,7", 2, 2, "1 3 | 5 7");
    expect(SERVER, "0-3,12-15", 2, 2, "0 2 | 12 14");
    expect(DESKTOP, "3,7", 1, 1, "3");
}

static void too_many_threads_are_not_placed(void)
{
    expect(SERVER, "0-15", 1, 17, "none");
    expect(SERVER, "0-15", 9, 2, "none");
    expect(DESKTOP, "2", 2, 1, "none");
    expect(DESKTOP, "", 1, 1, "none");
}

/* The core of a cpu, on a machine whose cores have two neighbouring cpus. */
static int core_of(int cpu)
{
    return cpu / 2;
}

/* Any ranks and threads, on any of the cpus: each has a cpu of its own among those allowed; while a
 * core is free, no other has two; with as few threads as cores, each has a core. */
static void every_thread_has_a_cpu_of_its_own(void)
{
    ph_topology *topology = NULL;
    CU_ASSERT_EQUAL_FATAL(ph_topology_read(SERVER, &topology), PH_OK);
    int checked = 0;
    for (unsigned mask = 1; mask < 1u << 16; mask += 37) {
        ph_cpu_set set;
        int allowed_cores[8] = {0};
        ph_cpus_clear(&set);
        for (int c = 0; c < 16; c++)
            if (mask >> c & 1) {
                ph_cpus_add(&set, (size_t)c);
                allowed_cores[core_of(c)] = 1;
            }
        for (int ranks = 1; ranks <= 4; ranks++)
            for (int threads = 1; ranks * threads <= ph_cpus_count(&set); threads++) {
                int of_cpu[16] = {0}, of_core[8] = {0}, most = 0, least = 2, cpus[MOST];
                for (int r = 0; r < ranks; r++) {
                    ph_sharer who = {ranks, r, threads};
                    CU_ASSERT_FATAL(ph_topology_place(topology, &set, who, cpus));
                    for (int t = 0; t < threads; t++) {
                        CU_ASSERT_FATAL(ph_cpus_have(&set, (size_t)cpus[t]));
                        of_cpu[cpus[t]]++;
                        of_core[core_of(cpus[t])]++;
                    }
                }
                for (int c = 0; c < 16; c++)
                    CU_ASSERT_FATAL(of_cpu[c] <= 1);
                for (int c = 0; c < 8; c++) {
                    most = of_core[c] > most ? of_core[c] : most;
                    least = allowed_cores[c] && of_core[c] < least ? of_core[c] : least;
                }
                CU_ASSERT_FATAL(most <= 1 || least >= 1);
                checked++;
            }
    }
    CU_ASSERT(checked > 10000);
    ph_topology_destroy(&topology);
}

static void cores_are_counted_without_hyperthreads(void)
{
    ph_topology *topology = NULL;
    CU_ASSERT_EQUAL_FATAL(ph_topology_read(SERVER, &topology), PH_OK);
    ph_cpu_set all = set_of("0-15"), few = set_of("1,2,3,15");
    CU_ASSERT_EQUAL(ph_topology_cpus(topology), 16);
    CU_ASSERT_EQUAL(ph_topology_cores(topology, &all), 8);
    CU_ASSERT_EQUAL(ph_topology_cores(topology, &few), 3);
    ph_topology_destroy(&topology);
    CU_ASSERT_EQUAL(ph_topology_read("no machine", &topology), PH_RESOURCE);
    ph_topology_destroy(&topology);
}

/* Blocks are built in one parallel region and run in another: thread t must be the same one. */
static void a_pinned_thread_is_there_in_the_next_region(void)
{
    ph_cpu_set allowed;
    ph_threads_allowed(&allowed);
    int cpus[3], n = 0, elsewhere = 0;
    for (int c = 0; c < PH_CPUS && n < 3; c++)
        if (ph_cpus_have(&allowed, (size_t)c))
            cpus[n++] = c;
    int found = n; /* threads beyond share the last cpu */
    for (; n < 3; n++)
        cpus[n] = cpus[found - 1];
    omp_set_dynamic(0);
    CU_ASSERT_FATAL(found > 0 && ph_threads_pin(3, cpus));
    for (int region = 0; region < 3; region++) {
#pragma omp parallel num_threads(3) reduction(+ : elsewhere)
        {
            ph_cpu_set mine;
            ph_threads_mine(&mine);
            elsewhere += ph_cpus_count(&mine) != 1 ||
                         !ph_cpus_have(&mine, (size_t)cpus[omp_get_thread_num()]);
        }
    }
    CU_ASSERT_EQUAL(elsewhere, 0);
}

int main(void)
{
    static const suite_test tests[] = {
        {"threads of a rank lie together", threads_of_a_rank_lie_together},
        {"ranks are spread", ranks_are_spread},
        {"ranks stay whole where they fit", ranks_stay_whole_where_they_fit},
        {"hyperthreads are taken last, and evenly", hyperthreads_are_taken_last_and_evenly},
        {"what is not allowed is left alone", what_is_not_allowed_is_left_alone},
        {"too many threads are not placed", too_many_threads_are_not_placed},
        {"every thread has a cpu of its own", every_thread_has_a_cpu_of_its_own},
        {"cores are counted without hyperthreads", cores_are_counted_without_hyperthreads},
        {"a pinned thread is there in the next region",
         a_pinned_thread_is_there_in_the_next_region},
    };
    return suite_run("topology", tests, (int)(sizeof tests / sizeof *tests));
}

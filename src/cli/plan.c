/* SPDX-License-Identifier: Apache-2.0 */
/* `phasic plan`: memory, load and traffic of each rank, before the job is paid for. */
#include "cli/commands.h"

#include "base/clock.h"
#include "base/memory.h"
#include "cli/length.h"
#include "cli/registries.h"
#include "config/read.h"
#include "model/tables.h"
#include "network/predict.h"
#include "sim/sim.h"

#include <errno.h>
#include <math.h>
#include <string.h>

/* Costs on one core of a recent machine (docs/performance.md); a plan can be no better. */
#define UPDATE_NS 0.5      /* of a neuron, a step */
#define EVENT_NS 1.2       /* of a synaptic event */
#define MESSAGE_US 1.0     /* of a message from another rank */
#define BUILD_NS 28.0      /* of a synapse: drawn, counted, placed */
#define PROCESS_BYTES 24e6 /* of a process before it builds anything: MPI, HDF5, the program */

#define MOST_LISTED 16 /* ranks */

static double peak_bytes(const ph_prediction *p)
{
    return PROCESS_BYTES + p->neuron_bytes + p->synapse_bytes + p->index_bytes +
           p->exchange_bytes + p->building_bytes;
}

/* Seconds a biological second takes a rank: updates, events, messages. */
static double seconds_of(const ph_brain *brain, const ph_layout *layout, const ph_prediction *p)
{
    double steps = 1e3 / brain->simulation.resolution;
    return (p->neurons * steps * UPDATE_NS + p->events_per_s * EVENT_NS) * 1e-9 /
               layout->n_threads +
           p->messages_in_per_s * MESSAGE_US * 1e-6;
}

static void print_rank(const ph_brain *brain, const ph_layout *layout, const char *name,
                       const ph_prediction *p)
{
    printf("%-8s %10.0f %13.0f %11.0f %9.1f %12.3g %10.3g %9.2f\n", name, p->neurons, p->synapses,
           p->sources, peak_bytes(p) * 1e-6, p->events_per_s, p->spikes_in_per_s * 4e-6,
           seconds_of(brain, layout, p));
}

static double build_seconds(const ph_layout *layout, const ph_prediction *p)
{
    return p->synapses * BUILD_NS * 1e-9 / layout->n_threads;
}

/* Sums over the ranks in *sum; the rank that takes longest and the one with most memory. */
typedef struct extremes {
    ph_prediction sum, slowest, largest;
    double node_bytes; /* of the fullest node */
    double build_s;    /* of the rank that builds longest */
} extremes;

static void add(const ph_brain *brain, const ph_layout *layout, const ph_prediction *p,
                extremes *e)
{
    if (seconds_of(brain, layout, p) > seconds_of(brain, layout, &e->slowest))
        e->slowest = *p;
    if (peak_bytes(p) > peak_bytes(&e->largest))
        e->largest = *p;
    e->build_s = fmax(e->build_s, build_seconds(layout, p));
    e->sum.neurons += p->neurons;
    e->sum.synapses += p->synapses;
}

static ph_status predict_all(const ph_predictor *predictor, const ph_brain *brain,
                             const ph_layout *layout, int nodes, extremes *e)
{
    int per_node = (layout->n_ranks + nodes - 1) / nodes;
    double node_bytes = 0;
    for (int r = 0; r < layout->n_ranks; r++) {
        ph_prediction p;
        PH_TRY(ph_predict(predictor, r, &p));
        add(brain, layout, &p, e);
        node_bytes = (r % per_node ? node_bytes : 0) + peak_bytes(&p);
        e->node_bytes = fmax(e->node_bytes, node_bytes);
        char name[32];
        snprintf(name, sizeof name, "%d", r);
        if (layout->n_ranks <= MOST_LISTED)
            print_rank(brain, layout, name, &p);
    }
    return PH_OK;
}

/* What is said of the run as a whole. */
typedef struct totals {
    const ph_brain *brain;
    const ph_layout *layout;
    int nodes;
    extremes ranks;
    ph_length length;
    double per_s;      /* seconds a biological second takes */
    double simulate_s; /* NaN: the run has no end of its own */
} totals;

static void print_totals(const totals *t)
{
    const extremes *e = &t->ranks;
    print_rank(t->brain, t->layout, "slowest", &e->slowest);
    print_rank(t->brain, t->layout, "largest", &e->largest);
    printf("in all %.0f neurons, %.4g synapses; %.1f GB on the fullest node; about %.2g s for a "
           "biological second\n",
           e->sum.neurons, e->sum.synapses, e->node_bytes * 1e-9, t->per_s);
    if (isnan(t->simulate_s))
        printf("the run has no end of its own (--until)\n");
    else
        printf("%s%.4g s of biological time: about %.3g s, of which %.2g s to build\n",
               t->length.at_most ? "at most " : "", t->length.stepped_s + t->length.rested_s,
               e->build_s + t->simulate_s, e->build_s);
    printf("(MB: most memory while building; sources: neurons with synapses there; events and "
           "traffic at the\npopulations' `rate`, or 4 Hz; s/s: seconds a biological second takes, "
           "a rough guess%s)\n",
           t->length.at_most ? "; biological time:\nif no trial is answered" : "");
}

static void put_real(FILE *file, const char *key, double value, const char *end)
{
    if (isfinite(value))
        fprintf(file, "  \"%s\": %.6g%s", key, value, end);
    else
        fprintf(file, "  \"%s\": null%s", key, end);
}

static ph_status write_json(const char *path, const totals *t)
{
    const extremes *e = &t->ranks;
    FILE *file = fopen(path, "w");
    PH_CHECK(file, PH_FILE, "cannot create %s: %s", path, strerror(errno));
    fprintf(file, "{\n  \"ranks\": %d,\n  \"threads\": %d,\n  \"nodes\": %d,\n",
            t->layout->n_ranks, t->layout->n_threads, t->nodes);
    put_real(file, "neurons", e->sum.neurons, ",\n");
    put_real(file, "synapses", e->sum.synapses, ",\n");
    put_real(file, "largest_rank_bytes", peak_bytes(&e->largest), ",\n");
    put_real(file, "largest_node_bytes", e->node_bytes, ",\n");
    put_real(file, "biological_s", t->length.stepped_s + t->length.rested_s, ",\n");
    fprintf(file, "  \"biological_at_most\": %s,\n", t->length.at_most ? "true" : "false");
    put_real(file, "seconds_per_biological_s", t->per_s, ",\n");
    put_real(file, "build_s", e->build_s, ",\n");
    put_real(file, "simulate_s", t->simulate_s, "\n}\n");
    int failed = fflush(file) != 0 || ferror(file);
    failed |= fclose(file) != 0;
    PH_CHECK(!failed, PH_FILE, "cannot write %s", path);
    return PH_OK;
}

static ph_status print_plan(const ph_options *options, const ph_predictor *predictor,
                            const ph_brain *brain, const ph_layout *layout)
{
    totals t = {.brain = brain, .layout = layout, .nodes = options->nodes};
    PH_TRY(ph_length_of(brain, options->run.until_ms, &t.length));
    printf("%d ranks x %d threads on %d nodes\n", layout->n_ranks, layout->n_threads, t.nodes);
    printf("%-8s %10s %13s %11s %9s %12s %10s %9s\n", "rank", "neurons", "synapses", "sources",
           "MB", "events/s", "MB/s in", "s/s");
    PH_TRY(predict_all(predictor, brain, layout, t.nodes, &t.ranks));
    t.per_s = seconds_of(brain, layout, &t.ranks.slowest);
    t.simulate_s = t.length.stepped_s * t.per_s;
    print_totals(&t);
    PH_CHECK(fflush(stdout) == 0, PH_FILE, "standard output cannot be written");
    return options->json ? write_json(options->json, &t) : PH_OK;
}

/* --- building one rank ------------------------------------------------------------------------ */

static ph_status build_rank(const ph_brain *brain, ph_comm *comm, int threads,
                            const ph_prediction *p)
{
    ph_sim *sim = NULL;
    ph_sim_options options = {.threads = threads,
                              .seed = (uint64_t)brain->simulation.seed,
                              .until_ms = NAN,
                              .quiet = 1};
    double begin = ph_clock();
    ph_status status = ph_sim_create_alone(brain, comm, &options, &sim);
    if (status == PH_OK) {
        int64_t neurons, synapses, sources;
        ph_sim_count(sim, &neurons, &synapses, &sources);
        double measured = (double)ph_peak_rss();
        printf("rank %d built alone in %.1f s: %lld neurons, %lld synapses, %lld sources\n",
               ph_comm_rank(comm), ph_clock() - begin, (long long)neurons, (long long)synapses,
               (long long)sources);
        printf("most memory: %.1f MB planned, %.1f MB measured (%+.1f %%), ", peak_bytes(p) * 1e-6,
               measured * 1e-6, 100 * (measured / peak_bytes(p) - 1));
        if (synapses > 0)
            printf("%.2f bytes a synapse, ", measured / (double)synapses);
        printf("%.2f times what stays\n", measured / (double)ph_rss());
    }
    ph_sim_destroy(&sim);
    return status;
}

static ph_status build_alone(const ph_brain *brain, int rank, int ranks, int threads,
                             const ph_prediction *p)
{
    ph_comm *comm = NULL;
    ph_status status = ph_comm_start_alone(rank, ranks, &comm);
    if (status == PH_OK)
        status = build_rank(brain, comm, threads, p);
    ph_comm_stop(&comm);
    return status;
}

static ph_status plan(const ph_options *options, const ph_brain *brain, const ph_layout *layout,
                      ph_predictor **predictor)
{
    int rank = options->build_rank;
    PH_TRY(ph_predictor_create(brain, layout, predictor));
    if (rank < 0)
        return print_plan(options, *predictor, brain, layout);
    PH_CHECK(rank < options->ranks, PH_CONFIG, "--build-rank: there are ranks 0 to %d (--ranks)",
             options->ranks - 1);
    ph_prediction p;
    PH_TRY(ph_predict(*predictor, rank, &p));
    return build_alone(brain, rank, options->ranks, options->run.threads, &p);
}

ph_status ph_command_plan(const ph_options *options)
{
    ph_tree *tree;
    ph_brain *brain = NULL;
    ph_layout *layout = NULL;
    ph_predictor *predictor = NULL;
    PH_TRY(ph_config_load(options->run.config, options->run.sets, options->run.n_sets, &tree));
    ph_status status = ph_brain_create(tree, ph_registries(), &brain);
    if (status == PH_OK)
        status = ph_layout_create(brain, options->ranks, options->ranks, options->run.threads,
                                  &layout);
    if (status == PH_OK)
        status = plan(options, brain, layout, &predictor);
    ph_predictor_destroy(&predictor);
    ph_layout_destroy(&layout);
    ph_brain_destroy(&brain);
    ph_tree_destroy(&tree);
    return status;
}

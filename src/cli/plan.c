/* SPDX-License-Identifier: Apache-2.0 */
/* `phasic plan`: memory, load and traffic of each rank, before the job is paid for. */
#include "cli/commands.h"

#include "base/clock.h"
#include "base/memory.h"
#include "bench/costs.h"
#include "cli/length.h"
#include "cli/registries.h"
#include "cli/run.h"
#include "config/read.h"
#include "model/tables.h"
#include "network/predict.h"
#include "sim/sim.h"
#include "sonata/sonata.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define PROCESS_BYTES 24e6 /* of a process before it builds anything: MPI, HDF5, the program */
#define MERGED_BYTES 5e6   /* more of HDF5, after files were written */
#define SAVING_BYTES 11e6  /* through which a checkpoint is written, beside the brain */

#define MOST_LISTED 16 /* ranks */

/* While it builds. */
static double peak_bytes(const ph_prediction *p)
{
    return PROCESS_BYTES + p->neuron_bytes + p->synapse_bytes + p->index_bytes +
           p->exchange_bytes + p->building_bytes;
}

/* What a plan is made of. */
typedef struct scene {
    const ph_brain *brain;
    const ph_layout *layout;
    int nodes;
    ph_costs costs;
} scene;

static int ranks_of_node(const scene *s)
{
    return (s->layout->n_ranks + s->nodes - 1) / s->nodes;
}

/* From the beginning to the end of the process. It may write checkpoints; when the brain is freed,
 * the limit of delivery is measured and rank 0 merges the files. */
static double most_bytes(const scene *s, int rank, const ph_prediction *p)
{
    int threads = s->layout->n_threads;
    double after = threads * (double)ph_limit_bytes(ranks_of_node(s), threads);
    if (rank == 0)
        after = MERGED_BYTES + fmax(after, PH_MERGE_LEAST);
    double running = peak_bytes(p) - p->building_bytes + p->activity_bytes + SAVING_BYTES;
    return fmax(fmax(peak_bytes(p), running), PROCESS_BYTES + after);
}

/* Seconds that a biological second takes a rank: what it computes, what it exchanges at most. */
typedef struct load {
    double compute_s, exchange_s;
    double rest_step_s; /* that a step of a rest takes it */
} load;

static load load_of(const scene *s, const ph_prediction *p)
{
    ph_estimate e;
    ph_costs_estimate(&s->costs, s->brain, s->layout, p, s->nodes, &e);
    return (load){e.update_s + e.deliver_s + e.other_s, e.exchange_s, e.rest_step_s};
}

static double build_seconds(const scene *s, const ph_prediction *p)
{
    return p->synapses * s->costs.build_ns * 1e-9 / s->layout->n_threads;
}

/* What is planned of a rank. */
typedef struct planned {
    ph_prediction of;
    double bytes; /* at most */
} planned;

static void print_rank(const scene *s, const char *name, const planned *rank)
{
    const ph_prediction *p = &rank->of;
    load l = load_of(s, p);
    printf("%-8s %10.0f %13.0f %11.0f %9.1f %11.3g %9.3g %10.3g %9.3g %9.3g\n", name, p->neurons,
           p->synapses, p->sources, rank->bytes * 1e-6, p->events_per_s, p->messages_in_per_s,
           p->spikes_in_per_s * 4e-6, l.compute_s, l.exchange_s);
}

/* Sums over the ranks; the rank that takes longest and the one with most memory. */
typedef struct extremes {
    ph_prediction sum;
    planned slowest, largest;
    load most;         /* of any rank */
    double compute_s;  /* of all ranks */
    double node_bytes; /* of the fullest node */
    double build_s;    /* of the rank that builds longest */
} extremes;

static void add(const scene *s, const planned *rank, extremes *e)
{
    const ph_prediction *p = &rank->of;
    load l = load_of(s, p);
    if (l.compute_s > e->most.compute_s)
        e->slowest = *rank;
    e->most.compute_s = fmax(e->most.compute_s, l.compute_s);
    e->most.exchange_s = fmax(e->most.exchange_s, l.exchange_s);
    e->most.rest_step_s = fmax(e->most.rest_step_s, l.rest_step_s);
    e->compute_s += l.compute_s;
    if (rank->bytes > e->largest.bytes)
        e->largest = *rank;
    e->build_s = fmax(e->build_s, build_seconds(s, p));
    e->sum.neurons += p->neurons;
    e->sum.synapses += p->synapses;
    e->sum.messages_in_per_s += p->messages_in_per_s;
    e->sum.spikes_in_per_s += p->spikes_in_per_s;
}

/* @param listed 1: a line for each of few ranks is printed */
static ph_status predict_all(const ph_predictor *predictor, const scene *s, int listed,
                             extremes *e)
{
    double node_bytes = 0;
    for (int r = 0; r < s->layout->n_ranks; r++) {
        planned rank;
        PH_TRY(ph_predict(predictor, r, &rank.of));
        rank.bytes = most_bytes(s, r, &rank.of);
        add(s, &rank, e);
        node_bytes = (r % ranks_of_node(s) ? node_bytes : 0) + rank.bytes;
        e->node_bytes = fmax(e->node_bytes, node_bytes);
        char name[32];
        snprintf(name, sizeof name, "%d", r);
        if (listed && s->layout->n_ranks <= MOST_LISTED)
            print_rank(s, name, &rank);
    }
    return PH_OK;
}

/* --- a better layout -------------------------------------------------------------------------- */

#define MOST_TRIED 4096 /* ranks, of layouts that are tried beside the one asked for */
#define BETTER 0.95     /* of the time, from which down another layout is proposed */

static double seconds_of(const extremes *e)
{
    return e->most.compute_s + e->most.exchange_s;
}

static ph_status evaluate(const scene *asked, int ranks, int threads, double *seconds)
{
    ph_layout *layout = NULL;
    ph_predictor *predictor = NULL;
    extremes e = {0};
    scene s = *asked;
    ph_status status = ph_layout_create(s.brain, ranks, ranks, threads, &layout);
    s.layout = layout;
    if (status == PH_OK)
        status = ph_predictor_create(s.brain, layout, &predictor);
    if (status == PH_OK)
        status = predict_all(predictor, &s, 0, &e);
    *seconds = seconds_of(&e);
    ph_predictor_destroy(&predictor);
    ph_layout_destroy(&layout);
    return status;
}

/* Other ways to use as many cores: those with whole threads on every machine. */
static void propose(const scene *s, const extremes *asked)
{
    int cores = s->layout->n_ranks * s->layout->n_threads, best = 0;
    double least = seconds_of(asked) * BETTER;
    for (int ranks = s->nodes; ranks <= cores && ranks <= MOST_TRIED; ranks++) {
        double seconds;
        if (cores % ranks || ranks % s->nodes || ranks == s->layout->n_ranks ||
            evaluate(s, ranks, cores / ranks, &seconds) != PH_OK || seconds >= least)
            continue; /* a layout that cannot be is none to propose */
        least = seconds;
        best = ranks;
    }
    if (best)
        printf("on as many cores %d ranks x %d threads would take %.2g of that time\n", best,
               cores / best, least / seconds_of(asked));
}

/* --- the whole -------------------------------------------------------------------------------- */

/* What is said of the run as a whole. */
typedef struct totals {
    extremes ranks;
    ph_length length;
    double from_s, per_s, to_s; /* seconds a biological second takes: with exchange wholly hidden,
                                   not hidden, and twice as long as that */
    double rests_s;             /* all rests take */
    double imbalance;           /* the slowest rank's computation to the mean */
} totals;

static void print_time(const scene *s, const totals *t)
{
    const extremes *e = &t->ranks;
    const ph_length *l = &t->length;
    char rests[64] = "";
    if (t->rests_s > 0)
        snprintf(rests, sizeof rests, " and %.2g s for rests", t->rests_s);
    printf("about %.3g s for a biological second, %.3g with exchange wholly hidden, %.3g if it "
           "takes twice as long\n",
           t->per_s, t->from_s, t->to_s);
    if (isnan(l->stepped_s))
        printf("the run has no end of its own (--until)\n");
    else
        printf("%s%.4g s of biological time: about %.3g s, of which %.2g s to build%s\n",
               l->at_most ? "at most " : "", l->stepped_s + l->rested_s,
               e->build_s + l->stepped_s * t->per_s + t->rests_s, e->build_s, rests);
    printf("figures: %s", s->costs.source);
    if (s->layout->n_threads != s->costs.threads)
        printf(", measured with %d threads at once", s->costs.threads);
    if (s->nodes > 1 && s->costs.network_us > 0)
        printf("; between machines %.3g us, %.3g GB/s", s->costs.network_us,
               s->costs.network_bytes_per_s * 1e-9);
    else if (s->nodes > 1)
        printf("; messages between machines taken as those within one");
    printf("\n");
}

#define UNEVEN 1.25 /* from which on it is told */

static void print_totals(const scene *s, const totals *t)
{
    const extremes *e = &t->ranks;
    print_rank(s, "slowest", &e->slowest);
    print_rank(s, "largest", &e->largest);
    printf("in all %.0f neurons, %.4g synapses; %.1f GB on the fullest node; %.3g messages and "
           "%.3g MB in a biological second\n",
           e->sum.neurons, e->sum.synapses, e->node_bytes * 1e-9, e->sum.messages_in_per_s,
           e->sum.spikes_in_per_s * 4e-6);
    print_time(s, t);
    if (t->imbalance > UNEVEN)
        printf("uneven: the slowest rank computes %.2g times as long as the mean, and others wait "
               "for it\n",
               t->imbalance);
    propose(s, e);
    printf("(MB: most memory, while building or, at last, measuring what delivery could be; "
           "sources:\nneurons with synapses there; events and traffic in a biological second at "
           "the rates of --rates,\nelse of `rate`, else 4 Hz; compute and exchange: seconds that "
           "it takes%s)\n",
           t->length.at_most ? "; biological time: if no trial is answered" : "");
}

static void put_real(FILE *file, const char *key, double value, const char *end)
{
    if (isfinite(value))
        fprintf(file, "  \"%s\": %.6g%s", key, value, end);
    else
        fprintf(file, "  \"%s\": null%s", key, end);
}

static ph_status write_json(const char *path, const scene *s, const totals *t)
{
    const extremes *e = &t->ranks;
    FILE *file = fopen(path, "w");
    PH_CHECK(file, PH_FILE, "cannot create %s: %s", path, strerror(errno));
    fprintf(file, "{\n  \"ranks\": %d,\n  \"threads\": %d,\n  \"nodes\": %d,\n",
            s->layout->n_ranks, s->layout->n_threads, s->nodes);
    put_real(file, "neurons", e->sum.neurons, ",\n");
    put_real(file, "synapses", e->sum.synapses, ",\n");
    put_real(file, "largest_rank_bytes", e->largest.bytes, ",\n");
    put_real(file, "largest_node_bytes", e->node_bytes, ",\n");
    put_real(file, "messages_per_biological_s", e->sum.messages_in_per_s, ",\n");
    put_real(file, "bytes_per_biological_s", e->sum.spikes_in_per_s * 4, ",\n");
    put_real(file, "imbalance", t->imbalance, ",\n");
    put_real(file, "biological_s", t->length.stepped_s + t->length.rested_s, ",\n");
    fprintf(file, "  \"biological_at_most\": %s,\n", t->length.at_most ? "true" : "false");
    put_real(file, "compute_s_per_biological_s", e->most.compute_s, ",\n");
    put_real(file, "exchange_s_per_biological_s", e->most.exchange_s, ",\n");
    put_real(file, "seconds_per_biological_s", t->per_s, ",\n");
    put_real(file, "build_s", e->build_s, ",\n");
    put_real(file, "simulate_from_s", t->length.stepped_s * t->from_s + t->rests_s, ",\n");
    put_real(file, "simulate_to_s", t->length.stepped_s * t->to_s + t->rests_s, ",\n");
    put_real(file, "simulate_s", t->length.stepped_s * t->per_s + t->rests_s, "\n}\n");
    int failed = fflush(file) != 0 || ferror(file);
    failed |= fclose(file) != 0;
    PH_CHECK(!failed, PH_FILE, "cannot write %s", path);
    return PH_OK;
}

static ph_status print_plan(const ph_options *options, const ph_predictor *predictor,
                            const ph_brain *brain, const ph_layout *layout)
{
    scene s = {.brain = brain, .layout = layout, .nodes = options->nodes};
    totals t = {0};
    ph_costs_default(&s.costs);
    for (int i = 0; i < options->n_machines; i++)
        PH_TRY(ph_costs_read(options->machines[i], &s.costs));
    PH_TRY(ph_length_of(brain, options->run.until_ms, &t.length));
    printf("%d ranks x %d threads on %d nodes\n", layout->n_ranks, layout->n_threads, s.nodes);
    printf("%-8s %10s %13s %11s %9s %11s %9s %10s %9s %9s\n", "rank", "neurons", "synapses",
           "sources", "MB", "events", "messages", "MB in", "compute", "exchange");
    PH_TRY(predict_all(predictor, &s, 1, &t.ranks));
    const load *most = &t.ranks.most;
    t.from_s = most->compute_s;
    t.per_s = seconds_of(&t.ranks);
    t.to_s = most->compute_s + 2 * most->exchange_s;
    t.rests_s = t.length.rest_steps * most->rest_step_s;
    t.imbalance = most->compute_s * layout->n_ranks / t.ranks.compute_s;
    print_totals(&s, &t);
    PH_CHECK(fflush(stdout) == 0, PH_FILE, "standard output cannot be written");
    return options->json ? write_json(options->json, &s, &t) : PH_OK;
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
    PH_TRY(ph_sonata_load(options->run.config, options->run.sets, options->run.n_sets,
                          ph_registries(), NULL, &tree));
    ph_status status = ph_brain_create(tree, ph_registries(), &brain);
    if (status == PH_OK && options->rates)
        status = ph_rates_read(options->rates, brain);
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

/* SPDX-License-Identifier: Apache-2.0 */
/* Measuring costs: small brains are built and run, and the time they took is divided by what they
 * did. It is processor time, of a thread: what else the machine does counts less in it. */
#include "bench/costs.h"

#include "base/clock.h"
#include "config/read.h"
#include "config/tree.h"
#include "model/tables.h"
#include "sim/sim.h"

#include <phasic/plasticity.h>

#include <math.h>
#include <string.h>

#define TEXT_BYTES 16384

/* What a small brain took, the best of some passes. */
typedef struct taken {
    double run_s, build_s; /* of a thread */
    double events, synapses, steps, neurons;
    double synapse_bytes; /* of a thread */
    double run_share;     /* runs an event, expected */
} taken;

/* Expected runs an event and bytes of synapses of a thread. */
static ph_status expect(const ph_brain *brain, int threads, taken *t)
{
    ph_layout *layout = NULL;
    ph_predictor *predictor = NULL;
    ph_prediction p;
    ph_status status = ph_layout_create(brain, 1, 1, threads, &layout);
    if (status == PH_OK)
        status = ph_predictor_create(brain, layout, &predictor);
    if (status == PH_OK)
        status = ph_predict(predictor, 0, &p);
    double events = 0, runs = 0;
    for (int i = 0; status == PH_OK && i < p.n_works; i++)
        if (p.works[i].runs_per_s > 0) {
            events += p.works[i].per_s;
            runs += p.works[i].runs_per_s;
        }
    t->run_share = events > 0 ? runs / events : 0;
    t->synapse_bytes = status == PH_OK ? p.synapse_bytes / threads : 0;
    ph_predictor_destroy(&predictor);
    ph_layout_destroy(&layout);
    return status;
}

static ph_status run_once(ph_comm *comm, const ph_brain *brain, int threads, taken *t)
{
    ph_sim *sim = NULL;
    ph_sim_options options = {.threads = threads,
                              .seed = (uint64_t)brain->simulation.seed,
                              .until_ms = NAN,
                              .quiet = 1};
    ph_summary s;
    double begin = ph_clock_processor();
    ph_status status = ph_sim_create(brain, comm, &options, &sim);
    double built = ph_clock_processor();
    if (status == PH_OK)
        status = ph_sim_run(sim);
    double end = ph_clock_processor();
    if (status == PH_OK)
        status = ph_sim_summarize(sim, &s);
    ph_sim_destroy(&sim);
    PH_TRY(status);
    t->build_s = fmin(t->build_s, (built - begin) / threads);
    t->run_s = fmin(t->run_s, (end - built) / threads);
    t->events = (double)s.synaptic_events;
    t->synapses = (double)s.synapses;
    t->neurons = (double)s.neurons;
    t->steps = s.biological_s * 1e3 / brain->simulation.resolution;
    return PH_OK;
}

static ph_status run_brain(ph_comm *comm, const ph_registry *registries, int threads, int passes,
                           const char *text, taken *t)
{
    ph_tree *tree = NULL;
    ph_brain *brain = NULL;
    *t = (taken){.run_s = INFINITY, .build_s = INFINITY};
    ph_status status = ph_tree_parse(text, "a brain of phasic bench", &tree);
    if (status == PH_OK)
        status = ph_brain_create(tree, registries, &brain);
    if (status == PH_OK)
        status = expect(brain, threads, t);
    for (int pass = 0; pass < passes && status == PH_OK; pass++)
        status = run_once(comm, brain, threads, t);
    ph_brain_destroy(&brain);
    ph_tree_destroy(&tree);
    return status;
}

/* --- brains ----------------------------------------------------------------------------------- */

#define HEAD                                                                                       \
    "simulation: {resolution: 0.1 ms, duration: %d ms}\n"                                          \
    "recording: {spikes: {populations: []}}\n"

/* Neurons of a model alone, with a stimulus or none. */
static void lay_neurons(char *text, int size, int ms, const char *model, const char *stimulus)
{
    snprintf(text, TEXT_BYTES,
             HEAD "regions: {r: {populations: {A: {size: %d, neuron: {type: %s}%s}}}}\n", ms, size,
             model, stimulus);
}

#define GROUPS 24       /* small populations, as brains of several regions have */
#define GROUP_NEURONS 64 /* of each and a thread */

/* Many small populations, each with a stimulus or none. */
static void lay_groups(char *text, int threads, const char *stimulus)
{
    int n = snprintf(text, TEXT_BYTES, HEAD "regions:\n  r:\n    populations:\n", 100);
    for (int i = 0; i < GROUPS && n < TEXT_BYTES; i++)
        n += snprintf(text + n, (size_t)(TEXT_BYTES - n),
                      "      A%d: {size: %d, neuron: {type: iaf_psc_exp}%s}\n", i,
                      GROUP_NEURONS * threads, stimulus);
}

/* Neurons that fire at about 40 Hz by themselves, and synapses that move nothing. */
static void lay_synapses(char *text, int size, int indegree, int ms, const char *delay,
                         const char *rule)
{
    snprintf(text, TEXT_BYTES,
             HEAD "regions:\n  r:\n    populations:\n      A:\n        size: %d\n"
                  "        rate: 40 Hz\n"
                  "        neuron: {type: iaf_psc_exp}\n"
                  "        V_init: {type: uniform, min: -65 mV, max: -50 mV}\n"
                  "        stimuli: {drive: {type: dc, amplitude: 450 pA}}\n"
                  "    projections:\n      A_A:\n        source: A\n        target: A\n"
                  "        receptor: exc\n"
                  "        connect: {type: fixed_indegree, indegree: %d}\n"
                  "        weight: {type: normal, mean: 0.001 pA, sd: 0.0001 pA, min: 0 pA}\n"
                  "        delay: %s\n%s",
             ms, size, indegree, delay, rule);
}

/* To lay_synapses: a rest of so many steps. */
static void lay_rest(char *text, int steps)
{
    size_t n = strlen(text);
    snprintf(text + n, TEXT_BYTES - n, "phases: {rest: {rest: true, duration: %d min}}\n", steps);
}

/* A neuron and a tract onto itself, whose delay decides how long a slice is. */
static void lay_slices(char *text, int ms, const char *delay)
{
    lay_synapses(text, 1, 1, ms, delay, "");
}

/* --- measures --------------------------------------------------------------------------------- */

typedef struct measurer {
    ph_comm *comm;
    const ph_registry *registries;
    int threads;
    int passes; /* of which the fastest counts */
    char text[TEXT_BYTES];
    taken t;
    double plain_ns; /* an update of iaf_psc_exp */
} measurer;

static ph_status measure(measurer *m)
{
    return run_brain(m->comm, m->registries, m->threads, m->passes, m->text, &m->t);
}

static void note(ph_cost_list *list, const char *name, double ns)
{
    if (list->n >= PH_COSTS_MOST)
        return;
    snprintf(list->items[list->n].name, sizeof list->items[0].name, "%s", name);
    list->items[list->n++].ns = fmax(ns, 0);
}

#define NEURONS 16384 /* states of all models stay in a core's second cache, as blocks do */

static double update_ns(const measurer *m)
{
    return m->t.run_s * 1e9 * m->threads / (m->t.neurons * m->t.steps);
}

static ph_status measure_updates(measurer *m, ph_costs *c)
{
    const ph_registry *models = &m->registries[PH_REGISTRY_NEURON];
    for (int i = 0; i < models->count; i++) {
        lay_neurons(m->text, NEURONS, 50, models->items[i]->name, "");
        PH_TRY(measure(m));
        note(&c->updates, models->items[i]->name, update_ns(m));
        if (!strcmp(models->items[i]->name, "iaf_psc_exp"))
            m->plain_ns = update_ns(m);
    }
    double spikes[2];
    for (int i = 0; i < 2; i++) {
        char stimulus[160];
        snprintf(stimulus, sizeof stimulus,
                 ", stimuli: {s: {type: poisson, receptor: exc, rate: %d Hz, weight: 0.001 pA}}",
                 i ? 20000 : 2000); /* 0.2 and 2 spikes a step */
        lay_neurons(m->text, NEURONS, 50, "iaf_psc_exp", stimulus);
        PH_TRY(measure(m));
        spikes[i] = update_ns(m) - m->plain_ns;
    }
    c->spike_ns = fmax(0, (spikes[1] - spikes[0]) / 1.8);
    note(&c->updates, "poisson", spikes[0] - 0.2 * c->spike_ns);
    static const char *const stimuli[][2] = {
        {"noise", ", stimuli: {s: {type: noise, mean: 0 pA, sd: 10 pA}}"},
        {"dc", ", stimuli: {s: {type: dc, amplitude: 1 pA}}"}};
    for (int i = 0; i < PH_COUNT(stimuli); i++) {
        lay_neurons(m->text, NEURONS, 50, "iaf_psc_exp", stimuli[i][1]);
        PH_TRY(measure(m));
        note(&c->updates, stimuli[i][0], update_ns(m) - m->plain_ns);
    }
    return PH_OK;
}

/* ns of an event with long and with short runs give what an event and what a run costs. */
static ph_status measure_events(measurer *m, int size, int indegree, int ms, const char *rule,
                                ph_event_cost *cost)
{
    static const char *const delays[] = {
        "1.5 ms", "{type: normal, mean: 2.5 ms, sd: 0.75 ms, min: 1 ms, max: 4 ms}"};
    double ns[2], share[2];
    for (int i = 0; i < 2; i++) {
        lay_synapses(m->text, size, indegree, ms, delays[i], rule);
        PH_TRY(measure(m));
        ns[i] = (update_ns(m) - m->plain_ns) * m->t.neurons * m->t.steps / fmax(m->t.events, 1);
        share[i] = m->t.run_share;
    }
    cost->run_ns = fmax(0, (ns[1] - ns[0]) / (share[1] - share[0]));
    cost->event_ns = fmax(0, ns[0] - share[0] * cost->run_ns);
    cost->bytes = m->t.synapse_bytes;
    return PH_OK;
}

static ph_status measure_groups(measurer *m, ph_costs *c)
{
    static const char stimulus[] =
        ", stimuli: {s: {type: poisson, receptor: exc, rate: 2000 Hz, weight: 0.001 pA}}";
    double ns[2]; /* of a group and step */
    for (int i = 0; i < 2; i++) {
        lay_groups(m->text, m->threads, i ? stimulus : "");
        PH_TRY(measure(m));
        ns[i] = m->t.run_s * 1e9 / (GROUPS * m->t.steps);
    }
    double poisson = 0;
    for (int i = 0; i < c->updates.n; i++)
        if (!strcmp(c->updates.items[i].name, "poisson"))
            poisson = c->updates.items[i].ns + 0.2 * c->spike_ns;
    c->group_ns = fmax(0, ns[0] - GROUP_NEURONS * m->plain_ns);
    c->stimulus_ns = fmax(0, ns[1] - ns[0] - GROUP_NEURONS * poisson);
    return PH_OK;
}

#define RESTS 20 /* steps */

/* The difference of a long and of a short rest: that all comes to rest before is in both. */
static ph_status measure_rest(measurer *m, const ph_rule *rule, const char *text, ph_costs *c)
{
    double run_s[2];
    if (!rule->rest)
        return PH_OK;
    for (int i = 0; i < 2; i++) {
        lay_synapses(m->text, 1000, 200, 1, "1.5 ms", text);
        lay_rest(m->text, 1 + i * RESTS);
        PH_TRY(measure(m));
        run_s[i] = m->t.run_s;
    }
    note(&c->rests, rule->base.name,
         (run_s[1] - run_s[0]) * 1e9 * m->threads / (RESTS * m->t.synapses));
    return PH_OK;
}

static ph_status measure_rules(measurer *m, ph_costs *c)
{
    const ph_registry *rules = &m->registries[PH_REGISTRY_PLASTICITY];
    int n = 0;
    for (int i = 0; i < rules->count; i++) {
        char rule[160];
        const char *name = rules->items[i]->name;
        if (!strcmp(name, "static"))
            continue;
        snprintf(rule, sizeof rule, "        plasticity: {type: %s, w_max: 1 pA%s}\n", name,
                 strcmp(name, "stc") ? "" : ", h_0: 0.001 pA");
        ph_event_cost cost;
        PH_TRY(measure_events(m, 4000, 200, 300, rule, &cost));
        note(&c->rules, name, cost.event_ns);
        c->rule_run_ns += cost.run_ns;
        PH_TRY(measure_rest(m, (const ph_rule *)rules->items[i], rule, c));
        n++;
    }
    c->rule_run_ns /= n > 0 ? n : 1;
    return PH_OK;
}

static ph_status measure_slices(measurer *m, ph_costs *c)
{
    double us[2], slices[] = {500, 10};
    static const char *const delays[] = {"0.1 ms", "5 ms"};
    for (int i = 0; i < 2; i++) {
        lay_slices(m->text, 50 * (1 + 9 * i), delays[i]);
        PH_TRY(measure(m));
        us[i] = m->t.run_s * 1e6 / (1 + 9 * i);
    }
    c->slice_us = fmax(0, (us[0] - us[1]) / (slices[0] - slices[1]));
    c->beat_us = fmax(0, us[1] / slices[1] - c->slice_us);
    return PH_OK;
}

ph_status ph_costs_measure(ph_comm *comm, const ph_registry *registries, int threads, ph_costs *c)
{
    measurer m = {.comm = comm, .registries = registries, .threads = threads, .passes = 3};
    *c = (ph_costs){.source = "this machine", .threads = threads};
    PH_TRY(measure_updates(&m, c));
    PH_TRY(measure_groups(&m, c));
    PH_TRY(measure_events(&m, 1000 * threads, 100, 300, "", &c->small));
    m.passes = 2; /* they take long to build */
    PH_TRY(measure_events(&m, 20000, 1000 * threads, 50, "", &c->large));
    c->build_ns = m.t.build_s * 1e9 * threads / m.t.synapses;
    m.passes = 3;
    PH_TRY(measure_rules(&m, c));
    return measure_slices(&m, c);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Costs as text, and how long a rank takes by them. */
#include "bench/costs.h"

#include "config/tree.h"
#include "network/rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- the machine that phasic was made on ------------------------------------------------------ */

/* `phasic bench` on one thread, and its barrier and messages on two. What two cores cannot show,
 * more than one partner, is an assumption. */
void ph_costs_default(ph_costs *costs)
{
    *costs = (ph_costs){
        .source = "a core of an AMD EPYC (Zen 5); 0.3 us assumed for each further partner",
        .threads = 1,
        .updates = {14, {{"iaf_psc_exp", 0.28}, {"iaf_psc_alpha", 0.43}, {"iaf_cond_exp", 0.54},
                         {"iaf_cond_alpha", 0.69}, {"iaf_cond_nmda", 3.5}, {"adex", 5.6},
                         {"izhikevich", 0.85}, {"pyramidal", 4.7}, {"relay", 0.11}, {"srm0", 4.9},
                         {"glif_psc", 1.2},
                         {"poisson", 0.65}, {"noise", 0.7}, {"dc", 0}}},
        .rules = {8, {{"stdp", 5.5}, {"stdp_triplet", 6.9}, {"stdp_reward", 8.2},
                      {"stdp_reward_rise", 11.4}, {"sequential", 9.4}, {"istdp", 6.1},
                      {"calcium", 46.6}, {"stc", 48.7}}},
        .rests = {5, {{"stdp_reward", 1.7}, {"stdp_reward_rise", 2.3}, {"sequential", 1.5},
                      {"calcium", 11.7}, {"stc", 36}}},
        .small = {0.8, 6, 4e5},
        .large = {0.74, 9.5, 8e7},
        .rule_run_ns = 74,
        .spike_ns = 0.12,
        .group_ns = 20,
        .stimulus_ns = 32,
        .slice_us = 0.09,
        .barrier_us = 0.22,
        .beat_us = 5.4,
        .build_ns = 25,
        .n_groups = 2,
        .partners = {1, 2},
        .exchange_us = {0.45, 0.75}};
}

/* --- text ------------------------------------------------------------------------------------- */

static void put_list(FILE *out, const char *key, const ph_cost_list *list)
{
    fprintf(out, "    \"%s\": {", key);
    for (int i = 0; i < list->n; i++)
        fprintf(out, "%s\"%s\": %.6g", i ? ", " : "", list->items[i].name, list->items[i].ns);
    fprintf(out, "},\n");
}

void ph_costs_print_json(FILE *out, const ph_costs *c)
{
    fprintf(out, "  \"costs\": {\n    \"threads\": %d,\n", c->threads);
    put_list(out, "update_ns", &c->updates);
    put_list(out, "rule_ns", &c->rules);
    put_list(out, "rest_ns", &c->rests);
    const ph_event_cost *events[] = {&c->small, &c->large};
    static const char *const names[] = {"small", "large"};
    for (int i = 0; i < 2; i++)
        fprintf(out, "    \"%s\": {\"event_ns\": %.6g, \"run_ns\": %.6g, \"bytes\": %.6g},\n",
                names[i], events[i]->event_ns, events[i]->run_ns, events[i]->bytes);
    fprintf(out,
            "    \"rule_run_ns\": %.6g, \"spike_ns\": %.6g, \"group_ns\": %.6g, "
            "\"stimulus_ns\": %.6g,\n"
            "    \"slice_us\": %.6g, \"beat_us\": %.6g, \"build_ns\": %.6g\n  }",
            c->rule_run_ns, c->spike_ns, c->group_ns, c->stimulus_ns, c->slice_us, c->beat_us,
            c->build_ns);
}

void ph_costs_print(FILE *out, const ph_costs *c)
{
    fprintf(out, "\ncosts in ns of a thread: of a neuron and step (models, stimuli), of a synaptic "
                 "event (rules)\n");
    const ph_cost_list *lists[] = {&c->updates, &c->rules, &c->rests};
    for (int l = 0; l < 3; l++)
        for (int i = 0; i < lists[l]->n; i++)
            fprintf(out, "  %-28s %8.3f%s\n", lists[l]->items[i].name, lists[l]->items[i].ns,
                    lists[l] == &c->rests ? ", a synapse and step of a rest" : "");
    fprintf(out,
            "  static event, in cache       %8.3f, and %.2f a run of them\n"
            "  static event, in memory      %8.3f, and %.2f a run of them\n"
            "  run of plastic synapses      %8.3f\n"
            "  spike of a stimulus          %8.3f\n"
            "  population, each step        %8.3f, and %.2f each of its stimuli\n"
            "a slice %.2f us, a beat %.2f us; building %.1f ns a synapse\n",
            c->small.event_ns, c->small.run_ns, c->large.event_ns, c->large.run_ns, c->rule_run_ns,
            c->spike_ns, c->group_ns, c->stimulus_ns, c->slice_us, c->beat_us, c->build_ns);
}

/* A member that is a number; the value stays where there is none. */
static ph_status read_real(const ph_node *node, const char *key, double *value)
{
    const ph_node *found = node && node->kind == PH_NODE_MAPPING ? ph_node_get(node, key) : NULL;
    if (!found || !found->text || !strcmp(found->text, "null"))
        return PH_OK;
    char *end;
    double read = strtod(found->text, &end);
    PH_CHECK(*end == '\0' && end != found->text && isfinite(read) && read >= 0, PH_CONFIG,
             "%s:%d:%d: '%s' is not a number of 0 or more", found->file, found->line,
             found->column, found->text);
    *value = read;
    return PH_OK;
}

static ph_status read_events(const ph_node *costs, const char *key, ph_event_cost *events)
{
    const ph_node *node = ph_node_get(costs, key);
    PH_TRY(read_real(node, "event_ns", &events->event_ns));
    PH_TRY(read_real(node, "run_ns", &events->run_ns));
    return read_real(node, "bytes", &events->bytes);
}

static ph_status read_list(const ph_node *costs, const char *key, ph_cost_list *list)
{
    const ph_node *named = ph_node_get(costs, key);
    if (!named || named->kind != PH_NODE_MAPPING || !named->first)
        return PH_OK;
    list->n = 0;
    for (const ph_node *node = named->first; node && list->n < PH_COSTS_MOST; node = node->next) {
        ph_cost *cost = &list->items[list->n++];
        snprintf(cost->name, sizeof cost->name, "%s", node->key);
        PH_TRY(read_real(named, node->key, &cost->ns));
    }
    return PH_OK;
}

static ph_status read_groups(const ph_node *groups, ph_costs *c)
{
    if (!groups || groups->kind != PH_NODE_LIST || !groups->first)
        return PH_OK;
    c->n_groups = 0;
    for (const ph_node *group = groups->first; group && c->n_groups < PH_COSTS_GROUPS;
         group = group->next) {
        double ranks = 0;
        PH_TRY(read_real(group, "ranks", &ranks));
        PH_TRY(read_real(group, "exchange_us", &c->exchange_us[c->n_groups]));
        if (ranks > 1)
            c->partners[c->n_groups++] = ranks - 1;
    }
    return PH_OK;
}

static ph_status read_costs(const ph_node *root, ph_costs *c)
{
    PH_CHECK(root->kind == PH_NODE_MAPPING, PH_CONFIG, "%s: not figures of phasic bench --json",
             root->file);
    const ph_node *costs = ph_node_get(root, "costs"), *network = ph_node_get(root, "network");
    const ph_node *groups = ph_node_get(root, "groups");
    PH_CHECK(costs || network || groups, PH_CONFIG,
             "%s: neither costs nor groups nor network: not figures of phasic bench --json",
             root->file);
    if (costs && costs->kind == PH_NODE_MAPPING) {
        double measured_with = c->threads;
        PH_TRY(read_real(costs, "threads", &measured_with));
        c->threads = (int)measured_with;
        PH_TRY(read_list(costs, "update_ns", &c->updates));
        PH_TRY(read_list(costs, "rule_ns", &c->rules));
        PH_TRY(read_list(costs, "rest_ns", &c->rests));
        PH_TRY(read_events(costs, "small", &c->small));
        PH_TRY(read_events(costs, "large", &c->large));
        PH_TRY(read_real(costs, "rule_run_ns", &c->rule_run_ns));
        PH_TRY(read_real(costs, "spike_ns", &c->spike_ns));
        PH_TRY(read_real(costs, "group_ns", &c->group_ns));
        PH_TRY(read_real(costs, "stimulus_ns", &c->stimulus_ns));
        PH_TRY(read_real(costs, "slice_us", &c->slice_us));
        PH_TRY(read_real(costs, "beat_us", &c->beat_us));
        PH_TRY(read_real(costs, "build_ns", &c->build_ns));
    }
    double threads = 1;
    PH_TRY(read_real(root, "threads", &threads));
    if (threads > 1)
        PH_TRY(read_real(root, "barrier_us", &c->barrier_us));
    PH_TRY(read_groups(groups, c));
    PH_TRY(read_real(network, "latency_us", &c->network_us));
    return read_real(network, "bytes_per_s", &c->network_bytes_per_s);
}

ph_status ph_costs_read(const char *path, ph_costs *costs)
{
    ph_tree *tree = NULL;
    ph_status status = ph_config_load(path, NULL, 0, &tree);
    if (status == PH_FILE)
        return ph_error_context(status, "cannot open ");
    if (status == PH_OK)
        status = read_costs(tree->root, costs);
    ph_tree_destroy(&tree);
    if (status == PH_OK)
        snprintf(costs->source, sizeof costs->source, "%s", path);
    return status;
}

/* --- the estimate ----------------------------------------------------------------------------- */

/* What has no figure of its own is taken as the mean of its kind. */
static double named_ns(const ph_cost_list *list, const char *name)
{
    double sum = 0;
    for (int i = 0; i < list->n; i++) {
        if (!strcmp(list->items[i].name, name))
            return list->items[i].ns;
        sum += list->items[i].ns;
    }
    return list->n > 0 ? sum / list->n : 0;
}

static double rest_ns(const ph_costs *c, const ph_rule *rule)
{
    return rule->rest ? named_ns(&c->rests, rule->base.name) : 0;
}

/* Between the two sizes of memory that were measured, by the logarithm of the size. */
static ph_event_cost event_cost(const ph_costs *c, double bytes)
{
    double share = log(fmax(bytes, 1) / c->small.bytes) / log(c->large.bytes / c->small.bytes);
    share = fmin(fmax(share, 0), 1);
    return (ph_event_cost){c->small.event_ns + share * (c->large.event_ns - c->small.event_ns),
                           c->small.run_ns + share * (c->large.run_ns - c->small.run_ns), bytes};
}

/* Microseconds of an exchange with so many others: on the line between two measured numbers, and
 * beyond the last on that of the last two. */
static double exchange_us(const ph_costs *c, double partners)
{
    if (partners <= 0 || c->n_groups == 0)
        return 0;
    if (c->n_groups == 1 || partners <= c->partners[0])
        return c->exchange_us[0] * fmax(1, partners / c->partners[0]);
    int i = 1;
    while (i < c->n_groups - 1 && c->partners[i] < partners)
        i++;
    double slope = (c->exchange_us[i] - c->exchange_us[i - 1]) /
                   (c->partners[i] - c->partners[i - 1]);
    return fmax(0, c->exchange_us[i] + (partners - c->partners[i]) * slope);
}

/* All exchanges of a biological second: those of other machines travel over the network. */
static double exchange_seconds(const ph_costs *c, const ph_brain *brain, const ph_layout *layout,
                               const ph_prediction *p, int nodes)
{
    double steps_per_s = 1e3 / brain->simulation.resolution, seconds = 0;
    const double senders[] = {p->slice_senders, p->senders - p->slice_senders};
    const ph_step every[] = {brain->slice, brain->epoch};
    double away = nodes > 1 && layout->n_ranks > 1
                      ? 1 - fmax(0, (double)layout->n_ranks / nodes - 1) / (layout->n_ranks - 1)
                      : 0;
    for (int tier = 0; tier < 2; tier++) {
        if (senders[tier] <= 0)
            continue;
        double us = exchange_us(c, senders[tier]);
        us += senders[tier] * away > 0 ? c->network_us : 0;
        seconds += steps_per_s / (double)every[tier] * us * 1e-6;
    }
    if (c->network_bytes_per_s > 0)
        seconds += away * p->spikes_in_per_s * (double)sizeof(uint32_t) / c->network_bytes_per_s;
    return seconds;
}

void ph_costs_estimate(const ph_costs *c, const ph_brain *brain, const ph_layout *layout,
                       const ph_prediction *p, int nodes, ph_estimate *e)
{
    *e = (ph_estimate){0};
    double steps_per_s = 1e3 / brain->simulation.resolution, threads = layout->n_threads;
    ph_event_cost events = event_cost(c, p->synapse_bytes / threads);
    for (int i = 0; i < p->n_works; i++) {
        const ph_work *work = &p->works[i];
        int is_events = work->runs_per_s > 0;
        double own = work->what ? named_ns(is_events ? &c->rules : &c->updates, work->what->name)
                                : events.event_ns;
        double run = work->what ? c->rule_run_ns : events.run_ns;
        double ns = work->per_s * own + work->runs_per_s * run + work->spikes_per_s * c->spike_ns;
        double seconds = ns * 1e-9 / threads;
        *(is_events ? &e->deliver_s : &e->update_s) += seconds;
        if (is_events && work->what)
            e->rest_step_s += rest_ns(c, (const ph_rule *)work->what) * 1e-9 * work->synapses /
                              threads;
    }
    e->update_s += steps_per_s * 1e-9 * (p->groups * c->group_ns + p->stimuli * c->stimulus_ns);
    double slice_us = c->slice_us;
    if (c->threads == 1 && layout->n_threads > 1)
        slice_us += c->barrier_us;
    e->other_s = steps_per_s * 1e-6 *
                 (slice_us / (double)brain->slice + c->beat_us / (double)brain->beat);
    e->exchange_s = exchange_seconds(c, brain, layout, p, nodes);
}

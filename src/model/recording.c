/* SPDX-License-Identifier: Apache-2.0 */
/* Which populations, cells and projections are recorded. */
#include "model/internal.h"

#include "base/units.h"
#include "model/spans.h"

#include <math.h>
#include <string.h>

/* The node of a list of words. */
static const ph_node *words_of(const ph_brain *brain, const char *record, const char *key)
{
    const ph_node *node = ph_node_get(brain->tree->root, "recording");
    return ph_node_get(ph_node_get(node, record), key);
}

/* The node of a word of a list, for messages. */
static const ph_node *word_node(const ph_node *list, int i)
{
    const ph_node *child = list ? list->first : NULL;
    for (; child && i > 0; i--)
        child = child->next;
    return child ? child : list;
}

static const ph_region *region_named(const ph_brain *brain, const char *name)
{
    for (int r = 0; r < brain->n_regions; r++)
        if (!strcmp(ph_region_at(brain, r)->item.name, name))
            return ph_region_at(brain, r);
    return NULL;
}

/* Spans that a list of words names: all, a region's, or one. @param node of the list
 * @param spans room for all of them */
static int spans_of(ph_builder *builder, const ph_words *words, const ph_node *node,
                    ph_span *spans)
{
    const ph_brain *brain = builder->brain;
    int n = 0;
    if (words->count < 0)
        for (; n < brain->n_populations; n++)
            spans[n] = (ph_span){n, 0, brain->populations[n]->size};
    for (int i = 0; i < words->count; i++) {
        const ph_region *region = region_named(brain, words->items[i]);
        for (int p = 0; region && p < region->populations.count; p++, n++)
            spans[n] = (ph_span){region->first + p, 0,
                                 brain->populations[region->first + p]->size};
        if (region)
            continue;
        if (ph_brain_find(brain, words->items[i], &spans[n]) == PH_OK)
            n++;
        else
            ph_errors_add(builder->reader.errors, word_node(node, i), "%s",
                          ph_error_message());
    }
    return n;
}

static ph_status room_for(const ph_brain *brain, const ph_words *words, ph_span **spans)
{
    size_t n = words->count < 0 ? (size_t)brain->n_populations : 0;
    for (int i = 0; i < words->count; i++) {
        const ph_region *region = region_named(brain, words->items[i]);
        n += region ? (size_t)region->populations.count : 1;
    }
    PH_TREE_ALLOC(brain->tree, *spans, n + 1);
    return PH_OK;
}

static ph_status mark(ph_builder *builder, const ph_words *words, const char *record, int **on)
{
    ph_span *spans;
    PH_TRY(room_for(builder->brain, words, &spans));
    PH_TREE_ALLOC(builder->brain->tree, *on, builder->brain->n_populations);
    int n = spans_of(builder, words, words_of(builder->brain, record, "populations"), spans);
    for (int i = 0; i < n; i++)
        (*on)[spans[i].population] = 1;
    return PH_OK;
}

/* --- projections ------------------------------------------------------------------------------ */

/* Index of a projection by its address, -1 with an error when there is none. */
static int projection_named(ph_builder *builder, const char *name, const ph_node *node)
{
    ph_brain *brain = builder->brain;
    ph_nearest nearest = ph_nearest_to(name);
    char hint[PH_HINT];
    for (int i = 0; i < brain->n_projections; i++) {
        if (!strcmp(brain->projections[i]->address, name))
            return i;
        ph_nearest_offer(&nearest, brain->projections[i]->address);
    }
    ph_errors_add(builder->reader.errors, node, "there is no tract or projection '%.100s'%s", name,
                  ph_nearest_hint(&nearest, hint));
    return -1;
}

static void check_phases(ph_builder *builder, const ph_words *phases)
{
    const ph_brain *brain = builder->brain;
    for (int i = 0; i < phases->count; i++) {
        ph_nearest nearest = ph_nearest_to(phases->items[i]);
        char hint[PH_HINT];
        for (int p = 0; p < brain->n_phases; p++)
            ph_nearest_offer(&nearest, brain->phase[p]->item.name);
        if (ph_phase_first(brain, phases->items[i]) < 0)
            ph_errors_add(builder->reader.errors,
                          word_node(words_of(brain, "weights", "phases"), i),
                          "there is no phase '%.100s'%s", phases->items[i],
                          ph_nearest_hint(&nearest, hint));
    }
}

static ph_status mark_weights(ph_builder *builder)
{
    ph_brain *brain = builder->brain;
    const ph_record_weights *weights = &brain->recording.weights;
    check_phases(builder, &weights->phases);
    PH_TREE_ALLOC(brain->tree, brain->recording.weights_on, brain->n_projections);
    for (int i = 0; i < brain->n_projections && weights->tracts.count < 0; i++)
        brain->recording.weights_on[i] = ph_rule_of(brain->projections[i]) != NULL;
    for (int w = 0; w < weights->tracts.count; w++) {
        int i = projection_named(builder, weights->tracts.items[w],
                                 word_node(words_of(brain, "weights", "tracts"), w));
        if (i >= 0)
            brain->recording.weights_on[i] = 1;
    }
    return PH_OK;
}

/* --- reports ---------------------------------------------------------------------------------- */

static void check_file(ph_builder *builder, const ph_report *reports, int i)
{
    static const char *const taken[] = {"spikes.h5", "run.h5"};
    const ph_node *node = ph_node_get(reports[i].item.node, "file");
    const char *file = reports[i].file;
    size_t n = file ? strlen(file) : 0;
    int is_taken = 0;
    if (!file)
        return;
    for (int t = 0; t < PH_COUNT(taken); t++)
        is_taken |= !strcmp(file, taken[t]);
    for (int r = 0; r < i; r++)
        is_taken |= reports[r].file && !strcmp(file, reports[r].file);
    if (is_taken)
        ph_errors_add(builder->reader.errors, node, "another file of the run is named %.80s", file);
    if (strchr(file, '/') || n < 4 || strcmp(file + n - 3, ".h5") != 0)
        ph_errors_add(builder->reader.errors, node,
                      "'%.80s': a name in the run's folder is expected, NAME.h5", file);
}

/* The potentials of a report are recorded at the times of V_m. */
static void check_interval(ph_builder *builder, const ph_report *report)
{
    double every = builder->brain->recording.V_m.interval;
    double times = floor(report->interval / every + 0.5);
    if (report->interval > 0 && (times < 1 || fabs(times * every / report->interval - 1) > 1e-9))
        ph_errors_add(builder->reader.errors, ph_node_get(report->item.node, "interval"),
                      "an interval of whole times that of recording.V_m, %g ms, is expected",
                      every);
}

static int has_cells_of(const ph_report *report, const ph_projection *projection)
{
    int population = projection->target.span.population;
    int s = ph_spans_from(report->spans, report->n_spans, population, 0);
    return s < report->n_spans && report->spans[s].population == population;
}

/* What learns onto a report's cells is recorded. @param report its spans are joined */
static void mark_targets(ph_builder *builder, const ph_report *report)
{
    ph_brain *brain = builder->brain;
    int n = 0;
    for (int i = 0; i < brain->n_projections; i++)
        if (ph_rule_of(brain->projections[i]) && has_cells_of(report, brain->projections[i])) {
            brain->recording.weights_on[i] = 1;
            n++;
        }
    brain->recording.weights.at = PH_WEIGHTS_AT_PHASE_END;
    if (n == 0)
        ph_errors_add(builder->reader.errors, report->item.node,
                      "no projection that learns ends on these cells");
}

static ph_status read_reports(ph_builder *builder)
{
    ph_recording *recording = &builder->brain->recording;
    ph_report *reports = recording->reports.items;
    for (int i = 0; i < recording->reports.count; i++) {
        ph_report *report = &reports[i];
        PH_TRY(room_for(builder->brain, &report->cells, &report->spans));
        report->n_spans =
            spans_of(builder, &report->cells, ph_node_get(report->item.node, "cells"),
                     report->spans);
        ph_spans_join(report->spans, &report->n_spans);
        check_file(builder, reports, i);
        if (report->of == PH_REPORT_WEIGHTS)
            mark_targets(builder, report);
        else
            check_interval(builder, report);
    }
    return PH_OK;
}

/* Cells of V_m, then those of reports. */
static ph_status list_V_m(ph_builder *builder)
{
    ph_brain *brain = builder->brain;
    ph_recording *recording = &brain->recording;
    const ph_report *reports = recording->reports.items;
    ph_span *own;
    PH_TRY(room_for(brain, &recording->V_m.populations, &own));
    int n = spans_of(builder, &recording->V_m.populations, words_of(brain, "V_m", "populations"),
                     own);
    int all = n;
    for (int i = 0; i < recording->reports.count; i++)
        all += reports[i].of == PH_REPORT_V_M ? reports[i].n_spans : 0;
    PH_TREE_ALLOC(brain->tree, recording->V_m_spans, all);
    for (int s = 0; s < n; s++) {
        recording->V_m_spans[s] = own[s];
        if (own[s].count > recording->V_m.cells)
            recording->V_m_spans[s].count = recording->V_m.cells;
    }
    for (int i = 0; i < recording->reports.count; i++)
        for (int s = 0; s < reports[i].n_spans && reports[i].of == PH_REPORT_V_M; s++)
            recording->V_m_spans[n++] = reports[i].spans[s];
    recording->n_V_m = n;
    ph_spans_join(recording->V_m_spans, &recording->n_V_m);
    return PH_OK;
}

ph_status ph_build_recording(ph_builder *builder)
{
    ph_brain *brain = builder->brain;
    ph_recording *recording = &brain->recording;
    PH_TRY(mark(builder, &recording->spikes.populations, "spikes", &recording->spikes_on));
    PH_TRY(mark(builder, &recording->rates.populations, "rates", &recording->rates_on));
    PH_TRY(mark_weights(builder));
    PH_TRY(read_reports(builder));
    return list_V_m(builder);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Names become indices: addresses wherever they stand, receptor ports, units of weights. */
#include "model/internal.h"

#include "base/units.h"

#include <stdio.h>
#include <string.h>

#define NAME_BYTES 256
#define PARTS 3
#define MOST_KNOWN 64 /* names in a message */

/* --- addresses -------------------------------------------------------------------------------- */

typedef struct parts {
    int n;
    char name[PARTS][NAME_BYTES];
} parts;

static int split(const char *text, parts *out)
{
    for (out->n = 0; out->n < PARTS; text++) {
        size_t length = strcspn(text, ".");
        if (length == 0 || length >= NAME_BYTES)
            return 0;
        memcpy(out->name[out->n], text, length);
        out->name[out->n++][length] = '\0';
        text += length;
        if (!*text)
            return 1;
    }
    return 0;
}

static int region_named(const ph_brain *brain, const char *name)
{
    for (int r = 0; r < brain->n_regions; r++)
        if (!strcmp(ph_region_at(brain, r)->item.name, name))
            return r;
    return -1;
}

int ph_build_region(ph_builder *builder, const ph_item *item)
{
    const ph_brain *brain = builder->brain;
    const char *known[MOST_KNOWN];
    int region = region_named(brain, item->name), n = 0;
    for (; n < brain->n_regions && n < MOST_KNOWN; n++)
        known[n] = ph_region_at(brain, n)->item.name;
    if (region < 0)
        ph_read_unknown(&builder->reader, item->node, 1, "region", item->name, known, n);
    return region;
}

static int channel_named(const ph_region *region, const char *name)
{
    for (int c = 0; c < region->channels.count; c++)
        if (!strcmp(region->channels.items[c], name))
            return c;
    return -1;
}

static ph_status unknown_region(const ph_brain *brain, const char *text, const char *name)
{
    ph_nearest nearest = ph_nearest_to(name);
    char hint[PH_HINT];
    for (int r = 0; r < brain->n_regions; r++)
        ph_nearest_offer(&nearest, ph_region_at(brain, r)->item.name);
    return ph_error(PH_CONFIG, "'%.100s': there is no region '%s'%s", text, name,
                    ph_nearest_hint(&nearest, hint));
}

static ph_status unknown_population(const ph_region *region, const char *text, const char *name)
{
    ph_nearest nearest = ph_nearest_to(name);
    char hint[PH_HINT];
    const ph_population *items = region->populations.items;
    for (int p = 0; p < region->populations.count; p++)
        ph_nearest_offer(&nearest, items[p].item.name);
    return ph_error(PH_CONFIG, "'%.100s': region '%s' has no population '%s'%s", text,
                    region->item.name, name, ph_nearest_hint(&nearest, hint));
}

static ph_status find_channel(const ph_region *region, const ph_population *population,
                              const char *text, const char *name, ph_span *span)
{
    int channel = channel_named(region, name);
    if (channel < 0) {
        ph_nearest nearest = ph_nearest_to(name);
        char hint[PH_HINT];
        for (int c = 0; c < region->channels.count; c++)
            ph_nearest_offer(&nearest, region->channels.items[c]);
        return ph_error(PH_CONFIG, "'%.100s': region '%s' has no channel '%s'%s", text,
                        region->item.name, name, ph_nearest_hint(&nearest, hint));
    }
    span->count = population->size / region->channels.count;
    span->first = channel * span->count;
    return PH_OK;
}

/* The digits of a number below 10^18. @return whether there is one; *text goes behind it */
static int number(const char **text, int64_t *value)
{
    size_t n = strspn(*text, "0123456789");
    *value = 0;
    for (size_t i = 0; i < n && n <= 18; i++)
        *value = *value * 10 + ((*text)[i] - '0');
    *text += n;
    return n > 0 && n <= 18;
}

/* Cells of a population that has no channels: N, or FIRST-LAST. */
static ph_status find_cells(const ph_population *population, const char *text, const char *name,
                            ph_span *span)
{
    int64_t first, last;
    int is_good = number(&name, &first);
    last = first;
    if (is_good && *name == '-') {
        name++;
        is_good = number(&name, &last) && last >= first;
    }
    PH_CHECK(is_good && !*name, PH_CONFIG,
             "'%.100s': population '%s' has no channels; write a cell as N, cells as FIRST-LAST",
             text, population->address);
    PH_CHECK(last < population->size, PH_CONFIG, "'%.100s': the last cell of '%s' is %lld", text,
             population->address, (long long)population->size - 1);
    span->first = first;
    span->count = last - first + 1;
    return PH_OK;
}

static ph_status find(const ph_brain *brain, int r, const char *text, ph_span *span)
{
    parts address;
    int is_relative = r >= 0;
    int is_good = split(text, &address) && address.n >= 2 - is_relative &&
                  address.n <= PARTS - is_relative;
    PH_CHECK(is_good, PH_CONFIG, "'%.100s' is no address; write %spopulation[.channel]", text,
             is_relative ? "" : "region.");
    if (!is_relative) {
        r = region_named(brain, address.name[0]);
        if (r < 0)
            return unknown_region(brain, text, address.name[0]);
    }
    const char *name = address.name[1 - is_relative];
    const ph_region *region = ph_region_at(brain, r);
    const ph_population *items = region->populations.items, *population = NULL;
    for (int p = 0; p < region->populations.count && !population; p++)
        if (!strcmp(items[p].item.name, name))
            population = &items[p];
    if (!population)
        return unknown_population(region, text, name);
    *span = (ph_span){population->index, 0, population->size};
    if (address.n < PARTS - is_relative)
        return PH_OK;
    name = address.name[2 - is_relative];
    return population->per_channel ? find_channel(region, population, text, name, span)
                                   : find_cells(population, text, name, span);
}

ph_status ph_brain_find(const ph_brain *brain, const char *address, ph_span *span)
{
    return find(brain, -1, address, span);
}

void ph_build_address(ph_builder *builder, int region, ph_address *address)
{
    address->span.population = -1;
    if (address->text && find(builder->brain, region, address->text, &address->span) != PH_OK)
        ph_errors_add(builder->reader.errors, address->node, "%s", ph_error_message());
}

/* --- ports ------------------------------------------------------------------------------------ */

int ph_build_port(ph_builder *builder, const ph_node *node, int population, const char *receptor)
{
    const ph_population *target = builder->brain->populations[population];
    const ph_neuron_model *model = ph_model_of(target);
    if (!model || !receptor)
        return -1;
    const char *known[PH_NEURON_PORTS];
    for (int p = 0; p < model->n_ports; p++) {
        known[p] = model->ports[p].name;
        if (!strcmp(known[p], receptor))
            return p;
    }
    char what[NAME_BYTES];
    snprintf(what, sizeof what, "receptor of %.100s (%s)", target->address, model->base.name);
    ph_read_unknown(&builder->reader, node, 0, what, receptor, known, model->n_ports);
    return -1;
}

/* --- everywhere else -------------------------------------------------------------------------- */

static ph_status resolve_value(void *context, const ph_table *table, const ph_param *param,
                               void *record, void *value)
{
    (void)table, (void)record;
    if (param->kind == PH_KIND_ADDRESS)
        ph_build_address(context, -1, value);
    return PH_OK;
}

/* A record with a target and one of its receptors: the receptor must exist. */
static const ph_param *param_named(const ph_table *table, const char *name, ph_kind kind)
{
    for (int i = 0; i < table->count; i++)
        if (table->params[i].kind == kind && !strcmp(table->params[i].name, name))
            return &table->params[i];
    return NULL;
}

static ph_status check_input(void *context, const ph_table *table, const ph_param *param,
                             void *record, void *value)
{
    ph_builder *builder = context;
    if (param->kind != PH_KIND_ADDRESS || strcmp(param->name, "target") != 0)
        return PH_OK;
    const ph_address *target = value;
    const ph_param *receptor = param_named(table, "receptor", PH_KIND_STRING);
    if (!receptor || target->span.population < 0)
        return PH_OK;
    const ph_node *parent = target->node->parent;
    const ph_node *node = ph_node_get(parent, "receptor");
    const char *name = *(const char **)(void *)((char *)record + receptor->offset);
    int port = ph_build_port(builder, node ? node : target->node, target->span.population, name);
    const ph_node *weight = ph_node_get(parent, "weight");
    if (port < 0 || !weight || !param_named(table, "weight", PH_KIND_REAL))
        return PH_OK;
    const ph_population *population = builder->brain->populations[target->span.population];
    const ph_port *right = &ph_model_of(population)->ports[port];
    if (strcmp(right->unit, ph_read_unit(weight, "pA|nS") ? "nS" : "pA") != 0)
        ph_errors_add(builder->reader.errors, weight,
                      "'%.80s': weights onto receptor '%s' of %s are in %s", weight->text,
                      right->name, population->address, right->unit);
    return PH_OK;
}

static ph_status resolve_variant(ph_builder *builder, ph_variant *variant)
{
    if (!variant->type)
        return PH_OK;
    PH_TRY(ph_walk(variant->type->params, variant->params, resolve_value, builder));
    return ph_walk(variant->type->params, variant->params, check_input, builder);
}

ph_status ph_build_resolve(ph_builder *builder)
{
    ph_brain *brain = builder->brain;
    for (int i = 0; i < brain->n_projections; i++) {
        ph_projection *projection = brain->projections[i];
        int region = -1;
        for (int r = 0, seen = 0; r < brain->n_regions && !projection->tract && region < 0; r++) {
            seen += ph_region_at(brain, r)->projections.count;
            region = i < seen ? r : -1;
        }
        ph_build_address(builder, region, &projection->source);
        ph_build_address(builder, region, &projection->target);
    }
    PH_TRY(ph_walk(&ph_neuromodulation_table, &brain->neuromodulation, resolve_value, builder));
    PH_TRY(resolve_variant(builder, &brain->task));
    ph_named_variant *interventions = brain->interventions.items;
    for (int i = 0; i < brain->interventions.count; i++)
        PH_TRY(resolve_variant(builder, &interventions[i].variant));
    return PH_OK;
}

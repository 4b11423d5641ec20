/* SPDX-License-Identifier: Apache-2.0 */
/* Predicting what a rank holds. Of R sources with lambda synapses each onto a block, Poisson, a
 * part 1 - exp(-lambda) has a row there, and 1 - exp(-lambda q) a run of a delay of probability q.
 */
#include "network/predict.h"

#include "base/memory.h"
#include "network/block.h"
#include "network/contexts.h"
#include "network/delay_table.h"
#include "network/predict_activity.h"

#include <math.h>
#include <string.h>

#define DEFAULT_RATE_HZ 4.0 /* of populations whose rate is not given */
#define MOST_DELAYS 65536
#define FOREVER_MS 1e11

struct ph_predictor {
    const ph_brain *brain;
    const ph_layout *layout;
    double **delays; /* per projection: probability of each delay from delay_min on */
};

/* --- the predictor ---------------------------------------------------------------------------- */

double ph_expected_rate(const ph_population *population)
{
    return isnan(population->rate) ? DEFAULT_RATE_HZ : population->rate;
}

/* Probabilities of delays from the widths of the table's intervals. */
static ph_status tabulate(const ph_brain *brain, const ph_projection *projection, double **out)
{
    PH_ALLOC(*out, projection->delay_max - projection->delay_min + 1);
    ph_delay_table *table = NULL;
    ph_status status =
        ph_delay_table_create(&projection->delay, brain->simulation.resolution, &table);
    if (status != PH_OK) {
        ph_delay_table_destroy(&table);
        return status;
    }
    double within = 0;
    for (int i = 0; i < table->n; i++) {
        double end = i + 1 < table->n ? table->begin[i + 1] : 4294967296.0;
        ph_step delay = table->steps[i];
        if (delay < projection->delay_min || delay > projection->delay_max)
            continue;
        (*out)[delay - projection->delay_min] += end - table->begin[i];
        within += end - table->begin[i];
    }
    for (ph_step d = 0; d <= projection->delay_max - projection->delay_min; d++)
        (*out)[d] /= within;
    ph_delay_table_destroy(&table);
    return PH_OK;
}

ph_status ph_predictor_create(const ph_brain *brain, const ph_layout *layout, ph_predictor **out)
{
    PH_ALLOC(*out, 1);
    (*out)->brain = brain;
    (*out)->layout = layout;
    PH_ALLOC((*out)->delays, brain->n_projections);
    for (int p = 0; p < brain->n_projections; p++)
        PH_TRY(tabulate(brain, brain->projections[p], &(*out)->delays[p]));
    return PH_OK;
}

void ph_predictor_destroy(ph_predictor **out)
{
    if (!*out)
        return;
    for (int p = 0; (*out)->delays && p < (*out)->brain->n_projections; p++)
        ph_free((*out)->delays[p]);
    ph_free((*out)->delays);
    ph_free(*out);
    *out = NULL;
}

/* --- one rank --------------------------------------------------------------------------------- */

/* A rank being predicted. Building goes set by set, so its peak is followed along. */
typedef struct forecast {
    const ph_predictor *predictor;
    int rank;
    int n_blocks, n_building; /* blocks, and those that are built at once */
    double *lambda;           /* scratch: expected synapses of a block, by delay */
    double held, peak;        /* bytes */
    ph_buckets_per_s per_s;   /* of a block */
    double row_sources;       /* bytes held of static rows' sources, freed when all are indexed */
    ph_prediction *p;
} forecast;

static void hold(forecast *f, double bytes)
{
    f->held += bytes;
    f->peak = f->held > f->peak ? f->held : f->peak;
}

static void touch(forecast *f, double bytes)
{
    hold(f, bytes);
    f->held -= bytes;
}

/* Which projections are looked at together: static ones of a tier and port, or a plastic one. */
typedef struct set {
    ph_tier tier;
    int port;
    const ph_projection *plastic; /* NULL: static ones */
} set;

static ph_tier tier_of(const ph_projection *projection)
{
    return projection->tract ? PH_TIER_EPOCH : PH_TIER_SLICE;
}

static int is_of(const set *s, const ph_projection *projection)
{
    if (projection->cut)
        return 0;
    if (s->plastic)
        return projection == s->plastic;
    return !ph_projection_rule(projection) && tier_of(projection) == s->tier &&
           projection->port == s->port;
}

static void share_of_targets(const forecast *f, const ph_projection *projection, int64_t *first,
                             int64_t *count)
{
    ph_layout_share(f->predictor->layout, f->predictor->brain, projection->target.span.population,
                    f->rank, first, count);
}

static double onto_rank(const forecast *f, const ph_projection *projection)
{
    int64_t first, count;
    share_of_targets(f, projection, &first, &count);
    return ph_expected_onto(f->predictor->brain, projection, first, count);
}

/* Neurons that the rank's targets can have as sources. */
static double candidates(const forecast *f, const ph_projection *projection)
{
    const ph_brain *brain = f->predictor->brain;
    const ph_span *target = &projection->target.span;
    double sources = (double)projection->source.span.count;
    int region = ph_brain_region_of(brain, target->population);
    int64_t channels = ((const ph_region *)brain->regions.items)[region].channels.count;
    int64_t first, count;
    share_of_targets(f, projection, &first, &count);
    if (channels <= 1 || projection->channels == PH_CHANNELS_ALL || count == 0)
        return sources;
    double per_target = (double)target->count / (double)channels;
    double spanned = floor((double)(first + count - 1 - target->first) / per_target) -
                     floor((double)(first - target->first) / per_target) + 1;
    double reached = spanned;
    if (projection->channels == PH_CHANNELS_OTHER)
        reached = (double)channels - (spanned == 1);
    if (projection->channels == PH_CHANNELS_NEAR)
        reached = spanned + (double)ph_channels_near(channels) - (spanned == 1);
    return sources / (double)channels * fmin(reached, (double)channels);
}

static ph_work *add_work(ph_prediction *p, const ph_descriptor *what, double per_s,
                         double runs_per_s)
{
    int i = 0;
    while (i < p->n_works && i < PH_WORKS_MOST - 1 && p->works[i].what != what)
        i++;
    if (i == p->n_works)
        p->works[p->n_works++] = (ph_work){.what = what};
    p->works[i].per_s += per_s;
    p->works[i].runs_per_s += runs_per_s;
    return &p->works[i];
}

/* --- rows ------------------------------------------------------------------------------------- */

/* The rows of a set that come from one population, onto one block. */
typedef struct rows_of {
    double sources, synapses, rows, runs;
    double cells; /* of dense counters */
} rows_of;

static rows_of predict_rows(const forecast *f, const set *s, int population)
{
    const ph_brain *brain = f->predictor->brain;
    rows_of r = {0};
    ph_step low = MOST_DELAYS, high = 0;
    memset(f->lambda, 0, MOST_DELAYS * sizeof *f->lambda);
    for (int i = 0; i < brain->n_projections; i++) {
        const ph_projection *projection = brain->projections[i];
        if (projection->source.span.population != population || !is_of(s, projection))
            continue;
        double synapses = onto_rank(f, projection) / f->n_blocks;
        if (synapses <= 0)
            continue;
        for (ph_step d = projection->delay_min; d <= projection->delay_max; d++)
            f->lambda[d] += synapses * f->predictor->delays[i][d - projection->delay_min];
        r.synapses += synapses;
        r.sources = fmax(r.sources, candidates(f, projection));
        low = projection->delay_min < low ? projection->delay_min : low;
        high = projection->delay_max > high ? projection->delay_max : high;
    }
    if (r.synapses <= 0)
        return r;
    r.cells = r.sources * (double)(high - low + 1);
    r.rows = -r.sources * expm1(-r.synapses / r.sources);
    for (ph_step d = low; d <= high; d++)
        r.runs -= r.sources * expm1(-f->lambda[d] / r.sources);
    return r;
}

static double synapse_bytes(const set *s)
{
    if (!s->plastic)
        return sizeof(ph_synapse);
    const ph_rule *rule = (const ph_rule *)s->plastic->plasticity.type;
    return (double)ph_plastic_bytes(rule);
}

/* Last visit, next sweep, source, order of sweeps, and the traces. */
static double plastic_row_bytes(const ph_projection *projection)
{
    const ph_rule *rule = (const ph_rule *)projection->plasticity.type;
    double bytes = 3 * sizeof(ph_step) + sizeof(int64_t);
    bytes += projection->short_term.U > 0 ? sizeof(ph_release) : 0;
    for (int k = 0; k < PH_TRACES && rule->pre[k]; k++)
        bytes += sizeof(ph_real);
    return bytes;
}

/* Buckets of a set that come to a block. A row that has not been visited for a sweep is swept. */
static void add_buckets(forecast *f, const set *s, double runs, double rate_hz)
{
    if (!s->plastic) {
        f->per_s[0] += runs * rate_hz;
        return;
    }
    const ph_brain *brain = f->predictor->brain;
    double sweep_s = (double)brain->sweep * brain->simulation.resolution * 1e-3;
    const ph_rule *rule = (const ph_rule *)s->plastic->plasticity.type;
    double *visits = f->per_s + 1;
    visits[PH_VISIT_SPIKE] += runs * rate_hz;
    visits[PH_VISIT_ECHO] += rule->echo ? runs * rate_hz : 0;
    visits[PH_VISIT_SWEEP] += runs * exp(-rate_hz * sweep_s) / sweep_s;
}

/* The blocks' rows of one set: what stays, and what building them needs on the way. */
static void predict_set(forecast *f, const set *s)
{
    rows_of all = {0};
    for (int p = 0; p < f->predictor->brain->n_populations; p++) {
        rows_of r = predict_rows(f, s, p);
        double times = f->n_blocks * ph_expected_rate(f->predictor->brain->populations[p]);
        add_buckets(f, s, r.runs, ph_expected_rate(f->predictor->brain->populations[p]));
        if (r.synapses > 0)
            add_work(f->p, s->plastic ? s->plastic->plasticity.type : NULL, r.synapses * times,
                     r.runs * times)
                ->synapses += r.synapses * f->n_blocks;
        all.sources += r.sources;
        all.synapses += r.synapses;
        all.rows += r.rows;
        all.runs += r.runs;
        all.cells += r.cells;
    }
    if (all.synapses <= 0)
        return;
    double row_bytes = 2 * sizeof(uint32_t) +
                       (s->plastic ? plastic_row_bytes(s->plastic) : 0);
    double index = all.rows * row_bytes + all.runs * sizeof(ph_run);
    double synapses = all.synapses * synapse_bytes(s), blocks = f->n_blocks;
    double sources = s->plastic ? 0 : all.rows * sizeof(ph_gid);
    f->row_sources += blocks * sources;
    double at_once = f->n_building;
    if (all.cells <= PH_CELLS_PER_SYNAPSE * all.synapses) {
        touch(f, at_once * (all.cells * sizeof(uint32_t) + all.sources * sizeof(uint64_t)) +
                     blocks * (index + sources + synapses));
    } else {
        touch(f, blocks * (index + sources) + at_once * all.synapses * sizeof(uint64_t));
        touch(f, blocks * (index + sources + synapses) +
                     at_once * (all.runs * sizeof(uint16_t) + all.rows));
    }
    hold(f, blocks * (index + sources + synapses));
    f->p->rows += blocks * all.rows;
    f->p->runs += blocks * all.runs;
    f->p->synapses += blocks * all.synapses;
    f->p->synapse_bytes += blocks * synapses;
    f->p->index_bytes += blocks * index;
}

static int predict_sets(forecast *f)
{
    const ph_brain *brain = f->predictor->brain;
    int n = 0;
    for (int tier = 0; tier < PH_TIERS; tier++)
        for (int port = 0; port < PH_NEURON_PORTS; port++) {
            double before = f->p->synapses;
            predict_set(f, &(set){(ph_tier)tier, port, NULL});
            n += f->p->synapses > before;
        }
    for (int i = 0; i < brain->n_projections; i++)
        if (ph_projection_rule(brain->projections[i]) && !brain->projections[i]->cut) {
            predict_set(f, &(set){tier_of(brain->projections[i]), 0, brain->projections[i]});
            n += onto_rank(f, brain->projections[i]) > 0;
        }
    return n;
}

/* --- neurons, sources, exchange --------------------------------------------------------------- */

/* A parameter of a stimulus, a quantity or a count; `otherwise` where it has none of the name. */
static double param_of(const ph_variant *stimulus, const char *name, double otherwise)
{
    const ph_table *table = stimulus->type->params;
    for (int i = 0; i < table->count; i++) {
        const ph_param *param = &table->params[i];
        const char *value = (const char *)stimulus->params + param->offset;
        if (!strcmp(param->name, name) && param->kind == PH_KIND_REAL)
            return *(const double *)value;
        if (!strcmp(param->name, name) && param->kind == PH_KIND_INT)
            return (double)*(const int64_t *)value;
    }
    return otherwise;
}

/* A stimulus of so many neurons; one that ends is taken as over. */
static void add_stimulus(ph_prediction *p, const ph_variant *stimulus, double neurons,
                         double steps_per_s)
{
    if (param_of(stimulus, "stop", FOREVER_MS) < FOREVER_MS)
        return;
    p->stimuli++;
    double rate = param_of(stimulus, "rate", 0) * param_of(stimulus, "indegree", 1);
    add_work(p, stimulus->type, neurons * steps_per_s, 0)->spikes_per_s += neurons * rate;
}

static void predict_neurons(forecast *f)
{
    const ph_brain *brain = f->predictor->brain;
    double slots = 0, steps_per_s = 1e3 / brain->simulation.resolution;
    int ports = 0;
    for (int p = 0; p < brain->n_populations; p++) {
        int64_t first, count;
        ph_layout_share(f->predictor->layout, brain, p, f->rank, &first, &count);
        const ph_neuron_model *model = (const ph_neuron_model *)brain->populations[p]->neuron.type;
        if (count == 0)
            continue;
        f->p->neurons += (double)count;
        add_work(f->p, brain->populations[p]->neuron.type, (double)count * steps_per_s, 0);
        const ph_named_variant *stimuli = brain->populations[p]->stimuli.items;
        f->p->groups++;
        for (int i = 0; i < brain->populations[p]->stimuli.count; i++)
            add_stimulus(f->p, &stimuli[i].variant, (double)count, steps_per_s);
        slots += (double)count;
        ports = model->n_ports > ports ? model->n_ports : ports;
        f->p->neuron_bytes += (double)count * (model->n_states * (double)sizeof(ph_real) +
                                               sizeof(int32_t) + sizeof(int32_t));
    }
    f->p->neuron_bytes += slots * ports * (sizeof(ph_sum) + sizeof(int64_t));
    hold(f, f->p->neuron_bytes);
}

/* Sources of a population with rows of a tier on any block of the rank.
 * @param from out: neurons they are drawn from @param synapses out: that they have here
 * @param senders out: other ranks that send their spikes */
static double predict_tier(forecast *f, int population, ph_tier tier, double *from,
                           double *synapses, double *senders)
{
    const ph_brain *brain = f->predictor->brain;
    double rate = ph_expected_rate(brain->populations[population]);
    *from = *synapses = *senders = 0;
    for (int i = 0; i < brain->n_projections; i++) {
        const ph_projection *projection = brain->projections[i];
        if (projection->cut || projection->source.span.population != population ||
            tier_of(projection) != tier)
            continue;
        double n = onto_rank(f, projection);
        *synapses += n;
        if (n > 0)
            *from = fmax(*from, candidates(f, projection));
    }
    if (*synapses <= 0)
        return 0;
    int64_t first, count;
    ph_layout_share(f->predictor->layout, brain, population, f->rank, &first, &count);
    double sources = -*from * expm1(-*synapses / *from);
    double own = (double)count, size = (double)brain->populations[population]->size;
    int among_others = tier == PH_TIER_EPOCH && *from + own <= size;
    double needed = among_others ? sources : sources * fmax(0, 1 - own / *from);
    int region = ph_brain_region_of(brain, population);
    double hosts = f->predictor->layout->region_ranks[region];
    *senders = fmin(needed, ceil(hosts * *from / size) - (count > 0 && !among_others));
    f->p->needed += needed;
    f->p->events_per_s += *synapses * rate;
    f->p->spikes_in_per_s += needed * rate;
    return sources;
}

/* Two tiers reach the same neurons, unless there are enough for both.
 * @param senders in, out: most ranks that send of any population of the region, by tier */
static void predict_sources(forecast *f, int population, double *senders)
{
    double from[PH_TIERS], synapses[PH_TIERS], sources = 0;
    for (int t = 0; t < PH_TIERS; t++) {
        double ranks;
        sources += predict_tier(f, population, (ph_tier)t, &from[t], &synapses[t], &ranks);
        senders[t] = fmax(senders[t], ranks);
    }
    double largest = fmax(from[0], from[1]);
    if (from[0] + from[1] > (double)f->predictor->brain->populations[population]->size)
        sources = -largest * expm1(-(synapses[0] + synapses[1]) / largest);
    f->p->sources += sources;
}

static void predict_all_sources(forecast *f)
{
    const ph_brain *brain = f->predictor->brain;
    double steps_per_s = 1e3 / brain->simulation.resolution;
    for (int region = 0; region < brain->n_regions; region++) {
        double senders[PH_TIERS] = {0, 0};
        for (int population = 0; population < brain->n_populations; population++)
            if (ph_brain_region_of(brain, population) == region)
                predict_sources(f, population, senders);
        f->p->senders += senders[PH_TIER_SLICE] + senders[PH_TIER_EPOCH];
        f->p->slice_senders += senders[PH_TIER_SLICE];
        f->p->messages_in_per_s +=
            steps_per_s * (senders[PH_TIER_SLICE] / (double)brain->slice +
                           senders[PH_TIER_EPOCH] / (double)brain->epoch);
    }
}

static void predict_exchange(forecast *f, int n_sets)
{
    ph_prediction *p = f->p;
    double index = p->sources / 32 * sizeof(ph_row_index) * n_sets * f->n_blocks +
                   p->neurons * sizeof(int32_t);
    double sources = p->sources * sizeof(ph_gid);
    p->index_bytes += index;
    touch(f, sources + index);
    hold(f, index - f->row_sources);
    /* For each source asked for: its number, its place with the one who sends it (by symmetry), and
     * room in messages. */
    double words = p->needed / 8 + 64 * p->senders;
    p->exchange_bytes = p->needed * 3 * sizeof(int32_t) + words * sizeof(uint32_t) +
                        PH_TIERS * p->neurons * sizeof(uint64_t);
    touch(f, sources + p->exchange_bytes + p->needed * sizeof(int32_t));
    hold(f, p->exchange_bytes);
}

ph_status ph_predict(const ph_predictor *predictor, int rank, ph_prediction *p)
{
    memset(p, 0, sizeof *p);
    int n_blocks = ph_blocks_needed(predictor->brain, predictor->layout, rank);
    PH_CHECK(n_blocks > 0, PH_RESOURCE,
             "rank %d has neurons of more populations than a block can hold; use more ranks", rank);
    forecast f = {.predictor = predictor, .rank = rank, .n_blocks = n_blocks, .p = p};
    f.n_building = predictor->layout->n_threads;
    PH_ALLOC(f.lambda, MOST_DELAYS);
    predict_neurons(&f);
    int n_sets = predict_sets(&f);
    predict_all_sources(&f);
    predict_exchange(&f, n_sets);
    p->activity_bytes = ph_predict_activity(predictor->brain, predictor->layout, rank, f.per_s);
    p->building_bytes = f.peak - f.held;
    ph_free(f.lambda);
    return PH_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Parts are read from where the last look ended, block by block; what is not whole yet waits. */
#include "io/follow.h"

#include "base/memory.h"
#include "io/part.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define INTERVALS 1024 /* of rates that are kept: ranks flush up to a second apart */
#define PATH_BYTES 4096

/* A part file. */
typedef struct place {
    int rank, segment;
    int64_t at;         /* bytes that have been read */
    int64_t interval;   /* of rates: the newest that it holds; -1: none */
} place;

struct ph_follow {
    const char *out_folder; /* borrowed */
    const ph_brain *brain;  /* borrowed */
    place *places;
    size_t n_places, places_room;
    place *here;            /* being read */
    int64_t *counts;        /* [population][interval modulo INTERVALS]: spikes */
    int64_t interval_of[INTERVALS]; /* whose they are; -1: nobody's */
    double *nM, *rates;
    ph_step step;           /* up to which something is known */
    ph_step rested;         /* steps of rests */
    int phase;
    int64_t n_trials;
    unsigned char right[PH_FOLLOW_TRIALS];
};

/* --- records ---------------------------------------------------------------------------------- */

static void reach(ph_follow *f, ph_step step)
{
    if (step > f->step)
        f->step = step;
}

static void take_rate(ph_follow *f, const ph_rate_record *record)
{
    int slot = (int)(record->interval % INTERVALS);
    if (record->population < 0 || record->population >= f->brain->n_populations ||
        record->interval < f->interval_of[slot])
        return;
    if (record->interval > f->interval_of[slot])
        for (int p = 0; p < f->brain->n_populations; p++)
            f->counts[p * INTERVALS + slot] = 0;
    f->interval_of[slot] = record->interval;
    f->counts[record->population * INTERVALS + slot] += record->count;
    if (record->interval > f->here->interval)
        f->here->interval = record->interval;
    reach(f, (record->interval + 1) * ph_rate_steps(f->brain));
}

static void take_modulator(ph_follow *f, const ph_modulator_record *record)
{
    int n = f->brain->neuromodulation.transmitters.count;
    if (record->transmitter >= 0 && record->transmitter < n && record->site >= 0 &&
        record->site < f->brain->n_regions) /* of cell bodies, not of dendrites */
        f->nM[record->transmitter * f->brain->n_regions + record->site] = record->concentration;
    reach(f, record->step);
}

static void take_trial(ph_follow *f, const ph_trial *trial)
{
    if (trial->phase != f->phase)
        f->n_trials = 0;
    f->phase = trial->phase;
    f->right[f->n_trials++ % PH_FOLLOW_TRIALS] = trial->correct == 1;
    reach(f, trial->step);
}

static void take_phase(ph_follow *f, const ph_phase_record *record)
{
    f->phase = record->phase + 1;
    f->n_trials = 0;
    f->rested += record->rest;
    reach(f, record->end);
}

static ph_status take(void *context, ph_stream stream, const void *records, size_t n)
{
    ph_follow *f = context;
    const char *record = records;
    for (size_t i = 0; i < n; i++, record += ph_record_bytes(stream))
        switch (stream) {
        case PH_STREAM_RATES:
            take_rate(f, (const void *)record);
            break;
        case PH_STREAM_MODULATORS:
            take_modulator(f, (const void *)record);
            break;
        case PH_STREAM_TRIALS:
            take_trial(f, (const void *)record);
            break;
        case PH_STREAM_PHASES:
            take_phase(f, (const void *)record);
            break;
        default:
            break;
        }
    return PH_OK;
}

/* --- parts ------------------------------------------------------------------------------------ */

static ph_status path_of(const ph_follow *f, const place *of, char path[PATH_BYTES])
{
    char name[PH_PART_NAME];
    ph_part_name(name, of->rank, of->segment);
    int n = snprintf(path, PATH_BYTES, "%s/parts/%s", f->out_folder, name);
    PH_CHECK(n > 0 && n < PATH_BYTES, PH_FILE, "the name %s is too long", f->out_folder);
    return PH_OK;
}

/* Parts that have come since: of further ranks of the last segment, and of the next segment. */
static ph_status find_places(ph_follow *f)
{
    for (int missed = 0; missed < 2;) {
        const place *last = f->n_places ? &f->places[f->n_places - 1] : NULL;
        place next = {.interval = -1};
        if (last)
            next = (place){missed ? 0 : last->rank + 1, last->segment + missed, 0, -1};
        char path[PATH_BYTES];
        PH_TRY(path_of(f, &next, path));
        if (access(path, F_OK) != 0) {
            missed++;
            continue;
        }
        missed = 0;
        PH_GROW(f->places, f->places_room, f->n_places + 1);
        f->places[f->n_places++] = next;
    }
    return PH_OK;
}

/* The newest interval that all ranks of the last segment have told; -1: none. */
static int64_t newest_interval(const ph_follow *f)
{
    int64_t newest = -1;
    for (size_t i = f->n_places; i > 0; i--) {
        const place *of = &f->places[i - 1];
        if (of->segment != f->places[f->n_places - 1].segment)
            break;
        if (of->interval >= 0 && (newest < 0 || of->interval < newest))
            newest = of->interval;
    }
    return newest;
}

static void average_rates(ph_follow *f)
{
    int64_t newest = newest_interval(f);
    double seconds = (double)ph_rate_steps(f->brain) * f->brain->simulation.resolution * 1e-3;
    int64_t most = (int64_t)ceil(1 / seconds);
    for (int region = 0; region < f->brain->n_regions; region++) {
        double spikes = 0, neuron_seconds = 0;
        for (int p = 0; p < f->brain->n_populations; p++) {
            const ph_population *population = f->brain->populations[p];
            int is_recorded = f->brain->recording.rates_on && f->brain->recording.rates_on[p];
            for (int64_t k = newest; population->region == region && is_recorded && k >= 0 &&
                                     k > newest - most && k > newest - INTERVALS;
                 k--) {
                if (f->interval_of[k % INTERVALS] != k)
                    break;
                spikes += (double)f->counts[p * INTERVALS + k % INTERVALS];
                neuron_seconds += (double)population->size * seconds;
            }
        }
        f->rates[region] = neuron_seconds > 0 ? spikes / neuron_seconds : NAN;
    }
}

/* --- a look ----------------------------------------------------------------------------------- */

static double score_of(const ph_follow *f)
{
    int64_t n = f->n_trials < PH_FOLLOW_TRIALS ? f->n_trials : PH_FOLLOW_TRIALS;
    double right = 0;
    for (int64_t i = 0; i < n; i++)
        right += f->right[i];
    return n > 0 ? right / (double)n : NAN;
}

ph_status ph_follow_look(ph_follow *f, ph_followed *now)
{
    PH_TRY(find_places(f));
    for (size_t i = 0; i < f->n_places; i++) {
        char path[PATH_BYTES];
        f->here = &f->places[i];
        PH_TRY(path_of(f, f->here, path));
        if (access(path, F_OK) == 0) /* gone once the run has merged them */
            PH_TRY(ph_part_follow(path, &f->here->at, take, f));
    }
    average_rates(f);
    int last = f->brain->n_phases - 1;
    double h = f->brain->simulation.resolution;
    *now = (ph_followed){.time_ms = (double)(f->step + f->rested) * h,
                         .stepped_ms = (double)f->step * h,
                         .rates = f->rates,
                         .nM = f->nM,
                         .phase = f->phase < last ? f->phase : last,
                         .n_trials = f->n_trials,
                         .score = score_of(f)};
    return PH_OK;
}

static ph_status allocate(ph_follow *f)
{
    size_t n = (size_t)(f->brain->neuromodulation.transmitters.count * f->brain->n_regions);
    PH_ALLOC(f->counts, f->brain->n_populations * INTERVALS);
    PH_ALLOC(f->rates, f->brain->n_regions);
    PH_ALLOC(f->nM, n);
    for (size_t i = 0; i < n; i++)
        f->nM[i] = NAN;
    for (int i = 0; i < INTERVALS; i++)
        f->interval_of[i] = -1;
    return PH_OK;
}

ph_status ph_follow_begin(const char *out_folder, const ph_brain *brain, ph_follow **out)
{
    *out = NULL;
    PH_ALLOC(*out, 1);
    (*out)->out_folder = out_folder;
    (*out)->brain = brain;
    return allocate(*out);
}

void ph_follow_end(ph_follow **out)
{
    ph_follow *f = *out;
    if (!f)
        return;
    ph_free(f->places);
    ph_free(f->counts);
    ph_free(f->rates);
    ph_free(f->nM);
    ph_free(f);
    *out = NULL;
}

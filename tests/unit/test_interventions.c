/* SPDX-License-Identifier: Apache-2.0 */
/* Drugs and lesions against closed forms and brute force. argv[1]: the folder tests/fixtures. */
#include "suite.h"

#include "cli/registries.h"
#include "config/tree.h"
#include "model/brain.h"
#include "model/interventions.h"
#include "neuromod/local.h"
#include "neuromod/mistimed.h"
#include "neuromod/neuromod.h"
#include "sim/lesion.h"
#include "sim/noise.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *fixtures = "tests/fixtures";

enum { DOPAMINE, NORADRENALINE };
enum { CORTEX, STRIATUM };
enum { D1, D2 };

typedef struct world {
    ph_tree *tree;
    ph_brain *brain;
    ph_neuromod *m;
} world;

/* The fixture with some more settings. */
static void open_set(const char *const *sets, int n, world *w)
{
    char path[1024];
    *w = (world){0};
    snprintf(path, sizeof path, "%s/interventions.yaml", fixtures);
    ph_status status = ph_config_load(path, sets, n, &w->tree);
    if (status == PH_OK)
        status = ph_brain_create(w->tree, ph_registries(), &w->brain);
    if (status == PH_OK)
        status = ph_neuromod_create(w->brain, &w->m);
    if (status != PH_OK)
        fprintf(stderr, "%s\n", ph_error_message());
    CU_ASSERT_EQUAL_FATAL(status, PH_OK);
}

/* The fixture with one more setting, NULL: none. */
static void open_world(const char *set, world *w)
{
    open_set(&set, set ? 1 : 0, w);
}

static void close_world(world *w)
{
    ph_neuromod_destroy(&w->m);
    ph_brain_destroy(&w->brain);
    ph_tree_destroy(&w->tree);
}

static int phase_named(const ph_brain *brain, const char *name)
{
    for (int i = 0; i < brain->n_phases; i++)
        if (!strcmp(brain->phase[i]->item.name, name))
            return i;
    CU_FAIL_FATAL("no such phase");
    return -1;
}

/* Beats in a phase, with so much of each nucleus firing in each. */
static void advance(world *w, const char *phase, double release, int beats)
{
    ph_broadcast broadcast = {.phase = phase_named(w->brain, phase),
                              .release = {release, release}};
    const ph_brain *brain = w->brain->phase_brains[broadcast.phase];
    for (int k = 0; k < beats; k++)
        CU_ASSERT_EQUAL_FATAL(ph_neuromod_advance(w->m, brain, &broadcast), PH_OK);
}

static const ph_phase *phase_of(const ph_brain *brain, const char *name)
{
    return brain->phase[phase_named(brain, name)];
}

static double C(const world *w, int transmitter, int region)
{
    return ph_neuromod_concentration(w->m, transmitter, region);
}

static double occupancy(const world *w, int transmitter, int receptor, int region)
{
    return ph_neuromod_receptor(w->m, transmitter, receptor, region).occupancy;
}

/* --- tissue ----------------------------------------------------------------------------------- */

/* C' = r - V C / (K + C) - l C in steps of 1 us. */
static double brute(double C0, double released, double V_max, double K_m, double loss, double T)
{
    double c = C0, dt = 1e-6;
    for (int k = 0; k < (int)(T / dt + 0.5); k++)
        c += dt * (released - V_max * c / (K_m + c) - loss * c);
    return c;
}

static void a_blocked_uptake_is_slower(void)
{
    world w;
    open_world(NULL, &w);
    double before = C(&w, DOPAMINE, STRIATUM), other = C(&w, NORADRENALINE, STRIATUM);
    advance(&w, "uptake_block", 0.05, 40);
    double right = brute(before, 200 * 0.05 / 0.005, 0.2 * 4000, 160, 0.04, 0.2);
    CU_ASSERT_DOUBLE_EQUAL(C(&w, DOPAMINE, STRIATUM), right, 1e-4 * right);
    right = brute(other, 0.5 * 100 * 0.05 / 0.005, 1000, 300, 0.04, 0.2);
    CU_ASSERT_DOUBLE_EQUAL(C(&w, NORADRENALINE, STRIATUM), right, 1e-4 * right);
    close_world(&w);
}

static void depletion_is_less_release(void)
{
    world w;
    open_world(NULL, &w);
    double before = C(&w, DOPAMINE, CORTEX);
    advance(&w, "depletion", 0.1, 40);
    double right = brute(before, 0.1 * 0.2 * 200 * 0.1 / 0.005, 4000, 160, 0.04, 0.2);
    CU_ASSERT_DOUBLE_EQUAL(C(&w, DOPAMINE, CORTEX), right, 1e-4 * right);
    close_world(&w);
}

/* In the striatum alone; what follows the clamp begins at its level. */
static void a_clamp_holds_the_tonic_level(void)
{
    world w;
    open_world(NULL, &w);
    double tonic = C(&w, DOPAMINE, STRIATUM), cortex = C(&w, DOPAMINE, CORTEX);
    advance(&w, "none", 0.2, 20);
    CU_ASSERT(C(&w, DOPAMINE, STRIATUM) > 2 * tonic);
    advance(&w, "clamp", 0.2, 400);
    CU_ASSERT_EQUAL(C(&w, DOPAMINE, STRIATUM), tonic);
    CU_ASSERT(C(&w, DOPAMINE, CORTEX) > 2 * cortex);
    CU_ASSERT_DOUBLE_EQUAL(occupancy(&w, DOPAMINE, D1, STRIATUM), tonic / (tonic + 1000), 1e-6);
    advance(&w, "none", 0.2, 1);
    double right = brute(tonic, 200 * 0.2 / 0.005, 4000, 160, 0.04, 0.005);
    CU_ASSERT_DOUBLE_EQUAL(C(&w, DOPAMINE, STRIATUM), right, 1e-4 * right);
    close_world(&w);
}

/* A clamp means the undrugged level, whatever else is given. */
static void a_clamp_knows_no_drugs(void)
{
    world w;
    open_world("interventions.cocaine.phases=[uptake_block, clamp]", &w);
    double tonic = C(&w, DOPAMINE, STRIATUM);
    advance(&w, "clamp", 0, 3);
    CU_ASSERT_EQUAL(C(&w, DOPAMINE, STRIATUM), tonic);
    close_world(&w);
}

/* --- receptors -------------------------------------------------------------------------------- */

/* Without transmitter, dose / (1 + dose); elsewhere nothing. */
static void an_agonist_alone_occupies(void)
{
    world w;
    open_world(NULL, &w);
    advance(&w, "none", 0, 20000);
    CU_ASSERT(C(&w, DOPAMINE, STRIATUM) < 1e-6);
    CU_ASSERT(occupancy(&w, DOPAMINE, D1, STRIATUM) < 1e-6);
    /* It binds with k_on = k_off / EC50: o relaxes at k_off (1 + dose). */
    advance(&w, "agonist", 0, 4);
    CU_ASSERT_DOUBLE_EQUAL(occupancy(&w, DOPAMINE, D1, STRIATUM),
                           0.75 * (1 - exp(-10 * 4 * 0.02)), 1e-6);
    advance(&w, "agonist", 0, 400);
    CU_ASSERT_DOUBLE_EQUAL(occupancy(&w, DOPAMINE, D1, STRIATUM), 3.0 / 4, 1e-6);
    CU_ASSERT(occupancy(&w, DOPAMINE, D1, CORTEX) < 1e-6);
    CU_ASSERT(occupancy(&w, DOPAMINE, D2, STRIATUM) < 1e-6);
    close_world(&w);
}

/* A phase may change a dose, from its first beat on. */
static void a_phase_sets_a_dose(void)
{
    world w;
    open_world("phases.after.set={interventions.skf.dose: 1, interventions.skf.phases: [after]}",
               &w);
    advance(&w, "none", 0, 20000);
    ph_broadcast broadcast = {.phase = phase_named(w.brain, "after")};
    CU_ASSERT_EQUAL_FATAL(ph_neuromod_advance(w.m, w.brain, &broadcast), PH_OK);
    CU_ASSERT_DOUBLE_EQUAL(occupancy(&w, DOPAMINE, D1, STRIATUM),
                           0.5 * (1 - exp(-10 * 2 * 0.005)), 1e-6);
    close_world(&w);
}

/* Gaddum: o = (C / EC50 + A) / (1 + B + C / EC50 + A), all doses of one kind together. */
static void drugs_compete(void)
{
    static const char agonist[] = "interventions.quinpirole={type: agonist, receptor: D2, dose: 3}";
    world w;
    for (int with_agonist = 0; with_agonist <= 1; with_agonist++) {
        open_world(with_agonist ? agonist : NULL, &w);
        double A = with_agonist ? 3 : 0;
        advance(&w, "none", 0.02, 4000);
        double x = C(&w, DOPAMINE, STRIATUM) / 100;
        CU_ASSERT_DOUBLE_EQUAL(occupancy(&w, DOPAMINE, D2, STRIATUM), (x + A) / (1 + x + A), 1e-6);
        advance(&w, "antagonist", 0.02, 8000);
        CU_ASSERT_DOUBLE_EQUAL(C(&w, DOPAMINE, STRIATUM) / 100, x, 1e-6);
        CU_ASSERT_DOUBLE_EQUAL(occupancy(&w, DOPAMINE, D2, STRIATUM),
                               (x + A) / (1 + 4 + x + A), 1e-6);
        close_world(&w);
    }
    open_world("interventions.more={type: antagonist, receptor: D2, dose: 5}", &w);
    advance(&w, "antagonist", 0.02, 12000);
    double x = C(&w, DOPAMINE, STRIATUM) / 100;
    CU_ASSERT_DOUBLE_EQUAL(occupancy(&w, DOPAMINE, D2, STRIATUM), x / (1 + 9 + x), 1e-6);
    close_world(&w);
}

/* Before the first beat too: a drug of the first phase has always been there. */
static void the_start_is_a_steady_state(void)
{
    world w;
    open_world("interventions.haloperidol.phases=all", &w);
    double C0 = C(&w, DOPAMINE, STRIATUM), o = occupancy(&w, DOPAMINE, D2, STRIATUM);
    CU_ASSERT_DOUBLE_EQUAL(o, C0 / (C0 + 500), 1e-9);
    advance(&w, "none", 5 * 0.005, 2000);
    CU_ASSERT_DOUBLE_EQUAL(C(&w, DOPAMINE, STRIATUM), C0, 1e-6);
    CU_ASSERT_DOUBLE_EQUAL(occupancy(&w, DOPAMINE, D2, STRIATUM), o, 1e-6);
    close_world(&w);
}

/* --- nuclei ----------------------------------------------------------------------------------- */

static void stress_adds_up(void)
{
    world w;
    double exc, inh;
    open_world("interventions.more={type: stress, transmitter: noradrenaline, exc_rate: 5 Hz}", &w);
    ph_stress_on(w.brain, "noradrenaline", phase_of(w.brain, "stress"), &exc, &inh);
    CU_ASSERT(exc == 2005 && inh == 100);
    ph_stress_on(w.brain, "noradrenaline", phase_of(w.brain, "none"), &exc, &inh);
    CU_ASSERT(exc == 5 && inh == 0);
    ph_stress_on(w.brain, "dopamine", phase_of(w.brain, "stress"), &exc, &inh);
    CU_ASSERT(exc == 0 && inh == 0);
    close_world(&w);
}

#define MOMENTS 600

/* Against the list of all that was released; 10 beats, or with a second shift 17. */
static void a_shifted_release_comes_later(void)
{
    static const char more[] =
        "interventions.later={type: shift, transmitter: dopamine, by: 33 ms, phases: [shift]}";
    for (int beats = 10; beats <= 17; beats += 7) {
        world w;
        open_world(beats > 10 ? more : NULL, &w);
        ph_mistimed *mistimed;
        CU_ASSERT_EQUAL_FATAL(ph_mistimed_create(w.brain, &mistimed), PH_OK);
        int none = phase_named(w.brain, "none"), shift = phase_named(w.brain, "shift");
        double released[MOMENTS];
        for (int k = 0; k < MOMENTS; k++) {
            double release[2] = {released[k] = 0.01 * ((k * 37) % 101), 0.5};
            int is_on = k % 100 >= 50 || k < 5;
            ph_mistimed_shift(mistimed, w.brain, is_on ? shift : none, release);
            double right = k < beats ? 5 * 0.005 : released[k - beats];
            CU_ASSERT_EQUAL(release[0], is_on ? right : released[k]);
            CU_ASSERT_EQUAL(release[1], 0.5);
        }
        ph_mistimed_destroy(&mistimed);
        close_world(&w);
    }
}

/* Outcomes 7 to 56 beats apart, a window of 20: what an outcome gets is searched in the list. */
static void a_swapped_drive_is_of_the_outcome_before(void)
{
    world w;
    open_world(NULL, &w);
    ph_mistimed *mistimed;
    CU_ASSERT_EQUAL_FATAL(ph_mistimed_create(w.brain, &mistimed), PH_OK);
    int none = phase_named(w.brain, "none"), swap = phase_named(w.brain, "swap");
    ph_nucleus_drive driven[MOMENTS];
    int outcomes[MOMENTS], n = 0, swapped = 0;
    for (int k = 0; k < MOMENTS; k++) {
        int is_outcome = k > 20 && (n == 0 || k - outcomes[n - 1] == 7 + (n * 19) % 50);
        if (is_outcome)
            outcomes[n++] = k;
        driven[k] = (ph_nucleus_drive){1 + (k * 37) % 101, 1 + (k * 17) % 11};
        ph_nucleus_drive drive[2] = {driven[k], driven[k]}, right = driven[k];
        int is_on = k % 150 >= 40;
        ph_mistimed_swap(mistimed, w.brain, is_on ? swap : none, is_outcome, drive);
        if (is_on && n > 0 && k - outcomes[n - 1] < 20) {
            int then = n > 1 ? outcomes[n - 2] + k - outcomes[n - 1] : MOMENTS;
            right = (ph_nucleus_drive){0, 0};
            if (n > 1 && then < outcomes[n - 1])
                right = driven[then];
            swapped++;
        }
        CU_ASSERT(drive[0].exc_rate == driven[k].exc_rate);
        CU_ASSERT(drive[1].exc_rate == right.exc_rate && drive[1].inh_rate == right.inh_rate);
    }
    CU_ASSERT(n > 10 && swapped > 100);
    ph_mistimed_destroy(&mistimed);
    close_world(&w);
}

/* --- broadcast `local` ------------------------------------------------------------------------ */

#define TONIC 0.025 /* of the cells in a beat */

/* Means relax exponentially to a new level, and begin as plain means. */
static void a_readout_is_held_against_its_own_past(void)
{
    ph_local_readout local = {.gain = 2, .window = 50, .tau = 1000, .max = 10};
    ph_local_means means = {0};
    for (int k = 1; k <= 400; k++)
        CU_ASSERT_DOUBLE_EQUAL(ph_local_release(&means, &local, TONIC, 20, 5), TONIC, 1e-15);
    for (int k = 1; k <= 200; k++) {
        double fast = 30 - 10 * exp(-5.0 * k / 50), slow = 30 - 10 * exp(-5.0 * k / 1000);
        CU_ASSERT_DOUBLE_EQUAL(ph_local_release(&means, &local, TONIC, 30, 5),
                               TONIC * (1 + 2 * (fast / slow - 1)), 1e-12);
    }
    double sum = 0;
    means = (ph_local_means){0};
    for (int k = 1; k <= 10; k++) { /* as long as the window: its mean is the plain one */
        sum += k * k;
        (void)ph_local_release(&means, &local, TONIC, k * k, 5);
        CU_ASSERT_DOUBLE_EQUAL(means.fast, sum / k, 1e-12);
        CU_ASSERT_DOUBLE_EQUAL(means.slow, sum / k, 1e-12);
    }
}

static void a_readout_releases_within_bounds(void)
{
    ph_local_readout local = {.gain = 5, .window = 20, .tau = 1000, .max = 3};
    ph_local_means means = {0};
    CU_ASSERT_EQUAL(ph_local_release(&means, &local, TONIC, 0, 5), TONIC); /* nothing to compare */
    for (int k = 0; k < 400; k++)
        (void)ph_local_release(&means, &local, TONIC, 20, 5);
    for (int k = 0; k < 20; k++)
        (void)ph_local_release(&means, &local, TONIC, 100, 5);
    CU_ASSERT_EQUAL(ph_local_release(&means, &local, TONIC, 100, 5), 3 * TONIC);
    for (int k = 0; k < 20; k++)
        (void)ph_local_release(&means, &local, TONIC, 0, 5);
    CU_ASSERT_EQUAL(ph_local_release(&means, &local, TONIC, 0, 5), 0);
}

/* Nuclei and sources elsewhere are not heard; readouts and sources of the region are. */
static void each_region_hears_itself(void)
{
    static const char *const sets[] = {
        "neuromodulation.broadcast=local",
        "neuromodulation.transmitters.dopamine.sources.more={population: striatum.D1, release: 50 "
        "nM, tonic_rate: 2 Hz, innervation: {striatum: 1, cortex: 0.1}}"};
    world w;
    open_set(sets, PH_COUNT(sets), &w);
    CU_ASSERT_EQUAL_FATAL(w.brain->n_locals, 3);
    double striatum = C(&w, DOPAMINE, STRIATUM), cortex = C(&w, DOPAMINE, CORTEX);
    double other = C(&w, NORADRENALINE, CORTEX), none = C(&w, NORADRENALINE, STRIATUM);
    ph_broadcast broadcast = {.phase = phase_named(w.brain, "none"), .release = {0.9, 0.9},
                              .sources = {0.07}, .local = {0.1, 0.2, 0.3}};
    for (int k = 0; k < 40; k++)
        CU_ASSERT_EQUAL_FATAL(ph_neuromod_advance(w.m, w.brain, &broadcast), PH_OK);
    double right = brute(striatum, (200 * 0.1 + 50 * 0.07) / 0.005, 4000, 160, 0.04, 0.2);
    CU_ASSERT_DOUBLE_EQUAL(C(&w, DOPAMINE, STRIATUM), right, 1e-4 * right);
    right = brute(cortex, 0.2 * 200 * 0.2 / 0.005 + 0.1 * 50 * 2, 4000, 160, 0.04, 0.2);
    CU_ASSERT_DOUBLE_EQUAL(C(&w, DOPAMINE, CORTEX), right, 1e-4 * right);
    right = brute(other, 100 * 0.3 / 0.005, 1000, 300, 0.04, 0.2);
    CU_ASSERT_DOUBLE_EQUAL(C(&w, NORADRENALINE, CORTEX), right, 1e-4 * right);
    CU_ASSERT_DOUBLE_EQUAL(C(&w, NORADRENALINE, STRIATUM), none, 1e-6);
    close_world(&w);
}

/* --- populations ------------------------------------------------------------------------------ */

static int population_of(const world *w, const char *address)
{
    ph_span span;
    CU_ASSERT_EQUAL_FATAL(ph_brain_find(w->brain, address, &span), PH_OK);
    return span.population;
}

static double silenced_of(const world *w, const char *address, const char *phase)
{
    return ph_silenced_fraction(w->brain, population_of(w, address), phase_of(w->brain, phase));
}

static int is_silenced(const world *w, const char *address, const char *phase)
{
    return silenced_of(w, address, phase) == 1;
}

static void regions_and_populations_are_silenced(void)
{
    world w;
    open_world(NULL, &w);
    CU_ASSERT(is_silenced(&w, "cortex.I", "silence") && !is_silenced(&w, "cortex.E", "silence"));
    CU_ASSERT(is_silenced(&w, "brainstem.VTA", "silence"));
    CU_ASSERT(!is_silenced(&w, "brainstem.LC", "silence"));
    CU_ASSERT(is_silenced(&w, "striatum.D1", "silence"));
    CU_ASSERT(!is_silenced(&w, "striatum.D1", "none") && !is_silenced(&w, "cortex.I", "after"));
    close_world(&w);
    open_world("interventions.lesion.populations=all", &w);
    CU_ASSERT(is_silenced(&w, "brainstem.LC", "silence") && !is_silenced(&w, "cortex.E", "none"));
    close_world(&w);
}

/* Of several lesions of a population the largest counts. */
static void a_lesion_may_be_of_a_part(void)
{
    world w;
    open_world(NULL, &w);
    CU_ASSERT_EQUAL(silenced_of(&w, "cortex.E", "stroke"), 0.4);
    CU_ASSERT_EQUAL(silenced_of(&w, "cortex.I", "stroke"), 0);
    close_world(&w);
    open_world("interventions.muscimol={type: silence, populations: [cortex], fraction: 0.7, "
               "phases: [stroke]}", &w);
    CU_ASSERT_EQUAL(silenced_of(&w, "cortex.E", "stroke"), 0.7);
    CU_ASSERT_EQUAL(silenced_of(&w, "cortex.I", "stroke"), 0.7);
    close_world(&w);
}

/* All fire; on SHARDS shards those are spared that are on one, and of a larger lesion fewer, all of
 * them spared by the smaller one too. */
static void a_lesion_does_not_know_the_layout(void)
{
    enum { N = 2000, SHARDS = 3 };
    static int32_t spiked[N];
    static int spared[N], of_larger[N];
    const double fractions[] = {0.3, 0.6};
    for (int f = 0; f < 2; f++) {
        int *of = f ? of_larger : spared, left = 0;
        for (int s = 0; s < SHARDS; s++) {
            int own = (N - s + SHARDS - 1) / SHARDS, n;
            for (int i = 0; i < own; i++)
                spiked[i] = i;
            n = ph_lesion_spares(7, 5000 + s, SHARDS, fractions[f], spiked, own);
            for (int i = 0; i < n; i++)
                of[s + spiked[i] * SHARDS] = 1;
            left += n;
        }
        for (int i = 0; i < N; i++)
            spiked[i] = i;
        CU_ASSERT_EQUAL(ph_lesion_spares(7, 5000, 1, fractions[f], spiked, N), left);
        for (int i = 0; i < left; i++)
            CU_ASSERT(of[spiked[i]] && (i == 0 || spiked[i] > spiked[i - 1]));
        double mean = N * (1 - fractions[f]);
        CU_ASSERT(fabs(left - mean) < 4 * sqrt(mean * fractions[f]));
    }
    for (int i = 0; i < N; i++)
        CU_ASSERT(spared[i] >= of_larger[i]);
    int32_t few[] = {3, 8, 1000};
    CU_ASSERT_EQUAL(ph_lesion_spares(7, 5000, 1, 0, few, 3), 3);
    CU_ASSERT_EQUAL(ph_lesion_spares(7, 5000, 1, 1, few, 3), 0);
}

static double noise_of(const world *w, const char *address, const char *phase)
{
    return ph_noise_rate(w->brain, population_of(w, address), phase_of(w->brain, phase));
}

static void populations_make_noise(void)
{
    world w;
    open_world(NULL, &w);
    CU_ASSERT(noise_of(&w, "cortex.E", "noise") == 20 && noise_of(&w, "cortex.E", "none") < 0);
    CU_ASSERT(noise_of(&w, "striatum.D1", "noise") == 5 && noise_of(&w, "cortex.I", "noise") < 0);
    close_world(&w);
}

/* Each neuron is a Bernoulli trial of its own id and step: any division gives the same. */
static void noise_does_not_know_the_layout(void)
{
    enum { N = 1000, STEPS = 400, SHARDS = 3 };
    int64_t total = 0, pairs = 0;
    char before[N] = {0};
    for (int step = 1; step <= STEPS; step++) {
        char fires[N] = {0}, again[N] = {0};
        int32_t spiked[N];
        int n = ph_noise_spikes(7, 5000, 1, N, step, 0.02, spiked);
        for (int i = 0; i < n; i++) {
            fires[spiked[i]] = 1;
            pairs += before[spiked[i]];
            CU_ASSERT(i == 0 || spiked[i] > spiked[i - 1]);
        }
        for (int s = 0; s < SHARDS; s++) {
            int own = (N - s + SHARDS - 1) / SHARDS;
            int m = ph_noise_spikes(7, 5000 + s, SHARDS, own, step, 0.02, spiked);
            for (int i = 0; i < m; i++)
                again[s + spiked[i] * SHARDS] = 1;
        }
        CU_ASSERT_EQUAL(memcmp(fires, again, N), 0);
        memcpy(before, fires, N);
        total += n;
    }
    /* Binomial within 4 standard deviations, and no memory from step to step. */
    CU_ASSERT_DOUBLE_EQUAL((double)total, 0.02 * N * STEPS, 4 * sqrt(0.02 * 0.98 * N * STEPS));
    CU_ASSERT_DOUBLE_EQUAL((double)pairs, 0.0004 * N * STEPS, 4 * sqrt(0.0004 * N * STEPS));
    int32_t spiked[N];
    CU_ASSERT_EQUAL(ph_noise_spikes(7, 0, 1, N, 1, 0, spiked), 0);
    CU_ASSERT_EQUAL(ph_noise_spikes(7, 0, 1, N, 1, 1, spiked), N);
}

static void what_is_cut_is_marked(void)
{
    world w;
    open_world(NULL, &w);
    int n = 0;
    for (int i = 0; i < w.brain->n_projections; i++) {
        const ph_projection *projection = w.brain->projections[i];
        CU_ASSERT_EQUAL(projection->cut, !strcmp(projection->address, "cortex.E_I"));
        n += projection->cut;
    }
    CU_ASSERT_EQUAL(n, 1);
    close_world(&w);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        fixtures = argv[1];
    static const suite_test tests[] = {
        {"a blocked uptake is slower", a_blocked_uptake_is_slower},
        {"depletion is less release", depletion_is_less_release},
        {"a clamp holds the tonic level", a_clamp_holds_the_tonic_level},
        {"a clamp knows no drugs", a_clamp_knows_no_drugs},
        {"an agonist alone occupies", an_agonist_alone_occupies},
        {"a phase sets a dose", a_phase_sets_a_dose},
        {"drugs compete", drugs_compete},
        {"the start is a steady state", the_start_is_a_steady_state},
        {"stress adds up", stress_adds_up},
        {"a shifted release comes later", a_shifted_release_comes_later},
        {"a swapped drive is of the outcome before", a_swapped_drive_is_of_the_outcome_before},
        {"a readout is held against its own past", a_readout_is_held_against_its_own_past},
        {"a readout releases within bounds", a_readout_releases_within_bounds},
        {"each region hears itself", each_region_hears_itself},
        {"regions and populations are silenced", regions_and_populations_are_silenced},
        {"a lesion may be of a part", a_lesion_may_be_of_a_part},
        {"a lesion does not know the layout", a_lesion_does_not_know_the_layout},
        {"populations make noise", populations_make_noise},
        {"noise does not know the layout", noise_does_not_know_the_layout},
        {"what is cut is marked", what_is_cut_is_marked},
    };
    return suite_run("interventions", tests, (int)(sizeof tests / sizeof tests[0]));
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Tissue kinetics against closed forms, conservation and published levels; modulation curves. */
#include "suite.h"

#include "model/brain.h"
#include "neuromod/kinetics.h"
#include "neuromod/neuromod.h"

#include <math.h>
#include <string.h>

#define BEAT 0.005 /* s */

static const ph_tissue dorsal = {.released = 400 * 4, .V_max = 4000, .K_m = 160, .loss = 0.04};
static const ph_tissue ventral = {.released = 200 * 4, .V_max = 1500, .K_m = 160, .loss = 0.04};

static void what_is_released_is_taken_up_lost_or_there(void)
{
    double C = 43, released = 0, taken = 0, lost = 0;
    for (int k = 0; k < 2000; k++) {
        ph_tissue t = dorsal;
        t.released = k % 400 < 40 ? 400 * 20 : k % 400 < 80 ? 0 : 400 * 4;
        C = ph_concentration_after(&t, C, BEAT, &taken, &lost);
        released += t.released * BEAT;
        CU_ASSERT(C >= 0);
    }
    CU_ASSERT(taken > 1000 && lost > 1);
    CU_ASSERT_DOUBLE_EQUAL(released + 43, taken + lost + C, 1e-9 * released);
}

/* At 4 Hz, with the terminal autoreceptor's gain 1 / (1 + 3 occ) at EC50 100 nM put in by hand:
 * 43 nM in dorsal striatum, 55 nM in ventral, within 10 %. */
static void tonic_levels_are_the_published_ones(void)
{
    ph_tissue t = dorsal, v = ventral, no_loss = dorsal;
    t.released /= 1 + 3 * 43.0 / (43 + 100);
    v.released /= 1 + 3 * 55.0 / (55 + 100);
    CU_ASSERT_DOUBLE_EQUAL(ph_concentration_steady(&t), 43, 4.3);
    CU_ASSERT_DOUBLE_EQUAL(ph_concentration_steady(&v), 55, 5.5);
    no_loss.loss = 0;
    CU_ASSERT_DOUBLE_EQUAL(ph_concentration_steady(&no_loss), 160 * 1600 / (4000.0 - 1600), 1e-9);
    double C = 0;
    for (int k = 0; k < 20000; k++)
        C = ph_concentration_after(&v, C, BEAT, NULL, NULL);
    CU_ASSERT_DOUBLE_EQUAL(C, ph_concentration_steady(&v), 1e-6);
}

/* Uptake alone: K ln(C / C0) + C - C0 = -V t in closed form. */
static void uptake_follows_its_closed_form(void)
{
    ph_tissue t = {.V_max = 4000, .K_m = 160};
    double C = 500;
    for (int k = 1; k <= 60; k++) {
        C = ph_concentration_after(&t, C, BEAT, NULL, NULL);
        CU_ASSERT_DOUBLE_EQUAL(160 * log(C / 500) + C - 500, -4000 * BEAT * k, 1e-5);
    }
}

static void occupancy_relaxes_exponentially(void)
{
    double o = 0.1, C = 300, EC50 = 1000, k_off = 10, steady = C / (C + EC50);
    double rate = k_off * (C / EC50 + 1);
    for (int k = 1; k <= 100; k++) {
        o = ph_occupancy_after(o, C, EC50, k_off, BEAT);
        CU_ASSERT_DOUBLE_EQUAL(o, steady + (0.1 - steady) * exp(-rate * BEAT * k), 1e-12);
    }
    CU_ASSERT_DOUBLE_EQUAL(ph_occupancy_after(0.2, 50, 50, 10, 100), 0.5, 1e-12);
}

/* A burst of 20 Hz for 200 ms over 4 Hz raises D1 by .2 to .25, a pause lowers it by .04 at most. */
static void bursts_move_D1_and_pauses_hardly(void)
{
    ph_tissue t = dorsal;
    double rest = 43, o = rest / (rest + 1000), base = o, C = rest, most = o;
    t.released = 400 * 20;
    for (int k = 0; k < 120; k++) {
        if (k == 40)
            t.released = 0;
        double before = C;
        C = ph_concentration_after(&t, C, BEAT, NULL, NULL);
        o = ph_occupancy_after(o, 0.5 * (before + C), 1000, 10, BEAT);
        most = fmax(most, o);
    }
    CU_ASSERT(most - base > 0.2 && most - base < 0.45);
    C = rest;
    o = base;
    t.released = 0;
    for (int k = 0; k < 40; k++) {
        C = ph_concentration_after(&t, C, BEAT, NULL, NULL);
        o = ph_occupancy_after(o, C, 1000, 10, BEAT);
    }
    CU_ASSERT(base - o > 0 && base - o < 0.04);
}

/* Such a nucleus is driven by its stimuli and projections alone. */
static void a_transmitter_needs_no_controller(void)
{
    ph_transmitter transmitter = {.release = 200};
    ph_brain brain = {.neuromodulation = {.transmitters = {1, &transmitter}}};
    ph_span readouts[4];
    int n = 0;
    CU_ASSERT_EQUAL(ph_controllers_readouts(&brain, &n, readouts, 4), PH_OK);
    CU_ASSERT_EQUAL(n, 0);
    ph_controllers *controllers = NULL;
    CU_ASSERT_EQUAL_FATAL(ph_controllers_open(&brain, &controllers), PH_OK);
    ph_nucleus_drive drive = {7, 8};
    double signal = 1, value = 2;
    ph_controller_beat beat = {.step = 50, .beat_ms = 5};
    ph_controllers_beat(controllers, &brain, &beat, &drive, &signal, &value);
    CU_ASSERT(drive.exc_rate == 7 && drive.inh_rate == 8 && signal == 1 && value == 2);
    CU_ASSERT_EQUAL(ph_controllers_critic(&brain), -1);
    ph_controllers_close(&controllers);
}

/* --- modulation ------------------------------------------------------------------------------- */

typedef struct dials {
    double A;    /* within -2 .. 2 */
    double rate; /* 1/s, any */
} dials;

static const ph_param dial_keys[] = {
    PH_REAL_FLAG(dials, A, "1", "1", -2, 2, PH_PARAM_MODULATED_SAMPLED, "bounded"),
    PH_REAL_FLAG(dials, rate, "/s", "1 /s", 0, 0, PH_PARAM_MODULATED_SEGMENTED, "not bounded"),
};
#define A_KEY (&dial_keys[0])
#define RATE_KEY (&dial_keys[1])

#define PROJECTIONS 3
#define ENTRIES 2

/* Two receptors of one transmitter in one region, whose projections have a rule with two dials. */
typedef struct bench {
    ph_receptor receptors[2];
    ph_density density;
    ph_transmitter transmitter;
    ph_population population, *populations;
    ph_modulation entries[PROJECTIONS][ENTRIES];
    dials dials;
    ph_projection projections[PROJECTIONS], *pointers[PROJECTIONS];
    ph_brain brain, *phase_brains;
    ph_neuromod *m;
} bench;

static void lay_bench(bench *b)
{
    *b = (bench){.receptors = {{.EC50 = 1000, .k_off = 10, .tau_tonic = 10},
                               {.EC50 = 50, .k_off = 10, .tau_tonic = 10}},
                 .density = {.value = 1},
                 .dials = {0.5, 3}};
    b->transmitter = (ph_transmitter){.release = 400, .tonic_rate = 4, .loss = 0.04,
                                      .innervation = {1, &b->density},
                                      .uptake = {4000, 160},
                                      .receptors = {2, b->receptors}};
    b->populations = &b->population;
    for (int p = 0; p < PROJECTIONS; p++) {
        b->projections[p].plasticity.params = &b->dials;
        b->projections[p].modulation = (ph_map){0, b->entries[p]};
        b->pointers[p] = &b->projections[p];
    }
    b->brain = (ph_brain){.simulation = {.resolution = 0.1}, .beat = 50, .n_regions = 1,
                          .neuromodulation = {.beat = 5, .transmitters = {1, &b->transmitter}},
                          .n_populations = 1, .populations = &b->populations,
                          .n_projections = PROJECTIONS, .projections = b->pointers,
                          .n_phases = 1, .phase_brains = &b->phase_brains};
    b->phase_brains = &b->brain;
}

static void add_entry(bench *b, int p, const ph_param *param, int receptor, int combine,
                      ph_curve curve)
{
    b->entries[p][b->projections[p].modulation.count++] =
        (ph_modulation){.combine = combine, .curve = curve, .receptor_index = receptor,
                        .param = param};
}

static void advance(bench *b, double release)
{
    ph_broadcast broadcast = {.release = {release}};
    CU_ASSERT_EQUAL_FATAL(ph_neuromod_advance(b->m, &b->brain, &broadcast), PH_OK);
}

static double value(const bench *b, int p, const ph_param *param)
{
    return ph_neuromod_value(b->m, &b->projections[p], 0, param);
}

static double occupancy(const bench *b, int receptor)
{
    return ph_neuromod_receptor(b->m, 0, receptor, 0).occupancy;
}

static double deviation(const bench *b, int receptor)
{
    return occupancy(b, receptor) - ph_neuromod_receptor(b->m, 0, receptor, 0).o_tonic;
}

/* Sums, products, and both in file order; the other dial stays. */
static void two_receptors_move_one_parameter(void)
{
    bench b;
    lay_bench(&b);
    ph_curve rise = {.of = PH_CURVE_OF_OCCUPANCY, .offset = 1, .gain = 0.7};
    ph_curve fall = {.of = PH_CURVE_OF_DEVIATION, .offset = 0.9, .gain = -0.4};
    add_entry(&b, 0, A_KEY, 0, PH_COMBINE_SUM, rise);
    add_entry(&b, 0, A_KEY, 1, PH_COMBINE_SUM, fall);
    add_entry(&b, 1, A_KEY, 0, PH_COMBINE_PRODUCT, rise);
    add_entry(&b, 1, A_KEY, 1, PH_COMBINE_PRODUCT, fall);
    add_entry(&b, 2, A_KEY, 0, PH_COMBINE_SUM, rise);
    add_entry(&b, 2, A_KEY, 1, PH_COMBINE_PRODUCT, fall);
    CU_ASSERT_EQUAL_FATAL(ph_neuromod_create(&b.brain, &b.m), PH_OK);
    for (int k = 0; k < 100; k++) {
        advance(&b, k < 50 ? 0.1 : 0);
        double x = 0.7 * occupancy(&b, 0), y = -0.4 * deviation(&b, 1);
        CU_ASSERT_DOUBLE_EQUAL(value(&b, 0, A_KEY), 0.5 + x + y, 1e-14);
        CU_ASSERT_DOUBLE_EQUAL(value(&b, 1, A_KEY), 0.5 * (1 + x) * (0.9 + y), 1e-14);
        CU_ASSERT_DOUBLE_EQUAL(value(&b, 2, A_KEY), (0.5 + x) * (0.9 + y), 1e-14);
        CU_ASSERT_EQUAL(value(&b, 2, RATE_KEY), 3);
    }
    CU_ASSERT(occupancy(&b, 0) > 0.01 && deviation(&b, 1) != 0);
    ph_neuromod_destroy(&b.m);
}

#define SHORT 7
#define LONG 40

/* To the bit, and from the steady state before the run. */
static void a_delayed_value_is_the_one_of_so_long_ago(void)
{
    bench b;
    lay_bench(&b);
    ph_curve curve = {.of = PH_CURVE_OF_OCCUPANCY, .offset = 1, .gain = 2};
    static const int delays[] = {0, SHORT, LONG};
    for (int p = 0; p < PROJECTIONS; p++) {
        add_entry(&b, p, A_KEY, 1, PH_COMBINE_PRODUCT, curve);
        b.entries[p][0].delay_beats = delays[p];
    }
    CU_ASSERT_EQUAL_FATAL(ph_neuromod_create(&b.brain, &b.m), PH_OK);
    double undelayed[300] = {value(&b, 0, A_KEY)};
    CU_ASSERT(value(&b, 1, A_KEY) == undelayed[0] && value(&b, 2, A_KEY) == undelayed[0]);
    for (int k = 1; k < 300; k++) {
        advance(&b, k % 60 < 20 ? 0.1 : 0.001 * (k % 7));
        undelayed[k] = value(&b, 0, A_KEY);
        CU_ASSERT(undelayed[k] != undelayed[k - 1]);
        CU_ASSERT_EQUAL(value(&b, 1, A_KEY), undelayed[k < SHORT ? 0 : k - SHORT]);
        CU_ASSERT_EQUAL(value(&b, 2, A_KEY), undelayed[k < LONG ? 0 : k - LONG]);
    }
    /* A rest leaves nothing of what was before. */
    ph_neuromod_begin_rest(b.m, &b.brain, 0);
    CU_ASSERT(value(&b, 1, A_KEY) == undelayed[0] && value(&b, 2, A_KEY) == undelayed[0]);
    advance(&b, 0.1);
    CU_ASSERT(value(&b, 0, A_KEY) != undelayed[0] && value(&b, 1, A_KEY) == undelayed[0]);
    ph_neuromod_destroy(&b.m);
}

/* A run that starts from another's levels goes on as that one would have, whatever delays it asks
 * for: as far back as is known; what is further back is as the oldest. */
static void other_delays_start_from_levels(void)
{
    ph_curve curve = {.of = PH_CURVE_OF_OCCUPANCY, .offset = 1, .gain = 2};
    static const int delays[2][PROJECTIONS] = {{0, SHORT, 0}, {SHORT - 3, LONG, LONG}};
    static const int receptors[] = {1, 1, 0};
    double of_1[200], of_0[200];
    bench runs[2], *one = &runs[0], *other = &runs[1];
    for (int r = 0; r < 2; r++) {
        lay_bench(&runs[r]);
        for (int p = 0; p < PROJECTIONS; p++) {
            add_entry(&runs[r], p, A_KEY, receptors[p], PH_COMBINE_PRODUCT, curve);
            runs[r].entries[p][0].delay_beats = delays[r][p];
        }
        CU_ASSERT_EQUAL_FATAL(ph_neuromod_create(&runs[r].brain, &runs[r].m), PH_OK);
    }
    for (int k = 0; k < 200; k++) {
        double release = k % 60 < 20 ? 0.1 : 0.001 * (k % 7);
        of_1[k] = value(one, 0, A_KEY);
        of_0[k] = value(one, 2, A_KEY);
        if (k == 100) {
            ph_state saved = {0}, state;
            CU_ASSERT_EQUAL_FATAL(ph_neuromod_start(one->m, &saved), PH_OK);
            state = ph_state_of(saved.bytes, saved.used);
            CU_ASSERT_EQUAL_FATAL(ph_neuromod_start(other->m, &state), PH_OK);
            CU_ASSERT_EQUAL(state.used, saved.used);
            ph_state_free(&saved);
        }
        if (k >= 100) {
            int back = k - LONG;
            CU_ASSERT_EQUAL(value(other, 0, A_KEY), of_1[k - (SHORT - 3)]);
            CU_ASSERT_EQUAL(value(other, 1, A_KEY), of_1[back < 100 - SHORT ? 100 - SHORT : back]);
            CU_ASSERT_EQUAL(value(other, 2, A_KEY), of_0[back < 100 ? 100 : back]);
            advance(other, release);
        }
        advance(one, release);
    }
    for (int r = 0; r < 2; r++)
        ph_neuromod_destroy(&runs[r].m);
}

/* In the rests of hours the tone is there at once, a messenger of 20 min goes there by its own time
 * constant, in any steps. A. B. Lehr and others, Sci Rep 12:17772 (2022): th_pro = h_0 / (nm + .001),
 * with nm as the messenger above its tone times 40. */
static void a_messenger_outlasts_a_rest(void)
{
    bench b;
    lay_bench(&b);
    b.receptors[0].messenger.tau = 1200e3;
    b.receptors[0].tau_tonic = 1e5;
    b.dials.rate = 1000;
    add_entry(&b, 0, RATE_KEY, 0, PH_COMBINE_PRODUCT,
              (ph_curve){.type = PH_CURVE_HILL, .of = PH_CURVE_OF_MESSENGER_DEVIATION, .n = 1,
                         .half = 0.001 / 40, .offset = 1, .gain = -1});
    CU_ASSERT_EQUAL_FATAL(ph_neuromod_create(&b.brain, &b.m), PH_OK);
    double tone = occupancy(&b, 0);
    CU_ASSERT_DOUBLE_EQUAL(value(&b, 0, RATE_KEY), 1000, 1e-9);
    for (int k = 0; k < 2000; k++)
        advance(&b, 0.1);
    double begin = ph_neuromod_receptor(b.m, 0, 0, 0).messenger - tone, passed = 0;
    CU_ASSERT(begin > 0.001 && occupancy(&b, 0) > 2 * tone);
    ph_neuromod_begin_rest(b.m, &b.brain, 0);
    CU_ASSERT_DOUBLE_EQUAL(occupancy(&b, 0), tone, 1e-12);
    for (int k = 0; k < 200; k++) {
        double left = ph_neuromod_receptor(b.m, 0, 0, 0).messenger - tone;
        CU_ASSERT_DOUBLE_EQUAL(left, begin * exp(-passed / 1200), 1e-12);
        CU_ASSERT_DOUBLE_EQUAL(value(&b, 0, RATE_KEY), 1 / (40 * left + 0.001), 1e-7);
        double T = 10.0 + k % 7;
        ph_neuromod_rest(b.m, &b.brain, T);
        passed += T;
    }
    ph_neuromod_rest(b.m, &b.brain, 1e9);
    CU_ASSERT_EQUAL(ph_neuromod_receptor(b.m, 0, 0, 0).messenger, occupancy(&b, 0));
    ph_neuromod_destroy(&b.m);
}

static void what_is_moved_stays_within_its_range(void)
{
    bench b;
    lay_bench(&b);
    ph_curve up = {.of = PH_CURVE_OF_OCCUPANCY, .gain = 1000}, down = up;
    down.gain = -1000;
    add_entry(&b, 0, A_KEY, 1, PH_COMBINE_PRODUCT, up);
    add_entry(&b, 1, A_KEY, 1, PH_COMBINE_SUM, down);
    add_entry(&b, 2, RATE_KEY, 1, PH_COMBINE_SUM, up);
    CU_ASSERT_EQUAL_FATAL(ph_neuromod_create(&b.brain, &b.m), PH_OK);
    CU_ASSERT_EQUAL(value(&b, 0, A_KEY), 2);
    CU_ASSERT_EQUAL(value(&b, 1, A_KEY), -2);
    CU_ASSERT_DOUBLE_EQUAL(value(&b, 2, RATE_KEY), 3 + 1000 * occupancy(&b, 1), 1e-9);
    /* The range bounds what comes out at the end, not what lies between two receptors. */
    add_entry(&b, 0, A_KEY, 1, PH_COMBINE_SUM, (ph_curve){.gain = -499.5});
    CU_ASSERT_DOUBLE_EQUAL(value(&b, 0, A_KEY), 0.5 * occupancy(&b, 1), 1e-9);
    ph_neuromod_destroy(&b.m);
}

/* f = o^n / (half^n + o^n); of the deviation, nothing below the tonic level. */
static void a_hill_curve_follows_its_closed_form(void)
{
    bench b;
    lay_bench(&b);
    ph_curve curve = {.type = PH_CURVE_HILL, .of = PH_CURVE_OF_OCCUPANCY, .offset = 0.3,
                      .gain = 1.5};
    add_entry(&b, 0, A_KEY, 0, PH_COMBINE_PRODUCT, curve);
    curve.of = PH_CURVE_OF_DEVIATION;
    add_entry(&b, 1, RATE_KEY, 1, PH_COMBINE_SUM, curve);
    CU_ASSERT_EQUAL_FATAL(ph_neuromod_create(&b.brain, &b.m), PH_OK);
    int above = 0, below = 0;
    for (int k = 0; k < 200; k++) {
        int n = k % 4 + 1;
        double half = 0.05 + 0.002 * k;
        b.entries[0][0].curve.n = b.entries[1][0].curve.n = n;
        b.entries[0][0].curve.half = b.entries[1][0].curve.half = half;
        advance(&b, k < 60 ? 0.1 : 0);
        double o = pow(occupancy(&b, 0), n), x = pow(fmax(deviation(&b, 1), 0), n);
        double p = 0.5 * (0.3 + 1.5 * o / (pow(half, n) + o));
        CU_ASSERT_DOUBLE_EQUAL(value(&b, 0, A_KEY), p, 1e-13);
        p = 3 + 1.5 * x / (pow(half, n) + x);
        CU_ASSERT_DOUBLE_EQUAL(value(&b, 1, RATE_KEY), p, 1e-13);
        above += x > 0;
        below += deviation(&b, 1) < 0;
    }
    CU_ASSERT(above > 20 && below > 20);
    b.entries[0][0].curve.half = occupancy(&b, 0);
    CU_ASSERT_DOUBLE_EQUAL(value(&b, 0, A_KEY), 0.5 * (0.3 + 1.5 / 2), 1e-13);
    ph_neuromod_destroy(&b.m);
}

int main(void)
{
    static const suite_test tests[] = {
        {"what is released is taken up, lost or there", what_is_released_is_taken_up_lost_or_there},
        {"tonic levels are the published ones", tonic_levels_are_the_published_ones},
        {"uptake follows its closed form", uptake_follows_its_closed_form},
        {"occupancy relaxes exponentially", occupancy_relaxes_exponentially},
        {"bursts move D1 and pauses hardly", bursts_move_D1_and_pauses_hardly},
        {"a transmitter needs no controller", a_transmitter_needs_no_controller},
        {"two receptors move one parameter", two_receptors_move_one_parameter},
        {"a delayed value is the one of so long ago", a_delayed_value_is_the_one_of_so_long_ago},
        {"other delays start from levels", other_delays_start_from_levels},
        {"a messenger outlasts a rest", a_messenger_outlasts_a_rest},
        {"what is moved stays within its range", what_is_moved_stays_within_its_range},
        {"a hill curve follows its closed form", a_hill_curve_follows_its_closed_form},
    };
    return suite_run("neuromod", tests, (int)(sizeof tests / sizeof tests[0]));
}

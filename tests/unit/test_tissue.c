/* SPDX-License-Identifier: Apache-2.0 */
/* Transmitters in tissue, through the whole layer: published levels, autoreceptors, glia, further
 * sources, and that nothing gets lost. Numbers of Dreyer et al., J Neurosci 30:14273 (2010), and
 * Lundbeck-Biometrics/Dopamine-Simulation-Tools. */
#include "suite.h"

#include "model/interventions.h"
#include "model/tables.h"
#include "neuromod/neuromod.h"

#include <math.h>
#include <string.h>

#define BEAT 0.005 /* s */
#define K_M 160.0  /* nM */
#define LOSS 0.04  /* 1/s */
#define REGIONS 2
#define TRANSMITTERS 2

/* Two transmitters in two regions: dopamine, and acetylcholine from interneurons of region 0. */
typedef struct bench {
    ph_region regions[REGIONS];
    ph_receptor dopamine[2], acetylcholine[1];
    ph_density everywhere[REGIONS], first, glia;
    ph_modulation moves[2];
    ph_source source;
    ph_transmitter transmitters[TRANSMITTERS];
    ph_brain brain, *phase_brains;
    ph_neuromod *m;
    ph_broadcast sent;
} bench;

enum { DA, ACH };

static void lay(bench *b, double release, double V_max)
{
    memset(b, 0, sizeof *b);
    for (int r = 0; r < REGIONS; r++)
        b->everywhere[r] = (ph_density){.value = 1, .region = r};
    b->first = (ph_density){.value = 1, .region = 0};
    b->glia = (ph_density){.value = 0.5, .region = 1};
    b->dopamine[0] = (ph_receptor){.item.name = "D2", .EC50 = 100, .k_off = 0.3, .tau_tonic = 10};
    b->dopamine[1] = (ph_receptor){.item.name = "D1", .EC50 = 1000, .k_off = 10, .tau_tonic = 10};
    b->acetylcholine[0] =
        (ph_receptor){.item.name = "nicotinic", .EC50 = 100, .k_off = 100, .tau_tonic = 10};
    b->transmitters[DA] = (ph_transmitter){.item.name = "dopamine", .release = release,
                                           .tonic_rate = 4, .loss = LOSS,
                                           .innervation = {REGIONS, b->everywhere},
                                           .uptake = {V_max, K_M},
                                           .receptors = {2, b->dopamine},
                                           .modulation = {0, b->moves}};
    b->source = (ph_source){.item.name = "ChI", .release = 24, .tonic_rate = 5,
                            .innervation = {1, &b->first}, .transmitter = ACH};
    b->transmitters[ACH] = (ph_transmitter){.item.name = "acetylcholine", .loss = 1.2,
                                            .uptake = {0, K_M}, .sources = {1, &b->source},
                                            .receptors = {1, b->acetylcholine}};
    b->brain = (ph_brain){.simulation.resolution = 0.1, .beat = 50, .n_regions = REGIONS,
                          .regions = {REGIONS, b->regions},
                          .neuromodulation = {.beat = 5,
                                              .transmitters = {TRANSMITTERS, b->transmitters}},
                          .n_sources = 1, .sources = {&b->source},
                          .n_phases = 1, .phase_brains = &b->phase_brains};
    b->phase_brains = &b->brain;
    b->sent.release[DA] = 4 * BEAT;
    b->sent.sources[0] = 5 * BEAT;
}

/* f = 1 - h / (h + o) times the rest: 1 / (1 + 3 o) of the authors is a hill curve of half 1/3. */
static const ph_curve autoreceptor = {.type = PH_CURVE_HILL, .of = PH_CURVE_OF_OCCUPANCY,
                                      .offset = 1, .gain = -1, .half = 1.0 / 3, .n = 1};

static void move(bench *b, int param, int transmitter, int receptor, ph_curve curve)
{
    ph_map *modulation = &b->transmitters[DA].modulation;
    b->moves[modulation->count++] = (ph_modulation){.transmitter = transmitter,
                                                    .receptor_index = receptor, .curve = curve,
                                                    .param = &ph_terminal_table.params[param]};
}

static void start(bench *b)
{
    CU_ASSERT_EQUAL_FATAL(ph_neuromod_create(&b->brain, &b->m), PH_OK);
}

static void beats(bench *b, int n)
{
    for (int k = 0; k < n; k++)
        CU_ASSERT_EQUAL_FATAL(ph_neuromod_advance(b->m, &b->brain, &b->sent), PH_OK);
}

static double level(const bench *b, int transmitter, int region)
{
    return ph_neuromod_concentration(b->m, transmitter, region);
}

static double occupancy(const bench *b, int transmitter, int receptor, int region)
{
    return ph_neuromod_receptor(b->m, transmitter, receptor, region).occupancy;
}

/* --- published levels ------------------------------------------------------------------------- */

/* Where release at nu Hz, divided by 1 + 3 o, balances uptake and loss, by bisection. */
static double balanced(double gamma, double V_max, double nu)
{
    double low = 0, high = 1e4;
    for (int i = 0; i < 200; i++) {
        double C = 0.5 * (low + high), gain = 1 / (1 + 3 * C / (C + 100));
        if (gamma * nu * gain > V_max * C / (K_M + C) + LOSS * C)
            low = C;
        else
            high = C;
    }
    return low;
}

/* At 4 Hz, with the terminals' autoreceptor: 43 nM in dorsal striatum, 55 nM in ventral. */
static void tonic_levels_with_autoreceptors(void)
{
    static const double gamma[] = {400, 200}, V_max[] = {4000, 1500}, published[] = {43, 55};
    for (int i = 0; i < 2; i++) {
        bench b;
        lay(&b, gamma[i], V_max[i]);
        move(&b, PH_TERMINAL_RELEASE, DA, 0, autoreceptor);
        start(&b);
        double expected = balanced(gamma[i], V_max[i], 4);
        CU_ASSERT_DOUBLE_EQUAL(level(&b, DA, 0), published[i], 0.1 * published[i]);
        CU_ASSERT_DOUBLE_EQUAL(level(&b, DA, 0), expected, 1e-8);
        beats(&b, 200); /* it stays where it began, */
        CU_ASSERT_DOUBLE_EQUAL(level(&b, DA, 0), expected, 1e-6);
        b.sent.release[DA] = 20 * BEAT;
        beats(&b, 200);
        CU_ASSERT(level(&b, DA, 0) > 2 * expected);
        b.sent.release[DA] = 4 * BEAT;
        beats(&b, 12000); /* and comes back to it */
        CU_ASSERT_DOUBLE_EQUAL(level(&b, DA, 0), expected, 1e-5);
        ph_neuromod_destroy(&b.m);
    }
}

/* Interneurons at 5 Hz alone, C' = 24 nu - 1.2 C: 100 nM in their region, none elsewhere. */
static void tonic_acetylcholine_of_striatum(void)
{
    bench b;
    lay(&b, 0, 4000);
    start(&b);
    CU_ASSERT_DOUBLE_EQUAL(level(&b, ACH, 0), 100, 1e-9);
    CU_ASSERT_EQUAL(level(&b, ACH, 1), 0);
    /* A pause of 300 ms, in closed form. */
    b.sent.sources[0] = 0;
    beats(&b, 60);
    CU_ASSERT_DOUBLE_EQUAL(level(&b, ACH, 0), 100 * exp(-1.2 * 0.3), 1e-6);
    b.sent.sources[0] = 5 * BEAT;
    beats(&b, 4000);
    CU_ASSERT_DOUBLE_EQUAL(level(&b, ACH, 0), 100, 1e-6);
    ph_neuromod_destroy(&b.m);
}

/* Somatic autoreceptors: gamma 20, V_max 200, rate 5 Hz - 10 Hz o: about 4.2 Hz are left. Made of
 * dopamine's constants for ventral striatum by an innervation of .1 and glia of 200/1500. */
static void somatic_autoreceptors_slow_the_nucleus(void)
{
    bench b;
    lay(&b, 200, 1500);
    b.everywhere[1].value = 0.1;
    b.glia.value = 200.0 / 1500;
    b.transmitters[DA].glia = (ph_map){1, &b.glia};
    start(&b);
    double rate = 0;
    for (int k = 0; k < 4000; k++) {
        rate = 5 - 10 * occupancy(&b, DA, 1, 1);
        b.sent.release[DA] = rate * BEAT;
        beats(&b, 1);
    }
    double low = 0, high = 5; /* rate = 5 - 10 o(C(rate)) by bisection, uptake and loss as above */
    for (int i = 0; i < 200; i++) {
        double nu = 0.5 * (low + high), a = LOSS, p = 200 + LOSS * K_M - 20 * nu;
        double C = (-p + sqrt(p * p + 4 * a * 20 * nu * K_M)) / (2 * a);
        if (5 - 10 * C / (C + 1000) > nu)
            low = nu;
        else
            high = nu;
    }
    CU_ASSERT_DOUBLE_EQUAL(rate, low, 1e-6);
    CU_ASSERT_DOUBLE_EQUAL(rate, 4.2, 0.42);
    ph_neuromod_destroy(&b.m);
}

/* --- decay after a burst, uptake block, glia -------------------------------------------------- */

/* The branch of W(x) exp(W(x)) = x for x > 0, by Newton's method. */
static double lambert_W(double x)
{
    double w = log(1 + x);
    for (int i = 0; i < 60; i++)
        w -= (w * exp(w) - x) / (exp(w) * (1 + w));
    return w;
}

/* Uptake alone: C(t) = K W(C0/K exp((C0 - V t)/K)) (Schnell & Mendoza, J Theor Biol 187:207,
 * 1997). With half the glia V is half, and what a drug blocks of it is missing. */
static void check_decay(double blocked)
{
    bench b;
    lay(&b, 400, 4000);
    ph_intervention drug = {.phases.count = -1, .regions.count = -1, .transmitter = "dopamine",
                            .fraction = blocked};
    ph_named_variant cocaine = {.variant = {.type = &ph_intervention_uptake_block,
                                            .params = &drug}};
    b.brain.interventions = (ph_map){1, &cocaine};
    b.transmitters[DA].tonic_rate = 1;
    b.transmitters[DA].loss = 0;
    b.transmitters[DA].glia = (ph_map){1, &b.glia};
    start(&b);
    double V[REGIONS] = {4000 * (1 - blocked), 2000 * (1 - blocked)}, C0[REGIONS];
    for (int r = 0; r < REGIONS; r++) /* V C / (K + C) = 400 nM/s */
        CU_ASSERT_DOUBLE_EQUAL(level(&b, DA, r), K_M * 400 / (V[r] - 400), 1e-8);
    b.sent.release[DA] = 20 * BEAT;
    beats(&b, 40);
    b.sent.release[DA] = 0;
    for (int r = 0; r < REGIONS; r++)
        C0[r] = level(&b, DA, r);
    CU_ASSERT(C0[0] > 300 && C0[1] > C0[0] + 100);
    for (int k = 1; k <= 100; k++) {
        beats(&b, 1);
        for (int r = 0; r < REGIONS; r++) {
            double C = K_M * lambert_W(C0[r] / K_M * exp((C0[r] - V[r] * k * BEAT) / K_M));
            CU_ASSERT_DOUBLE_EQUAL(level(&b, DA, r), C, 1e-5);
        }
    }
    ph_neuromod_destroy(&b.m);
}

static void decay_after_a_burst(void)
{
    check_decay(0);
}

static void decay_while_uptake_is_blocked(void)
{
    check_decay(0.5);
    check_decay(0.75);
}

/* Receptors may move V_max too: half of it while they are bound. */
static void receptors_move_uptake(void)
{
    bench b;
    lay(&b, 400, 4000);
    move(&b, PH_TERMINAL_V_MAX, ACH, 0,
         (ph_curve){.of = PH_CURVE_OF_OCCUPANCY, .offset = 1, .gain = -1});
    start(&b);
    double V = 4000 * 0.5; /* 100 nM against an EC50 of 100 nM */
    double a = LOSS, p = V + LOSS * K_M - 1600;
    double C = (-p + sqrt(p * p + 4 * a * 1600 * K_M)) / (2 * a);
    CU_ASSERT_DOUBLE_EQUAL(level(&b, DA, 0), C, 1e-7);
    p += 2000;
    C = (-p + sqrt(p * p + 4 * a * 1600 * K_M)) / (2 * a);
    CU_ASSERT_DOUBLE_EQUAL(level(&b, DA, 1), C, 1e-7);
    ph_neuromod_destroy(&b.m);
}

/* --- receptors on terminals ------------------------------------------------------------------- */

/* Slow autoreceptors (k_off .3 /s) hold a second burst down for seconds after a first one. */
static void autoreceptors_remember_a_burst(void)
{
    double peak[2], plain[2];
    for (int with = 0; with < 2; with++) {
        bench b;
        lay(&b, with ? 400 : 200, 4000);
        if (with)
            move(&b, PH_TERMINAL_RELEASE, DA, 0, autoreceptor);
        start(&b);
        for (int burst = 0; burst < 2; burst++) {
            b.sent.release[DA] = 20 * BEAT;
            beats(&b, 100);
            (with ? peak : plain)[burst] = level(&b, DA, 0);
            b.sent.release[DA] = 4 * BEAT;
            beats(&b, 100);
        }
        ph_neuromod_destroy(&b.m);
    }
    CU_ASSERT_DOUBLE_EQUAL(plain[1], plain[0], 0.01 * plain[0]);
    CU_ASSERT(peak[1] < 0.9 * peak[0]);
}

/* Dopamine terminals release by nicotinic receptors: a pause of the interneurons lowers what the
 * same spikes release, there and not elsewhere, from the beat after on. */
static void interneurons_gate_dopamine(void)
{
    bench b;
    lay(&b, 400, 4000);
    ph_curve curve = {.of = PH_CURVE_OF_OCCUPANCY, .offset = 0.4, .gain = 1.2};
    move(&b, PH_TERMINAL_RELEASE, ACH, 0, curve);
    start(&b);
    double before = ph_neuromod_flows(b.m, DA, 0).released, o = occupancy(&b, ACH, 0, 0);
    CU_ASSERT_DOUBLE_EQUAL(o, 0.5, 1e-9);
    b.sent.sources[0] = 0;
    for (int k = 0; k < 100; k++) {
        o = occupancy(&b, ACH, 0, 0);
        beats(&b, 1);
        double after = ph_neuromod_flows(b.m, DA, 0).released;
        CU_ASSERT_DOUBLE_EQUAL(after - before, 400 * 4 * BEAT * (0.4 + 1.2 * o), 1e-9);
        before = after;
    }
    CU_ASSERT(o < 0.4);
    CU_ASSERT_DOUBLE_EQUAL(ph_neuromod_flows(b.m, DA, 1).released, 100 * 400 * 4 * BEAT * 0.4,
                           1e-9);
    ph_neuromod_destroy(&b.m);
}

/* A nucleus and a source add up, each with its own innervation. */
static void sources_add_up(void)
{
    bench b;
    lay(&b, 400, 4000);
    b.source.transmitter = DA;
    b.transmitters[ACH].sources.count = 0;
    start(&b);
    beats(&b, 50);
    CU_ASSERT_DOUBLE_EQUAL(ph_neuromod_flows(b.m, DA, 0).released,
                           50 * BEAT * (400 * 4 + 24 * 5), 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(ph_neuromod_flows(b.m, DA, 1).released, 50 * BEAT * 400 * 4, 1e-9);
    CU_ASSERT_EQUAL(ph_neuromod_flows(b.m, ACH, 0).released, 0);
    /* `tonic` sends the tonic rates of both. */
    double before = ph_neuromod_flows(b.m, DA, 0).released;
    b.brain.neuromodulation.broadcast = PH_BROADCAST_TONIC;
    b.sent.release[DA] = b.sent.sources[0] = 1;
    beats(&b, 1);
    CU_ASSERT_DOUBLE_EQUAL(ph_neuromod_flows(b.m, DA, 0).released - before,
                           BEAT * (400 * 4 + 24 * 5), 1e-9);
    ph_neuromod_destroy(&b.m);
}

/* --- conservation ----------------------------------------------------------------------------- */

static void check_conserved(const bench *b, int t, int region, double initial)
{
    ph_flows f = ph_neuromod_flows(b->m, t, region);
    double there = f.taken + f.lost + level(b, t, region) - initial;
    CU_ASSERT_DOUBLE_EQUAL(f.released, there, 1e-11 * (fabs(f.released) + f.taken + initial + 1));
}

/* Bursts, pauses, receptors on terminals, glia, tonic stretches and rests. */
static void nothing_gets_lost(void)
{
    bench b;
    lay(&b, 400, 4000);
    move(&b, PH_TERMINAL_RELEASE, DA, 0, autoreceptor);
    move(&b, PH_TERMINAL_V_MAX, ACH, 0,
         (ph_curve){.of = PH_CURVE_OF_DEVIATION, .offset = 1, .gain = 3});
    b.transmitters[DA].glia = (ph_map){1, &b.glia};
    b.source.innervation = (ph_map){REGIONS, b.everywhere};
    start(&b);
    double initial[TRANSMITTERS][REGIONS];
    for (int t = 0; t < TRANSMITTERS; t++)
        for (int r = 0; r < REGIONS; r++)
            initial[t][r] = level(&b, t, r);
    uint64_t x = 1;
    for (int k = 0; k < 20000; k++) {
        x = x * 6364136223846793005u + 1442695040888963407u;
        b.sent.release[DA] = k % 500 < 40 ? 0.2 : (double)(x >> 60) * 0.002;
        b.sent.sources[0] = k % 300 < 60 ? 0 : (double)(x >> 56 & 15) * 0.003;
        b.brain.neuromodulation.broadcast =
            k % 3000 < 100 ? PH_BROADCAST_TONIC : PH_BROADCAST_GLOBAL;
        beats(&b, 1);
        if (k % 7001 == 7000)
            ph_neuromod_begin_rest(b.m, &b.brain, 0);
        for (int t = 0; t < TRANSMITTERS && k % 100 == 0; t++)
            for (int r = 0; r < REGIONS; r++)
                check_conserved(&b, t, r, initial[t][r]);
    }
    ph_flows f = ph_neuromod_flows(b.m, DA, 0);
    CU_ASSERT(f.released > 5e4 && f.lost > 100 && ph_neuromod_flows(b.m, ACH, 1).lost > 100);
    ph_neuromod_destroy(&b.m);
}

/* A rank follows the regions of its neurons alone: to the bit what the root computes for them. */
static void followed_regions_are_the_same(void)
{
    bench all, one;
    bench *both[] = {&all, &one};
    for (int i = 0; i < 2; i++) {
        lay(both[i], 400, 4000);
        move(both[i], PH_TERMINAL_RELEASE, ACH, 0, (ph_curve){.of = PH_CURVE_OF_OCCUPANCY, .gain = 2});
        move(both[i], PH_TERMINAL_V_MAX, DA, 0, (ph_curve){.offset = 1, .gain = 2});
        start(both[i]);
    }
    static const int second[REGIONS] = {0, 1};
    double before = level(&one, DA, 0);
    ph_neuromod_follow(one.m, second);
    for (int k = 0; k < 500; k++) {
        for (int i = 0; i < 2; i++) {
            both[i]->sent.release[DA] = k % 100 < 20 ? 0.1 : 0.01;
            beats(both[i], 1);
        }
        CU_ASSERT_EQUAL(level(&one, DA, 1), level(&all, DA, 1));
        CU_ASSERT_EQUAL(occupancy(&one, DA, 0, 1), occupancy(&all, DA, 0, 1));
    }
    CU_ASSERT(level(&one, DA, 0) == before && level(&all, DA, 0) != before);
    ph_neuromod_destroy(&one.m);
    ph_neuromod_destroy(&all.m);
}

/* Uptake in microseconds is resolved as far as it matters: never below 0, nothing from nowhere. */
static void fast_uptake_is_resolved(void)
{
    static const double V_max[] = {4e4, 4e6, 1e9}, K[] = {20, 1, 1e-3};
    for (int i = 0; i < 3; i++) {
        ph_tissue t = {.released = 800, .V_max = V_max[i], .K_m = K[i], .loss = 0.04};
        double C = 500, released = 500, taken = 0, lost = 0;
        for (int k = 0; k < 200; k++) {
            C = ph_concentration_after(&t, C, BEAT, &taken, &lost);
            released += t.released * BEAT;
            CU_ASSERT(C >= 0 && C <= 500);
            CU_ASSERT_DOUBLE_EQUAL(released, taken + lost + C, 1e-9 * released);
        }
        if (i < 2) /* the third is faster than the parts of a beat */
            CU_ASSERT_DOUBLE_EQUAL(C, ph_concentration_steady(&t), 1e-6);
    }
}

int main(void)
{
    static const suite_test tests[] = {
        {"tonic levels with autoreceptors", tonic_levels_with_autoreceptors},
        {"tonic acetylcholine of striatum", tonic_acetylcholine_of_striatum},
        {"somatic autoreceptors slow the nucleus", somatic_autoreceptors_slow_the_nucleus},
        {"decay after a burst", decay_after_a_burst},
        {"decay while uptake is blocked", decay_while_uptake_is_blocked},
        {"receptors move uptake", receptors_move_uptake},
        {"autoreceptors remember a burst", autoreceptors_remember_a_burst},
        {"interneurons gate dopamine", interneurons_gate_dopamine},
        {"sources add up", sources_add_up},
        {"nothing gets lost", nothing_gets_lost},
        {"followed regions are the same", followed_regions_are_the_same},
        {"fast uptake is resolved", fast_uptake_is_resolved},
    };
    return suite_run("tissue", tests, (int)(sizeof tests / sizeof tests[0]));
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Receptors: desensitisation and messengers against brute force in small steps. */
#include "suite.h"

#include "neuromod/receptor.h"

#include <math.h>

#define BEAT 0.005 /* s */
#define FINE 2000  /* steps of the brute force in a beat */

/* A nicotinic receptor that desensitises within a second, with a messenger of 300 ms. */
static const ph_receptor nicotinic = {.EC50 = 300,
                                      .k_off = 20,
                                      .tau_tonic = 10,
                                      .desensitisation = {.rate = 4, .tau = 2},
                                      .messenger = {.tau = 300}};

/* The equations as they stand, by the explicit midpoint rule. */
typedef struct brute {
    double b, d, m, o_mean, m_mean;
} brute;

static brute slope(const ph_receptor *r, const brute *s, double C)
{
    double o = s->b * (1 - s->d);
    return (brute){.b = r->k_off / r->EC50 * C * (1 - s->b) - r->k_off * s->b,
                   .d = r->desensitisation.rate * s->b * (1 - s->d) - s->d / r->desensitisation.tau,
                   .m = (o - s->m) / (r->messenger.tau * 1e-3),
                   .o_mean = (o - s->o_mean) / r->tau_tonic,
                   .m_mean = (s->m - s->m_mean) / r->tau_tonic};
}

static brute stepped(const brute *s, const brute *v, double h)
{
    return (brute){s->b + h * v->b, s->d + h * v->d, s->m + h * v->m, s->o_mean + h * v->o_mean,
                   s->m_mean + h * v->m_mean};
}

static void brute_beat(const ph_receptor *r, brute *s, double C)
{
    double h = BEAT / FINE;
    for (int i = 0; i < FINE; i++) {
        brute v = slope(r, s, C), middle = stepped(s, &v, 0.5 * h);
        v = slope(r, &middle, C);
        *s = stepped(s, &v, h);
    }
}

static void beats_follow_the_equations(void)
{
    ph_receptor_state state = ph_receptor_steady(&nicotinic, 20);
    brute s = {state.bound, state.desensitised, state.messenger, state.o_tonic, state.m_tonic};
    double most_o = 0, most_d = 0;
    for (int k = 0; k < 800; k++) {
        double C = k < 100 ? 20 : k < 400 ? 900 : 5;
        ph_receptor_advance(&state, &nicotinic, C, BEAT);
        brute_beat(&nicotinic, &s, C);
        CU_ASSERT_DOUBLE_EQUAL(state.bound, s.b, 1e-7);
        CU_ASSERT_DOUBLE_EQUAL(state.desensitised, s.d, 1e-5);
        CU_ASSERT_DOUBLE_EQUAL(state.occupancy, s.b * (1 - s.d), 1e-5);
        CU_ASSERT_DOUBLE_EQUAL(state.messenger, s.m, 1e-5);
        CU_ASSERT_DOUBLE_EQUAL(state.o_tonic, s.o_mean, 2e-4);
        CU_ASSERT_DOUBLE_EQUAL(state.m_tonic, s.m_mean, 2e-4);
        most_o = fmax(most_o, state.occupancy);
        most_d = fmax(most_d, state.desensitised);
    }
    CU_ASSERT(most_o > 0.4 && most_d > 0.7);
}

/* Held at 900 nM the bound share stays at .75, what answers falls to b / (1 + rate tau b). */
static void what_stays_bound_stops_answering(void)
{
    ph_receptor_state state = ph_receptor_steady(&nicotinic, 0);
    double peak = 0;
    for (int k = 0; k < 4000; k++) {
        ph_receptor_advance(&state, &nicotinic, 900, BEAT);
        peak = fmax(peak, state.occupancy);
    }
    CU_ASSERT_DOUBLE_EQUAL(state.bound, 0.75, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(state.occupancy, 0.75 / (1 + 4 * 2 * 0.75), 1e-9);
    CU_ASSERT(peak > 5 * state.occupancy);
    /* Without ligand it recovers with tau. */
    double d = state.desensitised;
    ph_receptor gone = nicotinic;
    gone.k_off = 1e4;
    ph_receptor_advance(&state, &gone, 0, BEAT);
    for (int k = 0; k < 200; k++)
        ph_receptor_advance(&state, &gone, 0, BEAT);
    CU_ASSERT_DOUBLE_EQUAL(state.desensitised, d * exp(-201 * BEAT / 2), 1e-3);
}

/* A state at rest does not move. */
static void the_steady_state_stays(void)
{
    for (double C = 0; C < 3000; C = 3 * C + 1) {
        ph_receptor_state steady = ph_receptor_steady(&nicotinic, C), state = steady;
        for (int k = 0; k < 100; k++)
            ph_receptor_advance(&state, &nicotinic, C, BEAT);
        CU_ASSERT_DOUBLE_EQUAL(state.bound, steady.bound, 1e-13);
        CU_ASSERT_DOUBLE_EQUAL(state.desensitised, steady.desensitised, 1e-13);
        CU_ASSERT_DOUBLE_EQUAL(state.occupancy, steady.occupancy, 1e-13);
        CU_ASSERT_DOUBLE_EQUAL(state.messenger, steady.messenger, 1e-13);
        CU_ASSERT_DOUBLE_EQUAL(state.m_tonic, steady.m_tonic, 1e-13);
    }
}

/* Time constants far below and far above a beat. */
static void extreme_times_stay_in_bounds(void)
{
    static const double times[] = {1e-4, 0.1, 100, 1e9}; /* ms */
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 4; j++) {
            ph_receptor r = {.EC50 = 50, .k_off = 1e3 / times[i], .tau_tonic = 1,
                             .desensitisation = {1e3 / times[j], 1}, .messenger = {times[j]}};
            ph_receptor_state state = ph_receptor_steady(&r, 10);
            for (int k = 0; k < 500; k++) {
                ph_receptor_advance(&state, &r, k % 7 < 3 ? 2000 : 1, BEAT);
                CU_ASSERT(state.bound >= 0 && state.bound <= 1);
                CU_ASSERT(state.desensitised >= 0 && state.desensitised <= 1);
                CU_ASSERT(state.messenger > -1e-12 && state.messenger < 1);
            }
            if (times[j] == 1e-4)
                CU_ASSERT_DOUBLE_EQUAL(state.messenger, state.occupancy, 1e-3);
        }
}

/* Without them the receptor is what it was: the messenger is the occupancy. */
static void a_plain_receptor_has_neither(void)
{
    ph_receptor plain = {.EC50 = 1000, .k_off = 10, .tau_tonic = 10};
    ph_receptor_state state = ph_receptor_steady(&plain, 43);
    for (int k = 0; k < 100; k++) {
        ph_receptor_advance(&state, &plain, k < 40 ? 500 : 20, BEAT);
        CU_ASSERT(state.occupancy == state.bound && state.desensitised == 0);
        CU_ASSERT(state.messenger == state.occupancy && state.m_tonic == state.o_tonic);
    }
}

static void curves_read_what_they_name(void)
{
    ph_receptor_state state = {0.9, 0.5, 0.45, 0.2, 0.4, 0.1};
    static const double x[] = {0.45, 0.25, 0.4, 0.3};
    for (int of = 0; of < 4; of++) {
        ph_curve curve = {.of = of, .half = 0.3, .n = 2};
        CU_ASSERT_DOUBLE_EQUAL(ph_curve_at(&curve, &state), x[of], 1e-15);
        curve.type = PH_CURVE_HILL;
        CU_ASSERT_DOUBLE_EQUAL(ph_curve_at(&curve, &state), x[of] * x[of] / (0.09 + x[of] * x[of]),
                               1e-15);
    }
}

int main(void)
{
    static const suite_test tests[] = {
        {"beats follow the equations", beats_follow_the_equations},
        {"what stays bound stops answering", what_stays_bound_stops_answering},
        {"the steady state stays", the_steady_state_stays},
        {"extreme times stay in bounds", extreme_times_stay_in_bounds},
        {"a plain receptor has neither", a_plain_receptor_has_neither},
        {"curves read what they name", curves_read_what_they_name},
    };
    return suite_run("receptors", tests, (int)(sizeof tests / sizeof tests[0]));
}

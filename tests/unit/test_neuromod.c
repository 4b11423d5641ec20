/* SPDX-License-Identifier: Apache-2.0 */
/* Tissue kinetics against closed forms, conservation and published levels; modulation curves. */
#include "suite.h"

#include "model/brain.h"
#include "neuromod/controllers.h"
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
    CU_ASSERT_EQUAL(ph_controllers_beat(controllers, &brain, 50, 5, NULL, 0, 0, &drive, &signal,
                                        &value), PH_OK);
    CU_ASSERT(drive.exc_rate == 7 && drive.inh_rate == 8 && signal == 1 && value == 2);
    ph_controllers_close(&controllers);
}

/* Nothing is expected: each reward is a surprise, for as long as a burst lasts. */
static void without_a_critic_reward_drives_the_nucleus(void)
{
    const ph_controller_type *rpe = &ph_controller_reward_prediction_error;
    _Alignas(16) char params[512] = {0};
    const ph_table *table = rpe->base.params;
    CU_ASSERT_FATAL(table->size <= sizeof params);
    for (int i = 0; i < table->count; i++) {
        double *value = (double *)(void *)(params + table->params[i].offset);
        if (!strcmp(table->params[i].name, "burst"))
            *value = 10;
        if (!strcmp(table->params[i].name, "burst_rate"))
            *value = 2000;
    }
    ph_controller_layout layout = {0};
    CU_ASSERT_EQUAL(rpe->layout(params, &layout), PH_OK);
    CU_ASSERT_EQUAL(layout.n_readouts, 0);
    void *state = NULL;
    CU_ASSERT_EQUAL_FATAL(rpe->open(params, &state), PH_OK);
    for (int k = 0; k < 10; k++) {
        ph_controller_beat beat = {.beat_ms = 5, .outcome = k == 3, .reward = k == 3 ? 0.5 : 0};
        CU_ASSERT_EQUAL(rpe->beat(state, params, &beat), PH_OK);
        int is_on = k == 3 || k == 4;
        CU_ASSERT(beat.drive.exc_rate == (is_on ? 1000 : 0) && beat.drive.inh_rate == 0);
        CU_ASSERT(beat.signal == (is_on ? 0.5 : 0) && isnan(beat.value));
    }
    rpe->close(&state);
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
        {"without a critic reward drives the nucleus", without_a_critic_reward_drives_the_nucleus},
    };
    return suite_run("neuromod", tests, (int)(sizeof tests / sizeof tests[0]));
}

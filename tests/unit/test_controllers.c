/* SPDX-License-Identifier: Apache-2.0 */
/* Controllers: how several are run, and each against a closed form or a second implementation. */
#include "suite.h"

#include "base/memory.h"
#include "model/brain.h"
#include "neuromod/controllers.h"
#include "neuromod/neuromod.h"

#include <math.h>

/* --- several controllers ----------------------------------------------------------------------- */

typedef struct stub_params {
    ph_drive_ports ports;
    ph_span reads;
    ph_signal other;
    double factor;
} stub_params;

static ph_status stub_layout(const void *parameters, ph_controller_layout *layout)
{
    const stub_params *p = parameters;
    if (p->reads.count)
        layout->readouts[layout->n_readouts++] = p->reads;
    return PH_OK;
}

static ph_status stub_open(const void *parameters, void **state)
{
    (void)parameters;
    int64_t *beats;
    PH_ALLOC(beats, 1);
    *state = beats;
    return PH_OK;
}

/* What it counted or read, times a factor. */
static ph_status stub_beat(void *state, const void *parameters, ph_controller_beat *beat)
{
    const stub_params *p = parameters;
    ++*(int64_t *)state;
    double x = p->other.controller >= 0 ? beat->signals[p->other.controller]
               : p->reads.count         ? (double)beat->counts[0]
                                        : beat->reward;
    beat->signal = p->factor * x;
    beat->drive = (ph_nucleus_drive){beat->signal, (double)*(int64_t *)state};
    return PH_OK;
}

static void stub_close(void **state)
{
    ph_free(*state);
    *state = NULL;
}

#define STUBS 4
static const ph_controller_type stub = {.layout = stub_layout, .open = stub_open,
                                        .beat = stub_beat, .close = stub_close};
static const ph_controller_type stub_critic = {.is_critic = 1, .layout = stub_layout,
                                               .open = stub_open, .beat = stub_beat,
                                               .close = stub_close};

/* Each gets its own counts, and the signals that those before it have in this beat. */
static void controllers_are_run_in_file_order(void)
{
    stub_params params[STUBS] = {{.reads = {0, 0, 10}, .other = {.controller = -1}, .factor = 2},
                                 {.other = {.controller = -1}, .factor = 3},
                                 {.reads = {1, 5, 5}, .other = {.controller = -1}, .factor = 5},
                                 {.other = {.controller = 2}, .factor = 7}};
    ph_variant variants[STUBS];
    ph_controller list[STUBS];
    for (int c = 0; c < STUBS; c++) {
        variants[c] = (ph_variant){c == 1 ? &stub_critic.base : &stub.base, &params[c], NULL};
        list[c] = (ph_controller){&variants[c], c / 2, "t.c"};
    }
    ph_brain brain = {.n_controllers = STUBS, .controllers = list};
    ph_span readouts[5];
    int n = 1;
    CU_ASSERT_EQUAL(ph_controllers_readouts(&brain, &n, readouts, 5), PH_OK);
    CU_ASSERT(n == 3 && readouts[1].population == 0 && readouts[2].first == 5);
    n = 4;
    CU_ASSERT_EQUAL(ph_controllers_readouts(&brain, &n, readouts, 5), PH_CONFIG);
    CU_ASSERT_EQUAL(ph_controllers_critic(&brain), 1);
    ph_controllers *all = NULL;
    CU_ASSERT_EQUAL_FATAL(ph_controllers_open(&brain, &all), PH_OK);
    for (int k = 1; k <= 3; k++) {
        int64_t counts[] = {k, 10 * k};
        ph_controller_beat beat = {.beat_ms = 5, .counts = counts, .reward = 0.5};
        ph_nucleus_drive drive[STUBS];
        double signal[STUBS] = {9, 9, 9, 9}, value[STUBS];
        CU_ASSERT_EQUAL(ph_controllers_beat(all, &brain, &beat, drive, signal, value), PH_OK);
        CU_ASSERT(signal[0] == 2 * k && signal[1] == 1.5 && signal[2] == 50 * k);
        CU_ASSERT(signal[3] == 350 * k && drive[3].exc_rate == 350 * k && drive[0].inh_rate == k);
        CU_ASSERT(isnan(value[0]));
    }
    ph_controllers_close(&all);
    CU_ASSERT_PTR_NULL(all);
}

int main(void)
{
    static const suite_test tests[] = {
        {"controllers are run in file order", controllers_are_run_in_file_order},
    };
    return suite_run("controllers", tests, (int)(sizeof tests / sizeof tests[0]));
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What rules stand on: running integrals of gates, and histories of postsynaptic spikes. */
#include "lazy.h"

/* A gate that jumps about every beat and is 0 at times. */
static double gate_at(int64_t beat)
{
    double u = unit(1, beat);
    return u < 0.2 ? 0 : 4 * (u - 0.5);
}

static void a_gate_integrates_what_it_is_given(void)
{
    ph_gate *gate = NULL;
    CU_ASSERT_EQUAL_FATAL(ph_gate_create(33, H, BEAT, 20000, &gate), PH_OK);
    for (int64_t beat = 0; beat < 1000; beat++)
        ph_gate_begin_beat(gate, beat * BEAT, gate_at(beat));
    for (int i = 0; i < 200; i++) {
        ph_step t0 = 32000 + (ph_step)(unit(5, i) * 17000), t1 = t0;
        t1 += (ph_step)(unit(6, i) * (double)(50000 - t0));
        double sum = 0;
        for (ph_step t = t0; t < t1; t++)
            sum += gate_at(t / BEAT) * 33 *
                   (exp(-(double)(t - t0) * H / 33) - exp(-(double)(t + 1 - t0) * H / 33));
        CU_ASSERT_DOUBLE_EQUAL(ph_gate_integral(gate, t0, t1), sum, 1e-8);
    }
    ph_gate_destroy(&gate);
}

static void a_history_forgets_only_what_is_too_old(void)
{
    ph_decay *decay = NULL;
    ph_history *history = NULL;
    CU_ASSERT_EQUAL_FATAL(ph_decay_create(20, H, 30000, &decay), PH_OK);
    ph_traces traces = {.decay = {decay}};
    CU_ASSERT_EQUAL_FATAL(ph_history_create(1, &traces, NULL, 1000, &history), PH_OK);
    ph_step last = 0;
    for (int i = 0; i < 5000; i++) {
        last += 1 + (ph_step)(unit(7, i) * 60);
        CU_ASSERT_EQUAL(ph_history_append(history, 0, last), PH_OK);
    }
    const ph_train *train = &history->trains[0];
    CU_ASSERT(train->count < 500);
    CU_ASSERT(train->steps[0] <= last - 1000 || train->count == 5000);
    uint32_t from = ph_train_from(train, last - 500);
    CU_ASSERT(train->steps[from] >= last - 500 && train->steps[from - 1] < last - 500);
    ph_history_destroy(&history);
    ph_decay_destroy(&decay);
}

static void a_recent_spike_grows_old_for_good(void)
{
    ph_decay *decay = NULL;
    ph_history *history = NULL;
    CU_ASSERT_EQUAL_FATAL(ph_decay_create(20, H, 30000, &decay), PH_OK);
    ph_traces traces = {.decay = {decay}};
    CU_ASSERT_EQUAL_FATAL(ph_history_create(2, &traces, NULL, 1000, &history), PH_OK);
    ph_step renewal = (ph_step)1 << 20, spike = ((ph_step)3 << 31) - renewal;
    /* Twice round 32 bits: neither the spike nor the one that neuron 1 never had comes back. */
    for (ph_step t = 0; t < (ph_step)1 << 34; t += renewal) {
        ph_history_renew(history, t);
        if (t == spike)
            CU_ASSERT_EQUAL(ph_history_append(history, 0, spike), PH_OK);
        int32_t age = ph_age((uint32_t)t, history->recent[0].step[0]);
        CU_ASSERT(t < spike || t > spike + 100 * renewal || age == t - spike);
        CU_ASSERT((t >= spike && t < spike + renewal) || age >= renewal);
        CU_ASSERT(ph_age((uint32_t)t, history->recent[1].step[0]) >= renewal);
    }
    ph_history_destroy(&history);
    ph_decay_destroy(&decay);
}

int main(void)
{
    static const suite_test tests[] = {
        {"a gate integrates what it is given", a_gate_integrates_what_it_is_given},
        {"a history forgets only what is too old", a_history_forgets_only_what_is_too_old},
        {"a recent spike grows old for good", a_recent_spike_grows_old_for_good},
    };
    return suite_run("plasticity", tests, (int)(sizeof tests / sizeof tests[0]));
}

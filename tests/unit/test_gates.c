/* SPDX-License-Identifier: Apache-2.0 */
/* Rules whose pairs are gated by the potential of a dendrite, against a clock-driven evaluation of
 * the same equations; V jumps about from step to step. */
#include "suite.h"

#include "base/random.h"
#include "plasticity/gate.h"
#include "plasticity/history.h"
#include "plasticity/rules.h"
#include "plasticity/sampled.h"

#include <math.h>

#define H 0.1 /* ms */
#define BEAT 50
#define SWEEP 10000
#define DELAY 20
#define STEPS 300000
#define TAU 20.0
#define TAU_E 400.0
#define W_MAX 4.0
#define RATE 0.02
#define GATE_RATE 0.4 /* 1/s */

static double unit(int64_t id, int64_t counter)
{
    return ph_random_unit(ph_random(5, PH_PURPOSE_BENCH, id, 0, counter, 0).v[0]);
}

static double V_at(ph_step t)
{
    return 40 * unit(1, t / 7); /* mV above E_L */
}

static int pre(ph_step t)
{
    return unit(2, t) < 15 * H * 1e-3;
}

/* A burst now and then, so that some visits catch up over more spikes than are kept close. */
static int post(ph_step t)
{
    return unit(3, t) < (t / 3000 % 5 ? 10 : 80) * H * 1e-3;
}

static double gate_of(double V)
{
    return 1 / (1 + exp(-(V - 25) / 4));
}

static double reference(int is_reward, ph_step dendritic)
{
    double x = 0, y = 0, e = 0, w = 0.5 * W_MAX, k = exp(-H / TAU), k_e = exp(-H / TAU_E);
    double at_spike[STEPS / 1000 + 1000];
    int n = 0, next = 0;
    ph_step when[STEPS / 1000 + 1000];
    for (ph_step t = 1; t <= STEPS; t++) {
        w += is_reward ? GATE_RATE * 1e-3 * W_MAX * e * TAU_E * (1 - k_e) : 0;
        x *= k, y *= k, e *= k_e;
        double now = gate_of(V_at(t - 1)); /* arrivals come before the update */
        if (t > DELAY && pre(t - DELAY)) {
            w -= is_reward ? 0 : RATE * W_MAX * y * now;
            e -= y * now;
            x += 1;
        }
        if (post(t)) {
            when[n] = t + dendritic;
            at_spike[n++] = gate_of(V_at(t));
        }
        if (next < n && when[next] == t) {
            w += is_reward ? 0 : RATE * W_MAX * x * at_spike[next];
            e += x * at_spike[next++];
            y += 1;
        }
        w = fmin(fmax(w, 0), W_MAX);
    }
    return w;
}

typedef struct lazy {
    ph_rule_context c;
    ph_history *history;
    ph_real V;
} lazy;

static void open(const ph_rule *rule, const void *params, ph_step dendritic, lazy *l)
{
    ph_step keep = SWEEP + 2 * BEAT + dendritic + 2;
    *l = (lazy){.c = {.params = params, .h = H, .w_max = W_MAX, .dendritic = dendritic,
                      .is_gated = 1}};
    CU_ASSERT_EQUAL_FATAL(ph_decay_create(TAU, H, 2 * keep, &l->c.pre[0]), PH_OK);
    CU_ASSERT_EQUAL_FATAL(ph_decay_create(TAU, H, 2 * keep, &l->c.post[0]), PH_OK);
    CU_ASSERT_EQUAL_FATAL(ph_decay_create(TAU_E, H, 2 * keep, &l->c.decay[0]), PH_OK);
    CU_ASSERT_EQUAL_FATAL(ph_gate_create(TAU_E, H, BEAT, keep, &l->c.gate[0]), PH_OK);
    for (int i = 0; rule->sampled[i]; i++)
        CU_ASSERT_EQUAL_FATAL(ph_sampled_create(BEAT, keep, &l->c.sampled[i]), PH_OK);
    ph_traces traces = {.decay = {l->c.post[0]}};
    ph_local local = {&l->V, 25, 4};
    CU_ASSERT_EQUAL_FATAL(ph_history_create(1, &traces, &local, keep, &l->history), PH_OK);
}

static void close_all(lazy *l)
{
    ph_decay_destroy(&l->c.pre[0]);
    ph_decay_destroy(&l->c.post[0]);
    ph_decay_destroy(&l->c.decay[0]);
    ph_gate_destroy(&l->c.gate[0]);
    for (int i = 0; i < PH_RULE_SAMPLED; i++)
        ph_sampled_destroy(&l->c.sampled[i]);
    ph_history_destroy(&l->history);
}

static double run(const ph_rule *rule, const void *params, int is_reward, ph_step dendritic)
{
    lazy l;
    open(rule, params, dendritic, &l);
    ph_real w = (ph_real)(0.5 * W_MAX), e = 0, x = 0;
    ph_step last = 0;
    uint16_t target = 0;
    for (ph_step t = 1; t <= STEPS; t++) {
        if ((t - 1) % BEAT == 0) {
            ph_gate_begin_beat(l.c.gate[0], t - 1, GATE_RATE);
            for (int i = 0; rule->sampled[i]; i++)
                ph_sampled_begin_beat(l.c.sampled[i], t - 1, i == 0 && !is_reward ? RATE : 1);
        }
        int spike = t > DELAY && pre(t - DELAY), sweep = t > DELAY && t % SWEEP == 77;
        if (spike || sweep || t == STEPS) {
            int32_t interval = (int32_t)(t - DELAY - last);
            ph_visit visit = {.arrival = t, .kind = spike ? PH_VISIT_SPIKE : PH_VISIT_SWEEP,
                              .n = 1, .target = &target, .interval = &interval, .x = {&x},
                              .w = &w, .state = {&e}, .history = l.history};
            rule->visit(&l.c, &visit);
            x = x * ph_decay_factor(l.c.pre[0], interval) + (ph_real)spike;
            last = t - DELAY;
        }
        l.V = (ph_real)V_at(t);
        if (post(t))
            CU_ASSERT_EQUAL(ph_history_append(l.history, 0, t), PH_OK);
    }
    close_all(&l);
    return (double)w;
}

/* Mirrors of the rules' parameters, of which visits read `bounds` alone. */
typedef struct pair_params {
    double tau_plus, tau_minus, learning_rate, A_plus, A_minus, w_max;
    int bounds, pairing;
} pair_params;

typedef struct reward_params {
    double tau_plus, tau_minus, tau_e, learning_rate, A_plus, A_minus, w_max;
    int bounds;
} reward_params;

static void pairs_count_as_the_dendrite_is_depolarised(void)
{
    pair_params pair = {.bounds = PH_BOUNDS_HARD};
    reward_params reward = {.bounds = PH_BOUNDS_HARD};
    for (ph_step dendritic = 0; dendritic <= 30; dendritic += 30) {
        CU_ASSERT_DOUBLE_EQUAL(run(&ph_rule_stdp, &pair, 0, dendritic), reference(0, dendritic),
                               2e-5 * W_MAX);
        CU_ASSERT_DOUBLE_EQUAL(run(&ph_rule_stdp_reward, &reward, 1, dendritic),
                               reference(1, dendritic), 2e-5 * W_MAX);
    }
}

int main(void)
{
    static const suite_test tests[] = {
        {"pairs count as the dendrite is depolarised", pairs_count_as_the_dendrite_is_depolarised},
    };
    return suite_run("gates", tests, (int)(sizeof tests / sizeof tests[0]));
}

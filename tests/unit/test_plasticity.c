/* SPDX-License-Identifier: Apache-2.0 */
/* The lazily evaluated rules against a clock-driven evaluation of the same equations, step by step
 * in double, on random trains with a modulator that changes every beat. */
#include "suite.h"

#include "base/memory.h"
#include "base/random.h"
#include "plasticity/gate.h"
#include "plasticity/history.h"
#include "plasticity/rules.h"
#include "plasticity/sampled.h"

#include <math.h>
#include <string.h>

#define H 0.1 /* ms */
#define BEAT 50
#define SWEEP 10000
#define DELAY 37

static double unit(int64_t id, int64_t counter)
{
    return ph_random_unit(ph_random(42, PH_PURPOSE_BENCH, id, 0, counter, 0).v[0]);
}

/* A gate that jumps about every beat and is 0 at times; amplitudes that drift. */
static double gate_at(int64_t beat)
{
    double u = unit(1, beat);
    return u < 0.2 ? 0 : 4 * (u - 0.5);
}

static double plus_at(int64_t beat)
{
    return 1 + 0.5 * sin(0.01 * (double)beat);
}

static double minus_at(int64_t beat)
{
    return 0.6 * cos(0.013 * (double)beat);
}

typedef struct setting {
    double tau_plus, tau_minus, tau_e, learning_rate, w_max;
    int soft;
    ph_step dendritic, steps;
    double pre_hz, post_hz;
    int64_t id;
} setting;

static int pre_spikes(const setting *s, ph_step t)
{
    /* Silent for some seconds in between, so that sweeps alone bring the synapse forward. */
    if (t > s->steps / 3 && t < s->steps / 2)
        return 0;
    return unit(100 + s->id, t) < s->pre_hz * H * 1e-3;
}

static int post_spikes(const setting *s, ph_step t)
{
    return unit(200 + s->id, t) < s->post_hz * H * 1e-3;
}

static double bounded(double w, double dw, const setting *s)
{
    if (s->soft)
        dw *= dw > 0 ? 1 - w / s->w_max : w / s->w_max;
    return fmin(fmax(w + dw, 0), s->w_max);
}

/* Clock-driven reference of stdp_reward. Bounds at arrivals, postsynaptic spikes and sweeps. */
static double reference_reward(const setting *s, double w, double *e_out)
{
    double x = 0, y = 0, e = 0, pending = 0;
    double kx = exp(-H / s->tau_plus), ky = exp(-H / s->tau_minus), ke = exp(-H / s->tau_e);
    double area = s->tau_e * (1 - ke) * 1e-3; /* s: integral of the decay over a step */
    ph_step phase = SWEEP / 3;
    for (ph_step t = 1; t <= s->steps; t++) {
        pending += s->learning_rate * gate_at((t - 1) / BEAT) * s->w_max * e * area;
        x *= kx;
        y *= ky;
        e *= ke;
        int arrival = t > DELAY && pre_spikes(s, t - DELAY);
        int sweep = t > DELAY && (t - DELAY) % SWEEP == phase;
        int post = t > s->dendritic && post_spikes(s, t - s->dendritic);
        if (arrival || sweep || post) {
            w = bounded(w, pending, s);
            pending = 0;
        }
        if (arrival) {
            e -= minus_at((t - 1) / BEAT) * y;
            x += 1;
        }
        if (post) {
            e += plus_at((t - 1) / BEAT) * x;
            y += 1;
        }
    }
    *e_out = e;
    return bounded(w, pending, s);
}

static double reference_pair(const setting *s, double w)
{
    double x = 0, y = 0, kx = exp(-H / s->tau_plus), ky = exp(-H / s->tau_minus);
    for (ph_step t = 1; t <= s->steps; t++) {
        x *= kx;
        y *= ky;
        if (t > DELAY && pre_spikes(s, t - DELAY)) {
            w = bounded(w, -s->learning_rate * minus_at((t - 1) / BEAT) * s->w_max * y, s);
            x += 1;
        }
        if (t > s->dendritic && post_spikes(s, t - s->dendritic)) {
            w = bounded(w, s->learning_rate * plus_at((t - 1) / BEAT) * s->w_max * x, s);
            y += 1;
        }
    }
    return w;
}

typedef struct lazy {
    ph_rule_context context;
    ph_history *history;
} lazy;

static void open_lazy(const setting *s, const ph_rule *rule, const void *params, int neurons,
                      lazy *l)
{
    ph_step keep = SWEEP + 2 * BEAT + s->dendritic + 2;
    ph_rule_context *c = &l->context;
    memset(l, 0, sizeof *l);
    CU_ASSERT_EQUAL_FATAL(ph_decay_create(s->tau_plus, H, 2 * keep, &c->pre[0]), PH_OK);
    CU_ASSERT_EQUAL_FATAL(ph_decay_create(s->tau_minus, H, 2 * keep, &c->post[0]), PH_OK);
    if (rule->decays[0])
        CU_ASSERT_EQUAL_FATAL(ph_decay_create(s->tau_e, H, 2 * keep, &c->decay[0]), PH_OK);
    if (rule->gates[0].factor)
        CU_ASSERT_EQUAL_FATAL(ph_gate_create(s->tau_e, H, BEAT, keep, &c->gate[0]), PH_OK);
    for (int i = 0; rule->sampled[i]; i++)
        CU_ASSERT_EQUAL_FATAL(ph_sampled_create(BEAT, keep, &l->context.sampled[i]), PH_OK);
    ph_traces traces = {.decay = {c->post[0]}};
    CU_ASSERT_EQUAL_FATAL(ph_history_create(neurons, &traces, NULL, keep, &l->history), PH_OK);
    l->context.params = params;
    l->context.h = H;
    l->context.w_max = s->w_max;
    l->context.dendritic = s->dendritic;
}

static void close_lazy(lazy *l)
{
    ph_decay_destroy(&l->context.pre[0]);
    ph_decay_destroy(&l->context.post[0]);
    ph_decay_destroy(&l->context.decay[0]);
    ph_gate_destroy(&l->context.gate[0]);
    for (int i = 0; i < PH_RULE_SAMPLED; i++)
        ph_sampled_destroy(&l->context.sampled[i]);
    ph_history_destroy(&l->history);
}

static void begin_beat(lazy *l, const setting *s, ph_step begin)
{
    int64_t beat = begin / BEAT;
    int offset = 0;
    if (l->context.gate[0])
        ph_gate_begin_beat(l->context.gate[0], begin, s->learning_rate * gate_at(beat));
    else
        ph_sampled_begin_beat(l->context.sampled[offset++], begin, s->learning_rate);
    ph_sampled_begin_beat(l->context.sampled[offset], begin, plus_at(beat));
    ph_sampled_begin_beat(l->context.sampled[offset + 1], begin, minus_at(beat));
}

/* The engine's way: visits at arrivals and sweeps only, then one last visit at the end. */
static double run_lazy(const setting *s, const ph_rule *rule, const void *params, double w0,
                       double *e_out)
{
    lazy l;
    open_lazy(s, rule, params, 1, &l);
    ph_step last = 0, phase = SWEEP / 3;
    ph_real w = (ph_real)w0, e = 0, x = 0;
    uint16_t target = 0;
    for (ph_step t = 1; t <= s->steps; t++) {
        if ((t - 1) % BEAT == 0)
            begin_beat(&l, s, t - 1);
        int spike = t > DELAY && pre_spikes(s, t - DELAY);
        int sweep = t > DELAY && (t - DELAY) % SWEEP == phase;
        if (spike || sweep || t == s->steps) {
            ph_step k = t - DELAY, before = last;
            int32_t interval = (int32_t)(k - before);
            ph_visit visit = {.arrival = t, .kind = spike ? PH_VISIT_SPIKE : PH_VISIT_SWEEP,
                              .n = 1, .target = &target,
                              .interval = &interval, .x = {&x}, .w = &w, .state = {&e},
                              .history = l.history};
            rule->visit(&l.context, &visit);
            x = x * ph_decay_factor(l.context.pre[0], k - before) + (ph_real)spike;
            last = k;
        }
        if (post_spikes(s, t))
            CU_ASSERT_EQUAL(ph_history_append(l.history, 0, t), PH_OK);
    }
    close_lazy(&l);
    *e_out = (double)e;
    return (double)w;
}

/* Mirror of the rules' parameter structs: only `bounds` is read by visits. */
typedef struct reward_params {
    double tau_plus, tau_minus, tau_e, learning_rate, A_plus, A_minus, w_max;
    int bounds;
} reward_params;

typedef struct pair_params {
    double tau_plus, tau_minus, learning_rate, A_plus, A_minus, w_max;
    int bounds;
} pair_params;

static void compare(const setting *s)
{
    double e_lazy, e_reference, w0 = 0.4 * s->w_max;
    reward_params reward = {.bounds = s->soft ? PH_BOUNDS_SOFT : PH_BOUNDS_HARD};
    double w_lazy = run_lazy(s, &ph_rule_stdp_reward, &reward, w0, &e_lazy);
    double w_reference = reference_reward(s, w0, &e_reference);
    CU_ASSERT(fabs(w_reference - w0) > 1e-3 * s->w_max); /* the test sees a change */
    CU_ASSERT_DOUBLE_EQUAL(w_lazy, w_reference, 1e-5 * s->w_max);
    CU_ASSERT_DOUBLE_EQUAL(e_lazy, e_reference, 2e-5 * (1 + fabs(e_reference)));
    pair_params pair = {.bounds = reward.bounds};
    w_lazy = run_lazy(s, &ph_rule_stdp, &pair, w0, &e_lazy);
    w_reference = reference_pair(s, w0);
    CU_ASSERT(fabs(w_reference - w0) > 1e-3 * s->w_max);
    CU_ASSERT_DOUBLE_EQUAL(w_lazy, w_reference, 1e-5 * s->w_max);
}

static void lazy_rules_agree_with_clock_driven_ones(void)
{
    for (int64_t id = 0; id < 8; id++) {
        setting s = {.tau_plus = 20, .tau_minus = 15 + 5.0 * (double)id, .tau_e = 250,
                     .learning_rate = 0.05, .w_max = 3, .soft = id % 2, .dendritic = 4 * id,
                     .steps = 120000, .pre_hz = 4 + 3.0 * (double)id, .post_hz = 12, .id = id};
        compare(&s);
    }
}

static void a_short_eligibility_crosses_many_origins(void)
{
    /* 10^4 tau_e: 200 s at 20 ms, with one presynaptic spike in four seconds on average. */
    setting s = {.tau_plus = 20, .tau_minus = 20, .tau_e = 20, .learning_rate = 1.5, .w_max = 2,
                 .soft = 1, .dendritic = 3, .steps = 2000000, .pre_hz = 1, .post_hz = 15,
                 .id = 77};
    double e_lazy, e_reference;
    reward_params reward = {.bounds = PH_BOUNDS_SOFT};
    double w_lazy = run_lazy(&s, &ph_rule_stdp_reward, &reward, 0.8, &e_lazy);
    double w_reference = reference_reward(&s, 0.8, &e_reference);
    CU_ASSERT(fabs(w_reference - 0.8) > 1e-3);
    CU_ASSERT_DOUBLE_EQUAL(w_lazy, w_reference, 1e-5 * s.w_max);
}

#define NEURONS 50

/* Intervals and rates so different that lanes catch up over none to dozens of spikes, some of them
 * on their way up the dendrite, and begin in this period of the gate or one of those before. */
static void together_as_one_by_one(const ph_rule *rule, const void *params, const setting *s)
{
    lazy l;
    open_lazy(s, rule, params, NEURONS, &l);
    for (ph_step t = 1; t <= s->steps; t++) {
        if ((t - 1) % BEAT == 0)
            begin_beat(&l, s, t - 1);
        ph_real w[2][PH_VISIT_MOST], e[2][PH_VISIT_MOST], x[PH_VISIT_MOST];
        int32_t interval[PH_VISIT_MOST];
        uint16_t target[PH_VISIT_MOST];
        int n = t > SWEEP && t % 37 == 0 ? 1 + (int)(unit(300, t) * PH_VISIT_MOST) : 0;
        for (int i = 0; i < n; i++) {
            double u = unit(301, t * PH_VISIT_MOST + i);
            target[i] = (uint16_t)(unit(302, t * PH_VISIT_MOST + i) * NEURONS);
            interval[i] = (int32_t)(u * u * u * SWEEP);
            x[i] = (ph_real)(1 + unit(303, i));
            w[0][i] = w[1][i] = (ph_real)(s->w_max * unit(304, t + i));
            e[0][i] = e[1][i] = (ph_real)(unit(305, t + i) - 0.5);
        }
        ph_visit visit = {.arrival = t, .kind = t % 2 ? PH_VISIT_SPIKE : PH_VISIT_SWEEP, .n = n, .target = target,
                          .interval = interval, .x = {x}, .w = w[0], .state = {e[0]},
                          .history = l.history};
        if (n > 0)
            rule->visit(&l.context, &visit);
        for (int i = 0; i < n; i++) {
            ph_visit one = {.arrival = t, .kind = t % 2 ? PH_VISIT_SPIKE : PH_VISIT_SWEEP, .n = 1, .target = &target[i],
                            .interval = &interval[i], .x = {&x[i]}, .w = &w[1][i],
                            .state = {&e[1][i]}, .history = l.history};
            rule->visit(&l.context, &one);
        }
        CU_ASSERT(!memcmp(w[0], w[1], (size_t)n * sizeof w[0][0]));
        CU_ASSERT(!memcmp(e[0], e[1], (size_t)n * sizeof e[0][0]));
        for (int i = 0; i < NEURONS; i++)
            if (unit(400 + i, t) < i * H * 1e-3 * 2)
                CU_ASSERT_EQUAL(ph_history_append(l.history, i, t), PH_OK);
    }
    close_lazy(&l);
}

static void many_together_are_as_one_by_one(void)
{
    reward_params reward = {.bounds = PH_BOUNDS_SOFT};
    pair_params pair = {.bounds = PH_BOUNDS_HARD};
    for (int k = 0; k < 3; k++) {
        setting s = {.tau_plus = 20, .tau_minus = 20, .tau_e = k == 2 ? 20 : 500,
                     .learning_rate = 0.5, .w_max = 3, .dendritic = k == 1 ? 30 : 0,
                     .steps = 2 * SWEEP + SWEEP / 2};
        together_as_one_by_one(&ph_rule_stdp_reward, &reward, &s);
        together_as_one_by_one(&ph_rule_stdp, &pair, &s);
    }
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
    CU_ASSERT(train->posts[0].step <= last - 1000 || train->count == 5000);
    uint32_t from = ph_train_from(train, last - 500);
    CU_ASSERT(train->posts[from].step >= last - 500 && train->posts[from - 1].step < last - 500);
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
        {"lazy rules agree with clock-driven ones", lazy_rules_agree_with_clock_driven_ones},
        {"a short eligibility crosses many origins", a_short_eligibility_crosses_many_origins},
        {"many together are as one by one", many_together_are_as_one_by_one},
        {"a gate integrates what it is given", a_gate_integrates_what_it_is_given},
        {"a history forgets only what is too old", a_history_forgets_only_what_is_too_old},
        {"a recent spike grows old for good", a_recent_spike_grows_old_for_good},
    };
    return suite_run("plasticity", tests, (int)(sizeof tests / sizeof tests[0]));
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Controllers: how several are run, and each against a closed form or a second implementation. */
#include "suite.h"

#include "base/memory.h"
#include "cli/registries.h"
#include "config/tree.h"
#include "model/brain.h"
#include "neuromod/neuromod.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define BEAT 5.0 /* ms */

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

/* What it counted or read, times a factor. */
static void stub_beat(void *state, const void *parameters, ph_controller_beat *beat)
{
    const stub_params *p = parameters;
    ++*(int64_t *)state;
    double x = p->other.controller >= 0 ? beat->signals[p->other.controller]
               : p->reads.count         ? (double)beat->counts[0]
                                        : beat->reward;
    beat->signal = p->factor * x;
    beat->drive = (ph_nucleus_drive){beat->signal, (double)*(int64_t *)state};
}

#define STUBS 4
static const ph_controller_type stubs[2] = {
    {.state = sizeof(int64_t), .layout = stub_layout, .beat = stub_beat},
    {.state = sizeof(int64_t), .layout = stub_layout, .beat = stub_beat, .is_critic = 1}};

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
        variants[c] = (ph_variant){&stubs[c == 1].base, &params[c], NULL};
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
        ph_controller_beat beat = {.beat_ms = BEAT, .counts = counts, .reward = 0.5};
        ph_nucleus_drive drive[STUBS];
        double signal[STUBS] = {9, 9, 9, 9}, value[STUBS];
        ph_controllers_beat(all, &brain, &beat, drive, signal, value);
        CU_ASSERT(signal[0] == 2 * k && signal[1] == 1.5 && signal[2] == 50 * k);
        CU_ASSERT(signal[3] == 350 * k && drive[3].exc_rate == 350 * k && drive[0].inh_rate == k);
        CU_ASSERT(isnan(value[0]));
    }
    ph_controllers_close(&all);
    CU_ASSERT_PTR_NULL(all);
}

/* --- a brain of which only the controllers are run --------------------------------------------- */

static const char head[] =
    "regions:\n"
    "  r:\n"
    "    populations:\n"
    "      A: {size: 10, neuron: {type: iaf_cond_exp}}\n"
    "      B: {size: 20, neuron: {type: iaf_cond_exp}}\n"
    "      N: {size: 10, neuron: {type: iaf_cond_exp}}\n"
    "neuromodulation:\n"
    "  transmitters:\n"
    "    t:\n"
    "      nucleus: r.N\n"
    "      release: 1 nM\n"
    "      controllers:\n";

#define MOST 4
typedef struct bench {
    ph_tree *tree;
    ph_brain *brain;
    ph_controllers *all;
    double signal[MOST], value[MOST];
    ph_nucleus_drive drive[MOST];
} bench;

/* @param controllers YAML, each "        NAME: {type: ..}\n", to which weights are added */
static void open_bench(bench *b, const char *controllers)
{
    char text[4096];
    size_t n = (size_t)snprintf(text, sizeof text, "%s", head);
    for (const char *c = controllers; *c; c++) {
        if (*c == '}' && (c[1] == '\n' || !c[1]))
            n += (size_t)snprintf(text + n, sizeof text - n, ", exc_weight: 1 nS, inh_weight: 1 nS");
        text[n++] = *c;
    }
    text[n] = '\0';
    *b = (bench){.tree = NULL};
    CU_ASSERT_EQUAL_FATAL(ph_tree_parse(text, "test", &b->tree), PH_OK);
    ph_status status = ph_brain_create(b->tree, ph_registries(), &b->brain);
    if (status != PH_OK)
        printf("%s\n", ph_error_message());
    CU_ASSERT_EQUAL_FATAL(status, PH_OK);
    CU_ASSERT_FATAL(b->brain->n_controllers <= MOST);
    CU_ASSERT_EQUAL_FATAL(ph_controllers_open(b->brain, &b->all), PH_OK);
}

static void run_beat(bench *b, const int64_t *counts, int outcome, double reward)
{
    ph_controller_beat beat = {.beat_ms = BEAT, .counts = counts, .outcome = outcome,
                               .reward = reward};
    ph_controllers_beat(b->all, b->brain, &beat, b->drive, b->signal, b->value);
}

static void close_bench(bench *b)
{
    ph_controllers_close(&b->all);
    ph_brain_destroy(&b->brain);
    ph_tree_destroy(&b->tree);
}

static uint64_t draw(uint64_t *x)
{
    *x = *x * 6364136223846793005u + 1442695040888963407u;
    return *x >> 33;
}

/* --- reward prediction error ------------------------------------------------------------------- */

/* Nothing is expected: each reward is a surprise, for as long as a burst lasts. */
static void without_a_critic_reward_drives_the_nucleus(void)
{
    bench b;
    open_bench(&b, "        e: {type: reward_prediction_error, burst: 10 ms, burst_rate: 2000 Hz}\n");
    for (int k = 0; k < 10; k++) {
        run_beat(&b, NULL, k == 3, k == 3 ? 0.5 : 0);
        int is_on = k == 3 || k == 4;
        CU_ASSERT(b.drive[0].exc_rate == (is_on ? 1000 : 0) && b.drive[0].inh_rate == 0);
        CU_ASSERT(b.signal[0] == (is_on ? 0.5 : 0) && isnan(b.value[0]));
    }
    close_bench(&b);
}

/* The rate of 10 cells over 4 beats, at most 1. */
static void a_critic_expects_by_its_rate(void)
{
    bench b;
    int64_t past[200];
    uint64_t x = 1;
    open_bench(&b, "        e: {type: reward_prediction_error, critic: r.A, window: 20 ms, "
                   "rate_base: 5 Hz, rate_scale: 20 Hz, pause_rate: 100 Hz}\n");
    for (int k = 0; k < 200; k++) {
        past[k] = (int64_t)(draw(&x) % 8) * (k % 30 < 20);
        run_beat(&b, &past[k], k % 7 == 6, 0);
        if (k % 7 != 6)
            continue;
        double spikes = 0;
        for (int i = 0; i < 4; i++)
            spikes += (double)past[k - i];
        double V = fmin(1, fmax(0, (spikes / 10 / 0.02 - 5) / 20));
        CU_ASSERT_DOUBLE_EQUAL(b.signal[0], -V, 1e-12);
        CU_ASSERT_DOUBLE_EQUAL(b.value[0], V, 1e-12);
        CU_ASSERT_DOUBLE_EQUAL(b.drive[0].inh_rate, 100 * V, 1e-9);
    }
    close_bench(&b);
}

/* --- temporal difference error ----------------------------------------------------------------- */

#define TAU 0.2
#define NU 0.05
#define TAU_R 4.0
#define TD_BEATS 400

static double kappa(double t)
{
    return t > 0 ? (exp(-t / TAU) - exp(-t / NU)) / (TAU - NU) : 0;
}

/* Sum over all pulses of the past. */
static double filtered(const double *pulses, int n, double t)
{
    double sum = 0;
    for (int k = 0; k < n; k++)
        sum += pulses[k] * kappa(t - k * BEAT * 1e-3);
    return sum;
}

/* Against the definition: every spike's kernel summed anew, integrals by Simpson's rule. */
static void td_error_follows_its_definition(void)
{
    bench b;
    double spikes[TD_BEATS], rewards[TD_BEATS], dt = BEAT * 1e-3, nu = 0.03, V0 = -0.2;
    uint64_t x = 3;
    open_bench(&b, "        e: {type: td_error, critic: r.B, nu: 0.03 s, V0: -0.2, "
                   "burst_rate: 10 Hz, pause_rate: 20 Hz}\n");
    for (int k = 0; k < TD_BEATS; k++) {
        int64_t n = (int64_t)(draw(&x) % 12) * (k / 60 % 2);
        spikes[k] = (double)n / 20;
        rewards[k] = k % 90 == 50 ? 0.7 : k % 90 == 70 ? -0.3 : 0;
        run_beat(&b, &n, 0, rewards[k]);
        double t = k * dt, V[3], r[3];
        for (int i = 0; i < 3; i++) {
            V[i] = nu * filtered(spikes, k + 1, t + i * dt / 2) + V0;
            r[i] = filtered(rewards, k + 1, t + i * dt / 2);
        }
        double delta = (V[2] - V[0]) / dt - (V[0] + 4 * V[1] + V[2]) / 6 / TAU_R +
                       (r[0] + 4 * r[1] + r[2]) / 6;
        CU_ASSERT_DOUBLE_EQUAL(b.signal[0], delta, 1e-6);
        CU_ASSERT_DOUBLE_EQUAL(b.value[0], V[0], 1e-12);
        CU_ASSERT_DOUBLE_EQUAL(b.drive[0].exc_rate, 10 * fmax(b.signal[0], 0), 1e-12);
        CU_ASSERT_DOUBLE_EQUAL(b.drive[0].inh_rate, 20 * fmax(-b.signal[0], 0), 1e-12);
    }
    close_bench(&b);
}

enum { UNEXPECTED, EXPECTED, OMITTED };

/* A critic of 10 cells that fires at 20 Hz (its value: 1) from the cue at 1 s to the reward at 2 s.
 * @param burst,outcome out: integrals of delta over the second after the cue, after the reward */
static void condition(int how, double *burst, double *outcome, double *worst)
{
    bench b;
    *burst = *outcome = *worst = 0;
    open_bench(&b, "        e: {type: td_error, critic: r.A, nu: 0.05 s, tau_r: 1000000 s}\n");
    for (int k = 0; k < 600; k++) {
        int64_t n = how != UNEXPECTED && k >= 200 && k < 400;
        run_beat(&b, &n, k == 400, k == 400 && how != OMITTED);
        *burst += k >= 200 && k < 400 ? b.signal[0] * BEAT * 1e-3 : 0;
        *outcome += k >= 400 ? b.signal[0] * BEAT * 1e-3 : 0;
        if (k >= 400)
            *worst = fmax(*worst, fabs(b.signal[0]));
    }
    close_bench(&b);
}

/* The burst is worth the reward: where it is expected at the cue, else as it comes; a reward that is
 * not paid leaves as large a pause. An expected reward leaves next to nothing at any time (half a beat
 * between the last spike and the reward's beat). */
static void the_burst_moves_from_reward_to_cue(void)
{
    double burst, outcome, worst;
    condition(UNEXPECTED, &burst, &outcome, &worst);
    CU_ASSERT(burst == 0);
    CU_ASSERT_DOUBLE_EQUAL(outcome, 1, 0.01);
    CU_ASSERT_DOUBLE_EQUAL(worst, 3.15, 0.01);
    condition(EXPECTED, &burst, &outcome, &worst);
    CU_ASSERT_DOUBLE_EQUAL(burst, 1, 0.01);
    CU_ASSERT_DOUBLE_EQUAL(outcome, 0, 0.01);
    CU_ASSERT(worst < 0.3);
    condition(OMITTED, &burst, &outcome, &worst);
    CU_ASSERT_DOUBLE_EQUAL(burst, 1, 0.01);
    CU_ASSERT_DOUBLE_EQUAL(outcome, -1, 0.02);
}

/* --- uncertainty ------------------------------------------------------------------------------- */

/* An error of 0.8 at each outcome for 30 outcomes, then of 0.2, each with its weight. */
static void uncertainty_follows_its_closed_form(void)
{
    bench b;
    open_bench(&b, "        e: {type: reward_prediction_error, burst: 5 ms}\n"
                   "        a: {type: expected_uncertainty, error: t.e, rate: 0.1, zero: 0.3, "
                   "exc_rate: 100 Hz, inh_rate: 50 Hz}\n"
                   "        s: {type: expected_uncertainty, error: t.e, of: squared, rate: 0.1, "
                   "scale: 2, initial: 0}\n"
                   "        u: {type: unexpected_uncertainty, error: t.e, rate_fast: 0.4, "
                   "rate_slow: 0.05, initial: 0, volatility_rate: 10 Hz}\n");
    double volatility = 0;
    for (int k = 0; k < 600; k++) {
        int n = k / 10 + (k % 10 >= 4); /* outcomes so far */
        double x = n <= 30 ? 0.8 : -0.2;
        run_beat(&b, NULL, k % 10 == 4, k % 10 == 4 ? x : 0);
        int m = n <= 30 ? n : 30, l = n - m;
        double a = 0.2 + (0.8 + (0.5 - 0.8) * pow(0.9, m) - 0.2) * pow(0.9, l);
        double s = 0.01 + (0.16 - 0.16 * pow(0.9, m) - 0.01) * pow(0.9, l);
        double fast = 0.2 + (0.8 - 0.8 * pow(0.6, m) - 0.2) * pow(0.6, l);
        double slow = 0.2 + (0.8 - 0.8 * pow(0.95, m) - 0.2) * pow(0.95, l);
        if (k % 10 == 4)
            volatility += 0.02 * (fmax(fast - slow, 0) - volatility);
        CU_ASSERT_DOUBLE_EQUAL(b.signal[1], a, 1e-12);
        CU_ASSERT_DOUBLE_EQUAL(b.signal[2], s, 1e-12);
        CU_ASSERT_DOUBLE_EQUAL(b.signal[3], fast - slow, 1e-12);
        CU_ASSERT_DOUBLE_EQUAL(b.value[3], volatility, 1e-12);
        CU_ASSERT_DOUBLE_EQUAL(b.drive[1].exc_rate, 100 * fmax(a - 0.3, 0), 1e-9);
        CU_ASSERT_DOUBLE_EQUAL(b.drive[1].inh_rate, 50 * fmax(0.3 - a, 0), 1e-9);
        CU_ASSERT_DOUBLE_EQUAL(b.drive[3].exc_rate,
                               200 * fmax(fast - slow, 0) + 10 * volatility, 1e-9);
    }
    CU_ASSERT(volatility > 0.01);
    close_bench(&b);
}

/* Without another's error: rewards of probability 0.8, whose variance is 0.16; then certain ones. */
static void outcomes_have_a_variance_of_their_own(void)
{
    bench b;
    uint64_t x = 11;
    double sum = 0, mean = 0, a = 0.5;
    open_bench(&b, "        a: {type: expected_uncertainty, of: squared}\n");
    for (int n = 1; n <= 4000; n++) {
        double reward = n > 3600 || draw(&x) % 10 < 8;
        run_beat(&b, NULL, 1, reward);
        double error = n > 1 ? reward - mean : 0;
        mean += fmax(1.0 / n, 0.1) * (reward - mean);
        a += 0.05 * (error * error - a);
        CU_ASSERT_DOUBLE_EQUAL(b.signal[0], a, 1e-12);
        CU_ASSERT_DOUBLE_EQUAL(b.value[0], error * error, 1e-12);
        run_beat(&b, NULL, 0, 0);
        CU_ASSERT_DOUBLE_EQUAL(b.signal[0], a, 1e-12);
        if (n > 100 && n <= 3600)
            sum += a;
    }
    /* The running mean itself varies by rate / (2 - rate) of the variance. */
    CU_ASSERT_DOUBLE_EQUAL(sum / 3500, 0.16 * (1 + 0.1 / 1.9), 0.01);
    CU_ASSERT(a < 0.01);
    close_bench(&b);
}

/* Read so long after the outcome, or when the next one comes before that. */
static void an_error_can_be_read_later(void)
{
    bench b;
    double seen[100];
    open_bench(&b, "        e: {type: td_error, critic: r.A}\n"
                   "        a: {type: expected_uncertainty, error: t.e, delay: 90 ms, "
                   "scale: 3.15 /s, rate: 1, initial: 0}\n");
    for (int k = 0; k < 100; k++) {
        int64_t none = 0;
        run_beat(&b, &none, k == 10 || k == 60 || k == 65, k == 10 || k == 60 ? 0.5 : 0);
        seen[k] = b.signal[0] / 3.15;
        double read = k < 28 ? 0 : k < 65 ? seen[28] : k < 83 ? seen[65] : seen[83];
        CU_ASSERT_DOUBLE_EQUAL(b.signal[1], read, 1e-12);
    }
    CU_ASSERT_DOUBLE_EQUAL(seen[28], 0.5, 0.01);
    close_bench(&b);
}

/* Rewards of 80 %, then of 20 %, against an expectation that stays: surprise outweighs what was
 * known to be unreliable soon after the change, and almost never before it. */
static void a_change_of_rules_outweighs_what_is_expected(void)
{
    bench b;
    uint64_t x = 5;
    int early = 0, late = 0;
    open_bench(&b, "        e: {type: reward_prediction_error, critic: r.A, rate_base: 0 Hz, "
                   "rate_scale: 10 Hz}\n"
                   "        a: {type: expected_uncertainty, error: t.e, rate: 0.02, initial: 0.3}\n"
                   "        u: {type: unexpected_uncertainty, error: t.e, expected: t.a, "
                   "half: 1, rate_slow: 0.02, initial: 0.3}\n");
    for (int n = 0; n < 320; n++) {
        int64_t spikes = 0;
        for (int k = 0; k < 40; k++) {
            spikes = k % 5 != 4 ? 0 : 2; /* 8 Hz of ten cells: 0.8 */
            run_beat(&b, &spikes, k == 39, k == 39 && draw(&x) % 10 < (n < 300 ? 8 : 2));
        }
        double expected = b.signal[1] / (1 + b.signal[1]);
        CU_ASSERT(b.value[0] > 0.79 && b.value[0] < 0.81);
        CU_ASSERT(b.signal[2] > -expected - 1);
        early += n >= 100 && n < 300 && b.signal[2] > 0;
        late += n >= 300 && b.signal[2] > 0;
    }
    CU_ASSERT_DOUBLE_EQUAL(b.signal[1], 0.4, 0.15);
    CU_ASSERT(early <= 4);
    CU_ASSERT(late >= 4);
    close_bench(&b);
}

/* --- average reward ---------------------------------------------------------------------------- */

/* Pulses and their decay; in the long run as much as is paid per second. */
static void average_reward_follows_its_closed_form(void)
{
    bench b;
    double sum = 0;
    open_bench(&b, "        r: {type: average_reward, tau: 1 min, punishment: 2, scale: 0.5 /s, "
                   "initial: 0.3, zero: 0.1, inh_rate: 30 Hz}\n");
    for (int k = 0; k < 120000; k++) {
        double paid = k % 400 == 100 ? 1 : k % 1200 == 700 ? -0.25 : 0;
        run_beat(&b, NULL, paid != 0, paid);
        if (k >= 120000 - 1200)
            sum += b.signal[0] / 1200;
        if (k > 2000)
            continue;
        double R = 0.3 * 0.5 * exp(-(k + 1) * BEAT * 1e-3 / 60);
        for (int i = 0; i <= k; i++) {
            double pulse = i % 400 == 100 ? 1 : i % 1200 == 700 ? -0.5 : 0;
            R += pulse / 60 * exp(-(k - i) * BEAT * 1e-3 / 60);
        }
        CU_ASSERT_DOUBLE_EQUAL(b.signal[0], R / 0.5, 1e-12);
        CU_ASSERT_DOUBLE_EQUAL(b.drive[0].inh_rate, 30 * fmax(0.1 - R / 0.5, 0), 1e-9);
        CU_ASSERT_DOUBLE_EQUAL(b.drive[0].exc_rate, 200 * fmax(R / 0.5 - 0.1, 0), 1e-9);
    }
    CU_ASSERT_DOUBLE_EQUAL(sum, (3 - 0.5) / 6 / 0.5, 0.001);
    close_bench(&b);
}

/* A rest is so many beats without reward; what has no clock is as it was. */
static void only_average_reward_goes_on_in_a_rest(void)
{
    bench stepped, rested;
    const char *both = "        r: {type: average_reward, tau: 30 s}\n"
                       "        e: {type: expected_uncertainty, error: t.r, rate: 0.5}\n";
    open_bench(&stepped, both);
    open_bench(&rested, both);
    for (int k = 0; k < 400; k++) {
        run_beat(&stepped, NULL, k == 300, k == 300);
        run_beat(&rested, NULL, k == 300, k == 300);
    }
    double expected = rested.signal[1];
    for (int k = 0; k < 12000; k++)
        run_beat(&stepped, NULL, 0, 0);
    ph_controllers_rest(rested.all, rested.brain, 7000 * BEAT);
    ph_controllers_rest(rested.all, rested.brain, 4999 * BEAT);
    run_beat(&rested, NULL, 0, 0);
    CU_ASSERT(stepped.signal[0] > 1e-4 && expected != 0);
    CU_ASSERT_DOUBLE_EQUAL(rested.signal[0], stepped.signal[0], 1e-12);
    CU_ASSERT_EQUAL(rested.signal[1], expected);
    close_bench(&stepped);
    close_bench(&rested);
}

/* --- conflict ---------------------------------------------------------------------------------- */

/* Three actions, against rates and pairs counted anew. */
static void conflict_follows_its_definition(void)
{
    bench b;
    int64_t past[300][3];
    uint64_t x = 17;
    open_bench(&b, "        c: {type: conflict, actions: {one: r.A, two: r.B.0-9, three: r.B.10-19}, "
                   "window: 50 ms, rate_base: 4 Hz, rate_scale: 10 Hz, exc_rate: 10 Hz}\n");
    for (int k = 0; k < 300; k++) {
        double activity[3], most = 0, next = 0;
        for (int a = 0; a < 3; a++)
            past[k][a] = k / 50 % 2 ? (int64_t)(draw(&x) % (2 + a)) : 0;
        run_beat(&b, past[k], 0, 0);
        for (int a = 0; a < 3; a++) {
            double spikes = 0;
            for (int i = 0; i < 10 && i <= k; i++)
                spikes += (double)past[k - i][a];
            activity[a] = fmax(0, (spikes / 10 / 0.05 - 4) / 10);
            most = fmax(most, activity[a]);
        }
        for (int a = 0, seen = 0; a < 3; a++) /* the first of the most active ones left out */
            if (activity[a] == most && !seen)
                seen = 1;
            else
                next = fmax(next, activity[a]);
        double pairs = activity[0] * activity[1] + activity[0] * activity[2] +
                       activity[1] * activity[2];
        CU_ASSERT_DOUBLE_EQUAL(b.signal[0], pairs, 1e-12);
        CU_ASSERT_DOUBLE_EQUAL(b.drive[0].exc_rate, 10 * pairs, 1e-9);
        if (most > 0)
            CU_ASSERT_DOUBLE_EQUAL(b.value[0], (most - next) / (most + next), 1e-12)
        else
            CU_ASSERT(isnan(b.value[0]));
    }
    close_bench(&b);
}

/* --- novelty ----------------------------------------------------------------------------------- */

/* 10 cells of input at 40 Hz while it lasts; 20 cells of output. */
static void novelty_is_what_is_not_recalled(void)
{
    bench b;
    double gain = 0.6, worst = 0;
    int64_t past[4000][2];
    open_bench(&b, "        n: {type: novelty, input: r.A, output: r.B, window: 20 ms, gain: 0.5, "
                   "input_base: 5 Hz, output_base: 2 Hz, rate_scale: 20 Hz, inh_rate: 10 Hz}\n"
                   "        g: {type: novelty, input: r.A, output: r.B, window: 20 ms, gain: 0.6, "
                   "rate_scale: 20 Hz, tau: 2 s}\n"
                   "        s: {type: novelty, input: r.A, output: r.B, window: 20 ms, gain: 0.5, "
                   "input_base: 5 Hz, output_base: 2 Hz, rate_scale: 20 Hz, match: suppresses}\n");
    for (int k = 0; k < 4000; k++) {
        int is_on = k % 100 < 50, is_known = k >= 1000 && k < 3000;
        int64_t counts[6] = {2 * is_on, is_on ? (is_known ? 4 : 1) : 0};
        counts[4] = counts[2] = counts[0];
        counts[5] = counts[3] = counts[1];
        memcpy(past[k], counts, sizeof past[k]);
        run_beat(&b, counts, 0, 0);
        double in = 0, out = 0;
        for (int i = 0; i < 4 && i <= k; i++) {
            in += (double)past[k - i][0] / 10 / 0.02;
            out += (double)past[k - i][1] / 20 / 0.02;
        }
        double signal = (0.5 * fmax(0, in - 5) - (out - 2)) / 20;
        CU_ASSERT_DOUBLE_EQUAL(b.signal[0], signal, 1e-12);
        CU_ASSERT_DOUBLE_EQUAL(b.drive[0].exc_rate, 200 * fmax(signal, 0), 1e-9);
        CU_ASSERT_DOUBLE_EQUAL(b.drive[0].inh_rate, 10 * fmax(-signal, 0), 1e-9);
        CU_ASSERT_DOUBLE_EQUAL(b.signal[2], -signal, 1e-12);
        CU_ASSERT_DOUBLE_EQUAL(b.value[1], gain, 1e-12);
        CU_ASSERT_DOUBLE_EQUAL(b.signal[1], (gain * in - out) / 20, 1e-12);
        gain += BEAT * 1e-3 / 2 * (out - gain * in) * in / 400;
        if (k >= 2500 && k < 3000) /* what always comes is expected */
            worst = fmax(worst, fabs(b.signal[1]));
        if (k == 3004) /* and missed at once when it does not */
            CU_ASSERT_DOUBLE_EQUAL(b.signal[1], (40 - 10) / 20.0, 0.1);
    }
    CU_ASSERT(worst < 0.1);
    close_bench(&b);
}

int main(void)
{
    static const suite_test tests[] = {
        {"controllers are run in file order", controllers_are_run_in_file_order},
        {"without a critic reward drives the nucleus", without_a_critic_reward_drives_the_nucleus},
        {"a critic expects by its rate", a_critic_expects_by_its_rate},
        {"td error follows its definition", td_error_follows_its_definition},
        {"the burst moves from reward to cue", the_burst_moves_from_reward_to_cue},
        {"uncertainty follows its closed form", uncertainty_follows_its_closed_form},
        {"outcomes have a variance of their own", outcomes_have_a_variance_of_their_own},
        {"an error can be read later", an_error_can_be_read_later},
        {"a change of rules outweighs what is expected",
         a_change_of_rules_outweighs_what_is_expected},
        {"average reward follows its closed form", average_reward_follows_its_closed_form},
        {"only average reward goes on in a rest", only_average_reward_goes_on_in_a_rest},
        {"conflict follows its definition", conflict_follows_its_definition},
        {"novelty is what is not recalled", novelty_is_what_is_not_recalled},
    };
    return suite_run("controllers", tests, (int)(sizeof tests / sizeof tests[0]));
}

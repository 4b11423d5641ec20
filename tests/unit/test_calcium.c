/* SPDX-License-Identifier: Apache-2.0 */
/* The rule calcium against a clock-driven integration of the paper's equations in small substeps,
 * and its noise against the moments of the Ornstein-Uhlenbeck process. */
#include "suite.h"

#include "base/random.h"
#include "plasticity/decay.h"
#include "plasticity/history.h"
#include "plasticity/rules.h"
#include "plasticity/sampled.h"

#include <math.h>
#include <string.h>

#define H 0.1 /* ms */
#define BEAT 50
#define SWEEP 10000
#define DELAY 37
#define SUBSTEPS 20
#define W_MAX 3.0

/* Mirror of the rule's parameters. */
typedef struct params {
    double tau_Ca, C_pre, C_post, D, theta_d, theta_p, gamma_d, gamma_p, sigma, tau, learning_rate;
    int bistable;
    double w_max;
} params;

enum { LEARNING_RATE, GAMMA_P, GAMMA_D, C_PRE, C_POST, THETA_P, THETA_D, SAMPLED };

/* The six generic sets and three fits; tau as in the paper, without noise. */
static const params sets[] = {
    {20, 1, 2, 13.7, 1, 1.3, 200, 321.808, 0, 150e3, 1, 1, W_MAX},                      /* DP */
    {20, 0.9, 0.9, 4.6, 1, 1.3, 250, 550, 0, 150e3, 1, 1, W_MAX},                       /* DPD */
    {20, 1, 2, 2.2, 1, 2.5, 50, 600, 0, 150e3, 1, 1, W_MAX},                            /* DPD' */
    {20, 2, 2, 0, 1, 1.3, 160, 257.447, 0, 150e3, 1, 1, W_MAX},                         /* P */
    {20, 0.6, 0.6, 0, 1, 1.3, 500, 550, 0, 150e3, 1, 1, W_MAX},                         /* D */
    {20, 1, 2, 0, 1, 3.5, 60, 600, 0, 150e3, 1, 1, W_MAX},                              /* D' */
    {48.8373, 1, 0.275865, 18.8008, 1, 1.3, 313.0965, 1645.59, 0, 688.355e3, 1, 1, W_MAX},
    {11.9536, 0.58156, 1.76444, 10, 1, 1.3, 61.141, 113.6545, 0, 33.7596e3, 1, 1, W_MAX},
    {22.6936, 0.561754, 1.23964, 4.6098, 1, 1.3, 331.909, 725.085, 0, 346.3615e3, 1, 1, W_MAX},
};
#define SETS ((int)(sizeof sets / sizeof sets[0]))

static double unit(int64_t id, int64_t counter)
{
    return ph_random_unit(ph_random(43, PH_PURPOSE_BENCH, id, 0, counter, 0).v[0]);
}

typedef struct setting {
    params p;
    ph_step dendritic, steps;
    double pre_hz, post_hz, rho; /* rho: at the start */
    int moves_rates, moves_thetas; /* 1: modulated in every beat */
    int64_t id;
} setting;

/* Where theta_p and theta_d cross now and then. */
static double value_at(const setting *s, int which, ph_step step)
{
    ph_step beat = step > 0 ? (step - 1) / BEAT : 0;
    const double base[SAMPLED] = {s->p.learning_rate, s->p.gamma_p, s->p.gamma_d, s->p.C_pre,
                                  s->p.C_post, s->p.theta_p, s->p.theta_d};
    double u = unit(10 + which, beat);
    if (which >= THETA_P)
        return s->moves_thetas ? base[which] * (0.6 + 0.9 * u) : base[which];
    return s->moves_rates ? base[which] * (u < 0.1 ? 0 : 0.5 + u) : base[which];
}

static int pre_spikes(const setting *s, ph_step t)
{
    if (t > s->steps / 3 && t < s->steps / 2)
        return 0;
    return t > 0 && unit(100 + s->id, t) < s->pre_hz * H * 1e-3;
}

/* Silent for some seconds, so that the synapse is left to its drift. */
static int post_spikes(const setting *s, ph_step t)
{
    if (t > s->steps / 3 && t < s->steps / 2)
        return 0;
    return t > 0 && unit(200 + s->id, t) < s->post_hz * H * 1e-3;
}

static ph_step echo_of(const setting *s)
{
    return (ph_step)floor(s->p.D / H + 0.5);
}

static int arrives(const setting *s, ph_step t)
{
    return pre_spikes(s, t - DELAY);
}

static int echoes(const setting *s, ph_step t)
{
    return echo_of(s) > 0 && pre_spikes(s, t - DELAY - echo_of(s));
}

static int sweeps(ph_step t)
{
    return t > DELAY && (t - DELAY) % SWEEP == SWEEP / 3;
}

/* --- reference -------------------------------------------------------------------------------- */

/* What holds from an event on. */
typedef struct held {
    double speed, gamma_p, gamma_d;
} held;

static held held_at(const setting *s, ph_step t)
{
    return (held){value_at(s, LEARNING_RATE, t) / s->p.tau, value_at(s, GAMMA_P, t),
                  value_at(s, GAMMA_D, t)};
}

/* Share of a substep during which c, taken as straight, is above theta. */
static double share_above(double c0, double c1, double theta)
{
    return c1 >= theta ? 1 : c0 <= theta ? 0 : (c0 - theta) / (c0 - c1);
}

static double slope(const setting *s, const held *h, double rho, double above_p, double above_d)
{
    double well = s->p.bistable ? rho * (1 - rho) * (0.5 - rho) : 0;
    return h->speed * (-well + h->gamma_p * (1 - rho) * above_p - h->gamma_d * rho * above_d);
}

/* A step in substeps, by the midpoint rule. */
static void integrate(const setting *s, const held *h, ph_step t, double *c, double *rho)
{
    double theta_p = value_at(s, THETA_P, t), theta_d = value_at(s, THETA_D, t);
    double dt = H / SUBSTEPS, decay = exp(-dt / s->p.tau_Ca);
    for (int i = 0; i < SUBSTEPS; i++) {
        double next = *c * decay;
        double p = share_above(*c, next, theta_p), d = share_above(*c, next, theta_d);
        double middle = *rho + 0.5 * dt * slope(s, h, *rho, p, d);
        *rho += dt * slope(s, h, middle, p, d);
        *c = next;
    }
}

static double reference(const setting *s, double *c_out)
{
    double c = 0, rho = s->rho;
    held h = held_at(s, 0);
    for (ph_step t = 1; t <= s->steps; t++) {
        integrate(s, &h, t, &c, &rho);
        int post = post_spikes(s, t - s->dendritic);
        int visit = arrives(s, t) || echoes(s, t) || sweeps(t);
        if (echo_of(s) > 0 ? echoes(s, t) : arrives(s, t))
            c += value_at(s, C_PRE, t);
        if (post && t < s->steps) /* one at the end is left to the next visit */
            c += value_at(s, C_POST, t);
        if (post || visit)
            h = held_at(s, t);
    }
    *c_out = c;
    return rho;
}

/* --- the rule --------------------------------------------------------------------------------- */

typedef struct lazy {
    ph_rule_context context;
    ph_history *history;
} lazy;

static void open_lazy(const setting *s, int neurons, lazy *l)
{
    ph_step keep = SWEEP + 2 * BEAT + s->dendritic + 2;
    ph_rule_context *c = &l->context;
    memset(l, 0, sizeof *l);
    CU_ASSERT_EQUAL_FATAL(ph_decay_create(s->p.tau_Ca, H, 2 * keep, &c->decay[0]), PH_OK);
    for (int i = 0; i < SAMPLED; i++)
        CU_ASSERT_EQUAL_FATAL(ph_sampled_create(BEAT, keep, &c->sampled[i]), PH_OK);
    ph_traces none = {0};
    CU_ASSERT_EQUAL_FATAL(ph_history_create(neurons, &none, NULL, keep, &l->history), PH_OK);
    l->history->stride = 1;
    c->params = &s->p;
    c->h = H;
    c->w_max = W_MAX;
    c->seed = 11;
    c->stream = 5;
    c->dendritic = s->dendritic;
    c->echo = echo_of(s);
}

static void close_lazy(lazy *l)
{
    ph_decay_destroy(&l->context.decay[0]);
    for (int i = 0; i < SAMPLED; i++)
        ph_sampled_destroy(&l->context.sampled[i]);
    ph_history_destroy(&l->history);
}

static void begin_step(lazy *l, const setting *s, ph_step t)
{
    if ((t - 1) % BEAT == 0)
        for (int i = 0; i < SAMPLED; i++)
            ph_sampled_begin_beat(l->context.sampled[i], t - 1, value_at(s, i, t));
}

/* What a synapse carries from visit to visit. */
typedef struct synapse {
    ph_real w, calcium, rest;
    ph_step last; /* step of the visit before */
} synapse;

static void visit_one(lazy *l, ph_step t, ph_visit_kind kind, synapse *y)
{
    uint16_t target = 0;
    ph_real x = 0;
    ph_gid source = 3;
    int32_t interval = (int32_t)(t - y->last);
    ph_visit visit = {.arrival = t, .kind = kind, .n = 1, .target = &target,
                      .interval = &interval, .x = {&x}, .source = &source, .w = &y->w,
                      .state = {&y->calcium, &y->rest}, .history = l->history};
    ph_rule_calcium.visit(&l->context, &visit);
    y->last = t;
}

static double run_lazy(const setting *s, double *c_out)
{
    lazy l;
    open_lazy(s, 1, &l);
    synapse y = {.w = (ph_real)(s->rho * W_MAX)};
    for (ph_step t = 1; t <= s->steps; t++) {
        begin_step(&l, s, t);
        if (sweeps(t))
            visit_one(&l, t, PH_VISIT_SWEEP, &y);
        if (echoes(s, t))
            visit_one(&l, t, PH_VISIT_ECHO, &y);
        if (arrives(s, t))
            visit_one(&l, t, PH_VISIT_SPIKE, &y);
        else if (t == s->steps)
            visit_one(&l, t, PH_VISIT_SWEEP, &y);
        if (post_spikes(s, t))
            CU_ASSERT_EQUAL(ph_history_append(l.history, 0, t), PH_OK);
    }
    close_lazy(&l);
    *c_out = (double)y.calcium;
    return ((double)y.w + (double)y.rest) / W_MAX;
}

/* Relative to the range of the weight, 1. */
static void compare(const setting *s)
{
    double c_lazy, c_reference;
    double rho_lazy = run_lazy(s, &c_lazy), rho_reference = reference(s, &c_reference);
    CU_ASSERT(fabs(rho_reference - s->rho) > 1e-4); /* the test sees a change */
    CU_ASSERT_DOUBLE_EQUAL(rho_lazy, rho_reference, 1e-6);
    CU_ASSERT_DOUBLE_EQUAL(c_lazy, c_reference, 1e-6 * (1 + c_reference));
}

static void the_sets_of_the_paper_agree_with_brute_force(void)
{
    for (int i = 0; i < 2 * SETS; i++) {
        setting s = {.p = sets[i % SETS], .dendritic = 6 * (i / SETS), .steps = 200000,
                     .pre_hz = 5 + i, .post_hz = 20 - i, .rho = i % 2 ? 0.35 : 0.7, .id = i};
        compare(&s);
    }
}

static void the_double_well_can_be_switched_off(void)
{
    for (int i = 0; i < 3; i++) {
        setting s = {.p = sets[i], .steps = 200000, .pre_hz = 9, .post_hz = 7, .rho = 0.4,
                     .id = 30 + i};
        s.p.bistable = 0;
        compare(&s);
    }
}

/* Few spikes, and a well so fast that the synapse falls to either side between them. */
static void long_silences_are_left_to_the_double_well(void)
{
    for (int i = 0; i < 4; i++) {
        setting s = {.p = sets[i], .steps = 600000, .pre_hz = 0.3, .post_hz = 0.2,
                     .rho = 0.45 + 0.04 * i, .id = 40 + i};
        s.p.tau = 8e3;
        s.p.gamma_d *= 0.05;
        s.p.gamma_p *= 0.05;
        compare(&s);
    }
}

/* A visit changes the weight by less than a bit of it. */
static void small_changes_add_up(void)
{
    setting s = {.p = sets[1], .steps = 200000, .pre_hz = 90, .post_hz = 0.1, .rho = 0.65,
                 .id = 45};
    s.p.learning_rate = 0.05;
    s.p.C_pre = 0;
    compare(&s);
}

static void modulated_rates_count_as_at_the_last_event(void)
{
    for (int i = 0; i < 6; i++) {
        setting s = {.p = sets[i], .steps = 200000, .pre_hz = 12, .post_hz = 9, .rho = 0.6,
                     .moves_rates = 1, .dendritic = 5 * i, .id = 50 + i};
        compare(&s);
    }
}

static void modulated_thresholds_count_beat_by_beat(void)
{
    for (int i = 0; i < 8; i++) {
        setting s = {.p = sets[i], .steps = 200000, .pre_hz = 12, .post_hz = i < 6 ? 9 : 90,
                     .rho = 0.6, .moves_thetas = 1, .moves_rates = i % 2, .dendritic = 5 * i,
                     .id = 60 + i};
        compare(&s);
    }
}

/* --- many at once ----------------------------------------------------------------------------- */

#define NEURONS 50

typedef struct batch {
    ph_real w[PH_VISIT_MOST], calcium[PH_VISIT_MOST], rest[PH_VISIT_MOST], x[PH_VISIT_MOST];
    int32_t interval[PH_VISIT_MOST];
    uint16_t target[PH_VISIT_MOST];
    ph_gid source[PH_VISIT_MOST];
} batch;

/* Synapses first .. first + n - 1 of the batch. */
static void visit_part(lazy *l, ph_step t, ph_visit_kind kind, int first, int n, batch *b)
{
    ph_visit visit = {.arrival = t, .kind = kind, .n = n, .target = b->target + first,
                      .interval = b->interval + first, .x = {b->x + first},
                      .source = b->source + first, .w = b->w + first,
                      .state = {b->calcium + first, b->rest + first}, .history = l->history};
    if (n > 0)
        ph_rule_calcium.visit(&l->context, &visit);
}

static int draw_batch(ph_step t, batch *b)
{
    memset(b, 0, sizeof *b);
    int n = t > SWEEP && t % 37 == 0 ? 1 + (int)(unit(300, t) * PH_VISIT_MOST) : 0;
    for (int i = 0; i < n; i++) {
        double u = unit(301, t * PH_VISIT_MOST + i);
        b->target[i] = (uint16_t)(unit(302, t * PH_VISIT_MOST + i) * NEURONS);
        b->interval[i] = (int32_t)(u * u * u * SWEEP);
        b->source[i] = i;
        b->w[i] = (ph_real)(W_MAX * unit(304, t + i));
        b->calcium[i] = (ph_real)(3 * unit(305, t + i));
    }
    return n;
}

/* Lanes that catch up over none to dozens of spikes, some of them on their way up the dendrite. */
static void many_together_are_as_one_by_one(void)
{
    for (int k = 0; k < 6; k++) {
        setting s = {.p = sets[k], .dendritic = k % 3 == 1 ? 30 : 0, .moves_rates = k % 2,
                     .moves_thetas = k / 3, .steps = 2 * SWEEP + SWEEP / 2};
        s.p.sigma = k == 5 ? 0 : 3;
        s.p.bistable = k != 2;
        lazy l;
        open_lazy(&s, NEURONS, &l);
        for (ph_step t = 1; t <= s.steps; t++) {
            begin_step(&l, &s, t);
            batch together, alone;
            ph_visit_kind kind = (ph_visit_kind)(t % PH_VISIT_KINDS);
            int n = draw_batch(t, &together);
            alone = together;
            visit_part(&l, t, kind, 0, n, &together);
            for (int i = 0; i < n; i++)
                visit_part(&l, t, kind, i, 1, &alone);
            CU_ASSERT(!memcmp(&together, &alone, sizeof alone));
            for (int i = 0; i < NEURONS; i++)
                if (unit(400 + i, t) < i * H * 1e-3 * 2)
                    CU_ASSERT_EQUAL(ph_history_append(l.history, i, t), PH_OK);
        }
        close_lazy(&l);
    }
}

/* --- noise ------------------------------------------------------------------------------------ */

#define BATCHES 40

/* Mean and variance of rho by their own differential equations. */
static void moments(const setting *s, double *mean, double *variance)
{
    double c = 0, dt = H / SUBSTEPS, decay = exp(-dt / s->p.tau_Ca);
    *mean = s->rho;
    *variance = 0;
    for (ph_step t = 1; t <= s->steps; t++) {
        for (int i = 0; i < SUBSTEPS; i++, c *= decay) {
            double p = share_above(c, c * decay, s->p.theta_p);
            double d = share_above(c, c * decay, s->p.theta_d);
            double up = s->p.gamma_p * p, down = s->p.gamma_d * d, k = dt / s->p.tau;
            *mean += k * (up - (up + down) * *mean);
            *variance += k * (s->p.sigma * s->p.sigma * (p + d) - 2 * (up + down) * *variance);
        }
        c += echoes(s, t) ? s->p.C_pre : 0;
        c += post_spikes(s, t) ? s->p.C_post : 0;
    }
}

static double correlation(const double *a, const double *b, int n)
{
    double ma = 0, mb = 0, aa = 0, bb = 0, ab = 0;
    for (int i = 0; i < n; i++) {
        ma += a[i] / n;
        mb += b[i] / n;
    }
    for (int i = 0; i < n; i++) {
        aa += (a[i] - ma) * (a[i] - ma);
        bb += (b[i] - mb) * (b[i] - mb);
        ab += (a[i] - ma) * (b[i] - mb);
    }
    return ab / sqrt(aa * bb);
}

/* Many synapses see the same trains, the targets' doublets included, and differ by their noise
 * alone; some of them are neighbours of the same source and target. */
static void noise_has_the_moments_of_ornstein_and_uhlenbeck(void)
{
    static batch b[BATCHES];
    static double rho[BATCHES * PH_VISIT_MOST], halves[2][BATCHES * PH_VISIT_MOST / 2];
    setting s = {.p = sets[0], .steps = 60000, .pre_hz = 12, .post_hz = 25, .rho = 0.4, .id = 70};
    s.p.sigma = 2.8284;
    s.p.bistable = 0;
    int n = BATCHES * PH_VISIT_MOST;
    lazy l;
    open_lazy(&s, 2 * BATCHES, &l);
    for (int i = 0; i < n; i++) {
        batch *of = &b[i / PH_VISIT_MOST];
        int k = i % PH_VISIT_MOST, pair = i / 2;
        of->w[k] = (ph_real)(s.rho * W_MAX);
        of->target[k] = (uint16_t)(pair % (2 * BATCHES));
        of->source[k] = pair / (2 * BATCHES) + ((ph_gid)(i % 2) << PH_ORDINAL_SHIFT);
    }
    ph_step last = 0;
    for (ph_step t = 1; t <= s.steps; t++) {
        begin_step(&l, &s, t);
        int echo = echoes(&s, t);
        for (int i = 0; i < BATCHES && (echo || t == s.steps); i++) {
            for (int k = 0; k < PH_VISIT_MOST; k++)
                b[i].interval[k] = (int32_t)(t - last);
            visit_part(&l, t, echo ? PH_VISIT_ECHO : PH_VISIT_SWEEP, 0, PH_VISIT_MOST, &b[i]);
        }
        last = echo ? t : last;
        for (int i = 0; i < 2 * BATCHES && post_spikes(&s, t); i++)
            CU_ASSERT_EQUAL(ph_history_append(l.history, i, t), PH_OK);
    }
    close_lazy(&l);
    double mean, variance, sum = 0, squares = 0;
    moments(&s, &mean, &variance);
    for (int i = 0; i < n; i++) {
        rho[i] = ((double)b[i / PH_VISIT_MOST].w[i % PH_VISIT_MOST] +
                  (double)b[i / PH_VISIT_MOST].rest[i % PH_VISIT_MOST]) / W_MAX;
        halves[i % 2][i / 2] = rho[i];
        sum += rho[i];
        squares += (rho[i] - mean) * (rho[i] - mean);
    }
    CU_ASSERT(fabs(mean - s.rho) > 0.01 && variance > 1e-3);
    /* Within four standard errors. */
    CU_ASSERT_DOUBLE_EQUAL(sum / n, mean, 4 * sqrt(variance / n));
    CU_ASSERT_DOUBLE_EQUAL(squares / n, variance, 4 * variance * sqrt(2.0 / n));
    CU_ASSERT_DOUBLE_EQUAL(correlation(halves[0], halves[1], n / 2), 0, 4 / sqrt(n / 2.0));
    CU_ASSERT_DOUBLE_EQUAL(correlation(rho, rho + 1, n - 1), 0, 4 / sqrt(n));
    CU_ASSERT_DOUBLE_EQUAL(correlation(rho, rho + 2, n - 2), 0, 4 / sqrt(n));
    int at = 4 * BATCHES; /* the same target, the next source */
    CU_ASSERT_DOUBLE_EQUAL(correlation(rho, rho + at, n - at), 0, 4 / sqrt(n));
}

/* The weight stays within its bounds while rho goes beyond and comes back. */
static void bounds_hold_the_weight_not_rho(void)
{
    setting s = {.p = sets[0], .steps = 400};
    s.p.sigma = 40;
    lazy l;
    open_lazy(&s, 1, &l);
    int below = 0, above = 0, runs = 8;
    for (int k = 0; k < runs; k++) {
        synapse y = {.w = W_MAX / 2, .calcium = 5};
        l.context.seed = (uint64_t)k;
        for (ph_step t = 1; t <= s.steps; t++) {
            begin_step(&l, &s, t);
            visit_one(&l, t, PH_VISIT_SWEEP, &y);
            CU_ASSERT(y.w >= 0 && y.w <= (ph_real)W_MAX);
            CU_ASSERT(fabs((double)y.rest) < 1e-6 || y.w == 0 || y.w == (ph_real)W_MAX);
            below += y.w == 0 && y.rest < (ph_real)-0.01;
            above += y.w == (ph_real)W_MAX && y.rest > (ph_real)0.01;
        }
    }
    CU_ASSERT(below > 100 && above > 100 && below + above < runs * s.steps - 400);
    close_lazy(&l);
}

/* --- parameters ------------------------------------------------------------------------------- */

static void a_learning_rate_of_0_leaves_the_weight_alone(void)
{
    setting s = {.p = sets[0], .steps = 30000, .pre_hz = 20, .post_hz = 20, .rho = 0.3, .id = 80};
    s.p.learning_rate = 0;
    s.p.sigma = 3;
    double c;
    CU_ASSERT_EQUAL(run_lazy(&s, &c), (double)(ph_real)(0.3 * W_MAX) / W_MAX);
    s.p.learning_rate = 1;
    CU_ASSERT_NOT_EQUAL(run_lazy(&s, &c), (double)(ph_real)(0.3 * W_MAX) / W_MAX);
}

/* A rest is what a long time without spikes does, calcium that is still high included. */
static void a_rest_is_a_long_silence(void)
{
    for (int i = 0; i < 2; i++) {
        setting s = {.p = sets[i], .steps = 300000, .rho = 0.6};
        s.p.tau_Ca = 3000;
        s.p.C_pre = s.p.C_post = 0;
        s.p.gamma_p = 20;
        lazy l;
        open_lazy(&s, 1, &l);
        begin_step(&l, &s, 1);
        synapse a = {.w = (ph_real)(0.6 * W_MAX), .calcium = 4}, b = a;
        uint16_t target = 0;
        ph_rest rest = {.ms = 500 * H, .n = 1, .target = &target, .w = &a.w,
                        .state = {&a.calcium, &a.rest}};
        for (ph_step t = 500; t <= s.steps; t += 500) {
            ph_rule_calcium.rest(&l.context, &rest);
            visit_one(&l, t, PH_VISIT_SWEEP, &b);
        }
        CU_ASSERT(fabs((double)b.w - 0.6 * W_MAX) > 1e-2);
        CU_ASSERT_DOUBLE_EQUAL((double)a.w, (double)b.w, 1e-6);
        CU_ASSERT_DOUBLE_EQUAL((double)a.calcium, (double)b.calcium, 1e-6);
        close_lazy(&l);
    }
}

int main(void)
{
    static const suite_test tests[] = {
        {"the sets of the paper agree with brute force",
         the_sets_of_the_paper_agree_with_brute_force},
        {"the double well can be switched off", the_double_well_can_be_switched_off},
        {"long silences are left to the double well", long_silences_are_left_to_the_double_well},
        {"small changes add up", small_changes_add_up},
        {"modulated rates count as at the last event", modulated_rates_count_as_at_the_last_event},
        {"modulated thresholds count beat by beat", modulated_thresholds_count_beat_by_beat},
        {"many together are as one by one", many_together_are_as_one_by_one},
        {"noise has the moments of Ornstein and Uhlenbeck",
         noise_has_the_moments_of_ornstein_and_uhlenbeck},
        {"bounds hold the weight, not rho", bounds_hold_the_weight_not_rho},
        {"a rest is a long silence", a_rest_is_a_long_silence},
        {"a learning rate of 0 leaves the weight alone",
         a_learning_rate_of_0_leaves_the_weight_alone},
    };
    return suite_run("calcium", tests, (int)(sizeof tests / sizeof tests[0]));
}

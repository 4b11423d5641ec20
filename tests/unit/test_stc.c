/* SPDX-License-Identifier: Apache-2.0 */
/* The rule stc against a clock-driven integration of the paper's equations in small substeps, with
 * proteins of a neuron that has several synapses, and through a rest of hours. */
#include "lazy.h"

#include "plasticity/targets.h"

#define SUBSTEPS 20
#define SYNAPSES 3
#define H_0 2.0

enum { LEARNING_RATE, GAMMA_P, GAMMA_D, C_PRE, C_POST, THETA_P, THETA_D, THETA_TAG, THETA_PRO,
       SAMPLED };

/* The paper's; in the second the early phase decays within minutes, so that tags are lost, and
 * proteins come and go in minutes too. */
static const value slow[] = {{"tau_Ca", 48.8}, {"C_pre", 0.6}, {"C_post", 0.16548}, {"D", 15.8},
    {"theta_d", 1.2}, {"theta_p", 3}, {"gamma_d", 313.1}, {"gamma_p", 1645.6}, {"tau_h", 688.4e3},
    {"tau_p", 3600e3}, {"tau_z", 3600e3}, {"theta_tag", 0.2}, {"theta_pro", 0.5}, {"alpha", 1},
    {"z_max", 1}, {"h_max", 2.38053}, {"learning_rate", 1}, {"h_0", H_0}, {"w_max", 4 * H_0},
    {NULL, 0}};
static const value fast[] = {{"tau_Ca", 48.8}, {"C_pre", 1}, {"C_post", 0.2758}, {"D", 18.8},
    {"theta_d", 1.2}, {"theta_p", 3}, {"gamma_d", 2}, {"gamma_p", 9}, {"tau_h", 8e3},
    {"tau_p", 360e3}, {"tau_z", 300e3}, {"theta_tag", 0.2}, {"theta_pro", 0.5}, {"alpha", 0.9},
    {"z_max", 1.2}, {"h_max", 2.38053}, {"learning_rate", 1.1}, {"h_0", H_0}, {"w_max", 4 * H_0},
    {NULL, 0}};

/* A synapse in the equations' words; weights in units of h_0. */
typedef struct state {
    double c, h, z;
} state;

typedef struct protocol {
    setting s;
    int moves_rates, moves_thetas; /* 1: modulated in every beat */
    int continuous;                /* 1: the sum for p is taken at every step */
    double rising;                 /* ms: theta_pro grows by a factor of e in them in a rest; 0: not */
} protocol;

/* Where theta_p and theta_d cross now and then. */
static double value_at(const protocol *p, int which, ph_step step)
{
    ph_step beat = step > 0 ? (step - 1) / BEAT : 0;
    double base = given(&p->s, ph_rule_stc.sampled[which]), u = unit(10 + which, beat);
    if (which == THETA_P || which == THETA_D)
        return p->moves_thetas ? base * (0.6 + 0.9 * u) : base;
    return p->moves_rates ? base * (0.5 + u) : base;
}

/* Trains of different synapses of one neuron; the second half is quieter. */
static int pre_of(const protocol *p, int y, ph_step t)
{
    double rate = p->s.pre_hz * (t > p->s.steps / 2 ? 0.1 : 1) * (y + 1) / SYNAPSES;
    return t > 0 && unit(100 + SYNAPSES * p->s.id + y, t) < rate * H * 1e-3;
}

static int post_of(const protocol *p, ph_step t)
{
    double rate = p->s.post_hz * (t > p->s.steps / 2 ? 0.1 : 1);
    return t > 0 && unit(200 + p->s.id, t) < rate * H * 1e-3;
}

static ph_step echo_of(const protocol *p)
{
    return (ph_step)floor(given(&p->s, "D") / H + 0.5);
}

static int arrives_at(const protocol *p, int y, ph_step t)
{
    return pre_of(p, y, t - DELAY);
}

static int echoes(const protocol *p, int y, ph_step t)
{
    return pre_of(p, y, t - DELAY - echo_of(p));
}

static int sweeps(int y, ph_step t)
{
    return t % SWEEP == 1000 + 1700 * y;
}

/* --- reference -------------------------------------------------------------------------------- */

/* What stays, and what holds from an event on. */
typedef struct held {
    double tau_Ca, tau_h, tau_z, h_max, z_max;
    double speed, gamma_p, gamma_d, tag;
} held;

static held held_at(const protocol *p, ph_step t)
{
    return (held){given(&p->s, "tau_Ca"), given(&p->s, "tau_h"), given(&p->s, "tau_z"),
                  given(&p->s, "h_max"), given(&p->s, "z_max"), value_at(p, LEARNING_RATE, t),
                  value_at(p, GAMMA_P, t), value_at(p, GAMMA_D, t), value_at(p, THETA_TAG, t)};
}

/* What holds in a beat. */
typedef struct thresholds {
    double p, d;
} thresholds;

/* Share of a substep during which c, taken as straight, is above theta. */
static double share_above(double c0, double c1, double theta)
{
    return c1 >= theta ? 1 : c0 <= theta ? 0 : (c0 - theta) / (c0 - c1);
}

static double h_slope(const held *k, double h, double above_p, double above_d)
{
    return k->speed / k->tau_h * (0.1 * (1 - h) + k->gamma_p * (k->h_max - h) * above_p -
                                  k->gamma_d * h * above_d);
}

static double z_slope(const held *k, double h, double z, double proteins)
{
    double change = h - 1 > k->tag ? k->z_max - z : 1 - h > k->tag ? -(z + 0.5) : 0;
    return k->speed / k->tau_z * proteins * change;
}

/* A substep by the midpoint rule. */
static void substep(const held *k, const thresholds *theta, double dt, double proteins, state *y)
{
    double next = y->c * exp(-dt / k->tau_Ca);
    double above_p = share_above(y->c, next, theta->p);
    double above_d = share_above(y->c, next, theta->d);
    double h = y->h + 0.5 * dt * h_slope(k, y->h, above_p, above_d);
    double z = y->z + 0.5 * dt * z_slope(k, y->h, y->z, proteins);
    y->h += dt * h_slope(k, h, above_p, above_d);
    y->z += dt * z_slope(k, h, z, proteins);
    y->c = next;
}

/* What flows at a step, and what it makes hold. */
static void events(const protocol *p, int y, ph_step t, state *of, held *k)
{
    int post = post_of(p, t - p->s.dendritic);
    of->c += echoes(p, y, t) ? value_at(p, C_PRE, t) : 0;
    of->c += post && t < p->s.steps ? value_at(p, C_POST, t) : 0; /* the last: to the next visit */
    if (post || echoes(p, y, t) || arrives_at(p, y, t) || sweeps(y, t))
        *k = held_at(p, t);
}

/* @return proteins at the end */
static double reference(const protocol *p, state *y)
{
    double proteins = 0, sum = 0, before = 0, threshold = 0, dt = H / SUBSTEPS;
    double left = exp(-dt / given(&p->s, "tau_p")), alpha = given(&p->s, "alpha");
    held k[SYNAPSES];
    for (int i = 0; i < SYNAPSES; i++)
        k[i] = held_at(p, 0);
    for (ph_step t = 1; t <= p->s.steps; t++) {
        if ((t - 1) % SWEEP == 0) {
            before = sum;
            sum = 0;
            threshold = value_at(p, THETA_PRO, t);
        }
        if (p->continuous) {
            before = 0;
            for (int i = 0; i < SYNAPSES; i++)
                before += fabs(y[i].h - 1);
        }
        double goal = before > threshold ? alpha : 0;
        thresholds theta = {value_at(p, THETA_P, t), value_at(p, THETA_D, t)};
        for (int n = 0; n < SUBSTEPS; n++) {
            double p_next = goal + (proteins - goal) * left;
            for (int i = 0; i < SYNAPSES; i++)
                substep(&k[i], &theta, dt, 0.5 * (proteins + p_next), &y[i]);
            proteins = p_next;
        }
        for (int i = 0; i < SYNAPSES; i++) {
            sum += sweeps(i, t) ? fabs(y[i].h - 1) : 0;
            events(p, i, t, &y[i], &k[i]);
        }
    }
    return proteins;
}

/* --- the rule --------------------------------------------------------------------------------- */

typedef struct neuron {
    lazy l;
    ph_targets *targets;
} neuron;

/* What a synapse carries from visit to visit. */
typedef struct synapse {
    ph_real w, calcium, z, rest;
    ph_step last; /* step of the visit before */
} synapse;

static synapse synapse_of(const state *y)
{
    return (synapse){.w = (ph_real)(H_0 * (y->h + y->z)), .z = (ph_real)y->z,
                     .calcium = (ph_real)y->c};
}

static state state_of(const synapse *y)
{
    return (state){(double)y->calcium, ((double)y->w + (double)y->rest) / H_0 - (double)y->z,
                   (double)y->z};
}

static void open_neuron(const protocol *p, int neurons, neuron *n)
{
    open_lazy(&p->s, neurons, &n->l);
    n->l.context.echo = echo_of(p);
    n->l.context.seed = 11;
    n->l.history->stride = 1;
    n->targets = NULL;
    CU_ASSERT_EQUAL_FATAL(ph_targets_create(neurons, SWEEP, &n->targets), PH_OK);
}

static void close_neuron(neuron *n)
{
    ph_targets_destroy(&n->targets);
    close_lazy(&n->l);
}

static void begin_step(const protocol *p, ph_step t, neuron *n)
{
    for (int i = 0; i < SAMPLED && (t - 1) % BEAT == 0; i++)
        ph_sampled_begin_beat(n->l.context.sampled[i], t - 1, value_at(p, i, t));
    if ((t - 1) % SWEEP == 0)
        ph_targets_turn(n->targets);
    if ((t - 1) % SWEEP == 0)
        ph_targets_begin(n->targets, &ph_rule_stc, &n->l.context, t - 1);
}

static void visit_one(neuron *n, ph_step t, ph_visit_kind kind, synapse *y)
{
    uint16_t target = 0;
    ph_real x = 0;
    ph_gid source = 3;
    int32_t interval = (int32_t)(t - y->last);
    ph_visit visit = {.arrival = t, .kind = kind, .n = 1, .target = &target,
                      .interval = &interval, .x = {&x}, .source = &source, .w = &y->w,
                      .state = {&y->calcium, &y->z, &y->rest}, .history = n->l.history,
                      .targets = n->targets};
    ph_rule_stc.visit(&n->l.context, &visit);
    y->last = t;
}

/* @return proteins at the end */
static double run_stc(const protocol *p, state *states)
{
    neuron n;
    synapse y[SYNAPSES];
    open_neuron(p, 1, &n);
    for (int i = 0; i < SYNAPSES; i++)
        y[i] = synapse_of(&states[i]);
    for (ph_step t = 1; t <= p->s.steps; t++) {
        begin_step(p, t, &n);
        for (int i = 0; i < SYNAPSES; i++) {
            if (sweeps(i, t))
                visit_one(&n, t, PH_VISIT_SWEEP, &y[i]);
            if (echoes(p, i, t))
                visit_one(&n, t, PH_VISIT_ECHO, &y[i]);
            if (arrives_at(p, i, t))
                visit_one(&n, t, PH_VISIT_SPIKE, &y[i]);
            else if (t == p->s.steps)
                visit_one(&n, t, PH_VISIT_SWEEP, &y[i]);
        }
        if (post_of(p, t))
            CU_ASSERT_EQUAL(ph_history_append(n.l.history, 0, t), PH_OK);
    }
    for (int i = 0; i < SYNAPSES; i++)
        states[i] = state_of(&y[i]);
    double proteins = n.targets->state[0];
    close_neuron(&n);
    return proteins;
}

static void assert_near(const state *found, const state *expected, double tolerance)
{
    CU_ASSERT_DOUBLE_EQUAL(found->h, expected->h, tolerance * expected->h);
    CU_ASSERT_DOUBLE_EQUAL(found->z, expected->z, tolerance);
    CU_ASSERT_DOUBLE_EQUAL(found->c, expected->c, 1e-6 * (1 + expected->c));
}

static const state fresh[SYNAPSES] = {{0, 1, 0}, {0, 1, 0}, {0, 1, 0}};

/* @return the largest z */
static double compare(const protocol *p, const state *begin, double tolerance)
{
    state found[SYNAPSES], expected[SYNAPSES];
    memcpy(found, begin, sizeof found);
    memcpy(expected, begin, sizeof expected);
    double p_found = run_stc(p, found), p_expected = reference(p, expected), largest = 0;
    CU_ASSERT_DOUBLE_EQUAL(p_found, p_expected, tolerance);
    for (int i = 0; i < SYNAPSES; i++) {
        assert_near(&found[i], &expected[i], tolerance);
        largest = fmax(largest, fabs(expected[i].z - begin[i].z));
    }
    return largest;
}

static void the_network_of_the_paper_agrees_with_brute_force(void)
{
    protocol p = {.s = {.rule = &ph_rule_stc, .values = slow, .steps = 100000, .pre_hz = 60,
                        .post_hz = 70}};
    CU_ASSERT(compare(&p, fresh, 1e-5) > 1e-6);
    p.s.dendritic = 60;
    p.s.id = 1;
    compare(&p, fresh, 1e-5);
}

/* Proteins are made and cease to be, tags are set and lost. */
static void capture_agrees_with_brute_force(void)
{
    const state mixed[SYNAPSES] = {{0, 0.7, -0.1}, {2, 1.3, 0.4}, {0, 1.6, 0}};
    for (int i = 0; i < 3; i++) {
        protocol p = {.s = {.rule = &ph_rule_stc, .values = fast, .steps = 400000,
                            .pre_hz = 30 - 8 * i, .post_hz = 15 + 5 * i, .id = 10 + i}};
        CU_ASSERT(compare(&p, i ? mixed : fresh, 1e-5) > 0.002);
    }
}

static void modulated_parameters_agree_with_brute_force(void)
{
    for (int i = 0; i < 3; i++) {
        protocol p = {.s = {.rule = &ph_rule_stc, .values = fast, .steps = 300000, .pre_hz = 30,
                            .post_hz = i == 2 ? 60 : 18, .dendritic = 5 * i, .id = 20 + i},
                      .moves_rates = i != 1, .moves_thetas = i > 0};
        CU_ASSERT(compare(&p, fresh, 1e-5) > 0.001);
    }
}

/* The sum for proteins is that of the second before: what that changes. */
static void a_sum_that_is_held_for_a_second_changes_little(void)
{
    protocol p = {.s = {.rule = &ph_rule_stc, .values = fast, .steps = 400000, .pre_hz = 30,
                        .post_hz = 15, .id = 10}, .continuous = 1};
    compare(&p, fresh, 2 * SWEEP * H / 360e3);
}

static void a_learning_rate_of_0_leaves_the_weight_alone(void)
{
    value values[sizeof fast / sizeof *fast];
    memcpy(values, fast, sizeof fast);
    for (value *v = values; v->name; v++)
        if (!strcmp(v->name, "learning_rate"))
            v->value = 0;
    protocol p = {.s = {.rule = &ph_rule_stc, .values = values, .steps = 60000, .pre_hz = 40,
                        .post_hz = 40, .id = 30}};
    state y[SYNAPSES] = {{0, 1.5, 0.25}, {0, 0.75, -0.25}, {0, 1, 0}};
    CU_ASSERT(run_stc(&p, y) > 0.01); /* proteins go on */
    CU_ASSERT_EQUAL(y[0].h, 1.5);
    CU_ASSERT_EQUAL(y[0].z, 0.25);
    CU_ASSERT_EQUAL(y[1].h, 0.75);
    CU_ASSERT(y[0].c > 0);
}

/* --- rests ------------------------------------------------------------------------------------ */

/* In the way of synapse/rest.c. */
static double rest_stc(const protocol *p, double hours, double step_ms, double proteins,
                       state *states)
{
    neuron n;
    ph_real w[SYNAPSES], calcium[SYNAPSES], z[SYNAPSES], rest[SYNAPSES];
    uint16_t target[SYNAPSES] = {0};
    open_neuron(p, 1, &n);
    n.targets->state[0] = proteins;
    for (int i = 0; i < SAMPLED; i++) {
        ph_sampled_begin_beat(n.l.context.sampled[i], 0, 1.7);
        n.l.context.sampled[i]->rest = value_at(p, i, 0);
    }
    for (int i = 0; i < SYNAPSES; i++) {
        synapse y = synapse_of(&states[i]);
        w[i] = y.w, calcium[i] = y.calcium, z[i] = y.z, rest[i] = y.rest;
    }
    ph_rest of = {.n = SYNAPSES, .target = target, .w = w, .state = {calcium, z, rest},
                  .targets = n.targets};
    ph_rule_stc.rest(&n.l.context, &of);
    for (double left = hours * 3600e3; left > 0; left -= step_ms) {
        of.ms = fmin(left, step_ms);
        double middle = hours * 3600e3 - left + 0.5 * of.ms;
        if (p->rising > 0)
            n.l.context.sampled[THETA_PRO]->rest = given(&p->s, "theta_pro") *
                                                   exp(middle / p->rising);
        ph_targets_turn(n.targets);
        ph_targets_begin_rest(n.targets, &ph_rule_stc, &n.l.context, of.ms);
        ph_rule_stc.rest(&n.l.context, &of);
    }
    for (int i = 0; i < SYNAPSES; i++)
        states[i] = state_of(&(synapse){w[i], calcium[i], z[i], rest[i], 0});
    double p_end = n.targets->state[0];
    close_neuron(&n);
    return p_end;
}

static double rest_reference(const protocol *p, double hours, double proteins, state *y)
{
    double dt = 10, threshold = value_at(p, THETA_PRO, 0), alpha = given(&p->s, "alpha");
    double left = exp(-dt / given(&p->s, "tau_p"));
    held k = held_at(p, 0);
    thresholds theta = {value_at(p, THETA_P, 0), value_at(p, THETA_D, 0)};
    for (double t = 0; t < hours * 3600e3 - 0.5 * dt; t += dt) {
        double sum = 0;
        for (int i = 0; i < SYNAPSES; i++)
            sum += fabs(y[i].h - 1);
        double goal = sum > threshold ? alpha : 0, p_next = goal + (proteins - goal) * left;
        for (int i = 0; i < SYNAPSES; i++)
            substep(&k, &theta, dt, 0.5 * (proteins + p_next), &y[i]);
        proteins = p_next;
    }
    return proteins;
}

static void compare_rest(const protocol *p, double hours, double step_ms, const state *begin,
                         double proteins, double tolerance)
{
    state found[SYNAPSES], expected[SYNAPSES];
    memcpy(found, begin, sizeof found);
    memcpy(expected, begin, sizeof expected);
    double p_found = rest_stc(p, hours, step_ms, proteins, found);
    CU_ASSERT_DOUBLE_EQUAL(p_found, rest_reference(p, hours, proteins, expected), tolerance);
    for (int i = 0; i < SYNAPSES; i++) {
        CU_ASSERT_DOUBLE_EQUAL(found[i].h, expected[i].h, 1e-5 * expected[i].h);
        assert_near(&found[i], &expected[i], tolerance);
    }
}

/* Proteins are made for an hour or two, tags last for some time; then all is lost but what was
 * captured. */
static void a_rest_of_8_hours_agrees_with_small_steps(void)
{
    const state tagged[SYNAPSES] = {{0, 1.6, 0}, {0, 1.12, 0}, {0, 0.71, 0.2}};
    const state weak[SYNAPSES] = {{0, 1.3, 0}, {0, 1.05, 0}, {0, 0.95, 0}};
    protocol p = {.s = {.rule = &ph_rule_stc, .values = slow}};
    for (int i = 0; i < 3; i++) {
        double step_ms = i == 0 ? 60e3 : i == 1 ? 1e3 : 350e3;
        compare_rest(&p, 8, step_ms, tagged, 0, 1e-5);
        compare_rest(&p, 8, step_ms, weak, 0.3, 1e-5);
    }
    state y[SYNAPSES];
    memcpy(y, tagged, sizeof y);
    rest_stc(&p, 8, 60e3, 0, y);
    CU_ASSERT(y[0].z > 0.5 && y[1].z == 0 && y[2].z < 0.1);
    CU_ASSERT_DOUBLE_EQUAL(y[0].h, 1 + 0.6 * exp(-0.1 * 28800 / 688.4), 1e-6);
}

/* As dopamine's messenger fades. Made until the sum, which falls by 0.1 / tau_h, meets theta_pro. */
static void proteins_end_where_a_rising_threshold_meets_the_sum(void)
{
    const state tagged[SYNAPSES] = {{0, 1.9, 0}, {0, 1.8, 0}, {0, 0.6, 0}};
    const double sum = 2.1, hours = 3, tau_p = 3600e3, falls = 0.1 / 688.4e3;
    for (int i = 1; i <= 4; i++) {
        protocol p = {.s = {.rule = &ph_rule_stc, .values = slow}, .rising = i * 1200e3};
        double until = log(sum / given(&p.s, "theta_pro")) / (falls + 1 / p.rising);
        double expected = -expm1(-until / tau_p) * exp((until - hours * 3600e3) / tau_p);
        state y[SYNAPSES];
        memcpy(y, tagged, sizeof y);
        CU_ASSERT_DOUBLE_EQUAL(rest_stc(&p, hours, 2e3, 0, y), expected, 1e-3 * expected);
        memcpy(y, tagged, sizeof y);
        CU_ASSERT_DOUBLE_EQUAL(rest_stc(&p, hours, 60e3, 0, y), expected, 0.03 * expected);
        CU_ASSERT(until > 600e3 * i && expected > 0.01);
    }
}

/* It raises the sum during the first step, of which proteins learn at the second. */
static void calcium_that_is_left_acts_in_a_rest(void)
{
    value values[sizeof slow / sizeof *slow];
    memcpy(values, slow, sizeof slow);
    values[0].value = 9e3; /* tau_Ca */
    const state high[SYNAPSES] = {{4, 1, 0}, {2, 1, 0}, {0.5, 1.5, 0.1}};
    protocol p = {.s = {.rule = &ph_rule_stc, .values = values}};
    compare_rest(&p, 0.5, 60e3, high, 0, 60.0 / 3600);
    compare_rest(&p, 0.5, 700, high, 0, 0.7 / 3600);
}

/* --- many at once ----------------------------------------------------------------------------- */

#define NEURONS 50

typedef struct batch {
    ph_real w[PH_VISIT_MOST], state[3][PH_VISIT_MOST], x[PH_VISIT_MOST];
    int32_t interval[PH_VISIT_MOST];
    uint16_t target[PH_VISIT_MOST];
    ph_gid source[PH_VISIT_MOST];
} batch;

static void visit_part(neuron *n, ph_step t, ph_visit_kind kind, int first, int count, batch *b)
{
    ph_visit visit = {.arrival = t, .kind = kind, .n = count, .target = b->target + first,
                      .interval = b->interval + first, .x = {b->x + first},
                      .source = b->source + first, .w = b->w + first,
                      .state = {b->state[0] + first, b->state[1] + first, b->state[2] + first},
                      .history = n->l.history, .targets = n->targets};
    if (count > 0)
        ph_rule_stc.visit(&n->l.context, &visit);
}

static int draw_batch(ph_step t, batch *b)
{
    memset(b, 0, sizeof *b);
    int n = t > SWEEP && t % 37 == 0 ? 1 + (int)(unit(300, t) * PH_VISIT_MOST) : 0;
    for (int i = 0; i < n; i++) {
        int64_t id = t * PH_VISIT_MOST + i;
        double u = unit(301, id);
        b->target[i] = (uint16_t)(unit(302, id) * NEURONS);
        b->interval[i] = (int32_t)(u * u * u * SWEEP);
        b->source[i] = i;
        b->w[i] = (ph_real)(H_0 * (0.5 + unit(304, id)));
        b->state[0][i] = (ph_real)(4 * unit(305, id));
        b->state[1][i] = (ph_real)(0.2 * unit(306, id));
    }
    return n;
}

/* Weights and states, and what they give to their targets' sums. */
static void compare_parts(neuron *n, ph_step t)
{
    batch together, alone;
    int64_t sums[2][NEURONS];
    ph_visit_kind kind = (ph_visit_kind)(t % PH_VISIT_KINDS);
    int count = draw_batch(t, &together);
    alone = together;
    ph_targets_clear_sums(n->targets);
    visit_part(n, t, kind, 0, count, &together);
    memcpy(sums[0], n->targets->sum, sizeof sums[0]);
    ph_targets_clear_sums(n->targets);
    for (int i = 0; i < count; i++)
        visit_part(n, t, kind, i, 1, &alone);
    memcpy(sums[1], n->targets->sum, sizeof sums[1]);
    CU_ASSERT(!memcmp(&together, &alone, sizeof alone) && !memcmp(sums[0], sums[1], sizeof sums[0]));
}

static void many_together_are_as_one_by_one(void)
{
    for (int k = 0; k < 4; k++) {
        protocol p = {.s = {.rule = &ph_rule_stc, .values = fast, .dendritic = k == 1 ? 30 : 0,
                            .steps = 2 * SWEEP + SWEEP / 2},
                      .moves_rates = k % 2, .moves_thetas = k / 2};
        neuron n;
        open_neuron(&p, NEURONS, &n);
        double *sigma = (double *)(void *)(n.l.params.bytes + 8 * sizeof(double));
        *sigma = k == 3 ? 0 : 0.7;
        for (int i = 0; i < NEURONS; i++)
            n.targets->state[i] = k > 0 && i % 3 ? 0.02 * i : 0;
        for (ph_step t = 1; t <= p.s.steps; t++) {
            begin_step(&p, t, &n);
            compare_parts(&n, t);
            for (int i = 0; i < NEURONS; i++)
                if (unit(400 + i, t) < i * H * 1e-3 * 2)
                    CU_ASSERT_EQUAL(ph_history_append(n.l.history, i, t), PH_OK);
        }
        close_neuron(&n);
    }
}

/* --- noise ------------------------------------------------------------------------------------ */

#define BATCHES 20

/* Mean and variance of h by their own differential equations. */
static void moments(const protocol *p, double sigma, double *mean, double *variance)
{
    double dt = H / SUBSTEPS, c = 0, next;
    held k = held_at(p, 0);
    *mean = 1;
    *variance = 0;
    for (ph_step t = 1; t <= p->s.steps; t++) {
        for (int i = 0; i < SUBSTEPS; i++, c = next) {
            next = c * exp(-dt / k.tau_Ca);
            double above_p = share_above(c, next, value_at(p, THETA_P, t));
            double above_d = share_above(c, next, value_at(p, THETA_D, t));
            double rate = (0.1 + k.gamma_p * above_p + k.gamma_d * above_d) / k.tau_h;
            *mean += dt * h_slope(&k, *mean, above_p, above_d);
            *variance += dt * (sigma * sigma * (above_p + above_d) / k.tau_h -
                               2 * rate * *variance);
        }
        c += echoes(p, 0, t) ? value_at(p, C_PRE, t) : 0;
    }
}

/* Many synapses see the same train and differ by their noise alone. */
static void noise_has_its_moments(void)
{
    static batch b[BATCHES];
    protocol p = {.s = {.rule = &ph_rule_stc, .values = slow, .steps = 6000, .pre_hz = 360}};
    double sigma = 0.69139, mean, variance, sum = 0, squares = 0;
    int n = BATCHES * PH_VISIT_MOST;
    neuron of;
    open_neuron(&p, BATCHES, &of);
    memcpy(of.l.params.bytes + 8 * sizeof(double), &sigma, sizeof sigma);
    for (int i = 0; i < n; i++) {
        b[i / PH_VISIT_MOST].w[i % PH_VISIT_MOST] = H_0;
        b[i / PH_VISIT_MOST].target[i % PH_VISIT_MOST] = (uint16_t)(i / PH_VISIT_MOST);
        b[i / PH_VISIT_MOST].source[i % PH_VISIT_MOST] = i % PH_VISIT_MOST;
    }
    ph_step last = 0;
    for (ph_step t = 1; t <= p.s.steps; t++) {
        begin_step(&p, t, &of);
        if (!echoes(&p, 0, t) && t < p.s.steps)
            continue;
        for (int i = 0; i < n; i++)
            b[i / PH_VISIT_MOST].interval[i % PH_VISIT_MOST] = (int32_t)(t - last);
        for (int i = 0; i < BATCHES; i++)
            visit_part(&of, t, echoes(&p, 0, t) ? PH_VISIT_ECHO : PH_VISIT_SWEEP, 0,
                       PH_VISIT_MOST, &b[i]);
        last = t;
    }
    close_neuron(&of);
    moments(&p, sigma, &mean, &variance);
    for (int i = 0; i < n; i++) {
        batch *at = &b[i / PH_VISIT_MOST];
        double h = ((double)at->w[i % PH_VISIT_MOST] + (double)at->state[2][i % PH_VISIT_MOST]) /
                   H_0;
        sum += h - mean;
        squares += (h - mean) * (h - mean);
    }
    CU_ASSERT(fabs(mean - 1) > 0.1 && variance > 1e-4);
    /* Within four standard errors. */
    CU_ASSERT_DOUBLE_EQUAL(sum / n, 0, 4 * sqrt(variance / n));
    CU_ASSERT_DOUBLE_EQUAL(squares / n, variance, 4 * variance * sqrt(2.0 / n));
}

int main(void)
{
    static const suite_test tests[] = {
        {"the network of the paper agrees with brute force",
         the_network_of_the_paper_agrees_with_brute_force},
        {"capture agrees with brute force", capture_agrees_with_brute_force},
        {"modulated parameters agree with brute force",
         modulated_parameters_agree_with_brute_force},
        {"a sum that is held for a second changes little",
         a_sum_that_is_held_for_a_second_changes_little},
        {"a learning rate of 0 leaves the weight alone",
         a_learning_rate_of_0_leaves_the_weight_alone},
        {"a rest of 8 hours agrees with small steps", a_rest_of_8_hours_agrees_with_small_steps},
        {"proteins end where a rising threshold meets the sum",
         proteins_end_where_a_rising_threshold_meets_the_sum},
        {"calcium that is left acts in a rest", calcium_that_is_left_acts_in_a_rest},
        {"many together are as one by one", many_together_are_as_one_by_one},
        {"noise has its moments", noise_has_its_moments},
    };
    return suite_run("stc", tests, (int)(sizeof tests / sizeof tests[0]));
}

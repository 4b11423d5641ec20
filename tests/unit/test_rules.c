/* SPDX-License-Identifier: Apache-2.0 */
/* The lazily evaluated rules against a clock-driven evaluation of the same equations, step by step
 * in double, on random trains with modulators that change every beat. */
#include "rule_cases.h"

/* --- the equations, clock-driven -------------------------------------------------------------- */

typedef struct clocked {
    const setting *s;
    ph_step t;
    double w, x, x2, y, y2, r, e;
    double taken;   /* by pairings at once, since the last renewal */
    double pending; /* change of w since bounds were applied, of w_max */
} clocked;

/* A rule's equations; traces are common to all. */
typedef struct equations {
    const char *tau_x, *tau_x2, *tau_y, *tau_y2; /* NULL: there is no such trace */
    void (*pass)(clocked *c);                    /* a step, from t - 1 to t; NULL: nothing */
    void (*arrival)(clocked *c);
    void (*post)(clocked *c);
    void (*beat)(clocked *c);                    /* a beat begins after t; NULL: nothing */
} equations;

static double now(const clocked *c, const char *name)
{
    return in_force(c->s, name, (c->t - 1) / BEAT);
}

static void change(clocked *c, double by)
{
    double w_max = given(c->s, "w_max"), dw = by * w_max;
    if (given(c->s, "bounds") == PH_BOUNDS_SOFT)
        dw *= dw > 0 ? 1 - c->w / w_max : c->w / w_max;
    c->w = fmin(fmax(c->w + dw, 0), w_max);
}

static void pair_arrival(clocked *c)
{
    change(c, -now(c, "learning_rate") * now(c, "A_minus") * c->y);
}

static void pair_post(clocked *c)
{
    change(c, now(c, "learning_rate") * now(c, "A_plus") * c->x);
}

static void triplet_arrival(clocked *c)
{
    change(c, -now(c, "learning_rate") * c->y *
                  (now(c, "A2_minus") + now(c, "A3_minus") * c->x2));
}

static void triplet_post(clocked *c)
{
    change(c, now(c, "learning_rate") * c->x * (now(c, "A2_plus") + now(c, "A3_plus") * c->y2));
}

static void inhibitory_arrival(clocked *c)
{
    double alpha = 2 * now(c, "rho_0") * given(c->s, "tau") * 1e-3;
    change(c, now(c, "learning_rate") * (c->y - alpha));
}

static void inhibitory_post(clocked *c)
{
    change(c, now(c, "learning_rate") * c->x);
}

static void reward_pass(clocked *c)
{
    double tau_e = given(c->s, "tau_e"), left = exp(-H / tau_e);
    c->pending += now(c, "learning_rate") * c->e * tau_e * 1e-3 * (1 - left);
    c->e *= left;
}

static void reward_arrival(clocked *c)
{
    c->e -= now(c, "A_minus") * c->y;
}

static void reward_post(clocked *c)
{
    c->e += now(c, "A_plus") * c->x;
}

/* A step of Runge and Kutta's fourth order of r, e and the integral of e. */
static void rise(const setting *s, double h, double *r, double *e, double *area)
{
    static const double at[] = {0, 0.5, 0.5, 1}, weight[] = {1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6};
    double tau_rise = given(s, "tau_rise"), tau_e = given(s, "tau_e");
    double dr = 0, de = 0, r1 = *r, e1 = *e, area1 = *area;
    for (int i = 0; i < 4; i++) {
        double r_at = *r + at[i] * h * dr, e_at = *e + at[i] * h * de;
        dr = -r_at / tau_rise;
        de = -e_at / tau_e + r_at / tau_rise;
        r1 += weight[i] * h * dr;
        e1 += weight[i] * h * de;
        area1 += weight[i] * h * e_at;
    }
    *r = r1;
    *e = e1;
    *area = area1;
}

static void rise_pass(clocked *c)
{
    double area = 0;
    rise(c->s, H, &c->r, &c->e, &area);
    c->pending += now(c, "learning_rate") * area * 1e-3;
}

static void rise_arrival(clocked *c)
{
    c->r -= now(c, "A_minus") * c->y;
}

static void rise_post(clocked *c)
{
    c->r += now(c, "A_plus") * c->x;
}

static void sequential_pairing(clocked *c, double p)
{
    double before = c->w;
    change(c, -now(c, "depression_rate") * p);
    c->taken += before - c->w;
    c->e += p;
}

static int rises(const clocked *c, const char *name)
{
    return in_force(c->s, name, c->t / BEAT) >= 0.5 && in_force(c->s, name, c->t / BEAT - 1) < 0.5;
}

static void sequential_beat(clocked *c)
{
    if (rises(c, "restoration")) {
        c->w = fmin(c->w + c->taken, given(c->s, "w_max"));
        c->taken = 0;
    }
    if (rises(c, "renewal"))
        c->e = c->taken = 0;
}

static void sequential_arrival(clocked *c)
{
    sequential_pairing(c, now(c, "A_post_pre") * c->y);
}

static void sequential_post(clocked *c)
{
    sequential_pairing(c, now(c, "A_pre_post") * c->x);
}

static double left_of(const clocked *c, const char *tau)
{
    return tau ? exp(-H / given(c->s, tau)) : 0;
}

static double spiked(const clocked *c, double trace)
{
    return given(c->s, "pairing") == PH_PAIRING_NEAREST ? 1 : trace + 1;
}

/* Bounds at arrivals, postsynaptic spikes and sweeps. */
static clocked run_clocked(const setting *s, const equations *rule, double w)
{
    clocked c = {.s = s, .w = w};
    double left_x = left_of(&c, rule->tau_x), left_x2 = left_of(&c, rule->tau_x2);
    double left_y = left_of(&c, rule->tau_y), left_y2 = left_of(&c, rule->tau_y2);
    for (c.t = 1; c.t <= s->steps; c.t++) {
        int post = c.t > s->dendritic && post_spikes(s, c.t - s->dendritic);
        int arrival = arrives(s, c.t);
        c.x *= left_x;
        c.x2 *= left_x2;
        c.y *= left_y;
        c.y2 *= left_y2;
        if (rule->pass)
            rule->pass(&c);
        int begins = rule->beat && c.t % BEAT == 0 && c.t < s->steps;
        if (rule->pass && (arrival || post || begins || is_swept(c.t) || c.t == s->steps)) {
            change(&c, c.pending);
            c.pending = 0;
        }
        if (arrival) {
            rule->arrival(&c);
            c.x = spiked(&c, c.x);
            c.x2 = spiked(&c, c.x2);
        }
        if (begins)
            rule->beat(&c);
        if (post) {
            rule->post(&c);
            c.y = spiked(&c, c.y);
            c.y2 = spiked(&c, c.y2);
        }
    }
    return c;
}

/* --- all rules -------------------------------------------------------------------------------- */

static const equations equations_of[RULE_CASES] = {
    [CASE_PAIR] = {"tau_plus", NULL, "tau_minus", NULL, NULL, pair_arrival, pair_post},
    [CASE_PAIR_NEAREST] = {"tau_plus", NULL, "tau_minus", NULL, NULL, pair_arrival, pair_post},
    [CASE_TRIPLET] = {"tau_plus", "tau_x", "tau_minus", "tau_y", NULL, triplet_arrival,
                      triplet_post},
    [CASE_TRIPLET_NEAREST] = {"tau_plus", "tau_x", "tau_minus", "tau_y", NULL, triplet_arrival,
                              triplet_post},
    [CASE_INHIBITORY] = {"tau", NULL, "tau", NULL, NULL, inhibitory_arrival, inhibitory_post},
    [CASE_REWARD] = {"tau_plus", NULL, "tau_minus", NULL, reward_pass, reward_arrival,
                     reward_post},
    [CASE_SHORT_REWARD] = {"tau_plus", NULL, "tau_minus", NULL, reward_pass, reward_arrival,
                           reward_post},
    [CASE_RISING] = {"tau_plus", NULL, "tau_minus", NULL, rise_pass, rise_arrival, rise_post},
    [CASE_SEQUENCE] = {"tau", NULL, "tau", NULL, reward_pass, sequential_arrival,
                       sequential_post, NULL},
    [CASE_RENEWED] = {"tau", NULL, "tau", NULL, reward_pass, sequential_arrival,
                      sequential_post, sequential_beat},
};

/* What a synapse's states say of the eligibility. */
static double eligibility(const setting *s, const lazy_synapse *synapse)
{
    double tau_rise = given(s, "tau_rise"), tau_e = given(s, "tau_e");
    if (!(tau_rise > 0))
        return (double)synapse->state[0];
    double difference = (double)synapse->state[0] - (double)synapse->state[1];
    return tau_e / (tau_e - tau_rise) * difference;
}

static void compare(int k, setting *s)
{
    s->rule = rule_cases[k].rule;
    s->values = rule_cases[k].values;
    double w_max = given(s, "w_max"), w = 0.4 * w_max;
    clocked reference = run_clocked(s, &equations_of[k], w);
    lazy_synapse visited = run_lazy(s, w);
    CU_ASSERT(fabs(reference.w - w) > 1e-3 * w_max); /* the test sees a change */
    CU_ASSERT_DOUBLE_EQUAL((double)visited.w, reference.w, 1e-5 * w_max);
    if (equations_of[k].pass)
        CU_ASSERT_DOUBLE_EQUAL(eligibility(s, &visited), reference.e,
                               2e-5 * (1 + fabs(reference.e)));
}

static void lazy_rules_agree_with_clock_driven_ones(void)
{
    for (int k = 0; k < RULE_CASES; k++)
        for (int64_t id = 0; id < 6; id++) {
            setting s = {.steady = id % 3 == 0, .dendritic = 4 * id, .steps = 120000,
                         .pre_hz = 4 + 3.0 * (double)id, .post_hz = 12, .id = id};
            compare(k, &s);
        }
}

static void a_short_eligibility_crosses_many_origins(void)
{
    setting s = {.dendritic = 3, .steps = 2000000, .pre_hz = 1, .post_hz = 15, .id = 77};
    compare(CASE_SHORT_REWARD, &s);
}

static void a_frozen_rule_changes_nothing(void)
{
    for (int k = 0; k < RULE_CASES; k++) {
        setting s = {.rule = rule_cases[k].rule, .values = rule_cases[k].values, .frozen = 1,
                     .steps = 50000, .pre_hz = 20, .post_hz = 20, .id = 3};
        CU_ASSERT_EQUAL(run_lazy(&s, 1.25).w, (ph_real)1.25);
    }
}

/* --- nearest spikes by search ----------------------------------------------------------------- */

typedef struct train {
    int n;
    ph_step at[2000];
} train;

/* What the newest spike before t leaves at t. @param also_now 1: or at t itself */
static double since_newest(const train *spikes, ph_step t, int also_now, double tau)
{
    int i = spikes->n - 1;
    while (i >= 0 && spikes->at[i] >= t + also_now)
        i--;
    return i < 0 ? 0 : exp(-(double)(t - spikes->at[i]) * H / tau);
}

/* Each spike with the newest of the other side and, for triplets, of its own; no traces. At equal
 * steps the arrival is the earlier one. */
static double by_search(const setting *s, int triplets, double w)
{
    static const double tau_plus = 17, tau_x = 101, tau_minus = 34, tau_y = 125;
    static train pre, post;
    clocked c = {.s = s, .w = w};
    pre.n = post.n = 0;
    for (c.t = 1; c.t <= s->steps; c.t++) {
        if (arrives(s, c.t)) {
            double y = since_newest(&post, c.t, 0, triplets ? tau_minus : 35);
            double x2 = since_newest(&pre, c.t, 0, tau_x);
            change(&c, triplets ? -0.5 * y * (0.03 + 0.01 * x2) : -0.05 * 0.8 * y);
            pre.at[pre.n++] = c.t;
        }
        if (c.t > s->dendritic && post_spikes(s, c.t - s->dendritic)) {
            double x = since_newest(&pre, c.t, 1, triplets ? tau_plus : 20);
            double y2 = since_newest(&post, c.t, 0, tau_y);
            change(&c, triplets ? 0.5 * x * (0.02 + 0.03 * y2) : 0.05 * x);
            post.at[post.n++] = c.t;
        }
    }
    return c.w;
}

static void nearest_spikes_are_those_found_by_search(void)
{
    for (int64_t id = 0; id < 6; id++) {
        setting s = {.rule = &ph_rule_stdp, .values = pair_nearest, .steady = 1,
                     .dendritic = 5 * id, .steps = 120000, .pre_hz = 15, .post_hz = 25,
                     .id = 20 + id};
        CU_ASSERT_DOUBLE_EQUAL((double)run_lazy(&s, 1).w, by_search(&s, 0, 1), 3e-5);
        s.rule = &ph_rule_stdp_triplet;
        s.values = triplet_nearest;
        CU_ASSERT_DOUBLE_EQUAL((double)run_lazy(&s, 1).w, by_search(&s, 1, 1), 3e-5);
    }
}

/* --- rests ------------------------------------------------------------------------------------ */

static void an_eligibility_is_turned_into_change_during_a_rest(void)
{
    static const struct {
        const ph_rule *rule;
        const value *values;
    } rests[] = {{&ph_rule_stdp_reward, reward}, {&ph_rule_stdp_reward_rise, rising},
                 {&ph_rule_sequential, sequence}};
    for (int k = 0; k < 3; k++) {
        setting s = {.rule = rests[k].rule, .values = rests[k].values};
        double tau_rise = given(&s, "tau_rise"), tau_e = given(&s, "tau_e"), share;
        lazy l;
        lazy_synapse one = {.w = 1, .state = {(ph_real)0.7, tau_rise > 0 ? (ph_real)0.4 : 0}};
        clocked c = {.s = &s, .w = 1, .r = 0.4, .e = eligibility(&s, &one)};
        open_lazy(&s, 1, &l);
        for (int g = 0; g < PH_RULE_GATES && s.rule->gates[g].factor; g++)
            l.context.gate[g]->rest = 0.3;
        ph_rest rest = {.ms = 300, .n = 1, .w = &one.w, .state = {&one.state[0], &one.state[1]}};
        s.rule->rest(&l.context, &rest);
        close_lazy(&l);
        double area = 0;
        for (int step = 0; step < 3000 && tau_rise > 0; step++)
            rise(&s, H, &c.r, &c.e, &area);
        if (!(tau_rise > 0)) {
            share = exp(-300 / tau_e);
            area = c.e * tau_e * (1 - share);
            c.e *= share;
        }
        change(&c, 0.3e-3 * area);
        CU_ASSERT_DOUBLE_EQUAL((double)one.w, c.w, 1e-5);
        CU_ASSERT(c.w > 1 + 1e-3);
        CU_ASSERT_DOUBLE_EQUAL(eligibility(&s, &one), c.e, 1e-5);
    }
}

/* --- what rises ------------------------------------------------------------------------------- */

static void visit_one(const lazy *l, ph_step arrival, int32_t interval, lazy_synapse *one)
{
    uint16_t target = 0;
    ph_visit visit = {.arrival = arrival, .kind = PH_VISIT_SWEEP, .n = 1, .target = &target,
                      .interval = &interval, .x = {&one->x[0], &one->x[1]}, .w = &one->w,
                      .state = {&one->state[0], &one->state[1]}, .history = l->history};
    ph_rule_sequential.visit(&l->context, &visit);
}

/* A renewal is noticed by the visit after it, not by one that ends where it comes. */
static void what_rises_at_a_visit_belongs_to_the_next(void)
{
    setting s = {.rule = &ph_rule_sequential, .values = sequence};
    lazy l;
    open_lazy(&s, 1, &l);
    for (ph_step beat = 0; beat < 4; beat++)
        for (int i = 0; ph_rule_sequential.sampled[i]; i++)
            ph_sampled_begin_beat(l.context.sampled[i], beat * BEAT,
                                  i == 4 ? beat >= 2 : i == 3 ? beat == 3 : 0);
    lazy_synapse one = {.w = 1, .state = {(ph_real)0.5, (ph_real)0.25}};
    visit_one(&l, 2 * BEAT, 2 * BEAT, &one);
    CU_ASSERT(one.state[0] > 0 && one.state[1] == (ph_real)0.25);
    visit_one(&l, 2 * BEAT + 1, 1, &one);
    CU_ASSERT(one.state[0] == 0 && one.state[1] == 0);
    one.state[0] = 1;
    one.state[1] = (ph_real)0.25;
    visit_one(&l, 3 * BEAT + 7, BEAT + 6, &one); /* restored, and not renewed once more */
    CU_ASSERT_DOUBLE_EQUAL((double)one.w, 1.25, 1e-6);
    CU_ASSERT(one.state[0] > (ph_real)0.9 && one.state[1] == 0);
    close_lazy(&l);
}

int main(void)
{
    static const suite_test tests[] = {
        {"lazy rules agree with clock-driven ones", lazy_rules_agree_with_clock_driven_ones},
        {"a short eligibility crosses many origins", a_short_eligibility_crosses_many_origins},
        {"a frozen rule changes nothing", a_frozen_rule_changes_nothing},
        {"nearest spikes are those found by search", nearest_spikes_are_those_found_by_search},
        {"an eligibility is turned into change during a rest",
         an_eligibility_is_turned_into_change_during_a_rest},
        {"what rises at a visit belongs to the next", what_rises_at_a_visit_belongs_to_the_next},
    };
    return suite_run("rules", tests, (int)(sizeof tests / sizeof tests[0]));
}

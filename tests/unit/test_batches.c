/* SPDX-License-Identifier: Apache-2.0 */
/* Visits of many synapses together give what visits one by one give, bit by bit, for every rule. */
#include "rule_cases.h"

#define NEURONS 50

typedef struct many {
    ph_real w[PH_VISIT_MOST], state[PH_RULE_STATES][PH_VISIT_MOST];
} many;

/* What visits are given: intervals so different that lanes catch up over none to dozens of spikes
 * and begin in this period of a gate or one of those before. */
typedef struct batch {
    int n;
    int32_t interval[PH_VISIT_MOST];
    uint16_t target[PH_VISIT_MOST];
    ph_real x[PH_TRACES][PH_VISIT_MOST];
    many together, alone;
} batch;

static void draw_batch(ph_step t, double w_max, batch *b)
{
    b->n = 1 + (int)(unit(300, t) * PH_VISIT_MOST);
    for (int i = 0; i < b->n; i++) {
        int64_t id = t * PH_VISIT_MOST + i;
        double u = unit(301, id);
        b->target[i] = (uint16_t)(unit(302, id) * NEURONS);
        b->interval[i] = (int32_t)(u * u * u * SWEEP);
        b->x[0][i] = (ph_real)(1 + unit(303, i));
        b->x[1][i] = (ph_real)(1 + unit(306, i));
        b->together.w[i] = (ph_real)(w_max * unit(304, t + i));
        b->together.state[0][i] = (ph_real)(unit(305, t + i) - 0.5);
        b->together.state[1][i] = (ph_real)(unit(307, t + i) - 0.5);
    }
    b->alone = b->together;
}

static void visit_from(const setting *s, const lazy *l, ph_step t, batch *b, many *m, int i, int n)
{
    ph_visit visit = {.arrival = t,
                      .kind = t % 2 ? PH_VISIT_SPIKE : PH_VISIT_SWEEP,
                      .n = n,
                      .target = b->target + i,
                      .interval = b->interval + i,
                      .x = {b->x[0] + i, b->x[1] + i},
                      .w = m->w + i,
                      .state = {m->state[0] + i, m->state[1] + i},
                      .history = l->history};
    s->rule->visit(&l->context, &visit);
}

static void together_as_one_by_one(const setting *s)
{
    static batch b;
    lazy l;
    open_lazy(s, NEURONS, &l);
    for (ph_step t = 1; t <= s->steps; t++) {
        if ((t - 1) % BEAT == 0)
            begin_beat(s, t - 1, &l);
        if (t > SWEEP && t % 37 == 0) {
            draw_batch(t, given(s, "w_max"), &b);
            visit_from(s, &l, t, &b, &b.together, 0, b.n);
            for (int i = 0; i < b.n; i++)
                visit_from(s, &l, t, &b, &b.alone, i, 1);
            CU_ASSERT(!memcmp(&b.together, &b.alone, sizeof b.alone));
        }
        for (int i = 0; i < NEURONS; i++)
            if (unit(400 + i, t) < i * H * 1e-3 * 2)
                CU_ASSERT_EQUAL(ph_history_append(l.history, i, t), PH_OK);
    }
    close_lazy(&l);
}

static void many_together_are_as_one_by_one(void)
{
    for (int k = 0; k < 2 * RULE_CASES; k++) {
        /* Every other time some spikes are on their way up the dendrite. */
        setting s = {.rule = rule_cases[k / 2].rule, .values = rule_cases[k / 2].values,
                     .dendritic = k % 2 ? 30 : 0, .steady = k % 2,
                     .steps = 2 * SWEEP + SWEEP / 2};
        together_as_one_by_one(&s);
    }
}

int main(void)
{
    static const suite_test tests[] = {
        {"many together are as one by one", many_together_are_as_one_by_one},
    };
    return suite_run("batches", tests, (int)(sizeof tests / sizeof tests[0]));
}

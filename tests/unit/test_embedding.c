/* SPDX-License-Identifier: Apache-2.0 */
/* What a program that embeds the library gets: rules written by the public functions of a visit do
 * what the library's own do, which are laid out for vectors; and types can be added, once. */
#include "rule_cases.h"

#include "cli/registries.h"

#include <phasic/phasic.h>

/* --- a visit by its public functions ------------------------------------------------------------ */

/* The equations of stdp. */
static void visit_pairs(const ph_rule_context *c, const ph_visit *v)
{
    for (int i = 0; i < v->n; i++) {
        ph_posts posts = ph_visit_posts(c, v, i);
        for (int k = 0; k < posts.n; k++) {
            ph_step at = ph_posts_at(c, &posts, k).step;
            double rate = ph_sampled_value(c->sampled[0], at);
            double dw = rate * ph_sampled_value(c->sampled[1], at) * ph_visit_x(c, v, i, at);
            v->w[i] = ph_bounded(v->w[i], dw * c->w_max, c->w_max, PH_BOUNDS_HARD);
        }
        double rate = ph_sampled_value(c->sampled[0], v->arrival);
        double dw = -rate * ph_sampled_value(c->sampled[2], v->arrival) * ph_visit_y(c, v, i);
        if (v->kind == PH_VISIT_SPIKE)
            v->w[i] = ph_bounded(v->w[i], dw * c->w_max, c->w_max, PH_BOUNDS_HARD);
    }
}

/* w and e from a step to another, at which nothing happens in between. */
static void pass(const ph_rule_context *c, const ph_visit *v, int i, ph_step from, ph_step to)
{
    double e = (double)v->state[0][i];
    double dw = e * 1e-3 * ph_gate_between(c->gate[0], from, to);
    v->w[i] = ph_bounded(v->w[i], dw * c->w_max, c->w_max, PH_BOUNDS_SOFT);
    v->state[0][i] = (ph_real)(e * ph_decay_left(c->decay[0], to - from));
}

/* The equations of stdp_reward. */
static void visit_rewarded(const ph_rule_context *c, const ph_visit *v)
{
    for (int i = 0; i < v->n; i++) {
        ph_step last = v->arrival - v->interval[i];
        ph_posts posts = ph_visit_posts(c, v, i);
        for (int k = 0; k < posts.n; k++) {
            ph_step at = ph_posts_at(c, &posts, k).step;
            pass(c, v, i, last, at);
            v->state[0][i] +=
                (ph_real)(ph_sampled_value(c->sampled[0], at) * ph_visit_x(c, v, i, at));
            last = at;
        }
        pass(c, v, i, last, v->arrival);
        if (v->kind == PH_VISIT_SPIKE)
            v->state[0][i] -= (ph_real)(ph_sampled_value(c->sampled[1], v->arrival) *
                                        ph_visit_y(c, v, i));
    }
}

static void agree(int k, void (*visit)(const ph_rule_context *c, const ph_visit *v))
{
    ph_rule outside = *rule_cases[k].rule;
    outside.visit = visit;
    for (int64_t id = 0; id < 6; id++) {
        setting s = {.rule = rule_cases[k].rule, .values = rule_cases[k].values,
                     .steady = id % 3 == 0, .dendritic = 4 * id, .steps = 120000,
                     .pre_hz = 4 + 3.0 * (double)id, .post_hz = 12 + 20.0 * (double)id, .id = id};
        double w_max = given(&s, "w_max"), w = 0.4 * w_max;
        lazy_synapse inside_says = run_lazy(&s, w);
        s.rule = &outside;
        lazy_synapse outside_says = run_lazy(&s, w);
        CU_ASSERT(fabs((double)inside_says.w - w) > 1e-3 * w_max); /* there is a change to see */
        CU_ASSERT_DOUBLE_EQUAL((double)outside_says.w, (double)inside_says.w, 2e-6 * w_max);
    }
}

static void rules_from_outside_do_what_those_within_do(void)
{
    agree(CASE_PAIR, visit_pairs);
    agree(CASE_REWARD, visit_rewarded);
}

/* --- adding types ------------------------------------------------------------------------------- */

static const ph_table none = {.name = "none", .doc = "no parameters"};
static const ph_rule added = {.base = {"added", "a rule from outside", &none}};

static int refuses(ph_registry_id registry, const ph_descriptor *type, const char *words)
{
    return ph_register(registry, type) == PH_CONFIG && strstr(ph_error_message(), words) != NULL;
}

static void types_are_added_once(void)
{
    const ph_registry *rules = &ph_registries()[PH_REGISTRY_PLASTICITY];
    int before = rules->count;
    CU_ASSERT_EQUAL(ph_register(PH_REGISTRY_PLASTICITY, &added.base), PH_OK);
    CU_ASSERT_EQUAL(rules->count, before + 1);
    CU_ASSERT_PTR_EQUAL(rules->items[before], &added.base);
    CU_ASSERT_STRING_EQUAL(rules->items[0]->name, "static"); /* built-in ones stay */
    CU_ASSERT(refuses(PH_REGISTRY_PLASTICITY, &added.base, "'added' already"));
    ph_descriptor again = {"stdp", "the name of a built-in one", &none};
    CU_ASSERT(refuses(PH_REGISTRY_PLASTICITY, &again, "'stdp' already"));
    ph_descriptor nameless = {"", "", &none}, bare = {"bare", "no table", NULL};
    CU_ASSERT(refuses(PH_REGISTRY_TASK, &nameless, "needs a name"));
    CU_ASSERT(refuses(PH_REGISTRY_TASK, &bare, "a table of parameters"));
    CU_ASSERT(refuses(PH_REGISTRY_CONNECT, &added.base, "only neuron models"));
    CU_ASSERT(refuses(PH_REGISTRY_INTERVENTION, &added.base, "only neuron models"));
    CU_ASSERT(refuses(PH_REGISTRIES, &added.base, "only neuron models"));
}

static void a_registry_has_room_for_some_types_and_says_when_it_is_full(void)
{
    static ph_descriptor many[200];
    static char names[200][24];
    ph_status status = PH_OK;
    int n = 0;
    for (; n < 200 && status == PH_OK; n++) {
        snprintf(names[n], sizeof names[n], "stimulus_%d", n);
        many[n] = (ph_descriptor){names[n], "one of many", &none};
        status = ph_register(PH_REGISTRY_STIMULUS, &many[n]);
    }
    CU_ASSERT_EQUAL(status, PH_RESOURCE);
    CU_ASSERT(n > 32);
}

int main(void)
{
    static const suite_test tests[] = {
        {"rules from outside do what those within do", rules_from_outside_do_what_those_within_do},
        {"types are added once", types_are_added_once},
        {"a registry has room for some types and says when it is full",
         a_registry_has_room_for_some_types_and_says_when_it_is_full},
    };
    return suite_run("embedding", tests, PH_COUNT(tests));
}

/* SPDX-License-Identifier: Apache-2.0 */
/* srm0 against closed forms: potentials, the escape rate, what an own spike ends; that its numbers
 * depend on seed, id and step alone. And relay, which spikes when a spike arrives. */
#include "suite.h"

#include "base/memory.h"
#include "neuron/models.h"

#include <math.h>
#include <string.h>

enum { N = 64, MOST = 512 };

/* As src/neuron/srm0.c lays them out. */
typedef struct srm0_params {
    double tau_m, tau_s, eps_0, E_L, V_th, rho_0, Delta_u, chi, t_lost, I_e;
} srm0_params;

static const srm0_params usual = {20, 5, 20, -70, -54, 60, 2, -5, 1, 0};

/* A population of the model, one step at a time. */
typedef struct cells {
    const ph_neuron_model *model;
    _Alignas(64) ph_real state[PH_NEURON_STATES][MOST];
    _Alignas(64) ph_real in[PH_NEURON_PORTS][MOST];
    _Alignas(64) ph_real I[MOST];
    _Alignas(64) int32_t refractory[MOST];
    _Alignas(64) int32_t spiked[MOST];
    ph_real k[PH_NEURON_CONSTANTS];
    int n;
    ph_gid gid, stride;
} cells;

static cells *make(const ph_neuron_model *model, const void *params, double h, int n, ph_gid gid,
                   ph_gid stride)
{
    cells *c = ph_calloc(1, sizeof *c);
    CU_ASSERT_FATAL(c != NULL);
    c->model = model;
    c->n = n;
    c->gid = gid;
    c->stride = stride;
    model->prepare(params, h, c->k);
    return c;
}

/* One step; what was put into `in` is cleared. Returns the number of spikes, in c->spiked. */
static int advance(cells *c, ph_step step)
{
    ph_neuron_step s = {.n = (c->n + PH_PAD - 1) / PH_PAD * PH_PAD, .n_neurons = c->n,
                        .refractory = c->refractory, .I = c->I, .k = c->k, .seed = 5,
                        .gid = c->gid, .stride = c->stride, .step = step, .spiked = c->spiked};
    for (int i = 0; i < c->model->n_states; i++)
        s.state[i] = c->state[i];
    for (int p = 0; p < PH_NEURON_PORTS; p++)
        s.in[p] = c->in[p];
    int spikes = c->model->update(&s);
    memset(c->in, 0, sizeof c->in);
    return spikes;
}

static void potentials_follow_their_closed_form(void)
{
    srm0_params p = usual;
    p.rho_0 = 0; /* it never spikes */
    for (int fine = 0; fine < 2; fine++) {
        double h = fine ? 0.1 : 1, worst = 0;
        cells *c = make(&ph_srm0, &p, h, 1, 0, 1);
        for (ph_step s = 1; s <= (ph_step)(120 / h); s++) {
            double t = (double)s * h, u = 0;
            if (s == (ph_step)(10 / h))
                c->in[0][0] = 3;
            if (s == (ph_step)(30 / h))
                c->in[1][0] = -2;
            c->I[0] = t > 50 ? 4 : 0;
            advance(c, s);
            if (t >= 10)
                u += 3 * 20.0 / 15 * (exp(-(t - 10) / 20) - exp(-(t - 10) / 5));
            if (t >= 30)
                u -= 2 * 20.0 / 15 * (exp(-(t - 30) / 20) - exp(-(t - 30) / 5));
            if (t > 50)
                u += 4 * (1 - exp(-(t - 50) / 20));
            worst = fmax(worst, fabs((double)c->state[0][0] - u));
        }
        CU_ASSERT(worst < 1e-5);
        ph_free(c);
    }
}

static void spikes_come_at_the_escape_rate(void)
{
    static const double currents[] = {8, 14, 16, 19, 24}; /* pA: mV above rest */
    enum { STEPS = 4000 };
    srm0_params p = usual;
    p.chi = 0;
    for (size_t k = 0; k < sizeof currents / sizeof currents[0]; k++) {
        cells *c = make(&ph_srm0, &p, 1, N, 100, 1);
        int64_t spikes = 0, steps = 0;
        for (int i = 0; i < N; i++)
            c->I[i] = (ph_real)currents[k];
        for (ph_step s = 1; s <= STEPS; s++) {
            int n = advance(c, s);
            spikes += s > 400 ? n : 0; /* exp(-20) short of the steady potential */
            steps += s > 400 ? N : 0;
        }
        double rate = 0.06 * exp((currents[k] - 16) / 2), share = 1 - exp(-rate);
        double sd = sqrt((double)steps * share * (1 - share));
        CU_ASSERT(fabs((double)spikes - (double)steps * share) < 4 * sd + 1e-9);
        ph_free(c);
    }
}

static void an_own_spike_ends_what_was_begun(void)
{
    srm0_params p = usual;
    p.V_th = -200; /* it spikes at every step ... */
    p.Delta_u = 0.5;
    cells *c = make(&ph_srm0, &p, 1, 1, 0, 1);
    c->in[0][0] = 100;
    CU_ASSERT_EQUAL(advance(c, 1), 1);
    memset(c->k, 0, sizeof c->k);
    p = usual;
    p.rho_0 = 0; /* ... and from now on no more */
    ph_srm0.prepare(&p, 1, c->k);
    c->in[0][0] = 50; /* lost: 1 ms after the spike */
    advance(c, 2);
    CU_ASSERT_DOUBLE_EQUAL((double)c->state[0][0], -5 * exp(-1 / 20.0), 1e-6);
    c->in[0][0] = 3; /* this one is not */
    advance(c, 3);
    advance(c, 4);
    double u = -5 * exp(-3 / 20.0) + 3 * 20.0 / 15 * (exp(-1 / 20.0) - exp(-1 / 5.0));
    CU_ASSERT_DOUBLE_EQUAL((double)c->state[0][0], u, 1e-5);
    ph_free(c);
}

/* 300 cells together (more than are drawn at once), or those of every third id alone. */
static void spikes_do_not_depend_on_who_computes_them(void)
{
    srm0_params p = usual;
    cells *all = make(&ph_srm0, &p, 1, 300, 1000, 1);
    cells *third = make(&ph_srm0, &p, 1, 100, 1001, 3);
    int different = 0, spikes = 0;
    for (ph_step s = 1; s <= 200; s++) {
        static char fired[2][300];
        memset(fired, 0, sizeof fired);
        for (int i = 0; i < 300; i++)
            all->I[i] = 17;
        for (int i = 0; i < 100; i++)
            third->I[i] = 17;
        int n = advance(all, s), m = advance(third, s);
        for (int i = 0; i < n; i++)
            fired[0][all->spiked[i]] = 1;
        for (int i = 0; i < m; i++)
            fired[1][1 + 3 * third->spiked[i]] = 1;
        for (int i = 1; i < 300; i += 3)
            different += fired[0][i] != fired[1][i];
        spikes += m;
    }
    CU_ASSERT_EQUAL(different, 0);
    CU_ASSERT(spikes > 500);
    ph_free(all);
    ph_free(third);
}

static void a_relay_spikes_when_a_spike_arrives(void)
{
    cells *c = make(&ph_relay, NULL, 1, 20, 0, 1);
    c->in[0][3] = (ph_real)0.01;
    c->in[0][19] = 7;
    c->in[1][4] = -1;
    CU_ASSERT_EQUAL(advance(c, 1), 2);
    CU_ASSERT(c->spiked[0] == 3 && c->spiked[1] == 19);
    CU_ASSERT_EQUAL(advance(c, 2), 0);
    ph_free(c);
}

int main(void)
{
    static const suite_test tests[] = {
        {"potentials follow their closed form", potentials_follow_their_closed_form},
        {"spikes come at the escape rate", spikes_come_at_the_escape_rate},
        {"an own spike ends what was begun", an_own_spike_ends_what_was_begun},
        {"spikes do not depend on who computes them", spikes_do_not_depend_on_who_computes_them},
        {"a relay spikes when a spike arrives", a_relay_spikes_when_a_spike_arrives},
    };
    return suite_run("srm0", tests, (int)(sizeof tests / sizeof tests[0]));
}
